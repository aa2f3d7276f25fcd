//! The time applicants wait as others say it, and why that differs.

use super::Lang;
use super::number::{Digits, count, probability};
use super::page::Text;
use super::section::{Line, Section, interval, of, p};
use super::words::{CHANGE, CONTRASTS, INDEPENDENT, IS, LOG_RANK, RESTRICTED, STILL_OPEN, WAS, WITHIN, contrast, unit};
use crate::kpi::Unit;
use crate::scorecard::{Contrast, Contrasts, Known, RestrictedMean, Scorecard};

/// The ways of saying the time; `None` where no KPI has them.
pub(super) fn section(card: &Scorecard, lang: Lang) -> Option<Section> {
    let own = card.kpis.iter().find_map(|row| row.contrasts.as_ref())?;
    let levels: Vec<f64> = own.figures.iter().flat_map(|figure| [figure.was, figure.is]).collect();
    let changes: Vec<f64> = own.figures.iter().map(|figure| figure.absolute).collect();
    let digits = Digits::fitting(Unit::Days, &levels, &changes, lang);
    let columns = [("", false), (lang.say(WAS), true), ("→", false), (lang.say(IS), true)];
    let columns = columns.into_iter().chain([("", false), (lang.say(CHANGE), true), ("", true), ("n", true)]);
    let columns = columns.map(|(name, right)| (name.to_owned(), right)).collect();
    let mut section = Section::new(lang.say(CONTRASTS), columns);
    section.lead = vec![Text::plain(lang.name(&own.sentence))];
    section.lines = own.figures.iter().map(|figure| line(figure, digits, lang)).collect();
    let within = |horizon: u64| lang.say(RESTRICTED).replace("{}", &count(horizon, lang));
    match &own.restricted_mean {
        Known::Yes(mean) => section.lines.push(restricted(mean, &within(mean.horizon), digits, lang)),
        Known::No(why) => section.notes.push(format!("{}: {}", within(0), lang.why(why))),
    }
    section.notes.extend(notes(own, card, lang));
    Some(section)
}

fn line(figure: &Contrast, digits: Digits, lang: Lang) -> Line {
    let relative = figure.relative.map(|relative| percents(relative, lang)).unwrap_or_default();
    let n = figure.n.map(|rows| count(rows, lang)).join(" → ");
    let cells = [
        lang.say(contrast(figure.id)).to_owned(),
        digits.value(figure.was),
        "→".to_owned(),
        digits.value(figure.is),
        lang.say(unit(Unit::Days)).to_owned(),
        digits.signed(figure.absolute),
        relative,
        n,
    ];
    Line::new(cells.map(Text::plain).into())
}

/// A relative change to a tenth of a percent.
fn percents(relative: f64, lang: Lang) -> String {
    super::number::numerals(lang).percent_change(relative)
}

fn restricted(mean: &RestrictedMean, name: &str, digits: Digits, lang: Lang) -> Line {
    let relative = mean.change.relative.value().map(|gap| percents(gap.value, lang)).unwrap_or_default();
    let gap = &mean.change.absolute;
    let cells = [
        name.to_owned(),
        digits.value(mean.was),
        "→".to_owned(),
        digits.value(mean.is),
        lang.say(unit(Unit::Days)).to_owned(),
        digits.signed(gap.value),
        relative,
        String::new(),
    ];
    let change = interval(digits, gap.value, gap.low, gap.high);
    let why = gap.limits.as_ref().map(|why| format!(": {}", lang.why(&why.0))).unwrap_or_default();
    let below = format!("{change} {}, {}{why}", lang.say(unit(Unit::Days)), p(&mean.change.p, lang));
    Line { cells: cells.map(Text::plain).into(), below: vec![below] }
}

/// The test of both curves, and who was still open.
fn notes(own: &Contrasts, card: &Scorecard, lang: Lang) -> [String; 2] {
    let test = match &own.log_rank {
        Known::Yes(test) => {
            let within = lang.say(WITHIN).replace("{}", &card.study.standardise.join(", "));
            let stratified = test.stratified_p.map(|p| format!("; {within} {}", probability("p", p, lang)));
            let independent = test.method.contains("independent").then(|| format!(" ({})", lang.say(INDEPENDENT)));
            let own = probability("p", test.p, lang) + &stratified.unwrap_or_default();
            own + &independent.unwrap_or_default()
        }
        Known::No(why) => lang.why(why),
    };
    let open = own.open.map(|own| of(own.open as usize, own.of as usize, lang)).join(" → ");
    [format!("{}: {test}", lang.say(LOG_RANK)), format!("{}: {open}", lang.say(STILL_OPEN))]
}
