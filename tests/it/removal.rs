//! Tables and columns taken out of the fixture study, one at a time: who needs one has no figure and names it, who is
//! refined by it keeps a figure, and to everybody else it is nothing.
//!
//! What each KPI needs is told by its recipe; `laws/columns` holds the recipes to the definitions.

use crate::workbench::{Workbench, project};
use giamtang::cube::{Figure, Recipe};
use giamtang::ingest::{Findings, Table};
use giamtang::kpi::catalogue;
use giamtang::measure::{Counting, Needs};
use giamtang::scorecard::{Row, Scorecard};
use giamtang::{Plan, Study, Undefined};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Of dossiers and tables with more rows than the first number every so many enter the small study.
const FEW: (usize, usize) = (120, 8);

/// The columns without which the rows of a table are none: no figure is made of it.
const KEYS: [(Table, &[&str]); 7] = [
    (Table::Procedures, &["procedure", "in_force_from"]),
    (Table::Roster, &["officer", "from", "to"]),
    (Table::Surveys, &["at"]),
    (Table::Petitions, &["petition_id", "received_at"]),
    (Table::Units, &["unit", "from"]),
    (Table::Ledger, &["from", "to", "amount_vnd"]),
    (Table::Tasks, &["task_id"]),
];

/// A file: its name, its header, its rows.
struct File {
    name: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

type Tables = BTreeMap<Table, Vec<File>>;

impl File {
    /// A file of the fixture study without the rows that it sets aside: one of them would come back with the column
    /// that broke it.
    fn sound(name: &str, findings: &Findings) -> Self {
        let is_this = |input: usize| findings.inputs[input].path.ends_with(name);
        let broken = findings.quarantine.iter().filter(|row| is_this(row.input)).map(|row| row.row);
        let broken: BTreeSet<u64> = broken.collect();
        let mut reader = csv::Reader::from_path(project("fixtures/study").join(name)).expect("a file");
        let cells = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = cells(reader.headers().expect("a header"));
        let rows = (1..).zip(reader.records()).filter(|(at, _)| !broken.contains(at));
        let rows = rows.map(|(_, row)| cells(&row.expect("a row"))).collect();
        Self { name: name.to_owned(), header, rows }
    }

    /// Few of many rows: of those about a dossier all whose dossier is among the few.
    fn few(mut self, cases: &BTreeSet<String>) -> Self {
        let case = self.header.iter().position(|name| name == "case_id").filter(|_| !cases.is_empty());
        let every = if self.rows.len() > FEW.0 { FEW.1 } else { 1 };
        let mut at = 0..;
        self.rows.retain(|row| match case.map(|case| &row[case]).filter(|id| !id.is_empty()) {
            Some(id) => cases.contains(id),
            None => at.next().is_some_and(|at: usize| at.is_multiple_of(every)),
        });
        self
    }

    /// The file as it stands on disk, with a blank in the header where a column is removed.
    fn bytes(&self, without: Option<&str>) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = self.header.iter().map(|name| if without == Some(name) { "" } else { name });
        writer.write_record(header).expect("a header");
        self.rows.iter().for_each(|row| writer.write_record(row).expect("a row"));
        writer.into_inner().expect("bytes")
    }
}

/// The fixture study, small and sound.
fn small() -> Tables {
    let plan = Study::load(project("fixtures/study/study.toml")).and_then(|study| study.plan());
    let findings = plan.and_then(|plan| plan.check()).expect("findings");
    let mut tables = Tables::new();
    let mut cases = BTreeSet::new();
    for table in Table::ALL.into_iter().filter(|table| *table != Table::Events) {
        let beside = findings.tables.iter().find(|own| own.table == table);
        let found = beside.map_or(&findings, |own| &own.findings);
        let names = found.inputs.iter().map(|input| input.path.rsplit('/').next().unwrap_or_default());
        let files: Vec<File> = names.map(|name| File::sound(name, found).few(&cases)).collect();
        if table == Table::Cases {
            cases = files.iter().flat_map(|file| file.rows.iter().map(|row| row[0].clone())).collect();
        }
        tables.insert(table, files);
    }
    tables
}

/// The scorecard of the study without a table, or without one of its columns.
fn card(tables: &Tables, without: Option<(Table, Option<&str>)>) -> giamtang::Result<Scorecard> {
    let bench = Workbench::new();
    plan(&bench, tables, without)?.compare().map(crate::contract::held)
}

fn plan(bench: &Workbench, tables: &Tables, without: Option<(Table, Option<&str>)>) -> giamtang::Result<Plan> {
    let mut study: toml::Table =
        std::fs::read_to_string(project("fixtures/study/study.toml")).expect("the study").parse().expect("TOML");
    for (table, files) in tables {
        let own = without.filter(|(of, _)| of == table);
        if let Some((_, None)) = own {
            study["log"].as_table_mut().expect("a table").remove(table.name());
        }
        let column = own.and_then(|(_, column)| column);
        files.iter().for_each(|file| drop(bench.write(&file.name, file.bytes(column))));
    }
    // Samples of dates may be read in several ways; without a cluster a unit is a name as any other, and without a mix
    // that is held fixed a procedure is.
    let set = [
        "compare.cluster=none",
        "compare.standardise=[]",
        "compare.series=none",
        "format.datetime=[\"%Y-%m-%d %H:%M:%S\", \"%Y-%m-%d\", \"%d/%m/%Y %H:%M\", \"%d/%m/%Y\"]",
    ];
    let study = Study::parse(&study.to_string(), bench.path("study.toml"));
    let study = set.iter().fold(study, |study, setting| study?.set(setting));
    study?.plan()
}

/// What a KPI needs, by the columns that the whole study has.
struct Need {
    required: BTreeSet<String>,
    refining: BTreeSet<String>,
    /// What may be named instead where a table is gone: another table would have done as well.
    instead: BTreeSet<String>,
}

impl Need {
    fn of(recipe: &Recipe, has: &BTreeSet<String>, priced: &BTreeMap<String, Vec<String>>) -> Self {
        let mut own = Self { required: BTreeSet::new(), refining: BTreeSet::new(), instead: BTreeSet::new() };
        let needs: Vec<Needs> = recipe.needs();
        let parts = needs.len();
        for (at, needs) in needs.into_iter().enumerate() {
            let mut required: BTreeSet<String> = needs.required.into_iter().collect();
            required.extend(needs.priced.iter().filter_map(|measure| priced.get(measure)).flatten().cloned());
            own.refining.extend(needs.refining);
            for either in needs.either {
                // Where one alone is there, it is required; of several each may go.
                let held: Vec<&String> = either.iter().filter(|column| has.contains(*column)).collect();
                match held[..] {
                    [only] => drop(required.insert(only.clone())),
                    _ => own.refining.extend(either),
                }
            }
            match recipe.figure {
                // Who was on duty is known from any of several tables, and how long the counter was covered refines it.
                Figure::PerOpenDay if at + 1 == parts && parts > 1 => own.refining.extend(required),
                Figure::PerOpenDay if !required.iter().all(|column| has.contains(column)) => {
                    own.instead.extend(required)
                }
                _ => own.required.extend(required),
            }
        }
        // A table that is read for one of its columns is read by its key.
        for (table, key) in KEYS {
            let key: Vec<String> = key.iter().map(|own| format!("{}{own}", table.prefix())).collect();
            for columns in [&mut own.required, &mut own.refining] {
                if columns.iter().any(|column| column.starts_with(table.prefix())) {
                    columns.extend(key.iter().cloned());
                }
            }
        }
        // Which row of a procedure holds on a day, its last day in force says.
        if own.required.iter().chain(&own.refining).any(|column| column.starts_with("procedures.")) {
            own.refining.insert("procedures.in_force_to".to_owned());
        }
        // Offices go by the names that the table `units` gives them.
        if own.required.iter().chain(&own.refining).any(|column| column.ends_with("unit")) {
            own.refining.extend(["unit", "from", "to", "successor"].map(|column| format!("units.{column}")));
        }
        own.refining.retain(|column| !own.required.contains(column));
        own
    }
}

impl Need {
    /// How many columns that the tables have it requires, but for those without which there is no dossier.
    fn held(&self, columns: &BTreeMap<Table, Vec<String>>) -> usize {
        let is_held = |column: &&String| {
            let table = Table::of_column(column);
            let own = &column[table.prefix().len()..];
            !matches!(column.as_str(), "case_id" | "received_at")
                && columns.get(&table).is_some_and(|columns| columns.iter().any(|name| name == own))
        };
        self.required.iter().filter(is_held).count()
    }
}

fn shown(row: &Row) -> String {
    format!("{:?} {:?} {:?}", row.was, row.is, row.change.value().map(|change| &change.absolute))
}

fn lacked(row: &Row) -> Option<&String> {
    match row.is.reason() {
        Some(Undefined::NoColumn(column)) => Some(column),
        _ => None,
    }
}

/// What breaks the law in a card without some columns, and how many figures were lost.
fn broken(
    whole: &Scorecard,
    without: &Scorecard,
    needs: &BTreeMap<String, Need>,
    gone: &BTreeSet<String>,
) -> (Vec<String>, usize) {
    let (mut broken, mut lost) = (Vec::new(), 0);
    for (before, after) in whole.kpis.iter().zip(&without.kpis) {
        let need = &needs[before.id.as_str()];
        let is_in = |columns: &BTreeSet<String>| columns.intersection(gone).next().is_some();
        let holds = match lacked(before) {
            Some(_) => lacked(after).is_some(),
            None if is_in(&need.required) => {
                lost += 1;
                let of_was = after.was.as_ref().and_then(|was| was.reason());
                lacked(after)
                    .is_some_and(|column| gone.contains(column) || gone.len() > 1 && need.instead.contains(column))
                    && of_was == after.is.reason()
            }
            None if is_in(&need.refining) => {
                lacked(after).is_none() && before.is.value().is_some() <= after.is.value().is_some()
            }
            None => shown(after) == shown(before),
        };
        if !holds {
            broken.push(format!("{}: {} was {}", before.id, shown(after), shown(before)));
        }
    }
    (broken, lost)
}

#[test]
fn what_is_removed_is_missed_by_those_who_need_it_only() {
    let tables = small();
    let whole = card(&tables, None).expect("a scorecard");
    let (needs, columns) = needs(&tables);
    let mut removals: Vec<(Table, Option<&str>)> = Vec::new();
    for (table, files) in &tables {
        removals.push((*table, None));
        removals.extend(files[0].header.iter().map(|column| (*table, Some(column.as_str()))));
    }
    assert!(removals.len() > 100, "{}", removals.len());
    let (next, found) = (AtomicUsize::new(0), Mutex::new((Vec::new(), 0)));
    let work = || {
        while let Some((table, column)) = removals.get(next.fetch_add(1, Ordering::Relaxed)) {
            let names = |column: &str| format!("{}{column}", table.prefix());
            let own: BTreeSet<String> = match column {
                Some(column) => [names(column)].into(),
                None => columns[table].iter().map(|column| names(column)).collect(),
            };
            let (broken, lost) = match card(&tables, Some((*table, *column))) {
                Ok(without) => broken(&whole, &without, &needs, &own),
                // Without these there is no dossier.
                Err(error) if matches!(own.first().map(String::as_str), Some("case_id" | "received_at")) => {
                    let said = error.to_string();
                    (if said.contains(&own.first().expect("a column")[..]) { vec![] } else { vec![said] }, 0)
                }
                Err(error) => (vec![error.to_string()], 0),
            };
            let mut found = found.lock().expect("no worker stopped");
            found.0.extend(broken.into_iter().map(|why| format!("without {} {column:?}: {why}\n", table.name())));
            found.1 += lost;
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let (broken, lost) = found.into_inner().expect("no worker stopped");
    assert!(broken.is_empty(), "{}", broken.concat());
    // Whoever has a figure is held to the law; the five others are of events, which this log has not.
    let figures = whole.kpis.iter().filter(|row| row.is.value().is_some()).count();
    assert_eq!(figures, catalogue().count() - 5);
    let of_columns: usize = needs
        .iter()
        .filter(|(id, _)| whole.kpi(id).is_some_and(|row| lacked(row).is_none()))
        .map(|(_, need)| need.held(&columns))
        .sum();
    assert!(lost > of_columns, "{lost} of {of_columns}");
}

/// What the KPIs need, and the columns of the tables.
fn needs(tables: &Tables) -> (BTreeMap<String, Need>, BTreeMap<Table, Vec<String>>) {
    let columns: BTreeMap<Table, Vec<String>> =
        tables.iter().map(|(table, files)| (*table, files[0].header.clone())).collect();
    let has = columns.iter().flat_map(|(table, own)| own.iter().map(|column| format!("{}{column}", table.prefix())));
    let has: BTreeSet<String> = has.collect();
    let bench = Workbench::new();
    let cube = plan(&bench, tables, None).and_then(|plan| plan.cube()).expect("a cube");
    let priced =
        serde_json::from_value(cube.header.settings["tariff"]["needs"].clone()).expect("what the tariff needs");
    let need = |recipe: Recipe| Need::of(&recipe, &has, &priced);
    (catalogue().map(|kpi| (kpi.id.to_string(), need(kpi.recipe_by(Counting::Strict)))).collect(), columns)
}

/// Of two rosters one names its officers: the other is refused. Of one that names none, whoever counts officers says so.
#[test]
fn a_key_that_one_input_has_is_asked_of_all() {
    let bench = Workbench::new();
    bench.write("a.csv", "officer,from,to,hours\nAn,2024-03-04,2024-03-04,8\n");
    bench.write("b.csv", "from,to,hours\n2024-03-05,2024-03-05,8\n");
    let card = |log: &str| {
        let more = "compare.cluster = 'none'\ncalendar.base = 'vietnam'";
        bench
            .study_of(&format!("log.roster = {log}"), more)
            .plan()
            .and_then(|plan| plan.compare().map(crate::contract::held))
    };
    let said = card("['a.csv', 'b.csv']").expect_err("one lacks its officers").to_string();
    assert!(said.contains("b.csv") && said.contains("`officer`"), "{said}");
    let lacking = card("['b.csv']").expect("a scorecard");
    let fte = lacking.kpi("staffing/fte").and_then(|row| row.is.reason());
    assert_eq!(fte, Some(&Undefined::NoColumn("roster.officer".to_owned())));
    assert!(card("['a.csv']").expect("a scorecard").kpi("staffing/fte").is_some_and(|row| row.is.value().is_some()));
}
