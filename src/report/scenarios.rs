//! Whether verdicts stand when something that was decided is decided otherwise.

use super::Lang;
use super::number::{Digits, count, decimal, probability};
use super::page::Text;
use super::section::{Line, Section, headings, interval, name, of, units};
use super::words::{
    ALL_STAND, CLOSED_ONLY, COUNTED, IN_JSON, INSTEAD, LONGER, LONGER_DAYS, SCENARIO, SCENARIOS, STAND,
    TAKEN_AS_CHANGE, UNADJUSTED, WITHOUT, WITHOUT_ONE, verdict,
};
use crate::scorecard::{Known, Otherwise, Scenario, Scorecard, Sensitivities};

/// The table; `None` where nothing is decided otherwise.
pub(super) fn section(card: &Scorecard, lang: Lang) -> Option<Section> {
    let own = card.sensitivity.as_ref().filter(|own| !own.scenarios.is_empty())?;
    let mut section = Section::new(lang.say(SCENARIOS), headings([(SCENARIO, false), (STAND, true)], lang));
    section.lead = vec![Text::dim(lang.say(TAKEN_AS_CHANGE).replace("{}", &threshold(own.p, lang)))];
    let mut kinds: Vec<(String, Vec<&Scenario>)> = Vec::new();
    for scenario in &own.scenarios {
        let kind = kind(&scenario.otherwise, own, lang);
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, all)) => all.push(scenario),
            None => kinds.push((kind, vec![scenario])),
        }
    }
    section.lines = kinds.iter().map(|(kind, all)| line(kind, all, card, lang)).collect();
    if own.scenarios.iter().all(|scenario| scenario.stands) {
        section.notes.push(lang.say(ALL_STAND).to_owned());
    }
    section.notes.extend(own.longer_days.reason().map(|why| format!("{}: {}", lang.say(LONGER), lang.why(why))));
    section.notes.push(lang.say(IN_JSON).to_owned());
    Some(section)
}

/// The p with its first digit, and three decimals at least.
fn threshold(p: f64, lang: Lang) -> String {
    let decimals = (3..9).find(|decimals| p * 10_f64.powi(*decimals) >= 1.0).unwrap_or(9);
    decimal(p, decimals as usize, lang)
}

/// What is decided otherwise; the units that are left out one by one together.
pub(super) fn kind(otherwise: &Otherwise, own: &Sensitivities, lang: Lang) -> String {
    match otherwise {
        Otherwise::Counting { profile } => lang.say(COUNTED).replace("{}", profile),
        Otherwise::ClosedOnly => lang.say(CLOSED_ONLY).to_owned(),
        Otherwise::Unadjusted => lang.say(UNADJUSTED).to_owned(),
        Otherwise::Longer => match &own.longer_days {
            Known::Yes(days) => lang.say(LONGER_DAYS).replace("{}", &count(*days, lang)),
            Known::No(_) => lang.say(LONGER).to_owned(),
        },
        Otherwise::Without { .. } => lang.say(WITHOUT_ONE).to_owned(),
    }
}

/// How many verdicts stand; below it those that do not.
fn line(kind: &str, all: &[&Scenario], card: &Scorecard, lang: Lang) -> Line {
    let standing = all.iter().filter(|scenario| scenario.stands).count();
    let stand = of(standing, all.len(), lang);
    let falls = all.iter().filter(|scenario| !scenario.stands);
    Line { cells: [kind, &stand].map(Text::plain).into(), below: falls.map(|own| fallen(own, card, lang)).collect() }
}

/// A KPI whose verdict does not stand: what its change would be, and what that would come to.
fn fallen(own: &Scenario, card: &Scorecard, lang: Lang) -> String {
    let mut told = name(card, &own.id, lang);
    if let Otherwise::Without { unit } = &own.otherwise {
        told += &format!(", {}", lang.say(WITHOUT).replace("{}", unit));
    }
    let row = card.kpi(&own.id);
    let change = match (&own.change, row) {
        (Known::Yes(change), Some(row)) => {
            let p = change.p.value().map(|p| format!(", {}", probability("p", *p, lang))).unwrap_or_default();
            let told = interval(Digits::of(row, lang), change.value, change.low, change.high);
            format!("{told} {}", units(row, lang)[1]).trim_end().to_owned() + &p
        }
        (Known::No(why), _) => lang.why(why),
        (Known::Yes(_), None) => String::new(),
    };
    let symbol = |own| {
        let (symbol, words) = verdict(own);
        format!("{symbol} {}", lang.say(words))
    };
    let instead = row.and_then(|row| row.verdict).map(|own| format!(" ({} {})", lang.say(INSTEAD), symbol(own)));
    format!("{told}: {change} → {}{}", symbol(own.verdict), instead.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_has_its_first_digit() {
        let told = [0.05, 0.0413, 0.00062].map(|p| threshold(p, Lang::Vi));
        assert_eq!(told, ["0,050", "0,041", "0,0006"]);
    }
}
