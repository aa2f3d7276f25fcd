"""The other verbs: each gives what the binary prints."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import polars
import pytest
from conftest import COUNTED, MARCH, STUDY, check_counted, said, without_inputs

import giamtang as gt

SMALL = {"is_": MARCH, "cluster": "unit", "calendar": "vietnam", "progress": False}


def test_check_tells_what_became_of_every_row(tmp_path: Path) -> None:
    theirs = json.loads(said("check", str(STUDY), "--format", "json").stdout)
    own = gt.check(STUDY, quarantine=tmp_path / "aside.csv", progress=False)
    assert own == theirs
    assert repr(own).startswith("Check(read 2,202 = accepted 2,195 + quarantined 7 (conflicting_repeat 2, ")
    page = own._repr_html_()
    assert "Worst columns" in page and "conflicting_repeat" in page and "<td>due_moved</td>" in page
    assert "Các cột nhiều lỗi nhất" in gt.check(STUDY, lang="vi", progress=False)._repr_html_()
    aside = tmp_path / "aside.csv"
    assert stat.S_IMODE(os.stat(aside).st_mode) == 0o600 and len(aside.read_text(encoding="utf-8").splitlines()) > 7


def test_trace_follows_one_dossier() -> None:
    own = gt.trace(None, "b", cases=polars.DataFrame(COUNTED), **SMALL)
    assert own["case"] == "b" and own["rows"][0]["path"] == "cases (frame)"
    milestones = {milestone["name"]: milestone for milestone in own["milestones"]}
    assert milestones["finished_at"]["elapsed_seconds"] == 4 * 86_400
    assert repr(own).startswith("Trace('b', counts in ") and "finished_at" in own._repr_html_()
    with pytest.raises(gt.StudyError, match="`CASE_ID = -x`"):
        gt.trace(None, "-x", cases=polars.DataFrame(COUNTED), **SMALL)


def test_due_counts_working_days() -> None:
    """From Thursday 25 April 2024: four days off until 1 May, and Saturday 4 May worked instead of Monday 29 April."""
    own = gt.due("2024-04-25", "5 working days")
    assert own.due == "2024-05-06" and own["skipped"][0]["date"] == "2024-04-27"
    assert repr(own) == "Due('2024-04-25T00:00:00+07:00' + '5 working days' = '2024-05-06')"
    assert gt.due("2024-04-25", "5 working days", study=STUDY, set={"calendar.worked": []}).due == "2024-05-06"


def test_catalogue_rules_and_version() -> None:
    assert "time/on_time" in gt.catalogue() and "Thời gian và chi phí" in gt.catalogue(lang="vi")
    assert "ours/time_promised" in gt.catalogue(STUDY.parent / "own.toml")
    assert "finished_before_received" in gt.rules()
    assert "Time promised" in gt.explain("ours/time_promised", STUDY.parent / "own.toml")
    assert gt.version() == said("--version").stdout.decode().split()[-1]
    assert repr(gt.Text("a\nb")) == "a\nb"


def test_a_log_in_parts_is_the_log(tmp_path: Path) -> None:
    frame = polars.DataFrame(COUNTED)
    parts = [gt.cube(cases=frame, output=tmp_path / f"{part}.cube", shard=(part, 2), **SMALL) for part in (1, 2)]
    whole = gt.merge(parts, output=tmp_path / "whole.cube")
    own = gt.compare(cube=whole)
    check_counted(own)
    assert without_inputs(own)["kpis"] == without_inputs(gt.compare(cases=frame, **SMALL))["kpis"]
    assert gt.show(whole)["study"]["is"] == MARCH
    with pytest.raises(gt.StudyError):
        gt.merge([parts[0], parts[0]], output=tmp_path / "twice.cube")
    with pytest.raises(gt.QuarantineError) as caught:
        gt.cube(
            cases=frame.with_columns(received_at=polars.lit(None, polars.String)),
            output=tmp_path / "none.cube",
            **SMALL,
        )
    assert caught.value.result == str(tmp_path / "none.cube") and os.path.exists(caught.value.result)


def test_demo_writes_a_study(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    path = gt.demo(
        tmp_path / "city", cases=300, offices=3, format="parquet", progress=lambda done, of: told.append((done, of))
    )
    assert told and all(of == 300 and done <= 300 for done, of in told)
    own = gt.check(path, progress=False)
    assert own.reconciliation["read"] >= 300
    with pytest.raises(gt.GiamtangError):
        gt.demo(tmp_path / "city", cases=300)
