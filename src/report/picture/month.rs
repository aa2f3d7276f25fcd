//! Months as they are counted, and as they are written.

use super::super::{Lang, dates};

/// A month of `2024-02`, counted from the year 0.
pub(super) fn number(text: &str) -> Option<i64> {
    let (year, month) = text.split_once('-')?;
    let month: i64 = month.get(..2).unwrap_or(month).parse().ok()?;
    Some(year.parse::<i64>().ok()? * 12 + month - 1)
}

/// Months with their numbers, those that are none left out.
pub(super) fn numbered<'a, T>(months: impl Iterator<Item = (&'a str, T)>) -> Vec<(i64, T)> {
    months.filter_map(|(name, own)| Some((number(name)?, own))).collect()
}

/// A month as the language writes it.
pub(super) fn name(number: i64, lang: Lang) -> String {
    let (year, month) = (number.div_euclid(12), number.rem_euclid(12) + 1);
    dates::month(&format!("{year:04}-{month:02}"), lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_counted_and_written() {
        assert_eq!(number("2024-02"), Some(24_289));
        assert_eq!([Lang::En, Lang::Vi].map(|lang| name(24_289, lang)), ["2024-02", "02/2024"]);
        assert_eq!((number("2024"), number("x-y")), (None, None));
    }
}
