//! A dossier and its steps as rows, with the canonical column names, and rows as CSV.

use std::io::{self, Write};

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::{Dossier, Event};

/// One value of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'a> {
    Text(Option<&'a str>),
    Moment(Option<NaiveDateTime>),
    Day(Option<NaiveDate>),
    Number(u64),
    /// In millionths.
    Decimal(u64),
    Flag(Option<bool>),
    Pauses(&'a [(NaiveDateTime, Option<NaiveDateTime>)]),
}

/// What decimals are counted in.
pub(super) const MILLION: u64 = 1_000_000;

/// The columns of a table of dossiers, in order.
pub const COLUMNS: [&str; 32] = [
    "case_id",
    "submitted_at",
    "received_at",
    "accepted_at",
    "due_at",
    "original_due_at",
    "finished_at",
    "delivered_at",
    "apology_at",
    "status",
    "national_status",
    "outcome",
    "unit",
    "receiving_unit",
    "procedure",
    "field",
    "applicant",
    "channel",
    "service_level",
    "officer",
    "payment",
    "visits",
    "supplement_requests",
    "fee_vnd",
    "paused",
    "digitised",
    "reused",
    "e_result",
    "synced",
    "vneid",
    "population_data",
    "non_territorial",
];

/// The columns of a table of events, in order; those of the whole case stand on its first event.
pub const EVENT_COLUMNS: [&str; 16] = [
    "case_id",
    "activity",
    "at",
    "started_at",
    "lifecycle",
    "officer",
    "unit",
    "step_due_at",
    "case:received_at",
    "case:submitted_at",
    "case:due_at",
    "case:outcome",
    "case:receiving_unit",
    "case:procedure",
    "case:applicant",
    "case:channel",
];

pub(super) fn cells(own: &Dossier) -> [Cell<'_>; COLUMNS.len()] {
    use Cell::{Day, Flag, Moment, Number, Pauses, Text};
    [
        Text(Some(&own.case_id)),
        Moment(Some(own.submitted_at)),
        Moment(Some(own.received_at)),
        Moment(own.accepted_at),
        Day(Some(own.due_at)),
        Day(own.original_due_at),
        Moment(own.finished_at),
        Moment(own.delivered_at),
        Moment(own.apology_at),
        Text(Some(own.status)),
        Text(own.national_status),
        Text(own.outcome),
        Text(Some(&own.unit)),
        Text(Some(&own.receiving_unit)),
        Text(Some(own.procedure)),
        Text(Some(own.field)),
        Text(Some(own.applicant)),
        Text(Some(own.channel)),
        Text(Some(own.service_level)),
        Text(own.officer.as_deref()),
        Text(own.payment),
        Number(own.visits),
        Number(own.supplement_requests),
        Number(own.fee_vnd),
        Pauses(&own.paused),
        Flag(Some(own.digitised)),
        Flag(Some(own.reused)),
        Flag(own.e_result),
        Flag(Some(own.synced)),
        Flag(Some(own.vneid)),
        Flag(Some(own.population_data)),
        // Every procedure of the city may be handed in at any of its offices.
        Flag(Some(true)),
    ]
}

pub(super) fn event_cells<'a>(own: &'a Dossier, event: &'a Event, first: bool) -> [Cell<'a>; EVENT_COLUMNS.len()] {
    use Cell::{Day, Moment, Text};
    let of_case = |text| Text(if first { text } else { None });
    [
        Text(Some(&own.case_id)),
        Text(Some(event.activity)),
        Moment(Some(event.at)),
        Moment(Some(event.started_at)),
        Text(Some(event.lifecycle)),
        Text(Some(&event.officer)),
        Text(Some(&event.unit)),
        Moment(event.step_due_at),
        Moment(first.then_some(own.received_at)),
        Moment(first.then_some(own.submitted_at)),
        Day(first.then_some(own.original_due_at.unwrap_or(own.due_at))),
        of_case(own.outcome),
        of_case(Some(&own.receiving_unit)),
        of_case(Some(own.procedure)),
        of_case(Some(own.applicant)),
        of_case(Some(own.channel)),
    ]
}

/// How dates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `2023-04-28 16:05:31`, and `2023-05-04` for a day.
    Iso,
    /// `28/04/2023 16:05`, and `04/05/2023` for a day; seconds are cut off.
    DayFirst,
}

impl Style {
    fn day(self, day: NaiveDate, out: &mut Vec<u8>) -> io::Result<()> {
        let (y, m, d) = (day.year(), day.month(), day.day());
        match self {
            Self::Iso => write!(out, "{y:04}-{m:02}-{d:02}"),
            Self::DayFirst => write!(out, "{d:02}/{m:02}/{y:04}"),
        }
    }

    fn moment(self, at: NaiveDateTime, out: &mut Vec<u8>) -> io::Result<()> {
        self.day(at.date(), out)?;
        write!(out, " {:02}:{:02}", at.hour(), at.minute())?;
        if self == Self::Iso { write!(out, ":{:02}", at.second()) } else { Ok(()) }
    }

    /// From the request to the answer, `a/b;c/d`; nothing after the slash where there is none yet.
    ///
    /// The slash is ISO 8601's, so the moments are too, whatever the other dates look like.
    fn pauses(pauses: &[(NaiveDateTime, Option<NaiveDateTime>)], out: &mut Vec<u8>) -> io::Result<()> {
        for (number, (from, to)) in pauses.iter().enumerate() {
            out.extend_from_slice(if number > 0 { b";" } else { b"" });
            Self::Iso.moment(*from, out)?;
            out.push(b'/');
            to.map_or(Ok(()), |to| Self::Iso.moment(to, out))?;
        }
        Ok(())
    }

    /// A value as text; nothing where there is none.
    pub(super) fn cell(self, cell: Cell<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        match cell {
            Cell::Text(text) => out.extend_from_slice(text.unwrap_or_default().as_bytes()),
            Cell::Moment(at) => at.map_or(Ok(()), |at| self.moment(at, out))?,
            Cell::Day(day) => day.map_or(Ok(()), |day| self.day(day, out))?,
            Cell::Number(number) => write!(out, "{number}")?,
            Cell::Decimal(number) => write!(out, "{}", number as f64 / MILLION as f64)?,
            Cell::Flag(flag) => out.extend_from_slice(flag.map_or(b"", |yes| if yes { b"1" } else { b"0" })),
            Cell::Pauses(pauses) => Self::pauses(pauses, out)?,
        }
        Ok(())
    }
}

/// Writes some columns of dossiers as CSV with a header, and tells how many dossiers.
///
/// # Errors
///
/// What the writer says, or a column that is not in [`COLUMNS`].
///
/// # Example
///
/// ```
/// use giamtang::synth::{COLUMNS, City, Style, write_csv};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut csv = Vec::new();
/// assert_eq!(write_csv(City::new(7).cases(20).dossiers()?, &COLUMNS, Style::Iso, &mut csv)?, 20);
/// assert!(csv.starts_with(b"case_id,submitted_at,received_at,accepted_at,due_at,"));
/// # Ok(())
/// # }
/// ```
pub fn write_csv(
    dossiers: impl IntoIterator<Item = Dossier>,
    columns: &[&str],
    style: Style,
    out: impl Write,
) -> io::Result<u64> {
    let places = columns.iter().map(|name| place(name)).collect::<io::Result<Vec<usize>>>()?;
    let mut out = csv::Writer::from_writer(out);
    out.write_record(columns)?;
    let (mut written, mut text) = (0, Vec::new());
    for dossier in dossiers {
        let cells = cells(&dossier);
        add(&mut out, places.iter().map(|place| cells[*place]), style, &mut text)?;
        written += 1;
    }
    out.flush()?;
    Ok(written)
}

/// Where a column stands among all.
fn place(name: &str) -> io::Result<usize> {
    let unknown = || io::Error::new(io::ErrorKind::InvalidInput, format!("no column `{name}` in a city"));
    COLUMNS.iter().position(|known| *known == name).ok_or_else(unknown)
}

/// Adds a row; `text` is room that is used again.
pub(super) fn add<'a>(
    out: &mut csv::Writer<impl Write>,
    row: impl IntoIterator<Item = Cell<'a>>,
    style: Style,
    text: &mut Vec<u8>,
) -> io::Result<()> {
    for cell in row {
        text.clear();
        style.cell(cell, text)?;
        out.write_field(&text)?;
    }
    out.write_record(None::<&[u8]>)?;
    Ok(())
}

/// A row as texts, for those who change them; only of columns that are known.
pub(super) fn texts(own: &Dossier, columns: &[&str], style: Style) -> io::Result<Vec<String>> {
    let cells = cells(own);
    let own = columns.iter().map(|name| Ok(cells[place(name)?])).collect::<io::Result<Vec<_>>>()?;
    row_texts(&own, style)
}

/// The cells of a row as texts.
pub(super) fn row_texts(cells: &[Cell<'_>], style: Style) -> io::Result<Vec<String>> {
    let text = |cell: &Cell<'_>| {
        let mut text = Vec::new();
        style.cell(*cell, &mut text)?;
        String::from_utf8(text).map_err(io::Error::other)
    };
    cells.iter().map(text).collect()
}

/// Writes such rows as CSV with a header.
pub(super) fn write_texts(columns: &[&str], rows: &[Vec<String>], out: impl Write) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(columns)?;
    rows.iter().try_for_each(|row| out.write_record(row))?;
    out.flush()
}
