//! Headlines and guards month by month: a line of blocks, limits, signals, a trend with a break, a forecast.

use super::number::Digits;
use super::page::Text;
use super::section::{Line, Section, interval, is_leading, p, units};
use super::words::{
    FORECAST, LATEST, LEVEL_CHANGE, LIMITS, LIMITS_SAY, MONTHS, NO_FORECAST, NO_LIMITS, NO_MONTH_MARK, NO_TREND,
    OTHER_MONTHS, REFORM_MARK, SIGNALS, SLOPE, SLOPE_CHANGE, SLOPES_ARE, TREND, TRIAL, TRIAL_SAYS, Words, YOUNG_MARK,
    meaning, rule,
};
use super::{Lang, dates};
use crate::error::Undefined;
use crate::kpi::Unit;
use crate::scorecard::{Effect, Outlook, Row, Scorecard, Series, SeriesMonth, SeriesSignal, Trend};

/// Months that are drawn at most, and how many of them before a reform that is longer ago.
const DRAWN: usize = 36;
const DRAWN_BEFORE: usize = 18;

/// The headlines and guards by month; `None` where there is no series of one.
pub(super) fn section(card: &Scorecard, lang: Lang) -> Option<Section> {
    let leading = card.series.iter().filter(|series| is_leading(&series.id));
    let told: Vec<(&Series, &Row)> = leading.filter_map(|series| Some((series, card.kpi(&series.id)?))).collect();
    let months = &told.first()?.0.months;
    let reform = card.study.reform.as_deref();
    let drawn = drawn(months, reform);
    let span = dates::span(&format!("{}..{}", drawn.first()?.month, drawn.last()?.month), lang);
    let columns = [("", false), (&span, false), (lang.say(LATEST), true), ("", true)];
    let columns = columns.map(|(name, right)| (name.to_owned(), right));
    let mut section = Section::new(lang.say(MONTHS), columns.into());
    section.lead = lead(&told, reform, lang).iter().map(Text::dim).collect();
    let all_trial = told.iter().all(|(series, _)| series.chart.value().is_none() || is_trial(series));
    section.lines = told.iter().map(|(series, row)| line(series, row, (reform, all_trial), lang)).collect();
    section.notes = lacks(&told, lang);
    section.notes.push(lang.say(OTHER_MONTHS).to_owned());
    Some(section)
}

/// What the marks mean that any line has.
fn lead(told: &[(&Series, &Row)], reform: Option<&str>, lang: Lang) -> Vec<String> {
    let any = |has: fn(&SeriesMonth) -> bool| told.iter().flat_map(|(series, _)| &series.months).any(has);
    let said = |words: Words, holds: bool| holds.then(|| lang.say(words).to_owned());
    let facts = [
        reform.map(|month| format!("{}, {}", lang.say(REFORM_MARK), dates::month(month, lang))),
        said(YOUNG_MARK, any(|month| month.immature)),
        said(NO_MONTH_MARK, any(|month| month.value.value().is_none())),
        said(LIMITS_SAY, true),
        said(TRIAL_SAYS, told.iter().any(|(series, _)| is_trial(series))),
    ];
    facts.into_iter().flatten().collect()
}

fn is_trial(series: &Series) -> bool {
    series.chart.value().is_some_and(|chart| chart.trial)
}

/// Name, blocks, latest value, its month; below them signals, trend, limits and forecast.
fn line(series: &Series, row: &Row, (reform, all_trial): (Option<&str>, bool), lang: Lang) -> Line {
    let digits = Digits::of(row, lang);
    let [unit, difference] = units(row, lang);
    let latest = series.months.iter().rev().find(|month| !month.immature && month.value.value().is_some());
    let value = latest.and_then(|month| month.value.value()).map(|value| format!("{} {unit}", digits.value(*value)));
    let limits = latest.map(|month| digits.interval(month.low, month.high, |limit| digits.value(limit)));
    let trial = (is_trial(series) && !all_trial).then(|| format!(" {}", lang.say(TRIAL)));
    let limits = limits.filter(|limits| !limits.is_empty());
    let limits = limits.map(|limits| format!("{} {limits}{}", lang.say(LIMITS), trial.unwrap_or_default()));
    let ahead = series.forecast.value().and_then(|outlook| forecast(outlook, digits, lang));
    let ahead: Vec<String> = [limits, ahead].into_iter().flatten().collect();
    let cells = vec![
        Text::strong(lang.name(&row.name)),
        Text::plain(blocks(drawn(&series.months, reform), reform)),
        Text::plain(value.unwrap_or_default().trim_end()),
        Text::dim(latest.map_or_else(String::new, |month| dates::month(&month.month, lang))),
    ];
    let below = [
        series.chart.reason().map(|why| format!("{}: {}", lang.say(NO_LIMITS), lang.why(why))),
        signals(&series.months, lang),
        series.trend.value().map(|trend| told_trend(trend, row.unit, difference, lang)),
        (!ahead.is_empty()).then(|| ahead.join("; ")),
    ];
    Line { cells, below: below.into_iter().flatten().collect() }
}

/// The months that are drawn: the last ones, or those about the reform where that is longer ago.
fn drawn<'a>(months: &'a [SeriesMonth], reform: Option<&str>) -> &'a [SeriesMonth] {
    let before = months.iter().take_while(|month| reform.is_none_or(|reform| month.month.as_str() < reform)).count();
    let first = before.saturating_sub(DRAWN_BEFORE).min(months.len().saturating_sub(DRAWN));
    &months[first..months.len().min(first + DRAWN)]
}

/// A month a block, as high as its value among all; young months are hollow, and the reform is a line.
fn blocks(months: &[SeriesMonth], reform: Option<&str>) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let values = || months.iter().filter(|month| !month.immature).filter_map(|month| month.value.value().copied());
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let block = |value: f64| match most > least {
        true => BLOCKS[((value - least) / (most - least) * 7.0).round().clamp(0.0, 7.0) as usize],
        false => BLOCKS[3],
    };
    let mut line = String::new();
    let mut before = true;
    for month in months {
        if before && reform.is_some_and(|reform| month.month.as_str() >= reform) {
            line.push('│');
            before = false;
        }
        line.push(match month.value.value() {
            None => '·',
            Some(_) if month.immature => '▫',
            Some(value) => block(*value),
        });
    }
    line
}

/// The months that are no chance, those in a row with one rule and meaning together.
fn signals(months: &[SeriesMonth], lang: Lang) -> Option<String> {
    let mut runs: Vec<(SeriesSignal, &str, &str)> = Vec::new();
    let mut previous = None;
    for month in months {
        if let Some(signal) = month.signal {
            match runs.last_mut().filter(|(own, ..)| previous == Some(signal) && *own == signal) {
                Some((_, _, last)) => *last = &month.month,
                None => runs.push((signal, &month.month, &month.month)),
            }
        }
        previous = month.signal;
    }
    let told = runs.iter().map(|(signal, first, last)| {
        let span =
            if first == last { dates::month(first, lang) } else { dates::span(&format!("{first}..{last}"), lang) };
        let means = meaning(signal.meaning.unwrap_or(signal.direction));
        format!("{span} {}, {}", lang.say(rule(signal.rule)), lang.say(means))
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("{}: {}", lang.say(SIGNALS), told.join("; ")))
}

/// The jump at the reform and the change of the slope, each with its interval and p.
fn told_trend(trend: &Trend, measure: Unit, unit: &str, lang: Lang) -> String {
    let effects = [(SLOPE, &trend.slope), (LEVEL_CHANGE, &trend.level_change), (SLOPE_CHANGE, &trend.slope_change)];
    let numbers = |effect: &Effect| [Some(effect.value), effect.low, effect.high];
    let changes: Vec<f64> = effects.iter().flat_map(|(_, effect)| numbers(effect)).flatten().collect();
    let digits = Digits::fitting(measure, &changes, &changes, lang);
    let told = effects.map(|(words, effect)| {
        let why = effect.limits.as_ref().map(|why| format!(" ({})", lang.why(&why.0))).unwrap_or_default();
        let change = interval(digits, effect.value, effect.low, effect.high);
        format!("{} {change}{why} {}", lang.say(words), p(&effect.p, lang))
    });
    let unit = if unit.is_empty() { String::new() } else { format!("{unit}; ") };
    format!("{} ({unit}{}): {}", lang.say(TREND), lang.say(SLOPES_ARE), told.join("; "))
}

/// The first and the last month to come.
fn forecast(outlook: &Outlook, digits: Digits, lang: Lang) -> Option<String> {
    let (first, last) = (outlook.months.first()?, outlook.months.last()?);
    let ends = if first.month == last.month { vec![first] } else { vec![first, last] };
    let told = ends.iter().map(|month| {
        let limits = digits.interval(month.low, month.high, |limit| digits.value(limit));
        format!("{} {} {limits}", dates::month(&month.month, lang), digits.value(month.value)).trim_end().to_owned()
    });
    Some(format!("{}: {}", lang.say(FORECAST), told.collect::<Vec<_>>().join(", ")))
}

/// Why there is no trend, and no forecast: said once, of whom where it is not all.
fn lacks(told: &[(&Series, &Row)], lang: Lang) -> Vec<String> {
    let trends = told.iter().map(|(series, row)| (series.trend.reason(), *row)).collect::<Vec<_>>();
    let forecasts = told.iter().map(|(series, row)| (series.forecast.reason(), *row)).collect::<Vec<_>>();
    [(NO_TREND, trends), (NO_FORECAST, forecasts)].iter().flat_map(|(words, own)| without(*words, own, lang)).collect()
}

fn without(words: Words, own: &[(Option<&Undefined>, &Row)], lang: Lang) -> Vec<String> {
    let mut said: Vec<(&Undefined, Vec<&str>)> = Vec::new();
    for (why, row) in own.iter().filter_map(|(why, row)| Some(((*why)?, *row))) {
        match said.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(lang.name(&row.name)),
            None => said.push((why, vec![lang.name(&row.name)])),
        }
    }
    let told = said.into_iter().map(|(why, names)| {
        let whom = if names.len() == own.len() { String::new() } else { format!(": {}", names.join(", ")) };
        format!("{}: {}{whom}", lang.say(words), lang.why(why))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(month: &str, value: Option<f64>, immature: bool, rule: Option<&'static str>) -> SeriesMonth {
        SeriesMonth {
            month: month.to_owned(),
            value: value.ok_or(Undefined::NoRows).into(),
            n: 10,
            immature,
            low: None,
            high: None,
            signal: rule.map(|rule| SeriesSignal { rule, direction: "down", meaning: Some("improvement") }),
            fitted: None,
            counterfactual: None,
        }
    }

    /// 1 is the least and 8 the most, so 4.5 is half way up: three and a half steps of seven, which rounds to four.
    #[test]
    fn months_are_blocks_with_marks() {
        let months = [
            month("2023-11", Some(8.0), false, None),
            month("2023-12", None, false, None),
            month("2024-01", Some(4.5), false, None),
            month("2024-02", Some(1.0), false, None),
            month("2024-03", Some(9.0), true, None),
        ];
        assert_eq!(blocks(&months, Some("2024-02")), "█·▅│▁▫");
        assert_eq!(blocks(&months[..1], None), "▄");
        assert_eq!(blocks(&months[..1], Some("2024-02")), "▄");
    }

    #[test]
    fn a_trend_says_its_break_with_intervals() {
        let effect = |value, low, high, p| Effect {
            value,
            low: Some(low),
            high: Some(high),
            limits: None,
            p: Ok(p).into(),
            df: Some(9.0),
        };
        let trend = Trend {
            slope: effect(0.5, -0.1, 1.1, 0.1),
            level_change: effect(-3.0, -5.0, -1.0, 0.004),
            slope_change: effect(0.0, -0.2, 0.2, 1.0),
            latest_change: effect(-3.0, -6.0, 0.0, 0.05),
            months: [12, 6],
            month_effects: false,
            method: "by hand",
        };
        let said = "trend (days; slopes a month): slope before +0.50 [−0.10, +1.10] p 0.100; \
                    level change −3.00 [−5.00, −1.00] p 0.004; slope change 0.00 [−0.20, +0.20] p 1.000";
        assert_eq!(told_trend(&trend, Unit::Days, "days", Lang::En), said);
        let said = told_trend(&trend, Unit::Ratio, "", Lang::Vi);
        assert!(
            said.starts_with("xu hướng (độ dốc tính theo tháng): độ dốc trước cải cách +0,50 [−0,10; +1,10]"),
            "{said}"
        );
    }

    /// Of sixty months the last 36; where the reform came with the thirteenth, the first 36.
    #[test]
    fn a_long_series_is_drawn_about_the_reform() {
        let name = |at: usize| format!("{}-{:02}", 2018 + at / 12, at % 12 + 1);
        let months: Vec<SeriesMonth> = (0..60).map(|at| month(&name(at), Some(1.0), false, None)).collect();
        let ends = |reform| {
            let own = drawn(&months, reform);
            (own.len(), own[0].month.clone(), own[own.len() - 1].month.clone())
        };
        assert_eq!(ends(Some("2022-01")), (36, "2020-01".to_owned(), "2022-12".to_owned()));
        assert_eq!(ends(Some("2019-01")), (36, "2018-01".to_owned(), "2020-12".to_owned()));
        assert_eq!(ends(Some("2020-01")), (36, "2018-07".to_owned(), "2021-06".to_owned()));
        assert_eq!(drawn(&months[..5], None).len(), 5);
    }

    #[test]
    fn months_in_a_row_are_one_signal() {
        let months = [
            month("2024-01", Some(1.0), false, Some("shift")),
            month("2024-02", Some(1.0), false, Some("shift")),
            month("2024-03", Some(1.0), false, Some("outside")),
            month("2024-04", Some(1.0), false, None),
            month("2024-05", Some(1.0), false, Some("outside")),
        ];
        let said = "signals: 2024-01..2024-02 seven on one side, improvement; 2024-03 outside, improvement; \
                    2024-05 outside, improvement";
        assert_eq!(signals(&months, Lang::En).as_deref(), Some(said));
        let vi = signals(&months[2..3], Lang::Vi);
        assert_eq!(vi.as_deref(), Some("tín hiệu: 03/2024 ngoài giới hạn, cải thiện"));
        assert_eq!(signals(&months[3..4], Lang::En), None);
    }
}
