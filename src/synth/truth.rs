//! What a perfect study of a city would find: every KPI of dossiers drawn by the same model, none of them censored.
//!
//! The path is independent of the rooms that measure: one dossier after another, sums and sorted lists, no cube, no
//! statistics, no engine. Each dossier has an office of its own, drawn for it alone, so office effects average out, and
//! the answer belongs to the model and not to the offices that a seed happened to draw. That is what an interval by
//! clusters is about.

use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate};

use super::answers::Response;
use super::arrivals::{arrivals, moments, stream};
use super::costs::{COSTS, YEARLY};
use super::counted::{counted, yearly_cost};
use super::course::Course;
use super::offices::Office;
use super::petitions::{Plea, Pleading};
use super::places::PROCEDURES;
use super::questions::{How, QUESTIONS, Question};
use super::voices::VOICES;
use super::{City, day};
use crate::calendar::{Calendar, local_date, local_midnight};
use crate::error::{Error, Result};

/// The windows of a city's study, as local days, both included: the same months, both after Tết.
pub(super) const WINDOWS: [[NaiveDate; 2]; 2] =
    [[day(2023, 2, 15), day(2023, 7, 31)], [day(2024, 2, 15), day(2024, 7, 31)]];

/// The study's horizon, in working days.
pub(super) const HORIZON: u32 = 30;

/// The limit of a step is moved by the waits for the applicant, and answers and petitions come later still: no trace of
/// a dossier is younger.
const TRACED: i64 = 250 * super::DAY as i64;

/// Any seed would do: the answer is the model's.
const SEED: u64 = 61;

/// What was planted, by KPI.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Truth {
    /// How many dossiers were drawn for it, over two years.
    pub dossiers: u64,
    /// The KPIs: those that were simulated, then those that were counted.
    pub kpis: Vec<Expected>,
}

/// What one KPI comes to in a city without end.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Expected {
    /// The KPI's id.
    pub id: &'static str,
    /// What exactly was counted.
    pub of: &'static str,
    /// The value of each window, in the KPI's unit.
    pub was: Level,
    /// The same after the reform.
    pub is: Level,
    /// `is − was`.
    pub change: Level,
    /// The same with the mix of procedures held at that of both windows together.
    pub adjusted: Option<Level>,
}

/// A value with its standard error, because it was simulated; 0 where it was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Level {
    /// The value.
    pub value: f64,
    /// Its Monte-Carlo standard error.
    pub se: f64,
}

impl Truth {
    /// What is known of a KPI.
    pub fn kpi(&self, id: &str) -> Option<&Expected> {
        self.kpis.iter().find(|kpi| kpi.id == id)
    }
}

/// A dossier as it went, with what the questions ask of it.
pub(super) struct Whole<'a> {
    pub(super) course: &'a Course,
    pub(super) calendar: &'a Calendar,
    /// The first and the last instant of the due day, as first promised.
    pub(super) due: [i64; 2],
    /// The last day of the horizon since the reception, and since the submission.
    pub(super) horizons: [NaiveDate; 2],
    pub(super) finished_on: NaiveDate,
    /// Whether it was received after the reform, and whether each window ends after it.
    pub(super) reformed: bool,
    pub(super) rules: [bool; 2],
    /// The year of its reception, from 2023.
    pub(super) year: usize,
    pub(super) response: Option<Response>,
    pub(super) pleas: Vec<Plea>,
    /// The end of the record.
    pub(super) end: i64,
}

/// A window as instants, and its last day.
pub(super) struct Window {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) last: NaiveDate,
}

impl Window {
    fn new(calendar: &Calendar, [first, last]: [NaiveDate; 2]) -> Self {
        let midnight = |date| local_midnight(calendar.zone(), date);
        Self { from: midnight(first), to: midnight(last + Days::new(1)), last }
    }

    /// Whether anything of a dossier may lie in it; what is done late was due before it was done.
    fn touches(&self, own: &Whole<'_>) -> bool {
        own.course.submitted < self.to && own.course.finished.max(own.due[1]) + TRACED >= self.from
    }

    pub(super) fn holds(&self, at: i64) -> bool {
        (self.from..self.to).contains(&at)
    }
}

/// What a city's model comes to, from so many dossiers drawn.
///
/// The seed and the number of offices of the city do not matter, except to what is counted: its own officers, and its own
/// catalogue. A million dossiers know a share of a half to 0.1 points.
///
/// # Errors
///
/// None with the built-in calendar.
///
/// # Example
///
/// ```
/// use giamtang::synth::{City, Expected, Level, Truth, truth};
///
/// # fn main() -> giamtang::Result<()> {
/// let truth: Truth = truth(&City::new(7), 20_000)?;
/// let elsewhere: &Expected = truth.kpi("procedures/non_territorial").unwrap();
/// let Level { value, se, .. } = elsewhere.change;
/// assert!((value - 0.11).abs() < 5.0 * se);
/// # Ok(())
/// # }
/// ```
pub fn truth(city: &City, dossiers: u64) -> Result<Truth> {
    let calendar = super::calendar()?;
    let model = City { seed: SEED, cases: dossiers, ..city.clone() };
    let days = arrivals(&model, &calendar);
    // Two halves whatever the machine, so that the sums are the same everywhere.
    let (first, second) = days.split_at(days.len() / 2);
    let (first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| asked(&model, &calendar, second));
        (asked(&model, &calendar, first), second.join())
    });
    let second = second.map_err(|_| Error::broken("drawing the truth", "a thread stopped"))?;
    let sheets = first?.into_iter().zip(second?).map(|(first, second)| first.plus(second));
    let sheets: Vec<Sheets> = sheets.collect();
    let (own, yearly) = sheets.split_at(sheets.len() - YEARLY.len());
    let simulated = questions().zip(own).filter_map(|(question, sheets)| {
        let quantile = if let How::Quantile(q, _) = question.how { Some(q) } else { None };
        expected(question.id, question.of, &sheets.0, quantile)
    });
    let mut kpis: Vec<Expected> = simulated.collect();
    // Both are of the first window's dossiers.
    let of_dossier =
        yearly.iter().filter_map(|sheets| sheets.0[0].sums.into_iter().fold(Sums::default(), Sums::plus).ratio());
    kpis.extend(yearly_cost(city, &calendar, of_dossier.collect()));
    kpis.extend(counted(city, &calendar, closed(&sheets), dossiers));
    Ok(Truth { dossiers, kpis })
}

/// Every KPI that is simulated.
fn questions() -> impl Iterator<Item = &'static Question> {
    QUESTIONS.iter().chain(&COSTS).chain(&VOICES).chain(&YEARLY)
}

/// The dossiers finished with a result, by window and procedure.
fn closed(sheets: &[Sheets]) -> [[f64; PROCEDURES.len()]; 2] {
    let own = questions().zip(sheets).find(|(question, _)| question.id == "time/closed_time_mean");
    own.map_or_else(Default::default, |(_, sheets)| sheets.0.each_ref().map(|sheet| sheet.sums.map(|sums| sums.y)))
}

/// What every question got from the dossiers of some days.
fn asked(model: &City, calendar: &Calendar, days: &[(NaiveDate, u64)]) -> Result<Vec<Sheets>> {
    let windows = WINDOWS.map(|window| Window::new(calendar, window));
    let mut sheets: Vec<Sheets> = questions().map(|_| Sheets::default()).collect();
    let name: Arc<str> = "".into();
    for (date, cases) in days {
        let (reception, mut draw) = (model.reception(calendar, *date)?, stream(SEED, *date));
        for start in moments(&mut draw, calendar, *date, *cases).unwrap_or_default() {
            let office = Office::drawn(&mut draw, name.clone());
            let course = Course::drawn(&mut draw, calendar, &office, &reception, start);
            let pleading = Pleading { city: model, calendar, office: &office, reformed: reception.reformed };
            if let Some(whole) = course.as_ref().and_then(|course| Whole::new(course, &pleading, *date)) {
                note(&mut sheets, &whole, &windows);
            }
        }
    }
    Ok(sheets)
}

impl<'a> Whole<'a> {
    fn new(course: &'a Course, pleading: &Pleading<'a>, received: NaiveDate) -> Option<Self> {
        let (calendar, zone) = (pleading.calendar, pleading.calendar.zone());
        let submitted = local_date(zone, course.submitted);
        let horizon = |date| calendar.nth_working_day_after(date, HORIZON);
        Some(Self {
            course,
            calendar,
            due: [local_midnight(zone, course.due), local_midnight(zone, course.due + Days::new(1))],
            horizons: [horizon(received)?, horizon(submitted)?],
            finished_on: local_date(zone, course.finished),
            reformed: pleading.reformed,
            rules: WINDOWS.map(|[_, last]| pleading.city.reformed(last)),
            year: (received.year() - super::FIRST.year()) as usize,
            response: Response::drawn(course, pleading.office, pleading.reformed, course.is_late(calendar)),
            pleas: pleading.pleas(course)?,
            end: local_midnight(zone, super::LAST + Days::new(1)),
        })
    }
}

/// What one question got in both windows.
#[derive(Clone, Debug, Default)]
struct Sheets([Sheet; 2]);

impl Sheets {
    fn plus(self, other: Self) -> Self {
        let mut sheets = self;
        for (sheet, more) in sheets.0.iter_mut().zip(other.0) {
            for (sums, more) in sheet.sums.iter_mut().zip(more.sums) {
                *sums = sums.plus(more);
            }
            sheet.values.extend(more.values);
        }
        sheets
    }
}

/// What one question got in one window.
#[derive(Clone, Debug, Default)]
struct Sheet {
    sums: [Sums; PROCEDURES.len()],
    /// Values with their procedures; a dossier without a result takes for ever.
    values: Vec<(f64, usize)>,
}

/// Sums over dossiers of a share's, mean's or ratio's two parts.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Sums {
    fn add(&mut self, x: f64, y: f64) {
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.xy += x * y;
        self.yy += y * y;
    }

    fn plus(self, other: Self) -> Self {
        Self {
            x: self.x + other.x,
            y: self.y + other.y,
            xx: self.xx + other.xx,
            xy: self.xy + other.xy,
            yy: self.yy + other.yy,
        }
    }

    /// `Σx/Σy`, and its standard error by the delta method.
    fn ratio(self) -> Option<Level> {
        let value = self.x / self.y;
        let residual = self.xx - 2.0 * value * self.xy + value * value * self.yy;
        (self.y > 0.0).then(|| Level { value, se: residual.max(0.0).sqrt() / self.y })
    }
}

fn note(sheets: &mut [Sheets], whole: &Whole<'_>, windows: &[Window; 2]) {
    let at = whole.course.procedure;
    for (place, window) in windows.iter().enumerate().filter(|(_, window)| window.touches(whole)) {
        for (question, Sheets(sheets)) in questions().zip(&mut *sheets) {
            let sheet = &mut sheets[place];
            match question.how {
                How::Mean(of) => of(whole, window).into_iter().for_each(|x| sheet.sums[at].add(x, 1.0)),
                How::Ratio(of) => of(whole, window).into_iter().for_each(|(x, y)| sheet.sums[at].add(x, y)),
                How::Quantile(_, of) => sheet.values.extend(of(whole, window).map(|value| (value, at))),
            }
        }
    }
}

fn expected(id: &'static str, of: &'static str, sheets: &[Sheet; 2], quantile: Option<f64>) -> Option<Expected> {
    let level = |sheet: &Sheet| match quantile {
        Some(q) => of_values(&sheet.values, |_| 1.0, q),
        None => sheet.sums.into_iter().fold(Sums::default(), Sums::plus).ratio(),
    };
    let (was, is) = (level(&sheets[0])?, level(&sheets[1])?);
    let adjusted = match quantile {
        Some(q) => adjusted_quantile(sheets, q),
        None => adjusted_ratio(sheets),
    };
    Some(Expected { id, of, was, is, change: difference(was, is), adjusted })
}

pub(super) fn difference(was: Level, is: Level) -> Level {
    Level { value: is.value - was.value, se: was.se.hypot(is.se) }
}

/// The change within procedures, each weighted by its part of both windows together.
fn adjusted_ratio([was, is]: &[Sheet; 2]) -> Option<Level> {
    let pairs = was.sums.iter().zip(&is.sums);
    let known: Vec<(f64, Level)> =
        pairs.filter_map(|(was, is)| Some((was.y + is.y, difference(was.ratio()?, is.ratio()?)))).collect();
    let whole: f64 = known.iter().map(|(weight, _)| weight).sum();
    let value = known.iter().map(|(weight, change)| weight * change.value).sum::<f64>() / whole;
    let variance: f64 = known.iter().map(|(weight, change)| (weight * change.se).powi(2)).sum();
    (whole > 0.0).then(|| Level { value, se: variance.sqrt() / whole })
}

/// The same for quantiles: each window's dossiers are weighted until they have the mix of both.
fn adjusted_quantile(sheets: &[Sheet; 2], q: f64) -> Option<Level> {
    let mut counts = [[0.0; PROCEDURES.len()]; 2];
    for (sheet, counts) in sheets.iter().zip(&mut counts) {
        sheet.values.iter().for_each(|(_, at)| counts[*at] += 1.0);
    }
    let weight = |window: usize, at: usize| (counts[0][at] + counts[1][at]) / counts[window][at];
    let [was, is] = [0, 1].map(|window| of_values(&sheets[window].values, |at| weight(window, at), q));
    Some(difference(was?, is?))
}

/// The least value with a part `q` of the weight at or below it.
///
/// Its standard error is half the way between the values a standard error of `q` below and above it.
fn of_values(values: &[(f64, usize)], weight: impl Fn(usize) -> f64, q: f64) -> Option<Level> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let whole: f64 = sorted.iter().map(|(_, at)| weight(*at)).sum();
    let squares: f64 = sorted.iter().map(|(_, at)| weight(*at).powi(2)).sum();
    let at = |part: f64| {
        let mut passed = 0.0;
        let found = sorted.iter().find(|(_, at)| {
            passed += weight(*at);
            passed >= part * whole
        });
        found.map(|(value, _)| *value).filter(|value| value.is_finite())
    };
    let off = (q * (1.0 - q) * squares).sqrt() / whole;
    Some(Level { value: at(q)?, se: (at(q + off)? - at(q - off)?) / 2.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums by hand of weights and chances in `places`.
    ///
    /// Non-territorial 4 and 15 %. Online: 430 and 600 thousandths, and what the procedures add: (−12,000 + 7,200 +
    /// 10,400 + 19,800 − 7,200 − 10,200 − 3,600) / 1,000 = 4.4, and with the later mix (−18,000 + 9,000 + 12,000 +
    /// 19,800 − 7,200 − 7,200 − 3,000) / 1,000 = 5.4. Of procedures with full service: 120, 130 and 180 dossiers with
    /// 490, 510 and 540 thousandths are 517.0 in the mean; 150, 150 and 180 with 660, 680 and 710 are 685.0.
    #[test]
    fn shares_that_can_be_added_up_by_hand_come_out() -> Result<()> {
        let truth = truth(&City::new(1), 60_000)?;
        let hand = [
            ("procedures/non_territorial", 0.040, 0.150),
            ("quality/online_share", 0.4344, 0.6054),
            ("quality/full_online_share", 0.5170, 0.6850),
            ("transparency/synced", 0.85, 0.95),
            ("quality/reused", 0.20, 0.38),
        ];
        for (id, was, is) in hand {
            let own = truth.kpi(id).expect(id);
            assert!((own.was.value - was).abs() < 4.0 * own.was.se, "{id}: {own:?}");
            assert!((own.is.value - is).abs() < 4.0 * own.is.se, "{id}: {own:?}");
        }
        Ok(())
    }

    /// 1, 2, 3 with weights 1, 1, 2: half of 4 is reached at 2; three quarters, 3, at 3.
    #[test]
    fn a_quantile_is_the_least_value_with_enough_weight() {
        let values = [(3.0, 1), (1.0, 0), (2.0, 0)];
        let level = |q| of_values(&values, |at| if at == 1 { 2.0 } else { 1.0 }, q).map(|level| level.value);
        assert_eq!((level(0.5), level(0.55)), (Some(2.0), Some(3.0)));
    }

    /// Two procedures of 0.2 and 0.6 that do not change, in parts 1:1 and then 3:1: crude 0.4 to 0.3, adjusted none.
    #[test]
    fn a_mix_alone_is_no_adjusted_change() {
        let sheet = |parts: [f64; 2]| {
            let mut sheet = Sheet::default();
            for (at, (part, rate)) in parts.into_iter().zip([0.2, 0.6]).enumerate() {
                sheet.sums[at] = Sums { x: part * rate, y: part, xx: part * rate, xy: part * rate, yy: part };
            }
            sheet
        };
        let own = expected("", "", &[sheet([50.0, 50.0]), sheet([75.0, 25.0])], None).expect("known");
        assert!((own.change.value + 0.1).abs() < 1e-12, "{own:?}");
        assert!(own.adjusted.is_some_and(|adjusted| adjusted.value.abs() < 1e-12), "{own:?}");
    }
}
