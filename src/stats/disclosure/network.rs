//! A table as a network: how far a withheld cell can be raised, and which cells widen that at the least cost.

use super::{Exposed, Shown, Table};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// Relations as nodes, with one more for what is in one relation alone; cells as arcs.
pub(super) struct Network<'a> {
    table: &'a Table,
    /// By cell: from and to which node a person more flows; `None` of what is always told, of zero, or in no relation.
    arcs: Vec<Option<[usize; 2]>>,
    /// By node: the arcs that touch it, the largest first.
    touching: Vec<Vec<usize>>,
}

/// A cell of a way, and whether it is raised there.
type Step = (usize, bool);

impl<'a> Network<'a> {
    /// `None` where a cell is in more than two relations, or signs cannot be given so that each arc has two ends.
    pub(super) fn of(table: &'a Table) -> Option<Self> {
        let places = places(table)?;
        let sides = sides(&places, table.relations.len())?;
        let ground = sides.len();
        let ends = |own: &Vec<(usize, bool)>| {
            let into = |(relation, is_part): (usize, bool)| sides[relation] == is_part;
            match own[..] {
                [] => None,
                [one] => Some(if into(one) { [ground, one.0] } else { [one.0, ground] }),
                [one, other, ..] => Some(if into(one) { [other.0, one.0] } else { [one.0, other.0] }),
            }
        };
        let arcs: Vec<_> = places.iter().map(ends).collect();
        let mut touching = vec![Vec::new(); ground + 1];
        let mut order: Vec<usize> = (0..arcs.len()).collect();
        order.sort_by_key(|place| Reverse(table.cells[*place].count));
        for place in order {
            arcs[place].into_iter().flatten().for_each(|node| touching[node].push(place));
        }
        Some(Self { table, arcs, touching })
    }

    /// Withholds what it takes so that a small cell may as well be `least`.
    pub(super) fn guard(&self, place: usize, least: u64, withheld: &mut BTreeSet<usize>) -> Result<(), Exposed> {
        let Some([from, to]) = self.arcs[place] else { return Ok(()) };
        let mut counts: Vec<u64> = self.table.cells.iter().map(|cell| cell.count).collect();
        while counts[place] < least {
            let way = self.way([to, from], place, &counts, withheld).ok_or(Exposed(place))?;
            let spare = way.iter().filter(|(_, raised)| !raised).map(|(cell, _)| counts[*cell] - 1).min();
            let sent = spare.unwrap_or(u64::MAX).min(least - counts[place]);
            for (cell, raised) in way {
                withheld.insert(cell);
                counts[cell] = if raised { counts[cell] + sent } else { counts[cell] - sent };
            }
            counts[place] += sent;
        }
        Ok(())
    }

    /// The way back that withholds the fewest persons beside those that are withheld.
    fn way(
        &self,
        [from, to]: [usize; 2],
        barred: usize,
        counts: &[u64],
        withheld: &BTreeSet<usize>,
    ) -> Option<Vec<Step>> {
        let mut reached: Vec<Option<(u64, Option<Step>)>> = vec![None; self.touching.len()];
        reached[from] = Some((0, None));
        let mut open = BinaryHeap::from([Reverse((0, from))]);
        while let Some(Reverse((cost, node))) = open.pop() {
            if node == to {
                return Some(self.back(&reached, to));
            }
            if reached[node].is_some_and(|(least, _)| least < cost) {
                continue;
            }
            for (cell, next, raised) in self.out_of(node).filter(|(cell, ..)| *cell != barred) {
                let is_open = raised || counts[cell] > 1;
                let more = if withheld.contains(&cell) { 0 } else { self.table.cells[cell].count };
                if is_open && reached[next].is_none_or(|(least, _)| cost + more < least) {
                    reached[next] = Some((cost + more, Some((cell, raised))));
                    open.push(Reverse((cost + more, next)));
                }
            }
        }
        None
    }

    /// The arcs that touch a node: the cell, the other end, and whether it is raised that way.
    fn out_of(&self, node: usize) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
        self.touching[node].iter().filter_map(move |cell| {
            let [from, to] = self.arcs[*cell]?;
            Some(if from == node { (*cell, to, true) } else { (*cell, from, false) })
        })
    }

    fn back(&self, reached: &[Option<(u64, Option<Step>)>], to: usize) -> Vec<Step> {
        let mut way = Vec::new();
        let mut node = to;
        while let Some((_, Some((cell, raised)))) = reached[node] {
            way.push((cell, raised));
            let [from, to] = self.arcs[cell].unwrap_or_default();
            node = if raised { from } else { to };
        }
        way
    }
}

/// By cell that is not known: the relations it is in, and whether as a part; `None` where it is in more than two.
fn places(table: &Table) -> Option<Vec<Vec<(usize, bool)>>> {
    let mut places = vec![Vec::new(); table.cells.len()];
    for (number, relation) in table.relations.iter().enumerate() {
        let sides =
            relation.whole.iter().map(|cell| (*cell, false)).chain(relation.parts.iter().map(|cell| (*cell, true)));
        for (cell, is_part) in sides {
            let own = &table.cells[cell];
            if own.count > 0 && own.shown != Shown::Always {
                places[cell].push((number, is_part));
            }
        }
    }
    places.iter().all(|own: &Vec<_>| own.len() <= 2).then_some(places)
}

/// By relation: whether its parts flow into it, so that a cell of two relations flows out of one into the other.
fn sides(places: &[Vec<(usize, bool)>], relations: usize) -> Option<Vec<bool>> {
    let mut beside = vec![Vec::new(); relations];
    for own in places {
        if let [(one, is_part), (other, is_other_part)] = own[..] {
            // Alike in both, the relations must have opposite sides.
            let turns = is_part == is_other_part;
            beside[one].push((other, turns));
            beside[other].push((one, turns));
        }
    }
    let mut sides: Vec<Option<bool>> = vec![None; relations];
    for start in 0..relations {
        let mut open = if sides[start].is_none() { vec![(start, true)] } else { Vec::new() };
        while let Some((node, side)) = open.pop() {
            match sides[node] {
                Some(own) if own != side => return None,
                Some(_) => {}
                None => {
                    sides[node] = Some(side);
                    open.extend(beside[node].iter().map(|(next, turns)| (*next, side != *turns)));
                }
            }
        }
    }
    sides.into_iter().collect()
}
