//! The nine indices of Decree 61/2018/NĐ-CP, by which an office is appraised: each of 0, 1 or 2 points, 18 in all.
//!
//! What a log holds is counted ([`Measured`]), what people are asked is taken from their answers, and what neither knows
//! the office gives. The decree and its circular do not say, as far as could be found, from which value on an index earns
//! its points: thresholds are parameters of the study, and their defaults are unverified. An index without any of these is
//! absent, and without all nine there is no band. The sheet of single officers is no part of it.
//!
//! # Example
//!
//! ```
//! use giamtang::Study;
//! use giamtang::forms::Grade;
//! use giamtang::forms::nine::{Answer, Decision, FilledNine, Item, Measured, NUMBERS, Nine, Parameters, Source, Value, items};
//! use giamtang::forms::{Asked, Filled, Form};
//!
//! # fn main() -> giamtang::Result<()> {
//! let study = Study::load("fixtures/forms/twelve/nine.toml")?;
//! let (filled, _) = study.form(Asked::new(Form::NineIndices))?.plan()?.form()?;
//! let Filled::NineIndices(form) = &filled else { panic!("another form") };
//! let FilledNine { whole, .. } = &**form;
//! let Nine { answers, .. } = whole;
//! assert_eq!((whole.points(), whole.attainable(), whole.band()), (12, 18, Some(Grade::Good)));
//!
//! // Twelve working days were used of the twenty that were allowed.
//! let Answer { item: Item { number, .. }, source, points } = &answers[0];
//! let Source::Log(Measured { by, .. }, Some(Value { value, n, .. })) = source else { panic!("it is measured") };
//! assert_eq!((*number, *by, *value, *n, points), (1, "time/limit_ratio", 0.6, Some(4), &Ok(2)));
//!
//! // What a study decides: here that index 3 asks for less than half a contact.
//! let strict = Decision { two: Some(0.5), ..Decision::default() };
//! assert_eq!(strict.thresholds(3).points(1.0), 1);
//! assert!(Parameters::default().0.is_empty());
//! assert!(items().iter().map(|item| item.number).eq(NUMBERS));
//! # Ok(())
//! # }
//! ```

mod filled;
mod item;
mod json;
mod public;
mod sheet;

pub use filled::{Answer, FilledNine, Nine, Source, Value};
pub use item::{BANDS, Decision, Item, Measured, NUMBERS, Parameters, Thresholds, band, items};

use crate::cube::Recipe;

/// What the cube keeps for the indices.
pub(super) fn recipes(parameters: &Parameters) -> Vec<Recipe> {
    items().iter().filter_map(|item| filled::asked(item, parameters)).map(|(recipe, _)| recipe).collect()
}
