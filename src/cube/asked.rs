//! What the keeps of an anchor ask of rows, and what the rows say.

use super::accumulators::known;
use super::evaluation::{Evaluation, OfPlaced};
use super::flags::yes;
use super::gather::Columns;
use super::keep::{Keep, Quantity};
use super::program::{Place, Program};
use crate::error::Result;
use crate::measure::{Awaited, Measure};
use polars::prelude::Int64Chunked;
use polars_arrow::bitmap::Bitmap;

/// Where a keep's answers stand in the program.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) keep: usize,
    quantity: Vec<Place>,
    among: Option<Place>,
    undated: Option<Place>,
}

/// A quantity of each row that is told of.
enum Said {
    Hits(Bitmap),
    Numbers(Vec<Int64Chunked>),
    Spells(Vec<u64>),
}

/// The same where bits stand among the columns that are gathered.
pub(super) enum Told {
    Hits(usize),
    Numbers(Vec<Int64Chunked>),
    Spells(Vec<u64>),
}

/// What a keep says of the rows that are told of, with the columns of what is yes or no.
pub(super) struct ToldOf {
    pub(super) quantity: Told,
    pub(super) matured: Option<usize>,
    pub(super) entering: Option<usize>,
    pub(super) undated: Option<usize>,
}

impl Asked {
    pub(super) fn new(index: usize, keep: &Keep, program: &mut Program) -> Self {
        let quantity = keep.quantity.expressions().into_iter().map(|own| program.add(own)).collect();
        let mut place = |flag: &Option<_>| flag.as_ref().map(|flag| program.add(flag));
        Self { keep: index, quantity, among: place(&keep.filter), undated: place(&keep.undated) }
    }

    /// The places of the steps that are asked for.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        self.quantity.iter().copied().chain(self.among).chain(self.undated)
    }

    /// What a keep says of the rows that are told of; yes and no go among the columns that are gathered.
    pub(super) fn told<'s>(
        &self,
        keep: &Keep,
        matured: Option<&Bitmap>,
        evaluation: &mut Evaluation<'s, OfPlaced<'_, 's>>,
        columns: &mut Columns,
    ) -> Result<ToldOf> {
        let mut flags = |place: Option<Place>| place.map(|place| evaluation.flags(place)).transpose();
        let (among, undated) = (flags(self.among)?, flags(self.undated)?);
        let among = among.as_ref().map(yes);
        let matured = matured.filter(|_| keep.known_within);
        let (quantity, known) = self.quantity(keep, evaluation)?;
        let entering = known.into_iter().chain(among).chain(matured.cloned()).reduce(|one, other| &one & &other);
        let quantity = match quantity {
            Said::Hits(hits) => Told::Hits(columns.add(entering.as_ref().map_or(hits.clone(), |own| &hits & own))),
            Said::Numbers(numbers) => Told::Numbers(numbers),
            Said::Spells(spells) => Told::Spells(spells),
        };
        let undated = undated.as_ref().map(yes);
        let undated = undated.map(|own| entering.as_ref().map_or(own.clone(), |entering| &own & entering));
        let mut add = |column: Option<Bitmap>| column.map(|column| columns.add(column));
        Ok(ToldOf { quantity, matured: add(matured.cloned()), entering: add(entering), undated: add(undated) })
    }

    /// The quantity, and of which rows it is known; `None` where it is of all.
    fn quantity<'s>(
        &self,
        keep: &Keep,
        evaluation: &mut Evaluation<'s, OfPlaced<'_, 's>>,
    ) -> Result<(Said, Option<Bitmap>)> {
        if let Quantity::Spell { from, to, span } = &keep.quantity {
            let (spells, known) = evaluation.spells((from, to, *span), keep.quantity.tallied().unwrap_or_default())?;
            return Ok((Said::Spells(spells), known));
        }
        if let ([only], None) = (&self.quantity[..], keep.quantity.tallied())
            && let Some(hits) = evaluation.hits(*only)?
        {
            return Ok((Said::Hits(yes(&hits)), known(&hits)));
        }
        let numbers = self.quantity.iter().map(|place| evaluation.numbers(*place)).collect::<Result<Vec<_>>>()?;
        // A standard deviation may be absent where the others are known.
        let known = numbers.iter().take(2).filter_map(known).reduce(|one, other| &one & &other);
        Ok((Said::Numbers(numbers), known))
    }
}

/// The measures that are the same in every window, and what else is asked that may be otherwise by a later cut-off.
pub(super) fn told_apart<'k>(
    measures: Vec<Option<Measure>>,
    keeps: impl Iterator<Item = &'k Keep>,
) -> (Vec<Measure>, Option<Awaited>) {
    let is_told = !measures.contains(&None);
    let (settled, measures) = measures.into_iter().flatten().partition(Measure::is_settled);
    let mut awaited = Awaited { measures, ..Awaited::default() };
    for keep in keeps {
        awaited.horizon |= keep.known_within;
        if let Quantity::Spell { from, to, .. } = keep.quantity {
            awaited.spells.push((from, to));
        }
    }
    awaited.spells.sort_unstable();
    awaited.spells.dedup();
    let is_known = is_told && awaited.is_known();
    (settled, Some(awaited).filter(|_| is_known))
}
