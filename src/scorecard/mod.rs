//! Baseline against current: figures, changes, verdicts, and whether each axis of the reform is shown.
//!
//! # Example
//!
//! A walk through a scorecard: what is in it, and of which type.
//!
//! ```
//! use giamtang::scorecard::*;
//! use giamtang::{Study, Undefined};
//!
//! # fn main() -> giamtang::Result<()> {
//! let study = Study::load("fixtures/study/study.toml")?.by(["unit"]);
//! let study = study.set("compare.treated=['Phường Hoàn Kiếm', 'Phường Tây Hồ']")?;
//! let card: Scorecard = study.plan()?.compare()?;
//!
//! // Of what it is, and how many looks were taken.
//! let StudyHead { was, cluster, .. } = &card.study;
//! assert_eq!((was.as_deref(), cluster.as_str()), (Some("2023-02-15..2023-07-31"), "unit"));
//! let looks: Looks = card.looks;
//! let events: Option<&EventsHead> = card.events.as_ref();
//! let ledger: &TableHead = &card.tables[0];
//! assert_eq!((looks.headlines, events, ledger.reconciliation.quarantined), (4, None, 3));
//!
//! // An axis has a verdict with its reasons, and a headline.
//! let axis: &AxisResult = &card.axes[0];
//! assert_eq!(axis.verdict, AxisVerdict::NotShown);
//! let improved = Finding::Headline(Some(Verdict::Improved));
//! assert_eq!(axis.because[0], Reason::Kpi("time/elapsed_time", improved));
//! let row: &Row = card.kpi(axis.headline).expect("the headline");
//!
//! // A figure is there with a value, or it is not there with a reason. So are limits.
//! let Known::Yes(Figure { value, low: Some(low), high: Some(high), .. }) = &row.is else { panic!("no limits") };
//! assert!(low < value && value < high);
//! let stock = card.kpi("procedures/in_force").and_then(|row| row.is.value()).expect("a stock");
//! assert_eq!((stock.value, &stock.limits), (43.0, &Some(Absence(Undefined::Census))));
//! let flow: Flow = stock.flow.expect("what came and went");
//! assert!(flow.adds_up());
//! let unknown = card.kpi("cost/compliance_cost").and_then(|row| row.sensitivity.as_ref());
//! let high: Option<&Swayed> = unknown.map(|range: &Range| &range.high);
//! assert_eq!(high, None);
//!
//! // The verdict is of the change at a fixed mix, where that is known: crude = rate + mix + unmatched.
//! let crude: &Change = row.change.value().expect("a change");
//! let adjusted: &Adjusted = row.adjusted.value().expect("a fixed mix");
//! let parts = adjusted.rate_effect + adjusted.mix_effect + adjusted.unmatched;
//! let Difference { value, .. } = crude.absolute;
//! assert!((value - parts).abs() < 1e-9);
//! assert_eq!((row.judged(), row.verdict), (Some(&adjusted.change), Some(Verdict::Improved)));
//! let mean = card.kpi("time/closed_time_mean").expect("information only");
//! assert!(mean.verdict.is_none() && mean.flags.contains(&Flag::Flattering));
//! let slow = card.kpi("time/elapsed_time_p90").and_then(|row| row.smallest);
//! assert!(slow.is_some_and(|smallest: Smallest| smallest.absolute > 10.0));
//! let satisfied = card.kpi("satisfaction/top_two_box").and_then(|row| row.response_rate.as_ref());
//! assert!(satisfied.is_some_and(|rate: &ResponseRate| rate.is.value().is_some_and(|share| *share < 0.5)));
//!
//! // The same time, said otherwise.
//! let contrasts: &Contrasts = row.contrasts.as_ref().expect("other ways of saying it");
//! let first: &Contrast = &contrasts.figures[0];
//! assert_eq!(first.id, ContrastId::FollowedMedian);
//! let [_, Open { open, of, .. }] = contrasts.open;
//! assert_eq!((open, of), (15, 522));
//! let mean: &RestrictedMean = contrasts.restricted_mean.value().expect("a mean");
//! let test: &CurveTest = contrasts.log_rank.value().expect("a test");
//! assert!(mean.horizon == 90 && test.p < 0.05);
//!
//! // Month by month.
//! let series: &Series = &card.series[0];
//! let month: &SeriesMonth = series.months.iter().find(|month| month.signal.is_some()).expect("a signal");
//! let signal: SeriesSignal = month.signal.expect("a signal");
//! assert_eq!((month.month.as_str(), signal.rule, signal.direction), ("2023-10", "shift", "down"));
//! let chart: &ChartHead = series.chart.value().expect("limits");
//! let trend: Option<&Trend> = series.trend.value();
//! let outlook: &Outlook = series.forecast.value().expect("a forecast");
//! let next: &OutlookMonth = &outlook.months[0];
//! assert_eq!((chart.trial, trend, next.month.as_str()), (true, None, "2024-06"));
//!
//! // Which share had finished by when, of every time that is a quantile.
//! let curves: &Curves = &card.curves[0];
//! let side: &CurveSide = curves.is.value().expect("a curve");
//! let half: &CurveStep = side.steps.iter().find(|step| step.share >= 0.5).expect("a median");
//! let reception: &AtRisk = &side.at_risk[0];
//! assert_eq!((Some(half.time), curves.also.as_slice()), (side.median, &["time/elapsed_time_p90".to_owned()][..]));
//! assert_eq!((reception.n, row.is.value().map(|figure| figure.value)), (side.n, side.median));
//!
//! // Groups, each by itself and all side by side.
//! let group: &Group = &card.groups[0];
//! let beside: &SideBySide = &card.side_by_side[0];
//! let Beside { by, ranks: [best, worst], drawn, .. } = &beside.groups[0];
//! let drawn: &Drawn = drawn;
//! assert!(*by == group.by && best <= worst && drawn.low < drawn.high);
//!
//! // Units that reformed beside the others.
//! let kpi: &KpiComparison = &card.comparison[0];
//! let found: &Compared = kpi.found.value().expect("a comparison");
//! let effect: &Effect = &found.effect;
//! let event: &EventMonth = &found.events[0];
//! let before: &Before = found.pre_trend.value().expect("months before");
//! let earlier: &Earlier = &found.placebos[0];
//! assert!(effect.limits == Some(Absence(Undefined::FewUnits)) && before.joint_p.value().is_some());
//! assert!(event.month < 0 && earlier.earlier > 0);
//!
//! // Other decisions.
//! let others: &Sensitivities = card.sensitivity.as_ref().expect("two windows");
//! let scenario: &Scenario = &others.scenarios[0];
//! assert!(scenario.otherwise == Otherwise::ClosedOnly && scenario.stands);
//! let change: &ScenarioChange = scenario.change.value().expect("a change");
//! assert!(change.value < 0.0);
//! # Ok(())
//! # }
//! ```

mod abreast;
mod adjusted;
mod assessment;
mod axis;
mod cells;
mod comparison;
mod contrasts;
mod cost;
mod curves;
mod doubts;
mod evaluation;
mod figure;
pub mod gate;
mod gathering;
mod groups;
mod number;
mod part;
mod privacy;
mod question;
mod reason;
mod row;
mod sensitivity;
mod series;
mod settings;
mod shelf;
mod side;
mod trace;
mod verdict;
mod window;

pub use axis::{AxisResult, AxisVerdict};
pub use comparison::{Before, Compared, Earlier, EventMonth, KpiComparison};
pub use contrasts::{Contrast, ContrastId, Contrasts, CurveTest, Open, RestrictedMean};
pub use curves::{AtRisk, CurveSide, CurveStep, Curves};
pub use groups::Group;
#[doc(hidden)]
pub use number::printed;
pub use number::{Absence, Known};
pub(crate) use number::{ENGLISH, Numerals, VIETNAMESE};
#[doc(hidden)]
pub use privacy::Fences;
pub use reason::{Finding, Reason};
pub use row::{
    Adjusted, Change, Difference, Effect, Figure, Flag, Flow, Range, ResponseRate, Row, Smallest, Swayed, Verdict,
};
pub use sensitivity::{Otherwise, Scenario, ScenarioChange, Sensitivities};
pub use series::{ChartHead, Outlook, OutlookMonth, Series, SeriesMonth, SeriesSignal, Trend};
#[doc(hidden)]
pub use settings::{Margin, Margins, Month, Prices, Sensitivity, Settings};
pub use side::{Beside, Drawn, SideBySide};
pub use trace::{Entry, SetAside, Trace, TracedEvent, TracedMilestone, TracedPause, TracedRow, TracedStudy};
pub use verdict::Looks;

use crate::cube::{Cube, TableRead};
use crate::error::Result;
use crate::ingest::{EventFindings, Findings, Input, Matched, Reconciliation, TableFindings};
use crate::kpi::{Kpi, catalogue_with};
use crate::provenance::Provenance;
use assessment::Assessment;
use part::Whole;
use serde::Serialize;
use settings::named_month;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

/// Every KPI in both windows, with what it comes to; serialises to the JSON contract `giamtang.scorecard/1`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Scorecard {
    /// The contract's version.
    pub schema: &'static str,
    /// The study, with every default it left alone.
    pub study: StudyHead,
    /// Where it comes from.
    pub provenance: Provenance,
    /// The inputs: log files, or cubes.
    pub inputs: Vec<Input>,
    /// What became of every row.
    pub reconciliation: Reconciliation,
    /// What became of every event, where the dossiers are made of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<EventsHead>,
    /// What became of every row of the tables beside the dossiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableHead>,
    /// How many looks the q-values and Holm's p allow for.
    pub looks: Looks,
    /// The axes; none where there is one window.
    pub axes: Vec<AxisResult>,
    /// The KPIs, in the catalogue's order.
    pub kpis: Vec<Row>,
    /// The KPIs of the first axis by kind of applicant, where the log has it and the drill-down has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub applicants: Vec<Group>,
    /// The drill-down, sorted by name.
    pub groups: Vec<Group>,
    /// The KPIs month by month; none where there is one window, or the study wants none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Series>,
    /// Which share had finished by when, of each KPI that is read from such a curve.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub curves: Vec<Curves>,
    /// The groups of the drill-down side by side, in the second window; none without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub side_by_side: Vec<SideBySide>,
    /// Units that reformed beside those that did not; none where the study names none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comparison: Vec<KpiComparison>,
    /// Whether verdicts stand under other decisions; absent where there is one window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivities>,
}

/// What the scorecard says of a table beside the dossiers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TableHead {
    /// The table.
    pub table: String,
    /// The inputs; none where the scorecard is of cubes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
    /// What became of its rows.
    pub reconciliation: Reconciliation,
    /// How many rows found what they were joined with: dossiers their procedure, answers and petitions their dossier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<Matched>,
}

/// What the scorecard says of the events its dossiers were made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EventsHead {
    /// The inputs.
    pub inputs: Vec<Input>,
    /// What became of every event.
    pub reconciliation: Reconciliation,
    /// Distinct activities.
    pub activities: u64,
    /// Distinct officers.
    pub officers: u64,
    /// Cases made of them.
    pub cases: u64,
}

/// What the scorecard says of its study.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StudyHead {
    /// The study's name.
    pub name: String,
    /// The window before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// The window after.
    pub is: String,
    /// The counting profile.
    pub counting: String,
    /// The confidence level.
    pub level: f64,
    /// What is sampled together, or `none`.
    pub cluster: String,
    /// The columns whose mix is held fixed; none where the study asks for none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub standardise: Vec<String>,
    /// The first month of the reform; absent where there is no series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reform: Option<String>,
    /// Keys the study sets.
    pub given: BTreeMap<String, String>,
    /// Defaults the study left alone.
    pub defaults: BTreeMap<String, String>,
    /// The smallest number of persons that is published.
    pub least: u64,
    /// Local times that summer time makes ambiguous, read as the earlier instant.
    pub ambiguous_times: u64,
}

impl Scorecard {
    /// Compares the windows of a cube, by the catalogue and the study's own KPIs.
    ///
    /// # Errors
    ///
    /// The cube's settings are not those of this version.
    pub fn compare(cube: &Cube) -> Result<Self> {
        Self::compare_on(cube, abreast::cores())
    }

    /// The same on so many threads; the results are the same bytes.
    #[doc(hidden)]
    pub fn compare_on(cube: &Cube, threads: NonZeroUsize) -> Result<Self> {
        let own = Settings::of(cube)?.own_kpis()?;
        Self::compare_kpis_on(cube, catalogue_with(&own), threads)
    }

    /// The same for a choice of KPIs.
    #[doc(hidden)]
    pub fn compare_kpis<'k>(cube: &Cube, kpis: impl Iterator<Item = &'k Kpi>) -> Result<Self> {
        Self::compare_kpis_on(cube, kpis, abreast::cores())
    }

    /// The same on so many threads; the results are the same bytes.
    #[doc(hidden)]
    pub fn compare_kpis_on<'k>(
        cube: &Cube,
        kpis: impl Iterator<Item = &'k Kpi>,
        threads: NonZeroUsize,
    ) -> Result<Self> {
        let settings = Settings::of(cube)?;
        let whole = Whole::of(cube, &settings, threads);
        Assessment::new(&whole, kpis).card()
    }

    /// The same scorecard with its inputs named.
    #[doc(hidden)]
    pub fn with_inputs(self, inputs: Vec<Input>) -> Self {
        Self { inputs, ..self }
    }

    /// The same with the inputs of the tables beside the dossiers.
    #[doc(hidden)]
    pub fn with_tables(mut self, tables: Vec<TableFindings>) -> Self {
        for TableFindings { table, findings } in tables {
            let head = self.tables.iter_mut().find(|head| head.table == table.name());
            head.into_iter().for_each(|head| head.inputs.clone_from(&findings.inputs));
        }
        self
    }

    /// The same with what became of the events that the dossiers were made of.
    #[doc(hidden)]
    pub fn with_events(self, events: Option<Box<EventFindings>>) -> Self {
        Self { events: events.as_deref().map(EventsHead::of), ..self }
    }

    /// A KPI's row by its id.
    pub fn kpi(&self, id: &str) -> Option<&Row> {
        self.kpis.iter().find(|row| row.id == id)
    }
}

impl TableHead {
    fn of_cube(cube: &Cube) -> Vec<Self> {
        let head = |(table, read): (&String, &TableRead)| Self {
            table: table.clone(),
            inputs: Vec::new(),
            reconciliation: read.reconciliation.clone(),
            joined: read.joined,
        };
        cube.header.tables.iter().map(head).collect()
    }

    /// What is said of the tables that were read.
    #[doc(hidden)]
    pub fn of(findings: &Findings) -> Vec<Self> {
        let head = |own: &TableFindings| Self {
            table: own.table.name().to_owned(),
            inputs: own.findings.inputs.clone(),
            reconciliation: own.findings.reconciliation(),
            joined: findings.joined.get(&own.table).copied(),
        };
        findings.tables.iter().map(head).collect()
    }
}

impl EventsHead {
    /// What is said of events that were read.
    #[doc(hidden)]
    pub fn of(events: &EventFindings) -> Self {
        Self {
            inputs: events.findings.inputs.clone(),
            reconciliation: events.findings.reconciliation(),
            activities: events.activities,
            officers: events.officers,
            cases: events.cases,
        }
    }
}

impl StudyHead {
    fn of(settings: &Settings, cube: &Cube) -> Self {
        Self {
            name: settings.name.clone(),
            was: settings.was.clone(),
            is: settings.is.clone(),
            counting: settings.counting.clone(),
            level: settings.level,
            cluster: settings.cluster.clone().unwrap_or_else(|| "none".to_owned()),
            standardise: settings.standardise.clone(),
            reform: (!settings.months.is_empty()).then(|| named_month(settings.reform)),
            given: settings.given.clone(),
            defaults: settings.defaults.clone(),
            least: settings.least,
            ambiguous_times: cube.header.ambiguous_times,
        }
    }
}
