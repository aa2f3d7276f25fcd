//! The small committed study in `fixtures/study`: two years of the city, a study file, and rows broken on purpose.

use std::io;
use std::path::Path;

use chrono::NaiveDate;

use super::broken::beside;
use super::costs::tariff_text;
use super::habits::{HABITS, Habit};
use super::places::{PLANTED, Planted, Theme};
use super::table::{COLUMNS, Style, texts, write_texts};
use super::{City, FIRST, LAST, day};
use crate::error::{Error, Result};

/// The decision that made the index of `domain.md`; the first seed taken.
const SEED: u64 = 766;
const CASES: u64 = 2_200;
const FILES: [&str; 2] = ["cases-2023.csv", "cases-2024.csv"];
const WARD: &str = "Phường Cửa Nam";
/// The same ward with combining marks, Unicode's NFD.
const WARD_DECOMPOSED: &str = "Phu\u{31b}o\u{31b}\u{300}ng Cu\u{31b}\u{309}a Nam";

const STUDY: &str = r#"# Made by giamtang's own generator; see README.md.

[study]
name = "A made-up Hanoi, six months after the merger"
zone = "Asia/Ho_Chi_Minh"

[log]
cases = ["cases-2023.csv", "cases-2024.csv"]
procedures = ["procedures.csv"]
roster = ["roster.csv"]
surveys = ["surveys.csv"]
petitions = ["petitions.csv"]
units = ["units.csv"]
ledger = ["ledger.csv"]
tasks = ["tasks.csv"]

[calendar]
base = "vietnam"

[windows]                            # the same months, both after Tết
was = "2023-02-15..2023-07-31"
is = "2024-02-15..2024-07-31"

[compare]
cluster = "unit"
horizon = "30 working days"
standardise = ["procedure"]          # the mix that is held fixed
reform = "2024-01-31"
"#;

/// The files of `fixtures/study`, by name, with their bytes.
///
/// # Errors
///
/// None that is known: the calendar is built in and the files are written to memory.
///
/// # Example
///
/// ```
/// # fn main() -> giamtang::Result<()> {
/// let names: Vec<_> = giamtang::synth::fixture()?.into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names[..4], ["README.md", "study.toml", "cases-2023.csv", "cases-2024.csv"]);
/// assert_eq!(names[4..8], ["procedures.csv", "roster.csv", "surveys.csv", "petitions.csv"]);
/// assert_eq!(names[8..], ["units.csv", "ledger.csv", "tasks.csv"]);
/// # Ok(())
/// # }
/// ```
pub fn fixture() -> Result<Vec<(&'static str, Vec<u8>)>> {
    let mut was = rows(FIRST, day(2023, 12, 31), Style::Iso)?;
    let mut is = rows(day(2024, 1, 1), LAST, Style::DayFirst)?;
    let mut plants = plant(&mut was, &mut is);
    let (tables, more) = beside(&city())?;
    plants.extend(more);
    let [was_csv, is_csv] = FILES;
    let mut files = vec![
        ("README.md", readme(&plants).into_bytes()),
        ("study.toml", format!("{STUDY}\n{}", tariff_text()).into_bytes()),
        (was_csv, csv(was_csv, &was)?),
        (is_csv, csv(is_csv, &is)?),
    ];
    files.extend(tables);
    Ok(files)
}

fn city() -> City {
    City::new(SEED).cases(CASES)
}

type Row = Vec<String>;

/// The columns of the study; what no KPI counts stays out, to keep it small.
fn columns() -> Vec<&'static str> {
    COLUMNS.into_iter().filter(|name| !matches!(*name, "field" | "non_territorial")).collect()
}

fn rows(from: NaiveDate, to: NaiveDate, style: Style) -> Result<Vec<Row>> {
    let rows = city().received(from, to)?.map(|dossier| texts(&dossier, &columns(), style));
    rows.collect::<io::Result<_>>().map_err(|why| Error::broken("drawing the fixture study", why))
}

fn csv(name: &str, rows: &[Row]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write_texts(&columns(), rows, &mut bytes).map_err(|why| Error::unwritable(Path::new(name), why))?;
    Ok(bytes)
}

/// A row that was broken: its file, its number after the header, the rule it breaks, and how.
pub(super) type Plant = (&'static str, usize, &'static str, &'static str);

/// Breaks rows; copies come last, so that the numbers of the others stand.
fn plant(was: &mut Vec<Row>, is: &mut Vec<Row>) -> Vec<Plant> {
    let [id, received, finished, outcome, unit, procedure] =
        ["case_id", "received_at", "finished_at", "outcome", "unit", "procedure"].map(at);
    let mut plants = Vec::new();
    let mut broken = |year: usize, index: usize, rule, how| plants.push((FILES[year], index + 1, rule, how));

    was[100][id].clear();
    broken(0, 100, "missing_id", "the id is blank");
    was[200][received] = "1900-01-01 00:00:00".into();
    broken(0, 200, "implausible_date", "received in 1900, a spreadsheet's zero");
    let copy = was[300].clone();
    was.insert(301, copy);
    broken(0, 301, "identical_repeat", "the row above once more; one of the two stays");

    let closed = found(is, 150, |row| !row[finished].is_empty());
    is[closed].swap(received, finished);
    broken(1, closed, "finished_before_received", "the two moments are exchanged");
    is[250][received] = "31/02/2024 09:15".into();
    broken(1, 250, "unparsable_date", "received on 31 February");
    let ward = found(is, 350, |row| row[unit] == WARD);
    is[ward][unit] = WARD_DECOMPOSED.into();
    broken(1, ward, "none", "the ward's name in NFD: the same office, accepted");
    is[400][procedure] = "Đăng ký lại khai sinh".into();
    broken(1, 400, "none", "a procedure that the catalogue does not have: accepted, and counted as unmatched");
    let granted = found(is, 450, |row| row[outcome] == "granted");
    let mut copy = is[granted].clone();
    copy[outcome] = "refused".into();
    is.insert(granted + 1, copy);
    broken(1, granted, "conflicting_repeat", "granted here, refused in the next row; neither stays");
    broken(1, granted + 1, "conflicting_repeat", "refused here, granted in the row above");
    plants
}

fn at(name: &str) -> usize {
    columns().iter().position(|column| *column == name).unwrap_or_default()
}

/// The first row from one on that fits, or that one.
fn found(rows: &[Row], from: usize, fits: impl Fn(&Row) -> bool) -> usize {
    rows.iter().skip(from).position(fits).map_or(from, |ahead| from + ahead)
}

/// What is planted, as far as a chance says it.
const THEMES: [(&str, Theme); 16] = [
    ("stuck: three times the working time", Theme::Stuck),
    ("received by another office than the responsible one", Theme::Elsewhere),
    ("asked for a supplement", Theme::Asked),
    ("… of these once more", Theme::AskedAgain),
    ("online", Theme::Online),
    ("… of these accepted after more than eight working hours", Theme::Delayed),
    ("one visit more than needed", Theme::ExtraVisit),
    ("electronic result", Theme::EResult),
    ("components scanned", Theme::Digitised),
    ("a component reused", Theme::Reused),
    ("a component from the population database", Theme::Population),
    ("paid online, where there is a fee", Theme::PaidOnline),
    ("synced with the national portal", Theme::Synced),
    ("… there one state behind", Theme::Behind),
    ("officer or acceptance not written down", Theme::Gap),
    ("an apology in time, of those that will be late", Theme::Apology),
];

/// The same beside the dossiers.
const HABIT_LINES: [(&str, Habit); 9] = [
    ("surveys: an answer, of dossiers finished with a result", Habit::Answers),
    ("… one of the two best; 22 points less where it was late, 7 less from a business", Habit::Satisfied),
    ("petitions: a complaint about a dossier, of dossiers received", Habit::Complains),
    ("… a letter about something else", Habit::Writes),
    ("… made once more within 90 days", Habit::Insists),
    ("… answered within 15 working days", Habit::Replies),
    ("… the answer does not satisfy", Habit::Disappoints),
    ("tasks: all is said, and one owner named", Habit::Clear),
    ("… led by the centre", Habit::Central),
];

/// A number of four digits with its comma.
fn thousands(number: u64) -> String {
    format!("{},{:03}", number / 1_000, number % 1_000)
}

fn readme(plants: &[Plant]) -> String {
    let line = |(file, row, rule, how): &Plant| format!("| {file} | {row} | {rule} | {how} |\n");
    let broken: String = plants.iter().map(line).collect();
    let per_cent = |per_mille: i64| format!("{}.{} %", per_mille / 10, per_mille % 10);
    let theme = |(what, theme): &(&str, Theme)| {
        let planted = &PLANTED[*theme as usize];
        format!("| {what} | {} | {} |\n", per_cent(planted.was), per_cent(planted.is))
    };
    let themes: String = THEMES.iter().map(theme).collect();
    let habit = |(what, habit): &(&str, Habit)| {
        let Planted { was, is, .. } = &HABITS[*habit as usize];
        format!("| {what} | {} | {} |\n", per_cent(*was), per_cent(*is))
    };
    let habits: String = HABIT_LINES.iter().map(habit).collect();
    let cost = &HABITS[Habit::Cost as usize];
    format!(
        "# A made-up city, before and after a reform\n\n\
Nothing here happened. The dossiers are drawn by `src/synth` from seed {SEED}; the names of wards and procedures are\n\
real, the numbers, the limits and fees among them, are not. The files are never edited by hand; this makes them again:\n\n\
```sh\n\
GIAMTANG_WRITE=1 cargo test --lib synth::fixture\n\
```\n\n\
{} dossiers were received in 2023 and 2024 by 14 offices, a file for each year: the first writes dates as\n\
`2023-04-28 16:05:31`, the second as `28/04/2024 16:05`. The record ends with 2024: what is not finished by then is\n\
open.\n\n\
## What the reform of 31 January 2024 does\n\n\
For dossiers received from that day on, in the mean of all offices that could be drawn; these 14 lie around it, and the\n\
procedures too. Simple procedures become more frequent: certified copies from 10 to 15 % of all, land from 17 to 12 %.\n\n\
| planted | before | after |\n\
|---|---|---|\n\
| working time | 100 % | 80 %, by office 70 to 90 % |\n\
| median time from result to delivery | 10 working hours | 6 |\n\
{themes}\
| refused, withdrawn, returned | 4, 3, 2 % | the same |\n\n\
## The tables beside the dossiers\n\n\
| planted | before | after |\n\
|---|---|---|\n\
{habits}\
| ledger: cost of a dossier received | {},000 đồng | {},000 đồng |\n\
| procedures: in force on 31 July, two born, one ended and one merged in the window; one, one and two | 57 | 43 |\n\
| … restructured on the reform's day; eight merged and four ended with it | 4 | 26 |\n\
| … decided in the window and published in time | two in five | seven in eight |\n\
| … documents and limits of what dossiers ask for | 2 to 9, 1 to 20 days | 2 to 6, 1 to 15 days |\n\
| roster: officers of an office | 4 | 3; the fourth is moved to another post |\n\
| … an officer is trained | 40.0 % | 80.0 % |\n\n\
- `procedures.csv`: 60 procedures, of which dossiers have 8, edition by edition. One, the monthly allowance, was not in\n\
\x20 force from 3 to 12 January 2024: its dossiers of these days are unmatched. The offices go on promising the old\n\
\x20 limits, so due dates do not follow the catalogue's. What is late comes 12 working days after its decision or later,\n\
\x20 or never; what is in time, within 4.\n\
- `roster.csv`: a row for each spell of open days without a day off; whose step an event names is on it that day. One\n\
\x20 officer in five works half days. Rows with `moved_to` are days in the other post. `SO.01` is the agency's that is\n\
\x20 consulted.\n\
- `surveys.csv`: two offices, Thanh Xuân and Ba Vì, ask on a scale whose first point is the best. One answer in\n\
\x20 seventeen comes after 45 days or more, the others within two weeks.\n\
- `petitions.csv`: a complaint names its dossier, a letter its subject. A fifteenth working day that has passed without\n\
\x20 an answer is late.\n\
- `units.csv`: Phường Hàng Bài went into Phường Cửa Nam after 31 October 2023; two fifths of its dossiers, officers and\n\
\x20 costs stand under the old name until then.\n\
- `ledger.csv`: two lines a month for each office, in proportion to its size.\n\
- `tasks.csv`: two tasks a month for each office; one in 67 has no due date.\n\n\
## What is broken on purpose\n\n\
Rows are counted from 1 after the header. Of {} rows of dossiers 7 are quarantined and {} accepted.\n\n\
| file | row | rule | how |\n\
|---|--:|---|---|\n\
{broken}",
        thousands(CASES),
        cost.was,
        cost.is,
        thousands(CASES + 2),
        thousands(CASES + 2 - 7),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// `GIAMTANG_WRITE=1` writes the files instead of comparing them.
    #[test]
    fn the_committed_study_is_the_generators() -> Result<()> {
        // Tests run in the package's folder; a path compiled in may be that of another clone that shared the build.
        let folder = Path::new("fixtures/study");
        for (name, bytes) in fixture()? {
            let path = folder.join(name);
            if std::env::var_os("GIAMTANG_WRITE").is_some() {
                fs::write(&path, &bytes).map_err(|why| Error::unwritable(&path, why))?;
            }
            let committed = fs::read(&path).map_err(|why| Error::unreadable(&path, why))?;
            assert!(committed == bytes, "{name} is not what the generator makes");
        }
        Ok(())
    }

    #[test]
    fn the_tables_stay_small() -> Result<()> {
        let bytes: usize = fixture()?.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(bytes < 1_200_000, "{bytes}");
        Ok(())
    }
}
