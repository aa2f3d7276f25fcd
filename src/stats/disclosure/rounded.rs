//! Figures in steps that are worth so many persons that no small count follows from them.

/// The smallest of 1, 2 or 5 times a power of ten that is at least `wanted`, which is above zero.
///
/// # Example
///
/// ```
/// use giamtang::stats::disclosure::step;
///
/// assert_eq!([0.1, 0.03, 0.011, 400.0].map(step), [0.1, 0.05, 0.02, 500.0]);
/// ```
pub fn step(wanted: f64) -> f64 {
    let power = 10_f64.powf(wanted.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|times| format!("{:.11e}", times * power).parse().unwrap_or(times * power));
    // A quotient a hair above a step is that step.
    steps.into_iter().find(|step| *step >= wanted * (1.0 - 1e-12)).unwrap_or(10.0 * power)
}

/// The nearest multiple of the smallest published count.
pub fn nearest(count: u64, least: u64) -> u64 {
    (count + least / 2) / least * least
}

/// A share as everybody may know it: so many steps of so many, each worth `least` rows or more; `None` is withheld.
///
/// Withheld is what few are in, or all but few; and what would be told as none or as all, though it is not.
///
/// # Example
///
/// ```
/// use giamtang::stats::disclosure::share;
///
/// // 214 of 522 are 41.0 %: in steps of a fiftieth, for ten rows are worth 1.9 %.
/// assert_eq!(share(214, 522, 10), Some((20, 50)));
/// // Nobody, and everybody, are told as they are.
/// assert_eq!([share(0, 522, 10), share(522, 522, 10), share(0, 0, 10)], [Some((0, 1)), Some((1, 1)), Some((0, 0))]);
/// // Four in it, four not in it, four in all.
/// assert_eq!([share(4, 522, 10), share(518, 522, 10), share(2, 4, 10)], [None, None, None]);
/// ```
pub fn share(hits: u64, rows: u64, least: u64) -> Option<(u64, u64)> {
    let misses = rows.checked_sub(hits)?;
    let is_small = |count: &u64| (1..least).contains(count);
    if [rows, hits, misses].iter().any(is_small) {
        return None;
    }
    match (rows, hits, misses) {
        (0, ..) => Some((0, 0)),
        (_, 0, _) => Some((0, 1)),
        (.., 0) => Some((1, 1)),
        _ => {
            let of = (1.0 / step(least as f64 / nearest(rows, least) as f64)).round();
            let steps = (hits as f64 / rows as f64 * of).round();
            (steps > 0.0 && steps < of).then_some((steps as u64, of as u64))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever is told of a share fits nine counts of hits at the same rows, or ten: rows are rounded before steps are made.
    #[test]
    fn no_share_tells_its_hits() {
        let rows = 40..400_u64;
        for (rows, hits) in rows.flat_map(|rows| (0..=rows).map(move |hits| (rows, hits))) {
            let Some(told) = share(hits, rows, 10).filter(|told| told.1 > 1) else { continue };
            let alike = (0..=rows).filter(|other| share(*other, rows, 10) == Some(told)).count();
            let at_an_end = told.0 == 1 || told.0 + 1 == told.1;
            assert!(alike >= 9 || at_an_end && hits >= 10 && rows - hits >= 10, "{hits} of {rows}: {alike}");
        }
    }
}
