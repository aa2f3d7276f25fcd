//! What a measure says of each placed row, as a column.

use crate::error::{Error, Result};
use crate::ingest::{ABSENT, Flags, Lexicon};
use polars::prelude::*;
use polars_arrow::array::{BooleanArray, PrimitiveArray};
use polars_arrow::bitmap::Bitmap;

/// The mark of an answer that the calendar does not reach.
pub(super) const OUTSIDE: i64 = ABSENT + 1;

/// What a measure says of each placed row; null is not known.
#[derive(Clone, Debug)]
pub enum Answers {
    /// Whole numbers.
    Numbers(Int64Chunked),
    /// Yes or no.
    Flags(BooleanChunked),
    /// Names, as codes of the batch's lexicon.
    Names(UInt32Chunked),
    /// A column as a study's own expressions see it.
    Own(Column),
}

/// What kind of answers a measure has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// Whole numbers.
    Numbers,
    /// Yes or no.
    Flags,
    /// Names.
    Names,
    /// Whatever the column holds.
    Own,
}

impl Answers {
    /// The answers as a column of the engine, with its name.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn column(self, name: PlSmallStr, lexicon: &Lexicon) -> Result<Column> {
        Ok(match self {
            Self::Numbers(numbers) => numbers.with_name(name).into_column(),
            Self::Flags(flags) => flags.with_name(name).into_column(),
            Self::Names(codes) => {
                let names = codes.iter().map(|code| lexicon.name(code?));
                StringChunked::from_iter_options(name, names).into_column()
            }
            Self::Own(mut column) => {
                column.rename(name);
                column
            }
        })
    }

    /// Those of some rows.
    pub(super) fn taken(&self, rows: &[u32]) -> Result<Self> {
        let taken = match self {
            Self::Numbers(numbers) => numbers.take(rows).map(Self::Numbers),
            Self::Flags(flags) => flags.take(rows).map(Self::Flags),
            Self::Names(names) => names.take(rows).map(Self::Names),
            Self::Own(column) => column.take_slice(rows).map(Self::Own),
        };
        taken.map_err(|error| Error::broken("measuring", error))
    }

    /// The answers that are numbers.
    ///
    /// # Errors
    ///
    /// They are not.
    pub fn numbers(self) -> Result<Int64Chunked> {
        match self {
            Self::Numbers(numbers) => Ok(numbers),
            _ => Err(Error::broken("measuring", "a measure has no numbers")),
        }
    }
}

/// Numbers of which the lowest two stand for none.
pub(super) fn numbers(values: Vec<i64>) -> Answers {
    let is_whole = values.iter().fold(i64::MAX, |least, value| least.min(*value)) > OUTSIDE;
    let known = (!is_whole).then(|| bits(&values, |value| *value > OUTSIDE));
    Answers::Numbers(chunked(values, known))
}

/// Numbers of which the lowest one stands for none.
pub(super) fn read(values: Vec<i64>) -> Answers {
    let is_whole = !values.contains(&ABSENT);
    let known = (!is_whole).then(|| bits(&values, |value| *value != ABSENT));
    Answers::Numbers(chunked(values, known))
}

fn chunked(values: Vec<i64>, known: Option<Bitmap>) -> Int64Chunked {
    let values = PrimitiveArray::new(polars_arrow::datatypes::ArrowDataType::Int64, values.into(), known);
    Int64Chunked::with_chunk(PlSmallStr::EMPTY, values)
}

/// Yes and no as 1 and 0; the lowest two numbers stand for neither.
pub(super) fn flags(values: &[i64]) -> Answers {
    let is_whole = values.iter().fold(i64::MAX, |least, value| least.min(*value)) > OUTSIDE;
    let yes = bits(values, |value| *value > 0);
    Answers::Flags(marked(yes, (!is_whole).then(|| bits(values, |value| *value > OUTSIDE))))
}

/// Yes, no, or one of the two marks, in a byte: what is asked of whole columns is then asked of short ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict(u8);

impl Verdict {
    pub(super) const UNKNOWN: Self = Self(2);
    /// The calendar does not reach.
    pub(super) const OUTSIDE: Self = Self(3);
}

impl From<bool> for Verdict {
    fn from(yes: bool) -> Self {
        Self(yes.into())
    }
}

/// What is said of each row.
pub(super) fn verdicts(own: &[Verdict]) -> Answers {
    let is_whole = own.iter().fold(0, |all, own| all | own.0) < Verdict::UNKNOWN.0;
    let known = (!is_whole).then(|| bits(own, |own| own.0 < Verdict::UNKNOWN.0));
    Answers::Flags(marked(bits(own, |own| own.0 == 1), known))
}

/// A bit for each value.
pub(crate) fn bits<T>(values: &[T], is_set: impl Fn(&T) -> bool) -> Bitmap {
    // Eight at a time, shifted by what the compiler knows.
    let byte = |own: &[T]| own.iter().enumerate().fold(0, |byte, (bit, own)| byte | u8::from(is_set(own)) << bit);
    let (eights, rest) = values.as_chunks::<8>();
    let mut bytes = Vec::with_capacity(eights.len() + 1);
    bytes.extend(eights.iter().map(|own| byte(own)));
    bytes.extend((!rest.is_empty()).then(|| byte(rest)));
    Bitmap::from_u8_vec(bytes, values.len())
}

/// Bits that stand in words, the lowest first.
pub(crate) fn bitmap(words: impl Iterator<Item = u64>, len: usize) -> Bitmap {
    let mut bytes = Vec::with_capacity(len.div_ceil(64) * 8);
    // A loop over the words: as one chain of iterators it asked for each byte whether there is another.
    for word in words {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.truncate(len.div_ceil(8));
    Bitmap::from_u8_vec(bytes, len)
}

/// Yes and no as two bits in words.
pub(super) fn said(flags: &Flags) -> Answers {
    let bits = |words: &[u64]| bitmap(words.iter().copied(), flags.len());
    let known = bits(flags.known());
    Answers::Flags(marked(bits(flags.yes()), (known.unset_bits() > 0).then_some(known)))
}

/// Yes and no, all known.
pub(super) fn known(yes: Bitmap) -> Answers {
    Answers::Flags(marked(yes, None))
}

/// Codes of names; 0 is none.
pub(super) fn names(codes: Vec<u32>) -> Answers {
    let known = bits(&codes, |code| *code != crate::ingest::NO_NAME);
    let values = PrimitiveArray::new(polars_arrow::datatypes::ArrowDataType::UInt32, codes.into(), Some(known));
    Answers::Names(UInt32Chunked::with_chunk(PlSmallStr::EMPTY, values))
}

/// Yes and no, and where either is known.
pub(crate) fn marked(yes: Bitmap, known: Option<Bitmap>) -> BooleanChunked {
    let array = BooleanArray::new(polars_arrow::datatypes::ArrowDataType::Boolean, yes, known);
    BooleanChunked::with_chunk(PlSmallStr::EMPTY, array)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_bits() {
        assert_eq!(bitmap([0b101, 1].into_iter(), 65).iter().filter(|bit| *bit).count(), 3);
        assert_eq!(bitmap([0b101, 1].into_iter(), 65).len(), 65);
    }
}
