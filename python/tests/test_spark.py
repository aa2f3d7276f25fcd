"""On a cluster of two worker processes with a JVM each: the same bytes as on one machine."""

from __future__ import annotations

import csv
import datetime
import json
import os
import shlex
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet
import pytest
from pyspark.errors import PythonException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

import giamtang as gt
from giamtang import _parts

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "study"

#: What is sent to the executors as the binary: the first try of the second of seven parts fails there.
WRAPPER = """#!/bin/sh
case "$*" in *"--shard 2/7 "*)
    if [ ! -e {marker} ]; then : > {marker}; echo "giamtang: the first try fails" >&2; exit 1; fi ;;
esac
exec {binary} "$@"
"""


@pytest.fixture(scope="session")
def marker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tries") / "tried"


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory, marker: Path) -> Iterator[SparkSession]:
    """Two executors with one core each; they find no binary but the one that `ship` sends them."""
    folder = tmp_path_factory.mktemp("spark")
    os.environ.update(PYSPARK_PYTHON=sys.executable, PYSPARK_DRIVER_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", str(folder / "local"))
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        # The zone of a session must not matter.
        .config("spark.sql.session.timeZone", "America/New_York")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        # A log this small would be one partition.
        .config("spark.sql.files.maxPartitionBytes", str(256 << 10))
        .config("spark.executorEnv.GIAMTANG_BIN", "/nowhere/giamtang")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    own = gt.binary()
    wrapper = folder / "wrapper"
    wrapper.write_text(WRAPPER.format(marker=shlex.quote(str(marker)), binary=shlex.quote(own)))
    wrapper.chmod(0o755)
    before = os.environ.get("GIAMTANG_BIN")
    os.environ["GIAMTANG_BIN"] = str(wrapper)
    try:
        gt.spark.ship(session)
    finally:
        os.environ.pop("GIAMTANG_BIN") if before is None else os.environ.update(GIAMTANG_BIN=before)
    yield session
    session.stop()


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study of a made-up city of twelve thousand dossiers."""
    return Path(gt.demo(tmp_path_factory.mktemp("city") / "study", cases=12_000, format="parquet"))


@pytest.fixture(scope="session")
def city_whole(city: Path) -> bytes:
    """The cube of one machine."""
    return Path(gt.cube(city, output=city.parent / "whole.cube")).read_bytes()


def read(path: str) -> bytes:
    return Path(path).read_bytes()


def card(path: str) -> dict[str, Any]:
    """The scorecard of a cube, but for its path."""
    data = dict(gt.compare(cube=path, max_quarantine=1).data)
    assert data.pop("inputs")
    return data


def test_a_city_is_that_of_one_machine(spark: SparkSession, city: Path, city_whole: bytes, marker: Path) -> None:
    """Seven parts, one of which fails at first and is tried again: nothing is lost or counted twice."""
    log = spark.read.parquet(str(city.parent / "cases.parquet"))
    assert log.rdd.getNumPartitions() > 1
    cube = gt.spark.cube(log, city, parts=7)
    assert marker.exists()
    assert read(cube) == city_whole
    assert card(cube) == card(str(city.parent / "whole.cube"))


def test_answers_are_split_with_the_log_and_cubes_merge_on_the_cluster(
    spark: SparkSession, city: Path, city_whole: bytes, tmp_path: Path
) -> None:
    """Twenty parts are merged in two steps; the answers come from Spark."""
    log = spark.read.parquet(str(city.parent / "cases.parquet"))
    answers = spark.read.parquet(str(city.parent / "surveys.parquet"))
    cube = gt.spark.cube(log, city, parts=20, surveys=answers, output=tmp_path / "city.cube")
    assert cube == str(tmp_path / "city.cube")
    assert read(cube) == city_whole


def written(value: str, form: str, day: str) -> str:
    """A moment or a day of the fixture as ISO has it; what is neither stays."""
    for own, iso in ((form, "%Y-%m-%d %H:%M:%S"), (day, "%Y-%m-%d")):
        try:
            return datetime.datetime.strptime(value, own).strftime(iso)
        except ValueError:
            pass
    return value


def fixture_rows() -> list[dict[str, str]]:
    """The dossiers of the fixture study with every mistake in them, and copies whose ids only look different."""
    rows = []
    for name, form, day in (
        ("cases-2023.csv", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"),
        ("cases-2024.csv", "%d/%m/%Y %H:%M", "%d/%m/%Y"),
    ):
        with open(FIXTURE / name, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                rows.append(
                    {key: written(value, form, day) if key.endswith("_at") else value for key, value in row.items()}
                )
    sound = [row for row in rows[100:] if row["outcome"] == "granted" and row["case_id"].strip()][:4]
    for row, id_ in zip(sound, ("  {} ", "\u00a0{}\u3000", "Hồ sơ {}", "Hồ sơ {}")):
        copied = id_.format(row["case_id"])
        row["case_id"] = copied if "Hồ" in copied else row["case_id"]
        rows.append({**row, "case_id": unicodedata.normalize("NFD", copied)})
    return rows


def test_the_fixture_study_with_its_mistakes(spark: SparkSession, tmp_path: Path) -> None:
    """Texts as a CSV has them, eight tables beside, quarantined rows, ids that are one however they are written."""
    rows = fixture_rows()
    log = tmp_path / "cases.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(rows), log)
    whole = gt.cube(FIXTURE / "study.toml", cases=log, output=tmp_path / "whole.cube")
    kept = _parts.header(Path(whole))["reconciliation"]
    assert kept["read"] == len(rows) == kept["accepted"] + kept["quarantined"]
    # Four more than the fixture's own: the copies.
    assert kept["by_rule"]["identical_repeat"] == 1 + 4
    assert {"conflicting_repeat", "missing_id", "unparsable_date", "finished_before_received"} < set(kept["by_rule"])
    frame = spark.read.parquet(str(log))
    assert read(gt.spark.cube(frame, FIXTURE / "study.toml", parts=5)) == read(whole)


def test_types_that_spark_has(spark: SparkSession, city: Path, tmp_path: Path) -> None:
    """Moments with and without a zone, days, decimals, small integers: as the binary reads them in Spark's files."""
    log = spark.read.parquet(str(city.parent / "cases.parquet")).limit(3_000)
    kinds = dict(log.dtypes)
    assert kinds["received_at"] == "timestamp_ntz" and kinds["due_at"] == "date"
    hanoi = F.to_utc_timestamp(F.col("finished_at").cast("timestamp"), "Asia/Ho_Chi_Minh")
    typed = log.withColumns(
        {
            "finished_at": F.from_utc_timestamp(hanoi, "America/New_York").cast("timestamp"),
            "fee_vnd": F.col("fee_vnd").cast("decimal(18,0)"),
            "visits": F.col("visits").cast("tinyint"),
            "supplement_requests": F.col("supplement_requests").cast("smallint"),
            "unknown": F.lit(None),
        }
    )
    files = tmp_path / "typed"
    typed.drop("unknown").write.parquet(str(files))
    stored = spark.read.parquet(str(files))
    assert dict(stored.dtypes)["finished_at"] == "timestamp"
    whole = gt.cube(city, cases=str(files / "*.parquet"), output=tmp_path / "whole.cube")
    assert _parts.header(Path(whole))["reconciliation"]["read"] == 3_000
    assert read(gt.spark.cube(stored, city, parts=2)) == read(whole)


def test_events_are_made_into_the_same_dossiers(spark: SparkSession, tmp_path: Path) -> None:
    study = Path(gt.demo(tmp_path / "city", cases=400, events=True))
    events = study.parent / "events.csv"
    only = {"log.cases": [], "format.datetime": ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]}
    whole = gt.cube(study, set={**only, "log.events": ["events.csv"]}, output=tmp_path / "whole.cube")
    log = spark.read.csv(str(events), header=True)
    assert read(gt.spark.cube(log, study, table="events", parts=3, set=only)) == read(whole)


def test_a_log_without_rows_and_parts_without_any(spark: SparkSession, city: Path, tmp_path: Path) -> None:
    log = spark.read.parquet(str(city.parent / "cases.parquet"))
    nothing = tmp_path / "nothing.parquet"
    parquet.write_table(log.limit(0).toArrow(), nothing)
    whole = gt.cube(city, cases=nothing, output=tmp_path / "nothing.cube")
    assert _parts.header(Path(whole))["reconciliation"]["read"] == 0
    assert read(gt.spark.cube(log.limit(0), city, parts=3)) == read(whole)
    few = tmp_path / "few.parquet"
    parquet.write_table(log.limit(2).toArrow(), few)
    whole = gt.cube(city, cases=few, output=tmp_path / "few.cube")
    assert read(gt.spark.cube(spark.read.parquet(str(few)), city, parts=6)) == read(whole)


def test_mistakes_come_home_in_the_words_of_the_binary(spark: SparkSession, city: Path) -> None:
    log = spark.read.parquet(str(city.parent / "cases.parquet")).limit(50)
    with pytest.raises(gt.StudyError, match="did you mean `compare.cluster`"):
        gt.spark.cube(log, city, set={"compare.clustr": "none"})
    with pytest.raises(gt.StudyError, match="no column `case_id`"):
        gt.spark.cube(log.drop("case_id"), city)
    with pytest.raises(gt.StudyError, match="cast it to a string"):
        gt.spark.cube(log.withColumn("case_id", F.rand()), city)
    with pytest.raises(gt.FailedError, match="study.toml"):
        gt.spark.cube(log, city.parent / "no" / "study.toml")
    # What only a task can see: dates that are days first or months first.
    doubtful = log.withColumn("received_at", F.lit("03/04/2024"))
    with pytest.raises(gt.StudyError, match="received_at.*03/04/2024") as caught:
        gt.spark.cube(doubtful, city, parts=2)
    assert isinstance(caught.value.__cause__, PythonException)


def test_too_much_set_aside_is_told_of_the_whole(spark: SparkSession, city: Path, tmp_path: Path) -> None:
    log = spark.read.parquet(str(city.parent / "cases.parquet")).limit(200)
    broken = log.withColumn(
        "case_id", F.when(F.col("case_id") < F.lit("H26.06"), F.lit(" ")).otherwise(F.col("case_id"))
    )
    with pytest.raises(gt.QuarantineError, match="of the cases are quarantined") as caught:
        gt.spark.cube(broken, city, parts=2, output=tmp_path / "broken.cube")
    assert caught.value.result == str(tmp_path / "broken.cube")
    kept = _parts.header(tmp_path / "broken.cube")["reconciliation"]
    assert kept["read"] == 200 and kept["by_rule"]["missing_id"] == kept["quarantined"] > 10


@pytest.fixture
def before_4_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark without what 4.1 brought: rows placed by number, functions of Arrow arrays."""
    from pyspark.sql.classic import dataframe

    for kind in (DataFrame, dataframe.DataFrame):
        monkeypatch.delattr(kind, "repartitionById")
    monkeypatch.delattr(F, "arrow_udf")


@pytest.mark.usefixtures("before_4_1")
def test_an_older_spark_gives_the_same(spark: SparkSession, city: Path, city_whole: bytes) -> None:
    log = spark.read.parquet(str(city.parent / "cases.parquet"))
    assert read(gt.spark.cube(log, city, parts=3)) == city_whole


def test_parts_are_those_of_the_binary(city: Path, tmp_path: Path) -> None:
    """Ids of every shape, each in the part in which the binary counts it."""
    ids = [
        "A1",
        " A1",
        "a" * 300,
        "Hồ sơ 7",
        unicodedata.normalize("NFD", "Hồ sơ 7"),
        "\u00a07\u3000",
        "7",
        "x\x1f",
        "\u212a1",
        "K1",
    ]
    parts = _parts.parts(ids, 5)
    assert parts[0] == parts[1] and parts[3] == parts[4] and parts[5] == parts[6] and parts[8] == parts[9]
    assert list(_parts.parts([None, "", " \u2009"], 5)) == [0, 0, 0]
    study = tmp_path / "study.toml"
    study.write_text(
        "log.cases = ['log.csv']\nwindows.is = '2024-01-01..2024-12-31'\ncompare.cluster = 'none'\nstudy.zone = 'UTC'\n"
    )
    for place, text in enumerate(ids):
        (tmp_path / "log.ndjson").write_text(json.dumps({"case_id": text, "received_at": "2024-03-01"}) + "\n")
        cube = gt.cube(
            study, cases=tmp_path / "log.ndjson", shard=(int(parts[place]) + 1, 5), output=tmp_path / "one.cube"
        )
        assert _parts.header(Path(cube))["reconciliation"]["accepted"] == 1, text


def test_nothing_of_the_log_travels_but_what_is_named(city: Path, tmp_path: Path) -> None:
    """The bundle holds the study and the tables beside the log; the same study gives the same bytes."""

    def packed(settings: dict[str, Any] | None = None, *without: str) -> list[str]:
        own = _parts.bundle(city, _parts.study_table(city, settings), settings, without)
        assert own == _parts.bundle(city, _parts.study_table(city, settings), settings, without)
        with own.unpacked() as folder:
            names = [path.name for path in folder.rglob("*") if path.is_file()]
        assert not folder.exists()
        return sorted(names)

    beside = {"ledger", "petitions", "procedures", "roster", "surveys", "tasks", "units"}
    own = lambda tables: sorted([*(f"{name}.parquet" for name in tables), "study.toml"])  # noqa: E731
    assert packed() == own(beside)
    assert packed(None, "surveys") == own(beside - {"surveys"})
    assert packed({"log.petitions": [], "compare.level": 0.9}) == own(beside - {"petitions"})
    study = tmp_path / "study.toml"
    study.write_text('[log]\ncases = ["x.csv"]\nsurveys = ["-"]\n')
    with pytest.raises(gt.StudyError, match="standard input"):
        _parts.bundle(study, _parts.study_table(study))
