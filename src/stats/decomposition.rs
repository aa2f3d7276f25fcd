//! What of a change is the figure's own, what the mix of rows, and what cannot be compared.

use crate::error::Undefined;

/// A change in three parts that add up to it exactly, as decimal numbers.
///
/// # Formula
///
/// ```text
/// crude     = the change over all rows
/// unmatched = crude - the change over matched strata
/// rate      = the change at one mix
/// mix       = crude - rate - unmatched
/// ```
///
/// Kitagawa 1955 (JASA 50:1168) with the interaction in neither part, because both windows are held at their pooled
/// mix; Oaxaca 1973 (Int. Econ. Rev. 14:693) names the parts for wages. For a figure that is no mean, a quantile, the
/// mix is what is left.
///
/// All four are whole multiples of one power of ten, the smallest at which none has more than twelve digits; the mix is
/// taken after rounding. So the numbers as printed at twelve significant digits add up with nothing over. Two floating
/// point numbers of different size rounded to twelve digits each do not: `100.000000001 - 0.123456789012` has fifteen.
/// Where a part is ten times the crude change or more, the crude change here has so many digits fewer than by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decomposition {
    /// The change over all rows.
    pub crude: f64,
    /// The change at one mix.
    pub rate: f64,
    /// What the change of mix did.
    pub mix: f64,
    /// What rows did that have nothing to compare with.
    pub unmatched: f64,
}

impl Decomposition {
    /// The parts of a crude change.
    ///
    /// Given is the change over all rows, over those of matched strata only, and at one mix.
    ///
    /// # Undefined
    ///
    /// `NoFigure` if one of them is no finite number.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::decomposition::Decomposition;
    ///
    /// // Fell by 8.1 days over all, by 6 over what is in both windows, and by 2.04 at one mix.
    /// let parts = Decomposition::new(-8.1, -6.0, -2.04).unwrap();
    /// assert_eq!((parts.rate, parts.mix, parts.unmatched), (-2.04, -3.96, -2.1));
    /// ```
    pub fn new(crude: f64, matched: f64, standardised: f64) -> Result<Self, Undefined> {
        let figures = [crude, crude - matched, standardised];
        if !figures.iter().all(|figure| figure.is_finite()) {
            return Err(Undefined::NoFigure);
        }
        let exponent = figures.iter().map(|&figure| exponent(figure)).max().unwrap_or(LEAST);
        let unit = (exponent - DIGITS + 1).max(LEAST);
        let parts = multiples(unit, figures);
        // The remainder may have a digit more than what it is the remainder of.
        let longer = parts.iter().any(|part| part.abs() >= 10_i64.pow(DIGITS as u32));
        Ok(if longer { Self::of(unit + 1, multiples(unit + 1, figures)) } else { Self::of(unit, parts) })
    }

    fn of(unit: i32, parts: [i64; 4]) -> Self {
        let [crude, rate, mix, unmatched] = parts.map(|part| decimal(part, unit));
        Self { crude, rate, mix, unmatched }
    }
}

/// Significant digits of a printed number.
const DIGITS: i32 = 12;

/// The smallest power of ten that a part is a multiple of; its inverse is still a number.
const LEAST: i32 = -300;

/// The power of ten of the first digit, after rounding.
fn exponent(figure: f64) -> i32 {
    let text = format!("{figure:.11e}");
    text.split_once('e').and_then(|(_, power)| power.parse().ok()).filter(|_| figure != 0.0).unwrap_or(LEAST)
}

/// Crude, rate, mix, unmatched.
fn multiples(unit: i32, figures: [f64; 3]) -> [i64; 4] {
    let [crude, unmatched, rate] = figures.map(|figure| multiple(figure, unit));
    [crude, rate, crude - rate - unmatched, unmatched]
}

fn multiple(figure: f64, unit: i32) -> i64 {
    let scaled = if unit < 0 { figure * 10f64.powi(-unit) } else { figure / 10f64.powi(unit) };
    scaled.round() as i64
}

/// The number nearest to the decimal; its twelve digits are the decimal's.
fn decimal(multiple: i64, unit: i32) -> f64 {
    format!("{multiple}e{unit}").parse().unwrap_or(multiple as f64 * 10f64.powi(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digits of a number at twelve significant places, as a multiple of 10^-40.
    fn exact(value: f64) -> i128 {
        let text = format!("{value:.11e}");
        let (digits, power) = text.split_once('e').expect("an exponent");
        let whole: i128 = digits.replace('.', "").parse().expect("digits");
        let places = power.parse::<i32>().expect("a power") - 11 + 22;
        assert!(whole == 0 || places >= 0, "{text}");
        if whole == 0 { 0 } else { whole * 10_i128.pow(places as u32) }
    }

    #[test]
    fn parts_add_up_as_printed() {
        let mut state = 9_u64;
        let mut draw = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let unit = (state >> 11) as f64 / (1u64 << 53) as f64;
            (unit - 0.5) * 10f64.powi((state % 13) as i32 - 5)
        };
        for _ in 0..20_000 {
            let [crude, matched, standardised] = [draw(), draw(), draw()];
            let parts = Decomposition::new(crude, matched, standardised).expect("parts");
            assert_eq!(exact(parts.crude), exact(parts.rate) + exact(parts.mix) + exact(parts.unmatched), "{parts:?}");
            let largest =
                [crude, crude - matched, standardised].into_iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            for (found, wanted) in
                [(parts.crude, crude), (parts.unmatched, crude - matched), (parts.rate, standardised)]
            {
                assert!((found - wanted).abs() <= 1e-10 * largest, "{parts:?} {wanted}");
                let printed: f64 = format!("{found:.11e}").parse().expect("a number");
                assert_eq!(printed, found);
            }
        }
    }

    /// 999999999999 + 999999999999 has thirteen digits: the unit is ten.
    #[test]
    fn a_remainder_with_a_digit_more_coarsens_all() {
        let parts = Decomposition::new(999_999_999_999.0, 999_999_999_999.0, -999_999_999_999.0).expect("parts");
        assert_eq!(parts.mix, 2_000_000_000_000.0);
        assert_eq!((parts.crude, parts.rate, parts.unmatched), (1e12, -1e12, 0.0));
    }

    #[test]
    fn what_is_no_number_has_no_parts() {
        assert_eq!(Decomposition::new(f64::NAN, 0.0, 0.0), Err(Undefined::NoFigure));
        let none = Decomposition::new(0.0, 0.0, 0.0).expect("parts");
        assert_eq!(none, Decomposition { crude: 0.0, rate: 0.0, mix: 0.0, unmatched: 0.0 });
        let small = Decomposition::new(1e-310, 0.0, 1e-299).expect("parts");
        assert!(small.mix == -1e-299 && small.unmatched == 0.0);
    }
}
