//! The change with the mix of dossiers held fixed, and what the mix itself did.

use super::evaluation::Evaluation;
use super::gathering::{Gathered, Parts};
use super::number::printed;
use super::question::Question;
use super::row::{Adjusted, Change};
use super::shelf::{AtOneMix, Rows};
use super::window::{Manner, Window};
use crate::cube::Figure as Kind;
use crate::error::Undefined;
use crate::kpi::Sampling;
use crate::stats::decomposition::Decomposition;
use crate::stats::effect::Change as Effect;
use crate::stats::standardise::{self, Standardised, Stratum};
use crate::stats::survival::{Choice, Leavers};
use crate::stats::{ClusterMoments, Dependence, Estimate};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Strata with the cells of both windows, without their times.
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
    fn own_strata(&self, question: &Question<'_>) -> Result<Strata, Undefined> {
        let [mut was, mut is] =
            [self.strata(question.kpi, &question.own, 0)?, self.strata(question.kpi, &question.own, 1)?];
        let numbers: BTreeSet<u32> = was.keys().chain(is.keys()).copied().collect();
        Ok(numbers
            .iter()
            .map(|number| [was.remove(number), is.remove(number)].map(Option::unwrap_or_default))
            .collect())
    }

    /// The rows of both windows whose times the KPI is of, strata told apart.
    pub(super) fn own_times(&self, question: &Question<'_>) -> Result<[Gathered; 2], Undefined> {
        let gathered = |slot| self.gathered(question.kpi, &question.own, slot);
        let windows = [gathered(0)?, gathered(1)?];
        self.lacks_strata(&question.own).map_or(Ok(windows), Err)
    }

    fn held(&self, question: &Question<'_>, manner: &Manner<'_>) -> Result<Standardised<Window>, Undefined> {
        let (dependence, level) = (manner.dependence, manner.level);
        let strata = || self.own_strata(question);
        let moments = |of: &dyn Fn(&Gathered) -> Vec<ClusterMoments>| -> Result<Vec<_>, Undefined> {
            Ok(strata()?.iter().map(|[was, is]| Stratum { was: of(was), is: of(is) }).collect())
        };
        let own = || -> Result<Vec<_>, Undefined> {
            let strata = strata()?.into_iter().map(|[was, is]| Stratum { was: was.moments, is: is.moments });
            Ok(strata.collect())
        };
        let estimated = |held: Standardised<Estimate>| {
            held.figure(|estimate| Ok(Window::Estimate(estimate, Err(Undefined::NotAsked))))
        };
        let read = |held: Standardised<_>| held.figure(|quantile| Ok(Window::Quantile(Box::new(quantile))));
        match question.recipe.figure {
            Kind::Share => estimated(standardise::share(&own()?, dependence)?),
            Kind::Usual(_) => {
                let usual = manner.usual.ok_or(Undefined::NoFigure)?;
                estimated(standardise::share(&moments(&|gathered| gathered.with_things(usual))?, dependence)?)
            }
            Kind::Mean => estimated(standardise::mean(&own()?, dependence)?),
            Kind::Cost => estimated(standardise::mean(&moments(&Gathered::costs)?, dependence)?),
            Kind::Ratio if question.over.is_none() => {
                let strata = strata()?.into_iter().map(|[was, is]| Stratum { was: was.pairs, is: is.pairs });
                estimated(standardise::ratio(&strata.collect::<Vec<_>>(), dependence)?)
            }
            Kind::Order(q) => read(self.curves(question, manner)?.woodruff_read(q, dependence, level)?),
            Kind::Quantile(q) => read(self.curves(question, manner)?.read(q, dependence, level)?),
            _ => Err(Undefined::NoMix),
        }
    }

    /// The curves of both windows at their pooled mix.
    fn curves(&self, question: &Question<'_>, manner: &Manner<'_>) -> AtOneMix {
        let [was, is] = self.own_times(question)?;
        let (none, choice) = (Leavers::default(), self.choice(question.kpi));
        let [was, is] = [&was, &is].map(|window| window.rows.as_ref().map_or(&none, |rows| &rows.leavers));
        let make = || standardise::held([was, is], choice, manner.dependence).map(Standardised::shared);
        match self.sitting.zip(question.own.place(self.layout)) {
            Some((sitting, place)) => sitting.mixed((place, choice, manner.dependence == Dependence::Clustered), make),
            None => make(),
        }
    }

    /// The crude change among the strata that stand in both windows.
    fn crude_of_matched(&self, question: &Question<'_>) -> Result<f64, Undefined> {
        if matches!(question.recipe.figure, Kind::Quantile(_) | Kind::Order(_)) {
            return self.crude_of_matched_times(question);
        }
        let usual = self.usual(question)?;
        let manner = self.manner(question.kpi, 0, usual.as_ref(), &[]);
        let matched = self.own_strata(question)?.into_iter().filter(|sides| sides.iter().all(Gathered::is_counted));
        let mut sides = [Gathered::default(), Gathered::default()];
        for stratum in matched {
            sides.iter_mut().zip(stratum).for_each(|(side, own)| side.append(own));
        }
        let value = |own| Ok(manner.window(question.recipe.figure, &Parts { own, ..Parts::default() })?.value());
        let [was, is] = sides;
        Ok(value(is)? - value(was)?)
    }

    fn crude_of_matched_times(&self, question: &Question<'_>) -> Result<f64, Undefined> {
        let manner = self.manner(question.kpi, 0, None, &[]);
        let windows = self.own_times(question)?;
        let mut rows: BTreeMap<u32, [u64; 2]> = BTreeMap::new();
        for (window, own) in windows.iter().enumerate() {
            let cells = own.rows.iter().flat_map(|rows| rows.leavers.cells(rows.choice));
            cells.for_each(|(_, stratum, size)| rows.entry(stratum).or_default()[window] += size);
        }
        let is_matched = |stratum: u32| rows.get(&stratum).is_some_and(|rows| rows.iter().all(|n| *n > 0));
        let value = |own: &Gathered| {
            let within = |rows: &Arc<Rows>| Arc::new(rows.leavers.within(rows.choice, is_matched));
            let rows = own.rows.as_ref().map(|rows| Arc::new(Rows::new(within(rows), Choice::default())));
            let own = Gathered { rows, ..Gathered::default() };
            Ok(manner.value(question.recipe.figure, &Parts { own, ..Parts::default() })?.value())
        };
        let [was, is] = &windows;
        Ok(value(is)? - value(was)?)
    }
}
