//! The contract `giamtang.scorecard/1`, pretty-printed.

use crate::error::{Error, Result};
use crate::scorecard::Scorecard;
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

const STEP: &str = "writing a scorecard as JSON";

/// The scorecard as JSON with a final newline.
pub(super) fn text(card: &Scorecard) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut json = Serializer::with_formatter(&mut text, Whole::default());
    card.serialize(&mut json).map_err(|why| Error::broken(STEP, why))?;
    text.push(b'\n');
    Ok(text)
}

/// Writes no null but the name of a group: `serde_json` writes NaN and infinities as null.
#[derive(Default)]
struct Whole {
    pretty: PrettyFormatter<'static>,
    /// What is being written, from the outside in.
    inside: Vec<Inside>,
    /// The keys that it has there, one after the other.
    keys: String,
    is_key: bool,
}

enum Inside {
    /// An object, and where its key begins.
    Object(usize),
    /// An array, and how many items it has.
    Array(usize),
}

impl Whole {
    /// What leads to the value that is being written.
    fn path(&self) -> Vec<String> {
        let mut end = self.keys.len();
        let mut part = |inside: &Inside| match inside {
            Inside::Object(start) => self.keys[*start..std::mem::replace(&mut end, *start)].to_owned(),
            Inside::Array(items) => (items - 1).to_string(),
        };
        let mut path: Vec<String> = self.inside.iter().rev().map(&mut part).collect();
        path.reverse();
        path
    }
}

impl Formatter for Whole {
    fn write_null<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let path = self.path();
        match path.iter().any(|part| part == "by") {
            true => writer.write_all(b"null"),
            false => Err(io::Error::other(format!("`{}` is not a number", path.join(".")))),
        }
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if self.is_key {
            self.keys.push_str(fragment);
        }
        writer.write_all(fragment.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inside.push(Inside::Array(0));
        self.pretty.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inside.pop();
        self.pretty.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if let Some(Inside::Array(items)) = self.inside.last_mut() {
            *items += 1;
        }
        self.pretty.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inside.push(Inside::Object(self.keys.len()));
        self.pretty.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if let Some(Inside::Object(start)) = self.inside.pop() {
            self.keys.truncate(start);
        }
        self.pretty.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if let Some(Inside::Object(start)) = self.inside.last() {
            self.keys.truncate(*start);
        }
        self.is_key = true;
        self.pretty.begin_object_key(writer, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.is_key = false;
        self.pretty.end_object_key(writer)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(value: &serde_json::Value) -> std::result::Result<String, String> {
        let mut text = Vec::new();
        let done = value.serialize(&mut Serializer::with_formatter(&mut text, Whole::default()));
        done.map(|()| String::from_utf8(text).expect("text")).map_err(|why| why.to_string())
    }

    /// Nothing is written otherwise than without the check, and a hole is named by what leads to it.
    #[test]
    fn a_hole_is_found_where_it_is() {
        let mut value = json!({
            "groups": [{ "by": { "unit": null }, "n": 1 }, { "by": { "unit": "a\"b" }, "is": { "low": 0.5, "why": [] } }],
            "last": {},
        });
        assert_eq!(written(&value), serde_json::to_string_pretty(&value).map_err(|why| why.to_string()));
        value["groups"][1]["is"]["low"] = json!(null);
        assert_eq!(written(&value), Err("`groups.1.is.low` is not a number".to_owned()));
        assert_eq!(written(&json!([1, [2, null]])), Err("`1.1` is not a number".to_owned()));
        assert_eq!(written(&json!({ "by": 1, "of": null })), Err("`of` is not a number".to_owned()));
    }
}
