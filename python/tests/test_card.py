"""What is on the card: the binary's own figures, in frames, tables and pictures."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import DRILLED, DRILLED_OPTIONS, MARCH, ROOT, STUDY, said

import giamtang as gt

SVG = "{http://www.w3.org/2000/svg}"


def test_figures_are_those_of_the_outside_program(card: gt.Card) -> None:
    """`fixtures/oracle/fixture_study.py` counts the fixture study with the standard library alone."""
    lines = (ROOT / "fixtures" / "oracle" / "fixture_study.csv").read_text(encoding="utf-8").splitlines()
    compared = 0
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        figure = card.kpi(row["kpi"]).was if row["window"] == "was" else card.kpi(row["kpi"]).is_
        assert figure is not None and figure.value == pytest.approx(float(row["value"]), rel=1e-9), row
        assert figure.n == int(row["n"]), row
        compared += 1
    assert compared > 100


def test_axes_and_kpis_are_found_by_name(card: gt.Card) -> None:
    assert [axis.id for axis in card.axes] == [
        "time_and_cost",
        "staffing",
        "procedures",
        "quality",
        "transparency",
        "satisfaction",
    ]
    axis = card.axis("satisfaction")
    assert (axis.verdict, axis.headline, axis.name["vi"]) == ("shown", "satisfaction/top_two_box", "Sự hài lòng")
    assert "time/on_time holds" in axis.because
    kpi = card["time/on_time"]
    assert (kpi.verdict, kpi.better, kpi.unit, kpi.axis) == ("improved", "higher", "share", "time_and_cost")
    assert kpi.judged is kpi.adjusted and kpi.judged.was is not None and kpi.judged.q is not None
    assert len(card) == len(list(card)) == len(card.data["kpis"])
    with pytest.raises(gt.UnknownNameError, match=r"did you mean `time/on_time`\?") as caught:
        card.kpi("time/on_tim")
    assert isinstance(caught.value, KeyError) and not str(caught.value).startswith("'")


def test_absent_is_absent_with_its_reason(card: gt.Card) -> None:
    steps = card.kpi("procedures/steps")
    assert steps.is_.value is None and steps.is_.n is None
    assert steps.is_.why == gt.Undefined("no_column", "steps") and str(steps.is_.why) == "no column `steps`"
    assert steps.change.value is None and steps.change.why is not None and steps.change.why.code == "no_figure"
    stock = card.kpi("procedures/in_force").change
    assert (stock.value, stock.low, stock.p) == (-14.0, None, None)
    assert stock.why_no_interval is not None and stock.why_no_interval.code == "census"
    assert stock.why_no_test is not None and stock.relative.low is None


def rows_of_csv(*options: str) -> list[dict[str, str]]:
    done = said("compare", str(STUDY), "--format", "csv", *options)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout.decode())))


#: Cards of every shape: with every part, of one window, of independent rows, and of next to nothing.
SHAPES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "drilled": (DRILLED, DRILLED_OPTIONS),
    "one window": ({"window": "2024-02-15..2024-07-31"}, ["--window=2024-02-15..2024-07-31"]),
    "independent": ({"cluster": "none", "counting": "766"}, ["--set=compare.cluster=none", "--set=compare.counting=766"]),
    "few months": ({"was": "2023-02-15..2023-02-20", "is_": "2024-02-15..2024-02-20", "series": "2023-12-01..2024-02-20"},
                   ["--window=was=2023-02-15..2023-02-20", "--window=is=2024-02-15..2024-02-20", "--set=compare.series=2023-12-01..2024-02-20"]),
}  # fmt: skip


@pytest.mark.parametrize("which", ["card", *SHAPES])
def test_frames_are_the_binarys_csv_cell_by_cell(which: str, request: pytest.FixtureRequest) -> None:
    asking, options = SHAPES.get(which, ({}, []))
    if which in ("card", "drilled"):
        own: gt.Card = request.getfixturevalue(which)
    else:
        own = gt.compare(STUDY, **asking, progress=False)
    own.to_html()
    own.in_("vi").to_html()
    expected = rows_of_csv(*options)
    frame = own.to_polars()
    assert frame.columns == list(expected[0]) and frame.height == len(expected)
    kinds = {name: str(kind) for name, kind in frame.schema.items()}
    for place, (row, line) in enumerate(zip(frame.iter_rows(named=True), expected, strict=True)):
        for name, text in line.items():
            value = row[name]
            if kinds[name] == "String":
                # A text that a spreadsheet would run has an apostrophe before it in the CSV alone.
                assert (value or "") in (text, text.removeprefix("'")), (place, name, line)
            else:
                assert (value is None) == (text == ""), (place, name, line)
                assert value is None or value == float(text), (place, name, line)


def test_frames_of_all_libraries_are_one(drilled: gt.Card) -> None:
    polars = drilled.to_polars().to_dicts()
    assert drilled.to_arrow().to_pylist() == polars
    pandas = drilled.to_pandas()
    assert [str(pandas.dtypes[name]) for name in ("kpi", "value", "n")] == ["string", "Float64", "Int64"]
    own = [
        {name: None if value is not value or value is gap else value for name, value in row.items()}
        for gap in [pandas["value"].dtype.na_value]
        for row in pandas.to_dict("records")
    ]
    assert own == polars


class Cells(HTMLParser):
    """The cells of every table, as texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "div" and self._cell is not None:
            self._cell.append("\n")
        elif tag == "sup" and self._cell is not None:
            self._cell.append("^")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append("".join(self._cell).strip())
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def markdown(lang: str, *options: str) -> list[list[str]]:
    """The lines of the binary's Markdown tables, each as its cells."""
    done = said("compare", str(STUDY), "--format", "markdown", "--lang", lang, *options)
    assert done.returncode == 0, done.stderr
    plain = re.sub(r"<!-- -->", "", done.stdout.decode())
    lines = [line[2:-2].split(" | ") for line in plain.splitlines() if line.startswith("| ")]
    return [
        [re.sub(r"\\(.)", r"\1", cell).replace("&lt;", "<").replace("&gt;", ">").strip() for cell in line]
        for line in lines
    ]


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_table_says_what_the_binarys_page_says(card: gt.Card, lang: Any) -> None:
    """Axes with reasons, and of each KPI: was, is, unit, change, change at a fixed mix, verdict, q and n."""
    own = Cells(card.in_(lang).to_html()).tables
    theirs = markdown(lang)
    # The headline's figures stand between verdict and reasons; the notebook has them in the table below.
    axes = [[axis, verdict, why] for axis, verdict, _, why in (line for line in theirs[2:] if len(line) == 4)][:6]
    assert [line for line in own[0][1:]] == axes
    rows: dict[str, list[str]] = {}
    for line in theirs:
        if len(line) == 9:
            rows.setdefault(line[0], line)  # tables of groups follow that of the log
    compared = 0
    for table in own[1:]:
        for line in table[1:]:
            if len(line) != 8:
                continue
            name, was, is_, unit, change, _, verdict, notes = line
            name = name.partition("^")[0]
            crude, _, fixed = change.partition("\n")
            told = rows[name]
            assert [was, is_, unit, crude] == told[1:5], name
            assert (
                fixed.removeprefix({"en": "fixed mix ", "vi": "giữ cơ cấu "}[lang]) == told[5].partition(", ")[2]
                if told[5]
                else not fixed
            )
            assert verdict == told[6] and f"n {told[7]}" in notes, name
            for fact in told[8].split("; "):
                if fact.startswith(("q ", "Holm p")):
                    assert fact in notes, name
            compared += 1
    # All but those for which the log lacks a column.
    assert compared == len([kpi for kpi in card if not (kpi.is_.why and kpi.is_.why.code == "no_column")])


def test_every_part_of_a_card_is_on_the_page(drilled: gt.Card) -> None:
    page = drilled.to_html()
    for words in (
        "Month by month",
        "Units that reformed beside those that did not",
        "Drill-down: unit (15)",
        "Whether verdicts stand",
    ):
        assert words in page, words
    assert page.count("<svg") == page.count("</svg>") > 50
    theirs = {line[0]: line for line in markdown("en", *DRILLED_OPTIONS)}
    assert "Phường Tây Hồ" in page and "Time the applicant waits" in theirs


def test_a_plot_draws_every_month_and_the_reform(card: gt.Card) -> None:
    own = card.plot("time/elapsed_time")
    drawn = ET.fromstring(own._repr_svg_())
    series = card.kpi("time/elapsed_time").series
    assert series is not None
    months = [month for month in series["months"] if not isinstance(month["value"], dict)]
    circles = list(drawn.iter(f"{SVG}circle"))
    assert len(circles) == len(months)
    young = [circle for circle in circles if circle.get("stroke-width") == "1.4"]
    assert len(young) == sum(bool(month.get("immature")) for month in months) > 0
    texts = ["".join(text.itertext()) for text in drawn.iter(f"{SVG}text")]
    assert "reform 2024-02" in texts and any(text.startswith("┄ limits") for text in texts)
    assert drawn.get("aria-label") == "Time the applicant waits"
    titles = ["".join(title.itertext()) for title in drawn.iter(f"{SVG}title")]
    assert any(re.fullmatch(r"2024-05: 1\.84 days \(n \d+\) · outside, improvement", title) for title in titles)
    # Higher values stand higher.
    places = sorted(
        (float(circle.get("cy") or 0), month["value"]) for circle, month in zip(circles, months, strict=True)
    )
    assert [value for _, value in places] == sorted((month["value"] for month in months), reverse=True)
    assert "<svg" in own._repr_html_() and card.kpi("time/elapsed_time").plot().svg == own.svg


def test_without_months_a_plot_draws_both_windows(card: gt.Card) -> None:
    assert card.kpi("procedures/limit").series is None
    drawn = ET.fromstring(card.plot("procedures/limit")._repr_svg_())
    texts = ["".join(text.itertext()) for text in drawn.iter(f"{SVG}text")]
    assert {"was", "is", "55.5", "40.5", "change −15.0 working hours"} <= set(texts)
    absent = ET.fromstring(card.in_("vi").plot("procedures/steps")._repr_svg_())
    assert "không có cột `steps`" in ["".join(text.itertext()) for text in absent.iter(f"{SVG}text")]


def test_every_kpi_can_be_drawn_in_both_languages(drilled: gt.Card) -> None:
    for own in (drilled, drilled.in_("vi")):
        for kpi in own:
            ET.fromstring(own.plot(kpi.id)._repr_svg_())
            assert kpi._repr_html_().startswith("<div") and str(kpi)


def test_a_card_is_kept_and_read_again(card: gt.Card, tmp_path: Path) -> None:
    path = card.save(tmp_path / "card.json")
    assert gt.Card.load(path) == card
    assert json.loads(path.read_text(encoding="utf-8")) == card.data
    page = card.in_("vi").save(tmp_path / "card.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "Thời gian chờ thực tế" in page
    assert sorted(own.name for own in tmp_path.iterdir()) == ["card.html", "card.json"]
    (tmp_path / "no.json").write_text("[]", encoding="utf-8")
    with pytest.raises(gt.StudyError, match="no scorecard"):
        gt.Card.load(tmp_path / "no.json")
    with pytest.raises(gt.FailedError, match="cannot be read"):
        gt.Card.load(tmp_path / "missing.json")
    with pytest.raises(gt.FailedError, match="cannot be written"):
        card.save(tmp_path / "missing" / "card.json")


def test_the_card_in_words(card: gt.Card) -> None:
    lines = repr(card).splitlines()
    assert lines[0] == "A made-up Hanoi, six months after the merger"
    assert lines[2].startswith("○ not shown: Time and cost. improved: Time the applicant waits; guard holds: ")
    assert str(card.kpi("time/on_time")) == "On-time rate 75.2 → 89.8 % (+15.2 [+9.9, +20.5] points) ▲ improved"
    assert str(card.in_("vi").kpi("time/on_time")).endswith("[+9,9; +20,5] điểm %) ▲ cải thiện")


def test_explain_is_the_binarys(card: gt.Card) -> None:
    theirs = _plain(said("explain", "time/on_time").stdout.decode())
    own = card.explain("time/on_time")
    assert _plain(own) == theirs
    assert "Worked example" in own and "<pre" in own._repr_html_()
    assert "Tỷ lệ đúng hạn" in card.in_("vi").kpi("time/on_time").explain()


def _plain(page: str) -> list[str]:
    """The words of a page, however wide it is."""
    return [word for word in page.split() if set(word) != {"─"}]


def test_kpis_of_ones_own_are_explained_too() -> None:
    own = {
        "id": "ours/quick",
        "name": {"en": "Within a day"},
        "share": "finished_at - received_at <= INTERVAL '1 day'",
        "better": "higher",
    }
    from_study = gt.compare(STUDY.parent / "own.toml", set={"verdict.sensitivity": False}, progress=False)
    assert "Answered within a day" in from_study.explain("ours/answered_within_a_day")
    asked = gt.compare(STUDY.parent / "own.toml", kpis=[own], set={"verdict.sensitivity": False}, progress=False)
    assert "Within a day" in asked.explain("ours/quick") and asked.kpi("ours/quick").axis is None
    assert "Of the study" in asked.to_html()


def test_a_single_window_has_figures_without_changes() -> None:
    one = gt.compare(
        cases=str(STUDY.parent / "cases-2024.csv"), is_=MARCH, cluster="unit", calendar="vietnam", progress=False
    )
    assert one.axes == () and one.kpi("time/on_time").was is None
    cells = [line for table in Cells(one.to_html()).tables for line in table]
    assert ["KPI", "is", "unit", "[95 %]", "n"] in cells
    done = said(
        "compare",
        str(STUDY),
        "--table",
        f"cases={STUDY.parent / 'cases-2024.csv'}",
        "--window",
        MARCH,
        "--format",
        "markdown",
    )
    assert f"On-time rate | {one.kpi('time/on_time').is_.value * 100:.1f}" in done.stdout.decode()  # type: ignore[operator]
