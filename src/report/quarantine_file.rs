//! Every row set aside as CSV: where it stands, the rule it breaks, and what the source has in the mapped columns.

use super::aside;
use crate::error::{Error, Result};
use crate::ingest::{Findings, Quarantined};
use csv::Writer;
use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

/// What every row set aside says of itself.
const OWN: [&str; 5] = ["file", "row", "rule", "column", "value"];

/// Columns the program makes for itself begin so.
const INTERNAL: &str = "giamtang:";

/// A spreadsheet runs a text that begins with one of these as a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The rows set aside as CSV, those of events first; `raw` keeps texts that a spreadsheet would run.
///
/// They go out one by one: a log may have any number of them.
pub(super) fn write(findings: &Findings, raw: bool, out: impl Write) -> Result<()> {
    let mapped = mapped(findings);
    // Where there is one table its name says nothing.
    let tables: Vec<&str> = match aside::named(findings).count() {
        1 => Vec::new(),
        _ => aside::named(findings).map(|(table, _)| table).collect(),
    };
    let mut sheet = Writer::from_writer(out);
    let table = tables.first().map(|_| "table");
    put(&mut sheet, raw, table.into_iter().chain(OWN).chain(mapped.iter().copied()))?;
    for (at, part) in aside::parts(findings).enumerate() {
        let place = |name: &&str| part.columns.iter().position(|own| own == name);
        let places: Vec<Option<usize>> = mapped.iter().map(place).collect();
        part.each_aside(|row| {
            let file = part.inputs.get(row.input).map_or("?", |input| &input.path);
            let (number, value) = (row.row.to_string(), row.value.as_deref().unwrap_or_default());
            let own = [file, &number, row.rule.name(), &row.column, value];
            let cells = places.iter().map(|place| cell(row, *place));
            put(&mut sheet, raw, tables.get(at).copied().into_iter().chain(own).chain(cells))
        })?;
    }
    sheet.flush().map_err(|why| unfinished(&why))
}

/// The mapped columns by canonical name, those of events first, each once.
fn mapped(findings: &Findings) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in aside::parts(findings).flat_map(|part| &part.columns).filter(|name| !name.starts_with(INTERNAL)) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

fn cell(row: &Quarantined, place: Option<usize>) -> &str {
    place.and_then(|place| row.cells.get(place)?.as_deref()).unwrap_or_default()
}

fn put<'a>(sheet: &mut Writer<impl Write>, raw: bool, cells: impl Iterator<Item = &'a str>) -> Result<()> {
    let cells = cells.map(|text| if raw { Cow::Borrowed(text) } else { neutral(text) });
    sheet.write_record(cells.map(Cow::into_owned)).map_err(|why| match why.into_kind() {
        csv::ErrorKind::Io(why) => unfinished(&why),
        why => Error::broken("writing the rows set aside", format!("{why:?}")),
    })
}

fn unfinished(why: &std::io::Error) -> Error {
    Error::unfinished(Path::new("the output"), why)
}

/// The text with an apostrophe before what would make it a formula.
pub(super) fn neutral(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::aside::sample::{input, of_events, row};
    use super::*;
    use crate::ingest::Rule;

    fn text(findings: &Findings, raw: bool) -> String {
        let mut bytes = Vec::new();
        write(findings, raw, &mut bytes).expect("CSV");
        String::from_utf8(bytes).expect("UTF-8")
    }

    fn findings() -> Findings {
        let cells = ["=1+1", "a,\"b\"\n"].map(|text| Some(text.to_owned())).into_iter().chain([None]).collect();
        let dated = row(0, 3, Rule::UnparsableDate, "@Ngay", Some("-7"));
        let quarantine = vec![row(0, 2, Rule::RaggedRow, "", None), Quarantined { cells, ..dated }];
        let columns = ["case_id", "unit", "due_at"].map(str::to_owned).into();
        Findings { inputs: vec![input("+a.csv", 3)], accepted: 1, quarantine, columns, ..Findings::default() }
    }

    #[test]
    fn formulas_are_neutral_unless_raw() {
        let neutral = "file,row,rule,column,value,case_id,unit,due_at\n\
                       '+a.csv,2,ragged_row,,,,,\n\
                       '+a.csv,3,unparsable_date,'@Ngay,'-7,'=1+1,\"a,\"\"b\"\"\n\",\n";
        assert_eq!(text(&findings(), false), neutral);
        assert_eq!(text(&findings(), true), neutral.replace('\'', ""));
    }

    #[test]
    fn what_a_spreadsheet_runs() {
        for formula in ["=", "+1", "-1", "@x", "\tx", "\rx"] {
            assert_eq!(neutral(formula), format!("'{formula}"), "{formula:?}");
        }
        for harmless in ["", "1-1", " =1", "'=1", "−1", "ế"] {
            assert_eq!(neutral(harmless), harmless);
        }
    }

    #[test]
    fn events_stand_first_with_columns_of_their_own() {
        let mut findings = of_events();
        findings.columns = ["case_id", "unit"].map(str::to_owned).into();
        findings.quarantine[0].cells = ["B", "U"].map(|text| Some(text.to_owned())).into();
        if let Some(events) = &mut findings.events {
            events.findings.columns = ["case_id", "at", "giamtang:id"].map(str::to_owned).into();
            events.findings.quarantine[0].cells = vec![Some("B".into()), None, Some("B".into())];
        }
        let expected = "table,file,row,rule,column,value,case_id,at,unit\n\
                        events,events.csv,7,missing_time,Luc,,B,,\n\
                        cases,cases of events.csv,2,broken_event,case_id,B,B,,U\n";
        assert_eq!(text(&findings, false), expected);
    }

    #[test]
    fn nothing_set_aside_is_a_header() {
        assert_eq!(text(&Findings::default(), false), "file,row,rule,column,value\n");
    }
}
