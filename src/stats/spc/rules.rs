//! The four rules, read over months with gaps.

use super::{Direction, Rule, Signal, Zones};

/// Months in a row that make a run or a trend.
const RUN: usize = 7;

/// Where one month lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    value: f64,
    /// Of the centre; absent on it.
    side: Option<Direction>,
    outside: bool,
    /// Beyond two thirds of the way and inside the limits.
    close: bool,
}

impl Reading {
    pub(super) fn of(value: f64, centre: f64, Zones { limits, near }: Zones) -> Self {
        let outside = value < limits.low || value > limits.high;
        let close = !outside && (value < near.low || value > near.high);
        Self { value, side: towards(centre, value), outside, close }
    }
}

/// What the rules say of each month: the first that holds.
///
/// Of equal rules the run that began first.
pub(super) fn signals(months: &[Option<Reading>]) -> Vec<Option<Signal>> {
    let mut signals = vec![None; months.len()];
    for (rule, length) in [(Rule::Outside, 1), (Rule::Trend, RUN), (Rule::TwoOfThree, 3), (Rule::Shift, RUN)] {
        for (first, window) in months.windows(length).enumerate() {
            let Some(run) = window.iter().copied().collect::<Option<Vec<_>>>() else { continue };
            let Some(direction) = holds(rule, &run) else { continue };
            let marked =
                run.iter().zip(&mut signals[first..]).filter(|(month, _)| rule != Rule::TwoOfThree || month.close);
            for (_, signal) in marked {
                signal.get_or_insert(Signal { rule, direction });
            }
        }
    }
    signals
}

/// Whether a rule holds over months in a row, and which way.
fn holds(rule: Rule, run: &[Reading]) -> Option<Direction> {
    match rule {
        Rule::Outside => run[0].side.filter(|_| run[0].outside),
        Rule::Trend => same(run.windows(2).map(|pair| towards(pair[0].value, pair[1].value))),
        Rule::TwoOfThree => same(run.iter().map(|month| month.side)).filter(|_| close(run) >= 2),
        Rule::Shift => same(run.iter().map(|month| month.side)),
    }
}

fn close(run: &[Reading]) -> usize {
    run.iter().filter(|month| month.close).count()
}

/// The direction that all have.
fn same(mut directions: impl Iterator<Item = Option<Direction>>) -> Option<Direction> {
    let first = directions.next()??;
    directions.all(|direction| direction == Some(first)).then_some(first)
}

fn towards(from: f64, to: f64) -> Option<Direction> {
    match to.partial_cmp(&from)? {
        std::cmp::Ordering::Greater => Some(Direction::Up),
        std::cmp::Ordering::Less => Some(Direction::Down),
        std::cmp::Ordering::Equal => None,
    }
}
