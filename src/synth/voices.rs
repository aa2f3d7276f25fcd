//! The KPIs of answers and petitions as questions to one dossier.

use chrono::Days;

use super::DAY;
use super::petitions::Plea;
use super::questions::{How, Question, mean, yes};
use super::truth::{Whole, Window};
use crate::calendar::local_date;

/// The days within which an answer is counted with its dossier.
const ANSWERED_WITHIN: u64 = 30;

/// The petitions of a dossier of which something is so, and those of which it is asked.
fn ratio(own: &Whole<'_>, window: &Window, of: fn(&Plea, &Window) -> Option<bool>) -> Option<(f64, f64)> {
    let asked: Vec<bool> = own.pleas.iter().filter_map(|plea| of(plea, window)).collect();
    let hits = asked.iter().filter(|hit| **hit).count();
    (!asked.is_empty()).then_some((hits as f64, asked.len() as f64))
}

/// Every KPI that applicants' answers and petitions give.
pub(super) static VOICES: [Question; 7] = [
    mean("satisfaction/top_two_box", "one of the two best, of answers", |own, window| {
        own.score(window).map(|score| yes(score >= 4))
    }),
    mean("satisfaction/mean_score", "from the worst of the scale, 0, to its best, 1, of answers", |own, window| {
        own.score(window).map(|score| (score - 1) as f64 / 4.0)
    }),
    mean(
        "satisfaction/response_rate",
        "answered within 30 days of the result, of dossiers finished with a result 30 days before the window's end",
        |own, window| {
            let within = (ANSWERED_WITHIN * DAY) as i64;
            let answered = own.response.is_some_and(|answer| answer.at <= own.course.finished + within);
            let known = own.finished_on + Days::new(ANSWERED_WITHIN) <= window.last;
            (own.closed(window) && known).then(|| yes(answered))
        },
    ),
    mean(
        "satisfaction/no_complaint_766",
        "without a petition about it, an answer of the two worst, and not overdue by Decision 766, all by the window's \
         end, of dossiers received",
        |own, window| {
            let complained = own.pleas.iter().any(|plea| plea.of_dossier && plea.received < window.to);
            let bad = own.response.is_some_and(|answer| answer.score <= 2 && answer.at < window.to);
            own.received(window).then(|| yes(!complained && !bad && !own.is_overdue(window)))
        },
    ),
    Question {
        id: "satisfaction/petitions_on_time",
        of: "answered by their due day, of petitions due",
        how: How::Ratio(|own, window| {
            ratio(own, window, |plea, window| {
                let due = plea.late > window.from && plea.late <= window.to;
                due.then(|| !plea.is_late(window.to))
            })
        }),
    },
    Question {
        id: "satisfaction/petitions_satisfied",
        of: "none of dissatisfied, repeated, and overdue by the window's end, of petitions received",
        how: How::Ratio(|own, window| {
            ratio(own, window, |plea, window| {
                let bad = plea.dissatisfied || plea.repeated || plea.is_late(window.to);
                window.holds(plea.received).then_some(!bad)
            })
        }),
    },
    Question {
        id: "satisfaction/repeat_petitions",
        of: "with an earlier one on the same dossier or subject in the 90 days before, of petitions received",
        how: How::Ratio(|own, window| {
            ratio(own, window, |plea, window| window.holds(plea.received).then_some(plea.repeated))
        }),
    },
];

impl Whole<'_> {
    /// Overdue by Decision 766 at a window's end: two requests are, waits are taken out, and while one is awaited the
    /// dossier ends with the request.
    fn is_overdue(&self, window: &Window) -> bool {
        let (halts, due) = (&self.course.halts, self.course.moved.unwrap_or(self.course.due));
        let end = self.course.finished.min(window.to - 1);
        let waiting = halts.iter().filter(|halt| halt.from < end && halt.to > end).map(|halt| halt.from).min();
        let end = waiting.unwrap_or(end);
        let waited: i64 = halts.iter().filter(|halt| halt.to <= end).map(|halt| halt.to - halt.from).sum();
        halts.len() > 1 || local_date(self.calendar.zone(), end - waited) > due
    }

    /// The score of an answer given in a window.
    fn score(&self, window: &Window) -> Option<u64> {
        self.response.filter(|answer| window.holds(answer.at)).map(|answer| answer.score)
    }
}

#[cfg(test)]
mod tests {
    use crate::error::Result;
    use crate::synth::{City, truth};

    /// By hand: of answers 94 % come within 30 days, so 0.94 · 360 and 0.94 · 420 thousandths of dossiers have one. In the
    /// first window every petition was before the reform, and 620 thousandths are answered in time.
    #[test]
    fn shares_that_can_be_multiplied_by_hand_come_out() -> Result<()> {
        let truth = truth(&City::new(1), 40_000)?;
        let own = truth.kpi("satisfaction/response_rate").expect("a share");
        assert!((own.was.value - 0.3384).abs() < 4.0 * own.was.se, "{own:?}");
        let own = truth.kpi("satisfaction/petitions_on_time").expect("a ratio");
        assert!((own.was.value - 0.62).abs() < 4.0 * own.was.se, "{own:?}");
        Ok(())
    }

    /// Answers come after the result, petitions after the reception, replies after the petition; a repeat has one before.
    #[test]
    fn voices_come_after_what_they_are_about() -> Result<()> {
        let (mut answers, mut repeats) = (0, 0);
        for own in City::new(5).cases(5_000).dossiers()? {
            if let Some(answer) = &own.answer {
                assert!(own.finished_at.is_some_and(|at| at < answer.at) && (1..=5).contains(&answer.score), "{own:?}");
                answers += 1;
            }
            for petition in &own.petitions {
                assert!(petition.received_at > own.received_at && petition.due_at > petition.received_at.date());
                assert!(petition.answered_at.is_none_or(|at| at > petition.received_at), "{petition:?}");
                assert_eq!(petition.case_id.is_some(), petition.subject.is_none());
                let same = |other: &&crate::synth::Petition| {
                    (&other.case_id, &other.subject) == (&petition.case_id, &petition.subject)
                        && other.received_at < petition.received_at
                };
                assert_eq!(petition.repeated, own.petitions.iter().any(|other| same(&other)), "{own:?}");
                repeats += u32::from(petition.repeated);
            }
        }
        assert!(answers > 1_000 && repeats > 100, "{answers} {repeats}");
        Ok(())
    }
}
