//! The nine indices for everybody: values in steps worth so many persons, and points by the values that are told.

use super::filled::{Answer, FilledNine, Nine, Source, Value};
use crate::error::Undefined;
use crate::stats::disclosure::{nearest, share, step};

/// Indices that count procedures, which are no persons.
const OF_PROCEDURES: [u8; 2] = [6, 9];

impl FilledNine {
    /// The same for everybody.
    pub(in crate::forms) fn public(self, least: u64) -> Self {
        let nine = |own: Nine| Nine { answers: own.answers.into_iter().map(|one| told(one, least)).collect(), ..own };
        let whole = nine(self.whole);
        let units: Vec<Nine> = self.units.into_iter().map(nine).collect();
        let all = || [&whole].into_iter().chain(&units).flat_map(|own| &own.answers);
        let suppressed = all().filter(|own| own.points == Err(Undefined::Suppressed)).count() as u64;
        Self { head: self.head.public(least, suppressed, true), whole, units }
    }
}

fn told(answer: Answer, least: u64) -> Answer {
    let is_share = matches!(answer.source, Source::Log(measured, _) if measured.is_share);
    let (Source::Survey(_, own) | Source::Log(_, own)) = &answer.source else { return answer };
    let is_of_procedures = matches!(answer.source, Source::Log(..)) && OF_PROCEDURES.contains(&answer.item.number);
    let Some(own) = own.filter(|_| !is_of_procedures) else { return answer };
    let rounded = near(own, is_share, least);
    let points = rounded.map(|own| own.thresholds.points(own.value)).ok_or(Undefined::Suppressed);
    let source = match answer.source {
        Source::Survey(question, _) => Source::Survey(question, rounded),
        Source::Log(measured, _) => Source::Log(measured, rounded),
        other => other,
    };
    Answer { source, points, ..answer }
}

/// The value in steps; `None` where few rows are behind it.
fn near(own: Value, is_share: bool, least: u64) -> Option<Value> {
    let rows = own.n?;
    let value = if is_share {
        let (steps, of) = share((own.value * rows as f64).round() as u64, rows, least)?;
        (of > 0).then(|| steps as f64 / of as f64)?
    } else {
        let step = step(own.value.abs().max(1.0) * least as f64 / nearest(rows, least).max(1) as f64);
        (rows >= least).then(|| (own.value / step).round() * step)?
    };
    Some(Value { value, n: None, ..own })
}
