//! The business clock: prefix sums against a walk over days, columns against instants one by one.

use chrono::{Days, NaiveDate};
use criterion::{Criterion, Throughput};
use giamtang::calendar::{BusinessClock, Calendar, local_date, local_midnight};
use giamtang::ingest::Zone;
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

/// Rows that are worked on at once.
const BATCH: usize = 1 << 14;

/// The sum over instants, batch by batch, of what is made of a column of them.
fn by_column(instants: &[i64], column: impl Fn(&[i64], &mut Vec<i64>)) -> i64 {
    let mut out = Vec::with_capacity(BATCH);
    let mut sum = 0_i64;
    for batch in instants.chunks(BATCH) {
        out.clear();
        column(batch, &mut out);
        sum = out.iter().fold(sum, |sum, own| sum.wrapping_add(*own));
    }
    sum
}

/// The same on so many threads.
fn on_threads(threads: usize, instants: &[i64], sum: impl Fn(&[i64]) -> i64 + Sync) -> i64 {
    std::thread::scope(|scope| {
        let shares = instants.chunks(instants.len().div_ceil(threads));
        let sum = &sum;
        let workers: Vec<_> = shares.map(|share| scope.spawn(move || sum(share))).collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker")).fold(0, i64::wrapping_add)
    })
}

/// The rival: sessions as pairs of instants in seconds with the sum before each, found by halving.
fn sessions(calendar: &Calendar) -> Vec<(i64, i64, i64)> {
    let (first, last) = calendar.coverage();
    let (mut all, mut before) = (Vec::new(), 0);
    for day in first.iter_days().take_while(|day| *day <= last) {
        let midnight = local_midnight(ZONE, day) / 1_000_000;
        for session in calendar.sessions(day).unwrap_or_default() {
            let (open, close) = (i64::from(session.open()) * 60, i64::from(session.close()) * 60);
            all.push((midnight + open, close - open, before));
            before += close - open;
        }
    }
    all
}

fn by_search(sessions: &[(i64, i64, i64)], us: i64) -> i64 {
    let seconds = us.div_euclid(1_000_000);
    let after = sessions.partition_point(|(open, ..)| *open <= seconds);
    after.checked_sub(1).map_or(0, |last| {
        let (open, length, before) = sessions[last];
        before + (seconds - open).min(length)
    })
}

/// Instants on the office's clock, and the local days of instants, a second on one thread and on two.
fn instants(criterion: &mut Criterion, calendar: &Calendar, instants: &[i64]) {
    let (clock, zone, sessions) = (calendar.clock(), Zone::new(ZONE), sessions(calendar));
    let one_by_one = |us: &[i64]| us.iter().filter_map(|us| clock.position(*us)).sum::<i64>();
    let in_columns = |us: &[i64]| by_column(us, |batch, out| clock.positions(batch, out));
    let searched = |us: &[i64]| us.iter().map(|us| by_search(&sessions, *us)).sum::<i64>();
    let all = in_columns(instants);
    assert!(one_by_one(instants) == all && searched(instants) == all && all > 0);
    assert!(clock.position(instants[0]).is_some_and(|own| own != BusinessClock::OUTSIDE));
    let mut group = criterion.benchmark_group("clock/instant");
    group.throughput(Throughput::Elements(instants.len() as u64));
    for threads in [1, 2] {
        group.bench_function(format!("columns_{threads}"), |b| {
            b.iter(|| on_threads(threads, black_box(instants), in_columns));
        });
    }
    group.bench_function("one_by_one", |b| b.iter(|| one_by_one(black_box(instants))));
    group.bench_function("rival_binary_search", |b| b.iter(|| searched(black_box(instants))));
    group.finish();
    let days = |us: &[i64]| by_column(us, |batch, out| zone.days(batch, out));
    let each_day = |us: &[i64]| us.iter().map(|us| zone.day(*us)).sum::<i64>();
    let by_rules = |us: &[i64]| {
        let day = |us: &i64| local_date(ZONE, *us).signed_duration_since(NaiveDate::default()).num_days();
        us.iter().map(day).sum::<i64>()
    };
    assert!(days(instants) == each_day(instants) && days(instants) == by_rules(instants));
    let mut group = criterion.benchmark_group("clock/day");
    group.throughput(Throughput::Elements(instants.len() as u64));
    for threads in [1, 2] {
        group.bench_function(format!("columns_{threads}"), |b| {
            b.iter(|| on_threads(threads, black_box(instants), days));
        });
    }
    group.bench_function("one_by_one", |b| b.iter(|| each_day(black_box(instants))));
    group.bench_function("rival_rules_of_the_zone", |b| b.iter(|| by_rules(black_box(instants))));
    group.finish();
}

pub fn benches(criterion: &mut Criterion) {
    let calendar = Calendar::builder(ZONE).base("vietnam").build().expect("the calendar");
    let timed = std::env::args().any(|argument| argument == "--bench");
    let all: Vec<i64> = intervals(if timed { 1 << 22 } else { 1 << 15 }).into_iter().map(|(from, _)| from).collect();
    instants(criterion, &calendar, &all);
    drop(all);
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
