//! How many officers there are, and how well the work is done.

use crate::cube::{Recipe, by, key, key_of_open_day, number, posted, present, resolved, returned, within_horizon};
use crate::measure::Anchor::{Day, Finished, InForce, StepDue};
use crate::measure::Table::{Events, Roster};

super::kpis! {
    /// Officers on duty on an open day, at equal hours of coverage.
    ///
    /// Who handles no step on a day and is on no roster was not seen on duty; who handles many is one officer.
    ///
    /// # Counts
    /// Every officer once for each open day of the window on which a step of theirs happened or for which the roster posts
    /// them, by the open days of the window. Steps and entries on closed days, steps that name no officer, and entries of
    /// officers who were moved to another post are excluded. Where rosters give hours, the second window is taken at the
    /// first one's hours of coverage: multiplied by the hours a counter was covered on an open day of the first, by those
    /// of the second. A counter is a unit from its first to its last covered day in the window, and is covered as long as
    /// the officer who is posted there longest; a day on which all are posted without hours is left out of it. In groups by
    /// another column than the unit it is the counter's all the same.
    ///
    /// # Undefined
    /// No log of events names officers and there is no roster, or the study has no calendar.
    ///
    /// # Beware
    /// Without a roster it counts those who left a trace, so it falls when a system stops writing names, and when there is
    /// less to do; and nobody knows how long the counter was open. A roster that begins between the windows makes the second
    /// look larger. Two officers who follow each other at one counter cover it longer than either: hours say nothing of it.
    /// One officer under two names counts twice.
    ON_DUTY {
        id: "staffing/on_duty",
        name: { en: "Officers on duty a day", vi: "Cán bộ trực mỗi ngày" },
        formula: "distinct (officer, open day) with a step or a post / open days, at equal coverage hours",
        unit: Officers,
        better: Lower,
        sampling: Week,
        source: "the reform's own account (Hoàn Kiếm)",
        recipe: Built(|| {
            let seen = || key_of_open_day("officer", "at");
            let on_roster = Recipe::per_open_day(seen()).among(posted());
            let covered = Recipe::ratio(number("coverage"), number("counter_days"));
            let rostered = [on_roster, covered].map(|recipe| recipe.of_table(Roster).anchor(Day));
            Recipe::per_open_day(seen()).of_table(Events).anchor(Day).or_also(rostered)
        }),
    }

    /// Officers of the one-stop counter, as full posts.
    ///
    /// Two who are rostered for half the office's hours are one full-time equivalent.
    ///
    /// # Counts
    /// Hours for which the roster posts officers on days of the window, by the office's hours in the window. A span stands
    /// for its open days, an entry of one day for that day. Entries without hours, and of officers who were moved to another
    /// post, are excluded.
    ///
    /// # Undefined
    /// There is no roster with hours, it posts nobody in the window, or the study has no calendar.
    ///
    /// # Beware
    /// It is as good as the roster: who was on leave must not be on it. Entries of one officer that overlap are added. Hours
    /// beyond the office's are hours too, so ten officers who work overtime are more than ten.
    FTE {
        id: "staffing/fte",
        name: { en: "One-stop FTE", vi: "Nhân lực một cửa" },
        formula: "Σ rostered hours of posted officers / office hours of the window",
        unit: Fte,
        better: Lower,
        sampling: Week,
        source: "the reform's own account",
        recipe: Built(|| Recipe::per_office_hours(number("hours")).of_table(Roster).anchor(Day).among(posted())),
    }

    /// What the office does with its officers' time, dossiers weighed by their standard.
    ///
    /// Fewer officers are a reduction only if the work is done all the same.
    ///
    /// # Counts
    /// Dossiers finished with a result in the window, each by the minutes that the catalogue allows for its procedure on the
    /// day of reception; by the minutes for which the roster posts officers. Withdrawn and returned dossiers, and those
    /// whose procedure has no standard, are excluded; so are entries without hours and of officers who were moved.
    ///
    /// # Undefined
    /// There is no catalogue with standard minutes or no roster with hours, the dossiers name no procedure, none
    /// with a standard was resolved or the roster posts nobody in the window, or the study has no calendar.
    ///
    /// # Beware
    /// Clearing a backlog raises it, and so does a catalogue whose standards are raised: keep one standard for both windows.
    /// At 1 all rostered time is standard time; more than 1 is possible. One week's results may be another's work.
    OUTPUT_PER_FTE {
        id: "staffing/output_per_fte",
        name: { en: "Weighted output per FTE", vi: "Năng suất quy đổi" },
        formula: "Σ standard minutes of resolved dossiers / Σ rostered minutes of posted officers",
        unit: Ratio,
        better: Higher,
        sampling: Week,
        source: "Decision 468",
        recipe: Built(|| {
            let done = Recipe::total(number("procedures.standard_minutes")).among(resolved()).anchor(Finished);
            let rostered = Recipe::total(number("minutes")).of_table(Roster).anchor(Day).among(posted());
            Recipe::across(done.by_week(), rostered.by_week())
        }),
    }

    /// Share of dossiers that were right the first time.
    ///
    /// The office asked for nothing more and sent nothing back.
    ///
    /// # Counts
    /// Dossiers received in the window and observed for the horizon. Right is one without a supplement request that was
    /// not returned within the horizon; also if it is still open, was refused by law, or was withdrawn by the applicant.
    /// Dossiers of which nobody says how many supplements were asked for are excluded.
    ///
    /// # Undefined
    /// The log does not count supplement requests, or the study has no calendar.
    ///
    /// # Beware
    /// Steps done again are another figure, `quality/rework`: only logs of events know them. Requests made by telephone are
    /// in no log. Without outcomes nothing was returned, and the figure says so.
    FIRST_TIME_RIGHT {
        id: "staffing/first_time_right",
        name: { en: "First time right", vi: "Đúng ngay lần đầu" },
        formula: "no supplement request and not returned within H / dossiers received, known within H",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "first-pass yield",
        recipe: Built(|| {
            let sent_back = returned().and(within_horizon("received_at", "finished_at"));
            let right = number("supplement_requests").eq(0).and(sent_back.not());
            Recipe::share(right).among(present("supplement_requests")).known_within_horizon()
        }),
    }

    /// Share of dossiers for which more than one supplement was asked for.
    ///
    /// One request is allowed; offices pledge it in public, and Decision 766 counts a second as overdue.
    ///
    /// # Counts
    /// Dossiers received in the window and observed for the horizon that say how many supplements were asked for.
    ///
    /// # Undefined
    /// The log does not count supplement requests, or the study has no calendar.
    ///
    /// # Beware
    /// Counts are as the log has them: of an old dossier they may go beyond the horizon.
    REPEAT_SUPPLEMENTS {
        id: "staffing/repeat_supplements",
        name: { en: "More than one supplement request", vi: "Yêu cầu bổ sung quá một lần" },
        formula: "supplement requests > 1 / dossiers received, known within H",
        unit: Share,
        better: Lower,
        sampling: Cluster,
        source: "766 1.3",
        recipe: Built(|| Recipe::share(number("supplement_requests").gt(1)).known_within_horizon()),
    }

    /// Share of steps that were not done by their own limit.
    ///
    /// Officer by officer, and so seen before the dossier itself is late.
    ///
    /// # Counts
    /// Steps whose limit falls into the window; steps not done are late. A limit without a time ends at 24:00. An event
    /// that only begins a step owes nothing where the same activity is done later.
    ///
    /// # Undefined
    /// The log is not of events with limits, or none falls into the window.
    ///
    /// # Beware
    /// Steps without a limit are not in it. A limit that was moved is taken as it stands.
    STEP_LATENESS {
        id: "staffing/step_lateness",
        name: { en: "Late steps", vi: "Trễ hạn bước xử lý" },
        formula: "steps not done by their limit / steps due",
        unit: Share,
        better: Lower,
        sampling: Cluster,
        source: "the officer-level review of Hanoi's planning department",
        recipe: Built(|| Recipe::share(by("done_at", "step_due_at").not()).of_table(Events).anchor(StepDue)),
    }

    /// Share of officers who were trained.
    ///
    /// # Counts
    /// Officers whom the roster posts on a day of the window. Trained is who has an entry with training hours in the window,
    /// also while moved to another post. An entry that does not say its training hours has none.
    ///
    /// # Undefined
    /// There is no roster with training hours, it posts nobody in the window, or the study has no calendar.
    ///
    /// # Beware
    /// Officers of the whole window are counted, not of its last day alone: that may be a holiday, and who is on leave is
    /// no less trained. An hour is as good as a month. One officer under two names counts twice.
    TRAINED {
        id: "staffing/trained",
        name: { en: "Trained staff", vi: "Cán bộ được đào tạo" },
        formula: "officers with training hours / officers posted in the window",
        unit: Share,
        better: Higher,
        sampling: Census,
        source: "the reform's own account",
        recipe: Built(|| {
            let officers = || Recipe::things(key("officer")).of_table(Roster).anchor(Day);
            let trained = number("trained_hours").gt(0);
            Recipe::distinct(officers().among(trained), officers().among(posted()))
        }),
    }

    /// How unevenly open dossiers lie on officers' desks.
    ///
    /// Gini's coefficient of the load: 0 where every officer has as many, near 1 where one has them all.
    ///
    /// # Counts
    /// Dossiers open at the end of the window's last day, by officer. Those that name no officer are excluded. The mean
    /// load stands beside it: the dossiers counted, by the officers told.
    ///
    /// # Undefined
    /// The log names no officers, or no dossier is open.
    ///
    /// # Beware
    /// A smaller backlog raises it: three dossiers cannot lie evenly on four desks. An officer without any open dossier is
    /// not known. So it has no verdict.
    LOAD_BALANCE {
        id: "staffing/load_balance",
        name: { en: "Load balance", vi: "Phân bổ tải" },
        formula: "Gini of open dossiers by officer",
        unit: Index,
        better: Neither,
        sampling: Census,
        source: "Gini 1912",
        recipe: Built(|| Recipe::gini(key("officer")).anchor(InForce)),
    }

    /// Officers who were moved to other posts, as full posts.
    ///
    /// What a reform frees is not gone; this is where it went.
    ///
    /// # Counts
    /// Hours of the roster's entries that name another post, by the office's hours in the window; entries without hours are
    /// excluded. A roster on which nobody was moved has 0.
    ///
    /// # Undefined
    /// The roster has no column of posts moved to or none of hours, no entry falls into the window, or the study has no
    /// calendar.
    ///
    /// # Beware
    /// Who left the roster is not in it. It says how many were moved, and not that it was of any use.
    REDEPLOYED {
        id: "staffing/redeployed",
        name: { en: "Redeployed FTE", vi: "Nhân lực điều chuyển" },
        formula: "Σ rostered hours of entries moved to another post / office hours of the window",
        unit: Fte,
        better: Neither,
        sampling: Census,
        source: "the reform's own account",
        recipe: Built(|| {
            let moved = || present("moved_to");
            // Who was not moved adds nothing, however long the day was.
            let known = moved().not().or(number("hours").is_not_null());
            Recipe::per_office_hours(number("hours").fill_null(0) * moved()).among(known).of_table(Roster).anchor(Day)
        }),
    }
}
