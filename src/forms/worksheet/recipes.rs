//! What the cube keeps for the worksheet: what complying costs, and how often each job is done for it.

use crate::cube::{Recipe, cost, present, times};
use crate::kpi;
use crate::measure::Anchor::Mix;
use crate::measure::{Facts, Part};

/// The columns that tell its lines apart.
pub(in crate::forms) const DIMENSIONS: [&str; 2] = ["procedure", "applicant"];

/// Everything the worksheet is made of, with a tariff of so many jobs.
pub(in crate::forms) fn recipes(jobs: usize) -> Vec<Recipe> {
    let named = DIMENSIONS.map(|column| Recipe::total(crate::cube::one()).among(present(column)));
    let done = (0..jobs).map(done);
    [yearly()].into_iter().flatten().chain(done).chain(named).collect()
}

/// What complying costs: the recipe of `cost/compliance_total` itself.
pub(super) fn yearly() -> Option<Recipe> {
    kpi::find("cost/compliance_total").map(kpi::Kpi::recipe)
}

/// How often a job is done, of the dossiers whose cost is known.
pub(super) fn done(job: usize) -> Recipe {
    let known = |part| cost(part, Facts::LastDay).is_not_null();
    let mut recipe =
        Recipe::total(times(job, Facts::LastDay)).among(known(Part::Labour).and(known(Part::Money))).anchor(Mix);
    recipe.keep.by_volume = true;
    recipe
}
