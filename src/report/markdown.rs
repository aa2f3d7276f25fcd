//! The scorecard as Markdown: tables fit for a pull request or a job's summary.

mod fitting;

use super::face::Face;
use super::number::{count, percent};
use super::page::Text;
use super::section::{is_leading, sections};
use super::terminal::{BY_APPLICANT, ambiguous, events_line, has_dossiers, identity, no_mix, table_line};
use super::words::{
    CHANGE, COUNTING, DEFAULTS, HEADLINE, INPUTS, INTERVALS, IS, MORE, NO_MIX, NO_NAME, ROWS, SETTINGS, WAS, Words,
    axis, axis_verdict, flag, taken_together, verdict,
};
use super::{Lang, dates, looks, mix, provenance, reason};
use crate::kpi::find;
use crate::scorecard::{Flag, Group, Row, Scorecard, Verdict};
use fitting::{cut, fitted};
use std::collections::{BTreeMap, BTreeSet};

const AXIS: Words = Words("markdown.axis");
const VERDICT: Words = Words("markdown.verdict");
const WHY: Words = Words("markdown.why");
const LEFT_OUT: Words = Words("markdown.left_out");
const ALL_GROUPS: Words = Words("markdown.all_groups");
const NOTES: Words = Words("markdown.notes");
const KPI: Words = Words("markdown.kpi");
const UNIT: Words = Words("markdown.unit");

/// Inputs named one by one.
const NAMED_INPUTS: usize = 3;

/// The scorecard in one language, as long as a comment may be.
pub(super) fn text(card: &Scorecard, lang: Lang) -> String {
    let sheet = Sheet { card, lang };
    let kpis = [sheet.table(&told(&card.kpis)), sheet.lacks()];
    let kpis = kpis.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    let behind = sections(card, lang).into_iter().map(|section| section.markdown(lang.say(NOTES)));
    let rest: Vec<String> = [kpis].into_iter().chain(behind).chain(sheet.groups()).filter(|p| !p.is_empty()).collect();
    let left = |out: usize, all: usize| {
        let [out, all] = [out, all].map(|parts| count(parts as u64, lang));
        format!("- {}\n", plain(&lang.filled(LEFT_OUT, &[("out", &out), ("all", &all)])))
    };
    fitted(&[sheet.head(), sheet.axes(), sheet.changed()], &rest, &sheet.feet(), left)
}

/// The KPIs for which the log has what they need.
fn told(rows: &[Row]) -> Vec<&Row> {
    rows.iter().filter(|row| reason::lacking(row).is_none()).collect()
}

struct Sheet<'a> {
    card: &'a Scorecard,
    lang: Lang,
}

impl Sheet<'_> {
    fn head(&self) -> String {
        let (study, lang) = (&self.card.study, self.lang);
        let together = taken_together(self.card, lang);
        let facts = [
            dates::windows(study.was.as_deref(), &study.is, lang),
            lang.say(INTERVALS).replace("{}", &percent(study.level, lang)) + &together,
            format!("{}: {}", lang.say(COUNTING), study.counting),
        ];
        let mut lines = vec![format!("## {}\n", plain(&study.name)), plain(&facts.join(" · ")) + "\n"];
        lines.extend(mix::judged(study, lang).map(|said| plain(&said) + "\n"));
        let looks = looks::facts(self.card.looks, lang);
        if !looks.is_empty() {
            lines.push(plain(&looks.join(" · ")) + "\n");
        }
        if has_dossiers(self.card) {
            lines.push(plain(&identity(&self.card.reconciliation, lang).content()));
        }
        if let Some(events) = &self.card.events {
            let told = events_line(events, identity(&events.reconciliation, lang), lang);
            lines.push(plain(&joined(&told, " · ")));
        }
        for table in &self.card.tables {
            let told = table_line(table, identity(&table.reconciliation, lang), lang);
            lines.push(plain(&joined(&told, " · ")));
        }
        if study.ambiguous_times > 0 {
            lines.push(plain(&ambiguous(study.ambiguous_times, lang).content()));
        }
        lines.join("\n") + "\n"
    }

    /// Each axis with its verdict, its headline and every reason; none where there is one window.
    fn axes(&self) -> String {
        let lang = self.lang;
        let rows: Vec<Vec<String>> = self
            .card
            .axes
            .iter()
            .map(|result| {
                let (symbol, words) = axis_verdict(result.verdict);
                let because = match result.because.is_empty() {
                    true => String::new(),
                    false => reason::sentence(&result.because, &self.card.kpis, lang),
                };
                let headline = self.card.kpi(result.headline).map(|row| self.headline(row)).unwrap_or_default();
                vec![axis(result.id, lang), format!("{symbol} {}", lang.say(words)), headline, because]
            })
            .collect();
        table(&[AXIS, VERDICT, HEADLINE, WHY].map(|words| (lang.say(words).to_owned(), false)), &rows)
    }

    /// A headline in a line: the figures that its verdict is of.
    fn headline(&self, row: &Row) -> String {
        let face = Face::new(row, &self.card.study, self.lang);
        let name = self.lang.name(&row.name);
        let own: Vec<String> = face.cells(&[]).iter().map(Text::content).collect();
        let fixed: Option<Vec<String>> = face.at_fixed_mix(0).map(|cells| cells.iter().map(Text::content).collect());
        match (own.as_slice(), fixed.as_deref()) {
            ([.., unit, _, _], Some([_, was, _, is, _, change, interval])) => {
                format!("{name} {was} → {is} {unit}, {change} {interval}").trim_end().to_owned()
            }
            ([_, was, _, is, unit, change, interval], _) if !change.is_empty() => {
                format!("{name} {was} → {is} {unit}, {change} {interval}").trim_end().to_owned()
            }
            _ => name.to_owned(),
        }
    }

    /// The KPIs by what they came to; none where there is one window.
    fn changed(&self) -> String {
        let lang = self.lang;
        let of = |own: Verdict| {
            let is = |row: &&Row| row.verdict == Some(own) && reason::lacking(row).is_none();
            let names: Vec<&str> = self.card.kpis.iter().filter(is).map(|row| lang.name(&row.name)).collect();
            let (symbol, words) = verdict(own);
            let said = format!("{symbol} {} {}", lang.say(words), count(names.len() as u64, lang));
            (!names.is_empty()).then(|| format!("- {}\n", plain(&cut(format!("{said}: {}", names.join(", "))))))
        };
        let all = [Verdict::Worsened, Verdict::Improved, Verdict::NoClearChange, Verdict::NotComparable];
        all.into_iter().filter_map(of).collect()
    }

    /// One line a KPI; with one window its own interval, and no verdict.
    fn table(&self, rows: &[&Row]) -> String {
        let (lang, two) = (self.lang, self.card.study.was.is_some());
        let interval = format!("[{}]", percent(self.card.study.level, lang));
        let say = |words: Words, right| (lang.say(words).to_owned(), right);
        let fixed = self.fixed_mix().map(|fixed| (format!("{fixed} {interval}"), true));
        let change = if two { format!("{} {interval}", lang.say(CHANGE)) } else { interval };
        let (figures, verdict) = match two {
            true => (vec![say(WAS, true), say(IS, true)], vec![say(VERDICT, false)]),
            false => (vec![say(IS, true)], Vec::new()),
        };
        let (head, tail) = (vec![say(KPI, false)], vec![("n".to_owned(), true), say(NOTES, false)]);
        let columns: Vec<(String, bool)> =
            [head, figures, vec![say(UNIT, false), (change, true)], fixed.into_iter().collect(), verdict, tail]
                .concat();
        let cells: Vec<Vec<String>> = rows.iter().map(|row| self.cells(row, two)).collect();
        table(&columns, &cells)
    }

    /// The heading of the change at a fixed mix; `None` where the study asks for none.
    fn fixed_mix(&self) -> Option<String> {
        let study = &self.card.study;
        let asked = study.was.is_some() && !study.standardise.is_empty();
        asked.then(|| mix::fixed_mix(&study.standardise, self.lang))
    }

    fn cells(&self, row: &Row, two: bool) -> Vec<String> {
        let face = Face::new(row, &self.card.study, self.lang);
        let own: Vec<String> = face.cells(&[]).iter().map(Text::content).collect();
        let [name, was, _, is, unit, change, interval] = own.as_slice() else { return Vec::new() };
        let change = format!("{change} {interval}").trim().to_owned();
        let told = |cells: Vec<Text>| cells.iter().map(Text::content).collect::<Vec<_>>();
        let fixed = face.at_fixed_mix(0).map(told).map(|own| match own.as_slice() {
            [_, was, _, is, _, change, interval] => format!("{was} → {is}, {change} {interval}").trim_end().to_owned(),
            _ => String::new(),
        });
        let fixed = self.fixed_mix().map(|_| fixed.unwrap_or_default());
        let verdict = face.verdict().map(|verdict| verdict.content()).unwrap_or_default();
        // What holds for every row stands once, below the table.
        let common = self.common();
        let own = row.flags.iter().filter(|own| !common.contains(own));
        let flags = own.map(|own| self.lang.say(flag(*own)).to_owned());
        let notes = face.asides().into_iter().chain(face.notes()).map(|note| note.content()).chain(flags);
        let notes = notes.collect::<Vec<_>>().join("; ");
        let figures = if two { vec![was.clone(), is.clone()] } else { vec![is.clone()] };
        let verdict = if two { vec![verdict] } else { Vec::new() };
        let fixed = fixed.into_iter().collect();
        [vec![name.clone()], figures, vec![unit.clone(), change], fixed, verdict, vec![face.rows(), notes]].concat()
    }

    /// The flags that every KPI with a figure has.
    fn common(&self) -> BTreeSet<Flag> {
        let mut rows = self.card.kpis.iter().filter(|row| row.is.value().is_some()).map(|row| row.flags.clone());
        let first = rows.next().unwrap_or_default();
        rows.fold(first, |common, flags| &common & &flags)
    }

    /// What the whole log lacks, said once.
    fn lacks(&self) -> String {
        let all: Vec<&Row> = self.card.kpis.iter().collect();
        reason::lacks(&all, self.lang).iter().map(|line| format!("- {}\n", plain(line))).collect()
    }

    /// By kind of applicant how long, whether in time and at what cost; of each group what leads, and the study's own.
    fn groups(&self) -> Vec<String> {
        let of = |group: &Group, shown: &dyn Fn(&Row) -> bool| {
            let rows: Vec<&Row> = told(&group.kpis).into_iter().filter(|row| shown(row)).collect();
            format!("### {}\n\n{}", plain(&self.title(group)), self.table(&rows))
        };
        let by_applicant = |row: &Row| BY_APPLICANT.contains(&row.id.as_str());
        let leading = |row: &Row| is_leading(&row.id) || find(&row.id).is_none();
        let applicants = self.card.applicants.iter().map(|group| of(group, &by_applicant));
        applicants.chain(self.card.groups.iter().map(|group| of(group, &leading))).collect()
    }

    fn title(&self, group: &Group) -> String {
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| self.lang.say(NO_NAME).to_owned());
        let parts: Vec<String> = group.by.iter().map(|(column, value)| format!("{column} = {}", name(value))).collect();
        parts.join(", ")
    }

    fn feet(&self) -> String {
        let (study, lang) = (&self.card.study, self.lang);
        let flags = self.common().into_iter().map(|own| lang.say(flag(own)).to_owned());
        let keys = |label: Words, keys: &BTreeMap<String, String>| {
            let all: Vec<String> = keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            (!all.is_empty()).then(|| format!("{}: {}", lang.say(label), all.join(" · ")))
        };
        let named = self.card.inputs.iter().take(NAMED_INPUTS);
        let inputs = named.map(|input| format!("{} ({} {})", input.path, count(input.rows, lang), lang.say(ROWS)));
        let rest = self.card.inputs.len().saturating_sub(NAMED_INPUTS);
        let rest = (rest > 0).then(|| format!("+ {} {}", count(rest as u64, lang), lang.say(MORE)));
        let inputs: Vec<String> = inputs.chain(rest).collect();
        let inputs = (!inputs.is_empty()).then(|| format!("{}: {}", lang.say(INPUTS), inputs.join(" · ")));
        let no_mix = no_mix(self.card).then(|| lang.say(NO_MIX).to_owned());
        let provenance = Some(provenance::line(&self.card.provenance, lang));
        let all = (!self.card.groups.is_empty()).then(|| lang.say(ALL_GROUPS).to_owned());
        let told = [no_mix, all, keys(SETTINGS, &study.given), keys(DEFAULTS, &study.defaults), inputs, provenance];
        let lines = flags.chain(told.into_iter().flatten()).map(|line| format!("- {}\n", plain(&cut(line))));
        lines.collect()
    }
}

fn joined(texts: &[Text], separator: &str) -> String {
    texts.iter().map(Text::content).collect::<Vec<_>>().join(separator)
}

/// A table; numbers stand to the right.
pub(super) fn table(columns: &[(String, bool)], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = line(columns.iter().map(|(name, _)| plain(name)).collect());
    let rule = columns.iter().map(|(_, right)| if *right { "--:" } else { "---" }.to_owned()).collect();
    let body = rows.iter().map(|row| line(row.iter().map(|cell| plain(cell)).collect()));
    [head, line(rule)].into_iter().chain(body).collect()
}

/// The text as Markdown shows it: nothing in it is markup, a link, or a mention, and it stays on its line.
pub(super) fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in super::escaped(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // Neither an entity nor a backslash keeps a host from making a mention of `@name`, or a link of `#1`.
            '@' => safe.push_str("@<!-- -->"),
            '#' => safe.push_str("\\#<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' => safe.extend(['\\', c]),
            _ => safe.push(c),
        }
    }
    unlinked(safe)
}

/// The text without what a host makes a link of by itself.
fn unlinked(text: String) -> String {
    let text = text.replace("://", ":<!-- -->//");
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.to_ascii_lowercase().find("www.") {
        let (before, after) = rest.split_at(at + 3);
        safe.push_str(before);
        safe.push_str("<!-- -->");
        rest = after;
    }
    safe + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let text = "| <b>@all</b> [x](http://y) `a` *b* \n# c www.z \u{202e}";
        let safe = "\\| &lt;b&gt;@<!-- -->all&lt;/b&gt; \\[x\\](http:<!-- -->//y) \\`a\\` \\*b\\* \\\\n\\#<!-- --> c \
                    www<!-- -->.z \\\\u{202e}";
        assert_eq!(plain(text), safe);
    }

    #[test]
    fn names_and_numbers_stay_as_they_are() {
        for text in ["Phường Hoàn Kiếm", "−0.96 (−1.70, −0.23)", "3.99 → 3.02", "A & B".replace('&', "và").as_str()]
        {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn a_table_has_a_rule_and_a_line_a_row() {
        let columns = [("a".to_owned(), false), ("b".to_owned(), true)];
        let rows = [vec!["x|y".to_owned(), "1".to_owned()]];
        assert_eq!(table(&columns, &rows), "| a | b |\n| --- | --: |\n| x\\|y | 1 |\n");
        assert_eq!(table(&columns, &[]), "");
    }
}
