//! The weights of strata on the rows of a curve, and what clusters do to them.

/// A mix that a curve is held at.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::stats) struct Mix {
    /// Rows of each stratum in the window.
    pub(in crate::stats) rows: Vec<u64>,
    /// Whether the weights are drawn with the clusters; else they are given.
    pub(in crate::stats) is_drawn: bool,
    /// The derivative of the logarithm of a stratum's weight per row, up to what all strata share.
    pub(in crate::stats) pulls: Vec<Pull>,
    /// By cluster, its share of the weight.
    pub(in crate::stats) leverage: Vec<f64>,
    /// By cluster, the part of its variance that its influence still has.
    pub(in crate::stats) retained: Vec<f64>,
    /// By cluster, the larger of its shares of the weight and of both windows' rows: where its rounding ends.
    pub(in crate::stats) part: Vec<f64>,
    /// The rows that would have the same variance without weights.
    pub(in crate::stats) weight: f64,
}

/// What a cluster's weight does to a stratum's weight per row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::stats) struct Pull {
    /// By place in ascending order of id.
    pub(in crate::stats) cluster: usize,
    pub(in crate::stats) stratum: usize,
    /// `(n_gs,was + n_gs,is) / N_s`, by what it does to the mix.
    pub(in crate::stats) of_both: f64,
    /// `n_gs / n_s`, by what it does to the rows that share the weight.
    pub(in crate::stats) of_window: f64,
}

/// The derivatives of a stratum's rows, added up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    rows: u64,
    scale: f64,
    psi: f64,
    squares: f64,
}

impl Sums {
    pub(super) fn add(&mut self, count: u64, psi: f64) {
        self.psi += count as f64 * psi;
        self.squares += count as f64 * psi * psi;
    }

    /// About the stratum's mean, for the mix is given.
    fn centred(&self) -> f64 {
        (self.squares - self.psi * self.psi / self.rows as f64).max(0.0)
    }
}

impl Mix {
    /// Of no row yet; `scales` are what a row of each weighs.
    pub(super) fn strata(&self, scales: &[f64]) -> Vec<Sums> {
        self.rows.iter().zip(scales).map(|(&rows, &scale)| Sums { rows, scale, ..Sums::default() }).collect()
    }

    /// Adds to the derivative of each cluster what it does through the weights, given or, if they are and may be, drawn.
    pub(super) fn pull(&self, strata: &[Sums], psi: &mut [f64], may_draw: bool) {
        for pull in &self.pulls {
            let mix = if self.is_drawn && may_draw { pull.of_both } else { 0.0 };
            psi[pull.cluster] += (mix - pull.of_window) * strata[pull.stratum].psi;
        }
    }

    /// The variance of independent rows; one row alone is given the mean one within the other strata.
    pub(super) fn variance(strata: &[Sums]) -> f64 {
        let (alone, several): (Vec<&Sums>, Vec<&Sums>) = strata.iter().partition(|stratum| stratum.rows < 2);
        let df: f64 = several.iter().map(|stratum| stratum.rows as f64 - 1.0).sum();
        let unit: f64 = several.iter().map(|stratum| stratum.centred() / (stratum.scale * stratum.scale)).sum();
        let one = if df > 0.0 { unit / df } else { 0.0 };
        let known: f64 = several.iter().map(|stratum| stratum.centred()).sum();
        known + alone.iter().map(|stratum| stratum.scale * stratum.scale * one).sum::<f64>()
    }
}
