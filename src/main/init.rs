//! `init`: a first study of a log.

use crate::output::{lang, print, say, spare};
use clap::Args;
use giamtang::draft::Draft;
use giamtang::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is looked at, and where the study goes.
#[derive(Args)]
pub struct Init {
    /// The log: files of any format giamtang reads, patterns, or `-` for standard input
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<String>,
    /// Write over a study that stands there
    #[arg(long, requires = "output")]
    replace: bool,
    /// No notes on standard error
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    writing: crate::arguments::Writing,
}

impl Init {
    pub fn run(&self) -> Result<ExitCode> {
        let path = self.writing.path().filter(|path| *path != Path::new("-"));
        if let Some(path) = path.filter(|path| !self.replace && std::fs::symlink_metadata(path).is_ok()) {
            let expected = "a path where nothing stands; --replace writes over it";
            return Err(Error::usage("--output", &path.display().to_string(), expected));
        }
        // Without a place of its own a study is read where the program runs.
        let target = path.map_or_else(|| PathBuf::from("study.toml"), Path::to_path_buf);
        let draft = Draft::of(&self.logs, &target, lang(&self.writing.words))?;
        spare("--output", path, draft.inputs.iter().map(PathBuf::as_path))?;
        let code = print(draft.text.as_bytes(), path)?;
        if let Some(problem) = draft.problem.filter(|_| !self.quiet) {
            say(format_args!("the study needs a hand before it can be used: {problem}"));
        }
        Ok(code)
    }
}
