//! Scorecards made by hand, and pages of them.

use crate::reporting::example::compared;
use giamtang::ingest::{Input, Reconciliation};
use giamtang::kpi::{Axis, Better, find};
use giamtang::report::{Format, Lang, Style, write};
use giamtang::scorecard::{
    AxisResult, AxisVerdict, Change, Difference, Figure, Finding, Flag, Known, Looks, Reason, Row, Scorecard,
    StudyHead, Verdict,
};
use giamtang::{Result, Undefined};
use serde_json::Value;
use std::sync::LazyLock;

/// The same with other values in some places; others cannot be sure to name every place of what may grow.
macro_rules! with {
    ($base:expr; $($place:ident: $value:expr),* $(,)?) => {{
        let mut own = $base;
        $(own.$place = $value;)*
        own
    }};
}
pub(super) use with;

/// What cards made by hand are made of: one that was made by the library, with other values in every place.
static REAL: LazyLock<Scorecard> = LazyLock::new(|| compared().expect("a scorecard"));

fn real_figure() -> Figure {
    REAL.kpis[0].is.value().expect("a figure").clone()
}

fn real_change() -> Change {
    REAL.kpis[0].change.value().expect("a change").clone()
}

pub(super) const NARROW: Style = Style { colour: false, width: 80, lang: Lang::En };
pub(super) const VIETNAMESE: Style = Style { lang: Lang::Vi, ..NARROW };

pub(super) fn figure(value: f64, low: f64, high: f64, n: u64) -> Known<Figure> {
    Known::Yes(with!(real_figure();
        value: value,
        low: Some(low),
        high: Some(high),
        limits: None,
        n: n,
        events: n / 2,
        excluded: Some(0),
        immature: None,
        undated: None,
        clusters: Some(30),
        largest_cluster: None,
        df: Some(21.5),
        method: Some("t, CR2, Bell-McCaffrey df"),
        flow: None))
}

pub(super) fn change(value: f64, low: f64, high: f64, q: f64) -> Known<Change> {
    Known::Yes(with!(real_change();
        absolute: Difference { value, low: Some(low), high: Some(high), limits: None },
        relative: Known::No(Undefined::NoBase),
        p: Known::Yes(q),
        q: Some(q),
        p_holm: None,
        df: Some(21.5),
        standard_error: None,
        method: "paired influences, CR2, Bell-McCaffrey t"))
}

/// A change of a KPI that is information only: outside the families of tests.
pub(super) fn untested(change: Known<Change>) -> Known<Change> {
    match change {
        Known::Yes(change) => Known::Yes(with!(change; q: None)),
        Known::No(why) => Known::No(why),
    }
}

pub(super) fn unknown<T>(why: Undefined) -> Known<T> {
    Known::No(why)
}

/// A row as the scorecard has it before anything is filled in: nothing known, nothing asked.
pub(super) fn row(id: &'static str) -> Row {
    let kpi = find(id).unwrap();
    with!(REAL.kpis[0].clone();
        id: id.to_owned(),
        axis: kpi.axis(),
        name: kpi.name.clone(),
        unit: kpi.unit,
        better: kpi.better,
        sampling: kpi.sampling,
        was: Some(unknown(Undefined::NoRows)),
        is: unknown(Undefined::NoRows),
        change: unknown(Undefined::OneWindow),
        contrasts: None,
        smallest: None,
        sensitivity: None,
        response_rate: None,
        adjusted: unknown(Undefined::NotAsked),
        verdict: (kpi.better != Better::Neither).then_some(Verdict::NotComparable),
        flags: [].into())
}

pub(super) fn elapsed() -> Row {
    with!(row("time/elapsed_time");
        was: Some(figure(12.34, 11.0, 13.5, 1_700)),
        is: figure(9.8, 9.0, 10.6, 1_734),
        change: change(-2.54, -3.6, -1.5, 0.012),
        verdict: Some(Verdict::Improved))
}

pub(super) fn closed() -> Row {
    with!(row("time/closed_time_mean");
        was: Some(figure(7.0, 6.0, 8.5, 900)),
        is: figure(11.25, 10.0, 12.0, 1_200),
        change: untested(change(4.25, 3.0, 5.5, 0.0001)),
        flags: [Flag::Flattering].into())
}

pub(super) fn on_time() -> Row {
    with!(row("time/on_time"); was: Some(unknown(Undefined::NoColumn("due_at".into()))), is: on_time_figure())
}

pub(super) fn on_time_figure() -> Known<Figure> {
    figure(0.8731, 0.85, 0.9, 640)
}

pub(super) fn study() -> StudyHead {
    with!(REAL.study.clone();
        name: "Hanoi, six months after the merger".into(),
        was: Some("2023-02-15..2023-07-31".into()),
        is: "2024-02-15..2024-07-31".into(),
        counting: "strict".into(),
        level: 0.95,
        cluster: "unit".into(),
        standardise: vec![],
        reform: None,
        given: [("log.ids".into(), "trusted".into())].into(),
        defaults: [("compare.follow_up".into(), "0 days".into())].into(),
        ambiguous_times: 0)
}

pub(super) fn axis(id: Axis, verdict: AxisVerdict, because: &[Reason]) -> AxisResult {
    let because = because.to_vec();
    with!(REAL.axes[0].clone(); id: id, name: id.name(), verdict: verdict, headline: id.headline(), because: because)
}

pub(super) fn card(kpis: Vec<Row>) -> Scorecard {
    let reasons = [
        Reason::Kpi("time/elapsed_time", Finding::Headline(Some(Verdict::Improved))),
        Reason::Kpi("time/on_time", Finding::Undefined(Undefined::NoColumn("due_at".into()))),
        Reason::Kpi("staffing/first_time_right", Finding::NotMeasured),
        Reason::Kpi("time/withdrawn", Finding::NotMeasured),
    ];
    with!(REAL.clone();
        schema: "giamtang.scorecard/1",
        study: study(),
        provenance: provenance(),
        inputs: vec![Input { path: "cases.csv".into(), rows: 3_436, bytes: 90_211, ..Input::default() }],
        reconciliation: Reconciliation {
            read: 3_436,
            accepted: 3_434,
            quarantined: 2,
            by_rule: [("finished_before_received".into(), 2)].into(),
        },
        events: None,
        tables: vec![],
        looks: Looks::default(),
        axes: vec![
            axis(Axis::TimeAndCost, AxisVerdict::NotShown, &reasons),
            axis(Axis::Staffing, AxisVerdict::NotMeasured, &[Reason::Kpi("staffing/on_duty", Finding::NotMeasured)]),
        ],
        kpis: kpis,
        applicants: vec![],
        groups: vec![],
        series: vec![],
        side_by_side: vec![],
        comparison: vec![],
        sensitivity: None)
}

fn provenance() -> giamtang::Provenance {
    with!(REAL.provenance.clone(); plan: "0123456789abcdef".repeat(4), counting: "strict".into(), zone: "UTC".into())
}

pub(super) fn one_window(row: Row) -> Scorecard {
    let row = with!(row; was: None, verdict: None, change: unknown(Undefined::OneWindow));
    with!(card(vec![row]); study: with!(study(); was: None), axes: vec![])
}

pub(super) fn text(render: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> String {
    let mut page = Vec::new();
    render(&mut page).unwrap();
    String::from_utf8(page).unwrap()
}

pub(super) fn page(card: &Scorecard, style: Style) -> String {
    text(|out| write(card, Format::Terminal(style), out))
}

pub(super) fn json(card: &Scorecard) -> Value {
    let text = text(|out| write(card, Format::Json, out));
    assert!(text.ends_with("}\n"));
    crate::contract::kept(&text)
}

/// Expected pages are written without the blanks that keep them in the margin of their test.
pub(super) fn assert_page(page: &str, expected: &str) {
    let expected = expected.strip_prefix('\n').unwrap();
    assert!(page == expected, "the page is\n{page}\nand not\n{expected}");
}
