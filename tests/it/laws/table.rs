//! A log as a table of texts, and what the laws do to it.

use crate::naive::chance::Chance;
use crate::naive::dossier::{Dossier, Manner, csv};
use crate::naive::event;

/// A header and rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Random dossiers with every canonical column; repeats included, some of them in conflict.
    pub fn of_cases(seed: u64, count: u64) -> Self {
        let chance = &mut Chance::new(seed);
        let manner = Manner { due_days: [chance.hundred(50), false, true], ..Manner::plain() };
        let dossiers: Vec<Dossier> = (0..count).map(|number| Dossier::drawn(number, chance, &manner)).collect();
        Self::parsed(&csv(&dossiers, &[]))
    }

    /// Random events of random cases, of which no two of a case are at one moment.
    pub fn of_events(seed: u64, count: u64) -> Self {
        let chance = &mut Chance::new(seed);
        let cases = (0..count).map(|number| event::case(number, chance, &Manner::plain()));
        let apart = |mut events: Vec<event::Event>| {
            events.dedup_by_key(|event| event.at);
            events
        };
        Self::parsed(&event::csv(&cases.flat_map(apart).collect::<Vec<_>>()))
    }

    fn parsed(text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let fields = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        let header = fields(reader.headers().expect("a header"));
        Self { header, rows: reader.records().map(|record| fields(&record.expect("a row"))).collect() }
    }

    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.header).expect("a header");
        self.rows.iter().for_each(|row| writer.write_record(row).expect("a row"));
        String::from_utf8(writer.into_inner().expect("the rows")).expect("text")
    }

    /// The same with rows that stand twice: every tenth as it is, and every tenth with another unit.
    pub fn with_repeats(mut self) -> Self {
        let unit = self.header.iter().position(|name| name == "unit").expect("a unit");
        let same: Vec<Vec<String>> = self.rows.iter().step_by(10).cloned().collect();
        let mut other: Vec<Vec<String>> = self.rows.iter().skip(5).step_by(10).cloned().collect();
        other.iter_mut().for_each(|row| row[unit] = "Ba Đình".to_owned());
        self.rows.extend(same.into_iter().chain(other));
        self
    }

    /// The same rows in another order.
    pub fn shuffled(mut self, seed: u64) -> Self {
        let chance = &mut Chance::new(seed);
        (1..self.rows.len()).rev().for_each(|at| self.rows.swap(at, chance.below(at as u64 + 1) as usize));
        self
    }

    /// Every row a second time, of another dossier.
    pub fn doubled(mut self) -> Self {
        let again = self.rows.clone().into_iter().map(|mut row| {
            row[0] = format!("{}-BIS", row[0]);
            row
        });
        let rows: Vec<_> = again.collect();
        self.rows.extend(rows);
        self
    }

    /// Parts that share no dossier.
    pub fn split(&self, parts: usize) -> Vec<Self> {
        let part =
            |row: &Vec<String>| row[0].bytes().fold(7, |hash, byte| hash * 31 % 1_009 + usize::from(byte)) % parts;
        let rows = |own| self.rows.iter().filter(|row| part(row) == own).cloned().collect();
        (0..parts).map(|own| Self { header: self.header.clone(), rows: rows(own) }).collect()
    }

    pub fn without(&self, column: &str) -> Self {
        let kept = |row: &Vec<String>| {
            let named = row.iter().zip(&self.header).filter(|(_, name)| *name != column);
            named.map(|(value, _)| value.clone()).collect()
        };
        Self { header: kept(&self.header), rows: self.rows.iter().map(kept).collect() }
    }

    /// The same with a column that nobody asks for.
    pub fn with_another(mut self, name: &str) -> Self {
        self.header.insert(3, name.to_owned());
        self.rows.iter_mut().enumerate().for_each(|(at, row)| row.insert(3, format!("{}", at * 37 % 11)));
        self
    }
}
