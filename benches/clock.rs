//! The business clock: prefix sums against a walk over days.

use chrono::{Days, NaiveDate};
use criterion::{Criterion, Throughput};
use giamtang::calendar::{Calendar, local_date, local_midnight};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::hint::black_box;

const ZONE: chrono_tz::Tz = chrono_tz::Asia::Ho_Chi_Minh;
const MINUTE: i64 = 60_000_000;

/// Intervals inside 2019–2026, two weeks long on average.
fn intervals(count: usize) -> Vec<(i64, i64)> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let start = local_midnight(ZONE, NaiveDate::from_ymd_opt(2019, 1, 1).expect("a day"));
    let from = |rng: &mut ChaCha8Rng| start + rng.random_range(0..7 * 365 * 1_440) * MINUTE;
    let pair = |rng: &mut ChaCha8Rng| {
        let from = from(rng);
        (from, from + rng.random_range(0..28 * 1_440) * MINUTE)
    };
    (0..count).map(|_| pair(&mut rng)).collect()
}

fn by_clock(calendar: &Calendar, intervals: &[(i64, i64)]) -> i64 {
    let clock = calendar.clock();
    let worked = |(from, to): &(i64, i64)| Some(clock.position(*to)? - clock.position(*from)?);
    intervals.iter().filter_map(worked).sum()
}

/// The rival: day by day, session by session.
fn by_walk(calendar: &Calendar, intervals: &[(i64, i64)]) -> i64 {
    let worked = |(from, to): &(i64, i64)| {
        let (mut day, last) = (local_date(ZONE, *from), local_date(ZONE, *to));
        let mut seconds = 0;
        while day <= last {
            let midnight = local_midnight(ZONE, day);
            for session in calendar.sessions(day).unwrap_or_default() {
                let open = (midnight + i64::from(session.open()) * MINUTE).max(*from);
                let close = (midnight + i64::from(session.close()) * MINUTE).min(*to);
                seconds += (close - open).max(0) / 1_000_000;
            }
            day = day + Days::new(1);
        }
        seconds
    };
    intervals.iter().map(worked).sum()
}

pub fn benches(criterion: &mut Criterion) {
    let calendar = Calendar::builder(ZONE).base("vietnam").build().expect("the calendar");
    let intervals = intervals(100_000);
    let few = &intervals[..1_000];
    assert_eq!(by_clock(&calendar, few), by_walk(&calendar, few));
    let mut group = criterion.benchmark_group("clock/interval");
    group.throughput(Throughput::Elements(intervals.len() as u64));
    group.bench_function("prefix_sums", |b| b.iter(|| by_clock(&calendar, black_box(&intervals))));
    group.throughput(Throughput::Elements(few.len() as u64));
    group.bench_function("rival_day_walk", |b| b.iter(|| by_walk(&calendar, black_box(few))));
    group.finish();
}
