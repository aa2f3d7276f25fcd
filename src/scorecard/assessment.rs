//! A scorecard put together: the KPIs of the whole log, of its groups, by month, under other decisions.

use super::abreast::heaviest_first;
use super::curves::{self, Curves};
use super::evaluation::Evaluation;
use super::groups::{self, Group, Parts};
use super::number::Known;
use super::part::Whole;
use super::question::Question;
use super::row::{ResponseRate, Row};
use super::shelf::{Shared, Shelf, Shelves, Sitting, families};
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
        // Other decisions are asked of the same rows.
        let is_tried = settings.was.is_some() && settings.sensitivity;
        let shelves = Shelves::of(&self.questions.iter().collect::<Vec<_>>(), 1 + usize::from(is_tried));
        let Rows { mut kpis, curves, centres } = self.rows(evaluation, &shelves);
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
            side_by_side: side::of((self.whole, &drilled), &self.questions, &centres, beside),
            comparison: comparison::of(evaluation, &self.questions)?,
            sensitivity: sensitivity::of(evaluation, (&self.questions, &shelves), &kpis),
            kpis,
            applicants,
            groups,
        })
    }

    /// The rows of the KPIs, with what else is said of the same time; and what else is taken from their windows.
    fn rows(&self, evaluation: Evaluation<'_>, shelves: &Shelves) -> Rows {
        let asked = curves::asked(&self.questions);
        let sittings: Vec<(&Vec<usize>, &Shared)> = shelves.sittings().collect();
        let weight = |(family, _): &(&Vec<usize>, &Shared)| self.weight(evaluation, family);
        let told = heaviest_first(self.whole.threads, &sittings, weight, |(family, shared)| {
            shared.once(|shelf| {
                let sitting = Sitting::at(shelf);
                let evaluation = evaluation.sitting(&sitting);
                let told = |at: &usize| self.told_of(&evaluation, &self.questions[*at], asked[*at].as_ref());
                family.iter().map(told).collect::<Vec<_>>()
            })
        });
        let mut rows = Rows::default();
        for (row, curves, centre) in in_order(&shelves.families, told.into_iter()) {
            rows.kpis.push(row);
            rows.curves.extend(curves);
            rows.centres.push(centre);
        }
        answered(self.questions.iter().zip(&mut rows.kpis));
        rows
    }

    /// What is told of a question; its curves, if they are, with the other questions that are read from them.
    fn told_of(
        &self,
        evaluation: &Evaluation<'_>,
        question: &Question<'k>,
        also: Option<&Vec<String>>,
    ) -> (Row, Option<Curves>, Option<f64>) {
        // First: the curves at a fixed mix, which a row asks for, stay until the end of the sitting.
        let contrasts = contrasts::of(evaluation, question);
        let (row, curves) = evaluation.row_with(question, |was, is| {
            Some(Curves { also: also?.clone(), ..curves::of(evaluation, question, (was, is))? })
        });
        (Row { contrasts, ..row }, curves, side::centre(*evaluation, question))
    }

    /// How much there is to do for a family.
    fn weight(&self, evaluation: Evaluation<'_>, family: &[usize]) -> usize {
        family.iter().map(|at| evaluation.weight(&self.questions[*at])).sum()
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
        let families = families(&questions);
        let of_part = |part: usize| families.iter().map(move |family| (part, family));
        let items: Vec<(usize, &Vec<usize>)> = (0..named.len()).flat_map(of_part).collect();
        let weight = |(part, family): &(usize, &Vec<usize>)| -> usize {
            family.iter().map(|at| evaluation(*part).weight(questions[*at])).sum()
        };
        let rows = heaviest_first(self.whole.threads, &items, weight, |(part, family)| {
            let shelf = Shelf::default();
            let sitting = Sitting::at(&shelf);
            let evaluation = evaluation(*part).sitting(&sitting);
            let told = |question: &Question<'_>| (evaluation.row(question), side::estimate(evaluation, question));
            family.iter().map(|at| told(questions[*at])).collect::<Vec<_>>()
        });
        let mut rows = rows.into_iter();
        let group = |(by, ..): &groups::Named<'_, '_>| {
            let (mut kpis, beside): (Vec<Row>, Vec<_>) =
                in_order(&families, rows.by_ref().take(families.len())).unzip();
            answered(questions.iter().copied().zip(&mut kpis));
            (Group { by: by.clone(), kpis }, beside)
        };
        named.iter().map(group).collect()
    }
}

/// What the questions of the whole come to, in their order.
#[derive(Default)]
struct Rows {
    kpis: Vec<Row>,
    /// Of those that have them.
    curves: Vec<Curves>,
    /// What the groups of a drill-down are placed around.
    centres: Vec<Option<f64>>,
}

/// The answers that families gave, each to its questions in their order, in the order of all questions.
fn in_order<T>(families: &[Vec<usize>], answers: impl Iterator<Item = Vec<T>>) -> impl Iterator<Item = T> {
    let mut numbers = vec![0; families.iter().map(Vec::len).sum()];
    families.iter().enumerate().for_each(|(number, own)| own.iter().for_each(|at| numbers[*at] = number));
    let mut answers: Vec<_> = answers.map(Vec::into_iter).collect();
    numbers.into_iter().filter_map(move |number| answers[number].next())
}

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
