//! What the text of a scorecard tells: of every whole and its parts, between which bounds each number must have been.

use super::city::LEAST;
use serde_json::Value;

/// Whole numbers from one to another, or without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub least: i128,
    pub most: Option<i128>,
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.most {
            Some(most) if most == self.least => write!(f, "{most}"),
            Some(most) => write!(f, "{}..{most}", self.least),
            None => write!(f, "{}..", self.least),
        }
    }
}

impl Span {
    pub const ANY: Self = Self { least: 0, most: None };

    pub fn one(count: i128) -> Self {
        Self { least: count, most: Some(count) }
    }

    pub fn and(self, other: Self) -> Self {
        let most = [self.most, other.most].into_iter().flatten().min();
        Self { least: self.least.max(other.least), most }
    }

    /// What a count was before it was rounded; one that is told is none of the small ones.
    pub fn of_rounded(told: i128) -> Self {
        let least = i128::from(LEAST);
        match told {
            0 => Self::one(0),
            told => Self { least: (told - least / 2).max(least), most: Some(told + (least - 1) / 2) },
        }
    }
}

/// The counts of one figure, as far as they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub rows: Span,
    pub hits: Span,
    pub misses: Span,
    pub is_withheld: bool,
    pub is_share: bool,
}

impl Cell {
    pub fn unknown(is_withheld: bool) -> Self {
        Self { rows: Span::ANY, hits: Span::ANY, misses: Span::ANY, is_withheld, is_share: false }
    }

    fn exact(rows: i128, hits: i128, is_share: bool) -> Self {
        let misses = if is_share { Span::one(rows - hits) } else { Span::ANY };
        Self {
            rows: Span::one(rows),
            hits: if is_share { Span::one(hits) } else { Span::ANY },
            misses,
            is_withheld: false,
            is_share,
        }
    }

    /// A count of it that is known to be small.
    pub fn small(&self, least: u64) -> Option<i128> {
        let spans = [self.rows, self.hits, self.misses];
        let is_small = |span: &&Span| span.least >= 1 && span.most.is_some_and(|most| most < i128::from(least));
        spans.iter().find(is_small).map(|span| span.least)
    }

    /// Whether a share is so near to none or all that its rows cannot tell it from that.
    pub fn vanishes(&self, least: u64) -> bool {
        let least = 2 * i128::from(least);
        self.is_share && [self.hits, self.misses].iter().any(|span| (1..least).contains(&span.least))
    }
}

/// A KPI in a window, and by what its parts are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct What {
    kpi: usize,
    pub window: usize,
    pub by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Group,
    Applicant,
    Month,
}

/// A scorecard as its text has it.
pub struct Public {
    json: Value,
    /// Whether its numbers are told in steps.
    steps: bool,
}

const WINDOWS: [&str; 2] = ["was", "is"];

impl Public {
    pub fn of(json: &Value, steps: bool) -> Self {
        Self { json: json.clone(), steps }
    }

    fn list(&self, name: &str) -> &[Value] {
        self.json[name].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// Every KPI of dossiers in both windows, by group, kind of applicant and month.
    pub fn breakdowns(&self) -> impl Iterator<Item = What> + '_ {
        let of_dossiers = |row: &Value| row["is"].get("n").is_some() && is_of_dossiers(&row["id"]);
        let kpis = self.list("kpis").iter().enumerate().filter(move |(_, row)| of_dossiers(row)).map(|(kpi, _)| kpi);
        let ways = |kpi| {
            [By::Group, By::Applicant, By::Month].map(move |by| [0, 1].map(move |window| What { kpi, window, by }))
        };
        kpis.flat_map(move |kpi| ways(kpi).into_iter().flatten()).filter(|what| !self.parts(what).is_empty())
    }

    fn row(&self, what: &What) -> &Value {
        &self.json["kpis"][what.kpi]
    }

    /// The parts as they stand: figures of groups, or months.
    fn parts(&self, what: &What) -> Vec<&Value> {
        let id = &self.row(what)["id"];
        let in_group = |list: &str| -> Vec<&Value> {
            let rows =
                self.list(list).iter().map(|group| group["kpis"].as_array().map(Vec::as_slice).unwrap_or_default());
            let own = rows.filter_map(|rows| rows.iter().find(|row| row["id"] == *id));
            own.map(|row| &row[WINDOWS[what.window]]).collect()
        };
        match what.by {
            By::Group => in_group("groups"),
            By::Applicant => in_group("applicants"),
            By::Month => {
                let range = self.json["study"][WINDOWS[what.window]].as_str().unwrap_or_default();
                let own = self.list("series").iter().find(|own| own["id"] == *id);
                let months = own.into_iter().flat_map(|own| own["months"].as_array().into_iter().flatten());
                months.filter(|month| is_inside(month["month"].as_str().unwrap_or_default(), range)).collect()
            }
        }
    }

    /// The whole, its parts, and what is in none of them.
    pub fn cells(&self, what: &What) -> Vec<Cell> {
        let is_share =
            self.row(what)["unit"] == "share" && !self.row(what)["id"].as_str().is_some_and(|id| id.contains("gap"));
        let whole = self.cell(&self.row(what)[WINDOWS[what.window]], is_share);
        let parts: Vec<Cell> = self.parts(what).into_iter().map(|part| self.cell(part, is_share)).collect();
        // Where all are withheld, some may be of nobody.
        let is_blank = parts.iter().all(|part| part.is_withheld);
        let own = |cell: Cell| match cell.is_withheld && !is_blank {
            true => Cell { rows: Span { least: 1, most: None }, ..cell },
            false => cell,
        };
        let mut cells: Vec<Cell> = [whole].into_iter().chain(parts.into_iter().map(own)).collect();
        cells.push(self.rest(&cells));
        cells
    }

    /// What the parts leave of the whole: it is told nowhere.
    fn rest(&self, cells: &[Cell]) -> Cell {
        let [whole, parts @ ..] = cells else { return Cell::unknown(true) };
        let exact = !self.steps && cells.iter().all(|cell| cell.rows.most == Some(cell.rows.least));
        if exact && !self.is_public() {
            let left = |of: fn(&Cell) -> Span| of(whole).least - parts.iter().map(|part| of(part).least).sum::<i128>();
            let (rows, hits) = (left(|cell| cell.rows), left(|cell| cell.hits));
            return Cell { is_withheld: true, ..Cell::exact(rows, hits, whole.is_share) };
        }
        Cell::unknown(true)
    }

    fn is_public(&self) -> bool {
        self.json["provenance"]["audience"] == "public"
    }

    fn cell(&self, figure: &Value, is_share: bool) -> Cell {
        // A month has its rows beside its value.
        let value = figure.get("value").unwrap_or(figure);
        let absent = value.get("undefined").or(figure.get("undefined")).and_then(Value::as_str);
        match (absent, figure["n"].as_i64()) {
            (Some("suppressed"), _) => Cell::unknown(true),
            (Some("no_rows"), _) => Cell::exact(0, 0, is_share),
            (None, Some(rows)) => self.figure(value.as_f64().unwrap_or_default(), figure, i128::from(rows), is_share),
            _ => Cell { is_share, ..Cell::unknown(false) },
        }
    }

    fn figure(&self, value: f64, figure: &Value, rows: i128, is_share: bool) -> Cell {
        if !self.steps {
            let hits = figure["events"].as_i64().map(i128::from).unwrap_or((value * rows as f64).round() as i128);
            return Cell::exact(rows, hits, is_share);
        }
        let span = Span::of_rounded(rows);
        let cell = Cell { rows: span, ..Cell::unknown(false) };
        if !is_share {
            return cell;
        }
        let half = step(rows) / 2.0;
        let [hits, misses] = [value, 1.0 - value].map(|share| match share {
            share if share < 1e-9 => Span::one(0),
            share => {
                let least = (share - half) * span.least as f64;
                let most = (share + half) * span.most.unwrap_or_default() as f64;
                Span { least: (least - 1e-6).ceil() as i128, most: Some((most + 1e-6).floor() as i128) }
                    .and(Span { least: i128::from(LEAST), most: None })
            }
        });
        Cell { hits, misses, is_share, ..cell }
    }

    /// Withheld figures that follow from the other window's and the change.
    pub fn subtracted(&self, truth: &Self) -> Vec<String> {
        let rows = |own: &Self| -> Vec<Value> {
            let groups = ["groups", "applicants"].into_iter().flat_map(|list| own.list(list).to_vec());
            let inside = groups.flat_map(|group| group["kpis"].as_array().cloned().unwrap_or_default());
            own.list("kpis").iter().cloned().chain(inside).collect()
        };
        let number = |value: &Value| value["value"].as_f64();
        let mut found = Vec::new();
        for (own, other) in rows(self).iter().zip(rows(truth)) {
            let change = number(&own["change"]["absolute"]);
            for (window, beside, sign) in [("was", "is", -1.0), ("is", "was", 1.0)] {
                let is_withheld = own[window]["undefined"] == "suppressed";
                let (Some(change), Some(beside), Some(value)) = (change, number(&own[beside]), number(&other[window]))
                else {
                    continue;
                };
                if is_withheld && (beside + sign * change - value).abs() < 1e-6 {
                    found.push(format!("{} {window}: {value}", own["id"]));
                }
            }
        }
        found
    }
}

/// The step of a share of so many rows, as METHODS has it.
pub fn step(rows: i128) -> f64 {
    let wanted = LEAST as f64 / rows as f64;
    let steps = [1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
    steps.into_iter().rev().find(|step| *step >= wanted - 1e-12).unwrap_or(1.0)
}

fn is_inside(month: &str, range: &str) -> bool {
    range.split_once("..").is_some_and(|(first, last)| first.get(..7) <= Some(month) && Some(month) <= last.get(..7))
}

fn is_of_dossiers(id: &Value) -> bool {
    let id = id.as_str().unwrap_or_default();
    !["staffing/", "satisfaction/", "procedures/", "cost/"].iter().any(|family| id.starts_with(family))
}
