//! Time to an outcome, rows still open included.
//!
//! A [`Curve`] is the cumulative incidence of *finished* (Kaplan-Meier, or Aalen-Johansen where other ends compete),
//! with the exact derivative by cluster at every time; a [`Weighted`] curve is that of a net time whose rows are
//! censored on another clock, or of rows held at a mix. A [`Quantile`] is a point on either with its limits; both have
//! a restricted mean, and two curves a log-rank test (`log_rank`), also within strata and of clusters. Built from
//! tallies of (time, outcome), never from rows.

mod band;
mod curve;
mod leavers;
mod log_rank;
mod mix;
mod quantile;
mod radix;
mod restricted;
mod shape;
mod walk;
mod weighted;
mod woodruff;

pub use curve::{Curve, Point};
pub use log_rank::{LogRank, clustered_log_rank, log_rank, stratified_log_rank};
pub use quantile::{Density, Quantile};
pub use shape::Shape;
pub use weighted::Weighted;

pub(crate) use leavers::{Choice, Leavers};
pub(crate) use log_rank::{clustered_log_rank_of, stratified_log_rank_of};
pub(super) use mix::{Mix, Pull};
pub(super) use weighted::Weighing;
