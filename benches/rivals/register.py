"""A register: what it costs to begin it, and what a day costs beside a count of the whole log.

First it is asserted that yesterday's register and today's log give the bytes of the whole log.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from turns import Cost, Process, middle, process, run, table
from workshop import Workshop


def bench(shop: Workshop, cases: int, rounds: int) -> None:
    log, study = shop.log(cases), shop.whole_study("register", shop.log(cases))
    days = [shop.folder / f"register-{day}.parquet" for day in ("yesterday", "today")]
    subprocess.run(shop.program("two_days.py", log, *days), check=True)
    begun, kept, cube, whole = (shop.folder / name for name in ("register-0", "register-1", "day.cube", "whole.cube"))

    def update(register: Path, day: Path) -> Process:
        words = ["cube", "update", study, "-q", "--register", register, "-o", cube, "--table", f"cases={day.resolve()}"]
        return process(shop.giamtang, *words)

    costs: dict[str, list[Cost]] = {"to begin": [], "a day of 20,000": [], "cube build, of the whole log": []}
    for _ in range(rounds):
        shutil.rmtree(begun, ignore_errors=True)
        shutil.rmtree(kept, ignore_errors=True)
        costs["to begin"].append(run(update(begun, days[0])))
        shutil.copytree(begun, kept)
        costs["a day of 20,000"].append(run(update(kept, days[1])))
        costs["cube build, of the whole log"].append(run(process(shop.giamtang, "cube", "build", study, "-q", "-o", whole)))
        if cube.read_bytes() != whole.read_bytes():
            sys.exit("the register's cube is not that of the whole log")
    print(f"{cases:,} dossiers; the register takes {sum(f.stat().st_size for f in kept.iterdir()) >> 20} MiB\n")
    rows = [(what, middle(of)) for what, of in costs.items()]
    print(table(["", "s", "CPU-s", "MiB"], [[w, f"{c.wall:.2f}", f"{c.cpu:.2f}", f"{c.memory:,.0f}"] for w, c in rows]))
