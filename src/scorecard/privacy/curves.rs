//! Curves for everybody: shares in steps, and at risk only as many as may be told.

use super::super::number::Known;
use super::super::{AtRisk, CurveSide, CurveStep, Curves};
use super::{Publication, is_of_persons};
use crate::error::Undefined;

impl Publication {
    pub(super) fn curves(&self) -> Vec<Curves> {
        let told = |own: &Curves| if is_of_persons(&own.id) { self.curve(own) } else { own.clone() };
        self.card.curves.iter().map(told).collect()
    }

    /// A curve goes with the figure of its window, and with any other that is read from it.
    fn curve(&self, own: &Curves) -> Curves {
        let readings = || [&own.id].into_iter().chain(&own.also).map(|id| self.whole(id));
        let side = |known: &Known<CurveSide>, window: usize| match known {
            Known::Yes(_) if readings().any(|windows| windows.withheld[window]) => Known::No(Undefined::Suppressed),
            Known::Yes(side) => Known::Yes(self.side(side)),
            Known::No(why) => Known::No(why.clone()),
        };
        Curves { was: own.was.as_ref().map(|was| side(was, 0)), is: side(&own.is, 1), ..own.clone() }
    }

    fn side(&self, own: &CurveSide) -> CurveSide {
        let n = self.steps.count(own.n);
        let time = |time: f64| self.steps.of(n, time).near(time);
        CurveSide {
            n,
            events: self.steps.count(own.events),
            median: own.median.map(time),
            p90: own.p90.map(time),
            end: time(own.end),
            steps: self.rises(own, n),
            at_risk: self.at_risk(own),
            ..own.clone()
        }
    }

    /// The first time at which the curve is a step higher than before.
    fn rises(&self, own: &CurveSide, n: u64) -> Vec<CurveStep> {
        let step = self.steps.of(n, 1.0);
        let mut told: Vec<CurveStep> = Vec::new();
        for rise in &own.steps {
            let share = step.near(rise.share);
            if self.steps.is_on && told.last().is_some_and(|last| last.share == share) {
                continue;
            }
            let time = self.steps.of(n, rise.time).near(rise.time);
            let [low, high] = step.limits(rise.low, rise.high, share);
            // Two steps that are told at one time are one.
            told.pop_if(|last| self.steps.is_on && last.time == time);
            told.push(CurveStep { time, share, low, high });
        }
        told
    }

    fn at_risk(&self, own: &CurveSide) -> Vec<AtRisk> {
        let told = own.at_risk.iter().filter(|own| own.n >= self.steps.least);
        told.map(|own| AtRisk { time: own.time, n: self.steps.count(own.n) }).collect()
    }
}
