//! A whole made-up study in a folder: its log, its study file, and what was planted.

use std::path::Path;

use serde_json::{Value, json};

use super::City;
use super::costs::tariff_text;
use super::files::{FileFormat, must_be_free, write_file};
use super::tables::{BESIDE, write_tables};
use super::truth::{Expected, HORIZON, Level, Truth, WINDOWS, truth};
use crate::error::{Error, Result, plain};

/// Dossiers drawn for the truth: four times those of the city, so that it is known better than a study can know it,
/// but no fewer and no more than these.
fn drawn(city: &City) -> u64 {
    (4 * city.cases).clamp(20_000, 1_000_000)
}

/// Writes a city as a study: its tables, `study.toml`, `truth.json` and `README.md`; see [`write_tables`].
///
/// The folder is made if need be. Files of these names are never replaced. Dossiers are written as they are drawn, so
/// memory does not grow with their number; `watch` is told how many there are so far.
///
/// # Errors
///
/// One of the files is there already, or cannot be written. Nothing is left that looks whole and is not.
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use giamtang::synth::{City, FileFormat, write_demo};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// write_demo(folder.path(), &City::new(7).cases(2_000), FileFormat::Csv, |_| {})?;
/// let card = Study::load(folder.path().join("study.toml"))?.plan()?.compare()?;
/// assert_eq!(card.reconciliation.accepted, 2_000);
/// # Ok(())
/// # }
/// ```
pub fn write_demo(dir: &Path, city: &City, format: FileFormat, watch: impl Fn(u64)) -> Result<()> {
    std::fs::create_dir_all(dir).map_err(|why| Error::unwritable(dir, plain(&why)))?;
    let [study, planted, readme] = ["study.toml", "truth.json", "README.md"].map(|name| dir.join(name));
    [&study, &planted, &readme].into_iter().try_for_each(|path| must_be_free(path))?;
    write_tables(dir, city, format, watch)?;
    write_file(&planted, &pretty(&truth_json(city, &truth(city, drawn(city))?))?)?;
    write_file(&readme, readme_text(city, format).as_bytes())?;
    write_file(&study, study_text(city, format).as_bytes())
}

fn pretty(value: &Value) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|why| Error::broken("writing what was planted", why))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What was planted, as JSON.
pub(super) fn truth_json(city: &City, truth: &Truth) -> Value {
    let window = |[first, last]: [chrono::NaiveDate; 2]| format!("{first}..{last}");
    let level = |level: Level| json!({ "value": rounded(level.value), "se": rounded(level.se) });
    let kpi = |own: &Expected| {
        json!({
            "id": own.id, "of": own.of, "was": level(own.was), "is": level(own.is), "change": level(own.change),
            "adjusted": own.adjusted.map(level),
        })
    };
    json!({
        "schema": "giamtang.truth/1",
        "city": {
            "seed": city.seed, "cases": city.cases, "offices": city.offices,
            "reform": city.reform.map(|day| day.to_string()),
        },
        "was": window(WINDOWS[0]), "is": window(WINDOWS[1]), "horizon": format!("{HORIZON} working days"),
        "dossiers": truth.dossiers,
        "kpis": truth.kpis.iter().map(kpi).collect::<Vec<_>>(),
    })
}

/// Nine significant digits: sums of floats may differ in the last ones from machine to machine.
fn rounded(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}

fn study_text(city: &City, format: FileFormat) -> String {
    let ending = format.extension();
    let [was, is] = WINDOWS.map(|[first, last]| format!("{first}..{last}"));
    let reform = city.reform.map(|day| format!("reform = \"{day}\"\n")).unwrap_or_default();
    let events = if city.events { "events of the same dossiers are in `events`; see README.md" } else { "" };
    let note = if events.is_empty() { String::new() } else { format!("    # {events}") };
    let beside: String = BESIDE.iter().map(|table| format!("{table} = [\"{table}.{ending}\"]\n")).collect();
    format!(
        "# Made by giamtang's own generator; see README.md.\n\n\
[study]\nname = \"A made-up Hanoi\"\nzone = \"Asia/Ho_Chi_Minh\"\n\n\
[log]\ncases = [\"cases.{ending}\"]{note}\n{beside}\n\
[calendar]\nbase = \"vietnam\"\n\n\
[windows]                            # the same months, both after Tết\nwas = \"{was}\"\nis = \"{is}\"\n\n\
[compare]\ncluster = \"unit\"\nhorizon = \"{HORIZON} working days\"\nstandardise = [\"procedure\"]\n{reform}\n{}",
        tariff_text(),
    )
}

fn readme_text(city: &City, format: FileFormat) -> String {
    let ending = format.extension();
    let City { seed, cases, offices, .. } = city;
    let drawn = drawn(city);
    let reform = city.reform.map_or("There is no reform.".into(), |day| {
        format!("A reform applies to dossiers received from {day} on; `truth.json` says what it does.")
    });
    let events = if city.events {
        format!(
            "\n`events.{ending}` has the steps of the same dossiers. To make dossiers of them instead, write in the \
             study:\n\n```toml\n[log]\nevents = [\"events.{ending}\"]\n\n[milestones]\n\
             finished_at = {{ last = [\"Ký duyệt\", \"Từ chối giải quyết\", \"Rút hồ sơ\", \"Trả lại hồ sơ\"] }}\n\
             delivered_at = {{ last = \"Trả kết quả\" }}\n\n[pauses]\nfrom = \"Yêu cầu bổ sung\"\nto = \"Nhận bổ \
             sung\"\n```\n"
        )
    } else {
        String::new()
    };
    format!(
        "# A made-up city\n\n\
Nothing here happened. {cases} dossiers of 2023 and 2024 in {offices} offices, drawn by giamtang from seed {seed}; the\n\
names of wards and procedures are real, the numbers, limits and fees among them, are not. The record ends with 2024:\n\
what is not finished by then is open. {reform}\n\n\
```sh\ngiamtang compare study.toml\n```\n{events}\n\
Beside the dossiers stand `procedures`, `roster`, `surveys`, `petitions`, `units`, `ledger` and `tasks`. A ward, Phường\n\
Hàng Bài, was merged into another after October 2023; one procedure lapsed for ten days of January 2024, and its dossiers\n\
of these days have none; some offices ask on a scale whose first point is the best; officers who were moved stand in the\n\
roster with their new post. Incomes, hours and prices of the tariff are made up too.\n\n\
## truth.json\n\n\
For each KPI its value in both windows, its change, and the change at a fixed mix of procedures (`adjusted`), with\n\
Monte-Carlo standard errors (`se`). They are not taken from `cases.{ending}`. They are what the model comes to: {drawn}\n\
other dossiers, each in an office drawn for it alone, followed to their end and counted one by one. The offices of\n\
`cases.{ending}` are a sample of such offices, so a 95 % interval by office should hold the truth in 19 cities of 20.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::*;

    fn written(format: FileFormat) -> (tempfile::TempDir, City) {
        let (folder, city) = (tempfile::tempdir().expect("a folder"), City::new(9).cases(3_000).events(true));
        write_demo(folder.path(), &city, format, |_| {}).expect("written");
        (folder, city)
    }

    fn bytes(folder: &tempfile::TempDir, name: &str) -> Vec<u8> {
        std::fs::read(folder.path().join(name)).expect("a file")
    }

    /// Two runs write the same bytes, in either format.
    #[test]
    fn a_seed_gives_the_same_bytes() {
        for format in [FileFormat::Csv, FileFormat::Parquet] {
            let (one, two) = (written(format).0, written(format).0);
            let ending = format.extension();
            for name in
                [&format!("cases.{ending}"), &format!("events.{ending}"), "study.toml", "truth.json", "README.md"]
            {
                assert!(bytes(&one, name) == bytes(&two, name), "{name}");
            }
        }
    }

    /// What Parquet holds, written as CSV text cell by cell, is what the CSV file holds.
    #[test]
    fn both_formats_hold_the_same() {
        let (csv, parquet) = (written(FileFormat::Csv).0, written(FileFormat::Parquet).0);
        for table in ["cases", "events"] {
            let file = std::fs::File::open(parquet.path().join(format!("{table}.parquet"))).expect("a file");
            let frame = ParquetReader::new(file).finish().expect("a frame");
            let bytes = bytes(&csv, &format!("{table}.csv"));
            let mut rows = csv::Reader::from_reader(&bytes[..]).into_records();
            for row in 0..frame.height() {
                let texts: Vec<String> =
                    frame.columns().iter().map(|column| text(&column.get(row).expect("a value"))).collect();
                assert_eq!(rows.next().expect("a row").expect("sound"), texts);
            }
            assert!(rows.next().is_none() && frame.height() >= 3_000);
        }
    }

    fn text(value: &AnyValue<'_>) -> String {
        match value {
            AnyValue::Null => String::new(),
            AnyValue::String(text) => (*text).to_owned(),
            AnyValue::Boolean(yes) => u8::from(*yes).to_string(),
            AnyValue::Datetime(us, ..) => {
                let at = chrono::DateTime::from_timestamp_micros(*us).expect("a moment");
                at.format("%Y-%m-%d %H:%M:%S").to_string()
            }
            other => other.to_string(),
        }
    }

    #[test]
    fn what_is_there_already_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("truth.json"), "mine").expect("written");
        let why = write_demo(folder.path(), &City::new(9).cases(20), FileFormat::Csv, |_| {}).expect_err("a refusal");
        assert!(why.to_string().contains("truth.json") && why.to_string().contains("there already"), "{why}");
        assert_eq!(bytes(&folder, "truth.json"), b"mine");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
