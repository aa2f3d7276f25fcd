//! Who may import whom, read from the source: a room imports only rooms of a lower rank, and its own crates.

use crate::workbench::project;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Rank, room, and the third-party crates it may use; `std` and the room itself go without saying.
const ROOMS: [(u8, &str, &[&str]); 16] = [
    // strsim: the nearest known name.
    (0, "error", &["thiserror", "strsim"]),
    // serde: it stands in every result.
    (0, "provenance", &["serde"]),
    (1, "calendar", &["chrono", "chrono_tz"]),
    // calamine, zip: workbooks; chardetng, encoding_rs, simdutf8: encodings; csv_core, memchr: rows of text;
    // crossbeam_channel: batches to workers; glob: paths; polars_arrow, polars_parquet: names as a file keeps them;
    // futures_util, tokio, tokio_postgres, tokio_postgres_rustls, rustls, rustls_native_certs: databases, encrypted; serde: findings are results;
    // tempfile: standard input, ids, rows and events beyond memory; unicode_normalization and xxhash_rust: names and ids.
    (
        1,
        "ingest",
        &[
            "chrono",
            "chrono_tz",
            "polars",
            "polars_arrow",
            "polars_parquet",
            "calamine",
            "chardetng",
            "csv_core",
            "encoding_rs",
            "memchr",
            "quick_xml",
            "flate2",
            "serde",
            "serde_json",
            "simdutf8",
            "tempfile",
            "zip",
            "futures_util",
            "rustls",
            "rustls_native_certs",
            "tokio",
            "tokio_postgres",
            "tokio_postgres_rustls",
            "crossbeam_channel",
            "glob",
            "unicode_normalization",
            "xxhash_rust",
        ],
    ),
    // chrono: days of the calendar; polars_arrow: answers as bits; xxhash_rust: names that may not be read back.
    (2, "measure", &["polars", "polars_arrow", "chrono", "xxhash_rust"]),
    // rand, rand_chacha: the seeded city; csv: its files; serde_json: what was planted; tempfile: written beside, renamed.
    (2, "synth", &["polars", "chrono", "chrono_tz", "rand", "rand_chacha", "csv", "serde_json", "tempfile"]),
    // polars_arrow: flags by the word; serde_json: the header; sha2: its checksum; tempfile: written beside and renamed.
    (3, "cube", &["polars", "polars_arrow", "serde", "serde_json", "sha2", "tempfile"]),
    // serde: units and names are results.
    (4, "kpi", &["serde"]),
    (4, "stats", &["statrs"]),
    // serde_json: settings out of a cube's header.
    (5, "scorecard", &["serde", "serde_json"]),
    // chrono: periods and their cut-off days; serde: forms are results.
    (5, "forms", &["chrono", "serde"]),
    // base64: how a page spells its digests; chrono: the days of a deadline; csv: rows set aside and tidy figures; maud: pages for a browser; quick_xml: JUnit;
    // rust_xlsxwriter: workbooks; serde, serde_json: contracts; sha2: the digests by which a page names its own style and
    // script; toml: messages; unicode_width: columns of Vietnamese text.
    (
        6,
        "report",
        &[
            "polars",
            "base64",
            "chrono",
            "csv",
            "maud",
            "quick_xml",
            "rust_xlsxwriter",
            "serde",
            "serde_json",
            "sha2",
            "toml",
            "unicode_width",
        ],
    ),
    // chrono, chrono_tz: windows; sha2: the plan's digest.
    (6, "study", &["polars", "serde", "serde_json", "toml", "chrono", "chrono_tz", "sha2"]),
    // chrono, chrono_tz: months, weekdays, offsets; toml: its tests read back what it writes.
    (7, "draft", &["chrono", "chrono_tz", "toml"]),
    // polars: re-exported, so that callers hold frames of the right version.
    (7, "lib", &["polars"]),
    // clap_complete, clap_mangen: the completions and the manual of the command line; libc: what the allocator keeps;
    // signal_hook: a write beyond the user's limit fails instead of ending the program.
    (7, "main", &["clap", "clap_complete", "clap_mangen", "console", "indicatif", "libc", "signal_hook"]),
];

fn rank(room: &str) -> Option<u8> {
    ROOMS.iter().find(|(_, name, _)| *name == room).map(|(rank, ..)| *rank)
}

/// The sources, each with its room.
fn sources() -> Vec<(String, PathBuf)> {
    let root = project("src");
    rust_files(&root).into_iter().map(|path| (room(&root, &path), path)).collect()
}

pub fn rust_files(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).expect("a folder").map(|entry| entry.expect("an entry").path());
    let inside = entries.flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] });
    inside.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn room(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).expect("inside src");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a source: no comments, no docs.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a source");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The names that follow `prefix` in a text.
fn names_after<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(prefix)
        .filter(move |(at, _)| !text[..*at].ends_with(is_name))
        .map(move |(at, _)| text[at + prefix.len()..].split(|c: char| !is_name(c)).next().unwrap_or_default())
}

#[test]
fn every_source_is_in_a_known_room() {
    for (room, path) in sources() {
        assert!(rank(&room).is_some(), "{}: no such room", path.display());
    }
}

#[test]
fn rooms_import_only_rooms_of_a_lower_rank() {
    for (room, path) in sources().into_iter().filter(|(room, _)| room != "lib") {
        let code = code(&path);
        assert!(!code.contains("use crate::{"), "{}: one `use` line per room", path.display());
        for other in names_after(&code, "crate::").filter(|other| *other != room && rank(other).is_some()) {
            assert!(rank(other) < rank(&room), "{}: `{room}` imports `{other}`", path.display());
        }
    }
}

#[test]
fn crates_are_used_only_in_their_rooms() {
    let manifest = std::fs::read_to_string(project("Cargo.toml")).expect("Cargo.toml");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let crates = manifest["dependencies"].as_table().expect("a table").keys().map(|name| name.replace('-', "_"));
    let crates: BTreeSet<String> = crates.collect();
    for (room, path) in sources() {
        let allowed = ROOMS.iter().find(|(_, name, _)| *name == room).map_or(&[][..], |(.., allowed)| allowed);
        let code = code(&path);
        for used in crates.iter().filter(|name| !allowed.contains(&name.as_str())) {
            // A crate begins its path; inside one it is a module of ours, such as `format::csv`.
            let prefix = format!("{used}::");
            let found = code
                .match_indices(&prefix)
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
            assert!(!found, "{}: `{room}` uses the crate `{used}`", path.display());
        }
    }
}

#[test]
fn no_file_is_longer_than_the_house_allows() {
    for path in ["src", "tests", "benches"].into_iter().flat_map(|folder| rust_files(&project(folder))) {
        let lines = code(&path).lines().count();
        assert!(lines <= 400, "{}: {lines} lines of code", path.display());
    }
}
