//! Paths that are no files, files that may not be read, and names that no one expects.

use super::entry::{Entry, WINDOW, file, program, study};
use super::texts::sound;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

pub const DEVICE: &str = "it is a device, not a file";
pub const PIPE: &str = "it is a pipe, not a file";

/// A study of one path.
fn at(path: &str) -> Entry {
    study(path, &format!("log.cases = [\"{path}\"]\n{WINDOW}"))
}

pub fn entries() -> Vec<Entry> {
    [devices(), links(), names()].into_iter().flatten().collect()
}

fn devices() -> Vec<Entry> {
    vec![
        at("/dev/zero").refused(1, &["/dev/zero: cannot be read", DEVICE]),
        at("/dev/null").refused(1, &["/dev/null: cannot be read", DEVICE]),
        at("/dev/stdin").refused(1, &["/dev/stdin", DEVICE]),
        at("pipe.csv").after(pipe).refused(1, &["pipe.csv", PIPE]),
        at("folder.csv")
            .after(|at| std::fs::create_dir(at.join("folder.csv")).expect("a folder"))
            .refused(1, &["folder.csv", "it is a directory"]),
        at("*.csv")
            .named("folder among matches")
            .and("a.csv", || sound().into())
            .after(|at| std::fs::create_dir(at.join("z.csv")).expect("a folder"))
            .refused(1, &["z.csv", "it is a directory"]),
        at("nowhere.csv").refused(2, &["nowhere.csv: no file matches", "correct `[log]`"]),
        at("-").refused(1, &["standard input", "it is empty"]),
        file("below.csv", || sound().into())
            .named("a file as a folder")
            .run(&["check", "study.toml", "--set", "log.cases=['below.csv/x']"])
            .refused(1, &["below.csv/x", "a part of its path is a file"]),
        at(&"x".repeat(300)).named("name of 300 bytes").refused(1, &["its name is too long"]),
    ]
}

pub fn pipe(folder: &Path) {
    assert!(Command::new("mkfifo").arg(folder.join("pipe.csv")).status().expect("mkfifo").success());
}

fn links() -> Vec<Entry> {
    vec![
        at("loop.csv")
            .after(|at| symlink("loop.csv", at.join("loop.csv")).expect("a link"))
            .refused(1, &["loop.csv", "symbolic links"]),
        at("loop/a.csv")
            .after(|at| symlink("loop", at.join("loop")).expect("a link"))
            .refused(1, &["loop/a.csv", "symbolic links"]),
        at("dangling.csv")
            .after(|at| symlink("nowhere", at.join("dangling.csv")).expect("a link"))
            .refused(1, &["dangling.csv", "there is no such file"]),
        at("link.csv")
            .and("a.csv", || sound().into())
            .after(|at| symlink("a.csv", at.join("link.csv")).expect("a link"))
            .read(2, 0, &[]),
        at("**/*.csv").and("a.csv", || sound().into()).after(|at| symlink(".", at.join("here")).expect("a link")).read(
            2,
            0,
            &[],
        ),
    ]
}

fn names() -> Vec<Entry> {
    let odd =
        |name: &str| study(name, &format!("log.cases = [{}]\n{WINDOW}", quoted(name))).and(name, || sound().into());
    vec![
        odd("glob[1]*?.csv").read(2, 0, &["glob[1]*?.csv"]),
        odd("new\nline.csv").read(2, 0, &["new\\nline.csv"]),
        odd("esc\u{1b}[31m\u{202e}.csv").read(2, 0, &["esc\\u{1b}[31m\\u{202e}.csv"]),
        odd("🏢 hồ sơ — مكتب.csv").read(2, 0, &["🏢 hồ sơ — مكتب.csv"]),
        study("bad\n\u{1b}name.csv", &format!("log.cases = [{}]\n{WINDOW}", quoted("bad\n\u{1b}name.csv")))
            .and("bad\n\u{1b}name.csv", || b"x\n1\n".to_vec())
            .refused(2, &["bad\\n\\u{1b}name.csv: no column `case_id`"]),
        at("*.csv")
            .named("name not in UTF-8")
            .and("a.csv", || sound().into())
            .after(strange)
            .refused(1, &["its name is not in UTF-8; rename it"]),
        at("*/[ab].csv")
            .named("folder not in UTF-8")
            .after(|at| {
                let folder = at.join(OsStr::from_bytes(b"inv\xff"));
                std::fs::create_dir(&folder)
                    .and_then(|()| std::fs::write(folder.join("a.csv"), sound()))
                    .expect("a file");
            })
            .refused(1, &["its name is not in UTF-8; rename it"]),
    ]
}

fn strange(folder: &Path) {
    std::fs::write(folder.join(OsStr::from_bytes(b"inv\xff.csv")), sound()).expect("a file");
}

/// A text as TOML has it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Only the superuser can show what another user may not read.
#[test]
fn what_may_not_be_read_is_named() {
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let able = Command::new("setpriv").args(nobody).arg(program()).arg("--version").output();
    if !root || !able.is_ok_and(|ran| ran.status.success()) {
        println!("skipped: not the superuser, no setpriv, or the program is out of another user's reach");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let mode =
        |name: &str, mode| std::fs::set_permissions(path(name), PermissionsExt::from_mode(mode)).expect("a mode");
    std::fs::create_dir(path("locked")).expect("a folder");
    for name in ["secret.csv", "locked/a.csv", "a.csv"] {
        std::fs::write(path(name), sound()).expect("a file");
    }
    mode("", 0o755);
    mode("secret.csv", 0o000);
    mode("locked", 0o700);
    for (log, words) in [
        ("secret.csv", "secret.csv: cannot be read"),
        ("locked/a.csv", "locked/a.csv: cannot be read"),
        ("locked/*.csv", "locked: cannot be read"),
    ] {
        std::fs::write(path("study.toml"), format!("log.cases = ['{log}']\n{WINDOW}")).expect("a file");
        let mut command = Command::new("setpriv");
        let output =
            command.args(nobody).arg(program()).args(["check", "study.toml"]).current_dir(folder.path()).output();
        let output = output.expect("a run");
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), message.contains(words)), (Some(1), true), "{log}: {message}");
        assert!(message.contains("permission is denied"), "{message}");
    }
    std::fs::write(path("study.toml"), format!("log.cases = ['a.csv']\n{WINDOW}")).expect("a file");
    let arguments = ["compare", "study.toml", "-o", "card.txt"];
    let output =
        Command::new("setpriv").args(nobody).arg(program()).args(arguments).current_dir(folder.path()).output();
    let output = output.expect("a run");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("card.txt: cannot be written"));
}
