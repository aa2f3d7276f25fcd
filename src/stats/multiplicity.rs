//! Many tests at once: Benjamini-Hochberg q-values and Holm's adjusted p.
//!
//! Both return as many values as they are given, in the same places. Undefined tests are left out by the caller.

/// Benjamini-Hochberg q-values: the expected share of false claims among claims.
///
/// # Formula
///
/// ```text
/// q_(i) = min over j >= i of p_(j) m / j,  at most 1
/// ```
///
/// where `p_(i)` is the i-th smallest of `m` p-values. Equal p have equal q. Benjamini & Hochberg 1995 (JRSS B 57:289).
///
/// # Example
///
/// ```
/// use giamtang::stats::multiplicity::benjamini_hochberg;
///
/// assert_eq!(benjamini_hochberg(&[0.04, 0.01, 0.03]), [0.04, 0.03, 0.04]);
/// assert!(benjamini_hochberg(&[]).is_empty());
/// ```
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let order = ascending(p);
    let tests = p.len() as f64;
    let mut q = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, &place) in order.iter().enumerate().rev() {
        least = least.min(p[place] * tests / (rank + 1) as f64);
        q[place] = least;
    }
    q
}

/// Holm's adjusted p: the chance of even one false claim.
///
/// # Formula
///
/// ```text
/// p_adj(i) = max over j <= i of (m - j + 1) p_(j),  at most 1
/// ```
///
/// where `p_(i)` is the i-th smallest of `m` p-values. Equal p have equal adjusted p. Holm 1979 (Scand. J. Stat. 6:65).
///
/// # Example
///
/// ```
/// use giamtang::stats::multiplicity::holm;
///
/// assert_eq!(holm(&[0.04, 0.01, 0.03]), [0.06, 0.03, 0.06]);
/// ```
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![1.0; p.len()];
    let mut most: f64 = 0.0;
    for (rank, &place) in ascending(p).iter().enumerate() {
        most = most.max((p.len() - rank) as f64 * p[place]).min(1.0);
        adjusted[place] = most;
    }
    adjusted
}

fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    order
}
