//! What stands beside a change: the same at a fixed mix, what the mix did, and the smallest change there was power for.

use super::Lang;
use super::face::Face;
use super::number::{count, decimal, rounded};
use super::page::Text;
use super::words::{
    A_FIXED_MIX, AT_FIXED_MIX, BOTH_WINDOWS, CRUDE, FIXED_MIX, JUDGED, MIX, ONE_WINDOW, POINTS, SMALLEST, STRATA,
    TIMES_IN, UNMATCHED, UNMATCHED_ROWS, WITHIN_STRATA, unit,
};
use crate::kpi::Unit;
use crate::scorecard::{Flag, Known, Smallest, StudyHead};

/// At a fixed mix of these columns.
pub(super) fn fixed_mix(columns: &[String], lang: Lang) -> String {
    lang.say(AT_FIXED_MIX).replace("{}", &columns.join(", "))
}

/// What verdicts are of, where the study holds a mix fixed.
pub(super) fn judged(study: &StudyHead, lang: Lang) -> Option<String> {
    let asked = study.was.is_some() && !study.standardise.is_empty();
    asked.then(|| format!("{}: {}", fixed_mix(&study.standardise, lang), lang.say(JUDGED)))
}

impl Face<'_> {
    /// Name, was, arrow, is, unit, change, interval: all at a fixed mix; `None` where that is unknown. The name says of
    /// what where it has the room.
    pub(super) fn at_fixed_mix(&self, room: usize) -> Option<Vec<Text>> {
        let own = self.row.adjusted.value()?;
        let gap = &own.change.absolute;
        let signed = |value| self.digits.signed(value);
        let interval = self.pointed(self.digits.interval(gap.low, gap.high, signed));
        let [was, is] = [own.was, own.is].map(|value| Text::plain(self.digits.value(value)));
        let (change, interval) = (Text::plain(signed(gap.value)), Text::plain(interval));
        let names = [self.fixed_mix(), self.lang.say(A_FIXED_MIX).to_owned(), self.lang.say(FIXED_MIX).to_owned()];
        let mut names = names.map(Text::dim).into_iter();
        let name = names.find(|name| name.width() <= room).unwrap_or_else(|| Text::dim(self.lang.say(FIXED_MIX)));
        Some(vec![name, was, Text::dim("→"), is, Text::default(), change, interval])
    }

    /// What is held fixed.
    fn fixed_mix(&self) -> String {
        fixed_mix(self.mix, self.lang)
    }

    /// What of the crude change the mix did, in numbers that add up as printed; or why it is unknown.
    pub(super) fn mixed(&self) -> Option<String> {
        let flagged = self.row.flags.contains(&Flag::Unadjusted);
        let (own, crude) = match (&self.row.adjusted, self.row.change.value()) {
            (Known::No(why), _) if flagged => return Some(format!("{}: {}", self.fixed_mix(), self.lang.why(why))),
            (Known::Yes(own), Some(crude)) => (own, crude.absolute.value),
            _ => return None,
        };
        let say = |words| self.lang.say(words);
        let [crude, rate, mix, unmatched] = self.digits.split(crude, [own.rate_effect, own.unmatched]);
        let number = |strata: usize| count(strata as u64, self.lang);
        let mut told = format!("{} {crude} = {} {rate} + {} {mix} + ", say(CRUDE), say(WITHIN_STRATA), say(MIX));
        told += &format!(
            "{} {unmatched}; {}: {} {}",
            say(UNMATCHED),
            say(STRATA),
            number(own.strata_matched),
            say(BOTH_WINDOWS)
        );
        if own.strata_unmatched > 0 {
            let rows = own.rows_unmatched.map(|rows| count(rows, self.lang)).join(" → ");
            told += &format!(", {} {} ({} {rows})", number(own.strata_unmatched), say(ONE_WINDOW), say(UNMATCHED_ROWS));
        }
        Some(told)
    }

    /// The smallest change that the log could have shown.
    pub(super) fn smallest(&self) -> Option<String> {
        let Smallest { absolute, relative, power } = self.row.smallest?;
        let unit = match self.row.unit {
            Unit::Share => self.lang.say(POINTS),
            own => self.lang.say(unit(own)),
        };
        let size = format!("±{} {unit}", self.digits.value(absolute));
        let relative = relative.filter(|_| self.row.unit != Unit::Share);
        let relative = relative.map(|share| format!(" ({})", rounded(share, self.lang))).unwrap_or_default();
        let often = self.often(power);
        Some(self.lang.say(SMALLEST).replace("{}", &format!("{}{relative}", size.trim_end())) + &often)
    }

    /// A probability as so many times in so many.
    fn often(&self, power: f64) -> String {
        let whole = |of: &u32| (power * f64::from(*of)).fract() < 1e-9;
        match (2..=10_u32).find(whole) {
            Some(of) => {
                let times = decimal(power * f64::from(of), 0, self.lang);
                self.lang.say(TIMES_IN).replace("{}", &times).replace("{of}", &of.to_string())
            }
            None => format!(" ({})", rounded(power, self.lang)),
        }
    }
}
