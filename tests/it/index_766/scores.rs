//! From rates to points, without any log.

use giamtang::Undefined;
use giamtang::forms::Grade;
use giamtang::forms::index_766::{
    Answer, Group, Index, Item, Level, Parameters, Points, Rate, Rule, Scoring, WhenEmpty, grade, items, rounded,
};
use proptest::prelude::*;

/// What two published decimals may differ by.
const HALF_A_CENT: f64 = 0.005;

fn item(id: &str) -> Item {
    let found = items(&Parameters::default()).into_iter().find(|item| item.id == id);
    found.unwrap_or_else(|| panic!("{id} is an item"))
}

fn points(id: &str, numerator: u64, denominator: u64) -> f64 {
    let rate = Rate::new(numerator, denominator).expect("at most all");
    item(id).score(rate, 1.0).unwrap_or_else(|| panic!("{id} is scored"))
}

fn answer(item: Item, rate: Result<Rate, Undefined>) -> Answer {
    Answer { item, rate, factor: 1.0, left_out: 0, without: Vec::new(), given: false, is_rounded: false }
}

/// An index in which items have these rates, and all others none.
fn index(level: Level, rates: &[(&str, u64, u64)]) -> Index {
    let rate =
        |id: &str| rates.iter().find(|(own, ..)| *own == id).map(|(_, n, of)| Rate::new(*n, *of).expect("a rate"));
    let all = items(&Parameters::default()).into_iter().filter(|item| level.has(item));
    let answers = all.map(|item| {
        let rate = rate(item.id).ok_or(Undefined::NotGiven);
        answer(item, rate)
    });
    Index { level, unit: None, answers: answers.collect() }
}

/// The maxima of the six groups on the portal, and of the five of the decision: 18, 20, 22, 22 and 18.
#[test]
fn the_maxima_are_those_of_the_groups() {
    assert_eq!(Group::ALL.map(Group::maximum), [18, 20, 12, 10, 22, 18]);
    let full: Vec<(&str, u64, u64)> = items(&Parameters::default()).iter().map(|item| (item.id, 7, 7)).collect();
    let total = index(Level::Province, &full).total();
    assert_eq!((rounded(total.score), total.attainable, total.maximum), (100.0, 100, 100));
    assert_eq!(total.grade(), Some(Grade::Excellent));
}

/// Of a commune neither publication on time nor completeness is asked, and of the six online items two.
#[test]
fn each_level_has_its_items() {
    let ids = |level: Level| -> Vec<&str> {
        items(&Parameters::default()).into_iter().filter(|item| level.has(item)).map(|item| item.id).collect()
    };
    assert_eq!(ids(Level::Province).len(), 22);
    assert_eq!(ids(Level::Ministry), ids(Level::Province));
    let of_commune = [
        "1.1", "1.4", "2.1", "3.1", "3.3", "4.1", "4.2", "4.3", "4.4", "4.5a", "4.5b", "4.6", "5.1", "5.2", "5.3",
        "5.4",
    ];
    assert_eq!(ids(Level::Commune), of_commune);
    assert_eq!(Level::of_id("district"), Some(Level::Commune));
    assert_eq!(Level::of_id("city"), None);
}

/// No petition is full marks, no dossier is none, nothing announced is not scored.
#[test]
fn nothing_of_something_is_what_the_rule_says() {
    let empty = |id: &str| item(id).score(Rate::new(0, 0).expect("none of none"), 1.0);
    assert_eq!(["5.2", "5.3"].map(empty), [Some(6.0); 2]);
    let none =
        ["1.4", "2.1", "3.1", "3.2", "3.3", "3.5a", "3.5b", "3.6", "4.1", "4.2", "4.3", "4.4", "4.5b", "4.6", "5.4"];
    assert_eq!(none.map(empty), [Some(0.0); 15]);
    assert_eq!(["1.1", "1.2", "1.3", "4.5a", "5.1"].map(empty), [None; 5]);
    // What is not scored is not attainable either.
    let total = index(Level::Province, &[("1.1", 0, 0), ("1.4", 1, 2)]).total();
    assert_eq!((total.score, total.attainable), (3.0, 6));
}

/// An item without a figure is neither zero nor attainable, and a grade waits for it where it matters.
#[test]
fn an_absent_item_is_not_zero() {
    let all: Vec<(&str, u64, u64)> = items(&Parameters::default()).iter().map(|item| (item.id, 1, 1)).collect();
    let without = |gone: &[&str]| -> Vec<(&str, u64, u64)> {
        all.iter().copied().filter(|(id, ..)| !gone.contains(id)).collect()
    };
    // 94 of 94: at least 94 % whatever the missing six points are, which is excellent.
    let total = index(Level::Province, &without(&["4.4", "4.6"])).total();
    assert_eq!((rounded(total.score), total.attainable, total.maximum), (94.0, 94, 100));
    assert_eq!((total.share(), total.grade()), (Some(1.0), Some(Grade::Excellent)));
    // 88 of 88 may be good or excellent.
    let total = index(Level::Province, &without(&["4.1", "5.4"])).total();
    assert_eq!((total.bounds(), total.grade()), (Some((88.0, 100.0)), None));
    assert_eq!(Points::default().share(), None);
}

#[test]
fn grades_begin_where_their_bands_do() {
    let percents = [100.0, 90.0, 89.99, 80.0, 79.99, 70.0, 69.99, 50.0, 49.99, 0.0];
    use Grade::{Average, Excellent, Fair, Good, Weak};
    let expected = [Excellent, Excellent, Good, Good, Fair, Fair, Average, Average, Weak, Weak];
    assert_eq!(percents.map(grade), expected);
}

/// Shipped software gave the constant 2 × 0.8 below the threshold: nobody earned 1.6 points, and a tenth earned as much.
#[test]
fn below_a_threshold_points_follow_the_rate() {
    for (id, threshold) in [("3.1", 0.80), ("3.5a", 0.80), ("3.5b", 0.80), ("4.3", 0.80), ("3.3", 0.50), ("5.4", 0.90)]
    {
        let most = f64::from(item(id).maximum);
        assert_eq!(points(id, 0, 1_000), 0.0, "{id}");
        for tenths in 1..10 {
            let expected = (most * (tenths as f64 / 10.0) / threshold).min(most);
            assert!((points(id, tenths, 10) - expected).abs() < 1e-12, "{id}: {tenths} of 10");
        }
        assert_eq!(points(id, 10, 10), most, "{id}");
    }
}

/// Shipped software took the first group for granted, 6 + 6, and left the petitions out of the total.
#[test]
fn every_group_is_counted_and_none_is_taken_for_granted() {
    let index = index(Level::Province, &[("1.4", 1, 4), ("5.2", 1, 3), ("5.3", 1, 2), ("2.1", 1, 2)]);
    assert_eq!(index.group(Group::Publicity).score, 1.5);
    assert_eq!(index.group(Group::Publicity).attainable, 6);
    assert_eq!(index.group(Group::Satisfaction).score, 5.0);
    assert_eq!(index.total().score, 1.5 + 5.0 + 10.0);
}

/// Shipped software divided dossiers in progress, a stock, by those received, a flow: more than all were on time.
#[test]
fn a_rate_is_never_more_than_all() {
    assert_eq!(Rate::new(101, 100), None);
    assert!(points("2.1", 100, 100) <= 20.0);
}

/// Shipped software gave 3 × 0.3 for fewer than 30 % paid online, however few: a linear rule, or 6 × r / 0.3.
#[test]
fn payment_below_its_threshold_follows_the_rate() {
    assert_eq!([0, 1, 3].map(|n| rounded(points("3.6", n, 10))), [0.0, 0.6, 1.8]);
    let parameters = Parameters { payment: Scoring::Saturated, digitised: Scoring::Saturated, ..Parameters::default() };
    let saturated = items(&parameters);
    let score = |id: &str, n: u64, of: u64| {
        let item = saturated.iter().find(|item| item.id == id).expect("an item");
        rounded(item.score(Rate::new(n, of).expect("a rate"), 1.0).expect("a score"))
    };
    assert_eq!(
        [score("3.6", 0, 10), score("3.6", 1, 10), score("3.6", 3, 10), score("3.6", 9, 10)],
        [0.0, 2.0, 6.0, 6.0]
    );
    assert_eq!([score("4.2", 0, 10), score("4.2", 4, 10), score("4.2", 8, 10)], [0.0, 2.0, 4.0]);
    // Without the study's word both are linear.
    assert_eq!(rounded(points("4.2", 4, 10)), 1.6);
}

/// A share of nothing is zero, as the closed forms have it.
fn share(n: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { n as f64 / of as f64 }
}

prop_compose! {
    fn rate()(of in 0u64..=400, part in 0.0f64..=1.0) -> (u64, u64) {
        ((part * of as f64) as u64, of)
    }
}

proptest! {
    /// online = min(2, 2·A/0.80) + 4·B + min(6, 6·C/0.50)
    #[test]
    fn online_services_agree_with_the_closed_form(a in rate(), b in rate(), c in rate()) {
        let rates = [("3.1", a.0, a.1), ("3.2", b.0, b.1), ("3.3", c.0, c.1)];
        let (r_a, r_b, r_c) = (share(a.0, a.1), share(b.0, b.1), share(c.0, c.1));
        let closed = f64::min(2.0, 2.0 * r_a / 0.80) + 4.0 * r_b + f64::min(6.0, 6.0 * r_c / 0.50);
        let score = rounded(index(Level::Province, &rates).group(Group::Online).score);
        prop_assert!((score - closed).abs() <= HALF_A_CENT + 1e-9, "{} and {}", score, closed);
    }

    /// payment = 6·A + min(2, 2.5·B) + min(2, 2.5·C)
    #[test]
    fn online_payment_agrees_with_the_closed_form(a in rate(), b in rate(), c in rate()) {
        let rates = [("3.6", a.0, a.1), ("3.5b", b.0, b.1), ("3.5a", c.0, c.1)];
        let (r_a, r_b, r_c) = (share(a.0, a.1), share(b.0, b.1), share(c.0, c.1));
        let closed = 6.0 * r_a + f64::min(2.0, 2.5 * r_b) + f64::min(2.0, 2.5 * r_c);
        let score = rounded(index(Level::Province, &rates).group(Group::Payment).score);
        prop_assert!((score - closed).abs() <= HALF_A_CENT + 1e-9, "{} and {}", score, closed);
    }

    /// The items that are linear, and those that a threshold saturates, each by the table of the sources.
    #[test]
    fn every_item_agrees_with_its_row(r in rate().prop_filter("of something", |r| r.1 > 0)) {
        let r_share = share(r.0, r.1);
        let linear = [
            ("1.1", 6.0), ("1.2", 4.0), ("1.3", 2.0), ("1.4", 6.0), ("2.1", 20.0), ("3.2", 4.0), ("3.6", 6.0), ("4.1", 6.0),
            ("4.2", 4.0), ("4.4", 4.0), ("4.5a", 2.0), ("4.5b", 2.0), ("4.6", 2.0), ("5.2", 6.0), ("5.3", 6.0),
        ];
        for (id, most) in linear {
            prop_assert!((rounded(points(id, r.0, r.1)) - most * r_share).abs() <= HALF_A_CENT + 1e-9, "{}", id);
        }
        for (id, most, at) in [("3.1", 2.0, 0.8), ("3.3", 6.0, 0.5), ("3.5a", 2.0, 0.8), ("3.5b", 2.0, 0.8), ("4.3", 2.0, 0.8), ("5.4", 6.0, 0.9)] {
            let closed = f64::min(most, most * r_share / at);
            prop_assert!((rounded(points(id, r.0, r.1)) - closed).abs() <= HALF_A_CENT + 1e-9, "{}", id);
        }
    }

    /// Whatever the rates and the rules: no more than the maximum, nothing for a zero rate, more for a higher rate.
    #[test]
    fn points_stay_between_nothing_and_the_maximum(
        r in rate().prop_filter("of something", |r| r.1 > 0),
        saturated in any::<bool>(),
        factor in 0.0f64..=1.0,
    ) {
        let scoring = if saturated { Scoring::Saturated } else { Scoring::Linear };
        let parameters = Parameters { digitised: scoring, payment: scoring, ..Parameters::default() };
        for item in items(&parameters) {
            let score = |n: u64| item.score(Rate::new(n, r.1).expect("a rate"), factor);
            if item.rule == Rule::Information {
                prop_assert_eq!(score(r.0), None);
                continue;
            }
            let own = score(r.0).expect("it is scored");
            prop_assert!((0.0..=f64::from(item.maximum)).contains(&own), "{}: {}", item.id, own);
            prop_assert_eq!(score(0), Some(0.0));
            prop_assert!(score(r.0.saturating_sub(1)).expect("it is scored") <= own);
            prop_assert!(item.when_empty != WhenEmpty::Full || ["5.2", "5.3"].contains(&item.id));
        }
    }
}
