//! Form II.06a/VPCP/KSTT: how many dossiers were received, resolved and in progress, by field, in thirteen columns.

mod counted;
mod json;
mod notes;
mod paper;
mod public;
mod recipes;

pub(super) use recipes::{dimensions, recipes};

use super::ground::{Ground, Head, Known};
use super::sheet::Sheet;
use crate::error::{Error, Result, Undefined};
use counted::{Counted, Lacks, Lines};
use serde::Serialize;
use std::collections::BTreeMap;

/// How the classes of dossiers are folded into the form's columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Folding {
    /// By their dates, all of them: who is withdrawn or returned after the due date is overdue, who waits too.
    #[default]
    ByDates,
    /// As provinces fold them: withdrawn and returned are on time, waiting for a supplement is within time.
    Provincial,
}

impl Folding {
    /// Both.
    pub const ALL: [Self; 2] = [Self::ByDates, Self::Provincial];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::ByDates => "by-dates",
            Self::Provincial => "provincial",
        }
    }
}

/// The form filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Handling {
    /// Whose it is, and of which days.
    pub head: Head,
    /// How it is folded.
    pub folding: Folding,
    /// All dossiers; its parts are the fields.
    pub whole: Part,
    /// The units, each with its fields; none where nobody asked for them.
    pub units: Vec<Part>,
    /// What the form counts in other columns than a reader may think, or leaves out.
    pub told: Told,
}

/// A line of the form, with the lines below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The column it is one of: `unit`, `field`, `procedure`; none of all dossiers.
    pub of: Option<&'static str>,
    /// Its name; absent where the log says none.
    pub name: Option<String>,
    /// The columns 3 to 13.
    pub columns: Columns,
    /// What became of the resolved ones, each in one class.
    pub ended: Ended,
    /// The lines below.
    pub parts: Vec<Part>,
}

/// The columns 3 to 13 of the form, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns(pub [Known<u64>; 11]);

/// The resolved ones by what became of them, each in one class.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// With a result before the due day.
    pub early: Known<u64>,
    /// With a result on the due day, or without a due date.
    pub on_time: Known<u64>,
    /// With a result after it.
    pub overdue: Known<u64>,
    /// Taken back by the applicant.
    pub withdrawn: Known<u64>,
    /// Sent back by the office.
    pub returned: Known<u64>,
}

/// What is told below the form, of all dossiers.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Received in the period without a channel: in column 5.
    pub no_channel: Known<u64>,
    /// The same with a channel that is none of the list: in column 5.
    pub other_channel: Known<u64>,
    /// Resolved without a due date: on time.
    pub undated_resolved: Known<u64>,
    /// In progress without a due date: within time.
    pub undated_in_progress: Known<u64>,
    /// Withdrawn, by the columns 8, 9 and 10.
    pub withdrawn: Known<[u64; 3]>,
    /// Returned, by the same.
    pub returned: Known<[u64; 3]>,
    /// In progress and waiting for the applicant, by the columns 12 and 13.
    pub waiting: Known<[u64; 2]>,
    /// Refused at reception: in no column.
    pub refused: Known<u64>,
    /// Not yet accepted: in no column.
    pub not_accepted: Known<u64>,
    /// Without a field; of all of them, where the log has no fields at all.
    pub no_field: Known<u64>,
}

impl Columns {
    /// A column by its number on the form, from 3 to 13.
    pub fn column(&self, number: usize) -> &Known<u64> {
        &self.0[number - 3]
    }

    /// What of the form's identities does not hold; those with a column that is absent say nothing.
    fn broken(&self) -> Option<&'static str> {
        let sum = |columns: &[usize]| {
            columns.iter().map(|number| self.column(*number).as_ref().ok().copied()).sum::<Option<u64>>()
        };
        let identities: [(&[usize], &[usize], &str); 4] = [
            (&[3], &[4, 5, 6], "3 = 4 + 5 + 6"),
            (&[7], &[8, 9, 10], "7 = 8 + 9 + 10"),
            (&[11], &[12, 13], "11 = 12 + 13"),
            (&[3], &[7, 11], "3 = 7 + 11"),
        ];
        let fails = |(whole, parts, _): &(&[usize], &[usize], &str)| matches!((sum(whole), sum(parts)), (Some(a), Some(b)) if a != b);
        identities.into_iter().find(fails).map(|(.., text)| text)
    }
}

impl Part {
    /// Fails where an identity of the form does not hold, in this line or one below.
    fn check(&self) -> Result<()> {
        if let Some(identity) = self.columns.broken() {
            let name = self.name.as_deref().unwrap_or("all");
            return Err(Error::broken("filling form 06a", format!("{identity} does not hold for `{name}`")));
        }
        self.parts.iter().try_for_each(Self::check)
    }
}

impl Handling {
    /// Fills the form.
    ///
    /// # Errors
    ///
    /// An identity does not hold, which is a defect.
    pub(super) fn fill(ground: &Ground<'_>) -> Result<Self> {
        let folding = ground.asked.folding;
        let lines = Lines::read(ground);
        let lacks = &lines.lacks;
        let whole = Part {
            parts: parts(lines.fields(None), folding, lacks),
            ..part(None, None, &lines.whole(), folding, lacks)
        };
        let units = lines.units();
        let unit = |(name, counted): (Option<String>, Counted)| {
            let own = parts(lines.fields(Some(&name)), folding, lacks);
            Part { parts: own, ..part(Some("unit"), name, &counted, folding, lacks) }
        };
        let units: Vec<Part> = units.into_iter().map(unit).collect();
        [&whole].into_iter().chain(&units).try_for_each(Part::check)?;
        Ok(Self { head: ground.head.clone(), folding, told: lines.told(folding), whole, units })
    }

    /// The form laid out.
    pub fn sheet(&self) -> Sheet {
        paper::sheet(self)
    }
}

/// Fields with the procedures below them, where they are asked for.
type Fields = BTreeMap<Option<String>, (Counted, BTreeMap<Option<String>, Counted>)>;

fn parts(fields: Fields, folding: Folding, lacks: &Lacks) -> Vec<Part> {
    let field = |(name, (counted, procedures)): (Option<String>, (Counted, BTreeMap<_, Counted>))| {
        let below =
            procedures.into_iter().map(|(name, counted)| part(Some("procedure"), name, &counted, folding, lacks));
        Part { parts: below.collect(), ..part(Some("field"), name, &counted, folding, lacks) }
    };
    let (unnamed, named): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(name, _)| name.is_none());
    // What has no name comes last.
    named.into_iter().chain(unnamed).map(field).collect()
}

fn part(of: Option<&'static str>, name: Option<String>, counted: &Counted, folding: Folding, lacks: &Lacks) -> Part {
    let (columns, ended) = counted.folded(folding, lacks);
    Part { of, name, columns, ended, parts: Vec::new() }
}

/// The same figure, or why there is none.
fn unless(lacks: &Option<Undefined>, count: u64) -> Known<u64> {
    lacks.clone().map_or(Ok(count), Err)
}
