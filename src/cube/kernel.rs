//! What a worker counts: the designs of a plan, each with its own windows, keeps and columns.

use super::cells::Cells;
use super::evaluation::{Evaluation, OfBatch};
use super::keep::Keep;
use super::look::{Look, Windows};
use super::program::Program;
use super::tally::{DISTINCT, Folding};
use crate::error::Result;
use crate::ingest::{Batch, Lexicon, Sign, Sink};
use crate::measure::{Clocks, Outside, Rows, Slot, Table};
use std::cell::RefCell;
use std::sync::Arc;

/// One way to look at a log: what is kept of it, in which windows, by which columns.
#[derive(Debug)]
pub struct Design {
    /// What its windows are.
    pub layout: Layout,
    /// What is kept; each once.
    pub keeps: Vec<Keep>,
    /// The place of its first keep among those of all designs.
    pub first: usize,
    /// The windows, in order.
    pub slots: Vec<Slot>,
    /// The columns that name a group: the first of the cube's, the cluster before all.
    pub dimensions: Vec<String>,
    /// How many columns the cube has.
    pub width: usize,
    /// The clocks.
    pub clocks: Clocks,
}

/// What the windows of a design are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// The windows that are compared.
    Windows,
    /// The months of the series, each with a cut-off of its own.
    Months,
    /// The windows that are compared, followed for longer.
    Longer,
    /// What comes after the longer follow-up: whether the log reaches that far.
    Beyond,
}

impl Design {
    /// Whether its windows are those of another design, and its groups as well; only the cut-offs may be later.
    fn is_after(&self, other: &Self) -> bool {
        let place = |slot: &Slot| Slot { cutoff: 0, cutoff_day: 0, ..*slot };
        self.dimensions == other.dimensions && self.slots.iter().map(place).eq(other.slots.iter().map(place))
    }
}

impl Layout {
    /// What stands before a keep's text where its windows are these.
    fn prefix(self) -> &'static str {
        match self {
            Self::Windows => "",
            Self::Months => "monthly, ",
            Self::Longer => "followed longer, ",
            Self::Beyond => "beyond, ",
        }
    }

    /// The text of a keep in windows of this kind; equal for equal keeps, and part of a cube's digest.
    pub fn key(self, keep: &Keep) -> String {
        format!("{}{}", self.prefix(), keep.key())
    }

    /// By keep the place of the one that is the same but not followed for longer, if it is.
    pub(super) fn earlier(keys: &[String]) -> Vec<Option<usize>> {
        let earlier = |key: &String| {
            let own = key.strip_prefix(Self::Longer.prefix())?;
            keys.iter().position(|key| key == own)
        };
        keys.iter().map(earlier).collect()
    }

    /// The kind of windows that a keep of this text has.
    pub fn of_key(key: &str) -> Self {
        let own = [Self::Months, Self::Longer, Self::Beyond].into_iter().find(|own| key.starts_with(own.prefix()));
        own.unwrap_or(Self::Windows)
    }
}

/// One worker's private cube of one table.
#[derive(Debug)]
pub struct Kernel<'a> {
    looks: Vec<Look<'a>>,
    program: Program,
    folding: Folding,
    taken_out: u64,
}

impl<'a> Kernel<'a> {
    /// Makes an empty cube of what the designs keep of a table for each of several workers, who know together when a window
    /// folds; see [`Kernel::is_exact`].
    pub fn maker(designs: &'a [Design], table: Table, folding: Folding) -> impl Fn() -> Self + Sync {
        let windows = |design: &Design| design.slots.iter().map(|_| Arc::default()).collect();
        let pooled = |design| std::iter::repeat_with(|| windows(design)).take(design.keeps.len()).collect();
        let pooled: Vec<Windows> = designs.iter().map(pooled).collect();
        move || Self::new(designs, table, folding, &pooled)
    }

    fn new(designs: &'a [Design], table: Table, folding: Folding, pooled: &[Windows]) -> Self {
        let mut program = Program::default();
        let own = designs.iter().zip(pooled);
        let own = own.filter(|(design, _)| design.keeps.iter().any(|keep| keep.table == table));
        let windows = designs.iter().find(|design| design.layout == Layout::Windows);
        let looks = own.map(|(design, pooled)| {
            let earlier = windows.filter(|windows| design.layout == Layout::Longer && design.is_after(windows));
            Look::new(design, earlier, table, &mut program, (folding, pooled))
        });
        let looks = looks.collect();
        Self { looks, program, folding, taken_out: 0 }
    }

    /// Whether these workers folded exactly what the merged data fold.
    ///
    /// Taking repeats out again may bring a window back under the limits at which its tallies folded; then the log must be
    /// read again with [`Folding::Late`].
    pub fn is_exact(kernels: &[Self]) -> bool {
        let spare = |kernel: &Self| match kernel.folding {
            Folding::Late => usize::MAX,
            Folding::Early(times) => (times - 1) * DISTINCT,
        };
        let spare = kernels.iter().map(spare).min().unwrap_or_default() as u64;
        let folded: usize = kernels.iter().flat_map(|kernel| &kernel.looks).map(Look::folded).sum();
        folded == 0 || kernels.iter().map(|kernel| kernel.taken_out).sum::<u64>() <= spare
    }

    /// The cells of each design and the years the calendar lacked.
    pub(super) fn into_cells(self) -> (Vec<Cells>, Outside) {
        // What is followed for longer holds only what changed since.
        let windows = self.looks.iter().find(|look| look.layout() == Layout::Windows);
        let copied = windows.into_iter().flat_map(|windows| self.looks.iter().map(|look| look.unchanged(windows)));
        let copied: Vec<Cells> = copied.flatten().collect();
        let (mut cells, outside): (Vec<Cells>, Vec<Outside>) = self.looks.into_iter().map(Look::into_cells).unzip();
        cells.extend(copied);
        (cells, Outside(outside.into_iter().flat_map(|years| years.0).collect()))
    }
}

impl Sink for Kernel<'_> {
    fn add(&mut self, batch: &Batch<'_>, sign: Sign) -> Result<()> {
        self.taken_out += if sign == Sign::Minus { batch.len() as u64 } else { 0 };
        let Some(clocks) = self.looks.first().map(Look::clocks) else { return Ok(()) };
        // What is the same in every window is measured once for all designs.
        let rows = Rows::of(batch, clocks);
        let settled = RefCell::new(Evaluation::new(&self.program, batch.lexicon, OfBatch::new(&rows, batch.len())));
        let sign = if sign == Sign::Minus { -1 } else { 1 };
        for look in 0..self.looks.len() {
            let (before, own) = self.looks.split_at_mut(look);
            let windows = before.iter().find(|look| look.layout() == Layout::Windows);
            own.iter_mut().take(1).try_for_each(|look| look.add(batch, (&rows, &settled), windows, sign))?;
        }
        Ok(())
    }

    fn close(&mut self, lexicon: &Lexicon) {
        self.looks.iter_mut().for_each(|look| look.close(lexicon));
    }
}
