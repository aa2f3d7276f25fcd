//! Answers on one scale: every score as a part of the way from the worst to the best.

use super::{Broken, numbers};
use crate::ingest::{Data, Held, Moment, Rule};
use std::collections::BTreeMap;

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
    /// The scale of a row; an end that it does not name is that of the usual scale.
    ///
    /// Turned round, a scale keeps its threshold, as far from the best as before.
    fn of(&self, held: &Held, row: usize) -> Scale {
        let end = |name: &str, usual: i64| held.number(name, row).unwrap_or(usual);
        let (min, max) = (end("scale_min", self.usual.min), end("scale_max", self.usual.max));
        let best_last = held.name("best", row).map_or(self.usual.best_last, |best| best == "last");
        let own = Scale { min, max, best_last, threshold: None };
        let same = |scale: &Scale| Scale { threshold: None, ..*scale } == own && scale.threshold.is_some();
        let known = || [&self.usual].into_iter().chain(&self.others).copied();
        let turned = || known().map(Scale::turned);
        known().chain(turned()).find(same).unwrap_or(own)
    }

    /// The scores of rows that name no scale of their own: the lowest, the highest, how many are off the usual scale, and
    /// how many there are.
    pub fn fit(&self, held: &Held) -> Option<(i64, i64, usize, usize)> {
        let is_own = |row: &usize| held.number("scale_min", *row).or(held.number("scale_max", *row)).is_some();
        let scores = (0..held.len()).filter(|row| !is_own(row)).filter_map(|row| held.number("score", row));
        let scores: Vec<i64> = scores.collect();
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
    let scale = |held: &Held, row: usize| scales.of(held, row);
    let off = |row: &usize| {
        let (own, score) = (scale(&held, *row), held.number("score", *row));
        own.min >= own.max || score.is_none_or(|score| own.part(score).is_none())
    };
    let mut broken: Broken = (0..held.len()).filter(off).map(|row| (row, (Rule::ScoreOffScale, "score"))).collect();
    for row in 0..held.len() {
        let own = scale(&held, row);
        let wider = held.number("sd", row).is_some_and(|sd| sd > own.max.saturating_sub(own.min));
        wider.then(|| broken.entry(row).or_insert((Rule::OutOfRange, "sd")));
    }
    let mut held = held.set_aside(&broken);
    let rows = || 0..held.len();
    let part = |row: usize| held.number("score", row).and_then(|score| scale(&held, row).part(score));
    let answers = |row: usize| held.number("n", row).or(held.number("sd", row).is_none().then_some(1));
    let from = |row: usize| scale(&held, row).satisfied_from();
    let single = |row: usize| part(row).filter(|_| answers(row) == Some(1));
    let satisfied = |row: usize| Some(i64::from(single(row)? >= from(row)?));
    // Mirrored at the middle of the scale: on five points 2 and 1, where 4 and 5 are satisfied.
    let dissatisfied = |row: usize| {
        let (own, from) = (single(row)?, from(row)?);
        Some(i64::from(own < from && own <= WHOLE - from))
    };
    let spread = |row: usize| {
        let own = scale(&held, row);
        held.number("sd", row).map(|sd| scaled(sd, own.max - own.min))
    };
    let made: [(&str, Data); 5] = [
        ("score", numbers(rows().map(part))),
        ("n", numbers(rows().map(answers))),
        ("sd", numbers(rows().map(spread))),
        ("satisfied", numbers(rows().map(satisfied))),
        ("dissatisfied", numbers(rows().map(dissatisfied))),
    ];
    // A scale that nobody gave a threshold leaves unknown who is satisfied.
    let thresholds = (held.is_empty() || rows().any(|row| from(row).is_some())).then(|| numbers(rows().map(from)));
    made.into_iter().for_each(|(name, data)| held.put(name, data));
    thresholds.into_iter().for_each(|data| held.put("threshold", data));
    held
}

/// For each dossier its first answer, with `at` and `satisfied`, and when it was first dissatisfied.
///
/// Of answers of one moment the one that is not satisfied counts, so that their order is nothing.
pub(super) fn by_case(held: &Held) -> Held {
    let mut first: BTreeMap<&str, (Moment, Option<i64>)> = BTreeMap::new();
    let mut worst: BTreeMap<&str, Moment> = BTreeMap::new();
    for row in 0..held.len() {
        let Some((id, at)) = held.name("case_id", row).zip(held.moment("at", row)) else { continue };
        let answer = (at, held.number("satisfied", row));
        let own = first.entry(id).or_insert(answer);
        // An answer of which nothing is known is no answer beside another.
        let rank = |(at, satisfied): (Moment, Option<i64>)| (at, satisfied.is_none(), satisfied);
        *own = if rank(answer) < rank(*own) { answer } else { *own };
        if held.number("dissatisfied", row) == Some(1) {
            let own = worst.entry(id).or_insert(at);
            *own = (*own).min(at);
        }
    }
    let ids = ("case_id", Data::Names(first.keys().map(|id| Some((*id).to_owned())).collect()));
    let at = ("at", Data::Moments(first.values().map(|(at, _)| Some(*at)).collect()));
    let satisfied = ("satisfied", numbers(first.values().map(|(_, satisfied)| *satisfied)));
    let worst = ("dissatisfied_at", Data::Moments(first.keys().map(|id| worst.get(id).copied()).collect()));
    // What is made of scores is there where scores are.
    let scored = [satisfied, worst].into_iter().filter(|_| held.has("satisfied"));
    Held::of(held.table, [ids, at].into_iter().chain(scored))
}

/// A length in millionths of another, rounded to the nearest.
fn scaled(length: i64, whole: i64) -> i64 {
    let (length, whole) = (i128::from(length), i128::from(whole.max(1)));
    i64::try_from((2 * length * i128::from(WHOLE) + whole).div_euclid(2 * whole)).unwrap_or(i64::MAX)
}
