//! A cube kept from an earlier run: its last window as what was, this one's as what is.

use super::judging::{is_inside, not_worse, of_change, row};
use super::target::{End, Subject, Target};
use super::{Allowance, Found, Lacking, Number};
use crate::cube::{Cube, Header, Layout};
use crate::error::{Error, Result, Undefined};
use crate::kpi::{Kpi, catalogue_with};
use crate::scorecard::settings::Settings;
use crate::scorecard::{Known, Scorecard};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The kept cubes that targets ask for; of those not kept yet there is none.
#[derive(Clone, Debug, Default)]
pub struct Kept(BTreeMap<PathBuf, Option<Cube>>);

impl Kept {
    /// Reads the cubes that targets ask for, each once.
    ///
    /// # Errors
    ///
    /// One is there and is no cube of this version; one that is not there is not kept yet.
    pub fn load(targets: &[Target]) -> Result<Self> {
        let paths: BTreeSet<&Path> = targets.iter().filter_map(Target::kept).map(|kept| kept.path.as_path()).collect();
        let load = |path: &Path| match path.try_exists() {
            Ok(false) => Ok(None),
            _ => Cube::load(path).map(Some),
        };
        paths.into_iter().map(|path| Ok((path.to_path_buf(), load(path)?))).collect::<Result<_>>().map(Self)
    }

    /// The files.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }
}

/// By kept cube: what changed since.
pub(super) struct Cards(BTreeMap<PathBuf, Option<Card>>);

/// What changed since a cube was kept.
pub(super) struct Card {
    /// Of the KPIs that both plans count alike; none where there is no such KPI.
    card: Option<Scorecard>,
    window: String,
    /// The KPIs of which nothing changed, in any cell.
    unchanged: BTreeSet<String>,
    /// By KPI: what the two plans do not have in common.
    differ: BTreeMap<String, Lacking>,
}

impl Cards {
    pub(super) fn of(targets: &[Target], cube: &Cube, settings: &Settings, kept: &Kept) -> Result<Self> {
        let own = settings.own_kpis()?;
        let card = |(path, kept): (&PathBuf, &Option<Cube>)| {
            let of_path = targets.iter().filter(|target| target.kept().is_some_and(|at| at.path == *path));
            let asked: BTreeSet<&str> =
                of_path.filter_map(Target::subject).map(|subject| subject.kpi.as_str()).collect();
            let kpis: Vec<&Kpi> = catalogue_with(&own).filter(|kpi| asked.contains(&*kpi.id)).collect();
            let card = kept.as_ref().map(|kept| Card::of(cube, settings, kept, &kpis)).transpose()?;
            Ok((path.clone(), card))
        };
        kept.0.iter().map(card).collect::<Result<_>>().map(Self)
    }

    /// What changed since the cube at a path, of a KPI that both plans count alike.
    pub(super) fn of_kept(&self, path: &Path, subject: &Subject) -> std::result::Result<&Card, Lacking> {
        let card = self.0.get(path).and_then(Option::as_ref).ok_or(Lacking::NoKeptCube)?;
        match card.differ.get(&subject.kpi) {
            Some(differs) => Err(differs.clone()),
            None => Ok(card),
        }
    }
}

impl Card {
    fn of(cube: &Cube, settings: &Settings, kept: &Cube, kpis: &[&Kpi]) -> Result<Self> {
        let earlier = Settings::of(kept)?;
        let differ = kpis.iter().filter_map(|kpi| {
            let plans = Plans { own: (&cube.header, settings), kept: (&kept.header, &earlier) };
            Some((kpi.id.to_string(), plans.differ(kpi)?))
        });
        let differ: BTreeMap<String, Lacking> = differ.collect();
        let same: Vec<&Kpi> = kpis.iter().copied().filter(|kpi| !differ.contains_key(&*kpi.id)).collect();
        let window = earlier.is.clone();
        if same.is_empty() {
            return Ok(Self { card: None, window, unchanged: BTreeSet::new(), differ });
        }
        let own = u8::from(settings.was.is_some());
        let mut both = cube.after(own, kept, u8::from(earlier.was.is_some()));
        let told = serde_json::to_value(since(settings, &earlier));
        both.header.settings = told.map_err(|why| Error::broken("writing settings", why))?;
        let is_unchanged = |kpi: &&&Kpi| {
            let recipe = kpi.recipe_by(settings.profile());
            let places: Vec<usize> = recipe.keeps().filter_map(|keep| both.keep(keep)).collect();
            places.into_iter().all(|place| both.weekly(place, 0).eq(both.weekly(place, 1)))
        };
        let unchanged = same.iter().filter(is_unchanged).map(|kpi| kpi.id.to_string()).collect();
        let card = Scorecard::compare_kpis(&both, same.iter().copied())?;
        Ok(Self { card: Some(card), window, unchanged, differ })
    }

    /// What changed of a KPI, held against a margin.
    pub(super) fn held(
        &self,
        subject: &Subject,
        margin: Allowance,
        by: End,
    ) -> std::result::Result<(Found, std::result::Result<bool, Lacking>), Lacking> {
        let card = self.card.as_ref().ok_or(Lacking::Undefined(Undefined::NotAsked))?;
        let row = row(card, subject)?;
        let windows = row.was.iter().chain([&row.is]);
        let why = || windows.clone().find_map(Known::reason).cloned().unwrap_or(Undefined::NoFigure);
        let change = row.change.value().ok_or_else(|| Lacking::Undefined(why()))?;
        let gap = match margin {
            Allowance::Absolute(_) => &change.absolute,
            Allowance::Relative(_) => match &change.relative {
                Known::Yes(gap) => gap,
                Known::No(why) => return Err(Lacking::Undefined(why.clone())),
            },
        };
        let between = row.was.as_ref().and_then(Known::value).zip(row.is.value());
        let number = Number {
            between: between.map(|(was, is)| [was.value, is.value]),
            since: Some(self.window.clone()),
            q: None,
            ..of_change(row, change, gap)
        };
        let number = if self.unchanged.contains(&subject.kpi) { surely_none(number) } else { number };
        let enough = is_inside(&number, by, not_worse(subject.better, margin.value()));
        Ok((Found::Number(number), enough))
    }
}

/// No change, and none that could have been: the very same rows were counted, so nothing was drawn anew.
fn surely_none(number: Number) -> Number {
    Number { low: Some(0.0), high: Some(0.0), limits: None, ..number }
}

/// The settings of two windows, the first of an earlier study: figures and their crude change, and nothing beside them.
fn since(own: &Settings, earlier: &Settings) -> Settings {
    let last = |weeks: &[Vec<u32>]| weeks.last().cloned();
    let seconds = |weeks: &[Vec<i64>]| weeks.last().cloned();
    Settings {
        was: Some(earlier.is.clone()),
        standardise: Vec::new(),
        months: Vec::new(),
        longer: None,
        sensitivity: false,
        treated: BTreeMap::new(),
        open_days: last(&earlier.open_days).into_iter().chain(last(&own.open_days)).collect(),
        office_seconds: seconds(&earlier.office_seconds).into_iter().chain(seconds(&own.office_seconds)).collect(),
        season: false,
        ..own.clone()
    }
}

/// Two plans, each with what its cube is of and its settings.
struct Plans<'a> {
    own: (&'a Header, &'a Settings),
    kept: (&'a Header, &'a Settings),
}

/// Keys of a study that say what a figure means; where one differs two figures are of different things. The others say
/// where the log is, how it is read, or how changes are judged.
const MEANING: [&str; 13] = [
    "study.zone",
    "calendar.",
    "compare.counting",
    "compare.horizon",
    "compare.follow_up",
    "compare.pauses",
    "log.profile",
    "milestones.",
    "pauses.",
    "surveys.",
    "procedures.",
    "petitions.",
    "tariff.",
];

/// Whether a key of a study says what a figure means.
pub(super) fn means(key: &str) -> bool {
    MEANING.iter().any(|known| key.starts_with(known))
}

impl Plans<'_> {
    /// The first thing in which the plans differ that a KPI's figure rests on.
    fn differ(&self, kpi: &Kpi) -> Option<Lacking> {
        let of_kpi = || self.keys(kpi).or_else(|| self.columns(kpi));
        self.parts().or_else(of_kpi).or_else(|| self.dimensions()).or_else(|| self.keeps(kpi))
    }

    /// What this plan keeps of a KPI, and the other does not.
    fn keeps(&self, kpi: &Kpi) -> Option<Lacking> {
        let keeps = |header: &Header, key: &String| header.keeps.contains(key);
        let recipe = kpi.recipe_by(self.own.1.profile());
        let mut keys = recipe.keeps().map(|keep| Layout::Windows.key(keep));
        let is_lacking = keys.any(|key| keeps(self.own.0, &key) && !keeps(self.kept.0, &key));
        is_lacking.then(|| other_plan("what is counted of it", "something else", "as this study says"))
    }

    fn parts(&self) -> Option<Lacking> {
        let (number, of) = self.kept.0.parts.first()?;
        Some(other_plan("the log", &format!("part {number}/{of}"), "whole"))
    }

    fn keys(&self, kpi: &Kpi) -> Option<Lacking> {
        let own = format!("kpi.{}", kpi.id);
        let all = [self.own.1, self.kept.1].into_iter().flat_map(|of| of.given.keys().chain(of.defaults.keys()));
        let means = |key: &&String| means(key) || **key == own;
        let keys: BTreeSet<&String> = all.filter(means).collect();
        keys.into_iter().find_map(|key| {
            let of = |settings: &Settings| settings.given.get(key).or(settings.defaults.get(key)).cloned();
            let (here, kept) = (of(self.own.1), of(self.kept.1));
            let told = |value: Option<String>| value.map_or_else(|| "not set".to_owned(), |value| format!("`{value}`"));
            (here != kept).then(|| other_plan(&format!("`{key}`"), &told(kept), &told(here)))
        })
    }

    fn columns(&self, kpi: &Kpi) -> Option<Lacking> {
        let recipe = kpi.recipe_by(self.own.1.profile());
        let needs = recipe.needs();
        let either = needs.iter().flat_map(|needs| needs.either.iter().flatten());
        let columns = needs.iter().flat_map(|needs| needs.required.iter().chain(&needs.refining)).chain(either);
        let has = |settings: &Settings, column: &String| settings.columns.contains(column);
        let differs = |column: &&String| has(self.own.1, column) != has(self.kept.1, column);
        let columns: BTreeSet<&String> = columns.filter(differs).collect();
        let column = columns.first()?;
        let told = |settings: &Settings| if has(settings, column) { "in its log" } else { "not in its log" };
        Some(other_plan(&format!("the column `{column}`"), told(self.kept.1), told(self.own.1)))
    }

    fn dimensions(&self) -> Option<Lacking> {
        let (here, kept) = (&self.own.0.dimensions, &self.kept.0.dimensions);
        let told = |columns: &[String]| if columns.is_empty() { "none".to_owned() } else { columns.join(", ") };
        let what = "what cells are told apart by (compare.cluster, by, standardise)";
        (here != kept).then(|| other_plan(what, &told(kept), &told(here)))
    }
}

fn other_plan(what: &str, kept: &str, here: &str) -> Lacking {
    Lacking::OtherPlan { what: what.to_owned(), kept: kept.to_owned(), here: here.to_owned() }
}
