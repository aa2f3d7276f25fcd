//! Yes and no of each row, as whole columns.

use crate::measure::{bits, marked};
use polars::prelude::*;
use polars_arrow::array::BooleanArray;
use polars_arrow::bitmap::Bitmap;

/// Whether names are among these codes; not known where there is no name.
pub(super) fn is_one_of(names: &UInt32Chunked, codes: &[u32]) -> BooleanChunked {
    let Some(array) = names.downcast_iter().next() else { return BooleanChunked::full_null(PlSmallStr::EMPTY, 0) };
    let yes = match codes {
        [] => Bitmap::new_zeroed(array.len()),
        [only] => bits(array.values(), |code| code == only),
        _ => {
            // One place more, for whatever comes behind: a branch would be taken by names that come in no order.
            let last = codes.iter().max().map_or(0, |last| *last as usize + 1);
            let mut among = vec![false; last + 1];
            codes.iter().for_each(|code| among[*code as usize] = true);
            bits(array.values(), |code| among[last.min(*code as usize)])
        }
    };
    marked(yes, array.validity().cloned())
}

/// The rows that say yes.
pub(super) fn yes(flags: &BooleanChunked) -> Bitmap {
    let yes =
        |array: &BooleanArray| array.validity().map_or_else(|| array.values().clone(), |known| array.values() & known);
    flags.downcast_iter().next().map(yes).unwrap_or_default()
}

/// How numbers compare with others, or all of them with one.
pub(super) fn compared(op: Operator, one: &Int64Chunked, other: &Int64Chunked) -> BooleanChunked {
    // Most are compared with one number, without a bit for each of them at a time.
    if let (Some(array), 1, Some(number)) = (one.downcast_iter().next(), other.len(), other.get(0)) {
        let values = array.values();
        let yes = match op {
            Operator::Eq => bits(values, |own| *own == number),
            Operator::NotEq => bits(values, |own| *own != number),
            Operator::Lt => bits(values, |own| *own < number),
            Operator::LtEq => bits(values, |own| *own <= number),
            Operator::Gt => bits(values, |own| *own > number),
            _ => bits(values, |own| *own >= number),
        };
        return marked(yes, array.validity().cloned());
    }
    match op {
        Operator::Eq => one.equal(other),
        Operator::NotEq => one.not_equal(other),
        Operator::Lt => one.lt(other),
        Operator::LtEq => one.lt_eq(other),
        Operator::Gt => one.gt(other),
        _ => one.gt_eq(other),
    }
}
