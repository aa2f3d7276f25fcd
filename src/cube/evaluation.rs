//! What the steps of a program give of rows: once for a batch what is the same in every window, and for the rows that an
//! anchor places what is not.
//!
//! Rows stay in the batch's order, so that what is known of them is shared by all designs and no step gathers anything;
//! only where an anchor places a row more than once, or few of them, are its placed rows a list of their own.

use super::flags::{compared, is_one_of, yes};
use super::program::{Place, Program, Step};
use super::tally::{Kept, NO_SPELL};
use crate::error::{Error, Result};
use crate::ingest::Lexicon;
use crate::measure::{Answers, Cases, Measure, Placed, Rows, Span, bitmap, bits, marked};
use polars::prelude::*;
use polars_arrow::array::PrimitiveArray;
use polars_arrow::bitmap::Bitmap;
use polars_arrow::types::NativeType;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Of so many rows of a batch one at least must be placed, or the placed ones are a list of their own.
const ONE_OF: usize = 8;

/// What a step gave; of a constant one value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Numbers(Int64Chunked),
    Flags(BooleanChunked),
    Names(UInt32Chunked),
}

/// Where steps come from that are not made of others.
pub(super) trait Source {
    /// The rows that are told of.
    fn len(&self) -> usize;

    /// What a step gives; `None` where it is to be made of others.
    fn value(&self, place: Place, step: &Step) -> Result<Option<Value>>;
}

/// All rows of a batch, and what is the same in every window.
pub(super) struct OfBatch<'b> {
    rows: &'b Rows<'b>,
    len: usize,
}

/// What the rows of a batch say that is the same in every window, worked out when the first design asks for it.
pub(super) type Settled<'s> = RefCell<Evaluation<'s, OfBatch<'s>>>;

/// The rows that an anchor places in a window.
pub(super) struct OfPlaced<'b, 's> {
    settled: &'b Settled<'s>,
    pub(super) cases: &'b Cases<'b>,
    placed: &'b Placed,
    /// The number of rows of the batch, where they are the rows that are told of, and not only the placed ones.
    whole: Option<usize>,
}

impl<'b> OfBatch<'b> {
    pub(super) fn new(rows: &'b Rows<'b>, len: usize) -> Self {
        Self { rows, len }
    }
}

impl Source for OfBatch<'_> {
    fn len(&self) -> usize {
        self.len
    }

    fn value(&self, _: Place, step: &Step) -> Result<Option<Value>> {
        let Step::Measure(measure) = step else { return Ok(None) };
        Value::of(self.rows.answers(measure)?).map(Some)
    }
}

impl<'b, 's> OfPlaced<'b, 's> {
    /// Placed rows; of the whole batch where each is placed once at most.
    pub(super) fn new(settled: &'b Settled<'s>, cases: &'b Cases<'b>, placed: &'b Placed, is_once: bool) -> Self {
        let len = settled.borrow().source.len();
        let whole = Some(len).filter(|len| is_once && placed.rows.len() * ONE_OF >= *len);
        Self { settled, cases, placed, whole }
    }

    /// The number of rows of the batch, where they are told of and some of them are not placed.
    fn beyond(&self) -> Option<usize> {
        self.whole.filter(|len| self.placed.rows.len() < *len)
    }

    /// What is said of the placed rows, of those that are told of.
    pub(super) fn spread(&self, bits: Bitmap) -> Bitmap {
        match self.beyond() {
            Some(len) => spread(&bits, &self.placed.rows, len),
            _ => bits,
        }
    }

    fn spread_value(&self, value: Value) -> Value {
        let rows = &self.placed.rows;
        let Some(len) = self.beyond() else { return value };
        match value {
            Value::Numbers(numbers) => Value::Numbers(scattered_column(&numbers, rows, len)),
            Value::Names(names) => Value::Names(scattered_column(&names, rows, len)),
            Value::Flags(flags) => {
                let Some(array) = flags.downcast_iter().next() else { return Value::Flags(flags) };
                // Nobody asks for what is said of a row that is not placed: it need not be null.
                let known = array.validity().map(|known| spread(known, rows, len));
                Value::Flags(marked(spread(array.values(), rows, len), known))
            }
        }
    }

    /// What the engine makes of an expression.
    fn by_engine(&self, expression: &Expr, lexicon: &Lexicon) -> Result<Value> {
        let names: BTreeSet<_> = expression
            .into_iter()
            .filter_map(|part| if let Expr::Column(name) = part { Some(name.clone()) } else { None })
            .collect();
        let answers = |name: &PlSmallStr| self.cases.answers(&Measure::of_column(name), self.placed);
        let columns = names.iter().map(|name| answers(name)?.column(name.clone(), lexicon));
        let frame = DataFrame::new(self.placed.rows.len(), columns.collect::<Result<Vec<_>>>()?).map_err(wrong)?;
        let answer = PlSmallStr::from_static("answer");
        // Beside the measures, so that an expression without one has a value for each row.
        let evaluated =
            frame.lazy().with_columns([expression.clone().alias(answer.clone())]).collect().map_err(wrong)?;
        let column = evaluated.column(&answer).map_err(wrong)?;
        match column.dtype() {
            DataType::Boolean => column.bool().map(|own| Value::Flags(own.rechunk().into_owned())),
            _ => column
                .cast(&DataType::Int64)
                .and_then(|own| own.i64().map(|own| Value::Numbers(own.rechunk().into_owned()))),
        }
        .map_err(wrong)
    }
}

impl Source for OfPlaced<'_, '_> {
    fn len(&self) -> usize {
        self.whole.unwrap_or(self.placed.rows.len())
    }

    fn value(&self, place: Place, step: &Step) -> Result<Option<Value>> {
        let mut settled = self.settled.borrow_mut();
        // Hashing is dear: of few rows only their own names are hashed.
        let is_few = self.placed.rows.len() * ONE_OF < settled.source.len();
        let is_dear = matches!(step, Step::Measure(Measure::Key(_))) && is_few;
        if settled.program.is_settled(place) && !is_dear {
            let value = settled.value(place)?;
            return match self.whole {
                Some(_) => Ok(Some(value)),
                None => value.taken(&self.placed.rows).map(Some),
            };
        }
        let value = match step {
            Step::Measure(measure) => Value::of(self.cases.answers(measure, self.placed)?)?,
            Step::Own(expression) => self.by_engine(expression, settled.lexicon)?,
            _ => return Ok(None),
        };
        Ok(Some(self.spread_value(value)))
    }
}

/// What the steps of a program give, each worked out when it is first asked for.
pub(super) struct Evaluation<'p, S> {
    program: &'p Program,
    lexicon: &'p Lexicon,
    source: S,
    values: Vec<Option<Value>>,
}

impl<'b, 's> Evaluation<'s, OfPlaced<'b, 's>> {
    /// The program of a batch over placed rows.
    pub(super) fn of(source: OfPlaced<'b, 's>) -> Self {
        let (program, lexicon) = (source.settled.borrow().program, source.settled.borrow().lexicon);
        Self::new(program, lexicon, source)
    }

    /// Where what is told of placed rows stands, by their places among these.
    pub(super) fn places<'o>(&self, placed: &'o [u32]) -> Cow<'o, [u32]> {
        let rows = &self.source.placed.rows;
        match self.source.beyond() {
            Some(_) => placed.iter().map(|place| rows[*place as usize]).collect(),
            None => Cow::Borrowed(placed),
        }
    }

    /// How long each row that is told of was followed, in a word, and which of them are known; `None` where all are.
    ///
    /// # Errors
    ///
    /// The log has no such column.
    pub(super) fn spells(&self, asked: (&str, &str, Span), kept: Kept) -> Result<(Vec<u64>, Option<Bitmap>)> {
        let OfPlaced { cases, placed, .. } = &self.source;
        let spells = cases.spells(asked, placed, |spell| spell.map_or(NO_SPELL, |spell| kept.exact(spell)))?;
        let is_known = |spell: &u64| *spell != NO_SPELL;
        let known = (!spells.iter().all(is_known)).then(|| self.source.spread(bits(&spells, is_known)));
        Ok(match self.source.beyond() {
            Some(len) => (scattered(&spells, &placed.rows, len), known),
            None => (spells, known),
        })
    }
}

impl<'p, S: Source> Evaluation<'p, S> {
    /// A program over some rows.
    pub(super) fn new(program: &'p Program, lexicon: &'p Lexicon, source: S) -> Self {
        Self { program, lexicon, source, values: vec![None; program.len()] }
    }

    /// Yes or no of each row that is told of.
    ///
    /// # Errors
    ///
    /// The step gives something else: a filter that is none would let every row in.
    pub(super) fn flags(&mut self, place: Place) -> Result<BooleanChunked> {
        let flags = self.flags_of(place)?;
        Ok(if flags.len() == self.source.len() { flags } else { flags.new_from_index(0, self.source.len()) })
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
        let len = self.source.len();
        Ok(if numbers.len() == len { numbers } else { numbers.new_from_index(0, len) })
    }

    fn value(&mut self, place: Place) -> Result<Value> {
        if let Some(value) = &self.values[place] {
            return Ok(value.clone());
        }
        let step = self.program.at(place);
        let value = match self.source.value(place, step)? {
            Some(value) => value,
            None => self.evaluated(step)?,
        };
        self.values[place] = Some(value.clone());
        Ok(value)
    }

    fn evaluated(&mut self, step: &Step) -> Result<Value> {
        Ok(match step {
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
            Step::Measure(_) | Step::Own(_) => {
                return Err(Error::broken("evaluating a recipe", "a step that no source knows"));
            }
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
            Value::Flags(own) if *self.program.at(other) == Step::Flag(false) => {
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
}

impl Value {
    fn of(answers: Answers) -> Result<Self> {
        Ok(match answers {
            Answers::Numbers(numbers) => Self::Numbers(numbers),
            Answers::Flags(flags) => Self::Flags(flags),
            Answers::Names(codes) => Self::Names(codes),
            Answers::Own(_) => return Err(Error::broken("evaluating a recipe", "a column of no known kind")),
        })
    }

    /// Those of some rows; a constant is the same of any.
    fn taken(&self, rows: &[u32]) -> Result<Self> {
        match self {
            Self::Numbers(own) if own.len() > 1 => own.take(rows).map(Self::Numbers).map_err(wrong),
            Self::Flags(own) if own.len() > 1 => own.take(rows).map(Self::Flags).map_err(wrong),
            Self::Names(own) if own.len() > 1 => own.take(rows).map(Self::Names).map_err(wrong),
            one => Ok(one.clone()),
        }
    }
}

/// Bits of some rows at their places among all.
fn spread(bits: &Bitmap, rows: &[u32], len: usize) -> Bitmap {
    let mut words = vec![0u64; len.div_ceil(64)];
    let mut own = bits.chunks::<u64>();
    let (own, last) = (own.by_ref().collect::<Vec<_>>(), own.remainder());
    for (rows, mut word) in rows.chunks(64).zip(own.into_iter().chain([last])) {
        for row in rows {
            words[*row as usize / 64] |= (word & 1) << (row % 64);
            word >>= 1;
        }
    }
    bitmap(words.into_iter(), len)
}

/// The same of numbers; where no row is, anything stands.
fn scattered<T: Copy + Default>(own: &[T], rows: &[u32], len: usize) -> Vec<T> {
    let mut values = vec![T::default(); len];
    rows.iter().zip(own).for_each(|(row, value)| values[*row as usize] = *value);
    values
}

/// The same of a column of numbers.
fn scattered_column<T: PolarsNumericType<Native: NativeType>>(
    own: &ChunkedArray<T>,
    rows: &[u32],
    len: usize,
) -> ChunkedArray<T> {
    let Some(array) = own.downcast_iter().next() else { return own.clone() };
    let values = scattered(array.values(), rows, len);
    let known = array.validity().map(|known| spread(known, rows, len));
    ChunkedArray::with_chunk(PlSmallStr::EMPTY, PrimitiveArray::new(array.dtype().clone(), values.into(), known))
}

fn wrong(error: PolarsError) -> Error {
    Error::broken("evaluating a recipe", error)
}
