//! Exact linear programming, small: what a number is at least and at most, given what is known.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A fraction in lowest terms, its denominator above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    over: i128,
    under: i128,
}

impl Fraction {
    pub const ZERO: Self = Self { over: 0, under: 1 };
    pub const ONE: Self = Self { over: 1, under: 1 };

    pub fn of(over: i128, under: i128) -> Self {
        let (mut a, mut b) = (over.abs(), under.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let sign = if under < 0 { -1 } else { 1 };
        Self { over: sign * over / a.max(1), under: sign * under / a.max(1) }
    }

    fn is_positive(self) -> bool {
        self.over > 0
    }

    fn is_zero(self) -> bool {
        self.over == 0
    }
}

impl From<i128> for Fraction {
    fn from(whole: i128) -> Self {
        Self { over: whole, under: 1 }
    }
}

impl Add for Fraction {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::of(self.over * other.under + other.over * self.under, self.under * other.under)
    }
}

impl Neg for Fraction {
    type Output = Self;
    fn neg(self) -> Self {
        Self { over: -self.over, ..self }
    }
}

impl Sub for Fraction {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Fraction {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::of(self.over * other.over, self.under * other.under)
    }
}

impl Div for Fraction {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        Self::of(self.over * other.under, self.under * other.over)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some((self.over * other.under).cmp(&(other.over * self.under)))
    }
}

/// What is known: numbers from zero up, and sums of them.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    numbers: usize,
    /// Each: what of which number, and what it comes to.
    sums: Vec<(Vec<(usize, i128)>, Fraction)>,
}

/// The largest value that a sum of numbers can have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Most {
    /// There are no such numbers.
    Impossible,
    /// Any.
    Unbounded,
    At(Fraction),
}

impl Knowledge {
    /// A number that is not below zero.
    pub fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers - 1
    }

    /// These come to so much.
    pub fn equal(&mut self, terms: &[(usize, i128)], to: impl Into<Fraction>) {
        self.sums.push((terms.to_vec(), to.into()));
    }

    /// A number lies between these.
    pub fn between(&mut self, number: usize, least: Fraction, most: Option<Fraction>) {
        let beyond = self.number();
        self.equal(&[(number, 1), (beyond, -1)], least);
        if let Some(most) = most {
            let short = self.number();
            self.equal(&[(number, 1), (short, 1)], most);
        }
    }

    pub fn most(&self, number: usize) -> Most {
        self.best(number, Fraction::ONE)
    }

    /// The least value of a number; `None` where there are no such numbers.
    pub fn least(&self, number: usize) -> Option<Fraction> {
        match self.best(number, -Fraction::ONE) {
            Most::At(value) => Some(-value),
            Most::Impossible => None,
            // No number is below zero.
            Most::Unbounded => unreachable!(),
        }
    }

    /// The simplex method in two phases; by Bland's rule it ends.
    fn best(&self, number: usize, times: Fraction) -> Most {
        let (rows, all) = (self.sums.len(), self.numbers + self.sums.len());
        let mut tableau = vec![vec![Fraction::ZERO; all + 1]; rows];
        for (row, (terms, to)) in self.sums.iter().enumerate() {
            let sign = if Fraction::ZERO > *to { -1 } else { 1 };
            for (own, factor) in terms {
                tableau[row][*own] = tableau[row][*own] + Fraction::from(sign * factor);
            }
            tableau[row][self.numbers + row] = Fraction::ONE;
            tableau[row][all] = *to * Fraction::from(sign);
        }
        let mut basis: Vec<usize> = (self.numbers..all).collect();
        // First what is taken for granted of each sum must vanish.
        let mut goal = vec![Fraction::ZERO; all + 1];
        for row in &tableau {
            (0..self.numbers).chain([all]).for_each(|at| goal[at] = goal[at] + row[at]);
        }
        assert!(climb(&mut tableau, &mut basis, &mut goal, self.numbers), "bounded by zero");
        if !goal[all].is_zero() {
            return Most::Impossible;
        }
        let mut goal = vec![Fraction::ZERO; all + 1];
        goal[number] = times;
        for (row, own) in basis.iter().enumerate() {
            let factor = goal[*own];
            if *own < self.numbers && !factor.is_zero() {
                (0..=all).for_each(|at| goal[at] = goal[at] - factor * tableau[row][at]);
            }
        }
        // What is left of the first phase in the basis is zero, and stays so: it is swapped out first, or its row says nothing.
        for row in 0..rows {
            if basis[row] >= self.numbers
                && let Some(at) = (0..self.numbers).find(|at| !tableau[row][*at].is_zero())
            {
                pivot(&mut tableau, &mut basis, &mut goal, row, at);
            }
        }
        if climb(&mut tableau, &mut basis, &mut goal, self.numbers) { Most::At(-goal[all]) } else { Most::Unbounded }
    }
}

/// Raises the goal as far as it goes; `false` where it has no end.
fn climb(tableau: &mut [Vec<Fraction>], basis: &mut [usize], goal: &mut [Fraction], numbers: usize) -> bool {
    let all = goal.len() - 1;
    while let Some(at) = (0..numbers).find(|at| goal[*at].is_positive()) {
        let mut found: Option<(Fraction, usize)> = None;
        for (row, own) in tableau.iter().enumerate().filter(|(_, own)| own[at].is_positive()) {
            let ratio = own[all] / own[at];
            let is_first =
                found.is_none_or(|(least, other)| ratio < least || ratio == least && basis[row] < basis[other]);
            found = if is_first { Some((ratio, row)) } else { found };
        }
        let Some((_, row)) = found else { return false };
        pivot(tableau, basis, goal, row, at);
    }
    true
}

fn pivot(tableau: &mut [Vec<Fraction>], basis: &mut [usize], goal: &mut [Fraction], row: usize, at: usize) {
    let by = tableau[row][at];
    tableau[row].iter_mut().for_each(|cell| *cell = *cell / by);
    let own = tableau[row].clone();
    let swept = |cells: &mut [Fraction]| {
        let factor = cells[at];
        if !factor.is_zero() {
            cells.iter_mut().zip(&own).for_each(|(cell, own)| *cell = *cell - factor * *own);
        }
    };
    tableau.iter_mut().enumerate().filter(|(other, _)| *other != row).for_each(|(_, cells)| swept(cells));
    swept(goal);
    basis[row] = at;
}

/// x + y = 10, x − z = 2, so x is from 2 to 10 and y from 0 to 8; of two numbers whose difference is 2 one has no end.
#[test]
fn bounds_are_those_of_school() {
    let mut known = Knowledge::default();
    let [x, y, z] = [(); 3].map(|()| known.number());
    known.equal(&[(x, 1), (y, 1)], 10);
    known.equal(&[(x, 1), (z, -1)], 2);
    let at = |value: i128| Most::At(value.into());
    assert_eq!((known.least(x), known.most(x)), (Some(2.into()), at(10)));
    assert_eq!((known.least(y), known.most(y), known.most(z)), (Some(0.into()), at(8), at(8)));
    let mut open = Knowledge::default();
    let [x, y] = [(); 2].map(|()| open.number());
    open.equal(&[(x, 1), (y, -1)], 2);
    assert_eq!((open.least(x), open.most(x)), (Some(2.into()), Most::Unbounded));
    open.between(x, 0.into(), Some(Fraction::of(3, 2)));
    assert_eq!(open.most(x), Most::Impossible);
}
