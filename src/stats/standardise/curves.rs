//! Curves at one mix: each row of a window counts as often as its stratum's weight says.

use super::{Stake, Standardised, Stratum};
use crate::error::Undefined;
use crate::stats::survival::{Choice, Leavers, Mix, Pull, Quantile, Shape, Weighing, Weighted};
use crate::stats::{ClusterFollowed, ClusterId, ClusterTimes, Dependence};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The curve of each window at the mix of both.
///
/// It is one curve of weighed rows, no mean of sparse ones.
///
/// # Formula
///
/// ```text
/// a row of stratum s in window w counts  a_sw = w_s N_w / n_sw,   w_s = (n_s,was + n_s,is) / N
/// F(t) = sum over u <= t of  S(u-) d1(u) / Y(u),   Y, d1 and d sums of those counts
/// psi_gw = sum over rows of g  a_s psi  +  sum_s ( (n_gs,was + n_gs,is) / N_s - n_gsw / n_sw ) Psi_s
/// ```
///
/// over matched strata, with `psi` the derivative of `F` by the weight of one row and `Psi_s` the sum of `a_s psi` over
/// the rows of the stratum. The second sum is the weights' own; without clusters the mix is given and its first term is
/// not there. A mean of the strata's own curves would end where the first of them does. With one stratum it is
/// [`crate::stats::survival::Curve`]; without censoring `F` is the mean of the strata's. Case weights: Cole & Hernan
/// 2004 (Comput. Methods Programs Biomed. 75:45), Xie & Liu 2005 (Stat. Med. 24:3089).
///
/// Independent variance: of the rows about their stratum's mean derivative, as the mix is given.
///
/// # Undefined
///
/// `NoRows` if no stratum has rows in both windows.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterTimes, Dependence, Outcome, TimeCount, standardise::{Stratum, curves}};
///
/// let office = |rows: &[(u64, u64)]| ClusterTimes {
///     cluster: ClusterId(1),
///     times: rows.iter().map(|&(time, count)| TimeCount { time, outcome: Outcome::Finished, count }).collect(),
/// };
/// // Easy files take a day, hard ones nine, as before; but now there are more easy ones.
/// let easy = Stratum { was: vec![office(&[(1, 10)])], is: vec![office(&[(1, 30)])] };
/// let hard = Stratum { was: vec![office(&[(9, 30)])], is: vec![office(&[(9, 10)])] };
/// let curves = curves(&[easy, hard], Dependence::Clustered).unwrap();
/// let means = curves.figure(|curve| curve.restricted_mean(20)).unwrap();
/// assert!((means.was.value - 5.0).abs() < 1e-12 && (means.is.value - 5.0).abs() < 1e-12); // half a day each
/// ```
pub fn curves(strata: &[Stratum<ClusterTimes>], dependence: Dependence) -> Result<Standardised<Weighted>, Undefined> {
    let window = |side: Side<ClusterTimes>| Leavers::on_one_clock(numbered(strata, side));
    held([&window(|stratum| &stratum.was), &window(|stratum| &stratum.is)], Choice::default(), dependence)
}

type Side<C> = fn(&Stratum<C>) -> &Vec<C>;

/// The cells of a window, each with the number of its stratum.
fn numbered<C>(strata: &[Stratum<C>], side: Side<C>) -> impl Iterator<Item = (u32, &C)> {
    (0..).zip(strata).flat_map(move |(number, stratum)| side(stratum).iter().map(move |cell| (number, cell)))
}

/// The curve of net time of each window at the mix of both.
///
/// # Formula
///
/// As [`curves`], each row of [`Weighted`] counting `a_sw`, in the censoring curve too: the rows at a fixed mix are the
/// population, and in it one clock censors all.
///
/// # Undefined
///
/// As [`curves`].
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterFollowed, ClusterId, Dependence, FollowedCount, Outcome};
/// use giamtang::stats::standardise::{Stratum, net_curves};
///
/// let office = |time, count| ClusterFollowed {
///     cluster: ClusterId(1),
///     times: vec![FollowedCount { time, followed: 2 * time, outcome: Outcome::Finished, count }],
/// };
/// let easy = Stratum { was: vec![office(1, 10)], is: vec![office(1, 30)] };
/// let hard = Stratum { was: vec![office(9, 30)], is: vec![office(8, 10)] };
/// let curves = net_curves(&[easy, hard], Dependence::Clustered).unwrap();
/// assert_eq!(curves.was.points().collect::<Vec<_>>(), [(1, 0.5), (9, 1.0)]);
/// ```
pub fn net_curves(
    strata: &[Stratum<ClusterFollowed>],
    dependence: Dependence,
) -> Result<Standardised<Weighted>, Undefined> {
    let window = |side: Side<ClusterFollowed>| Leavers::net(numbered(strata, side));
    held([&window(|stratum| &stratum.was), &window(|stratum| &stratum.is)], Choice::default(), dependence)
}

/// The curve of each window at the mix of both, of rows in order; a stratum has one number in both.
pub(crate) fn held(
    windows: [&Leavers; 2],
    choice: Choice,
    dependence: Dependence,
) -> Result<Standardised<Weighted>, Undefined> {
    let tables = Table::of(windows, choice);
    let (mut matched, rest): (Vec<_>, Vec<_>) = tables.into_iter().partition(|table| table.rows.iter().all(|&n| n > 0));
    matched.sort_by(|one, other| one.before(other, windows, choice));
    if matched.is_empty() {
        return Err(Undefined::NoRows);
    }
    let window = |window| Window::new(&matched, &rest, window, dependence).curve(windows[window], choice);
    Ok(Standardised {
        was: window(0)?,
        is: window(1)?,
        matched: matched.len(),
        unmatched: rest.iter().filter(|table| table.rows.iter().any(|&n| n > 0)).count(),
        left_out: [0, 1].map(|window| rest.iter().map(|table| table.rows[window]).sum()),
    })
}

/// A quantile of each window's curve at the mix of both.
///
/// # Formula
///
/// ```text
/// value     = the smallest t with F(t) >= q,   F of curves
/// low, high = the smallest t with F(t) >= p_low,  p_high
/// ```
///
/// with the log-log limits at the quantile of [`Quantile::weighted`]: a standard error at every time would cost the
/// clusters times the strata for each.
///
/// Limits and influences take the mix as given. What it does to both windows is the same at the curves, but each
/// window's density turns it into another time, and the change would have that twice (*found*: METHODS). A test through
/// F takes the curves, with the mix drawn.
///
/// # Undefined
///
/// As [`curves`]; `NotReached` if either curve ends below `q`.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterTimes, Dependence, Outcome, TimeCount, effect};
/// use giamtang::stats::standardise::{Stratum, quantiles};
///
/// let row = |time| TimeCount { time, outcome: Outcome::Finished, count: 1 };
/// let office = |id: u32, from: u64| ClusterTimes {
///     cluster: ClusterId(id),
///     times: (0..20).map(|i| row(from + 7 * i + u64::from(id))).collect(),
/// };
/// let offices = |from| (0..9).map(|id| office(id, from)).collect::<Vec<_>>();
/// let strata = [(10, 5), (300, 290)].map(|(was, is)| Stratum { was: offices(was), is: offices(is) });
/// let medians = quantiles(&strata, 0.5, Dependence::Clustered, 0.95).unwrap();
/// let change = effect::quantile_change(&medians.was, &medians.is, Dependence::Clustered, 0.95);
/// assert_eq!(change.absolute.value, -5.0);
/// ```
pub fn quantiles(
    strata: &[Stratum<ClusterTimes>],
    q: f64,
    dependence: Dependence,
    level: f64,
) -> Result<Standardised<Quantile>, Undefined> {
    curves(strata, dependence)?.shared().read(q, dependence, level)
}

/// A quantile of net time of each window at the mix of both.
///
/// # Formula
///
/// As [`quantiles`], of [`net_curves`].
///
/// # Undefined
///
/// As [`quantiles`].
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterFollowed, ClusterId, Dependence, FollowedCount, Outcome};
/// use giamtang::stats::standardise::{Stratum, net_quantiles};
///
/// let row = |time| FollowedCount { time, followed: 2 * time, outcome: Outcome::Finished, count: 1 };
/// let office = |from: u64| ClusterFollowed { cluster: ClusterId(1), times: (from..from + 40).map(row).collect() };
/// let strata = [Stratum { was: vec![office(1)], is: vec![office(3)] }];
/// let medians = net_quantiles(&strata, 0.5, Dependence::Independent, 0.95).unwrap();
/// assert_eq!((medians.was.estimate.value, medians.is.estimate.value), (20.0, 22.0));
/// ```
pub fn net_quantiles(
    strata: &[Stratum<ClusterFollowed>],
    q: f64,
    dependence: Dependence,
    level: f64,
) -> Result<Standardised<Quantile>, Undefined> {
    net_curves(strata, dependence)?.shared().read(q, dependence, level)
}

/// A quantile of what nothing censors, of each window at the mix of both.
///
/// # Formula
///
/// As [`Quantile::woodruff`], with its limits, of [`curves`].
///
/// # Undefined
///
/// As [`quantiles`].
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterTimes, Dependence, Outcome, TimeCount, standardise::{Stratum, woodruff}};
///
/// let row = |time| TimeCount { time, outcome: Outcome::Finished, count: 1 };
/// let office = |rows| ClusterTimes { cluster: ClusterId(1), times: (1..=rows).map(row).collect() };
/// let strata = [Stratum { was: vec![office(100)], is: vec![office(50)] }];
/// let medians = woodruff(&strata, 0.5, Dependence::Independent, 0.95).unwrap();
/// assert_eq!((medians.was.estimate.value, medians.is.estimate.value), (50.0, 25.0));
/// ```
pub fn woodruff(
    strata: &[Stratum<ClusterTimes>],
    q: f64,
    dependence: Dependence,
    level: f64,
) -> Result<Standardised<Quantile>, Undefined> {
    curves(strata, dependence)?.shared().woodruff_read(q, dependence, level)
}

impl Standardised<Weighted> {
    /// A quantile of both curves: [`quantiles`], where the curves are there already.
    ///
    /// # Undefined
    ///
    /// `NotReached` if either curve ends below `q`.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ClusterId, ClusterTimes, Dependence, Outcome, TimeCount, standardise::{Stratum, curves}};
    ///
    /// let row = |time| TimeCount { time, outcome: Outcome::Finished, count: 1 };
    /// let office = |rows| ClusterTimes { cluster: ClusterId(1), times: (1..=rows).map(row).collect() };
    /// let strata = [Stratum { was: vec![office(100)], is: vec![office(50)] }];
    /// let curves = curves(&strata, Dependence::Independent).unwrap();
    /// let nine = curves.quantiles(0.9, Dependence::Independent, 0.95).unwrap();
    /// assert_eq!((nine.was.estimate.value, nine.is.estimate.value), (90.0, 45.0));
    /// ```
    pub fn quantiles(&self, q: f64, dependence: Dependence, level: f64) -> Result<Standardised<Quantile>, Undefined> {
        self.clone().shared().read(q, dependence, level)
    }

    /// The same curves, for as many as read from them.
    pub(crate) fn shared(self) -> Standardised<Arc<Shape>> {
        let Self { was, is, matched, unmatched, left_out } = self;
        let [was, is] = [was, is].map(|curve| Arc::new(Shape::Weighted(curve)));
        Standardised { was, is, matched, unmatched, left_out }
    }
}

impl Standardised<Arc<Shape>> {
    /// [`quantiles`] of curves that others are read from too: with the mix given, of curves with the mix drawn.
    pub(crate) fn read(self, q: f64, dependence: Dependence, level: f64) -> Result<Standardised<Quantile>, Undefined> {
        self.figure(|curve| Quantile::read(&curve, q, dependence, level))
    }

    /// [`woodruff`] of such curves.
    pub(crate) fn woodruff_read(
        self,
        q: f64,
        dependence: Dependence,
        level: f64,
    ) -> Result<Standardised<Quantile>, Undefined> {
        self.figure(|curve| Quantile::woodruff_read(&curve, q, dependence, level))
    }
}

/// One stratum: its rows by window, and how many each cluster has of them.
#[derive(Clone, Debug, Default)]
struct Table {
    /// Its number.
    stratum: u32,
    rows: [u64; 2],
    clusters: BTreeMap<ClusterId, [Option<u64>; 2]>,
}

impl Table {
    fn of(windows: [&Leavers; 2], choice: Choice) -> Vec<Self> {
        let mut tables: BTreeMap<u32, Self> = BTreeMap::new();
        for (window, leavers) in windows.into_iter().enumerate() {
            for (cluster, stratum, size) in leavers.cells(choice) {
                let table = tables.entry(stratum).or_default();
                table.stratum = stratum;
                table.rows[window] += size;
                *table.clusters.entry(cluster).or_default()[window].get_or_insert_default() += size;
            }
        }
        tables.into_values().collect()
    }

    /// Tables are ordered by what they hold, so the order in which strata arrive is nothing.
    fn before(&self, other: &Self, windows: [&Leavers; 2], choice: Choice) -> Ordering {
        let counts = |table: &Self, window: usize| {
            let stratum = table.stratum as usize;
            let own = windows[window].chosen(choice).filter(move |row| row.way.stratum() == stratum);
            own.map(|row| (row.leaving, row.cluster, row.way.outcome(), row.time, row.count))
        };
        let by_rows = |window| counts(self, window).cmp(counts(other, window));
        let by_clusters = || self.clusters.cmp(&other.clusters);
        self.rows.cmp(&other.rows).then_with(|| by_rows(0)).then_with(|| by_rows(1)).then_with(by_clusters)
    }

    fn both(&self) -> f64 {
        self.rows.iter().sum::<u64>() as f64
    }
}

/// One window at the mix of both.
struct Window<'a> {
    matched: &'a [Table],
    window: usize,
    dependence: Dependence,
    /// Rows of the window, and of both windows.
    n: f64,
    both: f64,
    sizes: BTreeMap<ClusterId, u64>,
}

impl<'a> Window<'a> {
    fn new(matched: &'a [Table], rest: &[Table], window: usize, dependence: Dependence) -> Self {
        let mut sizes: BTreeMap<ClusterId, u64> = BTreeMap::new();
        for (&cluster, own) in matched.iter().flat_map(|table| &table.clusters) {
            if own[window].is_some() || dependence == Dependence::Clustered {
                *sizes.entry(cluster).or_default() += own[window].unwrap_or(0);
            }
        }
        // Named clusters are there even without rows: a series of weeks is as long as its window.
        let named = rest.iter().flat_map(|table| &table.clusters).filter(|(_, own)| own[window].is_some());
        named.for_each(|(&cluster, _)| _ = sizes.entry(cluster).or_default());
        let n = matched.iter().map(|table| table.rows[window]).sum::<u64>() as f64;
        Self { matched, window, dependence, n, both: matched.iter().map(Table::both).sum(), sizes }
    }

    fn curve(&self, leavers: &Leavers, choice: Choice) -> Result<Weighted, Undefined> {
        // Strata by their order here, where they are matched.
        let strata = self.matched.iter().map(|table| table.stratum as usize + 1).max().unwrap_or_default();
        let mut order = vec![None; strata];
        (0..).zip(self.matched).for_each(|(at, table)| order[table.stratum as usize] = Some(at));
        let places: BTreeMap<ClusterId, u32> = self.sizes.keys().copied().zip(0..).collect();
        let places = leavers.places(|cluster| places.get(&cluster).copied().unwrap_or_default());
        let scales = self.matched.iter().map(|table| self.scale(table)).collect();
        let clusters = self.sizes.iter().map(|(&cluster, &size)| (cluster, size)).collect();
        let weighing = Weighing { clusters, places, scales, mix: Some(Box::new(self.mix())) };
        Weighted::weighed(leavers, choice, &order, weighing)
    }

    /// What one row of a stratum counts.
    fn scale(&self, table: &Table) -> f64 {
        table.both() * self.n / (self.both * table.rows[self.window] as f64)
    }

    fn mix(&self) -> Mix {
        let place: BTreeMap<ClusterId, usize> = self.sizes.keys().enumerate().map(|(at, &id)| (id, at)).collect();
        let mut mix = Mix {
            rows: self.matched.iter().map(|table| table.rows[self.window]).collect(),
            is_drawn: self.dependence == Dependence::Clustered,
            pulls: Vec::new(),
            leverage: vec![0.0; place.len()],
            part: vec![0.0; place.len()],
            retained: Vec::new(),
            weight: 0.0,
        };
        let mut stakes = vec![Stake::default(); place.len()];
        let mut squares = 0.0;
        for (stratum, table) in self.matched.iter().enumerate() {
            let (rows, both) = (table.rows[self.window] as f64, table.both());
            squares += (both / self.both).powi(2) / rows;
            for (cluster, own) in &table.clusters {
                let Some(&cluster) = place.get(cluster) else { continue };
                let part = own[self.window].unwrap_or(0) as f64 / rows;
                let of_both = own.iter().flatten().sum::<u64>() as f64 / both;
                mix.pulls.push(Pull { cluster, stratum, of_both, of_window: part });
                mix.leverage[cluster] += both / self.both * part;
                stakes[cluster].add(both / self.both, part, rows);
                mix.part[cluster] += both / self.both * part.max(of_both);
            }
        }
        mix.weight = 1.0 / squares;
        mix.retained = stakes.iter().zip(&mix.leverage).map(|(stake, &h)| stake.retained(h)).collect();
        mix
    }
}
