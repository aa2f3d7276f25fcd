//! What a form is filled from: the cube of its plan, and what the study says of itself.

use super::period::{Days, Period};
use super::sheet::{Said, counted, named};
use super::{Asked, Convention, Prices};
use crate::cube::{Cell, Cube, Recipe};
use crate::error::Undefined;
use crate::kpi::Name;
use crate::measure::{Needs, Table};
use crate::provenance::{Audience, Provenance, Suppression};
use crate::stats::disclosure::nearest;
use chrono::NaiveDate;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::BTreeMap;

/// A figure, or why there is none.
pub type Known<T> = std::result::Result<T, Undefined>;

/// What stands at the head of every form: whose it is, of which days, and how it came about.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Head {
    /// The study's name.
    pub study: String,
    /// Who reports; the study's name where it does not say.
    pub agency: String,
    /// To whom, where the study says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver: Option<String>,
    /// The period as it was asked for, where it has a name: `2024-Q2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// The days that such a period is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convention: Option<Convention>,
    /// The first window, of a form that compares two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<Days>,
    /// The window.
    pub window: Days,
    /// The last day that is known.
    pub cut_off: NaiveDate,
    /// Rows read, accepted and set aside.
    pub rows: Rows,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Head {
    /// The same for everybody, with so many figures withheld; rows of the log are told to the nearest smallest number.
    pub(super) fn public(mut self, least: u64, suppressed: u64, rounded: bool) -> Self {
        let [accepted, quarantined] = [self.rows.accepted, self.rows.quarantined].map(|rows| nearest(rows, least));
        self.rows = Rows { read: accepted + quarantined, accepted, quarantined };
        self.provenance.audience = Audience::Public;
        self.provenance.suppression = Some(Suppression { least, suppressed, rounded });
        self
    }
}

/// What became of the rows of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rows {
    /// Read.
    pub read: u64,
    /// Counted.
    pub accepted: u64,
    /// Set aside.
    pub quarantined: u64,
}

/// What a form is filled from.
pub struct Ground<'a> {
    /// The cube of the form's plan.
    pub cube: &'a Cube,
    /// What stands at its head.
    pub head: Head,
    /// What is asked for.
    pub asked: &'a Asked,
    /// By office its level, as the table of offices has it; its last row counts.
    pub levels: &'a BTreeMap<String, String>,
    /// The study's tariff as a worksheet shows it, where it has one.
    pub prices: Option<&'a Prices>,
    /// Why the study's columns, calendar and tariff cannot answer; `None` where they can.
    pub lacking: &'a dyn Fn(&Needs) -> Option<Undefined>,
}

/// The names of a group, in the order of the cube's dimensions.
pub type Group<'c> = &'c [Option<String>];

impl<'a> Ground<'a> {
    /// The window of the form: the last one of its plan.
    pub fn slot(&self) -> u8 {
        u8::from(self.head.was.is_some())
    }

    /// The cells of what a recipe keeps in a window, by group.
    ///
    /// # Errors
    ///
    /// The log cannot answer it, and why.
    pub fn cells(&self, recipe: &Recipe, slot: u8) -> Known<impl Iterator<Item = (Group<'a>, &'a Cell)> + use<'a>> {
        Ok(self.weekly(recipe, slot)?.map(|(_, group, cell)| (group, cell)))
    }

    /// The same with the week of the window, or the volume of the tariff.
    ///
    /// # Errors
    ///
    /// The log cannot answer it, and why.
    pub fn weekly(
        &self,
        recipe: &Recipe,
        slot: u8,
    ) -> Known<impl Iterator<Item = (u16, Group<'a>, &'a Cell)> + use<'a>> {
        if let Some(why) = recipe.needs().iter().find_map(self.lacking) {
            return Err(why);
        }
        let keep = self.cube.keep(&recipe.keep).ok_or(Undefined::NotAsked)?;
        Ok(self.cube.weekly(keep, slot))
    }

    /// Why a table cannot be told apart by office: it does not name the office, nor a dossier that has one.
    pub fn apart(&self, table: Table) -> Option<Undefined> {
        let has = |column: &str| {
            let needs = Needs { required: vec![column.to_owned()], ..Needs::default() };
            (self.lacking)(&needs.of_table(table)).is_none()
        };
        let takes = match table {
            Table::Cases | Table::Events => true,
            Table::Surveys | Table::Petitions => has("case_id"),
            _ => false,
        };
        (!takes && !has("unit")).then(|| Undefined::NoColumn(format!("{}unit", table.prefix())))
    }

    /// The place of a dimension among the names of a group; `None` where the form is not by it.
    pub fn place(&self, dimension: &str) -> Option<usize> {
        self.cube.header.dimensions.iter().position(|own| own == dimension)
    }
}

impl std::fmt::Debug for Ground<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground").field("head", &self.head).field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl Head {
    /// Rows of the log that are in no column, where there are any.
    pub(super) fn set_aside(&self) -> Option<Name> {
        let Rows { read, quarantined, .. } = self.rows;
        (quarantined > 0).then(|| {
            counted(
                "In no column: {} of {} rows of the log, which break its rules; `giamtang check` lists them.",
                "Không tính vào cột nào: {} trong {} dòng dữ liệu, do sai quy tắc; xem `giamtang check`.",
                &[quarantined, read],
            )
        })
    }

    /// Who reports, and to whom.
    pub(super) fn parties(&self) -> Vec<(Name, Said)> {
        let receiver =
            self.receiver.iter().map(|own| (named("Received by", "Đơn vị nhận báo cáo"), Said::Text(own.clone())));
        let agency = (named("Reported by", "Đơn vị báo cáo"), Said::Text(self.agency.clone()));
        [agency].into_iter().chain(receiver).collect()
    }

    /// What every form says under its title: the period and its days.
    pub(super) fn under(&self) -> Vec<(Name, Said)> {
        let period = self.period.iter().map(|period| (named("Period", "Kỳ báo cáo"), Said::Words(period.words())));
        let days = Said::Days(self.window.first, self.window.last);
        let words = match self.convention {
            None => named("the days that were asked for", "theo khoảng ngày đã chọn"),
            Some(Convention::Calendar) => named("days of the calendar", "theo tháng, quý, năm dương lịch"),
            Some(Convention::Decree09) => named(
                "Decree 09/2019/NĐ-CP: from the 15th to the 14th",
                "Nghị định số 09/2019/NĐ-CP: từ ngày 15 đến ngày 14",
            ),
        };
        let convention = (named("How periods are counted", "Cách tính kỳ báo cáo"), Said::Words(words));
        let from = (named("Days", "Thời gian"), days);
        period.chain([from, convention]).collect()
    }
}

/// A figure as results have it: itself, or `{undefined, detail}`.
pub(super) struct Shown<'a, T>(pub(super) &'a Known<T>);

impl<T: Serialize> Serialize for Shown<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self.0 {
            Ok(figure) => figure.serialize(serializer),
            Err(why) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("undefined", why.code())?;
                map.serialize_entry("detail", &why.detail())?;
                map.end()
            }
        }
    }
}
