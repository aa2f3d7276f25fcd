//! How long applicants wait, and whether promises are kept.

use crate::cube::{
    Recipe, allowed, by_deadline, elapsed, in_state, is_listed, is_one_of, later, net_working, number, withdrawn,
    within_horizon,
};
use crate::measure::Anchor::{Due, Finished, Handled, Received, Submitted};
use crate::measure::{Counting, Ending, Timing};

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
    ///
    /// # Beware
    /// It needs more dossiers and a longer look than the median, so a short window often leaves it undefined. One slow
    /// procedure may make up all of the tenth: look at it by procedure too.
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

    /// Working time from reception to result without the waits for the applicant, open dossiers included.
    ///
    /// The office's own share of the time: hours in which it was open and nobody else was waited for.
    ///
    /// # Counts
    /// As `time/elapsed_time`, on the office's clock, and without the pauses of the log. Open dossiers are censored by the
    /// applicant's clock and the finished ones weighted for it, because a pause makes an open dossier look young.
    ///
    /// # Undefined
    /// The study has no calendar, or fewer than half of the dossiers have finished by the cut-off.
    ///
    /// # Beware
    /// Without the column `paused` nothing was paused, and the figure says so. A pause that is only a length has no place
    /// among opening hours; such dossiers are excluded. An office can make this figure fall by asking for supplements:
    /// read it beside `time/elapsed_time` and `staffing/repeat_supplements`.
    PROCESSING_TIME {
        id: "time/processing_time",
        name: { en: "Processing time", vi: "Thời gian giải quyết" },
        formula: "weighted median of W(received, finished) − pauses",
        unit: WorkingHours,
        better: Lower,
        sampling: Cluster,
        source: "766 2.2; Zhao & Tsiatis 1997",
        recipe: Built(|| Recipe::survival("received_at", "finished_at").net_working().anchor(Received)),
    }

    /// Median working time of the dossiers closed in the window, without the waits for the applicant.
    ///
    /// What dashboards know of working time, kept beside `time/processing_time` to show the difference.
    ///
    /// # Counts
    /// Dossiers finished in the window, whenever they were received; withdrawn and returned ones are excluded.
    ///
    /// # Undefined
    /// The study has no calendar, or no dossier was finished in the window.
    ///
    /// # Beware
    /// Flattering: it measures which old dossiers were cleared, not how new ones fare; so it has no verdict.
    CLOSED_TIME {
        id: "time/closed_time",
        name: { en: "Time of closed dossiers", vi: "Thời gian hồ sơ đã xong" },
        formula: "median of W(received, finished) − pauses of dossiers finished",
        unit: WorkingHours,
        better: Neither,
        sampling: Cluster,
        source: "dashboards",
        recipe: Built(|| {
            Recipe::order(net_working("received_at", "finished_at"), 0.5).among(withdrawn().not()).anchor(Finished)
        }),
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

    /// Share of the limit that the office used.
    ///
    /// Both parts are office hours: Σ of what the dossiers took by Σ of what they were allowed to take. Below 1 the office
    /// was faster than the law asks.
    ///
    /// # Counts
    /// Dossiers received in the window, observed for the horizon and finished in it with a result. The limit runs from
    /// reception to the due date first promised, or is the catalogue's where there is none; waits for the applicant are
    /// taken out of the time used. Dossiers without either, or not finished within the horizon, are excluded, and so are
    /// withdrawn and returned ones.
    ///
    /// # Undefined
    /// The log has no due dates and no catalogue has limits, the study has no calendar, or no dossier was finished within
    /// the horizon.
    ///
    /// # Beware
    /// Long limits weigh more: one building permit hides many certificates. A due date without a time ends at
    /// 24:00; in a log of dates both parts are the office hours from the day of reception to the day before the last.
    LIMIT_RATIO {
        id: "time/limit_ratio",
        name: { en: "Share of the limit used", vi: "Tỷ lệ so với quy định" },
        formula: "Σ (W(received, finished) − pauses) / Σ W(received, due), or the legal limit, finished within H",
        unit: Ratio,
        better: Lower,
        sampling: Cluster,
        source: "Decree 61/2018, index 1",
        recipe: Built(|| {
            let finished = within_horizon("received_at", "finished_at").and(withdrawn().not());
            Recipe::ratio(net_working("received_at", "finished_at"), allowed()).among(finished).known_within_horizon()
        }),
    }

    /// Share of dossiers on time, by the study's counting profile.
    ///
    /// By `strict`, the default, a promise is kept or it is not: of the dossiers due in the window, those finished by
    /// their due date.
    ///
    /// # Counts
    /// By `strict`: dossiers whose due date, as first promised, falls into the window; those still open are late. A due
    /// date without a time ends at 24:00. Pauses do not move it, unless the study says how (`compare.pauses`). Withdrawn
    /// and returned dossiers are excluded; dossiers without a due date are outside, and counted as undated.
    ///
    /// By `06a`: dossiers ended in the window, each by the date of its end against the date on which it is due *now*;
    /// equal is on time. As in the provincial form, a dossier without a due date is on time, and so is every one withdrawn
    /// or returned; those finished without a due date are told as undated.
    ///
    /// By `766`: dossiers that were being handled in the window, whether they ended in it or are in progress: received
    /// before its end, and not ended before its start. An open one is measured at the window's end, and is on time until it
    /// is due. Time spent waiting for a supplement is taken out; where the applicant has not answered, the time ends with the
    /// request; more than one request is late whatever the dates. Withdrawn and returned dossiers end as others do.
    /// Dossiers without a due date are excluded: what the law allows them at most stands in the table of procedures, which
    /// is not asked here.
    ///
    /// # Profiles
    /// The three differ because they ask other dossiers and take other dates. `06a` asks those that ended, so what is open
    /// and late is nowhere in it; `766` asks everyone at hand, so a large stock of dossiers not yet due lifts it; `strict`
    /// asks those that were promised for the window. A due date moved afterwards helps by `06a` and `766`, not by `strict`.
    /// A missing due date, a withdrawal and a return are on time by `06a`. A supplement request stops the clock by `766`
    /// alone.
    ///
    /// # Undefined
    /// The log has no due dates, or no dossier with one is asked.
    ///
    /// # Beware
    /// Never compare rates of two profiles. Dashboards count a dossier without a due date as on time, and leave open and
    /// late ones out. Some divide the dossiers on time, open ones included, by those received in the window, and pass
    /// 100 %; here numerator and denominator are of the same rows by every profile.
    ON_TIME {
        id: "time/on_time",
        name: { en: "On-time rate", vi: "Tỷ lệ đúng hạn" },
        formula: "dossiers finished ≤ original due date / dossiers due",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 2.1, strict",
        recipe: Counted(on_time),
    }

    /// Share of online dossiers that were not accepted within eight working hours.
    ///
    /// Online the clock of the limit starts with acceptance, so a late acceptance hides in no other figure.
    ///
    /// # Counts
    /// Online dossiers submitted in the window. One that is not accepted by the cut-off is late if its eight hours have
    /// passed, and excluded if they have not. Other channels are excluded, and so is a channel outside the canonical list.
    /// Dossiers without a submission date are undated.
    ///
    /// # Undefined
    /// The log has no submission dates or no channel, or the study no calendar.
    ///
    /// # Beware
    /// Some sources fill the submission date with the reception date: nobody ever waited, and `check` warns of it. A
    /// dossier that was never accepted has no reception date and is set aside (`missing_received`); where there are many,
    /// the share is too low.
    ACCEPTANCE_DELAY {
        id: "time/acceptance_delay",
        name: { en: "Late acceptance", vi: "Chậm tiếp nhận" },
        formula: "W(submitted, received) > 8 working hours / online dossiers submitted",
        unit: Share,
        better: Lower,
        sampling: Cluster,
        source: "one-stop practice; Decree 118/2025",
        recipe: Built(|| {
            let late = later("submitted_at", "received_at", 8);
            Recipe::share(late).among(is_listed("channel", &["online"])).anchor(Submitted)
        }),
    }

    /// Working time for which a result lies ready, undelivered ones included.
    ///
    /// The office has finished, and the applicant has nothing in hand yet.
    ///
    /// # Counts
    /// Dossiers finished with a result in the window; those not delivered by the cut-off count as "at least this long".
    /// Withdrawn and returned dossiers are excluded.
    ///
    /// # Undefined
    /// The log has no delivery dates, the study has no calendar, or fewer than half of the results were delivered by the
    /// cut-off.
    ///
    /// # Beware
    /// Some of the time is the applicant's, who may not come. Where a delivery is only written down for some channels, the
    /// other results look undelivered.
    DELIVERY_LAG {
        id: "time/delivery_lag",
        name: { en: "Ready but not delivered", vi: "Chờ nhận kết quả" },
        formula: "Kaplan–Meier median of W(finished, delivered)",
        unit: WorkingHours,
        better: Lower,
        sampling: Cluster,
        source: "the portal's states 9 and 10; Kaplan & Meier 1958",
        recipe: Built(|| {
            let lag = Recipe::survival("finished_at", "delivered_at").working();
            lag.among(withdrawn().not()).anchor(Finished)
        }),
    }

    /// Times an applicant comes or is sent for, by dossier.
    ///
    /// # Counts
    /// Visits and supplement requests of dossiers received in the window and observed for the horizon. Dossiers of which
    /// one of the two is not known are excluded.
    ///
    /// # Undefined
    /// The log counts no visits or no supplement requests, or the study has no calendar.
    ///
    /// # Beware
    /// A visit made to bring a supplement counts beside the request for it. Counts are as the log has them: of an old
    /// dossier they may go beyond the horizon.
    CONTACTS {
        id: "time/contacts",
        name: { en: "Contacts per dossier", vi: "Số lần liên hệ" },
        formula: "Σ (visits + supplement requests) / dossiers received, known within H",
        unit: Contacts,
        better: Lower,
        sampling: Cluster,
        source: "Decree 61/2018, index 3",
        recipe: Built(|| Recipe::mean(number("visits") + number("supplement_requests")).known_within_horizon()),
    }

    /// Share of dossiers withdrawn or returned within the horizon.
    ///
    /// The guard of every time: a median must not fall because the hard dossiers were turned away.
    ///
    /// # Counts
    /// Dossiers received in the window and observed for the horizon. One that is finished with another outcome, or without
    /// one that is said, is not withdrawn; nor is one withdrawn after the horizon.
    ///
    /// # Undefined
    /// The log has no outcomes, or the study no calendar.
    ///
    /// # Beware
    /// Dossiers refused at reception before they had a reception date are not in it.
    WITHDRAWN {
        id: "time/withdrawn",
        name: { en: "Withdrawn or returned", vi: "Rút hoặc trả lại" },
        formula: "withdrawn or returned within H / dossiers received, known within H",
        unit: Share,
        better: Lower,
        sampling: Cluster,
        source: "guard of axis 1",
        recipe: Built(|| {
            let withdrawn = is_one_of("outcome", &["withdrawn", "returned"]).fill_null(false);
            Recipe::share(within_horizon("received_at", "finished_at").and(withdrawn)).known_within_horizon()
        }),
    }
}

/// The on-time rate by a counting profile.
fn on_time(counting: Counting) -> Recipe {
    use Timing::{Early, OnTime, Undated};
    let class = |endings: &[Ending], timings: &[Timing]| in_state(counting, endings, timings);
    match counting {
        Counting::Strict => Recipe::share(by_deadline("finished_at")).among(withdrawn().not()).anchor(Due),
        Counting::Form06a => {
            let resolved = class(&[Ending::Finished], &[Early, OnTime, Undated]);
            let folded = class(&[Ending::Withdrawn, Ending::Returned], &Timing::ALL);
            let undated = class(&[Ending::Finished], &[Undated]);
            Recipe::share(resolved.or(folded)).anchor(Finished).telling_undated(undated)
        }
        Counting::Decision766 => {
            let dated = class(&Ending::ALL, &[Undated]).not();
            Recipe::share(class(&Ending::ALL, &[Early, OnTime])).among(dated).anchor(Handled)
        }
    }
}
