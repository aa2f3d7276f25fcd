//! The binary: read arguments, call the library, choose an exit code.

use clap::{Args, Parser, Subcommand, ValueEnum};
use giamtang::cube::{Cube, write_whole};
use giamtang::ingest::Input;
use giamtang::report::{self, Format, Lang, Style};
use giamtang::{Error, Plan, Scorecard, Study, kpi};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{ErrorKind, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Did the reform work? An honest before-and-after from case-processing logs.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Compare the two windows of a study, or of a cube, and print the scorecard
    Compare {
        /// The study file, or a cube made by `cube build`
        study: PathBuf,
        #[command(flatten)]
        reading: Reading,
        #[command(flatten)]
        writing: Writing,
        /// The share of rows that may be quarantined before the exit code is 3
        #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
        max_quarantine: f64,
    },
    /// Read the log only: what became of every row, and which rules were broken
    Check {
        /// The study file
        study: PathBuf,
        #[command(flatten)]
        reading: Reading,
        /// The share of rows that may be quarantined before the exit code is 3
        #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
        max_quarantine: f64,
        /// The language of the words
        #[arg(long, value_enum, default_value_t = Language::En)]
        lang: Language,
    },
    /// List the KPIs
    List {
        /// The language of the words
        #[arg(long, value_enum, default_value_t = Language::En)]
        lang: Language,
    },
    /// Explain a KPI: definition, formula, counts, source, worked example
    Explain {
        /// The KPI's id, such as time/elapsed_time
        id: String,
        /// The language of the words
        #[arg(long, value_enum, default_value_t = Language::En)]
        lang: Language,
    },
    /// Count a log, or a part of it split by case id, into a cube; merge cubes
    Cube {
        #[command(subcommand)]
        verb: CubeVerb,
    },
}

#[derive(Subcommand)]
enum CubeVerb {
    /// Count the study's log into a cube
    Build {
        /// The study file
        study: PathBuf,
        /// The cube to write
        #[arg(short, long, value_name = "PATH")]
        output: PathBuf,
        #[command(flatten)]
        reading: Reading,
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
}

#[derive(Args)]
struct Reading {
    /// Change a key of the study, such as compare.cluster=none
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Workers; the results are the same bytes
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// No progress on standard error
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Args)]
struct Writing {
    /// The form of the scorecard
    #[arg(long, value_enum, default_value_t = Form::Terminal)]
    format: Form,
    /// A file instead of standard output
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// The language of the words
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Terminal,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    En,
    Vi,
}

fn main() -> ExitCode {
    match run(Arguments::parse().verb) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("giamtang: {error}");
            ExitCode::from(if error.is_study() { 2 } else { 1 })
        }
    }
}

fn run(verb: Verb) -> Result<ExitCode, Error> {
    match verb {
        Verb::Compare { study, reading, writing, max_quarantine } => {
            let card = compare(&study, &reading)?;
            let mut bytes = Vec::new();
            report::write(&card, writing.format(), &mut bytes)?;
            print(&bytes, writing.output.as_deref())?;
            Ok(verdict(card.reconciliation.share(), max_quarantine))
        }
        Verb::Check { study, reading, max_quarantine, lang } => {
            let findings = reading.plan(&study)?.check()?;
            let mut bytes = Vec::new();
            report::reconciliation(&findings, style(lang), &mut bytes)?;
            print(&bytes, None)?;
            Ok(verdict(findings.reconciliation().share(), max_quarantine))
        }
        Verb::List { lang } => {
            let mut bytes = Vec::new();
            report::list(style(lang), &mut bytes)?;
            print(&bytes, None)
        }
        Verb::Explain { id, lang } => {
            let mut bytes = Vec::new();
            report::explain(kpi::named(&id)?, style(lang), &mut bytes)?;
            print(&bytes, None)
        }
        Verb::Cube { verb: CubeVerb::Build { study, output, reading } } => {
            reading.plan(&study)?.cube()?.save(&output)?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Cube { verb: CubeVerb::Merge { cubes, output } } => {
            merge(&cubes)?.save(&output)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn compare(path: &Path, reading: &Reading) -> Result<Scorecard, Error> {
    if !Cube::is_at(path) {
        return reading.plan(path)?.compare();
    }
    let cube = Cube::load(path)?;
    let bytes = std::fs::metadata(path).map_or(0, |data| data.len());
    let input = Input { path: path.display().to_string(), rows: cube.header.reconciliation.read, bytes };
    Ok(Scorecard::compare(&cube)?.with_inputs(vec![input]))
}

fn merge(paths: &[PathBuf]) -> Result<Cube, Error> {
    let mut cubes = paths.iter().map(|path| Cube::load(path).map(|cube| (cube, path)));
    let (first, _) = cubes.next().expect("clap asks for at least one cube")?;
    cubes.try_fold(first, |whole, part| part.and_then(|(part, path)| whole.merge(part, path)))
}

impl Reading {
    fn plan(&self, path: &Path) -> Result<Plan, Error> {
        let study = self.settings.iter().try_fold(Study::load(path)?, |study, setting| study.set(setting))?;
        let plan = study.plan()?;
        let plan = match self.threads {
            Some(threads) => plan.threads(threads),
            None => plan,
        };
        if self.quiet || !std::io::stderr().is_terminal() {
            return Ok(plan);
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} rows, {per_sec}") {
            bar.set_style(style);
        }
        Ok(plan.watch(move |rows| bar.inc(rows)))
    }
}

impl Writing {
    fn format(&self) -> Format {
        match self.format {
            Form::Json => Format::Json,
            Form::Terminal if self.output.is_some() => Format::Terminal(Style { colour: false, ..style(self.lang) }),
            Form::Terminal => Format::Terminal(style(self.lang)),
        }
    }
}

/// Colour only on a terminal that wants it.
fn style(lang: Language) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100);
    let lang = if lang == Language::Vi { Lang::Vi } else { Lang::En };
    Style { colour: terminal && wanted, width, lang }
}

/// Writes all or, when the reader has gone, nothing more.
fn print(bytes: &[u8], path: Option<&Path>) -> Result<ExitCode, Error> {
    if let Some(path) = path {
        write_whole(path, bytes)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Error::output(error)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn verdict(quarantined: Option<f64>, most: f64) -> ExitCode {
    let share = quarantined.unwrap_or_default();
    if share <= most {
        return ExitCode::SUCCESS;
    }
    eprintln!(
        "giamtang: {:.1} % of the rows are quarantined; see `giamtang check`, or allow it with --max-quarantine.",
        100.0 * share
    );
    ExitCode::from(3)
}
