//! What the targets share: a log on disk, and what counts as a defect.

use giamtang::{Error, ErrorKind, Study};
use std::path::PathBuf;

/// A folder with one file, gone when it is dropped.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        // Memory, where there is a file system in it: the targets write a file each time they run.
        let shared = PathBuf::from("/dev/shm");
        let folder = if shared.is_dir() { tempfile::tempdir_in(shared) } else { tempfile::tempdir() };
        let folder = Self(folder.expect("a temporary folder"));
        std::fs::write(folder.path(name), bytes).expect("a file");
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// Checks a log; anything but a figure or a plain refusal is a defect.
pub fn check(name: &str, bytes: &[u8], log: &str) {
    let folder = Folder::of(name, bytes);
    let text = format!("{log}\nwindows.was = '2023-03-01..2023-03-31'\nwindows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'");
    let study = Study::parse(&text, folder.path("study.toml")).expect("a study");
    let Some(plan) = refuse_defects(study.plan()) else { return };
    let plan = plan.threads(std::num::NonZeroUsize::MIN);
    if let Some(findings) = refuse_defects(plan.check()) {
        let rows = findings.reconciliation();
        assert_eq!(rows.read, rows.accepted + rows.quarantined);
        giamtang::report::check(&findings, giamtang::report::Format::Json, &mut Vec::new()).expect("a page");
    }
}

/// The value; none where the log was refused in plain words.
pub fn refuse_defects<T>(result: Result<T, Error>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            assert!(!matches!(error.kind(), ErrorKind::Broken { .. }), "{error}");
            None
        }
    }
}

/// Lets a panic that giamtang catches be caught: the fuzzer's own hook would end the run.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|_| {}));
}
