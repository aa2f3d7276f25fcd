//! Which column of a table of dossiers is which canonical one: by name, then by what its values are.

use super::column::Column;
use super::name::{ALIKE, LIKELY};
use super::synonyms::{COUNTS, DATES, FLAGS, IDS, NAMES};
use super::values;
use crate::ingest::is_canonical;

/// Names beyond which a column is no column of a few kinds.
const FEW: usize = 60;

/// Groups beyond which a column tells no offices or procedures.
pub(super) const MOST_GROUPS: usize = 600;

/// Groups of one size below which clusters tell nothing.
pub(super) const LEAST_GROUPS: f64 = 5.0;

/// A canonical column with the source column taken for it.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub(super) canonical: &'static str,
    /// The place of the column; `None` where there are only doubtful ones.
    pub(super) column: Option<usize>,
    /// How like the name is to a synonym; 0 where the values alone told it.
    pub(super) score: u32,
    /// Others that may be meant, the likeliest first.
    pub(super) others: Vec<usize>,
}

/// The roles of a table's columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Roles(pub(super) Vec<Role>);

impl Roles {
    /// Of dossiers; without `has_id` of what stands on the events of dossiers.
    pub(super) fn of(columns: &[Column], has_id: bool) -> Self {
        let mut taken = vec![false; columns.len()];
        let mut roles = Self::default();
        if has_id {
            roles.0.extend(id(columns, &mut taken));
        }
        let mut found = candidates(columns);
        found.sort_by(|a, b| b.score.cmp(&a.score).then(a.order.cmp(&b.order)).then(a.column.cmp(&b.column)));
        for Candidate { canonical, column, score, .. } in &found {
            let is_free = !taken[*column] && roles.column(canonical).is_none();
            if is_free && *score >= LIKELY && *canonical != "unit" {
                taken[*column] = true;
                roles.0.push(Role { canonical, column: Some(*column), score: *score, others: Vec::new() });
            }
        }
        roles.0.extend(unit(columns, &found, &mut taken));
        roles.mend(columns, &mut taken);
        roles.distrust(columns, &mut taken);
        roles.offer(columns, &found, &taken);
        let order = |role: &Role| ORDER.iter().position(|name| *name == role.canonical);
        roles.0.sort_by_key(order);
        roles
    }

    /// The column that is taken for a canonical one.
    pub(super) fn column(&self, canonical: &str) -> Option<usize> {
        self.role(canonical).and_then(|role| role.column)
    }

    pub(super) fn role(&self, canonical: &str) -> Option<&Role> {
        self.0.iter().find(|role| role.canonical == canonical)
    }

    /// What was handed in was received, and what was handed over is finished, where nothing else tells.
    fn mend(&mut self, columns: &[Column], taken: &mut [bool]) {
        for (lacks, has) in [("received_at", "submitted_at"), ("finished_at", "delivered_at")] {
            if self.column(lacks).is_none()
                && let Some(role) = self.0.iter_mut().find(|role| role.canonical == has)
            {
                role.canonical = lacks;
                role.score = role.score.min(LIKELY);
            }
        }
        if self.column("received_at").is_none()
            && let Some(column) = earliest(columns, taken)
        {
            taken[column] = true;
            self.0.push(Role { canonical: "received_at", column: Some(column), score: 0, others: Vec::new() });
        }
    }

    /// Takes back dates that come before reception too often to be what their name says.
    fn distrust(&mut self, columns: &[Column], taken: &mut [bool]) {
        let Some(received) = self.column("received_at").and_then(|at| columns[at].dates.as_ref()) else { return };
        for role in self.0.iter_mut().filter(|role| ["finished_at", "due_at", "delivered_at"].contains(&role.canonical))
        {
            let Some(at) = role.column else { continue };
            let (before, of) = columns[at].dates.as_ref().map_or((0, 0), |own| received.before(own));
            if of >= 20 && before * 10 < of * 9 {
                (taken[at], role.column) = (false, None);
                role.others.push(at);
            }
        }
    }

    /// Adds what else may be meant.
    fn offer(&mut self, columns: &[Column], found: &[Candidate], taken: &[bool]) {
        const MOST: usize = 3;
        for canonical in ORDER {
            let is_date = DATES.iter().any(|(name, _)| name == canonical);
            let alike =
                found.iter().filter(|own| own.canonical == *canonical && own.score >= ALIKE).map(|own| own.column);
            // A column with a canonical name is that column.
            let is_other = |at: &usize| is_canonical(columns[*at].given()) && columns[*at].given() != *canonical;
            let alike = alike.filter(|at| !is_other(at) && (!taken[*at] || *canonical == "unit"));
            let alike: Vec<usize> = alike.collect();
            let main = ["received_at", "finished_at", "due_at"].contains(canonical);
            let dates = (0..columns.len()).filter(|at| main && is_date && !taken[*at] && columns[*at].dates.is_some());
            let role = self.0.iter_mut().find(|role| role.canonical == *canonical);
            let role = match role {
                Some(role) => role,
                None if alike.is_empty() => continue,
                None => {
                    self.0.push(Role { canonical, column: None, score: 0, others: Vec::new() });
                    self.0.last_mut().expect("one was pushed")
                }
            };
            for at in alike.into_iter().chain(dates) {
                if role.column != Some(at) && !role.others.contains(&at) && role.others.len() < MOST {
                    role.others.push(at);
                }
            }
        }
        self.0.retain(|role| role.column.is_some() || !role.others.is_empty());
    }
}

/// The canonical columns in the order of a study.
pub(super) const ORDER: &[&str] = &[
    "case_id",
    "received_at",
    "submitted_at",
    "accepted_at",
    "due_at",
    "original_due_at",
    "finished_at",
    "delivered_at",
    "apology_at",
    "outcome",
    "status",
    "unit",
    "receiving_unit",
    "procedure",
    "field",
    "channel",
    "applicant",
    "service_level",
    "officer",
    "payment",
    "visits",
    "supplement_requests",
    "fee_vnd",
    "digitised",
    "reused",
    "e_result",
    "synced",
    "vneid",
    "non_territorial",
];

/// Canonical columns with what they are called.
type Synonyms = &'static [(&'static str, &'static str)];

/// How well a column's values suit a canonical one, in percent.
type Suits = fn(&str, &Column) -> u32;

struct Candidate {
    canonical: &'static str,
    order: usize,
    column: usize,
    score: u32,
}

fn candidates(columns: &[Column]) -> Vec<Candidate> {
    let kinds: [(Synonyms, Suits); 4] = [
        (DATES, |canonical, column| date(canonical, column)),
        (NAMES, |canonical, column| named(canonical, column)),
        (COUNTS, |_, column| u32::from(column.is_count()) * 100),
        (FLAGS, |_, column| u32::from(column.is_flag()) * 100),
    ];
    let mut found = Vec::new();
    for (list, fits) in kinds {
        for (canonical, synonyms) in list {
            for (column, own) in columns.iter().enumerate().filter(|(_, own)| own.seen.everywhere) {
                let name =
                    if own.dates.is_some() { own.name.score_of_date(synonyms) } else { own.name.score(synonyms) };
                let name = match own.given() {
                    given if given == *canonical => 101,
                    given if is_canonical(given) => 0,
                    _ => name,
                };
                let score = name * fits(canonical, own) / 100;
                let order = ORDER.iter().position(|name| name == canonical).unwrap_or_default();
                if score >= ALIKE {
                    found.push(Candidate { canonical, order, column, score });
                }
            }
        }
    }
    found
}

/// How well a column's values suit a date, in percent.
fn date(canonical: &str, column: &Column) -> u32 {
    match () {
        () if column.dates.is_none() => 0,
        // Every dossier was received once.
        () if canonical == "received_at" && column.filled() < 0.9 => 50,
        () => 100,
    }
}

/// How well a column's values suit a name, in percent.
fn named(canonical: &str, column: &Column) -> u32 {
    let kinds = column.distinct;
    let few = ["channel", "outcome", "status", "applicant", "service_level", "payment"].contains(&canonical);
    match () {
        () if column.dates.is_some() || kinds == 0 => 0,
        () if few && kinds > FEW => 0,
        () if !few && (kinds > 20 && column.is_unique() || kinds > 5_000) => 0,
        () if few && canonical != "status" && !values::knows_some(canonical, column) => 45,
        // An outcome that most dossiers say in words that nobody knows would leave them out.
        () if canonical == "outcome" && values::known_share(canonical, column) < 0.9 => 45,
        () if column.filled() < 0.5 => 60,
        () => 100,
    }
}

/// The id: what is called so and hardly ever stands twice.
fn id(columns: &[Column], taken: &mut [bool]) -> Option<Role> {
    let suits = |own: &Column| own.seen.everywhere && own.dates.is_none() && own.filled() >= 0.99;
    let scored = columns.iter().enumerate().filter(|(_, own)| suits(own)).map(|(at, own)| {
        let name = if own.given() == "case_id" { 101 } else { own.name.score(IDS) };
        (own.is_unique(), name, at)
    });
    let mut scored: Vec<(bool, u32, usize)> = scored
        .filter(|(unique, name, at)| *unique || *name >= LIKELY && columns[*at].distinct * 2 >= columns[*at].values)
        .collect();
    scored.sort_by_key(|(unique, name, at)| (std::cmp::Reverse((*unique, *name)), *at));
    let (_, score, column) = *scored.first()?;
    taken[column] = true;
    let others = scored.iter().skip(1).take(2).map(|(.., at)| *at).collect();
    Some(Role { canonical: "case_id", column: Some(column), score, others })
}

/// The office: of the columns that are called so the first that splits the dossiers into enough groups, or the first.
fn unit(columns: &[Column], found: &[Candidate], taken: &mut [bool]) -> Option<Role> {
    let is_free = |own: &&Candidate| own.canonical == "unit" && own.score >= LIKELY && !taken[own.column];
    let named: Vec<&Candidate> = found.iter().filter(is_free).collect();
    let splits = |own: &&&Candidate| {
        let column = &columns[own.column];
        own.score > 100
            || column.distinct <= MOST_GROUPS && column.effective() >= LEAST_GROUPS && column.filled() >= 0.9
    };
    let own = named.iter().find(splits).or(named.first())?;
    taken[own.column] = true;
    Some(Role { canonical: "unit", column: Some(own.column), score: own.score, others: Vec::new() })
}

/// The column of dates that is hardly ever blank and comes before the others.
fn earliest(columns: &[Column], taken: &[bool]) -> Option<usize> {
    let is_free = |at: &usize| !taken[*at] && columns[*at].seen.everywhere && columns[*at].filled() >= 0.9;
    let free: Vec<usize> = (0..columns.len()).filter(is_free).filter(|at| columns[*at].dates.is_some()).collect();
    let wins = |at: usize| {
        let own = columns[at].dates.as_ref();
        let before = |other: &&Column| {
            let pair = own.zip(other.dates.as_ref()).map(|(own, other)| own.before(other));
            pair.is_some_and(|(before, of)| before * 2 > of)
        };
        columns.iter().filter(before).count()
    };
    free.into_iter().max_by_key(|at| (wins(*at), std::cmp::Reverse(*at)))
}
