//! What the cube keeps for the form: dossiers in hand by where they came from and by what had become of them.

use crate::cube::{Recipe, in_state, one, present, reached, waiting};
use crate::measure::{Anchor, Counting, Ending, State, Timing};
use std::collections::BTreeSet;

/// Everything the form is made of.
pub(in crate::forms) fn recipes(by_procedure: bool) -> Vec<Recipe> {
    let single = [in_hand(), in_period(), carried_over(), ended()];
    // Read for its lines alone: columns that nothing asks for are not read.
    let lines = ["field", "procedures.field"].into_iter().chain(by_procedure.then_some("procedure"));
    let named = lines.chain(["status", "channel"]).map(|column| Recipe::total(one()).among(present(column)));
    let by_state = State::all().map(class).chain(Timing::ALL.map(waits));
    single.into_iter().chain(by_state).chain(named).collect()
}

/// The columns that tell its lines apart, and what is left out of it or goes into another column.
pub(in crate::forms) fn dimensions(columns: &BTreeSet<String>, by_unit: bool, by_procedure: bool) -> Vec<String> {
    let own = [
        by_unit.then_some("unit"),
        Some("field"),
        Some("procedures.field"),
        by_procedure.then_some("procedure"),
        Some("status"),
        Some("channel"),
    ];
    own.into_iter().flatten().filter(|column| columns.contains(*column)).map(str::to_owned).collect()
}

/// Dossiers in hand at some time of the period: column 3.
pub(super) fn in_hand() -> Recipe {
    Recipe::total(one()).anchor(Anchor::Handled)
}

/// Those received in it: columns 4 and 5.
pub(super) fn in_period() -> Recipe {
    Recipe::total(one()).anchor(Anchor::Received)
}

/// Those received before it: column 6.
pub(super) fn carried_over() -> Recipe {
    Recipe::total(one()).anchor(Anchor::CarriedOver)
}

/// Of those in hand, those that had ended by the cut-off: column 7.
pub(super) fn ended() -> Recipe {
    Recipe::share(reached("finished_at")).anchor(Anchor::Handled)
}

/// Of those in hand, those of one class as of the cut-off.
pub(super) fn class(state: State) -> Recipe {
    Recipe::share(in_state(Counting::Form06a, &[state.ending], &[state.timing])).anchor(Anchor::Handled)
}

/// Of those still open, by where they stand against their due date, those that waited for the applicant.
pub(super) fn waits(timing: Timing) -> Recipe {
    let open = in_state(Counting::Form06a, &[Ending::Open], &[timing]);
    Recipe::share(open.and(waiting())).anchor(Anchor::Handled)
}
