//! What stops the program, and what leaves a cell blank.
//!
//! Three words keep three things apart. An [`Error`] stops the program and says where, what, and what to do. A
//! quarantined row is set aside by `ingest` and the run goes on. An [`Undefined`] is a figure that does not exist,
//! with the reason; it is never written as 0, NaN or an empty string.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the program stopped.
///
/// One word wide; ask [`Error::kind`] for the facts.
///
/// # Example
///
/// ```
/// use giamtang::{Error, ErrorKind};
///
/// let error = Error::from(ErrorKind::NoMatch { pattern: "logs/*.csv".into() });
/// assert!(error.to_string().starts_with("logs/*.csv: no file matches"));
/// assert!(error.is_study());
/// ```
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<ErrorKind>);

/// A result whose error is giamtang's.
///
/// # Example
///
/// ```
/// fn improved(study: &str) -> giamtang::Result<usize> {
///     let card = giamtang::Study::load(study)?.plan()?.compare()?;
///     Ok(card.kpis.iter().filter(|row| row.verdict == Some(giamtang::scorecard::Verdict::Improved)).count())
/// }
///
/// assert!(improved("no/study.toml").is_err());
/// ```
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The facts: path, column, key, and the nearest right name where there is one.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// Whether the mistake is in the study or the command line (exit code 2), not in the world (exit code 1).
    pub fn is_study(&self) -> bool {
        !matches!(
            *self.0,
            ErrorKind::Unreadable { .. }
                | ErrorKind::WrongType { .. }
                | ErrorKind::Database { .. }
                | ErrorKind::Unwritable { .. }
                | ErrorKind::Unfinished { .. }
                | ErrorKind::Broken { .. }
        )
    }

    /// An input that could not be read, with what the reader said.
    pub(crate) fn unreadable(path: &Path, why: impl fmt::Display) -> Self {
        ErrorKind::Unreadable { path: path.into(), why: one_line(why) }.into()
    }

    /// The same error about an input that is known by another name than its path.
    pub(crate) fn named(mut self, name: &Path) -> Self {
        if let Some(path) = self.0.path_mut() {
            *path = name.to_path_buf();
        }
        self
    }

    /// An argument of the command line that cannot be used.
    #[doc(hidden)]
    pub fn usage(argument: &str, value: &str, expected: &str) -> Self {
        Self::value(argument, value, expected)
    }

    /// Standard output that could not be written.
    #[doc(hidden)]
    pub fn output(why: &io::Error) -> Self {
        Self::unfinished(Path::new("standard output"), why)
    }

    /// An output that is written as it comes, such as a device, and could not be written to its end.
    pub(crate) fn unfinished(path: &Path, why: &io::Error) -> Self {
        ErrorKind::Unfinished { path: path.into(), why: one_line(plain(why)) }.into()
    }

    /// An output that could not be written.
    pub(crate) fn unwritable(path: &Path, why: impl fmt::Display) -> Self {
        ErrorKind::Unwritable { path: path.into(), why: one_line(why) }.into()
    }

    /// A step of the engine that failed on data that had been accepted: a defect of giamtang, not of the log.
    pub(crate) fn broken(step: &'static str, why: impl fmt::Display) -> Self {
        ErrorKind::Broken { step, why: one_line(why) }.into()
    }

    /// A study value that cannot be used.
    pub(crate) fn value(key: impl Into<String>, value: impl Into<String>, expected: impl Into<String>) -> Self {
        ErrorKind::BadValue { key: key.into(), value: value.into(), expected: expected.into() }.into()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The facts of an [`Error`]; each message is written once, here, and ends with what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "a fact's name says it, and the message above it shows it")]
pub enum ErrorKind {
    /// A file that is missing, forbidden or damaged.
    #[error("{}: cannot be read: {why}. Check that it exists, is a regular file and is whole.", path.display())]
    Unreadable { path: PathBuf, why: String },

    /// A column whose type cannot hold what it should.
    #[error("{}: column `{column}` holds {found}; expected {expected}. Convert it, or name another in `[columns]`.",
            path.display())]
    WrongType { path: PathBuf, column: String, found: String, expected: &'static str },

    /// A file that could not be written; what stood there before still stands.
    #[error("{}: cannot be written: {why}. Nothing was changed there; choose another place or make room.", path.display())]
    Unwritable { path: PathBuf, why: String },

    /// A stream or device that could not be written to its end.
    #[error("{}: cannot be written: {why}. What was written before stays, so it is not whole; choose another place or \
             make room.", path.display())]
    Unfinished { path: PathBuf, why: String },

    /// A database that cannot be reached, or does not give what is asked of it.
    #[error("{input}: {why}. {advice}.")]
    Database { input: String, why: String, advice: String },

    /// A table or query that cannot be asked for, or of which nobody said where it is.
    #[error("{input}: {why}. {advice}.")]
    BadRelation { input: String, why: String, advice: String },

    /// A glob or path of the study that no file matches.
    #[error("{pattern}: no file matches. Paths are relative to the study; correct `[log]`.")]
    NoMatch { pattern: String },

    /// A key that the study file does not have.
    #[error("`{key}` is not a key of a study{}. Correct or remove it.", nearest(near))]
    UnknownKey { key: String, near: Option<String> },

    /// A name that is not in the list it should come from.
    #[error("`{name}` is not {of}{}. Correct it.", nearest(near))]
    UnknownName { name: String, of: &'static str, near: Option<String> },

    /// A study value that cannot be used.
    #[error("`{key} = {value}`: expected {expected}.")]
    BadValue { key: String, value: String, expected: String },

    /// A study that is not TOML, with line and column as the parser says them.
    #[error("{}: not a study: {why}. Correct the file.", path.display())]
    NotToml { path: PathBuf, why: String },

    /// A column that the study names and the file does not have.
    #[error("{}: no column `{column}`{}. Correct `[columns]` or the file.", path.display(), nearest(near))]
    NoColumn { path: PathBuf, column: String, near: Option<String> },

    /// A date column that can be read in more than one way.
    #[error("{}: column `{column}` can be read as {} (for instance `{example}`). Set `format.datetime` in the study.",
            path.display(), readings.join(" or as "))]
    AmbiguousDatetime { path: PathBuf, column: String, readings: Vec<String>, example: String },

    /// A date column that no known format reads.
    #[error("{}: column `{column}`: no one date format reads most of its values (for instance `{example}`). Set \
             `format.datetime` in the study, or write the column in one format.", path.display())]
    UnknownDatetime { path: PathBuf, column: String, example: String },

    /// A date column in several formats, each with an example.
    #[error("{}: column `{column}` mixes dates written {}. Write the column in one format, or set `format.datetime` in \
             the study to the one that is right: rows written otherwise are then set aside.",
            path.display(), with_examples(readings, examples))]
    MixedDatetime { path: PathBuf, column: String, readings: Vec<String>, examples: Vec<String> },

    /// A date column of numbers, with what they can mean and the example's moment.
    #[error("{}: column `{column}` holds numbers (for instance `{example}`) that read as {meaning}. If that is meant, \
             set `format.datetime = \"{offered}\"` in the study.", path.display())]
    NumericDatetime { path: PathBuf, column: String, example: String, offered: String, meaning: String },

    /// Dates that the calendar does not cover.
    #[error(
        "the calendar covers {covers}; the log needs {}. Add them under `[calendar]`, or set \
             `calendar.provisional = true`.",
        list(years)
    )]
    CalendarTooShort { covers: String, years: Vec<i32> },

    /// A calendar text that cannot be read.
    #[error("calendar: `{text}`: {why}.")]
    BadCalendar { text: String, why: String },

    /// A cube made by another plan or another version.
    #[error("{}: {why}. Build it again from its log with this study.", path.display())]
    ForeignCube { path: PathBuf, why: String },

    /// A step that failed on accepted data.
    #[error("{step} failed: {why}. This is a defect of giamtang; please report it with the study.")]
    Broken { step: &'static str, why: String },
}

impl ErrorKind {
    /// The file it is about.
    fn path_mut(&mut self) -> Option<&mut PathBuf> {
        match self {
            Self::Unreadable { path, .. }
            | Self::WrongType { path, .. }
            | Self::NoColumn { path, .. }
            | Self::AmbiguousDatetime { path, .. }
            | Self::UnknownDatetime { path, .. }
            | Self::NumericDatetime { path, .. }
            | Self::MixedDatetime { path, .. } => Some(path),
            _ => None,
        }
    }
}

fn nearest(near: &Option<String>) -> String {
    near.as_ref().map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

fn with_examples(readings: &[String], examples: &[String]) -> String {
    let pairs = readings.iter().zip(examples);
    pairs.map(|(reading, example)| format!("as {reading} (for instance `{example}`)")).collect::<Vec<_>>().join(" and ")
}

fn list(years: &[i32]) -> String {
    years.iter().map(i32::to_string).collect::<Vec<_>>().join(", ")
}

fn one_line(why: impl fmt::Display) -> String {
    let text = why.to_string();
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

/// What went wrong, as a clause in plain words.
pub(crate) fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        io::ErrorKind::PermissionDenied => "permission is denied".into(),
        io::ErrorKind::IsADirectory => "it is a directory".into(),
        io::ErrorKind::NotADirectory => "a part of its path is a file, not a directory".into(),
        io::ErrorKind::InvalidFilename => "its name is too long, or not one the system allows".into(),
        io::ErrorKind::StorageFull => "there is no space left on the disk".into(),
        io::ErrorKind::QuotaExceeded => "there is no space left in the user's share of the disk".into(),
        io::ErrorKind::FileTooLarge => "it is too large for the disk's file system".into(),
        io::ErrorKind::OutOfMemory => "there is not enough memory".into(),
        io::ErrorKind::UnexpectedEof => "it ends too early".into(),
        io::ErrorKind::TimedOut => "the disk or network did not answer in time".into(),
        _ if error.raw_os_error().is_some() => format!("the system says: {error}"),
        _ => error.to_string(),
    }
}

/// The known name nearest to a misspelt one, if one is near enough to be meant.
///
/// Ties go to the name that stands first.
pub(crate) fn nearest_name<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest_within(name, known, 0.75)
}

/// The same for a name that must be at least so like a known one, from 0 to 1, by Jaro and Winkler.
pub(crate) fn nearest_within<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, least: f64) -> Option<String> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in known {
        let likeness = strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase());
        if best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.filter(|(likeness, _)| *likeness >= least).map(|(_, found)| found.to_owned())
}

/// Why a figure does not exist.
///
/// The codes are a closed list and part of the JSON contract; the detail is for the reader.
///
/// # Example
///
/// ```
/// use giamtang::Undefined;
///
/// let why = Undefined::NoColumn("due_at".into());
/// assert_eq!((why.code(), why.detail().as_str()), ("no_column", "due_at"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undefined {
    /// The log has no such column.
    NoColumn(String),
    /// The study has no calendar, and the figure counts working time.
    NoCalendar,
    /// The study has no tariff, and the figure is a cost.
    NoTariff,
    /// Nobody said from which score on an answer is satisfied.
    NoThreshold,
    /// The log is shorter than what the figure looks back on.
    ShortLog,
    /// The ledger does not reach every day of the window.
    LedgerGap,
    /// No row enters the denominator.
    NoRows,
    /// The curve does not reach the quantile by the cut-off.
    NotReached,
    /// One cluster only: nothing to compare it with, so no interval.
    OneCluster,
    /// Every cluster agrees exactly, so the spread between clusters cannot be estimated.
    NoVariation,
    /// The limits cannot be drawn on one side, so a change has no interval.
    OpenInterval,
    /// A ratio to a value that is zero or negative.
    NoBase,
    /// A complete count: nothing was sampled, so there is no sampling error.
    Census,
    /// Fewer events than a rate is shown for.
    FewEvents,
    /// One of the two windows has no figure.
    NoFigure,
    /// The study has one window.
    OneWindow,
    /// Too few months with a figure, before the reform or after it.
    FewMonths,
    /// No unit reformed by the last month.
    NoReform,
    /// No unit went without the reform, so there is nothing to compare with.
    NoComparison,
    /// Fewer units than a comparison between units needs.
    FewUnits,
    /// There is no mix of rows that could be held fixed.
    NoMix,
    /// The log ends before the cut-off.
    LogEnds,
    /// A longer follow-up of the first window would reach into the reform.
    NoRoom,
    /// The study did not ask for it.
    NotAsked,
    /// No log holds it, and the office did not give it.
    NotGiven,
    /// It is of fewer persons than are published, or would give such a number away.
    Suppressed,
}

impl Undefined {
    /// Those that name nothing.
    #[cfg(test)]
    pub(crate) const BARE: &[Self] = &[
        Self::NoCalendar,
        Self::NoTariff,
        Self::NoThreshold,
        Self::ShortLog,
        Self::LedgerGap,
        Self::NoRows,
        Self::NotReached,
        Self::OneCluster,
        Self::NoVariation,
        Self::OpenInterval,
        Self::NoBase,
        Self::Census,
        Self::FewEvents,
        Self::NoFigure,
        Self::OneWindow,
        Self::FewMonths,
        Self::NoReform,
        Self::NoComparison,
        Self::FewUnits,
        Self::NoMix,
        Self::LogEnds,
        Self::NoRoom,
        Self::NotAsked,
        Self::NotGiven,
        Self::Suppressed,
    ];

    /// The code in the JSON contract.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoColumn(_) => "no_column",
            Self::NoCalendar => "no_calendar",
            Self::NoTariff => "no_tariff",
            Self::NoThreshold => "no_threshold",
            Self::ShortLog => "short_log",
            Self::LedgerGap => "ledger_gap",
            Self::NoRows => "no_rows",
            Self::NotReached => "not_reached",
            Self::OneCluster => "one_cluster",
            Self::NoVariation => "no_variation",
            Self::OpenInterval => "open_interval",
            Self::NoBase => "no_base",
            Self::Census => "census",
            Self::FewEvents => "few_events",
            Self::NoFigure => "no_figure",
            Self::OneWindow => "one_window",
            Self::FewMonths => "few_months",
            Self::NoReform => "no_reform",
            Self::NoComparison => "no_comparison",
            Self::FewUnits => "few_units",
            Self::NoMix => "no_mix",
            Self::LogEnds => "log_ends",
            Self::NoRoom => "no_room",
            Self::NotAsked => "not_asked",
            Self::NotGiven => "not_given",
            Self::Suppressed => "suppressed",
        }
    }

    /// The reason in words, or the name of the column that is missing.
    pub fn detail(&self) -> String {
        match self {
            Self::NoColumn(column) => column.clone(),
            Self::NoCalendar => "the study has no calendar".into(),
            Self::NoTariff => "the study has no tariff".into(),
            Self::NoThreshold => "the study gives the scale of its scores no threshold (`surveys.threshold`)".into(),
            Self::ShortLog => "the log does not reach back twelve months".into(),
            Self::LedgerGap => "the ledger does not reach every day of the window".into(),
            Self::NoRows => "no row enters the denominator".into(),
            Self::NotReached => "too few have a result by the cut-off".into(),
            Self::OneCluster => "one cluster only".into(),
            Self::NoVariation => "every cluster agrees exactly".into(),
            Self::OpenInterval => "the interval is open on one side".into(),
            Self::NoBase => "the value to compare with is not above zero".into(),
            Self::Census => "a complete count has no sampling error".into(),
            Self::FewEvents => "too few events for a rate".into(),
            Self::NoFigure => "one of the two windows has no figure".into(),
            Self::OneWindow => "the study has one window".into(),
            Self::FewMonths => "too few months have a figure".into(),
            Self::NoReform => "no unit reformed with months before and after".into(),
            Self::NoComparison => "every unit reformed, so none is left to compare with".into(),
            Self::FewUnits => "too few units to compare".into(),
            Self::NoMix => "there is no mix to hold fixed".into(),
            Self::LogEnds => "the log ends before the cut-off".into(),
            Self::NoRoom => {
                "a window would be followed into the reform, beyond the calendar, or into what is not known".into()
            }
            Self::NotAsked => "the study does not ask for it".into(),
            Self::NotGiven => "no log holds it, and the study does not give it".into(),
            Self::Suppressed => "suppressed to protect persons".into(),
        }
    }
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColumn(column) => write!(f, "no column `{column}`"),
            other => f.write_str(&other.detail()),
        }
    }
}
