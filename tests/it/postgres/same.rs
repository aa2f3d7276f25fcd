//! The same rows from a file and from the server: the same cube to the byte, whole or in parts, and the same card.

use super::server::Desk;
use crate::workbench::project;
use polars::prelude::*;

/// The files of the fixture study.
const FILES: [&str; 9] =
    ["cases-2023", "cases-2024", "procedures", "roster", "surveys", "petitions", "units", "ledger", "tasks"];

/// A table of text with the rows of a file.
fn table(file: &str) -> String {
    let csv = std::fs::read_to_string(project("fixtures/study").join(format!("{file}.csv"))).expect("a fixture");
    let (header, rows) = csv.split_once('\n').expect("a header");
    let columns: Vec<String> = header.trim().split(',').map(|column| format!("\"{column}\" text")).collect();
    let create = format!("CREATE TABLE \"{file}\" ({});\n", columns.join(", "));
    format!("{create}COPY \"{file}\" FROM STDIN (FORMAT csv);\n{}\n\\.\n", rows.trim_end())
}

/// The fixture study with its tables in the server, some of them as queries, beside itself.
///
/// Its files hold rows that break rules, dates as text among them: what is inferred and set aside is the same too.
#[test]
fn the_fixture_study_is_the_same_from_the_server() {
    let Some(desk) = Desk::new() else { return };
    let schema = desk.schema(&FILES.map(table).concat());
    let mut theirs = std::fs::read_to_string(project("fixtures/study/study.toml")).expect("a fixture");
    for file in FILES {
        let entry = match file {
            "surveys" | "roster" => format!("{{ query = \"SELECT * FROM {schema}.{file}\" }}"),
            _ => format!("{{ table = \"{schema}.{file}\" }}"),
        };
        assert!(theirs.contains(&format!("\"{file}.csv\"")), "{file}");
        theirs = theirs.replace(&format!("\"{file}.csv\""), &entry);
    }
    desk.bench.write("study.toml", theirs);
    let files = project("fixtures/study/study.toml");
    let files = files.to_str().expect("UTF-8");
    desk.said(&["cube", "build", files, "-o", "files.cube"]);
    desk.said(&["cube", "build", "study.toml", "-o", "server.cube", "--threads", "1"]);
    assert!(desk.bytes("files.cube") == desk.bytes("server.cube"), "the cubes differ");
    for part in ["1/2", "2/2"] {
        let name = format!("part{}.cube", &part[..1]);
        desk.said(&["cube", "build", "study.toml", "-o", &name, "--shard", part]);
    }
    let merged = desk.run(&["cube", "merge", "part2.cube", "part1.cube", "-o", "merged.cube"]);
    assert!(merged.status.success() && desk.bytes("merged.cube") == desk.bytes("files.cube"), "the parts differ");
    // The cards differ in the names of their inputs alone.
    let card = |study: &str| {
        let card = desk.said(&["compare", study, "--format", "json"]);
        let mut card: serde_json::Value = serde_json::from_str(&card).expect("JSON");
        card.as_object_mut().expect("an object").remove("inputs").expect("inputs")
    };
    let (inputs, others) = (card("study.toml"), card(files));
    assert_eq!(inputs[1]["path"], format!("postgres: table {schema}.cases-2024"));
    assert_eq!(inputs[0]["format"], "PostgreSQL");
    for place in 0..2 {
        assert_eq!(inputs[place]["rows"], others[place]["rows"]);
        assert_eq!(inputs[place]["dates"], others[place]["dates"]);
    }
    let page = desk.said(&["trace", "study.toml", "H26.12-230103-0001"]);
    assert!(page.contains(&format!("postgres: table {schema}.cases-2023, row 1 · accepted")), "{page}");
}

/// Typed columns beside the same of a Parquet file: moments of the wall and with a zone, days, decimals, flags.
#[test]
fn typed_columns_are_those_of_a_parquet_file() {
    let Some(desk) = Desk::new() else { return };
    const ROWS: i64 = 20_000;
    // Row g: received g minutes into 2024 of Hanoi, finished after g mod 9 days where g mod 7 is not 0.
    let schema = desk.schema(&format!(
        "CREATE TABLE cases AS SELECT 'H26-' || g AS case_id, \
         timestamptz '2024-01-01 00:00+07' + g * interval '1 minute' AS received_at, \
         CASE WHEN g % 7 > 0 THEN timestamp '2024-01-01' + g * interval '1 minute' + g % 9 * interval '1 day' END \
         AS finished_at, date '2024-02-10' + (g % 30)::int AS due_at, ('Phường ' || g % 5)::varchar(20) AS unit, \
         (g % 11 * 1000)::numeric(12, 2) AS fee_vnd, (g % 3)::int2 AS visits, g % 2 = 0 AS digitised \
         FROM generate_series(1, {ROWS}) AS g"
    ));
    const MINUTE: i64 = 60_000_000;
    const NEW_YEAR: i64 = 1_704_067_200_000_000;
    let rows = 1..=ROWS;
    let received: Vec<i64> = rows.clone().map(|g| NEW_YEAR - 7 * 60 * MINUTE + g * MINUTE).collect();
    let finished = |g: i64| (g % 7 > 0).then_some(NEW_YEAR + g * MINUTE + g % 9 * 1440 * MINUTE);
    let finished: Vec<Option<i64>> = rows.clone().map(finished).collect();
    let due: Vec<i32> = rows.clone().map(|g| 19_763 + (g % 30) as i32).collect();
    let mut frame = df!(
        "case_id" => rows.clone().map(|g| format!("H26-{g}")).collect::<Vec<_>>(),
        "received_at" => received, "finished_at" => finished, "due_at" => due,
        "unit" => rows.clone().map(|g| format!("Phường {}", g % 5)).collect::<Vec<_>>(),
        "fee_vnd" => rows.clone().map(|g| g % 11 * 1000).collect::<Vec<_>>(),
        "visits" => rows.clone().map(|g| g % 3).collect::<Vec<_>>(),
        "digitised" => rows.map(|g| g % 2 == 0).collect::<Vec<_>>(),
    )
    .expect("columns");
    let types = [
        ("received_at", DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))),
        ("finished_at", DataType::Datetime(TimeUnit::Microseconds, None)),
        ("due_at", DataType::Date),
    ];
    for (name, dtype) in types {
        let column = frame.column(name).expect("a column").cast(&dtype).expect("a cast");
        frame.with_column(column).expect("a column");
    }
    let file = std::fs::File::create(desk.bench.path("cases.parquet")).expect("a file");
    ParquetWriter::new(file).finish(&mut frame).expect("Parquet");
    let study = "[study]\nname = 'both'\n[calendar]\nbase = 'vietnam'\n[windows]\nis = '2024-01-01..2024-01-14'\n[compare]\nby = ['unit']\n";
    desk.bench.write("file.toml", format!("log.cases = ['cases.parquet']\n{study}"));
    desk.bench.write("study.toml", format!("log.cases = [{{ table = '{schema}.cases' }}]\n{study}"));
    desk.said(&["cube", "build", "file.toml", "-o", "file.cube"]);
    for threads in ["1", "2"] {
        desk.said(&["cube", "build", "study.toml", "-o", "server.cube", "--threads", threads]);
        assert!(desk.bytes("file.cube") == desk.bytes("server.cube"), "the cubes differ on {threads} threads");
    }
    let checked = desk.checked();
    assert_eq!(checked["reconciliation"]["accepted"], ROWS);
    let dates = serde_json::json!({"due_at": "typed", "finished_at": "typed", "received_at": "typed"});
    assert_eq!(checked["inputs"][0]["dates"], dates);
    // The other way to name a table, and from a study that has another log.
    let told = ["cube", "build", "file.toml", "-o", "told.cube", "--table", &format!("cases=postgres:{schema}.cases")];
    desk.said(&told);
    assert!(desk.bytes("file.cube") == desk.bytes("told.cube"), "--table reads another log");
}

/// Events of the server, with a constant of their cases, as those of a file.
#[test]
fn events_are_made_into_cases() {
    let Some(desk) = Desk::new() else { return };
    let csv = "case_id,activity,at,officer\n1,Receive,2024-03-01 08:00:00,An\n1,Decide,2024-03-04 09:00:00,Binh\n\
               2,Receive,2024-03-02 08:00:00,An\n3,Receive,2024-03-02 08:30:00,An\n3,,2024-03-03 08:30:00,An\n";
    desk.bench.write("events.csv", csv);
    let rows = csv.split_once('\n').expect("a header").1;
    let columns = "case_id int, activity text, at timestamp, officer name";
    let copy = format!("COPY events FROM STDIN (FORMAT csv);\n{rows}\\.\n");
    let schema = desk.schema(&format!("CREATE TABLE events ({columns});\n{copy}"));
    let study = "[study]\nname = 'both'\n[windows]\nis = '2024-03-01..2024-03-31'\n[milestones]\nreceived_at = 'first'\n\
                 finished_at = 'Decide'\n[compare]\ncluster = 'unit'\n";
    let entry = |place: &str| format!("log.events = [{{ {place}, set = {{ unit = 'M1' }} }}]\n{study}");
    desk.bench.write("file.toml", entry("path = 'events.csv'"));
    desk.bench.write("study.toml", entry(&format!("table = '{schema}.events'")));
    desk.said(&["cube", "build", "file.toml", "-o", "file.cube"]);
    desk.said(&["cube", "build", "study.toml", "-o", "server.cube"]);
    assert!(desk.bytes("file.cube") == desk.bytes("server.cube"), "the cubes differ");
    // Of the third case an event breaks a rule, so the case does.
    assert_eq!(desk.checked()["reconciliation"]["by_rule"], serde_json::json!({"broken_event": 1}));
}

/// The README's own lines, run by a shell that has a server: they print a scorecard and leave nothing behind.
#[test]
fn the_lines_of_the_readme_run() {
    let Some(desk) = Desk::new() else { return };
    let readme = std::fs::read_to_string(project("README.md")).expect("README.md");
    let (_, section) = readme.split_once("### From a database").expect("the section");
    let lines = section.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("lines");
    // Where the server is, only who runs it knows.
    let (first, lines) = lines.split_once('\n').expect("lines");
    assert!(first.starts_with("export DATABASE_URL=postgres://"), "{first}");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_giamtang")).parent().expect("a folder");
    let path = std::env::join_paths(
        [program.to_owned(), desk.server.programs.clone()]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let mut shell = std::process::Command::new("sh");
    shell.args(["-e", "-c", lines]).current_dir(desk.bench.path("")).env("PATH", path.expect("a path"));
    let output = shell.env("DATABASE_URL", desk.server.url()).env_remove("COLUMNS").output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(page.contains("postgres: table public.demo_cases") && page.contains("Time the applicant waits"), "{page}");
    assert_eq!(desk.server.sql("SELECT to_regclass('public.demo_cases') IS NULL"), "t");
}
