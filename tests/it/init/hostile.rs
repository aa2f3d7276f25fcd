//! Files that are broken or of no known kind: an error as documented or a study that parses, never a panic.

use crate::workbench::{Workbench, giamtang, project};

/// The exit code, and what went where.
fn ends_well(name: &str, log: &str) {
    let output = giamtang(&["init", log], b"");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(["panicked", "defect:", ".rs:"].iter().all(|word| !said.contains(word)), "{name}: {said}");
    match output.status.code() {
        Some(0) => {
            let parsed: Result<toml::Table, _> = text.parse();
            assert!(parsed.is_ok(), "{name}: {text}");
        }
        Some(1 | 2) => {
            assert!(text.is_empty() && said.starts_with("giamtang: ") && said.lines().count() == 1, "{name}: {said}")
        }
        code => panic!("{name}: {code:?} {said}"),
    }
}

#[test]
fn files_of_another_writer_end_well() {
    let mut files: Vec<_> = std::fs::read_dir(project("fixtures/hostile")).expect("files").flatten().collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    assert!(files.len() >= 8);
    for file in files {
        ends_well(&file.file_name().to_string_lossy(), &file.path().display().to_string());
    }
}

#[test]
fn every_file_of_the_quarantine_ends_well() {
    let files = std::fs::read_dir(project("fixtures/quarantine")).expect("files").flatten();
    let mut files: Vec<_> =
        files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|own| own != "toml")).collect();
    files.sort();
    assert!(files.len() >= 20);
    for file in files.iter().step_by(2) {
        ends_well(&file.display().to_string(), &file.display().to_string());
    }
}

#[test]
fn broken_texts_end_well() {
    let bench = Workbench::new();
    let wide = format!(
        "case_id,received_at,{}\n1,2024-01-01\n",
        (0..3_000).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",")
    );
    let long = format!("case_id,received_at\n1,{}\n2,2024-01-02\n", "9".repeat(300_000));
    let texts: [(&str, &[u8]); 14] = [
        ("empty.csv", b""),
        ("header.csv", b"case_id,received_at\n"),
        ("one.csv", b"case_id,received_at\n1,2024-01-05\n"),
        ("twice.csv", b"case_id,case_id,received_at\n1,2,2024-01-05\n"),
        ("ragged.csv", b"case_id,received_at\n1\n2,2024-01-05,x,y\n3,2024-01-06\n"),
        ("nul.csv", b"case_id,received_at,unit\n1,2024-01-05,a\0b\n2,2024-01-06,c\n"),
        ("quotes.csv", b"\"case\"\"id\",\"received\nat\",\"a=\"\"b\"\"\"\n1,2024-01-05,\"]\"\n2,2024-01-06,\"#\"\n"),
        ("controls.csv", b"id,opened,\x1b[31mred\x07\n1,2024-01-05,\x1b[2J\n2,2024-01-06,\xe2\x80\xaex\n"),
        ("no.json", b"[1, 2]"),
        ("lines.ndjson", b"{\"id\": 1, \"created\": \"2024-01-05\"}\n{\"id\": 2}\nnope\n"),
        ("no.xes", b"<log><trace>"),
        ("dtd.xes", b"<!DOCTYPE log [<!ENTITY a 'b'>]><log/>"),
        ("wide.csv", wide.as_bytes()),
        ("long.csv", long.as_bytes()),
    ];
    for (name, bytes) in texts {
        let path = bench.write(name, bytes);
        ends_well(name, &path.display().to_string());
    }
    ends_well("a folder", &bench.path("").display().to_string());
}
