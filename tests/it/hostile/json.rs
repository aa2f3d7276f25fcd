//! JSON lines: what is no object, what is no line, and what is too deep, too long or too much.

use super::entry::{Entry, file, text};

const FIRST: &str = r#"{"case_id":"1","received_at":"2024-03-01","unit":"A"}"#;
const SECOND: &str = r#"{"case_id":"2","received_at":"2024-03-02","unit":"B"}"#;

/// A sound line and another one.
fn beside(line: &str) -> String {
    format!("{FIRST}\n{line}\n")
}

/// A sound line with something more in it.
fn inside(more: &str) -> String {
    beside(&format!(r#"{{"case_id":"2","received_at":"2024-03-02","unit":"B","x":{more}}}"#))
}

pub fn entries() -> Vec<Entry> {
    [kinds(), lines(), values(), depths()].into_iter().flatten().collect()
}

fn kinds() -> Vec<Entry> {
    vec![
        text("empty.ndjson", "").refused(1, &["empty.ndjson", "it is empty"]),
        text("blank.ndjson", "\n \r\n\t\n").refused(1, &["it is empty"]),
        text("array.json", format!("[{FIRST},{SECOND}]"))
            .refused(1, &["array.json", "one JSON array; write one object a line"]),
        text("pretty.json", FIRST.replace([',', '{', '}'], "\n")).refused(1, &["no line of it is one JSON object"]),
        text("scalars.ndjson", "1\n\"a\"\nnull\n").refused(1, &["no line of it is one JSON object"]),
        text("single-quotes.ndjson", "{'case_id':'1'}\n").refused(1, &["no line of it is one JSON object"]),
        text("sequence.ndjson", format!("\x1e{FIRST}\n\x1e{SECOND}\n"))
            .refused(1, &["no line of it is one JSON object"]),
    ]
}

fn lines() -> Vec<Entry> {
    let twice = r#"{"case_id":"2","case_id":"3","received_at":"2024-03-02"}"#;
    vec![
        text("bom-and-crlf.ndjson", format!("\u{feff}{FIRST}\r\n{SECOND}\r\n")).read(2, 0, &["UTF-8 with BOM"]),
        text("scalar-lines.ndjson", beside("1\n\"a\"\nnull\n[]")).read(1, 4, &["malformed_row"]),
        text("last-line-cut.ndjson", beside(&SECOND[..30]).trim_end()).read(1, 1, &["malformed_row", "no JSON object"]),
        text("commas-between.ndjson", format!("{FIRST},\n{SECOND}\n")).read(1, 1, &["malformed_row"]),
        text("two-on-a-line.ndjson", beside(&format!("{SECOND}{SECOND}"))).read(1, 1, &["malformed_row"]),
        text("key-twice.ndjson", beside(twice)).read(1, 1, &["malformed_row", "the key `case_id` stands twice"]),
        text("key-twice-inside.ndjson", beside(r#"{"case_id":"2","a":{"b":1},"a.b":2}"#)).read(
            1,
            1,
            &["`a.b` stands twice"],
        ),
        text("empty-object.ndjson", beside("{}")).read(1, 1, &["blank_row"]),
        text("blank-between.ndjson", beside(&format!("\n \n{SECOND}\n\n\n"))).read(2, 2, &["blank_row"]),
        file("line-of-65-MiB.ndjson", || beside(&format!("{{\"x\":\"{}\"}}", "a".repeat(65 << 20))).into())
            .refused(1, &["line-of-65-MiB.ndjson", "row 2 is longer than 64 MiB"]),
        file("twenty-thousand-keys.ndjson", || {
            let keys: String = (0..20_000).map(|key| format!(",\"k{key}\":1")).collect();
            beside(&format!("{{\"case_id\":\"2\"{keys}}}")).into()
        })
        .refused(1, &["twenty-thousand-keys.ndjson", "row 2", "more than 10000 different keys"]),
        text("key-with-escapes.ndjson", "{\"case_id\":\"2\",\"received_\\u001b[31m\\nat\":\"2024-03-02\"}\n")
            .refused(2, &["no column `received_at`"]),
    ]
}

fn values() -> Vec<Entry> {
    let ids = ["12345678901234567890", "12345678901234567891", "1.10", "1.1", "123456789012345678901234567890"];
    let numbers: String =
        ids.iter().map(|id| format!("{{\"case_id\":{id},\"received_at\":\"2024-03-01\",\"unit\":\"A\"}}\n")).collect();
    vec![
        text("twenty-digits.ndjson", numbers).read(5, 0, &[]),
        text("huge-number.ndjson", inside("1e400")).read(2, 0, &[]),
        text("huge-id.ndjson", SECOND.replace("\"2\"", "1e400")).read(1, 0, &[]),
        text("no-number.ndjson", inside("NaN")).read(1, 1, &["malformed_row"]),
        text("long-number.ndjson", inside(&"9".repeat(1_000_000))).read(2, 0, &[]),
        file("string-of-1-MB.ndjson", || beside(&SECOND.replace('B', &"x".repeat(1_000_000))).into()).read(
            1,
            1,
            &["oversized_field"],
        ),
        text("half-a-pair.ndjson", beside(&SECOND.replace('B', "\\ud800"))).read(1, 1, &["malformed_row"]),
        text("escaped-nul.ndjson", beside(&SECOND.replace("\"2\"", "\"2\\u0000\""))).read(1, 1, &["nul_byte"]),
        text("list-as-unit.ndjson", beside(&SECOND.replace("\"B\"", "[1, \"B\"]"))).read(2, 0, &[]),
        text("object-as-unit.ndjson", beside(&SECOND.replace("\"B\"", "{\"a\":1}"))).read(2, 0, &[]),
    ]
}

fn depths() -> Vec<Entry> {
    let too_deep = &["malformed_row", "too deep"];
    vec![
        file("lists-10000-deep.ndjson", || inside(&format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))).into())
            .read(1, 1, too_deep),
        file("objects-10000-deep.ndjson", || {
            inside(&format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000))).into()
        })
        .read(1, 1, too_deep),
        file("unclosed-million.ndjson", || inside(&"[".repeat(1_000_000)).into()).read(1, 1, &["malformed_row"]),
        text("sixty-deep.ndjson", inside(&format!("{}{}", "[".repeat(60), "]".repeat(60)))).read(2, 0, &[]),
    ]
}
