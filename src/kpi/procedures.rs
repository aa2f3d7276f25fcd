//! How procedures are organised.

use crate::cube::{Recipe, name};
use crate::measure::Anchor::Received;

super::kpis! {
    /// Share of dossiers received by another unit than the responsible one.
    ///
    /// Non-territorial reception: the applicant goes where it suits, not where the land register lies.
    ///
    /// # Counts
    /// Dossiers received in the window that name both units; the others are excluded.
    ///
    /// # Undefined
    /// The log does not name the receiving unit.
    NON_TERRITORIAL {
        id: "procedures/non_territorial",
        name: { en: "Non-territorial share", vi: "Phi địa giới" },
        formula: "receiving unit ≠ responsible unit / dossiers received",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "the reform's own account",
        recipe: Built(|| Recipe::share(name("receiving_unit").neq(name("unit"))).anchor(Received)),
    }
}
