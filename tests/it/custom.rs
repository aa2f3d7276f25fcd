//! KPIs that a study defines: what they come to by hand, in every report, from a cube, and each mistake in them.

mod laws;
mod mistakes;
mod shown;

use crate::workbench::Workbench;
use giamtang::Undefined;
use giamtang::scorecard::{Figure, Known, Row};

/// Received in March 2024; dossiers 5 and 6 are open at its end, though 6 has a finish in April.
///
/// Dossier 4 is finished on a day of which no hour is known.
pub const LOG: &str = "\
case_id,received_at,finished_at,due_at,unit,officer,visits,fee_vnd,channel,outcome,digitised
1,2024-03-04 08:00:00,2024-03-05 07:00:00,2024-03-08,A,An,1,100,online,granted,1
2,2024-03-04 08:00:00,2024-03-05 09:00:00,2024-03-05,A,An,3,300,direct,granted,0
3,2024-03-05 08:00:00,2024-03-09 08:00:00,2024-03-08,B,Bình,2,50,online,refused,1
4,2024-03-05 23:30:00,2024-03-06 00:30:00,2024-03-29,B,Bình,2,150,direct,withdrawn,
5,2024-03-19 08:00:00,,2024-03-22,B,An,4,200,direct,,1
6,2024-03-20 08:00:00,2024-04-02 08:00:00,2024-04-10,A,An,0,,online,granted,0
";

/// One KPI of a study, with its other keys.
pub fn kpi(keys: &str) -> String {
    format!("[[kpi]]\nid = 'ours/own'\nname.en = 'Own'\nbetter = 'higher'\n{keys}\n")
}

/// A study of independent rows with these KPIs.
pub fn study(kpis: &str) -> String {
    format!("compare.cluster = 'none'\n{kpis}")
}

pub fn row_of(csv: &str, keys: &str) -> Row {
    let card = Workbench::new().compare(csv, &study(&kpi(keys)));
    card.kpi("ours/own").expect("the study's own").clone()
}

fn figure(keys: &str) -> Figure {
    let row = row_of(LOG, keys);
    row.is.value().unwrap_or_else(|| panic!("{keys}: {:?}", row.is)).clone()
}

fn told(keys: &str) -> (f64, u64, u64) {
    let Figure { value, n, excluded, .. } = figure(keys);
    (value, n, excluded.unwrap_or_default())
}

/// Dossier 1 took 23 hours, 2 took 25, 3 took 4 days, 4 an hour: two of four within a day. 5 has no finish, and that of 6
/// is after the cut-off, so nothing is known of either.
#[test]
fn a_share_leaves_out_what_is_not_known() {
    let within = "finished_at - received_at <= INTERVAL '1 day'";
    assert_eq!(told(&format!("share = \"{within}\"")), (0.5, 4, 2));
}

/// The same with a word for open dossiers: two of six.
#[test]
fn an_expression_may_speak_of_open_dossiers() {
    let share = "share = \"finished_at IS NOT NULL AND finished_at - received_at <= INTERVAL '1 day'\"";
    let (value, n, excluded) = told(share);
    assert!((value - 2.0 / 6.0).abs() < 1e-11, "{value}");
    assert_eq!((n, excluded), (6, 0));
}

/// Visits 1, 3, 2, 2, 4 and 0 make 12 of six dossiers; the online ones 1, 2 and 0.
#[test]
fn a_mean_is_of_the_rows_it_is_asked_among() {
    assert_eq!(told("mean = 'visits'"), (2.0, 6, 0));
    assert_eq!(told("mean = 'visits'\namong = \"channel = 'online'\""), (1.0, 3, 3));
}

/// 23, 25, 96 and 1 hours make 145, by four dossiers and 24 hours a day; in hours of the clock 36.25.
#[test]
fn a_time_is_told_in_days() {
    let (value, n, excluded) = told("mean = 'finished_at - received_at'");
    assert!((value - 145.0 / 4.0 / 24.0).abs() < 1e-9, "{value}");
    assert_eq!((n, excluded), (4, 2));
    assert_eq!(told("mean = 'finished_at - received_at'\nunit = 'working_hours'").0, 36.25);
}

/// Fees 100, 300, 50, 150 and 200 make 800; the sixth dossier names none. By week or counted whole, the sum is the same.
#[test]
fn a_total_adds_up() {
    assert_eq!(told("total = 'fee_vnd'"), (800.0, 5, 1));
    let whole = row_of(LOG, "total = 'fee_vnd'\nsampling = 'census'");
    let figure = whole.is.value().expect("a figure");
    assert_eq!((figure.value, figure.limits.as_ref().map(|why| &why.0)), (800.0, Some(&Undefined::Census)));
    // Received on the 4th, 4th, 5th and 5th: the first week; on the 19th and 20th: the third.
    assert_eq!(told("total = '1'"), (6.0, 6, 0));
    assert_eq!(self::figure("total = '1'").clusters, Some(2));
}

/// 800 by the twelve visits of the five dossiers that name a fee.
#[test]
fn a_ratio_takes_rows_that_have_both() {
    let (value, n, excluded) = told("ratio = ['fee_vnd', 'visits']");
    assert!((value - 800.0 / 12.0).abs() < 1e-9, "{value}");
    assert_eq!((n, excluded), (5, 1));
}

/// A due date without an hour ends at 24:00: dossier 2 is finished at 09:00 of its due day, in time, and 3 on the day
/// after, late. 1 and 4 are in time: three of four. Of 5 and 6 nothing is known.
#[test]
fn dates_are_compared_at_the_coarser_precision() {
    assert_eq!(told("share = 'finished_at <= due_at'"), (0.75, 4, 2));
    assert_eq!(told("share = 'due_at >= finished_at'"), (0.75, 4, 2));
    assert_eq!(told("share = 'finished_at BETWEEN received_at AND due_at'"), (0.75, 4, 2));
    // From the day of reception to the due day: 4, 1, 3, 24, 3 and 21 days.
    let (value, ..) = told("mean = 'due_at - received_at'");
    assert!((value - 56.0 / 6.0).abs() < 1e-9, "{value}");
}

/// On the wall of Hà Nội five dossiers came at eight in the morning, the fourth at half past eleven at night.
#[test]
fn hours_are_those_of_the_wall() {
    let (value, ..) = told("share = 'EXTRACT(HOUR FROM received_at) < 12'");
    assert!((value - 5.0 / 6.0).abs() < 1e-11, "{value}");
    // From 23:30 to 00:30 is another day.
    let same = "share = 'CAST(finished_at AS DATE) = CAST(received_at AS DATE)'";
    assert_eq!(told(same), (0.0, 4, 2));
    let march =
        "total = '1'\namong = \"received_at >= DATE '2024-03-05' AND received_at < TIMESTAMP '2024-03-19 09:00:00'\"";
    assert_eq!(told(march), (3.0, 3, 3));
}

/// The due date of 6 is a promise, known though it is after the cut-off; its finish and its outcome are not.
#[test]
fn nothing_after_the_cut_off_is_known_but_promises() {
    assert_eq!(told("share = 'due_at IS NOT NULL'").0, 1.0);
    assert_eq!(told("total = '1'\namong = 'finished_at IS NULL'").0, 2.0);
    assert_eq!(told("total = '1'\namong = \"outcome = 'granted'\"").0, 2.0);
    let card = Workbench::new().compare(
        LOG,
        &format!(
            "compare.cluster = 'none'\ncompare.follow_up = '10 days'\n{}",
            kpi("total = '1'\namong = \"outcome = 'granted'\"")
        ),
    );
    assert_eq!(card.kpi("ours/own").and_then(|row| row.is.value()).map(|figure| figure.value), Some(3.0));
}

/// Dossiers 1, 3 and 5 are digitised, 2 and 6 are not, and of 4 nothing is said. Bình had 3 and 4.
#[test]
fn flags_names_and_values_are_as_the_log_has_them() {
    assert_eq!(told("share = 'digitised'"), (0.6, 5, 1));
    assert_eq!(told("share = 'NOT digitised'"), (0.4, 5, 1));
    let (value, ..) = told("share = \"officer IN ('Bình', 'Cúc') AND unit = 'B'\"");
    assert!((value - 2.0 / 6.0).abs() < 1e-11, "{value}");
    let (value, ..) = told("share = \"officer LIKE 'B_nh'\"");
    assert!((value - 2.0 / 6.0).abs() < 1e-11, "{value}");
}

/// Finished in the window are 1 to 4: visits 1, 3, 2 and 2. Due in it are 1 to 5.
#[test]
fn an_anchor_places_the_rows() {
    assert_eq!(told("mean = 'visits'\nanchor = 'finished'"), (2.0, 4, 0));
    assert_eq!(told("total = '1'\nanchor = 'due'"), (5.0, 5, 0));
    let row = row_of(LOG, "total = '1'\nanchor = 'submitted'");
    assert_eq!(row.is, Known::No(Undefined::NoColumn("submitted_at".into())));
}

/// A horizon of five working days from 20 March ends on the 27th, of 19 March on the 26th: all are old enough by the end
/// of March. With ten, 3 April and 2 April are not.
#[test]
fn a_horizon_leaves_out_the_young() {
    let card = |horizon: &str| {
        let kpi = kpi("share = 'finished_at IS NOT NULL'\nhorizon = true");
        let more = format!("calendar.base = 'vietnam'\ncompare.horizon = '{horizon}'\n{}", study(&kpi));
        let figure = Workbench::new().compare(LOG, &more).kpi("ours/own").and_then(|row| row.is.value().cloned());
        figure.map(|figure| (figure.value, figure.n, figure.immature))
    };
    let of_six = card("5 working days").expect("a figure");
    assert!((of_six.0 - 4.0 / 6.0).abs() < 1e-11, "{of_six:?}");
    assert_eq!((of_six.1, of_six.2), (6, Some(0)));
    assert_eq!(card("10 working days"), Some((1.0, 4, Some(2))));
    let row = row_of(LOG, "share = 'finished_at IS NOT NULL'\nhorizon = true");
    assert_eq!(row.is, Known::No(Undefined::NoCalendar));
}

#[test]
fn a_column_the_log_lacks_is_named() {
    for (keys, column) in [
        ("share = 'digitised AND vneid'", "vneid"),
        ("mean = 'delivered_at - received_at'", "delivered_at"),
        ("mean = 'received_at - delivered_at'", "delivered_at"),
        ("mean = 'visits'\namong = \"payment = 'cash'\"", "payment"),
        ("ratio = ['visits', 'supplement_requests']", "supplement_requests"),
    ] {
        assert_eq!(row_of(LOG, keys).is, Known::No(Undefined::NoColumn(column.into())), "{keys}");
    }
    // How a dossier ended is known when it has.
    let no_finish: String =
        LOG.lines().map(|line| line.to_owned() + "\n").collect::<String>().replace("finished_at", "ended");
    let row = row_of(&no_finish, "share = \"outcome = 'granted'\"");
    assert_eq!(row.is, Known::No(Undefined::NoColumn("finished_at".into())));
}

/// A column of the study's own is asked for by the name it is given.
#[test]
fn a_column_of_the_study_s_own_may_be_asked_for() {
    let csv = LOG.replace("officer", "Cán bộ");
    let kpi = format!("columns.clerk = 'Cán bộ'\ncompare.cluster = 'none'\n{}", kpi("share = \"clerk = 'An'\""));
    let card = Workbench::new().compare(&csv, &kpi);
    let value = card.kpi("ours/own").and_then(|row| row.is.value()).map(|figure| figure.value);
    assert!(value.is_some_and(|value| (value - 4.0 / 6.0).abs() < 1e-11), "{value:?}");
}

/// Nothing that a log may hold fails an expression that was accepted: what cannot be is null, and left out.
#[test]
fn a_log_cannot_fail_an_expression() {
    for (keys, expected) in [
        ("mean = 'CAST(officer AS BIGINT)'", None),
        ("share = 'CAST(unit AS DATE) IS NULL'", Some(1.0)),
        ("mean = 'visits % (visits - visits)'", None),
        ("mean = 'DIV(fee_vnd, visits)'", Some((100 + 100 + 25 + 75 + 50) as f64 / 5.0)),
        ("share = 'CAST(fee_vnd AS TINYINT) IS NULL'", Some(4.0 / 6.0)),
    ] {
        let row = row_of(LOG, keys);
        match expected {
            Some(expected) => {
                let value = row.is.value().map(|figure| figure.value);
                assert!(value.is_some_and(|value| (value - expected).abs() < 1e-9), "{keys}: {value:?}");
            }
            None => assert_eq!(row.is, Known::No(Undefined::NoRows), "{keys}"),
        }
    }
}

/// What other tables say of a dossier has the table's name before it: documents 3, 5 and 3 make 11 of three dossiers, one
/// limit of three is below eight hours. One answer was given in March, and one after the cut-off.
#[test]
fn joined_columns_may_be_asked_for() {
    let bench = Workbench::new();
    bench.write("cases.csv", "case_id,received_at,finished_at,procedure\n1,2024-03-04,2024-03-05,P\n2,2024-03-04,2024-03-06,Q\n3,2024-03-05,2024-03-09,P\n");
    bench.write(
        "procedures.csv",
        "procedure,in_force_from,documents,limit_hours\nP,2020-01-01,3,40\nQ,2020-01-01,5,7.5\n",
    );
    bench.write("surveys.csv", "at,case_id,score,scale_min,scale_max\n2024-03-10,1,4,1,5\n2024-04-10,2,5,1,5\n");
    let log = "log = { cases = ['cases.csv'], procedures = ['procedures.csv'], surveys = ['surveys.csv'] }";
    let told = |keys: &str| {
        let card = bench
            .study_of(log, &study(&kpi(keys)))
            .plan()
            .and_then(|plan| plan.compare().map(crate::contract::held))
            .expect("a scorecard");
        let row = card.kpi("ours/own").expect("a row").clone();
        row.is
            .value()
            .map(|figure| (figure.value, figure.n, figure.excluded.unwrap_or_default()))
            .ok_or(row.is.reason().cloned())
    };
    let close = |keys: &str, expected: f64| {
        let (value, n, _) = told(keys).expect(keys);
        assert!((value - expected).abs() < 1e-9 && n == 3, "{keys}: {value}");
    };
    close("mean = 'procedures.documents'", 11.0 / 3.0);
    close("share = 'procedures.limit_hours < 8'", 1.0 / 3.0);
    assert_eq!(told("share = 'surveys.satisfied'"), Ok((1.0, 1, 2)));
    assert_eq!(told("mean = 'surveys.at - finished_at'"), Ok((5.0, 1, 2)));
    assert_eq!(told("mean = 'procedures.steps'"), Err(Some(Undefined::NoColumn("procedures.steps".into()))));
    let lacking = row_of(&LOG.replace("officer", "procedure"), "share = 'procedures.documents > 3'");
    assert_eq!(lacking.is, Known::No(Undefined::NoColumn("procedures.documents".into())));
}

/// On the night of 31 March 2024 the clocks of Berlin go from two to three: by the wall four hours, three of them real.
#[test]
fn times_are_those_of_the_wall() {
    let csv = "case_id,received_at,finished_at\n1,2024-03-31 01:00:00,2024-03-31 05:00:00\n";
    let more = study(&kpi("mean = 'finished_at - received_at'\nunit = 'working_hours'"));
    let card = Workbench::new().compare(csv, &format!("study.zone = 'Europe/Berlin'\n{more}"));
    assert_eq!(card.kpi("ours/own").and_then(|row| row.is.value()).map(|figure| figure.value), Some(4.0));
}
