//! One target as it is read: names found, units read, keys that say nothing of it refused.

use super::written::{GroupEntry, NameEntry, TargetTable};
use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::ingest::{Rule, Table};
use crate::kpi::{Axis, Better, Kpi, Sampling, named_among};
use crate::scorecard::gate::{
    AXIS_VERDICTS, Amount, Asks, At, Bounds, Doubt, End, Every, Grouping, KeptAt, Subject, Target, VERDICTS,
};
use crate::study::file::StudyFile;
use std::path::Path;

/// One target as it is read.
pub(super) struct Reading<'a> {
    pub(super) table: &'a TargetTable,
    pub(super) number: usize,
    pub(super) file: &'a StudyFile,
    pub(super) own: &'a [Kpi],
    pub(super) folder: &'a Path,
}

impl Reading<'_> {
    /// The target, or one for each of its KPIs.
    pub(super) fn targets(&self) -> Result<Vec<Target>> {
        let name = self.table.name.as_ref().map(NameEntry::name);
        if name.as_ref().is_some_and(|name| name.en.trim().is_empty() || name.vi.trim().is_empty()) {
            return Err(self.wrong("name", "(blank)", "a name, or no such key"));
        }
        let asks = match self.asked()? {
            "kpi" => self.table.kpi.0.iter().map(|id| self.of_kpi(id)).collect::<Result<Vec<_>>>()?,
            "axis" => vec![self.of_axis()?],
            _ => vec![self.of_data()?],
        };
        let target = |asks| Target {
            number: self.number,
            name: name.clone(),
            asks,
            allow_undefined: self.table.allow_undefined,
        };
        Ok(asks.into_iter().map(target).collect())
    }

    /// What it is of: a KPI, an axis, or the log.
    fn asked(&self) -> Result<&'static str> {
        let given = [
            ("kpi", !self.table.kpi.0.is_empty()),
            ("axis", self.table.axis.is_some()),
            ("data", self.table.data.is_some()),
        ];
        let given: Vec<&'static str> =
            given.into_iter().filter(|(_, is_given)| *is_given).map(|(key, _)| key).collect();
        match given.as_slice() {
            [one] => Ok(*one),
            several => {
                let said = if several.is_empty() { "(nothing)".to_owned() } else { several.join(", ") };
                Err(self.wrong("", &said, "one of kpi, axis and data: what it is a target for"))
            }
        }
    }

    fn of_kpi(&self, id: &str) -> Result<Asks> {
        let kpi = named_among(id, self.own)?;
        let subject = Subject::of(kpi, self.group()?);
        let table = self.table;
        let is_bound = table.at_least.is_some() || table.at_most.is_some();
        match (is_bound, table.verdict.0.is_empty(), &table.not_worse_than) {
            (true, true, None) => self.of_figure(kpi, subject),
            (false, false, None) => self.of_verdict(kpi, subject),
            (false, true, Some(kept)) => self.of_kept(kpi, subject, kept),
            _ => Err(self.wrong(
                "",
                id,
                "either at_least or at_most or both, or verdict, or not_worse_than: what is enough",
            )),
        }
    }

    fn of_figure(&self, kpi: &Kpi, subject: Subject) -> Result<Asks> {
        self.only("of a figure", &["group", "of", "window", "by", "at_least", "at_most"])?;
        let by = self.by(kpi)?;
        match self.word("of", &self.table.of, &[("value", 0), ("change", 1), ("relative_change", 2)])?.unwrap_or(0) {
            0 => {
                let window = self.word("window", &self.table.window, At::NAMED)?.unwrap_or(At::Is);
                if window == At::Was && self.file.windows.was.is_none() {
                    return Err(self.wrong("window", "was", "is: the study has one window"));
                }
                let bounds = self.bounds(|amount| amount.level(kpi.unit, kpi.is_gap()))?;
                Ok(Asks::Value { subject, window, by, bounds })
            }
            relative => {
                self.needs_two("of")?;
                if let Some(window) = &self.table.window {
                    return Err(self.wrong("window", window, "no window: a change is between both"));
                }
                let bounds = self.bounds(|amount| match relative {
                    1 => amount.change(kpi.unit),
                    _ => amount.relative(),
                })?;
                Ok(Asks::Change { subject, relative: relative == 2, by, bounds })
            }
        }
    }

    fn of_verdict(&self, kpi: &Kpi, subject: Subject) -> Result<Asks> {
        self.only("of a verdict", &["group", "verdict"])?;
        self.needs_two("verdict")?;
        if kpi.better == Better::Neither {
            return Err(self.wrong("verdict", &kpi.id, "a KPI that has one; this one is information only"));
        }
        Ok(Asks::Verdict { subject, verdicts: self.words("verdict", &self.table.verdict.0, VERDICTS)? })
    }

    fn of_kept(&self, kpi: &Kpi, subject: Subject, kept: &str) -> Result<Asks> {
        self.only("of a kept cube", &["group", "not_worse_than", "margin", "by"])?;
        if kept.trim().is_empty() {
            return Err(self.wrong("not_worse_than", "(blank)", "the path of a cube, from the study's folder"));
        }
        if kpi.better == Better::Neither {
            let expected = "a KPI with a direction; this one is information only, and nothing is worse";
            return Err(self.wrong("not_worse_than", &kpi.id, expected));
        }
        let margin = self.table.margin.as_ref();
        let margin = margin.map(|amount| {
            amount.margin(kpi.unit).map_err(|expected| self.wrong("margin", &amount.to_string(), &expected))
        });
        let kept = KeptAt { told: kept.to_owned(), path: self.folder.join(kept) };
        Ok(Asks::NotWorse { subject, kept, margin: margin.transpose()?, by: self.by(kpi)? })
    }

    fn of_axis(&self) -> Result<Asks> {
        self.only("of an axis", &["axis", "verdict"])?;
        self.needs_two("axis")?;
        let axis = self.word("axis", &self.table.axis, &Axis::NAMED)?;
        let verdicts = self.words("verdict", &self.table.verdict.0, AXIS_VERDICTS)?;
        match (axis, verdicts.is_empty()) {
            (Some(axis), false) => Ok(Asks::Axis { axis, verdicts }),
            _ => Err(self.wrong("verdict", "(missing)", "the verdicts that are enough, such as \"shown\"")),
        }
    }

    fn of_data(&self) -> Result<Asks> {
        self.only("of the log", &["data", "table", "rule", "at_least", "at_most"])?;
        let tables: Vec<(&str, Table)> = Table::ALL.into_iter().map(|table| (table.name(), table)).collect();
        let rules: Vec<(&str, Rule)> = Rule::ALL.iter().map(|rule| (rule.name(), *rule)).collect();
        let data = self.word("data", &self.table.data, Doubt::NAMED)?.unwrap_or(Doubt::Quarantined);
        let table = self.word("table", &self.table.table, &tables)?;
        let rule = self.word("rule", &self.table.rule, &rules)?;
        let told = self.table.data.as_deref().unwrap_or_default();
        if rule.is_some() && data != Doubt::Quarantined {
            return Err(self.wrong("rule", told, "data = \"quarantined\": rules are what rows are set aside by"));
        }
        if let Some(name) =
            self.table.table.as_deref().filter(|_| !matches!(data, Doubt::Quarantined | Doubt::Unmatched))
        {
            return Err(self.wrong("table", name, "no table: this share is of dossiers"));
        }
        let bounds = self.bounds(Amount::share)?;
        if bounds == Bounds::default() {
            return Err(self.wrong("at_most", "(missing)", "the share that may be, such as \"1 %\""));
        }
        // Dossiers find their procedure, answers and petitions their dossier.
        let joined = [Table::Procedures, Table::Surveys, Table::Petitions];
        match (data, table) {
            (Doubt::Unmatched, Some(table)) if joined.contains(&table) => Ok(Asks::Data { data, table, rule, bounds }),
            (Doubt::Unmatched, table) => {
                let said = table.map_or("(missing)", Table::name);
                Err(self.wrong("table", said, "procedures, surveys or petitions: what is matched with dossiers"))
            }
            (_, table) => Ok(Asks::Data { data, table: table.unwrap_or(Table::Cases), rule, bounds }),
        }
    }

    /// The end that is held against the bounds; a complete count has none but itself, nor has a group of one cluster.
    fn by(&self, kpi: &Kpi) -> Result<End> {
        let by = self.word("by", &self.table.by, End::NAMED)?.unwrap_or(End::Value);
        let compare = &self.file.compare;
        let cluster = compare.cluster.as_deref().unwrap_or("unit");
        let is_one = self.table.group.is_some() && compare.by.iter().any(|column| column == cluster);
        let why = match (by, kpi.sampling) {
            (End::Value, _) | (_, Sampling::Week) => return Ok(by),
            (_, Sampling::Census) => "is a complete count and has no interval".to_owned(),
            (_, Sampling::Cluster) if is_one => format!("has no interval within one `{cluster}`, which is a cluster"),
            _ => return Ok(by),
        };
        let told = self.table.by.as_deref().unwrap_or_default();
        Err(self.wrong("by", told, &format!("value: {} {why}", kpi.id)))
    }

    fn bounds(&self, read: impl Fn(&Amount) -> std::result::Result<f64, String>) -> Result<Bounds> {
        let bound = |key: &str, amount: &Option<Amount>| {
            let read =
                |amount: &Amount| read(amount).map_err(|expected| self.wrong(key, &amount.to_string(), &expected));
            amount.as_ref().map(read).transpose()
        };
        let (least, most) = (&self.table.at_least, &self.table.at_most);
        let bounds = Bounds { at_least: bound("at_least", least)?, at_most: bound("at_most", most)? };
        match (bounds.is_empty(), least, most) {
            (true, Some(least), Some(most)) => Err(self.wrong(
                "at_least",
                &least.to_string(),
                &format!("no more than at_most, {most}: nothing is both"),
            )),
            _ => Ok(bounds),
        }
    }

    /// The groups: each, or one named by every column of the drill-down.
    fn group(&self) -> Result<Option<Grouping>> {
        let by = &self.file.compare.by;
        let Some(group) = &self.table.group else { return Ok(None) };
        if by.is_empty() {
            let expected = "a drill-down to take groups from: compare.by = [\"unit\"]";
            return Err(self.wrong("group", &group.told(), expected));
        }
        match group {
            GroupEntry::Word(word) if word == "every" => Ok(Some(Grouping::Every(Every::Every))),
            GroupEntry::Word(word) => {
                let expected = format!("\"every\", or {{ {} = \"…\" }}", by.join(" = \"…\", "));
                Err(self.wrong("group", word, &expected))
            }
            GroupEntry::Names(names) => {
                if let Some(column) = names.keys().find(|column| !by.contains(column)) {
                    let near = nearest_name(column, by.iter().map(String::as_str));
                    let of = "a column of compare.by, and groups are of those";
                    return Err(ErrorKind::UnknownName { name: column.clone(), of, near }.into());
                }
                match by.iter().find(|column| !names.contains_key(*column)) {
                    Some(column) => Err(self.wrong(
                        "group",
                        &group.told(),
                        &format!("also a name of `{column}`: groups are by each"),
                    )),
                    None => {
                        let named = names.iter().map(|(column, name)| (column.clone(), Some(name.clone())));
                        Ok(Some(Grouping::One(named.collect())))
                    }
                }
            }
        }
    }

    /// Fails where a study has one window.
    fn needs_two(&self, key: &str) -> Result<()> {
        match self.file.windows.was {
            Some(_) => Ok(()),
            None => Err(self.wrong(key, "(one window)", "a study of two windows: with one, nothing changes")),
        }
    }

    /// Fails on a key that says nothing of such a target.
    fn only(&self, kind: &str, keys: &[&str]) -> Result<()> {
        let table = self.table;
        let given = [
            ("group", table.group.is_some()),
            ("table", table.table.is_some()),
            ("rule", table.rule.is_some()),
            ("of", table.of.is_some()),
            ("window", table.window.is_some()),
            ("by", table.by.is_some()),
            ("at_least", table.at_least.is_some()),
            ("at_most", table.at_most.is_some()),
            ("verdict", !table.verdict.0.is_empty()),
            ("not_worse_than", table.not_worse_than.is_some()),
            ("margin", table.margin.is_some()),
        ];
        match given.iter().find(|(key, is_given)| *is_given && !keys.contains(key)) {
            Some((key, _)) => {
                let own: Vec<&str> = keys.iter().copied().filter(|key| !matches!(*key, "axis" | "data")).collect();
                Err(self.wrong(key, "(given)", &format!("no such key: a target {kind} has {}", own.join(", "))))
            }
            None => Ok(()),
        }
    }

    /// A word of a list, or an error with all of them and the nearest.
    fn word<T: Copy>(&self, key: &str, word: &Option<String>, list: &[(&str, T)]) -> Result<Option<T>> {
        let one = |word: &String| {
            let found = list.iter().find(|(known, _)| known == word).map(|(_, found)| *found);
            found.ok_or_else(|| {
                let names: Vec<&str> = list.iter().map(|(known, _)| *known).collect();
                let near = nearest_name(word, names.iter().copied()).map(|near| format!("; perhaps {near}"));
                let other = other_list(word).filter(|_| key == "verdict");
                let near = near.filter(|_| other.is_none());
                self.wrong(
                    key,
                    word,
                    &format!("one of {}{}{}", names.join(", "), near.unwrap_or_default(), other.unwrap_or_default()),
                )
            })
        };
        word.as_ref().map(one).transpose()
    }

    fn words<T: Copy>(&self, key: &str, words: &[String], list: &[(&str, T)]) -> Result<Vec<T>> {
        let found = words.iter().map(|word| self.word(key, &Some(word.clone()), list));
        found.filter_map(Result::transpose).collect()
    }

    fn wrong(&self, key: &str, value: &str, expected: &str) -> Error {
        let key = if key.is_empty() { String::new() } else { format!(".{key}") };
        Error::value(format!("target[{}]{key}", self.number), value, expected)
    }
}

/// That a verdict is of the other kind: an axis is shown, a KPI improves.
fn other_list(word: &str) -> Option<&'static str> {
    let of_axis = AXIS_VERDICTS.iter().any(|(name, _)| *name == word);
    let of_kpi = VERDICTS.iter().any(|(name, _)| *name == word);
    match (of_axis, of_kpi) {
        (true, false) => Some("; that is a verdict of an axis: axis = \"…\""),
        (false, true) => Some("; that is a verdict of a KPI: kpi = \"…\""),
        _ => None,
    }
}
