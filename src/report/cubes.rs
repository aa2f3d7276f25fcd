//! What a cube is of, and what it keeps.

use super::number::count;
use super::page::{Page, Text, column};
use super::terminal::{ambiguous, identity};
use super::words::{BY, BYTES, COUNTING, DEFAULTS, INDEPENDENT, SETTINGS, Words};
use super::{Lang, Style, dates, provenance};
use crate::cube::{Content, Cube};
use crate::error::{Error, Result};
use crate::ingest::Reconciliation;
use crate::kpi::{Kpi, catalogue_with};
use crate::provenance::Provenance;
use crate::scorecard::Settings;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

const KEEPS: Words = Words("cube.keeps");
const KEPT: Words = Words("cube.kept");
const CELLS: Words = Words("cube.cells");
const KEYS: Words = Words("cube.keys");
const GROUPS: Words = Words("cube.groups");
const PARTS: Words = Words("cube.parts");
const DIGEST: Words = Words("cube.digest");
const WHOLE: Words = Words("cube.whole");

#[derive(Serialize)]
struct Shown<'a> {
    schema: &'static str,
    cube: &'a str,
    digest: &'a str,
    study: Study<'a>,
    provenance: Provenance,
    reconciliation: &'a Reconciliation,
    ambiguous_times: u64,
    parts: &'a [(u64, u64)],
    dimensions: &'a [String],
    groups: usize,
    cells: usize,
    keys: usize,
    bytes: u64,
    keeps: Vec<Kept<'a>>,
}

#[derive(Serialize)]
struct Study<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<&'a str>,
    is: &'a str,
    counting: &'a str,
    level: f64,
    cluster: &'a str,
    given: &'a BTreeMap<String, String>,
    defaults: &'a BTreeMap<String, String>,
}

/// One thing that the cube keeps, with the KPIs of this version that are made of it.
#[derive(Serialize)]
struct Kept<'a> {
    key: &'a str,
    kpis: Vec<String>,
    cells: usize,
    keys: usize,
}

/// The settings and the keeps of a cube.
struct Look<'a> {
    cube: &'a Cube,
    settings: Settings,
    own: Vec<Kpi>,
}

impl<'a> Look<'a> {
    fn at(cube: &'a Cube) -> Result<Self> {
        let settings = Settings::of(cube)?;
        let own = settings.own_kpis()?;
        Ok(Self { cube, settings, own })
    }

    fn keeps(&self) -> Vec<Kept<'a>> {
        let keeps = self.cube.header.keeps.iter().enumerate();
        let kept = keeps.map(|(keep, key)| {
            let of = |kpi: &&Kpi| kpi.recipe().keep.key() == *key;
            let kpis = catalogue_with(&self.own).filter(of).map(|kpi| kpi.id.to_string()).collect();
            let slots = 0..=u8::from(self.settings.was.is_some());
            let cells: Vec<usize> =
                slots.flat_map(|slot| self.cube.cells(keep, slot)).map(|(_, cell)| keys(&cell.content)).collect();
            Kept { key, kpis, cells: cells.len(), keys: cells.iter().sum() }
        });
        kept.collect()
    }

    fn groups(&self) -> usize {
        let groups: BTreeSet<&[Option<String>]> = self.cube.groups().collect();
        groups.len()
    }
}

/// The distinct values of a tally; sums have none.
fn keys(content: &Content) -> usize {
    match content {
        Content::Moments(_) | Content::Pairs(_) => 0,
        Content::Tally(tally) => tally.keys(),
    }
}

/// The cube as a page; `bytes` is the size of its file.
pub(super) fn page(cube: &Cube, bytes: u64, style: Style) -> Result<String> {
    let look = Look::at(cube)?;
    let keeps = look.keeps();
    let mut page = Page::new(style);
    head(&mut page, &look);
    sizes(&mut page, &look, &keeps, bytes);
    table(&mut page, &keeps);
    page.blank();
    told(&mut page, SETTINGS, &look.settings.given);
    told(&mut page, DEFAULTS, &look.settings.defaults);
    provenance::on(&mut page, &look.settings.provenance(&cube.header.digest));
    Ok(page.finish())
}

/// The study, its windows, and what became of every row.
fn head(page: &mut Page, look: &Look<'_>) {
    let (settings, header, lang) = (&look.settings, &look.cube.header, page.style.lang);
    page.prose(0, Text::strong(&settings.name));
    let windows = dates::windows(settings.was.as_deref(), &settings.is, lang);
    let cluster = settings.cluster.as_ref();
    let cluster = cluster.map_or(lang.say(INDEPENDENT).to_owned(), |column| format!("{} {column}", lang.say(BY)));
    let counting = format!("{}: {}", lang.say(COUNTING), settings.counting);
    page.facts(0, [windows, cluster, counting].map(Text::plain).into());
    page.prose(0, identity(&header.reconciliation, lang));
    if header.ambiguous_times > 0 {
        page.prose(0, ambiguous(header.ambiguous_times, lang));
    }
}

fn sizes(page: &mut Page, look: &Look<'_>, keeps: &[Kept<'_>], bytes: u64) {
    let (header, lang) = (&look.cube.header, page.style.lang);
    page.prose(0, Text::plain(format!("{}: {}", lang.say(PARTS), parts(&header.parts, lang))));
    let keys: usize = keeps.iter().map(|kept| kept.keys).sum();
    let sizes = [(look.cube.len() as u64, CELLS), (keys as u64, KEYS), (look.groups() as u64, GROUPS), (bytes, BYTES)];
    page.facts(0, sizes.map(|(size, words)| Text::plain(format!("{} {}", count(size, lang), lang.say(words)))).into());
    page.prose(0, Text::dim(format!("{}: {}, {}", lang.say(DIGEST), header.schema, header.digest)));
}

/// One line for each thing that is kept.
fn table(page: &mut Page, keeps: &[Kept<'_>]) {
    let lang = page.style.lang;
    page.blank();
    page.heading(Text::strong(lang.say(KEEPS)), None);
    let head = ["KPI", lang.say(CELLS), lang.say(KEYS), lang.say(KEPT)].map(Text::dim).into();
    let row = |kept: &Kept<'_>| -> Vec<Text> {
        let number = |number: usize| count(number as u64, lang);
        [kept.kpis.join(" "), number(kept.cells), number(kept.keys), kept.key.to_owned()].map(Text::plain).into()
    };
    let rows: Vec<Vec<Text>> = std::iter::once(head).chain(keeps.iter().map(row)).collect();
    page.table(2, &[column(0, false), column(2, true), column(2, true), column(2, false)], &rows);
}

fn told(page: &mut Page, label: Words, keys: &BTreeMap<String, String>) {
    let mut facts = keys.iter().map(|(key, value)| format!("{key} = {value}"));
    if let Some(first) = facts.next() {
        let first = format!("{}: {first}", page.style.lang.say(label));
        page.facts(0, [first].into_iter().chain(facts).map(Text::dim).collect());
    }
}

fn parts(parts: &[(u64, u64)], lang: Lang) -> String {
    let named: Vec<String> = parts.iter().map(|(number, of)| format!("{number}/{of}")).collect();
    if named.is_empty() { lang.say(WHOLE).to_owned() } else { named.join(", ") }
}

/// The same as JSON with a final newline.
pub(super) fn json(cube: &Cube, bytes: u64) -> Result<String> {
    let look = Look::at(cube)?;
    let (settings, header, keeps) = (&look.settings, &cube.header, look.keeps());
    let shown = Shown {
        schema: "giamtang.cube.show/1",
        cube: &header.schema,
        digest: &header.digest,
        study: Study {
            name: &settings.name,
            was: settings.was.as_deref(),
            is: &settings.is,
            counting: &settings.counting,
            level: settings.level,
            cluster: settings.cluster.as_deref().unwrap_or("none"),
            given: &settings.given,
            defaults: &settings.defaults,
        },
        provenance: settings.provenance(&header.digest),
        reconciliation: &header.reconciliation,
        ambiguous_times: header.ambiguous_times,
        parts: &header.parts,
        dimensions: &header.dimensions,
        groups: look.groups(),
        cells: cube.len(),
        keys: keeps.iter().map(|kept| kept.keys).sum(),
        bytes,
        keeps,
    };
    let text = serde_json::to_string_pretty(&shown).map(|text| text + "\n");
    text.map_err(|why| Error::broken("writing a cube's description as JSON", why))
}
