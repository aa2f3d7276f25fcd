//! The tariff of a city's study, and what complying costs as questions to one dossier.

use super::course::Course;
use super::habits::DEMANDS;
use super::places::PROCEDURES;
use super::questions::{How, Question, mean};
use super::truth::{Whole, Window};

/// What an hour is worth in đồng of 2024, of a citizen and of a business; nobody values an agency's.
const INCOMES: [(&str, u64); 2] = [("citizen", 36_000), ("business", 62_400)];

/// The price index of 2023, where that of 2024 is 104.
const INDEX: [u64; 2] = [100, 104];

/// A job: its name, its group, its hours in tenths, what is paid, and what it is done for.
type Job = (&'static str, &'static str, u64, u64, &'static str);

const JOBS: [Job; 3] = [
    ("Prepare the papers", "prepare", 4, 3_000, "document"),
    ("Go to the office", "submit", 15, 20_000, "visit"),
    ("Bring a supplement", "prepare", 10, 0, "supplement"),
];

/// The tariff as a study has it.
pub(super) fn tariff_text() -> String {
    let income = |(kind, value): &(&str, u64)| {
        format!("income_per_hour.{kind} = {{ value = {value}, year = 2024, source = \"made up\" }}\n")
    };
    let job = |(name, group, tenths, vnd, per): &Job| {
        let (whole, tenths) = (tenths / 10, tenths % 10);
        let vnd = if *vnd > 0 { format!("other_vnd = {vnd}\n") } else { String::new() };
        format!(
            "\n[[tariff.job]]\nname = \"{name}\"\ngroup = \"{group}\"\nhours = {whole}.{tenths}\nper = \"{per}\"\n{vnd}"
        )
    };
    let [was, is] = INDEX.map(|index| format!("{index}.0"));
    let (incomes, jobs): (String, String) = (INCOMES.iter().map(income).collect(), JOBS.iter().map(job).collect());
    format!("[tariff]\nyear = 2024\nindex = {{ 2023 = {was}, 2024 = {is} }}\n{incomes}{jobs}")
}

/// The KPIs of the tariff.
pub(super) static COSTS: [Question; 2] = [
    mean(
        "cost/compliance_cost",
        "hours valued, and money paid, in đồng of 2024 of dossiers received, known within the horizon; agencies' left out",
        |own, window| {
            if own.mature(window) { cost(own, own.documents(own.reformed), own.course.fee, own.year) } else { None }
        },
    ),
    mean(
        "cost/compliance_hours",
        "hours of the applicant's of dossiers received, known within the horizon",
        |own, window| own.mature(window).then(|| hours(own.course, own.documents(own.reformed))),
    ),
];

/// What a dossier of the first window costs by the rules of each window's last day.
pub(super) static YEARLY: [Question; 2] =
    [yearly(|own, window| own.yearly(window, 0)), yearly(|own, window| own.yearly(window, 1))];

pub(super) const YEARLY_ID: &str = "cost/compliance_total";

const fn yearly(how: fn(&Whole<'_>, &Window) -> Option<f64>) -> Question {
    Question {
        id: YEARLY_ID,
        of: "what the dossiers of the first window cost, by the papers and fees of each window's last day, for a year of \
             365.25 days; agencies' left out",
        how: How::Mean(how),
    }
}

fn hours(course: &Course, documents: u64) -> f64 {
    counts(course, documents)
        .into_iter()
        .zip(JOBS)
        .map(|(count, (_, _, tenths, ..))| (count * tenths) as f64 / 10.0)
        .sum()
}

/// The documents, visits and supplements, in the order of [`JOBS`].
fn counts(course: &Course, documents: u64) -> [u64; 3] {
    [documents, course.visits, course.halts.len() as u64]
}

/// In đồng of 2024; `None` where nobody values the hour.
fn cost(own: &Whole<'_>, documents: u64, fee: u64, year: usize) -> Option<f64> {
    let (_, income) = INCOMES.iter().find(|(kind, _)| *kind == own.course.applicant)?;
    let paid: u64 = counts(own.course, documents).into_iter().zip(JOBS).map(|(count, (.., vnd, _))| count * vnd).sum();
    let fee = fee as f64 * INDEX[1] as f64 / INDEX[year] as f64;
    Some(hours(own.course, documents) * *income as f64 + paid as f64 + fee)
}

impl Whole<'_> {
    fn documents(&self, reformed: bool) -> u64 {
        DEMANDS[self.course.procedure].documents[usize::from(reformed)]
    }

    /// An agency's costs nothing that is known, and is one of the dossiers.
    fn yearly(&self, window: &Window, at: usize) -> Option<f64> {
        let is_exempt = self.course.payment == Some("exempt");
        let fee = if is_exempt { 0 } else { PROCEDURES[self.course.procedure].fee };
        self.received(window).then(|| cost(self, self.documents(self.rules[at]), fee, at).unwrap_or_default())
    }
}
