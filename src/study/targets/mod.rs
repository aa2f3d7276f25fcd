//! The targets of a study, and the gate that they make of its plan, or of a cube that was built already.

mod reading;
mod written;

pub(super) use written::TargetTable;

use super::Study;
use super::defaults::Defaults;
use super::own::own;
use super::plan::Plan;
use super::resolve::Timing;
use crate::cube::Cube;
use crate::error::{Error, Result};
use crate::ingest::Findings;
use crate::scorecard::gate::{Gate, Kept, Target, written_otherwise};
use crate::scorecard::{Scorecard, Settings};
use reading::Reading;
use std::path::Path;

impl Study {
    /// The targets of the study, in its order; its inputs are not looked at.
    ///
    /// A target of several KPIs is one for each. Targets are no part of the plan: its digest is the same without them.
    ///
    /// # Errors
    ///
    /// There is none; or one of them has a name that is not known, a bound without a unit or in another, keys that do not
    /// go together, or is contradicted by another.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::Study;
    ///
    /// let study = "windows.is = '2024-01-01..2024-12-31'\n[[target]]\nkpi = 'time/on_time'\nat_least = '95 %'";
    /// let targets = Study::parse(study, "study.toml").unwrap().targets().unwrap();
    /// assert_eq!(targets[0].subject().unwrap().kpi, "time/on_time");
    /// ```
    pub fn targets(&self) -> Result<Vec<Target>> {
        let file = self.file()?;
        if file.target.is_empty() {
            let expected = "at least one, such as [[target]] with kpi = \"time/on_time\" and at_least = \"95 %\"";
            return Err(Error::value("target", "(none)", expected));
        }
        let own = own(&file)?;
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let mut targets = Vec::new();
        for (at, table) in file.target.iter().enumerate() {
            targets.extend(Reading { table, number: at + 1, file: &file, own: &own, folder }.targets()?);
        }
        contradictions(&targets)?;
        Ok(targets)
    }

    /// The gate of a cube that was built already, with the targets of this study.
    ///
    /// # Errors
    ///
    /// The cube is of other windows than the study's, or its study said otherwise what is counted; its settings are not those of this version; as of
    /// [`Study::targets`]; or a kept cube cannot be read.
    pub fn gate_of(&self, cube: &Cube) -> Result<Gate> {
        let targets = self.targets()?;
        let windows = Timing::new(&self.file()?, &mut Defaults::default())?.windows;
        let settings = Settings::of(cube)?;
        let own = (windows.was.map(|was| was.to_string()), windows.is.to_string());
        if (&own.0, &own.1) != (&settings.was, &settings.is) {
            let told = |was: &Option<String>, is: &str| {
                was.iter().map(String::as_str).chain([is]).collect::<Vec<_>>().join(" → ")
            };
            let expected = format!("a cube of the study's windows, {}", told(&own.0, &own.1));
            return Err(Error::value("--cube", told(&settings.was, &settings.is), expected));
        }
        if let Some(key) = written_otherwise(&self.given(), &settings) {
            let told = settings.given.get(&key).map_or("not set", String::as_str);
            return Err(Error::value(
                "--cube",
                format!("{key} = {told}"),
                "a cube of this study as it stands; build it again",
            ));
        }
        Gate::judge(&targets, cube, Scorecard::compare(cube)?, &Kept::load(&targets)?)
    }
}

impl Plan {
    /// Reads the log, compares, and holds targets against the scorecard.
    ///
    /// Beside the gate stands what became of every row.
    ///
    /// # Errors
    ///
    /// As of [`Plan::measure`]; or a kept cube cannot be read.
    pub fn gate(&self, targets: &[Target]) -> Result<(Gate, Findings)> {
        let kept = Kept::load(targets)?;
        let (cube, findings) = self.measure()?;
        let card = Scorecard::compare_kpis_on(&cube, self.kpis.iter(), self.workers())?;
        let (inputs, tables, events) = (findings.inputs.clone(), findings.tables.clone(), findings.events.clone());
        let card = card.with_inputs(inputs).with_tables(tables).with_events(events);
        Ok((Gate::judge(targets, &cube, card, &kept)?, findings))
    }
}

/// Fails on two targets of which no figure could meet both.
fn contradictions(targets: &[Target]) -> Result<()> {
    for (at, target) in targets.iter().enumerate() {
        if let Some(other) = targets[..at].iter().find(|other| other.contradicts(target)) {
            let (key, of) =
                (format!("target[{}]", target.number), target.subject().map(|subject| subject.kpi.as_str()));
            let expected = format!("what target[{}] can be met together with: nothing meets both", other.number);
            return Err(Error::value(key, of.unwrap_or("(given)"), expected));
        }
    }
    Ok(())
}
