//! What those who apply say of the office, and what their silence is taken for.

use crate::cube::{
    Recipe, aged, by, by_deadline, flag, in_state, is, number, present, reached, resolved, says_yes, told, withdrawn,
    within_days,
};
use crate::measure::Anchor::{AnswerDue, Answered, At, Finished};
use crate::measure::Counting::Decision766;
use crate::measure::Table::{Petitions, Surveys};
use crate::measure::{DEADLINE, Ending, Timing};

super::kpis! {
    /// Share of answers that are satisfied.
    ///
    /// On five points these are the two best, whichever end is the best.
    ///
    /// # Counts
    /// Answers given in the window, each once. Satisfied is a score at or beyond the threshold of its scale: 4 of `1..5`, or 2
    /// where the first number is the best; of other scales what the study says (`surveys.threshold`, `surveys.scales`), and
    /// mirrored where a row turns its scale round.
    /// Answers on a scale without a threshold, and rows that publish the mean of many answers, are excluded.
    ///
    /// # Undefined
    /// The study has no scores, no scale of them has a threshold, or no single answer was given in the window.
    ///
    /// # Beware
    /// Those who answer are not those who came: read the response rate beside it. Another questionnaire is another figure.
    TOP_TWO_BOX {
        id: "satisfaction/top_two_box",
        name: { en: "Satisfied", vi: "Hài lòng" },
        formula: "answers at or beyond the scale's threshold / answers",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "SIPAS",
        recipe: Built(|| Recipe::share(flag("satisfied")).of_table(Surveys).anchor(At)),
    }

    /// How far up its scale the mean answer is: 0 the worst, 1 the best.
    ///
    /// # Counts
    /// Answers given in the window, on any scale; a scale whose first number is the best is turned round. A row that publishes
    /// the mean of `n` answers counts `n` times, and its standard deviation `sd` enters the interval. A row with `sd` and
    /// without `n` is excluded: nobody knows how many answers it is of.
    ///
    /// # Undefined
    /// The study has no scores, or none in the window.
    ///
    /// # Beware
    /// A mean of steps that are not equally wide is a convention. Means without `sd` vary less than their answers did, so where
    /// rows are declared independent the interval is too narrow.
    MEAN_SCORE {
        id: "satisfaction/mean_score",
        name: { en: "Mean score", vi: "Điểm trung bình" },
        formula: "(mean score − worst) / (best − worst)",
        unit: Score,
        better: Higher,
        sampling: Cluster,
        source: "GOV.UK user satisfaction",
        recipe: Built(|| {
            Recipe::mean_of_many(number("n"), number("score"), number("sd")).of_table(Surveys).anchor(At)
        }),
    }

    /// Share of finished dossiers whose applicant answered.
    ///
    /// # Counts
    /// Dossiers finished with a result in the window, granted or lawfully refused, 30 days before the cut-off or earlier; later
    /// ones are excluded, because their 30 days had not passed. Answered is one whose first answer came at most 30 days after
    /// the finish, or before it.
    ///
    /// # Undefined
    /// The log has no finish, or no answer names a dossier (`surveys.case_id`).
    ///
    /// # Beware
    /// It is what every figure of a survey rests on, and stands beside each of them. Answers that name no dossier are none
    /// here, though they count in what the answers say.
    RESPONSE_RATE {
        id: "satisfaction/response_rate",
        name: { en: "Response rate", vi: "Tỷ lệ trả lời" },
        formula: "dossiers answered within 30 days / dossiers finished with a result",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "survey methodology",
        recipe: Built(|| {
            let known = resolved().and(aged("finished_at", 30));
            Recipe::share(within_days("finished_at", "surveys.at", 30)).among(known).anchor(Finished)
        }),
    }

    /// Share of dossiers that nobody complained of, as Decision 766 counts satisfaction.
    ///
    /// The absence of complaint, not what people say when they are asked.
    ///
    /// # Counts
    /// Dossiers received in the window. One counts as dissatisfied for any of three reasons, and once for all: a dissatisfied
    /// answer to a survey, the first or a later one (below the threshold, and as far from the best as the threshold is from the
    /// worst), a petition about it, or being overdue by the rules of 766 2.1. What was not known at the cut-off is not known.
    ///
    /// # Undefined
    /// The log has no due dates or no finish, or petitions do not name dossiers (`petitions.case_id`). Without surveys it is
    /// told by petitions and lateness alone, and says so.
    ///
    /// # Beware
    /// Who never complains is satisfied here. Where a dossier has neither a due date nor a limit in the catalogue it is not
    /// overdue. Petitions of any class count, also those that praise.
    NO_COMPLAINT_766 {
        id: "satisfaction/no_complaint_766",
        name: { en: "766 satisfaction", vi: "Hài lòng theo 766" },
        formula: "dossiers − (dissatisfied ∪ with a petition ∪ overdue by 766) / dossiers received",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 5.4",
        recipe: Built(|| {
            let overdue = in_state(Decision766, &Ending::ALL, &[Timing::Overdue]);
            let complained = told("surveys.dissatisfied_at").or(reached("petitions.received_at")).or(overdue);
            Recipe::share(complained.not())
        }),
    }

    /// Share of petitions answered in time.
    ///
    /// # Counts
    /// Petitions that were to be answered in the window: by their own due date, or else within 15 working days of their
    /// receipt (`petitions.answer_within`). What is not answered by then is late.
    ///
    /// # Undefined
    /// The table does not say when petitions were answered, the study has no calendar, or none was to be answered.
    ///
    /// # Beware
    /// That an answer was sent is counted, not what it says. The shorter limits of Decision 766 for refusing, for asking for
    /// more and for publishing the answer are not asked. Without petitions Decision 766 gives full marks; here there is no
    /// figure.
    PETITIONS_ON_TIME {
        id: "satisfaction/petitions_on_time",
        name: { en: "Petitions on time", vi: "PAKN đúng hạn" },
        formula: "answered within the limit / petitions due, open ones late",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 5.2",
        recipe: Built(|| Recipe::share(by("answered_at", "answer_by")).of_table(Petitions).anchor(AnswerDue)),
    }

    /// Share of petitions that were handled well.
    ///
    /// # Counts
    /// Petitions received in the window, repeated ones too. Badly handled is one for any of three reasons, and once for all:
    /// whoever sent it is dissatisfied with the answer, it repeats an earlier one, or it was not answered by its limit, where
    /// that had passed by the cut-off. Of whom nothing is said is not dissatisfied.
    ///
    /// # Undefined
    /// The table says nothing of answers, of dissatisfaction, or of what repeats what (`petitions.case_id`,
    /// `petitions.subject` or `petitions.repeated`); or the study has no calendar.
    ///
    /// # Beware
    /// Who is not asked is not dissatisfied: a table that records dissatisfaction better looks worse. A repeat counts against
    /// the office also where the first answer was right.
    PETITIONS_SATISFIED {
        id: "satisfaction/petitions_satisfied",
        name: { en: "Petitions handled well", vi: "Xử lý PAKN" },
        formula: "petitions − (dissatisfied ∪ repeated ∪ overdue) / petitions received",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 5.3",
        recipe: Built(|| {
            let passed = present("answer_by").and(aged("answer_by", 0));
            let overdue = passed.and(by("answered_at", "answer_by").not());
            let bad = says_yes("dissatisfied").or(says_yes("repeat")).or(overdue);
            Recipe::share(bad.not()).of_table(Petitions)
        }),
    }

    /// Share of petitions that say again what an earlier one said.
    ///
    /// # Counts
    /// Petitions received in the window. A repeat has an earlier one on the same dossier or the same subject in the 90 days
    /// before (`petitions.repeat_within`), in the window or not, or is said to be one. Of two on one day without times neither
    /// is the earlier. Petitions that name neither dossier nor subject, and of which nothing is said, are excluded.
    ///
    /// # Undefined
    /// The table has none of the three columns: dossier, subject, whether it repeats another.
    ///
    /// # Beware
    /// A subject that is only a heading, such as `land`, makes strangers repeat each other: leave it out, or write what the
    /// petition is about. A table that begins with the window knows of no earlier ones.
    REPEAT_PETITIONS {
        id: "satisfaction/repeat_petitions",
        name: { en: "Repeat petitions", vi: "PAKN lặp lại" },
        formula: "petitions with an earlier one on the same dossier or subject in the 90 days before / petitions received",
        unit: Share,
        better: Lower,
        sampling: Cluster,
        source: "766 5.3",
        recipe: Built(|| Recipe::share(flag("repeat")).of_table(Petitions)),
    }

    /// How much more of the citizens are satisfied than of the businesses.
    ///
    /// # Counts
    /// Dossiers whose first answer was given in the window, by that answer: the satisfied share of those of citizens, less
    /// that of businesses. Dossiers of agencies, and answers that say neither satisfied nor not, are excluded.
    ///
    /// # Undefined
    /// Answers do not name dossiers, no scale has a threshold, the log does not say who applies, or one side has no answer.
    ///
    /// # Beware
    /// The two come for different procedures. Neither direction is better, so it has no verdict. Answers that name no dossier
    /// are not in it.
    GAP {
        id: "satisfaction/gap",
        name: { en: "Satisfaction gap by applicant", vi: "Chênh lệch hài lòng theo đối tượng" },
        formula: "satisfied share of citizens − satisfied share of businesses",
        unit: Share,
        better: Neither,
        sampling: Cluster,
        source: "satisfaction by applicant",
        recipe: Built(|| {
            let of = |kind| Recipe::share(flag("surveys.satisfied")).among(is("applicant", kind)).anchor(Answered);
            Recipe::gap(of("citizen"), of("business"))
        }),
    }

    /// How much more of those served in time are satisfied than of those served late.
    ///
    /// # Counts
    /// Dossiers whose first answer was given in the window, by that answer: the satisfied share of those with a result by the
    /// date first promised, less that of those which were late by the cut-off, open ones too. Withdrawn and returned dossiers,
    /// those without a due date, open ones that are not due yet, and answers that say neither satisfied nor not, are excluded.
    ///
    /// # Undefined
    /// Answers do not name dossiers, no scale has a threshold, the log has no due dates or no finish, or one side has no
    /// answer.
    ///
    /// # Beware
    /// It says what lateness goes with, not what it does. It has no verdict: the gap shrinks when the late become content, and
    /// also when the punctual become angry.
    GAP_LATENESS {
        id: "satisfaction/gap_lateness",
        name: { en: "Satisfaction gap by lateness", vi: "Chênh lệch hài lòng theo đúng hạn" },
        formula: "satisfied share of dossiers in time − satisfied share of late ones",
        unit: Share,
        better: Neither,
        sampling: Cluster,
        source: "satisfaction by lateness",
        recipe: Built(|| {
            let of = |side| Recipe::share(flag("surveys.satisfied")).among(side).anchor(Answered);
            let in_time = resolved().and(by_deadline("finished_at"));
            let late = aged(DEADLINE, 0).and(by_deadline("finished_at").not()).and(withdrawn().not());
            Recipe::gap(of(in_time), of(late))
        }),
    }
}
