//! A XES log taken apart: which trace or event begins or ends, and which attribute it has.
//!
//! Nothing is believed: a document type declaration is refused, so there are no entities to blow up and no files to
//! fetch; nesting, names and the size of one tag have limits; a file that ends too early or goes on too long is an
//! error that says where.

use super::input::Input;
use crate::error::{Error, Result};
use crate::ingest::rows::UNDECODED;
use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error as XmlError, Reader};
use std::fmt::Display;
use std::io::BufRead;
use std::path::Path;

/// How many elements may stand in one another.
const DEEPEST: usize = 1_000;

/// The bytes an element's name may have.
///
/// The XML reader keeps the names of all open elements.
const LONGEST_NAME: usize = 1_024;

const DTD: &str = "it has a document type declaration (DTD), which is refused; remove it";

/// What begins or ends, or has an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A trace.
    Trace,
    /// An event of a trace.
    Event,
    /// An event outside any trace.
    LooseEvent,
}

/// The next thing a log says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A trace or an event begins.
    Starts(Part),
    /// It has the attribute that [`Scan::key`] and [`Scan::value`] show.
    Attribute(Part),
    /// It ends.
    Ends(Part),
    /// The log ends, and the file with it.
    Done,
}

/// Where in a log the next tag stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    BeforeLog,
    Log,
    In(Part),
    AfterLog,
}

/// A log that is read step by step.
pub(super) struct Scan<'p, R> {
    reader: Reader<Input<R>>,
    path: &'p Path,
    buffer: Vec<u8>,
    piece_start: u64,
    place: Place,
    depth: usize,
    /// How many open elements are of no interest.
    ignored: usize,
    /// Whether the element that began last ends at once.
    empty: bool,
    traces: u64,
    key: String,
    value: String,
}

impl<'p, R: BufRead> Scan<'p, R> {
    /// A log at its start.
    pub(super) fn new(input: R, path: &'p Path) -> Self {
        Self {
            reader: Reader::from_reader(Input::new(input)),
            path,
            buffer: Vec::new(),
            piece_start: 0,
            place: Place::BeforeLog,
            depth: 0,
            ignored: 0,
            empty: false,
            traces: 0,
            key: String::new(),
            value: String::new(),
        }
    }

    /// The key of the attribute; never blank.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// The value of the attribute; bytes that are no text stand in it as [`UNDECODED`].
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    /// The next step.
    ///
    /// # Errors
    ///
    /// The input fails, is no well-formed XML, is no XES, or goes beyond a limit.
    pub(super) fn next(&mut self) -> Result<Step> {
        if std::mem::take(&mut self.empty)
            && let Some(step) = self.leave()
        {
            return Ok(step);
        }
        loop {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            let step = self.piece(&mut buffer);
            self.buffer = buffer;
            if let Some(step) = step? {
                return Ok(step);
            }
        }
    }

    /// An error that says where in the file it is.
    pub(super) fn error(&self, why: impl Display) -> Error {
        let trace = match self.place {
            Place::In(Part::Trace | Part::Event) => format!(" in trace {}", self.traces),
            _ if self.traces > 0 => format!(" after trace {}", self.traces),
            _ => String::new(),
        };
        Error::unreadable(self.path, format!("{why} (at byte {}{trace})", self.piece_start))
    }

    fn piece(&mut self, buffer: &mut Vec<u8>) -> Result<Option<Step>> {
        let begun = self.reader.get_mut().begin_piece();
        self.piece_start = self.reader.get_ref().taken();
        begun.map_err(|why| self.error(why))?;
        match self.reader.read_event_into(buffer) {
            Ok(Event::Start(tag)) => self.enter(&tag),
            Ok(Event::Empty(tag)) => self.enter_empty(&tag),
            Ok(Event::End(_)) => Ok(self.leave()),
            Ok(Event::Text(text)) if text.trim_matches([' ', '\t', '\n', '\r']).is_empty() => Ok(None),
            Ok(Event::Text(_) | Event::CData(_)) => self.text(),
            Ok(Event::GeneralRef(name)) => {
                referred(&name).map_err(|why| self.error(why))?;
                self.text()
            }
            Ok(Event::DocType(_)) => Err(self.error(DTD)),
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_)) => Ok(None),
            Ok(Event::Eof) => self.end(),
            Err(wrong) => Err(self.error(told(&wrong))),
        }
    }

    fn enter_empty(&mut self, tag: &BytesStart<'_>) -> Result<Option<Step>> {
        let step = self.enter(tag)?;
        match step {
            Some(Step::Starts(_)) => self.empty = true,
            _ => drop(self.leave()),
        }
        Ok(step)
    }

    fn enter(&mut self, tag: &BytesStart<'_>) -> Result<Option<Step>> {
        self.go_deeper(tag)?;
        if self.ignored > 0 {
            self.ignored += 1;
            return Ok(None);
        }
        match (self.place, tag.local_name().as_ref()) {
            (Place::BeforeLog, "log") => self.place = Place::Log,
            (Place::BeforeLog, other) => return Err(self.error(not_a_log(other))),
            (Place::AfterLog, _) => return Err(self.error("it goes on after the end of its log")),
            (Place::Log, "trace") => {
                self.traces += 1;
                return Ok(Some(self.start(Part::Trace)));
            }
            (Place::Log, "event") => return Ok(Some(self.start(Part::LooseEvent))),
            (Place::In(Part::Trace), "event") => return Ok(Some(self.start(Part::Event))),
            (Place::In(_), name @ ("trace" | "event")) => {
                return Err(self.error(format!("`{name}` stands where XES has none")));
            }
            (Place::In(part), "string" | "date" | "int" | "float" | "boolean" | "id") => {
                self.ignored = 1;
                return self.attribute(part, tag);
            }
            _ => self.ignored = 1,
        }
        Ok(None)
    }

    fn go_deeper(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error("more than 1,000 elements stand in one another"));
        }
        let name = tag.name();
        if name.as_ref().len() > LONGEST_NAME {
            return Err(self.error("the name of an element has more than 1,024 bytes"));
        }
        if !is_name(name.as_ref()) {
            return Err(self.error(format!("`<{}` begins no tag", shown(name.as_ref()))));
        }
        // A lost `>` or quotation mark makes one tag of two, and the second would be missed.
        if tag.contains('<') {
            return Err(self.error("`<` stands in a tag: a `>` or a quotation mark is missing, or it should be `&lt;`"));
        }
        Ok(())
    }

    fn start(&mut self, part: Part) -> Step {
        self.place = Place::In(part);
        Step::Starts(part)
    }

    fn leave(&mut self) -> Option<Step> {
        self.depth = self.depth.saturating_sub(1);
        if self.ignored > 0 {
            self.ignored -= 1;
            return None;
        }
        let Place::In(part) = self.place else {
            self.place = Place::AfterLog;
            return None;
        };
        self.place = match part {
            Part::Event => Place::In(Part::Trace),
            Part::Trace | Part::LooseEvent => Place::Log,
        };
        Some(Step::Ends(part))
    }

    fn attribute(&mut self, part: Part, tag: &BytesStart<'_>) -> Result<Option<Step>> {
        let (mut key, mut value) = (None, None);
        let mut attributes = tag.attributes();
        // Its own check of repeats remembers every name, and 16 MiB hold millions of them.
        for attribute in attributes.with_checks(false) {
            let sound = attribute.ok().filter(|attribute| is_name(attribute.key.as_ref()));
            let attribute = sound.ok_or_else(|| self.error("a tag is not of the form `<name key=\"…\" …>`"))?;
            let place = match attribute.key.as_ref() {
                "key" => &mut key,
                "value" => &mut value,
                _ => continue,
            };
            if place.replace(attribute.value).is_some() {
                return Err(self.error("a tag has `key` or `value` twice"));
            }
        }
        let key = resolved(&key.unwrap_or_default(), &mut self.key);
        let value = resolved(&value.unwrap_or_default(), &mut self.value);
        key.and(value).map_err(|why| self.error(why))?;
        if !self.key.is_ascii() && self.key.contains(UNDECODED) {
            self.key = lossy(&self.key);
        }
        Ok((!self.key.trim().is_empty()).then_some(Step::Attribute(part)))
    }

    fn text(&self) -> Result<Option<Step>> {
        match self.place {
            Place::BeforeLog => Err(self.error("text stands before its first element: it is not XML")),
            Place::AfterLog => Err(self.error("it goes on after the end of its log")),
            Place::Log | Place::In(_) => Ok(None),
        }
    }

    fn end(&self) -> Result<Option<Step>> {
        match self.place {
            Place::AfterLog => Ok(Some(Step::Done)),
            Place::BeforeLog if self.reader.get_ref().taken() == 0 => Err(Error::unreadable(self.path, "it is empty")),
            Place::BeforeLog => Err(self.error("it has no element: it is not XES")),
            Place::Log | Place::In(_) => Err(self.error("it ends before its log does: a part of it is missing")),
        }
    }
}

/// A text with the usual mark for what is no text.
pub(super) fn lossy(text: &str) -> String {
    text.replace(UNDECODED, "\u{FFFD}")
}

/// What an attribute's text stands for.
///
/// As XML has it, a line break or a tab is a blank.
fn resolved(raw: &str, into: &mut String) -> std::result::Result<(), String> {
    into.clear();
    let mut parts = raw.split('&');
    push(parts.next().unwrap_or_default(), into);
    for part in parts {
        let (name, rest) = part.split_once(';').ok_or("`&` without a name and `;` after it")?;
        into.push(referred(name)?);
        push(rest, into);
    }
    Ok(())
}

fn push(plain: &str, into: &mut String) {
    if !plain.bytes().any(|byte| matches!(byte, b'\t' | b'\n' | b'\r')) {
        return into.push_str(plain);
    }
    let lines = plain.replace("\r\n", " ");
    into.extend(lines.chars().map(|letter| if matches!(letter, '\t' | '\n' | '\r') { ' ' } else { letter }));
}

/// The character that `&name;` stands for.
fn referred(name: &str) -> std::result::Result<char, String> {
    let numbered = |number: &str| character(number).ok_or_else(|| format!("`&{};` is no character", shown(name)));
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => match name.strip_prefix('#') {
            Some(number) => numbered(number),
            None => Err(format!("entity `&{};` is not allowed", shown(name))),
        },
    }
}

/// The character of a number.
///
/// A number that no character has, such as half of a pair, spoils its row only.
fn character(number: &str) -> Option<char> {
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok();
    Some(code.and_then(char::from_u32).unwrap_or(UNDECODED))
}

/// What an error of the XML reader means to whoever has the file.
fn told(wrong: &XmlError) -> String {
    match wrong {
        XmlError::Io(why) => why.to_string(),
        XmlError::Syntax(SyntaxError::UnclosedDoctype) => DTD.to_owned(),
        XmlError::IllFormed(IllFormedError::MissingDoctypeName) => DTD.to_owned(),
        XmlError::Syntax(why) => why.to_string(),
        XmlError::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            format!("`</{}>` stands where `</{}>` should", shown(found), shown(expected))
        }
        XmlError::IllFormed(IllFormedError::UnmatchedEndTag(name)) => format!("`</{}>` ends nothing", shown(name)),
        XmlError::IllFormed(IllFormedError::UnclosedReference) => "`&` without a name and `;` after it".to_owned(),
        other => other.to_string(),
    }
}

/// Whether a text may name an element or an attribute, as far as ASCII goes.
fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':') || !byte.is_ascii();
    let later = |byte: u8| letter(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    text.bytes().next().is_some_and(letter) && text.bytes().all(later) && (text.is_ascii() || !text.contains(UNDECODED))
}

fn not_a_log(name: &str) -> String {
    format!("its first element is `{}`, not `log`: it is not XES", shown(name))
}

/// A name as it may be printed.
fn shown(name: &str) -> String {
    let letters = name.chars().take(60);
    letters.map(|letter| if letter.is_control() || letter == UNDECODED { '\u{FFFD}' } else { letter }).collect()
}
