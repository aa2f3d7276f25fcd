//! The index of Decision 766/QĐ-TTg: how an office serves people and businesses, in real time, of 100 points.
//!
//! The items are data ([`items`]), a rate becomes points in one place ([`Item::score`]), and what each item counts of a
//! log stands with the recipes. An item that the columns of a study cannot answer is absent with its reason: it is neither
//! zero nor attainable, so `score / attainable` stands beside the score.
//!
//! # Example
//!
//! ```
//! use giamtang::Study;
//! use giamtang::forms::Grade;
//! use giamtang::forms::index_766::{
//!     Answer, Filled766, Given, Group, Index, Level, Parameters, Points, Ranked, Rule, Scoring, WhenEmpty, rounded,
//! };
//! use giamtang::forms::{Asked, Filled, Form};
//!
//! # fn main() -> giamtang::Result<()> {
//! // Twelve dossiers that can be counted on fingers; of item 4.4 the office counted three of four itself.
//! let study = Study::load("fixtures/forms/twelve/766.toml")?.set("index_766.given.4_4.numerator=3")?;
//! let study = study.set("index_766.given.4_4.denominator=4")?;
//! let (filled, _) = study.form(Asked { by_unit: true, ..Asked::new(Form::Index766) })?.plan()?.form()?;
//! let Filled::Index766(form) = &filled else { panic!("another form") };
//! let Filled766 { parameters, whole, units, .. } = &**form;
//! let Parameters { digitised: Scoring::Linear, given, .. } = parameters else { panic!("the default is linear") };
//! let Given { rate, .. } = &given["4.4"];
//! assert_eq!(rate.share(), Some(0.75));
//!
//! let Index { level: Level::Province, answers, .. } = whole else { panic!("the default is the province") };
//! let Answer { item, rate, .. } = &answers[4];
//! assert_eq!((item.id, item.rule, item.when_empty), ("2.1", Rule::Linear, WhenEmpty::Zero));
//! assert_eq!(rate.as_ref().map(|rate| (rate.numerator(), rate.denominator())), Ok((7, 11)));
//! assert_eq!(rounded(whole.group(Group::Progress).score), 12.73);
//!
//! let Points { score, attainable, maximum } = whole.total();
//! assert_eq!((rounded(score), attainable, maximum), (61.02, 98, 100));
//! assert_eq!(whole.total().grade(), Some(Grade::Average));
//!
//! let Ranked { rank, of, index } = &units[0];
//! assert_eq!((index.unit.clone(), *rank, *of), (Some(Some("Sở Hai".to_owned())), Some(1), 1));
//! # Ok(())
//! # }
//! ```

mod filled;
mod item;
mod json;
mod notes;
mod parameters;
mod public;
mod recipes;
mod score;
mod sheet;

pub use filled::{Filled766, Ranked};
pub use item::{Group, Item, Level, Rule, WhenEmpty, items};
pub use parameters::{Given, Parameters, Scoring};
pub use score::{Answer, GRADES, Index, Points, Rate, grade, rounded};

use crate::cube::Recipe;

/// What the cube keeps for the index.
pub(super) fn recipes(parameters: &Parameters) -> Vec<Recipe> {
    let items = items(parameters);
    let counted = items.iter().flat_map(|item| recipes::counted(item.id, parameters));
    counted.flat_map(|counted| counted.recipes().into_iter().cloned().collect::<Vec<_>>()).collect()
}
