//! Other ways of saying the same time, each for what it is, and one sentence on why they differ.

use super::evaluation::Evaluation;
use super::figure::percent_change;
use super::gathering::Gathered;
use super::number::{Known, printed};
use super::question::{Located, Question};
use super::row::Change;
use crate::error::Undefined;
use crate::kpi::{ELAPSED_TIME, Name, Unit, contrasts};
use crate::stats::distribution::interpolated;
use crate::stats::survival::{Curve, LogRank, log_rank, stratified_log_rank};
use crate::stats::{Outcome, effect};
use serde::Serialize;

const DAY: u64 = 86_400;

/// What else is said of the time applicants wait.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contrasts {
    /// The figures, the honest one first; all in days.
    pub figures: Vec<Contrast>,
    /// The mean within a horizon, open dossiers included, with the change's interval.
    pub restricted_mean: Known<RestrictedMean>,
    /// Whether the two curves are one.
    pub log_rank: Known<CurveTest>,
    /// Dossiers of each window's cohort that were still open at its cut-off.
    pub open: [Open; 2],
    /// Why the figures differ.
    pub sentence: Name,
}

/// One way of saying the time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contrast {
    /// Which.
    pub id: ContrastId,
    /// The window before.
    pub was: f64,
    /// The window after.
    pub is: f64,
    /// Rows behind each.
    pub n: [u64; 2],
    /// `is − was`.
    pub absolute: f64,
    /// `is / was − 1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative: Option<f64>,
}

/// The ways of saying the time; a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContrastId {
    /// The median of all dossiers received in the window, open ones included.
    FollowedMedian,
    /// The median of those of them that were closed by the cut-off.
    ClosedOfCohortMedian,
    /// Their mean.
    ClosedOfCohortMean,
    /// The median of dossiers closed in the window, whenever they were received.
    ClosedInWindowMedian,
    /// Their mean.
    ClosedInWindowMean,
}

/// The mean time within a horizon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RestrictedMean {
    /// The horizon, in days.
    pub horizon: u64,
    /// The window before.
    pub was: f64,
    /// The window after.
    pub is: f64,
    /// The change.
    pub change: Change,
}

/// The log-rank test, rows taken as independent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CurveTest {
    /// The statistic, on one degree of freedom.
    pub chi_square: f64,
    /// The p of one and the same hazard in both windows.
    pub p: f64,
    /// The same within strata of the mix that is held fixed; absent where none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stratified_p: Option<f64>,
    /// The method.
    pub method: &'static str,
}

/// Dossiers still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Open {
    /// So many.
    pub open: u64,
    /// Of so many.
    pub of: u64,
}

/// The contrasts of a KPI, if it is the one that has them.
pub(super) fn of(evaluation: &Evaluation<'_>, question: &Question<'_>) -> Option<Contrasts> {
    if question.kpi.id != ELAPSED_TIME || evaluation.settings.was.is_none() {
        return None;
    }
    let cohort = |slot| evaluation.gathered(question.kpi, &question.own, slot).ok();
    let cohorts = [cohort(0)?, cohort(1)?];
    let curves = [Curve::new(&cohorts[0].times).ok()?, Curve::new(&cohorts[1].times).ok()?];
    let closed = cohorts.each_ref().map(closed);
    let figures: Vec<Contrast> = [
        followed(&curves),
        of_cohort(ContrastId::ClosedOfCohortMedian, &closed, |rows| interpolated(rows, 0.5).ok()),
        of_cohort(ContrastId::ClosedOfCohortMean, &closed, mean),
    ]
    .into_iter()
    .chain(in_window(evaluation, question))
    .flatten()
    .collect();
    let open = cohorts.each_ref().map(open);
    let sentence = sentence(&figures, &open);
    Some(Contrasts {
        restricted_mean: restricted(evaluation, question, &curves).into(),
        log_rank: tested(evaluation, question, &curves).into(),
        figures,
        open,
        sentence,
    })
}

/// Times of finished rows, and how many have each.
fn closed(cohort: &Gathered) -> Vec<(u64, u64)> {
    let all = cohort.times.iter().flat_map(|cell| &cell.times);
    all.filter(|row| row.outcome == Outcome::Finished).map(|row| (row.time, row.count)).collect()
}

fn open(cohort: &Gathered) -> Open {
    let all = || cohort.times.iter().flat_map(|cell| &cell.times);
    let open = all().filter(|row| row.outcome == Outcome::Censored).map(|row| row.count).sum();
    Open { open, of: all().map(|row| row.count).sum() }
}

fn rows(counts: &[(u64, u64)]) -> u64 {
    counts.iter().map(|(_, count)| count).sum()
}

fn mean(counts: &[(u64, u64)]) -> Option<f64> {
    let sum: u128 = counts.iter().map(|(time, count)| u128::from(*time) * u128::from(*count)).sum();
    let n = rows(counts);
    (n > 0).then(|| sum as f64 / n as f64)
}

impl Contrast {
    fn of(id: ContrastId, seconds: [f64; 2], n: [u64; 2]) -> Self {
        let [was, is] = seconds.map(|seconds| seconds / DAY as f64);
        let relative = (was > 0.0).then(|| printed(is / was - 1.0));
        Self { id, was: printed(was), is: printed(is), n, absolute: printed(is - was), relative }
    }
}

fn followed(curves: &[Curve; 2]) -> Option<Contrast> {
    let [was, is] = curves.each_ref().map(|curve| curve.quantile(0.5));
    let n = curves.each_ref().map(Curve::n);
    Some(Contrast::of(ContrastId::FollowedMedian, [was? as f64, is? as f64], n))
}

fn of_cohort(
    id: ContrastId,
    closed: &[Vec<(u64, u64)>; 2],
    figure: impl Fn(&[(u64, u64)]) -> Option<f64>,
) -> Option<Contrast> {
    let seconds = [figure(&closed[0])?, figure(&closed[1])?];
    Some(Contrast::of(id, seconds, closed.each_ref().map(|counts| rows(counts))))
}

/// What dashboards know: the dossiers closed in each window.
fn in_window(evaluation: &Evaluation<'_>, question: &Question<'_>) -> [Option<Contrast>; 2] {
    let [order, average] = contrasts();
    let gathered = |recipe: &crate::cube::Recipe, slot| {
        evaluation.gathered(question.kpi, &Located::new(&recipe.keep, evaluation.whole), slot).ok()
    };
    let median = || {
        let closed = [closed(&gathered(&order, 0)?), closed(&gathered(&order, 1)?)];
        of_cohort(ContrastId::ClosedInWindowMedian, &closed, |rows| interpolated(rows, 0.5).ok())
    };
    let mean = || {
        let sum = |slot| {
            let gathered = gathered(&average, slot)?;
            let (n, sum) = gathered.moments.iter().fold((0, 0), |(n, sum), cell| (n + cell.n, sum + cell.sum));
            (n > 0).then(|| (sum as f64 / n as f64, n))
        };
        let (was, is) = (sum(0)?, sum(1)?);
        Some(Contrast::of(ContrastId::ClosedInWindowMean, [was.0, is.0], [was.1, is.1]))
    };
    [median(), mean()]
}

fn restricted(
    evaluation: &Evaluation<'_>,
    question: &Question<'_>,
    curves: &[Curve; 2],
) -> Result<RestrictedMean, Undefined> {
    let horizon = evaluation.settings.restricted;
    let [was, is] = curves.each_ref().map(|curve| curve.restricted_mean(horizon * DAY));
    let (was, is) = (was?, is?);
    let manner = evaluation.manner(question.kpi, 0, None, &[]);
    let change = Change::of(effect::change(&was, &is, manner.dependence, manner.level), Unit::Days);
    let days = |seconds: f64| printed(seconds / DAY as f64);
    Ok(RestrictedMean { horizon, was: days(was.value), is: days(is.value), change })
}

fn tested(evaluation: &Evaluation<'_>, question: &Question<'_>, curves: &[Curve; 2]) -> Result<CurveTest, Undefined> {
    let LogRank { chi_square, p, .. } = log_rank(&curves[0], &curves[1])?;
    let method = "log-rank, independent rows";
    let stratified_p = stratified(evaluation, question).map(printed);
    Ok(CurveTest { chi_square: printed(chi_square), p: printed(p), stratified_p, method })
}

/// The p within strata of the mix that is held fixed.
fn stratified(evaluation: &Evaluation<'_>, question: &Question<'_>) -> Option<f64> {
    if evaluation.settings.standardise.is_empty() {
        return None;
    }
    let strata = evaluation.own_strata(question).ok()?;
    let curves = |[was, is]: &[Gathered; 2]| Some((Curve::new(&was.times).ok()?, Curve::new(&is.times).ok()?));
    let curves: Vec<_> = strata.iter().filter_map(curves).collect();
    Some(stratified_log_rank(&curves).ok()?.p)
}

/// Why the figures differ, in one sentence.
fn sentence(figures: &[Contrast], open: &[Open; 2]) -> Name {
    let change = |id| figures.iter().find(|figure| figure.id == id).and_then(|figure| figure.relative);
    let told = |id| change(id).map(|relative| percent_change(relative));
    let left_out = |id| figures.iter().find(|figure| figure.id == id).map(|figure| figure.n);
    let (median, mean) = (told(ContrastId::ClosedOfCohortMedian), told(ContrastId::ClosedOfCohortMean));
    let (swept, average) = (told(ContrastId::ClosedInWindowMedian), told(ContrastId::ClosedInWindowMean));
    let mut en = Vec::new();
    let mut vi = Vec::new();
    if let (Some(median), Some(mean)) = (median, mean) {
        let [was, is] = open;
        en.push(format!(
            "of the dossiers received in each window the closed ones alone say {median} (median) and {mean} (mean), but leave \
             out {} of {} and {} of {} that were still open at the cut-off",
            was.open, was.of, is.open, is.of
        ));
        let [median, mean] = [median, mean].map(with_comma);
        vi.push(format!(
            "trong số hồ sơ tiếp nhận ở mỗi kỳ, nếu chỉ tính hồ sơ đã đóng thì là {median} (trung vị) và {mean} (trung bình), \
             nhưng như vậy bỏ qua {}/{} và {}/{} hồ sơ còn mở tại thời điểm chốt",
            was.open, was.of, is.open, is.of
        ));
    }
    if let (Some(swept), Some(average), Some(n)) = (swept, average, left_out(ContrastId::ClosedInWindowMean)) {
        en.push(format!(
            "the {} and {} closed in each window, whenever received, say {swept} (median) and {average} (mean), which is of \
             the old dossiers that were cleared then",
            n[0], n[1]
        ));
        let [swept, average] = [swept, average].map(with_comma);
        vi.push(format!(
            "{} và {} hồ sơ được đóng trong mỗi kỳ, bất kể tiếp nhận khi nào, cho {swept} (trung vị) và {average} (trung bình), \
             tức là nói về hồ sơ cũ được giải quyết trong kỳ",
            n[0], n[1]
        ));
    }
    match told(ContrastId::FollowedMedian) {
        Some(honest) => {
            en.push(format!(
                "with every dossier received counted, open ones as at least this long, the median changed by {honest}"
            ));
            let honest = with_comma(honest);
            vi.push(format!("khi tính mọi hồ sơ đã tiếp nhận, hồ sơ còn mở tính là ít nhất đã chờ đến thời điểm chốt, trung vị thay đổi {honest}"));
        }
        None => {
            en.push("with every dossier received counted there is no median in one of the windows".to_owned());
            vi.push("khi tính mọi hồ sơ đã tiếp nhận thì có kỳ chưa có trung vị".to_owned());
        }
    }
    let whole = |parts: Vec<String>| capitalised(&parts.join("; ")) + ".";
    Name { en: whole(en).into(), vi: whole(vi).into() }
}

/// A number as Vietnamese has it.
fn with_comma(number: String) -> String {
    number.replace('.', ",")
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
