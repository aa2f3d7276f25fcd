"""Frames of every library give the same card as files, and leave nothing behind."""

from __future__ import annotations

import datetime
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pyarrow.dataset
import pytest
from conftest import COUNTED, MARCH, STUDY, check_counted, without_inputs

import giamtang as gt
from giamtang._frames import Handover, is_frame


class Stream:
    """Whatever gives its rows as an Arrow stream: DuckDB's relations, Ibis' tables."""

    def __init__(self, table: pyarrow.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, schema: object = None) -> object:
        return self._table.__arrow_c_stream__(schema)


def typed() -> polars.DataFrame:
    """`COUNTED` with dates as dates and names as categories."""
    dates = ["received_at", "finished_at", "due_at"]
    return polars.DataFrame(COUNTED).with_columns(
        polars.col(dates).str.to_date(), polars.col("unit").cast(polars.Categorical)
    )


def frames() -> dict[str, Any]:
    frame, table = typed(), typed().to_arrow()
    return {
        "polars": frame,
        "polars lazy": frame.lazy(),
        "pandas": frame.to_pandas(),
        "pandas, named index": frame.to_pandas().set_index("case_id"),
        "pandas, filtered": frame.to_pandas().iloc[::-1],
        "pyarrow table": table,
        "pyarrow batch": table.combine_chunks().to_batches()[0],
        "pyarrow reader": table.to_reader(),
        "pyarrow dataset": pyarrow.dataset.dataset(table),
        "arrow stream": Stream(table),
        "texts": polars.DataFrame(COUNTED),
        "two frames": [frame[:1], frame[1:].to_pandas()],
    }


def left_behind() -> list[str]:
    return [name for name in os.listdir(tempfile.gettempdir()) if name.startswith("giamtang-")]


def ask(cases: Any, **more: Any) -> gt.Card:
    return gt.compare(cases=cases, is_=MARCH, cluster="unit", calendar="vietnam", progress=False, **more)


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.mark.parametrize("kind", list(frames()))
def test_every_frame_gives_the_figures_counted_by_hand(kind: str) -> None:
    own = ask(frames()[kind])
    check_counted(own)
    assert own.data["inputs"][0]["path"] == "cases (frame)" and own.name == "study"
    assert left_behind() == []


def test_cards_of_all_libraries_are_equal() -> None:
    cards = {
        kind: without_inputs(ask(frame)) for kind, frame in frames().items() if kind not in ("texts", "two frames")
    }
    assert all(own == cards["polars"] for own in cards.values())


def test_frames_of_the_fixture_study_give_the_card_of_its_files(card: gt.Card) -> None:
    """Every table as a frame, read as texts by each library in turn; the study itself as a mapping."""
    folder = STUDY.parent

    def text(name: str, library: str) -> Any:
        path = folder / f"{name}.csv"
        if library == "pandas":
            return pandas.read_csv(path, dtype="string", keep_default_na=False, na_values=[""])
        frame = polars.read_csv(path, infer_schema=False)
        return {"polars": frame, "lazy": frame.lazy(), "pyarrow": frame.to_arrow()}[library]

    own = gt.compare(
        STUDY,
        cases=[text("cases-2023", "polars"), text("cases-2024", "pandas")],
        procedures=text("procedures", "pandas"),
        roster=text("roster", "lazy"),
        surveys=text("surveys", "pyarrow"),
        petitions=text("petitions", "polars"),
        units=text("units", "pandas"),
        ledger=text("ledger", "pyarrow"),
        tasks=text("tasks", "lazy"),
        progress=False,
    )
    assert without_inputs(own) == without_inputs(card)
    assert {table["inputs"][0]["path"] for table in own.data["tables"]} == {
        f"{name} (frame)" for name in ("procedures", "roster", "surveys", "petitions", "units", "ledger", "tasks")
    }


def test_types_that_libraries_give_of_their_own_accord() -> None:
    """Whole numbers with gaps are floats in pandas; instants have zones or nanoseconds; an absent column is of nulls."""
    frame = polars.DataFrame(COUNTED).to_pandas()
    frame["received_at"] = pandas.to_datetime(frame["received_at"]).dt.tz_localize("Asia/Ho_Chi_Minh")
    frame["finished_at"] = pandas.to_datetime(frame["finished_at"])
    frame["due_at"] = [datetime.date(2024, 3, 6)] * 4
    frame["visits"] = [1.0, 2.0, None, 3.0]
    frame["supplement_requests"] = pandas.array([0, 0, None, 0], dtype="Int64")
    frame["outcome"] = None
    frame[7] = ["a column whose name is a number"] * 4
    own = ask(frame)
    check_counted(own)
    # Of four dossiers one does not say how many visits it took: (1 + 2 + 3) / 3.
    assert own.kpi("time/contacts").is_.n in (None, 3)


def test_events_may_be_a_frame() -> None:
    events = polars.DataFrame(
        {
            "case_id": ["a", "a", "b", "b", "c"],
            "activity": ["in", "out", "in", "out", "in"],
            "at": ["2024-03-01", "2024-03-03", "2024-03-02", "2024-03-08", "2024-03-05"],
            "unit": ["A"] * 5,
        }
    )
    own = gt.compare(
        events=events, is_=MARCH, cluster="none", milestones={"finished_at": {"last": "out"}}, progress=False
    )
    # Waits of 2 and 6 days; the third is open for 26: half are done by day 6.
    assert own.kpi("time/elapsed_time").is_.value == 6.0
    assert own.data["events"]["inputs"][0]["path"] == "events (frame)"


def test_a_path_and_a_frame_beside_each_other(tmp_path: Path) -> None:
    frame = typed()
    frame[:2].write_csv(tmp_path / "first.csv")
    frame[2:].write_parquet(tmp_path / "2.parquet")
    own = ask([tmp_path / "first.csv", frame[2:]])
    check_counted(own)
    own = ask(
        [
            {"path": str(tmp_path / "*.csv"), "set": {"channel": "online"}},
            {"path": frame[2:], "set": {"channel": "direct"}},
        ]
    )
    check_counted(own)
    assert own.kpi("quality/online_share").is_.value == 0.5


def test_frames_are_private_and_gone_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Handover() as handover:
        path = handover.path("cases", typed())
        assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
        raise ZeroDivisionError
    assert left_behind() == []
    with pytest.raises(gt.StudyError, match=r"^cases \(frame\): no column `nowhere`") as caught:
        ask(typed(), columns={"channel": "nowhere"})
    assert str(tmp_path) not in str(caught.value) and left_behind() == []


def test_what_cannot_be_handed_over_is_refused_by_name() -> None:
    mixed = pandas.DataFrame({"case_id": ["a", 1, {"b": 2}], "received_at": ["2024-03-01"] * 3})
    with pytest.raises(gt.FrameError, match=r"cases \(frame\): cannot be handed over: .*case_id"):
        ask(mixed)
    with pytest.raises(gt.FrameError, match="`cases` is a int. Give a path, or a frame of polars, pandas or pyarrow"):
        ask(7)
    with pytest.raises(gt.StudyError, match="a frame is no study"):
        gt.compare(typed())
    assert not is_frame(None) and not is_frame("cases.csv") and not is_frame(polars.DataFrame)
    assert left_behind() == []


def test_a_spark_frame_is_counted_where_it_is() -> None:
    spark = type("DataFrame", (), {"__module__": "pyspark.sql.classic.dataframe"})()
    with pytest.raises(gt.FrameError, match="giamtang.spark.cube"):
        ask(spark)


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = typed().to_pandas()
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(gt.MissingLibraryError, match="a pandas frame is handed over by pyarrow"):
        ask(frame)
    check_counted(ask(typed()))  # polars needs nobody
