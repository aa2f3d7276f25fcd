//! What the page ends with: what became of every row, what was read, what was set, what it was made by.

use super::piece::{Table, name};
use super::words::{
    ACCEPTED_ROWS, BYTES_READ, DATA, DATA_SAYS, FORMAT_READ, JOINED_ROWS, KEY, PATH_READ, QUARANTINED_ROWS, READ_FILES,
    READ_ROWS, RECONCILIATION, ROWS_READ, RULES_BROKEN, SET_ROWS, TABLE, UNJOINED_ROWS, VALUE_SET,
};
use crate::ingest::{Input, Reconciliation, Table as Log};
use crate::report::number::count;
use crate::report::page::escaped;
use crate::report::terminal::{ambiguous, has_dossiers};
use crate::report::words::{CASES, DEFAULTS, EVENTS, RULE, SETTINGS, table};
use crate::report::{Lang, provenance};
use crate::scorecard::Scorecard;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The data: reconciliation, broken rules, inputs.
pub(super) fn data(card: &Scorecard, lang: Lang) -> Markup {
    html! {
        section #log aria-labelledby="log-title" {
            h2 #log-title { (lang.say(DATA)) }
            p.quiet { (lang.say(DATA_SAYS)) }
            (reconciliation(card, lang))
            (rules(card, lang))
            (inputs(card, lang))
            @if card.study.ambiguous_times > 0 { p.note { (ambiguous(card.study.ambiguous_times, lang).content()) } }
        }
    }
}

/// A table of the log, with what became of its rows.
struct Read<'a> {
    name: String,
    rows: &'a Reconciliation,
    joined: Option<[u64; 2]>,
}

fn tables(card: &Scorecard, lang: Lang) -> Vec<Read<'_>> {
    let cases = has_dossiers(card).then(|| (lang.say(CASES).to_owned(), &card.reconciliation, None));
    let events = card.events.as_ref().map(|own| (lang.say(EVENTS).to_owned(), &own.reconciliation, None));
    let others = card.tables.iter().map(|own| {
        let name = Log::named(&own.table).map_or(own.table.clone(), |log| lang.say(table(log)).to_owned());
        (name, &own.reconciliation, own.joined.map(|joined| [joined.matched, joined.unmatched]))
    });
    let all = events.into_iter().chain(cases).chain(others);
    all.map(|(name, rows, joined)| Read { name, rows, joined }).collect()
}

fn reconciliation(card: &Scorecard, lang: Lang) -> Markup {
    let joins = card.tables.iter().any(|own| own.joined.is_some());
    let say = |words, right| (lang.say(words).to_owned(), right);
    let mut columns =
        vec![say(TABLE, false), say(READ_ROWS, true), say(ACCEPTED_ROWS, true), say(QUARANTINED_ROWS, true)];
    if joins {
        columns.extend([say(JOINED_ROWS, true), say(UNJOINED_ROWS, true)]);
    }
    let number = |rows: u64| html! { (count(rows, lang)) };
    let rows = tables(card, lang).into_iter().map(|own| {
        let sums = [own.rows.read, own.rows.accepted, own.rows.quarantined].map(number);
        let joined = own.joined.map_or_else(|| [html! {}, html! {}], |joined| joined.map(number));
        let joined = joined.into_iter().filter(|_| joins);
        [name(&own.name)].into_iter().chain(sums).chain(joined).collect()
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        h3 { (lang.say(RECONCILIATION)) }
        (Table::new(lang.say(RECONCILIATION), &columns, lang).of(&rows))
    }
}

/// The rows set aside, by table and rule.
fn rules(card: &Scorecard, lang: Lang) -> Markup {
    let columns = [(TABLE, false), (RULE, false), (QUARANTINED_ROWS, true)]
        .map(|(words, right)| (lang.say(words).to_owned(), right));
    let rows = tables(card, lang).into_iter().flat_map(|own| {
        let lines = own
            .rows
            .by_rule
            .iter()
            .map(|(rule, rows)| vec![name(&own.name), html! { code { (rule) } }, html! { (count(*rows, lang)) }]);
        lines.collect::<Vec<_>>()
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        @if !rows.is_empty() {
            details {
                summary { (lang.say(RULES_BROKEN)) }
                (Table::new(lang.say(RULES_BROKEN), &columns, lang).sortable().of(&rows))
            }
        }
    }
}

fn inputs(card: &Scorecard, lang: Lang) -> Markup {
    let columns = [(PATH_READ, false), (FORMAT_READ, false), (ROWS_READ, true), (BYTES_READ, true)];
    let columns = columns.map(|(words, right)| (lang.say(words).to_owned(), right));
    let of_events = card.events.iter().flat_map(|events| &events.inputs);
    let all = of_events.chain(&card.inputs).chain(card.tables.iter().flat_map(|own| &own.inputs));
    let row = |input: &Input| {
        vec![
            name(&input.path),
            name(&input.format),
            html! { (count(input.rows, lang)) },
            html! { (count(input.bytes, lang)) },
        ]
    };
    let rows: Vec<Vec<Markup>> = all.map(row).collect();
    html! {
        @if !rows.is_empty() {
            details {
                summary { (lang.say(READ_FILES)) }
                (Table::new(lang.say(READ_FILES), &columns, lang).sortable().of(&rows))
            }
        }
    }
}

/// Where the page comes from: facts, what was set, and what was left as it is.
pub(super) fn settings(card: &Scorecard, lang: Lang) -> Markup {
    let of = |words, keys: &BTreeMap<String, String>| keyed(lang.say(words), keys, lang);
    html! {
        section #made aria-labelledby="made-title" {
            h2 #made-title { (lang.say(SET_ROWS)) }
            (provenance(card, lang))
            (of(SETTINGS, &card.study.given))
            (of(DEFAULTS, &card.study.defaults))
        }
    }
}

/// The facts of the provenance; the defaults have a table of their own.
fn provenance(card: &Scorecard, lang: Lang) -> Markup {
    let facts = provenance::facts(&card.provenance, lang);
    html! {
        dl.facts {
            @for (label, told) in facts.iter().filter(|(label, _)| *label != lang.say(DEFAULTS)) {
                div { dt { (label) } dd { (name(told)) } }
            }
        }
    }
}

fn keyed(label: &str, keys: &BTreeMap<String, String>, lang: Lang) -> Markup {
    let columns = [(KEY, false), (VALUE_SET, false)].map(|(words, right)| (lang.say(words).to_owned(), right));
    let row = |(key, value): (&String, &String)| vec![html! { code { (escaped(key)) } }, name(value)];
    let rows: Vec<Vec<Markup>> = keys.iter().map(row).collect();
    html! {
        @if !rows.is_empty() {
            details {
                summary { (label) }
                (Table::new(label, &columns, lang).of(&rows))
            }
        }
    }
}
