//! The first sheet: of what it is, the axes with their verdicts and reasons, what became of the rows, what stands where.

use super::book::{Book, Sheet};
use super::codes::{self, Codes};
use super::leaf::{Cell, Leaf, height};
use super::origin::read;
use super::styles::{Look, Side, Tone};
use crate::error::Result;
use crate::kpi::Axis;
use crate::report::messages::Words;
use crate::report::number::percent;
use crate::report::words::{COUNTING, INTERVALS, LOOKS, axis, axis_verdict, taken_together};
use crate::report::{Lang, looks, mix, provenance, reason};
use crate::scorecard::{AxisResult, AxisVerdict, Change, Figure, Known, Scorecard};
use chrono::NaiveDate;

/// The columns: what is told of, its verdict, its headline, the figures.
const WIDTHS: [f64; 10] = [28.0, 22.0, 36.0, 13.0, 13.0, 15.0, 15.0, 15.0, 15.0, 11.0];

const ACROSS: u16 = WIDTHS.len() as u16;

/// A sheet under way: what is written next stands in this row.
struct Summary<'a, 'b> {
    sheet: Sheet<'b>,
    card: &'a Scorecard,
    lang: Lang,
    row: u32,
}

/// Writes the sheet; `leaves` are the sheets that follow, by their names.
pub(super) fn on(book: &mut Book, card: &Scorecard, leaves: &[(String, Leaf)], lang: Lang) -> Result<()> {
    let sheet = book.sheet(lang.say(Words("xlsx.summary")))?;
    let mut summary = Summary { sheet, card, lang, row: 0 };
    summary.sheet.widths(WIDTHS)?;
    summary.sheet.unruled();
    summary.title()?;
    summary.facts()?;
    summary.axes()?;
    summary.rows()?;
    summary.provenance()?;
    // Links are for the screen.
    summary.sheet.print((summary.row - 1, ACROSS - 1))?;
    summary.sheet.on_one_page();
    summary.contents(leaves)
}

impl Summary<'_, '_> {
    fn say(&self, words: &'static str) -> &'static str {
        self.lang.say(Words(words))
    }

    /// A text over the columns from one on, as high as it needs.
    fn wide(&mut self, first: u16, text: &str, look: &Look) -> Result<()> {
        let width: f64 = WIDTHS.iter().skip(first.into()).sum();
        self.sheet.height(self.row, height(text, width))?;
        self.sheet.merged((self.row, first), [1, ACROSS - first], text, look)?;
        self.row += 1;
        Ok(())
    }

    fn title(&mut self) -> Result<()> {
        let name = &self.card.study.name;
        self.sheet.height(0, 26.0 * (height(name, 90.0) / 15.0))?;
        self.sheet.merged((0, 0), [1, ACROSS], name, &Look::default().bold().size(18).wrapped().middle())?;
        self.row = 1;
        self.wide(0, self.say("xlsx.subtitle"), &Look::of(Tone::Dim))?;
        let audience = provenance::audience(self.card.provenance.audience, self.lang);
        self.wide(0, audience, &Look::of(Tone::Dim).bold())?;
        self.row += 1;
        Ok(())
    }

    fn heading(&mut self, words: &'static str) -> Result<()> {
        let text = self.say(words);
        self.sheet.merged((self.row, 0), [1, ACROSS], text, &Look::of(Tone::Band).bold().size(13))?;
        self.row += 1;
        Ok(())
    }

    fn headings(&mut self, all: &[&'static str]) -> Result<()> {
        self.sheet.height(self.row, 32.0)?;
        for (column, words) in (0..).zip(all) {
            self.sheet.text((self.row, column), self.lang.say(Words(words)), &Look::heading())?;
        }
        self.row += 1;
        Ok(())
    }

    /// The windows as days, then what figures and verdicts rest on.
    fn facts(&mut self) -> Result<()> {
        let (study, lang) = (&self.card.study, self.lang);
        let was = study.was.as_ref().map(|was| ("xlsx.window_was", was));
        for (words, window) in was.into_iter().chain([("xlsx.window_is", &study.is)]) {
            self.window(words, window)?;
        }
        let level = percent(study.level, lang);
        let intervals = lang.say(INTERVALS).replace("{}", &level) + &taken_together(self.card, lang);
        let looks = looks::facts(self.card.looks, lang).join(" · ");
        let looks = looks.strip_prefix(lang.say(LOOKS)).unwrap_or(&looks).trim_start_matches([':', ' ']).to_owned();
        let told = [
            (self.say("xlsx.limits_are"), intervals),
            (lang.say(COUNTING), study.counting.clone()),
            (self.say("xlsx.mix"), mix::judged(study, lang).unwrap_or_default()),
            (lang.say(LOOKS), looks),
        ];
        for (label, text) in told.into_iter().filter(|(_, text)| !text.is_empty()) {
            self.fact(label, &text)?;
        }
        self.row += 1;
        Ok(())
    }

    fn fact(&mut self, label: &str, text: &str) -> Result<()> {
        self.sheet.text((self.row, 0), label, &Look::default().bold())?;
        self.wide(1, text, &Look::default().wrapped())
    }

    /// A window's first and last day.
    fn window(&mut self, words: &'static str, window: &str) -> Result<()> {
        self.sheet.text((self.row, 0), self.lang.say(Words(words)), &Look::default().bold())?;
        let days = window.split_once("..").map(|(first, last)| [first, last].map(|day| day.parse::<NaiveDate>().ok()));
        let look = Look::default().number(self.say("xlsx.day_code")).side(Side::Centre);
        match days {
            Some([Some(first), Some(last)]) => {
                self.sheet.date((self.row, 1), first, &look)?;
                self.sheet.date((self.row, 2), last, &look)?;
            }
            _ => self.sheet.text((self.row, 1), window, &Look::default())?,
        }
        self.row += 1;
        Ok(())
    }

    /// Each axis with its verdict and its headline's figures, then its reasons; of one window the headlines alone.
    fn axes(&mut self) -> Result<()> {
        self.heading("xlsx.the_axes")?;
        if self.card.axes.is_empty() {
            return self.headlines();
        }
        self.headings(&[
            "xlsx.axis",
            "xlsx.verdict",
            "xlsx.headline",
            "xlsx.was",
            "xlsx.is",
            "xlsx.unit",
            "xlsx.change",
            "xlsx.low",
            "xlsx.high",
            "xlsx.relative",
        ])?;
        let card = self.card;
        card.axes.iter().try_for_each(|result| self.judged_axis(result))?;
        self.row += 1;
        Ok(())
    }

    /// Of one window: the headlines with their own limits.
    fn headlines(&mut self) -> Result<()> {
        self.headings(&["xlsx.axis", "xlsx.unit", "xlsx.headline", "xlsx.is", "xlsx.low", "xlsx.high"])?;
        let (card, lang) = (self.card, self.lang);
        for own in Axis::ALL {
            let row = card.kpi(own.headline());
            let figure = row.and_then(|row| row.is.value());
            let code = row.map(|row| Codes::of(row, lang).level).unwrap_or_default();
            let level = |of: fn(&Figure) -> Option<f64>| Cell::number(figure.and_then(of), code.clone());
            let cells = [
                Cell::Strong(axis(own, lang)),
                Cell::text(row.map_or("", |row| codes::unit(row, lang)[0])),
                Cell::wrapped(row.map_or(own.headline(), |row| lang.name(&row.name))),
                level(|own| Some(own.value)),
                level(|own| own.low),
                level(|own| own.high),
            ];
            self.cells(cells)?;
            let why = row.and_then(|row| row.is.reason());
            why.map_or(Ok(()), |why| self.wide(1, &lang.why(why), &Look::of(Tone::Dim).italic().wrapped()))?;
        }
        self.row += 1;
        Ok(())
    }

    /// A line of a table.
    fn cells(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<()> {
        let mut put = |(column, cell): (u16, Cell)| cell.on(&mut self.sheet, (self.row, column), 1, self.lang);
        (0..).zip(cells).try_for_each(&mut put)?;
        self.row += 1;
        Ok(())
    }

    fn judged_axis(&mut self, result: &AxisResult) -> Result<()> {
        let (symbol, words) = axis_verdict(result.verdict);
        let tone = match result.verdict {
            AxisVerdict::Shown => Tone::Good,
            AxisVerdict::Worsened => Tone::Bad,
            AxisVerdict::NotShown | AxisVerdict::NotMeasured => Tone::Plain,
        };
        let verdict = Cell::Toned(tone, format!("{symbol} {}", self.lang.say(words)));
        self.axis(&axis(result.id, self.lang), verdict, result.headline)?;
        if !result.because.is_empty() {
            let because = reason::sentence(&result.because, &self.card.kpis, self.lang);
            self.wide(1, &because, &Look::of(Tone::Dim).italic().wrapped())?;
        }
        Ok(())
    }

    /// An axis with the figures of its headline; the change is the one that the verdict is of.
    fn axis(&mut self, name: &str, verdict: Cell, headline: &str) -> Result<()> {
        let (lang, row) = (self.lang, self.card.kpi(headline));
        let codes = row.map(|row| Codes::of(row, lang));
        let code = |of: fn(&Codes) -> &String| codes.as_ref().map(|codes| of(codes).clone()).unwrap_or_default();
        let value = |figure: Option<&Known<Figure>>| figure.and_then(Known::value).map(|own| own.value);
        let level = |value: Option<f64>| Cell::number(value, code(|own| &own.level));
        let change = row.and_then(|row| row.judged());
        let gap = |of: fn(&Change) -> Option<f64>| Cell::number(change.and_then(of), code(|own| &own.change));
        let [was, is] = match row.and_then(|row| row.adjusted.value()) {
            Some(own) => [Some(own.was), Some(own.is)],
            None => [value(row.and_then(|row| row.was.as_ref())), value(row.map(|row| &row.is))],
        };
        let relative = change.and_then(|change| change.relative.value()).map(|own| own.value);
        let cells = [
            Cell::Strong(name.to_owned()),
            verdict,
            Cell::wrapped(row.map_or(headline, |row| lang.name(&row.name))),
            level(was),
            level(is),
            Cell::text(row.map_or("", |row| codes::unit(row, lang)[0])),
            gap(|own| Some(own.absolute.value)),
            gap(|own| own.absolute.low),
            gap(|own| own.absolute.high),
            Cell::number(relative, codes::relative(lang)),
        ];
        self.cells(cells)
    }

    /// What became of the rows of every table.
    fn rows(&mut self) -> Result<()> {
        self.heading("xlsx.the_rows")?;
        self.headings(&["xlsx.table", "xlsx.read", "xlsx.accepted", "xlsx.quarantined"])?;
        for own in read(self.card, self.lang) {
            let counts = [own.rows.read, own.rows.accepted, own.rows.quarantined].map(Cell::Count);
            let cells = [Cell::Text(own.name)].into_iter().chain(counts);
            (0..)
                .zip(cells)
                .try_for_each(|(column, cell)| cell.on(&mut self.sheet, (self.row, column), 1, self.lang))?;
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    /// The sheets that follow.
    fn contents(&mut self, leaves: &[(String, Leaf)]) -> Result<()> {
        self.heading("xlsx.contents")?;
        for (name, leaf) in leaves {
            self.sheet.link((self.row, 0), name, &Look::of(Tone::Link))?;
            let rows = crate::report::number::count(leaf.rows.len() as u64, self.lang);
            self.sheet.text(
                (self.row, 1),
                &self.say("xlsx.so_many_rows").replace("{}", &rows),
                &Look::of(Tone::Dim),
            )?;
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    fn provenance(&mut self) -> Result<()> {
        self.heading("xlsx.provenance")?;
        // What stands above is not said again.
        let said = [Words("provenance.windows"), COUNTING].map(|words| self.lang.say(words));
        let facts = provenance::facts(&self.card.provenance, self.lang).into_iter();
        for (label, text) in facts.filter(|(label, _)| !said.contains(label)) {
            self.fact(label, &text)?;
        }
        self.row += 1;
        Ok(())
    }
}
