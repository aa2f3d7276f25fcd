//! Why an axis's verdict is what it is, as facts; reports put them into words.

use super::row::Verdict;
use crate::error::Undefined;
use crate::measure::Table;
use serde::{Serialize, Serializer};
use std::fmt;

/// One reason of an axis's verdict.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// What was found of a KPI, headline or guard.
    Kpi(&'static str, Finding),
    /// The windows are of different seasons.
    Season,
    /// More rows are quarantined than the study allows; this share.
    Quarantined(f64),
    /// The same of a table beside the dossiers that the headline is counted of.
    QuarantinedOf(Table, f64),
    /// More dossiers than the study allows have no due date; this share.
    Undated(f64),
    /// More closings than the study allows are implausible; this share.
    Implausible(f64),
}

/// What was found of a headline or a guard.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Finding {
    /// This version has no such KPI.
    NotMeasured,
    /// It has no figure, or no change.
    Undefined(Undefined),
    /// The headline's own verdict; `None` where it has none.
    Headline(Option<Verdict>),
    /// The study leaves the guard out by name.
    LeftOut,
    /// The guard is not worse beyond its margin.
    Holds,
    /// The guard is worse beyond its margin.
    Fails,
    /// The guard may be worse beyond its margin.
    Unsure,
    /// The guard's change has no interval.
    NoInterval,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kpi(id, Finding::Undefined(why)) => write!(f, "{id}: {why}"),
            Self::Kpi(id, finding) => write!(f, "{id} {finding}"),
            Self::Season => f.write_str("the windows are of different seasons"),
            Self::Undated(share) => write!(f, "{:.1} % of the dossiers have no due date", 100.0 * share),
            Self::Implausible(share) => {
                write!(f, "{:.1} % of the dossiers were closed within minutes of their reception", 100.0 * share)
            }
            Self::QuarantinedOf(table, share) => {
                write!(f, "{:.1} % of the rows of {} are quarantined", 100.0 * share, table.name())
            }
            Self::Quarantined(share) => write!(f, "{:.1} % of the rows are quarantined", 100.0 * share),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotMeasured => "is not measured by this version",
            Self::Undefined(why) => return why.fmt(f),
            Self::Headline(Some(Verdict::Improved)) => "improved",
            Self::Headline(Some(Verdict::Worsened)) => "worsened",
            Self::Headline(Some(Verdict::NoClearChange)) => "shows no clear change",
            Self::Headline(Some(Verdict::NotComparable) | None) => "is not comparable",
            Self::LeftOut => "is left out by the study",
            Self::Holds => "holds",
            Self::Fails => "got worse beyond its margin",
            Self::Unsure => "may have got worse beyond its margin",
            Self::NoInterval => "has no interval",
        })
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
