//! A first study of a log that nobody has described: guesses with what they rest on, for a person to go through.
//!
//! Names go before values: `roles` asks what a column is called (`synonyms` has the words), then what its values are.
//! What is guessed is in `facts`; how it is written in `write`. Personal columns are never read.

mod column;
mod facts;
mod hours;
mod input;
mod name;
mod page;
mod place;
mod roles;
mod span;
mod steps;
mod synonyms;
mod tally;
mod values;
mod write;

use crate::error::Result;
use crate::ingest::Table;
use crate::report::Lang;
use crate::study::Study;
use facts::Facts;
use std::path::{Path, PathBuf};

/// Events beyond so many bytes are not read whole to try the study.
const TRIED: u64 = 64 << 20;

/// A first study, as text.
///
/// # Example
///
/// ```no_run
/// use giamtang::draft::Draft;
/// use giamtang::report::Lang;
///
/// # fn main() -> giamtang::Result<()> {
/// let draft = Draft::of(&["boston_311.csv.gz".to_owned()], "study.toml", Lang::En)?;
/// std::fs::write("study.toml", draft.text).expect("space");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The study: TOML, with a comment on every guess.
    pub text: String,
    /// The files that were looked at.
    pub inputs: Vec<PathBuf>,
    /// Why it cannot be used as it stands, if it cannot.
    pub problem: Option<String>,
}

impl Draft {
    /// Looks at logs and guesses their study; paths in it are relative to the folder of `target`.
    ///
    /// A log is a path, a pattern, or `-` for standard input. Of long logs a part of the rows is looked at, the same in
    /// every run.
    ///
    /// # Errors
    ///
    /// Nothing matches, a file cannot be read, or it has no column of ids or none of dates.
    pub fn of(logs: &[String], target: impl AsRef<Path>, lang: Lang) -> Result<Self> {
        let target = target.as_ref();
        let inputs = input::inputs(logs, target.parent().unwrap_or(Path::new("")))?;
        let facts = Facts::of(&inputs, lang)?;
        let text = write::study(&facts);
        let problem = problem(&facts, &text, target);
        let files = inputs.iter().flat_map(|input| &input.sources).map(|source| source.path.clone()).collect();
        Ok(Self { text, inputs: files, problem })
    }
}

/// What a plan of the study would say; nothing where trying it would take long.
fn problem(facts: &Facts<'_>, text: &str, target: &Path) -> Option<String> {
    let bytes: u64 = facts.main.sources.iter().map(|source| source.bytes()).sum();
    let is_piped = facts.main.entries.iter().any(|entry| entry == "-");
    if is_piped || facts.main.table == Table::Events && bytes > TRIED {
        return None;
    }
    let planned = Study::parse(text, target).and_then(|study| study.plan());
    planned.err().map(|error| error.to_string())
}
