//! The study as text: keys, the notes above them, and what could stand in their place.

use crate::report::{Lang, Words, escaped};

/// One message in the language of the page, its gaps filled with the variables of their names.
macro_rules! say {
    ($lang:expr, $key:literal $(, $gap:ident)*) => {
        $lang.filled($crate::report::Words($key), &[$((stringify!($gap), &$gap.to_string())),*])
    };
}
pub(super) use say;

/// Columns of a page.
const WIDTH: usize = 118;

/// How sure a guess is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trust {
    /// Little speaks for it.
    Guess,
    /// Something speaks for it.
    Likely,
    /// Everything speaks for it.
    Sure,
}

impl Trust {
    pub(super) fn word(self, lang: Lang) -> &'static str {
        lang.say(Words(match self {
            Self::Sure => "trust.sure",
            Self::Likely => "trust.likely",
            Self::Guess => "trust.guess",
        }))
    }
}

/// A study in the making.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) text: String,
    pub(super) lang: Lang,
}

impl Page {
    pub(super) fn section(&mut self, name: &str) {
        self.text += &format!("\n[{name}]\n");
    }

    /// A comment of any length.
    pub(super) fn note(&mut self, text: &str) {
        let mut line = "#".to_owned();
        for word in escaped(text).split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > WIDTH && line.len() > 1 {
                self.text += &format!("{line}\n");
                line = "#".to_owned();
            }
            line += &format!(" {word}");
        }
        self.text += &format!("{line}\n");
    }

    /// A guess with how sure it is and what speaks for it.
    pub(super) fn guess(&mut self, sure: Trust, evidence: &[String]) {
        let told = evidence.iter().filter(|own| !own.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
        self.note(&format!("{}: {told}", sure.word(self.lang)));
    }

    pub(super) fn line(&mut self, key: &str, value: &str) {
        self.text += &format!("{} = {value}\n", bare(key));
    }

    /// A line with a remark behind it.
    pub(super) fn told(&mut self, key: &str, value: &str, why: &str) {
        let line = format!("{} = {value}", bare(key));
        self.text += &format!("{line:<36} # {}\n", escaped(why));
    }

    /// What could stand there instead: a line to be switched on.
    pub(super) fn other(&mut self, key: &str, value: &str, why: &str) {
        let line = format!("# {} = {value}", bare(key));
        self.text += &format!("{line:<36} # {}\n", escaped(why));
    }
}

impl Page {
    /// What a source's value stands for; switched off where it is only an offer.
    pub(super) fn told_value(&mut self, value: &str, canonical: &str, why: &str, is_on: bool) {
        let off = if is_on { "" } else { "# " };
        let line = format!("{off}{} = {}", quoted(value), quoted(canonical));
        self.text += &format!("{line:<36} # {}\n", escaped(why));
    }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out += &format!("\\u{:04X}", c as u32),
            c if escaped(&c.to_string()) != c.to_string() => out += &format!("\\U{:08X}", c as u32),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Texts as TOML writes them: one, or a list.
pub(super) fn listed(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// A key as TOML writes it.
fn bare(key: &str) -> String {
    let is_bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if is_bare && !key.starts_with('.') { key.to_owned() } else { quoted(key) }
}

/// A count with its thousands apart.
pub(super) fn count(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let mark = if lang == Lang::Vi { '.' } else { ',' };
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

/// A share in percent, never rounded up to all or down to none.
pub(super) fn percent(share: f64, lang: Lang) -> String {
    let per_mille = (share * 1000.0).round() as i64;
    let per_mille = if share < 1.0 { per_mille.min(999) } else { per_mille };
    let per_mille = if share > 0.0 { per_mille.max(1) } else { per_mille };
    let (whole, tenth) = (per_mille / 10, per_mille % 10);
    let mark = if lang == Lang::Vi { ',' } else { '.' };
    if tenth == 0 { format!("{whole} %") } else { format!("{whole}{mark}{tenth} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_toml_as_they_were() {
        for text in ["open_dt", "a \"b\" \\ c", "tab\there", "Đơn vị", "\u{202e}x", "line\nbreak", ""] {
            let table: toml::Table = format!("{} = {}", bare(text), quoted(text)).parse().expect(text);
            assert_eq!(table.get(text).and_then(|value| value.as_str()), Some(text));
        }
    }

    #[test]
    fn shares_are_all_or_none_only_where_they_are() {
        let told = [1.0, 0.99999, 0.998, 0.00001, 0.0, 0.5].map(|share| percent(share, Lang::En));
        assert_eq!(told, ["100 %", "99.9 %", "99.8 %", "0.1 %", "0 %", "50 %"]);
        assert_eq!((count(1_234_567, Lang::En), count(999, Lang::Vi)), ("1,234,567".to_owned(), "999".to_owned()));
    }
}
