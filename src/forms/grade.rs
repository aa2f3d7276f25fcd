//! What so many points are called.

use super::sheet::named;
use crate::kpi::Name;

/// What so many points are called; from how many, each form says.
///
/// # Example
///
/// ```
/// use giamtang::forms::Grade;
///
/// assert_eq!((Grade::Good.id(), &*Grade::Good.name().vi), ("good", "Tốt"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// The best.
    Excellent,
    /// The second.
    Good,
    /// The third.
    Fair,
    /// The fourth.
    Average,
    /// The last, whatever is below the fourth.
    Weak,
}

impl Grade {
    /// The grade of so much, where each is given from the least beside it on; the best comes first.
    pub(super) fn among<T: PartialOrd>(bands: impl IntoIterator<Item = (Self, T)>, own: T) -> Self {
        bands.into_iter().find(|(_, least)| own >= *least).map_or(Self::Weak, |(grade, _)| grade)
    }

    /// Its id in results.
    pub fn id(self) -> &'static str {
        match self {
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Average => "average",
            Self::Weak => "weak",
        }
    }

    /// Its name.
    pub fn name(self) -> Name {
        match self {
            Self::Excellent => named("Excellent", "Xuất sắc"),
            Self::Good => named("Good", "Tốt"),
            Self::Fair => named("Fair", "Khá"),
            Self::Average => named("Average", "Trung bình"),
            Self::Weak => named("Weak", "Yếu"),
        }
    }
}
