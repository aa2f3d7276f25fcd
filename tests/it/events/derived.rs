//! The table of cases that events make, column by column.

use super::LOG;
use crate::formats::writers::{Cell, Table, ipc, parquet};
use crate::workbench::Workbench;
use giamtang::ingest::{
    Derived, Field, ID_TEXT, Log, Manner, Milestone, Opening, Room, Script, Source, Zone, cases, event_fields,
};
use polars::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;

/// What these files of events make, by this script, with the columns a study of cases may ask for; it is the same where
/// memory holds nothing.
fn derived(bench: &Workbench, files: &[&str], script: &Script, threads: usize) -> Derived {
    let made = |room: Room| {
        cases(&log(bench, files), script, None, NonZeroUsize::new(threads).expect("a thread"), &room).expect("cases")
    };
    let (held, beyond) = (made(Room::default()), made(Room { bytes: 0, ..Room::default() }));
    assert!(whole(&held).equals_missing(&whole(&beyond)), "{files:?}");
    held
}

fn whole(derived: &Derived) -> DataFrame {
    derived.cases.whole().expect("rows")
}

fn log(bench: &Workbench, files: &[&str]) -> Log {
    let manner = Manner { encoding: None, sheet: None, events: true };
    let source = |file: &&str| Source::matching(&bench.path(""), file, &BTreeMap::new(), &manner).expect("a source");
    let fields: Vec<Field> =
        ["case_id", "received_at", "due_at", "finished_at", "fee_vnd", "unit", "officer"].map(Field::named).into();
    let day = 86_400_000_000;
    let opening = Opening {
        sources: files.iter().flat_map(source).collect(),
        fields: event_fields(&fields),
        names: BTreeMap::new(),
        usual: BTreeMap::from([(ID_TEXT.to_owned(), ("case_id".to_owned(), None))]),
        values: BTreeMap::new(),
        formats: Vec::new(),
        absent: Vec::new(),
        zone: Zone::new("Asia/Ho_Chi_Minh".parse().expect("a zone")),
        plausible: (0, 30_000 * day),
        trusted_ids: true,
        keeps_broken: true,
        keeps_rows: false,
        distrusted: HashSet::new(),
        shard: None,
        joins: Vec::new(),
        may_lack: false,
        is_sound: false,
        hashed_ids: false,
    };
    Log::open(opening).expect("a log")
}

/// Where there is no folder for what memory may not hold, the error names it, and what would help.
#[test]
fn a_folder_that_is_none_is_an_error() {
    let bench = Workbench::new();
    bench.write("log.csv", LOG);
    let room = Room { bytes: 0, folder: bench.path("none") };
    let made = cases(&log(&bench, &["log.csv"]), &script(), None, NonZeroUsize::MIN, &room);
    let said = made.expect_err("no folder").to_string();
    assert!(said.contains("none: cannot be written") && said.contains("or where TMPDIR says"), "{said}");
    // What fits into memory needs none.
    let room = Room { folder: bench.path("none"), ..Room::default() };
    assert!(cases(&log(&bench, &["log.csv"]), &script(), None, NonZeroUsize::MIN, &room).is_ok());
}

fn script() -> Script {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    let finished = Milestone::LastOf(names(&["Trả kết quả", "Ký duyệt"]));
    let milestones = [
        ("received_at", Milestone::First),
        ("finished_at", finished),
        ("delivered_at", Milestone::Last),
        ("accepted_at", Milestone::FirstOf(names(&["Thẩm định"]))),
    ];
    Script {
        milestones: milestones.into_iter().map(|(name, own)| (name.to_owned(), own)).collect(),
        pauses_from: names(&["Yêu cầu bổ sung"]),
        pauses_to: names(&["Bổ sung xong"]),
    }
}

/// A column as text, moments in UTC: Hanoi's clock less seven hours.
fn texts(derived: &Derived, name: &str) -> Vec<String> {
    let rows = whole(derived);
    let column = rows.column(name).unwrap_or_else(|_| panic!("{name}"));
    let text = |row: usize| match column.get(row).expect("a row") {
        AnyValue::Null => "–".to_owned(),
        AnyValue::Datetime(us, ..) | AnyValue::DatetimeOwned(us, ..) => {
            chrono::DateTime::from_timestamp_micros(us).expect("a moment").format("%d %H:%M").to_string()
        }
        value => value.get_str().map_or_else(|| value.to_string(), str::to_owned),
    };
    (0..column.len()).map(text).collect()
}

/// Of A, B, C and D in turn; the reasons stand beside the figures.
const EXPECTED: [(&str, [&str; 4], &str); 15] = [
    ("case_id", ["A", "B", "C", "D"], "by id"),
    ("received_at", ["01 01:00", "04 06:30", "05 01:00", "08 03:00"], "the first events: 8:00, 13:30, 8:00, 10:00"),
    ("finished_at", ["12 02:30", "–", "13 01:00", "–"], "the last that is signed or handed over"),
    ("delivered_at", ["12 02:30", "06 02:00", "13 01:00", "08 03:00"], "the last events of all"),
    ("accepted_at", ["04 02:00", "–", "–", "–"], "the first of A's two examinations"),
    ("due_at", ["2024-03-08", "2024-03-11", "2024-03-12", "–"], "A's as its first event has it, not its last"),
    ("fee_vnd", ["20000", "–", "–", "–"], "the first that is known"),
    ("steps", ["7", "2", "8", "1"], "events"),
    ("repeated_steps", ["1", "0", "4", "0"], "A is examined twice; C has 8 events of 4 activities"),
    ("units", ["3", "2", "3", "0"], "distinct units; D's is not known"),
    (
        "handovers",
        ["5", "1", "4", "0"],
        "A: desk, justice (three times and a desk between: 1, 2, 3), head 4, desk 5. C: head, justice, desk, justice, desk",
    ),
    ("officers", ["3", "1", "3", "0"], "B's request names none"),
    ("unit", ["Một cửa", "Tư pháp", "Một cửa", "–"], "the last known"),
    ("officer", ["Hoa", "Hoa", "Hoa", "–"], "the last known: B's reception"),
    (
        "paused",
        [
            "2024-03-05T03:00:00.000000Z/2024-03-07T03:00:00.000000Z",
            "2024-03-06T02:00:00.000000Z/",
            "2024-03-06T01:00:00.000000Z/2024-03-08T01:00:00.000000Z;2024-03-11T01:00:00.000000Z/2024-03-12T01:00:00.000000Z",
            "",
        ],
        "from the first request to the first answer after it; B's has none yet",
    ),
];

fn as_expected(derived: &Derived, what: &str) {
    for (name, expected, why) in EXPECTED {
        assert_eq!(texts(derived, name), expected, "{what}: {name}: {why}");
    }
    let events = &derived.events;
    assert_eq!((events.activities, events.officers, events.cases), (6, 3, 4), "{what}");
    assert_eq!((events.findings.accepted, derived.distrusted.len()), (18, 0), "{what}");
}

#[test]
fn every_column_is_as_worked_out_by_hand() {
    let bench = Workbench::new();
    bench.write("log.csv", LOG);
    as_expected(&derived(&bench, &["log.csv"], &script(), 1), "one file");
    let columns = whole(&derived(&bench, &["log.csv"], &script(), 1)).width();
    // Beside them the way, which is told below.
    assert_eq!(columns, EXPECTED.len() + 1);
}

/// The way is a hash of the activities in order: A's is reception, examination, request, answer, examination, signing,
/// result; two cases of one way have one name for it, and other ways have others.
#[test]
fn a_way_is_named_by_its_activities_in_order() {
    let bench = Workbench::new();
    let again = LOG.lines().filter(|line| line.starts_with("D,")).map(|line| line.replacen('D', "E", 1) + "\n");
    bench.write("log.csv", LOG.to_owned() + &again.collect::<String>());
    let ways = texts(&derived(&bench, &["log.csv"], &script(), 1), "path");
    let activities =
        ["Tiếp nhận", "Thẩm định", "Yêu cầu bổ sung", "Bổ sung xong", "Thẩm định", "Ký duyệt", "Trả kết quả"];
    assert_eq!(ways[0], format!("{:032x}", xxhash_rust::xxh3::xxh3_128(activities.join("\0").as_bytes())));
    assert_eq!(ways[3], ways[4]);
    let distinct: std::collections::BTreeSet<&String> = ways.iter().collect();
    assert_eq!(distinct.len(), 4);
}

/// The events of a case may stand anywhere: backwards, by time, apart, in several files in any order, read by many.
#[test]
fn neither_order_nor_files_nor_threads_matter() {
    let bench = Workbench::new();
    let (header, rows) = LOG.split_once('\n').expect("a header");
    let rows: Vec<&str> = rows.lines().collect();
    let file = |name: &str, rows: &[&str]| drop(bench.write(name, format!("{header}\n{}\n", rows.join("\n"))));
    let mut turned = rows.clone();
    turned.reverse();
    file("backwards.csv", &turned);
    turned.sort_unstable_by_key(|row| row.split(',').nth(2));
    file("by_time.csv", &turned);
    let every = |first: usize| rows.iter().skip(first).step_by(3).copied().collect::<Vec<_>>();
    (0..3).for_each(|part| file(&format!("part{part}.csv"), &every(part)));
    for threads in [1, 2, 5] {
        for files in [
            &["backwards.csv"][..],
            &["by_time.csv"],
            &["part0.csv", "part1.csv", "part2.csv"],
            &["part2.csv", "part0.csv", "part1.csv"],
        ] {
            as_expected(&derived(&bench, files, &script(), threads), &format!("{files:?} on {threads}"));
        }
    }
}

/// The log as a table of typed columns.
fn table() -> Table {
    let text = || Cell::Text(String::new());
    let kinds = [text(), text(), Cell::Moment(None), text(), text(), Cell::Day(None), Cell::Number(None)];
    let (header, rows) = LOG.split_once('\n').expect("a header");
    let rows: Vec<String> = rows.lines().map(|row| row.replace(',', "|")).collect();
    Table::of(&header.split(',').collect::<Vec<_>>(), &kinds, &rows.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The log as a XES: a trace for each run of events of one case, so that a case has several, with its attributes.
fn xes(table: &Table) -> Vec<u8> {
    let text = |row: &[Cell], place: usize| row[place].text().replace(' ', if place == 2 { "T" } else { " " });
    let attribute = |key: &str, value: String| {
        let tag = if key.starts_with("time") { "date" } else { "string" };
        if value.is_empty() { value } else { format!("<{tag} key='{key}' value='{value}'/>") }
    };
    let trace = |run: &[Vec<Cell>]| {
        let keys = ["concept:name", "time:timestamp", "org:resource", "org:group"];
        let event = |row: &Vec<Cell>| {
            let own: String = (1..).zip(keys).map(|(place, key)| attribute(key, text(row, place))).collect();
            format!("<event>{own}</event>")
        };
        let own = [("concept:name", 0), ("due_at", 5), ("fee_vnd", 6)]
            .map(|(key, place)| attribute(key, text(&run[0], place)));
        format!("<trace>{}{}</trace>", own.concat(), run.iter().map(event).collect::<String>())
    };
    let traces =
        table.rows.chunk_by(|one, other| [0, 5, 6].iter().all(|place| one[*place] == other[*place])).map(trace);
    format!("<log xes.version='1.0'>{}</log>", traces.collect::<String>()).into_bytes()
}

#[test]
fn events_may_be_in_any_format() {
    let (bench, table) = (Workbench::new(), table());
    let frame = || table.frame(TimeUnit::Milliseconds, Some("Asia/Ho_Chi_Minh"));
    for (name, bytes) in [
        ("log.csv", table.csv(b';')),
        ("log.ndjson", table.ndjson()),
        ("log.xlsx", table.xlsx()),
        ("log.parquet", parquet(frame())),
        ("log.ipc", ipc(frame())),
        ("log.xes", xes(&table)),
    ] {
        bench.write(name, bytes);
        as_expected(&derived(&bench, &[name], &script(), 2), name);
    }
}

/// Of steps that say when they start and when they are done only the second count, whatever the case of the word.
#[test]
fn a_step_is_one_that_is_completed() {
    let log = |complete: &str, name: &str| {
        format!(
            "case_id,activity,at,lifecycle,unit\n1,Tiếp nhận,2024-03-01 08:00:00,start,A\n\
             1,Tiếp nhận,2024-03-01 09:00:00,{complete},A\n1,{name},2024-03-02 08:00:00,start,B\n\
             1,{name},2024-03-03 08:00:00,suspend,C\n1,{name},2024-03-04 08:00:00,{complete},A\n\
             1,Trả kết quả,2024-03-05 08:00:00,,A\n"
        )
    };
    let bench = Workbench::new();
    // Two completed steps and one without a lifecycle, all of them in A.
    for (complete, name) in
        [("complete", "Thẩm định"), ("COMPLETE", "Thẩm định"), ("complete", "Complete"), ("complete", "COMPLETE")]
    {
        bench.write("log.csv", log(complete, name));
        let cases = derived(&bench, &["log.csv"], &Script::default(), 1);
        let counts = ["steps", "repeated_steps", "units", "handovers"].map(|name| texts(&cases, name).concat());
        assert_eq!(counts, ["3", "0", "1", "0"], "`{complete}` of `{name}`");
    }
    // A log that says it in a word of its own: two steps are done and one has no lifecycle.
    bench.write("log.csv", log("done", "Complete"));
    assert_eq!(texts(&derived(&bench, &["log.csv"], &Script::default(), 1), "steps"), ["3"]);
}

/// What happened at one time keeps the order of the rows, and of the files.
#[test]
fn events_at_one_time_keep_their_order() {
    let bench = Workbench::new();
    let header = "case_id,activity,at,unit";
    bench.write("log.csv", format!("{header}\n1,a,2024-03-01,A\n1,b,2024-03-01,B\n1,c,2024-03-01,A\n"));
    let cases = derived(&bench, &["log.csv"], &Script::default(), 1);
    assert_eq!((texts(&cases, "handovers"), texts(&cases, "unit")), (vec!["2".to_owned()], vec!["A".to_owned()]));
    bench.write("a.csv", format!("{header}\n1,a,2024-03-01,A\n1,c,2024-03-01,A\n"));
    bench.write("b.csv", format!("{header}\n1,b,2024-03-01,B\n"));
    let cases = derived(&bench, &["a.csv", "b.csv"], &Script::default(), 2);
    assert_eq!((texts(&cases, "handovers"), texts(&cases, "unit")), (vec!["1".to_owned()], vec!["B".to_owned()]));
}

/// A log of days makes days of the milestones.
#[test]
fn days_stay_days() {
    let bench = Workbench::new();
    bench.write("days.csv", "case_id,activity,at,case:due_at\n1,a,2024-03-01,2024-03-08\n1,b,2024-03-04,2024-03-08\n");
    let script =
        Script { milestones: BTreeMap::from([("finished_at".to_owned(), Milestone::Last)]), ..Script::default() };
    let days = derived(&bench, &["days.csv"], &script, 1);
    assert_eq!(["finished_at", "due_at"].map(|name| texts(&days, name).concat()), ["2024-03-04", "2024-03-08"]);
    assert_eq!(whole(&days).column("finished_at").expect("a column").dtype(), &DataType::Date);
}

/// The names that the XES standard and tools after it give to columns are known without a word from the study.
#[test]
fn usual_names_are_known() {
    let bench = Workbench::new();
    let (_, rows) = LOG.split_once('\n').expect("a header");
    let header = "case:concept:name,concept:name,time:timestamp,org:resource,org:group,case:due_at,case:fee_vnd";
    bench.write("log.csv", format!("{header}\n{rows}"));
    as_expected(&derived(&bench, &["log.csv"], &script(), 2), "usual names");
}

/// A trace has a unit and an officer of its own; its events went through two units and three hands.
#[test]
fn what_an_event_has_goes_before_what_its_case_has() {
    let event = |at: u32, officer: &str, unit: &str| {
        format!(
            "<event><string key='concept:name' value='{at}'/><date key='time:timestamp' value='2024-03-0{at}T08:00:00Z'/>\
             <string key='org:resource' value='{officer}'/><string key='org:group' value='{unit}'/></event>"
        )
    };
    let events = [event(1, "Hoa", "Một cửa"), event(2, "Minh", "Tư pháp"), event(3, "Lan", "Tư pháp")].concat();
    let own = "<string key='concept:name' value='1'/><string key='unit' value='Sở Tư pháp'/><string key='officer' value='Bình'/>";
    let bench = Workbench::new();
    bench.write("log.xes", format!("<log><trace>{own}{events}</trace></log>"));
    let cases = derived(&bench, &["log.xes"], &Script::default(), 1);
    let counts = ["steps", "units", "handovers", "officers"].map(|name| texts(&cases, name).concat());
    assert_eq!(counts, ["3", "2", "1", "3"]);
    assert_eq!(["unit", "officer"].map(|name| texts(&cases, name).concat()), ["Sở Tư pháp", "Bình"]);
}
