//! Parts of the portal's payload read as canonical texts: nested lists and two codes that need more than a table.
//!
//! Each function takes the text of a source column and never fails on a blank one. An error is a clause that says which
//! entry of the list is wrong, and how.

use super::entries::{Document, Fee, ResultFile, Supplement, Text, list};
use super::{CHANNELS, TIMESTAMP};
use chrono::{Datelike, NaiveDateTime};
use serde::de::DeserializeOwned;

/// No channel counts as direct (`domain.md` 5.2); a code is left to the table of values.
pub(super) fn channel(text: &str) -> Result<String, String> {
    let text = text.trim();
    Ok(if text.is_empty() { CHANNELS[0] } else { text }.to_owned())
}

/// Paid online through the portal's gateway (1) or the local one (2).
///
/// The other codes, 0 and 3, say only that it was not: by other means or not at all. That is a value, because a share
/// of dossiers paid online needs those that were not.
pub(super) fn payment(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Ok(String::new()),
        "1" | "2" => Ok("online".to_owned()),
        "0" | "3" => Ok("not_online".to_owned()),
        other => Err(format!("DuocThanhToanTrucTuyen is {}, not 0 to 3", shown(other))),
    }
}

/// The intervals in which the applicant was waited for.
///
/// Such as `2024-02-01T08:00:00/2024-02-05T09:30:00;2024-03-01T08:00:00/`, in the order of the list.
///
/// It is assumed that `NgayBoSung` is when the supplement was asked for and `NgayTiepNhanBoSung` when it came back, as
/// the names and the order in which a local system fills them in tell. Without the latter the pause is open, whatever
/// `TrangThaiBoSung` says, whose values nobody could confirm.
pub(super) fn pauses(json: &str) -> Result<String, String> {
    let Some(supplements) = list::<Supplement>(json)? else { return Ok(String::new()) };
    let mut intervals = Vec::with_capacity(supplements.len());
    for (at, supplement) in (1..).zip(&supplements) {
        let (asked, back) = (moment(&supplement.asked), moment(&supplement.back));
        let (asked, back) = (asked.map_err(|why| of_entry(at, &why))?, back.map_err(|why| of_entry(at, &why))?);
        let asked = asked.ok_or_else(|| of_entry(at, "no NgayBoSung"))?.format("%Y-%m-%dT%H:%M:%S");
        let back = back.map(|back| back.format("%Y-%m-%dT%H:%M:%S").to_string()).unwrap_or_default();
        intervals.push(format!("{asked}/{back}"));
    }
    Ok(intervals.join(";"))
}

/// How often a supplement was asked for.
pub(super) fn supplement_requests(json: &str) -> Result<String, String> {
    Ok(list::<Supplement>(json)?.map(|supplements| supplements.len().to_string()).unwrap_or_default())
}

/// The earliest date that a supplement moved the due date from.
pub(super) fn original_due(json: &str) -> Result<String, String> {
    let mut earliest: Option<NaiveDateTime> = None;
    for (at, supplement) in (1..).zip(list::<Supplement>(json)?.unwrap_or_default()) {
        let due = moment(&supplement.due_before).map_err(|why| of_entry(at, &why))?;
        earliest = earliest.into_iter().chain(due).min();
    }
    Ok(earliest.map(|due| due.format(TIMESTAMP).to_string()).unwrap_or_default())
}

/// The sum of the prices in đồng.
///
/// Blank where there is no price at all, or not every one is known: a local system lists only what was paid through it,
/// so an empty list is not a fee of 0; a fee of 0 is written as one.
pub(super) fn fee(json: &str) -> Result<String, String> {
    let fees = list::<Fee>(json)?.unwrap_or_default();
    let (mut sum, mut all_known) = (0_i64, !fees.is_empty());
    for (at, Fee { price }) in (1..).zip(&fees) {
        all_known &= !price.0.is_empty();
        let price = match price.0.as_str() {
            "" => 0,
            text => text.parse().map_err(|_| of_entry(at, &format!("Gia is {}, no whole number", shown(text))))?,
        };
        if price < 0 {
            return Err(of_entry(at, "Gia is below zero"));
        }
        sum = sum.checked_add(price).ok_or_else(|| of_entry(at, "the sum of Gia is too large"))?;
    }
    Ok(if all_known { sum.to_string() } else { String::new() })
}

/// Whether a document was scanned (1), or is reused from a scanned one (2, 3).
pub(super) fn digitised(json: &str) -> Result<String, String> {
    any(json, |document: &Document| code(&document.scanned, "DuocSoHoa", &["1", "2", "3"], &["0"]))
}

/// Whether a document is reused: from another dossier's document or result.
///
/// `DuocSoHoa` tells it as 2 or 3 (`domain.md` 5.2), `DuocTaiSuDung` as 1 or 2.
pub(super) fn reused(json: &str) -> Result<String, String> {
    any(json, |document: &Document| {
        let by_scan = code(&document.scanned, "DuocSoHoa", &["2", "3"], &["0", "1"]);
        let by_mark = code(&document.reused, "DuocTaiSuDung", &["1", "2"], &["0"]);
        match (by_scan, by_mark) {
            (Ok(true), _) | (_, Ok(true)) => Ok(true),
            (by_scan, by_mark) => by_scan.and(by_mark),
        }
    })
}

/// Whether a document was taken from the national store.
///
/// The rules of Decision 766 as they are transcribed count this mark under 4.4 (the personal store) and, beside an
/// account verified by VNeID and the code of the population database, under 4.5b as well, which the KPI
/// `quality/population_data` follows. `MaCSDL` is not read: its code for the population database is not known, and one
/// system writes the same code for every dossier.
pub(super) fn population_data(json: &str) -> Result<String, String> {
    any(json, |document: &Document| code(&document.national, "DuocLayTuKhoDMQG", &["1"], &["0"]))
}

/// Whether a result has a link to its file.
pub(super) fn e_result(json: &str) -> Result<String, String> {
    any(json, |result: &ResultFile| Ok(!result.link.0.is_empty()))
}

/// `true` where one entry of a list has it, `false` where none has.
fn any<T: DeserializeOwned>(json: &str, has: impl Fn(&T) -> Result<bool, String>) -> Result<String, String> {
    let Some(entries) = list::<T>(json)? else { return Ok(String::new()) };
    let mut found = Ok(false);
    for (at, each) in (1..).zip(&entries) {
        match has(each) {
            Ok(true) => return Ok("true".to_owned()),
            Ok(false) => {}
            Err(why) => found = found.and(Err(of_entry(at, &why))),
        }
    }
    found.map(|found| found.to_string())
}

/// Whether a code is one of those that mean yes; blank means no.
fn code(text: &Text, name: &str, yes: &[&str], no: &[&str]) -> Result<bool, String> {
    let text = match text.0.as_str() {
        "true" | "True" => "1",
        "" | "false" | "False" => "0",
        text => text,
    };
    match () {
        () if yes.contains(&text) => Ok(true),
        () if no.contains(&text) => Ok(false),
        () => Err(format!("{name} is {}, no known code", shown(text))),
    }
}

/// What one entry of a list breaks.
fn of_entry(at: usize, why: &str) -> String {
    format!("entry {at}: {why}")
}

fn shown(text: &str) -> String {
    format!("`{}`", text.chars().take(40).collect::<String>())
}

/// A moment as `20240201080000`, or as `2024-02-01T08:00:00`; blank is none.
///
/// The payload's rule is the first; systems that hold typed dates write the second. The year 1 is what these write for
/// a date that was never set.
fn moment(text: &Text) -> Result<Option<NaiveDateTime>, String> {
    let text = text.0.as_str();
    let begins = |digits: usize| text.bytes().take(digits).all(|byte| byte.is_ascii_digit());
    let read = match text.len() {
        0 => return Ok(None),
        14 if begins(14) => NaiveDateTime::parse_from_str(text, TIMESTAMP).ok(),
        19.. if begins(4) => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok(),
        _ => None,
    };
    let moment = read.ok_or_else(|| format!("{} is no moment such as 20240201080000", shown(text)))?;
    Ok(Some(moment).filter(|moment| moment.year() > 1))
}

#[cfg(test)]
mod tests {
    use super::super::{PARTS, Part};
    use super::*;

    fn part(canonical: &str) -> (&'static str, Part) {
        PARTS.iter().find(|(name, ..)| *name == canonical).map(|(_, source, read)| (*source, *read)).unwrap()
    }

    #[test]
    fn blank_is_blank_and_an_empty_list_is_none_of_it() {
        for (canonical, empty) in [
            ("paused", ""),
            ("supplement_requests", "0"),
            ("original_due_at", ""),
            ("fee_vnd", ""),
            ("digitised", "false"),
            ("reused", "false"),
            ("population_data", "false"),
            ("e_result", "false"),
        ] {
            let read = part(canonical).1;
            for (text, expected) in [("", ""), (" ", ""), ("null", ""), ("[]", empty), ("[null]", empty)] {
                assert_eq!(read(text), Ok(expected.to_owned()), "{canonical} of {text:?}");
            }
        }
        assert_eq!(
            [channel(" "), channel("9"), payment(""), payment("0")].map(Result::unwrap),
            ["direct", "9", "", "not_online"]
        );
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let deep = "[".repeat(100_000);
        for (canonical, ..) in &PARTS[2..] {
            let read = part(canonical).1;
            for text in [
                "[",
                "[{",
                "1",
                "\"x\"",
                "[1]",
                "[[]]",
                "[[\"1\",\"1\",\"1\"]]",
                "[{}]]",
                "\0",
                "[{\"a\":\"\\ud800\"}",
                &deep,
            ] {
                assert!(read(text).is_err_and(|why| why.contains("no list")), "{canonical} of {text:.20}");
            }
        }
        for (canonical, text, why) in [
            ("paused", r#"[{"NgayTiepNhanBoSung":"20240101000000"}]"#, "entry 1: no NgayBoSung"),
            ("paused", r#"[{"NgayBoSung":"20240230000000"}]"#, "`20240230000000` is no moment"),
            ("paused", r#"[{"NgayBoSung":"20240101"}]"#, "is no moment"),
            ("paused", r#"[{"NgayBoSung":"2024-01-01T00:00:00+07:00"}]"#, "is no moment"),
            ("paused", r#"[{"NgayBoSung":"1","NgayBoSung":"2"}]"#, "duplicate field"),
            ("original_due_at", r#"[{},{"NgayHenTraTruoc":"mai"}]"#, "entry 2: `mai` is no moment"),
            ("fee_vnd", r#"[{"Gia":"150.000"}]"#, "entry 1: Gia is `150.000`, no whole number"),
            ("fee_vnd", r#"[{"Gia":1},{"Gia":0.5}]"#, "entry 2: Gia is `5e-1`, no whole number"),
            ("fee_vnd", r#"[{"Gia":-1}]"#, "below zero"),
            ("fee_vnd", r#"[{"Gia":99999999999999999999}]"#, "no whole number"),
            ("fee_vnd", r#"[{"Gia":9223372036854775807},{"Gia":1}]"#, "too large"),
            ("fee_vnd", r#"[{"Gia":[1]}]"#, "expected a text or a number"),
            ("digitised", r#"[{"DuocSoHoa":"7"},{"DuocSoHoa":"0"}]"#, "entry 1: DuocSoHoa is `7`, no known code"),
            ("reused", r#"[{"DuocSoHoa":"1","DuocTaiSuDung":"x"}]"#, "DuocTaiSuDung is `x`"),
            ("payment", "7", "DuocThanhToanTrucTuyen is `7`"),
        ] {
            let found = part(canonical).1(text).unwrap_err();
            assert!(found.contains(why), "{canonical} of {text}: {found}");
        }
    }

    #[test]
    fn entries_are_read_in_any_spelling() {
        for (canonical, text, expected) in [
            (
                "paused",
                r#"{"NgayBoSung":20240201080000,"NgayTiepNhanBoSung":"0001-01-01T00:00:00"}"#,
                "2024-02-01T08:00:00/",
            ),
            (
                "paused",
                r#"[{"NgayBoSung":" 2024-02-01T08:00:00.250 ","NgayTiepNhanBoSung":null}]"#,
                "2024-02-01T08:00:00/",
            ),
            (
                "original_due_at",
                r#"[{"NgayHenTraTruoc":"20240301000000"},{"NgayHenTraTruoc":"20240201000000"},{}]"#,
                "20240201000000",
            ),
            ("fee_vnd", r#"[{"Gia":0}]"#, "0"),
            ("fee_vnd", r#"[{"Gia":"10000"},{"Gia":null}]"#, ""),
            ("digitised", r#"[{"DuocSoHoa":true}]"#, "true"),
            ("digitised", r#"[{"DuocSoHoa":"7"},{"DuocSoHoa":3}]"#, "true"),
            ("reused", r#"[{"DuocSoHoa":2,"DuocTaiSuDung":"x"}]"#, "true"),
            ("reused", r#"[{"DuocSoHoa":"1","DuocTaiSuDung":false}]"#, "false"),
            ("population_data", r#"[{"DuocLayTuKhoDMQG":"True"}]"#, "true"),
            ("e_result", r#"[{"DuongDanTepTinKetQua":" "},{"MaGiayToKetQua":"K1"}]"#, "false"),
        ] {
            assert_eq!(part(canonical).1(text), Ok(expected.to_owned()), "{canonical} of {text}");
        }
    }
}
