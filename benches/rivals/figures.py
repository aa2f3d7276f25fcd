"""Counts, sums, means, medians and on time by unit × procedure × month: giamtang and three rivals."""

import calendar
from pathlib import Path

from agreement import SOURCES, Table, assert_equal, giamtang_table, rival_table
from turns import Cost, Process, in_turn, process, run, table
from workshop import FEES, Workshop

# What the figures ask for, and the id that giamtang requires.
COLUMNS = [
    "case_id", "received_at", "due_at", "original_due_at", "finished_at", "outcome", "unit", "procedure", "channel",
    "visits", "supplement_requests", "fee_vnd", "reused", "synced", "e_result",
]  # fmt: skip
RIVALS = {
    "DuckDB": ["rival_duckdb.py"],
    "polars, streaming": ["rival_polars.py", "streaming"],
    "polars, in memory": ["rival_polars.py", "in-memory"],
    "pandas": ["rival_pandas.py"],
}
GIAMTANG = "giamtang compare"
# Every dossier of 2023 and 2024 is followed to its end, as the rivals do, who know no cut-off.
FOLLOWED = 'by = ["unit", "procedure"]\nfollow_up = "600 days"'


def rivals(shop: Workshop, log: Path) -> dict[str, tuple[Process, Path]]:
    """Each rival on a log, and where it writes."""
    made = {}
    for number, (name, (program, *engine)) in enumerate(RIVALS.items()):
        out = shop.folder / f"rival{number}.csv"
        made[name] = process(*shop.program(program, log, shop.days(), out, *engine)), out
    return made


def month_pair(shop: Workshop, log: Path, month: int) -> Table:
    """What giamtang says of a month of both years."""
    spans = [(year, calendar.monthrange(year, month)[1]) for year in (2023, 2024)]
    was, now = (f'"{year}-{month:02}-01..{year}-{month:02}-{last}"' for year, last in spans)
    study = shop.study("month", log, f"was = {was}\nis = {now}", FOLLOWED, kpis=FEES)
    out = shop.folder / "month.json"
    run(process(shop.giamtang, "compare", study, "--format", "json", "-q", "-o", out))
    return giamtang_table(out, {"was": f"2023-{month:02}-01", "is": f"2024-{month:02}-01"})


def agree(shop: Workshop, log: Path, months: list[int]) -> None:
    """All rivals on every cell, and giamtang on the cells of some months of both years."""
    tables = {}
    for name, (rival, out) in rivals(shop, log).items():
        run(rival)
        tables[name] = rival_table(out)
    (first, answer), *others = tables.items()
    for name, other in others:
        asked = assert_equal(first, answer, name, other)
        print(f"{name} agrees with {first}: {asked:,} figures of {len(answer):,} cells")
    for month in months:
        ours = month_pair(shop, log, month)
        theirs = {
            cell: figures
            for cell, figures in answer.items()
            if cell[2] in (f"2023-{month:02}-01", f"2024-{month:02}-01")
        }
        asked = assert_equal("giamtang", ours, first, theirs)
        print(
            f"giamtang agrees with {first} in month {month} of both years: {asked:,} figures of {len(theirs):,} cells"
        )


def line(name: str, cost: Cost, ours: Cost) -> list[str]:
    ratios = [f"{cost.wall / ours.wall:.2f}", f"{cost.cpu / ours.cpu:.2f}"]
    return [name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.memory:,.0f}", *ratios]


def timed(shop: Workshop, log: Path, rounds: int) -> str:
    """All in turn on one log, as a table; ratios are by giamtang's whole `compare`."""
    study = shop.whole_study("figures", log, kpis=FEES)
    out = shop.folder / "figures.json"
    ours = {GIAMTANG: process(shop.giamtang, "compare", study, "--format", "json", "-q", "-o", out)}
    costs = in_turn(ours | {name: rival for name, (rival, _) in rivals(shop, log).items()}, rounds)
    head = ["", "s", "CPU-s", "MiB at the peak", "s, ratio", "CPU-s, ratio"]
    return table(head, [line(name, cost, costs[GIAMTANG]) for name, cost in costs.items()])


def bench(shop: Workshop, cases: int, rounds: int, months: list[int]) -> None:
    wide = shop.log(cases)
    narrow = wide.with_name("narrow.parquet")
    if not narrow.exists():
        run(process(*shop.program("narrow.py", wide, narrow, *COLUMNS)))
    agree(shop, narrow, months)
    for log, what in ((narrow, f"the {len(COLUMNS)} columns asked for"), (wide, "all columns")):
        print(f"\n{cases:,} dossiers, a file of {what}; {len(SOURCES)} figures by the rivals; {rounds} rounds\n")
        print(timed(shop, log, rounds))
