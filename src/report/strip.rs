//! A change drawn on a line: `◂  ├──●──┤ ┊         ` with no change in the middle.
//!
//! The number line runs as numbers do, falling to the left; an arrow at one end says which side is better.

use crate::kpi::Better;
use crate::scorecard::Difference;

/// A change with its interval, in exactly `width` columns.
///
/// The scale is the row's own: the farthest of value and limits touches an end. An open limit runs to the end without
/// a cap, and nothing but zero stands on the zero mark. Without limits there is no scale and nothing is drawn.
pub(super) fn strip(difference: &Difference, better: Better, width: usize) -> String {
    if difference.low.is_none() && difference.high.is_none() {
        return " ".repeat(width);
    }
    let middle = width.saturating_sub(3) / 2;
    let known = [Some(difference.value), difference.low, difference.high];
    let reach = known.into_iter().flatten().map(f64::abs).fold(0.0, f64::max);
    let place = |value: f64| {
        let steps = if reach > 0.0 { (value / reach * middle as f64).round() } else { 0.0 };
        let away = if steps == 0.0 && value != 0.0 { value.signum() } else { steps };
        (middle as f64 + away).clamp(0.0, 2.0 * middle as f64) as usize
    };
    let mut cells = vec![' '; 2 * middle + 1];
    cells[middle] = '┊';
    let (first, last) = (difference.low.map_or(0, place), difference.high.map_or(2 * middle, place));
    (first..=last).for_each(|at| cells[at] = if at == middle { '┼' } else { '─' });
    difference.low.inspect(|_| cells[first] = '├');
    difference.high.inspect(|_| cells[last] = '┤');
    cells[place(difference.value)] = '●';
    let (left, right) = match better {
        Better::Lower => ('◂', ' '),
        Better::Higher => (' ', '▸'),
        Better::Neither => (' ', ' '),
    };
    let line: String = [left].into_iter().chain(cells).chain([right]).collect();
    format!("{line:width$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(value: f64, low: Option<f64>, high: Option<f64>, better: Better) -> String {
        strip(&Difference { value, low, high, limits: None }, better, 15)
    }

    #[test]
    fn the_interval_is_drawn_about_zero() {
        assert_eq!(drawn(-2.0, Some(-3.0), Some(-1.0), Better::Lower), "◂├─●─┤ ┊       ");
        assert_eq!(drawn(2.0, Some(-1.0), Some(3.0), Better::Higher), "     ├─┼───●─┤▸");
        assert_eq!(drawn(1.0, Some(0.001), Some(3.0), Better::Neither), "       ┊├●───┤ ");
    }

    #[test]
    fn an_open_limit_has_no_cap() {
        assert_eq!(drawn(-2.0, None, Some(-1.0), Better::Lower), "◂●──┤  ┊       ");
        assert_eq!(drawn(-2.0, None, None, Better::Lower), " ".repeat(15));
        assert_eq!(drawn(0.0, Some(0.0), Some(0.0), Better::Lower), "◂      ●       ");
    }
}
