//! The study: a TOML file that says what is compared, and the plan it becomes.
//!
//! [`Study`] is what is written; [`Plan`] is that resolved against its files: windows as instants, cut-offs, formats,
//! recipes, dimensions, every default named. Study → Plan → Cube → Scorecard is the spine.

mod asking;
mod beside;
mod conventions;
mod defaults;
mod designs;
mod entry;
mod file;
mod form;
mod indices;
mod judging;
mod keys;
mod opening;
mod own;
mod plan;
mod register;
mod resolve;
mod script;
mod targets;
mod tariff;
mod trace;
mod values;

pub use plan::Plan;

use crate::cube::Cube;
use crate::error::{Error, ErrorKind, Result, plain};
use crate::forms;
use crate::ingest::{self, Shard, regular_file};
use crate::kpi::Kpi;
use file::StudyFile;
use polars::frame::DataFrame;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The path of a study that is read from standard input, for messages and as its name.
const STANDARD_INPUT: &str = "standard input";

/// The bytes a study file has at most.
const LONGEST: u64 = 16 << 20;

/// A study, not yet resolved against its files.
///
/// # Example
///
/// ```no_run
/// use giamtang::Study;
///
/// # fn main() -> giamtang::Result<()> {
/// let card = Study::load("study.toml")?.plan()?.compare()?;
/// for axis in &card.axes {
///     println!("{}: {:?}", axis.name.en, axis.verdict);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a study does nothing before it is planned"]
pub struct Study {
    table: Table,
    path: PathBuf,
    kpis: Option<Vec<Kpi>>,
    asked: Asked,
    /// The dossier that is traced.
    case: Option<String>,
    /// The folder of the register that the log is taken into.
    register: Option<PathBuf>,
    /// The form that it is planned for.
    form: Option<forms::Asked>,
}

/// What a plan is made with beside the study's file.
struct Wanted {
    frame: Option<DataFrame>,
    kpis: Option<Vec<Kpi>>,
    asked: Asked,
    case: Option<String>,
    register: Option<PathBuf>,
    form: Option<forms::Asked>,
}

/// What the caller asks for beside what the study says.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    /// Which part of the log.
    shard: Option<Shard>,
    /// Whether the answers are split as the log is.
    splits_surveys: bool,
    /// So many workers.
    threads: Option<NonZeroUsize>,
    /// What the source has in the rows set aside.
    rows: bool,
    /// So many bytes of events in memory.
    room: Option<usize>,
}

impl Asked {
    /// The part that a table beside the dossiers holds no other rows than those of.
    fn split(&self, table: ingest::Table) -> Option<Shard> {
        self.shard.filter(|_| self.splits_surveys && table == ingest::Table::Surveys)
    }
}

impl Study {
    /// Reads a study file, or standard input where the path is `-`.
    ///
    /// Paths in it are relative to its folder; those of standard input to the working directory.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is longer than 16 MiB, or is not TOML.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        if path == Path::new("-") {
            let path = Path::new(STANDARD_INPUT);
            return Self::parse(&whole(io::stdin().lock(), path)?, path);
        }
        if Cube::is_at(path) {
            return Err(Error::unreadable(
                path,
                "it is in Parquet, not a study; only `compare`, `cube merge` and `cube show` read cubes",
            ));
        }
        Self::parse(&text(path)?, path)
    }

    /// The study of a text; paths in it are relative to the folder of `path`.
    pub fn parse(text: &str, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_path_buf();
        let table = toml::from_str(text).map_err(|e| ErrorKind::NotToml { path: path.clone(), why: why(text, &e) })?;
        Ok(Self { table, path, ..Self::empty() })
    }

    /// A study without a file, for a frame the caller holds.
    pub fn builder() -> StudyBuilder {
        StudyBuilder { study: Self::empty() }
    }

    fn empty() -> Self {
        Self {
            table: Table::new(),
            path: PathBuf::new(),
            kpis: None,
            asked: Asked::default(),
            case: None,
            register: None,
            form: None,
        }
    }

    /// The same study with one key changed, as `--set KEY=VALUE` writes it.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::Study;
    ///
    /// let study = Study::parse("windows.is = '2024-01-01..2024-12-31'", "study.toml").unwrap();
    /// assert!(study.set("compare.cluster=none").is_ok());
    /// ```
    pub fn set(mut self, setting: &str) -> Result<Self> {
        keys::set(&mut self.table, setting)?;
        Ok(self)
    }

    /// The same study over other KPIs than the catalogue's.
    pub fn kpis(mut self, kpis: impl IntoIterator<Item = Kpi>) -> Self {
        self.kpis = Some(kpis.into_iter().collect());
        self
    }

    /// The same study over one part of its log, split by case id: every row of a case is in one part.
    ///
    /// A case whose rows or events are spread over files is whole in its part, so the cubes of all parts merge into the
    /// cube of the log.
    ///
    /// # Errors
    ///
    /// There is no such part.
    pub fn shard(self, number: u64, of: u64) -> Result<Self> {
        match number >= 1 && number <= of {
            true => {
                Ok(Self { asked: Asked { shard: Some(Shard { number, of, is_split: false }), ..self.asked }, ..self })
            }
            false => Err(Error::value("--shard", format!("{number}/{of}"), "a part of so many, such as 2/8")),
        }
    }

    /// The same study over a log that holds no other part than the one of [`Study::shard`], because an engine split it.
    ///
    /// All rows of the log count, and one about a case of another part is an error. The tables beside the dossiers are
    /// whole all the same: each part counts of them what [`Study::shard`] gives it. Only the answers of `surveys`, which
    /// are as many as the dossiers, may be split with them. Without a part it changes nothing.
    pub fn presplit(self, surveys: bool) -> Self {
        let shard = self.asked.shard.map(|shard| Shard { is_split: true, ..shard });
        Self { asked: Asked { shard, splits_surveys: surveys && shard.is_some(), ..self.asked }, ..self }
    }

    /// The same study whose findings hold what the source has in the rows set aside; see [`Plan::check`].
    pub fn keep_rows(self) -> Self {
        Self { asked: Asked { rows: true, ..self.asked }, ..self }
    }

    /// Resolves everything: files, columns, formats, windows, calendar. No row is counted yet.
    ///
    /// # Errors
    ///
    /// A mistake in the study, each with the key, the value and what was expected; or an input that cannot be read.
    pub fn plan(&self) -> Result<Plan> {
        self.check_standard_input()?;
        self.planned(None)
    }

    /// The same for a frame that is in memory already.
    pub fn plan_frame(&self, frame: DataFrame) -> Result<Plan> {
        self.planned(Some(frame))
    }

    fn planned(&self, frame: Option<DataFrame>) -> Result<Plan> {
        if let (Some(_), Some(Shard { number, of, .. })) = (&self.register, self.asked.shard) {
            return Err(Error::value("--shard", format!("{number}/{of}"), "no register: it is of the whole log"));
        }
        let (kpis, case, register) = (self.kpis.clone(), self.case.clone(), self.register.clone());
        let wanted = Wanted { frame, kpis, asked: self.asked, case, register, form: self.form.clone() };
        Plan::new(self.file()?, self.given(), &self.path, wanted)
    }

    /// The keys that change how figures are made, as written: not inputs, columns, windows or the name.
    fn given(&self) -> BTreeMap<String, String> {
        let mut given = BTreeMap::new();
        given.extend(own::told(&self.table).into_iter().map(|(key, text)| (key, one_line(&text))));
        for (table, value) in &self.table {
            for (key, value) in value.as_table().into_iter().flatten() {
                let told = matches!(table.as_str(), "columns" | "values" | "windows");
                let own = (table.as_str(), key.as_str());
                let is_input = table == "log" && (ingest::Table::named(key).is_some() || key == "connection");
                if !told && !is_input && !matches!(own, ("study", "name" | "salt")) {
                    let entries = value.as_array().filter(|_| table == "tariff").map(Vec::len);
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    // A tariff of a hundred jobs would fill the page.
                    let text = entries.map_or(text, |entries| format!("{entries} entries"));
                    given.insert(format!("{table}.{key}"), one_line(&text));
                }
            }
        }
        given
    }

    fn file(&self) -> Result<StudyFile> {
        keys::check(&self.table)?;
        let parsed = StudyFile::deserialize_table(self.table.clone());
        parsed.map_err(|e| ErrorKind::NotToml { path: self.path.clone(), why: one_line(&e) }.into())
    }
}

impl StudyFile {
    fn deserialize_table(table: Table) -> std::result::Result<Self, toml::de::Error> {
        table.try_into()
    }
}

/// A study in the making, for callers without a file.
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use polars::prelude::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let frame = df!(
///     "case_id" => ["a", "b", "c"],
///     "received_at" => ["2024-03-01", "2024-03-02", "2024-03-03"],
///     "finished_at" => ["2024-03-04", "2024-03-06", "2024-03-10"],
/// )?;
/// let card = Study::builder().windows(None, "2024-03-01..2024-03-31").cluster("none").plan_frame(frame)?.compare()?;
/// let figure = card.kpi("time/elapsed_time").unwrap().is.value().unwrap();
/// assert_eq!((figure.value, figure.n), (4.0, 3));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a study does nothing before it is planned"]
pub struct StudyBuilder {
    study: Study,
}

impl StudyBuilder {
    /// The windows as local days `first..last`, both included; the first is left out for one window alone.
    pub fn windows<'a>(self, was: impl Into<Option<&'a str>>, is: &str) -> Self {
        let this = self.put("windows", "is", is);
        match was.into() {
            Some(was) => this.put("windows", "was", was),
            None => this,
        }
    }

    /// The study's name.
    pub fn name(self, name: &str) -> Self {
        self.put("study", "name", name)
    }

    /// The column of what is sampled together, or `none`.
    pub fn cluster(self, column: &str) -> Self {
        self.put("compare", "cluster", column)
    }

    /// The columns whose mix is held fixed: verdicts are of the change at one mix.
    pub fn standardise(self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.put_all("compare", "standardise", columns)
    }

    /// The columns of the drill-down.
    pub fn by(self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.put_all("compare", "by", columns)
    }

    /// The zone of local times.
    pub fn zone(self, zone: &str) -> Self {
        self.put("study", "zone", zone)
    }

    /// The built-in calendar.
    pub fn calendar(self, base: &str) -> Self {
        self.put("calendar", "base", base)
    }

    /// Any other key, as `--set` writes it.
    pub fn set(self, setting: &str) -> Result<Self> {
        Ok(Self { study: self.study.set(setting)? })
    }

    /// Resolves the study against a frame.
    pub fn plan_frame(self, frame: DataFrame) -> Result<Plan> {
        self.study.plan_frame(frame)
    }

    fn put(mut self, table: &str, key: &str, value: &str) -> Self {
        self.study.put(table, key, Value::String(value.to_owned()));
        self
    }

    fn put_all(mut self, table: &str, key: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let values = values.into_iter().map(|value| Value::String(value.into()));
        self.study.put(table, key, Value::Array(values.collect()));
        self
    }
}

/// The text of a study file.
fn text(path: &Path) -> Result<String> {
    whole(regular_file(path).map_err(|error| Error::unreadable(path, plain(&error)))?, path)
}

/// All of a text that is not too long for a study.
fn whole(reader: impl Read, path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let read = reader.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::unreadable(path, plain(&error)))?;
    if bytes.len() as u64 > LONGEST {
        return Err(Error::unreadable(path, "it is longer than 16 MiB, and no study is"));
    }
    let not_text = |at| Error::unreadable(path, format!("byte {at} of it is not UTF-8, as a study's text is"));
    String::from_utf8(bytes).map_err(|error| not_text(error.utf8_error().valid_up_to() + 1))
}

/// Where a text is not TOML, and why; the line itself may be of any length.
fn why(text: &str, error: &toml::de::Error) -> String {
    let message = one_line(&error.message());
    let Some(before) = error.span().and_then(|span| text.get(..span.start)) else { return message };
    let line = before.rsplit('\n').next().unwrap_or_default();
    format!("line {}, column {}: {message}", before.matches('\n').count() + 1, line.chars().count() + 1)
}

fn one_line(error: &impl std::fmt::Display) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
