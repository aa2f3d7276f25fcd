//! Least squares of a few columns: what each row adds to each coefficient.
//!
//! The columns are made orthonormal by Gram and Schmidt's steps, each taken twice, which keeps them orthogonal to the
//! last digit (Giraud, Langou & Rozloznik 2005, Comput. Math. Appl. 50:1069); normal equations would lose half the
//! digits.

/// A column that leaves less than this of itself beside the others is a combination of them.
const DEPENDENT: f64 = 1e-10;

/// Columns as orthonormal ones times an upper triangle.
#[derive(Debug)]
pub(super) struct Factored {
    /// The orthonormal columns.
    basis: Vec<Vec<f64>>,
    /// Column by column, the part down to the diagonal.
    triangle: Vec<Vec<f64>>,
}

/// The least-squares fit of a series.
#[derive(Debug)]
pub(super) struct Fit {
    /// One for each column.
    pub(super) coefficients: Vec<f64>,
    /// By coefficient, the weight it puts on each row: the pseudo-inverse.
    pub(super) weights: Vec<Vec<f64>>,
    /// By row, what the fit leaves.
    pub(super) residuals: Vec<f64>,
}

impl Factored {
    /// The factors of columns of one length; none if a column depends on those before it.
    pub(super) fn new(columns: &[Vec<f64>]) -> Option<Self> {
        let mut factored = Self { basis: Vec::new(), triangle: Vec::new() };
        for column in columns {
            factored.add(column)?;
        }
        Some(factored)
    }

    fn add(&mut self, column: &[f64]) -> Option<()> {
        let mut rest = column.to_vec();
        let mut shares = vec![0.0; self.basis.len()];
        for _ in 0..2 {
            for (axis, share) in self.basis.iter().zip(&mut shares) {
                let step = dot(axis, &rest);
                *share += step;
                rest.iter_mut().zip(axis).for_each(|(x, a)| *x -= step * a);
            }
        }
        let length = norm(&rest);
        // Also false where a value is not a number.
        let own = length > DEPENDENT * norm(column);
        if !own {
            return None;
        }
        rest.iter_mut().for_each(|x| *x /= length);
        shares.push(length);
        self.basis.push(rest);
        self.triangle.push(shares);
        Some(())
    }

    /// The fit of one series, its rows in the order of the columns.
    pub(super) fn fit(&self, columns: &[Vec<f64>], y: &[f64]) -> Fit {
        let mut coefficients = self.solve(y);
        let mut residuals = rest(columns, &coefficients, y);
        // One step of refinement takes back what the first solution lost.
        coefficients.iter_mut().zip(self.solve(&residuals)).for_each(|(c, step)| *c += step);
        residuals = rest(columns, &coefficients, y);
        Fit { coefficients, weights: self.pseudo_inverse(), residuals }
    }

    /// `M S M`: the second moments of the residuals of a series with second moments `S`.
    pub(super) fn residual_moments(&self, moments: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        self.turned_rest(self.turned_rest(moments))
    }

    /// The rest of each row beside the columns, rows turned into columns.
    fn turned_rest(&self, mut rows: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        for row in &mut rows {
            for axis in &self.basis {
                let share = dot(axis, row);
                row.iter_mut().zip(axis).for_each(|(x, a)| *x -= share * a);
            }
        }
        (0..rows.len()).map(|column| rows.iter().map(|row| row[column]).collect()).collect()
    }

    /// The squared length of a vector in the metric of the inverse of `X'X`.
    pub(super) fn quadratic(&self, value: &[f64]) -> f64 {
        let mut solved: Vec<f64> = Vec::with_capacity(value.len());
        for (j, (column, target)) in self.triangle.iter().zip(value).enumerate() {
            solved.push((target - dot(&column[..j], &solved)) / column[j]);
        }
        dot(&solved, &solved)
    }

    fn solve(&self, y: &[f64]) -> Vec<f64> {
        self.back(self.basis.iter().map(|axis| dot(axis, y)).collect())
    }

    fn pseudo_inverse(&self) -> Vec<Vec<f64>> {
        let rows = self.basis.first().map_or(0, Vec::len);
        let by_row = (0..rows).map(|row| self.back(self.basis.iter().map(|axis| axis[row]).collect()));
        let mut weights = vec![Vec::with_capacity(rows); self.basis.len()];
        for row in by_row {
            weights.iter_mut().zip(row).for_each(|(weights, weight)| weights.push(weight));
        }
        weights
    }

    /// `R^-1` times a vector.
    fn back(&self, mut value: Vec<f64>) -> Vec<f64> {
        for (j, column) in self.triangle.iter().enumerate().rev() {
            value[j] /= column[j];
            let solved = value[j];
            value[..j].iter_mut().zip(column).for_each(|(x, r)| *x -= r * solved);
        }
        value
    }
}

fn rest(columns: &[Vec<f64>], coefficients: &[f64], y: &[f64]) -> Vec<f64> {
    let mut rest = y.to_vec();
    for (column, coefficient) in columns.iter().zip(coefficients) {
        rest.iter_mut().zip(column).for_each(|(x, c)| *x -= coefficient * c);
    }
    rest
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longley's employment, the hard linear case of the NIST Statistical Reference Datasets: columns that nearly
    /// repeat each other. Certified coefficients as printed there.
    #[test]
    fn longley() {
        let rows: [[f64; 7]; 16] = [
            [60323.0, 83.0, 234289.0, 2356.0, 1590.0, 107608.0, 1947.0],
            [61122.0, 88.5, 259426.0, 2325.0, 1456.0, 108632.0, 1948.0],
            [60171.0, 88.2, 258054.0, 3682.0, 1616.0, 109773.0, 1949.0],
            [61187.0, 89.5, 284599.0, 3351.0, 1650.0, 110929.0, 1950.0],
            [63221.0, 96.2, 328975.0, 2099.0, 3099.0, 112075.0, 1951.0],
            [63639.0, 98.1, 346999.0, 1932.0, 3594.0, 113270.0, 1952.0],
            [64989.0, 99.0, 365385.0, 1870.0, 3547.0, 115094.0, 1953.0],
            [63761.0, 100.0, 363112.0, 3578.0, 3350.0, 116219.0, 1954.0],
            [66019.0, 101.2, 397469.0, 2904.0, 3048.0, 117388.0, 1955.0],
            [67857.0, 104.6, 419180.0, 2822.0, 2857.0, 118734.0, 1956.0],
            [68169.0, 108.4, 442769.0, 2936.0, 2798.0, 120445.0, 1957.0],
            [66513.0, 110.8, 444546.0, 4681.0, 2637.0, 121950.0, 1958.0],
            [68655.0, 112.6, 482704.0, 3813.0, 2552.0, 123366.0, 1959.0],
            [69564.0, 114.2, 502601.0, 3931.0, 2514.0, 125368.0, 1960.0],
            [69331.0, 115.7, 518173.0, 4806.0, 2572.0, 127852.0, 1961.0],
            [70551.0, 116.9, 554894.0, 4007.0, 2827.0, 130081.0, 1962.0],
        ];
        let column = |j: usize| rows.iter().map(|row| row[j]).collect::<Vec<_>>();
        let mut columns = vec![vec![1.0; 16]];
        columns.extend((1..7).map(column));
        let fit = Factored::new(&columns).expect("independent columns").fit(&columns, &column(0));
        let certified = [
            -3482258.63459582,
            15.0618722713733,
            -0.358191792925910e-1,
            -2.02022980381683,
            -1.03322686717359,
            -0.511041056535807e-1,
            1829.15146461355,
        ];
        for (got, want) in fit.coefficients.iter().zip(certified) {
            assert!((got / want - 1.0).abs() < 1e-9, "got {got}, certified {want}");
        }
        for (weights, coefficient) in fit.weights.iter().zip(&fit.coefficients) {
            assert!((dot(weights, &column(0)) / coefficient - 1.0).abs() < 1e-6);
        }
    }

    /// Twice a column is no new column, and neither is nothing.
    #[test]
    fn a_dependent_column_is_told() {
        assert!(Factored::new(&[vec![1.0, 2.0, 3.0], vec![2.0, 4.0, 6.0]]).is_none());
        assert!(Factored::new(&[vec![0.0, 0.0]]).is_none());
        assert!(Factored::new(&[vec![f64::NAN, 0.0]]).is_none());
    }

    /// X'X of (1, 1) and (0, 1) is [[2, 1], [1, 1]], its inverse [[1, -1], [-1, 2]]; so (3, 1) has 9 - 6 + 2 = 5.
    #[test]
    fn a_quadratic_form_in_the_inverse() {
        let factored = Factored::new(&[vec![1.0, 1.0], vec![0.0, 1.0]]).expect("independent columns");
        assert!((factored.quadratic(&[3.0, 1.0]) - 5.0).abs() < 1e-12);
    }
}
