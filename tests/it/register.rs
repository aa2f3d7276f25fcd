//! Day by day: yesterday's register and today's log give the cube of a log with every dossier as it was last told.

use crate::workbench::{Workbench, giamtang, project};
use giamtang::Study;
use giamtang::cube::Cube;
use giamtang::ingest::Taken;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;

const HEADER: &str = "case_id,received_at,due_at,finished_at,outcome,unit,procedure,applicant,officer,paused\n";

/// A draw that is the same everywhere.
struct Draw(u64);

impl Draw {
    fn of(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// An office whose dossiers finish, reopen, change late, are spoilt and mended.
struct Office {
    draw: Draw,
    /// By id, the rows that the full log of the day has.
    rows: BTreeMap<String, Vec<String>>,
}

impl Office {
    fn new(seed: u64) -> Self {
        Self { draw: Draw(seed), rows: BTreeMap::new() }
    }

    fn row(&mut self, id: &str, received: u64, finished: Option<u64>) -> String {
        let date = |day: u64| {
            let at = chrono::NaiveDate::from_ymd_opt(2023, 1, 2).unwrap() + chrono::Days::new(day);
            at.format("%Y-%m-%d").to_string()
        };
        let mut one = |of: &[&str]| of[self.draw.of(of.len() as u64) as usize].to_owned();
        let (unit, procedure) =
            (one(&["Tây Hồ", "Ba Đình", "Cầu Giấy", "Hà Đông", "Long Biên"]), one(&["birth", "land", "shop"]));
        let (applicant, officer) = (one(&["citizen", "business"]), one(&["An", "Bình", "Chi", ""]));
        let outcome = finished.map(|_| one(&["granted", "granted", "refused", "withdrawn"])).unwrap_or_default();
        let paused = one(&["", "", "P2D"]);
        let pause = if paused.is_empty() && received.is_multiple_of(7) {
            format!("{0}T09:00/{0}T11:30", date(received + 1))
        } else {
            paused
        };
        let hour = 8 + self.draw.of(8);
        let end = finished.map(|day| format!("{} 15:{:02}:00", date(day), self.draw.of(60))).unwrap_or_default();
        format!(
            "{id},{} {hour:02}:05:00,{},{end},{outcome},{unit},{procedure},{applicant},{officer},{pause}\n",
            date(received),
            date(received + 10)
        )
    }

    /// What a day brings: the rows of every dossier that is new or was touched.
    fn day(&mut self, day: u64, new: u64) -> String {
        let mut touched: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let known: Vec<String> = self.rows.keys().cloned().collect();
        for number in 0..new {
            let id = format!("H{day:03}-{number}");
            let received = day * 30 - self.draw.of(28);
            let finished = (self.draw.of(3) > 0).then(|| received + 1 + self.draw.of(20));
            let row = self.row(&id, received, finished);
            touched.insert(id, vec![row]);
        }
        for id in known {
            // One in nine is touched: it finishes, reopens, or is another dossier than was thought.
            if self.draw.of(9) > 0 {
                continue;
            }
            let received = 20 + self.draw.of(day * 30 - 25);
            let finished = (self.draw.of(4) > 0).then(|| received + 1 + self.draw.of(30));
            let row = self.row(&id, received, finished);
            let rows = match self.draw.of(8) {
                // Set aside: the date is none, or two rows disagree, or agree.
                0 => vec![format!("{id},32/13/2023,,,,Tây Hồ,birth,citizen,An,\n")],
                1 => vec![row.clone(), row.replace(",birth,", ",land,").replace(",shop,", ",birth,")],
                2 => vec![row.clone(), row],
                _ => vec![row],
            };
            touched.insert(id, rows);
        }
        self.rows.extend(touched.clone());
        touched.into_values().flatten().collect()
    }

    fn full(&self) -> String {
        self.rows.values().flatten().map(String::as_str).collect()
    }
}

fn study(bench: &Workbench, log: &str, more: &str) -> Study {
    let text = format!(
        "log.cases = ['{log}']\nstudy.salt = 'x'\nwindows.was = '2023-02-15..2023-07-31'\nwindows.is = '2024-02-15..2024-07-31'\n\
         format.datetime = ['%Y-%m-%d %H:%M:%S', '%Y-%m-%d']\ncompare.cluster = 'unit'\ncompare.standardise = ['procedure']\n{more}"
    );
    Study::parse(&text, bench.path("study.toml")).expect("a study")
}

fn updated(study: &Study, register: &Path, threads: usize) -> (Vec<u8>, Taken) {
    let plan = study.clone().register(register).plan().expect("a plan");
    let plan = plan.threads(NonZeroUsize::new(threads).unwrap());
    let mut bytes = Vec::new();
    let (taken, _) = plan.update(|cube| cube.to_bytes().map(|own| bytes = own)).expect("an update");
    (bytes, taken)
}

/// Twenty months in days of thirty; the register must give the bytes of the full log each time.
fn day_by_day(more: &str, as_of: bool) -> Vec<Taken> {
    let bench = Workbench::new();
    let register = bench.path("register");
    let mut office = Office::new(7);
    let mut all = Vec::new();
    for day in 1..=20 {
        let today = office.day(day, 60);
        bench.write("today.csv", format!("{HEADER}{today}"));
        bench.write("full.csv", format!("{HEADER}{}", office.full()));
        let date = chrono::NaiveDate::from_ymd_opt(2023, 1, 2).unwrap() + chrono::Days::new(day * 30 + 40);
        let seen = if as_of {
            format!("compare.as_of = '{}'\n", date.max("2024-02-20".parse().unwrap()))
        } else {
            String::new()
        };
        let full = study(&bench, "full.csv", &format!("{seen}{more}")).plan().unwrap().cube().unwrap();
        let (bytes, taken) =
            updated(&study(&bench, "today.csv", &format!("{seen}{more}")), &register, 1 + day as usize % 2);
        let own = Cube::load(bench.write("own.cube", &bytes)).unwrap();
        assert_eq!(own.header, full.header, "{day}");
        assert!(bytes == full.to_bytes().unwrap(), "cells of day {day}");
        all.push(taken);
    }
    all
}

#[test]
fn a_register_and_a_days_log_are_the_whole_log() {
    let all = day_by_day("calendar.base = 'vietnam'", false);
    assert_eq!(all[0].new, 60);
    // Some of what changed had finished long ago, and some is set aside.
    assert!(all.iter().any(|taken| taken.late > 0) && all.iter().any(|taken| taken.quarantined > 0));
}

#[test]
fn a_register_may_be_looked_at_from_a_later_day_each_time() {
    day_by_day("calendar.base = 'vietnam'", true);
}

#[test]
fn ids_that_are_trusted_are_replaced_all_the_same() {
    day_by_day("log.ids = 'trusted'", false);
}

/// By hand: of two dossiers one finishes and one is new; told again, nothing is news.
#[test]
fn what_a_log_changed_is_told() {
    let bench = Workbench::new();
    let register = bench.path("register");
    let log = |rows: &str| {
        let rows = rows.replace(';', ",,,,,,,,\n");
        bench.write("today.csv", format!("{HEADER}{rows}"))
    };
    let told = |taken: Taken| (taken.new, taken.changed, taken.unchanged, taken.late, taken.quarantined);
    let study = study(&bench, "today.csv", "");
    log("a,2024-03-01;b,2024-03-02;");
    assert_eq!(told(updated(&study, &register, 1).1), (2, 0, 0, 0, 0));
    bench.write(
        "today.csv",
        format!("{HEADER}b,2024-03-02,,2024-03-05,granted,,,,,\nc,2024-03-06,,,,,,,,\na,2024-03-01,,,,,,,,\n"),
    );
    assert_eq!(told(updated(&study, &register, 1).1), (1, 1, 1, 0, 0));
    let first = updated(&study, &register, 1);
    assert_eq!(told(first.1), (0, 0, 3, 0, 0));
    // Long after, b is found to have been refused: it had settled.
    bench.write("today.csv", format!("{HEADER}d,2024-07-20,,,,,,,,\n"));
    updated(&study, &register, 1);
    bench.write("today.csv", format!("{HEADER}b,2024-03-02,,2024-03-05,refused,,,,,\n"));
    assert_eq!(told(updated(&study, &register, 1).1), (0, 1, 0, 1, 0));
}

#[test]
fn a_register_is_for_one_way_to_read_and_for_one_run() {
    let bench = Workbench::new();
    let register = bench.path("register");
    bench.write("today.csv", format!("{HEADER}a,2024-03-01,,,,,,,,\n"));
    updated(&study(&bench, "today.csv", ""), &register, 1);
    let refused = |more: &str| {
        let plan = study(&bench, "today.csv", more).register(&register).plan();
        plan.expect_err("a refusal").to_string()
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&register).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "it names people");
    }
    let other = refused("values.unit = { 'A' = 'B' }");
    assert!(other.contains("of other `values`") && other.contains("begin another register"), "{other}");
    let lock = std::fs::File::open(register.join("register.lock")).unwrap();
    lock.lock().unwrap();
    let busy = refused("");
    assert!(busy.contains("another run is updating this register"), "{busy}");
    drop(lock);
    std::fs::write(register.join("register.json"), "{}").unwrap();
    assert!(refused("").contains("it is no register of this program"));
}

/// What a plan's log has is not all that its register knows: nothing but an update may count it.
#[test]
fn a_plan_over_a_register_is_for_an_update_alone() {
    let bench = Workbench::new();
    bench.write("today.csv", format!("{HEADER}a,2024-03-01,,,,,,,,\n"));
    let over = study(&bench, "today.csv", "").register(bench.path("register"));
    let refused = |result: giamtang::Result<()>| result.expect_err("a refusal").to_string().contains("--register");
    assert!(refused(over.plan().expect("a plan").compare().map(drop)));
    assert!(refused(over.plan().expect("a plan").cube().map(drop)));
    assert!(refused(over.plan().expect("a plan").check().map(drop)));
    let part = over.shard(1, 2).expect("a part").plan().expect_err("a refusal");
    assert!(part.to_string().contains("it is of the whole log"), "{part}");
}

/// A run that is stopped before the end leaves the register as it was; the next one gives the same bytes.
#[test]
fn a_stopped_run_changes_nothing() {
    let bench = Workbench::new();
    let register = bench.path("register");
    let mut office = Office::new(3);
    for day in 1..=3 {
        bench.write("today.csv", format!("{HEADER}{}", office.day(day, 40)));
        let study = study(&bench, "today.csv", "");
        let index = std::fs::read(register.join("register.json")).ok();
        let plan = study.clone().register(&register).plan().unwrap();
        let stopped = plan.update(|_| Err(giamtang::Error::usage("--output", "full", "a disk with room")));
        assert!(stopped.is_err());
        assert_eq!(std::fs::read(register.join("register.json")).ok(), index);
        bench.write("full.csv", format!("{HEADER}{}", office.full()));
        let full = study_over(&bench).plan().unwrap().cube().unwrap().to_bytes().unwrap();
        assert!(updated(&study, &register, 2).0 == full);
        let index = std::fs::read_to_string(register.join("register.json")).unwrap();
        for file in std::fs::read_dir(&register).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(name.starts_with("register.") || index.contains(&name), "{name} is left");
        }
    }
}

fn study_over(bench: &Workbench) -> Study {
    study(bench, "full.csv", "")
}

/// The events of three days, in parts of one log: appended, they are the log.
#[test]
fn events_are_added() {
    let bench = Workbench::new();
    let register = bench.path("register");
    let header = "case_id,activity,at,officer,unit\n";
    let days = [
        "a,Tiếp nhận,2024-03-01 08:00:00,An,X\ne,Tiếp nhận,2024-02-28 08:00:00,An,X\ne,Trả kết quả,2024-03-01 08:30:00,An,X\nb,Tiếp nhận,2024-03-01 09:00:00,An,X\nc,,2024-03-01 09:30:00,An,X\n",
        "a,Trả kết quả,2024-03-04 10:00:00,Bình,Y\nc,Tiếp nhận,2024-03-04 10:30:00,An,X\nd,Tiếp nhận,2024-03-04 11:00:00,An,Y\n",
        // The first is opened once more, and a step is told late.
        "a,Tiếp nhận,2024-03-11 08:00:00,An,X\na,Trả kết quả,2024-03-12 08:00:00,Chi,Y\nb,Thẩm định,2024-03-02 08:00:00,Chi,Y\n",
    ];
    let study = |log: &str| {
        let text = format!(
            "log.events = ['{log}']\nwindows.is = '2024-03-01..2024-03-31'\nmilestones.received_at = 'first'\n\
             milestones.finished_at = {{ last = 'Trả kết quả' }}\nstudy.salt = 'x'\ncalendar.base = 'vietnam'\n"
        );
        Study::parse(&text, bench.path("study.toml")).expect("a study")
    };
    for day in 0..days.len() {
        bench.write("today.csv", format!("{header}{}", days[day]));
        bench.write("full.csv", format!("{header}{}", days[..=day].concat()));
        let full = study("full.csv").plan().unwrap().cube().unwrap();
        let (bytes, taken) = updated(&study("today.csv"), &register, 1);
        let own = Cube::load(bench.write("own.cube", &bytes)).unwrap();
        assert_eq!(own.header, full.header, "{day}");
        assert!(bytes == full.to_bytes().unwrap(), "cells of day {day}");
        assert_eq!(taken.new, [4, 3, 3][day]);
        // The same day again is no news.
        let (again, taken) = updated(&study("today.csv"), &register, 1);
        assert_eq!((again == bytes, taken.new), (true, 0));
    }
}

/// With every table beside them; answers and petitions may come to a dossier at any time.
#[test]
fn the_fixture_study_in_two_days_is_the_fixture_study() {
    let bench = Workbench::new();
    let folder = project("fixtures/study");
    let study = Study::load(folder.join("study.toml")).unwrap();
    let over = |name: &str| study.clone().tables([format!("cases={}", folder.join(name).display())]).unwrap();
    let whole = over("cases-*.csv").plan().unwrap().cube().unwrap();
    let register = bench.path("register");
    updated(&over("cases-2023.csv"), &register, 2);
    let (bytes, _) = updated(&over("cases-2024.csv"), &register, 1);
    let own = Cube::load(bench.write("own.cube", &bytes)).unwrap();
    assert_eq!(own.header, whole.header);
    assert!(bytes == whole.to_bytes().unwrap());
}

#[test]
fn the_binary_updates_a_register_and_compares_the_cube() {
    let bench = Workbench::new();
    let (register, cube) = (bench.path("register"), bench.path("today.cube"));
    let [register, cube] = [&register, &cube].map(|path| path.to_str().unwrap());
    let update = |log: &str| {
        let log = format!("cases=fixtures/study/{log}");
        giamtang(
            &["cube", "update", "fixtures/study/study.toml", "--register", register, "-o", cube, "--table", &log],
            b"",
        )
    };
    assert_eq!(update("cases-2023.csv").status.code(), Some(0));
    let second = update("cases-2024.csv");
    assert_eq!(second.status.code(), Some(0));
    let said = String::from_utf8(second.stderr).unwrap();
    // 1,111 rows, of which four break a rule.
    assert_eq!(said, "giamtang: new 1107 · changed 0 · unchanged 0 · quarantined 4\n");
    let own = giamtang(&["compare", cube, "--format", "json"], b"").stdout;
    let whole = bench.path("whole.cube");
    let whole = whole.to_str().unwrap();
    assert!(giamtang(&["cube", "build", "fixtures/study/study.toml", "-o", whole], b"").status.success());
    let all = giamtang(&["compare", whole, "--format", "json"], b"").stdout;
    let json = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    assert_eq!(json(&own)["kpis"], json(&all)["kpis"]);
    assert_eq!(json(&own)["reconciliation"], json(&all)["reconciliation"]);
}
