//! KPIs over the roster and the catalogue, through the whole program: what each needs, parts of a log, groups, the flow.

use crate::laws::{bytes, merged};
use crate::workbench::{Workbench, giamtang};
use giamtang::scorecard::{Figure, Flow, Row};
use giamtang::{Scorecard, Study, Undefined};

const PROCEDURES: &str = "\
procedure,in_force_from,in_force_to,field,limit_hours,documents,service_level,standard_minutes,restructured_at,merged_into
A,2020-01-01,2024-03-14,Đất đai,80,4,partial,60,,
A,2024-03-15,,Hộ tịch,40.5,2,full,60,2024-03-15,
B,2020-01-01,2024-03-09,Đất đai,120,6,information,90,,C
C,2024-03-10,,Đất đai,100,5,partial,90,,
D,2020-01-01,2024-02-15,Hộ tịch,8,1,information,10,,
E,2020-01-01,,Hộ tịch,8,1,information,10,,
";

const ROSTER: &str = "\
officer,from,to,unit,hours,trained_hours,moved_to
An,2024-02-01,2024-03-31,Cửa Nam,8,,
Bình,2024-02-01,2024-03-15,Tây Hồ,8,4,
Bình,2024-03-18,2024-03-29,Tây Hồ,8,,Tư pháp
Chi,2024-03-01,2024-03-31,Tây Hồ,4,16,
";

/// A log of a dossier every third day from January 2023 on, each finished after four days.
fn cases() -> String {
    let first = chrono::NaiveDate::from_ymd_opt(2023, 1, 2).expect("a day");
    let day = |number: u64| first.checked_add_days(chrono::Days::new(number));
    let mut csv = "case_id,received_at,finished_at,outcome,unit,procedure\n".to_owned();
    for number in 0..150_u64 {
        let (received, finished) = (day(3 * number).expect("a day"), day(3 * number + 4).expect("a day"));
        let outcome = if number % 7 == 0 { "withdrawn" } else { "granted" };
        let unit = ["Cửa Nam", "Tây Hồ"][(number % 2) as usize];
        let procedure = ["A", "B", "A", "D", "X"][(number % 5) as usize];
        csv += &format!("{number},{received},{finished},{outcome},{unit},{procedure}\n");
    }
    csv
}

/// A study of these tables; one that is empty is not there.
fn study(bench: &Workbench, [cases, procedures, roster]: [&str; 3], more: &str) -> Study {
    let mut text = "windows = { was = '2024-02-01..2024-02-29', is = '2024-03-01..2024-03-31' }\n\
                    calendar.base = 'vietnam'\nstudy.salt = 'a'\n"
        .to_owned();
    for (name, csv) in [("cases", cases), ("procedures", procedures), ("roster", roster)] {
        if !csv.is_empty() {
            bench.write(&format!("{name}.csv"), csv);
            text += &format!("log.{name} = ['{name}.csv']\n");
        }
    }
    Study::parse(&(text + more), bench.path("study.toml")).expect("a study")
}

fn card(tables: [&str; 3], more: &str) -> Scorecard {
    let bench = Workbench::new();
    study(&bench, tables, more).plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
}

fn whole() -> Scorecard {
    card([&cases(), PROCEDURES, ROSTER], "compare.cluster = 'none'")
}

fn row<'c>(card: &'c Scorecard, id: &str) -> &'c Row {
    card.kpi(id).unwrap_or_else(|| panic!("{id} is not on the card"))
}

/// The table without a column.
fn without(csv: &str, column: &str) -> String {
    let place = csv.lines().next().expect("a header").split(',').position(|name| name == column);
    let place = place.unwrap_or_else(|| panic!("no column {column}"));
    let kept = |line: &str| {
        let cells = line.split(',').enumerate().filter(|(at, _)| *at != place).map(|(_, cell)| cell);
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    csv.lines().map(kept).collect()
}

/// What each KPI requires beside the columns that every row of a table must have.
const NEEDS: [(&str, &[&str]); 10] = [
    ("staffing/fte", &["roster.hours"]),
    ("staffing/output_per_fte", &["procedure", "finished_at", "procedures.standard_minutes", "roster.hours"]),
    ("staffing/trained", &["roster.trained_hours"]),
    ("staffing/redeployed", &["roster.hours", "roster.moved_to"]),
    ("procedures/documents", &["procedure", "procedures.documents"]),
    ("procedures/limit", &["procedure", "procedures.limit_hours"]),
    ("procedures/restructured", &["procedures.restructured_at"]),
    ("procedures/dormant", &["procedure"]),
    ("procedures/in_force", &[]),
    ("quality/online_coverage", &["procedures.service_level"]),
];

#[test]
fn without_a_column_those_that_require_it_name_it_and_others_have_their_figure() {
    let whole = whole();
    for (id, _) in NEEDS {
        assert!(row(&whole, id).change.value().is_some(), "{id}: {:?}", row(&whole, id).is);
    }
    let columns: std::collections::BTreeSet<&str> =
        NEEDS.iter().flat_map(|(_, columns)| columns.iter().copied()).collect();
    for column in columns {
        let mut tables = [cases(), PROCEDURES.to_owned(), ROSTER.to_owned()];
        let (table, name) = match column.split_once('.') {
            Some(("procedures", name)) => (1, name),
            Some((_, name)) => (2, name),
            None => (0, column),
        };
        tables[table] = without(&tables[table], name);
        let card = card([&tables[0], &tables[1], &tables[2]], "compare.cluster = 'none'");
        for (id, required) in NEEDS {
            let (own, before) = (row(&card, id), row(&whole, id));
            if required.contains(&column) {
                let why = Some(Undefined::NoColumn(column.to_owned()));
                assert_eq!(own.is.reason().cloned(), why, "{id} without {column}");
                assert_eq!(own.was.as_ref().and_then(|was| was.reason()).cloned(), why, "{id} without {column}");
            } else if !["roster.moved_to", "finished_at"].contains(&column) {
                assert_eq!((&own.is, &own.was), (&before.is, &before.was), "{id} without {column}");
            } else {
                assert!(own.is.value().is_some(), "{id} without {column}: {:?}", own.is);
            }
        }
    }
}

/// Without a table everything that is made of it says which column it needs of it.
#[test]
fn without_a_table_its_kpis_name_a_column_of_it() {
    let why = |card: &Scorecard, id: &str| row(card, id).is.reason().map(Undefined::detail);
    let none = card([&cases(), "", ""], "compare.cluster = 'none'");
    let expected = [
        ("staffing/on_duty", "events.officer"),
        ("staffing/fte", "roster.hours"),
        ("staffing/trained", "roster.officer"),
        ("procedures/in_force", "procedures.in_force_from"),
        ("procedures/documents", "procedures.documents"),
        ("procedures/limit", "procedures.limit_hours"),
    ];
    for (id, column) in expected {
        assert_eq!(why(&none, id).as_deref(), Some(column), "{id}");
    }
    let rosterless = card([&cases(), PROCEDURES, ""], "compare.cluster = 'none'");
    assert!(row(&rosterless, "procedures/in_force").is.value().is_some());
    assert_eq!(why(&rosterless, "staffing/output_per_fte").as_deref(), Some("roster.hours"));
}

/// A table without dossiers: the catalogue alone has its figures.
#[test]
fn the_catalogue_alone_is_a_study() {
    let alone = card(["", PROCEDURES, ""], "compare.cluster = 'none'");
    let figure = |id: &str| row(&alone, id).is.value().map(|figure| figure.value);
    assert_eq!((figure("procedures/in_force"), figure("quality/online_coverage")), (Some(3.0), Some(0.666666666667)));
}

/// What has no dossier is counted in the first part of a log alone.
#[test]
fn parts_of_the_log_make_the_whole() {
    let bench = Workbench::new();
    let study = study(&bench, [&cases(), PROCEDURES, ROSTER], "compare = { cluster = 'unit', by = ['procedure'] }");
    let cube = |study: &Study| study.plan().and_then(|plan| plan.cube()).expect("a cube");
    let parts = || (1..=3).map(|number| cube(&study.clone().shard(number, 3).expect("a part")));
    let whole = cube(&study);
    assert!(bytes(&merged(parts())) == bytes(&whole));
    assert!(bytes(&merged(parts().collect::<Vec<_>>().into_iter().rev())) == bytes(&whole));
}

fn figure(row: &Row) -> &Figure {
    row.is.value().unwrap_or_else(|| panic!("{}: {:?}", row.id, row.is))
}

/// Of A, B and E, which stood at the end of February, B was merged into C, which began the day after its last; A changed.
#[test]
fn the_flow_is_told_wherever_the_stock_is() {
    let whole = whole();
    let stock = figure(row(&whole, "procedures/in_force"));
    assert_eq!(stock.flow, Some(Flow { start: 3, born: 1, died: 0, merged: 1, end: 3 }));
    let bench = Workbench::new();
    let _ = study(&bench, [&cases(), PROCEDURES, ROSTER], "");
    let text = "log = { cases = ['cases.csv'], procedures = ['procedures.csv'] }\ncompare.cluster = 'none'\n\
                windows = { was = '2024-02-01..2024-02-29', is = '2024-03-01..2024-03-31' }";
    let path = bench.write("own.toml", text);
    for (format, lang, said) in [
        ("terminal", "en", "start + born − died − merged = end: 4 + 0 − 1 − 0 = 3 → 3 + 1 − 0 − 1 = 3"),
        ("markdown", "en", "start + born − died − merged = end: 4 + 0 − 1 − 0 = 3 → 3 + 1 − 0 − 1 = 3"),
        ("terminal", "vi", "ban hành mới − bãi bỏ − sáp nhập = cuối kỳ: 4 + 0 − 1 − 0 = 3 → 3 + 1 − 0 − 1 = 3"),
    ] {
        let output = giamtang(&["compare", path.to_str().expect("a path"), "--format", format, "--lang", lang], b"");
        let page = String::from_utf8(output.stdout).expect("UTF-8").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(page.contains(said), "{page}");
    }
}

/// A goes from one field to another where it changes: a stock of each field, and no flow that would not add up.
#[test]
fn a_group_has_a_figure_where_the_table_can_tell_it_apart() {
    let card = card([&cases(), PROCEDURES, ROSTER], "compare = { cluster = 'none', by = ['field'] }");
    let of = |field: &str, id: &str| {
        let group = card.groups.iter().find(|group| group.by["field"].as_deref() == Some(field)).expect("a field");
        group.kpis.iter().find(|row| row.id == id).expect("a KPI").clone()
    };
    let land = of("Đất đai", "procedures/in_force");
    assert_eq!((figure(&land).value, figure(&land).flow), (1.0, None));
    assert_eq!(figure(&of("Hộ tịch", "procedures/in_force")).value, 2.0);
    // Rosters say nothing of fields.
    let why = of("Đất đai", "staffing/fte").is.reason().cloned();
    assert_eq!(why, Some(Undefined::NoColumn("roster.field".into())));
}

/// A log that begins less than twelve months before the window's end may have had earlier dossiers, or not.
#[test]
fn dormancy_needs_a_log_of_more_than_twelve_months() {
    let all = cases();
    let dormant =
        |csv: &str| row(&card([csv, PROCEDURES, ""], "compare.cluster = 'none'"), "procedures/dormant").clone();
    // Of A, C and E, C has only the dossiers of what it was made of.
    assert_eq!((figure(&dormant(&all)).n, figure(&dormant(&all)).events), (3, 2));
    let (header, rows) = all.split_once('\n').expect("a header");
    let year: Vec<&str> = rows.lines().filter(|line| !line.contains(",2023-0")).collect();
    let short = dormant(&format!("{header}\n{}\n", year.join("\n")));
    assert_eq!(short.is.reason(), Some(&Undefined::ShortLog));
}

/// Of dossiers received in February, those of D, which ended, and of X, which nobody knows, are excluded and counted.
#[test]
fn the_mix_is_that_of_the_first_window_and_what_no_longer_stands_is_excluded() {
    let whole = whole();
    let documents = row(&whole, "procedures/documents");
    let was = documents.was.as_ref().and_then(|was| was.value()).expect("a figure");
    assert_eq!(
        (was.n, was.excluded.unwrap_or_default()),
        (figure(documents).n, figure(documents).excluded.unwrap_or_default())
    );
    assert!(was.excluded.unwrap_or_default() > 0);
    assert!(was.value > figure(documents).value);
}

/// Of A the catalogue says nothing in February, of E nothing stands in March: both are left out of both windows. What is
/// compared is B's one document, before and after.
#[test]
fn means_at_fixed_weights_are_of_the_same_dossiers() {
    let cases = "case_id,received_at,procedure\n1,2024-02-05,A\n2,2024-02-05,B\n3,2024-02-05,E\n";
    let catalogue = "procedure,in_force_from,in_force_to,documents,limit_hours\nA,2020-01-01,2024-02-29,,\nA,2024-03-01,,6,80\n\
                     B,2020-01-01,,1,8\nE,2020-01-01,2024-03-15,9,40\n";
    let card = card([cases, catalogue, ""], "compare.cluster = 'none'");
    for (id, value) in [("procedures/documents", 1.0), ("procedures/limit", 8.0)] {
        let row = row(&card, id);
        for figure in [row.was.as_ref().and_then(|was| was.value()).expect("a figure"), figure(row)] {
            assert_eq!((figure.value, figure.n, figure.excluded.unwrap_or_default()), (value, 1, 2), "{id}");
        }
    }
}

/// The catalogue says of A and B what it says; of C nothing, and X it does not know: those count as without it.
#[test]
fn only_a_no_of_the_catalogue_takes_a_dossier_out() {
    let mut cases =
        "case_id,received_at,finished_at,outcome,channel,e_result,procedure,unit,receiving_unit\n".to_owned();
    for (number, procedure) in ["A", "B", "C", "X", ""].iter().enumerate() {
        cases += &format!("{number},2024-03-04,2024-03-05,granted,online,true,{procedure},U,V\n");
    }
    let catalogue = "procedure,in_force_from,needs_written_result,non_territorial\nA,2020-01-01,true,true\n\
                     B,2020-01-01,false,\nC,2020-01-01,,\n";
    let n = |procedures: &str, id: &str| {
        let card = card([&cases, procedures, ""], "compare.cluster = 'none'");
        let flagged = row(&card, id).flags.contains(&giamtang::scorecard::Flag::NoCatalogue);
        (figure(row(&card, id)).n, figure(row(&card, id)).excluded.unwrap_or_default(), flagged)
    };
    assert_eq!([n(catalogue, "quality/e_result"), n("", "quality/e_result")], [(4, 1, false), (5, 0, true)]);
    // B and C have no mark while A has one.
    assert_eq!(n(catalogue, "procedures/non_territorial"), (3, 2, false));
    let unmarked = catalogue.replace("true,true", "true,");
    assert_eq!(n(&unmarked, "procedures/non_territorial"), (5, 0, false));
    let without = without(catalogue, "non_territorial");
    assert_eq!(n(&without, "procedures/non_territorial"), (5, 0, true));
    // A catalogue of which dossiers cannot ask, because they name no procedure, asks for nothing.
    let nameless = self::without(&cases, "procedure");
    let card = card([&nameless, catalogue, ""], "compare.cluster = 'none'");
    assert_eq!(figure(row(&card, "quality/e_result")).n, 5);
    assert_eq!(figure(row(&card, "procedures/non_territorial")).n, 5);
}

/// Two weeks of five open days, and what a roster says of the second.
fn on_duty(roster: &str, more: &str) -> Scorecard {
    let bench = Workbench::new();
    bench.write("roster.csv", format!("officer,role,from,to,unit,hours\n{roster}"));
    bench.write("cases.csv", "case_id,received_at\n1,2024-03-04\n");
    let text = "log = { cases = ['cases.csv'], roster = ['roster.csv'] }\ncalendar.base = 'vietnam'\n\
                windows = { was = '2024-03-04..2024-03-10', is = '2024-03-11..2024-03-17' }\n";
    let study = Study::parse(&format!("{text}{more}"), bench.path("study.toml")).expect("a study");
    study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
}

/// An is there for 8 hours on each of the five days; on the Tuesday nobody wrote the hours down. That is 1 officer a day in
/// both weeks and 8 hours a day in both: 1 · 8 / 8 = 1. On a Tuesday without an entry nobody is there: 4 / 5 officers,
/// 4 · 8 / 5 = 6.4 hours, 0.8 · 8 / 6.4 = 1.
#[test]
fn a_day_without_hours_is_not_a_day_without_officers() {
    let was = "An,,2024-03-04,2024-03-08,A,8\nAn,,2024-03-11,2024-03-11,A,8\nAn,,2024-03-13,2024-03-15,A,8\n";
    for tuesday in ["An,,2024-03-12,2024-03-12,A,\n", ""] {
        let card = on_duty(&format!("{was}{tuesday}"), "compare.cluster = 'none'");
        assert_eq!(figure(row(&card, "staffing/on_duty")).value, 1.0, "{tuesday:?}");
    }
}

/// A clerk and a guard cover one counter, 8 hours a day and then 4: of either 1 officer a day is 1 · 8 / 4 = 2.
#[test]
fn the_coverage_of_a_group_is_its_counters_in_any_order_of_rows() {
    let entries = |officer: &str, role: &str| {
        let span = |span: &str, hours: u8| format!("{officer},{role},{span},A,{hours}\n");
        span("2024-03-04,2024-03-08", 8) + &span("2024-03-11,2024-03-15", 4)
    };
    let (clerk, guard) = (entries("An", "clerk"), entries("Bình", "guard"));
    for roster in [format!("{clerk}{guard}"), format!("{guard}{clerk}")] {
        let card = on_duty(&roster, "compare = { cluster = 'none', by = ['role'] }");
        let of = |role: &str| {
            let group = card.groups.iter().find(|group| group.by["role"].as_deref() == Some(role)).expect("a role");
            figure(group.kpis.iter().find(|row| row.id == "staffing/on_duty").expect("a KPI")).value
        };
        assert_eq!([of("clerk"), of("guard")], [2.0, 2.0]);
        assert_eq!(figure(row(&card, "staffing/on_duty")).value, 4.0);
    }
}

/// A line copied into the same file, and a whole file given twice: An's 8 hours and the ledger's 100 đồng are counted once.
/// The guard of another role with the same hours is another line.
#[test]
fn a_copied_line_of_roster_or_ledger_is_one_line() {
    let bench = Workbench::new();
    bench.write("cases.csv", "case_id,received_at,finished_at,outcome\n1,2024-03-04,2024-03-05,granted\n");
    let line = "An,clerk,2024-03-04,2024-03-08,A,8\n";
    bench.write(
        "roster.csv",
        format!("officer,role,from,to,unit,hours\n{line}{line}An,guard,2024-03-04,2024-03-08,A,8\n"),
    );
    let ledger = "unit,from,to,amount_vnd,voucher\nA,2024-03-04,2024-03-10,100,1\nA,2024-03-04,2024-03-10,100,2\n";
    ["ledger-1.csv", "ledger-2.csv"].iter().for_each(|name| drop(bench.write(name, ledger)));
    let text = "log = { cases = ['cases.csv'], roster = ['roster.csv'], ledger = ['ledger-1.csv', 'ledger-2.csv'] }\n\
                calendar.base = 'vietnam'\ncompare.cluster = 'none'\nwindows.is = '2024-03-04..2024-03-10'\n";
    let study = Study::parse(text, bench.path("study.toml")).expect("a study");
    let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    assert_eq!(figure(row(&card, "staffing/fte")).value, 2.0);
    // Declared independent, dossiers have no clusters; weeks are weeks all the same.
    let clusters = |id: &str| figure(row(&card, id)).clusters;
    assert_eq!([clusters("cost/agency_cost"), clusters("staffing/fte")], [None, Some(1)]);
    // Two vouchers of 100.
    assert_eq!(figure(row(&card, "cost/agency_cost")).value, 200.0);
    for (name, copies) in [("roster", 1), ("ledger", 2)] {
        let table = card.tables.iter().find(|table| table.table == name).expect("a table");
        assert_eq!(table.reconciliation.by_rule, [("identical_repeat".to_owned(), copies)].into());
    }
}

/// Two offices' lines reach every day of March together: 1,500 + 1,600 by one dossier. Without its last day, or the
/// 16th, a part of the month cost nothing; and April is not booked at all.
#[test]
fn a_ledger_that_does_not_reach_over_the_window_has_no_cost() {
    let cost = |ledger: &str| {
        let bench = Workbench::new();
        let cases = "case_id,received_at,finished_at,outcome\n1,2024-03-04,2024-03-05,granted\n2,2024-04-04,2024-04-05,granted\n";
        bench.write("cases.csv", cases);
        bench.write("ledger.csv", format!("unit,from,to,amount_vnd\n{ledger}"));
        let text = "log = { cases = ['cases.csv'], ledger = ['ledger.csv'] }\ncompare.cluster = 'none'\n\
                    windows = { was = '2024-03-01..2024-03-31', is = '2024-04-01..2024-04-30' }\n";
        let study = Study::parse(text, bench.path("study.toml")).expect("a study");
        let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
        let row = row(&card, "cost/agency_cost").clone();
        [row.was.expect("a window"), row.is].map(|own| own.value().map(|own| own.value).ok_or(own.reason().cloned()))
    };
    let gap = || Err(Some(Undefined::LedgerGap));
    let whole = "A,2024-03-01,2024-03-15,1500\nB,2024-03-16,2024-03-31,1600\n";
    assert_eq!(cost(whole), [Ok(3_100.0), gap()]);
    assert_eq!(cost(&whole.replace("03-31", "03-30")), [gap(), gap()]);
    assert_eq!(cost(&whole.replace("03-16,", "03-17,")), [gap(), gap()]);
    assert_eq!(cost(&format!("{whole}A,2024-04-01,2024-05-30,6000\n")), [Ok(3_100.0), Ok(3_000.0)]);
}
