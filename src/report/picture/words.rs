//! The words on pictures and of the tables behind them, by the keys of their messages.

use super::super::words::Words;

macro_rules! words {
    ($($name:ident = $key:literal;)*) => { $(pub(super) const $name: Words = Words($key);)* };
}

words! {
    ABSOLUTE = "picture.absolute";
    AFTER = "picture.after";
    AHEAD = "picture.ahead";
    BEFORE = "picture.before";
    BETTER = "picture.better";
    CENTRE = "picture.centre";
    CHANGE_SAYS = "picture.change_says";
    CHANGE_TITLE = "picture.change_title";
    CONCERN = "picture.concern";
    COUNTERFACTUAL = "picture.counterfactual";
    FITTED = "picture.fitted";
    GAP = "picture.gap";
    HIGH = "picture.high";
    IMPROVEMENT = "picture.improvement";
    LIMITS = "picture.limits";
    LOW = "picture.low";
    MIX_SAYS = "picture.mix_says";
    MIX_TITLE = "picture.mix_title";
    MONTH = "picture.month";
    NEITHER = "picture.neither";
    NOTHING = "picture.nothing";
    NO_LIMITS = "picture.no_limits";
    NO_SIGNAL = "picture.no_signal";
    OF_MIX = "picture.of_mix";
    OF_RATE = "picture.of_rate";
    OF_UNMATCHED = "picture.of_unmatched";
    PART = "picture.part";
    REFORM = "picture.reform";
    RELATIVE = "picture.relative";
    ROWS = "picture.rows";
    SERIES_NONE = "picture.series_none";
    SERIES_SAYS = "picture.series_says";
    SERIES_TITLE = "picture.series_title";
    SIGNALLED = "picture.signalled";
    TELLS = "picture.tells";
    TRIAL = "picture.trial";
    VALUE = "picture.value";
    VERDICT = "picture.verdict";
    WINDOWS_SAYS = "picture.windows_says";
    WINDOWS_TITLE = "picture.windows_title";
    WORSE = "picture.worse";
    YOUNG = "picture.young";
}
