//! What people read, in the words of `messages/en.toml` and `messages/vi.toml`: a table for each part, a key for each
//! message, the same keys and gaps in both.

use super::Lang;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A message, by its table and its key there: `page.accepted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) &'static str);

type Messages = HashMap<String, String>;

static ENGLISH: LazyLock<Messages> = LazyLock::new(|| read(include_str!("messages/en.toml")));
static VIETNAMESE: LazyLock<Messages> = LazyLock::new(|| read(include_str!("messages/vi.toml")));

/// The messages of a file; one that cannot be read has none, which the tests would say.
fn read(text: &str) -> Messages {
    let tables: HashMap<String, Messages> = toml::from_str(text).unwrap_or_default();
    let named = |(table, messages): (String, Messages)| {
        messages.into_iter().map(move |(key, message)| (format!("{table}.{key}"), message))
    };
    tables.into_iter().flat_map(named).collect()
}

impl Lang {
    fn messages(self) -> &'static Messages {
        match self {
            Self::En => &ENGLISH,
            Self::Vi => &VIETNAMESE,
        }
    }

    /// The message in this language; one that no file has is told by its key.
    pub(crate) fn say(self, words: Words) -> &'static str {
        self.messages().get(words.0).map_or(words.0, String::as_str)
    }

    /// The message with its named gaps filled; a gap that a filling brings is left as it is.
    pub(crate) fn filled(self, words: Words, fillings: &[(&str, &str)]) -> String {
        let mut text = String::new();
        let mut rest = self.say(words);
        while let Some((before, gap, after)) = next_gap(rest) {
            text.push_str(before);
            match fillings.iter().find(|(name, _)| *name == gap) {
                Some((_, filling)) => text.push_str(filling),
                None => text.push_str(&format!("{{{gap}}}")),
            }
            rest = after;
        }
        text + rest
    }
}

/// Why a figure does not exist, by the reason's code.
pub(super) fn reason(code: &'static str, lang: Lang) -> &'static str {
    lang.messages().get(&format!("undefined.{code}")).map_or(code, String::as_str)
}

/// What stands before the first gap, its name, and what stands behind it.
fn next_gap(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (gap, after) = rest.split_once('}')?;
    Some((before, gap, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Undefined;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn gaps(message: &str) -> BTreeSet<&str> {
        std::iter::successors(next_gap(message), |(_, _, rest)| next_gap(rest)).map(|(_, gap, _)| gap).collect()
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let inside = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
        inside.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
    }

    /// Every text of the sources that is written as a key: `part.name` in quotes, of a part that the files have.
    fn keys_used() -> BTreeSet<String> {
        let tables: BTreeSet<&str> = ENGLISH.keys().filter_map(|key| key.split('.').next()).collect();
        let is_key = |text: &&str| {
            let own = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            text.split_once('.')
                .is_some_and(|(table, key)| tables.contains(table) && !key.is_empty() && key.chars().all(own))
        };
        let mut keys = BTreeSet::new();
        for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            let text = std::fs::read_to_string(path).expect("a source");
            let said = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            keys.extend(said.split('"').filter(is_key).map(str::to_owned));
        }
        keys
    }

    #[test]
    fn both_languages_have_the_same_messages_with_the_same_gaps() {
        assert!(ENGLISH.len() > 400, "the English file is not read");
        let [en, vi] = [&ENGLISH, &VIETNAMESE].map(|all| all.keys().collect::<BTreeSet<_>>());
        assert_eq!(en.symmetric_difference(&vi).collect::<Vec<_>>(), Vec::<&&String>::new());
        let uneven = ENGLISH.iter().filter(|(key, english)| gaps(english) != gaps(&VIETNAMESE[*key]));
        assert_eq!(uneven.collect::<Vec<_>>(), Vec::<(&String, &String)>::new());
    }

    #[test]
    fn no_message_is_missing_and_none_is_idle() {
        let used = keys_used();
        let known: BTreeSet<String> = ENGLISH.keys().cloned().collect();
        assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in the files");
        // The reasons of what is undefined are looked up by their codes.
        let idle = known.difference(&used).filter(|key| !key.starts_with("undefined."));
        assert_eq!(idle.collect::<Vec<_>>(), Vec::<&String>::new(), "in the files, said nowhere");
    }

    #[test]
    fn every_reason_is_told_as_it_is_displayed() {
        let column = Undefined::NoColumn("due_at".to_owned());
        assert_eq!([Lang::En, Lang::Vi].map(|lang| lang.why(&column)), ["no column `due_at`", "không có cột `due_at`"]);
        for why in Undefined::BARE {
            assert_eq!(Lang::En.why(why), why.to_string());
            assert!(VIETNAMESE.contains_key(&format!("undefined.{}", why.code())), "{why:?}");
        }
    }

    #[test]
    fn gaps_are_filled_once() {
        let told = Lang::Vi.filled(Words("section.of"), &[("whole", "{part}"), ("part", "3")]);
        assert_eq!(told, "3/{part}");
        assert_eq!(Lang::En.filled(Words("section.of"), &[("part", "3")]), "3 of {whole}");
    }
}
