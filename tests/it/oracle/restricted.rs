//! Restricted means and log-rank tests against survminer, statsmodels and lifelines.

use super::*;
use crate::workbench::shared;
use giamtang::stats::survival::log_rank;

fn cells(name: &str) -> Vec<ClusterTimes> {
    let data = if name.starts_with("waltons") { table("waltons") } else { table("survival_data") };
    let rows = data.into_iter().filter(|row| row["curve"] == name).enumerate();
    let outcome = |event: &str| if event == "1" { Outcome::Finished } else { Outcome::Censored };
    rows.map(|(i, row)| left(i as u32, row["time"].parse().unwrap(), outcome(&row["event"]))).collect()
}

#[test]
fn restricted_means_and_greenwood() {
    for row in table("restricted") {
        let curve = Curve::new(&cells(&row["curve"])).unwrap();
        let mean = curve.restricted_mean(integer(&row, "horizon") as u64).unwrap();
        close(mean.value, number(&row, "value"), 1e-12);
        close(spread(&mean, Independent).unwrap().standard_error(), number(&row, "se"), 1e-10);
        // Rows of their own cluster: the squared influences are the same sum.
        let squares: f64 = mean.influence.iter().map(|i| i.psi * i.psi).sum();
        close(squares, mean.independent_variance.unwrap(), 1e-12);
    }
}

/// kassambara/survminer, pull request 827; CamDavidsonPilon/lifelines, issue 1682 (survRM2).
#[test]
fn restricted_means_as_published() {
    let mean = |name: &str, horizon| Curve::new(&cells(name)).unwrap().restricted_mean(horizon).unwrap();
    let (men, women) = (mean("lung_sex_1", 965), mean("lung_sex_2", 965));
    let se = |estimate| spread(estimate, Independent).unwrap().standard_error();
    let near = |got: f64, want: f64, unit: f64| assert!((got - want).abs() < 0.51 * unit, "got {got}, want {want}");
    near(men.value, 324.0484, 1e-4);
    near(se(&men), 22.29794, 1e-5);
    near(women.value, 455.9041, 1e-4);
    near(se(&women), 32.91742, 1e-5);
    let change = effect::change(&men, &women, Independent, 0.95);
    near(change.absolute.value, 131.8557, 1e-4);
    near(change.standard_error.unwrap(), 39.75870, 1e-5);
    let limits = change.absolute.limits.unwrap();
    near(limits.low, 53.93005, 1e-5);
    near(limits.high, 209.7813, 1e-4);
    near(change.p.unwrap(), 0.0009118595, 1e-10);
    let flies = mean("waltons_miR-137", 10);
    near(flies.value, 9.7941, 1e-4);
    near(se(&flies), 0.1232, 1e-4);
}

#[test]
fn log_rank_tests() {
    for row in table("log_rank") {
        let [one, two] = ["one", "two"].map(|column| Curve::new(&cells(&row[column])).unwrap());
        let test = log_rank(&one, &two).unwrap();
        close(test.chi_square, number(&row, "chi_square"), 1e-11);
        close(test.p, number(&row, "p"), 1e-9);
        close(log_rank(&two, &one).unwrap().chi_square, test.chi_square, 1e-11);
    }
    let open = Curve::new(&[left(0, 5, Outcome::Censored)]).unwrap();
    assert_eq!(log_rank(&open, &open), Err(Undefined::NoVariation));
}

/// R 4, survival 3.8-11: `survfit(Surv(time, status) ~ sex, lung)`, whose `std.err` is of the log of the curve, and
/// `survdiff`, as written down in the fixtures of Cameron-Lyons/survival (MIT).
#[test]
fn curves_and_tests_of_r() {
    let men = Curve::new(&cells("lung_sex_1")).unwrap();
    let rows = [
        (11, 0.978260869565217, 0.0126897831271147),
        (175, 0.681082331174838, 0.058260872612604),
        (310, 0.403305401567254, 0.109231567389658),
        (883, 0.0357138702934946, 0.604744495312035),
    ];
    for (time, survival, se) in rows {
        let incidence = men.incidence(time);
        close(1.0 - incidence.value, survival, 1e-12);
        close(incidence.independent_variance.unwrap().sqrt() / survival, se, 1e-12);
    }
    let times = [1, 1, 1, 2, 2, 3, 4, 4, 5, 6, 6, 6, 7, 8, 9, 9];
    let ended = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1];
    let row = |i: usize| left(0, times[i], if ended[i] == 1 { Outcome::Finished } else { Outcome::Censored });
    let half = |first: usize| Curve::new(&(first..16).step_by(2).map(row).collect::<Vec<_>>()).unwrap();
    let test = log_rank(&half(0), &half(1)).unwrap();
    assert_eq!(test.observed, 6);
    close(test.expected, 5.73476523476524, 1e-13);
    close(test.chi_square, 0.0302138508547912, 1e-12);
    close(test.p, 0.862005889490885, 1e-13);
}

#[test]
fn beyond_the_last_open_row_there_is_no_mean() {
    let cells = [left(0, 4, Outcome::Finished), left(1, 6, Outcome::Competing), left(2, 9, Outcome::Censored)];
    let curve = Curve::new(&cells).unwrap();
    assert_eq!(curve.restricted_mean(10), Err(Undefined::NotReached));
    // F is 1/3 from 4 on: 4 + 5 * 2/3.
    close(curve.restricted_mean(9).unwrap().value, 22.0 / 3.0, 1e-15);
    // With the last row gone for good, F stays: 4 + 16 * 1/2.
    let gone = Curve::new(&cells[..2]).unwrap();
    close(gone.restricted_mean(20).unwrap().value, 12.0, 1e-15);
    assert_eq!(curve.restricted_mean(0).unwrap().value, 0.0);
}

/// The derivative of the area is the area of the derivatives: by single steps.
#[test]
fn influences_of_the_area_are_areas_of_influences() {
    let cells = cells("ties");
    let offices: Vec<_> = cells
        .iter()
        .map(|cell| ClusterTimes { cluster: ClusterId(cell.cluster.0 % 7), times: cell.times.clone() })
        .collect();
    let curve = Curve::new(&offices).unwrap();
    let mean = curve.restricted_mean(31).unwrap();
    let steps: Vec<_> = (0..31).map(|day| curve.incidence(day)).collect();
    for (g, influence) in mean.influence.iter().enumerate() {
        let area: f64 = steps.iter().map(|step| step.influence[g].psi).sum();
        assert!((influence.psi + area).abs() < 1e-12, "{} {area}", influence.psi);
    }
}

/// The receipt log of `../shared/data`: dossiers received in each half of 2011, censored at its end.
#[test]
fn receipts_have_the_restricted_means_of_lifelines() {
    let Some(rows) = shared("receipt.xes.gz").map(|path| receipts::rows(&path)) else { return };
    let curve = |from: &str, until: &str| Curve::new(&receipts::cohort(&rows, from, until)).unwrap();
    let was = curve("2011-01-01T00:00:00+01:00", "2011-07-01T00:00:00+02:00");
    let is = curve("2011-07-01T00:00:00+02:00", "2012-01-01T00:00:00+01:00");
    assert_eq!((was.n(), is.n()), (609, 483));
    let mean = |curve: &Curve| curve.restricted_mean(90 * 86_400).unwrap().value / 86_400.0;
    // Four digits, and times floored to whole seconds: at most 1.2e-5 days less.
    assert!((mean(&was) - 54.5910).abs() < 6.2e-5 && (mean(&is) - 48.6417).abs() < 6.2e-5);
    assert!((log_rank(&was, &is).unwrap().p - 0.007287).abs() < 5.1e-7);
}

/// The dates of the receipt log's dossiers, read plainly.
mod receipts {
    use super::*;
    use chrono::{DateTime, FixedOffset};
    use std::io::Read;
    use std::path::Path;

    type Instant = DateTime<FixedOffset>;

    pub fn rows(path: &Path) -> Vec<(Instant, Option<Instant>)> {
        let mut text = String::new();
        flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
        // The dates of a trace stand before its first event.
        let traces = text.split("<trace>").skip(1).map(|trace| trace.split("<event>").next().unwrap());
        traces.map(|trace| (date(trace, "startdate").unwrap(), date(trace, "enddate"))).collect()
    }

    fn date(trace: &str, key: &str) -> Option<Instant> {
        let after = trace.split(&format!("key=\"{key}\" value=\"")).nth(1)?;
        DateTime::parse_from_rfc3339(after.split('"').next()?).ok()
    }

    pub fn cohort(rows: &[(Instant, Option<Instant>)], from: &str, until: &str) -> Vec<ClusterTimes> {
        let [from, until] = [from, until].map(|text| DateTime::parse_from_rfc3339(text).unwrap());
        let sound = rows.iter().filter(|(start, end)| end.is_none_or(|end| end >= *start));
        let received = sound.filter(|(start, _)| (from..until).contains(start));
        let row = |&(start, end): &(Instant, Option<Instant>)| match end.filter(|end| *end < until) {
            Some(end) => left(0, (end - start).num_seconds() as u64, Outcome::Finished),
            None => left(0, (until - start).num_seconds() as u64, Outcome::Censored),
        };
        received.map(row).collect()
    }
}
