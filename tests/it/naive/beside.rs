//! KPIs over tables beside the dossiers: random small tables through the program and through row-by-row code.

use super::books::{self, Line, Task};
use super::catalogue::{self, Catalogue, Entry, NAMES};
use super::chance::Chance;
use super::dossier::{self, Dossier, Manner};
use super::event::{self, Event};
use super::figure::{Answer, Told};
use super::petitions::{self, Petition};
use super::roster::{self, Post, Roster};
use super::twin::View;
use super::voices::{self, STYLES, Style, Voice, Voices};
use super::{Differences, Drawn, hanoi, windows};
use crate::workbench::Workbench;
use chrono::Days;
use giamtang::calendar::Calendar;
use giamtang::kpi::{Kpi, Unit, catalogue as kpis};
use giamtang::{Scorecard, Study};

/// KPIs over tables beside the dossiers that are answered here.
pub const OF_TABLES: [&str; 26] = [
    "cost/agency_cost",
    "procedures/documents",
    "procedures/dormant",
    "procedures/in_force",
    "procedures/limit",
    "procedures/restructured",
    "quality/online_coverage",
    "satisfaction/gap",
    "satisfaction/gap_lateness",
    "satisfaction/mean_score",
    "satisfaction/no_complaint_766",
    "satisfaction/petitions_on_time",
    "satisfaction/petitions_satisfied",
    "satisfaction/repeat_petitions",
    "satisfaction/response_rate",
    "satisfaction/top_two_box",
    "staffing/fte",
    "staffing/on_duty",
    "staffing/output_per_fte",
    "staffing/redeployed",
    "staffing/trained",
    "transparency/complete_content",
    "transparency/local_lead",
    "transparency/named_responsibility",
    "transparency/publication_lag",
    "transparency/published_on_time",
];

/// Dossiers with every table beside them.
#[derive(Clone)]
struct Tables {
    drawn: Drawn,
    style: &'static Style,
    /// A column that its table does not have.
    lacking: Option<&'static str>,
    /// Which offices were merged into which.
    merged: usize,
    entries: Vec<Entry>,
    posts: Vec<Post>,
    voices: Vec<Voice>,
    petitions: Vec<Petition>,
    lines: Vec<Line>,
    tasks: Vec<Task>,
}

/// Columns that refine a figure, and that a table may do without.
const LACKING: [&str; 5] = ["subject", "repeated", "due_at", "merged_into", "level"];

/// Offices that are one line; a line's last name; and the table that says so.
const MERGED: [(&str, &[&str]); 3] = [
    ("Tây Hồ,2020-01-01,,\n", &[]),
    ("Cửa Nam,2020-01-01,2024-03-10,Hoàn Kiếm\nHoàn Kiếm,2020-01-01,,\n", &["Cửa Nam", "Hoàn Kiếm"]),
    (
        "Cửa Nam,2020-01-01,2024-03-10,Hoàn Kiếm\nHoàn Kiếm,2020-01-01,2024-04-15,Tây Hồ\nTây Hồ,2024-02-10,,\n",
        &["Cửa Nam", "Hoàn Kiếm", "Tây Hồ"],
    ),
];

/// Writes a table beside the dossiers.
fn table(bench: &Workbench, name: &str, header: &[&str], rows: Vec<Vec<String>>) {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).expect("a header");
    rows.iter().for_each(|row| writer.write_record(row).expect("a row"));
    bench.write(&format!("{name}.csv"), writer.into_inner().expect("the rows"));
}

impl Tables {
    fn drawn(seed: u64) -> Self {
        let chance = &mut Chance::new(seed);
        let windows = windows(chance);
        let in_days = seed.is_multiple_of(4);
        let due_days = [chance.hundred(60), chance.hundred(50), chance.hundred(50)];
        let (first, last) = (windows[0].0, windows[1].1);
        let manner =
            Manner { first: first - Days::new(25), last: last + Days::new(4), in_days, due_days, lengths: false };
        let cases = 3 + chance.below(40);
        let mut dossiers: Vec<Dossier> = (0..cases).map(|number| Dossier::drawn(number, chance, &manner)).collect();
        for d in &mut dossiers {
            d.procedure = chance.maybe(92, |chance| chance.one_of(&NAMES));
            d.applicant = chance.maybe(95, |chance| chance.one_of(&["citizen", "citizen", "business", "agency"]));
        }
        let long_ago = Manner { first: first - Days::new(420), last: first - Days::new(310), ..manner };
        let old = chance.one_of(&[0, 1, 4]);
        for number in 0..old {
            let mut d = Dossier::drawn(500 + number, chance, &long_ago);
            d.procedure = chance.maybe(80, |chance| chance.one_of(&NAMES));
            dossiers.push(d);
        }
        let (horizon, follow_up) = (5, chance.one_of(&[0, 0, 4, 30, 35]));
        let style = &STYLES[chance.below(STYLES.len() as u64) as usize];
        let is_day = |chance: &mut Chance| chance.hundred(50);
        let manner = petitions::Manner {
            is_day: [is_day(chance), is_day(chance), is_day(chance)],
            due: chance.one_of(&[0, 40, 80]),
            repeated: chance.one_of(&[0, 40]),
        };
        let (days_of_voices, days_of_tasks) = (is_day(chance), is_day(chance));
        let many = |chance: &mut Chance, most| chance.one_of(&[1, 2, 8, most]);
        let mut own = Self {
            style,
            lacking: chance.maybe(25, |chance| chance.one_of(&LACKING)),
            merged: chance.below(3) as usize,
            entries: catalogue::drawn(first, chance),
            posts: roster::drawn(first, chance),
            voices: voices::drawn(many(chance, 50), style, (first, days_of_voices), cases, chance),
            petitions: (0..many(chance, 25)).map(|n| Petition::drawn(n, first, manner, cases, chance)).collect(),
            lines: books::lines(many(chance, 6), first, chance),
            tasks: (0..many(chance, 15)).map(|n| Task::drawn(n, first, days_of_tasks, chance)).collect(),
            drawn: Drawn { dossiers, windows, horizon, follow_up },
        };
        own.blank();
        own
    }

    /// Takes out of the rows what their table does not have a column for.
    fn blank(&mut self) {
        match self.lacking {
            Some("subject") => self.petitions.iter_mut().for_each(|petition| petition.subject = None),
            Some("repeated") => self.petitions.iter_mut().for_each(|petition| petition.repeated = None),
            Some("due_at") => self.petitions.iter_mut().for_each(|petition| petition.due = None),
            Some("merged_into") => self.entries.iter_mut().for_each(|entry| entry.merged = None),
            Some("level") => self.entries.iter_mut().for_each(|entry| entry.level = None),
            None => {}
            Some(other) => panic!("`{other}` is needed"),
        }
    }

    fn study(&self, bench: &Workbench, by: &str) -> Study {
        let table = |name: &str, header: &[&str], mut rows: Vec<Vec<String>>| {
            let mut header = header.to_vec();
            // Tasks have due dates of their own.
            let lacking = self.lacking.filter(|_| name != "tasks");
            if let Some(at) = header.iter().position(|column| Some(*column) == lacking) {
                header.remove(at);
                rows.iter_mut().for_each(|row| drop(row.remove(at)));
            }
            table(bench, name, &header, rows);
        };
        bench.write("cases.csv", dossier::csv(&self.drawn.dossiers, &[]));
        bench.write("units.csv", format!("unit,from,to,successor\n{}", MERGED[self.merged].0));
        table("procedures", &catalogue::HEADER, self.entries.iter().map(Entry::written).collect());
        table("roster", &roster::HEADER, self.posts.iter().map(Post::written).collect());
        table("surveys", &voices::HEADER, self.voices.iter().map(Voice::written).collect());
        table("petitions", &petitions::HEADER, self.petitions.iter().map(Petition::written).collect());
        table("ledger", &books::LEDGER, self.lines.iter().map(Line::written).collect());
        table("tasks", &books::TASKS, self.tasks.iter().map(Task::written).collect());
        let names = ["cases", "procedures", "roster", "surveys", "petitions", "ledger", "tasks", "units"];
        let log: String = names.iter().map(|name| format!("log.{name} = ['{name}.csv']\n")).collect();
        let [was, is] = self.drawn.windows.map(|(first, last)| format!("{first}..{last}"));
        let text = format!(
            "{log}windows = {{ was = '{was}', is = '{is}' }}\ncalendar.base = 'vietnam'\n\
             format.datetime = ['%Y-%m-%d %H:%M:%S', '%Y-%m-%d']\n\
             compare = {{ cluster = 'none', by = [{by}], horizon = '5 working days', follow_up = '{} days' }}\n{}",
            self.drawn.follow_up, self.style.text,
        );
        let study = Study::parse(&text, bench.path("study.toml")).expect("a study");
        study.kpis(kpis().filter(|kpi| OF_TABLES.contains(&&*kpi.id)).cloned().collect::<Vec<Kpi>>())
    }

    fn name(&self, unit: &'static str) -> &'static str {
        let line = MERGED[self.merged].1;
        if line.contains(&unit) { line[line.len() - 1] } else { unit }
    }

    /// What the twin says of a KPI in a window, of these tables or of a group's part of a whole.
    fn answer(&self, id: &str, views: &[View<'_>; 2], window: usize, whole: &Self) -> Option<Answer> {
        let view = &views[window];
        let catalogue = Catalogue { entries: &self.entries, view, both: views };
        let (posts, lines) = (books::said_once(&self.posts), books::said_once(&self.lines));
        let names = |unit| self.name(unit);
        let roster = |view| Roster { posts: &posts, counter: &posts, view, names: &names, seen: &[] };
        match id {
            "cost/agency_cost" => Some(books::agency_cost(&lines, &whole.lines, view)),
            "staffing/fte" => Some(roster(view).fte()),
            "staffing/redeployed" => Some(roster(view).redeployed()),
            "staffing/trained" => Some(roster(view).trained()),
            "staffing/output_per_fte" => Some(roster(view).output(&catalogue)),
            "staffing/on_duty" => Some(roster(view).on_duty(&roster(&views[0]))),
            _ => None,
        }
        .or_else(|| catalogue.answer(id))
        .or_else(|| petitions::answer(id, &self.petitions, &whole.petitions, view))
        .or_else(|| books::tasks(id, &self.tasks, view))
        .or_else(|| {
            let (voices, petitions, catalogue) = (&self.voices, &self.petitions, &catalogue);
            let has_threshold = whole.voices.iter().any(|voice| voice.has_threshold(self.style));
            Voices { voices, petitions, style: self.style, has_threshold, catalogue, view }.answer(id)
        })
    }

    /// Rows that say what another says, where that makes them one.
    fn copies(&self, table: &str) -> usize {
        match table {
            "roster" => self.posts.len() - books::said_once(&self.posts).len(),
            "ledger" => self.lines.len() - books::said_once(&self.lines).len(),
            _ => 0,
        }
    }

    fn views<'a>(&'a self, calendar: &'a Calendar) -> [View<'a>; 2] {
        [0, 1].map(|window| self.drawn.view(calendar, window))
    }
}

/// Over tables that do not know units, so that they have no groups by them.
const WITHOUT_UNITS: [&str; 9] = [
    "procedures/dormant",
    "procedures/in_force",
    "procedures/restructured",
    "quality/online_coverage",
    "transparency/complete_content",
    "transparency/local_lead",
    "transparency/named_responsibility",
    "transparency/publication_lag",
    "transparency/published_on_time",
];

impl Tables {
    fn unit(&self, unit: Option<&'static str>) -> Option<&'static str> {
        unit.map(|unit| self.name(unit))
    }

    /// The rows of one office, under whatever name; answers and petitions are where their dossier is.
    fn of_unit(&self, unit: Option<&str>) -> Self {
        let of_case = |case: &Option<String>| {
            let dossier = self.drawn.dossiers.iter().find(|d| Some(&d.id) == case.as_ref());
            dossier.and_then(|d| self.unit(d.unit)) == unit
        };
        let mut own = self.clone();
        own.drawn.dossiers.retain(|d| self.unit(d.unit) == unit);
        own.posts.retain(|post| self.unit(post.unit) == unit);
        own.lines.retain(|line| self.unit(Some(line.unit)) == unit);
        own.voices.retain(|voice| of_case(&voice.case));
        own.petitions.retain(|petition| of_case(&petition.case));
        own
    }
}

/// Compares every KPI over tables in the groups by unit.
fn compare_groups(seed: u64, calendar: &Calendar, differences: &mut Differences) {
    let (whole, bench) = (Tables::drawn(seed), Workbench::new());
    let card = whole
        .study(&bench, "'unit'")
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held))
        .expect("a scorecard");
    for group in &card.groups {
        let unit = group.by["unit"].as_deref();
        let tables = whole.of_unit(unit);
        let views = tables.views(calendar);
        for row in &group.kpis {
            for (window, found) in [(0, row.was.as_ref()), (1, Some(&row.is))] {
                let found = found.expect("two windows");
                let answer = match WITHOUT_UNITS.contains(&&*row.id) {
                    true => Err("no_column"),
                    false => tables.answer(&row.id, &views, window, &whole).expect("an answer"),
                };
                let in_unit = |told: Told| Told { value: told.value * row.unit.divisor(), ..told };
                let at = format!("seed {seed}, window {window}, {unit:?}");
                differences.hold(&row.id, &at, row.unit, found, &answer.map(in_unit));
            }
        }
    }
}

#[test]
fn an_office_has_the_figures_of_its_line() {
    let calendar = hanoi();
    let mut differences = Differences::default();
    (8_000..8_040).for_each(|seed| compare_groups(seed, &calendar, &mut differences));
    differences.none_of(40 * 20);
}

/// Compares who is on duty in the groups by officer: the counter that is covered is everybody's.
fn compare_officers(seed: u64, calendar: &Calendar, differences: &mut Differences) {
    let (whole, bench) = (Tables::drawn(seed), Workbench::new());
    let study = whole.study(&bench, "'officer'").kpis(kpis().filter(|kpi| kpi.id == "staffing/on_duty").cloned());
    let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    let (views, names) = (whole.views(calendar), |unit| whole.name(unit));
    let counter = books::said_once(&whole.posts);
    for group in &card.groups {
        let officer = group.by["officer"].as_deref();
        let posts: Vec<Post> = counter.iter().filter(|post| Some(post.officer) == officer).cloned().collect();
        let [was, is] = [0, 1].map(|window| Roster {
            posts: &posts,
            counter: &counter,
            view: &views[window],
            names: &names,
            seen: &[],
        });
        for (window, found, own) in [(0, group.kpis[0].was.as_ref(), &was), (1, Some(&group.kpis[0].is), &is)] {
            let at = format!("seed {seed}, window {window}, {officer:?}");
            differences.hold("staffing/on_duty", &at, Unit::Officers, found.expect("two windows"), &own.on_duty(&was));
        }
    }
}

#[test]
fn an_officer_has_the_hours_of_the_counter() {
    let calendar = hanoi();
    let mut differences = Differences::default();
    (8_100..8_140).for_each(|seed| compare_officers(seed, &calendar, &mut differences));
    differences.none_of(40 * 2);
}

/// Compares every KPI over tables in both windows.
fn compare(seed: u64, calendar: &Calendar, differences: &mut Differences) {
    let tables = Tables::drawn(seed);
    let bench = Workbench::new();
    let card: Scorecard = tables
        .study(&bench, "")
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held))
        .expect("a scorecard");
    assert_eq!(card.reconciliation.quarantined, 0, "seed {seed}: {:?}", card.reconciliation);
    for table in &card.tables {
        let name = table.table.to_string();
        let copies = tables.copies(&name) as u64;
        assert_eq!(table.reconciliation.quarantined, copies, "seed {seed}: {name} {:?}", table.reconciliation);
    }
    let views = tables.views(calendar);
    for row in &card.kpis {
        for (window, found) in [(0, row.was.as_ref()), (1, Some(&row.is))] {
            let found = found.expect("two windows");
            let answer =
                tables.answer(&row.id, &views, window, &tables).unwrap_or_else(|| panic!("{} is not known", row.id));
            let in_unit = |told: Told| Told { value: told.value * row.unit.divisor(), ..told };
            differences.hold(&row.id, &format!("seed {seed}, window {window}"), row.unit, found, &answer.map(in_unit));
            let flow = found.value().and_then(|figure| figure.flow);
            if let Some(flow) = flow {
                let catalogue = Catalogue { entries: &tables.entries, view: &views[window], both: &views };
                assert_eq!(flow, catalogue.flow(), "seed {seed}, window {window}");
            }
        }
    }
}

#[test]
fn tables_give_what_row_by_row_code_gives() {
    let calendar = hanoi();
    let mut differences = Differences::default();
    (7_000..7_120).for_each(|seed| compare(seed, &calendar, &mut differences));
    differences.met(&["ledger_gap", "no_base", "no_rows", "no_threshold", "not_reached", "short_log"]);
    differences.none_of(120 * 20);
}

/// Who left a step or was posted is on duty, once a day; both tables tell what is left out.
fn compare_on_duty(seed: u64, calendar: &Calendar, differences: &mut Differences) {
    let chance = &mut Chance::new(seed);
    let windows = windows(chance);
    let first = windows[0].0;
    let manner = Manner { first, last: windows[1].1, in_days: seed.is_multiple_of(5), ..Manner::plain() };
    let cases: Vec<Event> = (0..1 + chance.below(12)).flat_map(|number| event::case(number, chance, &manner)).collect();
    let written = roster::drawn(first, chance);
    let posts = books::said_once(&written);
    let drawn = Drawn { dossiers: Vec::new(), windows, horizon: 5, follow_up: 0 };
    let bench = Workbench::new();
    bench.write("events.csv", event::csv(&cases));
    bench.write("units.csv", format!("unit,from,to,successor\n{}", MERGED[1].0));
    table(&bench, "roster", &roster::HEADER, written.iter().map(Post::written).collect());
    let log = "log = { events = ['events.csv'], roster = ['roster.csv'], units = ['units.csv'] }";
    let study = drawn.settings(log, &bench).kpis(kpis().filter(|kpi| kpi.id == "staffing/on_duty").cloned());
    let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    let views = [0, 1].map(|window| drawn.view(calendar, window));
    let names = |unit| if unit == "Cửa Nam" { "Hoàn Kiếm" } else { unit };
    let seen = views.map(|view| {
        let inside = cases.iter().filter(|event| view.holds(event.at));
        inside.map(|event| (event.officer, event.at.date())).collect::<Vec<_>>()
    });
    let [was, is] = [0, 1].map(|window| Roster {
        posts: &posts,
        counter: &posts,
        view: &views[window],
        names: &names,
        seen: &seen[window],
    });
    for (window, found, own) in [(0, card.kpis[0].was.as_ref(), &was), (1, Some(&card.kpis[0].is), &is)] {
        let at = format!("seed {seed}, window {window}");
        differences.hold("staffing/on_duty", &at, Unit::Officers, found.expect("two windows"), &own.on_duty(&was));
    }
}

#[test]
fn officers_of_steps_and_posts_are_one() {
    let calendar = hanoi();
    let mut differences = Differences::default();
    (9_000..9_040).for_each(|seed| compare_on_duty(seed, &calendar, &mut differences));
    differences.none_of(40);
}

/// Nobody forgets a KPI over tables.
#[test]
fn each_of_them_has_an_answer() {
    let (tables, calendar) = (Tables::drawn(0), hanoi());
    let views = tables.views(&calendar);
    assert!(OF_TABLES.iter().all(|id| tables.answer(id, &views, 1, &tables).is_some()));
}
