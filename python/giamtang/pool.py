"""A log on one machine, counted by several processes: parts by case id, or file by file, and one cube in the end.

>>> import giamtang as gt
>>> gt.pool.cube("study.toml", workers=2, output="july.cube")    # doctest: +SKIP

One process with as many threads gives the same bytes, and nearly always sooner: the parts each read the whole log.
Processes pay where reading is what takes the time and one file is read by one thread, as packed texts and XES are: then
with ``by="files"``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from . import _parts, errors
from ._binary import binary
from ._toml import inline

__all__ = ["cube"]

#: Seconds that a process has to end when it is told to, before it is ended.
_PATIENCE = 5.0


def cube(
    study: str | os.PathLike[str],
    *,
    output: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    parts: int | None = None,
    by: str = "cases",
    set: Mapping[str, Any] | None = None,  # noqa: A002 - as the option of the binary is called
    max_quarantine: float = 0.05,
    progress: Callable[[int, int], object] | None = None,
) -> str:
    """Counts a study's log by several processes at a time, and returns the path of its cube.

    Parameters
    ----------
    output:
        Where the cube is written; without it, to a file that is gone when Python ends.
    workers:
        Processes at a time; as many as there are cores if not said. They share the cores.
    parts:
        Into how many parts the log is split; as many as workers if not said. More parts need less memory at a time.
    by:
        ``"cases"``: each process reads the whole log and counts the cases of its part. ``"files"``: the files of the
        log are dealt out, each read once. For that the study has no tables beside its log, every case stands in one file
        alone, and nobody looks for ids that stand in two.
    max_quarantine:
        The share of rows set aside beyond which :class:`~giamtang.errors.QuarantineError` is raised, with the path as
        its ``result``.
    progress:
        Told after each part how many are done, of how many.

    An interrupt, or the first part that fails, ends all processes.
    """
    path = Path(study)
    workers = _number("workers", workers, os.cpu_count() or 1)
    changes = [text for name, value in (set or {}).items() for text in ("--set", f"{name}={inline(value)}")]
    if by == "cases":
        of = _number("parts", parts, workers)
        tasks = [[*changes, "--shard", f"{number + 1}/{of}"] for number in range(of)]
    elif by == "files":
        tasks = [[*changes, "--set", dealt] for dealt in _dealt(path, set, parts, workers)]
    else:
        raise errors.StudyError(f"by={by!r}: expected `cases` or `files`.")
    threads = max(1, (os.cpu_count() or 1) // min(workers, len(tasks)))
    with tempfile.TemporaryDirectory(prefix="giamtang-") as folder:
        cubes = [Path(folder, f"{number}.cube") for number in range(len(tasks))]
        calls = [
            [
                "cube",
                "build",
                str(path),
                "--quiet",
                "--max-quarantine",
                "1",
                "--threads",
                str(threads),
                "-o",
                str(own),
                *task,
            ]
            for own, task in zip(cubes, tasks)
        ]
        _Pool(workers, folder, progress).run(calls)
        whole = Path(folder, "whole.cube")
        _parts.merge(cubes, whole)
        target = _parts.kept(whole.read_bytes(), output if output is not None else _parts.passing())
    _parts.judge(_parts.header(Path(target)), max_quarantine, target)
    return target


def _number(name: str, given: int | None, usual: int) -> int:
    number = usual if given is None else given
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise errors.StudyError(f"{name}={number!r}: expected a number from 1 on.")
    return number


def _dealt(path: Path, settings: Mapping[str, Any] | None, parts: int | None, workers: int) -> Iterator[str]:
    """The log of each part, as a change of the study: files by size, the largest first to who has least."""
    log = _parts.study_table(path, settings).get("log", {})
    beside = next((table for table in _parts.BESIDE if log.get(table)), None)
    if beside is not None:
        raise errors.StudyError(f"log.{beside}: with by='files' every part would count it again. Use by='cases'.")
    table = "events" if log.get("events") else "cases"
    entries = log.get(table, [])
    files = list(_parts.files(path.parent, entries if isinstance(entries, list) else [entries]))
    of = min(_number("parts", parts, workers), max(1, len(files)))
    if not files:
        # The binary says what is wrong with it.
        yield f"log.{table}={inline(entries)}"
        return
    piles: list[tuple[int, list[int]]] = [(0, []) for _ in range(of)]
    for place in sorted(range(len(files)), key=lambda place: -files[place][1]):
        least = min(range(of), key=lambda pile: piles[pile][0])
        piles[least] = (piles[least][0] + files[place][1], [*piles[least][1], place])
    for _, places in piles:
        yield f"log.{table}={inline([files[place][0] for place in sorted(places)])}"


class _Pool:
    """Processes, so many at a time; when one fails or the caller is interrupted, all end."""

    def __init__(self, workers: int, folder: str, progress: Callable[[int, int], object] | None) -> None:
        self._workers, self._folder, self._progress = workers, folder, progress
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._over = False
        self._done = 0

    def run(self, calls: Sequence[Sequence[str]]) -> None:
        """Runs all of them, or raises what the first that failed says."""
        with ThreadPoolExecutor(self._workers, thread_name_prefix="giamtang") as threads:
            try:
                running = [threads.submit(self._one, call) for call in calls]
                self._told(running, len(calls))
            except BaseException:
                self._end()
                threads.shutdown(wait=True, cancel_futures=True)
                raise

    def _told(self, running: Sequence[Any], of: int) -> None:
        waiting = list(running)
        while waiting:
            # An interrupt is heard between two waits, where the system does not break one off for it.
            done, rest = wait(waiting, timeout=0.5, return_when=FIRST_EXCEPTION)
            waiting = list(rest)
            for one in done:
                one.result()
            ready = of - sum(not one.done() for one in running)
            if self._progress is not None and ready > self._done:
                self._done = ready
                self._progress(ready, of)

    def _one(self, call: Sequence[str]) -> None:
        with self._lock:
            if self._over:
                return
            process = subprocess.Popen(
                [binary(), *call], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            self._running.append(process)
        said = process.communicate()[1].decode("utf-8", "replace").strip()
        if process.returncode and not self._over:
            raise _failure(process.returncode, said.replace(self._folder + os.sep, ""))

    def _end(self) -> None:
        with self._lock:
            self._over = True
            running = [process for process in self._running if process.poll() is None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _failure(code: int, said: str) -> errors.GiamtangError:
    """The exception of an exit code, in the words of the binary."""
    said = "\n".join(line.removeprefix("giamtang: ").removeprefix("error: ") for line in said.splitlines())
    if code < 0:
        said = f"giamtang was ended by signal {signal.Signals(-code).name}. {said}".strip()
    return errors.of_code(code, said or f"giamtang ended with exit code {code} and said nothing")
