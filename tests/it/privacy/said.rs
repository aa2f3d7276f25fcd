//! What the binary says to whom: internal unless it is asked, public with what is withheld and why, in every format.

use crate::workbench::giamtang;
use std::collections::BTreeSet;

const COMPARE: [&str; 5] = ["compare", "fixtures/study/study.toml", "--by", "unit", "-q"];

fn said(more: &[&str]) -> String {
    let output = giamtang(&[&COMPARE[..], more].concat(), b"");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    // A screen breaks its lines.
    String::from_utf8(output.stdout).expect("UTF-8").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_page_says_for_whom_it_is() {
    for format in ["terminal", "markdown"] {
        let own = said(&["--format", format]);
        assert!(own.contains("for whom: internal, not for publication") && !own.contains("suppressed"), "{format}");
        let own = said(&["--format", format, "--audience", "public"]);
        assert!(own.contains("for whom: public, small counts are suppressed"), "{format}");
        assert!(own.contains("of fewer than 10 persons") && own.contains("counts are rounded to 10"), "{format}");
        assert!(own.contains("suppressed to protect persons"), "{format}");
    }
    let own = said(&["--audience", "public", "--lang", "vi"]);
    assert!(own.contains("công khai, số liệu nhỏ đã được che") && own.contains("che để bảo vệ cá nhân"));
}

/// No count of the table is from 1 to 9 but of procedures and clusters, and what is withheld has its reason.
#[test]
fn the_table_has_no_small_count() {
    let output = giamtang(&[&COMPARE[..], &["--format", "csv", "--audience", "public"]].concat(), b"");
    let mut lines = csv::Reader::from_reader(&output.stdout[..]);
    let columns = lines.headers().expect("a head").clone();
    let place = |name: &str| columns.iter().position(|column| column == name).expect("a column");
    let [kpi, n, events, why] = ["kpi", "n", "events", "why"].map(place);
    let (mut withheld, mut small) = (0, BTreeSet::new());
    for line in lines.records().map(|line| line.expect("a line")) {
        withheld += usize::from(&line[why] == "suppressed");
        let is_small = |at: usize| line[at].parse::<u64>().is_ok_and(|count| (1..10).contains(&count));
        small.extend([n, events].into_iter().any(is_small).then(|| line[kpi].to_owned()));
    }
    let of_procedures =
        ["procedures/in_force", "procedures/restructured", "procedures/dormant", "quality/online_coverage"];
    small.retain(|kpi| !of_procedures.contains(&&**kpi) && !kpi.starts_with("transparency/"));
    assert_eq!(small, BTreeSet::new());
    assert!(withheld > 100, "{withheld} figures");
}

/// The study names the smallest number, and a number that protects nobody is refused.
#[test]
fn the_smallest_number_is_the_studys() {
    let own = said(&["--audience", "public", "--set", "privacy.least=5"]);
    assert!(own.contains("of fewer than 5 persons") && own.contains("counts are rounded to 5"));
    for wrong in ["privacy.least=2", "privacy.least=4.5", "privacy.lest=10"] {
        let output = giamtang(&[&COMPARE[..], &["--set", wrong]].concat(), b"");
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("privacy.le"), "{wrong}");
    }
}

#[test]
fn a_form_says_for_whom_it_is() {
    let form =
        |name: &str, more: &[&str]| giamtang(&[&["form", name, "fixtures/study/study.toml"], more].concat(), b"");
    let own = form("06a", &["--audience", "public"]);
    let text = String::from_utf8(own.stdout).expect("UTF-8").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("for whom: public") && text.contains("of fewer than 10 persons"), "{text}");
    assert!(!text.contains("counts are rounded"), "counts of a form are exact");
    for other in ["766", "nine"] {
        let own = String::from_utf8(form(other, &["--audience", "public"]).stdout).expect("UTF-8");
        assert!(own.contains("public") && own.contains("counts are rounded to 10"), "{own}");
    }
    let own = form("scm", &["--audience", "public"]);
    assert_eq!((own.status.code(), own.stdout.len()), (Some(2), 0), "{own:?}");
}
