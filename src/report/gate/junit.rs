//! The gate as JUnit XML: one suite, a test case for each target.

use super::sentence::{Sentence, set_aside, summary, windows};
use crate::error::{Error, Result};
use crate::kpi::Axis;
use crate::report::{Lang, escaped, provenance};
use crate::scorecard::gate::{Asks, Gate, Judged, Lacking, Outcome};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

/// The document with a final newline.
pub(super) fn text(gate: &Gate, lang: Lang) -> Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = document(gate, lang, &mut writer);
    written.map_err(|why| Error::broken("writing JUnit XML", why))?;
    let text = String::from_utf8(writer.into_inner()).map_err(|why| Error::broken("writing JUnit XML", why))?;
    Ok(text + "\n")
}

fn document(gate: &Gate, lang: Lang, out: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let aside = set_aside(gate, lang);
    let [tests, failures, skipped] =
        [gate.targets.len() + aside.len(), gate.counts.missed + aside.len(), gate.counts.allowed]
            .map(|number| number.to_string());
    let counts = [("tests", tests), ("failures", failures), ("errors", "0".to_owned()), ("skipped", skipped)];
    let counts = || counts.iter().map(|(name, number)| (*name, number.as_str()));
    let name = safe(&gate.study.name);
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = out.create_element("testsuites").with_attribute(("name", "giamtang gate")).with_attributes(counts());
    let all = all.write_inner_content(|out| {
        let suite = out.create_element("testsuite").with_attribute(("name", name.as_str())).with_attributes(counts());
        suite.write_inner_content(|out| {
            properties(gate, lang, out)?;
            gate.targets.iter().try_for_each(|judged| case(judged, gate, lang, out))?;
            aside.iter().try_for_each(|said| too_much_aside(said, out))
        })?;
        Ok(())
    });
    all.map(|_| ())
}

fn properties(gate: &Gate, lang: Lang, out: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let all = [
        ("windows", windows(gate, lang)),
        ("summary", summary(gate, lang)),
        ("provenance", provenance::line(&gate.provenance, lang)),
    ];
    let own = out.create_element("properties").write_inner_content(|out| {
        all.iter().try_for_each(|(name, value)| {
            let property = out.create_element("property").with_attribute(("name", *name));
            property.with_attribute(("value", safe(value).as_str())).write_empty().map(|_| ())
        })
    });
    own.map(|_| ())
}

fn case(judged: &Judged, gate: &Gate, lang: Lang, out: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let Sentence { claim, found, advice } = Sentence::of(judged, gate, lang);
    let [claim, found] = [claim, found].map(|text| safe(&text));
    let said = [found.clone()].into_iter().chain(advice.map(|advice| safe(&advice))).collect::<Vec<_>>().join("\n");
    let own = out.create_element("testcase").with_attribute(("classname", class(judged)));
    let own = own.with_attribute(("name", claim.as_str()));
    let own = own.write_inner_content(|out| match (judged.outcome, judged.is_missed()) {
        (Outcome::Met, _) => out.create_element("system-out").write_text_content(BytesText::new(&said)).map(|_| ()),
        (_, false) => {
            out.create_element("skipped").with_attribute(("message", found.as_str())).write_empty().map(|_| ())
        }
        (_, true) => {
            let failure = out.create_element("failure").with_attribute(("message", found.as_str()));
            let kind = judged.lacking.as_ref().map_or("missed", Lacking::code);
            failure.with_attribute(("type", kind)).write_text_content(BytesText::new(&said)).map(|_| ())
        }
    });
    own.map(|_| ())
}

/// That more rows of a table are set aside than may be: no target, and the gate is closed all the same.
fn too_much_aside(said: &str, out: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let said = safe(said);
    let own = out.create_element("testcase").with_attributes([("classname", "data"), ("name", "--max-quarantine")]);
    let own = own.write_inner_content(|out| {
        let failure =
            out.create_element("failure").with_attributes([("message", said.as_str()), ("type", "quarantine")]);
        failure.write_text_content(BytesText::new(&said)).map(|_| ())
    });
    own.map(|_| ())
}

/// The axis of a target's KPI; `own` of one without, `data` of the log itself.
fn class(judged: &Judged) -> &'static str {
    match &judged.target.asks {
        Asks::Axis { axis, .. } => axis.id(),
        Asks::Data { .. } => "data",
        _ => judged.target.subject().and_then(|subject| subject.axis).map_or("own", Axis::id),
    }
}

/// The text without what XML cannot hold, even escaped: control characters are written out, and so are non-characters.
fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in escaped(text).chars() {
        match c {
            '\u{fffe}' | '\u{ffff}' => safe.extend(c.escape_unicode()),
            _ => safe.push(c),
        }
    }
    safe
}
