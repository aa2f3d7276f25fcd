//! The words of pages for a browser, by the keys of their messages.

use crate::scorecard::AxisVerdict;

pub(super) use crate::report::words::Words;

macro_rules! words {
    ($($name:ident = $key:literal;)*) => { $(pub(super) const $name: Words = Words($key);)* };
}

words! {
    SKIP = "html.skip";
    THEME = "html.theme";
    CONTENTS = "html.contents";
    OPEN_ALL = "html.open_all";
    CLOSE_ALL = "html.close_all";
    PRINT = "html.print";
    COPY = "html.copy";
    COPIED = "html.copied";
    SELECTED = "html.selected";
    BEFORE = "html.before";
    AFTER = "html.after";
    LEVEL = "html.level";
    PROFILE = "html.profile";
    FIXED = "html.fixed";
    FOR_WHOM = "html.for_whom";
    IN_SHORT = "html.in_short";
    IN_SHORT_SAYS = "html.in_short_says";
    IN_SHORT_ONE = "html.in_short_one";
    BEWARE = "html.beware";
    HOW_TO_READ = "html.how_to_read";
    AXIS_SHOWN = "html.axis_shown";
    AXIS_NOT_SHOWN = "html.axis_not_shown";
    AXIS_WORSENED = "html.axis_worsened";
    AXIS_NOT_MEASURED = "html.axis_not_measured";
    READ_INTERVAL = "html.read_interval";
    WHAT_INTERVAL = "html.what_interval";
    READ_MIX = "html.read_mix";
    WHAT_MIX = "html.what_mix";
    READ_VERDICT = "html.read_verdict";
    WHAT_VERDICT = "html.what_verdict";
    READ_SHOWN = "html.read_shown";
    WHAT_SHOWN = "html.what_shown";
    READ_GUARD = "html.read_guard";
    WHAT_GUARD = "html.what_guard";
    READ_Q = "html.read_q";
    WHAT_Q = "html.what_q";
    READ_OPEN = "html.read_open";
    WHAT_OPEN = "html.what_open";
    TELLS = "html.tells";
    ONE_TELLS = "html.one_tells";
    ONE_TELLS_WITHIN = "html.one_tells_within";
    TELLS_TIME = "html.tells_time";
    TELLS_DUTY = "html.tells_duty";
    TELLS_FORCE = "html.tells_force";
    TELLS_ONLINE = "html.tells_online";
    TELLS_PUBLISHED = "html.tells_published";
    TELLS_SATISFIED = "html.tells_satisfied";
    EQUAL_MIX = "html.equal_mix";
    LESS = "html.less";
    FEWER = "html.fewer";
    FELL = "html.fell";
    MORE_BY = "html.more_by";
    CHANCE = "html.chance";
    CHANCE_CENSUS = "html.chance_census";
    CHANCE_WORSE = "html.chance_worse";
    CHANCE_WORSE_CENSUS = "html.chance_worse_census";
    HEADLINE_HOLM = "html.headline_holm";
    TOO_LITTLE = "html.too_little";
    MAY_BE_CHANCE = "html.may_be_chance";
    MAY_BE_CHANCE_WITHIN = "html.may_be_chance_within";
    NO_TEST_OF_IT = "html.no_test_of_it";
    NOT_JUDGED = "html.not_judged";
    NOT_MEASURED = "html.not_measured";
    GUARD_FAILED = "html.guard_failed";
    GUARD_UNSURE = "html.guard_unsure";
    GUARD_UNKNOWN = "html.guard_unknown";
    SEASONS_MAY = "html.seasons_may";
    ALL_HOLD = "html.all_hold";
    BUT = "html.but";
    AND = "html.and";
    AND_LIST = "html.and_list";
    AND_ALSO = "html.and_also";
    QUOTED = "html.quoted";
    HEADLINE_ROLE = "html.headline_role";
    GUARD_ROLE = "html.guard_role";
    BY_MONTH = "html.by_month";
    MIX_AND_RATE = "html.mix_and_rate";
    CURVES = "html.curves";
    REFORMED_OR_NOT = "html.reformed_or_not";
    BESIDE_OTHERS = "html.beside_others";
    IN_DRILL_DOWN = "html.in_drill_down";
    NUMBERS_BEHIND = "html.numbers_behind";
    AT_MIX = "html.at_mix";
    INTERVAL = "html.interval";
    COUNTED_HOW = "html.counted_how";
    DEFINITION = "html.definition";
    BEHIND = "html.behind";
    OWN_KPI = "html.own_kpi";
    FIGURES = "html.figures";
    CHANGE_TABLE = "html.change_table";
    N_ROWS = "html.n_rows";
    EVENT_ROWS = "html.event_rows";
    CLUSTER_ROWS = "html.cluster_rows";
    DEGREES = "html.degrees";
    METHOD = "html.method";
    RELATIVE = "html.relative";
    STANDARD_ERROR = "html.standard_error";
    P_VALUE = "html.p_value";
    Q_VALUE = "html.q_value";
    COPY_TABLE = "html.example_table";
    SEE = "html.example_log";
    TABLE_OF = "html.table_of";
    LACKING = "html.lacking";
    APPLICANTS = "html.applicants";
    FIGURE_KPI = "html.figure_kpi";
    VERDICT = "html.verdict";
    GROUPS = "html.groups";
    GROUPS_SAY = "html.groups_say";
    NO_SCRIPT = "html.no_script";
    SEARCH = "html.search";
    ALL_SHOWN = "html.all_shown";
    NOTHING_FOUND = "html.nothing_found";
    PREVIOUS = "html.previous";
    NEXT = "html.next";
    PAGE_OF = "html.page_of";
    BACK = "html.back";
    NAME = "html.name";
    CHANGE_DRAWN = "html.change_drawn";
    FUNNEL_PLACE = "html.funnel_place";
    DRAWN_TO = "html.drawn_to";
    RANK = "html.rank";
    ROWS_N = "html.rows_n";
    DATA = "html.data";
    DATA_SAYS = "html.data_says";
    RECONCILIATION = "html.reconciliation";
    TABLE = "html.table";
    READ_ROWS = "html.read_rows";
    ACCEPTED_ROWS = "html.accepted_rows";
    QUARANTINED_ROWS = "html.quarantined_rows";
    JOINED_ROWS = "html.joined_rows";
    UNJOINED_ROWS = "html.unjoined_rows";
    RULES_BROKEN = "html.rules_broken";
    READ_FILES = "html.read_files";
    PATH_READ = "html.path_read";
    FORMAT_READ = "html.format_read";
    ROWS_READ = "html.rows_read";
    BYTES_READ = "html.bytes_read";
    SET_ROWS = "html.set_rows";
    KEY = "html.key";
    VALUE_SET = "html.value_set";
}

/// What the reader is told of: term and meaning, in the same order.
pub(super) const READING: [Words; 7] =
    [READ_VERDICT, READ_SHOWN, READ_INTERVAL, READ_MIX, READ_GUARD, READ_Q, READ_OPEN];
pub(super) const WHAT: [Words; 7] = [WHAT_VERDICT, WHAT_SHOWN, WHAT_INTERVAL, WHAT_MIX, WHAT_GUARD, WHAT_Q, WHAT_OPEN];

/// The lines of the table of a change, in their order.
pub(super) const CHANGE_ROWS: [Words; 8] =
    [crate::report::words::VALUE, INTERVAL, RELATIVE, STANDARD_ERROR, DEGREES, P_VALUE, Q_VALUE, METHOD];

/// What the script says on every page.
pub(super) const SCRIPT_WORDS: [(&str, Words); 5] =
    [("copy", COPY), ("copied", COPIED), ("selected", SELECTED), ("open", OPEN_ALL), ("close", CLOSE_ALL)];

/// What the drill-down says.
pub(super) const DRILL_WORDS: [(&str, Words); 23] = [
    ("was", crate::report::words::WAS),
    ("is", crate::report::words::IS),
    ("change", crate::report::words::CHANGE),
    ("fixed", crate::report::words::A_FIXED_MIX),
    ("drawing", CHANGE_DRAWN),
    ("verdict", VERDICT),
    ("n", ROWS_N),
    ("place", FUNNEL_PLACE),
    ("drawn", DRAWN_TO),
    ("rank", RANK),
    ("name", NAME),
    ("noName", crate::report::words::NO_NAME),
    ("kpi", FIGURE_KPI),
    ("shown", ALL_SHOWN),
    ("nothing", NOTHING_FOUND),
    ("previous", PREVIOUS),
    ("next", NEXT),
    ("page", PAGE_OF),
    ("back", BACK),
    ("together", crate::report::words::ALL_TOGETHER),
    ("noInterval", crate::report::words::NO_INTERVAL),
    ("table", TABLE_OF),
    ("information", crate::report::words::INFORMATION),
];

/// An axis's symbol and words, for those who use the offices.
pub(super) fn axis_verdict(verdict: AxisVerdict) -> (&'static str, Words) {
    match verdict {
        AxisVerdict::Shown => ("▲", AXIS_SHOWN),
        AxisVerdict::NotShown => ("○", AXIS_NOT_SHOWN),
        AxisVerdict::Worsened => ("▼", AXIS_WORSENED),
        AxisVerdict::NotMeasured => ("–", AXIS_NOT_MEASURED),
    }
}

/// How a sentence about a headline begins; its figures follow.
pub(super) fn tells(id: &str) -> Option<Words> {
    Some(match id {
        "time/elapsed_time" => TELLS_TIME,
        "staffing/on_duty" => TELLS_DUTY,
        "procedures/in_force" => TELLS_FORCE,
        "quality/online_share" => TELLS_ONLINE,
        "transparency/published_on_time" => TELLS_PUBLISHED,
        "satisfaction/top_two_box" => TELLS_SATISFIED,
        _ => return None,
    })
}

/// A KPI's id as a place in the page.
pub(super) fn anchor(id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    format!("kpi-{}", id.chars().map(safe).collect::<String>())
}
