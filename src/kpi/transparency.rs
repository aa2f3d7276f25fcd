//! Whether the public can see the rules, what happens to a dossier, and who answers for what.

use crate::cube::{
    Recipe, aged, by, by_deadline, day_before_deadline, flag, is_one_of, listed, number, present, withdrawn,
};
use crate::measure::Anchor::{Decided, Due, Standing};
use crate::measure::Table::{Procedures, Tasks};

super::kpis! {
    /// Share of decisions about procedures that were made public in time.
    ///
    /// # Counts
    /// Rows of the catalogue decided in the window. The limit runs in working days from the decision: 5, for procedures of
    /// level `ministry` 10, unless the study says otherwise (`procedures.publish_within`,
    /// `procedures.ministry_publish_within`). What is not public when its limit has passed is late. A decision whose limit
    /// has not passed by the cut-off is excluded, public or not: counted as soon as they are published, those decided last
    /// would all be in time.
    ///
    /// # Undefined
    /// The catalogue does not say when procedures were decided or published, the study has no calendar, or nothing was
    /// decided in the window.
    ///
    /// # Beware
    /// Each decision counts, so a procedure decided twice in the window counts twice; Decision 766 counts it once, late if it
    /// was late once. Whether the decision itself came in time before the legal basis took effect (item 1.1) is not asked.
    PUBLISHED_ON_TIME {
        id: "transparency/published_on_time",
        name: { en: "Published on time", vi: "Công khai đúng hạn" },
        formula: "published within the legal working days / procedures decided whose limit has passed",
        unit: Share,
        better: Higher,
        sampling: Census,
        source: "766 1.2",
        recipe: Built(|| {
            // The calendar covers the cut-off: a limit it does not reach had not passed by then.
            let in_time = by("published_at", "publish_by");
            Recipe::share(in_time).among(aged("publish_by", 0)).of_table(Procedures).anchor(Decided)
        }),
    }

    /// Share of procedures of which everything that must be public is.
    ///
    /// # Counts
    /// Procedures in force on the window's last day that say how many of the seven required parts are public: name, steps,
    /// manner, papers and their number, time limit, subjects, agency. Complete is all seven.
    ///
    /// # Undefined
    /// The catalogue does not count the parts, or no procedure is in force.
    ///
    /// # Beware
    /// It is one day's state, not what became of it between. Whether a part that is public is also right, nobody asks.
    COMPLETE_CONTENT {
        id: "transparency/complete_content",
        name: { en: "Complete content", vi: "Công khai đầy đủ" },
        formula: "all seven parts public / procedures in force on the last day",
        unit: Share,
        better: Higher,
        sampling: Census,
        source: "766 1.3",
        recipe: Built(|| Recipe::share(number("published_parts").eq(7)).of_table(Procedures).anchor(Standing)),
    }

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

    /// Median working time from the decision about a procedure until it is public.
    ///
    /// # Counts
    /// Rows of the catalogue decided in the window; what is not public by the cut-off counts as at least that long. Where
    /// one of the dates is a day, time is that of whole days.
    ///
    /// # Undefined
    /// The catalogue does not say when procedures were decided or published, the study has no calendar, or so few were
    /// published by the cut-off that the median is not reached.
    ///
    /// # Beware
    /// The few that take very long are not in a median: read it beside `transparency/published_on_time`.
    PUBLICATION_LAG {
        id: "transparency/publication_lag",
        name: { en: "Publication lag", vi: "Độ trễ công bố" },
        formula: "median working time from decision to publication, unpublished ones censored",
        unit: WorkingHours,
        better: Lower,
        sampling: Census,
        source: "publication latency",
        recipe: Built(|| {
            Recipe::survival("decided_at", "published_at").working().of_table(Procedures).anchor(Decided)
        }),
    }

    /// Share of tasks that are clear in all seven ways.
    ///
    /// Clear are the objective, the person, the work, the time, the responsibility, the product and the result.
    ///
    /// # Counts
    /// Tasks due in the window. Clear is a task with exactly one owner, a due date, and something said of its objective,
    /// work, responsibility, product and result. A task without a due date stands in every window and is not clear; it is
    /// told beside the figure as undated.
    ///
    /// # Undefined
    /// The table lacks one of these columns altogether, or has no task.
    ///
    /// # Beware
    /// That something is said is counted, not what. Two owners are told by `;`, `,`, `|` or a new line between their names:
    /// one name that holds such a sign looks like two.
    NAMED_RESPONSIBILITY {
        id: "transparency/named_responsibility",
        name: { en: "Seven clears", vi: "Bảy rõ" },
        formula: "one owner, and objective, work, due date, responsibility, product and result / tasks due",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "the reform's own account",
        recipe: Built(|| {
            let said = ["objective", "work", "responsibility", "product", "result"].map(present);
            let clear = said.into_iter().fold(number("owners").eq(1), |all, one| all.and(one));
            let clear = clear.and(flag("dated"));
            Recipe::share(clear).telling_undated(flag("dated").not()).of_table(Tasks).anchor(Due)
        }),
    }

    /// Share of tasks led by ministries, branches and localities, and not by the centre.
    ///
    /// The reform's own account wants 70 % of the work of digital transformation done there: the target is 0.70.
    ///
    /// # Counts
    /// Tasks due in the window that say who leads them: `ministry`, `branch` or `locality` against `centre`. Tasks without a
    /// lead or without a due date are excluded.
    ///
    /// # Undefined
    /// The table does not say who leads, or no task with a lead is due.
    ///
    /// # Beware
    /// Tasks are counted, however large; spending and effort may be led elsewhere. The target is told, not judged: the
    /// verdict is about the change.
    LOCAL_LEAD {
        id: "transparency/local_lead",
        name: { en: "Led locally", vi: "Địa phương chủ trì" },
        formula: "tasks led by ministries, branches or localities / tasks due with a lead; target 0.70",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "the reform's own account (70 %)",
        recipe: Built(|| {
            let led = is_one_of("lead_level", &["ministry", "branch", "locality"]);
            Recipe::share(led).among(flag("dated")).of_table(Tasks).anchor(Due)
        }),
    }
}
