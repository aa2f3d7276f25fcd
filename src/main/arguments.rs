//! What the command line takes.

use crate::init::Init;
use crate::schema::Of;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

/// Did the reform work? An honest before-and-after from case-processing logs.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Subcommand)]
pub enum Verb {
    /// Compare the two windows of a study, or of a cube, and print the scorecard
    Compare {
        /// The study file, `-` for standard input, or a cube made by `cube build`
        study: PathBuf,
        #[command(flatten)]
        reading: Reading,
        #[command(flatten)]
        part: Part,
        /// A column of names to drill down by; may be given several times
        #[arg(long, value_name = "COLUMN")]
        by: Vec<String>,
        /// The form of the result
        #[arg(long, value_enum, default_value_t = CardForm::Terminal)]
        format: CardForm,
        #[command(flatten)]
        readers: Readers,
        #[command(flatten)]
        writing: Writing,
        #[command(flatten)]
        gate: Gate,
    },
    /// Read the log only: what became of every row, and which rules were broken
    Check {
        /// The study file, or `-` for standard input
        study: PathBuf,
        #[command(flatten)]
        reading: Reading,
        #[command(flatten)]
        part: Part,
        /// The form of the result
        #[arg(long, value_enum, default_value_t = Form::Terminal)]
        format: Form,
        #[command(flatten)]
        writing: Writing,
        #[command(flatten)]
        aside: Aside,
        #[command(flatten)]
        gate: Gate,
    },
    /// Follow one dossier: its rows, its milestones on both clocks, and what it counts in or why not
    Trace {
        /// The study file, or `-` for standard input
        study: PathBuf,
        /// The dossier's id
        #[arg(value_name = "CASE_ID", allow_hyphen_values = true)]
        case: String,
        #[command(flatten)]
        reading: Reading,
        /// The form of the result
        #[arg(long, value_enum, default_value_t = Form::Terminal)]
        format: Form,
        #[command(flatten)]
        writing: Writing,
    },
    /// Say when a limit ends, by the calendar, with the days it skipped
    Due {
        /// When it begins: 2024-04-25, "2024-04-25 09:15" or 2024-04-25T09:15+07:00
        instant: String,
        /// The limit: "5 working days", "8 working hours", "30 days", "5 ngày làm việc"
        limit: String,
        #[command(flatten)]
        years: Years,
        /// The form of the result
        #[arg(long, value_enum, default_value_t = Form::Terminal)]
        format: Form,
        #[command(flatten)]
        writing: Writing,
    },
    /// List the KPIs
    List {
        /// A study whose own KPIs are listed too, or `-` for standard input
        study: Option<PathBuf>,
        #[command(flatten)]
        writing: Writing,
    },
    /// Explain a KPI (definition, formula, counts, source, worked example), or the rules that rows must keep
    Explain {
        /// The KPI's id, such as time/elapsed_time
        #[arg(required_unless_present = "rules", conflicts_with = "rules")]
        id: Option<String>,
        /// The study that defines it, where it is one of a study's own; `-` for standard input
        #[arg(conflicts_with = "rules")]
        study: Option<PathBuf>,
        /// Every rule, in the order they are applied, and what `check` warns of
        #[arg(long)]
        rules: bool,
        #[command(flatten)]
        writing: Writing,
    },
    /// Count a log, or a part of it split by case id, into a cube; merge cubes; show what a cube is of
    Cube {
        #[command(subcommand)]
        verb: CubeVerb,
    },
    /// Hold the targets of a study against its log, for CI: exit code 4 if one is missed
    Gate(Box<crate::gate::Asked>),
    /// Fill an official form of one window: 06a, scm, 766 or nine
    Form(Box<crate::form::Asked>),
    /// Look at a log and write its first study, with every guess, what it rests on and what else it could be
    Init(Init),
    /// Write a made-up city with planted effects as a study, to try everything on
    Demo {
        /// The folder; it is made if need be, and nothing in it is replaced
        dir: PathBuf,
        #[command(flatten)]
        drawing: Drawing,
        /// No progress on standard error
        #[arg(short, long)]
        quiet: bool,
    },
    /// Print the JSON Schema of what a verb writes with `--format json`
    Schema {
        /// The verb
        #[arg(value_enum, default_value_t = Of::Compare)]
        of: Of,
        #[command(flatten)]
        target: Target,
    },
    /// Print the completions of a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
        #[command(flatten)]
        target: Target,
    },
    /// Print the manual page
    Man {
        #[command(flatten)]
        target: Target,
    },
}

#[derive(Subcommand)]
pub enum CubeVerb {
    /// Count the study's log into a cube
    Build {
        /// The study file, or `-` for standard input
        study: PathBuf,
        /// The cube to write
        #[arg(short, long, value_name = "PATH")]
        output: PathBuf,
        #[command(flatten)]
        reading: Reading,
        #[command(flatten)]
        part: Part,
        #[command(flatten)]
        gate: Gate,
    },
    /// Take a day's log into a register of every dossier, and count everything it then knows into a cube
    Update {
        /// The study file, or `-` for standard input; its log is what is new or has changed
        study: PathBuf,
        /// The folder of the register; it is begun if need be
        #[arg(long, value_name = "DIR")]
        register: PathBuf,
        /// The cube to write
        #[arg(short, long, value_name = "PATH")]
        output: PathBuf,
        #[command(flatten)]
        reading: Reading,
        #[command(flatten)]
        gate: Gate,
    },
    /// Merge cubes of one plan, in any order
    Merge {
        /// The cubes
        #[arg(required = true)]
        cubes: Vec<PathBuf>,
        /// The cube to write
        #[arg(short, long, value_name = "PATH")]
        output: PathBuf,
    },
    /// Show what a cube is of and what it keeps
    Show {
        /// The cube
        cube: PathBuf,
        /// The form of the result
        #[arg(long, value_enum, default_value_t = Form::Terminal)]
        format: Form,
        #[command(flatten)]
        writing: Writing,
    },
}

#[derive(Args)]
pub struct Reading {
    /// Change a key of the study, such as compare.cluster=none
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
    /// Read a table from elsewhere, such as cases=2024.csv; `-` is standard input, postgres:NAME a database's table
    #[arg(long = "table", value_name = "NAME=PATH")]
    pub tables: Vec<String>,
    /// One window alone, such as 2024-01-01..2024-06-30; or was=FIRST..LAST or is=FIRST..LAST to change one
    #[arg(long = "window", value_name = "WINDOW")]
    pub windows: Vec<String>,
    /// Look back from this local day: nothing after its end is known
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Workers; the results are the same bytes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// Progress as a bar on a terminal, or as lines of JSON on standard error for whoever draws one
    #[arg(long, value_enum, value_name = "FORM", default_value_t = Telling::Bar)]
    pub progress: Telling,
    /// No progress and no notes on standard error
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Args)]
pub struct Part {
    /// Only the cases of part K of N by case id; merge the cubes of all parts
    #[arg(long, value_name = "K/N", value_parser = part)]
    pub shard: Option<(u64, u64)>,
    /// The log is that part already, split by an engine, or with `=surveys` so are the answers; a row of another part is
    /// an error
    #[arg(long, requires = "shard", value_name = "WHAT", num_args = 0..=1, require_equals = true,
          default_missing_value = "log")]
    pub presplit: Option<Split>,
}

/// What an engine split.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Split {
    /// The log
    Log,
    /// The log and the answers of `surveys`
    Surveys,
}

/// For whom a result is.
#[derive(Args)]
pub struct Readers {
    /// For whom it is: of what is public no number of persons below the study's privacy.least (10) is told or follows
    #[arg(long, value_enum, default_value_t = Audience::Internal)]
    pub audience: Audience,
}

/// Those who may see it.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Audience {
    /// Those who may see the log
    Internal,
    /// Everybody
    Public,
}

/// Where a calendar comes from.
#[derive(Args)]
pub struct Years {
    /// A built-in calendar
    #[arg(long, value_name = "NAME", default_value = "vietnam", conflicts_with = "study")]
    pub calendar: String,
    /// The calendar of a study instead, `-` for standard input
    #[arg(long, value_name = "STUDY")]
    pub study: Option<PathBuf>,
    /// Change a key of the calendar, such as calendar.provisional=true
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
}

/// What city is drawn.
#[derive(Args)]
pub struct Drawing {
    /// Dossiers
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub cases: u64,
    /// The same seed draws the same city
    #[arg(long, value_name = "S", default_value_t = 766)]
    pub seed: u64,
    /// Offices
    #[arg(long, value_name = "G", value_parser = clap::value_parser!(u16).range(1..))]
    pub offices: Option<u16>,
    /// Also the events of every dossier
    #[arg(long)]
    pub events: bool,
    /// The form of the log
    #[arg(long, value_enum, default_value_t = LogForm::Csv)]
    pub format: LogForm,
    /// Progress as a bar on a terminal, or as lines of JSON on standard error for whoever draws one
    #[arg(long, value_enum, value_name = "FORM", default_value_t = Telling::Bar)]
    pub progress: Telling,
}

#[derive(Args)]
pub struct Target {
    /// A file instead of standard output
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
}

#[derive(Args)]
pub struct Writing {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub words: Words,
}

#[derive(Args)]
pub struct Aside {
    /// Write every row set aside, with its mapped columns, to a CSV that only you may read
    #[arg(long, value_name = "PATH")]
    pub quarantine: Option<PathBuf>,
    /// Leave texts in it that a spreadsheet would run as formulas as they are
    #[arg(long, requires = "quarantine")]
    pub raw: bool,
}

#[derive(Args)]
pub struct Gate {
    /// The share of rows that may be quarantined before the exit code is 3
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, value_parser = share)]
    pub max_quarantine: f64,
}

#[derive(Args)]
pub struct Words {
    /// The language of the words
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub lang: Language,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Terminal,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CardForm {
    Terminal,
    Json,
    Markdown,
    Html,
    Csv,
    Parquet,
    Xlsx,
}

/// How progress is told.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Telling {
    Bar,
    Lines,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    Csv,
    Parquet,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    En,
    Vi,
}

/// A part of a log on the command line.
fn part(text: &str) -> Result<(u64, u64), String> {
    let numbers = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    numbers.ok_or_else(|| "expected a part of so many, such as 2/8".to_owned())
}

/// A share on the command line.
fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "expected a share from 0 to 1, such as 0.05".to_owned())
}
