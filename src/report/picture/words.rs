//! The words on pictures and of the tables behind them, by the keys of their messages.

use super::super::words::Words;

macro_rules! words {
    ($($name:ident = $key:literal;)*) => { $(pub(super) const $name: Words = Words($key);)* };
}

words! {
    ABSOLUTE = "picture.absolute";
    AFTER = "picture.after";
    AHEAD = "picture.ahead";
    AT_RISK = "picture.at_risk";
    BEFORE = "picture.before";
    BETTER = "picture.better";
    BEYOND_95 = "picture.beyond_95";
    BEYOND_998 = "picture.beyond_998";
    CASES = "picture.cases";
    CENTRE = "picture.centre";
    CHANGE_SAYS = "picture.change_says";
    CHANGE_TITLE = "picture.change_title";
    CONCERN = "picture.concern";
    COUNTERFACTUAL = "picture.counterfactual";
    CURVES_SAYS = "picture.curves_says";
    CURVES_TITLE = "picture.curves_title";
    EARLIER = "picture.earlier";
    EFFECT = "picture.effect";
    EVENTS_NONE = "picture.events_none";
    EVENTS_SAYS = "picture.events_says";
    EVENTS_TITLE = "picture.events_title";
    FINISHED = "picture.finished";
    FITTED = "picture.fitted";
    FROM_REFORM = "picture.from_reform";
    FUNNEL_NONE = "picture.funnel_none";
    FUNNEL_SAYS = "picture.funnel_says";
    FUNNEL_TITLE = "picture.funnel_title";
    GAP = "picture.gap";
    HALF = "picture.half";
    HALF_NEVER = "picture.half_never";
    HIGH = "picture.high";
    IMPROVEMENT = "picture.improvement";
    INNER = "picture.inner";
    INNER_USUAL = "picture.inner_usual";
    LIMITS = "picture.limits";
    LOW = "picture.low";
    MIX_SAYS = "picture.mix_says";
    MIX_TITLE = "picture.mix_title";
    MONTH = "picture.month";
    NEITHER = "picture.neither";
    NINE = "picture.nine";
    NOTHING = "picture.nothing";
    NO_DIFFERENCE = "picture.no_difference";
    NO_LIMITS = "picture.no_limits";
    NO_SIGNAL = "picture.no_signal";
    OF_MIX = "picture.of_mix";
    OF_RATE = "picture.of_rate";
    OF_UNMATCHED = "picture.of_unmatched";
    OUTER = "picture.outer";
    OUTER_USUAL = "picture.outer_usual";
    P = "picture.p";
    PART = "picture.part";
    PLACE = "picture.place";
    REFORM = "picture.reform";
    RELATIVE = "picture.relative";
    ROWS = "picture.rows";
    SERIES_NONE = "picture.series_none";
    SERIES_SAYS = "picture.series_says";
    SERIES_TITLE = "picture.series_title";
    SHADED = "picture.shaded";
    SIGNALLED = "picture.signalled";
    STROKES = "picture.strokes";
    TELLS = "picture.tells";
    TIME = "picture.time";
    TRIAL = "picture.trial";
    UNIT = "picture.unit";
    VALUE = "picture.value";
    VERDICT = "picture.verdict";
    WHOLE_EFFECT = "picture.whole_effect";
    WINDOW = "picture.window";
    WINDOWS_SAYS = "picture.windows_says";
    WINDOWS_TITLE = "picture.windows_title";
    WITHIN = "picture.within";
    WORSE = "picture.worse";
    YOUNG = "picture.young";
}
