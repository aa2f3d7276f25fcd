//! XES: declarations, entities and inclusions that reach out of the file; logs cut off, too deep, or of something else.

use super::entry::{Entry, events, file, text};
use super::packed::gzip;

const DECLARED: &str = "<?xml version='1.0' encoding='UTF-8'?>\n";
const NAMED: &str = "<string key='concept:name' value='1'/>";
const EVENT: &str = "<event><string key='concept:name' value='go'/>\
                     <date key='time:timestamp' value='2024-03-01T08:00:00+07:00'/></event>";

/// A log with this in it.
fn log(inside: &str) -> String {
    format!("{DECLARED}<log xes.version='1.0'>{inside}</log>")
}

/// A trace with this in it after its name.
fn trace(inside: &str) -> String {
    format!("<trace>{NAMED}{inside}</trace>")
}

fn sound() -> String {
    log(&trace(&EVENT.repeat(2)))
}

pub fn entries() -> Vec<Entry> {
    [outside(), forms(), limits(), contents(), encodings()].into_iter().flatten().collect()
}

fn outside() -> Vec<Entry> {
    let declared = |name: &str, dtd: &str, value: &str| {
        let log =
            sound().replace("<log", &format!("<!DOCTYPE log [{dtd}]><log")).replace("'go'", &format!("'{value}'"));
        events(name, log).refused(1, &[name, "document type declaration (DTD)", "remove it", "byte"])
    };
    let laughs: String = (1..10).map(|n| format!("<!ENTITY a{n} '{}'>", format!("&a{};", n - 1).repeat(10))).collect();
    vec![
        events("plain-dtd.xes", sound().replace("<log", "<!DOCTYPE log><log")).refused(1, &["DTD"]),
        declared("entity.xes", "<!ENTITY x 'y'>", "&x;"),
        declared("billion-laughs.xes", &format!("<!ENTITY a0 'lol'>{laughs}"), "&a9;"),
        declared("external-entity.xes", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&x;"),
        declared("parameter-entity.xes", "<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x'> %x;", "go"),
        events("unknown-entity.xes", sound().replace("'go'", "'&x;'"))
            .refused(1, &["entity `&x;` is not allowed", "trace 1"]),
        events(
            "xinclude.xes",
            log(&format!(
                "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd' parse='text'/>{}",
                trace(EVENT)
            )),
        )
        .read_events(1, 1),
        events("stylesheet.xes", sound().replace("<log", "<?xml-stylesheet href='file:///etc/passwd'?><log"))
            .read_events(2, 1),
    ]
}

fn forms() -> Vec<Entry> {
    let cut = |at: usize| events(&format!("cut-at-{at}.xes"), &sound()[..at]).refused(1, &["byte"]);
    vec![
        events("wrong-root.xes", format!("{DECLARED}<pnml><net/></pnml>"))
            .refused(1, &["wrong-root.xes", "its first element is `pnml`, not `log`"]),
        events("no-element.xes", DECLARED).refused(1, &["no-element.xes", "no element"]),
        events("two-logs.xes", format!("{}<log/>", sound())).refused(1, &["goes on after the end of its log"]),
        events("text-after.xes", format!("{}text", sound())).refused(1, &["goes on after the end of its log"]),
        events("wrong-end.xes", log("<trace></event>")).refused(1, &["wrong-end.xes", "`</event>` stands where"]),
        events("trace-in-trace.xes", log("<trace><trace/></trace>")).refused(1, &["`trace` stands where XES has none"]),
        events("lost-bracket.xes", sound().replace("'1'/>", "'1'/")).refused(1, &["lost-bracket.xes", "byte"]),
        events("cut-event.xes.gz", gzip(&sound()[..200])).refused(1, &["cut-event.xes.gz", "trace 1"]),
        cut(20),
        cut(45),
        cut(100),
        cut(250),
        cut(sound().len() - 3),
    ]
}

fn limits() -> Vec<Entry> {
    vec![
        events("lists-100000-deep.xes", log(&trace(&"<list key='a'>".repeat(100_000))))
            .refused(1, &["more than 1,000 elements stand in one another"]),
        events(
            "strings-5000-deep.xes",
            log(&trace(&format!("{}{}", "<string key='a' value='b'>".repeat(5_000), "</string>".repeat(5_000)))),
        )
        .refused(1, &["more than 1,000 elements"]),
        file("attribute-of-17-MiB.xes", || {
            log(&format!("<trace><string key='concept:name' value='{}'/></trace>", "a".repeat(17 << 20))).into()
        })
        .refused(1, &["attribute-of-17-MiB.xes", "more than 16 MiB"]),
        file("comment-of-17-MiB.xes", || log(&format!("<!--{}-->", "-".repeat(17 << 20))).into())
            .refused(1, &["more than 16 MiB"]),
        file("ten-thousand-keys.xes", || {
            let keys: String = (0..10_001).map(|key| format!("<string key='k{key}' value='1'/>")).collect();
            log(&trace(&keys)).into()
        })
        .refused(1, &["ten-thousand-keys.xes", "more than 10,000 different attribute keys"]),
    ]
}

fn contents() -> Vec<Entry> {
    vec![
        events("no-traces.xes", log("")).refused(2, &["no-traces.xes", "no column `case_id`"]),
        events("no-events.xes", log(&trace(""))).refused(2, &["no-events.xes", "no column `activity`"]),
        events("no-times.xes", log(&trace("<event><string key='concept:name' value='go'/></event>")))
            .refused(2, &["no-times.xes", "no column `at`"]),
        events(
            "one-time-missing.xes",
            log(&format!(
                "{}{}",
                trace(EVENT),
                trace("<event><string key='concept:name' value='go'/></event>").replace("'1'", "'2'")
            )),
        )
        .done(3, &["events: read 2 = accepted 1 + quarantined 1", "missing_time", "cases: read 1 = accepted 1"]),
        events(
            "bare-attributes.xes",
            log(&format!("<trace><string/><string key='concept:name'/>{EVENT}</trace>{}", trace(EVENT))),
        )
        .done(3, &["events: read 2 = accepted 1 + quarantined 1", "missing_id"]),
        events("empty-trace.xes", log(&format!("<trace/>{}", trace(EVENT))))
            .done(3, &["events: read 2 = accepted 1 + quarantined 1", "missing_id"]),
        events("event-outside.xes", log(&format!("{EVENT}{}", trace(EVENT))))
            .done(3, &["events: read 2 = accepted 1 + quarantined 1", "missing_id"]),
        events("key-twice.xes", log(&format!("<trace>{NAMED}{NAMED}{EVENT}</trace>"))).read_events(1, 1),
        events("no-character.xes", sound().replacen("'go'", "'&#xD800;'", 1))
            .done(3, &["events: read 2 = accepted 1 + quarantined 1", "undecodable_text", "broken_event"]),
        events("nul.xes", sound().replacen("'go'", "'g\0o'", 1)).done(3, &["nul_byte", "broken_event"]),
        text(
            "traces-as-cases.xes",
            log(&trace("<date key='received_at' value='2024-03-01T08:00:00+07:00'/><string key='unit' value='A'/>")),
        )
        .read(1, 0, &[]),
    ]
}

fn encodings() -> Vec<Entry> {
    let utf_16: Vec<u8> = format!("\u{feff}{}", sound()).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin_1: Vec<u8> = sound().replace("'go'", "'gé'").chars().map(|letter| letter as u8).collect();
    let broken = sound().into_bytes().split(|byte| *byte == b'o').collect::<Vec<_>>().join(&[0xff, b'o'][..]);
    vec![
        events("utf16.xes", utf_16).read_events(2, 1),
        events("says-utf16.xes", sound().replace("UTF-8", "UTF-16")).read_events(2, 1),
        events("says-klingon.xes", sound().replace("UTF-8", "x-klingon")).read_events(2, 1),
        events("latin1.xes", latin_1).read_events(2, 1),
        events("no-utf8-in-tags.xes", broken).refused(1, &["no-utf8-in-tags.xes", "byte"]),
    ]
}

impl Entry {
    /// So many events accepted, none set aside, of so many cases.
    fn read_events(self, events: u64, cases: u64) -> Self {
        let words = [
            format!("events: read {events} = accepted {events} + quarantined 0"),
            format!("cases: read {cases} = accepted {cases} + quarantined 0"),
        ];
        self.done(0, &words.each_ref().map(String::as_str))
    }
}
