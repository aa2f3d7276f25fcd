//! Scorecards of random small logs: the attacker has the text of one JSON, and seeks every count of a group or a month.

use super::attacker::{Fraction, Knowledge, Most};
use super::city::{LEAST, Setting, cards};
use super::told::{By, Cell, Public, Span, What};
use giamtang::Scorecard;
use giamtang::scorecard::Fences;

/// What the attacker found out of a number of cards.
#[derive(Debug, Default)]
pub struct Spoils {
    /// Small counts that are told as they are.
    pub told: Vec<String>,
    /// Small counts that are withheld, and can be no larger than `LEAST` − 1.
    pub bounded: Vec<String>,
    /// Withheld figures that another one and the change between them give away.
    pub subtracted: Vec<String>,
    /// Withheld counts that were attacked.
    pub attacked: usize,
}

impl Spoils {
    fn none(&self) -> bool {
        self.told.is_empty() && self.bounded.is_empty() && self.subtracted.is_empty()
    }
}

/// Takes apart what is public of a card; of the card itself only what there was to be found is looked up.
fn attack(card: &Scorecard, fences: Fences, spoils: &mut Spoils) {
    let public = Public::of(&crate::contract::json(&card.clone().public_behind(LEAST, fences)), fences.steps);
    let truth = Public::of(&crate::contract::json(card), false);
    let all: Vec<(What, Vec<Cell>, Vec<Cell>)> =
        truth.breakdowns().map(|what| (what, truth.cells(&what), known(&truth, &public, &what))).collect();
    let rows = |cells: &[Cell]| cells.iter().map(|cell| cell.rows).collect::<Vec<_>>();
    for (what, own, known) in &all {
        for (place, cell) in known.iter().enumerate() {
            spoils.told.extend(cell.small(LEAST).map(|count| format!("{what:?} {place}: {count}")));
        }
        // KPIs of the same rows, as definitions say them: what one tells of rows it tells of the others.
        let is_alike = |other: &What, cells: &[Cell]| {
            (other.window, other.by) == (what.window, what.by) && rows(cells) == rows(own)
        };
        let others = all.iter().filter(|(other, cells, _)| is_alike(other, cells));
        let together = others.fold(vec![Span::ANY; own.len()], |spans, (.., known)| {
            spans.into_iter().zip(known).map(|(span, cell)| span.and(cell.rows)).collect()
        });
        seek(&format!("{what:?}"), own, known, &together, spoils);
    }
    spoils.subtracted.extend(public.subtracted(&truth));
}

/// What the attacker knows of a whole and its parts; that offices and months leave nobody out he knows by definition.
fn known(truth: &Public, public: &Public, what: &What) -> Vec<Cell> {
    let mut known = public.cells(what);
    // Of a series that is left out nothing is known but its whole.
    let parts = truth.cells(what).len() - known.len();
    known.splice(1..1, (0..parts).map(|_| Cell::unknown(true)));
    if let (Some(rest), Some(own)) = (known.last_mut(), truth.cells(what).pop())
        && what.by != By::Applicant
        && own.rows == Span::one(0)
    {
        *rest = Cell { is_withheld: true, ..own };
    }
    known
}

/// What is at most behind each cell that is withheld: the whole comes first, then its parts, last what is never told.
fn seek(what: &str, own: &[Cell], known: &[Cell], rows: &[Span], spoils: &mut Spoils) {
    let mut knowledge = Knowledge::default();
    let numbers: Vec<[usize; 3]> = own.iter().map(|_| [(); 3].map(|()| knowledge.number())).collect();
    for (place, [all, hits, misses]) in numbers.iter().copied().enumerate() {
        knowledge.equal(&[(all, 1), (hits, -1), (misses, -1)], 0);
        let spans =
            [(all, known[place].rows.and(rows[place])), (hits, known[place].hits), (misses, known[place].misses)];
        for (number, span) in spans {
            match span {
                Span { least, most: Some(most) } if least == most => knowledge.equal(&[(number, 1)], least),
                Span { least: 0, most: None } => {}
                Span { least, most } => knowledge.between(number, least.into(), most.map(Fraction::from)),
            }
        }
    }
    for kind in adds_up(own) {
        let parts = numbers[1..].iter().map(|own| (own[kind], 1));
        knowledge.equal(&[(numbers[0][kind], -1)].into_iter().chain(parts).collect::<Vec<_>>(), 0);
    }
    for (place, cell) in own.iter().enumerate().filter(|(place, _)| known[*place].is_withheld) {
        for (number, span) in numbers[place].into_iter().zip([cell.rows, cell.hits, cell.misses]) {
            let count = span.least;
            if (1..i128::from(LEAST)).contains(&count) {
                spoils.attacked += 1;
                match knowledge.most(number) {
                    Most::Unbounded => {}
                    Most::At(most) if most >= i128::from(LEAST).into() => {}
                    found => spoils
                        .bounded
                        .push(format!("{what} {place}: {count} is {found:?}; {}", story(own, known, rows))),
                }
            }
        }
    }
}

/// What there was to be found, and what was known, in one line.
fn story(own: &[Cell], known: &[Cell], rows: &[Span]) -> String {
    let cells = |cells: &[Cell]| {
        let spans = |cell: &Cell| format!("{} = {} + {}", cell.rows, cell.hits, cell.misses);
        cells.iter().map(spans).collect::<Vec<_>>().join(", ")
    };
    let rows: Vec<String> = rows.iter().map(Span::to_string).collect();
    format!("{} known as {}; rows {}", cells(own), cells(known), rows.join(", "))
}

/// What adds up: rows, and hits and misses with them.
///
/// A month is followed for as long as every other, its window until its own cut-off: of what is known within a horizon, or by
/// then, months may tell more or less than their window.
fn adds_up(own: &[Cell]) -> std::ops::Range<usize> {
    let Some(rest) = own.last() else { return 0..0 };
    let [rows, hits, misses] = [rest.rows, rest.hits, rest.misses].map(|span| span.least);
    match () {
        () if rows < 0 => 0..0,
        () if hits < 0 || misses < 0 || (rows == 0 && hits > 0) => 0..1,
        () => 0..3,
    }
}

fn spoils(fences: Fences, seeds: std::ops::Range<u64>) -> Spoils {
    let mut spoils = Spoils::default();
    cards(seeds, &Setting::default()).for_each(|card| attack(&card, fences, &mut spoils));
    spoils
}

/// With every fence, and with numbers told exactly, where suppression stands alone.
#[test]
fn no_small_count_can_be_recovered() {
    let mut attacked = 0;
    for fences in [Fences::ALL, Fences { steps: false, ..Fences::ALL }] {
        let spoils = spoils(fences, 0..24);
        assert!(spoils.none(), "{fences:?}: {spoils:#?}");
        attacked += spoils.attacked;
    }
    assert!(attacked > 2_000, "{attacked} counts are too few to mean much");
}

/// Each fence is needed: with it down, the attacker finds what it held.
#[test]
fn with_a_fence_down_the_attacker_wins() {
    let exact = Fences { steps: false, ..Fences::ALL };
    let [no_hits, alone, derived] =
        [Fences { hits: false, ..exact }, Fences { beside: false, ..exact }, Fences { derived: false, ..exact }]
            .map(|fences| spoils(fences, 0..6));
    assert!(!no_hits.told.is_empty(), "few hits are told");
    assert!(alone.told.is_empty() && !alone.bounded.is_empty(), "small figures alone are subtracted out");
    assert!(derived.bounded.is_empty() && !derived.subtracted.is_empty(), "changes give figures away");
}

/// What is published is of what is internal: nothing is there that was not, and nothing depends on how it was counted.
#[test]
fn nothing_is_public_that_was_not_there() {
    for card in cards(0..4, &Setting::default()) {
        let once = card.clone().public(LEAST);
        assert_eq!(once.clone().public(LEAST), once, "published again it is the same");
        let (internal, public) = (crate::contract::json(&card), crate::contract::json(&once));
        assert_eq!(beyond(&internal, &public, ""), Vec::<String>::new());
    }
}

/// Where in the public JSON something stands that the internal one has not.
fn beyond(internal: &serde_json::Value, public: &serde_json::Value, at: &str) -> Vec<String> {
    use serde_json::Value::{Array, Object};
    match (internal, public) {
        (_, Object(own)) if own.get("undefined").is_some_and(|why| why == "suppressed") => Vec::new(),
        (Object(all), Object(own)) => {
            let inside = own.iter().filter(|(name, _)| !(at == "/provenance" && *name == "suppression"));
            let missing = |name: &String| vec![format!("{at}/{name}")];
            inside
                .flat_map(|(name, value)| {
                    all.get(name).map_or_else(|| missing(name), |had| beyond(had, value, &format!("{at}/{name}")))
                })
                .collect()
        }
        // Of lists, those that are as long: from others something was left out.
        (Array(all), Array(own)) if all.len() == own.len() => {
            let pairs = all.iter().zip(own).enumerate();
            pairs.flat_map(|(place, (had, value))| beyond(had, value, &format!("{at}/{place}"))).collect()
        }
        (Array(all), Array(own)) if all.len() > own.len() => Vec::new(),
        (Array(_), _) | (_, Array(_)) | (Object(_), _) | (_, Object(_)) => vec![at.to_owned()],
        _ => Vec::new(),
    }
}

/// A log of large offices: nothing is withheld but what is told in steps.
#[test]
fn where_all_counts_are_large_nothing_is_withheld_of_the_whole() {
    let large = Setting { offices: &[900, 700, 800], ..Setting::default() };
    for card in cards(0..2, &large) {
        let public = Public::of(&crate::contract::json(&card.clone().public(LEAST)), true);
        let exact = Public::of(&crate::contract::json(&card), false);
        for what in exact.breakdowns() {
            let is_small = exact.cells(&what).iter().any(|cell| cell.small(LEAST).is_some() || cell.vanishes(LEAST));
            let [told @ .., _] = &public.cells(&what)[..] else { panic!("no whole") };
            assert!(is_small || told.iter().all(|cell| !cell.is_withheld), "{what:?}");
        }
    }
}

/// Order of rows and number of threads are nothing to what is withheld.
#[test]
fn what_is_withheld_does_not_depend_on_how_it_was_counted() {
    let setting = Setting::default();
    let forward = cards(3..5, &setting).map(|card| crate::contract::json(&card.public(LEAST)));
    let turned = Setting { turned: true, threads: 1, ..setting };
    let backward: Vec<_> = cards(3..5, &turned).map(|card| crate::contract::json(&card.public(LEAST))).collect();
    assert_eq!(forward.collect::<Vec<_>>(), backward);
}
