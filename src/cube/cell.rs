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
    /// Of two integer quantities of the same rows; apart, for most cells are smaller by half.
    Pairs(Box<Pairs>),
    /// Of times and how they ended, of values, or of distinct things.
    Tally(Tally),
}

impl Content {
    /// The rows that count.
    pub fn rows(&self) -> i64 {
        match self {
            Self::Moments(moments) => moments.n,
            Self::Pairs(pairs) => pairs.n,
            Self::Tally(tally) => tally.rows(),
        }
    }

    /// The tally, where it is one.
    pub(super) fn tally(&mut self) -> Option<&mut Tally> {
        match self {
            Self::Tally(tally) => Some(tally),
            Self::Moments(_) | Self::Pairs(_) => None,
        }
    }
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
        self.n = self.n.saturating_add(sign);
        self.sum = self.sum.saturating_add(value * times);
        self.squares = self.squares.saturating_add(value * value * times);
    }
}

/// Bits of values whose squares add up without a check, however many a batch has.
///
/// A check after each addition took twice as long as the addition.
const SMALL: u32 = 47;

impl Moments {
    /// Adds values, each `sign` times.
    pub(super) fn add_all(&mut self, values: impl Iterator<Item = i64> + Clone, sign: i64) {
        let (mut all, mut any) = (Self::default(), 0);
        values.clone().for_each(|value| {
            any |= value.unsigned_abs();
            all.n += 1;
            all.sum = all.sum.wrapping_add(value.into());
            all.squares = all.squares.wrapping_add(i128::from(value) * i128::from(value));
        });
        match any >> SMALL {
            0 => *self += all.times(sign),
            _ => values.for_each(|value| self.add(value, sign)),
        }
    }

    /// The same so many times; a negative number takes them out.
    pub(super) fn times(self, sign: i64) -> Self {
        let times = i128::from(sign);
        Self { n: self.n * sign, sum: self.sum * times, squares: self.squares * times }
    }

    /// Adds so many values at once, `sign` times: how many, their mean and their standard deviation.
    ///
    /// Σx = n·mean and Σx² = (n − 1)·sd² + n·mean².
    pub fn add_many(&mut self, (count, mean, sd): (i64, i64, i64), sign: i64) {
        let (n, mean, sd, times) = (i128::from(count), i128::from(mean), i128::from(sd), i128::from(sign));
        self.n = self.n.saturating_add(count.saturating_mul(sign));
        self.sum = self.sum.saturating_add(n.saturating_mul(mean * times));
        let squares = (n - 1).saturating_mul(sd * sd).saturating_add(n.saturating_mul(mean * mean));
        self.squares = self.squares.saturating_add(squares.saturating_mul(times));
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
        self.x = self.x.saturating_add(x * times);
        self.y = self.y.saturating_add(y * times);
        self.xx = self.xx.saturating_add(x * x * times);
        self.yy = self.yy.saturating_add(y * y * times);
        self.xy = self.xy.saturating_add(x * y * times);
    }
}

impl Pairs {
    /// Adds pairs of values, each `sign` times.
    pub(super) fn add_all(&mut self, pairs: impl Iterator<Item = (i64, i64)> + Clone, sign: i64) {
        let (mut all, mut any) = (Self::default(), 0);
        let product = |a: i64, b: i64| i128::from(a) * i128::from(b);
        pairs.clone().for_each(|(x, y)| {
            any |= x.unsigned_abs() | y.unsigned_abs();
            all.n += 1;
            all.x = all.x.wrapping_add(x.into());
            all.y = all.y.wrapping_add(y.into());
            all.xx = all.xx.wrapping_add(product(x, x));
            all.yy = all.yy.wrapping_add(product(y, y));
            all.xy = all.xy.wrapping_add(product(x, y));
        });
        match any >> SMALL {
            0 => *self += all.times(sign),
            _ => pairs.for_each(|pair| self.add(pair, sign)),
        }
    }

    fn times(self, sign: i64) -> Self {
        let of = |sum: i128| sum * i128::from(sign);
        let Self { n, x, y, xx, yy, xy } = self;
        Self { n: n * sign, x: of(x), y: of(y), xx: of(xx), yy: of(yy), xy: of(xy) }
    }
}

impl AddAssign for Pairs {
    fn add_assign(&mut self, other: Self) {
        self.n = self.n.saturating_add(other.n);
        self.x = self.x.saturating_add(other.x);
        self.y = self.y.saturating_add(other.y);
        self.xx = self.xx.saturating_add(other.xx);
        self.yy = self.yy.saturating_add(other.yy);
        self.xy = self.xy.saturating_add(other.xy);
    }
}

impl AddAssign for Moments {
    fn add_assign(&mut self, other: Self) {
        self.n = self.n.saturating_add(other.n);
        self.sum = self.sum.saturating_add(other.sum);
        self.squares = self.squares.saturating_add(other.squares);
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
            (Content::Pairs(own), Content::Pairs(more)) => **own += *more,
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
                Content::Pairs(pairs) => **pairs == Pairs::default(),
                Content::Tally(tally) => tally.keys() == 0,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A large cube has millions of cells.
    #[test]
    fn a_cell_takes_96_bytes() {
        assert!(size_of::<Cell>() <= 96);
    }
}
