//! Expressions of recipes as steps over whole columns: each step once, however many keeps share it.
//!
//! The engine would plan and optimise every batch anew, and compare names as texts; that took a third of counting. What
//! it alone knows how to evaluate (a study's own expressions) it still does.

use crate::error::{Error, Result};
use crate::ingest::Lexicon;
use crate::measure::{Answering, Answers, Measure};
use polars::prelude::*;
use std::collections::BTreeSet;

/// The place of a step.
pub(super) type Place = usize;

/// Steps in an order in which each comes after those it is made of.
#[derive(Debug, Default)]
pub(super) struct Program {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Measure(Measure),
    Number(i64),
    Flag(bool),
    /// Whether names are this one.
    Is(Place, String),
    Not(Place),
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

/// What a step gave; of a constant one value.
#[derive(Clone, Debug)]
enum Value {
    Numbers(Int64Chunked),
    Flags(BooleanChunked),
    Names(UInt32Chunked),
}

impl Program {
    /// The place of an expression's last step; its steps are added where they are new.
    pub(super) fn add(&mut self, expression: &Expr) -> Place {
        let known = self.steps.len();
        self.compiled(expression).map(|(place, _)| place).unwrap_or_else(|| {
            // What was begun and cannot be finished is of no use.
            self.steps.truncate(known);
            self.step(Step::Own(expression.clone()))
        })
    }

    fn step(&mut self, step: Step) -> Place {
        self.steps.iter().position(|known| *known == step).unwrap_or_else(|| {
            self.steps.push(step);
            self.steps.len() - 1
        })
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
            Expr::Function { input, function: FunctionExpr::Boolean(BooleanFunction::Not) } => {
                let (own, kind) = self.compiled(input.first()?)?;
                (kind == Flags).then(|| (self.step(Step::Not(own)), kind))
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
            return Some((self.step(Step::Is(own, name)), Flags));
        }
        let (other, others) = self.compiled(right)?;
        let (step, gives) = match (op, kind, others) {
            (Operator::And | Operator::LogicalAnd, Flags, Flags) => (Step::And(own, other), Flags),
            (Operator::Or | Operator::LogicalOr, Flags, Flags) => (Step::Or(own, other), Flags),
            (Operator::Plus, Numbers, Numbers) => (Step::Plus(own, other), Numbers),
            (Operator::Minus, Numbers, Numbers) => (Step::Minus(own, other), Numbers),
            (Operator::Multiply, Numbers, Numbers) => (Step::Times(own, other), Numbers),
            (Operator::Eq | Operator::NotEq, Numbers, Numbers)
            | (Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq, Numbers, Numbers) => {
                (Step::Compare(op, own, other), Flags)
            }
            _ => return None,
        };
        Some((self.step(step), gives))
    }
}

/// What the steps of a program give of some rows, each worked out when it is first asked for.
pub(super) struct Evaluation<'p, F> {
    program: &'p Program,
    rows: usize,
    lexicon: &'p Lexicon,
    measure: F,
    values: Vec<Option<Value>>,
}

impl<'p, F: Fn(&Measure) -> Result<Answers>> Evaluation<'p, F> {
    /// A program over so many rows, with what its measures say of them.
    pub(super) fn new(program: &'p Program, rows: usize, lexicon: &'p Lexicon, measure: F) -> Self {
        Self { program, rows, lexicon, measure, values: vec![None; program.steps.len()] }
    }

    /// Yes or no, if a step gives that; `None` where it gives numbers.
    pub(super) fn flags(&mut self, place: Place) -> Result<Option<BooleanChunked>> {
        Ok(match self.value(place)? {
            Value::Flags(flags) if flags.len() == self.rows => Some(flags),
            Value::Flags(flags) => Some(flags.new_from_index(0, self.rows)),
            _ => None,
        })
    }

    /// Whole numbers; a yes is 1.
    pub(super) fn numbers(&mut self, place: Place) -> Result<Int64Chunked> {
        let numbers = match self.value(place)? {
            Value::Numbers(numbers) => numbers,
            Value::Flags(flags) => flags.cast(&DataType::Int64).and_then(|own| own.i64().cloned()).map_err(wrong)?,
            Value::Names(_) => return Err(Error::broken("evaluating a recipe", "names are no numbers")),
        };
        let is_whole = numbers.len() == self.rows;
        Ok(if is_whole { numbers } else { numbers.new_from_index(0, self.rows) })
    }

    fn value(&mut self, place: Place) -> Result<Value> {
        if let Some(value) = &self.values[place] {
            return Ok(value.clone());
        }
        let value = self.evaluated(&self.program.steps[place])?;
        self.values[place] = Some(value.clone());
        Ok(value)
    }

    fn evaluated(&mut self, step: &Step) -> Result<Value> {
        Ok(match step {
            Step::Measure(measure) => match (self.measure)(measure)? {
                Answers::Numbers(numbers) => Value::Numbers(numbers),
                Answers::Flags(flags) => Value::Flags(flags),
                Answers::Names(codes) => Value::Names(codes),
                Answers::Own(_) => return Err(Error::broken("evaluating a recipe", "a column of no known kind")),
            },
            Step::Number(number) => Value::Numbers(Int64Chunked::from_slice(PlSmallStr::EMPTY, &[*number])),
            Step::Flag(flag) => Value::Flags(BooleanChunked::from_slice(PlSmallStr::EMPTY, &[*flag])),
            Step::Is(names, name) => {
                // A code that no name has is nobody's.
                let code = self.lexicon.find(name).unwrap_or(u32::MAX);
                Value::Flags(self.names_of(*names)?.equal(code))
            }
            Step::Not(flag) => Value::Flags(!&self.flags_of(*flag)?),
            Step::And(one, other) => Value::Flags(&self.flags_of(*one)? & &self.flags_of(*other)?),
            Step::Or(one, other) => Value::Flags(&self.flags_of(*one)? | &self.flags_of(*other)?),
            Step::Compare(op, one, other) => {
                Value::Flags(compared(*op, &self.numbers_of(*one)?, &self.numbers_of(*other)?))
            }
            Step::Plus(one, other) => Value::Numbers(&self.numbers_of(*one)? + &self.numbers_of(*other)?),
            Step::Minus(one, other) => Value::Numbers(&self.numbers_of(*one)? - &self.numbers_of(*other)?),
            Step::Times(one, other) => Value::Numbers(&self.numbers_of(*one)? * &self.numbers_of(*other)?),
            Step::Filled(own, other) => self.filled(*own, *other)?,
            Step::Where(flag, own) => self.where_yes(*flag, *own)?,
            Step::Own(expression) => self.by_engine(expression)?,
        })
    }

    fn numbers_of(&mut self, place: Place) -> Result<Int64Chunked> {
        match self.value(place)? {
            Value::Numbers(numbers) => Ok(numbers),
            _ => Err(Error::broken("evaluating a recipe", "what should be numbers is none")),
        }
    }

    fn flags_of(&mut self, place: Place) -> Result<BooleanChunked> {
        match self.value(place)? {
            Value::Flags(flags) => Ok(flags),
            _ => Err(Error::broken("evaluating a recipe", "what should be yes or no is not")),
        }
    }

    fn names_of(&mut self, place: Place) -> Result<UInt32Chunked> {
        match self.value(place)? {
            Value::Names(names) => Ok(names),
            _ => Err(Error::broken("evaluating a recipe", "what should be names is none")),
        }
    }

    /// One value, or where it is null another.
    fn filled(&mut self, own: Place, other: Place) -> Result<Value> {
        let own = self.value(own)?;
        if match &own {
            Value::Numbers(own) => own.null_count() == 0,
            Value::Flags(own) => own.null_count() == 0,
            Value::Names(own) => own.null_count() == 0,
        } {
            return Ok(own);
        }
        match own {
            Value::Numbers(own) => own.zip_with(&own.is_not_null(), &self.numbers_of(other)?).map(Value::Numbers),
            Value::Flags(own) => own.zip_with(&own.is_not_null(), &self.flags_of(other)?).map(Value::Flags),
            Value::Names(own) => own.zip_with(&own.is_not_null(), &self.names_of(other)?).map(Value::Names),
        }
        .map_err(wrong)
    }

    /// A value where a flag says yes; null where it does not.
    fn where_yes(&mut self, flag: Place, own: Place) -> Result<Value> {
        let flag = self.flags_of(flag)?;
        let empty = PlSmallStr::EMPTY;
        match self.value(own)? {
            Value::Numbers(own) => own.zip_with(&flag, &Int64Chunked::full_null(empty, 1)).map(Value::Numbers),
            Value::Flags(own) => own.zip_with(&flag, &BooleanChunked::full_null(empty, 1)).map(Value::Flags),
            Value::Names(own) => own.zip_with(&flag, &UInt32Chunked::full_null(empty, 1)).map(Value::Names),
        }
        .map_err(wrong)
    }

    fn by_engine(&mut self, expression: &Expr) -> Result<Value> {
        let names: BTreeSet<_> = expression
            .into_iter()
            .filter_map(|part| if let Expr::Column(name) = part { Some(name.clone()) } else { None })
            .collect();
        let column = |name: &PlSmallStr| (self.measure)(&Measure::of_column(name))?.column(name.clone(), self.lexicon);
        let columns = names.iter().map(column).collect::<Result<Vec<_>>>()?;
        let frame = DataFrame::new(self.rows, columns).map_err(wrong)?;
        let answer = PlSmallStr::from_static("answer");
        // Beside the measures, so that an expression without one has a value for each row.
        let evaluated =
            frame.lazy().with_columns([expression.clone().alias(answer.clone())]).collect().map_err(wrong)?;
        let column = evaluated.column(&answer).map_err(wrong)?;
        match column.dtype() {
            DataType::Boolean => column.bool().cloned().map(Value::Flags),
            _ => column.cast(&DataType::Int64).and_then(|own| own.i64().cloned()).map(Value::Numbers),
        }
        .map_err(wrong)
    }
}

fn compared(op: Operator, one: &Int64Chunked, other: &Int64Chunked) -> BooleanChunked {
    match op {
        Operator::Eq => one.equal(other),
        Operator::NotEq => one.not_equal(other),
        Operator::Lt => one.lt(other),
        Operator::LtEq => one.lt_eq(other),
        Operator::Gt => one.gt(other),
        _ => one.gt_eq(other),
    }
}

fn wrong(error: PolarsError) -> Error {
    Error::broken("evaluating a recipe", error)
}
