//! What a study decides about the index of Decision 766 and the nine indices.

use super::conventions::NEVER;
use super::file::{GivenTable, Index766Table, NineTable};
use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::forms::index_766::{Given, Level, Parameters, Rate, Rule, Scoring, items};
use crate::forms::nine;
use std::collections::BTreeMap;

/// What is decided about the index of Decision 766; a level that is asked for wins over the study's.
///
/// # Errors
///
/// A level or a rule that there is not, an item that is not scored, or more counted than there are.
pub(super) fn index_766(own: &Index766Table, level: Option<Level>) -> Result<Parameters> {
    let usual = Parameters::default();
    let of_study = own.level.as_ref().map(|text| {
        let wrong = || Error::value("index_766.level", text, "ministry, province or commune");
        Level::ALL.into_iter().find(|level| level.id() == text).ok_or_else(wrong)
    });
    let scoring = |key: &str, text: &Option<String>, usual: Scoring| match text {
        Some(text) => Scoring::named(text).ok_or_else(|| Error::value(key, text, "linear or saturated")),
        None => Ok(usual),
    };
    let given = own.given.iter().map(|(item, given)| counted(item, given));
    Ok(Parameters {
        level: level.or(of_study.transpose()?).unwrap_or(usual.level),
        digitised: scoring("index_766.digitised", &own.digitised, usual.digitised)?,
        payment: scoring("index_766.payment", &own.payment, usual.payment)?,
        online_by_sync: own.online_by_sync,
        public_answers: own.publish_answer_within.as_deref() != Some(NEVER),
        given: given.collect::<Result<_>>()?,
    })
}

/// What an office counted of an item; on the command line `4_4` stands for `4.4`.
fn counted(item: &str, given: &GivenTable) -> Result<(String, Given)> {
    let key = format!("index_766.given.{item}");
    let id = item.replace('_', ".");
    let items = items(&Parameters::default());
    let known = items.iter().filter(|item| item.rule != Rule::Information).map(|item| item.id);
    if !known.clone().any(|known| known == id) {
        let near = nearest_name(&id, known);
        return Err(ErrorKind::UnknownName { name: item.to_owned(), of: "a scored item of the index", near }.into());
    }
    let GivenTable { numerator, denominator, source } = given;
    let wrong =
        || Error::value(key, format!("{numerator}/{denominator}"), "a numerator that is at most its denominator");
    let rate = Rate::new(*numerator, *denominator).ok_or_else(wrong)?;
    Ok((id, Given { rate, source: source.clone() }))
}

/// What is decided about the nine indices.
///
/// # Errors
///
/// There is no such index, points that are not 0, 1 or 2, or thresholds in the wrong order.
pub(super) fn nine(own: &BTreeMap<String, NineTable>) -> Result<nine::Parameters> {
    let decided = own.iter().map(|(number, table)| {
        let wrong = || Error::value(format!("nine.{number}"), "…", "one of the nine indices, such as [nine.7]");
        let index = number.parse().ok().filter(|own| nine::NUMBERS.contains(own)).ok_or_else(wrong)?;
        Ok((index, decision(number, index, table)?))
    });
    decided.collect::<Result<BTreeMap<u8, nine::Decision>>>().map(nine::Parameters)
}

fn decision(number: &str, index: u8, table: &NineTable) -> Result<nine::Decision> {
    let NineTable { points, source, question, two, one } = table.clone();
    let points = points.map(|points| match u8::try_from(points) {
        Ok(points @ 0..=2) => Ok(points),
        _ => Err(Error::value(format!("nine.{number}.points"), points.to_string(), "0, 1 or 2 points")),
    });
    let decision = nine::Decision { points: points.transpose()?, source, question, two, one };
    let thresholds = decision.thresholds(index);
    if !thresholds.is_ordered() {
        let key = if decision.two.is_some() { "two" } else { "one" };
        let value = format!("{}", if decision.two.is_some() { thresholds.two } else { thresholds.one });
        let expected = format!(
            "thresholds of which that of two points, {}, is at least as good as that of one, {}",
            thresholds.two, thresholds.one
        );
        return Err(Error::value(format!("nine.{number}.{key}"), value, expected));
    }
    Ok(decision)
}
