"""Several processes on one machine: the same bytes as one."""

from __future__ import annotations

import gzip
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import giamtang as gt
from giamtang import _parts

STUDY = Path(__file__).resolve().parents[2] / "fixtures" / "study" / "study.toml"

#: A study over the months of a log, without tables beside it.
MONTHS = """
[study]
name = "months"
zone = "Asia/Ho_Chi_Minh"
[log]
cases = ["months/*.csv.gz"]
[calendar]
base = "vietnam"
[windows]
was = "2023-02-15..2023-07-31"
is = "2024-02-15..2024-07-31"
[compare]
cluster = "unit"
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return Path(gt.cube(STUDY, output=tmp_path_factory.mktemp("whole") / "whole.cube")).read_bytes()


@pytest.fixture
def months(tmp_path: Path) -> Path:
    """A city whose dossiers are in one packed file for each month they came in."""
    city = Path(gt.demo(tmp_path / "city", cases=3_000)).parent
    header, *rows = (city / "cases.csv").read_text("utf-8").splitlines()
    (tmp_path / "months").mkdir()
    received = header.split(",").index("received_at")
    by_month: dict[str, list[str]] = {}
    for row in rows:
        by_month.setdefault(row.split(",")[received][:7], []).append(row)
    for month, own in by_month.items():
        with gzip.open(tmp_path / "months" / f"{month}.csv.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join([header, *own]) + "\n")
    study = tmp_path / "months.toml"
    study.write_text(MONTHS, "utf-8")
    return study


def test_parts_by_case_are_the_whole(whole: bytes, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    cube = gt.pool.cube(
        STUDY, workers=2, parts=3, output=tmp_path / "pool.cube", progress=lambda *done: told.append(done)
    )
    assert cube == str(tmp_path / "pool.cube")
    assert Path(cube).read_bytes() == whole
    assert told[-1] == (3, 3) and told == sorted(told)
    assert gt.compare(cube=cube).data["reconciliation"]["read"] > 2_000


def test_parts_by_file_are_the_whole(months: Path, tmp_path: Path) -> None:
    one = Path(gt.cube(months, output=tmp_path / "one.cube")).read_bytes()
    assert Path(gt.pool.cube(months, workers=2, parts=5, by="files")).read_bytes() == one
    # More parts than files.
    assert Path(gt.pool.cube(months, workers=2, parts=500, by="files")).read_bytes() == one


def test_more_parts_than_one_merge_takes(whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parts, "FAN", 2)
    assert Path(gt.pool.cube(STUDY, workers=2, parts=5)).read_bytes() == whole


def test_settings_change_the_study_as_on_the_command_line(tmp_path: Path) -> None:
    one = gt.cube(STUDY, set={"compare.by": ["channel"], "compare.level": 0.9}, output=tmp_path / "one.cube")
    cube = gt.pool.cube(STUDY, workers=2, set={"compare.by": ["channel"], "compare.level": 0.9})
    assert Path(cube).read_bytes() == Path(one).read_bytes()


def test_mistakes_are_told_in_the_words_of_the_binary(tmp_path: Path) -> None:
    with pytest.raises(gt.StudyError, match="did you mean `compare.cluster`"):
        gt.pool.cube(STUDY, set={"compare.clustr": "none"})
    with pytest.raises(gt.FailedError, match="nowhere.toml"):
        gt.pool.cube(tmp_path / "nowhere.toml")
    with pytest.raises(gt.StudyError, match="count it again"):
        gt.pool.cube(STUDY, by="files")
    with pytest.raises(gt.StudyError, match="`cases` or `files`"):
        gt.pool.cube(STUDY, by="months")
    for name in ("workers", "parts"):
        with pytest.raises(gt.StudyError, match=f"{name}=0"):
            gt.pool.cube(STUDY, **{name: 0})
    with pytest.raises(gt.FailedError, match="written"):
        gt.pool.cube(STUDY, output=tmp_path / "no folder" / "a.cube")


def test_a_pattern_that_matches_nothing_is_refused(months: Path) -> None:
    """The files of another entry must not hide that."""
    months.write_text(MONTHS.replace('gz"]', 'gz", "never/*.csv"]'), "utf-8")
    with pytest.raises(gt.GiamtangError, match="never"):
        gt.pool.cube(months, by="files", workers=2)


def test_too_much_set_aside_is_told_of_the_whole(tmp_path: Path) -> None:
    with pytest.raises(gt.QuarantineError, match="quarantined") as caught:
        gt.pool.cube(STUDY, workers=2, max_quarantine=0.0001, output=tmp_path / "kept.cube")
    assert caught.value.result == str(tmp_path / "kept.cube")
    assert _parts.header(tmp_path / "kept.cube")["reconciliation"]["quarantined"] == 7


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A binary whose second part fails at once and whose others take for ever; it notes the processes it became."""
    noted = tmp_path / "noted"
    noted.mkdir()
    program = tmp_path / "slow"
    binary = shlex.quote(gt.binary())
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *"--shard"*) : > {shlex.quote(str(noted))}/$$ ;; *) exec {binary} "$@" ;; esac\n'
        'case "$*" in *"--shard 2/"*) echo "giamtang: it is broken" >&2; exit 1 ;; esac\nexec sleep 600\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("GIAMTANG_BIN", str(program))
    return noted


def gone(noted: Path) -> bool:
    """Whether none of the noted processes runs."""
    return bool(list(noted.iterdir())) and not any(Path("/proc", path.name).exists() for path in noted.iterdir())


def test_the_first_part_that_fails_ends_the_others(slow: Path) -> None:
    start = time.monotonic()
    with pytest.raises(gt.FailedError, match="^it is broken$"):
        gt.pool.cube(STUDY, workers=2, parts=4)
    assert time.monotonic() - start < 60
    assert gone(slow)


def test_an_interrupt_ends_all(slow: Path, tmp_path: Path) -> None:
    code = (
        "import giamtang as gt, sys\n"
        "try: gt.pool.cube(sys.argv[1], workers=2, parts=1, output=sys.argv[2])\n"
        "except KeyboardInterrupt: print('interrupted')\n"
    )
    arguments = [sys.executable, "-c", code, str(STUDY), str(tmp_path / "never.cube")]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, env=os.environ)
    for _ in range(600):
        if list(slow.iterdir()):
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == b"interrupted\n"
    assert gone(slow) and not (tmp_path / "never.cube").exists()
