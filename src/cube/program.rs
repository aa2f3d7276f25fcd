//! Expressions of recipes as steps over whole columns: each step once, however many keeps share it.
//!
//! The engine would plan and optimise every batch anew, and compare names as texts; that took a third of counting. What
//! it alone knows how to evaluate (a study's own expressions) it still does.

use crate::measure::{Answering, Measure};
use polars::prelude::*;

/// The place of a step.
pub(super) type Place = usize;

/// Steps in an order in which each comes after those it is made of.
#[derive(Debug, Default)]
pub(super) struct Program {
    steps: Vec<Step>,
    /// Whether what a step gives of a row is the same in every window.
    settled: Vec<bool>,
}

/// What a step does with what those before it gave.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Measure(Measure),
    Number(i64),
    Flag(bool),
    /// Whether names are one of these.
    IsOneOf(Place, Vec<String>),
    /// Whether two names are the same.
    Same(Place, Place),
    Not(Place),
    Known(Place),
    /// A yes as 1.
    One(Place),
    And(Place, Place),
    Or(Place, Place),
    Compare(Operator, Place, Place),
    Plus(Place, Place),
    Minus(Place, Place),
    Times(Place, Place),
    Filled(Place, Place),
    /// Where a flag says yes, or is known to be yes; else null.
    Where(Place, Place),
    /// What the engine evaluates.
    Own(Expr),
}

impl Program {
    /// The place of an expression's last step; its steps are added where they are new.
    pub(super) fn add(&mut self, expression: &Expr) -> Place {
        let known = self.steps.len();
        self.compiled(expression).map(|(place, _)| place).unwrap_or_else(|| {
            // What was begun and cannot be finished is of no use.
            self.steps.truncate(known);
            self.settled.truncate(known);
            self.step(Step::Own(expression.clone()))
        })
    }

    /// Whether the engine has to evaluate some of it.
    pub(super) fn needs_engine(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Own(_)))
    }

    fn step(&mut self, step: Step) -> Place {
        self.steps.iter().position(|known| *known == step).unwrap_or_else(|| {
            self.settled.push(self.would_be_settled(&step));
            self.steps.push(step);
            self.steps.len() - 1
        })
    }

    fn would_be_settled(&self, step: &Step) -> bool {
        match step {
            Step::Measure(measure) => measure.is_settled(),
            // The engine may refuse values of rows that are in no window.
            Step::Own(_) => false,
            _ => step.made_of().all(|place| self.settled[place]),
        }
    }

    /// The step at a place.
    pub(super) fn at(&self, place: Place) -> &Step {
        &self.steps[place]
    }

    /// Whether what a step gives of a row is the same in every window, and so may be worked out once for all of them.
    pub(super) fn is_settled(&self, place: Place) -> bool {
        self.settled[place]
    }

    /// How many steps there are.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// The measures behind some steps; `None` among them stands for what the engine evaluates.
    pub(super) fn measures(&self, places: impl Iterator<Item = Place>) -> Vec<Option<Measure>> {
        let mut asked: Vec<bool> = vec![false; self.len()];
        places.for_each(|place| asked[place] = true);
        // Each step comes after those that it is made of.
        for place in (0..self.len()).rev().filter(|place| asked[*place]).collect::<Vec<_>>() {
            self.steps[place].made_of().for_each(|own| asked[own] = true);
        }
        let asked = self.steps.iter().zip(asked).filter(|(_, asked)| *asked);
        let measure = |(step, _): (&Step, _)| match step {
            Step::Measure(measure) => Some(Some(measure.clone())),
            Step::Own(_) => Some(None),
            _ => None,
        };
        asked.filter_map(measure).collect()
    }

    /// `None` where only the engine can.
    fn compiled(&mut self, expression: &Expr) -> Option<(Place, Answering)> {
        use Answering::{Flags, Numbers};
        match expression {
            Expr::Column(name) => {
                let measure = Measure::of_column(name);
                let kind = measure.answering();
                (kind != Answering::Own).then(|| (self.step(Step::Measure(measure)), kind))
            }
            Expr::Literal(value) => match value.to_any_value()? {
                AnyValue::Boolean(flag) => Some((self.step(Step::Flag(flag)), Flags)),
                _ => Some((self.step(Step::Number(value.extract_i64().ok()?)), Numbers)),
            },
            Expr::BinaryExpr { left, op, right } => self.binary(left, *op, right),
            Expr::Function { input, function: FunctionExpr::FillNull } => {
                let ((own, kind), (other, others)) = (self.compiled(input.first()?)?, self.compiled(input.get(1)?)?);
                (kind == others).then(|| (self.step(Step::Filled(own, other)), kind))
            }
            Expr::Function { input, function: FunctionExpr::Boolean(function) } => {
                let (own, kind) = self.compiled(input.first()?)?;
                match function {
                    BooleanFunction::Not if kind == Flags => Some((self.step(Step::Not(own)), Flags)),
                    BooleanFunction::IsNotNull => Some((self.step(Step::Known(own)), Flags)),
                    _ => None,
                }
            }
            Expr::Ternary { predicate, truthy, falsy } => {
                let is_null = matches!(&**falsy, Expr::Literal(value) if value.is_null());
                let ((flag, kind), (own, of)) = (self.compiled(predicate)?, self.compiled(truthy)?);
                (is_null && kind == Flags).then(|| (self.step(Step::Where(flag, own)), of))
            }
            _ => None,
        }
    }

    fn binary(&mut self, left: &Expr, op: Operator, right: &Expr) -> Option<(Place, Answering)> {
        use Answering::{Flags, Names, Numbers};
        let (own, kind) = self.compiled(left)?;
        if let (Names, Operator::Eq, Expr::Literal(value)) = (kind, op, right) {
            let name = value.extract_str()?.to_owned();
            return Some((
                self.inside(own, &|program, own| program.step(Step::IsOneOf(own, vec![name.clone()]))),
                Flags,
            ));
        }
        let (other, others) = self.compiled(right)?;
        let (step, gives) = match (op, kind, others) {
            (Operator::Eq, Names, Names) => return Some((self.same(own, other), Flags)),
            (Operator::NotEq, Names, Names) => (Step::Not(self.same(own, other)), Flags),
            (Operator::Or | Operator::LogicalOr, Flags, Flags) => return Some((self.either(own, other), Flags)),
            (Operator::And | Operator::LogicalAnd, Flags, Flags) => (Step::And(own, other), Flags),
            (Operator::Plus, Numbers, Numbers) => (Step::Plus(own, other), Numbers),
            (Operator::Minus, Numbers, Numbers) => (Step::Minus(own, other), Numbers),
            (Operator::Multiply, Numbers, Numbers) => (Step::Times(own, other), Numbers),
            (Operator::Multiply, Numbers, Flags) => (Step::Times(own, self.step(Step::One(other))), Numbers),
            (Operator::Eq | Operator::NotEq, Numbers, Numbers)
            | (Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq, Numbers, Numbers) => {
                (Step::Compare(op, own, other), Flags)
            }
            _ => return None,
        };
        Some((self.step(step), gives))
    }

    /// One or the other: a list of names is one look-up and not a comparison for each.
    fn either(&mut self, one: Place, other: Place) -> Place {
        match (&self.steps[one], &self.steps[other]) {
            (Step::Flag(false), _) => other,
            (Step::IsOneOf(names, values), Step::IsOneOf(same, more)) if names == same => {
                let values = values.iter().chain(more).cloned().collect();
                self.step(Step::IsOneOf(*names, values))
            }
            _ => self.step(Step::Or(one, other)),
        }
    }

    fn same(&mut self, one: Place, other: Place) -> Place {
        self.inside(one, &|program, one| program.inside(other, &|program, other| program.step(Step::Same(one, other))))
    }

    /// What is asked of values of which only some are taken is asked of all, and then only some of the answers are taken:
    /// flags stand 64 in a word, and names do not.
    fn inside(&mut self, own: Place, asked: &dyn Fn(&mut Self, Place) -> Place) -> Place {
        let Step::Where(flag, all) = self.steps[own] else { return asked(self, own) };
        let answer = self.inside(all, asked);
        self.step(Step::Where(flag, answer))
    }
}

impl Step {
    /// The places of the steps that it is made of.
    fn made_of(&self) -> impl Iterator<Item = Place> {
        let (one, other) = match self {
            Self::Measure(_) | Self::Number(_) | Self::Flag(_) | Self::Own(_) => (None, None),
            Self::IsOneOf(own, _) | Self::Not(own) | Self::Known(own) | Self::One(own) => (Some(*own), None),
            Self::Same(one, other)
            | Self::And(one, other)
            | Self::Or(one, other)
            | Self::Compare(_, one, other)
            | Self::Plus(one, other)
            | Self::Minus(one, other)
            | Self::Times(one, other)
            | Self::Filled(one, other)
            | Self::Where(one, other) => (Some(*one), Some(*other)),
        };
        one.into_iter().chain(other)
    }
}
