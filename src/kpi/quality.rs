//! Whether the service does what it is for.

use crate::cube::{Recipe, asked, flag, is_listed, is_listed_either, number, withdrawn, within_horizon};
use crate::measure::Anchor::{Finished, Standing, Submitted};
use crate::measure::Table::Procedures;

super::kpis! {
    /// Share of dossiers that were handed in online.
    ///
    /// # Counts
    /// Dossiers received in the window, by their channel. A channel outside the canonical list (`direct`, `online`,
    /// `postal`), or none, is excluded: map it under `[values.channel]`.
    ///
    /// # Undefined
    /// The log has no channels, or none of the list.
    ///
    /// # Beware
    /// An officer who types in what was brought to the desk makes an online dossier too. By the portal's payload a blank
    /// channel is direct.
    ONLINE_SHARE {
        id: "quality/online_share",
        name: { en: "Online dossiers", vi: "Hồ sơ trực tuyến" },
        formula: "received online / dossiers received",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 3.3; GOV.UK digital take-up",
        recipe: Built(|| Recipe::share(is_listed("channel", &["online"]))),
    }

    /// Share of dossiers that were handed in online and have an electronic result.
    ///
    /// Online from end to end: the applicant does not come for the paper either.
    ///
    /// # Counts
    /// Dossiers finished with a result in the window. One that was not online is a no, whatever is said of its result. Of
    /// an online one the result must be electronic, unless the catalogue says that its procedure needs no written one;
    /// where nothing is said of the result it is excluded.
    ///
    /// # Undefined
    /// The log has no channels, or does not say which results are electronic.
    ///
    /// # Beware
    /// Decision 766 asks for an electronic result only where a written one is required. Without a catalogue that says so
    /// every result is asked for, and the figure says it; so is that of a procedure of which the catalogue says nothing.
    ONLINE_WITH_E_RESULT {
        id: "quality/online_with_e_result",
        name: { en: "Online dossiers with an electronic result", vi: "Hồ sơ trực tuyến có kết quả điện tử" },
        formula: "online, and electronic result where one is required / dossiers finished",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 3.3",
        recipe: Built(|| {
            let hit = is_listed("channel", &["online"]).and(flag("e_result").or(asked(WRITTEN).not()));
            Recipe::share(hit).among(withdrawn().not()).anchor(Finished)
        }),
    }

    /// Share of procedures that can be done online.
    ///
    /// # Counts
    /// Procedures in force on the window's last day, by the service level of their row in force: `full` and `partial`
    /// against those and `information`. A procedure without a level is excluded.
    ///
    /// # Undefined
    /// The catalogue has no service levels, or nothing of it is in force.
    ///
    /// # Beware
    /// What can be done online need not be done online; see `quality/online_share`.
    ONLINE_COVERAGE {
        id: "quality/online_coverage",
        name: { en: "Online procedures", vi: "Cung cấp DVCTT" },
        formula: "full or partial online service / procedures in force",
        unit: Share,
        better: Higher,
        sampling: Census,
        source: "766 3.1",
        recipe: Built(|| {
            let online = is_listed("service_level", &["full", "partial"]);
            Recipe::share(online).of_table(Procedures).anchor(Standing)
        }),
    }

    /// Share of dossiers handed in online, where all of the procedure can be done online.
    ///
    /// Take-up where nothing stands in the way.
    ///
    /// # Counts
    /// Dossiers received in the window whose procedure has the service level `full`, by their channel: by the catalogue
    /// on the day of reception, or where it says nothing by the level the dossier was filed under. Other levels, and
    /// channels outside the canonical list, are excluded.
    ///
    /// # Undefined
    /// Neither the log nor a catalogue has service levels, the log has no channels, or no dossier has the level `full`.
    ///
    /// # Beware
    /// Without a catalogue the level is the one the dossier was filed under. Where it follows the channel (`full` is written
    /// when somebody came online) the share is 100 % and says nothing.
    FULL_ONLINE_SHARE {
        id: "quality/full_online_share",
        name: { en: "Fully online dossiers", vi: "Toàn trình" },
        formula: "received online / dossiers received with full online service",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766",
        recipe: Built(|| {
            let full = is_listed_either("procedures.service_level", "service_level", &["full"]);
            Recipe::share(is_listed("channel", &["online"])).among(full)
        }),
    }

    /// Share of dossiers with scanned components and an electronic result.
    ///
    /// # Counts
    /// Dossiers received in the window and observed for the horizon. The result counts if the dossier was finished within
    /// the horizon; where the catalogue says that the procedure needs no written result, scanned is enough. One that was
    /// not scanned, or lacks a result that is needed, is a no; one of whose result nothing is said is excluded.
    ///
    /// # Undefined
    /// The log does not say what was scanned or which results are electronic, or the study has no calendar.
    ///
    /// # Beware
    /// Without a catalogue that says which procedures need a written result all do; see `quality/online_with_e_result`.
    /// Withdrawn and returned dossiers have no result, and so are a no where one is needed.
    DIGITISED {
        id: "quality/digitised",
        name: { en: "Digitised dossiers", vi: "Số hóa" },
        formula: "components scanned, and electronic result within H where one is required / dossiers received, known within H",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 4.2",
        recipe: Built(|| {
            let in_time = within_horizon("received_at", "finished_at").and(withdrawn().not());
            let result = flag("e_result").and(in_time).or(asked(WRITTEN).not());
            Recipe::share(flag("digitised").and(result)).known_within_horizon()
        }),
    }

    /// Share of dossiers in which something was used again.
    ///
    /// What the state has already it does not ask for twice.
    ///
    /// # Counts
    /// Dossiers received in the window of which the log says whether a component was taken from another dossier.
    ///
    /// # Undefined
    /// The log does not say it.
    ///
    /// # Beware
    /// One component is enough, whatever else the applicant had to bring.
    REUSED {
        id: "quality/reused",
        name: { en: "Data reuse", vi: "Tái sử dụng" },
        formula: "at least one component reused / dossiers received",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 4.3; Project 06",
        recipe: Built(|| Recipe::share(flag("reused"))),
    }

    /// Share of dossiers that used what the state knows of its citizens.
    ///
    /// # Counts
    /// Dossiers received in the window: by an account authenticated by e-ID, or with a component from the population
    /// database. One of the two is enough; where one is a no and of the other nothing is said, the dossier is excluded.
    ///
    /// # Undefined
    /// The log lacks one of the two (`vneid`, `population_data`).
    ///
    /// # Beware
    /// By the portal's payload a component from any national store counts, because the database's own code is not known.
    POPULATION_DATA {
        id: "quality/population_data",
        name: { en: "Population data used", vi: "Dùng dữ liệu dân cư" },
        formula: "e-ID account or component from the population database / dossiers received",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 4.5b; Project 06",
        recipe: Built(|| Recipe::share(flag("vneid").or(flag("population_data")))),
    }

    /// Share of results that are electronic.
    ///
    /// # Counts
    /// Dossiers finished with a result in the window of which the log says it; withdrawn and returned ones are excluded,
    /// and so are those of procedures of which the catalogue says that they need no written result.
    ///
    /// # Undefined
    /// The log does not say which results are electronic, or no dossier was finished.
    ///
    /// # Beware
    /// Without a catalogue that says which procedures need a written result all do; see `quality/online_with_e_result`.
    /// Some systems put the applicant's own first document where the result should be.
    E_RESULT {
        id: "quality/e_result",
        name: { en: "Electronic result", vi: "Kết quả điện tử" },
        formula: "electronic result / dossiers finished that need a written result",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 4.1",
        recipe: Built(|| {
            let needed = withdrawn().not().and(asked(WRITTEN));
            Recipe::share(flag("e_result")).among(needed).anchor(Finished)
        }),
    }

    /// Share of dossiers with a fee that were paid for online.
    ///
    /// # Counts
    /// Dossiers received in the window with a fee above 0 and observed for the horizon; an unpaid one is a no. Dossiers
    /// exempt from the fee, of unknown fee, or with a payment outside the list (`cash`, `transfer`, `card`, `online`,
    /// `exempt`, `unpaid`, `not_online`) are excluded.
    ///
    /// # Undefined
    /// The log has no fees or no payments, no dossier has a fee, or the study has no calendar.
    ///
    /// # Beware
    /// Online is through a gateway, the portal's or the local one. A bank transfer is cashless, not online.
    ONLINE_PAYMENT {
        id: "quality/online_payment",
        name: { en: "Online payment", vi: "Thanh toán trực tuyến" },
        formula: "paid online / dossiers with a fee above 0, known within H",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "766 3.6; the reform's own account (Tây Hồ)",
        recipe: Built(|| {
            let owed = number("fee_vnd").gt(0).and(is_listed("payment", &["exempt"]).not());
            Recipe::share(is_listed("payment", &["online"])).among(owed).known_within_horizon()
        }),
    }

    /// Share of paid dossiers that were paid for without cash.
    ///
    /// # Counts
    /// Dossiers received in the window, observed for the horizon and paid for: by transfer, card or online, against those
    /// and cash. Unpaid and exempt ones are excluded, and so is a payment outside the list.
    ///
    /// # Undefined
    /// The log has no payments or no column of fees, nothing was paid, or the study has no calendar.
    ///
    /// # Beware
    /// The portal's payload says `not_online`: cash, a transfer, or nothing yet. With a fee above 0 such a dossier counts as
    /// not cashless, so the share is the least it can be and equals `quality/online_payment`; leaving it out would make
    /// every such log 100 % cashless.
    CASHLESS {
        id: "quality/cashless",
        name: { en: "Cashless payment", vi: "Không dùng tiền mặt" },
        formula: "paid by transfer, card or online / dossiers paid, known within H",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "the reform's own account (Tây Hồ)",
        recipe: Built(|| {
            let charged = is_listed("payment", &["not_online"]).and(number("fee_vnd").gt(0));
            let paid = is_listed("payment", &["cash", "transfer", "card", "online"]).or(charged);
            Recipe::share(is_listed("payment", &["transfer", "card", "online"])).among(paid).known_within_horizon()
        }),
    }

    /// Share of submitted dossiers that got their result within the horizon.
    ///
    /// A lawful refusal is a result: the service did what it should.
    ///
    /// # Counts
    /// Dossiers submitted in the window and observed for the study's horizon of working days; later ones are immature,
    /// and counted as such. Withdrawn and returned dossiers did not complete.
    ///
    /// # Undefined
    /// The log has no submission dates, or the study no calendar.
    ///
    /// # Beware
    /// Some sources fill the submission date with the reception date; dossiers that were never accepted are then
    /// missing from the log.
    COMPLETION {
        id: "quality/completion",
        name: { en: "Completion", vi: "Hoàn thành" },
        formula: "granted or lawfully refused within H / submitted, known within H",
        unit: Share,
        better: Higher,
        sampling: Cluster,
        source: "GOV.UK completion rate",
        recipe: Built(|| {
            let completed = within_horizon("submitted_at", "finished_at").and(withdrawn().not());
            Recipe::share(completed).known_within_horizon().anchor(Submitted)
        }),
    }

    /// Share of dossiers in which a step was done twice.
    ///
    /// # Counts
    /// Dossiers received in the window and observed for the horizon: those with a step beyond the first of its activity. A
    /// step that only began is not done.
    ///
    /// # Undefined
    /// The log is not of events, or the study has no calendar.
    ///
    /// # Beware
    /// Some activities are meant to be repeated, such as a signature by each of two units under one name. Steps are counted
    /// to the end of the log: those of an old dossier may lie beyond the horizon.
    REWORK {
        id: "quality/rework",
        name: { en: "Repeated steps", vi: "Làm lại" },
        formula: "repeated steps > 0 / dossiers received, known within H",
        unit: Share,
        better: Lower,
        sampling: Cluster,
        source: "process mining",
        recipe: Built(|| Recipe::share(number("repeated_steps").gt(0)).known_within_horizon()),
    }
}

/// What the catalogue says of a dossier's procedure: whether its result is a written one.
const WRITTEN: &str = "procedures.needs_written_result";
