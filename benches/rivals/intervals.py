"""Business time of the same intervals on the same calendar: giamtang, NumPy and PM4Py."""

import json
import sys
from array import array
from pathlib import Path

from turns import Process, in_turn, process, run, table
from workshop import Workshop

# giamtang is asked for few of them one by one, PM4Py for as many as it does in seconds.
ASKED_ALONE = 1_000
SAMPLE = 50_000
GIAMTANG = "giamtang compare"
NUMPY = "NumPy, busday_count"
RIVALS = {
    NUMPY: ["hours_numpy.py"],
    "PM4Py, its function alone": ["hours_pm4py.py", "function"],
    "PM4Py, durations of cases": ["hours_pm4py.py", "cases"],
}
BOTH_YEARS = 'is = "2023-01-01..2024-12-31"'


def cut(shop: Workshop, log: Path, rows: int) -> Path:
    """Intervals of a log that have an end, from its whole length: Tết and the Saturday that is worked are in it."""
    out = log.with_name(f"intervals{rows}.parquet")
    if not out.exists():
        run(process(*shop.program("cut_intervals.py", log, out, rows)))
    return out


def rival(shop: Workshop, name: str, intervals: Path) -> tuple[Process, Path]:
    """A rival on some intervals, and where it writes the seconds of each."""
    program, *way = RIVALS[name]
    out = shop.folder / f"{program}.i64"
    return process(*shop.program(program, intervals, shop.days(), out, *way)), out


def seconds(of: tuple[Process, Path]) -> list[int]:
    """What a rival says of each interval."""
    one, out = of
    run(one)
    numbers = array("q")
    numbers.frombytes(out.read_bytes())
    return numbers.tolist()


def giamtang(shop: Workshop, intervals: Path, by: str = "") -> tuple[Process, Path]:
    study = shop.study(f"{intervals.stem}{by}", intervals, BOTH_YEARS, f'by = ["{by}"]' if by else "")
    out = shop.folder / "intervals.json"
    return process(shop.giamtang, "compare", study, "--format", "json", "-q", "-o", out), out


def one_by_one(shop: Workshop, intervals: Path) -> list[int]:
    """The median of one is the one: each interval is a group of its own."""
    one, out = giamtang(shop, intervals, by="interval")
    run(one)
    found = {}
    for group in json.loads(out.read_text())["groups"]:
        (closed,) = (kpi["is"] for kpi in group["kpis"] if kpi["id"] == "time/closed_time")
        found[int(group["by"]["interval"])] = round(closed["value"] * 3_600)
    return [found[number] for number in sorted(found)]


def assert_equal(name: str, ours: list[int], other: str, theirs: list[int]) -> None:
    different = sum(a != b for a, b in zip(ours, theirs, strict=True))
    if different:
        sys.exit(f"{name} and {other} disagree on {different} of {len(ours)} intervals")
    print(f"{name} agrees with {other} to the second: {len(ours):,} intervals")


def agree(shop: Workshop, few: Path, sample: Path) -> None:
    answer = seconds(rival(shop, NUMPY, sample))
    for name in RIVALS.keys() - {NUMPY}:
        assert_equal(name, seconds(rival(shop, name, sample)), NUMPY, answer)
    assert_equal(GIAMTANG, one_by_one(shop, few), NUMPY, seconds(rival(shop, NUMPY, few)))


def of(shop: Workshop, name: str, intervals: Path) -> Process:
    return giamtang(shop, intervals)[0] if name == GIAMTANG else rival(shop, name, intervals)[0]


def nanoseconds(more: float, count: int) -> float:
    return max(more, 0.0) / count * 1e9


def bench(shop: Workshop, cases: int, rounds: int) -> None:
    """Costs of an interval: what many take more than few, so that nobody's start is counted."""
    log = shop.log(cases)
    few, sample, many = (cut(shop, log, rows) for rows in (ASKED_ALONE, min(SAMPLE, cases // 2), cases))
    agree(shop, few, sample)
    count = {path: len(seconds(rival(shop, NUMPY, path))) for path in (few, sample, many)}
    large = {name: sample if name.startswith("PM4Py") else many for name in (GIAMTANG, *RIVALS)}
    contenders = {(name, path): of(shop, name, path) for name, most in large.items() for path in (few, most)}
    costs = in_turn(contenders, rounds)
    rows, ours = [], 0.0
    for name, most in large.items():
        more = costs[(name, most)].cpu - costs[(name, few)].cpu
        each = nanoseconds(more, count[most] - count[few])
        ours = ours or each
        whole = [f"{costs[(name, most)].wall:.2f}", f"{costs[(name, most)].cpu:.2f}"]
        ratio = f"{each / ours:.2f}" if ours else "-"
        rows.append([name, f"{count[most]:,}", *whole, f"{each:,.0f}", ratio])
    print(
        f"\nBusiness time of intervals; each is what a process takes more than with {count[few]:,}; {rounds} rounds\n"
    )
    print(table(["", "intervals", "s", "CPU-s", "CPU-ns each", "ratio"], rows))
