//! Time to an outcome, rows still open included.
//!
//! A [`Curve`] is the cumulative incidence of *finished* (Kaplan-Meier, or Aalen-Johansen where other ends compete),
//! with the exact derivative by cluster at every time; a [`Quantile`] is a point on it with log-log limits. Built from
//! tallies of (time, outcome), never from rows.

mod curve;
mod quantile;
mod walk;

pub use curve::{Curve, Point};
pub use quantile::{Density, Quantile};
