//! Numbers as they are printed: present with a value, or absent with a reason.

use crate::error::Undefined;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// A figure that exists, or the reason why it does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Known<T> {
    /// It exists.
    Yes(T),
    /// It does not.
    No(Undefined),
}

impl<T> Known<T> {
    /// The figure, if it exists.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Yes(value) => Some(value),
            Self::No(_) => None,
        }
    }

    /// The reason, if it does not.
    pub fn reason(&self) -> Option<&Undefined> {
        match self {
            Self::Yes(_) => None,
            Self::No(why) => Some(why),
        }
    }
}

impl<T> From<Result<T, Undefined>> for Known<T> {
    fn from(result: Result<T, Undefined>) -> Self {
        match result {
            Ok(value) => Self::Yes(value),
            Err(why) => Self::No(why),
        }
    }
}

impl<T: Serialize> Serialize for Known<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Yes(value) => value.serialize(serializer),
            Self::No(why) => absence(why, serializer),
        }
    }
}

/// Why something that may stand beside a figure does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Absence(pub Undefined);

impl Serialize for Absence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        absence(&self.0, serializer)
    }
}

fn absence<S: Serializer>(why: &Undefined, serializer: S) -> Result<S::Ok, S::Error> {
    let mut reason = serializer.serialize_struct("Undefined", 2)?;
    reason.serialize_field("undefined", why.code())?;
    reason.serialize_field("detail", &why.detail())?;
    reason.end()
}

/// A number at 12 significant digits, so that the last bits of a machine's arithmetic are never printed.
///
/// # Example
///
/// ```
/// assert_eq!(giamtang::scorecard::printed(0.1 + 0.2), 0.3);
/// ```
pub fn printed(value: f64) -> f64 {
    // A whole number of so many digits is what it is printed as: most are counts, and a text is ten times the work.
    if value.fract() == 0.0 && value.abs() < 1e12 {
        return value;
    }
    format!("{value:.11e}").parse().unwrap_or(value)
}

/// How a language writes numbers.
#[derive(Clone, Copy)]
pub(crate) struct Numerals {
    pub(crate) point: char,
    thousands: char,
    pub(crate) percent: &'static str,
}

pub(crate) const ENGLISH: Numerals = Numerals { point: '.', thousands: ',', percent: " %" };
pub(crate) const VIETNAMESE: Numerals = Numerals { point: ',', thousands: '.', percent: "%" };

impl Numerals {
    /// Digits in groups of three.
    pub(crate) fn grouped(self, digits: &str) -> String {
        let mut text = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(self.thousands);
            }
            text.push(digit);
        }
        text
    }

    pub(crate) fn count(self, value: u64) -> String {
        self.grouped(&value.to_string())
    }

    /// A relative change as it is told in a sentence, to a tenth of a percent.
    pub(crate) fn percent_change(self, relative: f64) -> String {
        let tenths = (relative * 1000.0).round();
        let sign = match () {
            () if tenths > 0.0 => "+",
            () if tenths < 0.0 => "−",
            () => "",
        };
        let text = format!("{:.1}", tenths.abs() / 10.0);
        let (whole, tenth) = text.split_once('.').unwrap_or((&text, ""));
        format!("{sign}{}{}{tenth}{}", self.grouped(whole), self.point, self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fall of 26.64 %, a rise of twelve times, and none.
    #[test]
    fn a_change_is_written_as_its_language_does() {
        let told = |relative| [ENGLISH, VIETNAMESE].map(|numerals| numerals.percent_change(relative));
        assert_eq!(told(-0.2664), ["−26.6 %", "−26,6%"]);
        assert_eq!(told(12.0), ["+1,200.0 %", "+1.200,0%"]);
        assert_eq!(told(-0.0001), ["0.0 %", "0,0%"]);
        assert_eq!([ENGLISH.count(1_434), VIETNAMESE.count(1_434)], ["1,434", "1.434"]);
    }
}
