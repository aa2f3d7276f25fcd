//! The two curves a quantile can be read from.

use super::curve::Curve;
use super::leavers::{Choice, Leavers};
use super::weighted::Weighted;
use crate::error::Undefined;
use crate::stats::Estimate;

/// The curve behind a quantile.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Time and follow-up run on one clock.
    Followed(Curve),
    /// The time is net, the follow-up elapses; or the mix of strata is held.
    Weighted(Weighted),
}

impl Shape {
    /// The curve of rows in order, as they are censored.
    pub(crate) fn leaving(leavers: &Leavers, choice: Choice) -> Result<Self, Undefined> {
        match leavers.is_net() {
            true => Weighted::leaving(leavers, choice).map(Self::Weighted),
            false => Curve::leaving(leavers, choice).map(Self::Followed),
        }
    }

    /// The share finished by a time, with its influences.
    pub fn incidence(&self, time: u64) -> Estimate {
        match self {
            Self::Followed(curve) => curve.incidence(time),
            Self::Weighted(curve) => curve.incidence(time),
        }
    }

    /// The same with the mix taken for given that a curve is held at.
    pub(super) fn incidence_at_given_mix(&self, time: u64) -> Estimate {
        match self {
            Self::Followed(curve) => curve.incidence(time),
            Self::Weighted(curve) => curve.incidence_at_given_mix(time),
        }
    }

    /// The clusters that weigh.
    pub(in crate::stats) fn weighing(&self) -> usize {
        match self {
            Self::Followed(curve) => curve.weighing(),
            Self::Weighted(curve) => curve.weighing(),
        }
    }

    /// The estimate of which nothing is asked but its value.
    pub(super) fn alone(&self, time: u64) -> Estimate {
        match self {
            Self::Followed(curve) => curve.estimate(curve.value(time), std::iter::empty(), 0.0),
            Self::Weighted(curve) => curve.alone(curve.value(time)),
        }
    }

    /// The smallest time at which the curve is at or beyond `q`, if it gets there.
    pub(crate) fn quantile(&self, q: f64) -> Option<u64> {
        match self {
            Self::Followed(curve) => curve.quantile(q),
            Self::Weighted(curve) => curve.quantile(q),
        }
    }

    /// What the rows at this time add to the curve.
    pub(super) fn jump(&self, time: u64) -> f64 {
        let value = |time| match self {
            Self::Followed(curve) => curve.value(time),
            Self::Weighted(curve) => curve.value(time),
        };
        value(time) - time.checked_sub(1).map_or(0.0, value)
    }

    /// The time at which two windows' rows taken together are nearest to `q`.
    ///
    /// # Formula
    ///
    /// ```text
    /// the t with |F(t) - q| smallest; the later of two equally near
    /// ```
    ///
    /// where `F` is the curve of both windows' rows, or, weighted, the mean of their curves by rows: each window has
    /// its own censoring.
    ///
    /// # Undefined
    ///
    /// `NotReached` if the curve of both ends below `q`; `NoFigure` if the two are not curves of one kind.
    pub fn nearest_together(&self, other: &Self, q: f64) -> Result<u64, Undefined> {
        match (self, other) {
            (Self::Followed(one), Self::Followed(two)) => one.nearest_together(two, q),
            (Self::Weighted(one), Self::Weighted(two)) => one.nearest_together(two, q),
            _ => return Err(Undefined::NoFigure),
        }
        .ok_or(Undefined::NotReached)
    }
}
