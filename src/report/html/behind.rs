//! What stands behind a figure: denominator, rows left out, clusters, methods, the definition, the worked example.

use super::piece::{self, Table, markdown};
use super::words::{
    BEHIND, CHANGE_ROWS, CHANGE_TABLE, CLUSTER_ROWS, COUNTED_HOW, DEFINITION, DEGREES, EVENT_ROWS, FIGURES, INTERVAL,
    METHOD, N_ROWS, OWN_KPI, P_VALUE, Q_VALUE, RELATIVE, STANDARD_ERROR, Words,
};
use crate::kpi::{Kpi, find};
use crate::report::Lang;
use crate::report::face::Face;
use crate::report::number::{count, decimal, numerals, probability, rounded};
use crate::report::page::Text;
use crate::report::section::{p, units};
use crate::report::wording::Wording;
use crate::report::words::{
    A_FIXED_MIX, BETTER, CRUDE, EXAMPLE, EXCLUDED, FORMULA, HOLM, IMMATURE, IS, LARGEST_CLUSTER, SAMPLING, SOURCE,
    UNDATED, UNIT, VALUE, WAS, better, sampling, unit_of,
};
use crate::scorecard::{Change, Figure, Known};
use maud::{Markup, html};

/// Definition and denominator, one click away; the worked example another.
pub(super) fn behind(face: &Face<'_>) -> Markup {
    let (row, lang) = (face.row, face.lang);
    let kpi = find(&row.id);
    html! {
        details.behind {
            summary { (lang.say(COUNTED_HOW)) }
            h4 { (lang.say(DEFINITION)) }
            @match kpi {
                Some(kpi) => (definition(kpi, lang)),
                None => p { (lang.say(OWN_KPI)) },
            }
            h4 { (lang.say(BEHIND)) }
            (figures(face))
            (changes(face))
        }
        @if let Some(kpi) = kpi.filter(|kpi| !kpi.example.is_empty()) {
            details.example {
                summary { (lang.say(EXAMPLE)) }
                (markdown(&Wording::of(kpi, lang).example, lang))
            }
        }
    }
}

fn definition(kpi: &Kpi, lang: Lang) -> Markup {
    let wording = Wording::of(kpi, lang);
    let lines: [(Words, &str); 5] = [
        (FORMULA, &wording.formula),
        (UNIT, lang.say(unit_of(kpi))),
        (BETTER, lang.say(better(kpi.better))),
        (SAMPLING, lang.say(sampling(kpi))),
        (SOURCE, &wording.source),
    ];
    html! {
        (markdown(&wording.text, lang))
        dl.facts {
            @for (label, told) in lines.iter().filter(|(_, told)| !told.is_empty()) {
                div { dt { (lang.say(*label)) } dd { (told) } }
            }
        }
    }
}

/// The figures of both windows, a line each thing that is known of one.
fn figures(face: &Face<'_>) -> Markup {
    let lang = face.lang;
    let windows: Vec<&Known<Figure>> = face.row.was.iter().chain([&face.row.is]).collect();
    let names = [WAS, IS].into_iter().skip(2 - windows.len()).map(|words| (lang.say(words).to_owned(), true));
    let columns: Vec<_> = [(String::new(), false)].into_iter().chain(names).collect();
    let lines = lines(face).into_iter().filter_map(|(label, told)| {
        let cells: Vec<Option<String>> = windows.iter().map(|figure| figure.value().and_then(&told)).collect();
        cells.iter().any(Option::is_some).then(|| {
            let cells = cells.into_iter().map(|cell| html! { (cell.as_deref().unwrap_or("–")) });
            [html! { (lang.say(label)) }].into_iter().chain(cells).collect::<Vec<_>>()
        })
    });
    let rows: Vec<Vec<Markup>> = lines.collect();
    html! {
        @if !rows.is_empty() {
            (Table::new(lang.say(FIGURES), &columns, lang).of(&rows))
        }
    }
}

type Told<'a> = Box<dyn Fn(&Figure) -> Option<String> + 'a>;

fn lines<'a>(face: &'a Face<'a>) -> Vec<(Words, Told<'a>)> {
    let (digits, lang) = (face.digits, face.lang);
    let rows = move |rows: u64| Some(count(rows, lang));
    let unit = units(face.row, lang)[0];
    vec![
        (VALUE, Box::new(move |own| Some(format!("{} {unit}", digits.value(own.value)).trim_end().to_owned()))),
        (INTERVAL, Box::new(move |own| interval(own, face))),
        (N_ROWS, Box::new(move |own| rows(own.n))),
        (EVENT_ROWS, Box::new(move |own| rows(own.events))),
        (EXCLUDED, Box::new(move |own| own.excluded.and_then(rows))),
        (IMMATURE, Box::new(move |own| own.immature.and_then(rows))),
        (UNDATED, Box::new(move |own| own.undated.and_then(rows))),
        (CLUSTER_ROWS, Box::new(move |own| own.clusters.and_then(|clusters| rows(clusters as u64)))),
        (LARGEST_CLUSTER, Box::new(move |own| own.largest_cluster.map(|share| rounded(share, lang)))),
        (DEGREES, Box::new(move |own| own.df.map(|df| decimal(df, 1, lang)))),
        (METHOD, Box::new(|own| own.method.map(str::to_owned))),
    ]
}

/// The limits, or why there are none.
fn interval(figure: &Figure, face: &Face<'_>) -> Option<String> {
    let told = face.digits.interval(figure.low, figure.high, |limit| face.digits.value(limit));
    let why = figure.limits.as_ref().map(|why| face.lang.why(&why.0));
    let told = [(!told.is_empty()).then_some(told), why].into_iter().flatten().collect::<Vec<_>>();
    (!told.is_empty()).then(|| told.join(": "))
}

/// The change, and the same at a fixed mix, with their tests.
fn changes(face: &Face<'_>) -> Markup {
    let (row, lang) = (face.row, face.lang);
    let crude = row.change.value().map(|change| (CRUDE, change));
    let fixed = row.adjusted.value().map(|own| (A_FIXED_MIX, &own.change));
    let told: Vec<(Words, &Change)> = crude.into_iter().chain(fixed).collect();
    let names = told.iter().map(|(words, _)| (lang.say(*words).to_owned(), true));
    let columns: Vec<_> = [(String::new(), false)].into_iter().chain(names).collect();
    let lines = CHANGE_ROWS.into_iter().filter_map(|label| {
        let cells: Vec<Option<String>> = told.iter().map(|(_, change)| of_change(label, change, face)).collect();
        cells.iter().any(Option::is_some).then(|| {
            let cells = cells.into_iter().map(|cell| piece::text(&Text::plain(cell.as_deref().unwrap_or("–"))));
            [html! { (lang.say(label)) }].into_iter().chain(cells).collect::<Vec<_>>()
        })
    });
    let rows: Vec<Vec<Markup>> = lines.collect();
    html! {
        @if !told.is_empty() {
            (Table::new(lang.say(CHANGE_TABLE), &columns, lang).captioned().of(&rows))
        }
    }
}

/// One line of the table of changes.
fn of_change(label: Words, change: &Change, face: &Face<'_>) -> Option<String> {
    let lang = face.lang;
    let signed = |value| face.digits.signed(value);
    let gap = &change.absolute;
    match label {
        VALUE => Some(format!("{} {}", signed(gap.value), units(face.row, lang)[1]).trim_end().to_owned()),
        INTERVAL => {
            let told = face.digits.interval(gap.low, gap.high, signed);
            let why = gap.limits.as_ref().map(|why| lang.why(&why.0));
            if told.is_empty() { why } else { Some(told) }
        }
        RELATIVE => change.relative.value().map(|own| numerals(lang).percent_change(own.value)),
        STANDARD_ERROR => change.standard_error.map(|error| face.digits.value(error)),
        DEGREES => change.df.map(|df| decimal(df, 1, lang)),
        P_VALUE => Some(p(&change.p, lang)),
        Q_VALUE => {
            let q = change.q.map(|q| probability("q", q, lang));
            let holm = change.p_holm.map(|p| probability(HOLM, p, lang));
            let told: Vec<String> = q.into_iter().chain(holm).collect();
            (!told.is_empty()).then(|| told.join(" · "))
        }
        METHOD => Some(change.method.to_owned()),
        _ => None,
    }
}
