"""What the notebook call costs over the binary itself: whole calls in turn, medians.

    python3 benches/notebook.py BINARY STUDY [ROUNDS]

BINARY is a release build, STUDY a study of a log that is large enough. Times of the wall say what a reader waits; those of the
processor, of the binary and of Python together, also hold on a machine that does other things beside.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import giamtang as gt  # noqa: E402 - it is taken from this folder, not from where it may be installed


def processor() -> float:
    """Seconds of this process and of those that have ended below it."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def timed(call) -> tuple[float, float]:
    """Seconds of the wall and of the processor."""
    wall, own = time.perf_counter(), processor()
    call()
    return time.perf_counter() - wall, processor() - own


def main() -> None:
    binary, study = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    os.environ[gt._binary.VARIABLE] = binary
    alone, called = [], []
    for _ in range(rounds):
        line = [binary, "compare", study, "--format", "json", "--output", os.devnull]
        alone.append(timed(lambda: subprocess.run(line, check=True, stdin=subprocess.DEVNULL)))
        # A bar is told as in a notebook; what draws it is another program.
        called.append(timed(lambda: gt.compare(study, progress=lambda done, of: None)))
    for what, place in (("wall", 0), ("processor", 1)):
        base, call = (statistics.median(own[place] for own in times) for times in (alone, called))
        print(f"{what}: binary {base:.2f} s, call {call:.2f} s, {100 * (call / base - 1):+.1f} %")


if __name__ == "__main__":
    main()
