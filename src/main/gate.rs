//! The verb `gate`: targets of a study against its log, or against a cube of it, in as many forms as a job wants.

use crate::arguments::{Gate, Reading, Writing};
use crate::output::{print, say, spare};
use clap::{Args, ValueEnum};
use giamtang::cube::{Cube, write_whole};
use giamtang::report::{self, GateFormat};
use giamtang::scorecard::gate::{Gate as Judged, Target};
use giamtang::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub struct Asked {
    /// The study file with its targets, or `-` for standard input
    study: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// A cube of this study, made by `cube build`; its log is not read again
    #[arg(long, value_name = "PATH")]
    cube: Option<PathBuf>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t = Form::Terminal)]
    format: Form,
    #[command(flatten)]
    writing: Writing,
    /// Write the result as a Markdown list too
    #[arg(long, value_name = "PATH")]
    markdown: Option<PathBuf>,
    /// Write the result as JUnit XML too
    #[arg(long, value_name = "PATH")]
    junit: Option<PathBuf>,
    /// Write the result as JSON too
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    #[command(flatten)]
    gate: Gate,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Terminal,
    Markdown,
    Junit,
    Json,
}

/// Targets missed, and too much quarantined: the second says that the first is of too little.
const MISSED: u8 = 4;
const QUARANTINED: u8 = 3;

impl Asked {
    pub fn run(self) -> Result<ExitCode> {
        let result = self.judged()?.with_limit(self.gate.max_quarantine);
        for (form, path) in self.files() {
            write_whole(path, &self.bytes(&result, form)?)?;
        }
        print(&self.bytes(&result, self.format)?, self.writing.path())?;
        Ok(self.code(&result))
    }

    fn judged(&self) -> Result<Judged> {
        let study = self.reading.study(&self.study)?;
        let targets = study.targets()?;
        let Some(path) = &self.cube else {
            let plan = self.reading.plan(study, &self.study, self.writing.path())?;
            self.spare(plan.inputs(), &targets)?;
            return Ok(plan.gate(&targets)?.0);
        };
        self.reading.refuse_for_cube()?;
        self.spare([path.as_path()].into_iter(), &targets)?;
        study.gate_of(&Cube::load(path)?)
    }

    /// Fails where an output is read, or is another output.
    fn spare<'a>(&'a self, inputs: impl Iterator<Item = &'a Path>, targets: &'a [Target]) -> Result<()> {
        let kept = targets.iter().filter_map(Target::kept).map(|kept| kept.path.as_path());
        let read: Vec<&Path> = inputs.chain([self.study.as_path()]).chain(kept).collect();
        let files = [("--markdown", &self.markdown), ("--junit", &self.junit), ("--json", &self.json)];
        let files = files.into_iter().map(|(name, path)| (name, path.as_deref()));
        let outputs: Vec<(&str, Option<&Path>)> = files.chain([("--output", self.writing.path())]).collect();
        for (at, (name, path)) in outputs.iter().enumerate() {
            if *name != "--output" && *path == Some(Path::new("-")) {
                return Err(Error::usage(name, "-", "the path of a file; --format is for standard output"));
            }
            let others = outputs[..at].iter().filter_map(|(_, path)| *path);
            spare(name, *path, read.iter().copied().chain(others))?;
        }
        Ok(())
    }

    fn files(&self) -> impl Iterator<Item = (Form, &Path)> {
        let all = [(Form::Markdown, &self.markdown), (Form::Junit, &self.junit), (Form::Json, &self.json)];
        all.into_iter().filter_map(|(form, path)| Some((form, path.as_deref()?)))
    }

    fn bytes(&self, result: &Judged, form: Form) -> Result<Vec<u8>> {
        let style = self.writing.style();
        let format = match form {
            Form::Terminal => GateFormat::Terminal(style),
            Form::Markdown => GateFormat::Markdown(style.lang),
            Form::Junit => GateFormat::Junit(style.lang),
            Form::Json => GateFormat::Json,
        };
        let mut bytes = Vec::new();
        report::gate(result, format, &mut bytes)?;
        Ok(bytes)
    }

    fn code(&self, result: &Judged) -> ExitCode {
        let over = result.quarantine.iter().flat_map(|quarantine| &quarantine.over);
        let over: Vec<String> = over.map(|own| format!("{:.1} % of {}", 100.0 * own.share, own.table)).collect();
        let missed = result.counts.missed;
        if !self.reading.quiet && missed > 0 {
            say(format_args!("{missed} of {} targets missed; see them in the result.", result.targets.len()));
        }
        if !self.reading.quiet && !over.is_empty() {
            let over = over.join(", ");
            say(format_args!("quarantined: {over}; see `giamtang check`, or allow it with --max-quarantine."));
        }
        match (over.is_empty(), missed) {
            (false, _) => ExitCode::from(QUARANTINED),
            (true, 0) => ExitCode::SUCCESS,
            (true, _) => ExitCode::from(MISSED),
        }
    }
}
