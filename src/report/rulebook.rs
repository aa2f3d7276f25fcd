//! The rules that rows must keep, and what is suspicious though it is accepted.

use super::Style;
use super::page::{Page, Text};
use super::words::{RULES, RULES_SAY, SUSPICIONS, SUSPICIONS_SAY, Words};
use crate::ingest::{Rule, Suspicion};

/// Every rule in the order they are applied, then every suspicion.
pub(super) fn page(style: Style) -> String {
    let mut page = Page::new(style);
    list(&mut page, RULES, RULES_SAY, Rule::ALL.iter().map(|rule| (rule.name(), rule.says())));
    page.blank();
    list(&mut page, SUSPICIONS, SUSPICIONS_SAY, Suspicion::ALL.iter().map(|own| (own.name(), own.says())));
    page.finish()
}

fn list(page: &mut Page, title: Words, says: Words, items: impl Iterator<Item = (&'static str, [&'static str; 2])>) {
    let lang = page.style.lang;
    page.heading(Text::strong(lang.say(title)), None);
    page.prose(0, Text::dim(lang.say(says)));
    for (name, says) in items {
        page.prose(2, Text::strong(name));
        page.prose(4, Text::plain(lang.of(says)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Lang;
    use crate::report::page::sample::NARROW;

    #[test]
    fn every_rule_and_suspicion_in_order() {
        for lang in [Lang::En, Lang::Vi] {
            let page = page(Style { lang, width: 80, ..NARROW });
            let names = Rule::ALL.iter().map(|rule| rule.name()).chain(Suspicion::ALL.iter().map(|own| own.name()));
            let listed: Vec<&str> =
                page.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' ')).collect();
            assert_eq!(listed, names.collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_rule_and_the_first_suspicion() {
        let page = page(NARROW);
        let start = "
Rules ──────────────────────────────────────────────────────────────────────────
A row that breaks a rule is set aside. These are in the order they are applied:
the first that a row breaks is its rule.
  blank_row
    A row without a single value, such as an empty line or `,,,`.
";
        assert!(page.starts_with(start.trim_start()), "{page}");
        let warned = "
Warnings ───────────────────────────────────────────────────────────────────────
These rows are accepted; `check` tells of them because they are suspicious, or
flatter a figure.
  no_due_date
    Dossiers without a due date. Dashboards count them as on time; here they are
    counted apart.
";
        assert!(page.contains(warned), "{page}");
    }
}
