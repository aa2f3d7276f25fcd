//! What a change of mix is taken for, stratum by stratum.

use super::{asked, card, close, lines, row, study, there};
use crate::workbench::{Workbench, project};
use giamtang::kpi::Sampling;
use giamtang::scorecard::{Adjusted, Flag, Row, Scorecard, Verdict};
use giamtang::{Study, Undefined};

const ONLINE: &str = "quality/online_share";
const UNITS: [&str; 10] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];

/// Blocks of five dossiers by month and procedure, of which so many are online, one in half of the units less and one in
/// the others more.
fn log(blocks: &[(&str, &str, usize, usize)]) -> String {
    let mut csv = String::from("case_id,received_at,unit,procedure,channel\n");
    for (at, unit) in UNITS.iter().enumerate() {
        for (month, procedure, count, online) in blocks {
            // Others have less in March than had less in February, so that units do not all change alike.
            let less = if *month == WAS { at % 2 == 0 } else { at < 5 };
            let online = if less { online - 1 } else { online + 1 };
            lines(&mut csv, count * online, &format!("{month}-05 08:00,{unit},{procedure},online"));
            lines(&mut csv, count * (5 - online), &format!("{month}-05 08:00,{unit},{procedure},direct"));
        }
    }
    csv
}

const WAS: &str = "2024-02";
const IS: &str = "2024-03";
const BY_PROCEDURE: &str = "compare.standardise = ['procedure']";

fn online(csv: &str, more: &str) -> (Row, Adjusted) {
    let row = row(&card(csv, more), ONLINE).clone();
    let adjusted = there(&row.adjusted).clone();
    (row, adjusted)
}

/// X is 80 % online, Y 20 %, in both months. Of four blocks one is of X before and three after: 0.8/4 + 3·0.2/4 = 0.35
/// becomes 0.65. Half of all is X, so both windows are 0.5 at one mix.
#[test]
fn a_swapped_mix_is_no_change_at_one_mix() {
    let csv = log(&[(WAS, "X", 1, 4), (WAS, "Y", 3, 1), (IS, "X", 3, 4), (IS, "Y", 1, 1)]);
    let (own, adjusted) = online(&csv, BY_PROCEDURE);
    assert_eq!(there(&own.change).absolute.value, 0.3);
    assert_eq!((adjusted.was, adjusted.is), (0.5, 0.5));
    assert_eq!((adjusted.rate_effect, adjusted.mix_effect, adjusted.unmatched), (0.0, 0.3, 0.0));
    assert_eq!(adjusted.change.absolute.value, 0.0);
    assert_eq!((adjusted.strata_matched, adjusted.strata_unmatched, adjusted.rows_unmatched), (2, 0, [0, 0]));
    assert!(!matches!(own.verdict, Some(Verdict::Improved | Verdict::Worsened)), "{:?}", own.verdict);
    // Who does not ask is told that it improved.
    let crude = row(&card(&csv, ""), ONLINE).clone();
    assert_eq!(crude.verdict, Some(Verdict::Improved));
    assert_eq!(crude.adjusted.reason(), Some(&Undefined::NotAsked));
    assert!(!crude.flags.contains(&Flag::Unadjusted));
}

/// The mix stays at half of each; X goes from 2/5 to 4/5 and Y from 1/5 to 2/5: 0.3 to 0.6, all of it the rates'.
#[test]
fn a_change_of_rates_alone_is_all_rate() {
    let csv = log(&[(WAS, "X", 2, 2), (WAS, "Y", 2, 1), (IS, "X", 2, 4), (IS, "Y", 2, 2)]);
    let (own, adjusted) = online(&csv, BY_PROCEDURE);
    assert_eq!((adjusted.was, adjusted.is), (0.3, 0.6));
    assert_eq!(there(&own.change).absolute.value, 0.3);
    assert_eq!((adjusted.rate_effect, adjusted.mix_effect, adjusted.unmatched), (0.3, 0.0, 0.0));
    assert_eq!(own.verdict, Some(Verdict::Improved));
}

/// Z comes with ten dossiers per unit, 8 of them online: (4 + 1) / 10 = 0.5 becomes (4 + 1 + 8) / 20 = 0.65, and what is
/// in both months did not change. The 100 rows of Z are left out.
#[test]
fn what_came_new_is_neither_rate_nor_mix() {
    let csv = log(&[(WAS, "X", 1, 4), (WAS, "Y", 1, 1), (IS, "X", 1, 4), (IS, "Y", 1, 1), (IS, "Z", 2, 4)]);
    let (own, adjusted) = online(&csv, BY_PROCEDURE);
    assert_eq!(there(&own.change).absolute.value, 0.15);
    assert_eq!((adjusted.rate_effect, adjusted.mix_effect, adjusted.unmatched), (0.0, 0.0, 0.15));
    assert_eq!((adjusted.strata_matched, adjusted.strata_unmatched, adjusted.rows_unmatched), (2, 1, [0, 100]));
}

/// W was merged into X, and X into V: dossiers of W in February and of V in March are of one stratum.
#[test]
fn a_merged_procedure_is_of_its_successors_stratum() {
    let csv = log(&[(WAS, "W", 1, 4), (WAS, "Y", 1, 1), (IS, "V", 1, 4), (IS, "Y", 1, 1)]);
    let (_, apart) = online(&csv, BY_PROCEDURE);
    assert_eq!((apart.strata_matched, apart.strata_unmatched, apart.rows_unmatched), (1, 2, [50, 50]));
    let bench = Workbench::new();
    let table = "procedure,in_force_from,in_force_to,merged_into\nW,2020-01-01,2024-02-20,X\nX,2020-01-01,2024-02-25,V\n\
                 V,2020-01-01,,\nY,2020-01-01,,\n";
    bench.write("procedures.csv", table);
    let more = format!("{}\n{BY_PROCEDURE}\nlog.procedures = ['procedures.csv']", super::WINDOWS);
    let card = study(&bench, &csv, &more)
        .and_then(|study| study.plan()?.compare().map(crate::contract::held))
        .expect("a scorecard");
    let adjusted = there(&row(&card, ONLINE).adjusted);
    assert_eq!((adjusted.strata_matched, adjusted.strata_unmatched, adjusted.rows_unmatched), (2, 0, [0, 0]));
    assert_eq!((adjusted.was, adjusted.is), (0.5, 0.5));
}

/// February: quick ones take 1, 2, 3, 4 days and a slow one 20, the median is 3. March: 2 days, and 20 to 25, the last
/// still open: the fourth of seven is 22. Of twelve dossiers five are quick, so at one mix 7/12 remain when all quick ones
/// are done, and the median falls on 20 days in both: with 7/12 · 5/6 left in March, with nothing in February.
#[test]
fn a_median_is_read_off_one_curve_of_weighted_strata() {
    let mut csv = String::from("case_id,received_at,finished_at,procedure\n");
    for (received, procedure, days) in [("2024-02-01", "quick", 1..=4), ("2024-03-01", "quick", 2..=2)] {
        days.for_each(|day| lines(&mut csv, 1, &format!("{received},{}-{:02},{procedure}", &received[..7], 1 + day)));
    }
    lines(&mut csv, 1, "2024-02-01,2024-02-21,slow");
    (20..25).for_each(|day| lines(&mut csv, 1, &format!("2024-03-01,2024-03-{},slow", 1 + day)));
    lines(&mut csv, 1, "2024-03-01,,slow");
    let card = card(&csv, &format!("compare.cluster = 'none'\n{BY_PROCEDURE}"));
    let own = row(&card, "time/elapsed_time");
    let adjusted = there(&own.adjusted);
    assert_eq!((adjusted.was, adjusted.is), (20.0, 20.0));
    assert_eq!(there(&own.change).absolute.value, 19.0);
    assert_eq!((adjusted.rate_effect, adjusted.mix_effect, adjusted.unmatched), (0.0, 19.0, 0.0));
    assert_ne!(own.verdict, Some(Verdict::Worsened));
}

/// The same mean by strata: 20 quick visits of 1 and 3, as the crude mean has it.
#[test]
fn a_mean_is_weighted_by_the_rows_of_both_windows() {
    // X: 1 and 3 before (mean 2), 2 after. Y: 10 before; 7, 8, 9 after (mean 8). Weights 3/7 and 4/7.
    let csv = "case_id,received_at,procedure,visits,supplement_requests\n1,2024-02-05,X,1,0\n2,2024-02-05,X,3,0\n\
               3,2024-02-05,Y,10,0\n4,2024-03-05,X,2,0\n5,2024-03-05,Y,7,0\n6,2024-03-05,Y,8,0\n7,2024-03-05,Y,9,0\n";
    let more = "compare = { cluster = 'none', horizon = '5 working days', standardise = ['procedure'] }\ncalendar.base = 'vietnam'";
    let card = card(csv, more);
    let own = row(&card, "time/contacts");
    let adjusted = there(&own.adjusted);
    // (3 · 2 + 4 · 10) / 7 = 46/7 and (3 · 2 + 4 · 8) / 7 = 38/7; crude 14/3 and 26/4.
    close(adjusted.was, 46.0 / 7.0);
    close(adjusted.is, 38.0 / 7.0);
    close(adjusted.rate_effect, -8.0 / 7.0);
    close(there(&own.change).absolute.value, 6.5 - 14.0 / 3.0);
    close(adjusted.mix_effect, 6.5 - 14.0 / 3.0 + 8.0 / 7.0);
}

/// The digits of a number as JSON has it, in units of 10^-24.
fn exact(value: f64) -> i128 {
    let text = format!("{value:.11e}");
    assert_eq!(text.parse::<f64>().ok(), Some(value), "{value} has more than twelve digits");
    let (digits, power) = text.split_once('e').expect("an exponent");
    let digits: i128 = digits.replace('.', "").parse().expect("digits");
    let places = power.parse::<i32>().expect("a power") - 11 + 24;
    if digits == 0 { 0 } else { digits * 10_i128.pow(u32::try_from(places).expect("no smaller number")) }
}

fn fixture(settings: &[&str]) -> Scorecard {
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    let study = settings.iter().try_fold(study, |study, setting| study.set(setting)).expect("settings");
    study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
}

/// As decimals of twelve digits, of every KPI and every group.
#[test]
fn parts_add_up_as_printed() {
    for columns in ["['procedure']", "['procedure', 'channel']"] {
        let card = fixture(&[&format!("compare.standardise={columns}"), "compare.by=['applicant']"]);
        let mut adjusted = 0;
        for row in card.kpis.iter().chain(card.groups.iter().flat_map(|group| &group.kpis)) {
            let Some(own) = row.adjusted.value() else { continue };
            let crude = there(&row.change).absolute.value;
            let [crude, rate, mix, unmatched] = [crude, own.rate_effect, own.mix_effect, own.unmatched].map(exact);
            assert_eq!(crude, rate + mix + unmatched, "{}: {own:?}", row.id);
            assert_eq!(own.change.absolute.value, own.rate_effect, "{}", row.id);
            adjusted += 1;
        }
        assert!(adjusted > 40, "{columns}: {adjusted}");
    }
}

/// Who is flagged: what is sampled by cluster and was not adjusted. Weeks and complete counts have no mix of dossiers.
#[test]
fn what_could_not_be_adjusted_says_so() {
    let card = fixture(&["compare.standardise=['channel']"]);
    let (mut flagged, mut without) = (0, 0);
    for row in &card.kpis {
        let has = row.flags.contains(&Flag::Unadjusted);
        let lacks = row.change.value().is_some() && row.adjusted.value().is_none();
        match row.sampling {
            Sampling::Cluster => assert_eq!(has, lacks, "{}: {:?}", row.id, row.adjusted),
            Sampling::Week | Sampling::Census if row.change.value().is_some() => {
                assert_eq!(row.adjusted.reason(), Some(&Undefined::NoMix), "{}", row.id);
                assert!(!has, "{}", row.id);
                without += 1;
            }
            _ => assert!(!has, "{}", row.id),
        }
        flagged += usize::from(has);
    }
    assert!(flagged > 0 && without > 0, "{flagged} {without}");
}

/// A mistake in the columns is one of the study.
#[test]
fn a_column_that_is_not_there_is_named_with_the_nearest() {
    let csv = log(&[(WAS, "X", 1, 4), (IS, "X", 1, 4)]);
    let error = |columns: &str| {
        let text = format!("{}\ncompare.standardise = {columns}", super::WINDOWS);
        asked(&csv, &text).expect_err("no such mix").to_string()
    };
    let unknown = error("['procedur']");
    assert!(unknown.contains("compare.standardise") && unknown.contains("`procedure`"), "{unknown}");
    let twice = error("['procedure', 'procedure']");
    assert!(twice.contains("compare.standardise") && twice.contains("once"), "{twice}");
    let no_name = error("['received_at']");
    assert!(no_name.contains("compare.standardise"), "{no_name}");
}
