//! Flipped bytes all over a file: it is read, or refused like any other, and nothing stops without a word.

use super::columnar::{ipc, parquet, sound, stream};
use super::entry::{Run, WINDOW};

/// Flips bits at so many places of a file and runs it; what does not end soundly is told.
fn wrong(name: &str, bytes: &[u8], arguments: &[&str], places: usize, mask: u8) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("study.toml"), format!("log.cases = ['{name}']\n{WINDOW}")).expect("a file");
    let place = |number: usize| (number * bytes.len() / places).min(bytes.len() - 1);
    let run = |at: usize| {
        let mut damaged = bytes.to_vec();
        damaged[at] ^= mask;
        std::fs::write(folder.path().join(name), damaged).expect("a file");
        let run = Run::of(folder.path(), "", arguments);
        run.is_sound().err().map(|why| format!("{name}, byte {at} ^ {mask:#x}: {why}: {}", run.stderr))
    };
    (0..places).map(place).filter_map(run).collect()
}

#[test]
fn flipped_bytes_are_read_or_refused() {
    let check = ["check", "study.toml"];
    let (parquet, ipc, stream) = (parquet(sound()), ipc(sound()), stream(sound()));
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let one = scope.spawn(|| [0xff, 0x80].map(|mask| wrong("a.parquet", &parquet, &check, 40, mask)).concat());
        let two = scope
            .spawn(|| [wrong("a.arrow", &ipc, &check, 40, 0xff), wrong("b.arrow", &stream, &check, 40, 0xff)].concat());
        [one, two].into_iter().flat_map(|part| part.join().expect("no panic")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_damaged_cube_is_read_or_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = "case_id,received_at,finished_at,unit\n1,2024-03-01,2024-03-02,A\n2,2024-03-02,2024-03-09,B\n";
    std::fs::write(folder.path().join("log.csv"), log).expect("a file");
    std::fs::write(folder.path().join("study.toml"), format!("log.cases = ['log.csv']\n{WINDOW}")).expect("a file");
    let built = Run::of(folder.path(), "", &["cube", "build", "study.toml", "-o", "whole.cube"]);
    assert_eq!((built.code, built.is_sound()), (Some(0), Ok(())));
    let cube = std::fs::read(folder.path().join("whole.cube")).expect("a cube");
    let wrong = wrong("a.cube", &cube, &["compare", "a.cube"], 40, 0xff);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
