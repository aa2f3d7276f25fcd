//! A dossier as a row, with the canonical column names.

use std::io::{self, Write};

use chrono::NaiveDateTime;

use super::Dossier;

/// The columns written, in order.
pub const COLUMNS: [&str; 11] = [
    "case_id",
    "submitted_at",
    "received_at",
    "due_at",
    "finished_at",
    "outcome",
    "unit",
    "receiving_unit",
    "procedure",
    "channel",
    "applicant",
];

pub(super) type Row = [String; COLUMNS.len()];

/// How dates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `2023-04-28 16:05:31`, and `2023-05-04` for a day.
    Iso,
    /// `28/04/2023 16:05`, and `04/05/2023` for a day; seconds are cut off.
    DayFirst,
}

impl Style {
    fn moment(self) -> &'static str {
        match self {
            Self::Iso => "%Y-%m-%d %H:%M:%S",
            Self::DayFirst => "%d/%m/%Y %H:%M",
        }
    }

    fn day(self) -> &'static str {
        match self {
            Self::Iso => "%Y-%m-%d",
            Self::DayFirst => "%d/%m/%Y",
        }
    }
}

/// Writes dossiers as CSV with a header, and tells how many.
///
/// # Errors
///
/// What the writer says.
///
/// # Example
///
/// ```
/// use giamtang::synth::{City, Style, write_csv};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut csv = Vec::new();
/// assert_eq!(write_csv(City::new(7).cases(20).dossiers()?, Style::Iso, &mut csv)?, 20);
/// assert!(csv.starts_with(b"case_id,submitted_at,received_at,due_at,"));
/// # Ok(())
/// # }
/// ```
pub fn write_csv(dossiers: impl IntoIterator<Item = Dossier>, style: Style, out: impl Write) -> io::Result<u64> {
    write_rows(dossiers.into_iter().map(|dossier| row(&dossier, style)), out)
}

pub(super) fn write_rows(rows: impl IntoIterator<Item = Row>, out: impl Write) -> io::Result<u64> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(COLUMNS)?;
    let mut written = 0;
    for row in rows {
        out.write_record(row)?;
        written += 1;
    }
    out.flush()?;
    Ok(written)
}

pub(super) fn row(dossier: &Dossier, style: Style) -> Row {
    let moment = |at: NaiveDateTime| at.format(style.moment()).to_string();
    [
        dossier.case_id.clone(),
        moment(dossier.submitted_at),
        moment(dossier.received_at),
        dossier.due_at.format(style.day()).to_string(),
        dossier.finished_at.map(moment).unwrap_or_default(),
        dossier.outcome.unwrap_or_default().into(),
        dossier.unit.into(),
        dossier.receiving_unit.into(),
        dossier.procedure.into(),
        dossier.channel.into(),
        dossier.applicant.into(),
    ]
}
