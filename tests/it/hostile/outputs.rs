//! Outputs: nowhere to go, onto what is read, onto a full disk, killed half-way. What stood there still stands, and
//! nothing half-written stays.

use super::entry::{Run, WINDOW, program};
use super::texts::sound;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A study of a sound log in a folder of its own.
fn bench() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("log.csv"), sound()).expect("a file");
    std::fs::write(folder.path().join("study.toml"), format!("log.cases = ['log.csv']\n{WINDOW}")).expect("a file");
    folder
}

/// The names in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    entries.map(|name| name.to_string_lossy().into_owned()).collect()
}

/// Runs what should fail, and looks whether the folder is as it was.
fn refused(folder: &Path, shell: &str, arguments: &[&str], code: i32, says: &str) {
    let before: Vec<_> = names(folder).into_iter().map(|name| (std::fs::read(folder.join(&name)).ok(), name)).collect();
    let run = Run::of(folder, shell, arguments);
    assert_eq!((run.code, run.is_sound()), (Some(code), Ok(())), "{arguments:?}: {run:?}");
    assert!(run.stderr.contains(says), "{arguments:?}: {run:?}");
    let after: Vec<_> = names(folder).into_iter().map(|name| (std::fs::read(folder.join(&name)).ok(), name)).collect();
    assert!(before == after, "{arguments:?}: {:?}", names(folder));
}

#[test]
fn an_output_that_cannot_be_is_refused() {
    let folder = bench();
    let at = folder.path();
    let full = "cannot be written: there is no space left on the disk. What was written before stays";
    for (output, code, says) in [
        ("no/such/folder/card.txt", 1, "card.txt: cannot be written: its folder does not exist. Nothing was changed"),
        ("log.csv/card.txt", 1, "a part of its path is a file"),
        (".", 1, "it is a folder"),
        ("/dev/full", 1, full),
        ("/proc/card.txt", 1, "cannot be written: no file can be made in its folder"),
        ("log.csv", 2, "a file that is not read"),
        ("./log.csv", 2, "a file that is not read"),
        ("study.toml", 2, "a file that is not read"),
    ] {
        refused(at, "", &["compare", "study.toml", "-o", output], code, says);
        refused(at, "", &["check", "study.toml", "-o", output], code, says);
        refused(at, "", &["cube", "build", "study.toml", "-o", output], code, says);
        if output != "/dev/full" {
            refused(at, "", &["check", "study.toml", "--quarantine", output], code, says);
        }
    }
    refused(at, "", &["compare", "study.toml", "-o", &"x".repeat(300)], 1, "its name is too long");
    refused(at, "", &["check", "study.toml", "--quarantine", "-"], 2, "the rows name people");
    refused(at, "", &["check", "study.toml", "-o", "a", "--quarantine", "a"], 2, "nor written to otherwise");
    refused(at, "exec >/dev/full", &["compare", "study.toml"], 1, full);
}

/// The tables beside the dossiers are read as well, and are as dear.
#[test]
fn a_table_beside_the_dossiers_is_not_written_over() {
    let folder = bench();
    let at = folder.path();
    std::fs::write(at.join("surveys.csv"), "at,score\n2024-03-04,4\n").expect("a file");
    let text = format!("log.cases = ['log.csv']\nlog.surveys = ['survey*.csv']\n{WINDOW}");
    std::fs::write(at.join("study.toml"), text).expect("a file");
    let says = "a file that is not read";
    for output in ["surveys.csv", "./surveys.csv"] {
        refused(at, "", &["compare", "study.toml", "-o", output], 2, says);
        refused(at, "", &["check", "study.toml", "--quarantine", output], 2, says);
        refused(at, "", &["cube", "build", "study.toml", "-o", output], 2, says);
    }
}

#[test]
fn a_link_to_what_is_read_is_refused_too() {
    let folder = bench();
    std::os::unix::fs::symlink("log.csv", folder.path().join("link")).expect("a link");
    refused(folder.path(), "", &["compare", "study.toml", "-o", "link"], 2, "a file that is not read");
}

/// The signal of a write beyond the limit, ignored or not, does not end the program.
#[test]
fn a_file_size_limit_leaves_the_old_file_and_nothing_else() {
    let folder = bench();
    std::fs::write(folder.path().join("card.txt"), "old").expect("a file");
    std::fs::write(folder.path().join("whole.cube"), "old").expect("a file");
    let says = "cannot be written: it is larger than a file may be there. Nothing was changed there";
    for limit in ["trap '' XFSZ; ulimit -f 1", "ulimit -f 1"] {
        refused(folder.path(), limit, &["compare", "study.toml", "-o", "card.txt"], 1, says);
        refused(folder.path(), limit, &["cube", "build", "study.toml", "-o", "whole.cube"], 1, says);
    }
}

#[test]
fn standard_input_that_does_not_fit_leaves_nothing() {
    let folder = bench();
    let at = folder.path();
    std::fs::create_dir(at.join("temporary")).expect("a folder");
    std::fs::write(at.join("big.csv"), sound().repeat(2_000)).expect("a file");
    std::fs::write(at.join("study.toml"), format!("log.cases = ['-']\n{WINDOW}")).expect("a file");
    let full = "export TMPDIR=temporary; exec <big.csv; ulimit -f 1";
    refused(at, full, &["check", "study.toml"], 1, "or where TMPDIR says");
    assert!(names(&at.join("temporary")).is_empty());
    refused(at, "export TMPDIR=nowhere", &["check", "study.toml"], 1, "or where TMPDIR says");
    refused(at, "exec <temporary", &["check", "study.toml"], 1, "it is a directory");
    let read = Run::of(at, "export TMPDIR=temporary; exec <log.csv", &["check", "study.toml"]);
    assert_eq!((read.code, read.stdout.contains("read 2 = accepted 2")), (Some(0), true), "{read:?}");
    assert!(names(&at.join("temporary")).is_empty());
}

#[test]
fn a_killed_build_leaves_the_old_cube_or_the_new() {
    let folder = bench();
    let at = folder.path();
    let rows: String =
        (0..40_000).map(|row| format!("{row},2024-03-{:02},unit {}\n", row % 28 + 1, row % 97)).collect();
    std::fs::write(at.join("log.csv"), format!("case_id,received_at,unit\n{rows}")).expect("a file");
    let arguments = ["cube", "build", "study.toml", "-o", "whole.cube"];
    assert_eq!(Run::of(at, "", &arguments).code, Some(0));
    let whole = std::fs::read(at.join("whole.cube")).expect("a cube");
    for wait in (0..8).map(|step| 40 * step) {
        std::fs::write(at.join("whole.cube"), "old").expect("a file");
        let mut command = Command::new(program());
        let child = command.args(arguments).current_dir(at).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("a child");
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().and_then(|()| child.wait()).expect("a child");
        let left = std::fs::read(at.join("whole.cube")).expect("a file");
        assert!(left == b"old" || left == whole, "after {wait} ms: {} bytes", left.len());
    }
}
