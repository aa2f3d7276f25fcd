//! Other ways of saying the same time, each for what it is, and one sentence on why they differ.

use super::evaluation::Evaluation;
use super::gathering::Gathered;
use super::number::{ENGLISH, Known, Numerals, VIETNAMESE, printed};
use super::question::{Located, Question};
use super::row::Change;
use crate::error::Undefined;
use crate::kpi::{ELAPSED_TIME, Name, Unit, contrasts};
use crate::stats::distribution::interpolated;
use crate::stats::effect;
use crate::stats::survival::{Curve, Leavers, LogRank, Shape, clustered_log_rank_of, stratified_log_rank_of};
use serde::Serialize;

const DAY: u64 = 86_400;

/// What else is said of the time applicants wait.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
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
#[non_exhaustive]
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
#[non_exhaustive]
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
#[non_exhaustive]
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

/// The log-rank test: of rows that are alike by cluster, or independent where the study says so.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
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
#[non_exhaustive]
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
    let shapes = [cohorts[0].curve().ok()?, cohorts[1].curve().ok()?];
    let [Shape::Followed(was), Shape::Followed(is)] = shapes.each_ref().map(AsRef::as_ref) else { return None };
    let curves = (was, is);
    let closed = cohorts.each_ref().map(closed);
    let figures: Vec<Contrast> = [
        followed(curves),
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
        restricted_mean: restricted(evaluation, question, curves).into(),
        log_rank: tested(evaluation, question, curves).into(),
        figures,
        open,
        sentence,
    })
}

/// Times of finished rows, and how many have each.
fn closed(cohort: &Gathered) -> Vec<(u64, u64)> {
    cohort.times().map(|(time, [_, finished, _])| (time, finished)).filter(|(_, count)| *count > 0).collect()
}

fn open(cohort: &Gathered) -> Open {
    let counts = || cohort.times().map(|(_, counts)| counts);
    Open { open: counts().map(|[open, ..]| open).sum(), of: counts().flatten().sum() }
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

fn followed((was, is): (&Curve, &Curve)) -> Option<Contrast> {
    let n = [was.n(), is.n()];
    let [was, is] = [was, is].map(|curve| curve.quantile(0.5));
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
    (was, is): (&Curve, &Curve),
) -> Result<RestrictedMean, Undefined> {
    let horizon = evaluation.settings.restricted;
    let (was, is) = (was.restricted_mean(horizon * DAY)?, is.restricted_mean(horizon * DAY)?);
    let manner = evaluation.manner(question.kpi, 0, None, &[]);
    let change = Change::of(effect::change(&was, &is, manner.dependence, manner.level), Unit::Days);
    let days = |seconds: f64| printed(seconds / DAY as f64);
    Ok(RestrictedMean { horizon, was: days(was.value), is: days(is.value), change })
}

/// The log-rank test as the study samples: with clusters, rows of one are alike.
fn tested(
    evaluation: &Evaluation<'_>,
    question: &Question<'_>,
    curves: (&Curve, &Curve),
) -> Result<CurveTest, Undefined> {
    let clustered = evaluation.settings.cluster.is_some();
    let (test, method): (Test, _) = match clustered {
        true => (clustered_log_rank_of, "log-rank, scores by cluster, CR2, t"),
        false => (stratified_log_rank_of, "log-rank, independent rows"),
    };
    let LogRank { chi_square, p, .. } = test(&[curves])?;
    let stratified_p = stratified(evaluation, question, test).map(printed);
    Ok(CurveTest { chi_square: printed(chi_square), p: printed(p), stratified_p, method })
}

type Test = fn(&[(&Curve, &Curve)]) -> Result<LogRank, Undefined>;

/// The p within strata of the mix that is held fixed.
fn stratified(evaluation: &Evaluation<'_>, question: &Question<'_>, test: Test) -> Option<f64> {
    if evaluation.settings.standardise.is_empty() {
        return None;
    }
    let windows = evaluation.own_times(question).ok()?;
    let strata = |own: &Gathered| own.rows.as_ref().map(|rows| rows.leavers.by_stratum()).unwrap_or_default();
    let [was, is] = windows.each_ref().map(strata);
    let curve = |leavers: &Leavers| Curve::leaving(leavers, evaluation.choice(question.kpi)).ok();
    let curves: Vec<_> = was.iter().zip(&is).filter_map(|(was, is)| Some((curve(was)?, curve(is)?))).collect();
    let curves: Vec<_> = curves.iter().map(|(was, is)| (was, is)).collect();
    Some(test(&curves).ok()?.p)
}

/// Why the figures differ, in one sentence.
pub(super) fn sentence(figures: &[Contrast], open: &[Open; 2]) -> Name {
    let whole = |parts: [Option<String>; 3]| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        capitalised(&parts.join("; ")) + "."
    };
    let (en, vi) = (Said::of(figures, open, ENGLISH).english(), Said::of(figures, open, VIETNAMESE).vietnamese());
    Name { en: whole(en).into(), vi: whole(vi).into() }
}

/// The numbers of the sentence, as a language writes them.
struct Said {
    /// Median and mean of the closed ones of both cohorts.
    closed: Option<[String; 2]>,
    /// Open ones and all of each cohort.
    open: [[String; 2]; 2],
    /// Median and mean of those closed in each window.
    swept: Option<[String; 2]>,
    /// How many these are.
    swept_rows: [String; 2],
    followed: Option<String>,
}

impl Said {
    fn of(figures: &[Contrast], open: &[Open; 2], numerals: Numerals) -> Self {
        let find = |id| figures.iter().find(|figure| figure.id == id);
        let change = |id| Some(numerals.percent_change(find(id)?.relative?));
        let both = |median, mean| Some([change(median)?, change(mean)?]);
        let swept_rows = find(ContrastId::ClosedInWindowMean).map(|figure| figure.n).unwrap_or_default();
        Self {
            closed: both(ContrastId::ClosedOfCohortMedian, ContrastId::ClosedOfCohortMean),
            open: open.map(|own| [own.open, own.of].map(|rows| numerals.count(rows))),
            swept: both(ContrastId::ClosedInWindowMedian, ContrastId::ClosedInWindowMean),
            swept_rows: swept_rows.map(|rows| numerals.count(rows)),
            followed: change(ContrastId::FollowedMedian),
        }
    }

    fn english(&self) -> [Option<String>; 3] {
        let [[open_was, of_was], [open_is, of_is]] = &self.open;
        let closed = self.closed.as_ref().map(|[median, mean]| {
            format!(
                "of the dossiers received in each window the closed ones alone say {median} (median) and {mean} (mean), \
                 but leave out {open_was} of {of_was} and {open_is} of {of_is} that were still open at the cut-off"
            )
        });
        let [was, is] = &self.swept_rows;
        let swept = self.swept.as_ref().map(|[median, mean]| {
            format!(
                "the {was} and {is} closed in each window, whenever received, say {median} (median) and {mean} (mean), \
                 which is of the old dossiers that were cleared then"
            )
        });
        let followed = match &self.followed {
            Some(change) => format!(
                "with every dossier received counted, open ones as at least this long, the median changed by {change}"
            ),
            None => "with every dossier received counted there is no median in one of the windows".to_owned(),
        };
        [closed, swept, Some(followed)]
    }

    fn vietnamese(&self) -> [Option<String>; 3] {
        let [[open_was, of_was], [open_is, of_is]] = &self.open;
        let closed = self.closed.as_ref().map(|[median, mean]| {
            format!(
                "trong số hồ sơ tiếp nhận ở mỗi kỳ, nếu chỉ tính hồ sơ đã đóng thì thay đổi {median} (trung vị) và {mean} \
                 (trung bình), nhưng như vậy bỏ qua {open_was}/{of_was} và {open_is}/{of_is} hồ sơ còn mở tại thời điểm chốt"
            )
        });
        let [was, is] = &self.swept_rows;
        let swept = self.swept.as_ref().map(|[median, mean]| {
            format!(
                "{was} và {is} hồ sơ được đóng trong mỗi kỳ, bất kể tiếp nhận khi nào, cho {median} (trung vị) và {mean} \
                 (trung bình), tức là nói về hồ sơ cũ được giải quyết trong kỳ"
            )
        });
        let followed = match &self.followed {
            Some(change) => format!(
                "khi tính mọi hồ sơ đã tiếp nhận, hồ sơ còn mở tính là ít nhất đã chờ đến thời điểm chốt, trung vị thay đổi \
                 {change}"
            ),
            None => "khi tính mọi hồ sơ đã tiếp nhận thì có kỳ chưa có trung vị".to_owned(),
        };
        [closed, swept, Some(followed)]
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
