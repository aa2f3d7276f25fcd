//! The words of what stands behind the verdicts: mix, looks, months, scenarios, units beside each other.

use super::Words;
use crate::scorecard::ContrastId;

words! {
    AT_FIXED_MIX = "methods.at_fixed_mix";
    A_FIXED_MIX = "methods.a_fixed_mix";
    FIXED_MIX = "methods.fixed_mix";
    JUDGED = "methods.judged";
    BOTH_WINDOWS = "methods.both_windows";
    ONE_WINDOW = "methods.one_window";
    CRUDE = "methods.crude";
    WITHIN_STRATA = "methods.within_strata";
    MIX = "methods.mix";
    UNMATCHED = "methods.unmatched";
    UNMATCHED_ROWS = "methods.unmatched_rows";
    STRATA = "methods.strata";
    NO_MIX = "methods.no_mix";
    SMALLEST = "methods.smallest";
    TIMES_IN = "methods.times_in";
    LARGEST_CLUSTER = "methods.largest_cluster";

    LOOKS = "methods.looks";
    LOOKS_KPIS = "methods.looks_kpis";
    LOOKS_HEADLINES = "methods.looks_headlines";
    LOOKS_GROUPS = "methods.looks_groups";
    LOOKS_APPLICANTS = "methods.looks_applicants";

    CONTRASTS = "methods.contrasts";
    RESTRICTED = "methods.restricted";
    LOG_RANK = "methods.log_rank";
    WITHIN = "methods.within";
    STILL_OPEN = "methods.still_open";

    MONTHS = "methods.months";
    LATEST = "methods.latest";
    LIMITS = "methods.limits";
    TRIAL = "methods.trial";
    TRIAL_SAYS = "methods.trial_says";
    REFORM_MARK = "methods.reform_mark";
    YOUNG_MARK = "methods.young_mark";
    NO_MONTH_MARK = "methods.no_month_mark";
    LIMITS_SAY = "methods.limits_say";
    OTHER_MONTHS = "methods.other_months";
    SIGNALS = "methods.signals";
    TREND = "methods.trend";
    NO_LIMITS = "methods.no_limits";
    NO_TREND = "methods.no_trend";
    NO_FORECAST = "methods.no_forecast";
    SLOPE = "methods.slope";
    LEVEL_CHANGE = "methods.level_change";
    SLOPE_CHANGE = "methods.slope_change";
    SLOPES_ARE = "methods.slopes_are";
    FORECAST = "methods.forecast";

    SCENARIOS = "methods.scenarios";
    SCENARIO = "methods.scenario";
    STAND = "methods.stand";
    CLOSED_ONLY = "methods.closed_only";
    UNADJUSTED = "methods.unadjusted";
    LONGER = "methods.longer";
    LONGER_DAYS = "methods.longer_days";
    WITHOUT_ONE = "methods.without_one";
    WITHOUT = "methods.without";
    COUNTED = "methods.counted";
    ALL_STAND = "methods.all_stand";
    INSTEAD = "methods.instead";
    TAKEN_AS_CHANGE = "methods.taken_as_change";
    IN_JSON = "methods.in_json";

    SIDE_BY_SIDE = "methods.side_by_side";
    ALL_TOGETHER = "methods.all_together";
    OVERDISPERSION = "methods.overdispersion";
    PLACE = "methods.place";
    DRAWN = "methods.drawn";
    RANK = "methods.rank";
    MORE_GROUPS = "methods.more_groups";

    REFORMED = "methods.reformed";
    REFORMED_UNITS = "methods.reformed_units";
    OTHER_UNITS = "methods.other_units";
    UNITS_LEFT_OUT = "methods.units_left_out";
    EFFECT = "methods.effect";
    LEAST_P = "methods.least_p";
    LEAST_P_SAYS = "methods.least_p_says";
    BEFORE_P = "methods.before_p";
    BEFORE_SAYS = "methods.before_says";
    PLACEBO = "methods.placebo";
    PLACEBO_SAYS = "methods.placebo_says";
    MEAN_WITHIN = "methods.mean_within";
    EVENTS_IN = "methods.events_in";
    NOT_COMPARED = "methods.not_compared";
}

/// Holm's p, as the page names it; a name of a method in both languages.
pub(in crate::report) const HOLM: &str = "Holm p";

/// A way of saying the time.
pub(in crate::report) fn contrast(id: ContrastId) -> Words {
    match id {
        ContrastId::FollowedMedian => Words("contrast.followed_median"),
        ContrastId::ClosedOfCohortMedian => Words("contrast.closed_of_cohort_median"),
        ContrastId::ClosedOfCohortMean => Words("contrast.closed_of_cohort_mean"),
        ContrastId::ClosedInWindowMedian => Words("contrast.closed_in_window_median"),
        ContrastId::ClosedInWindowMean => Words("contrast.closed_in_window_mean"),
    }
}

/// A rule of a control chart.
pub(in crate::report) fn rule(rule: &str) -> Words {
    match rule {
        "outside" => Words("rule.outside"),
        "trend" => Words("rule.trend"),
        "two_of_three" => Words("rule.two_of_three"),
        _ => Words("rule.other"),
    }
}

/// What a signal means, or which way it points.
pub(in crate::report) fn meaning(word: &str) -> Words {
    match word {
        "improvement" => Words("meaning.improvement"),
        "concern" => Words("meaning.concern"),
        "up" => Words("meaning.up"),
        _ => Words("meaning.other"),
    }
}

/// A place in a funnel.
pub(in crate::report) fn place(place: &str) -> Words {
    match place {
        "far_below" => Words("place.far_below"),
        "below" => Words("place.below"),
        "above" => Words("place.above"),
        "far_above" => Words("place.far_above"),
        _ => Words("place.other"),
    }
}
