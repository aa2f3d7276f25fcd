//! The nine indices of Decree 61/2018/NĐ-CP, by which an office is appraised: each of 0, 1 or 2 points, 18 in all.
//!
//! What a log holds is counted ([`Measured`]), what people are asked is taken from their answers, and what neither knows
//! the office gives. The decree and its circular do not say, as far as could be found, from which value on an index earns
//! its points: thresholds are parameters of the study, and their defaults are unverified. An index without any of these is
//! absent, and without all nine there is no band. The sheet of single officers is no part of it.

mod filled;
mod item;
mod json;
mod sheet;

pub use filled::{Answer, FilledNine, Nine, Source, Value};
pub use item::{Band, Decision, Item, Measured, NUMBERS, Parameters, Thresholds, items};

use crate::cube::Recipe;

/// What the cube keeps for the indices.
pub(super) fn recipes(parameters: &Parameters) -> Vec<Recipe> {
    items().iter().filter_map(|item| filled::asked(item, parameters)).map(|(recipe, _)| recipe).collect()
}
