//! The windows, and what is compared how.

use crate::draft::column::{Column, share};
use crate::draft::facts::Facts;
use crate::draft::page::{Page, Trust, count, listed, percent, quoted, say};
use crate::draft::roles::{LEAST_GROUPS, MOST_GROUPS};
use crate::draft::synonyms::PLACES_OF_CASES;
use crate::ingest::Table;
use chrono::NaiveDate;

/// Looked-at rows of a group for it to count as one.
const LEAST_ROWS: u64 = 5;

/// Values of a column that may be a mix to hold fixed, or a drill-down.
const MOST_STRATA: usize = 300;
const MOST_PARTS: usize = 12;

/// Rows of a window below which hardly a change can show.
const FEW: u64 = 100;

pub(super) fn windows(facts: &Facts<'_>, page: &mut Page) {
    let (lang, windows) = (facts.lang, &facts.windows);
    page.section("windows");
    let (full, months) = (windows.full, windows.months);
    let (was, is) = windows.texts();
    let why = match (&was, windows.same) {
        (Some(_), true) => say!(lang, "draft.the_last_of_full_months", full, months),
        (Some(_), false) => say!(lang, "draft.the_halves_of_full_months", full),
        (None, _) => say!(lang, "draft.the_log_is_too_short"),
    };
    let sure = if windows.same { Trust::Likely } else { Trust::Guess };
    page.guess(sure, &[why, rows(facts), say!(lang, "draft.when_the_reform_was_nobody")]);
    was.iter().for_each(|was| page.line("was", &quoted(was)));
    page.line("is", &quoted(&is));
    if let Some([was, is]) = windows.shorter() {
        page.other("was", &quoted(&was), &say!(lang, "draft.the_last_half_year_against"));
        page.other("is", &quoted(&is), &say!(lang, "draft.both_together"));
    }
}

/// How many rows each window has.
fn rows(facts: &Facts<'_>) -> String {
    let of = |(first, last): (NaiveDate, NaiveDate)| {
        let number = |day: NaiveDate| day.signed_duration_since(NaiveDate::default()).num_days();
        facts.received.days.range(number(first)..=number(last)).map(|(_, count)| count).sum::<u64>()
    };
    let (lang, is) = (facts.lang, of(facts.windows.is));
    let was = facts.windows.was.map(of);
    let few = was.into_iter().chain([is]).any(|rows| rows < FEW);
    let list = was.into_iter().chain([is]).map(|rows| count(rows, lang)).collect::<Vec<_>>().join(", ");
    match few {
        true => say!(lang, "draft.looked_at_rows_few_hardly", list),
        false => say!(lang, "draft.looked_at_rows", list),
    }
}

pub(super) fn compare(facts: &Facts<'_>, page: &mut Page) {
    page.section("compare");
    cluster(facts, page);
    standardise(facts, page);
    by(facts, page);
    if facts.windows.was.is_some() {
        let first = facts.windows.is.0;
        page.other("reform", &quoted(&first.to_string()), &say!(facts.lang, "draft.when_it_was_the_first"));
    }
    follow_up(facts, page);
}

/// Whether a column splits the dossiers into enough groups that have enough of them.
fn splits(column: &Column) -> bool {
    let groups = column.groups_of(LEAST_ROWS);
    let (most, least) = (column.kinds() <= MOST_GROUPS, groups as f64 >= LEAST_GROUPS);
    column.dates.is_none() && most && least && column.effective() >= LEAST_GROUPS - 1.0 && column.filled() >= 0.9
}

fn told(facts: &Facts<'_>, column: &Column) -> String {
    let (lang, title) = (facts.lang, column.given());
    let (groups, kinds) = (count(column.groups_of(LEAST_ROWS) as u64, lang), count(column.kinds() as u64, lang));
    say!(lang, "draft.has_values_of_them_with", LEAST_ROWS, groups, kinds, title)
}

fn cluster(facts: &Facts<'_>, page: &mut Page) {
    let lang = facts.lang;
    let dossiers = [Table::Cases, Table::Events].contains(&facts.main.table);
    let unit = facts.unit().filter(|_| dossiers);
    let places = || facts.columns.iter().filter(|own| own.name.score(PLACES_OF_CASES) >= 80 && splits(own));
    let others: Vec<String> = places().take(2).map(|own| own.given().to_owned()).collect();
    match unit.filter(|own| splits(own)) {
        Some(unit) => {
            page.guess(Trust::Likely, &[told(facts, unit), say!(lang, "draft.offices_differ_so_their_dossiers")]);
            page.line("cluster", &quoted("unit"));
            page.other("cluster", &quoted("none"), &say!(lang, "draft.every_dossier_by_itself_calls"));
        }
        None => {
            let why = unit.map(|unit| told(facts, unit)).unwrap_or_default();
            page.guess(Trust::Guess, &[say!(lang, "draft.no_column_of_offices_splits", LEAST_GROUPS), why]);
            page.line("cluster", &quoted("none"));
        }
    }
    if facts.main.table == Table::Cases {
        others.iter().for_each(|own| page.other("cluster", &quoted(own), &say!(lang, "draft.by_place")));
    }
}

fn standardise(facts: &Facts<'_>, page: &mut Page) {
    let lang = facts.lang;
    let Some(own) = facts.column("procedure") else { return };
    let value = listed(&["procedure".to_owned()]);
    let (filled, told) = (own.filled(), told(facts, own));
    match (2..=MOST_STRATA).contains(&own.kinds()) && filled >= 0.95 {
        true => {
            page.guess(Trust::Likely, &[told, say!(lang, "draft.the_mix_of_them_is")]);
            page.line("standardise", &value);
        }
        false => page.other("standardise", &value, &told),
    }
}

fn by(facts: &Facts<'_>, page: &mut Page) {
    let few = |name: &&str| facts.column(name).is_some_and(|own| (2..=MOST_PARTS).contains(&own.kinds()));
    for name in ["channel", "applicant", "service_level", "field"].iter().filter(|name| few(name)).take(2) {
        page.other("by", &listed(&[(*name).to_owned()]), &say!(facts.lang, "draft.every_figure_for_each_of"));
    }
}

/// How many dossiers of the windows are open.
fn follow_up(facts: &Facts<'_>, page: &mut Page) {
    let (lang, Some(own)) = (facts.lang, facts.column("finished_at").and_then(|own| own.dates.as_ref())) else {
        return;
    };
    let received = facts.column("received_at").and_then(|own| own.dates.as_ref());
    let rows = received.map_or(own.us.len(), |received| received.us.iter().flatten().count());
    let open = percent(share(rows.saturating_sub(own.us.iter().flatten().count()), rows), lang);
    page.other("follow_up", &quoted("30 days"), &say!(lang, "draft.cohorts_are_cut_off_at", open));
}
