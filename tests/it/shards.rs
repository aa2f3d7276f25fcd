//! Split by case id, counted apart, merged in any order, on one thread or two: the same bytes.

use crate::workbench::{Workbench, project, shared};
use giamtang::Study;
use giamtang::cube::Cube;
use giamtang::ingest::{Shard, Table};
use giamtang::kpi;
use giamtang::synth::{City, Style, write_csv};
use std::collections::BTreeMap;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::Path;

const FORMATS: &str = "format.datetime=['%Y-%m-%d %H:%M:%S', '%d/%m/%Y %H:%M', '%Y-%m-%d', '%d/%m/%Y']";

/// A study whose log is the given files.
fn over(study: &Study, files: &[String]) -> Study {
    study.clone().set(&format!("log.cases={files:?}")).expect("a log")
}

fn cube(study: &Study, threads: usize) -> Cube {
    let threads = NonZeroUsize::new(threads).expect("a thread");
    study.plan().expect("a plan").threads(threads).cube().expect("a cube")
}

/// Splits CSV files into so many parts by case id; each part keeps each file's header.
fn split(bench: &Workbench, logs: &[Vec<u8>], parts: usize) -> Vec<Vec<String>> {
    let mut files: Vec<Vec<String>> = vec![Vec::new(); parts];
    for (number, log) in logs.iter().enumerate() {
        let mut reader = csv::Reader::from_reader(log.as_slice());
        let header = reader.headers().expect("a header").clone();
        let mut shards: BTreeMap<usize, csv::Writer<Vec<u8>>> = BTreeMap::new();
        for record in reader.records() {
            let record = record.expect("a record");
            let id: u64 = record[0].trim().bytes().fold(7, |hash, byte| hash * 31 % 1_000_003 + u64::from(byte));
            let shard = shards.entry(id as usize % parts).or_insert_with(|| {
                let mut writer = csv::Writer::from_writer(Vec::new());
                writer.write_record(&header).expect("a header");
                writer
            });
            shard.write_record(&record).expect("a row");
        }
        for (part, writer) in shards {
            let name = format!("{parts}-{part}-{number}.csv");
            let path = bench.write(&name, writer.into_inner().expect("the rows"));
            files[part].push(path.to_string_lossy().into_owned());
        }
    }
    files.retain(|files| !files.is_empty());
    files
}

fn merged(mut cubes: Vec<Cube>) -> Cube {
    let first = cubes.remove(0);
    let merge = |whole: Cube, part: Cube| whole.merge(part, Path::new("part")).expect("the same plan");
    cubes.into_iter().fold(first, merge)
}

/// Every split must give the whole's bytes; `orders` turns the parts.
fn same_bytes(study: &Study, logs: &[Vec<u8>], parts: &[usize]) {
    let bench = Workbench::new();
    let whole = split(&bench, logs, 1).concat();
    let expected = cube(&over(study, &whole), 1).to_bytes().expect("bytes");
    assert_eq!(cube(&over(study, &whole), 2).to_bytes().expect("bytes"), expected, "two threads");
    for &count in parts {
        let files = split(&bench, logs, count);
        let mut cubes: Vec<Cube> =
            files.iter().enumerate().map(|(part, files)| cube(&over(study, files), 1 + part % 2)).collect();
        assert_eq!(merged(cubes.clone()).to_bytes().expect("bytes"), expected, "{count} parts");
        cubes.reverse();
        assert_eq!(merged(cubes.clone()).to_bytes().expect("bytes"), expected, "{count} parts, last first");
        let third = cubes.len() / 3;
        cubes.rotate_left(third);
        let (left, right) = cubes.split_at(cubes.len().div_ceil(2));
        let halves = [left, right].into_iter().filter(|half| !half.is_empty());
        let tree = merged(halves.map(|half| merged(half.to_vec())).collect());
        assert_eq!(tree.to_bytes().expect("bytes"), expected, "{count} parts, as a tree");
    }
}

/// The fixture study without the tables beside its dossiers: a log that is split by hand cannot split those.
fn alone() -> Study {
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    let without = |study: Study, table: Table| study.set(&format!("log.{}=[]", table.name())).expect("a setting");
    Table::beside().fold(study, without)
}

#[test]
fn any_split_of_the_fixture_study_gives_the_same_cube() {
    let study = alone();
    let study = study.set(FORMATS).and_then(|study| study.set("compare.by=['channel']")).expect("settings");
    let log = |name: &str| std::fs::read(project("fixtures/study").join(name)).expect("a log");
    same_bytes(&study, &[log("cases-2023.csv"), log("cases-2024.csv")], &[2, 7, 64]);
}

#[test]
fn any_split_of_a_real_log_gives_the_same_cube() {
    let Some(path) = shared("nyc_council_casework.csv.gz") else { return };
    let mut log = Vec::new();
    let file = std::fs::File::open(path).expect("the log");
    flate2::read::GzDecoder::new(file).read_to_end(&mut log).expect("the rows");
    let study = Study::load(project("tests/studies/nyc.toml")).expect("a study");
    same_bytes(&study, &[log], &[7, 64]);
}

/// The rows of a log, so many to a file; a batch holds rows of one file.
fn by_rows(bench: &Workbench, log: &[u8], rows: usize) -> Vec<String> {
    let text = String::from_utf8_lossy(log);
    let (header, body) = text.split_once('\n').expect("a header");
    let lines: Vec<&str> = body.lines().collect();
    let files = lines.chunks(rows).enumerate().map(|(number, lines)| {
        let text = format!("{header}\n{}\n", lines.join("\n"));
        bench.write(&format!("{rows}-{number}.csv"), text).to_string_lossy().into_owned()
    });
    files.collect()
}

#[test]
fn batches_of_any_size_give_the_same_cube() {
    let columns = ["case_id", "received_at", "due_at", "finished_at", "outcome", "unit", "procedure", "applicant"];
    let dossiers = City::new(7).cases(900).offices(5).dossiers().expect("dossiers");
    let mut log = Vec::new();
    write_csv(dossiers, &columns, Style::Iso, &mut log).expect("rows");
    let bench = Workbench::new();
    let text = "log.cases = ['log.csv']\ncalendar.base = 'vietnam'\nwindows.was = '2023-02-15..2023-07-31'\n\
                windows.is = '2024-02-15..2024-07-31'\ncompare.by = ['unit']\ncompare.standardise = ['procedure']";
    let study = Study::parse(text, bench.path("study.toml")).expect("a study");
    let bytes = |rows: usize, threads| {
        let files = by_rows(&bench, &log, rows);
        let cube = cube(&over(&study, &files), threads);
        assert!(cube.len() > 1_000, "{} cells", cube.len());
        cube.to_bytes().expect("bytes")
    };
    let whole = bytes(1_000_000, 1);
    for (rows, threads) in [(1_000_000, 2), (1_000, 1), (100, 2), (1, 1), (1, 2)] {
        assert!(bytes(rows, threads) == whole, "{rows} rows a batch, {threads} threads");
    }
}

/// A thousand parts by case id, loaded and merged at once, in several orders; with a KPI of each kind of content.
#[test]
fn a_thousand_shards_are_the_whole() {
    let kinds =
        ["time/elapsed_time", "time/processing_time", "time/closed_time_mean", "time/limit_ratio", "time/on_time"];
    let kpis = kinds.map(|id| kpi::find(id).expect("a KPI").clone());
    let study = alone().set(FORMATS).expect("a setting").kpis(kpis);
    let log = std::fs::read(project("fixtures/study/cases-2023.csv")).expect("a log");
    let bench = Workbench::new();
    let study = over(&study, &by_rows(&bench, &log, 1_000_000));
    let whole = cube(&study, 2).to_bytes().expect("bytes");
    let mut paths: Vec<_> = (1..=1_000)
        .map(|number| {
            let path = bench.path(&format!("{number}.cube"));
            let part = study.clone().shard(number, 1_000).expect("a part");
            cube(&part, 1).save(&path).expect("saved");
            path
        })
        .collect();
    let merged = |paths: &[std::path::PathBuf]| Cube::load_all(paths).expect("parts").expect("a cube");
    for turn in [0, 1, 613] {
        paths.rotate_left(turn);
        assert!(merged(&paths).to_bytes().expect("bytes") == whole, "{turn}");
    }
    paths.reverse();
    assert!(merged(&paths).to_bytes().expect("bytes") == whole, "last first");
    let twice = Cube::load_all(&[&paths[..], &paths[7..8]].concat()).expect_err("a part twice").to_string();
    assert!(twice.contains("split") || twice.contains("again"), "{twice}");
}

#[test]
fn a_cube_survives_its_file_and_refuses_another_plan() {
    let bench = Workbench::new();
    let study = alone();
    let own = cube(&study, 2);
    let path = bench.path("cube.parquet");
    own.save(&path).expect("saved");
    assert_eq!(Cube::load(&path).expect("loaded"), own);
    for (setting, why) in [("compare.cluster=none", "another plan"), ("compare.level=0.9", "another `level`")] {
        let other = cube(&study.clone().set(setting).expect("a setting"), 1);
        let error = own.clone().merge(other, &path).expect_err(setting).to_string();
        assert!(error.contains("cube.parquet") && error.contains(why), "{error}");
    }
}

/// What a study says by default and what it says in words is one plan.
#[test]
fn a_default_written_out_is_the_same_plan() {
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    let digest = |study: &Study| cube(study, 1).header.digest;
    let written = ["log.ids=checked", "log.plausible=1990-01-01..2049-12-31"];
    let own = digest(&study);
    let written = written.iter().try_fold(study, |study, setting| study.set(setting)).expect("settings");
    assert_eq!(digest(&written), own);
}

/// Every copy of a cube with some bytes overturned is refused or read; none stops the program.
#[test]
fn a_damaged_cube_is_an_error() {
    let bench = Workbench::new();
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    let whole = cube(&study, 1).to_bytes().expect("bytes");
    let mut refused = 0;
    for turn in 0..40_usize {
        let mut bytes = whole.clone();
        for step in 0..3 {
            let at = (turn * 7_919 + step * 104_729) % bytes.len();
            bytes[at] ^= 1 << (turn % 8);
        }
        refused += usize::from(Cube::load(bench.write("damaged.parquet", bytes)).is_err());
    }
    assert!(refused > 0);
}

/// A file of the fixture study with the rows of one part alone; those without a case are in the last.
fn own_rows(bench: &Workbench, name: &str, shard: Shard) -> String {
    let mut reader = csv::Reader::from_path(project("fixtures/study").join(name)).expect("a file");
    let header = reader.headers().expect("a header").clone();
    let place = header.iter().position(|column| column == "case_id").expect("a column of ids");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("a header");
    for record in reader.records().map(|record| record.expect("a record")) {
        let id = record[place].trim();
        let is_own = if id.is_empty() { shard.number == shard.of } else { shard.holds_case(Some(id)) };
        if is_own {
            writer.write_record(&record).expect("a row");
        }
    }
    let rows = writer.into_inner().expect("the rows");
    bench.write(&format!("{}-{name}", shard.number), rows).to_string_lossy().into_owned()
}

/// The fixture study over one of five parts that were split outside, and its answers with it where they were too.
fn split_outside(bench: &Workbench, number: u64, surveys: bool) -> Study {
    let shard = Shard { number, of: 5, is_split: true };
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    let study = over(&study, &["cases-2023.csv", "cases-2024.csv"].map(|name| own_rows(bench, name, shard)));
    let answers = own_rows(bench, "surveys.csv", shard);
    let study = if surveys { study.set(&format!("log.surveys={:?}", [answers])).expect("answers") } else { study };
    study.shard(number, 5).expect("a part").presplit(surveys)
}

#[test]
fn parts_split_outside_are_the_whole() {
    let bench = Workbench::new();
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    let whole = cube(&study, 2).to_bytes().expect("bytes");
    for surveys in [false, true] {
        let mut parts: Vec<Cube> = (1..=5).map(|number| cube(&split_outside(&bench, number, surveys), 1)).collect();
        assert!(parts.iter().all(|part| part.header.reconciliation.read > 300), "no part is all or nothing");
        assert!(merged(parts.clone()).to_bytes().expect("bytes") == whole, "answers split: {surveys}");
        parts.rotate_left(3);
        let (left, right) = parts.split_at(2);
        let tree = merged(vec![merged(right.to_vec()), merged(left.to_vec())]);
        assert!(tree.to_bytes().expect("bytes") == whole, "answers split: {surveys}, as a tree");
    }
}

#[test]
fn a_row_of_another_part_is_refused_where_parts_are_split_outside() {
    let bench = Workbench::new();
    let study = split_outside(&bench, 2, true);
    let other = Shard { number: 3, of: 5, is_split: true };
    let log = over(&study, &[own_rows(&bench, "cases-2023.csv", other)]);
    let error = log.plan().and_then(|plan| plan.cube()).expect_err("a log of another part").to_string();
    assert!(error.contains("is of part 3") && error.contains("2/5"), "{error}");
    let answers = study.set(&format!("log.surveys={:?}", [own_rows(&bench, "surveys.csv", other)])).expect("answers");
    let error = answers.plan().expect_err("answers of another part").to_string();
    assert!(error.contains("is of part 3") && error.contains("3-surveys.csv"), "{error}");
    let whole = cube(&split_outside(&bench, 1, false), 1);
    let error = whole.merge(cube(&split_outside(&bench, 2, true), 1), Path::new("2.cube")).expect_err("two ways");
    assert!(error.to_string().contains("is split in one of the cubes"), "{error}");
}

/// Each of two parts reads its own dates, one as days first and one as months first: together they mean nothing.
#[test]
fn parts_that_read_dates_differently_are_refused() {
    let bench = Workbench::new();
    let text =
        "log.cases = ['log.csv']\nwindows.is = '2024-01-01..2024-12-31'\ncompare.cluster = 'none'\nstudy.zone = 'UTC'";
    let part = |number: u64, days: [&str; 2]| {
        let shard = Shard { number, of: 2, is_split: true };
        let ids = (0..).map(|id| format!("A{id}")).filter(|id| shard.holds_case(Some(id)));
        let rows = ids.zip(days).map(|(id, day)| format!("{id},{day}\n"));
        let log = bench.write(&format!("{number}.csv"), format!("case_id,received_at\n{}", rows.collect::<String>()));
        let study = Study::parse(text, bench.path("study.toml")).expect("a study");
        let study = over(&study, &[log.to_string_lossy().into_owned()]);
        cube(&study.shard(number, 2).expect("a part").presplit(false), 1)
    };
    let days_first = part(1, ["13/02/2024", "03/04/2024"]);
    let error = days_first.clone().merge(part(2, ["02/13/2024", "03/04/2024"]), Path::new("2.cube"));
    let error = error.expect_err("other dates").to_string();
    assert!(error.contains("received_at") && error.contains("format.datetime"), "{error}");
    let whole = days_first.merge(part(2, ["14/02/2024", "04/04/2024"]), Path::new("2.cube")).expect("one log");
    assert!(whole.header.dates.is_empty() && whole.header.parts.is_empty() && whole.header.reconciliation.read == 4);
}
