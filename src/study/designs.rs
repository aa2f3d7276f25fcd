//! What is kept of a log, in which windows: those compared, the months of the series, and the same followed longer.

use super::resolve::{Timing, Windows};
use crate::calendar::Calendar;
use crate::cube::{Design, Figure, Keep, Layout, Recipe};
use crate::kpi::{Kpi, contrasts, implausible_closings, resolved_beyond};
use crate::measure::{Clocks, Counting, Slot, Table};
use crate::scorecard::{Month, Settings};
use chrono::{Datelike, Days, NaiveDate};

/// Working days in a week, where no calendar counts them.
const WORKING_DAYS_A_WEEK: u64 = 5;

/// Everything a KPI keeps: as the study counts, strictly as guards are judged, and as the other profiles count.
fn kept(kpi: &Kpi) -> Vec<Keep> {
    let recipes = Counting::ALL.map(|counting| kpi.recipe_by(counting));
    recipes.iter().flat_map(Recipe::keeps).cloned().collect()
}

/// What the windows of a study keep, whether the log has it or not.
pub(super) fn asked_for(kpis: &[Kpi]) -> Vec<Keep> {
    let beside = [implausible_closings()].into_iter().chain(contrasts());
    kpis.iter().flat_map(kept).chain(beside.map(|recipe| recipe.keep)).collect()
}

/// The designs of a plan, in the order of their keeps.
pub(super) struct Designs<'a> {
    pub(super) settings: &'a Settings,
    pub(super) clocks: &'a Clocks,
    pub(super) windows: &'a Windows,
    pub(super) kpis: &'a [Kpi],
    pub(super) counting: Counting,
}

impl Designs<'_> {
    /// All of them; the windows compared come first.
    pub(super) fn all(&self, months: Vec<Slot>) -> Vec<Design> {
        let zone = &self.clocks.zone;
        let dimensions = dimensions(self.settings);
        let cluster: Vec<String> = self.settings.cluster.iter().cloned().collect();
        // A tally by month and unit is as large as the log; without units to compare nobody needs it.
        let tallied = if self.settings.treated.is_empty() { Vec::new() } else { cluster.clone() };
        let is_tallied = |keep: &Keep| keep.quantity.tallied().is_some();
        let (tallies, moments) = self.monthly().into_iter().partition(is_tallied);
        let beyond = self.windows.beyond(zone).into_iter().collect();
        let longer = self.windows.longer(zone).unwrap_or_default();
        let parts = [
            (Layout::Windows, self.compared(), self.windows.slots(zone), dimensions.clone()),
            (Layout::Months, moments, months.clone(), cluster),
            (Layout::Months, tallies, months, tallied),
            (Layout::Longer, self.followed(), longer, dimensions.clone()),
            (Layout::Beyond, vec![resolved_beyond().keep], beyond, Vec::new()),
        ];
        let (mut designs, mut first) = (Vec::new(), 0);
        for (layout, asked_for, slots, own) in parts {
            let keeps = if slots.is_empty() { Vec::new() } else { self.there(asked_for) };
            let (width, clocks) = (dimensions.len(), self.clocks.clone());
            first += keeps.len();
            designs.push(Design { layout, first: first - keeps.len(), keeps, slots, dimensions: own, width, clocks });
        }
        designs
    }

    /// What the windows that are compared keep.
    fn compared(&self) -> Vec<Keep> {
        let by_all = |kpi: &Kpi| Counting::ALL.map(|counting| kpi.recipe_by(counting));
        let beside = [implausible_closings()].into_iter().chain(contrasts());
        self.kept(self.kpis.iter().flat_map(by_all).chain(beside))
    }

    /// What the months keep.
    fn monthly(&self) -> Vec<Keep> {
        let recipes = self.kpis.iter().map(|kpi| kpi.recipe_by(self.counting));
        self.kept(recipes.filter(Recipe::has_series))
    }

    /// What may look otherwise once dossiers are followed longer.
    fn followed(&self) -> Vec<Keep> {
        let tested = self.kpis.iter().filter(|kpi| kpi.is_tested_by_cluster());
        let recipes = tested.map(|kpi| kpi.recipe_by(self.counting));
        let followed = recipes.filter(|recipe| recipe.keep.table == Table::Cases && recipe.keep.is_followed());
        self.kept(followed)
    }

    /// What recipes keep; of one whose first keep the log has no columns for, nothing.
    ///
    /// What is told beside a figure that there is not is counted for nobody. Distinct things by open days may come of any
    /// of their tables.
    fn kept(&self, recipes: impl Iterator<Item = Recipe>) -> Vec<Keep> {
        let is_there = |keep: &Keep| self.settings.lacking(&keep.needs()).is_none();
        let told = recipes.filter(|recipe| recipe.figure == Figure::PerOpenDay || is_there(&recipe.keep));
        told.flat_map(|recipe| recipe.keeps().cloned().collect::<Vec<_>>()).collect()
    }

    /// Each once, where the columns are there.
    fn there(&self, asked_for: Vec<Keep>) -> Vec<Keep> {
        let mut keeps: Vec<Keep> = Vec::new();
        for keep in asked_for {
            if self.settings.lacking(&keep.needs()).is_none() && !keeps.contains(&keep) {
                keeps.push(keep);
            }
        }
        keeps
    }
}

/// The columns that name a group, the cluster first.
fn dimensions(settings: &Settings) -> Vec<String> {
    let mut dimensions: Vec<String> = settings.cluster.iter().cloned().collect();
    let mut add = |column: &String| {
        if !dimensions.contains(column) {
            dimensions.push(column.clone());
        }
    };
    settings.by.iter().for_each(&mut add);
    // The first axis is given by kind of applicant whatever is drilled down.
    let applicant = "applicant".to_owned();
    settings.columns.contains(&applicant).then(|| add(&applicant));
    settings.standardise.iter().for_each(&mut add);
    dimensions
}

/// The months of the series as windows, and as the scorecard knows them.
pub(super) fn months(timing: &Timing, clocks: &Clocks) -> (Vec<Slot>, Vec<Month>) {
    let months = timing.windows.months().into_iter().map(|range| {
        let end = horizon_end(timing.calendar.as_ref(), range.last, timing.horizon);
        let (slot, is_mature) = timing.windows.month(range, end, &clocks.zone);
        let (open_days, office_seconds) = (clocks.open_days(&slot), clocks.office_seconds(&slot));
        let (month, followed) = (month_number(range.first), slot.cutoff_day - slot.end_day);
        (slot, Month { month, is_mature, followed, open_days, office_seconds })
    });
    months.unzip()
}

/// The last day of the horizon that begins with a day; `None` beyond the calendar.
fn horizon_end(calendar: Option<&Calendar>, day: NaiveDate, horizon: u32) -> Option<NaiveDate> {
    match calendar {
        Some(calendar) => calendar.nth_working_day_after(day, horizon),
        None => day.checked_add_days(Days::new((u64::from(horizon) * 7).div_ceil(WORKING_DAYS_A_WEEK))),
    }
}

/// The first month of a series that is of the reform: one in which it came after the middle is still of before.
pub(super) fn reform_month(day: NaiveDate) -> i64 {
    month_number(day) + i64::from(day.day() > 15)
}

/// Months since the year 0.
fn month_number(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Plan, Study};
    use chrono::NaiveDate;
    use polars::prelude::*;

    /// Numbers that say nothing of one another, the same ones each time.
    fn mixed(row: u64, part: u64) -> u64 {
        let word = (row ^ part << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (word ^ word >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 20
    }

    /// Dossiers of two years, some by days alone: open, ended before, between and after the cut-offs, withdrawn, paused.
    fn log(rows: u64) -> DataFrame {
        let day = |at: u64| (NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + Days::new(at / 1_440)).to_string();
        let moment = |at: u64| match mixed(at, 9) % 5 {
            0 => day(at),
            _ => format!("{}T{:02}:{:02}:00", day(at), at / 60 % 24, at % 60),
        };
        let received = |row: u64| mixed(row, 0) % (730 * 1_440);
        let after = |row: u64, part: u64| received(row) + mixed(row, part) % (120 * 1_440);
        let some = |row: u64, part: u64, of: u64| !mixed(row, part + 50).is_multiple_of(of);
        let texts = |text: &dyn Fn(u64) -> Option<String>| (0..rows).map(text).collect::<Vec<_>>();
        let outcome = |row| ["granted", "granted", "withdrawn", "returned"][mixed(row, 3) as usize % 4].to_owned();
        let paused =
            |row| format!("{}/{}", moment(received(row) + 600), moment(after(row, 1).max(received(row) + 2_000)));
        df!(
            "case_id" => texts(&|row| Some(format!("c{row}"))),
            "received_at" => texts(&|row| Some(moment(received(row)))),
            "submitted_at" => texts(&|row| some(row, 0, 9).then(|| day(received(row)))),
            "due_at" => texts(&|row| some(row, 4, 6).then(|| day(after(row, 2) + 2 * 1_440))),
            "finished_at" => texts(&|row| some(row, 1, 4).then(|| moment(after(row, 1) + 1_440))),
            "delivered_at" => texts(&|row| (some(row, 1, 4) && some(row, 2, 3)).then(|| moment(after(row, 1) + 9_000))),
            "outcome" => texts(&|row| some(row, 1, 4).then(|| outcome(row))),
            "paused" => texts(&|row| (!some(row, 3, 3)).then(|| paused(row))),
            "supplement_requests" => (0..rows).map(|row| (mixed(row, 5) % 3) as i64).collect::<Vec<_>>(),
            "unit" => texts(&|row| Some(format!("u{}", mixed(row, 6) % 7))),
            "channel" => texts(&|row| some(row, 7, 5).then(|| ["online", "direct"][mixed(row, 8) as usize % 2].to_owned()))
        )
        .unwrap()
    }

    fn plan() -> Plan {
        let study = Study::builder().windows("2023-02-01..2023-08-31", "2024-02-01..2024-08-31").calendar("vietnam");
        let study = study.cluster("unit").standardise(["channel"]).set("compare.reform=2024-01-15").unwrap();
        study.plan_frame(log(6_000)).unwrap()
    }

    /// Only what changed since the cut-off is counted of what is followed for longer; counting all of it again gives the
    /// same cells.
    #[test]
    fn followed_for_longer_is_what_counting_all_again_gives() {
        let by_change = plan();
        let mut again = plan();
        again.designs.retain(|design| design.layout != Layout::Windows);
        let longer = again.designs.iter().find(|design| design.layout == Layout::Longer).unwrap();
        assert!(longer.keeps.len() > 5, "{}", longer.keeps.len());
        let places = longer.first..longer.first + longer.keeps.len();
        let (own, expected) = (by_change.cube().unwrap(), again.cube().unwrap());
        let mut cells = 0;
        for (keep, slot) in places.flat_map(|keep| [(keep, 0), (keep, 1)]) {
            let expected: Vec<_> = expected.cells(keep, slot).collect();
            assert_eq!(own.cells(keep, slot).collect::<Vec<_>>(), expected, "{} {slot}", own.header.keeps[keep]);
            let early = own.cells(by_change.place_of_earlier(keep), slot);
            cells += expected.iter().zip(early).filter(|((_, late), (_, early))| late != early).count();
        }
        // And it is not what the windows have anyway.
        assert!(cells > 50, "{cells}");
    }

    /// Times of quarter hours: too few in the window to fold, and enough of them when it is followed for longer; a horizon
    /// of the study's own SQL, which nobody can tell row by row, makes all of them counted again.
    #[test]
    fn no_worker_folds_what_its_window_does_not() {
        let quarters = |day: u32, quarters: u64| {
            let at = NaiveDate::from_ymd_opt(2023 + (day / 366) as i32, 3, 1).unwrap().and_time(Default::default());
            (at + chrono::TimeDelta::minutes(15 * quarters as i64)).format("%Y-%m-%dT%H:%M:%S").to_string()
        };
        // Distinct times are counted from the row on that passes 65,536.
        let rows = 140_000;
        let year = |row: u64| if row.is_multiple_of(500) { 0 } else { 366 };
        let received = |row: u64| mixed(row, 1) % 3_840;
        let finished = |row: u64| (!mixed(row, 3).is_multiple_of(5)).then(|| received(row) + mixed(row, 2) % 8_640);
        let texts = |text: &dyn Fn(u64) -> Option<String>| (0..rows).map(text).collect::<Vec<_>>();
        let frame = df!(
            "case_id" => texts(&|row| Some(format!("c{row}"))),
            "received_at" => texts(&|row| Some(quarters(year(row), received(row)))),
            "finished_at" => texts(&|row| Some(quarters(year(row), finished(row)?)))
        );
        let study = "[windows]\nwas = '2023-03-01..2023-04-09'\nis = '2024-03-01..2024-04-09'\n[log]\nids = 'trusted'\n[calendar]\nbase = 'vietnam'\n\
                     [compare]\ncluster = 'none'\nseries = 'none'\nfollow_up = '0 days'\nlonger = '30 days'\nreform = '2023-12-01'\n\
                     [[kpi]]\nid = 'own/done'\nname = { en = 'Done' }\nbetter = 'higher'\nhorizon = true\n\
                     share = 'finished_at IS NOT NULL'\n";
        let frame = frame.unwrap();
        let cube = |threads| {
            let plan = Study::parse(study, "study.toml").unwrap().plan_frame(frame.clone()).unwrap();
            plan.threads(std::num::NonZeroUsize::new(threads).unwrap()).cube().unwrap()
        };
        let (one, many) = (cube(1), cube(8));
        let longer = (0..one.header.keeps.len()).filter(|keep| one.layout(*keep) == Some(Layout::Longer));
        let spells: Vec<usize> =
            longer.filter(|keep| one.header.keeps[*keep].contains(": elapsed received_at")).collect();
        assert_eq!(
            spells.len(),
            1,
            "{:#?}",
            one.header.keeps.iter().filter(|k| k.starts_with("followed")).collect::<Vec<_>>()
        );
        let times = one.cells(spells[0], 1).map(|(_, cell)| format!("{cell:?}").len()).sum::<usize>();
        assert!(times > 10_000, "{times}");
        assert!(one.to_bytes().unwrap() == many.to_bytes().unwrap());
    }

    impl Plan {
        fn place_of_earlier(&self, keep: usize) -> usize {
            let [windows, longer] = [Layout::Windows, Layout::Longer]
                .map(|layout| self.designs.iter().find(|design| design.layout == layout).unwrap());
            let own = &longer.keeps[keep - longer.first];
            windows.first + windows.keeps.iter().position(|keep| keep == own).unwrap()
        }
    }
}
