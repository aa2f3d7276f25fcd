//! Answers on one scale: every score as a part of the way from the worst to the best.

use super::Broken;
use crate::ingest::{Data, Held, Moment, Rule};
use polars::prelude::PlHashMap;

/// A scale of scores, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Its lowest number.
    pub min: i64,
    /// Its highest number.
    pub max: i64,
    /// Whether the highest number is the best.
    pub best_last: bool,
    /// The score from which an answer is satisfied, towards the best; `None` where nobody said.
    pub threshold: Option<i64>,
}

/// The scales of a study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scales {
    /// That of answers that do not name their own.
    pub usual: Scale,
    /// Others, with their thresholds.
    pub others: Vec<Scale>,
}

/// One whole, in millionths.
const WHOLE: i64 = 1_000_000;

impl Scale {
    /// Whether it is the five-point scale, on which the two best answers are satisfied.
    fn is_five(self) -> bool {
        (self.min, self.max) == (WHOLE, 5 * WHOLE)
    }

    /// The same scale with its best at the other end.
    fn turned(self) -> Self {
        let threshold = self.threshold.map(|threshold| self.min + self.max - threshold);
        Self { best_last: !self.best_last, threshold, ..self }
    }

    /// How far up the scale a score is, in millionths; `None` off the scale.
    fn part(self, score: i64) -> Option<i64> {
        let from_worst = if self.best_last { score - self.min } else { self.max - score };
        (self.min..=self.max).contains(&score).then(|| scaled(from_worst, self.max - self.min))
    }

    /// The part of the way from which an answer is satisfied.
    fn satisfied_from(self) -> Option<i64> {
        let fallback = if self.best_last { 4 * WHOLE } else { 2 * WHOLE };
        self.threshold.or_else(|| self.is_five().then_some(fallback)).and_then(|threshold| self.part(threshold))
    }
}

impl Scales {
    /// The scales of the rows; an end that one does not name is that of the usual scale.
    fn of<'a>(&'a self, held: &'a Held) -> impl Fn(usize) -> Scale + use<'a> {
        let (min, max, best) = (held.numbers("scale_min"), held.numbers("scale_max"), held.names("best"));
        let own = move |row: usize| {
            let (min, max) = (min(row).unwrap_or(self.usual.min), max(row).unwrap_or(self.usual.max));
            let best_last = best(row).map_or(self.usual.best_last, |best| best == "last");
            self.known(Scale { min, max, best_last, threshold: None })
        };
        let is_one = ["scale_min", "scale_max", "best"].iter().all(|column| !held.has(column));
        let one = (is_one && !held.is_empty()).then(|| own(0));
        move |row| one.unwrap_or_else(|| own(row))
    }

    /// The same scale with its threshold, where the study has one for it.
    ///
    /// Turned round, a scale keeps its threshold, as far from the best as before.
    fn known(&self, own: Scale) -> Scale {
        let same = |scale: &Scale| Scale { threshold: None, ..*scale } == own && scale.threshold.is_some();
        let known = || [&self.usual].into_iter().chain(&self.others).copied();
        let turned = || known().map(Scale::turned);
        known().chain(turned()).find(same).unwrap_or(own)
    }

    /// The scores of rows that name no scale of their own: the lowest, the highest, how many are off the usual scale, and
    /// how many there are.
    pub fn fit(&self, held: &Held) -> Option<(i64, i64, usize, usize)> {
        let (min, max, score) = (held.numbers("scale_min"), held.numbers("scale_max"), held.numbers("score"));
        let is_own = |row: &usize| min(*row).or(max(*row)).is_some();
        let scores: Vec<i64> = (0..held.len()).filter(|row| !is_own(row)).filter_map(score).collect();
        let off = scores.iter().filter(|score| self.usual.part(**score).is_none()).count();
        Some((*scores.iter().min()?, *scores.iter().max()?, off, scores.len()))
    }
}

/// The rows with `score` and `sd` in millionths of the scale's length, `n`, `satisfied`, `dissatisfied` and, where a scale
/// has one, `threshold`; scores off their scale set aside.
///
/// A row that says neither how many answers it is of nor how they differ is one answer. Of many answers published as a
/// mean nobody knows how many were satisfied.
pub(super) fn made(held: Held, scales: &Scales) -> Held {
    if !held.has("score") {
        return held;
    }
    let broken = broken(&held, scales);
    let held = held.set_aside(&broken);
    graded(&held, scales).into_iter().fold(held, |made, (name, data)| made.with(name, data))
}

/// What answers say on the scale of a part of the way.
fn graded(held: &Held, scales: &Scales) -> Vec<(&'static str, Data)> {
    let (scale, score) = (scales.of(held), held.numbers("score"));
    let (n, sd) = (held.numbers("n"), held.numbers("sd"));
    let part = |row: usize| score(row).and_then(|score| scale(row).part(score));
    let answers = |row: usize| n(row).or(sd(row).is_none().then_some(1));
    let from = |row: usize| scale(row).satisfied_from();
    let single = |row: usize| part(row).filter(|_| answers(row) == Some(1));
    let satisfied = |row: usize| Some(i64::from(single(row)? >= from(row)?));
    // Mirrored at the middle of the scale: on five points 2 and 1, where 4 and 5 are satisfied.
    let dissatisfied = |row: usize| {
        let (own, from) = (single(row)?, from(row)?);
        Some(i64::from(own < from && own <= WHOLE - from))
    };
    let spread = |row: usize| sd(row).map(|sd| scaled(sd, scale(row).max - scale(row).min));
    let numbers = |of: &dyn Fn(usize) -> Option<i64>| Data::numbers((0..held.len()).map(of));
    // A scale that nobody gave a threshold leaves unknown who is satisfied.
    let has_threshold = held.is_empty() || (0..held.len()).any(|row| from(row).is_some());
    let thresholds = has_threshold.then(|| ("threshold", numbers(&from)));
    let made = [
        ("score", numbers(&part)),
        ("n", numbers(&answers)),
        ("sd", numbers(&spread)),
        ("satisfied", numbers(&satisfied)),
        ("dissatisfied", numbers(&dissatisfied)),
    ];
    made.into_iter().chain(thresholds).collect()
}

/// The rows whose score is off its scale, or whose answers differ by more than it is long.
fn broken(held: &Held, scales: &Scales) -> Broken {
    let (scale, score, sd) = (scales.of(held), held.numbers("score"), held.numbers("sd"));
    let rule = |row: usize| {
        let own = scale(row);
        let is_off = own.min >= own.max || score(row).is_none_or(|score| own.part(score).is_none());
        let is_wider = || sd(row).is_some_and(|sd| sd > own.max.saturating_sub(own.min));
        match is_off {
            true => Some((Rule::ScoreOffScale, "score")),
            false => is_wider().then_some((Rule::OutOfRange, "sd")),
        }
    };
    (0..held.len()).filter_map(|row| Some((row, rule(row)?))).collect()
}

/// When an answer came, and whether it is satisfied.
type Answer = (Moment, Option<i64>);

/// For each dossier its first answer, with `at` and `satisfied`, and when it was first dissatisfied.
///
/// Of answers of one moment the one that is not satisfied counts, so that their order is nothing.
pub(super) fn by_case(held: &Held) -> Held {
    let (at, satisfied, dissatisfied) = (held.moments("at"), held.numbers("satisfied"), held.numbers("dissatisfied"));
    let mut rows: PlHashMap<u128, usize> = PlHashMap::default();
    let (mut order, mut first, mut worst): (Vec<usize>, Vec<Answer>, Vec<Option<Moment>>) = Default::default();
    let keys = held.keys("case_id").into_iter().enumerate().filter(|(_, key)| *key != 0);
    for ((row, key), at) in keys.filter_map(|own| Some((own, at(own.0)?))) {
        let (place, answer) = (*rows.entry(key).or_insert(order.len()), (at, satisfied(row)));
        if place == order.len() {
            order.push(row);
            first.push(answer);
            worst.push(None);
        }
        // An answer of which nothing is known is no answer beside another.
        first[place] = std::cmp::min_by_key(first[place], answer, |(at, known)| (*at, known.is_none(), *known));
        if dissatisfied(row) == Some(1) {
            worst[place] = Some(worst[place].map_or(at, |worst| worst.min(at)));
        }
    }
    let made = held.only(&["case_id"]).gathered(&order);
    let made = made.with("at", Data::moments(first.iter().map(|(at, _)| Some(*at))));
    // What is made of scores is there where scores are.
    match held.has("satisfied") {
        false => made,
        true => made
            .with("satisfied", Data::numbers(first.iter().map(|(_, satisfied)| *satisfied)))
            .with("dissatisfied_at", Data::moments(worst.into_iter())),
    }
}

/// A length in millionths of another, rounded to the nearest.
fn scaled(length: i64, whole: i64) -> i64 {
    let whole = whole.max(1);
    // What fits into 64 bits is divided several times faster.
    let double = length.checked_mul(2 * WHOLE).and_then(|double| double.checked_add(whole));
    if let Some((double, divisor)) = double.zip(whole.checked_mul(2)) {
        return double.div_euclid(divisor);
    }
    let (length, whole) = (i128::from(length), i128::from(whole));
    i64::try_from((2 * length * i128::from(WHOLE) + whole).div_euclid(2 * whole)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Table;

    /// Which of these scores are satisfied where the study is from a threshold on; of some the first number is the best.
    fn satisfied((max, threshold): (i64, i64), answers: &[(i64, bool)]) -> Vec<Option<i64>> {
        let usual = Scale { min: WHOLE, max: max * WHOLE, best_last: true, threshold: Some(threshold * WHOLE) };
        let held = Held::of(Table::Surveys, answers.len())
            .with("score", Data::numbers(answers.iter().map(|(score, _)| Some(score * WHOLE))))
            .with_names("best", answers.iter().map(|(_, first)| first.then_some("first")));
        let made = made(held, &Scales { usual, others: Vec::new() });
        (0..made.len()).map(|row| made.number("satisfied", row)).collect()
    }

    /// Satisfied from 5 on is from 1 on where the first number is the best; on seven points from 6 on is from 2 on.
    #[test]
    fn a_row_that_turns_the_scale_round_turns_its_threshold() {
        let five = satisfied((5, 5), &[(5, false), (4, false), (2, true), (1, true)]);
        assert_eq!(five, [Some(1), Some(0), Some(0), Some(1)]);
        let seven = satisfied((7, 6), &[(7, false), (5, false), (3, true), (2, true)]);
        assert_eq!(seven, [Some(1), Some(0), Some(0), Some(1)]);
    }
}
