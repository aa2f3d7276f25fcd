//! One column of a piece read into values; what cannot be read breaks a rule.

use super::batch::{ABSENT, Days, Instants, Values};
use super::binding::{Dating, Origin, Read};
use super::dates::moments::Moments;
use super::dates::reading::{Precision, Reading, is_other_format};
use super::dates::typed::{Wall, each_number, each_typed};
use super::door::{Door, Marks};
use super::flags::Flags;
use super::lexicon::{NO_NAME, normalised};
use super::pauses::Pauses;
use super::piece::{Cells, Coded, Piece};
use super::register::unhex;
use super::rows::{Texts, UNDECODED};
use super::rules::Rule;
use super::schema::Field;
use super::zone::Local;
use crate::error::{Error, Result};
use polars::prelude::PlHashMap;
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_128;

/// A longer text is no name, date or number.
const OVERSIZED: usize = 1 << 16;

const DAY: i64 = 86_400_000_000;

/// Whether a text is short and has nothing in it but letters, digits and signs of ASCII.
pub(super) fn is_plain(text: &str) -> bool {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let is_sign = |byte: &u8| (b'!'..=b'~').contains(byte);
    let is_plain = words.iter().all(|word| word.iter().fold(true, |plain, byte| plain & is_sign(byte)));
    is_plain && rest.iter().all(is_sign) && text.len() <= OVERSIZED
}

/// The rule that a text breaks by itself, whatever its column holds.
fn damage(text: &str) -> Option<Rule> {
    match () {
        () if text.len() > OVERSIZED => Some(Rule::OversizedField),
        () if text.contains('\0') => Some(Rule::NulByte),
        () if text.contains(UNDECODED) => Some(Rule::UndecodableText),
        () => None,
    }
}

impl Door<'_> {
    /// The ids of the rows, hashed; 0 where there is none.
    pub(super) fn ids(&self, origin: &Origin, piece: &Piece, field: usize, marks: &mut Marks) -> Result<Vec<u128>> {
        let mut ids = vec![0; piece.height()];
        if matches!(origin, Origin::Absent) && !self.rules.fields[field].required {
            return Ok(ids);
        }
        if self.rules.hashed_ids {
            self.each_text(origin, piece, |row, text| ids[row] = unhex(text).unwrap_or_default())?;
            return Ok(ids);
        }
        self.each_text(origin, piece, |row, text| {
            if is_plain(text) && !self.rules.is_absent(text) {
                return ids[row] = xxh3_128(text.as_bytes());
            }
            let text = text.trim();
            match damage(text) {
                Some(damage) => marks.break_rule(row, damage, field),
                None if self.rules.is_absent(text) => marks.break_rule(row, Rule::MissingId, field),
                None if text.is_ascii() => ids[row] = xxh3_128(text.as_bytes()),
                None => ids[row] = xxh3_128(normalised(text).as_bytes()),
            }
        })?;
        Ok(ids)
    }

    /// Names as codes of the worker's dictionary, mapped to canonical ones where the study says how.
    pub(super) fn codes(&mut self, origin: &Origin, piece: &Piece, field: usize, marks: &mut Marks) -> Result<Values> {
        if matches!(origin, Origin::Absent) {
            return Ok(self.absent(field, piece.height()));
        }
        let rules = self.rules;
        let Field { name: column, required, missing: rule, .. } = &rules.fields[field];
        let mapped = rules.values.get(column);
        let mut known: PlHashMap<u32, u32> = PlHashMap::default();
        let (mut lexicon, mut coded) = (std::mem::take(&mut self.lexicon), std::mem::take(&mut self.coded[field]));
        let codes = self.each_name(origin, piece, &mut coded, |row, text| {
            let own = match lexicon.known(text) {
                Some(own) => own,
                // A text is looked at once, when it is new.
                None if rules.is_absent(text.trim()) => NO_NAME,
                None => match damage(text) {
                    None => lexicon.code(text),
                    Some(damage) => {
                        marks.break_rule(row, damage, field);
                        return None;
                    }
                },
            };
            let Some(mapped) = mapped.filter(|_| own != NO_NAME) else { return Some(own) };
            Some(*known.entry(own).or_insert_with(|| {
                let canonical = lexicon.name(own).and_then(|name| mapped.get(name));
                canonical.cloned().map_or(own, |name| lexicon.code(&name))
            }))
        });
        (self.lexicon, self.coded[field]) = (lexicon, coded);
        let codes = codes?;
        if *required {
            let missing = codes.iter().enumerate().filter(|(_, code)| **code == NO_NAME);
            missing.for_each(|(row, _)| marks.break_rule(row, *rule, field));
        }
        Ok(Values::Codes(codes))
    }

    /// Texts that are only compared, normalised and mapped as names are, each by itself: a dictionary would hold them all.
    pub(super) fn keys(&self, origin: &Origin, piece: &Piece, field: usize, marks: &mut Marks) -> Result<Values> {
        if matches!(origin, Origin::Absent) {
            return Ok(self.absent(field, piece.height()));
        }
        let Field { name: column, required, missing, .. } = &self.rules.fields[field];
        let mapped = self.rules.values.get(column);
        let mut keys = Texts::default();
        self.each_text(origin, piece, |row, text| {
            let own = match () {
                () if self.rules.is_absent(text.trim()) => "".into(),
                () if is_plain(text) => Cow::Borrowed(text),
                () => match damage(text) {
                    None => normalised(text).into(),
                    Some(damage) => {
                        marks.break_rule(row, damage, field);
                        "".into()
                    }
                },
            };
            if own.is_empty() && *required {
                marks.break_rule(row, *missing, field);
            }
            keys.push(mapped.and_then(|mapped| mapped.get(own.as_ref())).map_or(own.as_ref(), String::as_str));
        })?;
        Ok(Values::Texts(keys))
    }

    /// Moments and days, placed in the zone.
    pub(super) fn instants(&self, origin: &Origin, piece: &Piece, field: usize, marks: &mut Marks) -> Result<Values> {
        let height = piece.height();
        let precision = match origin {
            Origin::Absent => return Ok(self.absent(field, height)),
            Origin::Constant(_) => Precision::Day,
            Origin::Column { read, .. } => read.precision(),
        };
        let days = match origin {
            Origin::Column { days: Some(at), .. } => Days::of(marked(column(piece, *at)?)?),
            _ if precision == Precision::Day => Days::All,
            _ => Days::None,
        };
        let Field { required, missing, .. } = &self.rules.fields[field];
        let missing = required.then_some(*missing);
        if let Some(us) = self.all_instants(origin, piece, missing.is_none()) {
            return Ok(Values::Instants(Instants { us, days }));
        }
        let mut us = vec![ABSENT; height];
        let mut place = |row: usize, found: std::result::Result<Wall, Rule>| {
            let rule = match found.and_then(|wall| self.instant(wall, precision, || marks.be_ambiguous(row))) {
                Ok(ABSENT) => missing,
                Ok(at) => {
                    us[row] = at;
                    None
                }
                Err(rule) => Some(rule),
            };
            rule.into_iter().for_each(|rule| marks.break_rule(row, rule, field));
        };
        match origin {
            Origin::Column { place: at, read: Read::Typed(_), .. } => {
                each_typed(column(piece, *at)?, |row, wall| place(row, Ok(wall)))?;
            }
            Origin::Column { place: at, read: Read::Numbered(reading), .. } => {
                each_number(column(piece, *at)?, reading, |row, wall| place(row, Ok(wall)))?;
            }
            Origin::Column { read: Read::Dated(reading), .. } => {
                self.each_text(origin, piece, |row, text| place(row, self.wall(text, reading)))?;
            }
            Origin::Constant(text) => {
                let day = Reading::of_days().micros(text.trim()).map(Wall::At).ok_or(Rule::UnparsableDate);
                (0..height).for_each(|row| place(row, day));
            }
            // No row of the input has a date here; where every row must have one, all are set aside.
            _ => (0..height).for_each(|row| place(row, Ok(Wall::Blank))),
        }
        Ok(Values::Instants(Instants { us, days }))
    }

    fn wall(&self, text: &str, dating: &Dating) -> std::result::Result<Wall, Rule> {
        let text = text.trim();
        match dating.compiled.micros(text) {
            _ if self.rules.is_absent(text) => Ok(Wall::Blank),
            Some(us) => Ok(Wall::at(us)),
            None if is_other_format(text) => Err(Rule::OtherDateFormat),
            None => Err(damage(text).unwrap_or(Rule::UnparsableDate)),
        }
    }

    fn instant(&self, wall: Wall, precision: Precision, be_ambiguous: impl FnOnce()) -> std::result::Result<i64, Rule> {
        let wall = match wall {
            Wall::Blank => return Ok(ABSENT),
            Wall::Unparsable => return Err(Rule::UnparsableDate),
            Wall::Beyond => return Err(Rule::ImplausibleDate),
            Wall::At(us) => us,
        };
        let at = match precision {
            Precision::Offset => wall,
            Precision::Day => self.rules.zone.midnight(wall.div_euclid(DAY)),
            Precision::Wall => match self.rules.zone.utc(wall) {
                Local::One(at) => at,
                Local::Earlier(at) => {
                    be_ambiguous();
                    at
                }
                Local::Never => return Err(Rule::UnparsableDate),
            },
        };
        let (first, last) = self.rules.plausible;
        match at < first || at >= last {
            false => Ok(at),
            true if self.rules.is_absent_day(wall) => Ok(ABSENT),
            true => Err(Rule::ImplausibleDate),
        }
    }

    /// Whole numbers, none of them negative but where this program made them.
    pub(super) fn numbers(&self, origin: &Origin, piece: &Piece, field: usize, marks: &mut Marks) -> Result<Values> {
        let is_sound = self.rules.is_sound;
        if let Some(numbers) = self.all_numbers(origin, piece, !self.rules.fields[field].required) {
            return Ok(Values::Numbers(numbers));
        }
        self.numbered(origin, piece, field, marks, |text| {
            // Columns with gaps are often written as decimals; three digits after a point may be thousands.
            match text.strip_suffix(".0").unwrap_or(text).parse::<i64>() {
                Ok(number) if number >= 0 || is_sound => Ok(number),
                Ok(_) => Err(Rule::NegativeNumber),
                Err(_) => Err(damage(text).unwrap_or(Rule::UnparsableNumber)),
            }
        })
    }

    /// Decimals in millionths, with a point or a comma before the places.
    pub(super) fn decimals(&self, origin: &Origin, piece: &Piece, field: usize, marks: &mut Marks) -> Result<Values> {
        self.numbered(origin, piece, field, marks, |text| {
            millionths(text).ok_or_else(|| damage(text).unwrap_or(Rule::UnparsableNumber))
        })
    }

    /// Numbers as a trimmed text is read, or the rule it breaks.
    fn numbered(
        &self,
        origin: &Origin,
        piece: &Piece,
        field: usize,
        marks: &mut Marks,
        read: impl Fn(&str) -> std::result::Result<i64, Rule>,
    ) -> Result<Values> {
        if matches!(origin, Origin::Absent) {
            return Ok(self.absent(field, piece.height()));
        }
        let Field { required, missing, .. } = &self.rules.fields[field];
        let mut numbers = vec![ABSENT; piece.height()];
        self.each_text(origin, piece, |row, text| {
            let text = text.trim();
            if self.rules.is_absent(text) {
                if *required {
                    marks.break_rule(row, *missing, field);
                }
                return;
            }
            match read(text) {
                Ok(number) => numbers[row] = number,
                Err(rule) => marks.break_rule(row, rule, field),
            }
        })?;
        Ok(Values::Numbers(numbers))
    }

    /// Yes (1) and no (0).
    pub(super) fn flags(&self, origin: &Origin, piece: &Piece, field: usize, marks: &mut Marks) -> Result<Values> {
        if matches!(origin, Origin::Absent) {
            return Ok(self.absent(field, piece.height()));
        }
        if let Some(flags) = self.all_flags(origin, piece) {
            return Ok(Values::Flags(flags));
        }
        let mut flags = Flags::absent(piece.height());
        self.each_text(origin, piece, |row, text| {
            let text = text.trim();
            match yes_or_no(text) {
                _ if self.rules.is_absent(text) => {}
                Some(yes) => flags.set(row, yes),
                None => marks.break_rule(row, damage(text).unwrap_or(Rule::UnparsableFlag), field),
            }
        })?;
        Ok(Values::Flags(flags))
    }

    /// When the clock stood still.
    pub(super) fn pauses(&self, origin: &Origin, piece: &Piece, field: usize, marks: &mut Marks) -> Result<Values> {
        if matches!(origin, Origin::Absent) {
            return Ok(self.absent(field, piece.height()));
        }
        let mut pauses = Pauses::with_capacity(piece.height());
        let mut moments = Moments::new(&self.rules.moments);
        self.each_text(origin, piece, |row, text| {
            let text = text.trim();
            let mut moment = |text: &str| {
                moments.read(text, |dating, us| {
                    self.instant(Wall::at(us), dating.reading.precision, || marks.be_ambiguous(row)).ok()
                })
            };
            if self.rules.is_absent(text) {
                pauses.add(&[], None);
            } else if !pauses.read(text, &mut moment) {
                marks.break_rule(row, damage(text).unwrap_or(Rule::UnparsablePause), field);
                pauses.add(&[], None);
            }
        })?;
        Ok(Values::Pauses(pauses))
    }

    /// The codes of a column of names; where there is no name to give one to, [`NO_NAME`].
    fn each_name(
        &self,
        origin: &Origin,
        piece: &Piece,
        coded: &mut Coded,
        mut code: impl FnMut(usize, &str) -> Option<u32>,
    ) -> Result<Vec<u32>> {
        if let Origin::Column { place, part: None, .. } = origin {
            return piece.cells(*place).each_name(coded, code);
        }
        let mut codes = vec![NO_NAME; piece.height()];
        self.each_text(origin, piece, |row, text| codes[row] = code(row, text).unwrap_or(NO_NAME))?;
        Ok(codes)
    }

    /// Shows every text of a column, or of a part of it that the profile takes out.
    pub(super) fn each_text(&self, origin: &Origin, piece: &Piece, mut each: impl FnMut(usize, &str)) -> Result<()> {
        match origin {
            Origin::Absent => (0..piece.height()).for_each(|row| each(row, "")),
            Origin::Constant(text) => (0..piece.height()).for_each(|row| each(row, text)),
            Origin::Column { place, part: None, .. } => piece.cells(*place).each_text(each)?,
            Origin::Column { place, part: Some(part), .. } => piece.cells(*place).each_text(|row, text| {
                // What the profile cannot take apart is shown to the rules as it is.
                match part(text.trim()) {
                    Ok(own) => each(row, &own),
                    Err(_) => each(row, text),
                }
            })?,
        }
        Ok(())
    }
}

/// What a trimmed text says, however its letters are written.
fn yes_or_no(text: &str) -> Option<bool> {
    let own = |text: &str| match text {
        "1" | "true" | "yes" | "có" | "x" => Some(true),
        "0" | "false" | "no" | "không" => Some(false),
        _ => None,
    };
    let is_short = text.len() < 16;
    own(text).or_else(|| is_short.then(|| own(&normalised(text).to_lowercase())).flatten())
}

/// A decimal of at most nine digits before its places, in millionths; `1,234` may be thousands and is none.
fn millionths(text: &str) -> Option<i64> {
    const MOST: f64 = 1e9;
    let whole = text.split_once(',');
    let pointed = match whole {
        Some((_, places)) if places.len() == 3 || text.contains('.') => return None,
        Some((before, places)) => &format!("{before}.{places}"),
        None => text,
    };
    let is_plain = pointed.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let number: f64 = pointed.parse().ok().filter(|_| is_plain)?;
    (number.abs() < MOST).then(|| (number * 1e6).round() as i64)
}

fn column(piece: &Piece, place: usize) -> Result<&polars::prelude::Column> {
    match piece.cells(place) {
        Cells::Column(column) => Ok(column),
        Cells::Texts(_) | Cells::Numbered(..) => Err(Error::broken("reading a typed column", "it is of texts")),
    }
}

/// Which rows of a column of yes and no are yes.
fn marked(column: &polars::prelude::Column) -> Result<Vec<bool>> {
    let marks = column.bool().map_err(|e| Error::broken("reading which dates are days", e))?;
    Ok(marks.iter().map(|mark| mark.unwrap_or_default()).collect())
}
