//! Names as small numbers: each distinct text is normalised once.

use polars::prelude::PlHashMap;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The code of an absent name.
pub const NO_NAME: u32 = 0;

/// The dictionary of one worker: texts to codes that stay the same from batch to batch.
///
/// Codes depend on the order of reading and never leave the program; results are written by name.
#[derive(Clone, Debug)]
pub struct Lexicon {
    raw: PlHashMap<String, u32>,
    codes: PlHashMap<String, u32>,
    names: Vec<String>,
}

impl Default for Lexicon {
    fn default() -> Self {
        Self { raw: PlHashMap::default(), codes: PlHashMap::default(), names: vec![String::new()] }
    }
}

impl Lexicon {
    /// The code of a text as the source has it; blank is [`NO_NAME`].
    ///
    /// Texts that differ only in surrounding space or in Unicode composition have one code.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::ingest::Lexicon;
    ///
    /// let mut lexicon = Lexicon::default();
    /// let composed = lexicon.code("Phường Cửa Nam");
    /// let spelled_out: String = " Phươ\u{300}ng Cư\u{309}a Nam".into();
    /// assert_eq!(lexicon.code(&spelled_out), composed);
    /// assert_eq!(lexicon.name(composed), Some("Phường Cửa Nam"));
    /// ```
    pub fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.raw.get(text) {
            return *code;
        }
        let code = self.code_of_name(normalised(text));
        self.raw.insert(text.to_owned(), code);
        code
    }

    /// The code of a text that has been met.
    pub(super) fn known(&self, text: &str) -> Option<u32> {
        self.raw.get(text).copied()
    }

    fn code_of_name(&mut self, name: String) -> u32 {
        if name.is_empty() {
            return NO_NAME;
        }
        if let Some(code) = self.codes.get(&name) {
            return *code;
        }
        let code = self.names.len() as u32;
        self.names.push(name.clone());
        self.codes.insert(name, code);
        code
    }

    /// The code of a normalised name that has been met.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.codes.get(name).copied()
    }

    /// The names by code; the first is none.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The code of a normalised name, met or not.
    fn intern(&mut self, name: &str) -> u32 {
        self.find(name).unwrap_or_else(|| self.code_of_name(name.to_owned()))
    }

    /// The name of a code; `None` for [`NO_NAME`].
    pub fn name(&self, code: u32) -> Option<&str> {
        if code == NO_NAME { None } else { self.names.get(code as usize).map(String::as_str) }
    }
}

/// The codes that another dictionary has for the names of one, each looked up once.
#[derive(Debug)]
pub(super) struct Translation<'a> {
    from: &'a Lexicon,
    codes: Vec<u32>,
}

/// Stands for a code that was not looked up yet.
const UNKNOWN: u32 = u32::MAX;

impl<'a> Translation<'a> {
    pub(super) fn of(from: &'a Lexicon) -> Self {
        Self { from, codes: vec![UNKNOWN; from.names.len()] }
    }

    pub(super) fn code(&mut self, code: u32, to: &mut Lexicon) -> u32 {
        let known = &mut self.codes[code as usize];
        if *known == UNKNOWN {
            *known = self.from.name(code).map_or(NO_NAME, |name| to.intern(name));
        }
        *known
    }
}

/// A text trimmed and in Unicode's composed form (NFC).
pub(super) fn normalised(text: &str) -> String {
    let text = text.trim();
    match text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        true => text.to_owned(),
        false => text.nfc().collect(),
    }
}

/// A text whose letters have no marks: `Tiếp nhận` is `Tiep nhan`, `Đơn vị` is `Don vi`.
pub(crate) fn unaccented(text: &str) -> String {
    // Decomposed, a mark is a character of its own; đ has none.
    let is_mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let plain = text.nfd().filter(|c| !is_mark(c));
    plain
        .map(|c| {
            if c == 'đ' {
                'd'
            } else if c == 'Đ' {
                'D'
            } else {
                c
            }
        })
        .collect()
}
