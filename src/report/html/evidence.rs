//! One sentence of evidence for an axis, in words a citizen understands: what was and what is, how sure that is, and
//! what stands in the way.

use super::words::{
    ALL_HOLD, AND, AND_LIST, BUT, CHANCE, CHANCE_CENSUS, CHANCE_WORSE, CHANCE_WORSE_CENSUS, EQUAL_MIX, FELL, FEWER,
    GUARD_FAILED, GUARD_UNKNOWN, GUARD_UNSURE, HEADLINE_HOLM, LESS, MAY_BE_CHANCE, MAY_BE_CHANCE_WITHIN, MORE_BY,
    NO_TEST_OF_IT, NOT_JUDGED, NOT_MEASURED, ONE_TELLS, ONE_TELLS_WITHIN, QUOTED, SEASONS_MAY, TELLS, TOO_LITTLE,
    Words, tells,
};
use crate::kpi::{Sampling, Unit};
use crate::report::Lang;
use crate::report::face::Face;
use crate::report::number::Digits;
use crate::report::reason;
use crate::report::section::{name, units};
use crate::scorecard::{AxisResult, AxisVerdict, Change, Difference, Finding, Known, Reason, Row, Scorecard, Verdict};

/// What speaks for an axis's verdict.
pub(super) fn sentence(axis: &AxisResult, card: &Scorecard, lang: Lang) -> String {
    let evidence = Evidence { axis, card, lang };
    match card.kpi(axis.headline) {
        Some(row) if row.is.value().is_some() => evidence.told(row),
        row => evidence.unmeasured(row),
    }
}

/// What a headline says of one window alone.
pub(super) fn of_one_window(row: &Row, card: &Scorecard, lang: Lang) -> String {
    let Known::Yes(figure) = &row.is else {
        let why = row.is.reason().map(|why| lang.why(why)).unwrap_or_default();
        return lang.filled(NOT_MEASURED, &[("name", lang.name(&row.name)), ("why", &why)]);
    };
    let face = Face::new(row, &card.study, lang);
    let is = with_unit(row, face.digits.value(figure.value), lang);
    let own = lang.name(&row.name);
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => {
            let [low, high] = [low, high].map(|limit| face.digits.value(limit));
            lang.filled(ONE_TELLS_WITHIN, &[("name", own), ("is", &is), ("low", &low), ("high", &high)])
        }
        _ => lang.filled(ONE_TELLS, &[("name", own), ("is", &is)]),
    }
}

struct Evidence<'a> {
    axis: &'a AxisResult,
    card: &'a Scorecard,
    lang: Lang,
}

impl Evidence<'_> {
    fn unmeasured(&self, row: Option<&Row>) -> String {
        let own = row.map_or(self.axis.headline, |row| self.lang.name(&row.name));
        let why = reason::sentence(&self.axis.because[..1.min(self.axis.because.len())], &[], self.lang);
        let why = row.and_then(|row| row.is.reason()).map_or(why, |why| self.lang.why(why));
        self.lang.filled(NOT_MEASURED, &[("name", own), ("why", &why)])
    }

    fn told(&self, row: &Row) -> String {
        let Some((was, is)) = levels(row) else { return self.no_comparison(row) };
        let digits = Digits::of(row, self.lang);
        let is = with_unit(row, digits.value(is), self.lang);
        // What is in percent is told so twice; the other unit is not repeated.
        let was = digits.value(was);
        let was = if row.unit == Unit::Share { with_unit(row, was, self.lang) } else { was };
        let mix = if row.adjusted.value().is_some() { self.lang.say(EQUAL_MIX) } else { "" };
        let words = tells(&row.id).unwrap_or(TELLS);
        let fillings = [("name", self.lang.name(&row.name)), ("was", &was), ("is", &is), ("mix", mix)];
        let core = self.lang.filled(words, &fillings);
        let (by, chance) = self.chance(row, digits);
        let stands = self.in_the_way(row);
        format!("{core}{by}; {chance}{stands}.")
    }

    /// One window has no figure, or nothing can be said of the change.
    fn no_comparison(&self, row: &Row) -> String {
        let was = row.was.as_ref().and_then(Known::reason);
        let why = was.or(row.change.reason()).map(|why| self.lang.why(why)).unwrap_or_default();
        let alone = of_one_window(row, self.card, self.lang);
        self.lang.filled(NOT_JUDGED, &[("is", alone.trim_end_matches('.')), ("why", &why)])
    }

    /// By how much, and whether chance could have done it.
    fn chance(&self, row: &Row, digits: Digits) -> (String, String) {
        let lang = self.lang;
        let Some(change) = row.judged() else { return Default::default() };
        let by = by(row, change, digits, lang);
        let census = row.sampling == Sampling::Census;
        let say = |words| lang.say(words).to_owned();
        let chance = match row.verdict {
            Some(Verdict::Improved) if census => say(CHANCE_CENSUS),
            Some(Verdict::Improved) if self.is_one_of_many(row) => say(HEADLINE_HOLM),
            Some(Verdict::Improved) => say(CHANCE),
            Some(Verdict::Worsened) if census => say(CHANCE_WORSE_CENSUS),
            Some(Verdict::Worsened) => say(CHANCE_WORSE),
            Some(Verdict::NoClearChange) if census => say(TOO_LITTLE),
            Some(Verdict::NoClearChange) => within(row, &change.absolute, digits, lang),
            Some(Verdict::NotComparable) | None => {
                let why = change.p.reason().map(|why| lang.why(why)).unwrap_or_default();
                lang.filled(NO_TEST_OF_IT, &[("why", &why)])
            }
        };
        (by, chance)
    }

    /// Whether its change is no evidence once all headlines are allowed for.
    fn is_one_of_many(&self, row: &Row) -> bool {
        let p = row.judged().and_then(|change| change.p_holm);
        row.sampling != Sampling::Census && p.is_some_and(|p| p > 1.0 - self.card.study.level)
    }

    /// What keeps a good headline from being shown; where it is shown, that nothing does.
    fn in_the_way(&self, row: &Row) -> String {
        let lang = self.lang;
        let better = row.verdict == Some(Verdict::Improved);
        let but = if better && !self.is_one_of_many(row) { lang.say(BUT) } else { lang.say(AND) };
        let of = |finding: fn(&Finding) -> bool| self.guards(finding);
        let failed = of(|finding| matches!(finding, Finding::Fails));
        let mut parts = vec![self.whose(GUARD_FAILED, &failed)];
        if better {
            let unsure = of(|finding| matches!(finding, Finding::Unsure));
            let unknown =
                of(|finding| matches!(finding, Finding::Undefined(_) | Finding::NotMeasured | Finding::NoInterval));
            parts.extend([self.whose(GUARD_UNSURE, &unsure), self.whose(GUARD_UNKNOWN, &unknown)]);
            parts.extend(self.doubts().into_iter().map(Some));
        }
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match (parts.is_empty(), self.axis.verdict) {
            (false, _) => format!("{but}{}", listed(&parts, lang)),
            (true, AxisVerdict::Shown) => lang.say(ALL_HOLD).to_owned(),
            (true, _) => String::new(),
        }
    }

    fn guards(&self, is: fn(&Finding) -> bool) -> Vec<String> {
        let guards = self.axis.because.iter().skip(1).filter_map(|reason| match reason {
            Reason::Kpi(id, finding) if is(finding) => Some(name(self.card, id, self.lang)),
            _ => None,
        });
        guards.map(|name| self.lang.filled(QUOTED, &[("name", &name)])).collect()
    }

    fn whose(&self, words: Words, names: &[String]) -> Option<String> {
        (!names.is_empty()).then(|| self.lang.filled(words, &[("names", &listed(names, self.lang))]))
    }

    /// What is to be doubted of windows and log.
    fn doubts(&self) -> Vec<String> {
        let told = self.axis.because.iter().filter_map(|own| match own {
            Reason::Kpi(..) => None,
            Reason::Season => Some(self.lang.say(SEASONS_MAY).to_owned()),
            own => Some(reason::sentence(std::slice::from_ref(own), &[], self.lang).trim_end_matches('.').to_owned()),
        });
        told.collect()
    }
}

/// Both windows as the verdict sees them: at a fixed mix, where that is known.
fn levels(row: &Row) -> Option<(f64, f64)> {
    if let Some(own) = row.adjusted.value() {
        return Some((own.was, own.is));
    }
    row.change.value()?;
    Some((row.was.as_ref()?.value()?.value, row.is.value()?.value))
}

fn with_unit(row: &Row, number: String, lang: Lang) -> String {
    let [unit, _] = units(row, lang);
    let blank = if row.unit == Unit::Share && lang == Lang::Vi { "" } else { " " };
    format!("{number}{blank}{unit}").trim_end().to_owned()
}

/// Between how much less and how much less, where the interval is on one side.
fn by(row: &Row, change: &Change, digits: Digits, lang: Lang) -> String {
    let Difference { low: Some(low), high: Some(high), .. } = change.absolute else { return String::new() };
    let words = match (row.unit, low > 0.0, high < 0.0) {
        (_, true, _) => MORE_BY,
        (Unit::Officers | Unit::Procedures, _, true) => FEWER,
        (Unit::Days | Unit::WorkingHours | Unit::Hours, _, true) => LESS,
        (_, _, true) => FELL,
        _ => return String::new(),
    };
    let (near, far) = if low > 0.0 { (low, high) } else { (-high, -low) };
    let [near, far] = [near, far].map(|limit| digits.value(limit));
    lang.filled(words, &[("near", &near), ("far", &far), ("unit", units(row, lang)[1])])
}

/// Within what the change may be.
fn within(row: &Row, change: &Difference, digits: Digits, lang: Lang) -> String {
    let (Some(low), Some(high)) = (change.low, change.high) else { return lang.say(MAY_BE_CHANCE).to_owned() };
    let [low, high] = [low, high].map(|limit| digits.signed(limit));
    let words = lang.filled(MAY_BE_CHANCE_WITHIN, &[("low", &low), ("high", &high), ("unit", units(row, lang)[1])]);
    words.trim_end().to_owned()
}

/// `a`, `a and b`, `a, b and c`.
fn listed(parts: &[String], lang: Lang) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => lang.filled(AND_LIST, &[("first", &first.join(", ")), ("last", last)]),
    }
}
