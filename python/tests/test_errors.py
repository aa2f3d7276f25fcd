"""What stops a call: the binary's words under Python's classes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars
import pytest
from conftest import COUNTED, MARCH, check_counted, said

import giamtang as gt
from giamtang import _process


def program(tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program in the binary's place."""
    path = tmp_path / "other"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("GIAMTANG_BIN", str(path))


@pytest.mark.parametrize(
    ("arguments", "call", "kind"),
    [
        (["compare", "nowhere.toml"], lambda: gt.compare("nowhere.toml"), gt.FailedError),
        (["explain", "time/on_tim"], lambda: gt.explain("time/on_tim"), gt.StudyError),
        (["due", "2024-04-25", "5 wrong days"], lambda: gt.due("2024-04-25", "5 wrong days"), gt.StudyError),
        (["cube", "show", "nowhere.cube"], lambda: gt.show("nowhere.cube"), gt.FailedError),
        (["compare", "nowhere.cube"], lambda: gt.compare(cube="nowhere.cube"), gt.FailedError),
    ],
)
def test_the_words_are_the_binarys(arguments: list[str], call: Any, kind: type[gt.GiamtangError]) -> None:
    done = said(*arguments)
    with pytest.raises(kind) as caught:
        call()
    assert "giamtang: " + str(caught.value) == done.stderr.decode().strip()
    assert caught.value.code == done.returncode == {gt.FailedError: 1, gt.StudyError: 2}[kind]
    assert isinstance(caught.value, gt.GiamtangError)


def test_a_mistake_names_what_was_meant() -> None:
    with pytest.raises(
        gt.StudyError, match=r"`compare.clutser` is not a key of a study \(did you mean `compare.cluster`\?\)"
    ):
        gt.compare(cases="x.csv", is_=MARCH, set={"compare.clutser": "unit"})


def test_too_much_set_aside_comes_with_the_card() -> None:
    broken = polars.DataFrame(COUNTED).vstack(
        polars.DataFrame({**COUNTED, "case_id": ["e", "f", "g", "h"], "received_at": [None] * 4}).cast(
            {"received_at": polars.String}
        )
    )
    asking: dict[str, Any] = {"cases": broken, "is_": MARCH, "cluster": "unit", "progress": False}
    with pytest.raises(
        gt.QuarantineError, match=r"50\.0 % of the rows are quarantined; see `giamtang check`"
    ) as caught:
        gt.compare(**asking)
    assert caught.value.code == 3 and isinstance(caught.value.card, gt.Card)
    assert caught.value.card.reconciliation["by_rule"] == {"missing_received": 4}
    with pytest.raises(gt.QuarantineError) as caught:
        gt.check(**asking)
    assert isinstance(caught.value.result, gt.Check)
    assert gt.compare(**asking, max_quarantine=0.5).kpi("time/elapsed_time").is_.value == 4.0


def test_a_program_that_was_ended_says_by_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "kill -9 $$", monkeypatch)
    with pytest.raises(gt.StoppedError, match="ended by signal SIGKILL"):
        gt.catalogue()


def test_a_program_that_says_nothing_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "exit 1", monkeypatch)
    with pytest.raises(gt.FailedError, match="ended with exit code 1 and said nothing"):
        gt.version()


def test_no_program_is_a_reason_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIAMTANG_BIN", str(tmp_path / "nowhere"))
    with pytest.raises(
        gt.BinaryNotFoundError, match="there is no such program. Correct the variable GIAMTANG_BIN"
    ) as caught:
        gt.version()
    assert isinstance(caught.value, FileNotFoundError)
    monkeypatch.setenv("GIAMTANG_BIN", "")
    monkeypatch.setattr("giamtang._binary._folders", lambda: iter([tmp_path]))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(gt.BinaryNotFoundError, match="was not found beside this package"):
        gt.binary()


def test_colours_that_a_kernel_asks_for_stay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with pytest.raises(gt.StudyError) as caught:
        gt.demo("x", cases=0)
    assert "\x1b" not in str(caught.value) and "--cases" in str(caught.value)


def test_what_is_asked_of_a_cube_is_refused() -> None:
    with pytest.raises(gt.StudyError, match="either a study or a cube"):
        gt.compare("study.toml", cube="x.cube")
    with pytest.raises(gt.StudyError, match="`cluster` cannot change a cube"):
        gt.compare(cube="x.cube", cluster="none")
    with pytest.raises(gt.StudyError, match="no dossier is named"):
        gt.trace("study.toml")


def test_more_than_a_pipe_holds_is_read_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three streams at once; a program that does not read all it is given is no mistake of ours."""
    program(tmp_path, "head -c 1000000 /dev/zero | tr '\\0' 'x' >&2; cat; echo end", monkeypatch)
    text = b"y" * 3_000_000
    done = _process.run([], stdin=text)
    assert done.code == 0 and len(done.text) == 3_000_004 and len(done.said) == 1_000_000
    program(tmp_path, "echo done", monkeypatch)
    assert _process.run([], stdin=text).text == "done\n"


def test_an_exception_of_the_callers_ends_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that does not end when it is asked to."""
    monkeypatch.setattr(_process, "_PATIENCE", 0.5)
    mark = tmp_path / "pid"
    program(
        tmp_path,
        f"trap '' TERM INT; echo $$ > {mark}; echo '{{\"done\":1}}' >&2; while :; do sleep 0.1; done",
        monkeypatch,
    )

    def tired(done: int, of: int | None) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _process.run(["x"], progress=tired)
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_the_module_is_the_program() -> None:
    done = subprocess.run([sys.executable, "-m", "giamtang", "--version"], capture_output=True, check=True)
    assert done.stdout == said("--version").stdout and gt.version() in done.stdout.decode()
    frame = polars.DataFrame(COUNTED)
    check_counted(gt.compare(cases=frame, is_=MARCH, cluster="unit", calendar="vietnam", progress=False))
