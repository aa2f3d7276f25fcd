//! How procedures are organised.

use crate::cube::{Recipe, key, name, number};
use crate::measure::Anchor::Received;

super::kpis! {
    /// Steps that are done for a dossier.
    ///
    /// # Counts
    /// Dossiers received in the window and observed for the horizon, with all the steps the log has of them. A step is an
    /// event whose activity is done; one that only begins or interrupts an activity is none.
    ///
    /// # Undefined
    /// The log is not of events, or the study has no calendar.
    ///
    /// # Beware
    /// Steps are counted to the end of the log, so those of an old dossier may lie beyond the horizon. A system that writes
    /// more down has more steps: compare windows of one system only.
    STEPS {
        id: "procedures/steps",
        name: { en: "Steps per dossier", vi: "Số bước" },
        formula: "Σ steps / dossiers received, known within H",
        unit: Steps,
        better: Lower,
        sampling: Cluster,
        source: "Decree 61/2018, index 4",
        recipe: Built(|| Recipe::mean(number("steps")).known_within_horizon()),
    }

    /// How often a dossier changes hands between units.
    ///
    /// # Counts
    /// Dossiers received in the window and observed for the horizon: changes of unit from one step with a known unit to the
    /// next. A way back is a change too.
    ///
    /// # Undefined
    /// The log is not of events that name units, or the study has no calendar.
    ///
    /// # Beware
    /// As `procedures/steps`. Two units merged into one hand nothing over any more: fewer handovers may be only fewer names.
    HANDOVERS {
        id: "procedures/handovers",
        name: { en: "Handovers per dossier", vi: "Số lần chuyển" },
        formula: "Σ changes of unit / dossiers received, known within H",
        unit: Handovers,
        better: Lower,
        sampling: Cluster,
        source: "process mining",
        recipe: Built(|| Recipe::mean(number("handovers")).known_within_horizon()),
    }

    /// Share of dossiers that went one of the usual ways.
    ///
    /// The usual ways are the most frequent sequences of steps that together made up 80 % of the first window's dossiers.
    ///
    /// # Counts
    /// Dossiers received in the window and observed for the horizon, each by the activities of its steps in order. Ways
    /// that are equally frequent enter in an order that is fixed, and says nothing. With one window it is its own first.
    ///
    /// # Undefined
    /// The log is not of events, or the study has no calendar.
    ///
    /// # Beware
    /// A reform that makes procedures simpler leaves the usual ways, so a fall is no harm and it has no verdict. An open
    /// dossier's way so far may look unusual. The first window is at least 80 % by its making.
    USUAL_PATH {
        id: "procedures/usual_path",
        name: { en: "Dossiers on a usual path", vi: "Theo quy trình chuẩn" },
        formula: "dossiers on a path among those that covered 80 % of `was` / dossiers received, known within H",
        unit: Share,
        better: Neither,
        sampling: Cluster,
        source: "process mining",
        recipe: Built(|| Recipe::usual(key("path"), 0.8).known_within_horizon()),
    }

    /// Share of dossiers received by another unit than the responsible one.
    ///
    /// Non-territorial reception: the applicant goes where it suits, not where the land register lies.
    ///
    /// # Counts
    /// Dossiers received in the window that name both units; the others are excluded.
    ///
    /// # Undefined
    /// The log does not name the receiving unit.
    ///
    /// # Beware
    /// A unit under two names looks like two. Units merged or renamed move the share though nothing moved at the desk.
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
