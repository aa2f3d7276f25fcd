//! Names that would be markup, and XML that must be whole.

use super::{HEAD, LOG};
use crate::workbench::{Workbench, giamtang};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;

const HOSTILE: &str = "A|<b>&`x`\\u001b[31m\\u202e]]>@all \\\"'\\uffff";

/// The result over a log with a hostile office, in a form.
fn gated(form: &str) -> String {
    let bench = Workbench::new();
    let office = HOSTILE
        .replace("\\u001b", "\u{1b}")
        .replace("\\u202e", "\u{202e}")
        .replace("\\uffff", "\u{ffff}")
        .replace("\\\"", "\"\"");
    let log: String = LOG
        .lines()
        .map(|line| match line.strip_suffix(",A") {
            Some(line) => format!("{line},\"{office}\"\n"),
            None => format!("{line}\n"),
        })
        .collect();
    bench.write("cases.csv", log);
    let target =
        |name: &str| format!("[[target]]\nname = \"{name}\"\nkpi = 'time/on_time'\ngroup = 'every'\nat_least = 0.9\n");
    let text = format!(
        "study.name = \"{HOSTILE}\"\n{HEAD}{}{}",
        target(HOSTILE),
        "[[target]]\nkpi = 'quality/online_share'\nat_least = 0.1\nallow_undefined = true\n"
    );
    let study = bench.write("study.toml", text).to_string_lossy().into_owned();
    let output = giamtang(&["gate", &study, "--format", form, "--quiet"], b"");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn markdown_is_a_list_whatever_names_say() {
    let list = gated("markdown");
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!((lines.len(), lines.iter().filter(|line| line.starts_with("- ")).count()), (9, 3), "{list}");
    for mark in ["<b>", "|<", "@all", "\u{1b}", "\u{202e}"] {
        assert!(!list.contains(mark), "{mark:?}: {list}");
    }
    assert!(list.contains("A\\|&lt;b&gt;&amp;\\`x\\`"), "{list}");
}

#[test]
fn a_page_and_json_keep_the_cursor_still() {
    assert!(!gated("terminal").contains(['\u{1b}', '\u{202e}']));
    serde_json::from_str::<serde_json::Value>(&gated("json")).expect("JSON");
}

/// What may stand in what, and with which attributes: the format as its readers describe it (testsuites, testsuite,
/// properties, testcase with one of failure and skipped, system-out); a star is an attribute that must be there.
const FORMAT: [(&str, &str, &str); 8] = [
    ("testsuites", "", "name tests failures errors skipped"),
    ("testsuite", "testsuites", "name* tests* failures* errors* skipped"),
    ("properties", "testsuite", ""),
    ("property", "properties", "name* value*"),
    ("testcase", "testsuite", "name* classname*"),
    ("failure", "testcase", "message type"),
    ("skipped", "testcase", "message"),
    ("system-out", "testcase", ""),
];

/// Reads a document, and fails where it is not of the format; how many of each element there are.
fn read(xml: &str) -> BTreeMap<String, usize> {
    let mut reader = Reader::from_str(xml);
    let (mut open, mut counts): (Vec<String>, BTreeMap<String, usize>) = (Vec::new(), BTreeMap::new());
    loop {
        match reader.read_event().unwrap_or_else(|why| panic!("{why}: {xml}")) {
            Event::Start(start) => {
                element(&start, open.last(), &mut counts);
                open.push(start.name().as_ref().to_owned());
            }
            Event::Empty(start) => element(&start, open.last(), &mut counts),
            Event::End(_) => drop(open.pop()),
            Event::Eof => break,
            Event::Decl(_) | Event::Text(_) | Event::GeneralRef(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let is_text =
        |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(is_text), "XML 1.0 has no such character");
    counts
}

fn element(start: &quick_xml::events::BytesStart<'_>, parent: Option<&String>, counts: &mut BTreeMap<String, usize>) {
    let name = start.name().as_ref().to_owned();
    let (_, inside, known) = FORMAT.into_iter().find(|(own, ..)| *own == name).unwrap_or_else(|| panic!("{name}"));
    assert_eq!(parent.map_or("", String::as_str), inside, "{name}");
    let attributes: Vec<String> =
        start.attributes().map(|own| own.expect("an attribute").key.as_ref().to_owned()).collect();
    for attribute in known.split(' ').filter_map(|own| own.strip_suffix('*')) {
        assert!(attributes.iter().any(|own| own == attribute), "{name} has no {attribute}");
    }
    let may = |own: &String| known.split(' ').any(|known| known.trim_end_matches('*') == own);
    assert!(attributes.iter().all(may), "{name}: {attributes:?}");
    *counts.entry(name).or_default() += 1;
}

/// Both offices miss nine in ten, and nothing is known of what came online: three cases, a failure, a skip, a pass.
#[test]
fn junit_is_of_its_format_whatever_names_say() {
    let xml = gated("junit");
    let counts = read(&xml);
    let of = |name: &str| counts.get(name).copied().unwrap_or_default();
    assert_eq!((of("testcase"), of("failure"), of("skipped"), of("system-out")), (3, 1, 1, 1), "{xml}");
    assert!(xml.contains(r#"tests="3" failures="1" errors="0" skipped="1""#), "{xml}");
    assert!(xml.contains("A|&lt;b&gt;&amp;`x`"), "{xml}");
    assert!(xml.contains(r#"<testcase classname="time_and_cost""#) && xml.contains(r#"<testcase classname="quality""#));
    let (_, fixture, _) = super::run(&["gate", super::STUDY, "--format", "junit"]);
    let counts = read(&fixture);
    assert_eq!((counts["testcase"], counts["failure"], counts["skipped"]), (12, 2, 3), "{fixture}");
    assert!(fixture.contains("`giamtang check` shows which rows and rules.</failure>"), "{fixture}");
}
