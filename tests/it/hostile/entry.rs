//! One entry of the corpus: its files, its study, how it should end; and the run that shows how it does.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Kilobytes of address space: what decompresses without bounds does not fit in.
const MEMORY: u64 = 4 << 20;

const TIME: Duration = Duration::from_secs(60);

/// The bytes that one line on standard error has at most.
const LONGEST_LINE: usize = 4_000;

/// What never stands in a message: the engine's insides, the program's own, and what a panic leaves.
const INSIDES: [&str; 9] =
    ["panicked", "backtrace", "Error {", "Err(", "POLARS", "/rustc/", "/.cargo/", ".rs:", "overflowed"];

pub const WINDOW: &str = "windows.is = '2024-03-01..2024-03-31'\n";

type Bytes = Box<dyn Fn() -> Vec<u8> + Send + Sync>;

/// A hostile input and how the program should end.
pub struct Entry {
    pub name: String,
    files: Vec<(String, Bytes)>,
    prepare: fn(&Path),
    study: String,
    arguments: Vec<String>,
    expected: Expected,
    says: Vec<String>,
}

enum Expected {
    /// An exit code, a message on standard error and nothing on standard output.
    Refused(i32),
    /// So many rows accepted and quarantined.
    Read(u64, u64),
    /// A page on standard output and this exit code.
    Done(i32),
}

/// A file of that name which is the whole log.
pub fn file(name: &str, bytes: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Entry {
    study(name, &format!("log.cases = ['{name}']\n{WINDOW}")).and(name, bytes)
}

/// The same of a file that holds just this.
pub fn text(name: &str, text: impl AsRef<[u8]>) -> Entry {
    let bytes = text.as_ref().to_vec();
    file(name, move || bytes.clone())
}

/// The same of a log of events.
pub fn events(name: &str, text: impl AsRef<[u8]>) -> Entry {
    let bytes = text.as_ref().to_vec();
    let lines = format!("log.events = ['{name}']\ncompare.cluster = 'none'\n{WINDOW}");
    study(name, &lines).and(name, move || bytes.clone())
}

/// A whole study, for which nothing else is there.
pub fn study(name: &str, text: &str) -> Entry {
    let arguments = ["check", "study.toml"].map(str::to_owned).to_vec();
    let (files, prepare, says) = (Vec::new(), nothing as fn(&Path), Vec::new());
    let (name, study) = (name.to_owned(), text.to_owned());
    Entry { name, files, prepare, study, arguments, expected: Expected::Done(0), says }
}

fn nothing(_: &Path) {}

impl Entry {
    /// With a further file.
    pub fn and(mut self, name: &str, bytes: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Self {
        self.files.push((name.to_owned(), Box::new(bytes)));
        self
    }

    /// With something done in the folder first.
    pub fn after(self, prepare: fn(&Path)) -> Self {
        Self { prepare, ..self }
    }

    /// With further lines in its study.
    pub fn with(mut self, lines: &str) -> Self {
        self.study.push_str(lines);
        self
    }

    /// Run with these arguments.
    pub fn run(self, arguments: &[&str]) -> Self {
        Self { arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(), ..self }
    }

    /// Under another name, for the second entry of one file.
    pub fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// Ends with a message that says all this.
    pub fn refused(self, code: i32, says: &[&str]) -> Self {
        Self { expected: Expected::Refused(code), ..self }.saying(says)
    }

    /// Ends with so many rows accepted and set aside, and a page that says all this.
    pub fn read(self, accepted: u64, quarantined: u64, says: &[&str]) -> Self {
        Self { expected: Expected::Read(accepted, quarantined), ..self }.saying(says)
    }

    /// Ends with this code and a page that says all this.
    pub fn done(self, code: i32, says: &[&str]) -> Self {
        Self { expected: Expected::Done(code), ..self }.saying(says)
    }

    fn saying(self, says: &[&str]) -> Self {
        Self { says: says.iter().map(|word| (*word).to_owned()).collect(), ..self }
    }

    /// Runs it: whether it ends as it should, or how not.
    pub fn verdict(&self) -> Result<(), String> {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in &self.files {
            std::fs::write(folder.path().join(name), bytes()).expect("space");
        }
        std::fs::write(folder.path().join("study.toml"), &self.study).expect("space");
        (self.prepare)(folder.path());
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let run = Run::of(folder.path(), "", &arguments);
        self.holds(&run).map_err(|why| format!("{why}; {run:?}"))
    }

    fn holds(&self, run: &Run) -> Result<(), String> {
        run.is_sound()?;
        let code = match self.expected {
            Expected::Refused(code) | Expected::Done(code) => code,
            Expected::Read(accepted, quarantined) if 20 * quarantined > accepted + quarantined => 3,
            Expected::Read(..) => 0,
        };
        if run.code != Some(code) {
            return Err(format!("not exit code {code}"));
        }
        if let Expected::Read(accepted, quarantined) = self.expected {
            run.has_counted(accepted, quarantined)?;
        }
        match self.says.iter().find(|word| !run.stderr.contains(*word) && !run.stdout.contains(*word)) {
            Some(missing) => Err(format!("does not say {missing:?}")),
            None => Ok(()),
        }
    }
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Run {
    /// None where a signal ended it, or time did.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Runs the program in a folder, within its bounds, after some lines of shell.
    pub fn of(folder: &Path, shell: &str, arguments: &[&str]) -> Self {
        let outputs = tempfile::tempdir().expect("a folder");
        let (out, err) = (outputs.path().join("out"), outputs.path().join("err"));
        let mut command = Command::new("sh");
        // A limit that cannot be set is none.
        command.args(["-c", &format!("ulimit -v {MEMORY} 2>/dev/null; {shell}\nexec \"$@\""), "sh"]);
        command.arg(program()).args(arguments).current_dir(folder).stdin(Stdio::null());
        command.stdout(File::create(&out).expect("a file")).stderr(File::create(&err).expect("a file"));
        command.env_remove("NO_COLOR").env_remove("RUST_BACKTRACE").env("COLUMNS", "100");
        let mut child = command.spawn().expect("a shell");
        let begun = Instant::now();
        while child.try_wait().expect("a child").is_none() && begun.elapsed() < TIME {
            std::thread::sleep(Duration::from_millis(3));
        }
        let ended = child.try_wait().expect("a child");
        // What has ended is not harmed.
        child.kill().expect("a child");
        child.wait().expect("a child");
        let read = |path: &Path| String::from_utf8_lossy(&std::fs::read(path).expect("a file")).into_owned();
        let run = Self { code: ended.and_then(|status| status.code()), stdout: read(&out), stderr: read(&err) };
        crate::contract::hold(arguments, folder, run.stdout.as_bytes());
        run
    }

    /// Whether it ended by itself, with a documented code and messages for people.
    pub fn is_sound(&self) -> Result<(), String> {
        let lines: Vec<&str> = self.stderr.split_terminator('\n').collect();
        let strange = |c: char| c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
        let refused = matches!(self.code, Some(1 | 2));
        match () {
            () if !matches!(self.code, Some(0..=3)) => Err("no documented end".to_owned()),
            () if !self.stderr.is_empty() && !self.stderr.ends_with('\n') => Err("an unended line".to_owned()),
            () if lines.iter().any(|line| !line.starts_with("giamtang: ")) => Err("a strange line".to_owned()),
            () if refused && lines.len() != 1 => Err("not one line".to_owned()),
            () if refused && !self.stdout.is_empty() => Err("a page and a refusal".to_owned()),
            () if self.code == Some(0) && !lines.is_empty() => Err("done, and a message".to_owned()),
            () if lines.iter().any(|line| line.contains(strange)) => Err("a control character".to_owned()),
            () if lines.iter().any(|line| line.len() > LONGEST_LINE) => Err("a long line".to_owned()),
            () if lines.iter().any(|line| !line.ends_with(['.', ')'])) => Err("no sentence".to_owned()),
            () => match INSIDES.iter().find(|inside| self.stderr.contains(*inside)) {
                Some(inside) => Err(format!("it shows {inside:?}")),
                None => Ok(()),
            },
        }
    }

    fn has_counted(&self, accepted: u64, quarantined: u64) -> Result<(), String> {
        let (read, accepted, quarantined) = (spaced(accepted + quarantined), spaced(accepted), spaced(quarantined));
        let words = format!("read {read} = accepted {accepted} + quarantined {quarantined}");
        let is_there =
            |line: &str| line.strip_prefix(&words).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("));
        if self.stdout.lines().any(is_there) { Ok(()) } else { Err(format!("no line {words:?}")) }
    }
}

/// The program under test.
pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_giamtang"))
}

/// A number as the page writes it.
fn spaced(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
