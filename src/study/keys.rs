//! Unknown keys refused with the nearest known one, and keys set from the command line.

use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::ingest;
use toml::{Table, Value};

/// Every table and key of a study; `*` stands for names the user chooses.
const KEYS: &[&str] = &[
    "study.name",
    "study.zone",
    "study.salt",
    "log.cases",
    "log.cases.path",
    "log.cases.table",
    "log.cases.query",
    "log.cases.connection",
    "log.cases.set.*",
    "log.events",
    "log.events.path",
    "log.events.table",
    "log.events.query",
    "log.events.connection",
    "log.events.set.*",
    "log.procedures",
    "log.procedures.path",
    "log.procedures.table",
    "log.procedures.query",
    "log.procedures.connection",
    "log.procedures.set.*",
    "log.roster",
    "log.roster.path",
    "log.roster.table",
    "log.roster.query",
    "log.roster.connection",
    "log.roster.set.*",
    "log.surveys",
    "log.surveys.path",
    "log.surveys.table",
    "log.surveys.query",
    "log.surveys.connection",
    "log.surveys.set.*",
    "log.petitions",
    "log.petitions.path",
    "log.petitions.table",
    "log.petitions.query",
    "log.petitions.connection",
    "log.petitions.set.*",
    "log.units",
    "log.units.path",
    "log.units.table",
    "log.units.query",
    "log.units.connection",
    "log.units.set.*",
    "log.ledger",
    "log.ledger.path",
    "log.ledger.table",
    "log.ledger.query",
    "log.ledger.connection",
    "log.ledger.set.*",
    "log.tasks",
    "log.tasks.path",
    "log.tasks.table",
    "log.tasks.query",
    "log.tasks.connection",
    "log.tasks.set.*",
    "log.connection",
    "log.sheet",
    "log.profile",
    "log.canonical",
    "log.ids",
    "log.plausible",
    "columns.*",
    "columns.events.*",
    "columns.procedures.*",
    "columns.roster.*",
    "columns.surveys.*",
    "columns.petitions.*",
    "columns.units.*",
    "columns.ledger.*",
    "columns.tasks.*",
    "values.*.*",
    "format.datetime",
    "format.encoding",
    "format.absent",
    "milestones.*",
    "milestones.*.first",
    "milestones.*.last",
    "pauses.from",
    "pauses.to",
    "surveys.scale",
    "surveys.best",
    "surveys.threshold",
    "surveys.scales.scale",
    "surveys.scales.best",
    "surveys.scales.threshold",
    "procedures.publish_within",
    "procedures.ministry_publish_within",
    "petitions.answer_within",
    "petitions.repeat_within",
    "calendar.base",
    "calendar.weekly",
    "calendar.period.from",
    "calendar.period.to",
    "calendar.period.weekly",
    "calendar.closed",
    "calendar.worked",
    "calendar.hours.*",
    "calendar.covers",
    "calendar.provisional",
    "windows.was",
    "windows.is",
    "compare.by",
    "compare.cluster",
    "compare.counting",
    "compare.level",
    "compare.horizon",
    "compare.follow_up",
    "compare.reform",
    "compare.pauses",
    "compare.as_of",
    "compare.standardise",
    "compare.series",
    "compare.longer",
    "compare.restricted",
    "compare.treated",
    "compare.treated.*",
    "chart.screening",
    "verdict.guard.share",
    "verdict.guard.other",
    "verdict.guard.quarantined",
    "verdict.guard.undated",
    "verdict.guard.implausible",
    "verdict.census.share",
    "verdict.census.other",
    "verdict.without",
    "verdict.sensitivity",
    "kpi.id",
    "kpi.name.en",
    "kpi.name.vi",
    "kpi.share",
    "kpi.mean",
    "kpi.total",
    "kpi.ratio",
    "kpi.among",
    "kpi.better",
    "kpi.unit",
    "kpi.anchor",
    "kpi.horizon",
    "kpi.axis",
    "kpi.sampling",
    "kpi.table",
    "kpi.source",
    "tariff.year",
    "tariff.index.*",
    "tariff.income_per_hour.*.value",
    "tariff.income_per_hour.*.year",
    "tariff.income_per_hour.*.source",
    "tariff.sensitivity.income",
    "tariff.sensitivity.hours",
    "tariff.job.name",
    "tariff.job.group",
    "tariff.job.hours",
    "tariff.job.per",
    "tariff.job.other_vnd",
    "tariff.job.consult_vnd",
    "tariff.job.year",
    "tariff.job.applicant",
    "tariff.job.procedure",
    "tariff.volume.procedure",
    "tariff.volume.applicant",
    "tariff.volume.times",
    "tariff.volume.subjects",
    "privacy.least",
    "target.name",
    "target.name.en",
    "target.name.vi",
    "target.kpi",
    "target.group",
    "target.group.*",
    "target.axis",
    "target.data",
    "target.table",
    "target.rule",
    "target.of",
    "target.window",
    "target.by",
    "target.at_least",
    "target.at_most",
    "target.verdict",
    "target.not_worse_than",
    "target.margin",
    "target.allow_undefined",
    "form.agency",
    "form.receiver",
    "index_766.level",
    "index_766.digitised",
    "index_766.payment",
    "index_766.online_by_sync",
    "index_766.announce_before",
    "index_766.ministry_announce_before",
    "index_766.publish_answer_within",
    "index_766.refuse_within",
    "index_766.ask_within",
    "index_766.given.*.numerator",
    "index_766.given.*.denominator",
    "index_766.given.*.source",
    "nine.*.points",
    "nine.*.source",
    "nine.*.question",
    "nine.*.two",
    "nine.*.one",
];

/// Fails on the first key, in the file's order, that a study does not have.
pub(super) fn check(table: &Table) -> Result<()> {
    walk(&mut Vec::new(), table)
}

fn walk(path: &mut Vec<String>, table: &Table) -> Result<()> {
    for (key, value) in table {
        path.push(key.clone());
        if !is_known(path) {
            return Err(unknown(path));
        }
        fit(path, value)?;
        match value {
            Value::Table(inner) => walk(path, inner)?,
            Value::Array(items) => {
                for inner in items.iter().filter_map(Value::as_table) {
                    walk(path, inner)?;
                }
            }
            _ => {}
        }
        path.pop();
    }
    Ok(())
}

/// The tables that are written as lists of tables.
const LISTS: [&str; 6] = ["kpi", "surveys.scales", "calendar.period", "tariff.job", "tariff.volume", "target"];

/// Fails where a table belongs and there is none: a list would be read by the order of the keys.
fn fit(path: &[String], value: &Value) -> Result<()> {
    if !leads_on(path) {
        return Ok(());
    }
    let key = path.join(".");
    let (table, list) = (value.is_table(), value.as_array());
    let is_list_of = |fits: &dyn Fn(&Value) -> bool| list.is_some_and(|list| list.iter().all(fits));
    let (fits, expected) = match () {
        () if LISTS.contains(&key.as_str()) => {
            (is_list_of(&Value::is_table), format!("a list of tables, such as [[{key}]]"))
        }
        () if path[0] == "log" && path.len() == 2 => {
            let is_entry = |item: &Value| !item.is_array();
            (list.is_none_or(|list| list.iter().all(is_entry)), "a list of paths such as [\"cases/*.csv\"]".to_owned())
        }
        () if key == "compare.treated" => {
            let fits = table || is_list_of(&Value::is_str);
            (fits, "a list of units, or a table of units with the day of each".to_owned())
        }
        () if is_key(path) => (list.is_none(), format!("a text, or a table {key} = {{ … }}")),
        // A text or number deeper down is refused where the table is read, which can say what belongs there.
        () => (table || path.len() > 1 && list.is_none(), of_table(&key)),
    };
    if fits { Ok(()) } else { Err(Error::value(key, value.to_string(), expected)) }
}

/// What belongs under a name that is a table of a study.
fn of_table(key: &str) -> String {
    let first = KEYS.iter().find_map(|known| known.strip_prefix(key)?.strip_prefix('.'));
    let first = first.filter(|first| !first.contains('*')).map(|first| format!(", with keys such as `{first}`"));
    let inputs = ingest::Table::named(key).map(|_| format!("; inputs belong under `log.{key}`"));
    format!("a table, [{key}]{}{}", first.unwrap_or_default(), inputs.unwrap_or_default())
}

/// Whether a path is a key by itself.
fn is_key(path: &[String]) -> bool {
    KEYS.iter().any(|known| known.split('.').count() == path.len() && leads(path, known))
}

/// Whether keys stand under a path.
fn leads_on(path: &[String]) -> bool {
    KEYS.iter().any(|known| known.split('.').count() > path.len() && leads(path, known))
}

/// Whether a path is a known one, or the beginning of it.
fn leads(path: &[String], known: &str) -> bool {
    let mut parts = known.split('.');
    path.iter().all(|key| parts.next().is_some_and(|part| part == "*" || part == key))
}

/// Whether a path is a key, or leads to one.
fn is_known(path: &[String]) -> bool {
    KEYS.iter().any(|known| leads(path, known))
}

fn unknown(path: &[String]) -> Error {
    let key = path.join(".");
    let depth = path.len();
    let known = KEYS.iter().filter_map(|known| {
        let parts: Vec<&str> = known.split('.').collect();
        // A name that the user chose stays as it is.
        let own = parts.iter().zip(path).map(|(part, own)| if *part == "*" { own.as_str() } else { part });
        (parts.len() >= depth && parts[depth - 1] != "*").then(|| own.collect::<Vec<_>>().join("."))
    });
    let known: Vec<String> = known.collect();
    let siblings =
        known.iter().filter(|known| known.rsplit_once('.').map(|(p, _)| p) == key.rsplit_once('.').map(|(p, _)| p));
    // Inputs are named under `log`.
    let input = ingest::Table::named(&key).map(|_| format!("log.{key}"));
    let near = input
        .or_else(|| nearest_name(&key, siblings.map(String::as_str)))
        .or_else(|| nearest_name(&key, known.iter().map(String::as_str)));
    ErrorKind::UnknownKey { key, near }.into()
}

/// The parts a key has at most: more than any has, and few enough to walk down.
const DEEPEST: usize = 16;

/// Puts `KEY=VALUE` into a study; the value is TOML, or text where it is not.
pub(super) fn set(table: &mut Table, setting: &str) -> Result<()> {
    let wrong = || Error::value("--set", setting, "KEY=VALUE, such as compare.cluster=none");
    let (key, text) = setting.split_once('=').ok_or_else(wrong)?;
    let typed = toml::from_str::<Table>(&format!("value = {text}")).ok().and_then(|mut table| table.remove("value"));
    let value = typed.unwrap_or_else(|| Value::String(text.to_owned()));
    let mut parts: Vec<&str> = key.trim().split('.').take(DEEPEST + 1).collect();
    if parts.len() > DEEPEST {
        return Err(Error::value("--set", setting, format!("a key of at most {DEEPEST} parts")));
    }
    let last = parts.pop().filter(|last| !last.is_empty()).ok_or_else(wrong)?;
    let mut at = table;
    for part in parts {
        let inner = at.entry(part).or_insert_with(|| Value::Table(Table::new()));
        at = inner.as_table_mut().ok_or_else(wrong)?;
    }
    at.insert(last.to_owned(), value);
    Ok(())
}
