//! What each KPI needs, by its definition: without a required column it has no figure and names it, without a refining
//! one it has another, and no other column is anything to it.

use super::Case;
use giamtang::Undefined;
use giamtang::cube::Recipe;
use giamtang::kpi::catalogue;
use giamtang::measure::Table;
use giamtang::scorecard::{Row, Scorecard};

/// Required columns, then refining ones; `received_at` and the id are in every log.
type Needs = (&'static [&'static str], &'static [&'static str]);

fn needs(id: &str) -> Option<Needs> {
    Some(match id {
        "time/elapsed_time" | "time/elapsed_time_p90" => (&["finished_at"], &["outcome"]),
        "time/processing_time" => (&["finished_at"], &["outcome", "paused"]),
        "time/closed_time" => (&["finished_at"], &["outcome", "paused"]),
        "time/closed_time_mean" => (&["finished_at"], &["outcome"]),
        // One limit is enough, the due date's or the catalogue's.
        "time/limit_ratio" => (
            &["finished_at", "due_at"],
            &["original_due_at", "outcome", "paused", "procedure", "procedures.limit_hours"],
        ),
        "time/on_time" => (&["due_at", "finished_at"], &["original_due_at", "outcome"]),
        "time/acceptance_delay" => (&["submitted_at", "channel"], &[]),
        "time/delivery_lag" => (&["finished_at", "delivered_at"], &["outcome"]),
        "time/contacts" => (&["visits", "supplement_requests"], &[]),
        "time/withdrawn" => (&["finished_at", "outcome"], &[]),
        // By the tariff of the laws' studies.
        "cost/compliance_cost" => (
            &["applicant", "fee_vnd", "procedure", "procedures.documents", "supplement_requests", "visits"],
            &["payment"],
        ),
        "cost/compliance_hours" => (&["procedure", "procedures.documents", "supplement_requests", "visits"], &[]),
        "cost/compliance_total" => (
            &["applicant", "procedure", "procedures.documents", "procedures.fee_vnd", "supplement_requests", "visits"],
            &["payment"],
        ),
        "staffing/first_time_right" => (&["supplement_requests", "finished_at"], &["outcome"]),
        "staffing/repeat_supplements" => (&["supplement_requests"], &[]),
        "staffing/load_balance" => (&["finished_at", "officer"], &[]),
        "staffing/on_duty" => (&["events.officer"], &["roster.hours", "roster.moved_to"]),
        "staffing/step_lateness" => (&["events.step_due_at"], &[]),
        "staffing/fte" => (&["roster.hours"], &["roster.moved_to"]),
        "staffing/output_per_fte" => (
            &["procedure", "finished_at", "procedures.standard_minutes", "roster.hours"],
            &["outcome", "roster.moved_to"],
        ),
        "staffing/trained" => (&["roster.trained_hours"], &["roster.moved_to"]),
        "staffing/redeployed" => (&["roster.hours", "roster.moved_to"], &[]),
        "procedures/in_force" => (&["procedures.in_force_from"], &["procedures.in_force_to", "procedures.merged_into"]),
        "procedures/documents" => (&["procedure", "procedures.documents"], &[]),
        "procedures/limit" => (&["procedure", "procedures.limit_hours"], &[]),
        "procedures/restructured" => {
            (&["procedures.in_force_from", "procedures.restructured_at"], &["procedures.in_force_to"])
        }
        "procedures/dormant" => (&["procedure", "procedures.in_force_from"], &["procedures.in_force_to"]),
        "quality/online_coverage" => {
            (&["procedures.in_force_from", "procedures.service_level"], &["procedures.in_force_to"])
        }
        "procedures/steps" => (&["steps"], &[]),
        "procedures/handovers" => (&["handovers"], &[]),
        "procedures/usual_path" => (&["path"], &[]),
        "procedures/non_territorial" => (&["unit", "receiving_unit"], &["procedure", "procedures.non_territorial"]),
        "quality/online_share" => (&["channel"], &[]),
        "quality/online_with_e_result" => {
            (&["finished_at", "channel", "e_result"], &["outcome", "procedure", "procedures.needs_written_result"])
        }
        // One level is enough, the catalogue's or the dossier's own.
        "quality/full_online_share" => (&["channel", "service_level"], &["procedures.service_level"]),
        "quality/digitised" => {
            (&["finished_at", "digitised", "e_result"], &["outcome", "procedure", "procedures.needs_written_result"])
        }
        "quality/reused" => (&["reused"], &[]),
        "quality/population_data" => (&["vneid", "population_data"], &[]),
        "quality/e_result" => {
            (&["finished_at", "e_result"], &["outcome", "procedure", "procedures.needs_written_result"])
        }
        "quality/online_payment" => (&["fee_vnd", "payment"], &[]),
        "quality/cashless" => (&["fee_vnd", "payment"], &[]),
        "quality/completion" => (&["submitted_at", "finished_at"], &["outcome"]),
        "quality/rework" => (&["repeated_steps"], &[]),
        "transparency/synced" => (&["synced"], &[]),
        "transparency/traceable" => (&["accepted_at", "due_at", "finished_at", "unit", "officer", "outcome"], &[]),
        "transparency/agreement" => (&["status", "national_status"], &[]),
        "transparency/apology" => (&["due_at", "finished_at", "apology_at"], &["original_due_at", "outcome"]),
        "transparency/published_on_time" => {
            (&["procedures.decided_at", "procedures.published_at"], &["procedures.level"])
        }
        "transparency/complete_content" => {
            (&["procedures.in_force_from", "procedures.published_parts"], &["procedures.in_force_to"])
        }
        "transparency/publication_lag" => (&["procedures.decided_at", "procedures.published_at"], &[]),
        "transparency/named_responsibility" => (
            &[
                "tasks.objective",
                "tasks.owner",
                "tasks.work",
                "tasks.due_at",
                "tasks.responsibility",
                "tasks.product",
                "tasks.result",
            ],
            &[],
        ),
        "transparency/local_lead" => (&["tasks.due_at", "tasks.lead_level"], &[]),
        "satisfaction/top_two_box" => {
            (&["surveys.at", "surveys.score"], &["surveys.scale_min", "surveys.scale_max", "surveys.best", "surveys.n"])
        }
        "satisfaction/mean_score" => (
            &["surveys.at", "surveys.score"],
            &["surveys.scale_min", "surveys.scale_max", "surveys.best", "surveys.n", "surveys.sd"],
        ),
        "satisfaction/response_rate" => (&["finished_at", "surveys.at", "surveys.case_id"], &["outcome"]),
        "satisfaction/no_complaint_766" => (
            &["finished_at", "due_at", "petitions.received_at", "petitions.case_id"],
            &["outcome", "paused", "supplement_requests", "surveys.at", "surveys.score", "surveys.case_id"],
        ),
        "satisfaction/petitions_on_time" => {
            (&["petitions.received_at", "petitions.answered_at"], &["petitions.due_at"])
        }
        "satisfaction/petitions_satisfied" => (
            &["petitions.received_at", "petitions.answered_at", "petitions.dissatisfied"],
            &["petitions.due_at", "petitions.case_id", "petitions.subject", "petitions.repeated"],
        ),
        "satisfaction/repeat_petitions" => {
            (&["petitions.received_at"], &["petitions.case_id", "petitions.subject", "petitions.repeated"])
        }
        "satisfaction/gap" => (&["applicant", "surveys.at", "surveys.score", "surveys.case_id"], &[]),
        "satisfaction/gap_lateness" => (
            &["finished_at", "due_at", "surveys.at", "surveys.score", "surveys.case_id"],
            &["original_due_at", "outcome"],
        ),
        "cost/agency_cost" => {
            (&["finished_at", "ledger.from", "ledger.to", "ledger.amount_vnd"], &["outcome", "ledger.unit"])
        }
        _ => return None,
    })
}

/// Whether every row that a KPI counts is of the laws' logs, and these answer it.
pub(super) fn is_of_log(id: &str) -> bool {
    let own = |recipe: Recipe| recipe.keeps().all(|keep| matches!(keep.table, Table::Cases | Table::Events));
    giamtang::kpi::find(id).is_some_and(|kpi| own(kpi.recipe())) && is_answered(id)
}

/// Whether the laws' logs answer a KPI, with no other table beside them than their catalogue.
fn is_answered(id: &str) -> bool {
    let (required, _) = needs(id).unwrap_or_default();
    let held = super::CATALOGUE.lines().next().unwrap_or_default();
    let is_held = |column: &str| match column.split_once('.') {
        Some(("procedures", own)) => held.split(',').any(|name| name == own),
        Some((table, _)) => table == "events",
        None => true,
    };
    required.iter().all(|column| is_held(column))
}

#[test]
fn every_kpi_says_what_it_needs() {
    let unknown: Vec<_> = catalogue().filter(|kpi| needs(&kpi.id).is_none()).map(|kpi| &*kpi.id).collect();
    assert!(unknown.is_empty(), "write down what these need by their definitions: {unknown:?}");
}

fn shown(row: &Row) -> String {
    format!("{:?} {:?} {:?}", row.was, row.is, row.change.value().map(|change| &change.absolute))
}

/// Holds a card of a log without a column against the whole's, row by row, and says what breaks the law.
///
/// `names` are what the column is called where a KPI requires it: its own name, and that of events.
fn broken(whole: &Scorecard, without: &Scorecard, names: &[String], lost: &mut usize) -> Vec<String> {
    let mut broken = Vec::new();
    for (before, after) in whole.kpis.iter().zip(&without.kpis) {
        let (required, refining) = needs(&before.id).unwrap_or_default();
        let is_gone = |row: &Row| matches!(row.is.reason(), Some(Undefined::NoColumn(_)));
        let holds = if is_gone(before) {
            is_gone(after)
        } else if let Some(name) = names.iter().find(|name| required.contains(&name.as_str())) {
            let why = Undefined::NoColumn(name.clone());
            *lost += 1;
            after.is.reason() == Some(&why) && after.was.as_ref().and_then(|was| was.reason()) == Some(&why)
        } else if names.iter().any(|name| refining.contains(&name.as_str())) {
            !is_gone(after)
        } else {
            shown(after) == shown(before)
        };
        if !holds {
            broken.push(format!("{} without {names:?}: {} was {}\n", before.id, shown(after), shown(before)));
        }
    }
    broken
}

#[test]
fn a_column_is_something_to_those_who_need_it_only() {
    let case = Case::of_cases(80);
    let whole = case.card();
    let (mut lost, mut breaks) = (0, Vec::new());
    for column in case.log.header.iter().filter(|name| !matches!(name.as_str(), "case_id" | "received_at")) {
        let without = case.over(|log| log.without(column)).card();
        breaks.extend(broken(&whole, &without, std::slice::from_ref(column), &mut lost));
    }
    assert!(breaks.is_empty(), "{}", breaks.concat());
    // Each of the dossiers' KPIs lost its figure once for each column that it requires.
    let of_log = catalogue().filter(|kpi| is_answered(&kpi.id)).filter_map(|kpi| needs(&kpi.id));
    let of_cases = of_log.flat_map(|(required, _)| required.iter());
    assert_eq!(lost, of_cases.filter(|column| !column.contains('.')).count());
}

#[test]
fn a_column_of_events_is_something_to_those_who_need_it_only() {
    let case = Case::of_events(81);
    let whole = case.card();
    for column in ["officer", "step_due_at"] {
        let without = case.over(|log| log.without(column)).card();
        let mut lost = 0;
        let breaks = broken(&whole, &without, &[column.to_owned(), format!("events.{column}")], &mut lost);
        assert!(breaks.is_empty(), "{}", breaks.concat());
        assert!(lost > 0, "{column} is something to nobody");
    }
}

/// Without a calendar whatever counts working time, or days of the horizon, says so; the rest is as it was.
#[test]
fn without_a_calendar_only_working_time_is_gone() {
    const OF_THE_CALENDAR: [&str; 5] =
        ["time/processing_time", "time/closed_time", "time/acceptance_delay", "time/delivery_lag", "staffing/on_duty"];
    for case in Case::of_both(82..83) {
        let without = case.without_calendar().card();
        for (before, after) in case.card().kpis.iter().zip(&without.kpis) {
            let figure = before.is.value();
            let Some(figure) = figure else { continue };
            if figure.immature.is_some() || OF_THE_CALENDAR.contains(&&*before.id) {
                assert_eq!(after.is.reason(), Some(&Undefined::NoCalendar), "{}", before.id);
            } else {
                assert_eq!(shown(after), shown(before), "{}", before.id);
            }
        }
    }
}
