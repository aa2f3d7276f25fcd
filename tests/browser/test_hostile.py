"""Names out of a log that want to be more than names: they are shown, and do nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import LANGUAGES, SHOTS, WIDTHS, written
from test_page import is_within, violations

NAMES = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "</bdi></td></table><img src=x onerror=alert(3)>",
    "\"><svg onload=alert(4)>",
    "'; alert(5); //",
    "]]><!-- <style>*{display:none}</style>",
    "&lt;b&gt; &amp; &quot;",
    "\u202eevil\u202c \u200fright\u2067left\u2069",
    "a\u2028line\u2029paragraph",
    "=cmd|' /C calc'!A1",
    "javascript:alert(6)",
    "${alert(7)} {{alert(8)}} {n} {all}",
    "__proto__",
    "Phường " + "dài " * 10 + "x" * 460,
]
# What is hidden, or turns its neighbours, is written out.
SHOWN = {"\u202e": "\\u{202e}", "\u202c": "\\u{202c}", "\u200f": "\\u{200f}", "\u2067": "\\u{2067}", "\u2069": "\\u{2069}",
         "\u2028": "\\u{2028}", "\u2029": "\\u{2029}"}


def shown(name: str) -> str:
    return "".join(SHOWN.get(sign, sign) for sign in name)


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    log = folder / "cases <b>&\"'.csv"
    with log.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["case_id", "received_at", "finished_at", "due_at", "unit", "procedure", "applicant"])
        for year, days in ((2023, 6), (2024, 3)):
            for at, name in enumerate(NAMES):
                for day in range(1, 9):
                    received, finished = f"{year}-03-{day:02}", f"{year}-03-{day + days + at % 2:02}"
                    rows.writerow([f"{year}/{at}/{day}", received, finished, f"{year}-03-{day + 5:02}", name, name, NAMES[at % 3]])
    path = folder / "study.toml"
    path.write_text(
        f"""
[study]
name = '''{NAMES[1]}'''
[log]
cases = ['''{log.name}''']
[windows]
was = "2023-03-01..2023-03-31"
is = "2024-03-01..2024-03-31"
[compare]
by = ["unit"]
cluster = "unit"
standardise = ["procedure"]
treated = ['''{NAMES[2]}''', '''{NAMES[3]}''']
""",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_shown_and_do_nothing(visit, study, language, width):
    path = written(study, f"hostile-{language}", "--lang", language)
    watched = visit(path, width=width)
    page = watched.page
    assert page.title() == NAMES[1] and page.locator("h1").inner_text() == shown(NAMES[1])
    names = page.locator("#drill-table tbody th").all_text_contents()
    assert sorted(names) == sorted(map(shown, NAMES))
    for at, name in enumerate(names):
        page.locator("#drill-table button.link").nth(at).click()
        assert page.locator("#drill-table h3").inner_text().split() == name.split()
        page.locator("#drill-table > button").first.click()
    page.locator("#drill-search").fill("<SCRIPT>")
    assert page.locator("#drill-table tbody tr").count() == 2
    page.locator("#drill-search").fill("")
    page.locator("#open-all").click()
    assert is_within(page)
    if (language, width) in (("en", 1280), ("vi", 390)):
        assert violations(page) == []
    # The page has its own script and its own style, and no element that a name asked for.
    assert page.locator("script:not([type])").count() == 1 and page.locator("style").count() == 1
    assert page.locator("main img, main [onerror], main [onload], main svg[onload]").count() == 0
    page.evaluate("document.querySelector('#groups').scrollIntoView()")
    page.screenshot(path=SHOTS / f"hostile-{language}-{width}.png")
    watched.assert_quiet(path)
