//! Every kind of recipe on logs small enough to work out by hand, through the whole program.

mod steps;

use crate::workbench::Workbench;
use giamtang::Undefined;
use giamtang::cube::{Cube, Recipe, elapsed, is, key, limit, net_working, number, present, reached};
use giamtang::kpi::{Better, Kpi, Name, Sampling, Source, Unit};
use giamtang::measure::Anchor;
use giamtang::scorecard::{Known, Row, Verdict};

/// A KPI of one's own, lower better.
pub fn kpi(id: &'static str, unit: Unit, sampling: Sampling, recipe: Recipe) -> Kpi {
    Kpi {
        id: id.into(),
        name: Name { en: id.into(), vi: id.into() },
        formula: "".into(),
        unit,
        better: Better::Lower,
        sampling,
        source: "".into(),
        text: "".into(),
        example: "".into(),
        axis: None,
        vietnamese: None,
        recipe: Source::Given(recipe.into()),
    }
}

/// Received in March 2024; case 6 has no fee, case 5 is open.
const LOG: &str = "\
case_id,received_at,finished_at,unit,officer,visits,fee_vnd,channel
1,2024-03-04 08:00:00,2024-03-05 08:00:00,A,An,1,100,online
2,2024-03-04 08:00:00,2024-03-06 08:00:00,A,An,3,300,direct
3,2024-03-05 08:00:00,2024-03-09 08:00:00,B,Bình,2,50,online
4,2024-03-05 08:00:00,2024-03-13 08:00:00,B,Bình,2,150,direct
5,2024-03-19 08:00:00,,B,An,4,200,direct
6,2024-03-20 08:00:00,2024-04-02 08:00:00,A,An,0,,direct
";

fn row(kpi: Kpi, csv: &str, more: &str) -> Row {
    let bench = Workbench::new();
    let plan = bench.study(csv, more).kpis([kpi]).plan().expect("a plan");
    plan.compare().map(crate::contract::held).expect("a scorecard").kpis.remove(0)
}

fn figure(unit: Unit, recipe: Recipe) -> (f64, u64, u64) {
    let row = row(kpi("test/own", unit, Sampling::Cluster, recipe), LOG, "compare.cluster = 'none'");
    let figure = row.is.value().unwrap_or_else(|| panic!("{:?}", row.is));
    (figure.value, figure.n, figure.excluded.unwrap_or_default())
}

/// Fees 100, 300, 50, 150 and 200 make 800 of five dossiers; the sixth names none.
#[test]
fn a_total_adds_up_and_counts_what_it_leaves_out() {
    assert_eq!(figure(Unit::Ratio, Recipe::total(number("fee_vnd"))), (800.0, 5, 1));
}

/// 800 đồng by the twelve visits of the five dossiers that name a fee: 66 and two thirds.
#[test]
fn a_ratio_takes_rows_that_have_both() {
    let (value, n, excluded) = figure(Unit::Ratio, Recipe::ratio(number("fee_vnd"), number("visits")));
    assert!((value - 800.0 / 12.0).abs() < 1e-9, "{value}");
    assert_eq!((n, excluded), (5, 1));
}

/// Days from reception to result 1, 2, 4, 8 and 13: the third is the median, the first the lowest fifth.
#[test]
fn an_order_statistic_is_a_value_of_the_log() {
    let days = |q| figure(Unit::Days, Recipe::order(elapsed("received_at", "finished_at"), q));
    assert_eq!(days(0.5), (4.0, 5, 1));
    assert_eq!((days(0.2).0, days(0.21).0, days(0.8).0, days(0.81).0), (1.0, 2.0, 8.0, 13.0));
}

/// A filter leaves rows out of whatever is kept, also of times: of the online dossiers one took 1 day and one 4.
#[test]
fn a_filter_holds_for_every_quantity() {
    let online = || is("channel", "online");
    assert_eq!(figure(Unit::Ratio, Recipe::total(number("fee_vnd")).among(online())), (150.0, 2, 4));
    let time = Recipe::survival("received_at", "finished_at").among(online());
    assert_eq!(figure(Unit::Days, time), (1.0, 2, 4));
    let both = Recipe::share(reached("finished_at")).among(online().not()).among(present("fee_vnd"));
    let (share, n, excluded) = figure(Unit::Share, both);
    assert!((share - 2.0 / 3.0).abs() < 1e-9, "{share}");
    assert_eq!((n, excluded), (3, 3));
}

/// Open at the end of March are cases 5 and 6, both An's; a month before, nobody had any.
///
/// With cases 3 and 4 open too An has two and Bình two: equal. With 2 and 4 open An has three and Bình one, and
/// Σ(2i − n − 1)x / (nΣx) = (−1 · 1 + 1 · 3) / (2 · 4) = 0.25.
#[test]
fn the_stock_at_the_windows_end_is_spread_over_officers() {
    let gini = || kpi("test/gini", Unit::Index, Sampling::Census, Recipe::gini(key("officer")).anchor(Anchor::InForce));
    let value = |csv: &str| {
        let row = row(gini(), csv, "compare.cluster = 'none'\nwindows.was = '2024-02-01..2024-02-29'");
        assert_eq!(row.was.as_ref().and_then(|was| was.reason()), Some(&Undefined::NoRows));
        let figure = row.is.value().expect("a figure").clone();
        assert_eq!(figure.limits.map(|why| why.0), Some(Undefined::Census));
        (figure.value, figure.n, figure.events)
    };
    assert_eq!(value(LOG), (0.0, 2, 1));
    assert_eq!(value(&LOG.replace("2024-03-09 08:00:00", "").replace("2024-03-13 08:00:00", "")), (0.0, 4, 2));
    let three = LOG.replace("2024-03-06 08:00:00", "").replace("2024-03-13 08:00:00", "");
    assert_eq!(value(&three), (0.25, 4, 2));
}

/// Until 19 March cases 1 to 5 were under way, four of them finished; from the 20th on cases 5 and 6, none finished.
#[test]
fn a_span_may_be_in_both_windows() {
    let handled = Recipe::share(reached("finished_at")).anchor(Anchor::Handled);
    let kpi = kpi("test/handled", Unit::Share, Sampling::Cluster, handled);
    let more = "compare.cluster = 'none'\nwindows.was = '2024-03-01..2024-03-19'";
    let bench = Workbench::new();
    let study = bench.study(LOG, more).set("windows.is=2024-03-20..2024-03-31").expect("a window");
    let card =
        study.kpis([kpi]).plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    let n = |figure: &Known<_>| figure.value().map(|figure: &giamtang::scorecard::Figure| (figure.n, figure.events));
    assert_eq!(card.kpis[0].was.as_ref().and_then(n), Some((5, 4)));
    assert_eq!(n(&card.kpis[0].is), Some((2, 0)));
}

/// Two weeks of the window had receptions, weeks 1 (cases 1 to 4) and 3 (5 and 6); the sum is of all five weeks.
#[test]
fn a_flow_is_taken_week_by_week() {
    let recipe = Recipe::total(number("visits")).by_week();
    let row = row(kpi("test/flow", Unit::Ratio, Sampling::Week, recipe), LOG, "compare.cluster = 'unit'");
    let figure = row.is.value().expect("a figure");
    assert_eq!((figure.value, figure.n, figure.clusters), (12.0, 6, Some(2)));
    // 0.4 · 5^(2/3) = 1.17 cosines of five weeks: one degree of freedom.
    assert_eq!(figure.df, Some(1.0));
}

/// On time by 3 of 6 before and 5 of 6 after: two points of margin are passed, fifty are not.
#[test]
fn a_complete_count_is_judged_by_its_margin() {
    let csv = (1..=12).fold("case_id,received_at,finished_at\n".to_owned(), |csv, id| {
        let month = if id <= 6 { 2 } else { 3 };
        let end = if matches!(id, 1..=3 | 7) { String::new() } else { format!("2024-0{month}-20") };
        csv + &format!("{id},2024-0{month}-05,{end}\n")
    });
    let share = || Recipe::share(reached("finished_at").not());
    let judged = |more: &str| {
        let more = format!("compare.cluster = 'none'\nwindows.was = '2024-02-01..2024-02-29'\n{more}");
        row(kpi("test/open", Unit::Share, Sampling::Census, share()), &csv, &more)
    };
    let row = judged("");
    let change = row.change.value().expect("a change");
    assert!((change.absolute.value + 1.0 / 3.0).abs() < 1e-12);
    assert_eq!((change.p.reason(), change.q), (Some(&Undefined::Census), None));
    assert_eq!(row.verdict, Some(Verdict::Improved));
    assert_eq!(judged("verdict.census.share = 0.5").verdict, Some(Verdict::NoClearChange));
}

/// Net office hours of three dossiers that took a session each: 3.5, and of case 2 without its pause of an hour 2.5.
#[test]
fn a_net_time_takes_pauses_out_of_office_hours() {
    let csv = "case_id,received_at,finished_at,paused\n\
               1,2024-03-04 07:30:00,2024-03-04 11:00:00,\n\
               2,2024-03-04 07:30:00,2024-03-04 11:00:00,2024-03-04 09:00:00/2024-03-04 10:00:00\n\
               3,2024-03-05 07:30:00,2024-03-05 11:00:00,\n";
    let median = |recipe: Recipe| {
        let more = "compare.cluster = 'none'\ncalendar.base = 'vietnam'";
        row(kpi("test/net", Unit::WorkingHours, Sampling::Cluster, recipe), csv, more).is.value().map(|f| f.value)
    };
    let time = || Recipe::survival("received_at", "finished_at").net_working();
    assert_eq!((median(time()), median(time().quantile(0.3))), (Some(3.5), Some(2.5)));
    assert_eq!(median(Recipe::order(net_working("received_at", "finished_at"), 0.3)), Some(2.5));
}

/// Received on Monday at 13:30 and due on Tuesday, which ends at 24:00: 4 and 8 hours, all used by 17:30. In a log of
/// dates it is one day of the one it may take.
#[test]
fn a_due_date_without_a_time_ends_at_midnight() {
    let used = |received: &str, finished: &str| {
        let csv = format!("case_id,received_at,due_at,finished_at\n1,{received},2024-03-05,{finished}\n");
        let recipe = Recipe::ratio(net_working("received_at", "finished_at"), limit());
        let more = "compare.cluster = 'none'\ncalendar.base = 'vietnam'";
        row(kpi("test/limit", Unit::Ratio, Sampling::Cluster, recipe), &csv, more).is.value().map(|f| f.value)
    };
    assert_eq!(used("2024-03-04 13:30", "2024-03-05 17:30"), Some(1.0));
    assert_eq!(used("2024-03-04 13:30", "2024-03-04 16:30"), Some(0.25));
    assert_eq!(used("2024-03-04", "2024-03-05"), Some(1.0));
    // Where the finish is a day, so is the limit: one day of one.
    assert_eq!(used("2024-03-04 13:30", "2024-03-05"), Some(1.0));
}

/// What is kept of every kind comes back from a file as it was, and two halves make the whole.
#[test]
fn every_kind_is_stored_and_merged() {
    let kinds = || {
        [
            Recipe::total(number("fee_vnd")).by_week(),
            Recipe::ratio(number("fee_vnd"), number("visits")),
            Recipe::order(elapsed("received_at", "finished_at"), 0.5),
            Recipe::gini(key("officer")).anchor(Anchor::InForce),
            Recipe::survival("received_at", "finished_at").net_working(),
            Recipe::survival("received_at", "finished_at"),
        ]
        .map(|recipe| kpi("test/kind", Unit::Ratio, Sampling::Cluster, recipe))
    };
    let bench = Workbench::new();
    let cube = |csv: &str, name: &str| {
        bench.write(name, csv);
        let log = format!("log.cases = ['{name}']");
        let more = "calendar.base = 'vietnam'\nformat.datetime = '%Y-%m-%d %H:%M:%S'";
        bench.study_of(&log, more).kpis(kinds()).plan().and_then(|plan| plan.cube()).expect("a cube")
    };
    let whole = cube(LOG, "whole.csv");
    whole.save(bench.path("whole.cube")).expect("a file");
    assert_eq!(Cube::load(bench.path("whole.cube")).expect("the same"), whole);
    let lines: Vec<&str> = LOG.lines().collect();
    let half = |from: usize| cube(&[&lines[..1], &lines[from..from + 3]].concat().join("\n"), &format!("{from}.csv"));
    let merged = half(4).merge(half(1), &bench.path("part")).expect("the same plan");
    assert_eq!(merged.to_bytes().expect("bytes"), whole.to_bytes().expect("bytes"));
}
