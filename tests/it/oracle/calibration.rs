//! Intervals hold what they say when offices are few, unequal and alike within; independent rows do not.

use super::draws::Draws;
use super::*;
use giamtang::stats::effect;

const SIZES: [u64; 10] = [5, 8, 12, 15, 20, 25, 30, 45, 60, 90];

/// Ten unequal offices; the effect of an office makes a seventh of the variance.
fn office_values(draws: &mut Draws, office_spread: f64) -> Vec<Vec<f64>> {
    let office = |&size: &u64| {
        let level = office_spread * draws.normal();
        (0..size).map(|_| level + draws.normal()).collect()
    };
    SIZES.iter().map(office).collect()
}

fn covered(rounds: u32, mut round: impl FnMut() -> [bool; 2]) -> [f64; 2] {
    let mut hits = [0u32; 2];
    for _ in 0..rounds {
        hits.iter_mut().zip(round()).for_each(|(hits, hit)| *hits += u32::from(hit));
    }
    hits.map(|hits| f64::from(hits) / f64::from(rounds))
}

fn cells_of(offices: &[Vec<f64>], measure: impl Fn(f64) -> i128) -> Vec<ClusterMoments> {
    let cell = |(id, values): (usize, &Vec<f64>)| ClusterMoments {
        cluster: ClusterId(id as u32),
        n: values.len() as u64,
        sum: values.iter().map(|&x| measure(x)).sum(),
        sum_squares: values.iter().map(|&x| measure(x).pow(2)).sum(),
    };
    offices.iter().enumerate().map(cell).collect()
}

#[test]
fn intervals_cover() {
    let mut draws = Draws::seeded(20240607);
    let holds = |limits: giamtang::stats::Limits, truth: f64| {
        limits.low.is_none_or(|low| low <= truth) && limits.high.is_none_or(|high| truth <= high)
    };
    let mean = covered(1500, || {
        let cells = cells_of(&office_values(&mut draws, 0.4), |x| (x * 1e6).round() as i128);
        let estimate = mean::estimate(&cells).unwrap();
        [Clustered, Independent].map(|d| holds(mean::interval(&estimate, d, 0.95).unwrap(), 0.0))
    });
    let share = covered(1500, || {
        let cells = cells_of(&office_values(&mut draws, 0.4), |x| i128::from(x > 0.0));
        let estimate = share::estimate(&cells).unwrap();
        [Clustered, Independent].map(|d| holds(share::interval(&estimate, d, 0.95).unwrap(), 0.5))
    });
    let paired = covered(1500, || {
        let [was, is] = [(); 2].map(|()| cells_of(&office_values(&mut draws, 0.4), |x| (x * 1e6).round() as i128));
        let [was, is] = [was, is].map(|cells| mean::estimate(&cells).unwrap());
        [Clustered, Independent].map(|d| effect::change(&was, &is, d, 0.95).p.unwrap() >= 0.05)
    });
    let median = covered(150, || {
        let offices = office_values(&mut draws, 0.4);
        let row = |x: f64, closes: f64| TimeCount {
            time: (1000.0 + 100.0 * x.min(closes)).round() as u64,
            outcome: if x <= closes { Outcome::Finished } else { Outcome::Censored },
            count: 1,
        };
        let cells = (0..).map(ClusterId).zip(&offices).map(|(cluster, values)| ClusterTimes {
            cluster,
            times: values.iter().map(|&x| row(x, 3.0 * draws.unit() - 0.5)).collect(),
        });
        let cells: Vec<_> = cells.collect();
        [Clustered, Independent].map(|d| holds(Quantile::new(&cells, 0.5, d, 0.95).unwrap().limits.unwrap(), 1000.0))
    });
    println!("coverage, clustered and independent: {mean:?} {share:?} {paired:?} {median:?}");
    for [clustered, independent] in [mean, share, paired, median] {
        assert!(clustered >= 0.93 && independent < 0.90, "{clustered} {independent}");
    }
}
