//! The index for everybody: rates of persons in steps, without counts; what few persons are in is not scored.
//!
//! An item that is withheld has no points and is not attainable, as one that no log holds, so neither its group nor the total
//! gives it away. Points follow from the rates that are told, and offices are ranked by them.

use super::filled::{Filled766, Ranked, multiply_by_sync, ranked};
use super::item::Level;
use super::score::{Answer, Index, Rate};
use crate::error::Undefined;
use crate::stats::disclosure::share;

/// Items that count procedures, which are no persons.
const OF_PROCEDURES: [&str; 8] = ["1.1", "1.2", "1.3", "3.1", "3.2", "3.5a", "3.5b", "4.5a"];

impl Filled766 {
    /// The same for everybody.
    pub(in crate::forms) fn public(mut self, least: u64) -> Self {
        let by_sync = self.parameters.online_by_sync;
        let whole = index(self.whole, least, by_sync);
        let units: Vec<Index> = self.units.into_iter().map(|own| index(own.index, least, by_sync)).collect();
        let of_level = |level: Level| ranked(units.iter().filter(move |own| own.level == level));
        let units: Vec<Ranked> = Level::ALL.into_iter().flat_map(of_level).collect();
        // What the office counted itself is counts.
        self.parameters.given.clear();
        let withheld =
            |index: &Index| index.answers.iter().filter(|own| own.rate == Err(Undefined::Suppressed)).count();
        let suppressed = withheld(&whole) + units.iter().map(|own| withheld(&own.index)).sum::<usize>();
        Self { head: self.head.public(least, suppressed as u64, true), whole, units, ..self }
    }
}

fn index(own: Index, least: u64, by_sync: bool) -> Index {
    let mut answers: Vec<Answer> = own.answers.into_iter().map(|answer| told(answer, least)).collect();
    if by_sync {
        multiply_by_sync(&mut answers);
    }
    Index { answers, ..own }
}

fn told(answer: Answer, least: u64) -> Answer {
    if OF_PROCEDURES.contains(&answer.item.id) {
        return answer;
    }
    let rounded = |rate: Rate| {
        let told = share(rate.numerator(), rate.denominator(), least);
        told.and_then(|(steps, of)| Rate::new(steps, of)).ok_or(Undefined::Suppressed)
    };
    Answer { rate: answer.rate.and_then(rounded), left_out: 0, is_rounded: true, ..answer }
}
