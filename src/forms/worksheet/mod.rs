//! The compliance-cost worksheet: what each job costs those who apply, before and after, and what is saved.
//!
//! The Standard Cost Model of Circular 02/2017/TT-VPCP, article 27. Every figure is made of what `cost/compliance_total`
//! keeps, so the worksheet comes to the same sums: who applies is held at the first window, papers, fees and jobs are
//! those in force on each window's last day.

mod json;
mod paper;
mod prices;
mod recipes;
mod work;

pub use prices::{Income, PricedJob, Prices};
pub(super) use recipes::{DIMENSIONS, recipes};
pub use work::{Done, Rules, Saving, Work, Year};

use super::ground::{Ground, Head, Known};
use super::sheet::Sheet;
use crate::error::{Error, Result, Undefined};

/// The worksheet filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Worksheet {
    /// Whose it is, and of which days.
    pub head: Head,
    /// The prices.
    pub prices: Prices,
    /// By procedure and kind of applicant; none where the cost cannot be known.
    pub works: Vec<Work>,
    /// All of them by the rules of the first window, or of the only one.
    pub before: Known<Year>,
    /// The same by the rules of the last window.
    pub after: Known<Year>,
    /// What is saved in a year.
    pub saving: Known<Saving>,
    /// Dossiers of the first window that are not in it, for what they cost is not known.
    pub excluded: Known<u64>,
}

impl Worksheet {
    /// Fills the worksheet.
    ///
    /// # Errors
    ///
    /// The study has no tariff; or the jobs do not add up to what complying costs, which is a defect.
    pub(super) fn fill(ground: &Ground<'_>) -> Result<Self> {
        let Some(prices) = ground.prices else {
            let expected = "a tariff under `[tariff]`: a year, an income per hour with its source, and jobs; `giamtang explain \
                            cost/compliance_total` says what it is for";
            return Err(Error::value("tariff", "(missing)", expected));
        };
        work::filled(ground, prices)
    }

    /// Whether it holds two windows against each other.
    pub fn compares(&self) -> bool {
        self.head.was.is_some()
    }

    /// The form laid out: the jobs before, the jobs after, what is saved.
    pub fn sheets(&self) -> Vec<Sheet> {
        paper::sheets(self)
    }

    fn without(ground: &Ground<'_>, prices: &Prices, why: &Undefined) -> Self {
        let (head, prices, works) = (ground.head.clone(), prices.clone(), Vec::new());
        let none = || Err(why.clone());
        Self {
            head,
            prices,
            works,
            before: none(),
            after: none(),
            saving: Err(why.clone()),
            excluded: Err(why.clone()),
        }
    }
}
