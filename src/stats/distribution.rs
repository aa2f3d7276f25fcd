//! How counts lie: how unequal they are, and which few make up most. Information only, so no intervals.

use crate::error::Undefined;

/// The Gini coefficient of counts: 0 if all are equal, near 1 if one has everything.
///
/// # Formula
///
/// ```text
/// G = sum_i (2 i - n - 1) x_(i) / (n sum_i x_(i))
/// ```
///
/// where `x_(i)` is the i-th smallest of `n` counts. Gini 1912; the form of Dixon et al. 1987 (Ecology 68:1548), without
/// the factor `n / (n - 1)`: the counts are everyone, no sample.
///
/// # Undefined
///
/// `NoRows` without counts, or if all are zero.
///
/// # Example
///
/// ```
/// use giamtang::stats::distribution::gini;
///
/// assert_eq!(gini(&[1, 2, 3, 4]), Ok(0.25));                    // (-3 - 2 + 3 + 12) / (4 * 10)
/// assert_eq!(gini(&[5, 5, 5]), Ok(0.0));
/// assert!(gini(&[0, 0]).is_err());
/// ```
pub fn gini(counts: &[u64]) -> Result<f64, Undefined> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    let n = sorted.len() as i128;
    let sum: i128 = sorted.iter().map(|&x| i128::from(x)).sum();
    if sum == 0 {
        return Err(Undefined::NoRows);
    }
    let lean: i128 = (1..).zip(&sorted).map(|(i, &x): (i128, _)| (2 * i - n - 1) * i128::from(x)).sum();
    Ok(lean as f64 / (n as f64 * sum as f64))
}

/// The fewest keys whose counts make up a share of all, most frequent first.
///
/// # Formula
///
/// ```text
/// the first k keys in descending order of count, ties in ascending order of key, k the smallest with
/// x_1 + … + x_k >= share (x_1 + … + x_n)
/// ```
///
/// Keys that were never counted are never among them; each key stands once. No counts, no keys.
///
/// # Example
///
/// ```
/// use giamtang::stats::distribution::usual;
///
/// // Of ten dossiers six took the first path and two the last: together 80 %.
/// let paths = [("receive, decide", 6), ("receive, reject", 1), ("receive, ask", 1), ("receive, ask, decide", 2)];
/// assert_eq!(usual(paths, 0.8), ["receive, decide", "receive, ask, decide"]);
/// ```
pub fn usual<K: Ord>(counts: impl IntoIterator<Item = (K, u64)>, share: f64) -> Vec<K> {
    let mut ranked: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    ranked.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let all: u128 = ranked.iter().map(|(_, count)| u128::from(*count)).sum();
    let mut covered = 0u128;
    // Eight of ten is 80 %, whatever 0.8 is in binary.
    let enough = |covered: u128| covered as f64 >= share * all as f64 * (1.0 - 1e-12);
    let short = |(key, count): (K, u64)| {
        let wanted = !enough(covered);
        covered += u128::from(count);
        wanted.then_some(key)
    };
    ranked.into_iter().map_while(short).collect()
}

/// The quantile of counted values as spreadsheets take it: between two of them where it falls between.
///
/// # Formula
///
/// ```text
/// x_(k) + (h - k) (x_(k+1) - x_(k)),   h = 1 + (n - 1) q,  k = floor h
/// ```
///
/// where `x_(i)` is the i-th smallest of `n` values: type 7 of Hyndman & Fan 1996 (Am. Stat. 50:361). `counts` are a value
/// and how many rows have it, in any order; `0 <= q <= 1`.
///
/// # Undefined
///
/// `NoRows` without rows.
///
/// # Example
///
/// ```
/// use giamtang::stats::distribution::interpolated;
///
/// assert_eq!(interpolated(&[(10, 1), (20, 1)], 0.5), Ok(15.0));
/// assert_eq!(interpolated(&[(40, 1), (10, 2), (20, 1)], 0.5), Ok(15.0));   // 10, 10, 20, 40
/// ```
pub fn interpolated(counts: &[(u64, u64)], q: f64) -> Result<f64, Undefined> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    let n: u64 = sorted.iter().map(|&(_, count)| count).sum();
    if n == 0 {
        return Err(Undefined::NoRows);
    }
    let at = (n - 1) as f64 * q;
    let mut upto = 0;
    let mut ends = sorted.iter().map(|&(value, count)| {
        upto += count;
        (value, upto)
    });
    let mut value = |rank: f64| ends.find(|&(_, upto)| upto as f64 > rank);
    let Some((low, upto)) = value(at.floor()) else { return Err(Undefined::NoRows) };
    let high = if upto as f64 > at.ceil() { low } else { value(at.ceil()).map_or(low, |(high, _)| high) };
    Ok(low as f64 + (at - at.floor()) * (high - low) as f64)
}
