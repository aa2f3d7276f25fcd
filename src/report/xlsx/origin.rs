//! The sheets of where figures come from: what became of every row, what was set aside and why, what was read, how.

use super::codes;
use super::leaf::{Cell, Leaf};
use super::months::columns;
use crate::ingest::{Input, Matched, Reconciliation, Rule, Table};
use crate::report::Lang;
use crate::report::messages::Words;
use crate::report::terminal::has_dossiers;
use crate::report::words::table;
use crate::scorecard::Scorecard;

/// A table that was read.
pub(super) struct Read<'a> {
    pub(super) name: String,
    pub(super) rows: &'a Reconciliation,
    inputs: &'a [Input],
    joined: Option<Matched>,
}

/// Every table that was read: events before the dossiers made of them, then the others.
pub(super) fn read(card: &Scorecard, lang: Lang) -> Vec<Read<'_>> {
    let events = card.events.iter().map(|own| Read {
        name: lang.say(table(Table::Events)).to_owned(),
        rows: &own.reconciliation,
        inputs: &own.inputs,
        joined: None,
    });
    let cases = has_dossiers(card).then(|| Read {
        name: lang.say(table(Table::Cases)).to_owned(),
        rows: &card.reconciliation,
        inputs: &card.inputs,
        joined: None,
    });
    let others = card.tables.iter().map(|own| Read {
        name: named(&own.table, lang),
        rows: &own.reconciliation,
        inputs: &own.inputs,
        joined: own.joined,
    });
    events.chain(cases).chain(others).collect()
}

/// A table's name in words.
fn named(name: &str, lang: Lang) -> String {
    Table::ALL.iter().find(|own| own.name() == name).map_or(name, |own| lang.say(table(*own))).to_owned()
}

const READ: [(&str, f64); 8] = [
    ("xlsx.table", 30.0),
    ("xlsx.read", 13.0),
    ("xlsx.accepted", 13.0),
    ("xlsx.quarantined", 13.0),
    ("xlsx.quarantined_share", 13.0),
    ("xlsx.adds_up", 13.0),
    ("xlsx.joined", 13.0),
    ("xlsx.unjoined", 13.0),
];

/// What became of every row of every table.
pub(super) fn reconciliation(card: &Scorecard, lang: Lang) -> Leaf {
    let rows = read(card, lang).iter().map(|own| line(own, lang)).collect();
    let leaf = Leaf::new(lang.say(Words("xlsx.reconciliation")), columns(lang, &READ), rows);
    let mut leaf = leaf.without_empty(|at| at < 6);
    leaf.notes = vec![lang.say(Words("xlsx.reconciliation_says")).to_owned()];
    if let Some(events) = &card.events {
        let told = [("activities", events.activities), ("officers", events.officers), ("cases", events.cases)];
        let told = told.map(|(name, count)| (name, crate::report::number::count(count, lang)));
        let told = told.each_ref().map(|(name, count)| (*name, count.as_str()));
        leaf.notes.push(lang.filled(Words("xlsx.events_say"), &told));
    }
    leaf
}

fn line(own: &Read<'_>, lang: Lang) -> Vec<Cell> {
    let Reconciliation { read, accepted, quarantined, .. } = own.rows;
    let adds_up = if *read == accepted + quarantined { "xlsx.yes" } else { "xlsx.no" };
    vec![
        Cell::text(own.name.as_str()),
        Cell::Count(*read),
        Cell::Count(*accepted),
        Cell::Count(*quarantined),
        Cell::number(own.rows.share(), codes::percent(2, lang)),
        Cell::text(lang.say(Words(adds_up))),
        Cell::count(own.joined.map(|own| own.matched)),
        Cell::count(own.joined.map(|own| own.unmatched)),
    ]
}

const SET_ASIDE: [(&str, f64); 5] = [
    ("xlsx.table", 26.0),
    ("xlsx.rule", 28.0),
    ("xlsx.set_aside", 13.0),
    ("xlsx.of_read", 13.0),
    ("xlsx.rule_says", 90.0),
];

/// Rows set aside, by table and rule, with what each rule says.
pub(super) fn quarantine(card: &Scorecard, lang: Lang) -> Leaf {
    let rules = read(card, lang).into_iter().flat_map(|own| {
        let all = own.rows.read as f64;
        let rules = own.rows.by_rule.iter();
        rules.map(|(rule, rows)| broken((&own.name, all), rule, *rows, lang)).collect::<Vec<_>>()
    });
    let mut leaf = Leaf::new(lang.say(Words("xlsx.quarantine")), columns(lang, &SET_ASIDE), rules.collect());
    let none = leaf.rows.is_empty().then_some("xlsx.nothing_set_aside");
    leaf.notes =
        [none, Some("xlsx.quarantine_says")].into_iter().flatten().map(|own| lang.say(Words(own)).to_owned()).collect();
    leaf
}

fn broken((name, all): (&str, f64), rule: &str, rows: u64, lang: Lang) -> Vec<Cell> {
    let says = Rule::ALL.iter().find(|own| own.name() == rule).map_or("", |own| lang.of(own.says()));
    let share = (all > 0.0).then(|| rows as f64 / all);
    vec![
        Cell::text(name),
        Cell::text(rule),
        Cell::Count(rows),
        Cell::number(share, codes::percent(2, lang)),
        Cell::wrapped(says),
    ]
}

const INPUTS: [(&str, f64); 7] = [
    ("xlsx.table", 24.0),
    ("xlsx.path", 60.0),
    ("xlsx.rows", 13.0),
    ("xlsx.bytes", 14.0),
    ("xlsx.format", 12.0),
    ("xlsx.encoding", 14.0),
    ("xlsx.dates", 50.0),
];

/// What was read; `None` where that is not known.
pub(super) fn inputs(card: &Scorecard, lang: Lang) -> Option<Leaf> {
    let files = read(card, lang).into_iter().flat_map(|own| {
        let name = own.name;
        own.inputs.iter().map(move |input| file(&name, input)).collect::<Vec<_>>()
    });
    let leaf = Leaf::new(lang.say(Words("xlsx.inputs")), columns(lang, &INPUTS), files.collect());
    (!leaf.rows.is_empty()).then(|| leaf.without_empty(|at| at < 4))
}

fn file(table: &str, own: &Input) -> Vec<Cell> {
    let dates: Vec<String> = own.dates.iter().map(|(column, format)| format!("{column}: {format}")).collect();
    vec![
        Cell::text(table),
        Cell::wrapped(own.path.as_str()),
        Cell::Count(own.rows),
        Cell::Count(own.bytes),
        Cell::text(own.format.as_str()),
        Cell::text(own.encoding.as_deref().unwrap_or_default()),
        Cell::wrapped(dates.join("\n")),
    ]
}

/// What the study sets, and every default it left alone.
pub(super) fn settings(card: &Scorecard, lang: Lang) -> Leaf {
    let of = |words: &'static str, keys: &std::collections::BTreeMap<String, String>| {
        let said = lang.say(Words(words));
        let line = |(key, value): (&String, &String)| {
            vec![Cell::text(key.as_str()), Cell::wrapped(value.as_str()), Cell::text(said)]
        };
        keys.iter().map(line).collect::<Vec<_>>()
    };
    let rows = of("xlsx.set_by_study", &card.study.given).into_iter().chain(of("xlsx.default", &card.study.defaults));
    let columns = columns(lang, &[("xlsx.key", 44.0), ("xlsx.setting", 80.0), ("xlsx.set_by", 20.0)]);
    Leaf::new(lang.say(Words("xlsx.settings")), columns, rows.collect())
}
