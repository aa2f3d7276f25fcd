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
