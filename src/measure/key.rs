//! Names as numbers that cannot be read back: salted hashes, alone or with a day.

use super::cases::Cases;
use super::place::Placed;
use crate::error::Result;
use crate::ingest::{ABSENT, NO_NAME};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Bits of a hash that a key does not keep: a tally packs two more into its words.
const SPARE: u32 = 2;

impl Cases<'_> {
    /// The names of a column as salted hashes of 62 bits; `None` where there is no name.
    ///
    /// Two of a million names share a hash with probability 10⁻⁷.
    pub(super) fn keys(&self, column: &str, placed: &Placed) -> Result<Vec<Option<i64>>> {
        let (names, seed) = (self.named(column, placed)?, self.seed());
        Ok(names.map(|name| name.map(|name| hashed(name.as_bytes(), seed))).collect())
    }

    /// The same together with the local day of a milestone; `None` also where the office was closed on it.
    pub(super) fn keys_of_day(&self, column: &str, milestone: &str, placed: &Placed) -> Result<Vec<Option<i64>>> {
        let instants = self.instants(milestone)?;
        let (names, seed) = (self.named(column, placed)?.zip(&placed.rows), self.seed());
        let keys = names.map(|(name, row)| {
            let at = Some(instants.us[*row as usize]).filter(|at| *at != ABSENT)?;
            let day = self.day(at);
            let open = self.open_day(day)?;
            name.filter(|_| open).map(|name| hashed(&[&day.to_le_bytes(), name.as_bytes()].concat(), seed))
        });
        Ok(keys.collect())
    }

    fn named<'s>(&'s self, column: &str, placed: &'s Placed) -> Result<impl Iterator<Item = Option<&'s str>>> {
        let codes = self.codes(column)?;
        let code = |row: &u32| Some(codes[*row as usize]).filter(|code| *code != NO_NAME);
        Ok(placed.rows.iter().map(move |row| code(row).and_then(|code| self.batch.lexicon.name(code))))
    }

    fn seed(&self) -> u64 {
        xxh3_64(self.clocks.salt.as_bytes())
    }
}

fn hashed(bytes: &[u8], seed: u64) -> i64 {
    (xxh3_64_with_seed(bytes, seed) >> SPARE) as i64
}
