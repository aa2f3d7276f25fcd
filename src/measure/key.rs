//! Names as numbers that cannot be read back: salted hashes, alone or with a day.

use super::answers::OUTSIDE;
use super::rows::Rows;
use crate::error::Result;
use crate::ingest::ABSENT;
use polars::prelude::PlHashMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Bits of a hash that a key does not keep: a tally packs two more into its words.
const SPARE: u32 = 2;

impl Rows<'_> {
    /// Names as salted hashes of 62 bits; nothing where there is no name.
    ///
    /// Two of a million names share a hash with probability 10⁻⁷.
    pub(super) fn keys(&self, codes: impl Iterator<Item = u32> + Clone) -> Result<Vec<i64>> {
        let seed = self.seed();
        let name = |code| self.batch.lexicon.name(code);
        let hash = |code| name(code).map_or(ABSENT, |name| hashed(name.as_bytes(), seed));
        let mut known = vec![OUTSIDE; codes.clone().max().map_or(0, |last| last as usize + 1)];
        let key = |code: u32| {
            let own = &mut known[code as usize];
            if *own == OUTSIDE {
                *own = hash(code);
            }
            *own
        };
        Ok(codes.map(key).collect())
    }

    /// The same together with the local day of a milestone; nothing also where the office was closed on it.
    pub(super) fn keys_of_day(&self, column: &str, milestone: &str) -> Result<Vec<i64>> {
        let (days, codes, seed) = (self.days(milestone)?, self.codes(column)?, self.seed());
        let mut known: PlHashMap<(u32, i64), i64> = PlHashMap::default();
        let name = |code| self.batch.lexicon.name(code);
        let hash = |name: &str, day: i64| hashed(&[&day.to_le_bytes(), name.as_bytes()].concat(), seed);
        let key = |code, day| match self.clocks.is_open(day) {
            _ if day == ABSENT => ABSENT,
            None => OUTSIDE,
            Some(open) => name(code).filter(|_| open).map_or(ABSENT, |name| hash(name, day)),
        };
        let rows = codes.iter().zip(days.iter());
        Ok(rows.map(|(code, day)| *known.entry((*code, *day)).or_insert_with(|| key(*code, *day))).collect())
    }

    fn seed(&self) -> u64 {
        xxh3_64(self.clocks.salt.as_bytes())
    }
}

fn hashed(bytes: &[u8], seed: u64) -> i64 {
    (xxh3_64_with_seed(bytes, seed) >> SPARE) as i64
}
