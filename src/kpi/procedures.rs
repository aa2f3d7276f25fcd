//! How many procedures there are, what they ask for, and how they are organised.

use crate::cube::{Recipe, as_of, asked, key, name, number, one, reached};
use crate::measure::Anchor::{BeforeYear, Born, Died, Merged, Mix, Received, Standing, StoodBefore, Year};
use crate::measure::Table::Procedures;

super::kpis! {
    /// Procedures in the catalogue on the window's last day.
    ///
    /// The stock, with what flowed: `start + born − died − merged = end`.
    ///
    /// # Counts
    /// Procedures in force on the last day. Born is a procedure that comes into force in the window, merged one that ends
    /// and names what it was merged into, died any other that ends. A change makes a new row that begins the day after
    /// the old one ended: that is neither a birth nor a death. What begins and ends in one window is both.
    ///
    /// # Undefined
    /// There is no catalogue, or nothing of it was in force in the window.
    ///
    /// # Beware
    /// Two procedures bundled into one are one less, with nothing taken away; beside it stand `procedures/documents` and
    /// `procedures/limit`. A catalogue that drops old rows instead of ending them has fewer at the start. Where a day lies
    /// between the old row and the new one, the procedure died and was born.
    IN_FORCE {
        id: "procedures/in_force",
        name: { en: "Procedures in force", vi: "Số TTHC hiệu lực" },
        formula: "procedures in force on the last day = start + born − died − merged",
        unit: Procedures,
        better: Lower,
        sampling: Census,
        source: "II.07b",
        recipe: Built(|| {
            let counted = |anchor| Recipe::total(one()).of_table(Procedures).anchor(anchor);
            Recipe::stock(counted(Standing), [StoodBefore, Born, Died, Merged].map(counted))
        }),
    }

    /// Documents that are asked for, at the first window's case weights.
    ///
    /// What changes is what the law asks for, not who came.
    ///
    /// # Counts
    /// In both windows the dossiers received in the first one, each with the documents that the catalogue requires for its
    /// procedure on the window's last day. Where a procedure was merged, it is what it was merged into. A dossier whose
    /// procedure is not in force on one of the two days, or has no number then, is excluded in both: the means are of the same
    /// dossiers.
    ///
    /// # Undefined
    /// There is no catalogue with documents, the dossiers name no procedure, or none was received in the first window.
    ///
    /// # Beware
    /// It is what must be brought by the law, not what the counter asked for. A procedure that was abolished is in neither
    /// mean, and its dossiers count as excluded; `procedures/in_force` says how many there were.
    DOCUMENTS {
        id: "procedures/documents",
        name: { en: "Documents per dossier", vi: "Thành phần hồ sơ" },
        formula: "Σ documents required on the last day / dossiers, both of the dossiers received in `was`",
        unit: Documents,
        better: Lower,
        sampling: Census,
        source: "the index of administrative reform",
        recipe: Built(|| Recipe::mean(as_of("procedures.documents")).anchor(Mix)),
    }

    /// Time that the law allows, at the first window's case weights.
    ///
    /// # Counts
    /// As `procedures/documents`, with the limit in working hours.
    ///
    /// # Undefined
    /// There is no catalogue with limits, the dossiers name no procedure, or none was received in the first window.
    ///
    /// # Beware
    /// A shorter limit is a promise; whether it was kept says `time/on_time`. A limit in days must be written as hours, a
    /// working day as the office's hours.
    LIMIT {
        id: "procedures/limit",
        name: { en: "Legal limit", vi: "Thời hạn giải quyết" },
        formula: "Σ legal limit on the last day / dossiers, both of the dossiers received in `was`",
        unit: WorkingHours,
        better: Lower,
        sampling: Census,
        source: "the reform's own account (Ho Chi Minh City)",
        recipe: Built(|| Recipe::mean(as_of("procedures.limit_seconds")).anchor(Mix)),
    }

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

    /// Share of procedures that were restructured.
    ///
    /// # Counts
    /// Procedures in force on the window's last day. Restructured is one whose row in force has a date for it that was
    /// reached by the cut-off.
    ///
    /// # Undefined
    /// The catalogue does not say what was restructured, or nothing of it is in force.
    ///
    /// # Beware
    /// It says that a procedure was rewritten, not that it became simpler; see `procedures/documents`. Where a later change
    /// makes a new row, that row must repeat the date.
    RESTRUCTURED {
        id: "procedures/restructured",
        name: { en: "Restructured share", vi: "TTHC tái cấu trúc" },
        formula: "restructured and in force / in force",
        unit: Share,
        better: Higher,
        sampling: Census,
        source: "the reform's own account (Hanoi, 1,508 of 1,721)",
        recipe: Built(|| Recipe::share(reached("restructured_at")).of_table(Procedures).anchor(Standing)),
    }

    /// Share of dossiers received by another unit than the responsible one.
    ///
    /// Non-territorial reception: the applicant goes where it suits, not where the land register lies.
    ///
    /// # Counts
    /// Dossiers received in the window that name both units; the others are excluded. Where the catalogue marks any procedure
    /// as non-territorial, dossiers of procedures that are in it without a mark are excluded too.
    ///
    /// # Undefined
    /// The log does not name the receiving unit.
    ///
    /// # Beware
    /// Without a catalogue that marks procedures every dossier counts, and the figure says so. A unit under two names looks like two. Units merged or renamed move the share though nothing moved at the desk.
    NON_TERRITORIAL {
        id: "procedures/non_territorial",
        name: { en: "Non-territorial share", vi: "Phi địa giới" },
        formula: "receiving unit ≠ responsible unit / dossiers received of non-territorial procedures",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "the reform's own account",
        recipe: Built(|| {
            let elsewhere = name("receiving_unit").neq(name("unit"));
            Recipe::share(elsewhere).among(asked("procedures.marked")).anchor(Received)
        }),
    }

    /// Share of procedures for which nobody comes.
    ///
    /// # Counts
    /// Procedures in force on the window's last day. Dormant is one without a dossier in the twelve months that end with
    /// the window, whatever became of it.
    ///
    /// # Undefined
    /// There is no catalogue, the dossiers name no procedure, or no dossier was received before those twelve months: nobody
    /// knows then whether the log reaches back so far.
    ///
    /// # Beware
    /// Some procedures are there for the day they are needed. One that came into force in those months had less time, and
    /// dossiers of what was merged into it are not its own. A procedure written otherwise in the log is dormant: `check`
    /// counts dossiers whose procedure is not in the catalogue.
    DORMANT {
        id: "procedures/dormant",
        name: { en: "Dormant procedures", vi: "TTHC không phát sinh" },
        formula: "in force without a dossier in twelve months / in force",
        unit: Share,
        better: Neither,
        sampling: Census,
        source: "766 3.2",
        recipe: Built(|| {
            let all = Recipe::things(key("procedure")).of_table(Procedures).anchor(Standing);
            let used = Recipe::things(key("procedure")).anchor(Year);
            Recipe::without(all, used, Recipe::total(one()).anchor(BeforeYear))
        }),
    }
}
