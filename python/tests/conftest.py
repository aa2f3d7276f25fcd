"""What the tests share: the fixture study, its card, and a log that can be counted by hand."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import giamtang as gt

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "fixtures" / "study" / "study.toml"


def said(*arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """The binary itself, without this package."""
    return subprocess.run([gt.binary(), *arguments], input=stdin, capture_output=True, check=False)


@pytest.fixture(scope="session")
def card() -> gt.Card:
    """The card of the fixture study."""
    return gt.compare(STUDY, progress=False)


@pytest.fixture(scope="session")
def drilled() -> gt.Card:
    """The same drilled down, with units that reformed and a tariff that may be off: every part of a card."""
    return gt.compare(STUDY, **DRILLED, progress=False)


#: The settings of `drilled`, as keywords and as options of the binary.
DRILLED: dict[str, Any] = {
    "by": "unit",
    "treated": {"Phường Hoàn Kiếm": "2024-02-01", "Phường Tây Hồ": "2024-02-01"},
    "set": {"tariff.sensitivity": {"income": 0.2, "hours": 0.25}},
}
DRILLED_OPTIONS = [
    "--by=unit",
    '--set=compare.treated={"Phường Hoàn Kiếm" = "2024-02-01", "Phường Tây Hồ" = "2024-02-01"}',
    "--set=tariff.sensitivity={income = 0.2, hours = 0.25}",
]

#: Received on 1, 2, 3 and 4 March, finished after 3, 4, 7 and 9 days; due on 6 March, on which 2 of 4 are finished.
#: A median of waits is the time by which half are done: by day 3 one is, by day 4 two of four.
COUNTED: dict[str, list[Any]] = {
    "case_id": ["a", "b", "c", "d"],
    "received_at": ["2024-03-01", "2024-03-02", "2024-03-03", "2024-03-04"],
    "finished_at": ["2024-03-04", "2024-03-06", "2024-03-10", "2024-03-13"],
    "due_at": ["2024-03-06", "2024-03-06", "2024-03-06", "2024-03-06"],
    "unit": ["A", "A", "B", "B"],
    "visits": [1, 2, 2, 3],
}
MARCH = "2024-03-01..2024-03-31"


def check_counted(card: gt.Card) -> None:
    """The figures of `COUNTED`, by hand."""
    wait = card.kpi("time/elapsed_time").is_
    assert (wait.value, wait.n, wait.events) == (4.0, 4, 4)
    on_time = card.kpi("time/on_time").is_
    assert (on_time.value, on_time.n, on_time.events) == (0.5, 4, 2)
    assert card.reconciliation["read"] == card.reconciliation["accepted"] == 4


def without_inputs(card: gt.Card) -> Any:
    """A card's JSON without what tells of files: their names, bytes and formats."""
    data = json.loads(card.to_json())
    data["inputs"] = []
    for table in data.get("tables", []):
        table.pop("inputs", None)
    return data
