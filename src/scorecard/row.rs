//! One KPI in both windows, and its change: what a scorecard holds and JSON shows.

use super::contrasts::Contrasts;
use super::number::{Absence, Known};
use crate::kpi::{Axis, Better, Name, Sampling, Unit};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// One KPI of the scorecard.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The KPI's id.
    pub id: String,
    /// Its axis; absent where a study defines the KPI and names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub axis: Option<Axis>,
    /// Its names.
    pub name: Name,
    /// The unit of its values.
    pub unit: Unit,
    /// The direction of improvement.
    pub better: Better,
    /// What the intervals are about.
    pub sampling: Sampling,
    /// The window before; absent where the study has one window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<Known<Figure>>,
    /// The window after.
    pub is: Known<Figure>,
    /// `is` against `was`.
    pub change: Known<Change>,
    /// The same at a fixed mix; the verdict is of this, where it is known.
    pub adjusted: Known<Adjusted>,
    /// What else is said of the same time; absent beside all but the time applicants wait, and in drill-downs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contrasts: Option<Contrasts>,
    /// How far the figures sway with a tariff's hours and incomes; absent of what is no cost, or where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Range>,
    /// How many of those who were served answered; absent beside what is no figure of a survey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_rate: Option<ResponseRate>,
    /// What it comes to; absent where the KPI is information only, or there is one window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The smallest change that the log could have shown; beside *no clear change* alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smallest: Option<Smallest>,
    /// What a reader should know beside it.
    pub flags: BTreeSet<Flag>,
}

impl Row {
    /// The change that the verdict is of: at a fixed mix, where that is known.
    pub fn judged(&self) -> Option<&Change> {
        self.adjusted.value().map(|adjusted| &adjusted.change).or(self.change.value())
    }

    pub(super) fn judged_mut(&mut self) -> Option<&mut Change> {
        match (&mut self.adjusted, &mut self.change) {
            (Known::Yes(adjusted), _) => Some(&mut adjusted.change),
            (_, Known::Yes(change)) => Some(change),
            _ => None,
        }
    }
}

/// A change with the mix of dossiers held fixed, and what the mix itself did: `crude = rate + mix + unmatched`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Adjusted {
    /// The first window at the mix of both.
    pub was: f64,
    /// The second window at the mix of both.
    pub is: f64,
    /// The change between them.
    #[serde(flatten)]
    pub change: Change,
    /// What of the crude change the figures of the strata did.
    pub rate_effect: f64,
    /// What of it their shares did.
    pub mix_effect: f64,
    /// What of it strata did that stand in one window alone.
    pub unmatched: f64,
    /// Strata in both windows.
    pub strata_matched: usize,
    /// Strata in one of them.
    pub strata_unmatched: usize,
    /// Rows in these, by window.
    pub rows_unmatched: [u64; 2],
}

/// The smallest change that a test like this would have found so often.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Smallest {
    /// In the KPI's unit, either way.
    pub absolute: f64,
    /// As a part of the first window's figure; absent where that is not above zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative: Option<f64>,
    /// How often it would have been found.
    pub power: f64,
}

/// The share of finished dossiers whose applicant answered, as `satisfaction/response_rate` has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ResponseRate {
    /// The window before; absent where the study has one window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<Known<f64>>,
    /// The window after.
    pub is: Known<f64>,
}

impl ResponseRate {
    /// The figures of the KPI's own row.
    pub(super) fn of(row: &Row) -> Self {
        let value = |figure: &Known<Figure>| match figure {
            Known::Yes(figure) => Known::Yes(figure.value),
            Known::No(why) => Known::No(why.clone()),
        };
        Self { was: row.was.as_ref().map(value), is: value(&row.is) }
    }
}

/// What the figures of a cost are with everything taken for granted at its low end, and at its high end.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Range {
    /// How far hourly incomes may be off, as a share.
    pub income: f64,
    /// How far hours may be off, as a share.
    pub hours: f64,
    /// All of it at its low end.
    pub low: Swayed,
    /// All of it at its high end.
    pub high: Swayed,
}

/// The figures of both windows and their change, in the KPI's unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Swayed {
    /// The window before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<f64>,
    /// The window after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<f64>,
    /// `is − was`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<f64>,
    /// `is / was − 1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative: Option<f64>,
}

/// A figure of one window.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figure {
    /// The value, in the KPI's unit.
    pub value: f64,
    /// The lower limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Why a limit is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Absence>,
    /// Rows in the denominator.
    pub n: u64,
    /// Hits of a share, finished rows of a time, rows of a mean.
    pub events: u64,
    /// Rows the recipe leaves out; not told to the public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded: Option<u64>,
    /// Rows whose horizon had not passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub immature: Option<u64>,
    /// Rows without a date of the anchor, by when they were received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undated: Option<u64>,
    /// Clusters with a row; absent where the study declares rows independent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<usize>,
    /// The largest cluster's share of the weight; told where it is more than half.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest_cluster: Option<f64>,
    /// Degrees of freedom of the interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
    /// The interval's method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
    /// What flowed into a stock and out of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<Flow>,
}

/// A stock with what flowed into it and out of it: `start + born − died − merged = end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// What stood on the day before the window.
    pub start: u64,
    /// What came.
    pub born: u64,
    /// What went, and nothing came in its stead.
    pub died: u64,
    /// What was merged into others.
    pub merged: u64,
    /// What stood on the window's last day.
    pub end: u64,
}

impl Flow {
    pub(super) fn of(counts: [i128; 5]) -> Self {
        let [start, born, died, merged, end] = counts.map(|count| u64::try_from(count).unwrap_or_default());
        Self { start, born, died, merged, end }
    }

    /// Whether the stock is what it was, with what came and without what went.
    pub fn adds_up(&self) -> bool {
        self.start + self.born == self.end + self.died + self.merged
    }
}

/// A change between the windows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// `is − was`, in the KPI's unit.
    pub absolute: Difference,
    /// `is / was − 1`.
    pub relative: Known<Difference>,
    /// The two-sided p of no change.
    pub p: Known<f64>,
    /// The same among all KPIs that have one: Benjamini and Hochberg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<f64>,
    /// The same among the headlines: Holm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_holm: Option<f64>,
    /// Degrees of freedom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
    /// The standard error of the absolute change; absent where the test is through the curve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// The method.
    pub method: &'static str,
}

impl Change {
    /// The change as margins are told: absolute of shares, relative of everything else.
    pub(super) fn by_margin(&self, unit: Unit) -> Option<&Difference> {
        if unit == Unit::Share { Some(&self.absolute) } else { self.relative.value() }
    }
}

/// A difference with its limits, or the reason why it has none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The difference.
    pub value: f64,
    /// The lower limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Why the limits are absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Absence>,
}

/// What was found beside the two windows: of a trend, or of units that reformed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Effect {
    /// In the KPI's unit.
    pub value: f64,
    /// The lower limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Why the limits are absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Absence>,
    /// The two-sided p of none.
    pub p: Known<f64>,
    /// Degrees of freedom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
}

/// What a KPI's change comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Better than chance allows.
    Improved,
    /// Worse than chance allows.
    Worsened,
    /// Neither can be said.
    NoClearChange,
    /// There is nothing to compare.
    NotComparable,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Improved => "improved",
            Self::Worsened => "worsened",
            Self::NoClearChange => "no clear change",
            Self::NotComparable => "not comparable",
        })
    }
}

/// What a reader should know beside a figure; a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Flag {
    /// The windows are of different months, or differ in Tết.
    Season,
    /// The study declares rows independent; clustering is not accounted for.
    Independent,
    /// Fewer than four degrees of freedom: the verdict is capped.
    FewDegreesOfFreedom,
    /// One cluster has more than half of a window's weight.
    DominantCluster,
    /// No cluster is in both windows: nothing is paired.
    DisjointClusters,
    /// The mix could not be held fixed; the verdict is of the crude change.
    Unadjusted,
    /// Some rows name no cluster; they are one.
    NullCluster,
    /// The log has no outcomes: every finished dossier counts as a result.
    NoOutcome,
    /// The log has no pauses: nothing is taken out for waiting on the applicant.
    NoPauses,
    /// No catalogue says of which procedures it is asked: every dossier counts.
    NoCatalogue,
    /// The study has no answers with scores: nobody who only answered a survey badly counts as dissatisfied.
    NoSurveys,
    /// Too many rows share one time; the change is tested through the curve.
    Atom,
    /// One limit is open; the change rests on the other.
    OneSided,
    /// Times are in buckets at most 1/512 of their value wide, net times 1/256.
    Folded,
    /// It measures which old dossiers were cleared, not how new ones fare.
    Flattering,
    /// It rests on days beyond the built-in calendar.
    ProvisionalCalendar,
}
