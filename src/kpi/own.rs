//! KPIs of a study's own: what it says of each, and the KPI that comes to.

use super::{Axis, Better, Kpi, Name, Sampling, Source, Unit, catalogue};
use crate::cube::{Recipe, Written};
use crate::error::{Error, Result, nearest_name};
use crate::measure::Anchor;
use serde::{Deserialize, Serialize};

/// A KPI as a study writes it, under `[[kpi]]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Own {
    /// `family/name`; none of the catalogue's.
    pub id: String,
    /// What officials call it.
    pub name: OwnName,
    /// A yes or no of each row: the KPI is the share of rows with a yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<String>,
    /// A whole number of each row: the KPI is their mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<String>,
    /// A whole number of each row: the KPI is their sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// Two whole numbers of each row: the KPI is one sum by the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<[String; 2]>,
    /// Only rows for which this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub among: Option<String>,
    /// `higher`, `lower` or `neither`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub better: Option<String>,
    /// The unit of its value; by default that of its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The date that places a row: `received`, `submitted`, `due` or `finished`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// Only rows whose horizon had passed by the cut-off.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub horizon: bool,
    /// The axis it is shown under; without one, under none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub axis: Option<String>,
    /// `cluster`, `week` or `census`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling: Option<String>,
    /// What one row is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Where the definition comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A name as a study writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnName {
    /// English.
    pub en: String,
    /// Vietnamese; the English one stands for it where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vi: Option<String>,
}

const BETTER: [(&str, Better); 3] =
    [("higher", Better::Higher), ("lower", Better::Lower), ("neither", Better::Neither)];

const ANCHORS: [(&str, Anchor); 4] = [
    ("received", Anchor::Received),
    ("submitted", Anchor::Submitted),
    ("due", Anchor::Due),
    ("finished", Anchor::Finished),
];

const SAMPLINGS: [(&str, Sampling); 3] =
    [("cluster", Sampling::Cluster), ("week", Sampling::Week), ("census", Sampling::Census)];

const UNITS: [(&str, Unit); 10] = [
    ("number", Unit::Number),
    ("share", Unit::Share),
    ("ratio", Unit::Ratio),
    ("days", Unit::Days),
    ("working_hours", Unit::WorkingHours),
    ("contacts", Unit::Contacts),
    ("steps", Unit::Steps),
    ("handovers", Unit::Handovers),
    ("officers", Unit::Officers),
    ("index", Unit::Index),
];

const TABLES: [(&str, ()); 1] = [("cases", ())];

/// The kind of a KPI, with its expressions.
#[derive(Clone, Debug)]
enum Asked {
    Share(Written),
    Mean(Written),
    Total(Written),
    Ratio(Box<[Written; 2]>),
}

impl Own {
    /// The columns its expressions ask for, in order.
    ///
    /// # Errors
    ///
    /// An id that is of the catalogue or not `family/name`, no name, not one of `share`, `mean`, `total` and `ratio`, or an
    /// expression that cannot be used.
    pub fn columns(&self) -> Result<Vec<String>> {
        self.check_names()?;
        let mut columns: Vec<String> = self.written()?.iter().flat_map(Written::columns).map(str::to_owned).collect();
        columns.sort_unstable();
        columns.dedup();
        Ok(columns)
    }

    /// The KPI.
    ///
    /// # Errors
    ///
    /// A key that cannot be used, each with what was expected: see [`Own::columns`], and a word that is not of its list, a
    /// unit or a sampling that does not fit the kind.
    pub fn kpi(&self) -> Result<Kpi> {
        let columns = self.columns()?;
        let better = self.better.as_deref().unwrap_or("(missing)");
        let better = self.one_of("better", better, &BETTER)?;
        let anchor = self.anchor.as_deref().map(|name| self.one_of("anchor", name, &ANCHORS)).transpose()?;
        let anchor = anchor.unwrap_or(Anchor::Received);
        let axis = self.axis.as_deref().map(|name| self.one_of("axis", name, &Axis::NAMED)).transpose()?;
        self.table.as_deref().map(|name| self.one_of("table", name, &TABLES)).transpose()?;
        let asked = self.asked()?;
        let (recipe, usual) = asked.recipe()?;
        let (unit, sampling) = (self.unit(&asked, usual)?, self.sampling(&asked)?);
        let recipe = self.placed(recipe.anchor(anchor), sampling)?;
        Ok(Kpi {
            id: self.id.clone().into(),
            name: Name {
                en: self.name.en.clone().into(),
                vi: self.name.vi.clone().unwrap_or_else(|| self.name.en.clone()).into(),
            },
            formula: self.formula(&asked).into(),
            unit,
            better,
            sampling,
            source: self.source.clone().unwrap_or_else(|| "the study".to_owned()).into(),
            text: self.text(anchor, &columns).into(),
            example: "".into(),
            vietnamese: None,
            axis,
            recipe: Source::Given(recipe.written(self.definition(&asked)).into()),
        })
    }

    fn key(&self, key: &str) -> String {
        format!("kpi.{}.{key}", self.id)
    }

    fn check_names(&self) -> Result<()> {
        let is_part = |part: &str| {
            part.starts_with(|own: char| own.is_ascii_lowercase())
                && part.chars().all(|own| own.is_ascii_lowercase() || own.is_ascii_digit() || own == '_')
        };
        if !self.id.split_once('/').is_some_and(|(family, name)| is_part(family) && is_part(name)) {
            let id = if self.id.is_empty() { "(missing)" } else { &self.id };
            let expected = "family/name in small letters, digits and _, such as ours/answered_within_a_day";
            return Err(Error::value("kpi.id", id, expected));
        }
        if catalogue().any(|kpi| kpi.id == self.id) {
            return Err(Error::value(
                "kpi.id",
                &self.id,
                "an id of the study's own; the catalogue has this one already",
            ));
        }
        if self.name.en.trim().is_empty() {
            return Err(Error::value(self.key("name.en"), "(missing)", "what officials call it, in English at least"));
        }
        Ok(())
    }

    /// A word of a list, or an error with all of them and the nearest.
    fn one_of<T: Copy>(&self, key: &str, name: &str, list: &[(&str, T)]) -> Result<T> {
        match list.iter().find(|(known, _)| *known == name) {
            Some((_, found)) => Ok(*found),
            None => {
                let names: Vec<&str> = list.iter().map(|(known, _)| *known).collect();
                let near = nearest_name(name, names.iter().copied()).map(|near| format!("; perhaps {near}"));
                let expected = match names.as_slice() {
                    [only] => (*only).to_owned(),
                    [first @ .., last] => format!("{} or {last}", first.join(", ")),
                    [] => String::new(),
                };
                Err(Error::value(self.key(key), name, expected + &near.unwrap_or_default()))
            }
        }
    }

    /// The kind, of which there is one.
    fn asked(&self) -> Result<Asked> {
        let parse = |key: &str, text: &str| Written::parse(&self.key(key), text);
        match (&self.share, &self.mean, &self.total, &self.ratio) {
            (Some(share), None, None, None) => Ok(Asked::Share(parse("share", share)?)),
            (None, Some(mean), None, None) => Ok(Asked::Mean(parse("mean", mean)?)),
            (None, None, Some(total), None) => Ok(Asked::Total(parse("total", total)?)),
            (None, None, None, Some([over, under])) => {
                Ok(Asked::Ratio([parse("ratio", over)?, parse("ratio", under)?].into()))
            }
            (share, mean, total, ratio) => {
                let given = [("share", share.is_some()), ("mean", mean.is_some()), ("total", total.is_some())];
                let given = given.into_iter().chain([("ratio", ratio.is_some())]);
                let given: Vec<&str> = given.filter(|(_, is_given)| *is_given).map(|(key, _)| key).collect();
                let said = if given.is_empty() { "(no kind)".to_owned() } else { given.join(", ") };
                Err(Error::value(format!("kpi.{}", self.id), said, "one of share, mean, total and ratio"))
            }
        }
    }

    /// All its expressions.
    fn written(&self) -> Result<Vec<Written>> {
        let mut written = self.asked()?.written();
        written.extend(self.filter()?);
        Ok(written)
    }

    fn filter(&self) -> Result<Option<Written>> {
        self.among.as_deref().map(|among| Written::parse(&self.key("among"), among)).transpose()
    }

    /// The recipe over the rows it asks.
    fn placed(&self, recipe: Recipe, sampling: Sampling) -> Result<Recipe> {
        let recipe = match self.filter()? {
            Some(among) => recipe.among(among.yes_or_no()?),
            None => recipe,
        };
        let recipe = if self.horizon { recipe.known_within_horizon() } else { recipe };
        Ok(if sampling == Sampling::Week { recipe.by_week() } else { recipe })
    }

    /// The unit of its values; a share is a share, and times are days unless they are to be hours.
    fn unit(&self, asked: &Asked, usual: Unit) -> Result<Unit> {
        let Some(name) = &self.unit else { return Ok(usual) };
        let unit = self.one_of("unit", name, &UNITS)?;
        match (asked, unit) {
            (Asked::Share(_), Unit::Share) => Ok(unit),
            (Asked::Share(_), _) => {
                Err(Error::value(self.key("unit"), name, "share, or none: a share has no other unit"))
            }
            (Asked::Mean(_) | Asked::Total(_), Unit::Share) => {
                Err(Error::value(self.key("unit"), name, "another unit: only `share` and `ratio` can be a share"))
            }
            _ => Ok(unit),
        }
    }

    fn sampling(&self, asked: &Asked) -> Result<Sampling> {
        let usual = if matches!(asked, Asked::Total(_)) { Sampling::Week } else { Sampling::Cluster };
        let Some(name) = &self.sampling else { return Ok(usual) };
        match (asked, self.one_of("sampling", name, &SAMPLINGS)?) {
            (Asked::Total(_), Sampling::Cluster) => {
                Err(Error::value(self.key("sampling"), name, "week or census: a total is a flow, or a complete count"))
            }
            (_, sampling) => Ok(sampling),
        }
    }

    /// The formula in one line.
    fn formula(&self, asked: &Asked) -> String {
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let among = self.among.as_deref().map(|among| format!(", among {}", line(among))).unwrap_or_default();
        let horizon = if self.horizon { ", known within H" } else { "" };
        let texts: Vec<String> = asked.written().iter().map(|own| line(own.text())).collect();
        format!("{} {}{among}{horizon}", asked.name(), texts.join(" / "))
    }

    /// The text that two equal recipes have in common, letter by letter.
    fn definition(&self, asked: &Asked) -> String {
        let texts: Vec<String> = asked.written().iter().map(|own| format!("{:?}", own.text())).collect();
        let among = self.among.as_deref().map(|among| format!(", among {among:?}")).unwrap_or_default();
        format!("{} {}{among}", asked.name(), texts.join(" / "))
    }

    /// The definition in prose.
    fn text(&self, anchor: Anchor, columns: &[String]) -> String {
        let among = if self.among.is_some() { ", among those for which the filter holds" } else { "" };
        let horizon = if self.horizon { " and observed for the horizon" } else { "" };
        let lacks = match columns {
            [] => String::new(),
            columns => format!(" The log lacks one of the columns it asks for: `{}`.", columns.join("`, `")),
        };
        let calendar = if self.horizon { " The study has no calendar." } else { "" };
        format!(
            " A KPI of the study's own.\n\n # Counts\n Dossiers {} in the window{horizon}{among}. One of which the \
             expression says nothing, because something it asks for is not known, is excluded.\n\n # Undefined\n{lacks}\
             {calendar} No dossier counts.\n\n # Beware\n What happened after the cut-off is not known: such a date is \
             null, and so is the outcome of a dossier that had not ended. A comparison with null says nothing, so \
             dossiers still open are excluded unless the expression speaks of them (`IS NULL`, `COALESCE`).\n",
            anchor.name()
        )
    }
}

impl Asked {
    fn name(&self) -> &'static str {
        match self {
            Self::Share(_) => "share",
            Self::Mean(_) => "mean",
            Self::Total(_) => "total",
            Self::Ratio(..) => "ratio",
        }
    }

    fn written(&self) -> Vec<Written> {
        match self {
            Self::Share(only) | Self::Mean(only) | Self::Total(only) => vec![only.clone()],
            Self::Ratio(both) => both.to_vec(),
        }
    }

    /// The recipe, and the unit that it has if the study does not say.
    fn recipe(&self) -> Result<(Recipe, Unit)> {
        let usual = |is_time| if is_time { Unit::Days } else { Unit::Number };
        Ok(match self {
            Self::Share(hit) => (Recipe::share(hit.yes_or_no()?), Unit::Share),
            Self::Mean(number) => {
                let (number, is_time) = number.whole()?;
                (Recipe::mean(number), usual(is_time))
            }
            Self::Total(number) => {
                let (number, is_time) = number.whole()?;
                (Recipe::total(number), usual(is_time))
            }
            Self::Ratio(both) => {
                let [over, under] = both.as_ref();
                let ((over, over_time), (under, under_time)) = (over.whole()?, under.whole()?);
                let unit = if over_time && !under_time { Unit::Days } else { Unit::Ratio };
                (Recipe::ratio(over, under), unit)
            }
        })
    }
}
