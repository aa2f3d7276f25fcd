//! Months for everybody: in steps, and without what rests on a month that is withheld.

use super::super::{ChartHead, Known, Outlook, OutlookMonth, Series, SeriesMonth, Trend};
use super::steps::Step;
use super::{Publication, is_of_persons};
use crate::error::Undefined;

impl Publication {
    pub(super) fn series(&self) -> Vec<Series> {
        let all = self.card.series.iter().enumerate().filter(|(number, _)| !self.cells.series.contains(number));
        all.map(|(number, own)| if is_of_persons(&own.id) { self.of_months(number, own) } else { own.clone() })
            .collect()
    }

    fn of_months(&self, number: usize, own: &Series) -> Series {
        let is_withheld = |month: usize| self.cells.months.contains(&(number, month));
        let any = (0..own.months.len()).any(is_withheld) && self.fences.derived;
        let step = own.months.iter().map(|month| self.month_step(month)).fold(Step::default(), Step::or);
        let all: u64 = own.months.iter().map(|month| month.n).sum();
        let month = |(at, month): (usize, &SeriesMonth)| match (is_withheld(at), any) {
            (true, _) => SeriesMonth { value: Known::No(Undefined::Suppressed), n: 0, ..bare(month) },
            (false, true) => self.month(&bare(month), step),
            (false, false) => self.month(month, step),
        };
        let months: Vec<SeriesMonth> = own.months.iter().enumerate().map(month).collect();
        Series {
            chart: kept(&own.chart, any, |chart| self.chart(chart, step)),
            trend: kept(&own.trend, any, |trend| self.trend(trend, self.steps.of(self.steps.count(all), 1.0))),
            forecast: kept(&own.forecast, any, |outlook| ahead(outlook, step)),
            months,
            ..own.clone()
        }
    }

    fn month_step(&self, month: &SeriesMonth) -> Step {
        let Known::Yes(value) = month.value else { return Step::default() };
        self.steps.of(self.steps.count(month.n), value)
    }

    fn month(&self, own: &SeriesMonth, coarsest: Step) -> SeriesMonth {
        let Known::Yes(value) = own.value else { return own.clone() };
        let step = self.month_step(own);
        SeriesMonth {
            value: Known::Yes(step.near(value)),
            n: self.steps.count(own.n),
            low: own.low.map(|low| step.down(low)),
            high: own.high.map(|high| step.up(high)),
            fitted: own.fitted.map(|fitted| coarsest.near(fitted)),
            counterfactual: own.counterfactual.map(|line| coarsest.near(line)),
            ..own.clone()
        }
    }

    fn chart(&self, own: &ChartHead, step: Step) -> ChartHead {
        let sigma_z = own.sigma_z.map(|sigma| self.steps.digits(sigma, 1));
        ChartHead { centre: step.near(own.centre), sigma_z, ..own.clone() }
    }

    /// What is of all months is told in the step of all their rows.
    fn trend(&self, own: &Trend, step: Step) -> Trend {
        let [slope, level_change, slope_change, latest_change] =
            [&own.slope, &own.level_change, &own.slope_change, &own.latest_change]
                .map(|own| self.steps.effect(own, step));
        Trend { slope, level_change, slope_change, latest_change, ..own.clone() }
    }
}

/// What rests on other months too, unless one of them is withheld.
fn kept<T: Clone>(own: &Known<T>, withheld: bool, told: impl Fn(&T) -> T) -> Known<T> {
    match own {
        Known::Yes(_) if withheld => Known::No(Undefined::Suppressed),
        Known::Yes(own) => Known::Yes(told(own)),
        Known::No(why) => Known::No(why.clone()),
    }
}

/// A month without what charts and trends say of it.
fn bare(month: &SeriesMonth) -> SeriesMonth {
    SeriesMonth { low: None, high: None, signal: None, fitted: None, counterfactual: None, ..month.clone() }
}

fn ahead(own: &Outlook, step: Step) -> Outlook {
    let month = |own: &OutlookMonth| {
        let value = step.near(own.value);
        let [low, high] = step.limits(own.low, own.high, value);
        OutlookMonth { month: own.month.clone(), value, low, high }
    };
    Outlook { months: own.months.iter().map(month).collect(), ..own.clone() }
}
