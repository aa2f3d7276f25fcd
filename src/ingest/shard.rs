//! One part of a log that is split by case id.

use super::lexicon::normalised;
use crate::error::{Error, Result};
use xxhash_rust::xxh3::xxh3_128;

/// One part of a log that is split by case id.
///
/// # Formula
///
/// The lower 64 bits of XXH3-128 of the id, trimmed and in NFC, modulo the number of parts, and 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which one, counted from 1.
    pub number: u64,
    /// Of how many.
    pub of: u64,
    /// Whether the log is that part already: a row of another part is a mistake, not to be passed over.
    pub is_split: bool,
}

impl Shard {
    /// The part of all possible ones that holds one case, and by chance one other of 2⁶⁴.
    pub fn of_case(id: &str) -> Self {
        Self { number: case_key(id) as u64 % u64::MAX + 1, of: u64::MAX, is_split: false }
    }

    /// Whether a case belongs to it, by the hash of its id; what has no id belongs to the first.
    pub fn holds(self, id: u128) -> bool {
        self.part(id) == self.number
    }

    /// Whether a row about a case belongs to it: with the case, or where it names none, to the first part.
    pub fn holds_case(self, id: Option<&str>) -> bool {
        self.holds(id.map_or(0, case_key))
    }

    /// Whether rows that have no id to trust are counted in it: in the first part, or in the one they came in.
    pub(super) fn holds_nameless(self) -> bool {
        self.is_split || self.number == 1
    }

    /// Which rows of a log belong to it; `name` tells one that should not be there.
    ///
    /// # Errors
    ///
    /// The log is split already, and a row is of another part.
    pub(super) fn kept(self, ids: &[u128], name: impl Fn(usize) -> String) -> Result<Vec<bool>> {
        if !self.is_split {
            return Ok(ids.iter().map(|id| self.holds(*id)).collect());
        }
        match ids.iter().position(|id| *id != 0 && !self.holds(*id)) {
            Some(row) => Err(self.stray(&name(row), self.part(ids[row]))),
            None => Ok(vec![true; ids.len()]),
        }
    }

    /// Fails on a row about a case of another part; `name` tells it.
    ///
    /// # Errors
    ///
    /// There is one.
    pub fn check(self, ids: &[u128], name: impl Fn(usize) -> String) -> Result<()> {
        self.kept(ids, name).map(|_| ())
    }

    fn part(self, id: u128) -> u64 {
        id as u64 % self.of + 1
    }

    fn stray(self, row: &str, part: u64) -> Error {
        let Self { number, of, .. } = self;
        let expected = format!(
            "a log of that part alone, as --presplit says; {row} is of part {part}: leave out --presplit, or split by the \
             lower 64 bits of XXH3-128 of the id, trimmed and in NFC, modulo {of}, and 1"
        );
        Error::value("--shard", format!("{number}/{of}"), expected)
    }
}

/// The key of a case: the hash of its id as it is read.
pub(super) fn case_key(id: &str) -> u128 {
    xxh3_128(normalised(id).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: Shard = Shard { number: 3, of: 8, is_split: false };

    /// Part of an id by Python: `xxhash.xxh3_128_intdigest(id) % 2**64 % 8 + 1` of python-xxhash 4.1.0.
    #[test]
    fn parts_are_those_of_another_program() {
        let parts = [("A1", 6), ("H26.01-230215-00001", 8), ("Phường Cửa Nam", 5)];
        for (id, part) in parts {
            assert_eq!(PART.part(case_key(id)), part, "{id}");
        }
        assert_eq!(case_key(" A1 "), case_key("A1"));
        assert_eq!(case_key("Phươ\u{300}ng Cư\u{309}a Nam"), case_key("Phường Cửa Nam"));
    }

    #[test]
    fn a_part_takes_its_own_rows_and_a_split_log_has_no_other() {
        let ids = [2, 7, 0, 10];
        let name = |row: usize| format!("row {row}");
        assert_eq!(PART.kept(&ids, name).unwrap(), [true, false, false, true]);
        let split = Shard { is_split: true, ..PART };
        assert_eq!(split.kept(&[2, 0, 10], name).unwrap(), [true; 3]);
        let error = split.kept(&ids, name).unwrap_err().to_string();
        assert!(error.contains("row 1 is of part 8") && error.contains("3/8"), "{error}");
    }

    #[test]
    fn what_names_no_case_is_counted_once() {
        assert!(!PART.holds_nameless() && !PART.holds_case(None));
        assert!(Shard { number: 1, ..PART }.holds_nameless() && Shard { number: 1, ..PART }.holds_case(None));
        assert!(Shard { is_split: true, ..PART }.holds_nameless());
    }
}
