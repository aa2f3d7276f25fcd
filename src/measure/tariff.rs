//! What complying costs an applicant: jobs, hours and prices of a tariff, in whole seconds and đồng.
//!
//! The Standard Cost Model: hours and money are kept apart, and hours are valued last. Everything is at the prices of one
//! year.

use super::Needs;
use super::cases::Cases;
use super::catalogue::left_out_of_all;
use super::place::Placed;
use crate::error::{Error, Result};
use crate::ingest::{ABSENT, NO_NAME, Table};
use polars::prelude::PlHashMap;
use std::collections::BTreeMap;

/// Seconds of an hour: money is kept in đồng·seconds/hour, as hours are once they are valued.
const HOUR: i64 = 3_600;

/// Who complies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicant {
    /// A person.
    Citizen,
    /// A company or a household that trades.
    Business,
    /// Another office.
    Agency,
    /// Anybody else.
    Other,
}

/// What a job is done for, each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Per {
    /// Once.
    Dossier,
    /// For each paper that the procedure requires.
    Document,
    /// For each visit.
    Visit,
    /// For each supplement that the office asks for.
    Supplement,
}

/// One job an applicant has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// How long it takes each time, in seconds.
    pub seconds: i64,
    /// What is paid for it each time, in đồng at the tariff's prices.
    pub vnd: i64,
    /// What it is done for.
    pub per: Per,
    /// Who does it; everybody, where none is named.
    pub applicants: Vec<Applicant>,
    /// For which procedures; for all, where none is named.
    pub procedures: Vec<String>,
}

/// Whose yearly volume the study knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The procedure.
    pub procedure: String,
    /// Of one kind of applicant, or of all.
    pub applicant: Option<Applicant>,
}

/// A study's tariff, at the prices of one year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tariff {
    /// What an hour is worth, in đồng.
    pub incomes: BTreeMap<Applicant, i64>,
    /// The jobs.
    pub jobs: Vec<Job>,
    /// Of each year, the price index of the tariff's year and its own: what turns its amounts into constant prices.
    pub index: BTreeMap<i32, (i64, i64)>,
    /// Whose volumes the study knows.
    pub volumes: Vec<Volume>,
}

/// A part of what complying costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Seconds of work.
    Hours,
    /// The same valued, in đồng·seconds/hour: 3,600 of them are one đồng.
    Labour,
    /// What is paid, in the same unit.
    Money,
}

/// Which facts of a procedure a cost is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facts {
    /// The dossier's own: its fee, the papers required when it was received.
    Own,
    /// The procedure's on the last day of a window.
    LastDay,
}

impl Applicant {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Citizen, Self::Business, Self::Agency, Self::Other];

    /// The name in a study.
    pub fn name(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Business => "business",
            Self::Agency => "agency",
            Self::Other => "other",
        }
    }

    /// The kind that a log's value means; the portal's code list says `state_agency`.
    pub fn of_value(value: &str) -> Option<Self> {
        let value = if value == "state_agency" { "agency" } else { value };
        Self::ALL.into_iter().find(|kind| kind.name() == value)
    }
}

impl Per {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Dossier, Self::Document, Self::Visit, Self::Supplement];

    /// The name in a study.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dossier => "dossier",
            Self::Document => "document",
            Self::Visit => "visit",
            Self::Supplement => "supplement",
        }
    }

    /// The column that says how often.
    pub(super) fn column(self) -> Option<&'static str> {
        match self {
            Self::Dossier => None,
            Self::Document => Some(DOCUMENTS),
            Self::Visit => Some("visits"),
            Self::Supplement => Some("supplement_requests"),
        }
    }
}

/// What a tariff asks of a dossier's procedure.
pub(super) const JOINED: [&str; 2] = [DOCUMENTS, "procedures.fee_vnd"];

/// The papers that a procedure requires.
const DOCUMENTS: &str = "procedures.documents";

impl Part {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Hours, Self::Labour, Self::Money];

    /// The name in a column's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Labour => "labour",
            Self::Money => "money",
        }
    }

    /// How much of it a job is each time.
    fn of(self, job: &Job) -> i64 {
        if self == Self::Money { job.vnd } else { job.seconds }
    }
}

impl Facts {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Own, Self::LastDay];

    /// The name in a column's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::LastDay => "last_day",
        }
    }

    fn fee(self) -> &'static str {
        match self {
            Self::Own => "fee_vnd",
            Self::LastDay => "procedures.fee_vnd",
        }
    }
}

impl Job {
    pub(super) fn is_of(&self, applicant: Option<Applicant>, procedure: Option<&str>) -> bool {
        let applicant = self.applicants.is_empty() || applicant.is_some_and(|own| self.applicants.contains(&own));
        let own = |procedure| self.procedures.iter().any(|known| known == procedure);
        applicant && (self.procedures.is_empty() || procedure.is_some_and(own))
    }
}

impl Volume {
    fn is_of(&self, applicant: Option<Applicant>, procedure: Option<&str>) -> bool {
        procedure == Some(&*self.procedure) && (self.applicant.is_none() || self.applicant == applicant)
    }
}

impl Tariff {
    /// The columns that a part of the cost needs.
    ///
    /// A tariff without a job per visit does not need visits.
    pub fn needs(&self, part: Part, facts: Facts) -> Needs {
        let mut needs = Needs::default();
        needs.required.extend(self.selects_applicants().then(|| "applicant".to_owned()));
        needs.required.extend(self.selects_procedures().then(|| "procedure".to_owned()));
        if facts == Facts::LastDay && !self.volumes.is_empty() {
            // What tells volumes apart.
            needs.required.push("procedure".into());
            needs
                .required
                .extend(self.volumes.iter().any(|own| own.applicant.is_some()).then(|| "applicant".to_owned()));
        }
        let counts = self.jobs.iter().filter(|job| part.of(job) != 0).filter_map(|job| job.per.column());
        counts.for_each(|column| needs.milestone(column));
        match part {
            Part::Hours => {}
            Part::Labour => needs.required.push("applicant".into()),
            Part::Money => needs.milestone(facts.fee()),
        }
        needs.extend(Needs::default());
        needs
    }

    /// An amount of a year at constant prices, in whole đồng; `None` where the index does not know the year.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::measure::Tariff;
    ///
    /// let tariff = Tariff { index: [(2023, (1_036, 1_000))].into(), ..Tariff::default() };
    /// assert_eq!(tariff.constant(10_000, 2023), Some(10_360));
    /// assert_eq!(tariff.constant(10_000, 2022), None);
    /// ```
    pub fn constant(&self, amount: i64, year: i32) -> Option<i64> {
        let (prices, own) = self.index.get(&year)?;
        let (scaled, own) = (i128::from(amount) * i128::from(*prices), i128::from(*own));
        i64::try_from((2 * scaled + own).div_euclid(2 * own)).ok()
    }

    fn selects_applicants(&self) -> bool {
        self.jobs.iter().any(|job| !job.applicants.is_empty())
    }

    fn selects_procedures(&self) -> bool {
        self.jobs.iter().any(|job| !job.procedures.is_empty())
    }

    /// How much of a part each of its counts costs somebody; `None` where no job is theirs, or whose cannot be said.
    fn rates(&self, part: Part, applicant: Option<Applicant>, procedure: Option<&str>) -> Option<Rates> {
        let unknown =
            (self.selects_applicants() && applicant.is_none()) || (self.selects_procedures() && procedure.is_none());
        let own: Vec<&Job> = self.jobs.iter().filter(|job| job.is_of(applicant, procedure)).collect();
        if unknown || own.is_empty() {
            return None;
        }
        let worth = match part {
            Part::Hours => 1,
            Part::Labour => *self.incomes.get(&applicant?)?,
            Part::Money => HOUR,
        };
        let mut rates = [0; Per::ALL.len()];
        for job in own {
            let rate = &mut rates[job.per as usize];
            *rate = part.of(job).checked_mul(worth)?.checked_add(*rate)?;
        }
        Some(rates)
    }
}

/// What one dossier, document, visit and supplement cost.
type Rates = [i64; Per::ALL.len()];

impl Cases<'_> {
    /// A part of what complying costs in each placed row; `None` where it cannot be known.
    ///
    /// By the rules of a window's last day a row whose procedure stands in each, and whose cost is not known in one, is left
    /// out of all: a blank is no change of the rules. What no longer stands costs nothing in that window alone.
    pub(super) fn costs(&self, part: Part, facts: Facts, placed: &Placed) -> Result<Vec<Option<i64>>> {
        let tariff = self.tariff()?;
        let needs = tariff.needs(part, facts);
        let counts = Per::ALL.map(|per| per.column().filter(|column| needs.required.iter().any(|own| own == column)));
        let counts = counts.map(|column| column.map(|column| self.facts(column, facts, placed)).transpose());
        let [_, documents, visits, supplements] = counts;
        let counts = [documents?, visits?, supplements?];
        let fees = (part == Part::Money).then(|| self.fees(tariff, facts, placed)).transpose()?;
        let rates = self.rates(tariff, part, facts, placed);
        let cost = |(place, rates): (usize, Option<Rates>)| {
            let [mut sum, others @ ..] = rates?;
            for (rate, counts) in others.into_iter().zip(&counts).filter(|(rate, _)| *rate != 0) {
                sum = rate.checked_mul(counts.as_ref()?[place]?)?.checked_add(sum)?;
            }
            match &fees {
                Some(fees) => fees[place]?.checked_mul(HOUR)?.checked_add(sum),
                None => Some(sum),
            }
        };
        let mut costs: Vec<Option<i64>> = rates.into_iter().enumerate().map(cost).collect();
        if facts == Facts::LastDay {
            let standing = self.standing(placed).into_iter().zip(&costs);
            let is_blank: Vec<bool> = standing.map(|(name, cost)| name.is_some() && cost.is_none()).collect();
            left_out_of_all(&mut costs, placed, &is_blank);
        }
        Ok(costs)
    }

    /// The volume that each placed row stands for, counted from 1; 0 where the study knows none.
    pub fn volumes(&self, placed: &Placed) -> Vec<u16> {
        let Some(tariff) = self.clocks.tariff.as_ref().filter(|tariff| !tariff.volumes.is_empty()) else {
            return vec![0; placed.rows.len()];
        };
        self.by_party(placed, Facts::Own, |applicant, procedure| {
            let own = tariff.volumes.iter().position(|volume| volume.is_of(applicant, procedure));
            own.map_or(0, |own| own as u16 + 1)
        })
    }

    pub(super) fn tariff(&self) -> Result<&Tariff> {
        let none = || Error::broken("valuing hours", "the study has no tariff");
        self.clocks.tariff.as_ref().ok_or_else(none)
    }

    fn rates(&self, tariff: &Tariff, part: Part, facts: Facts, placed: &Placed) -> Vec<Option<Rates>> {
        self.by_party(placed, facts, |applicant, procedure| tariff.rates(part, applicant, procedure))
    }

    /// An answer by applicant kind and procedure, asked once of each pair; by the facts of a window's last day the
    /// procedure is the one that stands for the dossier's own then.
    pub(super) fn by_party<T: Copy>(
        &self,
        placed: &Placed,
        facts: Facts,
        answer: impl Fn(Option<Applicant>, Option<&str>) -> T,
    ) -> Vec<T> {
        let (applicants, procedures) = (self.batch.codes("applicant"), self.batch.codes("procedure"));
        let mut known: PlHashMap<(u32, u32, u8), T> = PlHashMap::default();
        let code = |codes: Option<&[u32]>, row: usize| codes.map_or(NO_NAME, |codes| codes[row]);
        let name = |code| self.batch.lexicon.name(code);
        let answers = placed.rows.iter().zip(&placed.slots).map(|(row, slot)| {
            let row = *row as usize;
            let (applicant, procedure) = (code(applicants, row), code(procedures, row));
            let (window, last_day) = match facts {
                Facts::Own => (0, None),
                Facts::LastDay => (*slot, Some(self.slot(*slot).end_day - 1)),
            };
            let of_day = |day| self.batch.procedure_named_on(row, day);
            *known.entry((applicant, procedure, window)).or_insert_with(|| {
                let procedure = last_day.map_or_else(|| name(procedure), of_day);
                answer(name(applicant).and_then(Applicant::of_value), procedure)
            })
        });
        answers.collect()
    }

    /// The fees of the placed rows at constant prices: the dossier's own by the year it was received in.
    ///
    /// Who is exempt owes none, whatever price stands there, or if none does.
    fn fees(&self, tariff: &Tariff, facts: Facts, placed: &Placed) -> Result<Vec<Option<i64>>> {
        let fees = self.facts(facts.fee(), facts, placed)?;
        let received = self.instants("received_at")?;
        let (payments, exempt) = (self.batch.codes("payment"), self.batch.lexicon.find("exempt"));
        let is_exempt = |row: u32| payments.is_some_and(|codes| Some(codes[row as usize]) == exempt);
        // A procedure that is not there on the day is not there for nothing.
        let stands = (facts == Facts::LastDay).then(|| self.standing(placed));
        let rows = placed.rows.iter().zip(&placed.slots).zip(fees).enumerate();
        let fees = rows.map(|(place, ((row, slot), fee))| {
            if is_exempt(*row) {
                return stands.as_ref().is_none_or(|stands| stands[place].is_some()).then_some(0);
            }
            let day = match facts {
                Facts::Own => Some(received.us[*row as usize]).filter(|at| *at != ABSENT).map(|at| self.day(at))?,
                Facts::LastDay => self.slot(*slot).end_day - 1,
            };
            tariff.constant(fee?, super::clocks::year(day)?)
        });
        Ok(fees.collect())
    }

    /// A column of whole numbers, or of procedures as of a window's last day.
    pub(super) fn facts(&self, column: &str, facts: Facts, placed: &Placed) -> Result<Vec<Option<i64>>> {
        match facts == Facts::LastDay && column.starts_with(Table::Procedures.prefix()) {
            true => Ok(self.in_catalogue(column, placed)),
            false => self.counted(column, placed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(seconds: i64, vnd: i64, per: Per) -> Job {
        Job { seconds, vnd, per, applicants: Vec::new(), procedures: Vec::new() }
    }

    fn tariff() -> Tariff {
        let by_business = Job { applicants: vec![Applicant::Business], ..job(3_600, 0, Per::Supplement) };
        let of_permits = Job { procedures: vec!["Permit".into()], ..job(0, 500, Per::Dossier) };
        let jobs = vec![job(1_800, 0, Per::Dossier), job(7_200, 2_000, Per::Visit), by_business, of_permits];
        let incomes = [(Applicant::Citizen, 30_000), (Applicant::Business, 50_000)].into();
        Tariff { incomes, jobs, ..Tariff::default() }
    }

    /// A citizen's permit: half an hour, two hours a visit; a certificate is none of the permit's 500 đồng.
    #[test]
    fn rates_are_those_of_the_jobs_that_apply() {
        let rates = |part, applicant, procedure| tariff().rates(part, applicant, procedure);
        let (citizen, business) = (Some(Applicant::Citizen), Some(Applicant::Business));
        assert_eq!(rates(Part::Hours, citizen, Some("Permit")), Some([1_800, 0, 7_200, 0]));
        assert_eq!(rates(Part::Hours, business, Some("Permit")), Some([1_800, 0, 7_200, 3_600]));
        assert_eq!(rates(Part::Labour, citizen, Some("Other")), Some([1_800 * 30_000, 0, 7_200 * 30_000, 0]));
        assert_eq!(rates(Part::Money, citizen, Some("Permit")), Some([500 * HOUR, 0, 2_000 * HOUR, 0]));
        assert_eq!(rates(Part::Money, citizen, Some("Other")), Some([0, 0, 2_000 * HOUR, 0]));
    }

    /// Whose jobs they are cannot be said without applicant or procedure; nobody values an agency's hour.
    #[test]
    fn what_is_not_known_has_no_rate() {
        let rates = |part, applicant, procedure| tariff().rates(part, applicant, procedure);
        assert_eq!(rates(Part::Hours, None, Some("Permit")), None);
        assert_eq!(rates(Part::Hours, Some(Applicant::Citizen), None), None);
        assert_eq!(rates(Part::Labour, Some(Applicant::Agency), Some("Permit")), None);
        assert!(rates(Part::Hours, Some(Applicant::Agency), Some("Permit")).is_some());
        let of_permits = Tariff { jobs: tariff().jobs.split_off(3), ..tariff() };
        assert_eq!(of_permits.rates(Part::Money, Some(Applicant::Citizen), Some("Other")), None);
    }

    #[test]
    fn a_tariff_needs_what_its_jobs_are_counted_by() {
        let needs = |tariff: &Tariff, part| tariff.needs(part, Facts::Own).required;
        let all = tariff();
        assert_eq!(needs(&all, Part::Hours), ["applicant", "procedure", "supplement_requests", "visits"]);
        assert_eq!(needs(&all, Part::Money), ["applicant", "fee_vnd", "procedure", "visits"]);
        let plain = Tariff { jobs: vec![job(60, 0, Per::Dossier)], ..Tariff::default() };
        assert_eq!(needs(&plain, Part::Hours), [""; 0]);
        assert_eq!(needs(&plain, Part::Labour), ["applicant"]);
        assert_eq!(plain.needs(Part::Money, Facts::LastDay).required, ["procedure", "procedures.fee_vnd"]);
    }

    /// 10,001 đồng at an index of 104 to 100 are 10,401.04; 12.5 rounds up.
    #[test]
    fn constant_prices_are_whole_dong() {
        let tariff = Tariff { index: [(2022, (5, 4)), (2023, (104, 100)), (2024, (1, 1))].into(), ..Tariff::default() };
        assert_eq!(tariff.constant(10_001, 2023), Some(10_401));
        assert_eq!(tariff.constant(10, 2022), Some(13));
        assert_eq!(tariff.constant(7, 2024), Some(7));
        assert_eq!(tariff.constant(i64::MAX, 2023), None);
    }

    #[test]
    fn the_portal_says_agency_otherwise() {
        assert_eq!(Applicant::of_value("state_agency"), Some(Applicant::Agency));
        assert_eq!(Applicant::of_value("agency"), Some(Applicant::Agency));
        assert_eq!(Applicant::of_value("Citizen"), None);
    }
}
