"""Counts, sums, means, medians and on time by unit × procedure × month: giamtang and its rivals."""

import calendar
from dataclasses import dataclass
from pathlib import Path

from agreement import (
    EVERY,
    SOME,
    Sources,
    Table,
    assert_equal,
    between_rivals,
    giamtang_table,
    of_giamtang,
    rival_table,
)
from turns import Cost, Process, in_turn, process, run, table
from workshop import FEES, Workshop


@dataclass(frozen=True)
class Question:
    """Figures, where giamtang has them, and the programs that rivals answer with."""

    sources: Sources
    rivals: dict[str, list[str]]
    kpis: str = ""


QUESTIONS = {
    "some": Question(
        SOME,
        {
            "DuckDB": ["some_duckdb.py"],
            "polars, streaming": ["some_polars.py", "streaming"],
            "polars, in memory": ["some_polars.py", "in-memory"],
            "pandas": ["some_pandas.py"],
        },
        FEES,
    ),
    "every": Question(
        EVERY,
        {
            "DuckDB": ["every_duckdb.py"],
            "polars, streaming": ["every_polars.py", "streaming"],
            "polars, in memory": ["every_polars.py", "in-memory"],
        },
    ),
}
# What some figures ask for, and the id that giamtang requires.
COLUMNS = [
    "case_id", "received_at", "due_at", "original_due_at", "finished_at", "outcome", "unit", "procedure", "channel",
    "visits", "supplement_requests", "fee_vnd", "reused", "synced", "e_result",
]  # fmt: skip
GIAMTANG = "giamtang compare"
# Every dossier of 2023 and 2024 is followed to its end, as the rivals do, who know no cut-off.
FOLLOWED = 'by = ["unit", "procedure"]\nfollow_up = "600 days"'


def rivals(shop: Workshop, question: Question, log: Path) -> dict[str, tuple[Process, Path]]:
    """Each rival on a log, and where it writes."""
    made, days = {}, shop.days()
    for number, (name, (program, *engine)) in enumerate(question.rivals.items()):
        out = shop.folder / f"rival{number}.csv"
        made[name] = process(*shop.program(program, log, days, out, *engine)), out
    return made


def months_of(month: int) -> dict[str, str]:
    """A month of both years, by window."""
    return {"was": f"2023-{month:02}-01", "is": f"2024-{month:02}-01"}


def month_pair(shop: Workshop, question: Question, log: Path, month: int) -> Table:
    """What giamtang says of a month of both years."""
    months = months_of(month)
    last = {window: calendar.monthrange(int(first[:4]), month)[1] for window, first in months.items()}
    windows = "\n".join(f'{window} = "{first}..{first[:8]}{last[window]}"' for window, first in months.items())
    study = shop.study("month", log, windows, FOLLOWED, kpis=question.kpis)
    out = shop.folder / "month.json"
    run(process(shop.giamtang, "compare", study, "--format", "json", "-q", "-o", out))
    return giamtang_table(out, months, question.sources)


def agree(shop: Workshop, question: Question, log: Path, months: list[int]) -> None:
    """All rivals on every cell, and giamtang on the cells of some months of both years."""
    tables, sources = {}, question.sources
    for name, (rival, out) in rivals(shop, question, log).items():
        run(rival)
        tables[name] = rival_table(out, sources)
    (first, answer), *others = tables.items()
    for name, other in others:
        asked = assert_equal(name, other, first, answer, between_rivals(sources))
        print(f"{name} agrees with {first}: {asked:,} figures of {len(answer):,} cells")
    for month in months:
        of_month = {cell: figures for cell, figures in answer.items() if cell[2] in months_of(month).values()}
        ours = month_pair(shop, question, log, month)
        asked = assert_equal(GIAMTANG, ours, first, of_month, of_giamtang(sources, of_month))
        print(
            f"{GIAMTANG} agrees with {first}, month {month} of both years: {asked:,} figures of {len(of_month):,} cells"
        )


def line(name: str, cost: Cost, ours: Cost) -> list[str]:
    ratios = [f"{cost.wall / ours.wall:.2f}", f"{cost.cpu / ours.cpu:.2f}"]
    return [name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.memory:,.0f}", *ratios]


def timed(shop: Workshop, question: Question, log: Path, rounds: int) -> str:
    """All in turn on one log, as a table; ratios are by giamtang's whole `compare`."""
    study = shop.whole_study("figures", log, kpis=question.kpis)
    out = shop.folder / "figures.json"
    ours = {GIAMTANG: process(shop.giamtang, "compare", study, "--format", "json", "-q", "-o", out)}
    theirs = {name: rival for name, (rival, _) in rivals(shop, question, log).items()}
    costs = in_turn(ours | theirs, rounds)
    head = ["", "s", "CPU-s", "MiB at the peak", "s, ratio", "CPU-s, ratio"]
    return table(head, [line(name, cost, costs[GIAMTANG]) for name, cost in costs.items()])


def narrowed(shop: Workshop, wide: Path) -> Path:
    narrow = wide.with_name("narrow.parquet")
    if not narrow.exists():
        run(process(*shop.program("narrow.py", wide, narrow, *COLUMNS)))
    return narrow


def bench(shop: Workshop, cases: int, rounds: int, months: list[int], asked: list[str]) -> None:
    wide = shop.log(cases)
    logs = {"some": narrowed(shop, wide), "every": wide}
    for name in asked:
        question, log = QUESTIONS[name], logs[name]
        agree(shop, question, log, months)
        print(f"\n{cases:,} dossiers, {log.name}: {len(question.sources)} figures by the rivals; {rounds} rounds\n")
        print(timed(shop, question, log, rounds))
