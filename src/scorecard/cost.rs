//! Costs: labour and money together, for a year, and how far they sway with what a tariff takes for granted.

use super::gathering::Gathered;
use super::number::printed;
use super::row::{Range, Swayed};
use super::settings::Sensitivity;
use crate::cube::{Figure as Kind, Recipe};
use crate::kpi::Unit;
use crate::measure::{Measure, Part};
use crate::stats::{ClusterId, ClusterMoments};
use std::collections::BTreeMap;

impl Gathered {
    /// Labour and money of each cluster together.
    pub(super) fn costs(&self) -> Vec<ClusterMoments> {
        let both = self.pairs.iter().map(|pair| ClusterMoments {
            cluster: pair.cluster,
            n: pair.n,
            sum: pair.x.saturating_add(pair.y),
            sum_squares: pair.xx.saturating_add(pair.xy.saturating_mul(2)).saturating_add(pair.yy),
        });
        both.collect()
    }

    /// The cost of a year with labour at a factor, the clusters being volumes; and the rows behind it.
    pub(super) fn yearly(&self, factor: f64, weights: &[f64]) -> Option<(f64, u64)> {
        let mut parts: BTreeMap<ClusterId, (i128, i128)> = BTreeMap::new();
        for pair in &self.pairs {
            let part = parts.entry(pair.cluster).or_default();
            *part = (part.0.saturating_add(pair.x), part.1.saturating_add(pair.y));
        }
        let weight = |volume: &ClusterId| weights.get(volume.0 as usize).copied().unwrap_or_default();
        let costs = parts.iter().map(|(volume, (x, y))| (factor * *x as f64 + *y as f64) * weight(volume));
        let n = self.pairs.iter().map(|pair| pair.n).sum();
        (n > 0).then(|| (costs.sum(), n))
    }

    /// A figure with labour at a factor.
    fn with_labour(&self, figure: Kind, factor: f64, weights: &[f64]) -> Option<f64> {
        let mean = |sum: f64, n: u64| (n > 0).then(|| sum / n as f64);
        match figure {
            Kind::Cost => {
                let (x, y) = self.pairs.iter().fold((0, 0), |(x, y), pair| (x + pair.x, y + pair.y));
                mean(factor * x as f64 + y as f64, self.pairs.iter().map(|pair| pair.n).sum())
            }
            Kind::YearlyCost => self.yearly(factor, weights).map(|(value, _)| value),
            _ => {
                let sum: i128 = self.moments.iter().map(|moments| moments.sum).sum();
                mean(factor * sum as f64, self.moments.iter().map(|moments| moments.n).sum())
            }
        }
    }
}

/// How far a cost's figures sway; `None` of what is no cost.
///
/// `windows` are the cells of the windows with their weights; the last is `is`.
pub(super) fn range(
    recipe: &Recipe,
    unit: Unit,
    sensitivity: Sensitivity,
    windows: &[(&Gathered, Vec<f64>)],
) -> Option<Range> {
    let Sensitivity { income, hours } = sensitivity;
    let asks = |part| recipe.keep.measures().iter().any(|own| matches!(own, Measure::Cost(own, _) if *own == part));
    let income = match () {
        () if asks(Part::Labour) => income,
        () if asks(Part::Hours) => 0.0,
        () => return None,
    };
    let end = |sign: f64| {
        let factor = (1.0 + sign * income) * (1.0 + sign * hours);
        let values: Vec<Option<f64>> = windows
            .iter()
            .map(|(gathered, weights)| gathered.with_labour(recipe.figure, factor, weights))
            .map(|value| value.map(|value| value / unit.divisor()))
            .collect();
        Swayed::of(if values.len() > 1 { values[0] } else { None }, values.last().copied().flatten())
    };
    Some(Range { income: printed(income), hours: printed(hours), low: end(-1.0), high: end(1.0) })
}

impl Swayed {
    fn of(was: Option<f64>, is: Option<f64>) -> Self {
        let both = was.zip(is);
        let relative = both.filter(|(was, _)| *was > 0.0).map(|(was, is)| printed(is / was - 1.0));
        let change = both.map(|(was, is)| printed(is - was));
        Self { was: was.map(printed), is: is.map(printed), change, relative }
    }
}

/// Whether anything is said of a range.
pub(super) fn told(range: &Range) -> bool {
    range.low.was.is_some() || range.low.is.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{ClusterPairs, yearly_weights};

    fn pair(volume: u32, n: u64, x: i128, y: i128) -> ClusterPairs {
        ClusterPairs { cluster: ClusterId(volume), n, x, y, xx: x * x, yy: y * y, xy: x * y }
    }

    /// (3 + 4)² = 9 + 2 × 12 + 16.
    #[test]
    fn both_parts_are_one_cost() {
        let gathered = Gathered { pairs: vec![pair(7, 1, 3, 4)], ..Gathered::default() };
        let expected = ClusterMoments { cluster: ClusterId(7), n: 1, sum: 7, sum_squares: 49 };
        assert_eq!(gathered.costs(), [expected]);
    }

    /// 146.1 days are two fifths of a year, so a dossier stands for 2.5; the volume of 60 has 3 dossiers, 20 each.
    #[test]
    fn a_year_takes_volumes_where_they_are_known() {
        let weights = yearly_weights(1, &[60.0, 5.0], &[(0, 4), (1, 3)].into());
        assert_eq!(weights, [365.25, 20.0, 0.0]);
        let gathered =
            Gathered { pairs: vec![pair(0, 4, 2, 6), pair(1, 3, 1, 2), pair(1, 1, 1, 0)], ..Default::default() };
        assert_eq!(gathered.yearly(1.0, &[2.5, 20.0]), Some((2.5 * 8.0 + 20.0 * 4.0, 8)));
        assert_eq!(gathered.yearly(0.5, &[2.5, 20.0]), Some((2.5 * 7.0 + 20.0 * 3.0, 8)));
        assert_eq!(Gathered::default().yearly(1.0, &[1.0]), None);
    }
}
