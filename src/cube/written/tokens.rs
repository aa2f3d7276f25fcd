//! The words of an expression, refused by name before any parser sees them.

use super::{Fault, short};
use crate::error::nearest_name;

/// The names, words and signs an expression has at most: what is parsed is as deep as it is long.
const MOST: usize = 200;

/// How deep brackets stand in brackets at most.
const DEEPEST: usize = 12;

/// One word of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A name, a function, or a word of SQL.
    Word(&'a str),
    /// A name in double quotes, quotes included.
    Name(&'a str),
    /// A text in quotes, or a number.
    Value(&'a str),
    /// An operator, a bracket, a comma.
    Sign(&'a str),
}

impl<'a> Token<'a> {
    fn text(self) -> &'a str {
        let (Self::Word(text) | Self::Name(text) | Self::Value(text) | Self::Sign(text)) = self;
        text
    }

    /// Whether it makes what is parsed deeper.
    fn counts(self) -> bool {
        !matches!(self, Self::Value(_) | Self::Sign("," | "(" | ")"))
    }
}

/// The text as the parser may see it: names with points in quotes.
pub(super) fn sql(text: &str) -> Result<String, Fault> {
    let tokens = tokens(text)?;
    bounded(&tokens)?;
    for (at, token) in tokens.iter().enumerate() {
        let is_called = tokens.get(at + 1) == Some(&Token::Sign("("));
        match token {
            Token::Word(word) => refuse(word, is_called)?,
            Token::Name(name) if is_called || name.contains(':') => {
                return Err(Fault::new(short(name), "a column's name in double quotes"));
            }
            _ => {}
        }
    }
    Ok(joined(&tokens))
}

/// A name after a point is of the table before it: both are one column's name.
fn joined(tokens: &[Token<'_>]) -> String {
    let mut sql = String::new();
    let mut rest = tokens;
    while let [first, more @ ..] = rest {
        rest = match (first, more) {
            (Token::Word(table), [Token::Sign("."), Token::Word(column), more @ ..]) => {
                sql.push_str(&format!("\"{table}.{column}\" "));
                more
            }
            _ => {
                sql.push_str(first.text());
                sql.push(' ');
                more
            }
        };
    }
    sql
}

fn bounded(tokens: &[Token<'_>]) -> Result<(), Fault> {
    let count = tokens.iter().filter(|token| token.counts()).count();
    if count > MOST {
        let expected = format!("at most {MOST} names, words and signs; this has {count}");
        return Err(Fault::new(tokens.first().map_or("…", |token| token.text()).to_owned() + " …", expected));
    }
    let mut depth = 0_usize;
    for token in tokens {
        depth = match token {
            Token::Sign("(") => depth + 1,
            Token::Sign(")") => depth.saturating_sub(1),
            _ => depth,
        };
        if depth > DEEPEST {
            return Err(Fault::new("((…", format!("brackets at most {DEEPEST} deep")));
        }
    }
    Ok(())
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let (token, length) = token(rest, first)?;
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    match tokens.is_empty() {
        true => Err(Fault::new("", "an expression in SQL, such as `visits > 1`")),
        false => Ok(tokens),
    }
}

/// The token that a text begins with, and its length.
fn token(rest: &str, first: char) -> Result<(Token<'_>, usize), Fault> {
    const TWO: [&str; 8] = ["<=", ">=", "<>", "!=", "||", "::", "//", "=="];
    const ONE: &str = "+-*/%=<>(),.";
    let run = |of: fn(char) -> bool| rest.find(|own| !of(own)).unwrap_or(rest.len());
    let is_named = |own: char| own.is_alphanumeric() || own == '_';
    if rest.starts_with("--") || rest.starts_with("/*") {
        return Err(Fault::new(short(rest), "no comments in an expression; write them into the study, after a `#`"));
    }
    Ok(match first {
        '\'' | '"' => {
            let length = quoted(rest, first).ok_or_else(|| Fault::new(short(rest), "a closing quote"))?;
            let text = &rest[..length];
            (if first == '"' { Token::Name(text) } else { Token::Value(text) }, length)
        }
        own if own.is_ascii_digit() => {
            let length = run(|own| own.is_ascii_digit() || own == '.');
            (Token::Value(&rest[..length]), length)
        }
        own if is_named(own) => {
            let length = run(|own| own.is_alphanumeric() || own == '_');
            (Token::Word(&rest[..length]), length)
        }
        _ => {
            let two = rest.get(..2).filter(|own| TWO.contains(own));
            let sign = two.or_else(|| rest.get(..1).filter(|own| ONE.contains(own)));
            let sign = sign.ok_or_else(|| Fault::new(first, "a sign such as `<=`, `+`, `||` or `(`"))?;
            (Token::Sign(sign), sign.len())
        }
    })
}

/// The length of a quoted text, quotes included; a quote within stands twice.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut from = 1;
    loop {
        let end = from + rest[from..].find(quote)? + 1;
        if !rest[end..].starts_with(quote) {
            return Some(end);
        }
        from = end + 1;
    }
}

/// Functions that answer about one row, the same on every machine.
const FUNCTIONS: &str = "\
    abs cast ceil ceiling char_length character_length coalesce concat date_part div ends_with extract floor \
    greatest if ifnull least left length lower ltrim mod nullif regexp_like round rtrim sign starts_with \
    substr substring trim trunc truncate upper";

/// Words of SQL that a bracket may follow.
const WORDS: &str = "\
    and as between bigint boolean by case char date decimal double else end float for from ilike in int \
    integer interval is like not numeric or then timestamp try_cast varchar when";

const SUMS: &str = "\
    any_value approx_count_distinct array_agg avg bit_and_agg bool_and bool_or corr count covar covar_pop \
    covar_samp every first group_concat last listagg max mean median min mode n_unique percentile_cont \
    percentile_disc product quantile quantile_cont quantile_disc std stddev stddev_pop stddev_samp \
    string_agg sum total var var_samp variance";

const WINDOWS: &str = "\
    cume_dist dense_rank first_value lag last_value lead nth_value ntile over partition percent_rank rank \
    row_number window";

const OTHER_ROWS: &str = "\
    cum_count cum_max cum_min cum_sum diff explode fill_forward generate_series range rolling shift sort \
    unique unnest";

const CLOCKS: &str = "\
    age clock_timestamp curdate current_date current_time current_timestamp curtime getdate localtime \
    localtimestamp now statement_timestamp sysdate today transaction_timestamp";

const CHANCES: &str = "\
    gen_random_uuid newid rand random setseed uuid";

const QUERIES: &str = "\
    all any except exists intersect select some union with";

/// Words that are no column's name even where nothing is called.
const SPOKEN: &str = "\
    current_date current_time current_timestamp except exists intersect localtime localtimestamp over \
    partition select union with";

/// Fails on a word that asks for more than one row, or for something else than the log; by its name.
fn refuse(word: &str, is_called: bool) -> Result<(), Fault> {
    let own = word.to_lowercase();
    let is_in = |list: &str| list.split(' ').any(|known| known == own);
    if !is_called && !is_in(SPOKEN) {
        return Ok(());
    }
    let why = match () {
        () if is_in(SUMS) => "is an aggregate, and the kind of the KPI (share, mean, total, ratio) adds the rows up",
        () if is_in(WINDOWS) => "is a window function, which looks at other rows",
        () if is_in(OTHER_ROWS) => "does not go row by row",
        () if is_in(CLOCKS) => "reads the clock, and the same log must always give the same figure",
        () if is_in(CHANCES) => "is left to chance, and the same log must always give the same figure",
        () if is_in(QUERIES) => "begins a query, which looks at other rows",
        () if is_in(FUNCTIONS) || is_in(WORDS) => return Ok(()),
        () => {
            let near =
                nearest_name(&own, FUNCTIONS.split(' ')).map(|near| format!(", perhaps `{near}`")).unwrap_or_default();
            let expected = format!("a function about one row that is the same on every machine{near}");
            return Err(Fault::new(format!("{}(…)", short(word)), expected));
        }
    };
    let said = if is_called { format!("{word}(…)") } else { word.to_owned() };
    Err(Fault::new(said, format!("an expression about one row; `{own}` {why}")))
}
