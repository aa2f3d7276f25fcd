//! What a name says: its words without marks, however they are put together, and how like a synonym it is.

use super::synonyms::{DATE_WORDS, PERSONAL, each};
use crate::ingest::{is_personal, unaccented};

/// The score of a name that is a synonym, and the least that is taken for one.
pub(super) const SAME: u32 = 100;
pub(super) const LIKELY: u32 = 58;
pub(super) const ALIKE: u32 = 40;

/// A name as words.
#[derive(Clone, Debug)]
pub(super) struct Name {
    words: Vec<String>,
    /// The same without words about dates.
    plain: Vec<String>,
}

impl Name {
    /// `NgayTiepNhan`, `ngay_tiep_nhan` and `Ngày tiếp nhận` are one.
    pub(super) fn of(text: &str) -> Self {
        let words = words(&unaccented(text));
        let mut plain: Vec<String> =
            words.iter().filter(|word| each(DATE_WORDS).all(|date| date != word.as_str())).cloned().collect();
        plain.iter_mut().for_each(|word| *word = trimmed(word).to_owned());
        Self { words, plain }
    }

    /// The words, apart by a space.
    pub(super) fn text(&self) -> String {
        self.words.join(" ")
    }

    /// How like the name is to the likest of these synonyms: at most [`SAME`], 0 where it is like none. The order of the
    /// synonyms breaks ties.
    pub(super) fn score(&self, synonyms: &str) -> u32 {
        self.best(&self.words, synonyms)
    }

    /// The same of the name of a date.
    pub(super) fn score_of_date(&self, synonyms: &str) -> u32 {
        self.best(&self.words, synonyms).max(self.best(&self.plain, synonyms))
    }

    fn best(&self, own: &[String], synonyms: &str) -> u32 {
        let scores = each(synonyms)
            .zip(0..)
            .map(|(synonym, rank): (_, u32)| score(own, synonym).saturating_sub(rank.min(24) / 3));
        scores.max().unwrap_or_default()
    }

    /// Whether it holds the words of a phrase one after another.
    pub(super) fn has(&self, phrase: &str) -> bool {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        self.words.windows(phrase.len()).any(|part| part == phrase.as_slice())
    }

    /// Whether a column of that name is about a person.
    pub(super) fn is_personal(text: &str) -> bool {
        let name = Self::of(text);
        let own = name.text();
        is_personal(text) || each(PERSONAL).any(|personal| personal == own || personal.replace(' ', "") == own)
    }
}

fn score(own: &[String], synonym: &str) -> u32 {
    let words: Vec<&str> = synonym.split(' ').filter(|word| !word.is_empty()).collect();
    if own == words.as_slice() {
        return SAME;
    }
    let (own_key, key) = (own.concat(), words.concat());
    let has = || own.len() > words.len() && own.windows(words.len()).any(|part| part == words.as_slice());
    match () {
        () if words.is_empty() => 0,
        () if own_key == key => SAME - 4,
        () if has() => 45 + (40 * words.len() / own.len()) as u32,
        () if key.len() >= 6 && own_key.contains(&key) => ALIKE,
        () => 0,
    }
}

/// The words of a name without marks, in small letters.
fn words(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || before.is_uppercase() && after.is_some_and(|after| after.is_lowercase())
            });
        if begins || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A word without a date word that is written onto it, such as `opendate`.
fn trimmed(word: &str) -> &str {
    let behind = ["datetime", "timestamp", "date", "time", "dt"];
    let cut = behind.iter().find_map(|date| word.strip_suffix(date)).or_else(|| word.strip_prefix("ngay"));
    cut.filter(|rest| rest.len() >= 3 && *rest != "up").unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_however_they_are_put_together() {
        for name in ["NgayTiepNhan", "ngay_tiep_nhan", "Ngày tiếp nhận", "ngay-tiep.nhan", "Ngày Tiếp Nhận:"]
        {
            assert_eq!(Name::of(name).text(), "ngay tiep nhan", "{name}");
        }
        assert_eq!(Name::of("MaTTHC").text(), "ma tthc");
        assert_eq!(Name::of("time:timestamp").text(), "time timestamp");
        assert_eq!(Name::of("Đơn vị").text(), "don vi");
    }

    #[test]
    fn dates_are_known_without_their_word() {
        for name in ["open_dt", "opendate", "OpenDate", "Open Date", "opened_at"] {
            assert!(Name::of(name).score_of_date("open, opened") >= 95, "{name}");
        }
        assert_eq!(Name::of("Update").score_of_date("up"), 0);
        assert!(Name::of("enddate_planned").score_of_date("end planned") == SAME);
        assert!(Name::of("location_type").score("type") < Name::of("type").score("type"));
        assert_eq!(Name::of("borough").score("unit, office"), 0);
    }

    #[test]
    fn persons_are_known_in_both_languages() {
        for name in
            ["Name", "FullName", "e-mail", "Phone Number", "Họ và tên", "SoDienThoai", "Incident Address", "dob"]
        {
            assert!(Name::is_personal(name), "{name}");
        }
        for name in ["concept:name", "service_name", "unit", "MaHoSo", "Agency Name", "case_id", "channel"] {
            assert!(!Name::is_personal(name), "{name}");
        }
    }
}
