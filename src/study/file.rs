//! The study file as it is written: its keys, and nothing resolved.

use super::entry::{Constant, Entry};
use super::targets::TargetTable;
use super::tariff::TariffTable;
use crate::ingest::Table;
use crate::kpi::Own;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;
use std::str::FromStr;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StudyFile {
    pub(super) study: StudyTable,
    pub(super) log: LogTable,
    pub(super) columns: ColumnsTable,
    pub(super) values: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) format: FormatTable,
    pub(super) milestones: BTreeMap<String, MilestoneEntry>,
    pub(super) pauses: PausesTable,
    pub(super) surveys: SurveysTable,
    pub(super) procedures: ProceduresTable,
    pub(super) petitions: PetitionsTable,
    pub(super) calendar: Option<CalendarTable>,
    pub(super) windows: WindowsTable,
    pub(super) compare: CompareTable,
    pub(super) chart: ChartTable,
    pub(super) verdict: VerdictTable,
    pub(super) privacy: PrivacyTable,
    pub(super) kpi: Vec<Own>,
    pub(super) tariff: Option<TariffTable>,
    pub(super) target: Vec<TargetTable>,
    pub(super) form: FormTable,
    pub(super) index_766: Index766Table,
    pub(super) nine: BTreeMap<String, NineTable>,
}

/// How the index of Decision 766 is read where its sources disagree, and what the office counted itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Index766Table {
    pub(super) level: Option<String>,
    pub(super) digitised: Option<String>,
    pub(super) payment: Option<String>,
    pub(super) online_by_sync: bool,
    pub(super) announce_before: Option<String>,
    pub(super) ministry_announce_before: Option<String>,
    pub(super) publish_answer_within: Option<String>,
    pub(super) refuse_within: Option<String>,
    pub(super) ask_within: Option<String>,
    pub(super) given: BTreeMap<String, GivenTable>,
}

/// What an office counted itself.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct GivenTable {
    pub(super) numerator: u64,
    pub(super) denominator: u64,
    #[serde(default)]
    pub(super) source: Option<String>,
}

/// One of the nine indices: points as given, the question that asks it, or from which value on it earns its points.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NineTable {
    pub(super) points: Option<u64>,
    pub(super) source: Option<String>,
    pub(super) question: Option<String>,
    pub(super) two: Option<f64>,
    pub(super) one: Option<f64>,
}

/// Who reports in official forms, and to whom.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FormTable {
    pub(super) agency: Option<String>,
    pub(super) receiver: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StudyTable {
    pub(super) name: Option<String>,
    pub(super) zone: Option<String>,
    pub(super) salt: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LogTable {
    pub(super) cases: Vec<Entry>,
    pub(super) events: Vec<Entry>,
    pub(super) procedures: Vec<Entry>,
    pub(super) roster: Vec<Entry>,
    pub(super) surveys: Vec<Entry>,
    pub(super) petitions: Vec<Entry>,
    pub(super) units: Vec<Entry>,
    pub(super) ledger: Vec<Entry>,
    pub(super) tasks: Vec<Entry>,
    pub(super) connection: Option<String>,
    pub(super) sheet: Option<String>,
    pub(super) canonical: Vec<String>,
    pub(super) profile: Option<String>,
    pub(super) ids: Option<String>,
    pub(super) plausible: Option<DayRange>,
}

impl LogTable {
    /// What the study names for a table.
    pub(super) fn entries(&self, table: Table) -> &[Entry] {
        match table {
            Table::Cases => &self.cases,
            Table::Events => &self.events,
            Table::Procedures => &self.procedures,
            Table::Roster => &self.roster,
            Table::Surveys => &self.surveys,
            Table::Petitions => &self.petitions,
            Table::Units => &self.units,
            Table::Ledger => &self.ledger,
            Table::Tasks => &self.tasks,
        }
    }

    /// The variable of the environment that holds the connection of an entry; `None` for the usual one.
    pub(super) fn connection<'a>(&'a self, entry: &'a Entry) -> Option<&'a str> {
        let own = match entry {
            Entry::Path(_) => None,
            Entry::Set(own) => own.connection.as_deref(),
        };
        own.or(self.connection.as_deref())
    }
}

/// Canonical name to source column, of dossiers and of every other table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ColumnsTable {
    pub(super) events: BTreeMap<String, String>,
    pub(super) procedures: BTreeMap<String, String>,
    pub(super) roster: BTreeMap<String, String>,
    pub(super) surveys: BTreeMap<String, String>,
    pub(super) petitions: BTreeMap<String, String>,
    pub(super) units: BTreeMap<String, String>,
    pub(super) ledger: BTreeMap<String, String>,
    pub(super) tasks: BTreeMap<String, String>,
    #[serde(flatten)]
    pub(super) cases: BTreeMap<String, String>,
}

impl ColumnsTable {
    /// The names a study gives to the columns of a table.
    pub(super) fn of(&self, table: Table) -> &BTreeMap<String, String> {
        match table {
            Table::Cases => &self.cases,
            Table::Events => &self.events,
            Table::Procedures => &self.procedures,
            Table::Roster => &self.roster,
            Table::Surveys => &self.surveys,
            Table::Petitions => &self.petitions,
            Table::Units => &self.units,
            Table::Ledger => &self.ledger,
            Table::Tasks => &self.tasks,
        }
    }
}

/// The scale of scores, where answers do not name their own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SurveysTable {
    pub(super) scale: Option<String>,
    pub(super) best: Option<String>,
    pub(super) threshold: Option<f64>,
    pub(super) scales: Vec<ScaleTable>,
}

impl SurveysTable {
    /// Whether the study says anything of scores.
    pub(super) fn says_something(&self) -> bool {
        let is_said = self.scale.is_some() || self.best.is_some() || self.threshold.is_some();
        is_said || !self.scales.is_empty()
    }
}

/// A scale that answers name, with its threshold.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ScaleTable {
    pub(super) scale: String,
    #[serde(default)]
    pub(super) best: Option<String>,
    pub(super) threshold: f64,
}

/// By when procedures must be public.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProceduresTable {
    pub(super) publish_within: Option<String>,
    pub(super) ministry_publish_within: Option<String>,
}

/// By when petitions must be answered, and which repeat others.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PetitionsTable {
    pub(super) answer_within: Option<String>,
    pub(super) repeat_within: Option<String>,
}

/// Which event gives a date of its case.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a milestone is \"first\", \"last\", an activity, or a table such as { last = [\"Decision signed\"] }"
)]
pub(super) enum MilestoneEntry {
    Named(String),
    First { first: OneOrMany },
    Last { last: OneOrMany },
}

/// The activities between which the clock stands still.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PausesTable {
    pub(super) from: OneOrMany,
    pub(super) to: OneOrMany,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FormatTable {
    pub(super) datetime: OneOrMany,
    pub(super) encoding: Option<String>,
    pub(super) absent: OneOrMany,
}

/// One text, or several to choose from.
#[derive(Clone, Debug, Default)]
pub(super) struct OneOrMany(pub(super) Vec<String>);

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CalendarTable {
    pub(super) base: Option<String>,
    pub(super) weekly: Option<String>,
    pub(super) period: Vec<PeriodTable>,
    pub(super) closed: Vec<Day>,
    pub(super) worked: Vec<Day>,
    pub(super) hours: BTreeMap<String, String>,
    pub(super) covers: Option<DayRange>,
    pub(super) provisional: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct PeriodTable {
    pub(super) from: Day,
    pub(super) to: Day,
    pub(super) weekly: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WindowsTable {
    pub(super) was: Option<DayRange>,
    pub(super) is: Option<DayRange>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CompareTable {
    pub(super) by: Vec<String>,
    pub(super) cluster: Option<String>,
    #[serde(deserialize_with = "word")]
    pub(super) counting: Option<String>,
    pub(super) level: Option<f64>,
    pub(super) horizon: Option<String>,
    pub(super) follow_up: Option<String>,
    pub(super) reform: Option<Day>,
    pub(super) pauses: Option<String>,
    pub(super) as_of: Option<Day>,
    pub(super) standardise: Vec<String>,
    pub(super) series: Option<String>,
    pub(super) longer: Option<String>,
    pub(super) restricted: Option<String>,
    pub(super) treated: Treated,
}

impl CompareTable {
    /// The columns that rows are grouped by.
    pub(super) fn grouping(&self) -> impl Iterator<Item = &String> {
        self.by.iter().chain(&self.cluster).chain(&self.standardise)
    }
}

/// The units that reformed: names, or names with the day of each; a day that is not given is that of the reform.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Treated {
    #[default]
    None,
    Names(Vec<String>),
    Days(BTreeMap<String, Day>),
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ChartTable {
    pub(super) screening: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct VerdictTable {
    pub(super) guard: GuardTable,
    pub(super) census: CensusTable,
    pub(super) without: Vec<String>,
    pub(super) sensitivity: Option<bool>,
}

/// What is told to everybody.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PrivacyTable {
    pub(super) least: Option<f64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GuardTable {
    pub(super) share: Option<f64>,
    pub(super) other: Option<f64>,
    pub(super) quarantined: Option<f64>,
    pub(super) undated: Option<f64>,
    pub(super) implausible: Option<f64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CensusTable {
    pub(super) share: Option<f64>,
    pub(super) other: Option<f64>,
}

/// A local day, as TOML's own date or as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day(pub(super) NaiveDate);

/// Local days `first..last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DayRange {
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
}

impl FromStr for DayRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a range of days such as 2024-02-15..2024-07-31");
        let (first, last) = text.split_once("..").ok_or_else(wrong)?;
        let day = |text: &str| NaiveDate::from_str(text.trim()).map_err(|_| wrong());
        let range = Self { first: day(first)?, last: day(last)? };
        if range.last < range.first {
            return Err(format!("`{text}` ends before it starts; write {}..{}", range.last, range.first));
        }
        Ok(range)
    }
}

impl std::fmt::Display for DayRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

impl<'de> Deserialize<'de> for DayRange {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(from)? {
            toml::Value::String(text) => text,
            other => other.to_string(),
        };
        let day = NaiveDate::from_str(text.trim());
        day.map(Self).map_err(|_| de::Error::custom(format!("`{text}` is not a day such as 2024-05-04")))
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(from)? {
            toml::Value::String(one) => Ok(Self(vec![one])),
            many => many.try_into().map(Self).map_err(de::Error::custom),
        }
    }
}

/// A word that may look like a number, such as `766`.
fn word<'de, D: Deserializer<'de>>(source: D) -> Result<Option<String>, D::Error> {
    let constant = Option::<Constant>::deserialize(source)?;
    Ok(constant.map(|constant| Constant::text((&String::new(), &constant)).1))
}
