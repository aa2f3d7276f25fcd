//! Units side by side, against Public Health England's funnels, statsmodels, SciPy, matrices and loops.

use super::*;
use giamtang::stats::funnel::{self, Overdispersion, Place, exposures};
use giamtang::stats::ranks::{self, Best, Ranked, range_quantile};
use giamtang::stats::{RateCount, ShareCount, Unit, shrinkage};

/// A town so large that the units beside it do not move the share of all.
const TOWN: u64 = 1_000_000_000_000_000;

/// Units in the funnel around a share in per cent.
fn beside(centre: f64, units: impl Iterator<Item = ShareCount>) -> Vec<funnel::Placed> {
    let town = ShareCount { hits: (centre / 100.0 * TOWN as f64) as u64, n: TOWN };
    let counts: Vec<_> = units.chain([town]).collect();
    let funnel = funnel::shares(&counts, Overdispersion::Ignored).unwrap();
    funnel.units[..counts.len() - 1].iter().map(|unit| unit.unwrap()).collect()
}

/// PHEindicatormethods, `testdata_funnel_prop_outputs.csv`: all hundred rows, to the six places printed.
#[test]
fn funnel_limits_of_a_share() {
    let rows = table("funnel_shares");
    let hits = |n: i128| (0.8064244785 * n as f64).round() as u64;
    let units = rows.iter().map(|row| integer(row, "n")).map(|n| ShareCount { hits: hits(n), n: n as u64 });
    for (unit, row) in beside(number(&rows[0], "centre"), units).iter().zip(&rows) {
        let limits = [unit.inner.low, unit.inner.high, unit.outer.low, unit.outer.high];
        for (got, line) in limits.into_iter().zip(["low_95", "high_95", "low_998", "high_998"]) {
            assert!((100.0 * got - number(row, line)).abs() < 0.6e-6, "{row:?} {line} {got}");
        }
    }
    assert_eq!(rows.len(), 100);
}

/// PHEindicatormethods, `testdata_funnel_prop_inputs.csv`: who is outside, and how far.
#[test]
fn funnel_places_of_a_share() {
    let rows = table("funnel_places");
    let count = |row| ShareCount { hits: integer(row, "hits") as u64, n: integer(row, "n") as u64 };
    for (unit, row) in beside(number(&rows[0], "centre"), rows.iter().map(count)).iter().zip(&rows) {
        assert_eq!(format!("{:?}", unit.place), row["place"], "{row:?}");
    }
}

/// PHEindicatormethods, `testdata_funnel_{ratio,rate}_outputs.csv`, as near as the search that made them comes.
#[test]
fn funnel_of_a_rate_passes_through_counts() {
    for row in table("funnel_counts") {
        let (events, rate) = (integer(&row, "events") as u64, number(&row, "rate"));
        let tolerance = if events == 1 { 5e-5 } else { 5e-6 };
        for (level, low, high) in [(0.95, "low_95", "high_95"), (0.998, "low_998", "high_998")] {
            let got = exposures(events, rate, level).unwrap();
            close(got.low, number(&row, low), tolerance);
            close(got.high, number(&row, high), tolerance);
        }
    }
    assert_eq!(exposures(3, 0.0, 0.95), None);
}

/// A unit is inside its funnel exactly where its events' own limits hold what is expected of it.
#[test]
fn rates_are_placed_by_their_exact_limits() {
    let units: Vec<_> = (0..60).map(|i| RateCount { events: (7 * i + i * i) % 41, exposure: 3.0 + i as f64 }).collect();
    let funnel = funnel::rates(&units, Overdispersion::Ignored).unwrap();
    let mut places = std::collections::BTreeSet::new();
    for (unit, placed) in units.iter().zip(&funnel.units) {
        let (placed, expected) = (placed.unwrap(), funnel.centre * unit.exposure);
        let [inner, outer] = funnel::LEVELS.map(|level| giamtang::stats::interval::poisson(unit.events, level));
        let place = match expected {
            _ if expected > outer.high => Place::FarBelow,
            _ if expected > inner.high => Place::Below,
            _ if expected < outer.low => Place::FarAbove,
            _ if expected < inner.low => Place::Above,
            _ => Place::Inside,
        };
        assert_eq!(placed.place, place, "{unit:?}");
        places.insert(place);
    }
    assert_eq!(places.len(), 5);
    // Widened limits are never narrower than those of chance.
    let wide = funnel::rates(&units, Overdispersion::Multiplicative).unwrap();
    assert!(wide.phi > 1.0);
    for (wide, exact) in wide.units.iter().zip(&funnel.units).map(|(a, b)| (a.unwrap(), b.unwrap())) {
        assert!(wide.inner.low <= exact.inner.low && wide.outer.high >= exact.outer.high);
    }
}

/// The units of one case, with the rows that say what is expected of them.
fn cases(name: &str) -> Vec<(Vec<Unit>, Table)> {
    let rows = table(name);
    let unit = |row| Unit { value: number(row, "value"), standard_error: number(row, "se") };
    rows.chunk_by(|a, b| a["case"] == b["case"]).map(|rows| (rows.iter().map(unit).collect(), rows.to_vec())).collect()
}

#[track_caller]
fn near(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() < tolerance, "got {got}, want {want}");
}

#[test]
fn overdispersion_by_winsorised_z() {
    for (units, rows) in cases("funnel_spread") {
        let [many, more] = [Overdispersion::Multiplicative, Overdispersion::Additive]
            .map(|overdispersion| funnel::estimates(&units, 10.0, overdispersion).unwrap());
        close(many.phi, number(&rows[0], "phi"), 1e-12);
        near(more.tau2, number(&rows[0], "tau2"), 1e-12);
        for ((many, more), row) in many.units.iter().zip(&more.units).zip(&rows) {
            let (many, more) = (many.unwrap(), more.unwrap());
            close(many.z, number(row, "z_multiplicative"), 1e-11);
            close(more.z, number(row, "z_additive"), 1e-11);
            near((many.value - 10.0) / (many.outer.high - 10.0), many.z / critical(0.998, f64::INFINITY), 1e-12);
        }
    }
}

#[test]
fn empirical_bayes_by_paule_mandel_and_morris() {
    for (units, rows) in cases("shrinkage") {
        let got = shrinkage::estimates(&units, 0.95).unwrap();
        near(got.tau2, number(&rows[0], "tau2"), 1e-9);
        close(got.centre, number(&rows[0], "centre"), 1e-9);
        for (unit, row) in got.units.iter().map(|unit| unit.unwrap()).zip(&rows) {
            close(unit.weight, number(row, "weight"), 1e-9);
            close(unit.value, number(row, "shrunk"), 1e-9);
            near(unit.limits.low, number(row, "low"), 1e-8);
            near(unit.limits.high, number(row, "high"), 1e-8);
        }
    }
}

#[test]
fn ranges_of_normals_and_ranks() {
    for row in table("ranges") {
        close(range_quantile(integer(&row, "k") as usize, number(&row, "level")), number(&row, "q"), 1e-7);
    }
    for (units, rows) in cases("ranks") {
        let place = |row, column| integer(row, column) as usize;
        let wanted = rows
            .iter()
            .map(|row| Some(Ranked { rank: place(row, "rank"), best: place(row, "best"), worst: place(row, "worst") }));
        assert_eq!(ranks::estimates(&units, Best::Highest, 0.95).unwrap(), wanted.collect::<Vec<_>>());
    }
}

#[test]
fn the_other_end_first_turns_ranks_round() {
    let (units, _) = cases("ranks").pop().unwrap();
    let [highest, lowest] = [Best::Highest, Best::Lowest].map(|best| ranks::estimates(&units, best, 0.95).unwrap());
    for (one, other) in highest.iter().zip(&lowest).map(|(a, b)| (a.unwrap(), b.unwrap())) {
        let turned = |rank| units.len() + 1 - rank;
        assert_eq!((one.best, one.worst), (turned(other.worst), turned(other.best)));
        assert!(one.best <= one.rank && one.rank <= one.worst);
    }
    let same = [Unit { value: 2.0, standard_error: 1.0 }; 3];
    let tied = Ranked { rank: 1, best: 1, worst: 3 };
    assert_eq!(ranks::estimates(&same, Best::Lowest, 0.95), Ok(vec![Some(tied); 3]));
}

#[test]
fn units_without_a_figure_have_no_place() {
    let broken = [(f64::NAN, 1.0), (1.0, 0.0), (1.0, f64::INFINITY)];
    let sound = [(1.0, 1.0), (2.0, 1.0), (3.0, 1.5), (9.0, 1.0)];
    let unit = |&(value, standard_error): &(f64, f64)| Unit { value, standard_error };
    let both: Vec<_> = broken.iter().chain(&sound).map(unit).collect();
    let alone = &both[3..];
    let funnel = |units: &[Unit]| funnel::estimates(units, 2.5, Overdispersion::Additive).unwrap().units;
    assert_eq!((&funnel(&both)[..3], &funnel(&both)[3..]), (&[None; 3][..], &funnel(alone)[..]));
    let shrunk = |units: &[Unit]| shrinkage::estimates(units, 0.95).unwrap().units;
    assert_eq!((&shrunk(&both)[..3], &shrunk(&both)[3..]), (&[None; 3][..], &shrunk(alone)[..]));
    let ranks = |units: &[Unit]| ranks::estimates(units, Best::Lowest, 0.95).unwrap();
    assert_eq!((&ranks(&both)[..3], &ranks(&both)[3..]), (&[None; 3][..], &ranks(alone)[..]));
    assert_eq!(funnel::estimates(&both[..4], 2.5, Overdispersion::Ignored), Err(Undefined::FewUnits));
    assert_eq!(funnel::estimates(&both, f64::NAN, Overdispersion::Ignored), Err(Undefined::NoBase));
    assert_eq!(shrinkage::estimates(&both[..6], 0.95), Err(Undefined::FewUnits));
    assert_eq!(shrinkage::paule_mandel(&both[..4]), Err(Undefined::FewUnits));
    assert_eq!(ranks::estimates(&both[..4], Best::Lowest, 0.95), Err(Undefined::FewUnits));
}

#[test]
fn shares_of_none_and_of_all() {
    let share = |(hits, n)| ShareCount { hits, n };
    let counts = [(0, 4), (7, 7), (0, 0), (50, 100), (60, 100), (45, 90), (300, 600)].map(share);
    let shrunk = shrinkage::shares(&counts, 0.95).unwrap();
    assert_eq!(shrunk.units[2], None);
    for (unit, count) in shrunk.units.iter().zip(&counts).filter_map(|(unit, count)| Some((unit.as_ref()?, count))) {
        assert_eq!(Some(unit.raw), count.share());
        assert!(0.0 <= unit.limits.low && unit.limits.low < unit.value && unit.value < unit.limits.high);
        assert!(unit.limits.high <= 1.0 && 0.0 < unit.weight && unit.weight < 1.0);
    }
    let [none, all] = [0, 1].map(|unit| shrunk.units[unit].unwrap().value);
    assert!(0.0 < none && none < 0.5 && 0.5 < all && all < 1.0);
    let units: Vec<_> = counts.iter().filter_map(|count| Unit::arcsine(*count)).collect();
    let scale = shrinkage::estimates(&units, 0.95).unwrap();
    for (unit, share) in scale.units.iter().zip(shrunk.units.iter().flatten()) {
        close(share.value, unit.unwrap().value.sin().powi(2), 1e-14);
    }
    let ranks = ranks::shares(&counts, Best::Highest, 0.95).unwrap();
    assert_eq!((ranks[1].unwrap().rank, ranks[0].unwrap().rank, ranks[2]), (1, 6, None));
    let all = [(5, 5), (3, 3)].map(share);
    assert_eq!(funnel::shares(&all, Overdispersion::Ignored), Err(Undefined::NoVariation));
    let alone = [(5, 7), (0, 0)].map(share);
    assert_eq!(funnel::shares(&alone, Overdispersion::Ignored), Err(Undefined::FewUnits));
    assert_eq!(funnel::shares(&[], Overdispersion::Ignored), Err(Undefined::FewUnits));
    let rate = |(events, exposure)| RateCount { events, exposure };
    assert_eq!(funnel::rates(&[(0, 5.0), (0, 3.0)].map(rate), Overdispersion::Ignored), Err(Undefined::NoVariation));
    let exposed = funnel::rates(&[(4, 5.0), (9, 0.0), (2, 5.0)].map(rate), Overdispersion::Ignored).unwrap();
    assert_eq!((exposed.centre, exposed.units[1]), (0.6, None));
}
