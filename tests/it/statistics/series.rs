//! Months by hand: their cut-offs, what is too young, the limits of a chart, and where the reform begins.

use super::{asked, close, row, study, there};
use crate::workbench::{Workbench, giamtang, project};
use giamtang::Undefined;
use giamtang::scorecard::{Scorecard, Series, SeriesMonth};
use std::num::NonZeroUsize;

fn series<'a>(card: &'a Scorecard, id: &str) -> &'a Series {
    card.series.iter().find(|own| own.id == id).unwrap_or_else(|| panic!("{id} has a series"))
}

fn names(own: &Series) -> Vec<&str> {
    own.months.iter().map(|month| month.month.as_str()).collect()
}

fn values(own: &Series) -> Vec<Option<f64>> {
    own.months.iter().map(|month| month.value.value().copied()).collect()
}

/// Five working days are seven days. January's cohort is cut off when 8 February begins: a and b took 1 and 2 days, c 6,
/// until 5 February; d and e ended after it, e by a second, and are open for the month. 1/5, 2/5, 3/5 are done: 6 days.
/// The window is cut off with January: there c is open, and nothing is reached.
#[test]
fn a_dossier_finished_after_its_months_cut_off_is_open_in_it() {
    let csv = "case_id,received_at,finished_at\n\
               a,2024-01-05 08:00:00,2024-01-06 08:00:00\nb,2024-01-05 08:00:00,2024-01-07 08:00:00\n\
               c,2024-01-30 08:00:00,2024-02-05 08:00:00\nd,2024-01-20 08:00:00,2024-02-20 08:00:00\n\
               e,2024-01-30 00:00:00,2024-02-08 00:00:01\n\
               f,2024-02-10 08:00:00,2024-02-13 08:00:00\ng,2024-03-10 08:00:00,2024-03-12 08:00:00\n";
    let text = "windows = { was = '2024-01-01..2024-01-31', is = '2024-02-01..2024-03-31' }\n\
                compare = { cluster = 'none', horizon = '5 working days' }";
    let card = asked(csv, text).expect("a scorecard");
    let own = series(&card, "time/elapsed_time");
    assert_eq!(names(own), ["2024-01", "2024-02", "2024-03"]);
    assert_eq!(values(own), [Some(6.0), Some(3.0), Some(2.0)]);
    assert_eq!(own.months.iter().map(|month| month.n).collect::<Vec<_>>(), [5, 1, 1]);
    let was = row(&card, "time/elapsed_time").was.as_ref().expect("a window");
    assert_eq!(was.reason(), Some(&Undefined::NotReached));
    // March is seen until the 31st; it would have to be until 7 April.
    assert_eq!(own.months.iter().map(|month| month.immature).collect::<Vec<_>>(), [false, false, true]);
    // A second earlier, at the cut-off itself: what is finished when it comes is not finished before it.
    let at = asked(&csv.replace("2024-02-08 00:00:01", "2024-02-07 23:59:59"), text).expect("a scorecard");
    let own = series(&at, "time/elapsed_time");
    // a, b, c at 6, e at 9 less a second: still 3 of 5 at 6 days.
    assert_eq!(values(own)[0], Some(6.0));
    // What is placed by its finish does not age.
    let closed = series(&card, "time/closed_time_mean");
    assert!(closed.months.iter().all(|month| !month.immature));
    // January: (1 + 2) / 2. February: 6, 31, 9 days and a second, 3. March: 2.
    let expected = [1.5, (6.0 + 31.0 + 9.0 + 1.0 / 86_400.0 + 3.0) / 4.0, 2.0];
    values(closed).iter().zip(expected).for_each(|(value, expected)| close(value.expect("a mean"), expected));
}

/// Six months of one dossier each, 10, 12, 11, 9, 10 days before and 15 after.
fn six(more: &str) -> (String, String) {
    let months = [("2023-09", 10), ("2023-10", 12), ("2023-11", 11), ("2023-12", 9), ("2024-01", 10), ("2024-02", 15)];
    let mut csv = String::from("case_id,received_at,finished_at\n");
    for (month, days) in months {
        csv.push_str(&format!("{month},{month}-02 08:00:00,{month}-{:02} 08:00:00\n", 2 + days));
    }
    let text = "windows = { was = '2023-09-01..2024-01-31', is = '2024-02-01..2024-02-29' }";
    (csv, format!("{text}\ncompare.cluster = 'none'\ncompare.horizon = '2 working days'\n{more}"))
}

/// The mean of 10, 12, 11, 9, 10 is 10.4; ranges 2, 1, 2, 1 have the mean 1.5; 2.66 · 1.5 = 3.99.
#[test]
fn a_chart_of_single_figures_by_hand() {
    let (csv, text) = six("");
    let card = asked(&csv, &text).expect("a scorecard");
    let own = series(&card, "time/closed_time_mean");
    let chart = there(&own.chart);
    close(chart.centre, 10.4);
    assert_eq!((chart.baseline, chart.trial, chart.screened, chart.sigma_z), (5, true, 0, None));
    assert!(chart.method.starts_with("XmR"), "{}", chart.method);
    for month in &own.months {
        close(month.low.expect("a limit"), 6.41);
        close(month.high.expect("a limit"), 14.39);
    }
    let signals: Vec<_> =
        own.months.iter().map(|month| month.signal.map(|own| (own.rule, own.direction, own.meaning))).collect();
    // Neither way is better, so it has no meaning.
    assert_eq!(signals, [None, None, None, None, None, Some(("outside", "up", None))]);
    assert_eq!(own.trend.reason(), Some(&Undefined::FewMonths));
    // Of dossiers received the last month is seen for no day after its end, not for two: hollow, without limits.
    let aged = series(&card, "time/elapsed_time");
    assert_eq!(values(aged), values(own));
    let last = aged.months.last().expect("a month");
    assert!(last.immature && last.low.is_none() && last.high.is_none() && last.signal.is_none());
    assert!(
        aged.months[..5]
            .iter()
            .all(|month| !month.immature && month.high.is_some_and(|high| (high - 14.39).abs() < 1e-9))
    );
    // Seen for longer it is no longer hollow, and it is of concern, for shorter is better.
    let later = asked(&csv, &text.replace("2024-02-29", "2024-03-31")).expect("a scorecard");
    let ripe = &series(&later, "time/elapsed_time").months[5];
    let told = |month: &SeriesMonth| month.signal.map(|own| (own.rule, own.direction, own.meaning));
    assert_eq!((ripe.immature, told(ripe)), (false, Some(("outside", "up", Some("concern")))));
}

/// Ranges 2, 1, 2, 1: none is 3.267 times their mean. With a leap of 20 to the last one, 1, 1, 1, 1, 20 have the mean
/// 4.8, and 20 is above 15.7: left out, the mean is 1.
#[test]
fn screening_is_an_option() {
    let csv: String = [("07", 3), ("08", 4), ("09", 3), ("10", 4), ("11", 3), ("12", 23)].iter().fold(
        String::from("case_id,received_at,finished_at\n1,2024-01-02 08:00:00,2024-01-06 08:00:00\n"),
        |csv, (month, days)| csv + &format!("{month},2023-{month}-02 08:00:00,2023-{month}-{:02} 08:00:00\n", 2 + days),
    );
    let head = |more: &str| {
        let text =
            "windows = { was = '2023-07-01..2023-12-31', is = '2024-01-01..2024-01-31' }\ncompare.cluster = 'none'";
        let card = asked(&csv, &format!("{text}\n{more}")).expect("a scorecard");
        let own = series(&card, "time/closed_time_mean");
        (there(&own.chart).screened, own.months[0].high.expect("a limit"))
    };
    let centre = 40.0 / 6.0;
    let (none, wide) = head("");
    let (one, narrow) = head("chart.screening = true");
    assert_eq!((none, one), (0, 1));
    close(wide, centre + 2.66 * 4.8);
    close(narrow, centre + 2.66);
}

/// A reform on the 15th is of its month, one on the 16th of the next.
#[test]
fn a_reform_after_the_middle_begins_with_the_next_month() {
    for (day, baseline) in [("2024-01-01", 4), ("2024-01-15", 4), ("2024-01-16", 5), ("2024-01-31", 5)] {
        let (csv, text) = six(&format!("compare.reform = {day}\ncompare.longer = 'none'"));
        let card = asked(&csv, &text).expect("a scorecard");
        assert_eq!(there(&series(&card, "time/closed_time_mean").chart).baseline, baseline, "{day}");
    }
}

/// Only whole months; none at all; and what is no range of days of it.
#[test]
fn the_study_says_which_months() {
    let months = |range: &str| {
        let (csv, text) = six(&format!("compare.series = '{range}'"));
        asked(&csv, &text).map(|card| card.series.iter().map(|own| own.months.len()).max())
    };
    assert_eq!(months("2023-10-01..2024-02-29").expect("a range"), Some(5));
    assert_eq!(months("2023-10-02..2024-02-28").expect("a range"), Some(3));
    assert_eq!(months("none").expect("none"), None);
    assert_eq!(months("2023-10-02..2023-10-31").expect("no whole month"), None);
    for wrong in ["2023-10-01..2024-03-01", "2024-02-01..2023-10-01", "1990-01-01..2024-02-29", "2023", "nothing"] {
        let error = months(wrong).expect_err(wrong);
        assert!(error.to_string().contains("compare.series"), "{error}");
        assert!(error.to_string().contains("2024-02-29"), "{error}");
    }
}

/// Windows a quarter of a century apart have a series of its latest twenty years; who asks for all of them is told.
#[test]
fn windows_far_apart_have_a_series_of_twenty_years() {
    let csv =
        "case_id,received_at,finished_at\n1,2000-03-05 08:00,2000-03-06 08:00\n2,2024-03-05 08:00,2024-03-07 08:00\n";
    let text = "windows = { was = '2000-03-01..2000-03-31', is = '2024-03-01..2024-03-31' }\ncompare.cluster = 'none'";
    let card = asked(csv, text).expect("a scorecard");
    assert_eq!(there(&row(&card, "time/elapsed_time").change).absolute.value, 1.0);
    assert_eq!(card.study.defaults["compare.series"], "2004-03-31..2024-03-31");
    assert_eq!(card.series[0].months.len(), 240);
    assert!(asked(csv, &format!("{text}\ncompare.series = '2000-03-01..2024-03-31'")).is_err());
}

/// The built-in calendar begins with 2019.
#[test]
fn a_calendar_must_cover_the_series_too() {
    let (csv, text) = six("calendar.base = 'vietnam'\ncompare.series = '2018-01-01..2024-02-29'");
    let error = asked(&csv, &text).expect_err("2018 is not covered").to_string();
    assert!(error.contains("2018"), "{error}");
}

/// A share has a p chart, contacts a u chart, everything else an XmR.
#[test]
fn the_chart_is_that_of_what_is_counted() {
    let mut csv = String::from("case_id,received_at,due_at,finished_at,visits,supplement_requests\n");
    // Of ten dossiers a month 6, 8, 6, 8 are on time, and there are 10, 14, 10, 14 visits.
    for (month, kept) in [("2023-10", 6), ("2023-11", 8), ("2023-12", 6), ("2024-01", 8)] {
        for at in 0..10 {
            let (day, visits) = (if at < kept { 9 } else { 11 }, if at < 2 * (kept - 6) { 2 } else { 1 });
            csv.push_str(&format!("{month}{at},{month}-05 08:00:00,{month}-10,{month}-{day:02} 08:00:00,{visits},0\n"));
        }
    }
    let text = "windows = { was = '2023-10-01..2023-12-31', is = '2024-01-01..2024-01-31' }\n\
                calendar.base = 'vietnam'\ncompare = { cluster = 'none', horizon = '0 working days' }";
    let card = asked(&csv, text).expect("a scorecard");
    // Baseline 20 of 30: √(2/9 / 10) = 0.149071; z runs from −0.447 to 0.894 and back, ranges 0.2 / 0.149071 = 1.341641,
    // and 1.341641 / 1.128 = 1.189397 is above 1.
    let on_time = series(&card, "time/on_time");
    let head = there(&on_time.chart);
    assert!(head.method.starts_with("p'"), "{}", head.method);
    close(head.centre, 2.0 / 3.0);
    let (error, sway) = ((2.0f64 / 90.0).sqrt(), 0.2 / (2.0f64 / 90.0).sqrt() / 1.128);
    close(head.sigma_z.expect("a correction"), sway);
    close(on_time.months[0].low.expect("a limit"), 2.0 / 3.0 - 3.0 * sway * error);
    assert_eq!(on_time.months[0].high, Some(1.0));
    // 34 visits of 30 dossiers, √(34/30 / 10) = 0.336650; ranges 0.4 / 0.336650 / 1.128 = 1.053 is above 1.
    let contacts = series(&card, "time/contacts");
    let head = there(&contacts.chart);
    assert!(head.method.starts_with("u"), "{}", head.method);
    close(head.centre, 34.0 / 30.0);
    let error = (34.0f64 / 300.0).sqrt();
    close(contacts.months[3].high.expect("a limit"), 34.0 / 30.0 + 3.0 * error * (0.4 / error / 1.128).max(1.0));
    // Every median is four days: no month is like another by chance alone, and there is nothing to draw limits by.
    assert_eq!(series(&card, "time/elapsed_time").chart.reason(), Some(&Undefined::NoVariation));
}

/// January 2024 has 22 open days, February 16 (21 without five of Tết), March 21. Posted are one officer on 8 January and
/// two on the 15th, one from 19 to 23 February, and two on all days of March.
#[test]
fn a_month_of_weeks_is_by_its_own_open_days() {
    let bench = Workbench::new();
    let roster = "officer,unit,from,to\nA,X,2024-01-08,2024-01-08\nA,X,2024-01-15,2024-01-15\nB,X,2024-01-15,2024-01-15\n\
                  A,X,2024-02-19,2024-02-23\nA,X,2024-03-01,2024-03-31\nB,X,2024-03-01,2024-03-31\n";
    bench.write("roster.csv", roster);
    let csv = "case_id,received_at,finished_at\n1,2024-01-10 08:00:00,2024-01-11 08:00:00\n";
    let text = "log.roster = ['roster.csv']\ncalendar.base = 'vietnam'\ncompare.cluster = 'none'\n\
                windows = { was = '2024-01-01..2024-02-29', is = '2024-03-01..2024-03-31' }";
    let card = study(&bench, csv, text)
        .and_then(|study| study.plan()?.compare().map(crate::contract::held))
        .expect("a scorecard");
    let Some(own) = card.series.iter().find(|own| own.id == "staffing/on_duty") else {
        panic!("{:?}", row(&card, "staffing/on_duty").is)
    };
    assert!(own.months.iter().all(|month| !month.immature));
    let by_hand = [3.0 / 22.0, 5.0 / 16.0, 2.0];
    values(own).iter().zip(by_hand).for_each(|(value, by_hand)| close(value.expect("a figure"), by_hand));
}

fn fixture() -> giamtang::Study {
    let study = giamtang::Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    study.set("compare.series=2023-01-01..2024-07-31").expect("a series")
}

/// In one piece, in three and on two threads: the same series to the last byte.
#[test]
fn parts_of_a_log_make_the_same_series() {
    let whole = fixture().plan().and_then(|plan| plan.cube()).expect("a cube");
    let threads = fixture().plan().and_then(|plan| plan.threads(NonZeroUsize::new(2).expect("two")).cube());
    let parts = (1..=3).map(|part| fixture().shard(part, 3)?.plan()?.cube());
    let parts = parts.collect::<giamtang::Result<Vec<_>>>().expect("parts");
    let merged =
        parts.into_iter().reduce(|all, part| all.merge(part, "part".as_ref()).expect("a part")).expect("parts");
    let json = |cube: &giamtang::cube::Cube| {
        let card = Scorecard::compare(cube).expect("a scorecard");
        assert!(card.series.len() > 20 && card.series.iter().all(|own| own.months.len() == 19));
        crate::contract::json(&card).to_string()
    };
    let own = json(&whole);
    assert!(own == json(&threads.expect("a cube")));
    assert!(own == json(&merged));
}

/// A mistake in the study is the user's.
#[test]
fn a_wrong_range_ends_with_2() {
    let output =
        giamtang(&["compare", "fixtures/study/study.toml", "--set", "compare.series=2023-01-01..2025-12-31"], b"");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

/// 60 days of cost at a million a day, from January on; and none in March. Six dossiers end in January, five in February:
/// 31 and 29 million for them. The windows have the same lines, 60 million by 11.
#[test]
fn a_line_of_cost_is_spread_over_months() {
    let bench = Workbench::new();
    let ledger = "unit,from,to,amount_vnd\nX,2024-01-01,2024-02-29,60000000\nX,2024-03-01,2024-03-31,6200000\n";
    bench.write("ledger.csv", ledger);
    let mut csv = "case_id,received_at,finished_at,unit\n".to_owned();
    for (count, month) in [(6, "01"), (5, "02"), (2, "03")] {
        super::lines(&mut csv, count, &format!("2024-{month}-05 08:00,2024-{month}-06 08:00,X"));
    }
    for (was, series) in [("2024-01-01..2024-02-29", ""), ("2024-02-01..2024-02-29", "2024-01-01..2024-03-31")] {
        let series = if series.is_empty() { String::new() } else { format!("compare.series = '{series}'") };
        let text = format!(
            "log.ledger = ['ledger.csv']\nwindows = {{ was = '{was}', is = '2024-03-01..2024-03-31' }}\n{series}"
        );
        let card = study(&bench, &csv, &text)
            .and_then(|study| study.plan()?.compare().map(crate::contract::held))
            .expect("a scorecard");
        let own = self::series(&card, "cost/agency_cost");
        let expected = [31e6 / 6.0, 29e6 / 5.0, 3.1e6];
        values(own).iter().zip(expected).for_each(|(value, expected)| close(value.expect("a figure"), expected));
        let figure = there(row(&card, "cost/agency_cost").was.as_ref().expect("a window")).value;
        close(figure, if was.contains("01-01") { 60e6 / 11.0 } else { 29e6 / 5.0 });
    }
}

/// The roster stands in January too, which is in no window; hours of coverage are those of the first window in all months.
#[test]
fn months_outside_the_windows_have_a_roster() {
    let bench = Workbench::new();
    // Open are 22 days of January, 16 of February, 21 of March; the counter is covered for 8 hours, 8 hours and 4.
    let roster = "officer,unit,from,to,hours\nA,X,2024-01-01,2024-01-31,8\nB,X,2024-01-01,2024-01-31,8\n\
                  A,X,2024-02-01,2024-02-29,8\nA,X,2024-03-01,2024-03-31,4\n";
    bench.write("roster.csv", roster);
    let csv = "case_id,received_at,finished_at\n1,2024-02-15 08:00:00,2024-02-16 08:00:00\n";
    let text = format!(
        "log.roster = ['roster.csv']\ncalendar.base = 'vietnam'\ncompare.series = '2024-01-01..2024-03-31'\n{}",
        super::WINDOWS
    );
    let card = study(&bench, csv, &text)
        .and_then(|study| study.plan()?.compare().map(crate::contract::held))
        .expect("a scorecard");
    // Two, one, and one for half of the hours: two of them would cover what one did.
    assert_eq!(values(series(&card, "staffing/on_duty")), [Some(2.0), Some(1.0), Some(2.0)]);
    assert_eq!(there(&row(&card, "staffing/on_duty").is).value, 2.0);
    // An office of eight hours a day: 16/8, 8/8 and 4/8 full posts.
    assert_eq!(values(series(&card, "staffing/fte")), [Some(2.0), Some(1.0), Some(0.5)]);
}
