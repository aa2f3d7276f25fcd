//! Rows of a XES event log (IEEE 1849), one per trace or one per event, as they stand in the file.

mod input;
mod scan;
mod sheet;

use crate::error::Result;
use crate::ingest::rows::Rows;
use scan::{Part, Scan, Step};
use sheet::{CASE, Sheet};
use std::collections::HashSet;
use std::io::BufRead;
use std::path::Path;

pub(in crate::ingest) use sheet::Level;

/// The different attribute keys of a log at most, and the text of all of them.
const MOST_KEYS: (usize, usize) = (10_000, 16 << 20);

/// The columns of a log: attribute keys in the order they are first met.
///
/// # Errors
///
/// The input fails, is no XES, goes beyond a limit, or has more than 10,000 different keys.
pub(in crate::ingest) fn columns(input: impl BufRead, path: &Path, level: Level) -> Result<Vec<String>> {
    let mut scan = Scan::new(input, path);
    let (mut seen, mut names, mut text) = (HashSet::new(), Vec::new(), 0);
    let mut name = String::new();
    loop {
        let part = match scan.next()? {
            Step::Done => return Ok(names),
            Step::Attribute(part) => part,
            Step::Starts(_) | Step::Ends(_) => continue,
        };
        let prefix = match (level, part) {
            (Level::Traces, Part::Trace) | (Level::Events, Part::Event | Part::LooseEvent) => "",
            (Level::Events, Part::Trace) => CASE,
            (Level::Traces, _) => continue,
        };
        name.clear();
        name.extend([prefix, scan.key()]);
        if !seen.contains(&name) {
            text += name.len();
            if names.len() == MOST_KEYS.0 || text > MOST_KEYS.1 {
                return Err(scan.error("it has more than 10,000 different attribute keys, or very long ones"));
            }
            seen.insert(name.clone());
            names.push(name.clone());
        }
    }
}

/// Every row, in batches of at most 65,536; `each` returns false to stop early.
///
/// An attribute without a value is blank; of a key that stands twice in one trace or event, the first value that is
/// not blank counts. A row is misshapen where a wanted value is no text.
///
/// # Errors
///
/// The input fails, is no XES, or goes beyond a limit.
pub(in crate::ingest) fn read(
    input: impl BufRead,
    path: &Path,
    level: Level,
    wanted: &[&str],
    each: &mut dyn FnMut(Rows) -> bool,
) -> Result<()> {
    let mut scan = Scan::new(input, path);
    let mut sheet = Sheet::new(level, wanted, each);
    loop {
        let taken = match scan.next()? {
            Step::Starts(part) => sheet.start(part),
            Step::Attribute(part) => sheet.fill(part, scan.key(), scan.value()),
            Step::Ends(part) => sheet.end(part),
            Step::Done => {
                sheet.hand_over();
                return Ok(());
            }
        };
        match taken {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(why) => return Err(scan.error(why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::rows::Misshapen;
    use proptest::prelude::*;
    use std::io::BufReader;

    const LOG: &str = "\u{FEFF}<?xml version='1.0' encoding='latin1'?><!-- made up --><x:log xmlns:x='y'>\
        <extension name='Concept' prefix='concept'/><global scope='event'><string key='g' value='no'/></global>\
        <string key='of the log' value='no'/>\
        <x:trace><x:string key='id' value='A'/>\
          <event><string key='step' value='Tiếp nhận'/><date key='at' value='2024-01-02'/></event>\
          <event><date key='at' value='2024-01-03'/><string key='step' value='a &lt;&amp;&#x111;&#233;&gt; b'/></event>\
          <int key='fee' value='7'/></x:trace>\n\
        <event><id key='step' value='loose'/></event>\
        <trace><boolean key='id' value='B'/></trace>\
        <trace/></x:log>\n<!-- the end -->";

    type Table = Vec<(u64, Vec<String>)>;

    fn all(log: &[u8], level: Level, wanted: &[&str]) -> Result<(Table, Vec<Misshapen>)> {
        let (mut table, mut misshapen) = (Table::new(), Vec::new());
        let mut each = |rows: Rows| {
            let row = |place| rows.columns.iter().map(|texts| texts.get(place).to_owned()).collect();
            table.extend(rows.numbers.iter().enumerate().map(|(place, number)| (*number, row(place))));
            misshapen.extend(rows.misshapen);
            true
        };
        read(BufReader::with_capacity(7, log), Path::new("log.xes"), level, wanted, &mut each)?;
        Ok((table, misshapen))
    }

    /// The rows as text: cells apart by `|`, rows by a blank.
    fn rows(log: &str, level: Level, wanted: &[&str]) -> String {
        let (table, misshapen) = all(log.as_bytes(), level, wanted).expect("the log can be read");
        assert_eq!(misshapen, []);
        assert!(table.iter().map(|(number, _)| *number).eq(1..=table.len() as u64));
        table.iter().map(|(_, row)| row.join("|")).collect::<Vec<_>>().join(" ~ ")
    }

    fn names(log: &str, level: Level) -> Vec<String> {
        columns(log.as_bytes(), Path::new("log.xes"), level).expect("the log can be read")
    }

    fn refusal(log: &[u8]) -> String {
        let path = Path::new("log.xes");
        let first = columns(log, path, Level::Events).expect_err("it is refused").to_string();
        for level in [Level::Traces, Level::Events] {
            assert_eq!(all(log, level, &["id"]).expect_err("it is refused").to_string(), first);
        }
        first
    }

    fn trace(inside: &str) -> String {
        format!("<log><trace>{inside}</trace></log>")
    }

    #[test]
    fn a_row_is_a_trace_or_an_event() {
        assert_eq!(names(LOG, Level::Traces), ["id", "fee"]);
        assert_eq!(rows(LOG, Level::Traces, &["fee", "id", "none"]), "7|A| ~ |B| ~ ||");
        assert_eq!(names(LOG, Level::Events), ["case:id", "step", "at", "case:fee"]);
        let events = "A|Tiếp nhận|2024-01-02|7 ~ A|a <&đé> b|2024-01-03|7 ~ |loose|| ~ B||| ~ |||";
        assert_eq!(rows(LOG, Level::Events, &["case:id", "step", "at", "case:fee"]), events);
        assert_eq!(rows(LOG, Level::Events, &["id", "step", "step"]).matches("loose|loose").count(), 1);
        assert_eq!(rows(LOG, Level::Events, &[]), " ~  ~  ~  ~ ");
    }

    #[test]
    fn only_a_part_s_own_attributes_count() {
        let log = trace(
            "<list key='l'><string key='id' value='in a list'/></list><string key='a' value='1'>\
             <string key='id' value='below'><string key='id' value='deep'/></string></string><values/>\
             <container key='id' value='c'><event/></container><other><event/><trace/></other>\
             <event><list key='l'><values><string key='a' value='x'/></values></list></event>\
             text <![CDATA[<event/>]]> &amp; <string key='id' value='own'/>",
        );
        assert_eq!(names(&log, Level::Traces), ["a", "id"]);
        assert_eq!(rows(&log, Level::Traces, &["id", "a"]), "own|1");
        assert_eq!(rows(&log, Level::Events, &["case:id", "a"]), "own|");
    }

    #[test]
    fn the_first_value_that_is_not_blank_counts() {
        let log = trace(
            "<string value='no key'/><string key=' ' value='no'/><string key='id'/><string key='id' value=' '/>\
             <string key='id' value=' one '/><string key='id' value='two'/>\
             <event><string key='case:id' value='its own'/><string key='case:x' value='its own'/></event>",
        );
        assert_eq!(names(&log, Level::Events), ["case:id", "case:x"]);
        assert_eq!(rows(&log, Level::Events, &["case:id", "case:x"]), " one |its own");
        assert_eq!(rows(&log, Level::Traces, &["id"]), " one ");
    }

    #[test]
    fn a_line_break_is_a_blank_unless_it_is_written_as_a_number() {
        let log = trace("<string key='id' value='a\r\nb\tc\rd&#10;e&quot;&apos;\u{1}&#0;'/>");
        assert_eq!(rows(&log, Level::Traces, &["id"]), "a b c d\ne\"'\u{1}\0");
        assert_eq!(rows("<log/>", Level::Events, &["id"]), "");
        assert_eq!(names("<log></log>", Level::Events), Vec::<String>::new());
    }

    #[test]
    fn a_wanted_value_that_is_no_text_spoils_its_row_only() {
        let log = b"<log><trace><string key='id' value='A'/><event><string key='x' value='a\xFFb'/></event>\
            <event><string key='x' value='ok'/></event></trace><trace><string key='id' value='\xC4'/><event/><event/>\
            </trace><trace><string key='id' value='&#xD83E;'/><string key='id' value='late'/></trace></log>";
        let rows = |log: &[u8], level, wanted: &[&str]| {
            let (table, misshapen) = all(log, level, wanted).expect("the log can be read");
            assert_eq!(misshapen, []);
            table.into_iter().map(|(_, texts)| texts.concat()).collect::<Vec<_>>()
        };
        let x = rows(log, Level::Events, &["case:id", "x"]);
        assert_eq!(x, ["Aa\u{FFFE}b", "Aok", "\u{FFFE}", "\u{FFFE}", "\u{FFFE}"]);
        assert_eq!(rows(log, Level::Events, &["y"]), [""; 5]);
        let long = [b"<log><trace><string key='\xFF' value='".as_slice(), &[0xFF; 300], b"'/></trace></log>"].concat();
        assert_eq!(rows(&long, Level::Traces, &["\u{FFFD}"]), ["\u{FFFE}".repeat(300)]);
    }

    const BOMB: &str = "<!DOCTYPE log [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><log><trace><string key='id' value='&b;'/>\
                    </trace></log>";

    /// A file, and what is said of it.
    const REFUSED: &[(&str, &str)] = &[
        ("", "it is empty."),
        (" \n", "it has no element: it is not XES (at byte 2)"),
        ("{\"log\": 1}", "text stands before its first element: it is not XML (at byte 0)"),
        ("x<log/>", "text stands before its first element"),
        ("&amp;<log/>", "text stands before its first element"),
        ("<html><log/></html>", "its first element is `html`, not `log`: it is not XES (at byte 0)"),
        ("<\u{1b}[1m/>", "`<\u{FFFD}[1m` begins no tag (at byte 0)"),
        ("<><log/></>", "`<` begins no tag"),
        ("<log><trace><strin?g key='a' value='b'/></trace></log>", "`<strin?g` begins no tag"),
        ("<log><trace><event <string key='a' value='b'/></trace></log>", "`<` stands in a tag"),
        ("<log><x><string key='a' value='a<b'/></x></log>", "`<` stands in a tag"),
        (BOMB, "it has a document type declaration (DTD), which is refused; remove it (at byte 0)"),
        ("<!DOCTYPE log SYSTEM 'file:///etc/passwd'><log/>", "(DTD), which is refused"),
        ("<log><!doctype x></log>", "(DTD), which is refused"),
        ("<!DOCTYPE>", "(DTD), which is refused"),
        ("<!DOCTYPE log [<!ENTITY", "(DTD), which is refused"),
        (
            "<log><trace><string key='a' value='&b;'/></trace></log>",
            "entity `&b;` is not allowed (at byte 12 in trace 1)",
        ),
        ("<log><trace><string key='&b;'/></trace></log>", "entity `&b;` is not allowed"),
        ("<log><trace/>&b;</log>", "entity `&b;` is not allowed (at byte 13 after trace 1)"),
        ("<log><trace><string key='a' value='a&b'/></trace></log>", "`&` without a name and `;` after it"),
        ("<log><trace><string key='a' value='&#x;'/></trace></log>", "`&#x;` is no character"),
        ("<log>&</log>", "`&` without a name and `;` after it"),
        ("<log><trace></log></trace>", "`</log>` stands where `</trace>` should (at byte 12 in trace 1)"),
        ("</log>", "`</log>` ends nothing (at byte 0)"),
        ("<log/></log>", "`</log>` ends nothing"),
        ("<log/><log/>", "it goes on after the end of its log (at byte 6)"),
        ("<log/>\n&lt;", "it goes on after the end of its log (at byte 7)"),
        ("<log><trace>", "it ends before its log does: a part of it is missing (at byte 12 in trace 1)"),
        ("<log><trace><event x='", "attribute value not closed"),
        ("<log><trace><event><event/></event></trace></log>", "`event` stands where XES has none"),
        ("<log><trace><trace/></trace></log>", "`trace` stands where XES has none"),
        ("<log><trace><string key=a value='b'/></trace></log>", "a tag is not of the form"),
        ("<log><trace><string key/='a' value='b'/></trace></log>", "a tag is not of the form"),
        ("<log><trace><string key='a' key='b'/></trace></log>", "a tag has `key` or `value` twice"),
    ];

    #[test]
    fn what_is_no_log_is_refused_with_its_place() {
        for (log, why) in REFUSED {
            let refused = refusal(log.as_bytes());
            assert!(refused.starts_with("log.xes: cannot be read: ") && refused.contains(why), "{log}: {refused}");
        }
    }

    #[test]
    fn limits_are_refusals() {
        let nested = |deep: usize| format!("{}<log/>{}", "<log>".repeat(deep - 1), "</log>".repeat(deep - 1));
        assert_eq!(rows(&nested(1_000), Level::Events, &[]), "");
        assert!(
            refusal(nested(1_001).as_bytes()).contains("more than 1,000 elements stand in one another (at byte 5000)")
        );
        assert!(refusal(format!("<log><a{}/></log>", "b".repeat(1_024)).as_bytes()).contains("more than 1,024 bytes"));
        assert!(
            refusal(format!("<log a='{}'/>", "b".repeat(16 << 20)).as_bytes()).contains("more than 16 MiB (at byte 0)")
        );

        let key = |number| format!("<string key='{number}'/>");
        let keys = |count: usize| {
            columns(trace(&(0..count).map(key).collect::<String>()).as_bytes(), Path::new("x"), Level::Traces)
        };
        assert_eq!(keys(10_000).map(|names| names.len()).ok(), Some(10_000));
        assert!(keys(10_001).is_err_and(|why| why.to_string().contains("more than 10,000 different attribute keys")));
    }

    #[test]
    fn a_log_cut_off_anywhere_is_refused() {
        let whole = LOG.strip_suffix("\n<!-- the end -->").unwrap_or(LOG);
        assert!(all(whole.as_bytes(), Level::Events, &["step"]).is_ok_and(|(table, _)| table.len() == 5));
        for end in 0..whole.len() {
            refusal(&whole.as_bytes()[..end]);
        }
    }

    #[test]
    fn batches_go_across_traces_and_may_be_stopped() {
        let trace = format!("<trace>{}</trace>", "<event/>".repeat(30_000));
        let log = format!("<log>{}</log>", trace.repeat(5));
        let batches = |most: usize| {
            let mut sizes = Vec::new();
            let mut each = |rows: Rows| {
                sizes.push((rows.numbers.first().copied(), rows.numbers.len()));
                sizes.len() < most
            };
            read(log.as_bytes(), Path::new("x"), Level::Events, &["x"], &mut each).expect("the log can be read");
            sizes
        };
        let three = [(Some(1), 65_536), (Some(65_537), 65_536), (Some(131_073), 18_928)];
        assert_eq!(batches(9), three);
        assert_eq!(batches(1), three[..1]);
    }

    const WORDS: &[&str] = &[
        "<",
        ">",
        "/",
        "=",
        "\"",
        "&",
        " ",
        "a",
        ";",
        "'",
        "!",
        "?",
        "-",
        "[",
        "]",
        "#",
        "<log",
        "<trace",
        "<event",
        "<string",
        "</log>",
        "</trace>",
        "</event>",
        "key",
        "value",
        " key='a'",
        " value='b'",
        "/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE",
        "<?xml",
        "?>",
        "Đ",
        "\u{FEFF}",
        "&#x",
        "&amp;",
        "\0",
    ];

    proptest! {
        #[test]
        fn nothing_makes_it_panic(
            words in prop::collection::vec(prop::sample::select(WORDS), 0..60),
            bytes in prop::collection::vec(any::<u8>(), 0..4),
            start in prop::sample::select(vec!["", "<log>", "<log><trace>", "<log><trace><event>"]),
        ) {
            let log = [start.as_bytes(), words.concat().as_bytes(), &bytes].concat();
            for level in [Level::Traces, Level::Events] {
                let found = columns(log.as_slice(), Path::new("x"), level).is_ok();
                prop_assert_eq!(all(&log, level, &["a", "case:a"]).is_ok(), found);
            }
        }
    }
}
