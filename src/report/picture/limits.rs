//! The limits of a funnel over all numbers of rows, from those of its units.

use crate::kpi::Unit;
use crate::scorecard::{Beside, SideBySide};

/// How far limits are from the centre, as `h² = a / n + b`: chance within units, and what units differ by beyond it.
///
/// Of shares every unit's limits are on it, and so is what is drawn. Of other figures each unit has an error of its own, by how
/// its own rows vary: the curve is that of a usual unit, the marks are by each unit's own limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    centre: f64,
    inner: [f64; 2],
    outer: [f64; 2],
    /// Whether values lie between 0 and 1.
    is_share: bool,
}

impl Limits {
    /// `None` where no unit has limits to take them from.
    pub(super) fn of(own: &SideBySide) -> Option<Self> {
        let fitted = |limits: fn(&Beside) -> [f64; 2]| fitted(own, limits);
        let (inner, outer) = (fitted(|group| group.inner)?, fitted(|group| group.outer)?);
        Some(Self { centre: own.centre, inner, outer, is_share: own.unit == Unit::Share })
    }

    /// The outer, the inner, the inner and the outer limit of so many rows.
    pub(super) fn at(&self, n: f64) -> [f64; 4] {
        let half = |[a, b]: [f64; 2]| (a / n.max(1.0) + b).max(0.0).sqrt();
        let [inner, outer] = [self.inner, self.outer].map(half);
        let ends = [self.centre - outer, self.centre - inner, self.centre + inner, self.centre + outer];
        ends.map(|end| if self.is_share { end.clamp(0.0, 1.0) } else { end })
    }
}

/// The `a` and `b` by least squares of `n h²` on `n`; neither is below zero.
fn fitted(own: &SideBySide, limits: fn(&Beside) -> [f64; 2]) -> Option<[f64; 2]> {
    let is_bound = |[low, high]: [f64; 2]| own.unit == Unit::Share && low <= 0.0 && high >= 1.0;
    let groups = own.groups.iter().filter(|group| group.n > 0 && !is_bound(limits(group)));
    // Of limits that a share cannot pass the other one is as far as both would be.
    let half = |[low, high]: [f64; 2]| (own.centre - low).max(high - own.centre);
    let points: Vec<(f64, f64)> = groups.map(|group| (group.n as f64, half(limits(group)))).collect();
    let largest = points.iter().map(|(_, half)| *half).fold(0.0, f64::max);
    if largest <= 0.0 || !largest.is_finite() {
        return None;
    }
    // In units of the largest, so that no square is beyond all numbers.
    let points: Vec<(f64, f64)> =
        points.iter().map(|(n, half)| (*n, n * (half / largest) * (half / largest))).collect();
    let count = points.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (n, y) = (mean(&|own| own.0), mean(&|own| own.1));
    let (nn, ny) = (mean(&|own| (own.0 - n) * (own.0 - n)), mean(&|own| (own.0 - n) * (own.1 - y)));
    let b = if nn > 0.0 { ny / nn } else { 0.0 };
    let [a, b] = match (y - b * n, b) {
        (_, b) if b < 0.0 => [y, 0.0],
        (a, _) if a < 0.0 => [0.0, mean(&|own| own.0 * own.1) / mean(&|own| own.0 * own.0)],
        both => both.into(),
    };
    Some([a, b].map(|own| own * largest * largest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::Better;
    use crate::scorecard::Drawn;

    fn beside(n: u64, centre: f64, half: [f64; 2]) -> Beside {
        let limits = |half: f64| [centre - half, centre + half].map(|end| end.clamp(0.0, 1.0));
        Beside {
            by: [("unit".to_owned(), Some(format!("{n}")))].into(),
            n,
            value: centre,
            z: 0.0,
            inner: limits(half[0]),
            outer: limits(half[1]),
            place: "inside",
            drawn: Drawn { value: centre, low: centre, high: centre, weight: 1.0 },
            rank: 1,
            ranks: [1, 1],
        }
    }

    fn side(groups: Vec<Beside>) -> SideBySide {
        SideBySide {
            id: "time/on_time".to_owned(),
            unit: Unit::Share,
            better: Better::Higher,
            centre: 0.8,
            overdispersion: 1.0,
            between: 0.0,
            funnel: "funnel",
            shrinkage: "",
            ranks: "",
            groups,
        }
    }

    /// Of a share of 0.8 one row has the variance 0.16; units differ by 0.0004 besides. At 64 rows the error is the root
    /// of 0.0029, and at 4 rows the upper limits are at 1.
    #[test]
    fn limits_of_shares_are_those_of_every_unit() {
        let error = |n: f64| (0.16 / n + 0.0004_f64).sqrt();
        let groups = [4, 25, 100, 400, 10_000].map(|n| beside(n, 0.8, [1.96, 3.09].map(|z| z * error(n as f64))));
        let limits = Limits::of(&side(groups.into())).expect("limits");
        let [_, low, high, _] = limits.at(64.0);
        let half = 1.96 * 0.0029_f64.sqrt();
        assert!((low - (0.8 - half)).abs() < 1e-9 && (high - (0.8 + half)).abs() < 1e-9, "{low} {high}");
        assert_eq!(limits.at(4.0)[3], 1.0);
    }

    /// One unit alone: its limits are all of chance. Without width there are none.
    #[test]
    fn few_units_have_limits_too() {
        let limits = Limits::of(&side(vec![beside(100, 0.8, [0.0784, 0.1236])])).expect("limits");
        assert!((limits.at(400.0)[2] - 0.8392).abs() < 1e-9, "{:?}", limits.at(400.0));
        assert_eq!(Limits::of(&side(vec![beside(100, 0.8, [0.0, 0.0])])), None);
        assert_eq!(Limits::of(&side(Vec::new())), None);
    }
}
