//! What sources on the index disagree on, to be decided by the office.

use super::item::Level;
use super::score::Rate;
use std::collections::BTreeMap;

/// What a study decides where the sources on the index disagree, and what it knows that no log holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Who is scored.
    pub level: Level,
    /// Item 4.2: portal figures fit the linear rule, a working document says that 80 % earn the maximum.
    pub digitised: Scoring,
    /// Item 3.6: portal figures fit the linear rule, older software gave the maximum from 30 % on.
    pub payment: Scoring,
    /// Item 3.3: whether the share is multiplied by that of the dossiers synced, as a working document says.
    pub online_by_sync: bool,
    /// Item 5.2: whether an answer must be public in time, where the study says when answers were made public.
    pub public_answers: bool,
    /// By item what the office counted itself.
    pub given: BTreeMap<String, Given>,
}

/// One of two readings of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scoring {
    /// In proportion to the rate.
    #[default]
    Linear,
    /// The maximum from a threshold on.
    Saturated,
}

/// What an office counted itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The counts.
    pub rate: Rate,
    /// Where they are from.
    pub source: Option<String>,
}

impl Default for Parameters {
    fn default() -> Self {
        let (digitised, payment) = (Scoring::Linear, Scoring::Linear);
        Self {
            level: Level::Province,
            digitised,
            payment,
            online_by_sync: false,
            public_answers: true,
            given: BTreeMap::new(),
        }
    }
}

impl Scoring {
    /// Its name in a study.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Saturated => "saturated",
        }
    }

    /// The reading of a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Linear, Self::Saturated].into_iter().find(|scoring| scoring.name() == name)
    }
}
