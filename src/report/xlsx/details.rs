//! What is known of a KPI beyond what everybody reads: for the screen, in bands of columns.

use super::codes;
use super::figures::{Maker, Spec, Told, Window, figure};
use super::leaf::Cell;
use crate::error::Undefined;
use crate::report::messages::Words;
use crate::report::words::better;
use crate::scorecard::{Adjusted, Change, Difference, Flow, Known, ResponseRate, Row, Swayed};

impl Maker {
    /// The crude change: what of it is not printed, and the tests that allow for other looks.
    pub(super) fn change(&self) -> Vec<Spec> {
        let judged = |of: fn(&Change) -> Option<f64>| move |told: &Told<'_>| told.p(told.row.judged().and_then(of));
        let mut specs = self.tests(|row| row.change.value());
        specs.push(self.spec("xlsx.why", 24.0, |told| told.why(told.row.change.reason())));
        let tested =
            vec![self.spec("xlsx.q", 9.0, judged(|own| own.q)), self.spec("xlsx.holm", 9.0, judged(|own| own.p_holm))];
        let mut all = self.under(self.lang.say(Words("xlsx.judged")), tested);
        all.extend(self.under(self.lang.say(Words("xlsx.crude")), specs));
        all
    }

    /// Relative limits and the test of a change.
    fn tests(&self, change: fn(&Row) -> Option<&Change>) -> Vec<Spec> {
        let gap = |of: fn(&Difference) -> Option<f64>| {
            move |told: &Told<'_>| told.relative(relative(change(told.row)).and_then(of))
        };
        let why = move |told: &Told<'_>| told.why(change(told.row).and_then(|own| own.relative.reason()));
        let limits =
            move |told: &Told<'_>| told.why(change(told.row).and_then(|own| Some(&own.absolute.limits.as_ref()?.0)));
        let p = move |told: &Told<'_>| told.p(change(told.row).and_then(|own| own.p.value().copied()));
        let no_p = move |told: &Told<'_>| told.why(change(told.row).and_then(|own| own.p.reason()));
        let df =
            move |told: &Told<'_>| Cell::number(change(told.row).and_then(|own| own.df), codes::plain(1, told.lang));
        let error = move |told: &Told<'_>| told.level(change(told.row).and_then(|own| own.standard_error));
        let method = move |told: &Told<'_>| Cell::text(change(told.row).map_or("", |own| own.method));
        vec![
            self.spec("xlsx.why_no_limits", 24.0, limits),
            self.spec("xlsx.relative_low", 10.0, gap(|own| own.low)),
            self.spec("xlsx.relative_high", 10.0, gap(|own| own.high)),
            self.spec("xlsx.why_no_relative", 24.0, why),
            self.spec("xlsx.p", 9.0, p),
            self.spec("xlsx.why_no_p", 24.0, no_p),
            self.spec("xlsx.df", 9.0, df),
            self.spec("xlsx.error", 11.0, error),
            self.spec("xlsx.method", 30.0, method),
        ]
    }

    /// The same at a fixed mix.
    pub(super) fn adjusted(&self, fixed: &str) -> Vec<Spec> {
        let gap = |of: fn(&Difference) -> Option<f64>| {
            move |told: &Told<'_>| told.gap(told.row.adjusted.value().and_then(|own| of(&own.change.absolute)))
        };
        let share = |told: &Told<'_>| {
            told.relative(relative(told.row.adjusted.value().map(|own| &own.change)).map(|own| own.value))
        };
        // Where nothing is to be held fixed, there is no reason to be told.
        let why = |told: &Told<'_>| told.why(told.row.adjusted.reason().filter(|why| **why != Undefined::NotAsked));
        let mut specs = vec![
            self.spec("xlsx.was", 12.0, |told| told.level(told.row.adjusted.value().map(|own| own.was))),
            self.spec("xlsx.is", 12.0, |told| told.level(told.row.adjusted.value().map(|own| own.is))),
            self.spec("xlsx.change", 14.0, gap(|own| Some(own.value))),
            self.spec("xlsx.low", 14.0, gap(|own| own.low)),
            self.spec("xlsx.high", 14.0, gap(|own| own.high)),
            self.spec("xlsx.relative", 10.0, share),
        ];
        specs.extend(self.tests(|row| row.adjusted.value().map(|own| &own.change)));
        specs.push(self.spec("xlsx.why", 24.0, why));
        self.under(fixed, specs)
    }

    /// Where the crude change comes from.
    pub(super) fn mix(&self) -> Vec<Spec> {
        let part = |of: fn(&Adjusted) -> f64| move |told: &Told<'_>| told.gap(told.row.adjusted.value().map(of));
        let count = |of: fn(&Adjusted) -> u64| move |told: &Told<'_>| Cell::count(told.row.adjusted.value().map(of));
        let specs = vec![
            self.spec("xlsx.rate_effect", 14.0, part(|own| own.rate_effect)),
            self.spec("xlsx.mix_effect", 14.0, part(|own| own.mix_effect)),
            self.spec("xlsx.unmatched", 14.0, part(|own| own.unmatched)),
            self.spec("xlsx.strata_matched", 11.0, count(|own| own.strata_matched as u64)),
            self.spec("xlsx.strata_unmatched", 11.0, count(|own| own.strata_unmatched as u64)),
            self.spec("xlsx.rows_unmatched_was", 11.0, count(|own| own.rows_unmatched[0])),
            self.spec("xlsx.rows_unmatched_is", 11.0, count(|own| own.rows_unmatched[1])),
        ];
        self.under(self.lang.say(Words("xlsx.comes_from")), specs)
    }

    /// The smallest change that could be seen, who answered, how far costs sway.
    pub(super) fn beside(&self) -> Vec<Spec> {
        let rate = |of: fn(&ResponseRate) -> Option<&Known<f64>>| {
            move |told: &Told<'_>| {
                told.share(told.row.response_rate.as_ref().and_then(of).and_then(Known::value).copied())
            }
        };
        let why = |told: &Told<'_>| {
            let rates = told.row.response_rate.as_ref();
            told.why(rates.and_then(|own| own.was.iter().chain([&own.is]).find_map(Known::reason)))
        };
        let smallest = vec![
            self.spec("xlsx.absolute", 14.0, |told| told.gap(told.row.smallest.map(|own| own.absolute))),
            self.spec("xlsx.relative", 10.0, |told| told.relative(told.row.smallest.and_then(|own| own.relative))),
            self.spec("xlsx.power", 9.0, |told| told.share(told.row.smallest.map(|own| own.power))),
        ];
        let answered = vec![
            self.spec("xlsx.was", 10.0, rate(|own| own.was.as_ref())),
            self.spec("xlsx.is", 10.0, rate(|own| Some(&own.is))),
            self.spec("xlsx.why", 24.0, why),
        ];
        let say = |words: &'static str| self.lang.say(Words(words));
        let mut specs = self.under(say("xlsx.smallest"), smallest);
        specs.extend(self.under(say("xlsx.response_rate"), answered));
        specs.extend(self.under(
            say("xlsx.taken"),
            vec![
                self.spec("xlsx.hours_off", 10.0, |told| {
                    told.share(told.row.sensitivity.as_ref().map(|own| own.hours))
                }),
                self.spec("xlsx.incomes_off", 10.0, |told| {
                    told.share(told.row.sensitivity.as_ref().map(|own| own.income))
                }),
            ],
        ));
        specs.extend(self.under(say("xlsx.all_low"), self.swayed(|row| Some(&row.sensitivity.as_ref()?.low))));
        specs.extend(self.under(say("xlsx.all_high"), self.swayed(|row| Some(&row.sensitivity.as_ref()?.high))));
        specs
    }

    fn swayed(&self, end: fn(&Row) -> Option<&Swayed>) -> Vec<Spec> {
        vec![
            self.spec("xlsx.was", 14.0, move |told| told.level(end(told.row).and_then(|own| own.was))),
            self.spec("xlsx.is", 14.0, move |told| told.level(end(told.row).and_then(|own| own.is))),
            self.spec("xlsx.change", 14.0, move |told| told.gap(end(told.row).and_then(|own| own.change))),
            self.spec("xlsx.relative", 10.0, move |told| told.relative(end(told.row).and_then(|own| own.relative))),
        ]
    }

    /// What came into a stock and went out of it.
    pub(super) fn flow(&self, band: &'static str, window: Window) -> Vec<Spec> {
        let count = |of: fn(&Flow) -> u64| {
            move |told: &Told<'_>| Cell::count(figure(told.row, window).and_then(|own| own.flow.as_ref().map(of)))
        };
        let specs = vec![
            self.spec("xlsx.start", 9.0, count(|own| own.start)),
            self.spec("xlsx.born", 9.0, count(|own| own.born)),
            self.spec("xlsx.died", 9.0, count(|own| own.died)),
            self.spec("xlsx.merged", 9.0, count(|own| own.merged)),
            self.spec("xlsx.end", 9.0, count(|own| own.end)),
        ];
        self.under(self.lang.say(Words(band)), specs)
    }

    /// What other programs know it by.
    pub(super) fn ids(&self) -> Vec<Spec> {
        let flags = |told: &Told<'_>| {
            let codes: Vec<String> = told.row.flags.iter().map(word).collect();
            Cell::text(codes.join(" "))
        };
        let specs = vec![
            self.spec("xlsx.id", 28.0, |told| Cell::text(told.row.id.as_str())),
            self.spec("xlsx.axis_id", 15.0, |told| Cell::text(told.row.axis.map_or("", |axis| axis.id()))),
            self.spec("xlsx.better", 14.0, |told| Cell::text(told.lang.say(better(told.row.better)))),
            self.spec("xlsx.flags", 30.0, flags),
        ];
        self.under(self.lang.say(Words("xlsx.ids")), specs)
    }
}

fn relative(change: Option<&Change>) -> Option<&Difference> {
    change?.relative.value()
}

/// A name of a closed list, as the JSON contract has it.
fn word(named: &impl serde::Serialize) -> String {
    serde_json::to_value(named).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
