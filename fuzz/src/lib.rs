//! The targets: what any bytes are taken for, and what counts as a defect.
//!
//! The fuzzer runs them on bytes it makes up; the tests replay the small corpus in `fuzz/corpus`.

use giamtang::cube::Cube;
use giamtang::ingest::Reading;
use giamtang::report::{self, Format};
use giamtang::{Error, ErrorKind, Scorecard, Study};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// What takes any bytes.
pub type Target = fn(&[u8]);

/// The targets by name.
pub const TARGETS: [(&str, Target); 5] =
    [("csv", csv), ("xes", xes), ("study", study), ("datetime", datetime), ("cube", cube)];

/// A CSV of dossiers: it is read or refused, and every row is accounted for.
pub fn csv(bytes: &[u8]) {
    check("cases.csv", bytes, "log.cases = ['cases.csv']\nvalues.outcome.x = 'granted'");
}

/// A XES log, read as events and as dossiers.
pub fn xes(bytes: &[u8]) {
    check("log.xes", bytes, "log.events = ['log.xes']\nmilestones.finished_at = 'last'");
    check("log.xes", bytes, "log.cases = ['log.xes']\ncolumns.received_at = 'startdate'");
}

/// A study of a small log.
pub fn study(bytes: &[u8]) {
    const LOG: &str = "case_id,received_at,due_at,finished_at,unit,channel,paused\n\
                       1,2024-03-01 08:00,2024-03-08,2024-03-05 09:00,A,1,2024-03-02/2024-03-04\n\
                       2,2024-03-04 09:00,2024-03-11,,B,2,\n\
                       3,2024-02-04 09:00,2024-02-11,2024-03-01 10:00,B,web,P2D\n";
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let folder = Folder::of("cases.csv", LOG.as_bytes());
    let Ok(study) = Study::parse(text, folder.path("study.toml")) else { return };
    // What a study may name, it may read: here there is the log alone.
    let study = study.set("log.cases=['cases.csv']").and_then(|study| study.set("log.events=[]"));
    let Some(plan) = refuse_defects(study.and_then(|study| study.plan())) else { return };
    if let Some(card) = refuse_defects(plan.compare()) {
        report::write(&card, Format::Json, Vec::new()).expect("JSON");
    }
}

/// A date format in the first line, and a column of dates in the others.
pub fn datetime(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (format, values) = text.split_once('\n').unwrap_or((text, ""));
    if let Ok(reading) = Reading::of_format(format) {
        values.lines().for_each(|value| {
            reading.micros(value);
        });
    }
    let mut csv = String::from("case_id,received_at\n");
    for (id, value) in values.lines().enumerate() {
        csv.push_str(&format!("{id},\"{}\"\n", value.replace('"', "")));
    }
    check("cases.csv", csv.as_bytes(), "log.cases = ['cases.csv']");
}

/// A cube: it is loaded and compared, or refused.
pub fn cube(bytes: &[u8]) {
    let folder = Folder::of("log.cube", bytes);
    if let Ok(cube) = Cube::load(folder.path("log.cube")) {
        refuse_defects(Scorecard::compare(&cube));
    }
}

/// A folder with one file, gone when it is dropped.
struct Folder(tempfile::TempDir);

impl Folder {
    fn of(name: &str, bytes: &[u8]) -> Self {
        // Memory, where there is a file system in it: the targets write a file each time they run.
        let shared = PathBuf::from("/dev/shm");
        let folder = if shared.is_dir() { tempfile::tempdir_in(shared) } else { tempfile::tempdir() };
        let folder = Self(folder.expect("a temporary folder"));
        std::fs::write(folder.path(name), bytes).expect("a file");
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// Checks a log; anything but findings or a plain refusal is a defect.
fn check(name: &str, bytes: &[u8], log: &str) {
    let folder = Folder::of(name, bytes);
    let text = format!("{log}\nwindows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'");
    let study = Study::parse(&text, folder.path("study.toml")).expect("a study");
    let Some(plan) = refuse_defects(study.plan()) else { return };
    if let Some(findings) = refuse_defects(plan.threads(NonZeroUsize::MIN).check()) {
        let rows = findings.reconciliation();
        assert_eq!(rows.read, rows.accepted + rows.quarantined);
        report::check(&findings, Format::Json, Vec::new()).expect("JSON");
    }
}

/// The value; none where the log was refused in plain words.
fn refuse_defects<T>(result: Result<T, Error>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            assert!(!matches!(error.kind(), ErrorKind::Broken { .. }), "{error}");
            None
        }
    }
}
