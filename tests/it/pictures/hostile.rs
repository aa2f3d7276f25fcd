//! Names that would be markup, and numbers that no log gave: pictures stay pictures.

use super::{CARD, of};
use giamtang::report::{Lang, pictures};
use giamtang::scorecard::{Change, Difference, Effect, Figure, Known, Scorecard};
use giamtang::{Undefined, scorecard::Absence};
use proptest::prelude::*;

fn names() -> [String; 4] {
    let long = "Trung tâm Phục vụ hành chính công ".repeat(15);
    [
        "<script>alert(1)</script>".to_owned(),
        "\"'><img src=x onerror=a>&amp;".to_owned(),
        "\u{202e}gnôhp\u{0}\n".to_owned(),
        long,
    ]
}

/// Every name of the card is one of these.
fn hostile(name: &str) -> Scorecard {
    let mut card = CARD.clone();
    card.kpis.iter_mut().for_each(|row| {
        row.name.en = name.to_owned().into();
        row.name.vi = name.to_owned().into();
    });
    for group in card.side_by_side.iter_mut().flat_map(|side| &mut side.groups) {
        group.by = [("unit".to_owned(), Some(format!("{name} {}", group.rank)))].into();
    }
    card.study.standardise = vec![name.to_owned()];
    card
}

#[test]
fn names_are_text_and_do_nothing() {
    for name in names() {
        for lang in [Lang::En, Lang::Vi] {
            let card = hostile(&name);
            let body = pictures(&card, lang);
            for markup in ["<script", "<img", "\u{202e}", "\u{0}"] {
                assert!(!body.contains(markup), "{markup} of {name:?}");
            }
            for figure in of(&card, lang) {
                let wide = figure.texts.iter().find(|text| text.left < -1.0 || text.right > 341.0);
                assert!(wide.is_none(), "{:?} leaves the sheet", wide);
            }
        }
    }
}

/// Numbers one after the other, as often as they are asked for.
struct Draws {
    numbers: Vec<Option<f64>>,
    next: usize,
}

impl Draws {
    fn next(&mut self) -> Option<f64> {
        self.next += 1;
        self.numbers[self.next % self.numbers.len()]
    }

    fn number(&mut self, own: &mut f64) {
        *own = self.next().unwrap_or(*own);
    }

    fn limit(&mut self, own: &mut Option<f64>) {
        *own = self.next();
    }

    fn all<'n>(&mut self, own: impl IntoIterator<Item = &'n mut f64>) {
        own.into_iter().for_each(|own| self.number(own));
    }

    /// Now and then there is nothing at all.
    fn known<T>(&mut self, own: &mut Known<T>, change: impl FnOnce(&mut Self, &mut T)) {
        match own {
            Known::Yes(own) if self.next() != Some(0.0) => change(self, own),
            _ => *own = Known::No(Undefined::NotReached),
        }
    }

    fn figure(&mut self, own: &mut Figure) {
        self.number(&mut own.value);
        self.limit(&mut own.low);
        self.limit(&mut own.high);
    }

    fn difference(&mut self, own: &mut Difference) {
        self.number(&mut own.value);
        self.limit(&mut own.low);
        self.limit(&mut own.high);
        own.limits = self.next().is_none().then_some(Absence(Undefined::Census));
    }

    fn change(&mut self, own: &mut Change) {
        self.difference(&mut own.absolute);
        self.known(&mut own.relative, Self::difference);
    }

    fn effect(&mut self, own: &mut Effect) {
        self.number(&mut own.value);
        self.limit(&mut own.low);
        self.limit(&mut own.high);
    }

    fn card(&mut self) -> Scorecard {
        let mut card = CARD.clone();
        // A few of each are enough, and leave time for many rounds.
        card.kpis.retain(|row| CARD.series.iter().take(5).any(|series| series.id == row.id));
        card.series.truncate(5);
        card.side_by_side.truncate(4);
        card.comparison.truncate(3);
        for row in &mut card.kpis {
            row.was.iter_mut().chain([&mut row.is]).for_each(|own| self.known(own, Self::figure));
            self.known(&mut row.change, Self::change);
            self.known(&mut row.adjusted, |draws, own| {
                draws.all([&mut own.was, &mut own.is, &mut own.rate_effect, &mut own.mix_effect, &mut own.unmatched]);
                draws.change(&mut own.change);
            });
        }
        self.series(&mut card);
        self.curves(&mut card);
        self.units(&mut card);
        card
    }

    fn series(&mut self, card: &mut Scorecard) {
        for series in &mut card.series {
            for month in &mut series.months {
                self.known(&mut month.value, Self::number);
                for limit in [&mut month.low, &mut month.high, &mut month.fitted, &mut month.counterfactual] {
                    self.limit(limit);
                }
            }
            self.known(&mut series.chart, |draws, chart| draws.number(&mut chart.centre));
            self.known(&mut series.forecast, |draws, ahead| {
                ahead.months.iter_mut().for_each(|month| {
                    draws.number(&mut month.value);
                    draws.limit(&mut month.low);
                    draws.limit(&mut month.high);
                });
            });
        }
    }

    fn curves(&mut self, card: &mut Scorecard) {
        for side in card.curves.iter_mut().flat_map(|curves| curves.was.iter_mut().chain([&mut curves.is])) {
            self.known(side, |draws, own| {
                draws.limit(&mut own.median);
                draws.limit(&mut own.p90);
                draws.number(&mut own.end);
                draws.all(own.at_risk.iter_mut().map(|own| &mut own.time));
                for step in &mut own.steps {
                    draws.all([&mut step.time, &mut step.share]);
                    draws.limit(&mut step.low);
                    draws.limit(&mut step.high);
                }
            });
        }
    }

    fn units(&mut self, card: &mut Scorecard) {
        for side in &mut card.side_by_side {
            self.number(&mut side.centre);
            for group in &mut side.groups {
                self.all([&mut group.value, &mut group.z].into_iter().chain(&mut group.inner).chain(&mut group.outer));
                group.n = self.next().map_or(group.n, |n| n.abs() as u64);
                group.place = ["inside", "far_below", "above", "far_above"][self.next % 4];
            }
        }
        for own in &mut card.comparison {
            self.known(&mut own.found, |draws, found| {
                draws.effect(&mut found.effect);
                found.events.iter_mut().for_each(|own| draws.effect(&mut own.effect));
                found.placebos.iter_mut().for_each(|own| draws.effect(&mut own.effect));
            });
        }
    }
}

fn number() -> impl Strategy<Value = Option<f64>> {
    let special = [0.0, -0.0, 1e-300, f64::MAX, f64::MIN, 1e15, -1e15, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0];
    prop_oneof![
        1 => Just(None),
        3 => (-100.0..100.0_f64).prop_map(Some),
        2 => (0.0..1.0_f64).prop_map(Some),
        1 => prop::num::f64::NORMAL.prop_map(Some),
        2 => prop::sample::select(special.to_vec()).prop_map(Some),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Whatever the numbers are: well formed, and every coordinate is a place.
    #[test]
    fn no_number_breaks_a_picture(numbers in prop::collection::vec(number(), 200..400)) {
        let card = Draws { numbers, next: 0 }.card();
        for lang in [Lang::En, Lang::Vi] {
            let figures = of(&card, lang);
            prop_assert!(figures.iter().all(|figure| figure.role == "img" && figure.sheet[3] < 1_000.0));
            let wide = figures.iter().find(|figure| figure.texts.iter().any(|text| text.right > 400.0));
            prop_assert!(wide.is_none(), "{:?}", wide);
        }
    }
}
