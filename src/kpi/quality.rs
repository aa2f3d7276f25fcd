//! Whether the service does what it is for.

use crate::cube::{Recipe, withdrawn, within_horizon};
use crate::measure::Anchor::Submitted;

super::kpis! {
    /// Share of submitted dossiers that got their result within the horizon.
    ///
    /// A lawful refusal is a result: the service did what it should.
    ///
    /// # Counts
    /// Dossiers submitted in the window and observed for the study's horizon of working days; later ones are immature,
    /// and counted as such. Withdrawn and returned dossiers did not complete.
    ///
    /// # Undefined
    /// The log has no submission dates, or the study no calendar.
    ///
    /// # Beware
    /// Some sources fill the submission date with the reception date; dossiers that were never accepted are then
    /// missing from the log.
    COMPLETION {
        id: "quality/completion",
        name: { en: "Completion", vi: "Hoàn thành" },
        formula: "granted or lawfully refused within H / submitted, known within H",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "GOV.UK completion rate",
        recipe: Built(|| {
            let completed = within_horizon("submitted_at", "finished_at").and(withdrawn().not());
            Recipe::share(completed).known_within_horizon().anchor(Submitted)
        }),
    }
}
