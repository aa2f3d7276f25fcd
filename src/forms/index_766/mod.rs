//! The index of Decision 766/QĐ-TTg: how an office serves people and businesses, in real time, of 100 points.
//!
//! The items are data ([`items`]), a rate becomes points in one place ([`Item::score`]), and what each item counts of a
//! log stands with the recipes. An item that the columns of a study cannot answer is absent with its reason: it is neither
//! zero nor attainable, so `score / attainable` stands beside the score.

mod filled;
mod item;
mod json;
mod notes;
mod parameters;
mod recipes;
mod score;
mod sheet;

pub use filled::{Filled766, Ranked};
pub use item::{Group, Item, Level, Rule, WhenEmpty, items};
pub use parameters::{Given, Parameters, Scoring};
pub use score::{Answer, Grade, Index, Points, Rate, rounded};

use crate::cube::Recipe;

/// What the cube keeps for the index.
pub(super) fn recipes(parameters: &Parameters) -> Vec<Recipe> {
    let items = items(parameters);
    let counted = items.iter().flat_map(|item| recipes::counted(item.id, parameters));
    counted.flat_map(|counted| counted.recipes().into_iter().cloned().collect::<Vec<_>>()).collect()
}
