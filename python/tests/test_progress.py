"""Progress: told to functions, drawn on terminals, and nowhere else."""

from __future__ import annotations

import io
import sys

import polars
import pytest
from conftest import COUNTED, MARCH

import giamtang as gt
from giamtang import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_function_is_told_how_much_of_how_much() -> None:
    told: list[tuple[int, int | None]] = []
    gt.compare(
        cases=polars.DataFrame(COUNTED), is_=MARCH, cluster="unit", progress=lambda done, of: told.append((done, of))
    )
    assert told[-1] == (4, 4)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_terminal_has_a_line_that_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SOON", 0.0)
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    gt.compare(cases=polars.DataFrame(COUNTED), is_=MARCH, cluster="unit")
    assert "█" * 40 + " 4 of 4 rows" in screen.getvalue() and screen.getvalue().endswith("\r\x1b[K")


def test_who_does_not_look_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert progress.teller(False) is None
    page = io.StringIO()
    monkeypatch.setattr(sys, "stderr", page)
    assert progress.teller(None) is None
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    assert progress.teller(None) is None
    assert isinstance(progress.teller(True), progress._Terminal)


def test_what_is_done_in_words() -> None:
    assert progress.said(1_234, 5_000) == "1,234 of 5,000 rows" and progress.said(1_234, None) == "1,234 rows"
    assert progress.said(5_001, 5_000) == "5,000 of 5,000 rows"
    assert 'value="5" max="10"' in progress.bar(5, 10) and "value" not in progress.bar(5, None)
