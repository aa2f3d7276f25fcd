//! Form 06a of random small logs: whatever of it is told is told exactly, and nothing small follows from its sums.

use super::city::{LEAST, Setting, study};
use super::tables::{Drawn, small_alone};
use crate::workbench::Workbench;
use giamtang::Audience;
use giamtang::forms::{Asked, Filled, Form};
use serde_json::Value;
use std::collections::BTreeSet;

/// The columns 3 to 13 by their places in the JSON.
const COLUMNS: [&str; 11] = [
    "/received/total",
    "/received/online",
    "/received/direct_or_postal",
    "/received/carried_over",
    "/resolved/total",
    "/resolved/early",
    "/resolved/on_time",
    "/resolved/overdue",
    "/in_progress/total",
    "/in_progress/within_time",
    "/in_progress/overdue",
];

fn filled(seed: u64, form: Form, asked: &dyn Fn(Asked) -> Asked) -> Filled {
    let bench = Workbench::new();
    let setting = Setting { more: "columns.field = 'procedure'", ..Setting::default() };
    let study = study(&bench, seed, &setting).form(asked(Asked::new(form))).expect("a form");
    study.plan().and_then(|plan| plan.form()).expect("a form").0
}

fn json(form: &Filled) -> Value {
    crate::contract::kept(&serde_json::to_string(form).expect("JSON"))
}

/// The cells of a form, what adds up in them, and which of them are not told.
#[derive(Default)]
struct Sums {
    table: Drawn,
    withheld: BTreeSet<usize>,
}

impl Sums {
    fn of(internal: &Value, public: &Value) -> Self {
        let mut own = Self::default();
        let whole = own.line(&internal["whole"], &public["whole"]);
        for list in ["/whole/parts", "/units"] {
            let (all, told) = (lines(internal, list), lines(public, list));
            assert_eq!(all.len(), told.len(), "every line is there");
            let lines: Vec<[usize; 11]> = all.iter().zip(told).map(|(line, told)| own.line(line, told)).collect();
            for (column, total) in whole.iter().enumerate().filter(|_| !lines.is_empty()) {
                own.table.adds_up(*total, &lines.iter().map(|line| line[column]).collect::<Vec<_>>());
            }
        }
        own
    }

    fn line(&mut self, internal: &Value, public: &Value) -> [usize; 11] {
        let cells = COLUMNS.map(|column| {
            let count = internal.pointer(column).and_then(Value::as_u64).expect("a count");
            let cell = self.table.cell(count);
            match public.pointer(column).expect("a cell") {
                Value::Number(told) => assert_eq!(told.as_u64(), Some(count), "what is told is exact"),
                // One of zero that is withheld is not known to be of somebody: it is left out, as it helps nobody but us.
                why => {
                    assert_eq!(why["undefined"], "suppressed");
                    self.withheld.extend((count > 0).then_some(cell));
                }
            }
            cell
        });
        for (whole, parts) in [(0, &[1, 2, 3][..]), (4, &[5, 6, 7]), (8, &[9, 10]), (0, &[4, 8])] {
            self.table.adds_up(cells[whole], &parts.iter().map(|part| cells[*part]).collect::<Vec<_>>());
        }
        cells
    }
}

fn lines<'a>(form: &'a Value, list: &str) -> Vec<&'a Value> {
    form.pointer(list).and_then(Value::as_array).into_iter().flatten().collect()
}

#[test]
fn no_small_count_of_a_form_can_be_recovered() {
    let (mut attacked, mut alone, mut in_part) = (0, 0, 0);
    for seed in 0..10 {
        for by_unit in [false, true] {
            let form = filled(seed, Form::Handling, &|asked| Asked { by_unit, ..asked });
            let public = form.clone().public(LEAST).expect("form 06a");
            let own = Sums::of(&json(&form), &json(&public));
            let small = small_alone(&own.table.counts, LEAST);
            assert!(small.is_subset(&own.withheld), "seed {seed}");
            // Where a whole table is blank its zeros are not known, and what is known of the total is known of nobody in it.
            let found: Vec<usize> = own.table.found(&own.withheld, LEAST);
            assert!(found.iter().all(|cell| !small.contains(cell)) || blank(&json(&public)), "seed {seed}: {found:?}");
            attacked += small.len();
            in_part += usize::from(!blank(&json(&public)) && !own.withheld.is_empty());
            alone += usize::from(!own.table.found(&small, LEAST).is_empty());
        }
    }
    assert!(attacked > 200 && in_part > 4, "{attacked} small counts, {in_part} forms told in part");
    assert!(alone > 10, "{alone} forms broken where small counts alone are withheld");
}

/// Whether one of the two tables has no line that is told.
fn blank(public: &Value) -> bool {
    let is_told = |line: &&Value| COLUMNS.iter().any(|column| line.pointer(column).is_some_and(Value::is_number));
    ["/whole/parts", "/units"].iter().any(|list| {
        let lines = lines(public, list);
        !lines.is_empty() && !lines.iter().any(is_told)
    })
}

/// What is below a form, and what became of dossiers one by one, adds up in ways of its own: it is not told.
#[test]
fn a_public_form_says_so_and_tells_no_more() {
    let form = filled(3, Form::Handling, &|asked| Asked { by_unit: true, by_procedure: true, ..asked });
    let public = form.clone().public(LEAST).expect("form 06a");
    let told = public.head().provenance.suppression.expect("what was withheld");
    assert_eq!((public.head().provenance.audience, told.least), (Audience::Public, LEAST));
    let json = json(&public);
    let withheld = |value: &Value| value.to_string().matches(r#""undefined":"suppressed""#).count() as u64;
    // Beside columns: five classes of each line, and what is said below.
    let beside = json.to_string().matches(r#""ended":"#).count() as u64 * 5 + withheld(&json["told"]);
    assert_eq!(withheld(&json), told.suppressed + beside);
    assert!(json["told"].as_object().is_some_and(|told| told.values().all(|count| count.get("undefined").is_some())));
    assert!(lines(&json, "/units").iter().all(|unit| unit.get("parts").is_none()));
    assert_eq!(public.head().rows.read % LEAST, 0);
    for form in [Form::Index766, Form::NineIndices] {
        let public = filled(3, form, &|asked| asked).public(LEAST).expect("an index");
        assert!(public.head().provenance.suppression.is_some_and(|told| told.rounded));
    }
}
