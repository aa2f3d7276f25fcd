//! A scorecard put together: the KPIs of the whole log, of its groups, by month, under other decisions.

use super::abreast::abreast;
use super::evaluation::Evaluation;
use super::groups::{Group, Parts};
use super::number::Known;
use super::part::Whole;
use super::question::Question;
use super::row::{ResponseRate, Row};
use super::verdict::{Looks, judge};
use super::{Scorecard, StudyHead, TableHead, axis, comparison, contrasts, doubts, sensitivity, series, side};
use crate::error::{Error, Result};
use crate::kpi::{Axis, Kpi};
use crate::measure::Counting;

/// The KPI that stands beside every figure of a survey.
const RESPONSE_RATE: &str = "satisfaction/response_rate";

/// A cube with what is asked of it.
pub(super) struct Assessment<'a, 'k> {
    whole: &'a Whole<'a>,
    questions: Vec<Question<'k>>,
}

impl<'a, 'k> Assessment<'a, 'k> {
    pub(super) fn new(whole: &'a Whole<'a>, kpis: impl Iterator<Item = &'k Kpi>) -> Self {
        let counting = whole.settings.profile();
        Self { whole, questions: kpis.map(|kpi| Question::new(kpi, counting, whole)).collect() }
    }

    /// The scorecard.
    pub(super) fn card(&self) -> Result<Scorecard> {
        let (cube, settings) = (self.whole.cube, self.whole.settings);
        let evaluation = Evaluation::of(self.whole);
        let mut looks = Looks::default();
        let mut kpis = self.rows(evaluation, |_| true);
        assert_stocks(&kpis)?;
        (looks.kpis, looks.headlines) = judge(kpis.iter_mut(), settings);
        let judged = self.strictly(evaluation, &kpis);
        let doubts = doubts::doubts(&judged, &evaluation, settings);
        let drilled = Parts::drilled(cube, settings);
        let mut applicants = self.applicants();
        looks.applicants = judge(applicants.iter_mut().flat_map(|group| &mut group.kpis), settings).0;
        let mut groups = self.groups(&drilled);
        looks.groups = judge(groups.iter_mut().flat_map(|group| &mut group.kpis), settings).0;
        for (question, row) in self.questions.iter().zip(&mut kpis) {
            row.contrasts = contrasts::of(&evaluation, question);
        }
        Ok(Scorecard {
            schema: "giamtang.scorecard/1",
            study: StudyHead::of(settings, cube),
            inputs: Vec::new(),
            reconciliation: cube.header.reconciliation.clone(),
            events: None,
            tables: TableHead::of_cube(cube),
            looks,
            axes: axis::axes(&judged, &doubts, cube, settings),
            series: abreast(&self.questions, |question| series::of(&evaluation, question))
                .into_iter()
                .flatten()
                .collect(),
            side_by_side: side::of(self.whole, &drilled, &self.questions),
            comparison: comparison::of(evaluation, &self.questions)?,
            sensitivity: sensitivity::of(evaluation, &self.questions, &kpis),
            kpis,
            applicants,
            groups,
        })
    }

    /// The rows of some KPIs, with the response rate beside those that rest on answers.
    fn rows(&self, evaluation: Evaluation<'_>, asked: impl Fn(&Kpi) -> bool) -> Vec<Row> {
        let questions: Vec<&Question<'k>> = self.questions.iter().filter(|question| asked(question.kpi)).collect();
        let mut rows: Vec<Row> = abreast(&questions, |question| evaluation.row(question));
        if let Some(rate) = rows.iter().find(|row| row.id == RESPONSE_RATE).map(ResponseRate::of) {
            let beside = questions.iter().zip(&mut rows).filter(|(question, _)| question.rests_on_answers);
            beside
                .filter(|(_, row)| row.id != RESPONSE_RATE)
                .for_each(|(_, row)| row.response_rate = Some(rate.clone()));
        }
        rows
    }

    /// The rows as guards are judged: strictly, however the study counts.
    fn strictly(&self, evaluation: Evaluation<'_>, rows: &[Row]) -> Vec<Row> {
        let strict = |(question, row): (&Question<'_>, &Row)| match question.recipe == question.kpi.recipe() {
            true => row.clone(),
            false => evaluation.row(&Question::new(question.kpi, Counting::Strict, self.whole)),
        };
        self.questions.iter().zip(rows).map(strict).collect()
    }

    /// The first axis by kind of applicant.
    fn applicants(&self) -> Vec<Group> {
        let kinds = Parts::applicants(self.whole.cube, self.whole.settings);
        self.told(&kinds, |kpi| kpi.axis() == Some(Axis::TimeAndCost))
    }

    /// The drill-down; rows of a table that says nothing of a group stand in none, and are no group of their own.
    fn groups(&self, drilled: &Parts<'_>) -> Vec<Group> {
        self.told(drilled, |_| true).into_iter().filter(Group::has_rows).collect()
    }

    fn told(&self, parts: &Parts<'_>, asked: impl Fn(&Kpi) -> bool) -> Vec<Group> {
        let group = |(by, part, filter): (_, _, Vec<_>)| {
            let kpis = self.rows(Evaluation::of_part(self.whole, part, &filter), &asked);
            Group { by, kpis }
        };
        parts.named().map(group).collect()
    }
}

/// Fails where a stock is not what it was with what came and without what went: a row was lost or counted twice.
fn assert_stocks(rows: &[Row]) -> Result<()> {
    let figures = rows.iter().flat_map(|row| row.was.iter().chain([&row.is])).filter_map(Known::value);
    match figures.filter_map(|figure| figure.flow).find(|flow| !flow.adds_up()) {
        Some(flow) => Err(Error::broken("reconciling the catalogue", format!("{flow:?}"))),
        None => Ok(()),
    }
}
