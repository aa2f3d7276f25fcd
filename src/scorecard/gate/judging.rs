//! One target after the other: the number it asks for, and whether that is enough.

use super::kept::{Cards, Kept};
use super::target::{Asks, At, Bounds, Doubt, End, Every, Grouping, Subject, Target};
use super::{Allowance, Found, Judged, Lacking, Number, Outcome};
use crate::cube::Cube;
use crate::error::{Result, Undefined, nearest_name};
use crate::ingest::{Reconciliation, Rule, Table};
use crate::kpi::{Axis, Better, Unit};
use crate::scorecard::doubts::Shares;
use crate::scorecard::settings::{Margins, Settings};
use crate::scorecard::{
    AxisVerdict, Change, Difference, Figure, Finding, Group, Known, Reason, Row, Scorecard, Verdict, printed,
};
use std::collections::BTreeMap;

/// What targets are held against.
pub(super) struct Evidence<'a> {
    card: &'a Scorecard,
    margins: Margins,
    shares: Shares,
    since: Cards,
}

/// What was found, or why nothing was; and whether it is enough.
type Answer = std::result::Result<(Found, std::result::Result<bool, Lacking>), Lacking>;

impl<'a> Evidence<'a> {
    pub(super) fn of(targets: &[Target], cube: &Cube, card: &'a Scorecard, kept: &Kept) -> Result<Self> {
        let settings = Settings::of(cube)?;
        let doubts = targets.iter().any(|target| matches!(target.asks, Asks::Data { .. }));
        let shares = if doubts { Shares::of(cube, &settings) } else { Shares::default() };
        let since = Cards::of(targets, cube, &settings, kept)?;
        Ok(Self { card, margins: settings.margins, shares, since })
    }

    pub(super) fn judged(&self, targets: &[Target]) -> Vec<Judged> {
        targets.iter().flat_map(|target| self.each(target)).map(|target| self.judge(target)).collect()
    }

    /// The target, or one for each group that has rows of it.
    fn each(&self, target: &Target) -> Vec<Target> {
        let every = Some(Grouping::Every(Every::Every));
        let Some(subject) = target.subject().filter(|subject| subject.group == every) else {
            return vec![target.clone()];
        };
        let is_of = |group: &&Group| group.kpis.iter().any(|row| row.id == subject.kpi && has_rows(row));
        let groups: Vec<Target> =
            self.card.groups.iter().filter(is_of).map(|group| target.of_group(&group.by)).collect();
        if groups.is_empty() { vec![target.clone()] } else { groups }
    }

    fn judge(&self, mut target: Target) -> Judged {
        if let Asks::NotWorse { subject, margin, .. } = &mut target.asks {
            margin.get_or_insert_with(|| self.margin(subject.unit));
        }
        let (outcome, found, lacking) = match self.answer(&target) {
            Ok((found, Ok(true))) => (Outcome::Met, Some(found), None),
            Ok((found, Ok(false))) => (Outcome::Missed, Some(found), None),
            Ok((found, Err(lacking))) => (Outcome::Undefined, Some(found), Some(lacking)),
            Err(lacking) => (Outcome::Undefined, None, Some(lacking)),
        };
        Judged { target, outcome, found, lacking }
    }

    fn answer(&self, target: &Target) -> Answer {
        match &target.asks {
            Asks::Value { subject, window, by, bounds } => value(self.row(subject)?, *window, *by, *bounds),
            Asks::Change { subject, relative, by, bounds } => change(self.row(subject)?, *relative, *by, *bounds),
            Asks::Verdict { subject, verdicts } => verdict(self.row(subject)?, verdicts),
            Asks::Axis { axis, verdicts } => self.axis(*axis, verdicts),
            Asks::Data { data, table, rule, bounds } => self.data(*data, *table, *rule, *bounds),
            Asks::NotWorse { subject, kept, margin, by } => {
                let margin = margin.unwrap_or_else(|| self.margin(subject.unit));
                self.since.of_kept(&kept.path, subject)?.held(subject, margin, *by)
            }
        }
    }

    /// How much worse a KPI may be where the target does not say: as much as a guard.
    fn margin(&self, unit: Unit) -> Allowance {
        let own = self.margins.guard.of(unit);
        if unit == Unit::Share { Allowance::Absolute(own) } else { Allowance::Relative(own) }
    }

    fn row(&self, subject: &Subject) -> std::result::Result<&'a Row, Lacking> {
        row(self.card, subject)
    }

    fn axis(&self, axis: Axis, verdicts: &[AxisVerdict]) -> Answer {
        let found = self.card.axes.iter().find(|own| own.id == axis);
        let found = found.ok_or(Lacking::Undefined(Undefined::OneWindow))?;
        let (verdict, because) = (found.verdict, found.because.clone());
        let lacking = match because.first() {
            Some(Reason::Kpi(_, Finding::Undefined(why))) => Lacking::Undefined(why.clone()),
            _ => Lacking::Undefined(Undefined::NoFigure),
        };
        let enough = match (verdicts.contains(&verdict), verdict) {
            (false, AxisVerdict::NotMeasured) => Err(lacking),
            (is_enough, _) => Ok(is_enough),
        };
        Ok((Found::Axis { verdict, because }, enough))
    }

    fn data(&self, data: Doubt, table: Table, rule: Option<Rule>, bounds: Bounds) -> Answer {
        let known = |share: Option<f64>, why| share.ok_or(Lacking::Undefined(why));
        let (value, n) = match data {
            Doubt::Quarantined => self.quarantined(table, rule)?,
            Doubt::Unmatched => self.unmatched(table)?,
            Doubt::Undated => (known(self.shares.undated, Undefined::NoColumn("due_at".into()))?, Vec::new()),
            Doubt::Implausible => (known(self.shares.implausible, Undefined::NoRows)?, Vec::new()),
            Doubt::Unclustered => (known(self.shares.unclustered, Undefined::NotAsked)?, Vec::new()),
        };
        let number = Number { value: printed(value), n, ..Number::default() };
        let enough = is_inside(&number, End::Value, bounds);
        Ok((Found::Number(number), enough))
    }

    /// The share of a table's rows set aside, by one rule or by any; and of how many.
    fn quarantined(&self, table: Table, rule: Option<Rule>) -> std::result::Result<(f64, Vec<u64>), Lacking> {
        let rows = self.rows(table).filter(|rows| rows.read > 0).ok_or(Lacking::NoTable)?;
        let of_rule = |rule: Rule| rows.by_rule.get(rule.name()).copied().unwrap_or_default();
        let aside = rule.map_or(rows.quarantined, of_rule);
        Ok((aside as f64 / rows.read as f64, vec![rows.read]))
    }

    fn rows(&self, table: Table) -> Option<&'a Reconciliation> {
        match table {
            Table::Cases => Some(&self.card.reconciliation),
            Table::Events => self.card.events.as_ref().map(|events| &events.reconciliation),
            other => self.card.tables.iter().find(|own| own.table == other.name()).map(|own| &own.reconciliation),
        }
    }

    fn unmatched(&self, table: Table) -> std::result::Result<(f64, Vec<u64>), Lacking> {
        let own = self.card.tables.iter().find(|own| own.table == table.name()).and_then(|own| own.joined);
        let own = own.filter(|joined| joined.matched + joined.unmatched > 0).ok_or(Lacking::NoTable)?;
        let all = own.matched + own.unmatched;
        Ok((own.unmatched as f64 / all as f64, vec![all]))
    }
}

/// The row of a KPI, of the whole or of a group.
pub(super) fn row<'c>(card: &'c Scorecard, subject: &Subject) -> std::result::Result<&'c Row, Lacking> {
    let rows = match &subject.group {
        None => &card.kpis,
        Some(Grouping::Every(_)) => return Err(Lacking::NoGroup(None)),
        Some(Grouping::One(by)) => {
            let group = card.groups.iter().find(|group| group.by == *by);
            &group.ok_or_else(|| Lacking::NoGroup(nearest_group(&card.groups, by)))?.kpis
        }
    };
    rows.iter().find(|row| row.id == subject.kpi).ok_or(Lacking::Undefined(Undefined::NotAsked))
}

/// Whether anything was there to count; an agency that is only consulted has officers, and no dossiers.
fn has_rows(row: &Row) -> bool {
    row.was.iter().chain([&row.is]).any(|figure| figure.reason() != Some(&Undefined::NoRows))
}

/// The name of a group that one may be meant by, of the first column whose name is not known.
fn nearest_group(groups: &[Group], by: &BTreeMap<String, Option<String>>) -> Option<String> {
    by.iter().find_map(|(column, name)| {
        let names: Vec<&str> = groups.iter().filter_map(|group| group.by.get(column)?.as_deref()).collect();
        let name = name.as_deref().filter(|name| !names.contains(name))?;
        nearest_name(name, names)
    })
}

fn value(row: &Row, window: At, by: End, bounds: Bounds) -> Answer {
    let figure = match window {
        At::Is => &row.is,
        At::Was => row.was.as_ref().ok_or(Lacking::Undefined(Undefined::OneWindow))?,
    };
    let figure = known(figure)?;
    let number = Number {
        value: figure.value,
        low: figure.low,
        high: figure.high,
        limits: figure.limits.clone(),
        n: vec![figure.n],
        clusters: figure.clusters,
        ..Number::default()
    };
    let enough = is_inside(&number, by, bounds);
    Ok((Found::Number(number), enough))
}

fn known<T>(known: &Known<T>) -> std::result::Result<&T, Lacking> {
    match known {
        Known::Yes(value) => Ok(value),
        Known::No(why) => Err(Lacking::Undefined(why.clone())),
    }
}

fn change(row: &Row, relative: bool, by: End, bounds: Bounds) -> Answer {
    let number = number(row, relative)?;
    let enough = is_inside(&number, by, bounds);
    Ok((Found::Number(number), enough))
}

/// The change that a row's verdict is of, with what it is between.
fn number(row: &Row, relative: bool) -> std::result::Result<Number, Lacking> {
    let Some(judged) = row.judged() else { return Err(Lacking::Undefined(no_change(row))) };
    let between = match row.adjusted.value() {
        Some(adjusted) => Some([adjusted.was, adjusted.is]),
        None => row.was.as_ref().and_then(Known::value).zip(row.is.value()).map(|(was, is)| [was.value, is.value]),
    };
    let gap = if relative { known(&judged.relative)? } else { &judged.absolute };
    Ok(Number { fixed_mix: row.adjusted.value().is_some(), between, ..of_change(row, judged, gap) })
}

/// Why there is no change: what a window lacks, where one lacks something.
fn no_change(row: &Row) -> Undefined {
    let of_windows = row.was.iter().chain([&row.is]).find_map(Known::reason);
    of_windows.or(row.change.reason()).cloned().unwrap_or(Undefined::NoFigure)
}

/// A difference of a row with the rows behind it.
pub(super) fn of_change(row: &Row, change: &Change, gap: &Difference) -> Number {
    let figures = || row.was.iter().chain([&row.is]).filter_map(Known::value);
    Number {
        value: gap.value,
        low: gap.low,
        high: gap.high,
        limits: gap.limits.clone(),
        n: figures().map(|figure: &Figure| figure.n).collect(),
        clusters: figures().filter_map(|figure| figure.clusters).max(),
        q: change.q,
        ..Number::default()
    }
}

fn verdict(row: &Row, verdicts: &[Verdict]) -> Answer {
    let found = row.verdict.ok_or_else(|| Lacking::Undefined(no_change(row)))?;
    let enough = match (verdicts.contains(&found), found) {
        (false, Verdict::NotComparable) => Err(Lacking::Undefined(no_change(row))),
        (is_enough, _) => Ok(is_enough),
    };
    Ok((Found::Verdict { verdict: found, change: number(row, false).ok() }, enough))
}

/// Whether a number is inside its bounds, by the end that is asked for.
pub(super) fn is_inside(number: &Number, by: End, bounds: Bounds) -> std::result::Result<bool, Lacking> {
    let limit = |limit: Option<f64>| {
        let why = || number.limits.as_ref().map_or(Undefined::NotAsked, |absence| absence.0.clone());
        limit.ok_or_else(|| Lacking::NoLimit(why()))
    };
    let (lower, upper) = match by {
        End::Value => (Ok(number.value), Ok(number.value)),
        End::Low => (limit(number.low), limit(number.low)),
        End::High => (limit(number.high), limit(number.high)),
        End::Interval => (limit(number.low), limit(number.high)),
    };
    let above = bounds.at_least.map(|least| lower.map(|lower| lower >= least)).transpose()?;
    let below = bounds.at_most.map(|most| upper.map(|upper| upper <= most)).transpose()?;
    Ok(above.unwrap_or(true) && below.unwrap_or(true))
}

/// The bound that a change must keep for a KPI not to be worse beyond a margin.
pub(super) fn not_worse(better: Better, margin: f64) -> Bounds {
    match better {
        Better::Higher => Bounds { at_least: Some(-margin), at_most: None },
        Better::Lower | Better::Neither => Bounds { at_least: None, at_most: Some(margin) },
    }
}
