//! Small logs and studies on disk, for tests.

use crate::contract::{held, hold};
use giamtang::{Scorecard, Study};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder that goes when it is dropped.
pub struct Workbench {
    folder: tempfile::TempDir,
}

impl Workbench {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("writing into a temporary folder");
        path
    }

    /// A study of one log, `cases.csv`, over March 2024.
    pub fn study(&self, csv: &str, more: &str) -> Study {
        self.write("cases.csv", csv);
        self.study_of("log.cases = ['cases.csv']", more)
    }

    /// The same of a log that is there already.
    pub fn study_of(&self, log: &str, more: &str) -> Study {
        let text = format!("{log}\nwindows.is = '2024-03-01..2024-03-31'\n{more}");
        Study::parse(&text, self.path("study.toml")).expect("a study")
    }

    pub fn compare(&self, csv: &str, more: &str) -> Scorecard {
        self.study(csv, more).plan().and_then(|plan| plan.compare()).map(held).expect("a scorecard")
    }
}

/// A path of the project: tests run in its folder, and one compiled in may be that of a clone that shared the build.
pub fn project(path: &str) -> PathBuf {
    std::env::current_dir().expect("a folder").join(path)
}

/// A real log beside the project, or a printed skip.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = project("../shared/data").join(name);
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: ../shared/data/{name} is not here");
    None
}

/// What the binary says to these arguments and this standard input.
pub fn giamtang(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_giamtang"));
    command.args(arguments).current_dir(project("")).env_remove("NO_COLOR").env_remove("COLUMNS");
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("the binary runs");
    // A program that refuses its arguments may end before it has read everything.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("the binary ends");
    hold(arguments, &project(""), &output.stdout);
    output
}
