//! What stands on a page of pictures, read as a browser does: figures with their drawings, texts and tables.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;

/// A picture as it is found.
#[derive(Debug, Default)]
pub struct Figure {
    pub role: String,
    pub title: String,
    pub desc: String,
    pub caption: String,
    pub sheet: [f64; 4],
    /// Class and `d` of each path.
    pub paths: Vec<(String, String)>,
    /// The class of each circle.
    pub circles: Vec<String>,
    pub texts: Vec<Text>,
    /// What marks say who they are.
    pub named: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub bytes: usize,
}

/// A text with its place, letters taken as wide as they usually are.
#[derive(Debug, Default)]
pub struct Text {
    pub text: String,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Text {
    pub fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn placed(&mut self, class: &str, (x, y): (f64, f64)) {
        let width = unicode_width::UnicodeWidthStr::width(self.text.as_str()) as f64 * 0.52 * 11.0;
        self.left = match () {
            () if class.ends_with(" m") => x - width / 2.0,
            () if class.ends_with(" e") => x - width,
            () => x,
        };
        (self.right, self.top, self.bottom) = (self.left + width, y - 8.0, y + 1.0);
    }
}

impl Figure {
    pub fn classes(&self) -> BTreeSet<String> {
        let all = self.paths.iter().map(|(class, _)| class).chain(&self.circles);
        all.flat_map(|class| class.split(' ')).filter(|class| !class.is_empty()).map(str::to_owned).collect()
    }

    /// Marks that are full or hollow.
    pub fn marks(&self) -> usize {
        let all = self.paths.iter().map(|(class, _)| class).chain(&self.circles);
        all.filter(|class| class.ends_with(" full") || class.ends_with(" hollow")).count()
    }

    /// Marks of the legend: those below the axis.
    pub fn keys(&self) -> usize {
        self.texts.iter().filter(|text| LEGEND.contains(&text.text.as_str())).count()
    }
}

/// Words of a legend whose key is a mark.
const LEGEND: [&str; 5] =
    ["improvement", "concern", "beyond chance", "too young to compare", "to come, if nothing changes"];

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let found = tag.try_get_attribute(name).expect("an attribute");
    found.map(|own| own.value.into_owned()).unwrap_or_default()
}

fn number(text: &str) -> f64 {
    let number: f64 = text.parse().unwrap_or_else(|_| panic!("`{text}` is no number"));
    let decimals = text.split_once('.').map_or(0, |(_, part)| part.len());
    assert!(number.is_finite() && number.abs() <= 1e4 && decimals <= 1, "`{text}` is no place");
    number
}

/// Every number of a path is a place on some sheet.
fn held(d: &str) {
    let numbers = d.split(|c: char| c.is_ascii_alphabetic() || c == ' ').filter(|part| !part.is_empty());
    assert!(numbers.map(number).all(f64::is_finite));
}

/// The figures of a page's body, which is well formed.
pub fn figures(body: &str) -> Vec<Figure> {
    let whole = format!("<body>{body}</body>");
    let mut reader = Reader::from_str(&whole);
    reader.config_mut().check_end_names = true;
    let (mut figures, mut open, mut text): (Vec<Figure>, Vec<String>, String) = Default::default();
    let mut at = (String::new(), (0.0, 0.0));
    loop {
        let start = reader.buffer_position();
        match reader.read_event().expect("a well-formed page") {
            Event::Eof => break,
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                begun(&name, &tag, &mut figures, &mut at, start as usize);
                open.push(name);
                text.clear();
            }
            Event::Empty(tag) => drawn(&tag, figures.last_mut().unwrap_or(&mut Figure::default())),
            Event::Text(own) => text.push_str(&own),
            Event::GeneralRef(own) => text.push(match &*own {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                other => panic!("&{other};"),
            }),
            Event::End(_) => {
                let name = open.pop().expect("an open tag");
                if let Some(figure) = figures.last_mut() {
                    let end = reader.buffer_position() as usize;
                    ended(&name, open.last().map(String::as_str), figure, (&text, &at), end);
                }
                text.clear();
            }
            _ => {}
        }
    }
    figures
}

type Place = (String, (f64, f64));

fn begun(name: &str, tag: &BytesStart<'_>, figures: &mut Vec<Figure>, at: &mut Place, start: usize) {
    match name {
        "figure" => figures.push(Figure::default()),
        "tr" => figures.last_mut().into_iter().for_each(|figure| figure.rows.push(Vec::new())),
        _ => {}
    }
    let Some(figure) = figures.last_mut() else { return };
    match name {
        "svg" => {
            let sheet: Vec<f64> = attribute(tag, "viewBox").split(' ').map(number).collect();
            figure.sheet = sheet.try_into().expect("four numbers");
            figure.role = attribute(tag, "role");
            figure.bytes = start;
        }
        "text" => *at = (attribute(tag, "class"), (number(&attribute(tag, "x")), number(&attribute(tag, "y")))),
        "path" => drawn(tag, figure),
        _ => {}
    }
}

fn drawn(tag: &BytesStart<'_>, figure: &mut Figure) {
    match tag.name().as_ref() {
        "path" => {
            let d = attribute(tag, "d");
            held(&d);
            figure.paths.push((attribute(tag, "class"), d));
        }
        "circle" => {
            assert!(["cx", "cy", "r"].into_iter().map(|name| number(&attribute(tag, name))).all(f64::is_finite));
            figure.circles.push(attribute(tag, "class"));
        }
        _ => {}
    }
}

fn ended(name: &str, parent: Option<&str>, figure: &mut Figure, (text, at): (&str, &Place), end: usize) {
    match (name, parent) {
        ("svg", _) => figure.bytes = end - figure.bytes,
        ("title", Some("svg")) => figure.title = text.to_owned(),
        ("title", _) => figure.named.push(text.to_owned()),
        ("desc", _) => figure.desc = text.to_owned(),
        // Of headings there are no cells.
        ("tr", _) => figure.rows.retain(|row| !row.is_empty()),
        ("figcaption", _) => figure.caption = text.to_owned(),
        ("td", _) => figure.rows.last_mut().expect("a row").push(text.to_owned()),
        ("text", _) => {
            let mut own = Text { text: text.to_owned(), ..Text::default() };
            own.placed(&at.0, at.1);
            figure.texts.push(own);
        }
        _ => {}
    }
}
