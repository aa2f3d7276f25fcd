//! What is counted of the fixture study: by an independent script, and as the scorecard counts.

use crate::contract::kept;
use crate::workbench::{Workbench, giamtang};
use giamtang::Study;
use serde_json::Value;

const FIXTURE: &str = "fixtures/study/study.toml";

pub fn index(arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["form", "766", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = giamtang(&all, b"");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    kept(&String::from_utf8(output.stdout).expect("UTF-8"))
}

/// Numerator and denominator of an item.
pub fn counted(scored: &Value, id: &str) -> (u64, u64) {
    let counted = &item(scored, id)["counted"];
    let number = |key: &str| counted[key].as_u64().unwrap_or_else(|| panic!("{id}: {counted}"));
    (number("numerator"), number("denominator"))
}

pub fn item<'v>(scored: &'v Value, id: &str) -> &'v Value {
    let items = scored["items"].as_array().expect("items");
    items.iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("no item {id}"))
}

/// As `counts.py` counts the raw files.
#[test]
fn the_fixture_is_counted_as_an_independent_script_counts_it() {
    let index = index(&[FIXTURE]);
    let expected = [
        ("1.1", 14, 14),
        ("1.2", 13, 14),
        ("1.3", 36, 43),
        ("1.4", 498, 522),
        ("2.1", 502, 537),
        ("3.1", 35, 43),
        ("3.2", 8, 35),
        ("3.3", 214, 522),
        ("3.5a", 25, 36),
        ("3.5b", 5, 36),
        ("3.6", 178, 336),
        ("4.1", 344, 497),
        ("4.2", 240, 522),
        ("4.3", 207, 522),
        ("4.5a", 12, 43),
        ("4.5b", 335, 522),
        ("5.1", 40, 112),
        ("5.2", 87, 172),
        ("5.4", 445, 522),
    ];
    for (id, numerator, denominator) in expected {
        assert_eq!(counted(&index, id), (numerator, denominator), "{id}");
    }
    let unpublished = index_with("index_766.publish_answer_within=none");
    assert_eq!(counted(&unpublished, "5.2"), (106, 172));
    assert_eq!(unpublished["rules"]["public_answers"], false);
}

fn index_with(setting: &str) -> Value {
    index(&[FIXTURE, "--set", setting])
}

/// Where a definition is the scorecard's, so is the figure.
#[test]
fn items_are_the_scorecards_figures_where_they_are_defined_alike() {
    let study = Study::load(FIXTURE).and_then(|study| study.set("compare.counting=766")).expect("a study");
    let card = study.plan().and_then(|plan| plan.compare()).expect("a scorecard");
    let index = index(&[FIXTURE]);
    let alike = [
        ("1.3", "transparency/complete_content"),
        ("1.4", "transparency/synced"),
        ("2.1", "time/on_time"),
        ("3.1", "quality/online_coverage"),
        ("4.1", "quality/e_result"),
        ("4.3", "quality/reused"),
        ("4.5b", "quality/population_data"),
        // Nothing is refused in the fixture.
        ("5.3", "satisfaction/petitions_satisfied"),
        ("5.4", "satisfaction/no_complaint_766"),
    ];
    for (id, kpi) in alike {
        let figure = card.kpi(kpi).and_then(|row| row.is.value()).unwrap_or_else(|| panic!("{kpi} has a figure"));
        assert_eq!(counted(&index, id), (figure.events, figure.n), "{id} and {kpi}");
    }
}

/// Items follow the study's longer look in nothing: the index is of its window's end.
#[test]
fn the_index_looks_at_its_windows_end() {
    let longer = index_with("compare.follow_up=60 days");
    assert_eq!(longer["items"], index(&[FIXTURE])["items"]);
    let output = giamtang(&["form", "766", FIXTURE, "--cut-off", "2024-08-31"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--cut-off"));
}

/// Fourteen communes, none of which the catalogue names: eight items are absent, and none of them is zero.
#[test]
fn offices_are_ranked_among_those_of_their_level() {
    let index = index(&[FIXTURE, "--by", "unit"]);
    let units = index["units"].as_array().expect("units");
    assert_eq!(units.len(), 14);
    let shares: Vec<f64> = units.iter().map(|unit| unit["total"]["share"].as_f64().expect("a share")).collect();
    assert!(shares.is_sorted_by(|one, next| one >= next), "{shares:?}");
    for (place, unit) in units.iter().enumerate() {
        assert_eq!((unit["level"].as_str(), unit["of"].as_u64()), (Some("commune"), Some(14)));
        assert_eq!(unit["rank"].as_u64(), Some(place as u64 + 1));
        assert_eq!((&unit["total"]["attainable"], &unit["total"]["maximum"]), (&64.into(), &80.into()));
        assert_eq!(item(unit, "3.1")["counted"]["detail"], "procedures.unit");
        assert!(item(unit, "3.1").get("score").is_none());
    }
    // What offices received is what all received.
    let received: u64 = units.iter().map(|unit| counted(unit, "1.4").1).sum();
    assert_eq!(received, counted(&index, "1.4").1);
}

#[test]
fn a_commune_has_fewer_items() {
    let index = index(&[FIXTURE, "--level", "commune"]);
    assert_eq!((&index["level"], &index["total"]["maximum"]), (&"commune".into(), &80.into()));
    assert_eq!(index["groups"].as_array().expect("groups").len(), 5, "of payment it has nothing");
}

/// What the office counted itself stands for all together, and a level, a rule or an item that there is not is named.
#[test]
fn the_study_decides_and_gives() {
    let given =
        ["index_766.given.4_4.numerator=3", "index_766.given.4_4.denominator=4", "index_766.given.4_6.numerator=0"];
    let more = ["index_766.given.4_6.denominator=0", "index_766.digitised=saturated", "index_766.online_by_sync=true"];
    let settings: Vec<&str> = given.iter().chain(&more).flat_map(|setting| ["--set", setting]).collect();
    let index = index(&[&[FIXTURE], &settings[..]].concat());
    assert_eq!((item(&index, "4.4")["score"].as_f64(), &item(&index, "4.4")["given"]), (Some(3.0), &true.into()));
    assert_eq!(item(&index, "4.6")["score"].as_f64(), Some(0.0));
    assert_eq!(index["total"]["attainable"], 100);
    assert!(index["total"].get("grade").is_some());
    // 240 of 522 are 46 % of the 80 % that earn four points; 214 of 522, by 498 of 522, of the 50 % that earn six.
    let near = |id: &str, expected: f64| (item(&index, id)["score"].as_f64().expect("a score") - expected).abs() < 1e-9;
    assert!(near("4.2", 4.0 * (240.0 / 522.0) / 0.8));
    assert!(near("3.3", 6.0 * (214.0 / 522.0) * (498.0 / 522.0) / 0.5));

    let refused = [
        ("index_766.level=city", "ministry, province or commune"),
        ("index_766.payment=sometimes", "linear or saturated"),
        ("index_766.given.4_7.numerator=1", "4_7"),
        ("index_766.given.5_1.numerator=1", "5_1"),
        ("index_766.announce_before=5 days", "index_766.announce_before"),
        ("index_766.levels=province", "did you mean `index_766.level`?"),
    ];
    for (setting, said) in refused {
        let more = "index_766.given.4_7.denominator=1";
        let more =
            if setting.contains("given") { more.replace("4_7", &setting[16..19]) } else { "study.name=x".into() };
        let output = giamtang(&["form", "766", FIXTURE, "--set", setting, "--set", &more], b"");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{setting}: {errors}");
        assert!(errors.contains(said), "{setting}: {errors}");
    }
    let output = giamtang(
        &[
            "form",
            "766",
            FIXTURE,
            "--set",
            "index_766.given.4_4.numerator=5",
            "--set",
            "index_766.given.4_4.denominator=4",
        ],
        b"",
    );
    assert_eq!(output.status.code(), Some(2), "more than all");
}

/// A log of four columns answers what it can; each other item says which column or table it lacks.
#[test]
fn what_a_log_lacks_is_named() {
    let bench = Workbench::new();
    bench.write(
        "cases.csv",
        "case_id,received_at,due_at,finished_at\na,2024-03-04,2024-03-08,2024-03-07\nb,2024-03-05,2024-03-08,\n",
    );
    let text = "log.cases = ['cases.csv']\nwindows.is = '2024-03-01..2024-03-31'\n";
    let study = bench.write("study.toml", text);
    let index = index(&[study.to_str().expect("a path")]);
    assert_eq!(counted(&index, "2.1"), (1, 2));
    assert_eq!((&index["total"]["score"], &index["total"]["attainable"]), (&10.0.into(), &20.into()));
    let lacks = [
        ("1.1", "no_column", "procedures.decided_at"),
        ("1.4", "no_column", "synced"),
        ("3.1", "no_column", "procedures.in_force_from"),
        ("3.3", "no_column", "channel"),
        ("4.4", "not_given", ""),
        ("5.2", "no_column", "petitions."),
        ("5.4", "no_column", "petitions."),
    ];
    for (id, code, detail) in lacks {
        let why = &item(&index, id)["counted"];
        assert_eq!(why["undefined"], code, "{id}: {why}");
        assert!(why["detail"].as_str().expect("a detail").contains(detail), "{id}: {why}");
    }
    assert_eq!(
        item(&index, "2.1")["without"],
        serde_json::json!(["outcome", "paused", "procedures.limit_hours", "supplement_requests"])
    );
}

/// Petitions of a table without a row: nobody complained, which is full marks; of a log without a row in the window the
/// rates of dossiers are zero.
#[test]
fn no_petition_is_full_marks_and_no_dossier_none() {
    let bench = Workbench::new();
    bench.write(
        "petitions.csv",
        "petition_id,received_at,case_id,answered_at,dissatisfied\np,2023-01-02,,2023-01-03,0\n",
    );
    bench.write("cases.csv", "case_id,received_at,due_at,finished_at,synced\na,2023-03-04,2023-03-08,2023-03-07,1\n");
    let text = "log.cases = ['cases.csv']\nlog.petitions = ['petitions.csv']\ncalendar.base = 'vietnam'\n\
                windows.is = '2024-03-01..2024-03-31'\n";
    let study = bench.write("study.toml", text);
    let index = index(&[study.to_str().expect("a path")]);
    for (id, score) in [("5.2", 6.0), ("5.3", 6.0), ("5.4", 0.0), ("1.4", 0.0), ("2.1", 0.0)] {
        assert_eq!((counted(&index, id), item(&index, id)["score"].as_f64()), ((0, 0), Some(score)), "{id}");
    }
}

/// Received on Monday 4 March. Two working days to refuse end on the 6th, five to ask for a supplement on the 11th, fifteen
/// to answer on the 25th, two to publish an answer of Friday the 15th on Tuesday the 19th; the due date that a petition
/// names wins over the fifteen days. Each deadline is kept on its day by one petition and missed on the next by another.
#[test]
fn each_deadline_of_a_petition_is_kept_or_missed() {
    let bench = Workbench::new();
    let header =
        "petition_id,received_at,due_at,answered_at,published_at,refused_at,supplement_asked_at,case_id,dissatisfied\n";
    let rows = [
        "refused in time,2024-03-04,,,,2024-03-06,,,0",
        "refused late,2024-03-04,,,,2024-03-07,,,0",
        "asked in time,2024-03-04,,2024-03-15,2024-03-15,,2024-03-11,,0",
        "asked late,2024-03-04,,2024-03-15,2024-03-15,,2024-03-12,,0",
        "answered in time,2024-03-04,,2024-03-25,2024-03-25,,,,0",
        "answered late,2024-03-04,,2024-03-26,2024-03-26,,,,0",
        "public in time,2024-03-04,,2024-03-15,2024-03-19,,,,0",
        "public late,2024-03-04,,2024-03-15,2024-03-20,,,,0",
        "due in time,2024-03-04,2024-03-08,2024-03-08,2024-03-08,,,,0",
        "due late,2024-03-04,2024-03-08,2024-03-11,2024-03-11,,,,0",
        // Its limit of publication passes on 2 April, after the window.
        "not public yet,2024-03-18,,2024-03-29,,,,,0",
    ];
    bench.write("petitions.csv", format!("{header}{}\n", rows.join("\n")));
    bench.write("cases.csv", "case_id,received_at\na,2024-03-04\n");
    let text = "log.cases = ['cases.csv']\nlog.petitions = ['petitions.csv']\ncalendar.base = 'vietnam'\n\
                windows.is = '2024-03-01..2024-03-31'\n";
    let study = bench.write("study.toml", text);
    let study = study.to_str().expect("a path");
    assert_eq!(counted(&index(&[study]), "5.2"), (6, 11));
    // Without publication "public late" is in time; with longer limits so are those refused and asked late.
    let more = [
        "index_766.publish_answer_within=none",
        "index_766.refuse_within=3 working days",
        "index_766.ask_within=6 working days",
    ];
    let settings: Vec<&str> = more.iter().flat_map(|setting| ["--set", setting]).collect();
    assert_eq!(counted(&index(&[&[study], &settings[..]].concat()), "5.2"), (9, 11));
}
