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
    /// The scale of a row.
    fn of(&self, held: &Held, row: usize) -> Scale {
        let ends = held.number("scale_min", row).zip(held.number("scale_max", row));
        let (min, max) = ends.unwrap_or((self.usual.min, self.usual.max));
        let best_last = held.name("best", row).map_or(self.usual.best_last, |best| best == "last");
        let same = |scale: &&Scale| (scale.min, scale.max, scale.best_last) == (min, max, best_last);
        let known = [&self.usual].into_iter().chain(&self.others).find(same);
        known.copied().unwrap_or(Scale { min, max, best_last, threshold: None })
    }
}

/// The rows with `score` and `sd` in millionths of the scale's length, `n` and `satisfied`; scores off it set aside.
///
/// Of many answers published as a mean nobody knows how many were satisfied.
pub(super) fn made(held: Held, scales: &Scales) -> Held {
    let scale = |held: &Held, row: usize| scales.of(held, row);
    let off = |row: &usize| {
        let (own, score) = (scale(&held, *row), held.number("score", *row));
        own.min >= own.max || score.is_none_or(|score| own.part(score).is_none())
    };
    let broken: Broken = (0..held.len()).filter(off).map(|row| (row, (Rule::ScoreOffScale, "score"))).collect();
    let mut held = held.set_aside(&broken);
    let rows = || 0..held.len();
    let part = |row: usize| held.number("score", row).and_then(|score| scale(&held, row).part(score));
    let answers = |row: usize| held.number("n", row).or((!held.has("n")).then_some(1));
    let satisfied = |row: usize| {
        let from = scale(&held, row).satisfied_from()?;
        (answers(row) == Some(1)).then(|| part(row).map(|part| i64::from(part >= from)))?
    };
    let spread = |row: usize| {
        let own = scale(&held, row);
        held.number("sd", row).map(|sd| scaled(sd, own.max - own.min))
    };
    // Mirrored at the middle of the scale: on five points 2 and 1, where 4 and 5 are satisfied.
    let dissatisfied = |row: usize| {
        let from = scale(&held, row).satisfied_from()?;
        let part = part(row).filter(|_| answers(row) == Some(1))?;
        Some(i64::from(part < from && part <= WHOLE - from))
    };
    let made: [(&str, Data); 5] = [
        ("score", numbers(rows().map(part))),
        ("n", numbers(rows().map(answers))),
        ("sd", numbers(rows().map(spread))),
        ("satisfied", numbers(rows().map(satisfied))),
        ("dissatisfied", numbers(rows().map(dissatisfied))),
    ];
    made.into_iter().for_each(|(name, data)| held.put(name, data));
    held
}

/// For each dossier its first answer, with `at` and `satisfied`, and when it was first dissatisfied.
pub(super) fn by_case(held: &Held) -> Held {
    let mut first: BTreeMap<&str, (Moment, usize)> = BTreeMap::new();
    let mut worst: BTreeMap<&str, Moment> = BTreeMap::new();
    for row in 0..held.len() {
        let Some((id, at)) = held.name("case_id", row).zip(held.moment("at", row)) else { continue };
        let own = first.entry(id).or_insert((at, row));
        *own = (*own).min((at, row));
        if held.number("dissatisfied", row) == Some(1) {
            let own = worst.entry(id).or_insert(at);
            *own = (*own).min(at);
        }
    }
    let satisfied = first.values().map(|(_, row)| held.number("satisfied", *row));
    Held::of(
        held.table,
        [
            ("case_id", Data::Names(first.keys().map(|id| Some((*id).to_owned())).collect())),
            ("at", Data::Moments(first.values().map(|(at, _)| Some(*at)).collect())),
            ("satisfied", numbers(satisfied)),
            ("dissatisfied_at", Data::Moments(first.keys().map(|id| worst.get(id).copied()).collect())),
        ],
    )
}

/// A length in millionths of another, rounded to the nearest.
fn scaled(length: i64, whole: i64) -> i64 {
    let (length, whole) = (i128::from(length), i128::from(whole.max(1)));
    i64::try_from((2 * length * i128::from(WHOLE) + whole).div_euclid(2 * whole)).unwrap_or(i64::MAX)
}
