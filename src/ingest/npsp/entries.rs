//! The nested lists of the portal's payload, entry by entry.
//!
//! A number may stand as a number or in quotation marks, a single entry without its list; what is not read is passed
//! over. A key that stands twice in an entry is an error, because either could be meant.

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

/// The entries of a list; blank and null are none, an object alone is a list of one.
pub(super) fn list<T: DeserializeOwned>(json: &str) -> Result<Option<Vec<T>>, String> {
    let json = json.trim();
    let entries = match json.bytes().next() {
        None => return Ok(None),
        Some(b'{') => serde_json::from_str(json).map(|only| Some(vec![only])),
        Some(_) => serde_json::from_str::<Option<Vec<Entry<T>>>>(json),
    };
    let entries = entries.map_err(|error| format!("no list of the kind expected: {error}"))?;
    Ok(entries.map(|entries| entries.into_iter().filter_map(|entry| entry.0).collect()))
}

/// An entry of a list: an object, or null.
struct Entry<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entry<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(EntryVisitor(PhantomData))
    }
}

struct EntryVisitor<T>(PhantomData<T>);

// A derived struct alone would read a list as its fields in their order.
impl<'de, T: Deserialize<'de>> Visitor<'de> for EntryVisitor<T> {
    type Value = Entry<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Entry<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|entry| Entry(Some(entry)))
    }

    fn visit_unit<E: Error>(self) -> Result<Entry<T>, E> {
        Ok(Entry(None))
    }
}

/// An entry of `DanhSachHoSoBoSung`.
#[derive(Deserialize)]
pub(super) struct Supplement {
    #[serde(rename = "NgayBoSung", default)]
    pub(super) asked: Text,
    #[serde(rename = "NgayTiepNhanBoSung", default)]
    pub(super) back: Text,
    #[serde(rename = "NgayHenTraTruoc", default)]
    pub(super) due_before: Text,
}

/// An entry of `DanhSachLePhi`.
#[derive(Deserialize)]
pub(super) struct Fee {
    #[serde(rename = "Gia", default)]
    pub(super) price: Text,
}

/// An entry of `TaiLieuNop`.
#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(rename = "DuocSoHoa", default)]
    pub(super) scanned: Text,
    #[serde(rename = "DuocTaiSuDung", default)]
    pub(super) reused: Text,
    #[serde(rename = "DuocLayTuKhoDMQG", default)]
    pub(super) national: Text,
}

/// An entry of `DanhSachGiayToKetQua`.
#[derive(Deserialize)]
pub(super) struct ResultFile {
    #[serde(rename = "DuongDanTepTinKetQua", default)]
    pub(super) link: Text,
}

/// A text, number, or yes and no, as a trimmed text; null is blank.
#[derive(Default)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.trim().to_owned())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<String, E> {
        // Beyond 2^53 not every whole number has a float of its own, so the digits are not the source's.
        let whole = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
        Ok(if whole { format!("{number:.0}") } else { format!("{number:e}") })
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<String, E> {
        Ok(yes.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Ok(String::new())
    }
}
