//! The official forms, filled for one window: reports on how dossiers were handled, what complying costs, indices.
//!
//! A [`Form`] says what a cube must keep for it ([`Asked::recipes`], [`Asked::dimensions`]) and is filled from that cube
//! and nothing else, so a log split by case fills the same form. What is filled is a type of its own, whose identities
//! are asserted; a [`Sheet`] is made of it, laid out as the paper form is, and renderers know sheets alone.
//!
//! # Example
//!
//! ```
//! use giamtang::Study;
//! use giamtang::forms::{Asked, Columns, Ended, Filled, Folding, Form, Handling, Head, Known, Part, Said, Told};
//! use giamtang::forms::{Days, Done, Income, PricedJob, Prices, Rows, Rules, Saving, Work, Worksheet, Year};
//!
//! # fn main() -> giamtang::Result<()> {
//! let study = || Study::load("fixtures/study/study.toml");
//!
//! // How dossiers were handled, folded as provinces fold them.
//! let asked = Asked { by_unit: true, folding: Folding::Provincial, ..Asked::new(Form::Handling) };
//! let (filled, _) = study()?.form(asked)?.plan()?.form()?;
//! let Filled::Handling(form) = &filled else { panic!("another form") };
//! let Handling { head, whole, units, told, .. } = &**form;
//! let Head { window, rows: Rows { read, accepted, .. }, .. } = head;
//! assert_eq!((*window, *read, *accepted), ("2024-02-15..2024-07-31".parse::<Days>()?, 2_202, 2_195));
//! let Part { columns: Columns(columns), ended: Ended { withdrawn, .. }, .. } = whole;
//! let received: &Known<u64> = &columns[0];
//! assert_eq!((received, withdrawn, units.len()), (&Ok(537), &Ok(16), 14));
//! let Told { refused, .. } = told;
//! assert_eq!(refused, &Ok(0));
//! assert!(filled.sheets()[0].under.iter().any(|(_, said)| matches!(said, Said::Days(..))));
//!
//! // What complying costs, before and after.
//! let (filled, _) = study()?.form(Asked::new(Form::Worksheet))?.plan()?.form()?;
//! let Filled::Worksheet(form) = filled else { panic!("another form") };
//! let Worksheet { prices: Prices { incomes, jobs, .. }, works, before, saving, .. } = *form;
//! let Income { vnd, source, .. } = &incomes[0];
//! let PricedJob { name, seconds, .. } = &jobs[0];
//! assert_eq!((*vnd, source.as_str(), name.as_str(), *seconds), (36_000, "made up", "Prepare the papers", 1_440));
//! let Work { procedure, before: Ok(Rules { jobs, year, .. }), .. } = &works[0] else { panic!("no rules") };
//! let Done { times, hours, .. } = &jobs[0];
//! assert!(procedure.is_some() && hours < times && year.money < year.total);
//! let (Ok(Year { total, .. }), Ok(Saving { share: Some(share), .. })) = (before, saving) else { panic!("no cost") };
//! assert_eq!((total.round(), format!("{share:.3}")), (309_737_424.0, "0.120".to_owned()));
//! # Ok(())
//! # }
//! ```

mod absent;
mod grade;
mod ground;
mod handling;
pub mod index_766;
pub mod nine;
mod period;
mod sheet;
mod worksheet;

pub use grade::Grade;
#[doc(hidden)]
pub use ground::{Ground, Group};
pub use ground::{Head, Known, Rows};
pub use handling::{Columns, Ended, Folding, Handling, Part, Told};
pub use index_766::Filled766;
pub use nine::FilledNine;
pub use period::{Convention, Days, Period};
pub use sheet::{Cell, Heading, Kind, Line, Said, Sheet, named};
pub use worksheet::{Done, Income, PricedJob, Prices, Rules, Saving, Work, Worksheet, Year};

use crate::cube::{Keep, Recipe};
use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::measure::Counting;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeSet;

/// An official form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Form {
    /// II.06a/VPCP/KSTT: how dossiers were handled, by field.
    Handling,
    /// The compliance-cost worksheet of the Standard Cost Model, by procedure.
    Worksheet,
    /// The index of Decision 766/QĐ-TTg.
    Index766,
    /// The nine indices of Decree 61/2018/NĐ-CP.
    NineIndices,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Handling, Self::Worksheet, Self::Index766, Self::NineIndices];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Handling => "06a",
            Self::Worksheet => "scm",
            Self::Index766 => "766",
            Self::NineIndices => "nine",
        }
    }

    /// Whether it holds two windows side by side; the others are of one.
    pub fn compares(self) -> bool {
        self == Self::Worksheet
    }

    /// The profile by which it counts what is on time; `None` where it does not count that.
    #[doc(hidden)]
    pub fn counting(self) -> Option<Counting> {
        match self {
            Self::Handling => Some(Counting::Form06a),
            Self::Index766 => Some(Counting::Decision766),
            Self::Worksheet | Self::NineIndices => None,
        }
    }

    /// The form of a name.
    ///
    /// # Errors
    ///
    /// There is no such form.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::forms::Form;
    ///
    /// assert_eq!(Form::from_name("06a").unwrap(), Form::Handling);
    /// assert!(Form::from_name("06").is_err());
    /// ```
    pub fn from_name(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name).ok_or_else(|| {
            let near = nearest_name(name, Self::ALL.map(Self::name));
            ErrorKind::UnknownName { name: name.to_owned(), of: "a form; there are 06a, scm, 766 and nine", near }
                .into()
        })
    }
}

/// Which form, of what days, in which rows.
///
/// # Example
///
/// ```
/// use giamtang::forms::{Asked, Form, Period};
///
/// let period: Period = "2024-Q2".parse().unwrap();
/// let asked = Asked { period: Some(period), by_unit: true, ..Asked::new(Form::Handling) };
/// assert!(asked.cut_off.is_none());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The form.
    pub form: Form,
    /// Its period; without one the window of the study.
    pub period: Option<Period>,
    /// The days that a period is made of.
    pub convention: Convention,
    /// The last day that is known; without one the window's last.
    pub cut_off: Option<NaiveDate>,
    /// Whether each unit has lines of its own.
    pub by_unit: bool,
    /// Whether each procedure has a line of its own.
    pub by_procedure: bool,
    /// How form 06a folds the classes of dossiers into its columns.
    pub folding: Folding,
    /// Whose items the index of Decision 766 has; without one those of the study.
    pub level: Option<index_766::Level>,
    /// What the study decides about the index of Decision 766.
    pub index_766: index_766::Parameters,
    /// What the study decides about the nine indices.
    pub nine: nine::Parameters,
}

impl Asked {
    /// A form of a study's window, as it is if nothing else is said.
    pub fn new(form: Form) -> Self {
        let (period, convention, cut_off) = (None, Convention::Calendar, None);
        let (index_766, nine) = (index_766::Parameters::default(), nine::Parameters::default());
        Self {
            form,
            period,
            convention,
            cut_off,
            by_unit: false,
            by_procedure: false,
            folding: Folding::ByDates,
            level: None,
            index_766,
            nine,
        }
    }

    /// The same as it is known at the end of a local day.
    ///
    /// # Errors
    ///
    /// A text that is no day.
    pub fn until(self, day: &str) -> Result<Self> {
        let cut_off = day.trim().parse().map_err(|_| Error::value("--cut-off", day, "a day such as 2024-07-05"))?;
        Ok(Self { cut_off: Some(cut_off), ..self })
    }

    /// What the cube must keep, where the log has the columns for it; a worksheet's jobs are those of the tariff.
    #[doc(hidden)]
    pub fn recipes(&self, prices: Option<&Prices>) -> Vec<Recipe> {
        match self.form {
            Form::Handling => handling::recipes(self.by_procedure),
            Form::Worksheet => worksheet::recipes(prices.map_or(0, |prices| prices.jobs.len())),
            Form::Index766 => index_766::recipes(&self.index_766),
            Form::NineIndices => nine::recipes(&self.nine),
        }
    }

    /// The same as single keeps.
    #[doc(hidden)]
    pub fn keeps(&self, prices: Option<&Prices>) -> Vec<Keep> {
        self.recipes(prices).iter().flat_map(Recipe::keeps).cloned().collect()
    }

    /// The columns that name a group of it, of those that the log has.
    #[doc(hidden)]
    pub fn dimensions(&self, columns: &BTreeSet<String>) -> Vec<String> {
        match self.form {
            Form::Handling => handling::dimensions(columns, self.by_unit, self.by_procedure),
            Form::Worksheet => {
                let own = worksheet::DIMENSIONS.into_iter().filter(|column| columns.contains(*column));
                own.map(str::to_owned).collect()
            }
            Form::Index766 | Form::NineIndices => {
                self.by_unit.then(|| "unit".to_owned()).into_iter().filter(|unit| columns.contains(unit)).collect()
            }
        }
    }
}

/// A form that is filled: typed figures, and the sheet that is made of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Filled {
    /// Form II.06a.
    Handling(Box<Handling>),
    /// The index of Decision 766.
    Index766(Box<Filled766>),
    /// The nine indices.
    NineIndices(Box<FilledNine>),
    /// The compliance-cost worksheet.
    Worksheet(Box<Worksheet>),
}

impl Filled {
    /// Fills a form.
    ///
    /// # Errors
    ///
    /// An identity of the form does not hold, which is a defect.
    #[doc(hidden)]
    pub fn of(ground: &Ground<'_>) -> Result<Self> {
        match ground.asked.form {
            Form::Handling => Ok(Self::Handling(Box::new(Handling::fill(ground)?))),
            Form::Worksheet => Ok(Self::Worksheet(Box::new(Worksheet::fill(ground)?))),
            Form::Index766 => Ok(Self::Index766(Box::new(Filled766::fill(ground)))),
            Form::NineIndices => Ok(Self::NineIndices(Box::new(FilledNine::fill(ground)))),
        }
    }

    /// The form.
    pub fn form(&self) -> Form {
        match self {
            Self::Handling(_) => Form::Handling,
            Self::Index766(_) => Form::Index766,
            Self::NineIndices(_) => Form::NineIndices,
            Self::Worksheet(_) => Form::Worksheet,
        }
    }

    /// Whose it is, of which days, and how it came about.
    pub fn head(&self) -> &Head {
        match self {
            Self::Handling(own) => &own.head,
            Self::Index766(own) => &own.head,
            Self::NineIndices(own) => &own.head,
            Self::Worksheet(own) => &own.head,
        }
    }

    /// The same for everybody: no number of dossiers from 1 to `least` − 1 is told, or follows from what is.
    ///
    /// # Errors
    ///
    /// A form that is not told to everybody: the worksheet of compliance costs.
    pub fn public(self, least: u64) -> Result<Self> {
        match self {
            Self::Handling(own) => {
                let mut own = own.public(least);
                let suppressed = own.suppressed();
                own.head = own.head.public(least, suppressed, false);
                Ok(Self::Handling(Box::new(own)))
            }
            Self::Index766(own) => Ok(Self::Index766(Box::new(own.public(least)))),
            Self::NineIndices(own) => Ok(Self::NineIndices(Box::new(own.public(least)))),
            Self::Worksheet(_) => {
                let expected =
                    "internal: the worksheet is of how often each applicant applies, and is not made for everybody";
                Err(Error::value("--audience", "public", expected))
            }
        }
    }

    /// The form laid out, table by table.
    pub fn sheets(&self) -> Vec<Sheet> {
        match self {
            Self::Handling(own) => vec![own.sheet()],
            Self::Worksheet(own) => own.sheets(),
            Self::Index766(own) => own.sheets(),
            Self::NineIndices(own) => own.sheets(),
        }
    }
}
