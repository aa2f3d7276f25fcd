//! A target in a sentence: what it claims, what was found, what to do.

use super::words::{self, filled};
use crate::kpi::{Better, Sampling, Unit};
use crate::report::Lang;
use crate::report::number::{Digits, count, decimal, factor, numerals, percent, probability};
use crate::report::words::{POINTS, WAS, axis, axis_verdict, table, unit, verdict};
use crate::report::{dates, reason};
use crate::scorecard::gate::{
    Allowance, Asks, At, Bounds, End, Found, Gate, Grouping, Judged, Lacking, Number, Subject,
};
use crate::scorecard::{AxisVerdict, Reason, printed};
use std::collections::BTreeMap;

/// What is said of a target.
pub(super) struct Sentence {
    /// What it claims.
    pub(super) claim: String,
    /// What was found, or why nothing was.
    pub(super) found: String,
    /// What to do; of a target that is not missed, nothing.
    pub(super) advice: Option<String>,
}

impl Sentence {
    pub(super) fn of(judged: &Judged, gate: &Gate, lang: Lang) -> Self {
        let told = Told::new(judged, gate, lang);
        let advice = judged.is_missed().then(|| told.advice());
        Self { claim: told.claim(), found: told.found(), advice }
    }

    /// All of it.
    pub(super) fn whole(&self) -> String {
        let advice = self.advice.iter().map(|advice| format!(" {advice}")).collect::<String>();
        format!("{} – {}{}{advice}", self.claim, self.found, if self.found.ends_with('.') { "" } else { "." })
    }
}

/// A target in a language.
struct Told<'a> {
    judged: &'a Judged,
    gate: &'a Gate,
    lang: Lang,
    digits: Digits,
    scale: Scale,
}

/// What the numbers of a target are.
#[derive(Clone, Copy)]
enum Scale {
    /// Values of a KPI.
    Level(Unit),
    /// Points between two shares.
    Gap,
    /// Differences of such values.
    Change(Unit),
    /// Parts of what was.
    Relative,
}

impl<'a> Told<'a> {
    fn new(judged: &'a Judged, gate: &'a Gate, lang: Lang) -> Self {
        let scale = scale(judged);
        let mut own = Self { judged, gate, lang, scale, digits: Digits::fitting(Unit::Number, &[], &[], lang) };
        let bounds = own.bounds();
        let number = own.number().cloned().unwrap_or_default();
        let ends = [Some(number.value), number.low, number.high, bounds.at_least, bounds.at_most];
        let ends: Vec<f64> = ends.into_iter().flatten().collect();
        let off: Vec<f64> = own.off().into_iter().collect();
        let between: Vec<f64> = number.between.into_iter().flatten().collect();
        own.digits = match scale {
            Scale::Level(unit) => Digits::fitting(unit, &ends, &off, lang),
            Scale::Gap | Scale::Relative => Digits::fitting(Unit::Share, &[], &[ends, off].concat(), lang),
            Scale::Change(unit) => Digits::fitting(unit, &between, &[ends, off].concat(), lang),
        };
        own
    }

    /// The number that was found, where one was.
    fn number(&self) -> Option<&'a Number> {
        match self.judged.found.as_ref()? {
            Found::Number(number) => Some(number),
            Found::Verdict { change, .. } => change.as_ref(),
            Found::Axis { .. } => None,
        }
    }

    /// What is enough, in numbers.
    fn bounds(&self) -> Bounds {
        match &self.judged.target.asks {
            Asks::Value { bounds, .. } | Asks::Change { bounds, .. } | Asks::Data { bounds, .. } => *bounds,
            Asks::NotWorse { subject, .. } => match self.margin() {
                Some(margin) if subject.better == Better::Higher => {
                    Bounds { at_least: Some(-margin.value()), at_most: None }
                }
                Some(margin) => Bounds { at_least: None, at_most: Some(margin.value()) },
                None => Bounds::default(),
            },
            Asks::Verdict { .. } | Asks::Axis { .. } => Bounds::default(),
        }
    }

    /// How much worse the figure may be than a kept one.
    fn margin(&self) -> Option<Allowance> {
        match &self.judged.target.asks {
            Asks::NotWorse { margin, .. } => *margin,
            _ => None,
        }
    }

    /// By how much the number is outside its bounds; `None` where it is not, or there is none.
    fn off(&self) -> Option<f64> {
        let number = self.number().filter(|_| self.judged.is_missed())?;
        let (low, high) = match end(&self.judged.target.asks) {
            End::Value => (Some(number.value), Some(number.value)),
            End::Low => (number.low, number.low),
            End::High => (number.high, number.high),
            End::Interval => (number.low, number.high),
        };
        let bounds = self.bounds();
        let below = bounds.at_least.zip(low).map(|(least, low)| least - low);
        let above = bounds.at_most.zip(high).map(|(most, high)| high - most);
        below.into_iter().chain(above).filter(|off| *off > 0.0).reduce(f64::max)
    }

    /// The unit after a number, with its blank.
    fn unit(&self) -> String {
        let points = || format!(" {}", self.lang.say(POINTS));
        let of =
            |own: Unit| Some(self.lang.say(unit(own))).filter(|word| !word.is_empty()).map(|word| format!(" {word}"));
        match self.scale {
            Scale::Level(Unit::Share) | Scale::Relative => numerals(self.lang).percent.to_owned(),
            Scale::Gap | Scale::Change(Unit::Share) => points(),
            Scale::Level(own) | Scale::Change(own) => of(own).unwrap_or_default(),
        }
    }

    fn claim(&self) -> String {
        let claim = match &self.judged.target.asks {
            Asks::Value { subject, window, by, bounds } => {
                let window = match window {
                    At::Was => format!(" ({})", self.lang.say(WAS)),
                    At::Is => String::new(),
                };
                format!("{}{window}: {}", self.subject(subject), self.bounded(*bounds, *by))
            }
            Asks::Change { subject, by, bounds, .. } => {
                let change = self.lang.say(crate::report::words::CHANGE);
                format!("{}: {change} {}", self.subject(subject), self.bounded(*bounds, *by))
            }
            Asks::Verdict { subject, verdicts } => {
                let names: Vec<&str> = verdicts.iter().map(|own| self.lang.say(verdict(*own).1)).collect();
                format!("{}: {}", self.subject(subject), names.join(self.lang.say(words::OR)))
            }
            Asks::Axis { axis: own, verdicts } => {
                let names: Vec<&str> = verdicts.iter().map(|own| self.lang.say(axis_verdict(*own).1)).collect();
                format!("{}: {}", axis(*own, self.lang), names.join(self.lang.say(words::OR)))
            }
            Asks::Data { bounds, .. } => format!("{}: {}", self.doubted(), self.bounded(*bounds, End::Value)),
            Asks::NotWorse { subject, kept, by, .. } => {
                let said = filled(self.lang.say(words::NOT_WORSE), &[&kept.told, &self.margin_told()]);
                format!("{}: {said}{}", self.subject(subject), self.by(*by))
            }
        };
        match &self.judged.target.name {
            Some(name) => format!("{} ({claim})", self.lang.name(name)),
            None => claim,
        }
    }

    fn margin_told(&self) -> String {
        self.margin().map(|margin| self.exact_with_unit(margin.value())).unwrap_or_default()
    }

    /// A bound as the study has it, with as many decimals as it needs; of a change with its sign.
    fn bound(&self, value: f64) -> String {
        let sign = match self.scale {
            _ if value < 0.0 => "−",
            Scale::Change(_) | Scale::Relative if value > 0.0 => "+",
            _ => "",
        };
        format!("{sign}{}", self.exact_with_unit(value))
    }

    /// A number as the study has it with its unit: `1 day`, `2 days`.
    fn exact_with_unit(&self, value: f64) -> String {
        let (number, unit) = (self.exact(value), self.unit());
        let is_one = number == "1" && self.lang == Lang::En;
        let unit = unit.strip_suffix('s').filter(|_| is_one).unwrap_or(&unit);
        format!("{number}{unit}")
    }

    fn exact(&self, value: f64) -> String {
        let factor = match self.scale {
            Scale::Gap | Scale::Relative => 100.0,
            Scale::Level(unit) | Scale::Change(unit) => factor(unit),
        };
        let value = printed(value.abs() * factor);
        let decimals = value.to_string().split_once('.').map_or(0, |(_, fraction)| fraction.len());
        decimal(value, decimals, self.lang)
    }

    fn subject(&self, subject: &Subject) -> String {
        let name = self.lang.name(&subject.name);
        match &subject.group {
            Some(Grouping::One(by)) => format!("{name}, {}", group(by, self.lang)),
            Some(Grouping::Every(_)) | None => name.to_owned(),
        }
    }

    fn bounded(&self, bounds: Bounds, by: End) -> String {
        let told = |words, bound: Option<f64>| bound.map(|bound| filled(self.lang.say(words), &[&self.bound(bound)]));
        let both = told(words::AT_LEAST, bounds.at_least).into_iter().chain(told(words::AT_MOST, bounds.at_most));
        format!("{}{}", both.collect::<Vec<_>>().join(self.lang.say(words::AND)), self.by(by))
    }

    fn by(&self, end: End) -> String {
        words::by(end).map(|by| format!(", {}", self.lang.say(by))).unwrap_or_default()
    }

    /// Which share of the log, and of which table and rule.
    fn doubted(&self) -> String {
        let Asks::Data { data, table: of, rule, .. } = &self.judged.target.asks else { return String::new() };
        let is_told =
            matches!(data, crate::scorecard::gate::Doubt::Quarantined | crate::scorecard::gate::Doubt::Unmatched);
        let of = is_told.then(|| self.lang.say(table(*of)).to_owned());
        let more: Vec<String> = of.into_iter().chain(rule.map(|rule| rule.name().to_owned())).collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
        format!("{}{more}", self.lang.say(words::doubt(*data)))
    }

    fn found(&self) -> String {
        let lacking = self.judged.lacking.as_ref().map(|lacking| self.lacking(lacking));
        let found = self.judged.found.as_ref().map(|found| match found {
            Found::Number(number) => self.numbered(number),
            Found::Verdict { verdict: own, change } => {
                let said = self.lang.say(verdict(*own).1).to_owned();
                [said]
                    .into_iter()
                    .chain(change.as_ref().map(|change| self.numbered(change)))
                    .collect::<Vec<_>>()
                    .join(": ")
            }
            Found::Axis { verdict, because } => self.axis(*verdict, because),
        });
        let off = self.off().map(|off| filled(self.lang.say(words::MISSED_BY), &[&self.distance(off)]));
        [found, off, lacking].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn axis(&self, verdict: AxisVerdict, because: &[Reason]) -> String {
        let said = self.lang.say(axis_verdict(verdict).1);
        let sentence = reason::sentence(because, &self.gate.card.kpis, self.lang);
        if because.is_empty() { said.to_owned() } else { format!("{said}: {}", sentence.trim_end_matches('.')) }
    }

    /// A distance from a bound, without a sign.
    fn distance(&self, off: f64) -> String {
        let unit = match self.scale {
            Scale::Level(Unit::Share) | Scale::Relative => format!(" {}", self.lang.say(POINTS)),
            _ => self.unit(),
        };
        format!("{}{unit}", self.digits.value(off))
    }

    /// A number with its interval and what it rests on.
    fn numbered(&self, number: &Number) -> String {
        let print = |value: f64| match self.scale {
            Scale::Level(_) | Scale::Gap => self.digits.value(value),
            Scale::Change(_) | Scale::Relative => self.digits.signed(value),
        };
        let interval = self.digits.interval(number.low, number.high, print);
        let interval = if interval.is_empty() { interval } else { format!(" {interval}") };
        let own = format!("{}{interval}{}", print(number.value), self.unit());
        let own = match number.between {
            Some(between) => format!("{}: {own}", self.between(between)),
            None => own,
        };
        let rows: Vec<String> = number.n.iter().map(|n| count(*n, self.lang)).collect();
        let rows = match (&self.judged.target.asks, rows.as_slice()) {
            (_, []) => None,
            (Asks::Data { .. }, [all, ..]) => Some(filled(self.lang.say(words::OF_ROWS), &[all])),
            (_, rows) => Some(format!("n {}", rows.join(" → "))),
        };
        let is_weekly = self.judged.target.subject().is_some_and(|subject| subject.sampling == Sampling::Week);
        let clustered = self.lang.say(if is_weekly { words::WEEKS } else { words::CLUSTERS });
        let clusters = number.clusters.map(|all| filled(clustered, &[&count(all as u64, self.lang)]));
        let q = number.q.map(|q| probability("q", q, self.lang));
        let mix = number.fixed_mix.then(|| self.lang.say(words::FIXED_MIX).to_owned());
        let since = number.since.as_ref().map(|since| filled(self.lang.say(words::SINCE), &[since]));
        let more = [mix, q, rows, clusters, since].into_iter().flatten();
        [own].into_iter().chain(more).collect::<Vec<_>>().join(", ")
    }

    /// The two figures that a change is between.
    fn between(&self, [was, is]: [f64; 2]) -> String {
        let Some(subject) = self.judged.target.subject() else { return String::new() };
        let digits = Digits::fitting(subject.unit, &[was, is], &[is - was], self.lang);
        let unit = match (subject.unit, subject.is_gap) {
            (_, true) => format!(" {}", self.lang.say(POINTS)),
            (Unit::Share, false) => numerals(self.lang).percent.to_owned(),
            (own, false) => format!(" {}", self.lang.say(unit(own))),
        };
        format!("{} → {}{}", digits.value(was), digits.value(is), unit.trim_end())
    }

    fn lacking(&self, lacking: &Lacking) -> String {
        let lang = self.lang;
        let because = |what, why: String| format!("{}: {why}", lang.say(what));
        let no_figure = |why: String| because(words::NO_FIGURE, why);
        match lacking {
            Lacking::Undefined(why) => no_figure(lang.why(why)),
            Lacking::NoLimit(why) => because(words::NO_LIMIT, lang.why(why)),
            Lacking::NoGroup(near) => {
                let near =
                    near.iter().map(|near| format!("; {} `{near}`", lang.say(words::PERHAPS))).collect::<String>();
                no_figure(format!("{}{near}", lang.say(words::NO_GROUP)))
            }
            Lacking::NoTable => no_figure(lang.say(words::NO_TABLE).to_owned()),
            Lacking::NoKeptCube => no_figure(lang.say(words::NO_KEPT_CUBE).to_owned()),
            Lacking::OtherPlan { what, kept, here } => {
                no_figure(filled(lang.say(words::OTHER_PLAN), &[what, kept, here]))
            }
        }
    }

    fn advice(&self) -> String {
        let kept = self.judged.target.kept().map(|kept| kept.told.as_str()).unwrap_or_default();
        let kpi = self.judged.target.subject().map(|subject| subject.kpi.as_str()).unwrap_or_default();
        let (words, filling) = match (&self.judged.lacking, &self.judged.target.asks) {
            (Some(Lacking::NoKeptCube), _) => (words::KEEP_ONE, kept),
            (Some(Lacking::OtherPlan { .. }), _) | (None, Asks::NotWorse { .. }) => (words::SEE_KEPT, kept),
            (Some(Lacking::NoGroup(_)), _) => (words::NAME_IT, ""),
            (Some(Lacking::NoLimit(_)), _) => (words::LEAVE_OUT_BY, ""),
            (Some(_), _) => (words::GIVE_IT, ""),
            (None, Asks::Axis { .. }) => (words::SEE_AXIS, ""),
            (None, Asks::Data { .. }) => (words::SEE_LOG, ""),
            (None, _) => (words::SEE_KPI, kpi),
        };
        filled(self.lang.say(words), &[filling])
    }
}

fn scale(judged: &Judged) -> Scale {
    match &judged.target.asks {
        Asks::Value { subject, .. } if subject.is_gap => Scale::Gap,
        Asks::Value { subject, .. } => Scale::Level(subject.unit),
        Asks::Change { relative: true, .. } => Scale::Relative,
        Asks::Change { subject, .. } | Asks::Verdict { subject, .. } => Scale::Change(subject.unit),
        Asks::Axis { .. } | Asks::Data { .. } => Scale::Level(Unit::Share),
        Asks::NotWorse { subject, margin, .. } => match margin {
            Some(Allowance::Absolute(_)) => Scale::Change(subject.unit),
            Some(Allowance::Relative(_)) => Scale::Relative,
            None if subject.unit == Unit::Share => Scale::Change(Unit::Share),
            None => Scale::Relative,
        },
    }
}

/// Which number is held against the bounds.
fn end(asks: &Asks) -> End {
    match asks {
        Asks::Value { by, .. } | Asks::Change { by, .. } | Asks::NotWorse { by, .. } => *by,
        Asks::Verdict { .. } | Asks::Axis { .. } | Asks::Data { .. } => End::Value,
    }
}

fn group(by: &BTreeMap<String, Option<String>>, lang: Lang) -> String {
    let name =
        |name: &Option<String>| name.clone().unwrap_or_else(|| lang.say(crate::report::words::NO_NAME).to_owned());
    by.iter().map(|(column, value)| format!("{column} = {}", name(value))).collect::<Vec<_>>().join(", ")
}

/// What is said of the whole gate: how many targets came to what, and of which tables too much is set aside.
pub(super) fn summary(gate: &Gate, lang: Lang) -> String {
    let number = |number: usize| count(number as u64, lang);
    let counts = gate.counts;
    let own =
        filled(lang.say(words::SUMMARY), &[&number(gate.targets.len()), &number(counts.met), &number(counts.missed)]);
    let allowed = (counts.allowed > 0).then(|| filled(lang.say(words::ALLOWED), &[&number(counts.allowed)]));
    [own].into_iter().chain(allowed).collect::<Vec<_>>().join(", ")
}

/// The tables of which more rows are set aside than may be, a sentence each.
pub(super) fn set_aside(gate: &Gate, lang: Lang) -> Vec<String> {
    let of = |quarantine: &crate::scorecard::gate::Quarantine| {
        let said = |own: &crate::scorecard::gate::SetAsideShare| {
            let [share, limit] = [own.share, quarantine.limit].map(|share| percent(share, lang));
            filled(lang.say(words::SET_ASIDE), &[&share, &own.table, &limit])
        };
        quarantine.over.iter().map(said).collect::<Vec<_>>()
    };
    gate.quarantine.iter().flat_map(of).collect()
}

/// The windows of the study.
pub(super) fn windows(gate: &Gate, lang: Lang) -> String {
    dates::windows(gate.study.was.as_deref(), &gate.study.is, lang)
}
