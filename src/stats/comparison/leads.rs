//! Whether the units that reformed went the same way as the others before they did.

use super::look::Sides;
use super::panel::Panel;
use super::randomisation::Randomised;
use super::{Effect, Joint, LEAST_UNITS, PreTrend, clustered};
use crate::stats::Undefined;
use crate::stats::regression::{Factored, dot};
use crate::stats::trend::ROUNDING;
use crate::stats::variance::Spread;
use statrs::distribution::{ContinuousCDF, FisherSnedecor};

/// The least degrees of freedom in the denominator of the joint test.
const LEAST_DF: f64 = 4.0;

/// The pre-trend test of the leads, ascending by month, each with its sides.
pub(super) fn pre_trend(panel: &Panel, leads: &[(i64, &Sides)], level: f64) -> Result<PreTrend, Undefined> {
    if leads.is_empty() {
        return Err(Undefined::FewMonths);
    }
    let enough = |sides: &Sides| sides.treated.clusters() >= LEAST_UNITS && sides.comparison.clusters() >= LEAST_UNITS;
    let leads: Vec<_> = leads.iter().copied().filter(|(_, sides)| enough(sides)).collect();
    let df = leads.iter().map(|(_, sides)| sides.spread(0.0).map(|spread| spread.df));
    let df = df.reduce(|a, b| Ok(a?.min(b?))).ok_or(Undefined::FewUnits)?;
    let moved: Vec<Vec<f64>> = leads.iter().map(|(_, sides)| sides.adjusted(panel)).collect();
    let values: Vec<f64> = leads.iter().map(|(_, sides)| sides.value()).collect();
    let slopes = slopes(&leads.iter().map(|&(month, _)| month).collect::<Vec<_>>());
    let nearest = leads[leads.len() - 1].1;
    Ok(PreTrend {
        joint: df.clone().and_then(|df| joint(&moved, &values, df)),
        slope: slope(panel, &moved, &values, &slopes, df, nearest, level),
    })
}

/// The same tests by randomisation.
pub(super) fn randomised(leads: &[(i64, &Sides)], by: &Randomised) -> Result<PreTrend, Undefined> {
    let (nearest, p) = leads.last().map(|(_, sides)| *sides).zip(by.slope).ok_or(Undefined::FewMonths)?;
    let (months, values): (Vec<i64>, Vec<f64>) = leads.iter().map(|(month, sides)| (*month, sides.value())).unzip();
    let joint = by.joint.map(|p| Joint { leads: leads.len(), f: None, df: None, p });
    // Without a spread no level is used.
    let slope = clustered(dot(&values, &slopes(&months)), Err(Undefined::FewUnits), nearest, 0.95);
    Ok(PreTrend { joint: joint.ok_or(Undefined::FewMonths), slope: Effect { p: Ok(p), ..slope } })
}

/// The weights that make the slope of the leads, with the month before the reform at zero.
pub(super) fn slopes(months: &[i64]) -> Vec<f64> {
    let points = months.len() as f64 + 1.0;
    let mean = (months.iter().map(|&month| month as f64).sum::<f64>() - 1.0) / points;
    let squares = months.iter().map(|&month| (month as f64 - mean).powi(2)).sum::<f64>() + (-1.0 - mean).powi(2);
    months.iter().map(|&month| (month as f64 - mean) / squares).collect()
}

fn slope(
    panel: &Panel,
    moved: &[Vec<f64>],
    values: &[f64],
    slopes: &[f64],
    df: Result<f64, Undefined>,
    nearest: &Sides,
    level: f64,
) -> Effect {
    let by_unit =
        (0..panel.members.len()).map(|unit| moved.iter().zip(slopes).map(|(lead, c)| c * lead[unit]).sum::<f64>());
    let variance: f64 = by_unit.map(|psi| psi * psi).sum();
    let spread = df.and_then(|df| match variance.is_finite() && variance.sqrt() > ROUNDING * panel.scale {
        true => Ok(Spread { variance, df }),
        false => Err(Undefined::NoVariation),
    });
    clustered(dot(values, slopes), spread, nearest, level)
}

/// Hotelling's test of the leads nearest to the reform, as many as leave degrees of freedom enough.
fn joint(moved: &[Vec<f64>], values: &[f64], df: f64) -> Result<Joint, Undefined> {
    let most = df + 1.0 - LEAST_DF;
    if most < 1.0 {
        return Err(Undefined::FewUnits);
    }
    let leads = values.len().min(most as usize);
    let first = values.len() - leads;
    let factored = Factored::new(&moved[first..]).ok_or(Undefined::NoVariation)?;
    let below = df - leads as f64 + 1.0;
    let f = below / (df * leads as f64) * factored.quadratic(&values[first..]);
    if !f.is_finite() {
        return Err(Undefined::NoVariation);
    }
    let reference = FisherSnedecor::new(leads as f64, below).map_err(|_| Undefined::FewUnits)?;
    Ok(Joint { leads, f: Some(f), df: Some(below), p: reference.sf(f) })
}
