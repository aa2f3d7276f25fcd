//! What a study agrees on with its tables: scales of scores, limits to publish and to answer.

use super::defaults::Defaults;
use super::file::{Index766Table, StudyFile};
use crate::calendar::{Limit, LimitUnit};
use crate::error::{Error, Result};
use crate::ingest::Table;
use crate::measure::{Conventions, Petitioning, Publishing, Scale, Scales};

/// The scale of a study that names none: that of the Ministry of Home Affairs' survey (SIPAS).
pub(super) const SCALE: &str = "1..5";

/// What a study says where answers to petitions need not be public.
pub(super) const NEVER: &str = "none";

/// The conventions of a study.
///
/// # Errors
///
/// A scale, threshold or limit that cannot be.
pub(super) fn conventions(file: &StudyFile, defaults: &mut Defaults) -> Result<Conventions> {
    let (of_procedures, of_petitions) = (&file.procedures, &file.petitions);
    let mut or = |table: Table, key: &str, given: &Option<String>, default: &str| match file.log.entries(table) {
        // What a study has no table for is none of its defaults.
        [] => given.clone().unwrap_or_else(|| default.to_owned()),
        _ => defaults.or(key, given, default),
    };
    let mut limit = |table: Table, key: &str, given: &Option<String>, default: &str, unit: LimitUnit| {
        limit(key, &or(table, key, given, default), unit)
    };
    let working = LimitUnit::WorkingDays;
    let (key, own) = ("procedures.publish_within", &of_procedures.publish_within);
    let other = limit(Table::Procedures, key, own, "5 working days", working)?;
    let (key, own) = ("procedures.ministry_publish_within", &of_procedures.ministry_publish_within);
    let ministry = limit(Table::Procedures, key, own, "10 working days", working)?;
    let (key, own) = ("petitions.answer_within", &of_petitions.answer_within);
    let answer = limit(Table::Petitions, key, own, "15 working days", working)?;
    let (key, own) = ("petitions.repeat_within", &of_petitions.repeat_within);
    let repeat = limit(Table::Petitions, key, own, "90 days", LimitUnit::Days)?;
    let [other_ahead, ministry_ahead, publish, refuse, ask] = of_index(&file.index_766)?;
    Ok(Conventions {
        scales: scales(file, &mut or)?,
        publishing: Publishing { ministry, other, ministry_ahead, other_ahead },
        petitioning: Petitioning { answer, repeat: repeat.into(), publish, refuse, ask },
    })
}

/// The limits that only the index of Decision 766 asks; the form says them, so they are no defaults of a study.
fn of_index(own: &Index766Table) -> Result<[u32; 5]> {
    // An answer that need not be public has no limit to keep.
    let publish = own.publish_answer_within.clone().filter(|text| text != NEVER);
    let limits = [
        ("index_766.announce_before", &own.announce_before, "5 working days"),
        ("index_766.ministry_announce_before", &own.ministry_announce_before, "20 working days"),
        ("index_766.publish_answer_within", &publish, "2 working days"),
        ("index_766.refuse_within", &own.refuse_within, "2 working days"),
        ("index_766.ask_within", &own.ask_within, "5 working days"),
    ];
    let mut days = [0; 5];
    for (days, (key, given, usual)) in days.iter_mut().zip(limits) {
        *days = limit(key, given.as_deref().unwrap_or(usual), LimitUnit::WorkingDays)?;
    }
    Ok(days)
}

/// Takes a key's text, or its default.
type Or<'a> = dyn FnMut(Table, &str, &Option<String>, &str) -> String + 'a;

fn scales(file: &StudyFile, or: &mut Or<'_>) -> Result<Scales> {
    let own = &file.surveys;
    let text = or(Table::Surveys, "surveys.scale", &own.scale, SCALE);
    let best = or(Table::Surveys, "surveys.best", &own.best, "last");
    let usual = scale("surveys", &text, &best, own.threshold)?;
    let others = own.scales.iter().map(|other| {
        let best = other.best.as_ref().unwrap_or(&best);
        scale("surveys.scales", &other.scale, best, Some(other.threshold))
    });
    Ok(Scales { usual, others: others.collect::<Result<_>>()? })
}

fn scale(key: &str, text: &str, best: &str, threshold: Option<f64>) -> Result<Scale> {
    let wrong = || Error::value(format!("{key}.scale"), text, "the lowest and the highest score, such as \"1..5\"");
    let (min, max) = text.split_once("..").ok_or_else(wrong)?;
    let [min, max] = [min, max].map(|end| end.trim().parse::<f64>().ok().and_then(millionths));
    let (min, max) = min.zip(max).filter(|(min, max)| min < max).ok_or_else(wrong)?;
    let best_last = match best {
        "last" => true,
        "first" => false,
        _ => {
            return Err(Error::value(format!("{key}.best"), best, "first or last: which end of the scale is the best"));
        }
    };
    let threshold = threshold.map(|own| {
        let fits = |millionths: &i64| (min..=max).contains(millionths);
        let expected = format!("a score of its scale, {text}");
        let wrong = || Error::value(format!("{key}.threshold"), own.to_string(), expected);
        millionths(own).filter(fits).ok_or_else(wrong)
    });
    Ok(Scale { min, max, best_last, threshold: threshold.transpose()? })
}

fn millionths(number: f64) -> Option<i64> {
    (number.is_finite() && number.abs() < 1e9).then(|| (number * 1e6).round() as i64)
}

fn limit(key: &str, text: &str, unit: LimitUnit) -> Result<u32> {
    let example = if unit == LimitUnit::Days {
        "a number of days such as \"90 days\""
    } else {
        "a number of working days such as \"5 working days\""
    };
    let wrong = || Error::value(key, text, example);
    let limit = Limit::parse(text).map_err(|_| wrong())?;
    if limit.unit() == unit { Ok(limit.amount()) } else { Err(wrong()) }
}
