//! What each item counts of a log: recipes of the catalogue where the definitions are the same, its own where not.

use super::parameters::Parameters;
use crate::cube::{Expr, Recipe, aged, asked, by, flag, is, is_listed, key, number, present, says_yes};
use crate::kpi;
use crate::measure::Anchor::{AtHand, Decided, Received, Standing};
use crate::measure::Counting;
use crate::measure::Table::{Petitions, Procedures};

/// What the numerator and the denominator of an item are made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Counted {
    /// Rows for which something holds, of rows.
    Rows(Recipe),
    /// Distinct things that are not among the bad ones, of all.
    Without {
        /// All of them.
        all: Recipe,
        /// The bad ones.
        bad: Recipe,
    },
    /// Distinct things that are among the used ones, of all.
    Used {
        /// All of them.
        all: Recipe,
        /// The used ones.
        used: Recipe,
    },
}

impl Counted {
    /// What the cube keeps for it.
    pub(super) fn recipes(&self) -> Vec<&Recipe> {
        match self {
            Self::Rows(rows) => vec![rows],
            Self::Without { all, bad: other } | Self::Used { all, used: other } => vec![all, other],
        }
    }
}

/// What the catalogue says of a dossier's procedure: whether its result is a written one.
const WRITTEN: &str = "procedures.needs_written_result";

/// How an item is counted, the best way first; where the log lacks columns for one, the next is taken.
///
/// None for what no table holds: the applicants' personal data stores and electronically certified copies.
pub(super) fn counted(item: &str, parameters: &Parameters) -> Vec<Counted> {
    match item {
        "1.1" => vec![announced()],
        "1.2" => vec![published()],
        "1.3" => as_kpi("transparency/complete_content"),
        "1.4" => as_kpi("transparency/synced"),
        "2.1" => as_kpi("time/on_time"),
        "3.1" => as_kpi("quality/online_coverage"),
        "3.2" => vec![services_used()],
        "3.3" => vec![Counted::Rows(Recipe::share(online().and(has_result())))],
        "3.5a" => vec![Counted::Rows(
            Recipe::share(flag("online_payment")).among(has_fee()).of_table(Procedures).anchor(Standing),
        )],
        "3.5b" => vec![payments_used()],
        "3.6" => vec![Counted::Rows(Recipe::share(paid_online()).among(has_fee().and(exempt().not())))],
        "4.1" => as_kpi("quality/e_result"),
        "4.2" => vec![Counted::Rows(Recipe::share(says_yes("digitised").and(has_result())))],
        "4.3" => as_kpi("quality/reused"),
        "4.5a" => vec![Counted::Rows(Recipe::share(flag("population_db")).of_table(Procedures).anchor(Standing))],
        "4.5b" => as_kpi("quality/population_data"),
        "5.1" => vec![Counted::Rows(Recipe::share(is("class", CONDUCT)).of_table(Petitions))],
        "5.2" if parameters.public_answers => vec![petitions_on_time(true), petitions_on_time(false)],
        "5.2" => vec![petitions_on_time(false)],
        "5.3" => vec![petitions_satisfied()],
        "5.4" => as_kpi("satisfaction/no_complaint_766"),
        _ => Vec::new(),
    }
}

/// The class of petitions about how officers behave.
const CONDUCT: &str = "officer_conduct";

/// A share of the catalogue, by the counting profile of the index where it has several.
fn as_kpi(id: &str) -> Vec<Counted> {
    kpi::find(id).map(|kpi| Counted::Rows(kpi.recipe_by(Counting::Decision766))).into_iter().collect()
}

/// Procedures decided in the window: a procedure counts once, late where it was late once.
///
/// `transparency/published_on_time` counts decisions.
fn announced() -> Counted {
    let decided = || procedures().among(present("legal_effective_at")).anchor(Decided);
    Counted::Without { all: decided(), bad: decided().among(by("decided_at", "decide_by").not()) }
}

/// The same made public; a decision whose limit has not passed says nothing yet.
fn published() -> Counted {
    let decided = || procedures().among(aged("publish_by", 0)).anchor(Decided);
    Counted::Without { all: decided(), bad: decided().among(by("published_at", "publish_by").not()) }
}

/// Online services in force, and those of them that received an online dossier.
fn services_used() -> Counted {
    let offered = is_listed("service_level", &["full", "partial"]);
    let used = Recipe::things(key("procedure")).among(online()).anchor(Received);
    Counted::Used { all: procedures().among(offered).anchor(Standing), used }
}

/// Procedures with a fee in force, and those of them that were paid for online.
fn payments_used() -> Counted {
    let used = Recipe::things(key("procedure")).among(paid_online()).anchor(Received);
    Counted::Used { all: procedures().among(has_fee()).anchor(Standing), used }
}

fn procedures() -> Recipe {
    Recipe::things(key("procedure")).of_table(Procedures)
}

/// A blank channel is direct, as on the portal; one outside the list says nothing.
fn online() -> Expr {
    is_listed("channel", &["online"]).and(present("channel"))
}

/// An electronic result, where a written one is required. Of a dossier without one yet it is not there.
fn has_result() -> Expr {
    says_yes("e_result").or(asked(WRITTEN).not())
}

fn has_fee() -> Expr {
    number("fee_vnd").gt(0)
}

/// A dossier of which no payment is said was not paid for online; `quality/online_payment` leaves it out, and waits for the
/// horizon.
fn paid_online() -> Expr {
    is_listed("payment", &["online"]).and(present("payment"))
}

fn exempt() -> Expr {
    is_listed("payment", &["exempt"]).and(present("payment"))
}

/// Petitions at hand: answered or refused by their day, or not due yet; no supplement asked for too late; and where answers
/// are made public, made public in time.
fn petitions_on_time(is_public: bool) -> Counted {
    let passed = |milestone| aged(milestone, 0).fill_null(false);
    let closed = by("closed_at", "handle_by").or(passed("handle_by").not());
    let handled = closed.and(number("asked_late").eq(0));
    let public = by("published_at", "public_by").or(passed("public_by").not());
    let in_time = if is_public { handled.and(public) } else { handled };
    Counted::Rows(Recipe::share(in_time).among(present("handle_by")).of_table(Petitions).anchor(AtHand))
}

/// As `satisfaction/petitions_satisfied`, and what was refused in time was handled in time.
fn petitions_satisfied() -> Counted {
    let overdue = aged("handle_by", 0).fill_null(false).and(by("closed_at", "handle_by").not());
    let bad = says_yes("dissatisfied").or(says_yes("repeat")).or(overdue);
    Counted::Rows(Recipe::share(bad.not()).of_table(Petitions))
}
