"""Whether answers agree: the rivals' tables with each other, and with what giamtang says of months."""

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CELL = ("unit", "procedure", "month")
ROUNDING = 1e-9
# What METHODS says of times: exact in windows of up to so many, then in buckets whose middle is off by so much at most.
KEPT_EXACTLY = 65_536
BUCKET = 1 / 512
# What a rival says of a time that most dossiers have not come to; giamtang says that it is not known.
NEVER = float(2**40)

Cell = tuple[str, ...]
Table = dict[Cell, dict[str, float]]
Sources = dict[str, "Source"]
# How near figures have to be, by the cell.
Tolerances = Callable[[Cell], dict[str, float]]


@dataclass(frozen=True)
class Source:
    """Where giamtang has a figure: a KPI, a part of its answer, and the rivals' unit in its own.

    `among` is the count of those of whom it is a quantile.
    """

    kpi: str
    part: str
    scale: int = 1
    among: str = ""


def hits(kpi: str, denominator: str, numerator: str) -> Sources:
    """A share by its two counts."""
    return {denominator: Source(kpi, "n"), numerator: Source(kpi, "events")}


DAY = 86_400
HOUR = 3_600
SOME = {
    **hits("quality/online_share", "received", "online"),
    "contacts": Source("time/contacts", "value"),
    "fees": Source("rival/fees", "value"),
    "reused": Source("quality/reused", "events"),
    "synced": Source("transparency/synced", "events"),
    "elapsed_median": Source("time/elapsed_time", "value", DAY, "received"),
    "closed": Source("time/closed_time_mean", "n"),
    "closed_mean": Source("time/closed_time_mean", "value", DAY),
    "e_results": Source("quality/e_result", "events"),
    "online_e_results": Source("quality/online_with_e_result", "events"),
    "worked_median": Source("time/closed_time", "value", HOUR, "closed"),
    **hits("time/on_time", "due", "on_time"),
}
EVERY = {
    **{figure: source for figure, source in SOME.items() if figure != "fees"},
    **hits("quality/full_online_share", "full_service", "full_online"),
    "repeat_supplements": Source("staffing/repeat_supplements", "events"),
    "first_time_right": Source("staffing/first_time_right", "events"),
    "withdrawn": Source("time/withdrawn", "events"),
    "population_data": Source("quality/population_data", "events"),
    "digitised": Source("quality/digitised", "events"),
    "elsewhere": Source("procedures/non_territorial", "events"),
    **hits("quality/online_payment", "payable", "paid_online"),
    **hits("quality/cashless", "paid", "cashless"),
    **hits("transparency/agreement", "on_both", "agreeing"),
    "traceable": Source("transparency/traceable", "events"),
    "limit_ratio": Source("time/limit_ratio", "value"),
    "elapsed_p90": Source("time/elapsed_time_p90", "value", DAY, "received"),
    "processing_median": Source("time/processing_time", "value", HOUR, "received"),
    "delivery_median": Source("time/delivery_lag", "value", HOUR, "closed"),
    **hits("transparency/apology", "late", "apologies"),
    **hits("quality/completion", "submitted", "completed"),
    **hits("time/acceptance_delay", "submitted_online", "accepted_late"),
}


def rival_table(path: Path, sources: Sources) -> Table:
    """Figures by cell; what a rival leaves empty is not there."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and set(rows[0]) != {*CELL, *sources}:
        sys.exit(f"{path}: columns {sorted(rows[0])}")
    return {tuple(row[name] for name in CELL): figures(row, sources) for row in rows}


def figures(row: dict[str, str], sources: Sources) -> dict[str, float]:
    numbers = {figure: float(row[figure]) for figure in sources if row[figure] != ""}
    return {figure: number for figure, number in numbers.items() if number != NEVER}


def giamtang_table(path: Path, months: dict[str, str], sources: Sources) -> Table:
    """The groups of a scorecard whose windows are months."""
    card = json.loads(path.read_text())
    table: Table = {}
    for group in card["groups"]:
        kpis = {kpi["id"]: kpi for kpi in group["kpis"]}
        for window, month in months.items():
            answers = {figure: said(kpis[source.kpi][window], source) for figure, source in sources.items()}
            there = {figure: value for figure, value in answers.items() if value is not None}
            table[(group["by"]["unit"], group["by"]["procedure"], month)] = there
    return table


def said(answer: dict[str, float], source: Source) -> float | None:
    value = answer.get(source.part)
    return None if value is None else value * source.scale


def assert_equal(name: str, ours: Table, other: str, theirs: Table, tolerances: Tolerances) -> int:
    """Stops the bench where two tables differ; nothing counted is as good as a count of 0."""
    cells = sorted(ours.keys() | theirs.keys())
    asked, wrong = 0, []
    for cell in cells:
        mine, its = ours.get(cell, {}), theirs.get(cell, {})
        for figure, tolerance in tolerances(cell).items():
            asked += 1
            if not is_near(mine.get(figure, 0.0), its.get(figure, 0.0), tolerance):
                wrong.append(f"  {cell} {figure}: {mine.get(figure)} and {its.get(figure)}")
    if wrong:
        sys.exit(f"{name} and {other} disagree on {len(wrong)} of {asked} figures:\n" + "\n".join(wrong[:20]))
    return asked


def between_rivals(sources: Sources) -> Tolerances:
    return lambda _: dict.fromkeys(sources, ROUNDING)


def of_giamtang(sources: Sources, theirs: Table) -> Tolerances:
    """In a month of very many dossiers giamtang keeps a histogram: a quantile among them is known to a bucket."""
    among: Counter[tuple[str, str]] = Counter()
    for cell, numbers in theirs.items():
        for figure, source in sources.items():
            among[cell[-1], figure] += int(numbers.get(source.among, 0))

    def of(cell: Cell) -> dict[str, float]:
        is_folded = {figure: among[cell[-1], figure] > KEPT_EXACTLY for figure in sources}
        return {figure: BUCKET if is_folded[figure] else ROUNDING for figure in sources}

    return of


def is_near(a: float, b: float, tolerance: float) -> bool:
    return abs(a - b) <= tolerance * max(abs(a), abs(b), 1.0)
