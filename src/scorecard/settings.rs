//! What of a study a scorecard needs: carried in the cube, so a cube can be compared without its log.

use crate::cube::Cube;
use crate::error::{ErrorKind, Result, Undefined};
use crate::kpi::{Kpi, Own, Unit};
use crate::measure::{Counting, Needs, Priced};
use crate::provenance::{Audience, Provenance};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The study's settings, resolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The study's name.
    pub name: String,
    /// The window before, as local days `first..last`; absent where the study has one window.
    pub was: Option<String>,
    /// The window after.
    pub is: String,
    /// The counting profile: see [`Settings::profile`].
    pub counting: String,
    /// The confidence level.
    pub level: f64,
    /// The column of what is sampled together; absent where the study declares independence.
    pub cluster: Option<String>,
    /// The columns of the drill-down.
    pub by: Vec<String>,
    /// The columns whose mix is held fixed.
    pub standardise: Vec<String>,
    /// By the name of a procedure that was merged, the one it was merged into.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub successors: BTreeMap<String, String>,
    /// The months of the series, in order.
    pub months: Vec<Month>,
    /// The month of the reform, counted from the year 0.
    pub reform: i64,
    /// By how many days cohorts are followed longer to see whether a verdict stands; `None` where the study does not ask.
    pub longer: Option<u64>,
    /// The horizon of restricted means, in days.
    pub restricted: u64,
    /// By unit that reformed: its month; none where units are not compared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub treated: BTreeMap<String, i64>,
    /// Whether charts leave out the largest moving ranges before they take the mean of the rest.
    pub screening: bool,
    /// Whether verdicts are tried under other decisions.
    pub sensitivity: bool,
    /// The columns the log has.
    pub columns: BTreeSet<String>,
    /// Whether the study has a calendar.
    pub calendar: bool,
    /// The open days of each week of each window, counted from its first day; none without a calendar.
    pub open_days: Vec<Vec<u32>>,
    /// The office seconds of each week of each window; none without a calendar.
    pub office_seconds: Vec<Vec<i64>>,
    /// What the tariff needs, and how far its figures may be off; absent where the study has none.
    pub tariff: Option<Prices>,
    /// Whether the windows are of different months, or differ in Tết.
    pub season: bool,
    /// Whether a figure rests on days beyond the built-in calendar.
    pub provisional: bool,
    /// The smallest number of persons that is published.
    #[serde(default = "Settings::least")]
    pub least: u64,
    /// Non-inferiority margins.
    pub margins: Margins,
    /// Guards the study leaves out by name.
    pub without: Vec<String>,
    /// The study's own KPIs, as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kpis: Vec<Own>,
    /// Every other key the study sets, as written; inputs and names of columns are not among them.
    pub given: BTreeMap<String, String>,
    /// Every default the study left alone, as printed.
    pub defaults: BTreeMap<String, String>,
}

/// A month of the series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Month {
    /// Counted from the year 0.
    pub month: i64,
    /// Whether its cohort could be followed as long as those before it.
    pub is_mature: bool,
    /// The days from its end to the cut-off of its cohort.
    pub followed: i64,
    /// The open days of each of its weeks, counted from its first day.
    pub open_days: Vec<u32>,
    /// The office seconds of each of these weeks.
    pub office_seconds: Vec<i64>,
}

impl Month {
    /// Year and month, as in `2024-02`.
    pub fn name(&self) -> String {
        named_month(self.month)
    }
}

/// Year and month of a month counted from the year 0.
pub(super) fn named_month(month: i64) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// What of a tariff a scorecard needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Prices {
    /// The columns that each priced measure needs.
    pub needs: Priced,
    /// How far hours and incomes may be off; absent where the study does not say.
    pub sensitivity: Option<Sensitivity>,
    /// How many dossiers of each volume there are in a year.
    pub volumes: Vec<f64>,
    /// The days of the first window.
    pub days: i64,
}

/// How far what a tariff takes for granted may be off, as shares of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// The hourly incomes.
    pub income: f64,
    /// The hours of jobs.
    pub hours: f64,
}

/// How much worse a guard may be, how much a complete count must change to be a change, and how dirty a log may be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Margins {
    /// Of guards.
    pub guard: Margin,
    /// Of complete counts.
    pub census: Margin,
    /// The share of rows that may be quarantined.
    pub quarantined: f64,
    /// The share of dossiers that may have no due date.
    pub undated: f64,
    /// The share of closings that may be implausible.
    pub implausible: f64,
}

/// A difference that is too small to matter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Margin {
    /// Of shares, absolute.
    pub share: f64,
    /// Of everything else, relative.
    pub other: f64,
}

impl Margin {
    /// The margin of a unit.
    pub fn of(self, unit: Unit) -> f64 {
        if unit == Unit::Share { self.share } else { self.other }
    }
}

impl Settings {
    /// The smallest number of persons that is published where a study names none.
    pub fn least() -> u64 {
        10
    }

    /// Those that a cube carries.
    ///
    /// # Errors
    ///
    /// They are not those of this version.
    pub fn of(cube: &Cube) -> Result<Self> {
        serde_json::from_value(cube.header.settings.clone()).map_err(|why| {
            let why = format!("its settings are not those of this version: {why}");
            ErrorKind::ForeignCube { path: "the cube".into(), why }.into()
        })
    }

    /// Where a result of these settings comes from; `plan` is the digest of the cube.
    pub fn provenance(&self, plan: &str) -> Provenance {
        let told = |key: &str| self.given.get(key).or_else(|| self.defaults.get(key)).cloned().unwrap_or_default();
        Provenance {
            version: env!("CARGO_PKG_VERSION"),
            plan: plan.to_owned(),
            was: self.was.clone(),
            is: self.is.clone(),
            counting: self.counting.clone(),
            profile: told("log.profile"),
            zone: told("study.zone"),
            defaults: self.defaults.clone(),
            audience: Audience::Internal,
            suppression: None,
        }
    }

    /// The counting profile.
    pub fn profile(&self) -> Counting {
        Counting::named(&self.counting).unwrap_or_default()
    }

    /// The study's own KPIs.
    ///
    /// # Errors
    ///
    /// One of them is none of this version's.
    pub fn own_kpis(&self) -> Result<Vec<Kpi>> {
        self.kpis.iter().map(Own::kpi).collect()
    }

    /// Why rows of this study cannot answer what needs this; `None` where they can.
    pub fn lacking(&self, needs: &Needs) -> Option<Undefined> {
        needs.lacking(&self.columns, self.calendar, self.tariff.as_ref().map(|tariff| &tariff.needs))
    }
}
