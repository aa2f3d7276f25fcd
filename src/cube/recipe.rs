//! The kinds of KPI there are: what the cube keeps for each, and which figure is made of it.
//!
//! All mathematics is in the recipes; a KPI contains none. Two recipes that keep the same share it in the cube.

use super::keep::{Keep, Quantity};
use crate::measure::{Anchor, Span, Table};
use polars::prelude::Expr;

/// A KPI's formula: what is kept of each dossier, and the figure made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// What the cube keeps.
    pub keep: Keep,
    /// What it keeps for the divisor, where that is of other rows.
    pub over: Option<Keep>,
    /// The figure.
    pub figure: Figure,
}

/// The figure made of what is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// Hits by dossiers.
    Share,
    /// The arithmetic mean.
    Mean,
    /// The sum.
    Total,
    /// One sum by another.
    Ratio,
    /// Distinct things by open days.
    PerOpenDay,
    /// The value that this share of the rows does not exceed.
    Order(f64),
    /// The time by which this share has finished, open dossiers included.
    Quantile(f64),
    /// How unevenly rows are spread over distinct things: Gini's coefficient.
    Gini,
    /// Rows of the most frequent things, which together had this share of the rows in the first window.
    Usual(f64),
}

impl Recipe {
    fn of(quantity: Quantity, figure: Figure) -> Self {
        Self { keep: Keep::of(quantity), over: None, figure }
    }

    /// The sum of an integer quantity.
    pub fn total(number: Expr) -> Self {
        Self::of(Quantity::Number(number), Figure::Total)
    }

    /// The share of dossiers for which `hit` holds.
    pub fn share(hit: Expr) -> Self {
        Self::of(Quantity::Hit(hit), Figure::Share)
    }

    /// The mean of an integer quantity.
    pub fn mean(number: Expr) -> Self {
        Self::of(Quantity::Number(number), Figure::Mean)
    }

    /// The sum of one integer quantity by the sum of another, of the rows that have both.
    pub fn ratio(number: Expr, divisor: Expr) -> Self {
        Self::of(Quantity::Pair(number, divisor), Figure::Ratio)
    }

    /// The sum of one recipe's quantity by the sum of another's, of whatever rows each has.
    pub fn across(number: Self, divisor: Self) -> Self {
        Self { keep: number.keep, over: Some(divisor.keep), figure: Figure::Ratio }
    }

    /// Distinct things by the open days of the window, week by week; the quantity is a key.
    pub fn per_open_day(key: Expr) -> Self {
        Self::of(Quantity::Thing(key), Figure::PerOpenDay).by_week()
    }

    /// The value that a share of the rows does not exceed, of a quantity that is not negative.
    pub fn order(number: Expr, q: f64) -> Self {
        Self::of(Quantity::Value(number), Figure::Order(q))
    }

    /// How unevenly rows are spread over distinct things; the quantity is a key.
    pub fn gini(key: Expr) -> Self {
        Self::of(Quantity::Thing(key), Figure::Gini)
    }

    /// The share of rows with one of the most frequent keys, which together had `covered` of the rows in the first window.
    pub fn usual(key: Expr, covered: f64) -> Self {
        Self::of(Quantity::Thing(key), Figure::Usual(covered))
    }

    /// The median time from one milestone to another on the applicant's clock, open dossiers included.
    ///
    /// Withdrawn and returned dossiers compete: they do not finish.
    pub fn survival(from: &'static str, to: &'static str) -> Self {
        Self::of(Quantity::Spell { from, to, span: Span::Elapsed }, Figure::Quantile(0.5))
    }

    /// Another quantile of the time than the median.
    pub fn quantile(self, q: f64) -> Self {
        Self { figure: Figure::Quantile(q), ..self }
    }

    /// The same time in office seconds of the business clock.
    pub fn working(self) -> Self {
        self.on(Span::Working)
    }

    /// The same in office seconds without the time the office waited for the applicant.
    ///
    /// Such a clock stands still, so an open dossier may look young: rows are weighted by the inverse probability of
    /// being censored on the applicant's clock.
    pub fn net_working(self) -> Self {
        self.on(Span::NetWorking)
    }

    fn on(mut self, clock: Span) -> Self {
        if let Quantity::Spell { span, .. } = &mut self.keep.quantity {
            *span = clock;
        }
        self
    }

    /// What one row is; a dossier, if not said.
    pub fn of_table(mut self, table: Table) -> Self {
        self.keep.table = table;
        self
    }

    /// The date that places a row in a window; received, if not said.
    pub fn anchor(mut self, anchor: Anchor) -> Self {
        self.keep.anchor = anchor;
        self
    }

    /// Week by week: the interval is about the weeks of the window, not about clusters.
    pub fn by_week(mut self) -> Self {
        self.keep.by_week = true;
        self
    }

    /// Only dossiers whose horizon had passed by the cut-off; the others are counted as immature.
    pub fn known_within_horizon(mut self) -> Self {
        self.keep.known_within = true;
        self
    }

    /// Only dossiers for which the filter holds; the others are counted as excluded.
    pub fn among(mut self, filter: Expr) -> Self {
        self.keep.filter = Some(match self.keep.filter {
            Some(other) => other.and(filter),
            None => filter,
        });
        self
    }

    /// Dossiers for which this holds count, and are told beside the figure as undated.
    pub fn telling_undated(mut self, undated: Expr) -> Self {
        self.keep.undated = Some(undated);
        self
    }

    /// The same as a study wrote it; equal texts are equal recipes.
    pub fn written(mut self, text: String) -> Self {
        self.keep.written = Some(text);
        self
    }

    /// Everything it keeps.
    pub fn keeps(&self) -> impl Iterator<Item = &Keep> {
        [&self.keep].into_iter().chain(&self.over)
    }
}
