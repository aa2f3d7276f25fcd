//! The catalogue: one noun per question, found by family.
//!
//! A KPI is an id, some words and one [`Recipe`]; it contains no mathematics. Each stands once, in its family's file,
//! with its worked example in `fixtures/kpi/<id>.md` and its Vietnamese text in `fixtures/kpi/<id>.vi.md`: a KPI without
//! them does not compile.

mod cost;
mod own;
mod procedures;
mod quality;
mod satisfaction;
mod staffing;
mod time;
mod transparency;

#[doc(hidden)]
pub use own::{Own, OwnName};

use crate::cube::{Figure, Recipe, elapsed, one, withdrawn, within_minutes};
use crate::error::{ErrorKind, Result, nearest_name};
use crate::measure::{Anchor, Counting};
use std::borrow::Cow;

/// One KPI: words and a recipe.
///
/// # Example
///
/// ```
/// use giamtang::kpi::{Axis, Better, Kpi, Name, Sampling, Unit, catalogue_with, find, named, named_among};
///
/// let kpi: &Kpi = find("time/on_time").expect("it is in the catalogue");
/// let Name { en, vi } = &kpi.name;
/// assert_eq!((&**en, &**vi), ("On-time rate", "Tỷ lệ đúng hạn"));
/// assert_eq!((kpi.unit, kpi.better, kpi.sampling), (Unit::Share, Better::Higher, Sampling::Cluster));
/// assert_eq!(kpi.axis(), Some(Axis::TimeAndCost));
///
/// // A name that is nearly right is offered.
/// assert!(named("time/ontime").unwrap_err().to_string().contains("did you mean `time/on_time`?"));
///
/// // A study's own stand after those of the catalogue.
/// let own = [Kpi { id: "ours/on_time".into(), ..kpi.clone() }];
/// assert!(named_among("ours/on_time", &own).is_ok());
/// assert_eq!(catalogue_with(&own).last().map(|kpi| &*kpi.id), Some("ours/on_time"));
/// ```
#[derive(Clone, Debug)]
pub struct Kpi {
    /// `family/name`, the same in every report.
    pub id: Cow<'static, str>,
    /// What officials call it.
    pub name: Name,
    /// The formula in one line.
    pub formula: Cow<'static, str>,
    /// The unit of its value.
    pub unit: Unit,
    /// The direction of improvement.
    pub better: Better,
    /// What the interval is about.
    pub sampling: Sampling,
    /// Where the definition comes from.
    pub source: Cow<'static, str>,
    /// The definition in prose: what counts, when it is undefined, what to beware of.
    pub text: Cow<'static, str>,
    /// The worked example, in Markdown; empty where a study defines the KPI.
    pub example: Cow<'static, str>,
    /// The axis a study wants it shown under; the catalogue's are under that of their family.
    pub axis: Option<Axis>,
    /// All of its text in Vietnamese, in Markdown: definition, formula, what counts, source, the example's sentence. A
    /// study's own KPI has none.
    pub vietnamese: Option<Cow<'static, str>>,
    /// What is kept and which figure is made of it.
    #[doc(hidden)]
    pub recipe: Source,
}

/// A name in both languages.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Name {
    /// English.
    pub en: Cow<'static, str>,
    /// Vietnamese.
    pub vi: Cow<'static, str>,
}

/// Where a recipe comes from.
#[derive(Clone, Debug)]
#[doc(hidden)]
pub enum Source {
    /// The catalogue.
    Built(fn() -> Recipe),
    /// The catalogue, by counting profile.
    Counted(fn(Counting) -> Recipe),
    /// A study.
    Given(Box<Recipe>),
}

/// The unit of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unit {
    /// Days of 86,400 seconds, or local days where only days are known.
    Days,
    /// A share between 0 and 1.
    Share,
    /// Hours of the business clock.
    WorkingHours,
    /// One quantity by another of the same kind.
    Ratio,
    /// Contacts between applicant and office, by dossier.
    Contacts,
    /// Steps by dossier.
    Steps,
    /// Changes of unit by dossier.
    Handovers,
    /// Officers.
    Officers,
    /// A coefficient between 0 and 1.
    Index,
    /// Whatever a study counts.
    Number,
    /// Hours of the applicant's own time.
    Hours,
    /// Đồng at constant prices.
    Dong,
    /// Đồng a year at constant prices.
    DongPerYear,
    /// Officers at standard hours.
    Fte,
    /// Procedures.
    Procedures,
    /// Documents an applicant must bring.
    Documents,
    /// How far up its scale a score is, between 0 and 1.
    Score,
}

impl Unit {
    /// How many of what the cube keeps make one of the unit.
    #[doc(hidden)]
    pub fn divisor(self) -> f64 {
        match self {
            Self::Days => 86_400.0,
            // Money is kept in đồng·seconds/hour.
            Self::WorkingHours | Self::Hours | Self::Dong | Self::DongPerYear => 3_600.0,
            // Decimals are kept in millionths.
            Self::Score => 1e6,
            _ => 1.0,
        }
    }
}

/// The direction of improvement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// A lower value is better.
    Lower,
    /// A higher value is better.
    Higher,
    /// Information only: no verdict, no multiplicity.
    Neither,
}

/// What the interval is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sampling {
    /// Rows within clusters.
    Cluster,
    /// The weeks of a window, which resemble their neighbours.
    Week,
    /// Nothing: it is a complete count, and its difference is exact.
    Census,
}

/// The six axes of the reform, in its own order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Less time and cost for citizens, businesses and agencies.
    TimeAndCost,
    /// Less staff, of better quality.
    Staffing,
    /// Fewer procedures.
    Procedures,
    /// More service quality.
    Quality,
    /// More publicity and transparency.
    Transparency,
    /// More satisfaction.
    Satisfaction,
}

impl Axis {
    /// All six.
    pub const ALL: [Self; 6] =
        [Self::TimeAndCost, Self::Staffing, Self::Procedures, Self::Quality, Self::Transparency, Self::Satisfaction];

    /// All six by their ids, as studies and results have them.
    pub const NAMED: [(&'static str, Self); 6] = [
        ("time_and_cost", Self::TimeAndCost),
        ("staffing", Self::Staffing),
        ("procedures", Self::Procedures),
        ("quality", Self::Quality),
        ("transparency", Self::Transparency),
        ("satisfaction", Self::Satisfaction),
    ];

    /// The axis's id.
    pub fn id(self) -> &'static str {
        Self::NAMED[self as usize].0
    }

    /// The axis's name in both languages.
    pub fn name(self) -> Name {
        let (en, vi) = match self {
            Self::TimeAndCost => ("Time and cost", "Thời gian và chi phí"),
            Self::Staffing => ("Staffing", "Nhân lực"),
            Self::Procedures => ("Procedures", "Thủ tục hành chính"),
            Self::Quality => ("Service quality", "Chất lượng phục vụ"),
            Self::Transparency => ("Transparency", "Công khai, minh bạch"),
            Self::Satisfaction => ("Satisfaction", "Sự hài lòng"),
        };
        Name { en: en.into(), vi: vi.into() }
    }

    /// The KPI that carries the axis.
    pub fn headline(self) -> &'static str {
        match self {
            Self::TimeAndCost => "time/elapsed_time",
            Self::Staffing => "staffing/on_duty",
            Self::Procedures => "procedures/in_force",
            Self::Quality => "quality/online_share",
            Self::Transparency => "transparency/published_on_time",
            Self::Satisfaction => "satisfaction/top_two_box",
        }
    }

    /// The KPIs that must not get worse for the axis to be shown.
    pub fn guards(self) -> Vec<&'static str> {
        let mut guards = vec!["time/on_time", "staffing/first_time_right", "satisfaction/top_two_box"];
        guards.extend(match self {
            Self::TimeAndCost => ["staffing/repeat_supplements", "time/withdrawn"].as_slice(),
            Self::Staffing => &["staffing/output_per_fte"],
            Self::Procedures => &["procedures/documents"],
            Self::Quality => &["quality/completion"],
            Self::Transparency => &["transparency/agreement"],
            Self::Satisfaction => &["satisfaction/response_rate", "satisfaction/petitions_on_time"],
        });
        guards.retain(|guard| *guard != self.headline());
        guards
    }
}

impl Kpi {
    /// The recipe, by the strict counting profile.
    #[doc(hidden)]
    pub fn recipe(&self) -> Recipe {
        self.recipe_by(Counting::Strict)
    }

    /// The recipe by a counting profile; most are the same by all.
    #[doc(hidden)]
    pub fn recipe_by(&self, counting: Counting) -> Recipe {
        match &self.recipe {
            Source::Built(recipe) => recipe(),
            Source::Counted(recipe) => recipe(counting),
            Source::Given(recipe) => Recipe::clone(recipe),
        }
    }

    /// Whether its figure is one share less another: points, and not percent of anything.
    #[doc(hidden)]
    pub fn is_gap(&self) -> bool {
        self.recipe().figure == Figure::Gap
    }

    /// Whether it is judged, by an interval between clusters.
    #[doc(hidden)]
    pub fn is_tested_by_cluster(&self) -> bool {
        self.better != Better::Neither && self.sampling == Sampling::Cluster
    }

    /// The axis a study names, or else that of its family; a family of a study's own has none.
    pub fn axis(&self) -> Option<Axis> {
        let of_family = match self.id.split('/').next()? {
            "time" | "cost" => Some(Axis::TimeAndCost),
            "staffing" => Some(Axis::Staffing),
            "procedures" => Some(Axis::Procedures),
            "quality" => Some(Axis::Quality),
            "transparency" => Some(Axis::Transparency),
            "satisfaction" => Some(Axis::Satisfaction),
            _ => None,
        };
        self.axis.or(of_family)
    }
}

/// Every KPI, in reading order.
///
/// # Example
///
/// ```
/// let ids: Vec<_> = giamtang::kpi::catalogue().map(|kpi| &*kpi.id).collect();
/// assert_eq!(ids[0], "time/elapsed_time");
/// ```
pub fn catalogue() -> impl Iterator<Item = &'static Kpi> + Clone {
    [time::ALL, cost::ALL, staffing::ALL, procedures::ALL, quality::ALL, transparency::ALL, satisfaction::ALL]
        .into_iter()
        .flatten()
        .copied()
}

/// The same, and a study's own KPIs after it.
pub fn catalogue_with<'k>(own: &'k [Kpi]) -> impl Iterator<Item = &'k Kpi> + Clone {
    catalogue().map(|kpi| -> &'k Kpi { kpi }).chain(own)
}

/// The share of closings within five minutes of the reception: no KPI, but what makes a log doubtful.
///
/// Only where both are known by the moment.
#[doc(hidden)]
pub fn implausible_closings() -> Recipe {
    Recipe::share(within_minutes("received_at", "finished_at", 5)).anchor(Anchor::Finished)
}

/// What dashboards say of the time that [`ELAPSED_TIME`] is of: closed dossiers alone, by when they were closed.
///
/// Their median and their mean, in this order; no KPIs, but what stands in contrast to one.
#[doc(hidden)]
pub fn contrasts() -> [Recipe; 2] {
    let closed = |recipe: Recipe| recipe.among(withdrawn().not()).anchor(Anchor::Finished);
    let seconds = || elapsed("received_at", "finished_at");
    [closed(Recipe::order(seconds(), 0.5)), closed(Recipe::mean(seconds()))]
}

/// The KPI that [`contrasts`] are held against.
#[doc(hidden)]
pub const ELAPSED_TIME: &str = "time/elapsed_time";

/// Dossiers finished in a window, whatever became of them: whether a log reaches so far.
#[doc(hidden)]
pub fn resolved_beyond() -> Recipe {
    Recipe::total(one()).anchor(Anchor::Finished)
}

/// A KPI by its id.
pub fn find(id: &str) -> Option<&'static Kpi> {
    catalogue().find(|kpi| kpi.id == id)
}

/// The same, or an error that offers the nearest id.
pub fn named(id: &str) -> Result<&'static Kpi> {
    named_among(id, &[])
}

/// The same among a study's own KPIs too.
pub fn named_among<'k>(id: &str, own: &'k [Kpi]) -> Result<&'k Kpi> {
    let all = || catalogue_with(own);
    all().find(|kpi| kpi.id == id).ok_or_else(|| {
        let tail = all().find(|kpi| kpi.id.split('/').nth(1) == Some(id)).map(|kpi| kpi.id.to_string());
        let near = tail.or_else(|| nearest_name(id, all().map(|kpi| &*kpi.id)));
        ErrorKind::UnknownName { name: id.to_owned(), of: "a KPI; `giamtang list` shows them", near }.into()
    })
}

/// Declares KPIs: one text serves rustdoc and `explain`; the worked example and the Vietnamese text are found by the id.
macro_rules! kpis {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident {
            id: $id:literal,
            name: { en: $en:literal, vi: $vi:literal },
            formula: $formula:literal,
            unit: $unit:ident,
            better: $better:ident,
            sampling: $sampling:ident,
            source: $source:literal,
            recipe: $from:ident($recipe:expr),
        }
    )*) => {
        $(
            $(#[doc = $doc])*
            pub(super) static $name: $crate::kpi::Kpi = $crate::kpi::Kpi {
                id: std::borrow::Cow::Borrowed($id),
                name: $crate::kpi::Name {
                    en: std::borrow::Cow::Borrowed($en),
                    vi: std::borrow::Cow::Borrowed($vi),
                },
                formula: std::borrow::Cow::Borrowed($formula),
                unit: $crate::kpi::Unit::$unit,
                better: $crate::kpi::Better::$better,
                sampling: $crate::kpi::Sampling::$sampling,
                source: std::borrow::Cow::Borrowed($source),
                text: std::borrow::Cow::Borrowed(concat!($($doc, "\n"),*)),
                example: std::borrow::Cow::Borrowed(include_str!(concat!(
                    env!("CARGO_MANIFEST_DIR"), "/fixtures/kpi/", $id, ".md"
                ))),
                axis: None,
                vietnamese: Some(std::borrow::Cow::Borrowed(include_str!(concat!(
                    env!("CARGO_MANIFEST_DIR"), "/fixtures/kpi/", $id, ".vi.md"
                )))),
                recipe: $crate::kpi::Source::$from($recipe),
            };
        )*
        /// The family's KPIs, in reading order.
        pub(super) static ALL: &[&$crate::kpi::Kpi] = &[$(&$name),*];
    };
}
use kpis;
