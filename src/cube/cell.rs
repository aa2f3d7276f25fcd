//! What one cell holds: counts, and moments or a tally. Everything adds.

use super::tally::Tally;
use std::ops::AddAssign;

/// The dossiers of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Dossiers by what became of them.
    pub counts: Counts,
    /// What is kept of those that count.
    pub content: Content,
}

/// Dossiers of a cell that do not enter the denominator, by why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Their quantity is null, or the recipe's filter leaves them out.
    pub excluded: i64,
    /// Their horizon had not passed by the cut-off.
    pub immature: i64,
    /// They have no date of the anchor; placed here by when they were received.
    pub undated: i64,
}

/// The numbers of a cell, all integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Of a yes-or-no or an integer quantity.
    Moments(Moments),
    /// Of two integer quantities of the same rows.
    Pairs(Pairs),
    /// Of times and how they ended, of values, or of distinct things.
    Tally(Tally),
}

/// n, Σx and Σx² of an integer quantity; a yes is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    /// Dossiers.
    pub n: i64,
    /// Σx.
    pub sum: i128,
    /// Σx².
    pub squares: i128,
}

impl Moments {
    /// Adds a value `sign` times.
    #[inline]
    pub fn add(&mut self, value: i64, sign: i64) {
        let (value, times) = (i128::from(value), i128::from(sign));
        self.n += sign;
        self.sum = self.sum.saturating_add(value * times);
        self.squares = self.squares.saturating_add(value * value * times);
    }
}

impl Moments {
    /// Adds so many values at once, `sign` times: how many, their mean and their standard deviation.
    ///
    /// Σx = n·mean and Σx² = (n − 1)·sd² + n·mean².
    pub fn add_many(&mut self, (count, mean, sd): (i64, i64, i64), sign: i64) {
        let (n, mean, sd, times) = (i128::from(count), i128::from(mean), i128::from(sd), i128::from(sign));
        self.n += count * sign;
        self.sum += n * mean * times;
        self.squares += ((n - 1) * sd * sd + n * mean * mean) * times;
    }
}

/// n, Σx, Σy, Σx², Σy² and Σxy of two integer quantities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Rows.
    pub n: i64,
    /// Σx.
    pub x: i128,
    /// Σy.
    pub y: i128,
    /// Σx².
    pub xx: i128,
    /// Σy².
    pub yy: i128,
    /// Σxy.
    pub xy: i128,
}

impl Pairs {
    /// Adds a pair of values `sign` times.
    #[inline]
    pub fn add(&mut self, (x, y): (i64, i64), sign: i64) {
        let (x, y, times) = (i128::from(x), i128::from(y), i128::from(sign));
        self.n += sign;
        self.x += x * times;
        self.y += y * times;
        self.xx += x * x * times;
        self.yy += y * y * times;
        self.xy += x * y * times;
    }
}

impl AddAssign for Pairs {
    fn add_assign(&mut self, other: Self) {
        self.n += other.n;
        self.x += other.x;
        self.y += other.y;
        self.xx += other.xx;
        self.yy += other.yy;
        self.xy += other.xy;
    }
}

impl AddAssign for Moments {
    fn add_assign(&mut self, other: Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.excluded += other.excluded;
        self.immature += other.immature;
        self.undated += other.undated;
    }
}

impl Cell {
    /// Adds another cell of the same kind.
    pub fn merge(&mut self, other: Self) {
        self.counts += other.counts;
        match (&mut self.content, other.content) {
            (Content::Moments(own), Content::Moments(more)) => *own += more,
            (Content::Pairs(own), Content::Pairs(more)) => *own += more,
            (Content::Tally(own), Content::Tally(more)) => own.merge(more),
            // One keep has one kind of content: see `Accumulators::new`.
            _ => unreachable!("cells of one keep have one kind"),
        }
    }

    /// Whether nothing was ever counted here, or all of it was taken out again.
    pub fn is_empty(&self) -> bool {
        self.counts == Counts::default()
            && match &self.content {
                Content::Moments(moments) => *moments == Moments::default(),
                Content::Pairs(pairs) => *pairs == Pairs::default(),
                Content::Tally(tally) => tally.counts().len() == 0,
            }
    }
}
