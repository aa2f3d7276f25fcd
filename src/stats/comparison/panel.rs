//! The months of every unit, and whether and when it reformed.

use super::{Unit, UnitMonth};
use crate::error::Undefined;
use crate::stats::ClusterId;
use std::collections::{BTreeMap, BTreeSet};

/// The units that can be compared, in ascending order of id.
#[derive(Debug)]
pub(super) struct Panel {
    /// The months that any unit has, ascending; values stand in their order.
    pub(super) months: Vec<i64>,
    /// The units that can be compared.
    pub(super) members: Vec<Member>,
    /// Units that cannot.
    pub(super) left_out: usize,
    /// The largest value without its sign.
    pub(super) scale: f64,
}

/// One unit.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) id: ClusterId,
    /// When it reformed, if by the last month.
    pub(super) reform: Option<i64>,
    /// Its mean weight a month.
    pub(super) weight: f64,
    /// By month, its value.
    pub(super) values: Vec<Option<f64>>,
}

/// Which unit reformed when: units by the place of their date, and the others.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    /// By date, in the order of [`Panel::dates`], the units that reformed then.
    pub(super) groups: Vec<Vec<usize>>,
    /// The units that did not.
    pub(super) comparisons: Vec<usize>,
}

impl Panel {
    /// The panel, or why nothing in it can be compared.
    pub(super) fn new(units: &[Unit], cells: &[UnitMonth]) -> Result<Self, Undefined> {
        let reforms = reforms(units);
        let by_unit = by_unit(&reforms, cells);
        let months: BTreeSet<i64> = by_unit.values().flat_map(|unit| unit.keys().copied()).collect();
        let months: Vec<i64> = months.into_iter().collect();
        let last = months.last().copied().ok_or(Undefined::NoRows)?;
        let reformed = |&&month: &&i64| month <= last;
        let members = by_unit.iter().map(|(&id, unit)| {
            Member::new(
                id,
                reforms.get(&id).and_then(|reform| reform.as_ref()).filter(reformed).copied(),
                unit,
                &months,
            )
        });
        let members: Vec<Member> = members.filter(Member::is_comparable).collect();
        let panel = Self { left_out: reforms.len() - members.len(), scale: scale(&members), months, members };
        let any_reformed = reforms.values().flatten().any(|&month| month <= last);
        panel.sided(any_reformed)
    }

    /// The panel if it has both sides.
    fn sided(self, any_reformed: bool) -> Result<Self, Undefined> {
        let Assignment { groups, comparisons } = self.assignment();
        match (groups.is_empty(), comparisons.is_empty()) {
            (true, _) if any_reformed => Err(Undefined::FewMonths),
            (true, _) => Err(Undefined::NoReform),
            (_, true) => Err(Undefined::NoComparison),
            _ => Ok(self),
        }
    }

    /// The dates of reforms, ascending.
    pub(super) fn dates(&self) -> Vec<i64> {
        self.members.iter().filter_map(|member| member.reform).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Who reformed when.
    pub(super) fn assignment(&self) -> Assignment {
        let of = |reform| {
            let its = self.members.iter().enumerate().filter(move |(_, member)| member.reform == reform);
            its.map(|(place, _)| place).collect::<Vec<_>>()
        };
        Assignment { groups: self.dates().into_iter().map(|date| of(Some(date))).collect(), comparisons: of(None) }
    }

    /// The weight of a unit and its change from one month to another, if it has both.
    pub(super) fn change(&self, unit: usize, [from, to]: [usize; 2]) -> Option<(f64, f64)> {
        let member = &self.members[unit];
        Some((member.weight, member.values[to]? - member.values[from]?))
    }
}

impl Member {
    fn new(id: ClusterId, reform: Option<i64>, cells: &BTreeMap<i64, (f64, f64)>, months: &[i64]) -> Self {
        let weight = cells.values().map(|&(_, weight)| weight).sum::<f64>() / cells.len() as f64;
        let values = months.iter().map(|month| cells.get(month).map(|&(value, _)| value)).collect();
        let comparable = |&date: &i64| cells.range(..date).next().is_some() && cells.range(date..).next().is_some();
        // One that reformed with nothing before, or nothing after, keeps no value and is left out.
        let keeps = if reform.as_ref().is_none_or(comparable) { values } else { Vec::new() };
        Self { id, reform, weight, values: keeps }
    }

    /// Two months make a change.
    fn is_comparable(&self) -> bool {
        self.values.iter().flatten().count() > 1
    }
}

/// Of a unit given twice, the earliest date.
fn reforms(units: &[Unit]) -> BTreeMap<ClusterId, Option<i64>> {
    let mut reforms: BTreeMap<ClusterId, Option<i64>> = BTreeMap::new();
    for unit in units {
        let earliest = reforms.entry(unit.unit).or_default();
        *earliest = [*earliest, unit.reform].into_iter().flatten().min();
    }
    reforms
}

/// By unit and month, value and weight; of a month given twice the weighted mean.
fn by_unit(
    reforms: &BTreeMap<ClusterId, Option<i64>>,
    cells: &[UnitMonth],
) -> BTreeMap<ClusterId, BTreeMap<i64, (f64, f64)>> {
    let mut given: BTreeMap<ClusterId, BTreeMap<i64, Vec<(f64, f64)>>> = BTreeMap::new();
    let counted = |cell: &&UnitMonth| cell.value.is_finite() && cell.weight.is_finite() && cell.weight > 0.0;
    for cell in cells.iter().filter(counted).filter(|cell| reforms.contains_key(&cell.unit)) {
        given.entry(cell.unit).or_default().entry(cell.month).or_default().push((cell.value, cell.weight));
    }
    let whole = |months: BTreeMap<i64, Vec<_>>| months.into_iter().map(|(month, parts)| (month, mean(parts))).collect();
    given.into_iter().map(|(unit, months)| (unit, whole(months))).collect()
}

fn mean(mut parts: Vec<(f64, f64)>) -> (f64, f64) {
    if let [one] = parts[..] {
        return one;
    }
    parts.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let weight: f64 = parts.iter().map(|&(_, weight)| weight).sum();
    (parts.iter().map(|(value, weight)| value * weight).sum::<f64>() / weight, weight)
}

fn scale(members: &[Member]) -> f64 {
    members.iter().flat_map(|member| member.values.iter().flatten()).fold(0.0, |most, value| value.abs().max(most))
}
