//! The kinds of KPI there are: what the cube keeps for each, and which figure is made of it.
//!
//! All mathematics is in the recipes; a KPI contains none. Two recipes that keep the same share it in the cube.

use super::expression::cost;
use super::keep::{Keep, Quantity};
use crate::measure::{Anchor, Facts, Needs, Part, Span, Table};
use polars::prelude::Expr;

/// A KPI's formula: what is kept of each dossier, and the figure made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// What the cube keeps.
    pub keep: Keep,
    /// What it keeps for the divisor, where that is of other rows.
    pub over: Option<Keep>,
    /// What it keeps beside these: see [`Figure`].
    pub beside: Vec<Keep>,
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
    /// One sum by another; what is kept beside them sums up days of the window that a table does not reach.
    Ratio,
    /// Distinct things by open days; those kept beside it are things too, but for the last, whose ratio is how long a
    /// counter was covered a day.
    PerOpenDay,
    /// A sum of hours by the office hours of the window.
    PerOfficeHours,
    /// Distinct things by distinct things.
    Distinct,
    /// The share of things that have none among the others, where something beside it shows that one would be there.
    Without,
    /// A sum that is a stock, with what flows beside it: the stock before, what was born, what died, what was merged.
    Stock,
    /// One share less another.
    Gap,
    /// The value that this share of the rows does not exceed.
    Order(f64),
    /// The time by which this share has finished, open dossiers included.
    Quantile(f64),
    /// How unevenly rows are spread over distinct things: Gini's coefficient.
    Gini,
    /// Rows of the most frequent things, which together had this share of the rows in the first window.
    Usual(f64),
    /// What complying costs on average: work valued, and money paid.
    Cost,
    /// The same of all rows, for a year.
    YearlyCost,
}

impl Recipe {
    fn of(quantity: Quantity, figure: Figure) -> Self {
        Self { keep: Keep::of(quantity), over: None, beside: Vec::new(), figure }
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
        Self { over: Some(divisor.keep), figure: Figure::Ratio, ..number }
    }

    /// The same where another recipe's table reaches over the whole window: its total is of days that nothing reaches.
    pub fn reaching(self, unreached: Self) -> Self {
        Self { beside: vec![unreached.keep], ..self }
    }

    /// Distinct things by the open days of the window, week by week; the quantity is a key.
    pub fn per_open_day(key: Expr) -> Self {
        Self::of(Quantity::Thing(key), Figure::PerOpenDay).by_week()
    }

    /// The same with the things of other recipes, at equal coverage: the last recipe's ratio is hours covered a day.
    pub fn or_also(self, others: impl IntoIterator<Item = Self>) -> Self {
        Self { beside: others.into_iter().map(|other| other.keep).collect(), ..self }
    }

    /// Hours by the office hours of the window, week by week; the quantity is millionths of an hour.
    pub fn per_office_hours(hours: Expr) -> Self {
        Self::of(Quantity::Number(hours), Figure::PerOfficeHours).by_week()
    }

    /// The mean of values of which some come many at once: how many, their mean and their standard deviation.
    pub fn mean_of_many(count: Expr, mean: Expr, sd: Expr) -> Self {
        Self::of(Quantity::Many(count, mean, sd), Figure::Mean)
    }

    /// Distinct things, to be held against others; the quantity is a key.
    pub fn things(key: Expr) -> Self {
        Self::of(Quantity::Thing(key), Figure::Distinct)
    }

    /// Distinct things of one recipe by those of another, in which they are.
    pub fn distinct(things: Self, all: Self) -> Self {
        Self { over: Some(all.keep), figure: Figure::Distinct, ..things }
    }

    /// The share of one recipe's things that are not among another's, known where a third has a row.
    pub fn without(all: Self, used: Self, known: Self) -> Self {
        Self { over: Some(used.keep), beside: vec![known.keep], figure: Figure::Without, ..all }
    }

    /// A stock, with the stock before, what was born, what died and what was merged.
    pub fn stock(now: Self, [before, born, died, merged]: [Self; 4]) -> Self {
        let beside = [before, born, died, merged].map(|flow| flow.keep).into();
        Self { beside, figure: Figure::Stock, ..now }
    }

    /// One recipe's share less another's.
    pub fn gap(share: Self, other: Self) -> Self {
        Self { over: Some(other.keep), figure: Figure::Gap, ..share }
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

    /// What complying costs on average: hours as they are valued, and money; the two stay apart in the cube.
    pub fn cost(facts: Facts) -> Self {
        Self::of(Quantity::Pair(cost(Part::Labour, facts), cost(Part::Money, facts)), Figure::Cost)
    }

    /// The same of all rows, for a year.
    pub fn yearly_cost(facts: Facts) -> Self {
        let mut recipe = Self { figure: Figure::YearlyCost, ..Self::cost(facts) };
        recipe.keep.by_volume = true;
        recipe
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

    /// Whether it has a figure for every month: not what stands at the mix of a window, or was there at some time of it.
    pub fn has_series(&self) -> bool {
        let placed = |keep: &Keep| match keep.anchor {
            Anchor::Mix
            | Anchor::Year
            | Anchor::BeforeYear
            | Anchor::Handled
            | Anchor::CarriedOver
            | Anchor::InForce
            | Anchor::AtHand => false,
            Anchor::Standing | Anchor::StoodBefore => keep.table == Table::Procedures,
            _ => true,
        };
        let of_window = matches!(self.figure, Figure::YearlyCost | Figure::Usual(_) | Figure::Without | Figure::Gini);
        !of_window && self.keeps().all(placed)
    }

    /// What each of the things it keeps needs.
    pub fn needs(&self) -> Vec<Needs> {
        self.keeps().map(Keep::needs).collect()
    }

    /// Everything it keeps.
    pub fn keeps(&self) -> impl Iterator<Item = &Keep> {
        [&self.keep].into_iter().chain(&self.over).chain(&self.beside)
    }
}
