//! A place in a text that is known to be JSON, and what stands there.

use memchr::memchr2;
use std::borrow::Cow;

/// A place in a line that is known to be JSON.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn at_start(line: &'a str) -> Self {
        Self { line, at: 0 }
    }

    /// Goes past a byte of the marks that `peek` shows.
    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    fn byte(&self) -> Option<u8> {
        self.line.as_bytes().get(self.at).copied()
    }

    /// The byte that begins the next key, value or end.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b':') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    fn since(&self, start: usize) -> &'a str {
        self.line.get(start..self.at).unwrap_or_default()
    }

    /// The string that begins here.
    pub(super) fn string(&mut self) -> Quoted<'a> {
        let (start, mut escaped) = (self.at, false);
        self.at += 1;
        while let Some(mark) = memchr2(b'"', b'\\', self.line.as_bytes().get(self.at..).unwrap_or_default()) {
            self.at += mark + 1;
            if self.line.as_bytes().get(self.at - 1) == Some(&b'"') {
                break;
            }
            (self.at, escaped) = (self.at + 1, true);
        }
        Quoted { quoted: self.since(start), escaped }
    }

    /// The number or word that begins here.
    pub(super) fn scalar(&mut self) -> &'a str {
        let start = self.at;
        while self.byte().is_some_and(|byte| !matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.since(start)
    }

    /// The list or object that begins here.
    ///
    /// `None` where more than so many stand inside each other.
    pub(super) fn nested(&mut self, deepest: usize) -> Option<&'a str> {
        let (start, mut depth) = (self.at, 0_usize);
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => {
                    self.string();
                    continue;
                }
                b'{' | b'[' if depth == deepest => return None,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        Some(self.since(start))
    }
}

/// A string with its quotation marks.
pub(super) struct Quoted<'a> {
    quoted: &'a str,
    /// Whether a backslash stands in it.
    escaped: bool,
}

impl<'a> Quoted<'a> {
    pub(super) fn inside(&self) -> &'a str {
        let inside = self.quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        inside.unwrap_or_default()
    }

    /// What it says; half a surrogate pair says nothing.
    pub(super) fn text(&self) -> Option<Cow<'a, str>> {
        match self.escaped {
            false => Some(Cow::Borrowed(self.inside())),
            true => serde_json::from_str(self.quoted).ok().map(Cow::Owned),
        }
    }
}

/// JSON without the space between its parts.
pub(super) fn compact(json: &str) -> Cow<'_, str> {
    let (mut cursor, mut start, mut text) = (Cursor::at_start(json), 0, String::new());
    while let Some(byte) = cursor.byte() {
        match byte {
            b'"' => {
                cursor.string();
            }
            b' ' | b'\t' | b'\r' | b'\n' => {
                text.push_str(cursor.since(start));
                cursor.at += 1;
                start = cursor.at;
            }
            _ => cursor.at += 1,
        }
    }
    match start {
        0 => Cow::Borrowed(json),
        _ => {
            text.push_str(cursor.since(start));
            Cow::Owned(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_at_its_own_mark() {
        for (text, inside, says) in [
            (r#""""#, "", Some("")),
            (r#""a": "b""#, "a", Some("a")),
            (r#""a\"b\\" x"#, r#"a\"b\\"#, Some(r#"a"b\"#)),
            (r#""\u1ec7""#, r"\u1ec7", Some("ệ")),
            (r#""\udc00""#, r"\udc00", None),
        ] {
            let string = Cursor::at_start(text).string();
            assert_eq!((string.inside(), string.text().as_deref()), (inside, says));
        }
    }

    #[test]
    fn nested_values_end_at_their_own_mark() {
        for (text, whole) in
            [("[] ]", "[]"), (r#"{"a]}":[1,{}]},2"#, r#"{"a]}":[1,{}]}"#), (r#"["\"]", []]"#, r#"["\"]", []]"#)]
        {
            assert_eq!(Cursor::at_start(text).nested(9), Some(whole));
        }
        assert_eq!(Cursor::at_start("[[1],[2]]").nested(2), Some("[[1],[2]]"));
        assert_eq!(Cursor::at_start("[[1],[2]]").nested(1), None);
    }

    #[test]
    fn space_between_parts_is_left_out() {
        for (text, without) in [("[1,2]", "[1,2]"), ("[ ]", "[]"), ("{ \"a b\" :\t[ 1 ,\n2 ] }", "{\"a b\":[1,2]}")] {
            assert_eq!(compact(text), without);
        }
    }

    #[test]
    fn what_is_no_json_stops_at_its_end() {
        for text in ["", "\"", "\"\\", "\"a", "[", "[\"", "{\"a\\", "ệ", "[ệ", "]"] {
            let cursor = Cursor::at_start(text);
            cursor.clone().string().text();
            cursor.clone().nested(9);
            assert!(cursor.clone().scalar().len() <= text.len() && compact(text).len() <= text.len());
        }
    }
}
