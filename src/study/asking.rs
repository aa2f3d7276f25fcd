//! What a caller asks for beside what the study says: tables, windows, a day to look back from, one dossier.

use super::defaults::Defaults;
use super::file::DayRange;
use super::resolve::office;
use super::{Asked, STANDARD_INPUT, Study};
use crate::calendar::Calendar;
use crate::error::{Error, ErrorKind, Result, nearest_name, plain};
use crate::ingest::{Shard, is_connection, literal};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The tables that a study reads.
const TABLES: [&str; 9] =
    ["cases", "events", "procedures", "roster", "surveys", "petitions", "units", "ledger", "tasks"];

/// The windows that a study has.
const WINDOWS: [&str; 2] = ["was", "is"];

impl Asked {
    /// The workers: as many as asked for, or one for each core.
    pub(super) fn workers(self) -> NonZeroUsize {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.threads.unwrap_or_else(cores)
    }
}

impl Study {
    /// The same study over other inputs, each as `NAME=PATH`; a table that is named is read from there alone.
    ///
    /// Paths are relative to the working directory and may be globs; `-` is standard input, `postgres:public.cases` a
    /// table of a database.
    ///
    /// # Errors
    ///
    /// A text that is no `NAME=PATH`, names no table, or a path without a file.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::Study;
    ///
    /// let study = Study::parse("windows.is = '2024-01-01..2024-12-31'", "study.toml").unwrap();
    /// assert!(study.clone().tables(["cases=logs/2024-*.csv"]).is_ok());
    /// let error = study.tables(["case=2024.csv"]).unwrap_err();
    /// assert!(error.to_string().contains("did you mean `cases`?"));
    /// ```
    pub fn tables(mut self, tables: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        let mut paths: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for table in tables {
            let (name, input) = named(table.as_ref())?;
            paths.entry(name.to_owned()).or_default().push(input);
        }
        for (name, paths) in paths {
            self.put("log", &name, Value::Array(paths));
        }
        Ok(self)
    }

    /// The same study over other windows: `FIRST..LAST` alone, or `was=FIRST..LAST` or `is=FIRST..LAST` to change one.
    ///
    /// # Errors
    ///
    /// A text that is no window.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::Study;
    ///
    /// let study = Study::parse("windows.is = '2024-01-01..2024-12-31'", "study.toml").unwrap();
    /// assert!(study.clone().window("2024-01-01..2024-06-30").is_ok());
    /// assert!(study.clone().window("was=2023-01-01..2023-06-30").is_ok());
    /// assert!(study.window("wsa=2023-01-01..2023-06-30").is_err());
    /// ```
    pub fn window(mut self, text: &str) -> Result<Self> {
        let (name, range) = text.split_once('=').map_or((None, text), |(name, range)| (Some(name.trim()), range));
        if let Some(other) = name.filter(|name| !WINDOWS.contains(name)) {
            let near = nearest_name(other, WINDOWS);
            return Err(ErrorKind::UnknownName {
                name: other.to_owned(),
                of: "a window; there are `was` and `is`",
                near,
            }
            .into());
        }
        let wrong = |why: String| {
            Error::value("--window", text, format!("FIRST..LAST, was=FIRST..LAST or is=FIRST..LAST; {why}"))
        };
        let range: DayRange = range.parse().map_err(wrong)?;
        self.put("windows", name.unwrap_or("is"), Value::String(range.to_string()));
        if let (None, Some(windows)) = (name, self.table.get_mut("windows").and_then(Value::as_table_mut)) {
            windows.remove("was");
        }
        Ok(self)
    }

    /// The same study as it is seen from a local day: nothing after its end is known.
    ///
    /// # Errors
    ///
    /// A text that is no day.
    pub fn as_of(mut self, day: &str) -> Result<Self> {
        let day: chrono::NaiveDate =
            day.trim().parse().map_err(|_| Error::value("--as-of", day, "a day such as 2024-05-04"))?;
        self.put("compare", "as_of", Value::String(day.to_string()));
        Ok(self)
    }

    /// The same study drilled down by other columns.
    pub fn by(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let columns = columns.into_iter().map(|column| Value::String(column.into()));
        self.put("compare", "by", Value::Array(columns.collect()));
        self
    }

    /// The same study read by so many workers; the results are the same bytes.
    pub fn threads(self, threads: NonZeroUsize) -> Self {
        Self { asked: Asked { threads: Some(threads), ..self.asked }, ..self }
    }

    /// The same study with so many bytes of its events in memory; the results are the same bytes.
    #[doc(hidden)]
    pub fn room(self, bytes: usize) -> Self {
        Self { asked: Asked { room: Some(bytes), ..self.asked }, ..self }
    }

    /// The same study whose log is a day's, to be taken into the register in a folder; see [`Plan::update`](super::Plan::update).
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::Study;
    ///
    /// let study = Study::parse("windows.is = '2024-01-01..2024-12-31'", "study.toml").unwrap();
    /// let daily = study.register("register");
    /// ```
    pub fn register(self, folder: impl Into<PathBuf>) -> Self {
        Self { register: Some(folder.into()), ..self }
    }

    /// The same study over one dossier, to be traced; see [`Plan::trace`](super::Plan::trace).
    pub fn case(self, id: &str) -> Self {
        let asked = Asked { shard: Some(Shard::of_case(id)), rows: true, ..self.asked };
        Self { asked, case: Some(id.to_owned()), ..self }
    }

    /// A study that says no more than a built-in calendar, to count deadlines by.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::Study;
    ///
    /// assert!(Study::of_calendar("vietnam").calendar().is_ok());
    /// ```
    pub fn of_calendar(base: &str) -> Self {
        let mut study = Self::empty();
        study.put("calendar", "base", Value::String(base.to_owned()));
        study
    }

    /// The study's calendar; its inputs and windows are not looked at.
    ///
    /// # Errors
    ///
    /// The study has no calendar, or one that cannot be built.
    pub fn calendar(&self) -> Result<Calendar> {
        let (_, calendar) = office(&self.file()?, &mut Defaults::default())?;
        calendar
            .ok_or_else(|| Error::value("calendar", "(missing)", "a `[calendar]`, such as calendar.base = \"vietnam\""))
    }

    pub(super) fn put(&mut self, table: &str, key: &str, value: Value) {
        let inner = self.table.entry(table).or_insert_with(|| Value::Table(Table::new()));
        if let Some(inner) = inner.as_table_mut() {
            inner.insert(key.to_owned(), value);
        }
    }

    /// Fails where standard input would be read more than once; the second reader would find nothing.
    pub(super) fn check_standard_input(&self) -> Result<()> {
        let log = self.table.get("log").and_then(Value::as_table);
        let inputs = TABLES.iter().filter_map(|name| log?.get(*name)?.as_array()).flatten();
        let path =
            |input: &&Value| input.as_str() == Some("-") || input.get("path").and_then(Value::as_str) == Some("-");
        let readers = inputs.filter(path).count() + usize::from(self.path == Path::new(STANDARD_INPUT));
        match readers > 1 {
            true => Err(Error::value("log", "-", "standard input once: it is read for one table, or for the study")),
            false => Ok(()),
        }
    }
}

/// A table and its input; what is relative to the working directory is not to the study's folder.
fn named(text: &str) -> Result<(&str, Value)> {
    let wrong = || Error::value("--table", text, "NAME=PATH, such as cases=2024.csv");
    let (name, path) = text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or_else(wrong)?;
    if !TABLES.contains(&name) {
        let near = nearest_name(name, TABLES);
        return Err(ErrorKind::UnknownName { name: name.to_owned(), of: "a table of a study", near }.into());
    }
    if is_connection(path) {
        return Err(literal(&format!("--table {name}")));
    }
    if let Some(table) = path.strip_prefix("postgres:") {
        return Ok((name, Value::Table([("table".to_owned(), Value::String(table.to_owned()))].into_iter().collect())));
    }
    if path == "-" {
        return Ok((name, Value::String(path.to_owned())));
    }
    if let (false, Err(why)) = (path.contains(['*', '?', '[']), Path::new(path).symlink_metadata()) {
        return Err(Error::unreadable(Path::new(path), plain(&why)));
    }
    let path = std::path::absolute(path).map_err(|_| wrong())?;
    Ok((name, Value::String(path.to_str().ok_or_else(wrong)?.to_owned())))
}
