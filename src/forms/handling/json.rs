//! The form as its contract has it: `giamtang.form.06a/1`.

use super::{Columns, Ended, Handling, Part, Told};
use crate::forms::ground::Shown;
use serde::ser::{Serialize, SerializeMap, Serializer};

impl Serialize for Handling {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", "giamtang.form.06a/1")?;
        map.serialize_entry("head", &self.head)?;
        map.serialize_entry("folding", &self.folding)?;
        map.serialize_entry("whole", &self.whole)?;
        map.serialize_entry("units", &self.units)?;
        map.serialize_entry("told", &self.told)?;
        map.end()
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(of) = self.of {
            map.serialize_entry("of", of)?;
            map.serialize_entry("name", &self.name)?;
        }
        let columns = &self.columns;
        map.serialize_entry("received", &Named(&["total", "online", "direct_or_postal", "carried_over"], columns, 3))?;
        map.serialize_entry("resolved", &Named(&["total", "early", "on_time", "overdue"], columns, 7))?;
        map.serialize_entry("in_progress", &Named(&["total", "within_time", "overdue"], columns, 11))?;
        map.serialize_entry("ended", &self.ended)?;
        if !self.parts.is_empty() {
            map.serialize_entry("parts", &self.parts)?;
        }
        map.end()
    }
}

/// Columns under names, from a number on.
struct Named<'a>(&'a [&'static str], &'a Columns, usize);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(names, columns, first) = self;
        let mut map = serializer.serialize_map(Some(names.len()))?;
        for (name, number) in names.iter().zip(*first..) {
            map.serialize_entry(name, &Shown(columns.column(number)))?;
        }
        map.end()
    }
}

impl Serialize for Ended {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { early, on_time, overdue, withdrawn, returned } = self;
        let own = [early, on_time, overdue, withdrawn, returned];
        let names = ["early", "on_time", "overdue", "withdrawn", "returned"];
        serializer.collect_map(names.into_iter().zip(own.map(Shown)))
    }
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("no_channel", &Shown(&self.no_channel))?;
        map.serialize_entry("other_channel", &Shown(&self.other_channel))?;
        map.serialize_entry("undated_resolved", &Shown(&self.undated_resolved))?;
        map.serialize_entry("undated_in_progress", &Shown(&self.undated_in_progress))?;
        map.serialize_entry("withdrawn", &Shown(&self.withdrawn))?;
        map.serialize_entry("returned", &Shown(&self.returned))?;
        map.serialize_entry("waiting", &Shown(&self.waiting))?;
        map.serialize_entry("refused_at_reception", &Shown(&self.refused))?;
        map.serialize_entry("not_accepted", &Shown(&self.not_accepted))?;
        map.serialize_entry("no_field", &Shown(&self.no_field))?;
        map.end()
    }
}
