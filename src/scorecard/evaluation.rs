//! A KPI evaluated on a cube: cells become estimates, estimates figures, two figures a change.

use super::number::{Absence, Known, printed};
use super::row::{Change, Difference, Figure, Flag, Row};
use super::settings::Settings;
use crate::cube::{Content, Counts, Cube, Figure as Kind};
use crate::error::Undefined;
use crate::kpi::{Better, Kpi, Unit};
use crate::measure::{Anchor, Spell};
use crate::stats::effect::{Change as Effect, Difference as Gap, change, quantile_change};
use crate::stats::survival::{Density, Quantile};
use crate::stats::{ClusterId, ClusterMoments, ClusterTimes, Dependence, Estimate, Limits, Outcome, TimeCount};
use crate::stats::{mean, share};
use std::collections::{BTreeMap, BTreeSet};

/// Evaluates KPIs on a cube, or on the part of it that a filter keeps.
pub(super) struct Evaluation<'a> {
    cube: &'a Cube,
    settings: &'a Settings,
    clusters: BTreeMap<Option<&'a str>, u32>,
    /// Dimension and name that a group must have.
    filter: Vec<(usize, Option<&'a str>)>,
}

/// A window's figure with what its change needs.
enum Window {
    Moments(Estimate, Result<Limits, Undefined>),
    Quantile(Box<Quantile>),
}

/// The cells of a window, by what they hold, with what stands beside the figure.
#[derive(Default)]
struct Gathered {
    moments: Vec<ClusterMoments>,
    times: Vec<ClusterTimes>,
    counts: Counts,
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
        let is = self.window(kpi, u8::from(two));
        let was = two.then(|| self.window(kpi, 0));
        let change = match (&was, &is) {
            (Some((Ok(was), _)), (Ok(is), _)) => Ok(self.change(was, is, kpi.unit)),
            (Some(_), _) => Err(Undefined::NoFigure),
            (None, _) => Err(Undefined::OneWindow),
        };
        let mut flags = self.flags(kpi, is.0.is_ok());
        was.iter().chain([&is]).for_each(|(window, gathered)| flags.extend(noted(window.as_ref().ok(), gathered, two)));
        Row {
            id: kpi.id.to_string(),
            axis: kpi.axis(),
            name: kpi.name.clone(),
            unit: kpi.unit,
            better: kpi.better,
            sampling: kpi.sampling,
            was: was.map(|(window, gathered)| self.figure(kpi, window, &gathered)),
            is: self.figure(kpi, is.0, &is.1),
            change: change.into(),
            adjusted: Known::No(Undefined::NotAsked),
            verdict: None,
            flags,
        }
    }

    /// What is to be known of a KPI whatever its figures.
    fn flags(&self, kpi: &Kpi, known: bool) -> BTreeSet<Flag> {
        let (settings, keep) = (self.settings, kpi.recipe_by(self.settings.profile()).keep);
        let needs = keep.needs();
        let unrefined = needs.refining.iter().any(|c| c == "outcome") && !settings.columns.contains("outcome");
        let holds = [
            (Flag::NoOutcome, unrefined && known),
            (Flag::Season, settings.was.is_some() && settings.season),
            (Flag::Independent, settings.cluster.is_none()),
            // What is placed by its finish tells which old dossiers were cleared.
            (Flag::Flattering, keep.anchor == Anchor::Finished && kpi.better == Better::Neither),
            (Flag::ProvisionalCalendar, needs.calendar && settings.provisional),
        ];
        holds.into_iter().filter(|(_, holds)| *holds).map(|(flag, _)| flag).collect()
    }

    fn window(&self, kpi: &Kpi, slot: u8) -> (Result<Window, Undefined>, Gathered) {
        let recipe = kpi.recipe_by(self.settings.profile());
        let needs = recipe.keep.needs();
        let lacking = needs.required.iter().find(|column| !self.settings.columns.contains(*column));
        let keep = match (lacking, self.cube.keep(&recipe.keep)) {
            (Some(column), _) => Err(Undefined::NoColumn(column.clone())),
            _ if needs.calendar && !self.settings.calendar => Err(Undefined::NoCalendar),
            (None, keep) => keep.ok_or(Undefined::NoRows),
        };
        let gathered = keep.as_ref().map(|keep| self.gather(*keep, slot)).unwrap_or_default();
        let window = keep.and_then(|_| self.estimate(recipe.figure, &gathered));
        (window, gathered)
    }

    fn gather(&self, keep: usize, slot: u8) -> Gathered {
        let mut gathered = Gathered::default();
        for (group, cell) in self.cube.cells(keep, slot).filter(|(group, _)| self.keeps(group)) {
            let cluster = ClusterId(self.cluster(group));
            gathered.counts += cell.counts;
            gathered.null_cluster |= self.settings.cluster.is_some() && group[0].is_none();
            match &cell.content {
                Content::Moments(m) => {
                    let (n, sum, sum_squares) = (m.n.unsigned_abs(), m.sum, m.squares);
                    gathered.moments.push(ClusterMoments { cluster, n, sum, sum_squares });
                }
                Content::Pairs(_) => {}
                Content::Tally(tally) => {
                    gathered.folded |= tally.is_folded();
                    gathered.times.push(ClusterTimes { cluster, times: tally.counts().map(time_count).collect() });
                }
            }
        }
        gathered
    }

    fn estimate(&self, figure: Kind, gathered: &Gathered) -> Result<Window, Undefined> {
        let (dependence, level) = (self.dependence(), self.settings.level);
        match figure {
            Kind::Share => {
                let estimate = share::estimate(&gathered.moments)?;
                let limits = share::interval(&estimate, dependence, level);
                Ok(Window::Moments(estimate, limits))
            }
            Kind::Mean => {
                let estimate = mean::estimate(&gathered.moments)?;
                let limits = mean::interval(&estimate, dependence, level);
                Ok(Window::Moments(estimate, limits))
            }
            Kind::Quantile(q) => {
                let quantile = Quantile::new(&gathered.times, q, dependence, level)?;
                Ok(Window::Quantile(Box::new(quantile)))
            }
            _ => Err(Undefined::NotAsked),
        }
    }

    fn figure(&self, kpi: &Kpi, window: Result<Window, Undefined>, gathered: &Gathered) -> Known<Figure> {
        let window = match window {
            Ok(window) => window,
            Err(why) => return Known::No(why),
        };
        let (estimate, limits, keep) =
            (window.estimate(), window.limits(), kpi.recipe_by(self.settings.profile()).keep);
        let in_unit = |value: f64| printed(value / kpi.unit.divisor());
        let known = limits.as_ref().ok();
        let open = known.is_some_and(|limits| limits.closed().is_none()).then_some(Undefined::OpenInterval);
        let Counts { excluded, immature, undated } = gathered.counts;
        Known::Yes(Figure {
            value: in_unit(estimate.value),
            low: known.and_then(|limits| limits.low).map(in_unit),
            high: known.and_then(|limits| limits.high).map(in_unit),
            limits: limits.as_ref().err().cloned().or(open).map(Absence),
            n: estimate.n,
            events: estimate.events,
            excluded: excluded.unsigned_abs(),
            immature: keep.known_within.then_some(immature.unsigned_abs()),
            undated: keep.anchor.is_expected().then_some(undated.unsigned_abs()),
            clusters: self.settings.cluster.is_some().then(|| estimate.clusters()),
            df: known.and_then(|limits| limits.df).map(printed),
            method: known.map(|limits| limits.method),
        })
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

    fn flag(&self) -> Option<Flag> {
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

/// What is to be known of a window's own figure, and of a change that rests on it.
fn noted(window: Option<&Window>, gathered: &Gathered, compared: bool) -> Vec<Flag> {
    let of_change = window.and_then(Window::flag).filter(|_| compared);
    let folded = gathered.folded.then_some(Flag::Folded);
    let null_cluster = gathered.null_cluster.then_some(Flag::NullCluster);
    [of_change, folded, null_cluster].into_iter().flatten().collect()
}

fn time_count((spell, count): (Spell, i64)) -> TimeCount {
    let outcome = match spell.end {
        0 => Outcome::Censored,
        1 => Outcome::Finished,
        _ => Outcome::Competing,
    };
    TimeCount { time: spell.seconds, outcome, count: count.unsigned_abs() }
}
