//! What a study says of its events.

use super::defaults::Defaults;
use super::file::{MilestoneEntry, StudyFile};
use crate::error::{Error, Result};
use crate::ingest::{Field, Kind, Milestone, OF_CASE, Script};

/// The script of a study whose log of events has these columns.
///
/// # Errors
///
/// A milestone that is no date of a dossier, or that a column gives already; pauses that begin and never end.
pub(super) fn script(file: &StudyFile, columns: &[&str], defaults: &mut Defaults) -> Result<Script> {
    let has = |name: &str| columns.iter().any(|column| column.strip_prefix(OF_CASE) == Some(name));
    let mut script =
        Script { pauses_from: file.pauses.from.0.clone(), pauses_to: file.pauses.to.0.clone(), ..Script::default() };
    for (name, entry) in &file.milestones {
        let key = format!("milestones.{name}");
        if Field::named(name).kind != Kind::Instant {
            return Err(Error::value(key, "…", "the name of a date of a dossier, such as finished_at"));
        }
        if has(name) {
            return Err(Error::value(
                key,
                "…",
                format!("a date that no column gives; the log has `{name}`, see `[columns]`"),
            ));
        }
        script.milestones.insert(name.clone(), milestone(entry));
    }
    if script.pauses_from.is_empty() != script.pauses_to.is_empty() {
        return Err(Error::value("pauses", "…", "activities both under `from` and under `to`"));
    }
    if !has("received_at") && !script.milestones.contains_key("received_at") {
        defaults.or("milestones.received_at", &None, "first");
        script.milestones.insert("received_at".to_owned(), Milestone::First);
    }
    Ok(script)
}

fn milestone(entry: &MilestoneEntry) -> Milestone {
    match entry {
        MilestoneEntry::Named(name) if name == "first" => Milestone::First,
        MilestoneEntry::Named(name) if name == "last" => Milestone::Last,
        MilestoneEntry::Named(activity) => Milestone::FirstOf(vec![activity.clone()]),
        MilestoneEntry::First { first } => Milestone::FirstOf(first.0.clone()),
        MilestoneEntry::Last { last } => Milestone::LastOf(last.0.clone()),
    }
}
