//! All that is guessed of a log, before any of it is written.

use super::column::{Column, Dates};
use super::hours::Hours;
use super::input::{Input, no_log, profile, title};
use super::name::Name;
use super::place::Zoned;
use super::roles::{Role, Roles};
use super::span::Windows;
use super::steps::{Own, Standing, ends, is_of_case, pauses, standings, stories};
use super::tally::{Tally, date};
use crate::error::Result;
use crate::ingest::{Glance, Kind, OF_CASE, Profile, Reading, Table, Zone};
use crate::report::Lang;
use chrono::Datelike;

/// The guesses.
pub(super) struct Facts<'a> {
    pub(super) lang: Lang,
    pub(super) inputs: &'a [Input],
    /// The inputs of dossiers, of events, or where there are none of the first other table.
    pub(super) main: &'a Input,
    pub(super) profile: Profile,
    pub(super) read: u64,
    pub(super) whole: bool,
    pub(super) columns: Vec<Column>,
    pub(super) roles: Roles,
    pub(super) steps: Option<Steps>,
    pub(super) zoned: Zoned,
    /// What came in, by day.
    pub(super) received: Tally,
    /// The column that tells what the office did.
    pub(super) act_title: String,
    pub(super) hours: Option<Hours>,
    pub(super) windows: Windows,
    /// The first and the last year of any date that a study reads.
    pub(super) years: (i32, i32),
    /// Rows that were looked at value by value.
    pub(super) kept: usize,
}

/// What is guessed of events.
pub(super) struct Steps {
    pub(super) own: Own,
    pub(super) dossiers: usize,
    pub(super) first: Vec<(String, Standing)>,
    pub(super) ends: Vec<(String, Standing)>,
    pub(super) from: Vec<String>,
    pub(super) to: Vec<String>,
}

impl<'a> Facts<'a> {
    /// # Errors
    ///
    /// An input is damaged, or there is no id or no date of reception in it.
    pub(super) fn of(inputs: &'a [Input], lang: Lang) -> Result<Self> {
        let main = main(inputs);
        let glance = Glance::of(&main.sources, &Name::is_personal)?;
        let mut columns: Vec<Column> = glance.columns.iter().map(|seen| Column::of(seen, &glance.parts)).collect();
        let profile = main.sources.first().map_or(Profile::Generic, profile);
        let (steps, roles) = roles(main, profile, &mut columns, &glance);
        let zoned = Zoned::of(&words(main), &columns.iter().collect::<Vec<_>>(), lang);
        settle(&mut columns, &zoned);
        let facts = Partial { main, columns: &columns, roles: &roles, steps: steps.as_ref() };
        let (received, act) = (facts.received()?, facts.act()?);
        let act_title = columns[act].given().to_owned();
        let mut asked = vec![received];
        let used = used(main, &columns, &roles, steps.as_ref());
        used.into_iter().chain([act]).for_each(|at| {
            if !asked.contains(&at) {
                asked.push(at)
            }
        });
        let tallies = tallies(main, &asked.iter().map(|at| &columns[*at]).collect::<Vec<_>>(), &zoned)?;
        let years = years(&tallies);
        let of = |column: usize| asked.iter().position(|at| *at == column).map(|place| tallies[place].clone());
        let [received, act] = [received, act].map(|column| of(column).expect("it was asked for"));
        let no_days = || no_log(&main.sources[0], "days from 1990 to 2049", &columns);
        let windows = Windows::of(&received).ok_or_else(no_days)?;
        let hours = Hours::of(&act);
        let kept = glance.parts.last().map_or(0, |part| part.end);
        let Glance { read, whole, .. } = glance;
        Ok(Self {
            lang,
            inputs,
            main,
            profile,
            read,
            whole,
            columns,
            roles,
            steps,
            zoned,
            received,
            act_title,
            hours,
            windows,
            years,
            kept,
        })
    }

    /// The date columns that a study reads.
    pub(super) fn dated(&self) -> impl Iterator<Item = &Column> {
        let used = used(self.main, &self.columns, &self.roles, self.steps.as_ref());
        used.into_iter().map(|at| &self.columns[at])
    }

    /// The title of the study.
    pub(super) fn title(&self) -> String {
        title(std::slice::from_ref(self.main))
    }

    /// The column that is taken for a canonical one.
    pub(super) fn column(&self, canonical: &str) -> Option<&Column> {
        self.roles.column(canonical).map(|at| &self.columns[at])
    }

    /// What dossiers may be sampled by: the unit, where it is known.
    pub(super) fn unit(&self) -> Option<&Column> {
        let of_steps = self.steps.as_ref().and_then(|steps| steps.own.unit).map(|at| &self.columns[at]);
        self.column("unit").or(of_steps)
    }
}

/// The inputs of dossiers before those of events before others.
fn main(inputs: &[Input]) -> &Input {
    let of = |table: Table| inputs.iter().find(|input| input.table == table);
    of(Table::Cases).or(of(Table::Events)).unwrap_or(&inputs[0])
}

/// The names of the files, for what they say of the place.
fn words(main: &Input) -> Vec<String> {
    let name = |path: &std::path::Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    main.sources.iter().take(20).filter_map(|source| name(&source.path)).collect()
}

fn roles(main: &Input, profile: Profile, columns: &mut [Column], glance: &Glance) -> (Option<Steps>, Roles) {
    match main.table {
        Table::Events => {
            let Some(own) = Own::of(columns) else { return (None, Roles::default()) };
            let stories = stories(columns, &own, glance);
            let steps = Steps::of(own, columns, &stories);
            (Some(steps), of_case(columns, &own, &stories))
        }
        Table::Cases if profile == Profile::Npsp => (None, by_profile(columns, profile)),
        Table::Cases => (None, Roles::of(columns, true)),
        _ => (None, Roles::default()),
    }
}

impl Steps {
    fn of(own: Own, columns: &[Column], stories: &[Vec<usize>]) -> Self {
        let standings = standings(&columns[own.activity], stories);
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<Vec<String>>();
        let named = |list: Vec<(&str, Standing)>| list.into_iter().map(|(name, own)| (name.to_owned(), own)).collect();
        let mut first: Vec<(&str, Standing)> = standings.iter().map(|(name, own)| (*name, *own)).collect();
        first.sort_by_key(|(name, own)| (std::cmp::Reverse(own.first), *name));
        first.truncate(3);
        first.retain(|(_, own)| own.first > 0);
        let (from, to) = pauses(&standings);
        let ends = named(ends(&standings, stories.len()));
        Self { own, dossiers: stories.len(), first: named(first), ends, from: owned(from), to: owned(to) }
    }
}

/// The roles of what stands on events and says something of the whole dossier; such a column has from then on one value
/// for each dossier.
fn of_case(columns: &mut [Column], own: &Own, stories: &[Vec<usize>]) -> Roles {
    let is_own: Vec<usize> = own.all().collect();
    let is_whole = |at: usize, column: &Column| {
        let marked = column.title().starts_with(OF_CASE);
        !is_own.contains(&at) && column.title() != "case:concept:name" && (marked || is_of_case(column, stories))
    };
    let places: Vec<usize> = (0..columns.len()).filter(|at| is_whole(*at, &columns[*at])).collect();
    places.iter().for_each(|at| columns[*at] = columns[*at].by_dossier(stories));
    let subset: Vec<Column> = places.iter().map(|at| columns[*at].clone()).collect();
    let mut roles = Roles::of(&subset, false);
    for role in &mut roles.0 {
        role.column = role.column.map(|at| places[at]);
        role.others.iter_mut().for_each(|at| *at = places[*at]);
    }
    // That the first date of a dossier is its reception needs no column; one must be called so.
    roles.0.retain(|role| role.canonical != "received_at" || role.score > 0 || role.column.is_none());
    roles
}

/// The roles that a profile gives.
fn by_profile(columns: &[Column], profile: Profile) -> Roles {
    let usual = profile.columns();
    let of = |canonical: &&'static str| {
        let (source, _) = usual.get(*canonical)?;
        let column = columns.iter().position(|own| own.title() == source)?;
        Some(Role { canonical, column: Some(column), score: 100, others: Vec::new() })
    };
    Roles(super::roles::ORDER.iter().filter_map(of).collect())
}

/// Decides how dates are read that can be read in two ways: as the dates of other columns, as the order of the rows
/// has it, or as is usual in the zone.
fn settle(columns: &mut [Column], zoned: &Zoned) {
    let known = |dates: &Dates, readings: &[Reading]| {
        dates.other.is_none() && dates.readings.iter().any(|own| readings.contains(own))
    };
    for at in 0..columns.len() {
        let Some(dates) = columns[at].dates.clone() else { continue };
        let (Some(other), Some(one)) = (dates.other.clone(), dates.readings.first().cloned()) else { continue };
        let says = |reading: &Reading| {
            let own = [reading.clone()];
            columns.iter().filter_map(|column| column.dates.as_ref()).filter(|dates| known(dates, &own)).count()
        };
        let back = |reading: &Reading| Dates::backwards(&dates.by(&columns[at].seen, reading));
        let month_first =
            |reading: &Reading| reading.format.starts_with("%m") == zoned.tz.name().starts_with("America/");
        let rank = |reading: &Reading| (std::cmp::Reverse(says(reading)), back(reading), !month_first(reading));
        let (chosen, left) = if rank(&other) < rank(&one) { (other, one) } else { (one, other) };
        let us = dates.by(&columns[at].seen, &chosen);
        let readings = [chosen.clone()]
            .into_iter()
            .chain(dates.readings.iter().filter(|own| **own != left && **own != chosen).cloned());
        columns[at].dates = Some(Dates { readings: readings.collect(), other: Some(left), us, ..dates });
    }
}

/// What tells when dossiers came and when the office worked.
struct Partial<'a> {
    main: &'a Input,
    columns: &'a [Column],
    roles: &'a Roles,
    steps: Option<&'a Steps>,
}

impl Partial<'_> {
    fn received(&self) -> Result<usize> {
        let lacks = |what: &str| no_log(&self.main.sources[0], what, self.columns);
        match self.main.table {
            Table::Events => {
                let own = self.steps.ok_or_else(|| lacks("ids of dossiers, activities and their moments"))?.own;
                Ok(self.roles.column("received_at").unwrap_or(own.at))
            }
            Table::Cases if self.roles.column("case_id").is_none() => Err(lacks("a column of ids")),
            Table::Cases => self.roles.column("received_at").ok_or_else(|| lacks("a column of dates")),
            table => {
                let dates = table.columns().iter().filter(|(_, kind)| *kind == Kind::Instant);
                let named = |name: &str| self.columns.iter().position(|own| own.title() == name && own.dates.is_some());
                dates.map(|(name, _)| *name).find_map(named).ok_or_else(|| lacks("a column of dates"))
            }
        }
    }

    /// The moments of steps, else of results where most dossiers have one, else of reception.
    fn act(&self) -> Result<usize> {
        if let Some(steps) = self.steps {
            return Ok(steps.own.at);
        }
        let finished = self.roles.column("finished_at").filter(|at| self.columns[*at].filled() >= 0.5);
        finished.map_or_else(|| self.received(), Ok)
    }
}

/// The date columns that a study reads: those with a role, and those that go by their own name.
fn used(main: &Input, columns: &[Column], roles: &Roles, steps: Option<&Steps>) -> Vec<usize> {
    let own = |name: &str| main.table.columns().iter().any(|(known, _)| *known == name);
    let is_used = |at: usize| {
        let has_role = roles.0.iter().any(|role| role.column == Some(at));
        has_role || steps.is_some_and(|steps| steps.own.at == at) || own(columns[at].given())
    };
    (0..columns.len()).filter(|at| columns[*at].dates.is_some() && is_used(*at)).collect()
}

/// The moments of columns by day and hour.
fn tallies(main: &Input, columns: &[&Column], zoned: &Zoned) -> Result<Vec<Tally>> {
    let of = |column: &&Column| {
        let readings = column.dates.as_ref().map(|dates| dates.readings.clone()).unwrap_or_default();
        (column.title().to_owned(), readings)
    };
    Tally::of(&main.sources, &columns.iter().map(of).collect::<Vec<_>>(), &Zone::new(zoned.tz))
}

/// The first and the last year of all.
fn years(tallies: &[Tally]) -> (i32, i32) {
    let ends = tallies.iter().flat_map(|own| [own.days.keys().next(), own.days.keys().next_back()]).flatten();
    ends.map(|day| date(*day).year()).fold((9999, 0), |(first, last), year| (first.min(year), last.max(year)))
}
