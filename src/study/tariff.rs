//! The study's tariff: what is written under `[tariff]`, and the prices it stands for.

use super::resolve::Windows;
use crate::error::{Error, Result, nearest_name};
use crate::forms;
use crate::ingest::{Held, Lexicon, Table};
use crate::measure::{Applicant, Facts, Job, Measure, Part, Per, Tariff, Volume};
use crate::scorecard::{Prices, Sensitivity};
use chrono::Datelike;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Value;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TariffTable {
    year: Option<i32>,
    index: BTreeMap<String, f64>,
    income_per_hour: BTreeMap<String, Value>,
    sensitivity: SensitivityTable,
    job: Vec<JobTable>,
    volume: Vec<VolumeTable>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct SensitivityTable {
    income: Option<f64>,
    hours: Option<f64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct JobTable {
    name: Option<String>,
    group: Option<String>,
    hours: Option<f64>,
    per: Option<String>,
    other_vnd: Option<f64>,
    consult_vnd: Option<f64>,
    year: Option<i32>,
    applicant: super::file::OneOrMany,
    procedure: super::file::OneOrMany,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct VolumeTable {
    procedure: Option<String>,
    applicant: Option<String>,
    times: Option<f64>,
    subjects: Option<f64>,
}

/// A job as a study writes it.
const JOB: &str = "{ name = \"Submit\", group = \"submit\", hours = 0.5, per = \"visit\" }";

/// What jobs an applicant has: the groups of the worksheet.
const GROUPS: [&str; 6] = ["prepare", "submit", "pay", "inspect", "other", "receive"];

/// The most hours of a job, and the most đồng of an amount: more is a slip, and sums would not fit.
const MOST_HOURS: f64 = 100_000.0;
const MOST_VND: f64 = 1e12;

/// The parts a price index is kept in: of one point.
const POINT: f64 = 1e6;

/// A tariff resolved: its prices, and what a scorecard needs of it.
pub(super) struct Priced {
    pub(super) tariff: Tariff,
    pub(super) prices: Prices,
}

impl Priced {
    /// The columns that these priced measures need.
    pub(super) fn columns(&self, measures: &[String]) -> Vec<String> {
        measures.iter().filter_map(|measure| self.prices.needs.get(measure)).flatten().cloned().collect()
    }
}

impl Priced {
    /// Fails on a procedure that the catalogue does not have; a job for it would never be done.
    pub(super) fn check(&self, beside: &[Held]) -> Result<()> {
        let Some(catalogue) = beside.iter().find(|held| held.table == Table::Procedures && held.has("procedure"))
        else {
            return Ok(());
        };
        let known: BTreeSet<&str> = (0..catalogue.len()).filter_map(|row| catalogue.name("procedure", row)).collect();
        let of_jobs = self.tariff.jobs.iter().flat_map(|job| &job.procedures);
        let of_jobs = of_jobs.map(|name| ("tariff.job.procedure", name));
        let of_volumes = self.tariff.volumes.iter().map(|volume| ("tariff.volume.procedure", &volume.procedure));
        match of_jobs.chain(of_volumes).find(|(_, name)| !known.contains(name.as_str())) {
            Some((key, name)) => {
                let near = nearest_name(name, known.iter().copied());
                let near = near.map(|near| format!(" (perhaps `{near}`)")).unwrap_or_default();
                Err(Error::value(key, name, format!("a procedure of the table `procedures`{near}")))
            }
            None => Ok(()),
        }
    }
}

impl TariffTable {
    /// # Errors
    ///
    /// A key that is missing, out of its range, or none of its list; a year without an index.
    pub(super) fn resolved(&self, windows: &Windows) -> Result<Priced> {
        let volumes = self.volume.iter().map(VolumeTable::resolved).collect::<Result<Vec<_>>>()?;
        let (volumes, yearly): (Vec<Volume>, Vec<f64>) = volumes.into_iter().unzip();
        check_once(&volumes)?;
        let tariff = Tariff { volumes, ..self.tariff(windows)? };
        let needs = |(part, facts)| (Measure::Cost(part, facts).column(), tariff.needs(part, facts).required);
        let all = Part::ALL.into_iter().flat_map(|part| Facts::ALL.map(|facts| (part, facts)));
        let prices = Prices {
            needs: all.map(needs).collect(),
            sensitivity: self.sensitivity.resolved()?,
            volumes: yearly,
            days: windows.first_days(),
        };
        Ok(Priced { tariff, prices })
    }

    /// What a worksheet shows of it; counting its jobs needs columns of their own.
    pub(super) fn worksheet(&self, priced: &mut Priced, windows: &Windows) -> Result<forms::Prices> {
        let tariff = &priced.tariff;
        let needs = |job| (Measure::Times(job, Facts::LastDay).column(), tariff.times_needs(job).required);
        priced.prices.needs.extend((0..tariff.jobs.len()).map(needs));
        let year = self.year.unwrap_or_default();
        let index = Index { points: self.points()?, year };
        let jobs = self.job.iter().zip(&tariff.jobs).map(|(written, job)| written.priced(job, &index, tariff));
        let incomes = self.incomes()?.into_iter().map(|(applicant, income)| forms::Income {
            applicant,
            vnd: tariff.incomes.get(&applicant).copied().unwrap_or_default(),
            year: income.year.into(),
            source: income.source,
        });
        let number = |given: Option<f64>| given.unwrap_or_default();
        Ok(forms::Prices {
            year,
            incomes: incomes.collect(),
            jobs: jobs.collect::<Result<_>>()?,
            volumes: self.volume.iter().map(|own| (number(own.times), number(own.subjects))).collect(),
            days: windows.first_days(),
        })
    }

    /// Incomes and jobs at the tariff's prices.
    fn tariff(&self, windows: &Windows) -> Result<Tariff> {
        let year = self.year.ok_or_else(|| missing("tariff.year", "the year whose prices all amounts are given in"))?;
        let incomes = self.incomes()?;
        if incomes.is_empty() {
            let expected = "an income per hour of one kind of applicant at least, with its year and source";
            return Err(missing("tariff.income_per_hour", expected));
        }
        if self.job.is_empty() {
            return Err(missing("tariff.job", format!("one job at least, such as {JOB}")));
        }
        let index = Index { points: self.points()?, year };
        let mut tariff = Tariff { index: index.years(windows)?, ..Tariff::default() };
        for (kind, income) in incomes {
            let of = format!("the income of {}", kind.name());
            let value = index.constant(&tariff, income.value, income.year, &of)?;
            tariff.incomes.insert(kind, value);
        }
        for job in &self.job {
            let job = job.resolved(&index, &tariff)?;
            tariff.jobs.push(job);
        }
        Ok(tariff)
    }

    fn incomes(&self) -> Result<BTreeMap<Applicant, Income>> {
        let written = self.income_per_hour.iter();
        written
            .map(|(kind, value)| Ok((applicant("tariff.income_per_hour", kind, "")?, Income::of(kind, value)?)))
            .collect()
    }

    /// The price index by year, in millionths of a point.
    fn points(&self) -> Result<BTreeMap<i32, i64>> {
        let point = |(year, points): (&String, &f64)| {
            let number = year.parse().map_err(|_| Error::value("tariff.index", year, "a year such as 2024"))?;
            let points = bounded(&format!("tariff.index.{year}"), *points, (1e-3, 1e9), "a price index above 0")?;
            Ok((number, (points * POINT).round() as i64))
        };
        self.index.iter().map(point).collect()
    }
}

/// What an hour is worth, as it is written.
struct Income {
    value: f64,
    year: i32,
    source: String,
}

impl Income {
    fn of(kind: &str, written: &Value) -> Result<Self> {
        let key = |part: &str| format!("tariff.income_per_hour.{kind}.{part}");
        let all = "{ value = …, year = …, source = \"…\" }: no income is built in";
        let Some(table) = written.as_table() else {
            return Err(Error::value(format!("tariff.income_per_hour.{kind}"), written.to_string(), all));
        };
        let part = |name: &str, what: &str| table.get(name).ok_or_else(|| missing(key(name), what));
        let value = part("value", "what an hour is worth, in đồng")?;
        let year = part("year", "the year whose income it is")?;
        let source = part("source", "where the figure comes from: no income is built in")?;
        let wrong = |name, value: &Value, expected: &str| Error::value(key(name), value.to_string(), expected);
        let number = value.as_float().or_else(|| value.as_integer().map(|value| value as f64));
        let number = number.ok_or_else(|| wrong("value", value, "a number of đồng"))?;
        let number = bounded(&key("value"), number, (1.0, MOST_VND), "a number of đồng above 0")?;
        let years = year.as_integer().and_then(|year| i32::try_from(year).ok());
        let year = years.ok_or_else(|| wrong("year", year, "a year such as 2024"))?;
        let told = source.as_str().map(str::trim).filter(|text| !text.is_empty());
        let told = told.ok_or_else(|| wrong("source", source, "a text that says where the figure comes from"))?;
        Ok(Self { value: number, year, source: told.to_owned() })
    }
}

/// The price index of a tariff, and the year that everything is brought to.
struct Index {
    points: BTreeMap<i32, i64>,
    year: i32,
}

impl Index {
    /// The factor of every year that has one; the windows' years must.
    fn years(&self, windows: &Windows) -> Result<BTreeMap<i32, (i64, i64)>> {
        let factors = match self.points.get(&self.year) {
            Some(own) => self.points.iter().map(|(year, points)| (*year, (*own, *points))).collect(),
            None => BTreeMap::from([(self.year, (1, 1))]),
        };
        for (key, range) in windows.named() {
            for year in range.first.year()..=range.last.year() {
                if !factors.contains_key(&year) {
                    return Err(self.lacks(year, &format!("the fees of `{key}`")));
                }
            }
        }
        Ok(factors)
    }

    /// An amount in whole đồng at the tariff's prices.
    fn constant(&self, tariff: &Tariff, amount: f64, year: i32, of: &str) -> Result<i64> {
        let amount = amount.round() as i64;
        tariff.constant(amount, year).ok_or_else(|| self.lacks(year, of))
    }

    fn lacks(&self, year: i32, of: &str) -> Error {
        let known: Vec<String> = self.points.keys().map(i32::to_string).collect();
        let given = if known.is_empty() { "(missing)".to_owned() } else { known.join(", ") };
        let both = if self.points.contains_key(&self.year) { String::new() } else { format!("{} and ", self.year) };
        Error::value("tariff.index", given, format!("a price index of {both}{year}, the year of {of}"))
    }
}

impl JobTable {
    fn resolved(&self, index: &Index, tariff: &Tariff) -> Result<Job> {
        let name = self.name.as_deref().filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| missing("tariff.job.name", "a name for every job"))?;
        let of = format!(", in the job `{name}`");
        let given = |key: &str, text: &Option<String>, what: &str| {
            text.clone().ok_or_else(|| missing(format!("tariff.job.{key}"), format!("{what}{of}")))
        };
        let group = given("group", &self.group, &listing(&GROUPS))?;
        listed("tariff.job.group", &group, &GROUPS, &of)?;
        let names = Per::ALL.map(Per::name);
        let per = listed("tariff.job.per", &given("per", &self.per, &listing(&names))?, &names, &of)?;
        let none = || missing("tariff.job.hours", format!("how many hours it takes each time{of}"));
        let hours = self.hours.ok_or_else(none)?;
        let hours = bounded("tariff.job.hours", hours, (0.0, MOST_HOURS), &format!("hours from 0 to 100,000{of}"))?;
        let year = self.year.unwrap_or(index.year);
        let mut vnd = 0;
        let paid = [("other_vnd", self.other_vnd), ("consult_vnd", self.consult_vnd)];
        for (key, paid) in paid.into_iter().filter_map(|(key, paid)| Some((key, paid?))) {
            let key = format!("tariff.job.{key}");
            let paid = bounded(&key, paid, (0.0, MOST_VND), &format!("a number of đồng from 0{of}"))?;
            vnd += index.constant(tariff, paid, year, &format!("the job `{name}`"))?;
        }
        if hours == 0.0 && vnd == 0 {
            return Err(Error::value("tariff.job.hours", "0", format!("hours above 0, or a cost{of}")));
        }
        let applicants = self.applicant.0.iter().map(|kind| applicant("tariff.job.applicant", kind, &of));
        Ok(Job {
            seconds: (hours * 3_600.0).round() as i64,
            vnd,
            per: Per::ALL[per],
            applicants: applicants.collect::<Result<_>>()?,
            procedures: self.procedure.0.iter().map(|name| normalised(name)).collect(),
        })
    }
}

impl JobTable {
    /// The job as a worksheet shows it.
    fn priced(&self, job: &Job, index: &Index, tariff: &Tariff) -> Result<forms::PricedJob> {
        let name = self.name.clone().unwrap_or_default();
        let year = self.year.unwrap_or(index.year);
        let consult =
            index.constant(tariff, self.consult_vnd.unwrap_or_default(), year, &format!("the job `{name}`"))?;
        let (group, per) = (self.group.clone().unwrap_or_default(), job.per);
        Ok(forms::PricedJob { name, group, per, seconds: job.seconds, consult, other: job.vnd - consult })
    }
}

impl VolumeTable {
    /// Whose volume, and how many dossiers of them there are in a year.
    fn resolved(&self) -> Result<(Volume, f64)> {
        let procedure = self.procedure.as_deref().map(normalised).filter(|name| !name.is_empty());
        let procedure = procedure.ok_or_else(|| missing("tariff.volume.procedure", "the procedure's name"))?;
        let of = format!(", of `{procedure}`");
        let kind = self.applicant.as_ref().map(|kind| applicant("tariff.volume.applicant", kind, &of)).transpose()?;
        let number = |key: &str, given: Option<f64>, what: &str| {
            let key = format!("tariff.volume.{key}");
            let given = given.ok_or_else(|| missing(&*key, format!("{what}{of}")))?;
            bounded(&key, given, (0.0, 1e9), &format!("{what}, from 0 to 1,000,000,000{of}"))
        };
        let times = number("times", self.times, "how often a year one subject applies")?;
        let subjects = number("subjects", self.subjects, "how many subjects there are")?;
        Ok((Volume { procedure, applicant: kind }, times * subjects))
    }
}

impl SensitivityTable {
    fn resolved(&self) -> Result<Option<Sensitivity>> {
        let share = |key: &str, given: Option<f64>| {
            let key = format!("tariff.sensitivity.{key}");
            // What a study does not sway stands where it is.
            given.map_or(Ok(0.0), |given| bounded(&key, given, (0.0, 1.0), "a share from 0 to 1"))
        };
        let (income, hours) = (share("income", self.income)?, share("hours", self.hours)?);
        Ok((income > 0.0 || hours > 0.0).then_some(Sensitivity { income, hours }))
    }
}

/// Fails where a dossier would have two volumes that could each be meant.
fn check_once(volumes: &[Volume]) -> Result<()> {
    let again = |(at, volume): (usize, &Volume)| {
        volumes[..at].iter().any(|other| {
            other.procedure == volume.procedure
                && (other.applicant == volume.applicant || other.applicant.is_none() || volume.applicant.is_none())
        })
    };
    if volumes.len() >= usize::from(u16::MAX) {
        return Err(Error::value("tariff.volume", volumes.len().to_string(), "at most 65,534 volumes"));
    }
    match volumes.iter().enumerate().find(|(at, volume)| again((*at, volume))) {
        Some((_, twice)) => {
            Err(Error::value("tariff.volume.procedure", &*twice.procedure, "each procedure once, or once a kind"))
        }
        None => Ok(()),
    }
}

fn applicant(key: &str, name: &str, of: &str) -> Result<Applicant> {
    let names = Applicant::ALL.map(Applicant::name);
    listed(key, name, &names, of).map(|at| Applicant::ALL[at])
}

/// The place of a name in its list.
fn listed(key: &str, name: &str, names: &[&str], of: &str) -> Result<usize> {
    names.iter().position(|known| *known == name).ok_or_else(|| {
        let near = nearest_name(name, names.iter().copied());
        let near = near.map(|near| format!(" (perhaps `{near}`)")).unwrap_or_default();
        Error::value(key, name, format!("{}{near}{of}", listing(names)))
    })
}

fn listing(names: &[&str]) -> String {
    match names {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => names.join(""),
    }
}

fn missing(key: impl Into<String>, expected: impl Into<String>) -> Error {
    Error::value(key, "(missing)", expected)
}

/// A number in a range, both ends included.
fn bounded(key: &str, number: f64, (least, most): (f64, f64), expected: &str) -> Result<f64> {
    let fits = (least..=most).contains(&number);
    if fits { Ok(number) } else { Err(Error::value(key, number.to_string(), expected)) }
}

/// A name as the log's names are kept.
fn normalised(name: &str) -> String {
    let mut lexicon = Lexicon::default();
    let code = lexicon.code(name);
    lexicon.name(code).unwrap_or_default().to_owned()
}
