"""Names that would be markup, or would turn the writing round, are shown as what they are."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars
import pytest

import giamtang as gt

NAMES = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "</style><b>&amp;",
    "]]>--><!--",
    "\u202egnp.exe",
    "=cmd()\t|\n`x`",
    "Phường Tây Hồ",
]


class Tags(HTMLParser):
    """The tags of a page and their attributes; every tag that is opened must be closed."""

    VOID = {"br", "col", "img", "meta"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.seen.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


OURS = {
    "div", "style", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "col", "b", "p", "span", "sup", "pre", "details",
    "summary", "svg", "title", "text", "tspan", "path", "line", "rect", "circle", "progress",
}  # fmt: skip


def check(page: str) -> None:
    tags = Tags(page)
    assert tags.seen <= OURS, tags.seen - OURS
    assert not any(name.startswith("on") or name in ("src", "href") for name in tags.attributes)
    assert "\u202e" not in page


@pytest.fixture(scope="module")
def cases() -> polars.DataFrame:
    count = 400
    frame = polars.DataFrame({"case_id": [f"{number}-{NAMES[number % 8]}" for number in range(count)]})
    number = polars.int_range(count)
    return frame.with_columns(
        unit=polars.Series([NAMES[place % 8] for place in range(count)]),
        received_at=polars.date(2023, 3, 1)
        + polars.duration(days=number % 30)
        + polars.duration(days=366 * (number // 200)),
    ).with_columns(
        finished_at=polars.col("received_at") + polars.duration(days=1 + number * 7 % 11),
        **{'<i>"by"</i>': polars.col("unit")},
    )


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_card_shows_hostile_names(cases: polars.DataFrame, lang: Any, tmp_path: Path) -> None:
    own_kpi = {
        "id": "ours/hostile",
        "name": {"en": NAMES[0], "vi": NAMES[1]},
        "share": "finished_at IS NOT NULL",
        "better": "higher",
    }
    card = gt.compare(
        cases=cases,
        was="2023-03-01..2023-03-31",
        is_="2024-03-01..2024-03-31",
        cluster="unit",
        by=["unit", '<i>"by"</i>'],
        treated=[NAMES[0], NAMES[6], NAMES[7]],
        reform="2024-02-01",
        name=NAMES[0] + NAMES[3] + NAMES[5],
        kpis=[own_kpi],
        lang=lang,
        progress=False,
    )
    page = card.to_html()
    check(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "\\u{202e}gnp.exe" in page and "Phường Tây Hồ" in page
    for kpi in card:
        drawn = kpi.plot()._repr_svg_()
        assert {node.tag.rpartition("}")[2] for node in ET.fromstring(drawn).iter()} <= OURS
        check(kpi._repr_html_())
    # What is kept in data is as the log has it.
    assert {group.by["unit"] for group in card.groups} >= {NAMES[0], NAMES[7]}
    assert NAMES[0] in card.to_polars()["by:unit"].to_list()
    kept = card.save(tmp_path / "card.html").read_text(encoding="utf-8")
    assert "<script" not in kept
    assert "\u202e" not in repr(card)


def test_other_pages_show_hostile_names(cases: polars.DataFrame) -> None:
    broken = cases.with_columns(visits=polars.lit(NAMES[1])).head(8)
    asking: dict[str, Any] = {"is_": "2024-03-01..2024-03-31", "cluster": "unit", "progress": False, "name": NAMES[0]}
    checked = gt.check(cases=[broken, cases[8:].with_columns(visits=polars.lit("1"))], max_quarantine=1, **asking)
    check(checked._repr_html_())
    assert "&lt;img src=x" in checked._repr_html_() and "\u202e" not in repr(checked)
    case = cases["case_id"][5]
    traced = gt.trace(None, case, cases=cases, **asking)
    check(traced._repr_html_())
    assert traced["case"] == case
    check(gt.Text(NAMES[0] + "\n" + NAMES[5])._repr_html_())
