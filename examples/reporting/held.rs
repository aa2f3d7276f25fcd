//! What a reporting tool holds already, by whatever way it came: here 360 made-up dossiers of six offices.

use polars::prelude::*;

/// Dossiers of one office in one year.
const DOSSIERS: u32 = 30;

/// The dossiers of both years, a row each; open ones have no `finished_at`.
pub fn frame() -> PolarsResult<DataFrame> {
    let rows = || (0..2).flat_map(|year| (0..6).flat_map(move |unit| (0..DOSSIERS).map(move |at| [year, unit, at])));
    let texts = |of: fn([u32; 3]) -> Option<String>| rows().map(of).collect::<Vec<_>>();
    df!(
        "case_id" => texts(|[year, unit, at]| Some(format!("{}-{unit}-{at:02}", 2023 + year))),
        "received_at" => texts(|[year, _, at]| Some(day(year, received(at)))),
        "due_at" => texts(|[year, _, at]| Some(day(year, received(at) + 9))),
        "finished_at" => texts(|[year, unit, at]| Some(day(year, received(at) + took(year, unit, at)?))),
        "unit" => texts(|[_, unit, _]| Some(format!("Office {}", unit + 1))),
        "procedure" => texts(|[_, _, at]| Some(if at % 3 == 0 { "birth" } else { "residence" }.to_owned())),
    )
}

fn day(year: u32, day: u32) -> String {
    format!("{}-03-{day:02}", 2023 + year)
}

/// The day of March: the first to the eighteenth.
fn received(at: u32) -> u32 {
    1 + at % 18
}

/// Days from reception to result: six to eleven in the first year, three to eight in the second, of which every tenth
/// dossier is still open.
fn took(year: u32, unit: u32, at: u32) -> Option<u32> {
    match year {
        0 => Some(6 + at % 5 + u32::from(!unit.is_multiple_of(3))),
        _ if at % 10 == 9 => None,
        _ => Some(3 + at % 5 + u32::from(unit >= 2)),
    }
}
