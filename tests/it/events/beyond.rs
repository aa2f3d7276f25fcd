//! Events beyond memory: whatever the bound and the threads, the same bytes.

use crate::workbench::Workbench;
use giamtang::Study;
use giamtang::report::{self, Format};
use std::fmt::Write;
use std::num::NonZeroUsize;

/// Three files in the order of time, so that no two events of a case stand near each other.
///
/// Every case is received in the first, may be asked for papers and answer in the second, and is examined and signed in
/// the second or third: some twice, some never. Due dates are days in the first file and moments in the last. A few events
/// cannot be read, a few rows cannot be taken apart, one has no id; some cases end before they begin.
fn files(bench: &Workbench) {
    const CASES: u32 = 300;
    let header =
        "case_id,activity,at,lifecycle,officer,unit,step_due_at,case:due_at,case:fee_vnd,case:channel,case:digitised";
    let mut files = [(); 3].map(|()| format!("{header}\n"));
    for case in 0..CASES {
        let id = format!("H26-{}", case * 7 % CASES);
        let (day, officer, unit) =
            (case % 9 + 1, ["Hoa", "Minh", "", "Lan"][case as usize % 4], ["A", "B", ""][case as usize % 3]);
        let due = if case % 5 == 0 { String::new() } else { format!("2024-03-{:02}", day + 8) };
        let channel = ["online", "direct", "postal", ""][case as usize % 4];
        let mut put = |file: usize, what: &str, at: &str, lifecycle: &str, limit: &str, own: &str| {
            writeln!(files[file], "{id},{what},{at},{lifecycle},{officer},{unit},{limit},{own}").expect("a row");
        };
        put(0, "Tiếp nhận", &format!("2024-03-{day:02} 08:{:02}:00", case % 60), "", "", &format!("{due},,{channel},"));
        if case % 3 == 0 {
            let own = format!(",{},,{}", case * 100, case % 2);
            put(1, "Yêu cầu bổ sung", &format!("2024-03-{:02} 09:00:00", day + 1), "", "", &own);
            put(1, "Bổ sung xong", &format!("2024-03-{:02} 09:00:00", day + 3), "", "", ",,,x");
        }
        for again in 0..case % 3 {
            let at = format!("2024-03-{:02} 10:0{again}:00", day + 4);
            put(1, "Thẩm định", &at, "start", &format!("2024-03-{:02} 17:00:00", day + 5), ",,,");
            put(2, "Thẩm định", &at.replace(" 10:", " 15:"), "complete", "", ",5000,,");
        }
        if case % 11 == 0 {
            put(2, "Ký duyệt", "sớm", "", "", ",,,");
        } else if case % 4 != 0 {
            let at = format!("2024-03-{:02} 16:00:00", day + 6 + case % 4);
            put(2, "Trả kết quả", &at, "", "", &format!("2024-03-{:02} 11:30:00,,online,1", day + 9));
        }
    }
    files[1].push_str("ragged\n,Tiếp nhận,2024-03-02 08:00:00,,,,,,,,\nH26-5,,2024-03-02 08:00:00,,,,,,,,\n");
    files[2]
        .push_str("H26-9,Thẩm định,2024-03-02 08:00:00,,,,,,nhiều,,\nH26-13,Tiếp nhận,1900-03-02 08:00:00,,,,,,,,\n");
    for (name, text) in ["1.csv", "2.csv", "3.csv"].iter().zip(files) {
        bench.write(name, text);
    }
}

const SCRIPT: &str = "compare = { cluster = 'none', by = ['unit', 'channel', 'officer'], pauses = 'resume' }\n\
                      milestones.finished_at = { last = ['Trả kết quả', 'Ký duyệt'] }\n\
                      milestones.accepted_at = { first = 'Thẩm định' }\n\
                      pauses = { from = 'Yêu cầu bổ sung', to = 'Bổ sung xong' }\n";

/// Everything that a study says: its check, its rows set aside, its scorecard and its cube.
fn told(study: &Study, threads: usize) -> [Vec<u8>; 4] {
    let threads = NonZeroUsize::new(threads).expect("a thread");
    let study = study.clone().threads(threads).keep_rows();
    let findings = study.plan().and_then(|plan| plan.check()).unwrap_or_else(|e| panic!("{e}"));
    let (mut check, mut aside, mut card) = (Vec::new(), Vec::new(), Vec::new());
    report::check(&findings, Format::Json, &mut check).expect("a check");
    report::quarantine(&findings, true, &mut aside).expect("rows set aside");
    let plan = study.plan().unwrap_or_else(|e| panic!("{e}"));
    let own = plan.compare().map(crate::contract::held).unwrap_or_else(|e| panic!("{e}"));
    report::write(&own, Format::Json, &mut card).expect("a scorecard");
    [check, aside, card, plan.cube().and_then(|cube| cube.to_bytes()).expect("a cube")]
}

#[test]
fn nothing_depends_on_how_much_memory_holds() {
    let bench = Workbench::new();
    files(&bench);
    let study = bench.study_of("log.events = ['?.csv']", SCRIPT);
    let expected = told(&study, 1);
    let aside = String::from_utf8_lossy(&expected[1]);
    for rule in ["broken_event", "ragged_row", "missing_id", "missing_activity", "unparsable_date", "unparsable_number"]
    {
        assert!(aside.contains(rule), "{rule}: {aside}");
    }
    for (bytes, threads) in [(0, 1), (0, 2), (20_000, 1), (20_000, 2), (usize::MAX, 2)] {
        let found = told(&study.clone().room(bytes), threads);
        for (what, (found, expected)) in ["check", "aside", "card", "cube"].iter().zip(found.iter().zip(&expected)) {
            assert!(found == expected, "{what} with {bytes} bytes and {threads} threads");
        }
    }
}

/// A part of the log is made of what a part of the events says, beyond memory too.
#[test]
fn a_part_of_a_log_is_the_same_part() {
    let bench = Workbench::new();
    files(&bench);
    let study = bench.study_of("log.events = ['3.csv', '1.csv', '2.csv']", SCRIPT);
    for part in 1..=3 {
        let study = study.clone().shard(part, 3).expect("a part");
        assert!(told(&study, 2) == told(&study.clone().room(0), 2), "part {part}");
    }
}
