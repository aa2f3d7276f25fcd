//! From a rate to points, and from points to groups, totals and grades; no log is needed for it.

use super::item::{Group, Item, Level, Rule, WhenEmpty};
use crate::error::Undefined;
use crate::forms::Grade;

/// So many of so many: never more than all.
///
/// # Example
///
/// ```
/// use giamtang::forms::index_766::Rate;
///
/// assert_eq!(Rate::new(3, 4).and_then(Rate::share), Some(0.75));
/// assert_eq!(Rate::new(0, 0).and_then(Rate::share), None);
/// // A stock counted into a flow would be more than all of it.
/// assert_eq!(Rate::new(5, 4), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    numerator: u64,
    denominator: u64,
}

impl Rate {
    /// So many of so many; `None` where that is more than all.
    pub fn new(numerator: u64, denominator: u64) -> Option<Self> {
        (numerator <= denominator).then_some(Self { numerator, denominator })
    }

    /// Those that count.
    pub fn numerator(self) -> u64 {
        self.numerator
    }

    /// All.
    pub fn denominator(self) -> u64 {
        self.denominator
    }

    /// The share, between 0 and 1; `None` of nothing.
    pub fn share(self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }
}

impl Item {
    /// The points of a rate; `None` where it is not scored.
    ///
    /// Never more than the maximum, and none for a rate of zero.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::forms::index_766::{Parameters, Rate, items};
    ///
    /// let items = items(&Parameters::default());
    /// let offered = items.iter().find(|item| item.id == "3.1").unwrap();
    /// let score = |n, of| offered.score(Rate::new(n, of).unwrap(), 1.0).unwrap();
    /// // 40 of 100 are half of the 80 % that earn all of its two points.
    /// assert_eq!([score(0, 100), score(40, 100), score(80, 100), score(100, 100)], [0.0, 1.0, 2.0, 2.0]);
    /// ```
    pub fn score(&self, rate: Rate, factor: f64) -> Option<f64> {
        let most = f64::from(self.maximum);
        let Some(share) = rate.share() else {
            return match self.when_empty {
                WhenEmpty::Full => Some(most),
                WhenEmpty::Zero => Some(0.0),
                WhenEmpty::NotScored => None,
            };
        };
        let share = share * factor;
        match self.rule {
            Rule::Linear => Some(most * share),
            Rule::Saturated { at } => Some((most * share / at).min(most)),
            Rule::Information => None,
        }
    }
}

/// What was found of an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The item.
    pub item: Item,
    /// Its rate, or why there is none.
    pub rate: Result<Rate, Undefined>,
    /// What the rate is multiplied by.
    pub factor: f64,
    /// Rows of which the log does not say what the item asks.
    pub left_out: u64,
    /// Columns that would make it more exact, and that the study lacks.
    pub without: Vec<String>,
    /// Whether the office counted it itself.
    pub given: bool,
    /// Whether the rate is one of steps, as everybody may know it, and not of counts.
    pub is_rounded: bool,
}

impl Answer {
    /// Its points; `None` where it has no rate, or is not scored.
    pub fn score(&self) -> Option<f64> {
        self.rate.as_ref().ok().and_then(|rate| self.item.score(*rate, self.factor))
    }

    /// The points that could be earned here: all of an item that is scored, none of another.
    pub fn attainable(&self) -> u32 {
        if self.score().is_some() { self.item.maximum.into() } else { 0 }
    }
}

/// Points and what they are out of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Points {
    /// What was earned, not rounded.
    pub score: f64,
    /// What could be earned with the columns there are.
    pub attainable: u32,
    /// What the items earn at most.
    pub maximum: u32,
}

impl Points {
    /// The sum of some answers.
    pub fn of<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> Self {
        answers.into_iter().fold(Self::default(), |sum, answer| Self {
            score: sum.score + answer.score().unwrap_or_default(),
            attainable: sum.attainable + answer.attainable(),
            maximum: sum.maximum + u32::from(answer.item.maximum),
        })
    }

    /// What was earned as a share of what could be; `None` where nothing could.
    pub fn share(self) -> Option<f64> {
        (self.attainable > 0).then(|| self.score / f64::from(self.attainable))
    }

    /// The least and the most per cent of the maximum that it can be, whatever items without a score would earn.
    pub fn bounds(self) -> Option<(f64, f64)> {
        let most = f64::from(self.maximum);
        let unknown = f64::from(self.maximum - self.attainable);
        (self.maximum > 0).then(|| (100.0 * self.score / most, 100.0 * (self.score + unknown) / most))
    }

    /// The grade, where it is the same whatever items without a score would earn.
    pub fn grade(self) -> Option<Grade> {
        let (low, high) = self.bounds()?;
        Some(grade(low)).filter(|own| *own == grade(high))
    }
}

/// The per cent of the maximum from which each grade is given.
///
/// They could not be found in the decision: they are as commonly reported, and unverified.
///
/// # Example
///
/// ```
/// use giamtang::forms::{Grade, index_766::{GRADES, grade}};
///
/// assert_eq!((grade(80.0), GRADES[1]), (Grade::Good, (Grade::Good, 80.0)));
/// ```
pub const GRADES: [(Grade, f64); 5] =
    [(Grade::Excellent, 90.0), (Grade::Good, 80.0), (Grade::Fair, 70.0), (Grade::Average, 50.0), (Grade::Weak, 0.0)];

/// The grade of so many per cent, at the two decimals that are published.
pub fn grade(percent: f64) -> Grade {
    Grade::among(GRADES, rounded(percent))
}

/// Points at the two decimals that are published.
pub fn rounded(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}

/// The index of one office, or of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// Who is scored.
    pub level: Level,
    /// The office, which may be one without a name; `None` of all together.
    pub unit: Option<Option<String>>,
    /// What was found of each item of the level, in the form's order.
    pub answers: Vec<Answer>,
}

impl Index {
    /// The points of a group.
    pub fn group(&self, group: Group) -> Points {
        Points::of(self.answers.iter().filter(|answer| answer.item.group == group))
    }

    /// The points of all.
    pub fn total(&self) -> Points {
        Points::of(&self.answers)
    }
}
