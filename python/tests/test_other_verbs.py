"""The verbs `gate`, `init` and `schema`."""

from __future__ import annotations

from pathlib import Path

import polars
import pytest
from conftest import COUNTED, MARCH, STUDY

import giamtang as gt

SMALL = {"is_": MARCH, "cluster": "unit", "calendar": "vietnam", "progress": False}


def test_a_gate_is_passed_or_missed(tmp_path: Path) -> None:
    """Two of four dossiers are on time: a half is met, more is missed."""
    frame = polars.DataFrame(COUNTED)

    def target(at_least: str) -> dict[str, object]:
        return {"set": {"target": [{"kpi": "time/on_time", "at_least": at_least}]}, **SMALL}

    met = gt.gate(cases=frame, junit=tmp_path / "junit.xml", **target("50 %"))
    assert met.passed and "On-time rate" in met._repr_markdown_() and repr(met) == met.markdown
    assert (tmp_path / "junit.xml").read_text(encoding="utf-8").startswith("<?xml")
    with pytest.raises(gt.GateMissed) as caught:
        gt.gate(cases=frame, **target("51 %"))
    assert caught.value.code == 4 and not caught.value.report.passed and "On-time rate" in caught.value.report.markdown


def test_init_writes_a_study_that_is_read(tmp_path: Path) -> None:
    text = gt.init(STUDY.parent / "cases-2024.csv")
    assert "[windows]" in text and "received_at" in text
    gt.init(STUDY.parent / "cases-2024.csv", output=tmp_path / "study.toml")
    assert gt.check(tmp_path / "study.toml", max_quarantine=1, progress=False).reconciliation["read"] == 1_111
    with pytest.raises(gt.StudyError, match="--replace writes over it"):
        gt.init(STUDY.parent / "cases-2024.csv", output=tmp_path / "study.toml")


def test_schema_is_of_what_a_card_is(card: gt.Card) -> None:
    own = gt.schema()
    assert own["$id"] == card.data["schema"] and set(own["required"]) <= set(card.data)
    assert gt.schema("check")["$id"] == "giamtang.check/1"
