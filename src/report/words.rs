//! The words of every page, by the keys of their messages.

use super::Lang;
use crate::error::Undefined;
use crate::ingest::Table;
use crate::kpi::{Axis, Better, Kpi, Name, Sampling, Unit};
use crate::scorecard::{AxisVerdict, Finding, Flag, Row, Scorecard, Verdict};

pub(super) use super::messages::Words;

macro_rules! words {
    ($($name:ident = $key:literal;)*) => { $(pub(in crate::report) const $name: Words = Words($key);)* };
}

mod methods;

pub(super) use methods::*;

words! {
    ACCEPTED = "page.accepted";
    ACTIVITIES = "page.activities";
    ALL_ROWS = "page.all_rows";
    AMBIGUOUS = "page.ambiguous";
    BETTER = "page.better";
    BETTER_SIDE = "page.better_side";
    BOTH = "page.both";
    BY = "page.by";
    BY_WEEK = "page.by_week";
    BY_FILE = "page.by_file";
    BYTES = "page.bytes";
    CASES = "page.cases";
    CHANGE = "page.change";
    COLUMN = "page.column";
    COUNTING = "page.counting";
    DATES = "page.dates";
    DEFAULTS = "page.defaults";
    EVENTS = "page.events";
    JOINED = "page.joined";
    SPAN = "page.span";
    UNJOINED = "page.unjoined";
    EXAMPLE = "page.example";
    EXCLUDED = "page.excluded";
    FILE = "page.file";
    FIRST = "page.first";
    FLATTERING = "page.flattering";
    FLOW = "page.flow";
    FORMAT = "page.format";
    FORMULA = "page.formula";
    GUARD = "page.guard";
    HEADLINE = "page.headline";
    HOURS = "page.hours";
    IMMATURE = "page.immature";
    INCOMES = "page.incomes";
    INDEPENDENT = "page.independent";
    INFORMATION = "page.information";
    INPUTS = "page.inputs";
    INTERVALS = "page.intervals";
    IS = "page.is";
    MORE = "page.more";
    MORE_VALUES = "page.more_values";
    NO_CHANGE = "page.no_change";
    NO_DIFFERENCE = "page.no_difference";
    NO_INTERVAL = "page.no_interval";
    NO_NAME = "page.no_name";
    NO_TEST = "page.no_test";
    NO_VALUE = "page.no_value";
    OF = "page.of";
    OFFICERS = "page.officers";
    OWN = "page.own";
    POINTS = "page.points";
    IMPLAUSIBLE_SHARE = "page.implausible_share";
    UNDATED_SHARE = "page.undated_share";
    QUARANTINED = "page.quarantined";
    QUARANTINED_SHARE = "page.quarantined_share";
    READ = "page.read";
    RESPONSE_RATE = "page.response_rate";
    ROW = "page.row";
    ROWS = "page.rows";
    RULE = "page.rule";
    RULES = "page.rules";
    RULES_SAY = "page.rules_say";
    SAMPLING = "page.sampling";
    SEASONS = "page.seasons";
    SENSITIVITY = "page.sensitivity";
    SETTINGS = "page.settings";
    SEPARATOR = "page.separator";
    SOURCE = "page.source";
    SUSPICIONS = "page.suspicions";
    SUSPICIONS_SAY = "page.suspicions_say";
    TOGETHER = "page.together";
    UNDATED = "page.undated";
    UNIT = "page.unit";
    VALUE = "page.value";
    WARNINGS = "page.warnings";
    WAS = "page.was";
    WORST = "page.worst";
}

impl Lang {
    /// One of a sentence in English and in Vietnamese.
    pub(super) fn of(self, both: [&'static str; 2]) -> &'static str {
        let [en, vi] = both;
        if self == Self::Vi { vi } else { en }
    }

    pub(super) fn name(self, name: &Name) -> &str {
        match self {
            Self::En => &name.en,
            Self::Vi => &name.vi,
        }
    }

    /// Why a figure does not exist.
    pub(super) fn why(self, why: &Undefined) -> String {
        let message = super::messages::reason(why.code(), self);
        match why {
            Undefined::NoColumn(column) => message.replace("{}", column),
            _ => message.to_owned(),
        }
    }
}

/// A verdict's symbol and words.
pub(super) fn verdict(verdict: Verdict) -> (&'static str, Words) {
    match verdict {
        Verdict::Improved => ("▲", Words("page.improved")),
        Verdict::Worsened => ("▼", Words("page.worsened")),
        Verdict::NoClearChange => ("○", Words("page.no_clear_change")),
        Verdict::NotComparable => ("–", Words("page.not_comparable")),
    }
}

/// What was found of a headline or a guard; a missing figure has words of its own.
pub(super) fn finding(finding: &Finding) -> Option<Words> {
    Some(match finding {
        Finding::Undefined(_) => return None,
        Finding::Headline(found) => verdict(found.unwrap_or(Verdict::NotComparable)).1,
        Finding::NotMeasured => Words("finding.not_measured"),
        Finding::LeftOut => Words("finding.left_out"),
        Finding::Holds => Words("finding.holds"),
        Finding::Fails => Words("finding.fails"),
        Finding::Unsure => Words("finding.unsure"),
        Finding::NoInterval => NO_INTERVAL,
    })
}

/// An axis's symbol and words.
pub(super) fn axis_verdict(verdict: AxisVerdict) -> (&'static str, Words) {
    match verdict {
        AxisVerdict::Shown => ("▲", Words("page.shown")),
        AxisVerdict::NotShown => ("○", Words("page.not_shown")),
        AxisVerdict::Worsened => ("▼", Words("page.worsened")),
        AxisVerdict::NotMeasured => ("–", Words("page.not_measured")),
    }
}

pub(super) fn unit(unit: Unit) -> Words {
    match unit {
        Unit::Days => Words("unit.days"),
        Unit::Share => Words("unit.share"),
        Unit::WorkingHours => Words("unit.working_hours"),
        Unit::Ratio => Words("page.nothing"),
        Unit::Contacts => Words("unit.contacts"),
        Unit::Steps => Words("unit.steps"),
        Unit::Handovers => Words("unit.handovers"),
        Unit::Officers => Words("unit.officers"),
        Unit::Index | Unit::Number => Words("page.nothing"),
        Unit::Hours => Words("unit.hours"),
        Unit::Dong => Words("unit.dong"),
        Unit::DongPerYear => Words("unit.dong_per_year"),
        Unit::Fte => Words("unit.fte"),
        Unit::Procedures => Words("unit.procedures"),
        Unit::Documents => Words("unit.documents"),
        Unit::Score => Words("page.nothing"),
    }
}

pub(super) fn table(table: Table) -> Words {
    match table {
        Table::Cases => CASES,
        Table::Events => EVENTS,
        Table::Procedures => Words("table.procedures"),
        Table::Roster => Words("table.roster"),
        Table::Surveys => Words("table.surveys"),
        Table::Petitions => Words("table.petitions"),
        Table::Units => Words("table.units"),
        Table::Ledger => Words("table.ledger"),
        Table::Tasks => Words("table.tasks"),
    }
}

pub(super) fn better(better: Better) -> Words {
    match better {
        Better::Lower => Words("better.lower"),
        Better::Higher => Words("better.higher"),
        Better::Neither => INFORMATION,
    }
}

/// The unit of a KPI's levels; differences of shares are points.
pub(super) fn unit_of(kpi: &Kpi) -> Words {
    if kpi.is_gap() { POINTS } else { unit(kpi.unit) }
}

pub(super) fn sampling(kpi: &Kpi) -> Words {
    match kpi.sampling {
        Sampling::Cluster if kpi.recipe().keep.table != Table::Cases => Words("sampling.cluster_cases"),
        Sampling::Cluster => Words("sampling.cluster"),
        Sampling::Week => Words("sampling.week"),
        Sampling::Census => Words("sampling.census"),
    }
}

/// What the intervals of a card take together: a column, or nothing; and which axes' go by week all the same.
pub(super) fn taken_together(card: &Scorecard, lang: Lang) -> String {
    let own = match card.study.cluster.as_str() {
        "none" => format!(", {}", lang.say(INDEPENDENT)),
        column => format!(" {} {column}", lang.say(BY)),
    };
    let has_interval = |row: &&Row| row.is.value().is_some_and(|figure| figure.method.is_some());
    let weekly = card.kpis.iter().filter(|row| row.sampling == Sampling::Week).filter(has_interval);
    let mut axes: Vec<String> = weekly.map(|row| axis(row.axis, lang).to_lowercase()).collect();
    axes.dedup();
    if axes.is_empty() { own } else { format!("{own}; {} {}", axes.join(", "), lang.say(BY_WEEK)) }
}

/// An axis, as the reform itself orders them; without one a KPI is of the study's own.
pub(super) fn axis(axis: impl Into<Option<Axis>>, lang: Lang) -> String {
    axis.into().map_or_else(|| lang.say(OWN).to_owned(), |axis| lang.name(&axis.name()).to_owned())
}

/// A flag, explained.
pub(super) fn flag(flag: Flag) -> Words {
    match flag {
        Flag::Season => Words("flag.season"),
        Flag::Independent => Words("flag.independent"),
        Flag::FewDegreesOfFreedom => Words("flag.few_degrees_of_freedom"),
        Flag::DominantCluster => Words("flag.dominant_cluster"),
        Flag::DisjointClusters => Words("flag.disjoint_clusters"),
        Flag::Unadjusted => Words("flag.unadjusted"),
        Flag::NullCluster => Words("flag.null_cluster"),
        Flag::NoOutcome => Words("flag.no_outcome"),
        Flag::NoPauses => Words("flag.no_pauses"),
        Flag::NoCatalogue => Words("flag.no_catalogue"),
        Flag::NoSurveys => Words("flag.no_surveys"),
        Flag::Atom => Words("flag.atom"),
        Flag::OneSided => Words("flag.one_sided"),
        Flag::Folded => Words("flag.folded"),
        Flag::Flattering => Words("flag.flattering"),
        Flag::ProvisionalCalendar => Words("flag.provisional_calendar"),
    }
}
