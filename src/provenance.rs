//! Where a result comes from: the program, the plan, and what the plan took for granted.

use serde::Serialize;
use std::collections::BTreeMap;

/// Where a result comes from; it stands on every output.
///
/// No time and no machine is in it: the same input gives the same bytes.
///
/// # Example
///
/// ```
/// use giamtang::{Audience, Provenance, Study};
///
/// # fn main() -> giamtang::Result<()> {
/// let plan = Study::load("fixtures/study/study.toml")?.plan()?;
/// let own: Provenance = plan.provenance();
/// assert_eq!((own.is.as_str(), own.zone.as_str()), ("2024-02-15..2024-07-31", "Asia/Ho_Chi_Minh"));
/// assert_eq!((own.version, own.plan.len(), own.audience), (env!("CARGO_PKG_VERSION"), 64, Audience::Internal));
/// assert_eq!(own.defaults["compare.counting"], "strict");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Provenance {
    /// The version of giamtang.
    pub version: &'static str,
    /// The digest of everything that changes a cube, in hexadecimal: inputs by name and column, not by content.
    pub plan: String,
    /// The window before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// The window after, or the only one.
    pub is: String,
    /// The counting profile.
    pub counting: String,
    /// The profile that maps the source's columns.
    pub profile: String,
    /// The zone of dates.
    pub zone: String,
    /// Defaults the study left alone.
    pub defaults: BTreeMap<String, String>,
    /// For whom it is.
    pub audience: Audience,
    /// What was withheld; absent where it is internal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppression: Option<Suppression>,
}

/// What was withheld from what is public.
///
/// # Example
///
/// ```
/// use giamtang::{Study, Suppression};
///
/// # fn main() -> giamtang::Result<()> {
/// let card = Study::load("fixtures/study/study.toml")?.by(["unit"]).plan()?.compare()?.public(10);
/// let Suppression { least, suppressed, rounded } = card.provenance.suppression.expect("it is public");
/// assert!(least == 10 && suppressed > 0 && rounded);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Suppression {
    /// The smallest number of persons that is published.
    pub least: u64,
    /// Figures that are suppressed.
    pub suppressed: u64,
    /// Whether all that is told is rounded; what is not is exact.
    pub rounded: bool,
}

/// For whom a result is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Those who may see the log; not for publication.
    #[default]
    Internal,
    /// Everybody: no count from which a person could be known.
    Public,
}
