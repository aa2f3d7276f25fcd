//! The change with the mix of dossiers held fixed, and what the mix itself did.

use super::evaluation::Evaluation;
use super::gathering::{Gathered, Parts};
use super::number::printed;
use super::question::Question;
use super::row::{Adjusted, Change};
use super::window::{Manner, Window};
use crate::cube::Figure as Kind;
use crate::error::Undefined;
use crate::kpi::Sampling;
use crate::stats::decomposition::Decomposition;
use crate::stats::effect::Change as Effect;
use crate::stats::standardise::{self, Standardised, Stratum};
use crate::stats::survival::{Curve, Weighted};
use crate::stats::{ClusterMoments, Estimate};
use std::collections::BTreeSet;

/// Strata with the cells of both windows.
type Strata = Vec<[Gathered; 2]>;

impl<'a> Evaluation<'a> {
    /// The change at the pooled mix of both windows.
    ///
    /// # Undefined
    ///
    /// `NotAsked` where the study holds nothing fixed; `NoMix` of a complete count, a series of weeks, or a figure that no
    /// mix is of; `NoColumn` where a table does not know the strata; else as the figure itself.
    ///
    /// The crude change is rounded as its parts are, so that they add up as printed.
    pub(super) fn adjusted(&self, question: &Question<'_>, crude: &mut Effect) -> Result<Adjusted, Undefined> {
        let (effect, held) = self.at_fixed_mix(question)?;
        let unit = question.kpi.unit;
        let [before, after] = [&held.was, &held.is].map(|window| printed(window.value() / unit.divisor()));
        let in_unit = |value: f64| value / unit.divisor();
        let all_match = held.unmatched == 0;
        let matched = if all_match { crude.absolute.value } else { self.crude_of_matched(question)? };
        let parts =
            Decomposition::new(in_unit(crude.absolute.value), in_unit(matched), in_unit(effect.absolute.value))?;
        crude.absolute.value = parts.crude * unit.divisor();
        let mut change = Change::of(effect, unit);
        change.absolute.value = parts.rate;
        Ok(Adjusted {
            was: before,
            is: after,
            change,
            rate_effect: parts.rate,
            mix_effect: parts.mix,
            unmatched: parts.unmatched,
            strata_matched: held.matched,
            strata_unmatched: held.unmatched,
            rows_unmatched: held.left_out,
        })
    }

    /// The effect at the pooled mix, with the two figures it is of.
    pub(super) fn at_fixed_mix(&self, question: &Question<'_>) -> Result<(Effect, Standardised<Window>), Undefined> {
        if self.settings.standardise.is_empty() {
            return Err(Undefined::NotAsked);
        }
        if question.kpi.sampling != Sampling::Cluster {
            return Err(Undefined::NoMix);
        }
        let usual = self.usual(question)?;
        let manner = self.manner(question.kpi, 0, usual.as_ref(), &[]);
        let held = self.held(question, &manner)?;
        let effect = manner.change(question.recipe.figure, &held.was, &held.is);
        Ok((effect, held))
    }

    /// The strata of the KPI's own rows.
    pub(super) fn own_strata(&self, question: &Question<'_>) -> Result<Strata, Undefined> {
        let [mut was, mut is] =
            [self.strata(question.kpi, &question.own, 0)?, self.strata(question.kpi, &question.own, 1)?];
        let names: BTreeSet<_> = was.keys().chain(is.keys()).cloned().collect();
        Ok(names.iter().map(|name| [was.remove(name), is.remove(name)].map(Option::unwrap_or_default)).collect())
    }

    fn held(&self, question: &Question<'_>, manner: &Manner<'_>) -> Result<Standardised<Window>, Undefined> {
        let (dependence, level) = (manner.dependence, manner.level);
        let strata = || self.own_strata(question);
        let moments = |of: &dyn Fn(&Gathered) -> Vec<ClusterMoments>| -> Result<Vec<_>, Undefined> {
            Ok(strata()?.iter().map(|[was, is]| Stratum { was: of(was), is: of(is) }).collect())
        };
        let own = |gathered: &Gathered| gathered.moments.clone();
        let estimated = |held: Standardised<Estimate>| {
            held.figure(|estimate| Ok(Window::Estimate(estimate, Err(Undefined::NotAsked))))
        };
        let read = |held: Standardised<_>| held.figure(|quantile| Ok(Window::Quantile(Box::new(quantile))));
        match question.recipe.figure {
            Kind::Share => estimated(standardise::share(&moments(&own)?, dependence)?),
            Kind::Usual(_) => {
                let usual = manner.usual.ok_or(Undefined::NoFigure)?;
                estimated(standardise::share(&moments(&|gathered| gathered.with_things(usual))?, dependence)?)
            }
            Kind::Mean => estimated(standardise::mean(&moments(&own)?, dependence)?),
            Kind::Cost => estimated(standardise::mean(&moments(&Gathered::costs)?, dependence)?),
            Kind::Ratio if question.over.is_none() => {
                let strata = strata()?.into_iter().map(|[was, is]| Stratum { was: was.pairs, is: is.pairs });
                estimated(standardise::ratio(&strata.collect::<Vec<_>>(), dependence)?)
            }
            Kind::Order(q) => {
                let strata = strata()?.into_iter().map(|[was, is]| Stratum { was: was.times, is: is.times });
                read(standardise::woodruff(&strata.collect::<Vec<_>>(), q, dependence, level)?)
            }
            Kind::Quantile(q) => {
                let strata = strata()?;
                if strata.iter().flatten().all(|gathered| gathered.followed.is_empty()) {
                    let strata = strata.into_iter().map(|[was, is]| Stratum { was: was.times, is: is.times });
                    return read(standardise::quantiles(&strata.collect::<Vec<_>>(), q, dependence, level)?);
                }
                let strata = strata.into_iter().map(|[was, is]| Stratum { was: was.followed, is: is.followed });
                read(standardise::net_quantiles(&strata.collect::<Vec<_>>(), q, dependence, level)?)
            }
            _ => Err(Undefined::NoMix),
        }
    }

    /// The crude change among the strata that stand in both windows.
    fn crude_of_matched(&self, question: &Question<'_>) -> Result<f64, Undefined> {
        let usual = self.usual(question)?;
        let manner = self.manner(question.kpi, 0, usual.as_ref(), &[]);
        let matched = self.own_strata(question)?.into_iter().filter(|sides| sides.iter().all(Gathered::is_counted));
        let mut sides = [Gathered::default(), Gathered::default()];
        for stratum in matched {
            sides.iter_mut().zip(stratum).for_each(|(side, own)| side.append(own));
        }
        let value = |own| value(question.recipe.figure, own, &manner);
        let [was, is] = sides;
        Ok(value(is)? - value(was)?)
    }
}

/// The value of a figure alone: limits of a curve at every time would cost more than all the rest.
fn value(figure: Kind, own: Gathered, manner: &Manner<'_>) -> Result<f64, Undefined> {
    let reached = |time: Option<u64>| time.map(|time| time as f64).ok_or(Undefined::NotReached);
    match figure {
        Kind::Quantile(q) if !own.followed.is_empty() => reached(Weighted::new(&own.followed)?.quantile(q)),
        Kind::Quantile(q) | Kind::Order(q) => reached(Curve::new(&own.times)?.quantile(q)),
        _ => Ok(manner.window(figure, &Parts { own, ..Parts::default() })?.value()),
    }
}
