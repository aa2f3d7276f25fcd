//! A scorecard put together: the KPIs of the whole log, of its groups, by month, under other decisions.

use super::abreast::heaviest_first;
use super::curves::{self, Curves};
use super::evaluation::Evaluation;
use super::gathering::Shelves;
use super::groups::{self, Group, Parts};
use super::number::Known;
use super::part::Whole;
use super::question::Question;
use super::row::{ResponseRate, Row};
use super::verdict::{Looks, judge};
use super::{Scorecard, Series, StudyHead, TableHead, axis, comparison, contrasts, doubts, sensitivity, series, side};
use crate::cube::Layout;
use crate::error::{Error, Result};
use crate::kpi::{Axis, Kpi};
use crate::measure::Counting;
use crate::stats::Estimate;

/// The KPI that stands beside every figure of a survey.
pub(super) const RESPONSE_RATE: &str = "satisfaction/response_rate";

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
        let shelves = Shelves::of(&self.questions.iter().collect::<Vec<_>>());
        // Other decisions are asked of the same rows.
        let is_tried = settings.was.is_some() && settings.sensitivity;
        (0..self.questions.len()).for_each(|at| shelves.of_question(at).expect(usize::from(is_tried)));
        let (mut kpis, curves) = self.rows(evaluation, &shelves);
        assert_stocks(&kpis)?;
        (looks.kpis, looks.headlines) = judge(kpis.iter_mut(), settings);
        let judged = self.strictly(evaluation, &kpis);
        let doubts = doubts::doubts(&judged, &evaluation, settings);
        let drilled = Parts::drilled(self.whole);
        let mut applicants = self.applicants();
        looks.applicants = judge(applicants.iter_mut().flat_map(|group| &mut group.kpis), settings).0;
        let (groups, beside): (Vec<Group>, Vec<_>) = self.told(&drilled, |_| true).into_iter().unzip();
        // Rows of a table that says nothing of a group stand in none, and are no group of their own.
        let mut groups: Vec<Group> = groups.into_iter().filter(Group::has_rows).collect();
        looks.groups = judge(groups.iter_mut().flat_map(|group| &mut group.kpis), settings).0;
        Ok(Scorecard {
            schema: "giamtang.scorecard/1",
            study: StudyHead::of(settings, cube),
            provenance: settings.provenance(&cube.header.digest),
            inputs: Vec::new(),
            reconciliation: cube.header.reconciliation.clone(),
            events: None,
            tables: TableHead::of_cube(cube),
            looks,
            axes: axis::axes(&judged, &doubts, cube, settings),
            series: self.series(evaluation),
            curves,
            side_by_side: side::of(self.whole, &drilled, &self.questions, beside),
            comparison: comparison::of(evaluation, &self.questions)?,
            sensitivity: sensitivity::of(evaluation, (&self.questions, &shelves), &kpis),
            kpis,
            applicants,
            groups,
        })
    }

    /// The rows of the KPIs, with what else is said of the same time; and the curves of those that are read from one.
    fn rows(&self, evaluation: Evaluation<'_>, shelves: &Shelves) -> (Vec<Row>, Vec<Curves>) {
        let items: Vec<(usize, &Question<'k>)> = self.questions.iter().enumerate().collect();
        let weight = |(_, question): &(usize, &Question<'k>)| evaluation.weight(question);
        let asked = curves::asked(&self.questions);
        let told = heaviest_first(self.whole.threads, &items, weight, |(at, question)| {
            shelves.of_question(*at).once(|shelf| {
                let evaluation = evaluation.with_shelf(shelf);
                let also = asked[*at].as_ref();
                let (row, curves) = evaluation.row_with(question, |was, is| {
                    Some(Curves { also: also?.clone(), ..curves::of(&evaluation, question, (was, is))? })
                });
                (Row { contrasts: contrasts::of(&evaluation, question), ..row }, curves)
            })
        });
        let (mut rows, curves): (Vec<Row>, Vec<Option<Curves>>) = told.into_iter().unzip();
        answered(self.questions.iter().zip(&mut rows));
        (rows, curves.into_iter().flatten().collect())
    }

    fn series(&self, evaluation: Evaluation<'_>) -> Vec<Series> {
        let weight = |question: &Question<'_>| evaluation.over(Layout::Months).weight(question);
        let series =
            heaviest_first(self.whole.threads, &self.questions, weight, |question| series::of(&evaluation, question));
        series.into_iter().flatten().collect()
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
        let kinds = Parts::applicants(self.whole);
        self.told(&kinds, |kpi| kpi.axis() == Some(Axis::TimeAndCost)).into_iter().map(|(group, _)| group).collect()
    }

    /// Each part with its rows, and with what of it stands beside the others.
    fn told(&self, parts: &Parts<'_>, asked: impl Fn(&Kpi) -> bool) -> Vec<(Group, Vec<Option<Estimate>>)> {
        let questions: Vec<&Question<'k>> = self.questions.iter().filter(|question| asked(question.kpi)).collect();
        let named: Vec<_> = parts.named().collect();
        let evaluation = |at: usize| Evaluation::of_part(self.whole, named[at].1, &named[at].2);
        let shelves: Vec<Shelves> = named.iter().map(|_| Shelves::of(&questions)).collect();
        let of_part = |part: usize| questions.iter().enumerate().map(move |(at, question)| (part, at, *question));
        let items: Vec<Asked<'_, 'k>> = (0..named.len()).flat_map(of_part).collect();
        let weight = |(part, _, question): &Asked<'_, 'k>| evaluation(*part).weight(question);
        let rows = heaviest_first(self.whole.threads, &items, weight, |(part, at, question)| {
            shelves[*part].of_question(*at).once(|shelf| {
                let evaluation = evaluation(*part).with_shelf(shelf);
                (evaluation.row(question), side::estimate(evaluation, question))
            })
        });
        let mut rows = rows.into_iter();
        let group = |(by, ..): &groups::Named<'_, '_>| {
            let (mut kpis, beside): (Vec<Row>, Vec<_>) = rows.by_ref().take(questions.len()).unzip();
            answered(questions.iter().copied().zip(&mut kpis));
            (Group { by: by.clone(), kpis }, beside)
        };
        named.iter().map(group).collect()
    }
}

/// A question to a part, by the number of the part, and its own.
type Asked<'q, 'k> = (usize, usize, &'q Question<'k>);

/// Sets the response rate beside the rows that rest on answers.
fn answered<'r, 'k: 'r>(rows: impl Iterator<Item = (&'r Question<'k>, &'r mut Row)>) {
    let rows: Vec<_> = rows.collect();
    let Some(rate) = rows.iter().find(|(_, row)| row.id == RESPONSE_RATE).map(|(_, row)| ResponseRate::of(row)) else {
        return;
    };
    for (question, row) in rows {
        if question.rests_on_answers && row.id != RESPONSE_RATE {
            row.response_rate = Some(rate.clone());
        }
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
