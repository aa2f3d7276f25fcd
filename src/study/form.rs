//! A plan for an official form: its window, what the cube keeps for it, and what it is filled from.

use super::file::{DayRange, StudyFile};
use super::resolve::Windows;
use super::{Plan, Study, indices};
use crate::cube::{Cube, Design, Keep, Layout};
use crate::error::{Error, Result};
use crate::forms::index_766::Level;
use crate::forms::{Asked, Days, Filled, Folding, Form, Ground, Head, Prices, Rows};
use crate::ingest::{Findings, Held, Reconciliation, Table};
use crate::measure::Clocks;
use crate::scorecard::Settings;
use std::collections::BTreeMap;
use toml::Value;

impl Study {
    /// The same study for an official form: of one window, its period or the study's last.
    ///
    /// # Errors
    ///
    /// A cut-off before the window's end, or something that the form does not know.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::Study;
    /// use giamtang::forms::{Asked, Form};
    ///
    /// # fn main() -> giamtang::Result<()> {
    /// let asked = Asked { by_unit: true, ..Asked::new(Form::Handling) };
    /// let (filled, findings) = Study::load("fixtures/study/study.toml")?.form(asked)?.plan()?.form()?;
    /// assert_eq!(filled.form(), Form::Handling);
    /// assert_eq!(findings.reconciliation().read, 2_202);
    /// # Ok(())
    /// # }
    /// ```
    pub fn form(mut self, asked: Asked) -> Result<Self> {
        refuse(&asked)?;
        if let Some(period) = asked.period {
            self.put("windows", "is", Value::String(period.days(asked.convention).to_string()));
        }
        if !asked.form.compares()
            && let Some(windows) = self.table.get_mut("windows").and_then(Value::as_table_mut)
        {
            windows.remove("was");
        }
        if asked.form == Form::Handling {
            self.keep_dossiers();
        }
        if let Some(days) = self.followed(&asked)? {
            self.put("compare", "follow_up", Value::String(format!("{days} days")));
        }
        let word = |text: &str| Value::String(text.to_owned());
        let settled = [("cluster", word("none")), ("series", word("none")), ("longer", word("none"))];
        let counting = asked.form.counting().map(|counting| ("counting", word(counting.name())));
        let settled = settled.into_iter().chain(counting);
        let lists = ["by", "standardise"].map(|key| (key, Value::Array(Vec::new())));
        settled.chain(lists).for_each(|(key, value)| self.put("compare", key, value));
        let file = self.file()?;
        let (index_766, nine) = (indices::index_766(&file.index_766, asked.level)?, indices::nine(&file.nine)?);
        Ok(Self { form: Some(Asked { index_766, nine, ..asked }), ..self })
    }

    /// Leaves out what a form of dossiers and their dates does not ask: other tables, working time, prices.
    fn keep_dossiers(&mut self) {
        for key in ["calendar", "tariff", "surveys", "petitions"] {
            self.table.remove(key);
        }
        let kept = [Table::Cases, Table::Events, Table::Procedures, Table::Units];
        for table in Table::beside().filter(|table| !kept.contains(table)) {
            for key in ["log", "columns"] {
                if let Some(own) = self.table.get_mut(key).and_then(Value::as_table_mut) {
                    own.remove(table.name());
                }
            }
        }
    }

    /// How many days after its window a form looks at it, where the form looks at any day.
    fn followed(&self, asked: &Asked) -> Result<Option<i64>> {
        if asked.form != Form::Handling {
            // The index looks at its window's end whatever the study follows.
            return Ok((asked.form == Form::Index766).then_some(0));
        }
        let window = self.table.get("windows").and_then(|windows| windows.get("is")).and_then(Value::as_str);
        let window: Option<DayRange> = window.and_then(|text| text.parse().ok());
        let Some((cut_off, window)) = asked.cut_off.zip(window) else { return Ok(Some(0)) };
        let days = cut_off.signed_duration_since(window.last).num_days();
        match days >= 0 {
            true => Ok(Some(days)),
            false => {
                let expected = format!("the window's last day, {}, or a later one", window.last);
                Err(Error::value("--cut-off", cut_off.to_string(), expected))
            }
        }
    }
}

impl Plan {
    /// Reads the log and fills the form of [`Study::form`].
    ///
    /// # Errors
    ///
    /// The study was planned for no form, or what stops [`Plan::measure`].
    pub fn form(&self) -> Result<(Filled, Findings)> {
        let asked = self.asked_form()?;
        let (cube, findings) = self.measure()?;
        Ok((self.filled(asked, &cube)?, findings))
    }

    /// The same of a cube that this plan counted, whole or merged of its parts.
    ///
    /// # Errors
    ///
    /// The study was planned for no form.
    pub fn form_of(&self, cube: &Cube) -> Result<Filled> {
        self.filled(self.asked_form()?, cube)
    }

    fn asked_form(&self) -> Result<&Asked> {
        self.form
            .as_ref()
            .map(|form| &form.asked)
            .ok_or_else(|| Error::value("form", "(missing)", "a study planned for a form"))
    }

    fn filled(&self, asked: &Asked, cube: &Cube) -> Result<Filled> {
        let lacking = |needs: &_| self.settings.lacking(needs);
        let head = self.form.as_ref().map(|form| form.head.clone()).unwrap_or_default();
        let provenance = self.settings.provenance(&cube.header.digest);
        let head = Head { rows: rows(&cube.header.reconciliation), provenance, ..head };
        let levels = levels(&self.beside);
        let prices = self.form.as_ref().and_then(|form| form.prices.as_ref());
        Filled::of(&Ground { cube, head, asked, levels: &levels, prices, lacking: &lacking })
    }
}

/// Fails on what a form has no lines or columns for.
fn refuse(asked: &Asked) -> Result<()> {
    let (is_handling, is_worksheet) = (asked.form == Form::Handling, asked.form == Form::Worksheet);
    let only = "form 06a alone";
    let wrong = [
        (
            asked.by_unit && is_worksheet,
            "--by",
            "unit".to_owned(),
            "no other lines: a worksheet is by procedure and applicant",
        ),
        (asked.by_procedure && !is_handling, "--by", "procedure".to_owned(), only),
        (asked.folding != Folding::ByDates && !is_handling, "--profile", asked.folding.name().to_owned(), only),
        (asked.cut_off.is_some() && !is_handling, "--cut-off", asked.cut_off.unwrap_or_default().to_string(), only),
        (
            asked.level.is_some() && asked.form != Form::Index766,
            "--level",
            asked.level.map(Level::id).unwrap_or_default().to_owned(),
            "form 766: the others have no levels",
        ),
    ];
    match wrong.into_iter().find(|(wrong, ..)| *wrong) {
        Some((_, key, value, expected)) => Err(Error::value(key, value, expected)),
        None => Ok(()),
    }
}

/// A form that a plan is for.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) asked: Asked,
    prices: Option<Prices>,
    head: Head,
}

impl Planned {
    pub(super) fn new(
        asked: Asked,
        prices: Option<Prices>,
        file: &StudyFile,
        settings: &Settings,
        windows: &Windows,
    ) -> Result<Self> {
        let lines = [(asked.by_unit, "unit"), (asked.by_procedure, "procedure")];
        if let Some((_, column)) = lines.into_iter().find(|(by, column)| *by && !settings.columns.contains(*column)) {
            let expected = format!("a log with the column `{column}`; name it under `[columns]`");
            return Err(Error::value("--by", column, expected));
        }
        let agency = file.form.agency.clone().unwrap_or_else(|| settings.name.clone());
        let days = |range: DayRange| Days { first: range.first, last: range.last };
        let head = Head {
            study: settings.name.clone(),
            agency,
            receiver: file.form.receiver.clone(),
            // Without a period the days are as they were given.
            convention: asked.period.map(|_| asked.convention),
            period: asked.period,
            was: windows.was.map(days),
            window: days(windows.is),
            cut_off: windows.known_until(),
            ..Head::default()
        };
        Ok(Self { asked, prices, head })
    }

    /// What the form's windows keep of it.
    pub(super) fn design(&self, settings: &Settings, clocks: &Clocks, windows: &Windows) -> Design {
        let mut keeps: Vec<Keep> = Vec::new();
        for keep in self.asked.keeps(self.prices.as_ref()) {
            if settings.lacking(&keep.needs()).is_none() && !keeps.contains(&keep) {
                keeps.push(keep);
            }
        }
        let dimensions = self.asked.dimensions(&settings.columns);
        let (slots, width) = (windows.slots(&clocks.zone), dimensions.len());
        Design { layout: Layout::Windows, keeps, first: 0, slots, dimensions, width, clocks: clocks.clone() }
    }
}

/// By office its level; its last row counts.
fn levels(beside: &[Held]) -> BTreeMap<String, String> {
    let Some(held) = beside.iter().find(|held| held.table == Table::Units) else { return BTreeMap::new() };
    let row = |row: usize| Some((held.name("unit", row)?, (held.moment("from", row)?.0, held.name("level", row)?)));
    let mut last: BTreeMap<&str, (i64, &str)> = BTreeMap::new();
    for (unit, own) in (0..held.len()).filter_map(row) {
        let known = last.entry(unit).or_insert(own);
        *known = (*known).max(own);
    }
    last.into_iter().map(|(unit, (_, level))| (unit.to_owned(), level.to_owned())).collect()
}

fn rows(reconciliation: &Reconciliation) -> Rows {
    let Reconciliation { read, accepted, quarantined, .. } = *reconciliation;
    Rows { read, accepted, quarantined }
}
