//! One KPI in both windows, and its change.

use super::number::{Absence, Known, printed};
use super::settings::Settings;
use crate::cube::{Content, Cube, Figure as Kind};
use crate::error::Undefined;
use crate::kpi::{Axis, Better, Kpi, Name, Unit};
use crate::stats::effect::{Change as Effect, Difference as Gap, change, quantile_change};
use crate::stats::survival::{Density, Quantile};
use crate::stats::{ClusterId, ClusterMoments, ClusterTimes, Dependence, Estimate, Limits, Outcome, TimeCount};
use crate::stats::{mean, share};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One KPI of the scorecard.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The KPI's id.
    pub id: String,
    /// Its axis.
    pub axis: Axis,
    /// Its names.
    pub name: Name,
    /// The unit of its values.
    pub unit: Unit,
    /// The direction of improvement.
    pub better: Better,
    /// The window before; absent where the study has one window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<Known<Figure>>,
    /// The window after.
    pub is: Known<Figure>,
    /// `is` against `was`.
    pub change: Known<Change>,
    /// The same at a fixed mix.
    pub adjusted: Known<Change>,
    /// What it comes to; absent where the KPI is information only, or there is one window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What a reader should know beside it.
    pub flags: BTreeSet<Flag>,
}

/// A figure of one window.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// Rows the recipe leaves out.
    pub excluded: u64,
    /// Rows whose horizon had not passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub immature: Option<u64>,
    /// Rows without a date of the anchor, by when they were received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undated: Option<u64>,
    /// Clusters with a row; absent where the study declares rows independent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<usize>,
    /// Degrees of freedom of the interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
    /// The interval's method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
}

/// A change between the windows.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// The method.
    pub method: &'static str,
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

/// What a reader should know beside a figure; a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The windows are of different months, or differ in Tết.
    Season,
    /// The study declares rows independent; clustering is not accounted for.
    Independent,
    /// Fewer than four degrees of freedom: the verdict is capped.
    FewDegreesOfFreedom,
    /// Some rows name no cluster; they are one.
    NullCluster,
    /// The log has no outcomes: every finished dossier counts as a result.
    NoOutcome,
    /// Too many rows share one time; the change is tested through the curve.
    Atom,
    /// One limit is open; the change rests on the other.
    OneSided,
    /// Times are in buckets at most 1/512 of their value wide.
    Folded,
    /// It measures which old dossiers were cleared, not how new ones fare.
    Flattering,
    /// It rests on days beyond the built-in calendar.
    ProvisionalCalendar,
}

/// Evaluates KPIs on a cube, or on the part of it that a filter keeps.
pub(super) struct Evaluation<'a> {
    pub(super) cube: &'a Cube,
    pub(super) settings: &'a Settings,
    clusters: BTreeMap<Option<&'a str>, u32>,
    /// Dimension and name that a group must have.
    filter: Vec<(usize, Option<&'a str>)>,
}

/// A window's figure with what its change needs.
enum Window {
    Moments(Estimate, Result<Limits, Undefined>),
    Quantile(Box<Quantile>),
}

/// What stands beside a window's figure.
#[derive(Default)]
struct Beside {
    excluded: i64,
    immature: i64,
    undated: i64,
    folded: bool,
    null_cluster: bool,
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(cube: &'a Cube, settings: &'a Settings, filter: Vec<(usize, Option<&'a str>)>) -> Self {
        let mut clusters = BTreeMap::new();
        if settings.cluster.is_some() {
            for group in cube.groups() {
                clusters.insert(group[0].as_deref(), 0);
            }
            clusters.values_mut().enumerate().for_each(|(id, slot)| *slot = id as u32);
        }
        Self { cube, settings, clusters, filter }
    }

    fn dependence(&self) -> Dependence {
        if self.settings.cluster.is_some() { Dependence::Clustered } else { Dependence::Independent }
    }

    /// The row of a KPI, still without q-values and verdict.
    pub(super) fn row(&self, kpi: &Kpi) -> Row {
        let two = self.settings.was.is_some();
        let mut flags = BTreeSet::new();
        let is = self.window(kpi, u8::from(two));
        let was = two.then(|| self.window(kpi, 0));
        for (_, beside) in was.iter().chain([&is]) {
            flags.extend(beside.folded.then_some(Flag::Folded));
            flags.extend(beside.null_cluster.then_some(Flag::NullCluster));
        }
        let change = match (&was, &is) {
            (Some((Ok(was), _)), (Ok(is), _)) => {
                flags.extend(was.flags().into_iter().chain(is.flags()));
                Ok(self.change(was, is, kpi.unit))
            }
            (Some(_), _) => Err(Undefined::NoFigure),
            (None, _) => Err(Undefined::OneWindow),
        };
        let needs = kpi.recipe().keep.needs();
        let refined =
            |column: &str| !needs.refining.iter().any(|c| c == column) || self.settings.columns.contains(column);
        flags.extend((!refined("outcome") && is.0.is_ok()).then_some(Flag::NoOutcome));
        flags.extend((two && self.settings.season).then_some(Flag::Season));
        flags.extend(self.settings.cluster.is_none().then_some(Flag::Independent));
        flags.extend((kpi.id == "time/closed_time_mean").then_some(Flag::Flattering));
        flags.extend((needs.calendar && self.settings.provisional).then_some(Flag::ProvisionalCalendar));
        let clustered = self.settings.cluster.is_some();
        Row {
            id: kpi.id.to_string(),
            axis: kpi.axis(),
            name: kpi.name.clone(),
            unit: kpi.unit,
            better: kpi.better,
            was: was.map(|(window, beside)| figure(kpi, window, &beside, clustered)),
            is: figure(kpi, is.0, &is.1, clustered),
            change: change.into(),
            adjusted: Known::No(Undefined::NotAsked),
            verdict: None,
            flags,
        }
    }

    fn window(&self, kpi: &Kpi, slot: u8) -> (Result<Window, Undefined>, Beside) {
        let recipe = kpi.recipe();
        let needs = recipe.keep.needs();
        let mut beside = Beside::default();
        if let Some(column) = needs.required.iter().find(|column| !self.settings.columns.contains(*column)) {
            return (Err(Undefined::NoColumn(column.clone())), beside);
        }
        if needs.calendar && !self.settings.calendar {
            return (Err(Undefined::NoCalendar), beside);
        }
        let Some(keep) = self.cube.keep(&recipe.keep) else { return (Err(Undefined::NoRows), beside) };
        let (mut moments, mut times) = (Vec::new(), Vec::new());
        for (group, cell) in self.cube.cells(keep, slot).filter(|(group, _)| self.keeps(group)) {
            let cluster = ClusterId(self.cluster(group));
            beside.excluded += cell.counts.excluded;
            beside.immature += cell.counts.immature;
            beside.undated += cell.counts.undated;
            beside.null_cluster |= self.settings.cluster.is_some() && group[0].is_none();
            match &cell.content {
                Content::Moments(m) => {
                    let (n, sum, sum_squares) = (m.n.unsigned_abs(), m.sum, m.squares);
                    moments.push(ClusterMoments { cluster, n, sum, sum_squares });
                }
                Content::Tally(tally) => {
                    beside.folded |= tally.is_folded();
                    times.push(ClusterTimes { cluster, times: tally.counts().map(time_count).collect() });
                }
            }
        }
        let (dependence, level) = (self.dependence(), self.settings.level);
        let window = match recipe.figure {
            Kind::Share => share::estimate(&moments).map(|estimate| {
                let limits = share::interval(&estimate, dependence, level);
                Window::Moments(estimate, limits)
            }),
            Kind::Mean => mean::estimate(&moments).map(|estimate| {
                let limits = mean::interval(&estimate, dependence, level);
                Window::Moments(estimate, limits)
            }),
            Kind::Quantile(q) => {
                Quantile::new(&times, q, dependence, level).map(|quantile| Window::Quantile(Box::new(quantile)))
            }
        };
        (window, beside)
    }

    fn keeps(&self, group: &[Option<String>]) -> bool {
        self.filter.iter().all(|(dimension, name)| group[*dimension].as_deref() == *name)
    }

    fn cluster(&self, group: &[Option<String>]) -> u32 {
        let name = group.first().and_then(|name| name.as_deref());
        self.clusters.get(&name).copied().unwrap_or_default()
    }

    fn change(&self, was: &Window, is: &Window, unit: Unit) -> Change {
        let (dependence, level) = (self.dependence(), self.settings.level);
        let effect = match (was, is) {
            (Window::Quantile(was), Window::Quantile(is)) => quantile_change(was, is, dependence, level),
            _ => change(was.estimate(), is.estimate(), dependence, level),
        };
        Change::of(effect, unit)
    }
}

impl Window {
    fn estimate(&self) -> &Estimate {
        match self {
            Self::Moments(estimate, _) => estimate,
            Self::Quantile(quantile) => &quantile.estimate,
        }
    }

    fn limits(&self) -> &Result<Limits, Undefined> {
        match self {
            Self::Moments(_, limits) => limits,
            Self::Quantile(quantile) => &quantile.limits,
        }
    }

    fn flags(&self) -> Option<Flag> {
        match self {
            Self::Quantile(quantile) => match quantile.density {
                Density::Atom => Some(Flag::Atom),
                Density::OneSided(_) => Some(Flag::OneSided),
                Density::TwoSided(_) | Density::Unknown => None,
            },
            Self::Moments(..) => None,
        }
    }
}

impl Change {
    fn of(effect: Effect, unit: Unit) -> Self {
        Self {
            absolute: Difference::of(&effect.absolute, unit.divisor()),
            relative: effect.relative.map(|gap| Difference::of(&gap, 1.0)).into(),
            p: effect.p.map(printed).into(),
            q: None,
            p_holm: None,
            df: effect.df.map(printed),
            method: effect.method,
        }
    }
}

impl Difference {
    fn of(gap: &Gap, divisor: f64) -> Self {
        let limit = |limit: f64| printed(limit / divisor);
        Self {
            value: limit(gap.value),
            low: gap.limits.as_ref().ok().map(|limits| limit(limits.low)),
            high: gap.limits.as_ref().ok().map(|limits| limit(limits.high)),
            limits: gap.limits.as_ref().err().map(|why| Absence(why.clone())),
        }
    }
}

fn figure(kpi: &Kpi, window: Result<Window, Undefined>, beside: &Beside, clustered: bool) -> Known<Figure> {
    let window = match window {
        Ok(window) => window,
        Err(why) => return Known::No(why),
    };
    let (estimate, limits, unit) = (window.estimate(), window.limits(), kpi.unit.divisor());
    let in_unit = |value: f64| printed(value / unit);
    let known = limits.as_ref().ok();
    let open = known.is_some_and(|limits| limits.closed().is_none()).then_some(Undefined::OpenInterval);
    let keep = kpi.recipe().keep;
    Known::Yes(Figure {
        value: in_unit(estimate.value),
        low: known.and_then(|limits| limits.low).map(in_unit),
        high: known.and_then(|limits| limits.high).map(in_unit),
        limits: limits.as_ref().err().cloned().or(open).map(Absence),
        n: estimate.n,
        events: estimate.events,
        excluded: beside.excluded.unsigned_abs(),
        immature: keep.known_within.then_some(beside.immature.unsigned_abs()),
        undated: keep.anchor.is_expected().then_some(beside.undated.unsigned_abs()),
        clusters: clustered.then(|| estimate.clusters()),
        df: known.and_then(|limits| limits.df).map(printed),
        method: known.map(|limits| limits.method),
    })
}

fn time_count((spell, count): (crate::measure::Spell, i64)) -> TimeCount {
    let outcome = match spell.end {
        0 => Outcome::Censored,
        1 => Outcome::Finished,
        _ => Outcome::Competing,
    };
    TimeCount { time: spell.seconds, outcome, count: count.unsigned_abs() }
}
