//! The binary: read arguments, call the library, choose an exit code.

use clap::{Args, Parser, Subcommand, ValueEnum};
use giamtang::cube::{Cube, write_private, write_whole};
use giamtang::ingest::{Findings, Input, Reconciliation};
use giamtang::report::{self, Format, Lang, Style};
use giamtang::{Error, ErrorKind, Plan, Scorecard, Study, kpi};
use indicatif::{ProgressBar, ProgressStyle};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

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
        #[command(flatten)]
        gate: Gate,
    },
    /// Read the log only: what became of every row, and which rules were broken
    Check {
        /// The study file
        study: PathBuf,
        #[command(flatten)]
        reading: Reading,
        #[command(flatten)]
        writing: Writing,
        #[command(flatten)]
        aside: Aside,
        #[command(flatten)]
        gate: Gate,
    },
    /// List the KPIs
    List {
        #[command(flatten)]
        words: Words,
    },
    /// Explain a KPI (definition, formula, counts, source, worked example), or the rules that rows must keep
    Explain {
        /// The KPI's id, such as time/elapsed_time
        #[arg(required_unless_present = "rules", conflicts_with = "rules")]
        id: Option<String>,
        /// Every rule, in the order they are applied, and what `check` warns of
        #[arg(long)]
        rules: bool,
        #[command(flatten)]
        words: Words,
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
}

#[derive(Args)]
struct Reading {
    /// Change a key of the study, such as compare.cluster=none
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Only the cases of part K of N by case id; merge the cubes of all parts
    #[arg(long, value_name = "K/N", value_parser = part)]
    shard: Option<(u64, u64)>,
    /// Workers; the results are the same bytes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// No progress on standard error
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Args)]
struct Writing {
    /// The form of the result
    #[arg(long, value_enum, default_value_t = Form::Terminal)]
    format: Form,
    /// A file instead of standard output
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    #[command(flatten)]
    words: Words,
}

#[derive(Args)]
struct Aside {
    /// Write every row set aside, with its mapped columns, to a CSV that only you may read
    #[arg(long, value_name = "PATH")]
    quarantine: Option<PathBuf>,
    /// Leave texts in it that a spreadsheet would run as formulas as they are
    #[arg(long, requires = "quarantine")]
    raw: bool,
}

#[derive(Args)]
struct Gate {
    /// The share of rows that may be quarantined before the exit code is 3
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, value_parser = share)]
    max_quarantine: f64,
}

#[derive(Args)]
struct Words {
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

/// The characters of a message on standard error at most; what to do stands at its end, so the middle gives way.
const LONGEST: usize = 2_000;
const END: usize = 500;

/// What the last panic said. Those on damaged data are caught and become errors that name the file.
static PANIC: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    panic::set_hook(Box::new(|what| {
        if let Ok(mut last) = PANIC.lock() {
            *last = what.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }));
    keep_memory();
    fail_at_limits();
    let ran = panic::catch_unwind(|| run(arguments().verb));
    let panicked = PANIC.lock().map(|last| last.clone()).unwrap_or_default();
    match ran {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            say(format_args!("{error}"));
            if matches!(error.kind(), ErrorKind::Broken { .. }) && !panicked.is_empty() {
                say(format_args!("{panicked}"));
            }
            ExitCode::from(if error.is_study() { 2 } else { 1 })
        }
        Err(_) => {
            say(format_args!("defect: {panicked}; please report"));
            ExitCode::from(1)
        }
    }
}

/// Row groups come and go: memory given back after each is asked for again at once, page by page.
#[cfg(target_env = "gnu")]
fn keep_memory() {
    const LARGEST: i32 = 1 << 30;
    for option in [libc::M_MMAP_THRESHOLD, libc::M_TRIM_THRESHOLD] {
        // SAFETY: settings of the C allocator, before there is a second thread; one that it refuses is left as it is.
        unsafe { libc::mallopt(option, LARGEST) };
    }
}

#[cfg(not(target_env = "gnu"))]
fn keep_memory() {}

/// Beyond the size that the user may give files (`ulimit -f`) the system ends a program that does not listen, and its
/// temporary files stay. One that listens sees the write fail, as on a full disk.
fn fail_at_limits() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

/// The arguments, or the end; where they could move the cursor, what a message repeats of them is escaped.
fn arguments() -> Arguments {
    Arguments::try_parse().unwrap_or_else(|error| {
        let is_harmless = |text: Cow<'_, str>| report::escaped(&text) == text;
        if !error.use_stderr() || std::env::args_os().all(|argument| is_harmless(argument.to_string_lossy())) {
            error.exit();
        }
        let lines: String = error.render().to_string().lines().map(|line| report::escaped(line) + "\n").collect();
        let _ = io::stderr().write_all(lines.as_bytes());
        std::process::exit(error.exit_code())
    })
}

fn run(verb: Verb) -> Result<ExitCode, Error> {
    let mut page = Vec::new();
    match verb {
        Verb::Compare { study, reading, writing, gate } => {
            let card = compare(&study, &reading, writing.output.as_deref())?;
            report::write(&card, writing.format(), &mut page)?;
            print(&page, writing.output.as_deref())?;
            Ok(gate.verdict(&card.reconciliation, card.events.map(|events| events.reconciliation)))
        }
        Verb::Check { study, reading, writing, aside, gate } => {
            let findings = check(&study, &reading, &writing, &aside)?;
            report::check(&findings, writing.format(), &mut page)?;
            print(&page, writing.output.as_deref())?;
            Ok(gate.verdict_on(&findings))
        }
        Verb::List { words } => {
            report::list(style(&words), &mut page)?;
            print(&page, None)
        }
        Verb::Explain { id, words, .. } => {
            match id {
                Some(id) => report::explain(kpi::named(&id)?, style(&words), &mut page)?,
                None => report::rules(style(&words), &mut page)?,
            }
            print(&page, None)
        }
        Verb::Cube { verb: CubeVerb::Build { study, output, reading, gate } } => {
            let (cube, findings) = reading.plan(reading.study(&study)?, &study, Some(&output))?.measure()?;
            print(&cube.to_bytes()?, Some(&output))?;
            Ok(gate.verdict_on(&findings))
        }
        Verb::Cube { verb: CubeVerb::Merge { cubes, output } } => {
            spare("--output", Some(&output), cubes.iter().map(PathBuf::as_path))?;
            print(&merge(&cubes)?.to_bytes()?, Some(&output))
        }
    }
}

fn compare(path: &Path, reading: &Reading, output: Option<&Path>) -> Result<Scorecard, Error> {
    if !Cube::is_at(path) {
        return reading.plan(reading.study(path)?, path, output)?.compare();
    }
    if let Some(setting) = reading.settings.first() {
        return Err(Error::usage("--set", setting, "a study; a cube is of the settings it was built with"));
    }
    if let Some((number, of)) = reading.shard {
        return Err(Error::usage("--shard", &format!("{number}/{of}"), "a study; a cube is not split again"));
    }
    spare("--output", output, [path])?;
    let cube = Cube::load(path)?;
    let bytes = std::fs::metadata(path).map_or(0, |data| data.len());
    let rows = cube.header.reconciliation.read;
    let input = Input { path: path.display().to_string(), rows, bytes, ..Input::default() };
    Ok(Scorecard::compare(&cube)?.with_inputs(vec![input]))
}

/// What reading found; every row set aside goes into a file of its own where one is asked for.
fn check(path: &Path, reading: &Reading, writing: &Writing, aside: &Aside) -> Result<Findings, Error> {
    let study = reading.study(path)?;
    let study = if aside.quarantine.is_some() { study.keep_rows() } else { study };
    let plan = reading.plan(study, path, writing.output.as_deref())?;
    let Some(target) = &aside.quarantine else { return plan.check() };
    if target == Path::new("-") {
        return Err(Error::usage("--quarantine", "-", "the path of a file; the rows name people"));
    }
    spare("--quarantine", Some(target), plan.inputs().chain([path]).chain(writing.output.as_deref()))?;
    let findings = plan.check()?;
    let mut rows = Vec::new();
    report::quarantine(&findings, aside.raw, &mut rows)?;
    write_private(target, &rows)?;
    Ok(findings)
}

fn merge(paths: &[PathBuf]) -> Result<Cube, Error> {
    let mut seen = HashSet::new();
    if let Some(twice) = paths.iter().find(|path| !seen.insert(path.canonicalize().unwrap_or(path.to_path_buf()))) {
        return Err(Error::usage("cube merge", &twice.display().to_string(), "each part once"));
    }
    let mut cubes = paths.iter().map(|path| Cube::load(path).map(|cube| (cube, path)));
    let (first, _) = cubes.next().expect("clap asks for at least one cube")?;
    cubes.try_fold(first, |whole, part| part.and_then(|(part, path)| whole.merge(part, path)))
}

impl Reading {
    /// The study of a file, with what the command line changes.
    fn study(&self, path: &Path) -> Result<Study, Error> {
        let study = self.settings.iter().try_fold(Study::load(path)?, |study, setting| study.set(setting))?;
        match self.shard {
            Some((number, of)) => study.shard(number, of),
            None => Ok(study),
        }
    }

    /// The plan of a study; `output` may be none of the files it reads.
    fn plan(&self, study: Study, path: &Path, output: Option<&Path>) -> Result<Plan, Error> {
        let mut plan = study.plan()?;
        spare("--output", output, plan.inputs().chain([path]))?;
        if let Some(threads) = self.threads.and_then(|threads| NonZeroUsize::new(threads.into())) {
            plan = plan.threads(threads);
        }
        if self.quiet || !io::stderr().is_terminal() {
            return Ok(plan);
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} rows") {
            bar.set_style(style);
        }
        Ok(plan.watch(move |rows| bar.inc(rows)))
    }
}

impl Gate {
    fn verdict_on(&self, findings: &Findings) -> ExitCode {
        let events = findings.events.as_ref().map(|events| events.findings.reconciliation());
        self.verdict(&findings.reconciliation(), events)
    }

    /// The cases and the events they were made of, each by itself: a broken event breaks a whole case.
    fn verdict(&self, rows: &Reconciliation, events: Option<Reconciliation>) -> ExitCode {
        let own = (if events.is_some() { "cases" } else { "rows" }, rows.share());
        let all = [own, ("events", events.and_then(|events| events.share()))];
        let mut code = ExitCode::SUCCESS;
        for (what, share) in all.map(|(what, share)| (what, share.unwrap_or_default())) {
            if share > self.max_quarantine {
                let percent = 100.0 * share;
                say(format_args!(
                    "{percent:.1} % of the {what} are quarantined; see `giamtang check`, or allow it with --max-quarantine."
                ));
                code = ExitCode::from(3);
            }
        }
        code
    }
}

impl Writing {
    fn format(&self) -> Format {
        match self.format {
            Form::Json => Format::Json,
            Form::Terminal if self.output.is_some() => Format::Terminal(Style { colour: false, ..style(&self.words) }),
            Form::Terminal => Format::Terminal(style(&self.words)),
        }
    }
}

/// Colour only on a terminal that wants it; as wide as the terminal, and no wider than reads well.
fn style(words: &Words) -> Style {
    let terminal = io::stdout().is_terminal();
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    let width = told.or(seen.filter(|_| terminal)).map_or(100, |columns: usize| columns.min(120));
    let lang = if words.lang == Language::Vi { Lang::Vi } else { Lang::En };
    Style { colour: terminal && wanted, width, lang }
}

/// Writes all or, when the reader has gone, nothing more; `-` and no path are standard output.
fn print(bytes: &[u8], path: Option<&Path>) -> Result<ExitCode, Error> {
    if let Some(path) = path.filter(|path| *path != Path::new("-")) {
        write_whole(path, bytes)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::output(&error)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// A line on standard error, if anybody listens; names and values in it cannot move the cursor.
fn say(line: fmt::Arguments<'_>) {
    let line = cut(report::escaped(&line.to_string()));
    let _ = writeln!(io::stderr(), "giamtang: {line}");
}

/// The message without its middle, where it is too long.
fn cut(line: String) -> String {
    let characters: Vec<char> = line.chars().collect();
    let (start, end) = (LONGEST - END - 1, characters.len().saturating_sub(END));
    match characters.len() > LONGEST {
        true => characters[..start].iter().chain(['…'].iter()).chain(&characters[end..]).collect(),
        false => line,
    }
}

/// Fails where an output is a file that is read, or written to otherwise.
fn spare<'a>(name: &str, output: Option<&Path>, others: impl IntoIterator<Item = &'a Path>) -> Result<(), Error> {
    let whole = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).ok();
    let Some(target) = output.and_then(whole) else { return Ok(()) };
    match others.into_iter().any(|other| whole(other).is_some_and(|other| other == target)) {
        true => {
            Err(Error::usage(name, &target.display().to_string(), "a file that is not read, nor written to otherwise"))
        }
        false => Ok(()),
    }
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
