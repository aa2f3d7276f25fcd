"""A city of 600 units, every KPI of each: how large its page is, and how long a reader waits for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import SHOTS, giamtang, written
from test_page import violations

UNITS = 600
LARGEST = 5_000_000
# Seconds. The best of some runs: a machine that does something else beside is no fault of the page.
LONGEST = 2.0
RUNS = 5


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("city") / "city"
    giamtang("demo", folder, "--offices", str(UNITS), "--cases", "24000", "--quiet")
    return written(folder / "study.toml", "city", "--by", "unit")


def test_it_is_small_and_opens_at_once(visit, city):
    size = city.stat().st_size
    waits = []
    for _ in range(RUNS):
        page = visit(city).page
        waits.append(
            page.evaluate(
                """() => {
                    const own = performance.getEntriesByType('navigation')[0];
                    return [own.domContentLoadedEventEnd / 1000, document.querySelectorAll('#drill-table tbody tr').length];
                }"""
            )
        )
    assert all(rows == 100 for _, rows in waits), "the drill-down can be used when the page is there"
    opened = min(wait for wait, _ in waits)
    print(f"{UNITS} units: {size / 1e6:.2f} MB, opens in {opened:.2f} s (best of {RUNS}: {[round(wait, 2) for wait, _ in waits]})")
    assert size < LARGEST
    assert opened < LONGEST


def test_it_is_searched_sorted_and_turned_at_once(visit, city):
    watched = visit(city)
    page = watched.page
    assert page.locator("#drill-status").inner_text().endswith("of 601") or page.locator("#drill-status").inner_text().endswith("of 600")
    longest = page.evaluate(
        """() => {
            const waits = [];
            const timed = (act) => { const from = performance.now(); act(); waits.push(performance.now() - from); };
            const choice = document.getElementById('drill-kpi');
            for (const option of choice.options) timed(() => { choice.value = option.value; choice.dispatchEvent(new Event('change')); });
            for (const name of ['name', 'was', 'is', 'change']) timed(() => document.querySelector(`#drill-table [data-sort=${name}]`)?.click());
            const search = document.getElementById('drill-search');
            for (const text of ['p', 'ph', 'phu', 'no such office', '']) timed(() => { search.value = text; search.dispatchEvent(new Event('input')); });
            return Math.max(...waits) / 1000;
        }"""
    )
    print(f"{UNITS} units: the longest step of the drill-down takes {longest:.3f} s")
    assert longest < 1.0
    first = page.locator("#drill-table tbody th").first.inner_text()
    page.locator("#drill-pages button").nth(1).click()
    assert page.locator("#drill-table tbody th").first.inner_text() != first
    assert violations(page) == []
    # A picture of so many leads to their numbers.
    page.evaluate("document.querySelector('a[data-kpi=kpi-time-on_time]').click()")
    assert page.locator("#drill-table caption").inner_text().startswith("On-time rate")
    page.evaluate("document.querySelector('#groups').scrollIntoView()")
    page.screenshot(path=SHOTS / "city.png")
    watched.assert_quiet(city)
