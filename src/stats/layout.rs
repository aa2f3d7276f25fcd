//! The degrees of freedom of CR2 under a working variance of the clusters.
//!
//! A cluster's part of a figure is taken to vary as its rows (`s h`) and, where its rows are alike, as an effect that
//! they share (`t h^2`). With `t = 0` that is Bell & McCaffrey 2002 (Survey Methodology 28:169), with an estimated `t`
//! Imbens & Kolesar 2016 (REStat 98:701). All matrices are of low rank off the diagonal, so the cost is O(G).

use super::variance::Spread;
use super::{Estimate, Influence};
use std::collections::BTreeMap;

/// The working variance of one window's clusters: `s h + t h^2`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Working {
    /// The variance of the figure that its rows make, with the square of its weight.
    pub(super) rows: f64,
    /// The variance of a cluster's effect, with the square of the figure's weight.
    pub(super) effect: f64,
    /// The sum of squared leverages.
    squares: f64,
}

impl Working {
    /// Rows that have nothing in common.
    pub(super) fn apart(rows: f64) -> Self {
        Self { rows, effect: 0.0, squares: 0.0 }
    }

    /// Rows whose cluster has an effect.
    fn alike(rows: f64, effect: f64, influence: &[Influence]) -> Self {
        Self { rows, effect, squares: squares(influence) }
    }

    /// What the adjusted influence of a cluster varies.
    fn diagonal(&self, h: f64) -> f64 {
        self.rows * h + self.effect * effect_on(h, self.squares)
    }

    /// The cluster's row of the matrix off the diagonal, by `a` and `h a` of the others.
    fn reach(&self, h: f64) -> [f64; 2] {
        let a = load(h);
        [a * (self.effect * (self.squares - h) - self.rows), -self.effect * a]
    }
}

fn load(h: f64) -> f64 {
    h / (1.0 - h).sqrt()
}

fn squares(influence: &[Influence]) -> f64 {
    influence.iter().map(|i| i.leverage * i.leverage).sum()
}

/// What an effect of variance one adds to a cluster's squared adjusted influence, on average.
fn effect_on(h: f64, squares: f64) -> f64 {
    h * h * (1.0 - h + (squares - h * h) / (1.0 - h))
}

/// The traces of the covariance C of adjusted influences, and of C squared, cluster by cluster.
///
/// With `a = h / sqrt(1 - h)` and `Q` the sum of squared leverages,
///
/// ```text
/// C_gg = s h_g + t h_g^2 (1 - h_g + (Q - h_g^2) / (1 - h_g)),   C_gk = a_g a_k (t (Q - h_g - h_k) - s)
/// ```
///
/// summed over the two windows. The square of an off-diagonal entry summed over all pairs is a sum of products of prefix
/// sums.
#[derive(Debug)]
pub(super) struct Layout {
    windows: [Working; 2],
    trace: f64,
    trace_square: f64,
    before: [[f64; 4]; 4],
}

impl Layout {
    pub(super) fn new(windows: [Working; 2]) -> Self {
        Self { windows, trace: 0.0, trace_square: 0.0, before: [[0.0; 4]; 4] }
    }

    /// A cluster, by its leverage in each window; zero where it is not in the window.
    pub(super) fn add(&mut self, leverages: [f64; 2]) {
        let [[was, is], [one, two]] = [leverages, leverages.map(load)];
        let [before, after] = [self.windows[0].reach(was), self.windows[1].reach(is)];
        let reach = [before[0], before[1], after[0], after[1]];
        let loads = [one, was * one, two, is * two];
        let diagonal = self.windows[0].diagonal(was) + self.windows[1].diagonal(is);
        self.trace += diagonal;
        self.trace_square += diagonal * diagonal;
        for i in 0..4 {
            for j in 0..4 {
                self.trace_square += 2.0 * reach[i] * reach[j] * self.before[i][j];
                self.before[i][j] += loads[i] * loads[j];
            }
        }
    }

    /// To nine places: five equal clusters have 4 degrees, not 4 less a rounding, and 4 is a threshold elsewhere.
    pub(super) fn df(&self) -> f64 {
        (self.trace * self.trace / self.trace_square * 1e9).round() / 1e9
    }
}

/// The degrees of freedom of a change where each office has an effect in each window, as large as its variance shows.
///
/// # Formula
///
/// ```text
/// s_w = c_w^2 / N_w * sum_w c_w^2 V_w / sum_w (c_w^2 / N_w)
/// t_w = c_w^2 max(0, V - sum_w c_w^2 V_w) / sum_w c_w^2 K_w,   K_w = sum_g h_g^2 (1 - h_g + (Q - h_g^2) / (1 - h_g))
/// df  = (tr C)^2 / tr(C^2)
/// ```
///
/// with `V` the variance of the change by CR2 and `V_w` that of a window's figure were its rows independent: `tr C` is
/// `V` itself. What an office keeps from one window to the next cancels in the change, or nearly; what is left of it is
/// counted as effect. Infinite where a window has no independent variance.
pub(super) fn alike_df(windows: [(&Estimate, f64); 2], spread: Spread) -> f64 {
    let over = |part: fn(&Estimate) -> Option<f64>| {
        windows.iter().map(|(estimate, weight)| Some(weight * weight * part(estimate)?)).sum::<Option<f64>>()
    };
    let by_effect = |estimate: &Estimate| {
        let squares = squares(&estimate.influence);
        Some(estimate.influence.iter().map(|i| effect_on(i.leverage, squares)).sum())
    };
    let (Some(rows), Some(scale), Some(share)) =
        (over(|estimate| estimate.independent_variance), over(|estimate| Some(1.0 / estimate.weight)), over(by_effect))
    else {
        return f64::INFINITY;
    };
    let effect = ((spread.variance - rows) / share).max(0.0);
    let working = windows.map(|(estimate, weight)| {
        let square = weight * weight;
        Working::alike(square / estimate.weight * rows / scale, square * effect, &estimate.influence)
    });
    let mut union: BTreeMap<_, [f64; 2]> = BTreeMap::new();
    for (w, (estimate, _)) in windows.into_iter().enumerate() {
        for i in &estimate.influence {
            union.entry(i.cluster).or_default()[w] = i.leverage;
        }
    }
    let mut layout = Layout::new(working);
    union.into_values().for_each(|leverages| layout.add(leverages));
    layout.df()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::variance::{Contrast, paired};
    use crate::stats::{ClusterId, ClusterMoments, Dependence, mean};

    /// Offices of rows that are `level + spread` or `level - spread`, half of each.
    fn window(sizes: &[u64], level: impl Fn(usize) -> i128, spread: i128) -> Estimate {
        let cell = |(g, &n): (usize, &u64)| {
            let (rows, level) = (i128::from(n), level(g));
            let sum_squares = rows * (level * level + spread * spread);
            ClusterMoments { cluster: ClusterId(g as u32), n, sum: rows * level, sum_squares }
        };
        mean::estimate(&sizes.iter().enumerate().map(cell).collect::<Vec<_>>()).unwrap()
    }

    fn found(was: &Estimate, is: &Estimate) -> (f64, f64) {
        let spread = paired(was, is, Contrast::DIFFERENCE, Dependence::Clustered).unwrap();
        (spread.df, alike_df([(was, -1.0), (is, 1.0)], spread))
    }

    #[test]
    fn without_an_effect_it_is_bell_mccaffrey() {
        let sizes = [2, 4, 8, 40, 6];
        // Levels that hardly differ between offices beside rows that do: the variance is less than that of rows apart.
        let (apart, alike) = found(&window(&sizes, |_| 50, 30), &window(&sizes, |g| 40 + g as i128 % 2, 30));
        assert_eq!(apart, alike);
    }

    #[test]
    fn equal_offices_have_one_less_whatever_their_effect() {
        let sizes = [6; 9];
        for level in [1, 40, 4000] {
            let is = window(&sizes, |g| level * (g as i128 * 7 % 5), 30);
            let (apart, alike) = found(&window(&sizes, |_| 50, 30), &is);
            assert_eq!([apart, alike], [8.0, 8.0]);
        }
    }

    /// By hand: sizes 1, 1, 2 have h = 1/4, 1/4, 1/2 and Q = 3/8; rows do not vary.
    ///
    /// `C_gg = h^2 (1 - h + (Q - h^2) / (1 - h))` is 7/96, 7/96 and 3/16. Off the diagonal a^2 is 1/12, 1/12 and 1/2: the
    /// two small ones have `1/12 (3/8 - 1/2) = -1/96`, a small and the large one squared `1/24 (3/8 - 3/4)^2 = 9/1536`.
    #[test]
    fn an_effect_alone_is_that_of_the_hand() {
        let (small, large) = (effect_on(0.25, 0.375), effect_on(0.5, 0.375));
        assert!((small - 7.0 / 96.0).abs() < 1e-15 && (large - 3.0 / 16.0).abs() < 1e-15);
        let mut layout = Layout::new([Working { rows: 0.0, effect: 1.0, squares: 0.375 }, Working::default()]);
        [0.25, 0.25, 0.5].into_iter().for_each(|h| layout.add([h, 0.0]));
        let squares = 2.0 * small * small + large * large + 2.0 * (1.0 / 96.0_f64).powi(2) + 4.0 * 9.0 / 1536.0;
        assert!((layout.df() - (2.0 * small + large).powi(2) / squares).abs() < 1e-8);
    }
}
