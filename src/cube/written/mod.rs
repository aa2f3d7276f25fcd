//! Expressions as a study writes them: a small part of polars' SQL, about one row and nothing else.
//!
//! A text is held against three lists of what is allowed. [`tokens`] reads it word by word, before any parser, and
//! refuses by name; it also bounds how long and how deep a text may be, for parsers and engine recurse. [`allowed`]
//! walks what the engine made of it. What is left is tried on rows of the right types, so that no log can fail it.

mod allowed;
mod tokens;

use crate::error::{Error, Result};
use allowed::{Known, Walk, tried};
use polars::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokens::sql;

/// The bytes an expression has at most.
const LONGEST: usize = 4 << 10;

/// The stack a parser has.
const STACK: usize = 32 << 20;

/// Why a text cannot be used: the part of it, and what was expected.
#[derive(Debug)]
struct Fault {
    said: String,
    expected: String,
}

impl Fault {
    fn new(said: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { said: said.into(), expected: expected.into() }
    }

    fn at(self, key: &str) -> Error {
        Error::value(key, self.said, self.expected)
    }
}

/// An expression about one row, over a table's columns.
///
/// # Example
///
/// ```
/// use giamtang::cube::Written;
///
/// let late = Written::parse("kpi.ours/late.share", "finished_at > due_at OR finished_at IS NULL").unwrap();
/// assert_eq!(late.columns().collect::<Vec<_>>(), ["due_at", "finished_at"]);
/// assert!(late.yes_or_no().is_ok() && late.whole().is_err());
/// let error = Written::parse("kpi.ours/late.share", "sum(visits) > 2").unwrap_err();
/// assert!(error.to_string().contains("`sum` is an aggregate"));
/// ```
#[derive(Clone, Debug)]
pub struct Written {
    key: String,
    text: String,
    expr: Expr,
    columns: Vec<Known>,
}

impl Written {
    /// The expression of a text; `key` names it in messages.
    ///
    /// # Errors
    ///
    /// It is longer than 4 KB, no SQL, or asks for what no expression about one row may ask.
    pub fn parse(key: &str, text: &str) -> Result<Self> {
        parsed(text)
            .map(|(expr, columns)| Self { key: key.to_owned(), text: text.to_owned(), expr, columns })
            .map_err(|fault| fault.at(key))
    }

    /// The text it was.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The columns it asks for, in order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter()
    }

    /// The expression, if it says yes or no of a row.
    ///
    /// # Errors
    ///
    /// It says something else, or its parts do not fit together.
    pub fn yes_or_no(&self) -> Result<Expr> {
        match self.answer()? {
            DataType::Boolean => Ok(self.expr.clone()),
            other => Err(self.wrong(&other, "a yes or no of each row, such as `visits > 1`")),
        }
    }

    /// The expression, if it says a whole number of a row, and whether that is a time: then in seconds.
    ///
    /// # Errors
    ///
    /// It says something else, or its parts do not fit together.
    pub fn whole(&self) -> Result<(Expr, bool)> {
        match self.answer()? {
            own if own.is_integer() => Ok((self.expr.clone(), false)),
            DataType::Duration(_) => {
                let micros = self.expr.clone().cast(DataType::Duration(TimeUnit::Microseconds)).cast(DataType::Int64);
                Ok((micros.floor_div(lit(1_000_000_i64)), true))
            }
            own if own.is_float() => Err(self.wrong(
                &own,
                "a whole number; scale a decimal and say so in the name, as in CAST(ROUND(100 * (…)) AS BIGINT)",
            )),
            other => {
                Err(self.wrong(&other, "a whole number of each row, or a time such as `finished_at - received_at`"))
            }
        }
    }

    fn wrong(&self, found: &DataType, expected: &str) -> Error {
        let found = match found {
            DataType::Boolean => "a yes or no",
            DataType::String => "a text",
            own if own.is_integer() => "a whole number",
            own if own.is_float() => "a decimal",
            DataType::Duration(_) => "a time",
            own if own.is_temporal() => "a date",
            _ => "nothing",
        };
        Fault::new(short(&self.text), format!("{expected}; this is {found}")).at(&self.key)
    }

    /// What kind of answer it gives.
    fn answer(&self) -> Result<DataType> {
        let answer = tried(&self.columns, &self.expr);
        let answer = answer.map_err(|why| Fault::new(short(&self.text), fitting(&why)).at(&self.key))?;
        Ok(answer.dtype().clone())
    }
}

fn fitting(why: &str) -> String {
    format!("parts that fit together; the engine says: {why}")
}

/// What an evaluation comes to, or why it does not, on one line.
fn evaluated(evaluate: impl FnOnce() -> PolarsResult<DataFrame>) -> std::result::Result<DataFrame, String> {
    let first = |why: String| why.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
    match catch_unwind(AssertUnwindSafe(evaluate)) {
        Ok(frame) => frame.map_err(|why| first(why.to_string())),
        Err(_) => Err("it cannot be evaluated".to_owned()),
    }
}

fn parsed(text: &str) -> std::result::Result<(Expr, Vec<Known>), Fault> {
    if text.len() > LONGEST {
        let expected = format!("at most {LONGEST} bytes; this has {}", text.len());
        return Err(Fault::new(short(text), expected));
    }
    let sql = sql(text)?;
    let parsed = tree(&sql).map_err(|why| {
        // Of most texts it says no more than that they are none.
        let why = if why.starts_with("unable to parse") { String::new() } else { format!("; the parser says: {why}") };
        Fault::new(short(text), format!("an expression in SQL, such as `visits > 1`{why}"))
    })?;
    let mut walk = Walk::default();
    let expr = walk.allowed(parsed)?;
    Ok((expr, walk.columns))
}

/// What the parser makes of a text; a tree as deep as a text may be long needs more stack than a thread has.
fn tree(sql: &str) -> std::result::Result<Expr, String> {
    let parse = || polars::sql::sql_expr(sql);
    let parsed = std::thread::scope(|scope| {
        let parser = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, parse);
        parser.map(|parser| parser.join())
    });
    match parsed {
        Ok(Ok(expr)) => expr.map_err(|why| short(why.to_string().lines().next().unwrap_or_default())),
        Ok(Err(_)) => Err("it stopped".to_owned()),
        Err(why) => Err(why.to_string()),
    }
}

/// The beginning of a text, on one line.
fn short(text: &str) -> String {
    const SHOWN: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod drawn;
#[cfg(test)]
mod tests;
