//! Accepted rows, column by column.

use super::flags::Flags;
use super::joins::{Join, Matched};
use super::lexicon::Lexicon;
use super::pauses::Pauses;
use super::rows::Texts;
use super::schema::Field;
use super::tables::Table;

/// The mark of an absent instant inside [`Instants`], and of an absent number; no plausible value is near it.
pub const ABSENT: i64 = i64::MIN;

/// A column of instants, in microseconds of UTC since the epoch.
#[derive(Clone, Debug, Default)]
pub struct Instants {
    /// The instants; [`ABSENT`] where there is none. A local day stands as its first instant.
    pub us: Vec<i64>,
    /// Of which rows only the local day is known.
    pub days: Days,
}

/// A moment in microseconds of UTC, and whether only the local day of it is known.
pub type Moment = (i64, bool);

/// The earliest and the latest of instants; `None` where there is none.
pub(super) fn range(us: &[i64]) -> Option<(i64, i64)> {
    let mut range = (i64::MAX, ABSENT);
    for at in us {
        range = (range.0.min(if *at == ABSENT { i64::MAX } else { *at }), range.1.max(*at));
    }
    (range.1 != ABSENT).then_some(range)
}

/// Of which rows of a column only the local day is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Days {
    /// Of none.
    #[default]
    None,
    /// Of all.
    All,
    /// Of those marked; a column made of two.
    Rows(Vec<bool>),
}

impl Days {
    /// Of those marked; it is quicker told where none is.
    pub(super) fn of(marks: Vec<bool>) -> Self {
        if marks.contains(&true) { Self::Rows(marks) } else { Self::None }
    }
}

impl Instants {
    /// A column in which nothing is known.
    pub fn absent(rows: usize) -> Self {
        Self { us: vec![ABSENT; rows], days: Days::None }
    }

    /// Whether only the local day of a row is known.
    pub fn is_day(&self, row: usize) -> bool {
        match &self.days {
            Days::None => false,
            Days::All => true,
            Days::Rows(marks) => marks[row],
        }
    }

    /// The moment of a row.
    pub(super) fn at(&self, row: usize) -> Option<Moment> {
        let us = self.us[row];
        (us != ABSENT).then(|| (us, self.is_day(row)))
    }

    /// Adds the moments of other rows.
    pub(super) fn extend(&mut self, more: &Self) {
        let rows = self.us.len();
        if rows == 0 {
            self.days = more.days.clone();
        } else if let Days::Rows(marks) = &mut self.days {
            marks.extend((0..more.us.len()).map(|row| more.is_day(row)));
        } else if !(self.days == more.days && matches!(self.days, Days::None | Days::All)) {
            let own = (0..rows).map(|row| self.is_day(row));
            self.days = Days::Rows(own.chain((0..more.us.len()).map(|row| more.is_day(row))).collect());
        }
        self.us.extend(&more.us);
    }

    /// Tells of which rows only the day is known as briefly as it can be told.
    pub(super) fn settle(&mut self) {
        let known = self.us.iter().filter(|us| **us != ABSENT).count();
        let is_day = |row: usize| self.us[row] != ABSENT && self.is_day(row);
        self.days = match (0..self.us.len()).filter(|row| is_day(*row)).count() {
            0 => Days::None,
            days if days == known => Days::All,
            _ => Days::Rows((0..self.us.len()).map(is_day).collect()),
        };
    }

    /// The moments of the rows at these places, in this order.
    pub(super) fn chosen(&self, rows: impl Iterator<Item = usize>) -> Self {
        match &self.days {
            Days::Rows(marks) => {
                let (us, marks) = rows.map(|row| (self.us[row], marks[row])).unzip();
                Self { us, days: Days::Rows(marks) }
            }
            days => Self { us: rows.map(|row| self.us[row]).collect(), days: days.clone() },
        }
    }
}

impl FromIterator<Option<Moment>> for Instants {
    fn from_iter<I: IntoIterator<Item = Option<Moment>>>(moments: I) -> Self {
        let moments = moments.into_iter().map(|moment| moment.unwrap_or((ABSENT, false)));
        let (us, marks) = moments.unzip();
        let mut all = Self { us, days: Days::Rows(marks) };
        all.settle();
        all
    }
}

/// What one column holds.
#[derive(Clone, Debug)]
pub(super) enum Values {
    Absent,
    Instants(Instants),
    Codes(Vec<u32>),
    Texts(Texts),
    Numbers(Vec<i64>),
    Flags(Flags),
    Pauses(Pauses),
}

/// Accepted rows of one input.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The input's place in the study's order.
    pub input: usize,
    /// Row numbers, counted from 1 after the header.
    pub rows: Vec<u64>,
    /// The ids, hashed; two ids share a hash with probability 2⁻¹²⁸. None at all where nothing asks for them.
    pub ids: Vec<u128>,
    /// The names behind the codes.
    pub lexicon: &'a Lexicon,
    pub(super) fields: &'a [Field],
    pub(super) joins: &'a [Join],
    pub(super) values: Vec<Values>,
    /// Per row, whether the catalogue lists its procedure on the day; none at all where it was not asked.
    pub(super) listed: Vec<Option<bool>>,
    /// Per row, how many of its local times summer time makes ambiguous; none at all where none is.
    pub(super) ambiguous: Vec<u8>,
}

impl Batch<'_> {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row was accepted.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A column of instants; `None` where the log has no such column.
    pub fn instants(&self, name: &str) -> Option<&Instants> {
        match self.values(name)? {
            Values::Instants(instants) => Some(instants),
            _ => None,
        }
    }

    /// A column of names as codes of [`Batch::lexicon`]; `None` where the log has no such column.
    pub fn codes(&self, name: &str) -> Option<&[u32]> {
        match self.values(name)? {
            Values::Codes(codes) => Some(codes),
            _ => None,
        }
    }

    /// A column of whole numbers, or of no (0) and yes (1); [`ABSENT`] where there is none.
    pub fn numbers(&self, name: &str) -> Option<&[i64]> {
        match self.values(name)? {
            Values::Numbers(numbers) => Some(numbers),
            Values::Flags(flags) => Some(flags.numbers()),
            _ => None,
        }
    }

    /// A column of yes and no, as bits; `None` where the log has no such column.
    ///
    /// What other tables say of a dossier has no bits: see [`Batch::numbers`], which has the same of every such column.
    pub fn flags(&self, name: &str) -> Option<&Flags> {
        match self.values(name)? {
            Values::Flags(flags) => Some(flags),
            _ => None,
        }
    }

    /// A column of texts that are only compared or handed on, blank where there is none; `None` where the log has no such column.
    pub(super) fn texts(&self, name: &str) -> Option<&Texts> {
        match self.values(name)? {
            Values::Texts(texts) => Some(texts),
            _ => None,
        }
    }

    /// When the clocks of the rows stood still; `None` where the log has no such column.
    pub fn pauses(&self, name: &str) -> Option<&Pauses> {
        match self.values(name)? {
            Values::Pauses(pauses) => Some(pauses),
            _ => None,
        }
    }

    /// What a column of the catalogue says of a row's procedure on a day counted from 1970-01-01.
    ///
    /// Of a procedure that was merged it is what the one says that it was merged into; `None` where none is in force.
    pub fn procedure_on(&self, column: &str, row: usize, day: i64) -> Option<i64> {
        let catalogue = self.joins.iter().find(|join| join.held.table == Table::Procedures)?;
        let name = self.lexicon.name(self.codes("procedure")?[row])?;
        catalogue.held.number(column, catalogue.on(name, day)?)
    }

    /// The procedure in whose row of the catalogue a row's own stands on a day: itself, or what it was merged into.
    pub fn procedure_named_on(&self, row: usize, day: i64) -> Option<&str> {
        let catalogue = self.joins.iter().find(|join| join.held.table == Table::Procedures)?;
        let name = self.lexicon.name(self.codes("procedure")?[row])?;
        catalogue.held.name("procedure", catalogue.on(name, day)?)
    }

    fn values(&self, name: &str) -> Option<&Values> {
        let index = self.fields.iter().position(|field| field.name == name)?;
        self.values.get(index)
    }

    /// Local times of its rows that summer time makes ambiguous.
    pub(super) fn ambiguous_times(&self) -> u64 {
        self.ambiguous.iter().map(|times| u64::from(*times)).sum()
    }

    /// How many of its rows the catalogue lists.
    pub(super) fn listed(&self) -> Matched {
        let count = |listed: bool| self.listed.iter().filter(|own| **own == Some(listed)).count() as u64;
        Matched { matched: count(true), unmatched: count(false) }
    }

    /// The same batch with only the rows marked `true`.
    pub(super) fn keep(mut self, mask: &[bool]) -> Self {
        if mask.iter().all(|kept| *kept) {
            return self;
        }
        keep(&mut self.rows, mask);
        keep(&mut self.ids, mask);
        keep(&mut self.ambiguous, mask);
        keep(&mut self.listed, mask);
        self.values.iter_mut().for_each(|values| values.keep(mask));
        self
    }
}

impl Values {
    fn keep(&mut self, mask: &[bool]) {
        match self {
            Self::Absent => {}
            Self::Instants(instants) => {
                keep(&mut instants.us, mask);
                if let Days::Rows(marks) = &mut instants.days {
                    keep(marks, mask);
                }
            }
            Self::Codes(codes) => keep(codes, mask),
            Self::Texts(texts) => {
                let kept = texts.iter().zip(mask).filter(|(_, kept)| **kept);
                *texts = kept.map(|(text, _)| text).collect();
            }
            Self::Numbers(numbers) => keep(numbers, mask),
            Self::Flags(flags) => flags.keep(mask),
            Self::Pauses(pauses) => pauses.keep(mask),
        }
    }
}

fn keep<T>(values: &mut Vec<T>, mask: &[bool]) {
    let mut marks = mask.iter();
    values.retain(|_| marks.next().is_some_and(|kept| *kept));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A day, a row without one, and a moment: together each row keeps what is known of it.
    #[test]
    fn instants_of_several_batches_keep_their_days() {
        let day = Instants { us: vec![5], days: Days::All };
        let mut all = day.clone();
        all.extend(&Instants::absent(1));
        all.settle();
        assert_eq!((all.us.len(), &all.days), (2, &Days::All));
        all.extend(&Instants { us: vec![7], days: Days::None });
        all.settle();
        assert_eq!(all.days, Days::Rows(vec![true, false, false]));
        assert_eq!([0, 1, 2].map(|row| all.at(row)), [Some((5, true)), None, Some((7, false))]);
        let chosen = all.chosen([2, 0].into_iter());
        assert_eq!([0, 1].map(|row| chosen.at(row)), [Some((7, false)), Some((5, true))]);
        assert_eq!([Some((5, true)), None].into_iter().collect::<Instants>().days, Days::All);
    }
}
