//! A KPI evaluated on a cube: cells become estimates, estimates figures, two figures a change.

use super::cost;
use super::gathering::{Gathered, Parts};
use super::number::{Absence, Known, printed};
use super::part::{Part, Placed, Whole};
use super::row::{Change, Difference, Figure, Flag, Range, Row};
use super::settings::Settings;
use super::window::{Manner, Window};
use crate::cube::{Content, Counts, Figure as Kind, Keep, Recipe};
use crate::error::Undefined;
use crate::kpi::{Better, Kpi, Sampling, Unit};
use crate::measure::{Anchor, Counting, Table};
use crate::stats::distribution;
use crate::stats::effect::{Change as Effect, Difference as Gap};
use crate::stats::{ClusterId, Dependence};
use std::collections::{BTreeMap, BTreeSet};

/// Evaluates KPIs on a cube, or on one part of it.
#[derive(Clone, Copy)]
pub(super) struct Evaluation<'a> {
    whole: &'a Whole<'a>,
    part: &'a Part<'a>,
    settings: &'a Settings,
    /// The dimensions that the part is told apart by, with their names.
    filter: &'a Filter<'a>,
}

/// Dimension and name that a group must have.
pub(super) type Filter<'a> = [(usize, Option<&'a str>)];

/// Cells with their weeks and groups.
type Cells<'c, 'a> = &'c mut dyn Iterator<Item = &'c Placed<'a>>;

/// Columns of the catalogue that say of which procedures something is asked.
const ASKED: [&str; 2] = ["procedures.needs_written_result", "procedures.non_territorial"];

impl<'a> Evaluation<'a> {
    /// Of the whole cube.
    pub(super) fn of(whole: &'a Whole<'a>) -> Self {
        Self { whole, part: &whole.part, settings: whole.settings, filter: &[] }
    }

    /// Of a part of it, told apart by some dimensions.
    pub(super) fn of_part(whole: &'a Whole<'a>, part: &'a Part<'a>, filter: &'a Filter<'a>) -> Self {
        Self { part, filter, ..Self::of(whole) }
    }

    /// The row of a KPI, still without q-values and verdict.
    pub(super) fn row(&self, kpi: &Kpi, counting: Counting) -> Row {
        let recipe = kpi.recipe_by(counting);
        let two = self.settings.was.is_some();
        let is = self.window(kpi, &recipe, u8::from(two));
        let was = two.then(|| self.window(kpi, &recipe, 0));
        let change = match (&was, &is) {
            (Some((Ok(was), _)), (Ok(is), _)) => {
                Ok(Change::of(self.manner(kpi, 0, None, &[]).change(recipe.figure, was, is), kpi.unit))
            }
            (Some(_), _) => Err(Undefined::NoFigure),
            (None, _) => Err(Undefined::OneWindow),
        };
        let sensitivity = self.sensitivity(kpi, &recipe, was.iter().chain([&is]).map(|(_, gathered)| gathered));
        let mut flags = self.flags(kpi, &recipe, is.0.is_ok());
        was.iter().chain([&is]).for_each(|(window, gathered)| flags.extend(noted(window.as_ref().ok(), gathered, two)));
        Row {
            id: kpi.id.to_string(),
            axis: kpi.axis(),
            name: kpi.name.clone(),
            unit: kpi.unit,
            better: kpi.better,
            sampling: kpi.sampling,
            was: was.map(|(window, gathered)| self.figure(kpi, &recipe.keep, window, &gathered)),
            is: self.figure(kpi, &recipe.keep, is.0, &is.1),
            change: change.into(),
            adjusted: Known::No(Undefined::NotAsked),
            sensitivity,
            response_rate: None,
            verdict: None,
            flags,
        }
    }

    /// A window's figure as it is shown.
    fn figure(&self, kpi: &Kpi, keep: &Keep, window: Result<Window, Undefined>, gathered: &Gathered) -> Known<Figure> {
        let mut figure = figure(kpi.unit, keep, window, gathered);
        if let Known::Yes(figure) = &mut figure {
            let is_clustered = kpi.sampling != Sampling::Cluster || self.settings.cluster.is_some();
            figure.clusters = figure.clusters.filter(|_| is_clustered);
            // A change may take a procedure from one group to another, where it was neither born nor died.
            figure.flow = figure.flow.filter(|flow| self.filter.is_empty() || flow.adds_up());
        }
        figure
    }

    fn manner<'m>(&'m self, kpi: &Kpi, slot: u8, usual: Option<&'m BTreeSet<u64>>, weights: &'m [f64]) -> Manner<'m> {
        let dependence = match kpi.sampling {
            Sampling::Week => Dependence::Serial,
            Sampling::Cluster if self.settings.cluster.is_some() => Dependence::Clustered,
            Sampling::Cluster | Sampling::Census => Dependence::Independent,
        };
        let (settings, slot) = (self.settings, usize::from(slot));
        let open_days = settings.open_days.get(slot).map(Vec::as_slice).unwrap_or_default();
        let office_seconds = settings.office_seconds.get(slot).map(Vec::as_slice).unwrap_or_default();
        let (sampling, level) = (kpi.sampling, settings.level);
        Manner { sampling, dependence, level, open_days, office_seconds, weights, usual }
    }

    /// What is to be known of a KPI whatever its figures.
    fn flags(&self, kpi: &Kpi, recipe: &Recipe, known: bool) -> BTreeSet<Flag> {
        let settings = self.settings;
        let needs: Vec<_> = recipe.keeps().map(Keep::needs).collect();
        let lacks = |column: &str| {
            let refines = needs.iter().any(|needs| needs.refining.iter().any(|refining| refining == column));
            known && refines && !settings.columns.contains(column)
        };
        let holds = [
            (Flag::NoOutcome, lacks("outcome")),
            (Flag::NoPauses, lacks("paused")),
            (Flag::NoCatalogue, ASKED.into_iter().any(lacks)),
            (Flag::NoSurveys, lacks("surveys.score")),
            (Flag::Season, settings.was.is_some() && settings.season),
            (Flag::Independent, kpi.sampling == Sampling::Cluster && settings.cluster.is_none()),
            // What is placed by its finish tells which old dossiers were cleared.
            (Flag::Flattering, recipe.keep.anchor == Anchor::Finished && kpi.better == Better::Neither),
            (Flag::ProvisionalCalendar, needs.iter().any(|needs| needs.calendar) && settings.provisional),
        ];
        holds.into_iter().filter(|(_, holds)| *holds).map(|(flag, _)| flag).collect()
    }

    fn window(&self, kpi: &Kpi, recipe: &Recipe, slot: u8) -> (Result<Window, Undefined>, Gathered) {
        let parts = self.parts(kpi, recipe, slot);
        let window = parts.as_ref().map_err(Undefined::clone).and_then(|parts| {
            let usual = self.usual(kpi, recipe)?;
            let weights = self.weights(&recipe.keep, slot);
            self.manner(kpi, slot, usual.as_ref(), &weights).window(recipe.figure, parts)
        });
        (window, parts.map(|parts| parts.told(recipe.figure)).unwrap_or_default())
    }

    /// The cells that a figure is made of.
    fn parts(&self, kpi: &Kpi, recipe: &Recipe, slot: u8) -> Result<Parts, Undefined> {
        if recipe.figure == Kind::PerOpenDay {
            return self.on_duty(kpi, recipe, slot);
        }
        let own = self.gathered(kpi, &recipe.keep, slot)?;
        if let (Kind::Ratio, Some(unreached)) = (recipe.figure, recipe.beside.first()) {
            // As a whole: an office without a line of its own may be paid for by another's.
            let whole = self.gathered_by(kpi, unreached, slot, &[])?;
            if !whole.has_rows() || whole.moments.iter().any(|moments| moments.sum > 0) {
                return Err(Undefined::LedgerGap);
            }
        }
        // A procedure is used whoever used it: the others are not of the group that the things are of.
        let whole = Self::of(self.whole);
        let others = if recipe.figure == Kind::Without { &whole } else { self };
        let gathered = |keep: &Keep| others.gathered(kpi, keep, slot);
        let over = recipe.over.as_ref().map(gathered).transpose()?;
        let beside = recipe.beside.iter().map(gathered).collect::<Result<_, _>>()?;
        Ok(Parts { own, over, beside, coverage: 1.0 })
    }

    /// Things of any of several tables on open days, as far as the study has them, at equal coverage.
    fn on_duty(&self, kpi: &Kpi, recipe: &Recipe, slot: u8) -> Result<Parts, Undefined> {
        let (tables, coverage) = match &recipe.beside[..] {
            [others @ .., coverage] => (others, Some(coverage)),
            [] => (&[][..], None),
        };
        let mut own = self.gathered(kpi, &recipe.keep, slot);
        for other in tables {
            own = match (own, self.gathered(kpi, other, slot)) {
                (Ok(mut own), Ok(other)) => {
                    own.add_things(&other);
                    Ok(own)
                }
                (Err(_), Ok(other)) => Ok(other),
                // Of what none of them has, that of a table of the study is named, or else the first.
                (Err(own), Err(other)) if !self.has_table_of(&own) && self.has_table_of(&other) => Err(other),
                (own, Err(_)) => own,
            };
        }
        // How long a counter is covered is one number for all who stand there: of groups by other columns too.
        let counter = self.filter_by("unit");
        let covered = |slot| coverage.and_then(|keep| self.gathered_by(kpi, keep, slot, &counter).ok()?.quotient());
        let coverage = covered(0).zip(covered(slot)).map_or(1.0, |(first, own)| first / own);
        Ok(Parts { own: own?, coverage, ..Parts::default() })
    }

    /// Whether the study has the table of the column that is lacking.
    fn has_table_of(&self, why: &Undefined) -> bool {
        let Undefined::NoColumn(column) = why else { return true };
        let table = Table::of_column(column).prefix();
        self.settings.columns.iter().any(|own| own.starts_with(table))
    }

    /// How many dossiers of a year each of a window stands for, by volume, in the whole cube.
    fn weights(&self, keep: &Keep, slot: u8) -> Vec<f64> {
        let (Some(tariff), true) = (&self.settings.tariff, keep.by_volume) else { return Vec::new() };
        let mut counted: BTreeMap<u16, i64> = BTreeMap::new();
        let place = self.whole.keep(keep);
        for (volume, _, cell) in place.into_iter().flat_map(|place| self.whole.part.cells(place, slot)) {
            if let Content::Pairs(pairs) = &cell.content {
                *counted.entry(*volume).or_default() += pairs.n;
            }
        }
        cost::weights(tariff.days, &tariff.volumes, &counted)
    }

    /// How far the figures of a cost sway.
    fn sensitivity<'g>(
        &self,
        kpi: &Kpi,
        recipe: &Recipe,
        windows: impl Iterator<Item = &'g Gathered>,
    ) -> Option<Range> {
        let sensitivity = self.settings.tariff.as_ref()?.sensitivity?;
        let windows: Vec<_> = (0..).zip(windows).map(|(slot, own)| (own, self.weights(&recipe.keep, slot))).collect();
        cost::range(recipe, kpi.unit, sensitivity, &windows).filter(cost::told)
    }

    /// The things that are usual by the first window, where the figure asks for them.
    fn usual(&self, kpi: &Kpi, recipe: &Recipe) -> Result<Option<BTreeSet<u64>>, Undefined> {
        let Kind::Usual(covered) = recipe.figure else { return Ok(None) };
        let first = self.gathered(kpi, &recipe.keep, 0)?;
        let usual: BTreeSet<u64> = distribution::usual(first.by_thing(), covered).into_iter().collect();
        if usual.is_empty() { Err(Undefined::NoRows) } else { Ok(Some(usual)) }
    }

    /// The cells of a keep in a window.
    fn gathered(&self, kpi: &Kpi, keep: &Keep, slot: u8) -> Result<Gathered, Undefined> {
        let place = self.place(keep, self.filter)?;
        Ok(self.brought(kpi, (keep, place, slot), &mut self.part.cells(place, slot).iter()))
    }

    /// The same of all groups that another filter keeps.
    fn gathered_by(&self, kpi: &Kpi, keep: &Keep, slot: u8, filter: &Filter<'_>) -> Result<Gathered, Undefined> {
        let place = self.place(keep, filter)?;
        let cells = self.whole.part.cells(place, slot).iter();
        Ok(self.brought(kpi, (keep, place, slot), &mut cells.filter(|(_, group, _)| keeps(filter, group))))
    }

    /// The place of a keep in the cube, or what it lacks.
    fn place(&self, keep: &Keep, filter: &Filter<'_>) -> Result<usize, Undefined> {
        if let Some(why) = self.settings.lacking(&keep.needs()).or_else(|| self.apart(keep.table, filter)) {
            return Err(why);
        }
        self.whole.keep(keep).ok_or(Undefined::NoRows)
    }

    /// Cells brought together by cluster, or by week.
    fn brought<'c>(&self, kpi: &Kpi, (keep, place, slot): (&Keep, usize, u8), cells: Cells<'c, 'a>) -> Gathered
    where
        'a: 'c,
    {
        let mut gathered = Gathered::default();
        for (week, group, cell) in cells {
            let by_week = kpi.sampling == Sampling::Week;
            let cluster = if by_week || keep.by_volume { u32::from(*week) } else { self.whole.cluster(group) };
            let clustered = kpi.sampling == Sampling::Cluster && self.settings.cluster.is_some();
            gathered.null_cluster |= clustered && group[0].is_none();
            gathered.add(ClusterId(cluster), cell);
        }
        if kpi.sampling == Sampling::Week && !self.whole.part.cells(place, slot).is_empty() {
            gathered.with_weeks(self.settings.weeks(slot));
        }
        gathered
    }

    /// The larger of the windows' shares by a recipe that is no KPI's; `None` where it has none.
    pub(super) fn largest_share(&self, recipe: &Recipe) -> Option<f64> {
        let slots = if self.settings.was.is_some() { 0..2u8 } else { 0..1 };
        let place = self.whole.keep(&recipe.keep)?;
        let share = |slot: u8| {
            let (mut n, mut hits) = (0, 0);
            for (.., cell) in self.part.cells(place, slot) {
                if let Content::Moments(moments) = &cell.content {
                    (n, hits) = (n + moments.n, hits + moments.sum);
                }
            }
            (n > 0).then(|| hits as f64 / n as f64)
        };
        slots.filter_map(share).reduce(f64::max)
    }

    /// The column of a drill-down that a table says nothing of: none of its rows is of any group.
    ///
    /// Answers and petitions take the grouping from their dossiers.
    fn apart(&self, table: Table, filter: &Filter<'_>) -> Option<Undefined> {
        let named = |column: &str| format!("{}{column}", table.prefix());
        let has = |column: &str| self.settings.columns.contains(&named(column));
        let takes = match table {
            Table::Events => true,
            Table::Surveys | Table::Petitions => has("case_id"),
            _ => false,
        };
        let dimensions = filter.iter().map(|(place, _)| self.whole.cube.header.dimensions[*place].as_str());
        let lacks = dimensions.filter(|_| !takes).find(|column| !has(column));
        lacks.map(|column| Undefined::NoColumn(named(column)))
    }

    /// The part of the filter that is of one column.
    fn filter_by(&self, column: &str) -> Vec<(usize, Option<&'a str>)> {
        let is_own = |place: usize| self.whole.cube.header.dimensions[place] == column;
        self.filter.iter().copied().filter(|(place, _)| is_own(*place)).collect()
    }
}

fn keeps(filter: &Filter<'_>, group: &[Option<String>]) -> bool {
    filter.iter().all(|(dimension, name)| group[*dimension].as_deref() == *name)
}

/// A window's figure as it is shown.
fn figure(unit: Unit, keep: &Keep, window: Result<Window, Undefined>, gathered: &Gathered) -> Known<Figure> {
    let window = match window {
        Ok(window) => window,
        Err(why) => return Known::No(why),
    };
    let in_unit = |value: f64| printed(value / unit.divisor());
    let limits = window.limits();
    let known = limits.as_ref().ok();
    let open = known.is_some_and(|limits| limits.closed().is_none()).then_some(Undefined::OpenInterval);
    let Counts { excluded, immature, undated } = gathered.counts;
    // A task has no day of receipt that would place it without its due date.
    let is_undatable = keep.anchor.is_expected() && keep.table != Table::Tasks;
    let tells_undated = is_undatable || keep.undated.is_some();
    let (n, events) = window.rows();
    Known::Yes(Figure {
        value: in_unit(window.value()),
        low: known.and_then(|limits| limits.low).map(in_unit),
        high: known.and_then(|limits| limits.high).map(in_unit),
        limits: limits.as_ref().err().cloned().or(open).map(Absence),
        n,
        events,
        excluded: excluded.unsigned_abs(),
        immature: keep.known_within.then_some(immature.unsigned_abs()),
        undated: tells_undated.then_some(undated.unsigned_abs()),
        clusters: window.clusters(),
        df: known.and_then(|limits| limits.df).map(printed),
        method: known.map(|limits| limits.method),
        flow: window.flow(),
    })
}

impl Change {
    fn of(effect: Effect, unit: Unit) -> Self {
        Self {
            absolute: Difference::of(&effect.absolute, unit.divisor()),
            relative: effect.relative.map(|gap| Difference::of(&gap, 1.0)).into(),
            p: effect.p.map(printed).into(),
            q: None,
            p_holm: None,
            df: effect.df.map(printed),
            method: effect.method,
        }
    }
}

impl Difference {
    fn of(gap: &Gap, divisor: f64) -> Self {
        let limit = |limit: f64| printed(limit / divisor);
        Self {
            value: limit(gap.value),
            low: gap.limits.as_ref().ok().map(|limits| limit(limits.low)),
            high: gap.limits.as_ref().ok().map(|limits| limit(limits.high)),
            limits: gap.limits.as_ref().err().map(|why| Absence(why.clone())),
        }
    }
}

/// What is to be known of a window's own figure, and of a change that rests on it.
fn noted(window: Option<&Window>, gathered: &Gathered, compared: bool) -> Vec<Flag> {
    let of_change = window.and_then(Window::flag).filter(|_| compared);
    let folded = gathered.folded.then_some(Flag::Folded);
    let null_cluster = gathered.null_cluster.then_some(Flag::NullCluster);
    [of_change, folded, null_cluster].into_iter().flatten().collect()
}
