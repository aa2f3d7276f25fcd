//! One JSON line taken apart into columns.
//!
//! What is JSON is for `serde_json` to say. A line that passes is cut at its marks, so that numbers and lists stay as
//! they are written: read as numbers, 1.10 and 1.1 would be one id, and long ids would lose their last digits.

use super::cursor::{Cursor, compact};
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::collections::HashMap;

/// The most keys that lines may have together; those of flattened objects count.
pub(super) const MOST: usize = 10_000;

/// The bytes of the longest name of a column; what has a longer one is no column.
const LONGEST_NAME: usize = 1_000;

/// A name has at most so many parts; an object below stays JSON.
const PARTS: usize = 8;

/// Lists and objects may stand so deep inside each other.
const DEEPEST: usize = 64;

/// The columns that have been met.
///
/// Lines mostly have their keys in one order, so a key is first compared with what followed the last one before.
pub(super) struct Columns {
    known: Vec<Column>,
    places: HashMap<String, usize>,
    /// The most that may be known.
    most: usize,
    /// The number of lines taken.
    line: u64,
    /// The column that stood first in the line before.
    first: usize,
    /// The name of the value that is looked at.
    name: String,
}

struct Column {
    name: String,
    /// Its place among the wanted columns.
    wanted: Option<usize>,
    /// Whether something else than an object with keys stood there.
    plain: bool,
    /// The last line that has it.
    line: u64,
    /// The column that followed it there.
    next: usize,
}

/// Why a line is no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It is not one JSON object.
    NoObject,
    /// A column stands twice: as one key, or as `a.b` and as `b` inside `a`.
    Repeated(String),
    /// More than 64 lists and objects stand inside each other.
    Deep,
    /// There are too many columns to go on.
    Crowded,
}

impl Columns {
    /// No columns met yet; those are wanted.
    pub(super) fn of(wanted: &[&str]) -> Self {
        let (known, places) = (Vec::new(), HashMap::new());
        let most = MOST + wanted.len();
        let mut columns = Self { known, places, most, line: 0, first: 0, name: String::new() };
        for (place, name) in wanted.iter().enumerate() {
            if !columns.places.contains_key(*name) {
                columns.add((*name).to_owned(), Some(place));
            }
        }
        columns
    }

    /// The place of a wanted column among the wanted ones; the first of those that are equal.
    pub(super) fn wanted(&self, name: &str) -> Option<usize> {
        self.known.get(*self.places.get(name)?)?.wanted
    }

    /// The names of the columns in the order they were first met.
    pub(super) fn names(self) -> Vec<String> {
        self.known.into_iter().filter(|column| column.plain).map(|column| column.name).collect()
    }

    /// Takes one line apart: fills in the wanted texts.
    ///
    /// Says whether the line has any value at all.
    ///
    /// # Errors
    ///
    /// The line is no row; what was filled in means nothing then.
    pub(super) fn take<'a>(&mut self, line: &'a str, found: &mut [Cow<'a, str>]) -> Result<bool, Flaw> {
        let mut cursor = Cursor::at_start(line);
        if cursor.peek() != Some(b'{') || serde_json::from_str::<IgnoredAny>(line).is_err() {
            return Err(Flaw::NoObject);
        }
        self.line += 1;
        self.name.clear();
        cursor.step();
        let (mut outer, mut last, mut any) = (Vec::with_capacity(PARTS), None, false);
        while let Some(mark) = cursor.peek() {
            if mark == b'"' {
                let start = self.name.len();
                let column = self.key(&mut cursor, outer.len(), last)?;
                last = column.or(last);
                if cursor.peek() == Some(b'{') && column.is_some() && outer.len() + 1 < PARTS {
                    self.whole_object(&cursor, column, outer.len() + 1, found)?;
                    outer.push(start);
                    cursor.step();
                } else {
                    any |= self.value(&mut cursor, column, outer.len() + 1, found)?;
                    self.name.truncate(start);
                }
            } else {
                // The end of an object.
                cursor.step();
                let Some(start) = outer.pop() else { break };
                self.name.truncate(start);
            }
        }
        Ok(any)
    }

    /// The column of the key at the cursor; `None` where its name is too long.
    ///
    /// `self.name` becomes its name.
    fn key(&mut self, cursor: &mut Cursor<'_>, depth: usize, last: Option<usize>) -> Result<Option<usize>, Flaw> {
        let key = cursor.string().text().ok_or(Flaw::NoObject)?;
        if depth > 0 {
            self.name.push('.');
        }
        if self.name.len() + key.len() > LONGEST_NAME {
            return Ok(None);
        }
        self.name.push_str(&key);
        let place = self.place(last)?;
        match self.known.get_mut(place) {
            Some(column) if column.line == self.line => return Err(Flaw::Repeated(self.name.clone())),
            Some(column) => column.line = self.line,
            None => {}
        }
        Ok(Some(place))
    }

    /// The place of the column that has the name `self.name`.
    fn place(&mut self, last: Option<usize>) -> Result<usize, Flaw> {
        let likely = last.and_then(|last| self.known.get(last)).map_or(self.first, |last| last.next);
        if self.known.get(likely).is_some_and(|column| column.name == self.name) {
            return Ok(likely);
        }
        let place = match self.places.get(&self.name) {
            Some(place) => *place,
            None if self.known.len() >= self.most => return Err(Flaw::Crowded),
            None => self.add(self.name.clone(), None),
        };
        match last.and_then(|last| self.known.get_mut(last)) {
            Some(last) => last.next = place,
            None => self.first = place,
        }
        Ok(place)
    }

    fn add(&mut self, name: String, wanted: Option<usize>) -> usize {
        let place = self.known.len();
        self.places.insert(name.clone(), place);
        self.known.push(Column { name, wanted, plain: false, line: 0, next: 0 });
        place
    }

    /// An object whose own column is wanted stands in it as JSON.
    fn whole_object<'a>(
        &self,
        cursor: &Cursor<'a>,
        column: Option<usize>,
        depth: usize,
        found: &mut [Cow<'a, str>],
    ) -> Result<(), Flaw> {
        let wanted = column.and_then(|place| self.known.get(place)?.wanted);
        if let Some(text) = wanted.and_then(|place| found.get_mut(place)) {
            let whole = compact(cursor.clone().nested(DEEPEST - depth).ok_or(Flaw::Deep)?);
            *text = if whole == "{}" { Cow::Borrowed("") } else { whole };
        }
        Ok(())
    }

    /// The value at the cursor, so deep inside objects; whether it is one.
    fn value<'a>(
        &mut self,
        cursor: &mut Cursor<'a>,
        column: Option<usize>,
        depth: usize,
        found: &mut [Cow<'a, str>],
    ) -> Result<bool, Flaw> {
        let mut column = column.and_then(|place| self.known.get_mut(place));
        column.iter_mut().for_each(|column| column.plain = true);
        let wanted = column.and_then(|column| found.get_mut(column.wanted?));
        let (text, any) = match cursor.peek() {
            Some(b'"') => {
                let string = cursor.string();
                let any = !string.inside().trim_ascii().is_empty();
                (if wanted.is_some() { string.text().ok_or(Flaw::NoObject)? } else { Cow::Borrowed("") }, any)
            }
            Some(b'{' | b'[') => {
                let nested = cursor.nested(DEEPEST - depth).ok_or(Flaw::Deep)?;
                (if wanted.is_some() { compact(nested) } else { Cow::Borrowed("") }, true)
            }
            _ => match cursor.scalar() {
                "null" => (Cow::Borrowed(""), false),
                text => (Cow::Borrowed(text), true),
            },
        };
        if let Some(found) = wanted {
            *found = text;
        }
        Ok(any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, Value, from_str};

    /// What the wanted columns of a line hold.
    fn texts<'a>(line: &'a str, wanted: &[&str]) -> Result<Vec<Cow<'a, str>>, Flaw> {
        let mut found = vec![Cow::Borrowed(""); wanted.len()];
        Columns::of(wanted).take(line, &mut found).map(|_| found)
    }

    fn names(lines: &[&str]) -> Vec<String> {
        let mut columns = Columns::of(&[]);
        lines.iter().for_each(|line| drop(columns.take(line, &mut [])));
        columns.names()
    }

    #[test]
    fn values_stand_as_they_are_written() {
        for (value, text) in [
            ("1", "1"),
            ("-0", "-0"),
            ("1.10", "1.10"),
            ("1e400", "1e400"),
            ("12345678901234567890123", "12345678901234567890123"),
            ("true", "true"),
            ("null", ""),
            (r#""""#, ""),
            (r#"" a ""#, " a "),
            (r#""\u0110\u00ea\n\"\\""#, "Đê\n\"\\"),
            (r#""\ud83d\ude00""#, "😀"),
            ("[ ]", "[]"),
            (r#"[ {"z" : "a b\" ", "a":1.0} , null ]"#, r#"[{"z":"a b\" ","a":1.0},null]"#),
            ("[1,[2]]", "[1,[2]]"),
        ] {
            for line in [format!("{{\"k\":{value}}}"), format!(" {{ \"j\" : 0 , \"k\" : {value} , \"l\":9 }}\t\r")] {
                assert_eq!(texts(&line, &["k"]).unwrap(), [text], "{line}");
            }
        }
    }

    #[test]
    fn objects_are_flattened_eight_parts_deep() {
        let line = r#"{"a":{"b":1,"c":{"d":"x"}},"e":2,"a.f":3}"#;
        assert_eq!(texts(line, &["a.c.d", "e", "a.b", "a.f", "g"]).unwrap(), ["x", "2", "1", "3", ""]);
        assert_eq!(names(&[line, r#"{"h":null,"a":{"c":4}}"#]), ["a.b", "a.c", "a.c.d", "e", "a.f", "h"]);
        let deep = r#"{"1":{"2":{"3":{"4":{"5":{"6":{"7":{"8":{"9": 0},"k":1}}}}}}}}"#;
        assert_eq!(names(&[deep]), ["1.2.3.4.5.6.7.8", "1.2.3.4.5.6.7.k"]);
        assert_eq!(texts(deep, &["1.2.3.4.5.6.7.8"]).unwrap(), [r#"{"9":0}"#]);
    }

    #[test]
    fn an_object_whose_own_column_is_wanted_stands_in_it() {
        let wanted = ["a", "a.b"];
        assert_eq!(texts(r#"{"a":{"b": 1}}"#, &wanted).unwrap(), [r#"{"b":1}"#, "1"]);
        assert_eq!(texts(r#"{"a":{ }}"#, &wanted).unwrap(), ["", ""]);
        assert_eq!(texts(r#"{"a":7}"#, &wanted).unwrap(), ["7", ""]);
    }

    #[test]
    fn a_line_without_a_value_has_none() {
        for (line, any) in [
            ("{}", false),
            (r#"{"a":null,"b":{"c":null,"d":{}},"e":" ","f":""}"#, false),
            (r#"{"a":null,"b":{"c":0}}"#, true),
            (r#"{"a":false}"#, true),
            (r#"{"a":[]}"#, true),
        ] {
            assert_eq!(Columns::of(&[]).take(line, &mut []), Ok(any), "{line}");
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for line in [
            "",
            " ",
            "1",
            "[]",
            "null",
            "\"a\"",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1}{}",
            "{\"a\":1},",
            "{'a':1}",
            "{\"a\":01}",
            "{\"a\":1,}",
            "{\"a\":tru}",
            "{\"a\":\"\t\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":NaN}",
            "{\"\\ud800\":1}",
            "{\"a\":\"\\ud800\"}",
            "\u{feff}{}",
        ] {
            assert_eq!(texts(line, &["a"]), Err(Flaw::NoObject), "{line}");
        }
    }

    #[test]
    fn a_key_stands_once() {
        for (line, name) in [
            (r#"{"a":1,"b":2,"a":1}"#, "a"),
            (r#"{"a":1,"\u0061":2}"#, "a"),
            (r#"{"x":{"a":1,"a":2}}"#, "x.a"),
            (r#"{"x":{"a":1},"x":{"b":2}}"#, "x"),
            (r#"{"x":{"a":1},"x.a":2}"#, "x.a"),
        ] {
            for wanted in [&[][..], &["b"], &["a", "x.a"]] {
                assert_eq!(texts(line, wanted), Err(Flaw::Repeated(name.to_owned())), "{line}");
            }
        }
        let mut columns = Columns::of(&[]);
        for line in [r#"{"a":1,"b":1}"#, r#"{"b":1,"a":1}"#, r#"{"b":1,"c":1}"#, r#"{"a":1,"c":1,"b":1}"#] {
            assert_eq!(columns.take(line, &mut []), Ok(true), "{line}");
        }
        assert_eq!(columns.names(), ["a", "b", "c"]);
    }

    #[test]
    fn more_than_64_levels_are_refused() {
        let lists = |deep: usize| format!("{{\"a\":{}{}}}", "[".repeat(deep), "]".repeat(deep));
        let objects = |deep: usize| format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep));
        for wanted in [&[][..], &["a"]] {
            assert!(texts(&lists(63), wanted).is_ok() && texts(&objects(64), wanted).is_ok());
            for line in [lists(64), objects(65), lists(100_000), objects(100_000)] {
                assert_eq!(texts(&line, wanted), Err(Flaw::Deep));
            }
        }
        assert_eq!(texts(&"[".repeat(100_000), &[]), Err(Flaw::NoObject));
        assert_eq!(texts(&"{\"a\":".repeat(100_000), &[]), Err(Flaw::NoObject));
    }

    #[test]
    fn columns_and_their_names_are_bounded() {
        let line = |keys: usize| {
            let keys: Vec<String> = (0..keys).map(|key| format!("\"k{key}\":1")).collect();
            format!("{{{}}}", keys.join(","))
        };
        assert_eq!(texts(&line(MOST), &[]).map(drop), Ok(()));
        assert_eq!(texts(&line(MOST + 1), &[]), Err(Flaw::Crowded));
        let long = "x".repeat(LONGEST_NAME - 2);
        let line = format!("{{\"{long}\":{{\"y\":1,\"yz\":2,\"zz\":{{\"{long}\":3}}}},\"{long}xyz\":4}}");
        assert_eq!(names(&[&line]), [format!("{long}.y")]);
    }

    proptest! {
        #[test]
        fn serde_json_says_what_is_json(
            line in prop_oneof![
                r#"\{[{}\[\]",:an01\\ ]{0,24}\}"#,
                r#"\{("[ab]{1,2}": ?([01{\[]|"a"|\{\}|\[\]|null|\{"c": ?[1{]\}),? ?){1,4}\}?"#,
                r#"\{"[ab]":("\\[\\"nu]0{0,4}"|-?[0-9.]{1,4}(e-?[0-9])?)(,"[ab]c?":(\[[12],\{"[ab]": 1\}\]|true))?\}"#,
            ]
        ) {
            let object = from_str::<Map<String, Value>>(&line);
            let taken = texts(&line, &["a", "b"]);
            prop_assert_eq!(object.is_err(), taken == Err(Flaw::NoObject));
            if let (Ok(object), Ok(found)) = (object, taken) {
                for (key, text) in ["a", "b"].into_iter().zip(found) {
                    match object.get(key) {
                        None | Some(Value::Null) => prop_assert_eq!(text, ""),
                        Some(Value::String(expected)) => prop_assert_eq!(&text, expected),
                        Some(Value::Object(empty)) if empty.is_empty() => prop_assert_eq!(text, ""),
                        // A number stands as it is written, not as it would be written again.
                        Some(value) => prop_assert_eq!(&from_str::<Value>(&text).unwrap(), value),
                    }
                }
            }
        }
    }
}
