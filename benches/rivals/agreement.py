"""Whether answers agree: the rivals' tables with each other, and with what giamtang says of months."""

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path

CELL = ("unit", "procedure", "month")
TOLERANCE = 1e-9

Cell = tuple[str, ...]
Table = dict[Cell, dict[str, float]]


@dataclass(frozen=True)
class Source:
    """Where giamtang has a figure: a KPI, a part of its answer, and the rivals' unit in its own."""

    kpi: str
    part: str
    scale: int = 1


DAY = 86_400
HOUR = 3_600
SOURCES = {
    "received": Source("quality/online_share", "n"),
    "online": Source("quality/online_share", "events"),
    "contacts": Source("time/contacts", "value"),
    "fees": Source("rival/fees", "value"),
    "reused": Source("quality/reused", "events"),
    "synced": Source("transparency/synced", "events"),
    "elapsed_median": Source("time/elapsed_time", "value", DAY),
    "closed": Source("time/closed_time_mean", "n"),
    "closed_mean": Source("time/closed_time_mean", "value", DAY),
    "e_results": Source("quality/e_result", "events"),
    "online_e_results": Source("quality/online_with_e_result", "events"),
    "worked_median": Source("time/closed_time", "value", HOUR),
    "due": Source("time/on_time", "n"),
    "on_time": Source("time/on_time", "events"),
}


def rival_table(path: Path) -> Table:
    """Figures by cell; what a rival leaves empty is not there."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and set(rows[0]) != {*CELL, *SOURCES}:
        sys.exit(f"{path}: columns {sorted(rows[0])}")
    return {tuple(row[name] for name in CELL): {f: float(row[f]) for f in SOURCES if row[f] != ""} for row in rows}


def giamtang_table(path: Path, months: dict[str, str]) -> Table:
    """The groups of a scorecard whose windows are months."""
    card = json.loads(path.read_text())
    table: Table = {}
    for group in card["groups"]:
        kpis = {kpi["id"]: kpi for kpi in group["kpis"]}
        for window, month in months.items():
            figures = {figure: said(kpis[source.kpi][window], source) for figure, source in SOURCES.items()}
            there = {figure: value for figure, value in figures.items() if value is not None}
            table[(group["by"]["unit"], group["by"]["procedure"], month)] = there
    return table


def said(answer: dict[str, float], source: Source) -> float | None:
    value = answer.get(source.part)
    return None if value is None else value * source.scale


def assert_equal(name: str, ours: Table, other: str, theirs: Table) -> int:
    """Stops the bench where two tables differ; nothing counted is as good as a count of 0."""
    wrong, asked = [], 0
    for cell in sorted(ours.keys() | theirs.keys()):
        mine, its = ours.get(cell, {}), theirs.get(cell, {})
        for figure in SOURCES:
            asked += 1
            if not is_near(mine.get(figure, 0.0), its.get(figure, 0.0)):
                wrong.append(f"  {cell} {figure}: {mine.get(figure)} and {its.get(figure)}")
    if wrong:
        sys.exit(f"{name} and {other} disagree on {len(wrong)} of {asked} figures:\n" + "\n".join(wrong[:20]))
    return asked


def is_near(a: float, b: float) -> bool:
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b), 1.0)
