//! A KPI as it is asked of a cube: its recipe, and where what it keeps stands. Found once, not for every group.

use super::part::Whole;
use crate::cube::{Keep, Layout, Recipe};
use crate::error::Undefined;
use crate::kpi::Kpi;
use crate::measure::{Counting, Needs, Table};
use std::collections::BTreeMap;

/// A KPI with its recipe by a counting profile.
pub(super) struct Question<'k> {
    pub(super) kpi: &'k Kpi,
    pub(super) recipe: Recipe,
    pub(super) own: Located,
    /// Of the divisor, where it has its own.
    pub(super) over: Option<Located>,
    /// What is kept beside them.
    pub(super) beside: Vec<Located>,
    /// What each of them needs.
    pub(super) needs: Vec<Needs>,
    /// Whether its figure rests on answers to a survey.
    pub(super) rests_on_answers: bool,
}

/// A keep with its places in a cube.
#[derive(Clone)]
pub(super) struct Located {
    pub(super) keep: Keep,
    /// Why no row of the log can enter it.
    pub(super) lacking: Option<Undefined>,
    places: BTreeMap<Layout, usize>,
}

impl<'k> Question<'k> {
    pub(super) fn new(kpi: &'k Kpi, counting: Counting, whole: &Whole<'_>) -> Self {
        Self::of(kpi, kpi.recipe_by(counting), whole)
    }

    /// The same with another recipe than the KPI's own.
    pub(super) fn of(kpi: &'k Kpi, recipe: Recipe, whole: &Whole<'_>) -> Self {
        let own = Located::new(&recipe.keep, whole);
        let over = recipe.over.as_ref().map(|keep| Located::new(keep, whole));
        let beside = recipe.beside.iter().map(|keep| Located::new(keep, whole)).collect();
        let required = recipe.needs().into_iter().flat_map(|needs| needs.required).collect::<Vec<_>>();
        let rests_on_answers = required.iter().any(|column| column.starts_with(Table::Surveys.prefix()));
        let needs = recipe.keeps().map(Keep::needs).collect();
        Self { kpi, recipe, own, over, beside, needs, rests_on_answers }
    }

    /// Whether its figure ripens: a young cohort is not to be held against older ones.
    pub(super) fn ages(&self) -> bool {
        self.all().any(|located| located.keep.is_followed())
    }

    /// Everything it keeps.
    pub(super) fn all(&self) -> impl Iterator<Item = &Located> {
        [&self.own].into_iter().chain(&self.over).chain(&self.beside)
    }
}

impl Located {
    pub(super) fn new(keep: &Keep, whole: &Whole<'_>) -> Self {
        let layouts = [Layout::Windows, Layout::Months, Layout::Longer, Layout::Beyond];
        let places = layouts.into_iter().filter_map(|layout| Some((layout, whole.keep(layout, keep)?)));
        Self { keep: keep.clone(), lacking: whole.settings.lacking(&keep.needs()), places: places.collect() }
    }

    /// Where its cells stand in windows of a kind; `None` where the plan did not keep it there.
    pub(super) fn place(&self, layout: Layout) -> Option<usize> {
        self.places.get(&layout).copied()
    }
}
