//! Any text as a study of a small log.

#![no_main]

use giamtang_fuzz::{Folder, refuse_defects};
use giamtang::Study;
use libfuzzer_sys::fuzz_target;

const LOG: &str = "case_id,received_at,due_at,finished_at,unit,channel,paused\n\
                   1,2024-03-01 08:00,2024-03-08,2024-03-05 09:00,A,1,2024-03-02/2024-03-04\n\
                   2,2024-03-04 09:00,2024-03-11,,B,2,\n\
                   3,2024-02-04 09:00,2024-02-11,2024-03-01 10:00,B,web,P2D\n";

fuzz_target!(|text: &str| {
    let folder = Folder::of("cases.csv", LOG.as_bytes());
    // What a study may name, it may read: only the log is there.
    let Ok(study) = Study::parse(text, folder.path("study.toml")) else { return };
    let read = study.set("log.cases=['cases.csv']").and_then(|study| study.set("log.events=[]")).and_then(|study| study.plan());
    let Some(plan) = refuse_defects(read) else { return };
    if let Some(card) = refuse_defects(plan.compare()) {
        giamtang::report::write(&card, giamtang::report::Format::Json, &mut Vec::new()).expect("JSON");
    }
});
