//! Expressions of recipes as steps over whole columns: each step once, however many keeps share it.
//!
//! The engine would plan and optimise every batch anew, and compare names as texts; that took a third of counting. What
//! it alone knows how to evaluate (a study's own expressions) it still does.

use crate::error::{Error, Result};
use crate::ingest::Lexicon;
use crate::measure::{Answering, Answers, Measure};
use polars::prelude::*;
use polars_arrow::array::BooleanArray;
use polars_arrow::bitmap::Bitmap;
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

    /// Whether the engine has to evaluate some of it.
    pub(super) fn needs_engine(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Own(_)))
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

    /// Yes or no of each row.
    ///
    /// # Errors
    ///
    /// The step gives something else: a filter that is none would let every row in.
    pub(super) fn flags(&mut self, place: Place) -> Result<BooleanChunked> {
        let flags = self.flags_of(place)?;
        Ok(if flags.len() == self.rows { flags } else { flags.new_from_index(0, self.rows) })
    }

    /// The same; `None` where the step gives numbers.
    pub(super) fn hits(&mut self, place: Place) -> Result<Option<BooleanChunked>> {
        match self.value(place)? {
            Value::Flags(_) => self.flags(place).map(Some),
            _ => Ok(None),
        }
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
            Step::IsOneOf(names, values) => {
                let codes = values.iter().filter_map(|name| self.lexicon.find(name)).collect::<Vec<_>>();
                Value::Flags(is_one_of(&self.names_of(*names)?, &codes))
            }
            Step::Same(one, other) => Value::Flags(self.names_of(*one)?.equal(&self.names_of(*other)?)),
            Step::Known(own) => Value::Flags(match self.value(*own)? {
                Value::Numbers(own) => own.is_not_null(),
                Value::Flags(own) => own.is_not_null(),
                Value::Names(own) => own.is_not_null(),
            }),
            Step::One(flag) => Value::Numbers(self.numbers(*flag)?),
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
            // Yes, and known: without the bits of what is not.
            Value::Flags(own) if self.program.steps[other] == Step::Flag(false) => {
                Ok(Value::Flags(marked(yes(&own), None)))
            }
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
            Value::Flags(own) if own.len() == flag.len() => {
                let (taken, known) = (yes(&flag), own.downcast_iter().next().and_then(|own| own.validity().cloned()));
                let known = known.map_or_else(|| taken.clone(), |known| &known & &taken);
                let values = own.downcast_iter().next().map(|own| own.values().clone());
                Ok(Value::Flags(marked(values.unwrap_or_default(), Some(known))))
            }
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

/// Whether names are among these codes; not known where there is no name.
fn is_one_of(names: &UInt32Chunked, codes: &[u32]) -> BooleanChunked {
    let mut among = vec![false; codes.iter().max().map_or(0, |last| *last as usize + 1)];
    codes.iter().for_each(|code| among[*code as usize] = true);
    let Some(array) = names.downcast_iter().next() else { return BooleanChunked::full_null(PlSmallStr::EMPTY, 0) };
    let found = array.values().iter().map(|code| among.get(*code as usize).copied().unwrap_or_default());
    marked(Bitmap::from_trusted_len_iter(found), array.validity().cloned())
}

/// The rows that say yes.
pub(super) fn yes(flags: &BooleanChunked) -> Bitmap {
    let yes =
        |array: &BooleanArray| array.validity().map_or_else(|| array.values().clone(), |known| array.values() & known);
    flags.downcast_iter().next().map(yes).unwrap_or_default()
}

fn marked(yes: Bitmap, known: Option<Bitmap>) -> BooleanChunked {
    BooleanChunked::with_chunk(PlSmallStr::EMPTY, BooleanArray::new(ArrowDataType::Boolean, yes, known))
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
