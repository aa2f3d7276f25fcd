//! Whether the public can see what happens to a dossier.

use crate::cube::{Recipe, by, by_deadline, day_before_deadline, flag, listed, present, withdrawn};
use crate::measure::Anchor::Due;

super::kpis! {
    /// Share of dossiers that the national portal knows.
    ///
    /// # Counts
    /// Dossiers received in the window of which the log says whether they were synced.
    ///
    /// # Undefined
    /// The log does not say it.
    ///
    /// # Beware
    /// Decision 766 divides by the larger of two counts of dossiers received, the local and the national one; here it is the
    /// log's own dossiers. What became of a dossier after it was synced is `transparency/agreement`.
    SYNCED {
        id: "transparency/synced",
        name: { en: "Synced dossiers", vi: "Đồng bộ hồ sơ" },
        formula: "synced / dossiers received",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 1.4",
        recipe: Built(|| Recipe::share(flag("synced"))),
    }

    /// Share of dossiers whose way can be traced.
    ///
    /// Who has it, since when, and until when it is promised.
    ///
    /// # Counts
    /// Dossiers received in the window and observed for the horizon. A complete trace has an acceptance not before the
    /// reception, a due date, a unit and an officer; and, where the log says how the dossier ended, an end not before the
    /// acceptance.
    ///
    /// # Undefined
    /// The log lacks one of these columns altogether (`accepted_at`, `due_at`, `unit`, `officer`, `outcome`), or the study
    /// has no calendar.
    ///
    /// # Beware
    /// Dossiers without a reception, or with dates before it, are set aside before this is asked: read it beside what
    /// `check` says. Without an outcome a dossier counts as open.
    TRACEABLE {
        id: "transparency/traceable",
        name: { en: "Complete trace", vi: "Đầy đủ vết" },
        formula: "all milestones, unit and officer present and in order / dossiers received, known within H",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "trace completeness",
        recipe: Built(|| {
            let held = present("due_at").and(present("unit")).and(present("officer"));
            let ended = present("finished_at").or(present("outcome"));
            let in_order = by("received_at", "accepted_at").and(ended.not().or(by("accepted_at", "finished_at")));
            Recipe::share(held.and(in_order)).known_within_horizon()
        }),
    }

    /// Share of dossiers that are in the same state here and nationally.
    ///
    /// # Counts
    /// Dossiers received in the window that have a state on both sides, each of the canonical list. Others are excluded.
    ///
    /// # Undefined
    /// The log does not hold both states, or no dossier has both.
    ///
    /// # Beware
    /// Some systems send waiting and stopped dossiers to the portal as resolved: they look done in public. Both states are
    /// those of the day the log was drawn; one that was drawn while a sync was under way disagrees with itself.
    AGREEMENT {
        id: "transparency/agreement",
        name: { en: "Local = national", vi: "Khớp dữ liệu" },
        formula: "status = national status / dossiers received that have both",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "states rewritten at the sync",
        recipe: Built(|| Recipe::share(listed("status").eq(listed("national_status")))),
    }

    /// Share of overdue dossiers whose applicant had an apology before the due date.
    ///
    /// # Counts
    /// Dossiers due in the window, by the date first promised, that were not finished by it; an apology counts on an
    /// earlier day than the due day. Withdrawn and returned dossiers are excluded, and so are those on time. Dossiers
    /// without a due date are undated.
    ///
    /// # Undefined
    /// The log has no due dates or no apologies, or no dossier is overdue.
    ///
    /// # Beware
    /// The fewer dossiers are late, the fewer it is about: read it beside `time/on_time`. An apology after the due date
    /// does not count, nor does one without a date.
    APOLOGY {
        id: "transparency/apology",
        name: { en: "Apology coverage", vi: "Xin lỗi" },
        formula: "apology before the due day / dossiers due and not finished in time",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "Decree 61/2018",
        recipe: Built(|| {
            let overdue = by_deadline("finished_at").not().and(withdrawn().not());
            Recipe::share(day_before_deadline("apology_at")).among(overdue).anchor(Due)
        }),
    }
}
