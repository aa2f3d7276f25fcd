//! Answers to surveys on several scales, and what the KPIs say of them.

use super::catalogue::{Catalogue, halves};
use super::chance::Chance;
use super::dossier::Dossier;
use super::figure::{Answer, Place, Rows, Told};
use super::moment::{Moment, midnight};
use super::petitions::Petition;
use super::twin::{View, promised};
use chrono::{Days, NaiveDate, TimeDelta};

pub const HEADER: [&str; 9] = ["at", "case_id", "score", "scale_min", "scale_max", "best", "n", "sd", "unit"];

/// Worst and best of a scale, or best and worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    min: i64,
    max: i64,
    first_is_best: bool,
}

/// What a study says of scales: its text, its own scale, and thresholds in halves.
pub struct Style {
    pub text: &'static str,
    own: Scale,
    thresholds: &'static [(Scale, i64)],
}

const fn scale(min: i64, max: i64, first_is_best: bool) -> Scale {
    Scale { min, max, first_is_best }
}

const FIVE: Scale = scale(1, 5, false);

pub const STYLES: [Style; 6] = [
    Style { text: "", own: FIVE, thresholds: &[] },
    Style {
        text: "surveys.scales = [{ scale = '0..10', threshold = 9 }, { scale = '1..7', best = 'first', threshold = 2 }]",
        own: FIVE,
        thresholds: &[(scale(0, 10, false), 18), (scale(1, 7, true), 4)],
    },
    Style {
        text: "surveys = { scale = '0..10', threshold = 7 }",
        own: scale(0, 10, false),
        thresholds: &[(scale(0, 10, false), 14)],
    },
    Style { text: "surveys.best = 'first'", own: scale(1, 5, true), thresholds: &[] },
    Style { text: "surveys.scale = '1..3'", own: scale(1, 3, false), thresholds: &[] },
    Style { text: "surveys.threshold = 4.5", own: FIVE, thresholds: &[(FIVE, 9)] },
];

impl Style {
    /// From where on an answer is satisfied, in halves.
    fn threshold(&self, scale: Scale) -> Option<i64> {
        let of =
            |scale: Scale| self.thresholds.iter().find(|(other, _)| *other == scale).map(|(_, threshold)| *threshold);
        // Read from its other end, a scale is the same scale.
        let turned = Scale { first_is_best: !scale.first_is_best, ..scale };
        let own = of(scale).or_else(|| of(turned).map(|threshold| 2 * (scale.min + scale.max) - threshold));
        let five = (scale.min == 1 && scale.max == 5).then_some(if scale.first_is_best { 4 } else { 8 });
        own.or(five)
    }
}

/// An answer, or the mean of many.
#[derive(Clone, Debug)]
pub struct Voice {
    pub at: Moment,
    pub case: Option<String>,
    named: (Option<i64>, Option<i64>, Option<&'static str>),
    scale: Scale,
    /// In halves.
    score: i64,
    n: Option<i64>,
    sd: Option<&'static str>,
}

impl Voice {
    fn drawn(style: &Style, first: NaiveDate, is_day: bool, cases: u64, chance: &mut Chance) -> Self {
        type Named = (Option<i64>, Option<i64>, Option<&'static str>);
        const NAMED: [Named; 14] = [
            (None, None, None),
            (None, None, None),
            (None, None, None),
            (None, None, None),
            (None, None, None),
            (Some(1), Some(5), None),
            (Some(1), Some(5), Some("last")),
            (Some(1), Some(5), Some("first")),
            (Some(0), Some(10), Some("last")),
            (Some(1), Some(7), Some("first")),
            (None, Some(10), None),
            (None, None, Some("first")),
            (None, None, Some("last")),
            (Some(1), Some(7), Some("last")),
        ];
        let named = chance.one_of(&NAMED);
        let scale = Scale {
            min: named.0.unwrap_or(style.own.min),
            max: named.1.unwrap_or(style.own.max),
            first_is_best: named.2.map_or(style.own.first_is_best, |best| best == "first"),
        };
        let steps = (scale.max - scale.min) as u64;
        let whole = 2 * (scale.min + chance.below(steps + 1) as i64);
        let score = if whole < 2 * scale.max && chance.hundred(15) { whole + 1 } else { whole };
        let day = first - Days::new(20) + Days::new(chance.below(110));
        let of_many = chance.hundred(15);
        let n = chance.maybe(75, |chance| chance.one_of(&[1, 2, 6, 40])).filter(|_| of_many);
        let sd = chance.maybe(60, |chance| chance.one_of(&["0", "0.5", "1.25"])).filter(|_| of_many);
        let case = chance.maybe(75, |chance| format!("HS-{:03}", chance.below(cases + 2)));
        let single = n.is_none() && sd.is_none();
        Self { at: Moment::of(chance.moment(day), is_day), case: case.filter(|_| single), named, scale, score, n, sd }
    }

    pub fn written(&self) -> Vec<String> {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        vec![
            self.at.written(),
            self.case.clone().unwrap_or_default(),
            halves(self.score),
            number(self.named.0),
            number(self.named.1),
            self.named.2.unwrap_or_default().to_owned(),
            number(self.n),
            self.sd.unwrap_or_default().to_owned(),
            String::new(),
        ]
    }

    pub fn has_threshold(&self, style: &Style) -> bool {
        style.threshold(self.scale).is_some()
    }

    fn is_single(&self) -> bool {
        self.weight() == Some(1)
    }

    /// As the log would have it if it began with the worst.
    fn turned(&self, score: i64) -> i64 {
        if self.scale.first_is_best { 2 * (self.scale.min + self.scale.max) - score } else { score }
    }

    fn is_satisfied(&self, style: &Style) -> Option<bool> {
        let threshold = style.threshold(self.scale).filter(|_| self.is_single())?;
        Some(self.turned(self.score) >= self.turned(threshold))
    }

    /// Below the threshold, and as far from the best as the threshold from the worst.
    fn is_dissatisfied(&self, style: &Style) -> bool {
        let Some(threshold) = style.threshold(self.scale).filter(|_| self.is_single()) else { return false };
        let (score, threshold) = (self.turned(self.score), self.turned(threshold));
        score < threshold && 2 * self.scale.max - score >= threshold - 2 * self.scale.min
    }

    /// How far up its scale, in millionths.
    fn height(&self) -> f64 {
        let own = (self.turned(self.score) - 2 * self.scale.min) as f64;
        (1e6 * own / (2.0 * (self.scale.max - self.scale.min) as f64)).round()
    }

    fn weight(&self) -> Option<i64> {
        self.n.or(self.sd.is_none().then_some(1))
    }
}

/// So many answers; some of one dossier come at the same moment.
pub fn drawn(
    count: u64,
    style: &Style,
    (first, is_day): (NaiveDate, bool),
    cases: u64,
    chance: &mut Chance,
) -> Vec<Voice> {
    let mut voices: Vec<Voice> = Vec::new();
    for _ in 0..count {
        let mut voice = Voice::drawn(style, first, is_day, cases, chance);
        let before = voices.last().filter(|_| chance.hundred(20));
        if let Some(before) = before.filter(|before| before.case.is_some() && voice.case.is_some()) {
            (voice.at, voice.case) = (before.at, before.case.clone());
        }
        voices.push(voice);
    }
    voices
}

/// One window of answers, petitions and dossiers.
pub struct Voices<'a> {
    pub voices: &'a [Voice],
    pub petitions: &'a [Petition],
    pub style: &'a Style,
    /// Whether some scale of the table has a threshold.
    pub has_threshold: bool,
    pub catalogue: &'a Catalogue<'a>,
    pub view: &'a View<'a>,
}

impl Voices<'_> {
    pub fn answer(&self, id: &str) -> Option<Answer> {
        let with_threshold = |answer: Answer| if self.has_threshold { answer } else { Err("no_threshold") };
        Some(match id {
            "satisfaction/top_two_box" => with_threshold(self.given(|voice| voice.is_satisfied(self.style)).share()),
            "satisfaction/mean_score" => self.mean_score(),
            "satisfaction/response_rate" => self.response_rate(),
            "satisfaction/no_complaint_766" => self.view.received(|d| Some(!self.is_complained_of(d))).share(),
            "satisfaction/gap" => with_threshold(self.gap(|d| match d.applicant? {
                "citizen" => Some(true),
                "business" => Some(false),
                _ => None,
            })),
            "satisfaction/gap_lateness" => with_threshold(self.gap(|d| self.is_in_time(d))),
            _ => return None,
        })
    }

    fn given<T>(&self, quantity: impl Fn(&Voice) -> Option<T>) -> Rows<T> {
        let place = |voice: &Voice| if self.view.holds(voice.at) { Place::Inside } else { Place::Outside };
        Rows::ask(self.voices, place, quantity)
    }

    fn mean_score(&self) -> Answer {
        let rows = self.given(|voice| voice.weight().map(|n| (n, n as f64 * voice.height())));
        let n: i64 = rows.kept.iter().map(|row| row.0).sum();
        let sum: f64 = rows.kept.iter().map(|row| row.1).sum();
        rows.counted(sum / 1e6 / n as f64).map(|told| Told { n: n as usize, ..told })
    }

    /// The first answer about a dossier; of answers of one moment the one that is not satisfied, and last one that says
    /// neither.
    fn first(&self, d: &Dossier) -> Option<&Voice> {
        let own = self.voices.iter().filter(|voice| voice.case.as_ref() == Some(&d.id));
        let rank = |voice: &&Voice| match voice.is_satisfied(self.style) {
            Some(false) => 0,
            Some(true) => 1,
            None => 2,
        };
        own.min_by_key(|voice| (voice.at.at, rank(voice)))
    }

    fn response_rate(&self) -> Answer {
        let answered = |d: &Dossier| {
            let finished = d.finished?;
            let passed = match finished.is_day {
                true => midnight(finished.date() + Days::new(31)),
                false => finished.at + TimeDelta::days(30),
            };
            let within = |first: &Voice| match finished.is_day || first.at.is_day {
                true => first.at.date() <= finished.date() + Days::new(30),
                false => first.at.at - finished.at <= TimeDelta::days(30),
            };
            (passed <= self.view.cutoff).then(|| self.first(d).is_some_and(within))
        };
        self.view.closed(answered).share()
    }

    fn is_complained_of(&self, d: &Dossier) -> bool {
        let known = |at: Moment| self.view.known(Some(at)).is_some();
        let of_window = View { cutoff: self.view.end, ..*self.view };
        let petition = |petition: &Petition| petition.case.as_ref() == Some(&d.id) && known(petition.received);
        let voice =
            |voice: &Voice| voice.case.as_ref() == Some(&d.id) && known(voice.at) && voice.is_dissatisfied(self.style);
        self.voices.iter().any(voice)
            || self.petitions.iter().any(petition)
            || of_window.is_on_time_by_766(d, self.catalogue.allowed(d)) == Some(false)
    }

    /// Whether a dossier had its result by the date first promised; not known while there is time left.
    fn is_in_time(&self, d: &Dossier) -> Option<bool> {
        let due = promised(d)?;
        if self.view.is_withdrawn(d) {
            return None;
        }
        match self.view.result(d) {
            Some(finished) => Some(finished.is_by(due)),
            None => (due.end() <= self.view.cutoff).then_some(false),
        }
    }

    /// The satisfied share of one side less that of the other.
    fn gap(&self, side: impl Fn(&Dossier) -> Option<bool>) -> Answer {
        let place = |d: &Dossier| match self.first(d) {
            Some(first) if self.view.holds(first.at) => Place::Inside,
            _ => Place::Outside,
        };
        let told = |d: &Dossier| Some((side(d)?, self.first(d)?.is_satisfied(self.style)?));
        let rows = Rows::ask(self.view.dossiers, place, told);
        let of = |side| rows.kept.iter().filter(move |row| row.0 == side);
        let share = |side| of(side).filter(|row| row.1).count() as f64 / of(side).count() as f64;
        if of(true).count() == 0 || of(false).count() == 0 {
            return Err("no_rows");
        }
        let events = rows.kept.iter().filter(|row| row.1).count();
        rows.counted(share(true) - share(false)).map(|told| Told { events: Some(events), ..told })
    }
}
