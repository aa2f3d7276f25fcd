//! How many officers there are, and how well the work is done.

use crate::cube::{Recipe, by, key, key_of_open_day, number, present, returned, within_horizon};
use crate::measure::Anchor::{Day, InForce, StepDue};
use crate::measure::Table::Events;

super::kpis! {
    /// Officers on duty on an open day.
    ///
    /// Who handles no step on a day was not seen on duty; who handles many is one officer.
    ///
    /// # Counts
    /// Every officer once for each open day of the window on which a step of theirs happened, by the open days of the
    /// window. Steps on closed days, and steps that name no officer, are excluded.
    ///
    /// # Undefined
    /// The log is not of events that name officers, or the study has no calendar.
    ///
    /// # Beware
    /// It counts those who left a trace, so it falls when a system stops writing names, and when there is less to do.
    /// Fewer officers in shorter hours are no reduction: equal hours of coverage come with rosters, which this version does
    /// not read. One officer under two names counts twice.
    ON_DUTY {
        id: "staffing/on_duty",
        name: { en: "Officers on duty a day", vi: "Cán bộ trực mỗi ngày" },
        formula: "distinct (officer, open day) / open days",
        unit: Officers,
        better: Lower,
        sampling: Week,
        source: "the reform's own account (Hoàn Kiếm)",
        recipe: Built(|| Recipe::per_open_day(key_of_open_day("officer", "at")).of_table(Events).anchor(Day)),
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
}
