//! Random tables of counts: what is told of them is told exactly, and what is withheld cannot be worked out.

use super::attacker::{Knowledge, Most};
use giamtang::stats::disclosure::{Relation, suppress};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A table whose relations hold.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    pub counts: Vec<u64>,
    pub relations: Vec<Relation>,
}

impl Drawn {
    pub fn cell(&mut self, count: u64) -> usize {
        self.counts.push(count);
        self.counts.len() - 1
    }

    /// A cell that is the sum of others.
    fn sum(&mut self, parts: &[usize]) -> usize {
        let whole = self.cell(parts.iter().map(|part| self.counts[*part]).sum());
        self.adds_up(whole, parts);
        whole
    }

    pub fn adds_up(&mut self, whole: usize, parts: &[usize]) {
        self.relations.push(Relation { whole: vec![whole], parts: parts.to_vec() });
    }

    /// What the attacker knows of what is withheld, and which number is which cell: each is one more than its number.
    fn known(&self, withheld: &BTreeSet<usize>) -> (Knowledge, BTreeMap<usize, usize>) {
        let mut known = Knowledge::default();
        let numbers: BTreeMap<usize, usize> = withheld.iter().map(|cell| (*cell, known.number())).collect();
        for relation in &self.relations {
            let sides = relation.parts.iter().map(|cell| (cell, 1)).chain(relation.whole.iter().map(|cell| (cell, -1)));
            let (hidden, told): (Vec<_>, Vec<_>) = sides.partition(|(cell, _)| withheld.contains(cell));
            let told: i128 = told.iter().map(|(cell, sign)| sign * i128::from(self.counts[**cell])).sum();
            let ones: i128 = hidden.iter().map(|(_, sign)| sign).sum();
            let hidden: Vec<(usize, i128)> = hidden.iter().map(|(cell, sign)| (numbers[cell], *sign)).collect();
            known.equal(&hidden, -told - ones);
        }
        (known, numbers)
    }

    /// The withheld cells that the attacker finds out.
    pub fn found(&self, withheld: &BTreeSet<usize>, least: u64) -> Vec<usize> {
        let (known, numbers) = self.known(withheld);
        let is_found = |(cell, number): &(&usize, &usize)| {
            let (low, high) = (known.least(**number).expect("the true table is one"), known.most(**number));
            let is_small = self.counts[**cell] < least;
            match high {
                Most::Unbounded => false,
                Most::Impossible => unreachable!("the true table is one"),
                Most::At(high) => is_small && high < i128::from(least - 1).into() || low == high,
            }
        };
        numbers.iter().filter(is_found).map(|(cell, _)| *cell).collect()
    }
}

/// Few zeros, many small counts, some large ones.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![2 => Just(0), 4 => 1_u64..10, 3 => 10_u64..30, 2 => 30_u64..400]
}

/// A whole, its parts, and theirs: as a city, its districts and their offices.
fn tree() -> impl Strategy<Value = Drawn> {
    prop::collection::vec(prop::collection::vec(count(), 1..5), 1..5).prop_map(|leaves| {
        let mut drawn = Drawn::default();
        let mut middle = Vec::new();
        for own in leaves {
            let parts: Vec<usize> = own.into_iter().map(|count| drawn.cell(count)).collect();
            middle.push(drawn.sum(&parts));
        }
        drawn.sum(&middle);
        drawn
    })
}

/// Rows and columns with totals of both.
fn square() -> impl Strategy<Value = Drawn> {
    (2_usize..5, 2_usize..5).prop_flat_map(|(rows, columns)| {
        prop::collection::vec(count(), rows * columns).prop_map(move |counts| {
            let mut drawn = Drawn { counts, relations: Vec::new() };
            let row = |row: usize| (0..columns).map(move |column| row * columns + column).collect::<Vec<_>>();
            let column = |column: usize| (0..rows).map(move |row| row * columns + column).collect::<Vec<_>>();
            let of_rows: Vec<usize> = (0..rows).map(|own| drawn.sum(&row(own))).collect();
            let of_columns: Vec<usize> = (0..columns).map(|own| drawn.sum(&column(own))).collect();
            let all = drawn.sum(&of_rows);
            drawn.adds_up(all, &of_columns);
            drawn
        })
    })
}

/// Lines of form 06a with their total: 3 = 4 + 5 + 6 = 7 + 11, 7 = 8 + 9 + 10, 11 = 12 + 13.
fn form() -> impl Strategy<Value = Drawn> {
    prop::collection::vec((prop::array::uniform5(count()), 0_u64..400, 0_u64..400), 1..4).prop_map(|lines| {
        let mut drawn = Drawn::default();
        let line = |drawn: &mut Drawn, ended: [u64; 5], came: [u64; 3]| -> Vec<usize> {
            let ended = ended.map(|count| drawn.cell(count));
            let came = came.map(|count| drawn.cell(count));
            let seven = drawn.sum(&ended[..3]);
            let eleven = drawn.sum(&ended[3..]);
            let three = drawn.sum(&came);
            drawn.adds_up(three, &[seven, eleven]);
            came.into_iter().chain(ended).collect()
        };
        let mut totals = ([0; 5], [0; 3]);
        let mut own = Vec::new();
        for (ended, online, direct) in lines {
            let all: u64 = ended.iter().sum();
            let online = online.min(all);
            let came = [online, direct.min(all - online), all - online - direct.min(all - online)];
            (0..5).for_each(|at| totals.0[at] += ended[at]);
            (0..3).for_each(|at| totals.1[at] += came[at]);
            own.push(line(&mut drawn, ended, came));
        }
        let total = line(&mut drawn, totals.0, totals.1);
        for column in 0..8 {
            let parts: Vec<usize> = own.iter().map(|line| line[column]).collect();
            drawn.adds_up(total[column], &parts);
        }
        drawn
    })
}

/// Small ones alone: what anyone would withhold.
pub fn small_alone(counts: &[u64], least: u64) -> BTreeSet<usize> {
    (0..counts.len()).filter(|cell| (1..least).contains(&counts[*cell])).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn nothing_small_can_be_worked_out(
        drawn in prop_oneof![tree(), square(), form()],
        least in prop_oneof![Just(3_u64), Just(5), Just(10)],
    ) {
        let withheld = suppress(&drawn.relations, &drawn.counts, least);
        prop_assert!(small_alone(&drawn.counts, least).is_subset(&withheld));
        prop_assert!(withheld.iter().all(|cell| drawn.counts[*cell] > 0));
        prop_assert_eq!(drawn.found(&withheld, least), Vec::<usize>::new(), "{:?}", withheld);
        // As much again is withheld only where something is small.
        prop_assert!(!withheld.is_empty() || small_alone(&drawn.counts, least).is_empty());
        prop_assert_eq!(suppress(&drawn.relations, &drawn.counts, least), withheld);
    }
}

/// The attack finds what it looks for: of tables where the small cells alone are withheld it breaks nearly all, whatever their
/// shape.
#[test]
fn without_other_cells_beside_them_small_ones_are_found() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let shapes: [(&str, BoxedStrategy<Drawn>); 3] =
        [("tree", tree().boxed()), ("square", square().boxed()), ("form", form().boxed())];
    for (name, shape) in shapes {
        let mut runner = TestRunner::deterministic();
        let mut broken = 0;
        for _ in 0..100 {
            let drawn = shape.new_tree(&mut runner).expect("a table").current();
            let withheld = small_alone(&drawn.counts, 10);
            broken += usize::from(!drawn.found(&withheld, 10).is_empty());
        }
        assert!(broken > 50, "{name}: {broken} of 100 tables");
    }
}

/// How much is withheld beside what must be: less than twice as many cells again.
#[test]
fn few_cells_are_withheld_beside_small_ones() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut must, mut all) = (0, 0);
    for _ in 0..300 {
        let drawn = square().new_tree(&mut runner).expect("a table").current();
        must += small_alone(&drawn.counts, 10).len();
        all += suppress(&drawn.relations, &drawn.counts, 10).len();
    }
    assert!(all < 2 * must, "{all} for {must}");
}
