//! The tables beside the dossiers of the committed study, with rows broken on purpose at their ends.

use std::io;
use std::path::Path;

use super::answers::{SURVEYS, answer_cells};
use super::catalogue::{CATALOGUE, catalogue, edition_cells};
use super::fixture::Plant;
use super::ledger::{LEDGER, line_cells, lines};
use super::offices::offices;
use super::petitions::{PETITIONS, petition_cells};
use super::roster::{ROSTER, spell_cells, spells};
use super::table::{Cell, Style, row_texts, write_texts};
use super::tasks::{TASK_COLUMNS, task_cells, tasks};
use super::units::{UNITS, unit_cells, units};
use super::{City, Dossier};
use crate::error::{Error, Result};

/// A row that is added: the row it is made of, what is changed, the rule it breaks, and how.
type Added = (usize, &'static [(&'static str, &'static str)], &'static str, &'static str);

/// A table that is being written.
struct Sheet {
    file: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Vec<String>>,
    plants: Vec<Plant>,
}

const PROCEDURES: [Added; 6] = [
    (
        0,
        &[("procedure", "Đăng ký lại khai tử"), ("in_force_to", "2024-05-31")],
        "overlapping_span",
        "in force until the end of May 2024; the next row begins in it, and neither stays",
    ),
    (
        0,
        &[("procedure", "Đăng ký lại khai tử"), ("in_force_from", "2024-05-01")],
        "overlapping_span",
        "in force from 1 May 2024; the row above still is, and neither stays",
    ),
    (
        0,
        &[("procedure", "Xác nhận số nhà"), ("in_force_to", "2021-12-31")],
        "ends_before_start",
        "in force until before it came into force",
    ),
    (0, &[("procedure", "Xác nhận hộ nghèo"), ("published_parts", "9")], "out_of_range", "nine of seven parts public"),
    (
        0,
        &[("procedure", "Xác nhận cư trú"), ("published_at", "2021-12-01")],
        "milestones_out_of_order",
        "published before it was decided",
    ),
    (
        0,
        &[("procedure", "Xác nhận nguồn gốc gỗ"), ("service_level", "toàn bộ")],
        "unknown_value",
        "a service level outside the list",
    ),
];

const DUTIES: [Added; 3] = [
    (0, &[("officer", "CB.99.01"), ("hours", "25")], "out_of_range", "twenty-five hours a day"),
    (
        0,
        &[("officer", "CB.99.02"), ("from", "2023-03-10"), ("to", "2023-03-01")],
        "ends_before_start",
        "the last day before the first",
    ),
    (0, &[("officer", "")], "missing_value", "no officer"),
];

const ANSWERS: [Added; 5] = [
    (0, &[("at", "2023-05-10 09:00:00"), ("score", "6")], "score_off_scale", "six of five points"),
    (0, &[("at", "2023-05-11 09:00:00"), ("score", "")], "missing_value", "no score"),
    (0, &[("at", "2023-02-30 09:00:00")], "unparsable_date", "given on 30 February"),
    (0, &[("at", "2024-05-13 09:00:00"), ("best", "worst")], "unknown_value", "neither the first nor the last is best"),
    (
        0,
        &[("at", "2024-05-14 09:00:00"), ("case_id", "H26.99-240514-0001")],
        "none",
        "an answer without a dossier: it counts as an answer, and of the joined columns it has none",
    ),
];

const COMPLAINTS: [Added; 4] = [
    (0, &[("petition_id", "")], "missing_id", "the id is blank"),
    (9, &[], "identical_repeat", "row 10 once more; one of the two stays"),
    (
        0,
        &[("petition_id", "PA-X-1"), ("answered_at", "2023-01-02 08:00:00")],
        "milestones_out_of_order",
        "answered before it was received",
    ),
    (
        0,
        &[
            ("petition_id", "PA-X-2"),
            ("received_at", "2024-05-14 09:00:00"),
            ("due_at", "2024-06-04"),
            ("answered_at", "2024-05-20 09:00:00"),
            ("published_at", ""),
            ("case_id", "H26.99-240514-0001"),
            ("subject", ""),
        ],
        "none",
        "a complaint about a dossier that is not there: it counts as a petition",
    ),
];

const COSTS: [Added; 3] = [
    (0, &[("amount_vnd", "12 triệu")], "unparsable_number", "an amount in words"),
    (0, &[("amount_vnd", "")], "missing_value", "no amount"),
    (0, &[("from", "2023-01-31"), ("to", "2023-01-01")], "ends_before_start", "the last day before the first"),
];

const WORKS: [Added; 4] = [
    (0, &[("task_id", "")], "missing_id", "the id is blank"),
    (0, &[("task_id", "NV-X-1"), ("lead_level", "trung ương")], "unknown_value", "a level outside the list"),
    (0, &[("task_id", "NV-X-2")], "conflicting_repeat", "another product in the next row; neither stays"),
    (
        0,
        &[("task_id", "NV-X-2"), ("product", "Kế hoạch")],
        "conflicting_repeat",
        "another product in the row above; neither stays",
    ),
];

/// Files by name, with their bytes.
pub(super) type Files = Vec<(&'static str, Vec<u8>)>;

/// The files of the tables beside the dossiers, and what is broken in them.
pub(super) fn beside(city: &City) -> Result<(Files, Vec<Plant>)> {
    let (calendar, offices) = (super::calendar()?, offices(city.seed, city.offices, city.cases));
    let dossiers: Vec<Dossier> = city.dossiers()?.collect();
    let answers = dossiers.iter().flat_map(|own| own.answer.iter().map(move |answer| answer_cells(own, answer)));
    let petitions = dossiers.iter().flat_map(|own| &own.petitions).map(petition_cells);
    let editions = catalogue(city, &calendar);
    let (duties, units) = (spells(city, &offices, &calendar).collect::<Vec<_>>(), units(&offices));
    let (lines, tasks) = (lines(city, &offices), tasks(city, &offices).collect::<Vec<_>>());
    let sheets = [
        Sheet::new("procedures.csv", &CATALOGUE, editions.iter().map(edition_cells), &PROCEDURES)?,
        Sheet::new("roster.csv", &ROSTER, duties.iter().map(spell_cells), &DUTIES)?,
        Sheet::new("surveys.csv", &SURVEYS, answers, &ANSWERS)?,
        Sheet::new("petitions.csv", &PETITIONS, petitions, &COMPLAINTS)?,
        Sheet::new("units.csv", &UNITS, units.iter().map(unit_cells), &[])?,
        Sheet::new("ledger.csv", &LEDGER, lines.iter().map(line_cells), &COSTS)?,
        Sheet::new("tasks.csv", &TASK_COLUMNS, tasks.iter().map(task_cells), &WORKS)?,
    ];
    let files = sheets.iter().map(|own| Ok((own.file, own.csv()?))).collect::<Result<_>>()?;
    Ok((files, sheets.into_iter().flat_map(|own| own.plants).collect()))
}

impl Sheet {
    fn new<'a, const N: usize>(
        file: &'static str,
        columns: &'static [&'static str; N],
        rows: impl Iterator<Item = [Cell<'a>; N]>,
        added: &[Added],
    ) -> Result<Self> {
        let rows = rows.map(|row| row_texts(&row, Style::Iso)).collect::<io::Result<_>>();
        let rows = rows.map_err(|why| Error::broken("drawing the fixture study", why))?;
        let mut own = Self { file, columns, rows, plants: Vec::new() };
        added.iter().for_each(|added| own.add(added));
        Ok(own)
    }

    fn add(&mut self, (of, changes, rule, how): &Added) {
        let mut row = self.rows[*of].clone();
        for (name, value) in *changes {
            let at = self.columns.iter().position(|column| column == name).unwrap_or_default();
            row[at] = (*value).to_owned();
        }
        self.rows.push(row);
        self.plants.push((self.file, self.rows.len(), rule, how));
    }

    fn csv(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        write_texts(self.columns, &self.rows, &mut bytes)
            .map_err(|why| Error::unwritable(Path::new(self.file), why))?;
        Ok(bytes)
    }
}
