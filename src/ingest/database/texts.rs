//! Fields that become texts: names once each, decimals and identifiers as they are written.

use crate::ingest::rows::{Texts, marked};
use polars_arrow::array::PrimitiveArray;
use polars_arrow::bitmap::MutableBitmap;
use std::fmt::Write;
use xxhash_rust::xxh3::xxh3_64;

/// Texts remembered by their hash; a name that comes again is found here.
const REMEMBERED: usize = 1 << 10;

/// Stands for no text.
const NONE: u32 = u32::MAX;

/// A column of texts in the making: of every row the number of its text.
pub(super) struct Naming {
    texts: Texts,
    numbers: Vec<u32>,
    blanks: usize,
    recent: Vec<u32>,
}

impl Naming {
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self { texts: Texts::default(), numbers: Vec::with_capacity(rows), blanks: 0, recent: vec![NONE; REMEMBERED] }
    }

    pub(super) fn push_none(&mut self) {
        self.blanks += 1;
        self.numbers.push(NONE);
    }

    /// Adds the text of the next row; bytes that are none are marked.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let place = &mut self.recent[xxh3_64(bytes) as usize % REMEMBERED];
        if *place != NONE && self.texts.get(*place as usize).as_bytes() == bytes {
            return self.numbers.push(*place);
        }
        *place = self.texts.len() as u32;
        self.numbers.push(*place);
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => self.texts.push(text),
            Err(_) => self.texts.push(&marked(bytes)),
        }
    }

    /// The numbers, with none where there is no text, and the texts.
    pub(super) fn finish(self) -> (PrimitiveArray<u32>, Texts) {
        let Self { texts, mut numbers, blanks, .. } = self;
        let mut known = (blanks > 0).then(|| MutableBitmap::from_len_set(numbers.len()));
        for (row, number) in numbers.iter_mut().enumerate().filter(|(_, number)| blanks > 0 && **number == NONE) {
            *number = 0;
            known.as_mut().into_iter().for_each(|known| known.set(row, false));
        }
        (PrimitiveArray::from_vec(numbers).with_validity(known.map(Into::into)), texts)
    }
}

/// An identifier of 128 bits in its usual form.
pub(super) fn uuid(bytes: &[u8; 16], out: &mut String) {
    out.clear();
    for (at, byte) in bytes.iter().enumerate() {
        let _ = write!(out, "{}{byte:02x}", if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" });
    }
}

/// A decimal as it is written, without zeros after its last place; `None` where the bytes are none.
///
/// # Formula
///
/// Σ dᵢ · 10000^(weight − i), after how many digits d there are, the weight of the first, the sign and the places.
pub(super) fn decimal(bytes: &[u8], out: &mut String) -> Option<()> {
    out.clear();
    let (words, rest) = bytes.as_chunks::<2>();
    let [count, weight, sign, places, digits @ ..] = words else { return None };
    let [count, weight, sign, places] = [count, weight, sign, places].map(|word| u16::from_be_bytes(*word));
    out.push_str(match sign {
        0x0000 => "",
        0x4000 => "-",
        0xC000 => "NaN",
        0xD000 => "Infinity",
        0xF000 => "-Infinity",
        _ => return None,
    });
    if sign & 0x8000 != 0 {
        return Some(());
    }
    if digits.len() != usize::from(count) || !rest.is_empty() {
        return None;
    }
    let weight = i32::from(weight.cast_signed());
    let digit = |place: i32| {
        let index = usize::try_from(weight - place).ok();
        index.and_then(|index| digits.get(index)).map_or(0, |word| u16::from_be_bytes(*word))
    };
    let _ = write!(out, "{}", digit(weight.max(0)));
    (0..weight).rev().for_each(|place| push_four(out, digit(place)));
    let whole = out.len();
    out.push('.');
    let groups = i32::from(places.div_ceil(4));
    (1..=groups).for_each(|place| push_four(out, digit(-place)));
    out.truncate(whole + 1 + usize::from(places));
    let bare = out.trim_end_matches('0').len();
    out.truncate(if bare == whole + 1 { whole } else { bare });
    Some(())
}

/// Adds the four digits of one to the base of 10000.
fn push_four(out: &mut String, digit: u16) {
    let _ = write!(out, "{digit:04}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(words: &[u16]) -> Option<String> {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        let mut text = String::new();
        decimal(&bytes, &mut text).map(|()| text)
    }

    /// The words are those of the server's own output of these numbers, as its documentation lays them out.
    #[test]
    fn decimals_are_written_without_loss() {
        const BELOW: u16 = 0xFFFF;
        let cases: [(&[u16], Option<&str>); 15] = [
            (&[0, 0, 0, 0], Some("0")),
            (&[1, 0, 0, 2, 150], Some("150")),
            (&[2, 0, 0, 2, 12, 5000], Some("12.5")),
            (&[2, 0, 0x4000, 4, 12, 5], Some("-12.0005")),
            (&[2, 1, 0, 0, 123, 4567], Some("1234567")),
            (&[1, 2, 0, 0, 1], Some("100000000")),
            (&[1, BELOW, 0, 3, 10], Some("0.001")),
            (&[1, BELOW - 1, 0, 8, 1], Some("0.00000001")),
            (&[0, 0, 0xC000, 0], Some("NaN")),
            (&[0, 0, 0xD000, 0], Some("Infinity")),
            (&[0, 0, 0xF000, 0], Some("-Infinity")),
            (&[1, 0, 0x1234, 0, 1], None),
            (&[2, 0, 0, 0, 1], None),
            (&[0, 0], None),
            (&[], None),
        ];
        for (words, expected) in cases {
            assert_eq!(written(words).as_deref(), expected, "{words:?}");
        }
        assert_eq!(decimal(&[0, 0, 0, 0, 0, 0, 0, 0, 0], &mut String::new()), None);
    }

    #[test]
    fn no_words_stop_a_decimal() {
        for word in (0..=u16::MAX).step_by(97) {
            for at in 0..5 {
                let mut words = [1, 0, 0, 2, 150];
                words[at] = word;
                written(&words);
            }
        }
    }

    #[test]
    fn an_identifier_has_its_usual_form() {
        let mut text = String::new();
        uuid(&std::array::from_fn(|at| at as u8 * 17), &mut text);
        assert_eq!(text, "00112233-4455-6677-8899-aabbccddeeff");
    }

    #[test]
    fn a_name_lies_there_once_and_none_is_none() {
        let mut naming = Naming::with_capacity(4);
        naming.push("Cửa Nam".as_bytes());
        naming.push_none();
        naming.push("Cửa Nam".as_bytes());
        naming.push(b"\xff");
        let (numbers, texts) = naming.finish();
        let texts: Vec<Option<&str>> = numbers.iter().map(|number| number.map(|n| texts.get(*n as usize))).collect();
        assert_eq!(texts, [Some("Cửa Nam"), None, Some("Cửa Nam"), Some("\u{FFFE}")]);
        assert_eq!(numbers.values()[2], 0);
    }
}
