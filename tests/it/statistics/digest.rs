//! What changes a cube changes its digest, and what only changes how it is read does not.

use super::{lines, study};
use crate::workbench::Workbench;
use giamtang::cube::Cube;

const WINDOWS: &str = "windows = { was = '2024-01-01..2024-01-31', is = '2024-03-01..2024-03-31' }\n";

fn log() -> String {
    let mut csv = "case_id,received_at,finished_at,unit,procedure\n".to_owned();
    for (month, unit) in [("01", "A"), ("01", "B"), ("02", "A"), ("03", "A"), ("03", "B")] {
        lines(&mut csv, 3, &format!("2024-{month}-05 08:00,2024-{month}-09 08:00,{unit},X"));
    }
    csv + "99,2024-03-30 08:00,2024-05-30 08:00,B,X\n"
}

fn cube(more: &str) -> Cube {
    study(&Workbench::new(), &log(), &format!("{WINDOWS}{more}")).and_then(|study| study.plan()?.cube()).expect(more)
}

#[test]
fn what_is_kept_is_in_the_digest() {
    let own = cube("").header.digest;
    let other = [
        "compare.standardise = ['procedure']",
        "compare.series = 'none'",
        "compare.series = '2024-02-01..2024-03-31'",
        "compare.treated = ['A']",
        "compare.longer = '7 days'",
        "compare.longer = 'none'",
        "compare.follow_up = '7 days'",
    ];
    for setting in other {
        assert_ne!(cube(setting).header.digest, own, "{setting}");
    }
    for setting in [
        "chart.screening = true",
        "compare.restricted = '60 days'",
        "compare.level = 0.9",
        "compare.longer = '30 days'",
    ] {
        assert_eq!(cube(setting).header.digest, own, "{setting}");
    }
}

/// Parts of one log are put together only if their studies judge alike.
#[test]
fn parts_that_judge_otherwise_are_refused() {
    let part = |number, more: &str| {
        let bench = Workbench::new();
        let study = study(&bench, &log(), &format!("{WINDOWS}{more}")).and_then(|study| study.shard(number, 2));
        study.and_then(|study| study.plan()?.cube()).expect("a part")
    };
    assert!(part(1, "").merge(part(2, ""), "part".as_ref()).is_ok());
    for other in ["compare.restricted = '60 days'", "chart.screening = true", "compare.level = 0.9"] {
        assert!(part(1, "").merge(part(2, other), "part".as_ref()).is_err(), "{other}");
    }
    // Who reformed decides nothing of what is kept, as long as somebody did.
    let treated = |names: &str| format!("compare.treated = [{names}]");
    assert_eq!(cube(&treated("'A'")).header.digest, cube(&treated("'B'")).header.digest);
    assert!(part(1, &treated("'A'")).merge(part(2, &treated("'B'")), "part".as_ref()).is_err());
}
