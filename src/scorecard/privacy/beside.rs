//! Groups side by side, units that reformed, and other decisions, for everybody.

use super::super::number::{Known, printed};
use super::super::{
    Before, Beside, Compared, Drawn, KpiComparison, Otherwise, Row, Scenario, ScenarioChange, Sensitivities, SideBySide,
};
use super::steps::Step;
use super::{Publication, is_of_persons, is_official};
use crate::error::Undefined;

/// Units that a side of a comparison has at least, so that none is told by itself or by the other one.
const LEAST_UNITS: usize = 3;

/// Where the outer limits of a funnel lie, in standard errors: 99.8 %.
const OUTER: f64 = 3.090_232_306_167_813;

impl Publication {
    pub(super) fn side_by_side(&self) -> Vec<SideBySide> {
        let all = self.card.side_by_side.iter();
        let told = |own: &SideBySide| match is_of_persons(&own.id) {
            true => self.funnel(own),
            false => Some(own.clone()),
        };
        all.filter_map(told).collect()
    }

    /// The groups that are published, ranked among themselves; none where the whole or all but one are withheld.
    fn funnel(&self, own: &SideBySide) -> Option<SideBySide> {
        let at = self.card.kpis.iter().position(|row| row.id == own.id)?;
        let whole = self.card.kpis[at].is.value().filter(|_| !self.cells.whole(at).withheld[1])?;
        let place = |group: &Beside| self.card.groups.iter().position(|other| other.by == group.by);
        let is_told = |group: &&Beside| {
            let windows = place(group).map(|number| self.cells.groups.windows(number, at));
            windows.is_none_or(|windows| !windows.withheld[1] && !windows.blank[1])
        };
        let groups: Vec<&Beside> = own.groups.iter().filter(is_told).collect();
        if groups.len() < 2 {
            return None;
        }
        let centre = self.steps.of(self.steps.count(whole.n), own.centre).near(own.centre);
        let ranked = |group: &&Beside| self.group(group, &groups, centre);
        Some(SideBySide {
            centre,
            overdispersion: self.steps.digits(own.overdispersion, 1),
            between: self.steps.digits(own.between, 1),
            groups: groups.iter().map(ranked).collect(),
            ..own.clone()
        })
    }

    fn group(&self, own: &Beside, told: &[&Beside], centre: f64) -> Beside {
        let n = self.steps.count(own.n);
        let step = self.steps.of(n, own.value);
        let value = step.near(own.value);
        let outwards = |[low, high]: [f64; 2]| [step.down(low), step.up(high)];
        let before = |rank: usize| told.iter().filter(|other| other.rank < rank).count();
        let [best, worst] = own.ranks;
        let last = told.iter().filter(|other| other.rank <= worst).count();
        let (outer, rank) = (outwards(own.outer), before(own.rank) + 1);
        let z = if self.steps.is_on { distance(value, centre, outer) } else { own.z };
        Beside {
            n,
            value,
            z,
            inner: outwards(own.inner),
            outer,
            drawn: self.drawn(own.drawn, step),
            rank,
            ranks: [(before(best) + 1).min(rank), last.max(rank)],
            ..own.clone()
        }
    }

    fn drawn(&self, own: Drawn, step: Step) -> Drawn {
        let value = step.near(own.value);
        let weight = if self.steps.is_on { printed((own.weight * 10.0).round() / 10.0) } else { own.weight };
        match step.limits(Some(own.low), Some(own.high), value) {
            [Some(low), Some(high)] => Drawn { value, low, high, weight },
            _ => own,
        }
    }

    pub(super) fn comparison(&self) -> Vec<KpiComparison> {
        let told = |own: &KpiComparison| match is_of_persons(&own.id) {
            true => KpiComparison { found: self.found(own), ..own.clone() },
            false => own.clone(),
        };
        self.card.comparison.iter().map(told).collect()
    }

    fn found(&self, own: &KpiComparison) -> Known<Compared> {
        let found = match &own.found {
            Known::Yes(found) => found,
            Known::No(why) => return Known::No(why.clone()),
        };
        let sides = found.treated.min(found.comparisons);
        if self.whole(&own.id).any() || sides < LEAST_UNITS {
            return Known::No(Undefined::Suppressed);
        }
        let step = self.shared_step(&own.id, found);
        let [treated_change, comparison_change] =
            [found.treated_change, found.comparison_change].map(|change| step.near(change));
        let pre_trend = match &found.pre_trend {
            Known::Yes(before) => Known::Yes(Before {
                joint_p: self.steps.known_p(&before.joint_p),
                slope: self.steps.effect(&before.slope, step),
            }),
            Known::No(why) => Known::No(why.clone()),
        };
        Known::Yes(Compared {
            effect: self.steps.effect(&found.effect, step),
            q: found.q.map(|q| self.steps.p(q)),
            treated_change,
            comparison_change,
            events: Vec::new(),
            placebos: Vec::new(),
            pre_trend,
            ..found.clone()
        })
    }

    /// The step of the rows that the smaller side would have if units were alike.
    fn shared_step(&self, id: &str, found: &Compared) -> Step {
        let row = self.card.kpis.iter().find(|row| row.id == id);
        let rows = row.into_iter().flat_map(|row| row.was.iter().chain([&row.is])).filter_map(Known::value);
        let (treated, others) = (found.treated as u64, found.comparisons as u64);
        let shared = |n: u64| (n * treated.min(others) / (treated + others)).max(1);
        let steps = rows.map(|figure| self.steps.of(shared(self.steps.count(figure.n)), figure.value));
        steps.fold(Step::default(), Step::or)
    }

    /// The verdicts under other decisions; `rows` are those that are published.
    pub(super) fn sensitivity(&self, rows: &[Row]) -> Option<Sensitivities> {
        let own = self.card.sensitivity.as_ref()?;
        let names_officials = is_official(&self.card.study.cluster);
        let is_without = |own: &Scenario| matches!(own.otherwise, Otherwise::Without { .. });
        let told = own.scenarios.iter().filter(|own| !(names_officials && is_without(own)));
        let scenario = |own: &Scenario| match is_of_persons(&own.id) {
            true => Scenario { change: self.otherwise(own, rows, is_without(own)), ..own.clone() },
            false => own.clone(),
        };
        Some(Sensitivities { p: self.steps.p(own.p), scenarios: told.map(scenario).collect(), ..own.clone() })
    }

    /// The change; not without a unit, for what the whole has beyond that is the unit's.
    fn otherwise(&self, own: &Scenario, rows: &[Row], is_without: bool) -> Known<ScenarioChange> {
        let Known::Yes(change) = &own.change else { return own.change.clone() };
        let row = rows.iter().find(|row| row.id == own.id);
        let crude = row.and_then(|row| row.change.value());
        let (Some(row), Some(crude), false) = (row, crude, is_without && self.fences.derived) else {
            return Known::No(Undefined::Suppressed);
        };
        let figures = row.was.iter().chain([&row.is]).filter_map(Known::value);
        let step = figures.map(|figure| self.steps.of(figure.n, figure.value)).fold(Step::default(), Step::or);
        let value = if own.otherwise == Otherwise::Unadjusted { crude.absolute.value } else { step.near(change.value) };
        let [low, high] = step.limits(change.low, change.high, value);
        Known::Yes(ScenarioChange { value, low, high, p: self.steps.known_p(&change.p) })
    }
}

/// How far a figure lies from the centre, in standard errors as wide as the limits that are published.
fn distance(value: f64, centre: f64, [low, high]: [f64; 2]) -> f64 {
    let reach = if value < centre { centre - low } else { high - centre };
    if reach > 0.0 { printed(OUTER * (value - centre) / reach) } else { 0.0 }
}
