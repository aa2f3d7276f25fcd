//! The catalogue, and one KPI with everything there is to know of it.

use super::page::{Page, Text, column, fit};
use super::wording::Wording;
use super::words::{
    BETTER, EXAMPLE, FORMULA, GUARD, HEADLINE, SAMPLING, SOURCE, UNIT, axis, better, sampling, unit_of,
};
use super::{Lang, Style, prose};
use crate::kpi::{Axis, Better, Kpi, catalogue_with};

/// The catalogue and a study's own KPIs by axis, all in the same columns.
pub(super) fn list(own: &[Kpi], style: Style) -> String {
    let mut page = Page::new(style);
    let mut kpis: Vec<&Kpi> = catalogue_with(own).collect();
    // Those of no axis stand last.
    kpis.sort_by_key(|kpi| (kpi.axis().is_none(), kpi.axis()));
    let rows: Vec<Vec<Text>> = kpis.iter().map(|kpi| cells(kpi, style.lang)).collect();
    let shape = [0, 2, 2, 2, 2].map(|gap| column(gap, false));
    let columns = fit(&shape, &rows, page.width - 2);
    let mut last = None;
    for (kpi, cells) in kpis.iter().zip(&rows) {
        let id = kpi.axis();
        if last != Some(id) {
            last.inspect(|_| page.blank());
            page.heading(Text::strong(axis(id, style.lang)), None);
        }
        last = Some(id);
        page.row(2, &columns, cells);
    }
    page.finish()
}

fn cells(kpi: &Kpi, lang: Lang) -> Vec<Text> {
    let arrow = match kpi.better {
        Better::Lower => "↓ ",
        Better::Higher => "↑ ",
        Better::Neither => "",
    };
    let headline = Axis::ALL.iter().any(|axis| axis.headline() == kpi.id).then_some(HEADLINE);
    let guard = Axis::ALL.iter().any(|axis| axis.guards().contains(&&*kpi.id)).then_some(GUARD);
    let marks: Vec<&str> = headline.into_iter().chain(guard).map(|words| lang.say(words)).collect();
    vec![
        Text::strong(&kpi.id),
        Text::plain(lang.name(&kpi.name)),
        Text::dim(lang.say(unit_of(kpi))),
        Text::plain(format!("{arrow}{}", lang.say(better(kpi.better)))),
        Text::plain(marks.join(", ")),
    ]
}

/// One KPI: names, definition, worked example.
pub(super) fn explain(kpi: &Kpi, style: Style) -> String {
    let mut page = Page::new(style);
    let lang = style.lang;
    let wording = Wording::of(kpi, lang);
    let names = [Text::strong(&kpi.id), Text::plain(&kpi.name.en), Text::plain(&kpi.name.vi)];
    page.facts(0, names.into());
    page.blank();
    let lines = [
        (FORMULA, &*wording.formula),
        (UNIT, lang.say(unit_of(kpi))),
        (BETTER, lang.say(better(kpi.better))),
        (SAMPLING, lang.say(sampling(kpi))),
        (SOURCE, &*wording.source),
    ];
    let told = lines.iter().filter(|(_, text)| !text.is_empty());
    let rows: Vec<Vec<Text>> = told.map(|(label, text)| vec![Text::dim(lang.say(*label)), Text::plain(text)]).collect();
    page.table(2, &[column(0, false), column(2, false)], &rows);
    page.blank();
    prose::markdown(&mut page, &wording.text);
    if kpi.example.is_empty() {
        return page.finish();
    }
    page.blank();
    page.heading(Text::strong(lang.say(EXAMPLE)), None);
    prose::markdown(&mut page, &wording.example);
    page.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::find;
    use crate::report::page::sample::{NARROW, assert_page};

    #[test]
    fn the_catalogue_by_axis() {
        let page = list(&[], NARROW);
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = |start: &str| page.lines().find(|line| line.trim_start().starts_with(start)).map(words);
        assert!(page.starts_with("Time and cost ───"), "{page}");
        assert_eq!(line("time/on_time "), Some("time/on_time On-time rate % ↑ higher guard".to_owned()));
        assert!(line("time/elapsed_time ").is_some_and(|line| line.ends_with("days ↓ lower headline")), "{page}");
        assert!(list(&[], Style { lang: Lang::Vi, width: 120, ..NARROW }).contains("chỉ tiêu chính"));
    }

    #[test]
    fn what_is_sampled_is_what_a_row_is() {
        let sampled = |id| explain(find(id).expect("a KPI"), NARROW);
        assert!(sampled("time/on_time").contains("sampling  dossiers within clusters"));
        assert!(sampled("transparency/local_lead").contains("sampling  rows within clusters"));
        assert!(sampled("satisfaction/gap").contains("unit      points"));
    }

    #[test]
    fn one_kpi_with_its_example() {
        let text = " What it is.\n\n # Counts\n Every dossier,\n once.\n\n # Beware\n Of nothing.\n";
        let example = "# time/on_time\n\nTwo of 5 = **0.4**.\n\n```csv cases\ncase_id,due_at\n# 1,\n```\n\n\
                       | window | n |\n|---|---|\n| is | 5 |\n";
        let kpi = Kpi { text: text.into(), example: example.into(), ..find("time/on_time").unwrap().clone() };
        assert_page(
            &explain(&kpi, NARROW),
            "
time/on_time · On-time rate · Tỷ lệ đúng hạn

  formula   dossiers finished ≤ original due date / dossiers due
  unit      %
  better    higher
  sampling  dossiers within clusters
  source    766 2.1, strict

  What it is.

Counts
  Every dossier, once.

Beware
  Of nothing.

Worked example ─────────────────────────────────────────────────────────────────
  Two of 5 = 0.4.

    case_id,due_at
    # 1,

      window  n
      is      5
",
        );
    }

    #[test]
    fn one_kpi_in_vietnamese() {
        let text = "Là gì.\n\n# Công thức\ntử số\n/ mẫu số\n\n# Cách đếm\nMọi hồ sơ,\nmột lần.\n\n# Nguồn\n766\n\n# Ví dụ\n\
                    Hai trên 5 = **0,4**.\n";
        let example = "# time/on_time\n\nTwo of 5 = **0.4**.\n\n```csv cases\ncase_id\n1\n```\n";
        let known = find("time/on_time").unwrap().clone();
        let kpi = Kpi { example: example.into(), vietnamese: Some(text.into()), ..known };
        assert_page(
            &explain(&kpi, Style { lang: Lang::Vi, ..NARROW }),
            "
time/on_time · On-time rate · Tỷ lệ đúng hạn

  công thức    tử số / mẫu số
  đơn vị tính  %
  tốt hơn khi  cao hơn
  chọn mẫu     hồ sơ theo cụm
  nguồn        766

  Là gì.

Cách đếm
  Mọi hồ sơ, một lần.

Ví dụ ──────────────────────────────────────────────────────────────────────────
  Hai trên 5 = 0,4.

    case_id
    1
",
        );
    }

    #[test]
    fn a_study_s_own_kpi_is_told_in_its_own_words() {
        let kpi = Kpi { text: " What it is.".into(), vietnamese: None, ..find("time/on_time").unwrap().clone() };
        assert!(explain(&kpi, Style { lang: Lang::Vi, ..NARROW }).contains("What it is."));
    }
}
