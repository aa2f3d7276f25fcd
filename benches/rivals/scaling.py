"""From one to a hundred million dossiers: time, rows a second, memory, beside the bare reading of the same columns."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from turns import Cost, Process, in_turn, process, run, table
from workshop import Workshop

SMALL = 5_000
# A floor of fewer seconds than this is lost in what an interpreter's start takes now and then.
SHORT = 0.05
FLOOR = "read floor"
NOTHING = "an interpreter that reads nothing"
Key = tuple[str, int]


def fails(command: list[str]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode != 0


def columns_read(shop: Workshop) -> list[str]:
    """The columns whose pages giamtang unpacks, found by spoiling each; the floor must stumble over the same ones."""
    folder = shop.folder / "spoiled"
    folder.mkdir(exist_ok=True)
    run(process(*shop.program("spoil.py", shop.log(SMALL), folder)))
    read: list[str] = []
    unread: list[str] = []
    for path in sorted(folder.glob("*.parquet")):
        study = shop.whole_study("spoiled", path)
        command = [shop.giamtang, "compare", study, "--format", "json", "-q", "-o", shop.folder / "spoiled.json"]
        (read if fails(list(map(str, command))) else unread).append(path.stem)
    print(f"giamtang unpacks {len(read)} columns, and not: {', '.join(unread)}")
    run(process(*shop.program("floor_stumbles.py", folder, *read)))
    return read


def contenders(shop: Workshop, log: Path, columns: list[str], threads: list[int], ids: list[str]) -> dict[Key, Process]:
    made: dict[Key, Process] = {(NOTHING, 1): process(*shop.program("floor.py", log), threads=1)}
    for count in threads:
        made[(FLOOR, count)] = process(*shop.program("floor.py", log, *columns), threads=count)
    for kind in ids:
        study = shop.whole_study(f"scaling-{kind}", log, ids=kind)
        for count in threads:
            command = [shop.giamtang, "compare", study, "--threads", count, "--format", "json", "-q", "-o"]
            made[(f"ids {kind}", count)] = process(*command, answer(shop, kind, count), threads=count)
    return made


def answer(shop: Workshop, kind: str, threads: int) -> Path:
    return shop.folder / f"scaling-{kind}-{threads}.json"


def assert_whole(shop: Workshop, cases: int, threads: list[int], ids: list[str]) -> None:
    """Every dossier is there, and the answer is the same bytes on any number of threads."""
    for kind in ids:
        first, *others = (answer(shop, kind, count).read_bytes() for count in threads)
        if any(other != first for other in others):
            sys.exit(f"ids {kind}: another answer on another number of threads")
        accepted = json.loads(first)["reconciliation"]["accepted"]
        if accepted != cases:
            sys.exit(f"ids {kind}: {accepted:,} of {cases:,} dossiers accepted")


def line(key: Key, cost: Cost, floor: Cost, cases: int) -> list[str]:
    name, threads = key
    is_known = floor.wall > SHORT and floor.cpu > SHORT
    ratios = [f"{cost.wall / floor.wall:.2f}", f"{cost.cpu / floor.cpu:.2f}"] if is_known else ["-", "-"]
    speed = f"{cases / cost.wall / 1e6:.2f}" if cost.wall > 0 else "-"
    return [
        f"{cases:,}",
        name,
        str(threads),
        f"{cost.wall:.2f}",
        f"{cost.cpu:.2f}",
        speed,
        f"{cost.memory:,.0f}",
        *ratios,
    ]


def less_start(costs: dict[Key, Cost]) -> dict[Key, Cost]:
    """The floor without the start of its interpreter, which is no reading: that is the stricter ratio."""
    start = costs[(NOTHING, 1)]
    floors = {key: Cost(cost.wall - start.wall, cost.cpu - start.cpu, cost.memory) for key, cost in costs.items()}
    return {key: floors[key] if key[0] == FLOOR else cost for key, cost in costs.items() if key[0] != NOTHING}


def lines(costs: dict[Key, Cost], cases: int) -> list[list[str]]:
    return [line(key, cost, costs[(FLOOR, key[1])], cases) for key, cost in costs.items()]


def linearity(by_size: dict[int, dict[Key, Cost]]) -> str:
    """What a million rows take at each size, and by what they take at the smallest."""
    sizes = sorted(by_size)
    parts: dict[str, Callable[[Cost], float]] = {"s": lambda cost: cost.wall, "CPU-s": lambda cost: cost.cpu}
    rows = []
    for key in (key for key in by_size[sizes[0]] if key[0] != FLOOR):
        for unit, part in parts.items():
            each = [part(by_size[size][key]) / size * 1e6 for size in sizes]
            ratios = [f"{one:.3f} ({one / each[0]:.2f})" for one in each]
            rows.append([f"{key[0]}, threads {key[1]}, {unit}", *ratios])
    return table(["a million rows (by the smallest log's)", *(f"{size:,}" for size in sizes)], rows)


def bench(shop: Workshop, sizes: list[int], rounds: int, threads: list[int], ids: list[str]) -> None:
    columns = columns_read(shop)
    print(f"\nThe read floor counts these {len(columns)} columns; {rounds} rounds\n")
    rows, by_size = [], {}
    for cases in sizes:
        costs = less_start(in_turn(contenders(shop, shop.log(cases), columns, threads, ids), rounds))
        assert_whole(shop, cases, threads, ids)
        rows += lines(costs, cases)
        by_size[cases] = costs
    print(
        table(
            ["dossiers", "", "threads", "s", "CPU-s", "million rows/s", "MiB", "s, by floor", "CPU-s, by floor"], rows
        )
    )
    if len(sizes) > 1:
        print(linearity(by_size))
