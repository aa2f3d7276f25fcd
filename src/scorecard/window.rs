//! One window's figure, with what its change needs.

use super::gathering::{Gathered, Parts, office_hours, open_days};
use super::number::printed;
use super::row::{Flag, Flow};
use crate::cube::Figure as Kind;
use crate::error::Undefined;
use crate::kpi::Sampling;
use crate::stats::effect::{Change, Difference, change, quantile_change, share_change};
use crate::stats::survival::{Density, Quantile};
use crate::stats::{Dependence, Estimate, Limits};
use crate::stats::{distribution, mean, ratio, share, total};
use std::collections::BTreeSet;

/// A cluster with more than this of a window's weight is told.
const DOMINANT: f64 = 0.5;

/// A window's figure.
pub(super) enum Window {
    Estimate(Estimate, Result<Limits, Undefined>),
    Quantile(Box<Quantile>),
    /// A complete count.
    Exact(Exact),
}

/// A figure that nothing was sampled for.
#[derive(Clone, Copy)]
pub(super) struct Exact {
    value: f64,
    n: u64,
    events: u64,
    flow: Option<Flow>,
}

/// How figures are estimated.
#[derive(Clone, Copy)]
pub(super) struct Manner<'a> {
    pub(super) sampling: Sampling,
    pub(super) dependence: Dependence,
    pub(super) level: f64,
    /// The open days of the window's weeks.
    pub(super) open_days: &'a [u32],
    /// The office seconds of the window's weeks.
    pub(super) office_seconds: &'a [i64],
    /// How many dossiers of a year each stands for, by volume.
    pub(super) weights: &'a [f64],
    /// The things that are usual.
    pub(super) usual: Option<&'a BTreeSet<u64>>,
    /// Whether limits are asked for, or no more than the figure with its influences.
    pub(super) with_limits: bool,
}

impl Manner<'_> {
    /// The figure of a window's cells.
    pub(super) fn window(&self, figure: Kind, parts: &Parts) -> Result<Window, Undefined> {
        let (dependence, level) = (self.dependence, self.level);
        let (gathered, over) = (&parts.own, parts.over.as_ref());
        match figure {
            Kind::Share => self.estimated(share::estimate(&gathered.moments)?, share::interval),
            Kind::Mean => self.estimated(mean::estimate(&gathered.moments)?, mean::interval),
            // Week by week a flow has an interval; else everything was counted.
            Kind::Total if self.sampling != Sampling::Week => Ok(exact(&total::estimate(&gathered.moments)?)),
            Kind::Total => self.estimated(total::estimate(&gathered.moments)?, total::interval),
            Kind::Cost => self.estimated(mean::estimate(&gathered.costs())?, mean::interval),
            Kind::YearlyCost => {
                let (value, n) = gathered.yearly(1.0, self.weights).ok_or(Undefined::NoRows)?;
                Ok(Window::Exact(Exact { value, n, events: n, flow: None }))
            }
            Kind::Ratio => {
                let estimate = match over {
                    // Without a line in the ledger the cost is not known; it is not nothing.
                    Some(_) if !gathered.has_rows() => return Err(Undefined::NoRows),
                    Some(over) => ratio::across(&gathered.moments, &over.moments)?,
                    None => ratio::estimate(&gathered.pairs)?,
                };
                self.estimated(estimate, ratio::interval)
            }
            Kind::PerOpenDay => {
                let distinct = gathered.distinct();
                // Nobody knows who was there where nothing was done.
                if distinct.is_empty() {
                    return Err(Undefined::NoRows);
                }
                let estimate = ratio::across(&distinct, &open_days(self.open_days))?.times(parts.coverage);
                self.estimated(estimate, ratio::interval)
            }
            Kind::PerOfficeHours => {
                let hours = office_hours(self.office_seconds);
                if gathered.moments.iter().all(|moments| moments.n == 0) {
                    return Err(Undefined::NoRows);
                }
                self.estimated(ratio::across(&gathered.moments, &hours)?, ratio::interval)
            }
            Kind::Distinct => {
                let (n, events) = parts.things_in_over(|own, other| own && other);
                if n == 0 { Err(Undefined::NoRows) } else { Ok(share_of(events, n)) }
            }
            Kind::Without => {
                let n = gathered.things.len() as u64;
                let known = parts.beside.first().is_some_and(Gathered::has_rows);
                let used = |thing: &&u64| over.is_some_and(|over| over.things.contains_key(*thing));
                let events = n - gathered.things.keys().filter(used).count() as u64;
                match () {
                    () if !known => Err(Undefined::ShortLog),
                    () if n == 0 => Err(Undefined::NoRows),
                    () => Ok(share_of(events, n)),
                }
            }
            Kind::Stock => {
                let sum = |gathered: &Gathered| gathered.moments.iter().map(|moments| moments.sum).sum::<i128>();
                let flows: Vec<i128> = parts.beside.iter().map(sum).collect();
                let [start, born, died, merged] = flows[..] else { return Err(Undefined::NoFigure) };
                let end = sum(gathered);
                if [start, end, born].iter().all(|count| *count == 0) {
                    return Err(Undefined::NoRows);
                }
                let flow = Flow::of([start, born, died, merged, end]);
                let (n, events) = (flow.end, flow.end);
                Ok(Window::Exact(Exact { value: flow.end as f64, n, events, flow: Some(flow) }))
            }
            Kind::Gap => {
                let other = over.ok_or(Undefined::NoFigure)?;
                let mut estimate = share::gap(&gathered.moments, &other.moments)?;
                let clusters = [gathered, other].map(|side| share::estimate(&side.moments).map(|own| own.clusters()));
                // Of a side that one office alone has, nobody knows how offices differ.
                let alone = clusters.into_iter().flatten().any(|clusters| clusters < 2);
                match self.dependence == Dependence::Clustered && alone {
                    false => self.estimated(estimate, mean::interval),
                    true => {
                        estimate.influence.clear();
                        Ok(Window::Estimate(estimate, Err(Undefined::OneCluster)))
                    }
                }
            }
            Kind::Usual(_) => {
                let usual = self.usual.ok_or(Undefined::NoFigure)?;
                self.estimated(share::estimate(&gathered.with_things(usual))?, share::interval)
            }
            Kind::Gini => {
                let counts: Vec<u64> = gathered.by_thing().map(|(_, count)| count).collect();
                let (n, events) = (counts.iter().sum(), counts.len() as u64);
                Ok(Window::Exact(Exact { value: distribution::gini(&counts)?, n, events, flow: None }))
            }
            Kind::Order(q) => Ok(self.read(Quantile::woodruff_read(&gathered.curve()?, q, dependence, level)?)),
            Kind::Quantile(q) => Ok(self.read(Quantile::read(&gathered.curve()?, q, dependence, level)?)),
        }
    }

    /// The same without its limits: those of a curve would cost more than all the rest.
    pub(super) fn value(&self, figure: Kind, parts: &Parts) -> Result<Window, Undefined> {
        let (Kind::Quantile(q) | Kind::Order(q)) = figure else {
            return Manner { with_limits: false, ..*self }.window(figure, parts);
        };
        let curve = parts.own.curve()?;
        let value = curve.quantile(q).ok_or(Undefined::NotReached)? as f64;
        let (n, events) = curve.rows();
        Ok(Window::Exact(Exact { value, n, events, flow: None }))
    }

    /// A quantile; of a complete count it is exact.
    fn read(&self, quantile: Quantile) -> Window {
        match self.sampling {
            Sampling::Census => exact(&quantile.estimate),
            _ => Window::Quantile(Box::new(quantile)),
        }
    }

    fn estimated(
        &self,
        estimate: Estimate,
        interval: impl Fn(&Estimate, Dependence, f64) -> Result<Limits, Undefined>,
    ) -> Result<Window, Undefined> {
        if self.sampling == Sampling::Census {
            return Ok(exact(&estimate));
        }
        let limits = match self.with_limits {
            true => interval(&estimate, self.dependence, self.level),
            false => Err(Undefined::NotAsked),
        };
        Ok(Window::Estimate(estimate, limits))
    }

    /// The change from one window to the next.
    pub(super) fn change(&self, figure: Kind, was: &Window, is: &Window) -> Change {
        let (dependence, level) = (self.dependence, self.level);
        match (was, is) {
            (Window::Quantile(was), Window::Quantile(is)) => quantile_change(was, is, dependence, level),
            (Window::Estimate(was, _), Window::Estimate(is, _)) if matches!(figure, Kind::Share | Kind::Usual(_)) => {
                share_change(was, is, dependence, level)
            }
            (Window::Estimate(was, _), Window::Estimate(is, _)) => change(was, is, dependence, level),
            _ => exact_change(was.value(), is.value()),
        }
    }
}

impl Window {
    pub(super) fn value(&self) -> f64 {
        match self {
            Self::Exact(exact) => exact.value,
            Self::Estimate(estimate, _) => estimate.value,
            Self::Quantile(quantile) => quantile.estimate.value,
        }
    }

    /// Rows in the denominator, and those of them that are told: hits, or distinct things.
    pub(super) fn rows(&self) -> (u64, u64) {
        match self {
            Self::Exact(exact) => (exact.n, exact.events),
            Self::Estimate(Estimate { n, events, .. }, _) => (*n, *events),
            Self::Quantile(quantile) => (quantile.estimate.n, quantile.estimate.events),
        }
    }

    /// The clusters, or weeks, that hold a row; none of a complete count.
    pub(super) fn clusters(&self) -> Option<usize> {
        match self {
            Self::Exact(_) => None,
            Self::Estimate(estimate, _) => Some(estimate.clusters()),
            Self::Quantile(quantile) => Some(quantile.estimate.clusters()),
        }
    }

    /// The estimate, of what was sampled.
    pub(super) fn estimate(&self) -> Option<&Estimate> {
        match self {
            Self::Exact(_) => None,
            Self::Estimate(estimate, _) => Some(estimate),
            Self::Quantile(quantile) => Some(&quantile.estimate),
        }
    }

    /// The same, for good.
    pub(super) fn into_estimate(self) -> Option<Estimate> {
        match self {
            Self::Exact(_) => None,
            Self::Estimate(estimate, _) => Some(estimate),
            Self::Quantile(quantile) => Some(quantile.estimate),
        }
    }

    /// The share that the largest cluster has of the weight, where that is more than half.
    pub(super) fn dominated(&self) -> Option<f64> {
        let (_, share) = self.estimate()?.dominant()?;
        // A half that comes out of several additions may be above it by a last bit.
        (printed(share) > DOMINANT).then_some(share)
    }

    pub(super) fn limits(&self) -> Result<&Limits, Undefined> {
        match self {
            Self::Exact(_) => Err(Undefined::Census),
            Self::Estimate(_, limits) => limits.as_ref().map_err(Undefined::clone),
            Self::Quantile(quantile) => quantile.limits.as_ref().map_err(Undefined::clone),
        }
    }

    /// What flowed into a stock and out of it.
    pub(super) fn flow(&self) -> Option<Flow> {
        if let Self::Exact(exact) = self { exact.flow } else { None }
    }

    pub(super) fn flag(&self) -> Option<Flag> {
        match self {
            Self::Quantile(quantile) => match quantile.density {
                Density::Atom => Some(Flag::Atom),
                Density::OneSided(_) => Some(Flag::OneSided),
                Density::TwoSided(_) | Density::Unknown => None,
            },
            Self::Estimate(..) | Self::Exact(_) => None,
        }
    }
}

fn exact(estimate: &Estimate) -> Window {
    let Estimate { value, n, events, .. } = *estimate;
    Window::Exact(Exact { value, n, events, flow: None })
}

fn share_of(events: u64, n: u64) -> Window {
    Window::Exact(Exact { value: events as f64 / n as f64, n, events, flow: None })
}

/// The difference of two complete counts: exact, with nothing to test.
fn exact_change(was: f64, is: f64) -> Change {
    let exact = |value| Difference { value, limits: Err(Undefined::Census) };
    Change {
        absolute: exact(is - was),
        relative: if was > 0.0 { Ok(exact(is / was - 1.0)) } else { Err(Undefined::NoBase) },
        p: Err(Undefined::Census),
        df: None,
        standard_error: None,
        method: "exact difference of complete counts",
    }
}
