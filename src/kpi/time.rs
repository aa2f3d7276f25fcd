//! How long applicants wait, and whether promises are kept.

use crate::cube::{Recipe, by_deadline, elapsed, withdrawn};
use crate::measure::Anchor::{Due, Finished, Received};

super::kpis! {
    /// Elapsed time from reception to result, open dossiers included.
    ///
    /// The survival median: dossiers still open count as "at least this long", so a growing backlog cannot flatter it.
    ///
    /// # Counts
    /// Dossiers received in the window, followed to its cut-off; withdrawn and returned ones compete, they do not
    /// finish. Pauses count: the applicant waits.
    ///
    /// # Undefined
    /// Fewer than half of the dossiers have finished by the cut-off.
    ///
    /// # Beware
    /// A log of dates counts whole days: received and finished on one day is 0 days.
    ELAPSED_TIME {
        id: "time/elapsed_time",
        name: { en: "Time the applicant waits", vi: "Thời gian chờ thực tế" },
        formula: "Aalen–Johansen median of E(received, finished)",
        unit: Days,
        better: Lower,
        sampling: Cluster,
        source: "766 2.2; GOV.UK; Aalen & Johansen 1978",
        recipe: Built(|| Recipe::survival("received_at", "finished_at").anchor(Received)),
    }

    /// Elapsed time within which nine dossiers in ten have their result.
    ///
    /// The slow tenth is where complaints come from; a median does not see it.
    ///
    /// # Counts
    /// As `time/elapsed_time`.
    ///
    /// # Undefined
    /// Fewer than nine in ten of the dossiers have finished by the cut-off.
    ELAPSED_TIME_P90 {
        id: "time/elapsed_time_p90",
        name: { en: "Slow tenth", vi: "Nhóm chậm nhất" },
        formula: "Aalen–Johansen 90 % quantile of E(received, finished)",
        unit: Days,
        better: Lower,
        sampling: Cluster,
        source: "as time/elapsed_time",
        recipe: Built(|| Recipe::survival("received_at", "finished_at").quantile(0.9).anchor(Received)),
    }

    /// Mean elapsed time of the dossiers closed in the window.
    ///
    /// The figure dashboards print, kept beside the honest one to show the difference.
    ///
    /// # Counts
    /// Dossiers finished in the window, whenever they were received; withdrawn and returned ones are excluded.
    ///
    /// # Undefined
    /// No dossier was finished in the window.
    ///
    /// # Beware
    /// Flattering: it measures which old dossiers were cleared, not how new ones fare. It falls while a backlog grows
    /// and rises when one is cleared; so it has no verdict.
    CLOSED_TIME_MEAN {
        id: "time/closed_time_mean",
        name: { en: "Mean time of closed dossiers", vi: "Thời gian trung bình hồ sơ đã xong" },
        formula: "Σ E(received, finished) / dossiers finished",
        unit: Days,
        better: Neither,
        sampling: Cluster,
        source: "766 2.2 as published",
        recipe: Built(|| Recipe::mean(elapsed("received_at", "finished_at")).among(withdrawn().not()).anchor(Finished)),
    }

    /// Share of the dossiers due in the window that were finished by their due date.
    ///
    /// The strict counting profile: a promise is kept or it is not.
    ///
    /// # Counts
    /// Dossiers whose due date, as first promised, falls into the window; those still open are late. A due date without
    /// a time ends at 24:00. Pauses do not move it, unless the study says how (`compare.pauses`). Withdrawn and returned
    /// dossiers are excluded, and so, each counted, are dossiers without a due date.
    ///
    /// # Undefined
    /// The log has no due dates, or none falls into the window.
    ///
    /// # Beware
    /// Dashboards count a dossier without a due date as on time, and leave open and late ones out.
    ON_TIME {
        id: "time/on_time",
        name: { en: "On-time rate", vi: "Tỷ lệ đúng hạn" },
        formula: "dossiers finished ≤ original due date / dossiers due",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 2.1, strict",
        recipe: Built(|| Recipe::share(by_deadline("finished_at")).among(withdrawn().not()).anchor(Due)),
    }
}
