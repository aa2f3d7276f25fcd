//! What leaves the program: results to a file or standard output, notes to standard error.

use crate::arguments::{CardForm, Form, Language, Words, Writing};
use giamtang::cube::write_whole;
use giamtang::report::{self, Format, Lang, Style};
use giamtang::{Error, Result};
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

/// The characters of a message on standard error at most; what to do stands at its end, so the middle gives way.
const LONGEST: usize = 2_000;
const END: usize = 500;

impl Writing {
    /// The format of a scorecard.
    pub fn card(&self, form: CardForm) -> Format {
        match form {
            CardForm::Terminal => self.page(Form::Terminal),
            CardForm::Json => Format::Json,
            CardForm::Markdown => Format::Markdown(lang(&self.words)),
            CardForm::Html => Format::Html(lang(&self.words)),
            CardForm::Csv => Format::Csv,
            CardForm::Parquet => Format::Parquet,
            CardForm::Xlsx => Format::Xlsx(lang(&self.words)),
        }
    }

    /// Fails before any work is done where a terminal would get what it cannot show.
    pub fn refuse(&self, form: CardForm) -> Result<()> {
        let binary = match form {
            CardForm::Parquet => "parquet",
            CardForm::Xlsx => "xlsx",
            CardForm::Terminal | CardForm::Json | CardForm::Markdown | CardForm::Html | CardForm::Csv => return Ok(()),
        };
        let shown = self.path().is_none_or(|path| path == Path::new("-")) && io::stdout().is_terminal();
        match shown {
            true => Err(Error::usage("--format", binary, "`-o PATH` with it, or a pipe; a terminal cannot show it")),
            false => Ok(()),
        }
    }

    /// The format of everything else.
    pub fn page(&self, form: Form) -> Format {
        match form {
            Form::Json => Format::Json,
            Form::Terminal => Format::Terminal(self.style()),
        }
    }

    /// The path, where it is not standard output.
    pub fn path(&self) -> Option<&Path> {
        self.target.output.as_deref()
    }

    /// How a page looks; one in a file is without colour.
    pub fn style(&self) -> Style {
        let style = style(&self.words);
        Style { colour: style.colour && self.path().is_none(), ..style }
    }
}

/// Colour only on a terminal that wants it; as wide as the terminal, and no wider than reads well.
fn style(words: &Words) -> Style {
    let terminal = io::stdout().is_terminal();
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    let width = told.or(seen.filter(|_| terminal)).map_or(100, |columns: usize| columns.min(120));
    Style { colour: terminal && wanted, width, lang: lang(words) }
}

/// The language of the words.
pub fn lang(words: &Words) -> Lang {
    if words.lang == Language::Vi { Lang::Vi } else { Lang::En }
}

/// Writes all or, when the reader has gone, nothing more; `-` and no path are standard output.
pub fn print(bytes: &[u8], path: Option<&Path>) -> Result<ExitCode> {
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
pub fn say(line: fmt::Arguments<'_>) {
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
pub fn spare<'a>(name: &str, output: Option<&Path>, others: impl IntoIterator<Item = &'a Path>) -> Result<()> {
    let output = output.filter(|path| *path != Path::new("-"));
    let whole = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).ok();
    let Some(target) = output.and_then(whole) else { return Ok(()) };
    match others.into_iter().any(|other| whole(other).is_some_and(|other| other == target)) {
        true => {
            Err(Error::usage(name, &target.display().to_string(), "a file that is not read, nor written to otherwise"))
        }
        false => Ok(()),
    }
}
