//! What complying costs those who apply, by the Standard Cost Model, and what a dossier costs the office.

use crate::cube::{Recipe, cost, dong, number, one, resolved};
use crate::measure::Anchor::{At, Finished, Mix};
use crate::measure::{Facts, Part, Table};

super::kpis! {
    /// What complying costs an applicant, by dossier.
    ///
    /// The hours of the tariff's jobs valued at the applicant's hourly income, and what is paid: fees, consultants, other
    /// costs. All of it is at the prices of the tariff's year.
    ///
    /// # Counts
    /// Dossiers received in the window and observed for the horizon. A job counts once, or for each required document,
    /// visit or supplement request; jobs named for an applicant kind or procedure count there alone. Who is exempt pays no
    /// fee. A dossier is excluded where a count, the fee or the applicant kind is not known, where the tariff has no income
    /// for its kind, and where no job applies to it.
    ///
    /// # Undefined
    /// The study has no tariff or no calendar, or the log lacks the fee, the applicant kind, or a count that a job needs.
    ///
    /// # Beware
    /// Hours and incomes are the study's own and not measured here: what changes is how often. Read the sensitivity range
    /// beside it. What waiting costs, and what the applicant could have earned meanwhile, is not in it.
    COMPLIANCE_COST {
        id: "cost/compliance_cost",
        name: { en: "Compliance cost per dossier", vi: "Chi phí tuân thủ" },
        formula: "Σ (hours × hourly income + fees + consultants + other) / dossiers received, known within H, constant prices",
        unit: Dong,
        better: Lower,
        sampling: Cluster,
        source: "Circular 02/2017/TT-VPCP, article 27",
        recipe: Built(|| Recipe::cost(Facts::Own).known_within_horizon()),
    }

    /// Hours an applicant works for one dossier.
    ///
    /// The same jobs as in `cost/compliance_cost`, not valued: an hour is an hour, whoever's it is.
    ///
    /// # Counts
    /// As `cost/compliance_cost`; neither fee nor income is asked, nor the applicant kind unless a job is one kind's.
    ///
    /// # Undefined
    /// The study has no tariff or no calendar, or the log lacks a count that a job needs.
    ///
    /// # Beware
    /// As `cost/compliance_cost`.
    COMPLIANCE_HOURS {
        id: "cost/compliance_hours",
        name: { en: "Applicant hours per dossier", vi: "Giờ công tuân thủ" },
        formula: "Σ hours / dossiers received, known within H",
        unit: Hours,
        better: Lower,
        sampling: Cluster,
        source: "Standard Cost Model",
        recipe: Built(|| Recipe::mean(cost(Part::Hours, Facts::Own)).known_within_horizon()),
    }

    /// What complying would cost in a year by the rules of each window, for the dossiers of the first.
    ///
    /// Who applies, and how often, is held at the first window; papers, fees and jobs are those of the procedure in force on a
    /// window's last day.
    /// So the change is the rules' own.
    ///
    /// # Counts
    /// Dossiers received in the first window, in both windows, for a year of 365.25 days; of a procedure whose volume the
    /// tariff gives, the mean of its dossiers times that volume. Visits and supplement requests are the dossier's own in
    /// both windows. Of a procedure that was merged, papers, fee and jobs are its successor's. Dossiers are excluded from both
    /// windows where `cost/compliance_cost` excludes them by the rules of either; and from one where their procedure is
    /// not in force on its last day: what nobody has to do any more costs nothing there.
    ///
    /// # Undefined
    /// The study has no tariff, or the log lacks the procedure's fee, the applicant kind, or a count that a job needs.
    ///
    /// # Beware
    /// A year is made of the window by days alone: a window of the busy months makes too large a year. A volume whose
    /// procedure nobody asked for in the first window is not in it.
    COMPLIANCE_TOTAL {
        id: "cost/compliance_total",
        name: { en: "Yearly compliance cost", vi: "Tổng chi phí tuân thủ" },
        formula: "Σ cost × volume of a year; volumes fixed at `was`, papers, fees and jobs as of the window's last day",
        unit: DongPerYear,
        better: Lower,
        sampling: Census,
        source: "Circular 02/2017/TT-VPCP, article 27",
        recipe: Built(|| Recipe::yearly_cost(Facts::LastDay).anchor(Mix)),
    }

    /// What the office spends for each dossier it resolves.
    ///
    /// # Counts
    /// The lines of the ledger, each spread evenly over its days, as far as they fall into the window; by the dossiers
    /// finished with a result in the window. Every line counts, of whatever kind. Withdrawn and returned dossiers are
    /// excluded.
    ///
    /// # Undefined
    /// The study has no ledger (`ledger.unit`, `ledger.from`, `ledger.to`, `ledger.amount_vnd`), the log has no finish,
    /// nothing was resolved, or the ledger as a whole does not reach every day of the window: a month that is not booked yet
    /// would be a month that cost nothing.
    ///
    /// # Beware
    /// Amounts are as they were paid, not at constant prices. An office that clears old dossiers looks cheap while it does.
    /// Lines that name an office by another name than the log does stand apart from its dossiers. That one office's lines end
    /// early while another's go on is not seen.
    AGENCY_COST {
        id: "cost/agency_cost",
        name: { en: "Agency cost per resolved dossier", vi: "Chi phí cơ quan" },
        formula: "Σ ledger of the window / dossiers resolved in the window",
        unit: Dong,
        better: Lower,
        sampling: Cluster,
        source: "GOV.UK cost per transaction",
        recipe: Built(|| {
            let spent = Recipe::total(dong("amount_vnd")).of_table(Table::Ledger).anchor(At);
            let done = Recipe::total(one()).among(resolved()).anchor(Finished);
            let unreached = Recipe::total(number("unreached")).of_table(Table::Ledger).anchor(At);
            Recipe::across(spent, done).reaching(unreached)
        }),
    }
}
