//! What complying costs, by the tariff and the catalogue of the twin's studies.

use super::dossier::Dossier;
use super::figure::Answer;
use super::twin::View;
use chrono::{Days, NaiveDate};

/// Half an hour each and a quarter a document; an hour and 2,000 đồng a citizen's visit; an hour and a half a business's
/// supplement.
pub const TARIFF: &str = "\
[tariff]
year = 2024
income_per_hour.citizen = { value = 30000, year = 2024, source = 'made up' }
income_per_hour.business = { value = 50000, year = 2024, source = 'made up' }
job = [
    { name = 'a', group = 'prepare', hours = 0.5, per = 'dossier' },
    { name = 'b', group = 'submit', hours = 1, per = 'visit', other_vnd = 2000, applicant = 'citizen' },
    { name = 'c', group = 'prepare', hours = 1.5, per = 'supplement', applicant = 'business' },
    { name = 'd', group = 'prepare', hours = 0.25, per = 'document' },
]
volume = [{ procedure = 'P2', applicant = 'business', times = 2, subjects = 1000 }]";

/// P1 changes in March and is merged into P2 in April.
pub const CATALOGUE: &str = "\
procedure,in_force_from,in_force_to,documents,fee_vnd,merged_into
P1,2020-01-01,2024-03-14,4,50000,
P1,2024-03-15,2024-04-20,2,30000,P2
P2,2020-01-01,2024-05-10,3,10000,
P2,2024-05-11,,1,,
";

/// Documents and fee of a procedure's own row on a day.
fn row(procedure: &str, day: NaiveDate) -> Option<(i64, Option<i64>)> {
    let until = |month, last| day <= NaiveDate::from_ymd_opt(2024, month, last).expect("a date");
    match procedure {
        "P1" if until(3, 14) => Some((4, Some(50_000))),
        "P1" if until(4, 20) => Some((2, Some(30_000))),
        "P1" => None,
        _ if until(5, 10) => Some((3, Some(10_000))),
        _ => Some((1, None)),
    }
}

fn seconds_with(d: &Dossier, documents: i64) -> Option<i64> {
    let own = match d.applicant? {
        "citizen" => 3_600 * d.visits?,
        _ => 5_400 * d.supplement_requests?,
    };
    Some(1_800 + own + 900 * documents)
}

/// In đồng·seconds/hour, of which 3,600 are one đồng.
fn cost_with(d: &Dossier, documents: i64, fee: i64) -> Option<i64> {
    let (income, paid) = if d.applicant? == "citizen" { (30_000, 2_000 * d.visits?) } else { (50_000, 0) };
    Some(seconds_with(d, documents)? * income + 3_600 * (paid + fee))
}

/// A fee, unless the dossier is exempt.
fn owed(d: &Dossier, fee: Option<i64>) -> Option<i64> {
    if d.payment == Some("exempt") { Some(0) } else { fee }
}

/// The papers required on the day of reception; of a procedure that was merged, those of what it was merged into.
fn documents(d: &Dossier) -> Option<i64> {
    let day = d.received.date();
    row(d.procedure?, day).or_else(|| row("P2", day)).map(|(documents, _)| documents)
}

/// Seconds of work for a dossier.
pub fn seconds(d: &Dossier) -> Option<i64> {
    seconds_with(d, documents(d)?)
}

/// What a dossier costs.
pub fn of_dossier(d: &Dossier) -> Option<i64> {
    cost_with(d, documents(d)?, owed(d, d.fee)?)
}

impl View<'_> {
    /// The dossiers of the first window for a year, by the catalogue of this window's last day; the businesses' P2 are
    /// 2,000 a year. A dossier whose cost is not known in one window is in none.
    pub fn yearly_cost(&self, windows: &[Self]) -> Answer {
        let first = &windows[0];
        let on = |d: &Dossier, window: &Self| {
            let last = (window.end - Days::new(1)).date();
            let (documents, fee) = row(d.procedure?, last).or_else(|| row("P2", last))?;
            cost_with(d, documents, owed(d, fee)?)
        };
        let cost = |d: &Dossier| {
            windows.iter().map(|window| on(d, window)).collect::<Option<Vec<_>>>()?;
            Some((on(d, self)?, d.procedure == Some("P2") && d.applicant == Some("business")))
        };
        let rows = first.received(cost);
        let days = (first.end - first.start).num_days();
        let sum =
            |of_volume: bool| rows.kept.iter().filter(|own| own.1 == of_volume).map(|own| own.0).sum::<i64>() as f64;
        let known = rows.kept.iter().filter(|own| own.1).count();
        let of_volume = if known > 0 { sum(true) / known as f64 * 2_000.0 } else { 0.0 };
        rows.counted(sum(false) * 365.25 / days as f64 + of_volume)
    }
}
