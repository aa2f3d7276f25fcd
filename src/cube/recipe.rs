//! The kinds of KPI there are: what the cube keeps for each, and which figure is made of it.
//!
//! All mathematics is in the recipes; a KPI contains none. Two recipes that keep the same share it in the cube.

use crate::measure::{Anchor, DEADLINE, Measure, Needs};
use polars::prelude::{Expr, NULL, col, lit, when};

/// A KPI's formula: what is kept of each dossier, and the figure made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// What the cube keeps.
    pub keep: Keep,
    /// The figure.
    pub figure: Figure,
}

/// What the cube keeps of the dossiers that an anchor places in a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    /// The date that places a dossier.
    pub anchor: Anchor,
    /// `known within H`: only dossiers whose horizon had passed by the cut-off.
    pub known_within: bool,
    /// The quantity.
    pub quantity: Quantity,
}

/// A quantity of one dossier; where it is null the dossier is excluded, and counted as such.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// A yes or a no.
    Hit(Expr),
    /// An integer.
    Number(Expr),
    /// The time from one milestone to another and how it ended, censored at the cut-off.
    Spell {
        /// Where the clock starts.
        from: &'static str,
        /// Where it stops.
        to: &'static str,
        /// Whether the business clock runs, not the applicant's.
        working: bool,
    },
}

/// The figure made of what is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// Hits by dossiers.
    Share,
    /// The arithmetic mean.
    Mean,
    /// The time by which this share has finished, open dossiers included.
    Quantile(f64),
}

impl Recipe {
    /// The share of dossiers for which `hit` holds.
    pub fn share(hit: Expr) -> Self {
        Self { keep: Keep::of(Quantity::Hit(hit)), figure: Figure::Share }
    }

    /// The mean of an integer quantity.
    pub fn mean(number: Expr) -> Self {
        Self { keep: Keep::of(Quantity::Number(number)), figure: Figure::Mean }
    }

    /// The median time from one milestone to another on the applicant's clock, open dossiers included.
    ///
    /// Withdrawn and returned dossiers compete: they do not finish.
    pub fn survival(from: &'static str, to: &'static str) -> Self {
        Self { keep: Keep::of(Quantity::Spell { from, to, working: false }), figure: Figure::Quantile(0.5) }
    }

    /// Another quantile of the time than the median.
    pub fn quantile(self, q: f64) -> Self {
        Self { figure: Figure::Quantile(q), ..self }
    }

    /// The same time in office seconds of the business clock.
    pub fn working(mut self) -> Self {
        if let Quantity::Spell { working, .. } = &mut self.keep.quantity {
            *working = true;
        }
        self
    }

    /// The date that places a dossier in a window; received, if not said.
    pub fn anchor(mut self, anchor: Anchor) -> Self {
        self.keep.anchor = anchor;
        self
    }

    /// Only dossiers whose horizon had passed by the cut-off; the others are counted as immature.
    pub fn known_within_horizon(mut self) -> Self {
        self.keep.known_within = true;
        self
    }

    /// Only dossiers for which the filter holds; the others are counted as excluded.
    pub fn among(mut self, filter: Expr) -> Self {
        let only = |quantity: Expr| when(filter.clone()).then(quantity).otherwise(lit(NULL));
        self.keep.quantity = match self.keep.quantity {
            Quantity::Hit(hit) => Quantity::Hit(only(hit)),
            Quantity::Number(number) => Quantity::Number(only(number)),
            spell @ Quantity::Spell { .. } => spell,
        };
        self
    }
}

impl Keep {
    fn of(quantity: Quantity) -> Self {
        Self { anchor: Anchor::Received, known_within: false, quantity }
    }

    /// A text that is equal for equal keeps; part of a cube's digest.
    pub fn key(&self) -> String {
        let horizon = if self.known_within { ", known within H" } else { "" };
        let quantity = match &self.quantity {
            Quantity::Hit(hit) => format!("hit {hit:?}"),
            Quantity::Number(number) => format!("number {number:?}"),
            Quantity::Spell { from, to, working } => {
                format!("{} {from}..{to}", if *working { "working" } else { "elapsed" })
            }
        };
        format!("by {}{horizon}: {quantity}", self.anchor.name())
    }

    /// The measures its expression names.
    pub fn measures(&self) -> Vec<Measure> {
        let (Quantity::Hit(expression) | Quantity::Number(expression)) = &self.quantity else { return Vec::new() };
        let mut names: Vec<String> = Vec::new();
        for part in expression {
            if let Expr::Column(name) = part {
                names.push(name.to_string());
            }
        }
        names.sort_unstable();
        names.dedup();
        names.iter().map(|name| Measure::of_column(name)).collect()
    }

    /// The columns and the calendar it needs.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs { calendar: self.known_within, ..Needs::default() };
        needs.milestone(self.anchor.milestone());
        if let Quantity::Spell { from, to, working } = &self.quantity {
            needs.milestone(from);
            needs.milestone(to);
            needs.calendar |= working;
            needs.refining.push("outcome".into());
        }
        for measure in self.measures() {
            needs.extend(measure.needs());
        }
        needs.extend(Needs::default());
        needs
    }
}

/// Seconds of the applicant's clock from one milestone to another.
pub fn elapsed(from: &str, to: &str) -> Expr {
    measured(Measure::Elapsed(from.into(), to.into()))
}

/// Office seconds of the business clock from one milestone to another.
pub fn working(from: &str, to: &str) -> Expr {
    measured(Measure::Working(from.into(), to.into()))
}

/// The same as [`elapsed`], with the time the office waited for the applicant taken out.
pub fn net_elapsed(from: &str, to: &str) -> Expr {
    measured(Measure::NetElapsed(from.into(), to.into()))
}

/// The same as [`working`], with the time the office waited for the applicant taken out.
pub fn net_working(from: &str, to: &str) -> Expr {
    measured(Measure::NetWorking(from.into(), to.into()))
}

/// Whether a milestone was reached at or before another; never reached is no.
pub fn by(first: &str, second: &str) -> Expr {
    measured(Measure::By(first.into(), second.into())).fill_null(lit(false))
}

/// Whether a milestone was reached at or before the due date first promised; never reached is no.
pub fn by_deadline(milestone: &str) -> Expr {
    by(milestone, DEADLINE)
}

/// Whether a milestone was reached within the horizon after another; never reached is no.
pub fn within_horizon(from: &str, to: &str) -> Expr {
    measured(Measure::Within(from.into(), to.into())).fill_null(lit(false))
}

/// Whether the dossier was withdrawn or returned by the cut-off.
pub fn withdrawn() -> Expr {
    measured(Measure::Withdrawn)
}

/// A column of names.
pub fn name(column: &str) -> Expr {
    measured(Measure::Name(column.into()))
}

fn measured(measure: Measure) -> Expr {
    col(measure.column())
}
