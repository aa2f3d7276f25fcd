//! Columns of the engine read as a whole.
//!
//! Almost always no row breaks a rule, and to know that takes no look at any row by itself: a column is read in one pass
//! that notes whether all is well. Where it is not, its rows are read one by one.

use super::batch::ABSENT;
use super::binding::{Origin, Read};
use super::columns::is_plain;
use super::dates::reading::Precision;
use super::dates::typed::FARTHEST;
use super::door::Door;
use super::flags::Flags;
use super::piece::{Cells, Piece};
use super::rows::Texts;
use polars::prelude::*;
use polars_arrow::array::{PrimitiveArray, Utf8ViewArray};
use polars_arrow::types::NativeType;

const DAY: i64 = 86_400_000_000;

/// Whole numbers below are written out as such, and with `.0` behind them where they are floats.
const PLAIN: f64 = 1e12;

impl Door<'_> {
    /// The instants of typed dates where all are plausible and have one offset; `None` of others.
    pub(super) fn all_instants(&self, origin: &Origin, piece: &Piece, may_lack: bool) -> Option<Vec<i64>> {
        let Origin::Column { read: Read::Typed(precision), .. } = origin else { return None };
        let column = column(origin, piece).filter(|column| may_lack || column.null_count() == 0)?;
        match column.dtype() {
            DataType::Date => self.placed(column.date().ok()?.physical(), DAY, *precision),
            DataType::Datetime(TimeUnit::Microseconds, _) => {
                self.placed(column.datetime().ok()?.physical(), 1, *precision)
            }
            DataType::Datetime(_, zone) => {
                let own = column.cast(&DataType::Datetime(TimeUnit::Microseconds, zone.clone())).ok()?;
                let own = Some(own).filter(|own| own.null_count() == column.null_count())?;
                self.placed(own.datetime().ok()?.physical(), 1, *precision)
            }
            _ => None,
        }
    }

    /// Dates in so many microseconds, placed in the zone.
    fn placed<T: PolarsNumericType>(&self, dates: &ChunkedArray<T>, unit: i64, of: Precision) -> Option<Vec<i64>>
    where
        i64: From<T::Native>,
    {
        let first = dates.iter().flatten().next().map(i64::from);
        let Some(first) = first else { return Some(vec![ABSENT; dates.len()]) };
        let (zone, (from, to)) = (&self.rules.zone, self.rules.plausible);
        let (span, ahead) = match of {
            Precision::Offset => ((from, to), 0),
            Precision::Day | Precision::Wall => {
                let (span, ahead) = zone.one_offset(first.checked_mul(unit)?)?;
                ((span.0.max(from.saturating_add(ahead)), span.1.min(to.saturating_add(ahead))), ahead)
            }
        };
        // From the first and before the second, in units.
        let (from, to) = (up(span.0.max(1 - FARTHEST), unit), up(span.1.min(FARTHEST), unit));
        let (mut all, mut strays) = (Vec::with_capacity(dates.len()), false);
        let each = |date: i64, known: bool| {
            strays |= known & ((date < from) | (date >= to));
            if known { date.wrapping_mul(unit).wrapping_sub(ahead) } else { ABSENT }
        };
        each_known(dates, &mut all, each);
        (!strays).then_some(all)
    }

    /// The numbers of a column of numbers where none is negative or has a fraction; `None` of others.
    pub(super) fn all_numbers(&self, origin: &Origin, piece: &Piece, may_lack: bool) -> Option<Vec<i64>> {
        let column = column(origin, piece).filter(|column| may_lack || column.null_count() == 0)?;
        if self.rules.absent.iter().any(|absent| absent.parse::<f64>().is_ok()) {
            return None;
        }
        let mut all = Vec::with_capacity(column.len());
        let mut strays = false;
        if column.dtype().is_integer() {
            let own = column.cast(&DataType::Int64).ok().filter(|own| own.null_count() == column.null_count())?;
            let least = if self.rules.is_sound { i64::MIN } else { 0 };
            let each = |number: i64, known: bool| {
                strays |= known & (number < least);
                if known { number } else { ABSENT }
            };
            each_known(own.i64().ok()?, &mut all, each);
        } else if column.dtype() == &DataType::Float64 {
            let each = |number: f64, known: bool| {
                let whole = number as i64;
                strays |= known & !((0.0..PLAIN).contains(&number) && whole as f64 == number);
                if known { whole } else { ABSENT }
            };
            each_known(column.f64().ok()?, &mut all, each);
        } else {
            return None;
        }
        (!strays).then_some(all)
    }

    /// The flags of a column of yes and no, or of 1 and 0 alone; `None` of others.
    pub(super) fn all_flags(&self, origin: &Origin, piece: &Piece) -> Option<Flags> {
        let column = column(origin, piece)?;
        if column.dtype() == &DataType::Int64 {
            return self.all_ones(column.i64().ok()?);
        }
        let column = Some(column).filter(|column| column.dtype() == &DataType::Boolean)?;
        // So they are spelled where a study says that one of them means nothing.
        if self.rules.absent.iter().any(|absent| ["true", "false"].contains(&absent.as_str())) {
            return None;
        }
        let flags = column.bool().ok()?.rechunk();
        let flags = flags.downcast_iter().next()?;
        Some(Flags::of(flags.values(), flags.validity()))
    }

    fn all_ones(&self, numbers: &Int64Chunked) -> Option<Flags> {
        if self.rules.absent.iter().any(|absent| ["0", "1"].contains(&absent.as_str())) {
            return None;
        }
        let mut flags = Flags::absent(numbers.len());
        for (row, number) in numbers.iter().enumerate() {
            match number {
                Some(yes @ (0 | 1)) => flags.set(row, yes == 1),
                Some(_) => return None,
                None => {}
            }
        }
        Some(flags)
    }

    /// Whether every row has an id that breaks no rule.
    pub(super) fn has_all_ids(&self, origin: &Origin, piece: &Piece) -> bool {
        let Origin::Column { place, part: None, .. } = origin else { return false };
        let is_sound = |text: &str| is_plain(text) && !self.rules.is_absent(text);
        let all_sound = |texts: &Texts| texts.iter().all(is_sound);
        match piece.cells(*place) {
            Cells::Texts(texts) => all_sound(texts),
            Cells::Numbered(numbers, texts) => numbers.null_count() == 0 && all_sound(texts),
            Cells::Column(column) if column.null_count() > 0 => false,
            Cells::Column(column) if column.dtype().is_integer() => self.rules.absent.is_empty(),
            Cells::Column(column) => column.str().is_ok_and(|texts| {
                texts.downcast_iter().all(|texts: &Utf8ViewArray| texts.values_iter().all(is_sound))
            }),
        }
    }
}

/// The column of the engine behind an origin, where it is read as it is.
fn column<'p>(origin: &Origin, piece: &'p Piece) -> Option<&'p Column> {
    let Origin::Column { place, part: None, .. } = origin else { return None };
    match piece.cells(*place) {
        Cells::Column(column) => Some(column),
        Cells::Texts(_) | Cells::Numbered(..) => None,
    }
}

/// The quotient rounded up.
fn up(us: i64, unit: i64) -> i64 {
    -(-us).div_euclid(unit)
}

/// Adds what is made of every value, told whether it is known: what stands where none is known is anything.
pub(super) fn each_known<T: PolarsNumericType, V: From<T::Native>, O>(
    values: &ChunkedArray<T>,
    all: &mut Vec<O>,
    mut make: impl FnMut(V, bool) -> O,
) where
    T::Native: NativeType,
{
    let mut each = |values: &PrimitiveArray<T::Native>| {
        let Some(known) = values.validity().filter(|known| known.unset_bits() > 0) else {
            return all.extend(values.values().iter().map(|value| make(V::from(*value), true)));
        };
        let mut words = known.chunks::<u64>();
        let mut left: &[T::Native] = values.values();
        let mut push = |word: u64, values: &[T::Native]| match word {
            u64::MAX => all.extend(values.iter().map(|value| make(V::from(*value), true))),
            0 => all.extend(values.iter().map(|value| make(V::from(*value), false))),
            _ => all.extend((0..).zip(values).map(|(bit, value)| make(V::from(*value), word >> bit & 1 == 1))),
        };
        for word in words.by_ref() {
            let (own, rest) = left.split_at(u64::BITS as usize);
            push(word, own);
            left = rest;
        }
        push(words.remainder(), left);
    };
    values.downcast_iter().for_each(&mut each);
}
