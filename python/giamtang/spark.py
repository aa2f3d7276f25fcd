"""A log too large for one machine, counted where it lies: parts by case id on Spark, one cube in the end.

>>> import giamtang as gt
>>> cube = gt.spark.cube(spark.read.parquet("s3://log/cases"), "study.toml", output="july.cube")    # doctest: +SKIP
>>> gt.compare(cube=cube)                                                                       # doctest: +SKIP

Every row of a case goes to one part, each part through the binary to a cube, and the cubes are merged on the way home.
A cube holds numbers that add, so the result is that of one machine, to the byte. The package, pyarrow, numpy and xxhash
must be where the executors are, and so must the binary; :func:`ship` sends package and binary there.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import json
import math
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _parts, errors
from ._binary import VARIABLE, binary
from ._parts import Bundle, Part

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import Column, DataFrame, SparkSession

__all__ = ["cube", "ship"]

#: The column that says which part a row is of.
_PART = "__giamtang_part"

#: The column that says which table a row is of, where there are several.
_TABLE = "__giamtang_table"

#: Cubes that one task merges.
_FAN = 16

#: Rows of a row group, so that the binary takes a part apart piece by piece.
_GROUP = 1 << 17

#: The name under which the binary is sent to executors.
_SHIPPED = "giamtang"

_CUBES = "parts array<int>, cube binary"

#: An exception of a worker inside what Spark says of it.
_TOLD = re.compile(r"giamtang-failure:([A-Za-z0-9+/=]+):")

#: Types whose text is the id that the binary reads.
_IDS = ("string", "tinyint", "smallint", "int", "bigint")


def cube(
    df: DataFrame,
    study: str | os.PathLike[str],
    *,
    output: str | os.PathLike[str] | None = None,
    table: str = "cases",
    surveys: DataFrame | None = None,
    case_id: str | None = None,
    parts: int | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - as the option of the binary is called
    max_quarantine: float = 0.05,
) -> str:
    """Counts a log that Spark holds, and returns the path of its cube.

    Parameters
    ----------
    df:
        The dossiers, or with ``table="events"`` the events they are made of. What the study names for them is not read.
    study:
        The path of the study. The tables that it names beside the log travel with it, and every task reads them.
    surveys:
        The answers, where they are too many to travel: they are split as the log is. What the study names for them is
        not read.
    output:
        Where the cube is written; without it, to a file that is gone when Python ends.
    case_id:
        The column of ``df`` that holds the ids, where neither the study nor its profile says so.
    parts:
        Into how many parts the log is split, one task each; as many as ``df`` has partitions if not said.
    set:
        Keys of the study to change, such as ``{"compare.cluster": "none"}``.
    max_quarantine:
        The share of rows set aside beyond which :class:`~giamtang.errors.QuarantineError` is raised, with the path as
        its ``result``.

    The exceptions of the binary come home from the executors as they are on one machine.
    """
    import pyarrow.parquet as parquet

    spark, path = df.sparkSession, Path(study)
    if table not in ("cases", "events"):
        raise errors.StudyError(
            f"table={table!r}: the log on Spark is of `cases` or `events`; others stand in the study."
        )
    of = _wanted(df, parts)
    written = _parts.study_table(path, set)
    packed = _parts.bundle(path, written, set, () if surveys is None else ("surveys",))
    frames = {table: _plain(df)} if surveys is None else {table: _plain(df), "surveys": _plain(surveys)}
    schemas = {name: _arrow_schema(frame) for name, frame in frames.items()}
    ids = {name: _id_column(frame, written, name, case_id if name == table else None) for name, frame in frames.items()}

    def empty(number: int) -> bytes:
        """The cube of a part without a row of the log: of the tables beside it, it counts its own."""
        with packed.unpacked() as folder:
            files = {name: folder / f"the frame of {name}" for name in schemas}
            for name, file in files.items():
                parquet.write_table(schemas[name].empty_table(), file)
            return _parts.build(packed, folder, files, Part(number, of))

    # A mistake in the study is found before the cluster begins.
    empty(of - 1)
    threads = int(spark.conf.get("spark.task.cpus", None) or 1)
    layout = {name: list(schema.names) for name, schema in schemas.items()}
    build = _builder(_carried(spark, packed), layout, of, threads)
    cubes = _split(_together(frames, ids, of), of).mapInArrow(build, _CUBES)
    found = _collected(_merged_there(cubes, of))
    seen = {part for own, _ in found for part in own}
    missing = [part for part in range(of) if part not in seen]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        rest = list(pool.map(empty, missing))
    whole = _parts.merged([own for _, own in found] + rest)
    target = _parts.kept(whole, output if output is not None else _parts.passing())
    _parts.judge(_parts.header(whole), max_quarantine, target)
    return target


def ship(spark: SparkSession) -> None:
    """Sends this package and the binary to executors that have neither; pyarrow, numpy and xxhash they must have.

    The binary is that of this machine, so the executors must have the same processor and a C library not older.
    """
    folder = Path(tempfile.mkdtemp(prefix="giamtang-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    package = folder / "giamtang-package.zip"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(Path(__file__).parent.rglob("*.py")):
            archive.write(path, Path("giamtang") / path.relative_to(Path(__file__).parent))
    sent = folder / _SHIPPED
    shutil.copy2(binary(), sent)
    spark.addArtifacts(str(package), pyfile=True)
    spark.addArtifacts(str(sent), file=True)


def _wanted(df: DataFrame, parts: int | None) -> int:
    if parts is None:
        try:
            parts = df.rdd.getNumPartitions()
        except Exception:  # Spark Connect has no RDD, and every version says so in another way.
            parts = int(df.sparkSession.conf.get("spark.sql.shuffle.partitions", None) or 200)
    if isinstance(parts, bool) or not isinstance(parts, int) or parts < 1:
        raise errors.StudyError(f"parts={parts!r}: expected a number of parts from 1 on.")
    return parts


def _plain(df: DataFrame) -> DataFrame:
    """The same without columns of no type, which a file cannot hold."""
    from pyspark.sql.functions import col

    nothing = [name for name, kind in df.dtypes if kind == "void"]
    return df.withColumns({name: col(f"`{name}`").cast("string") for name in nothing}) if nothing else df


def _id_column(df: DataFrame, study: Mapping[str, Any], table: str, given: str | None) -> str | None:
    """The column that holds the ids, as the binary finds it; a wrong one it refuses later. Answers may have none."""
    columns = study.get("columns", {})
    own = columns if table == "cases" else columns.get(table, {})
    more = [columns.get("case_id"), "case:concept:name"] if table == "events" else []
    usual = {"npsp": "MaHoSo"}.get(study.get("log", {}).get("profile", "generic"))
    wanted = given or own.get("case_id") or usual or "case_id"
    names = {_parts.key(name): name for name in df.columns}
    found: str | None = next(
        (names[_parts.key(name)] for name in [wanted, *more] if name and _parts.key(name) in names), None
    )
    if found is None:
        if table == "surveys":
            return None
        raise errors.StudyError(
            f"the frame has no column `{wanted}`, so its cases cannot be kept together: name it with case_id=."
        )
    kind = dict(df.dtypes)[found]
    if kind not in _IDS and not re.fullmatch(r"decimal\(\d+,0\)", kind):
        raise errors.StudyError(
            f"the column `{found}` is of type {kind}, whose texts differ by program: cast it to a string first."
        )
    return found


def _together(frames: Mapping[str, DataFrame], ids: Mapping[str, str | None], of: int) -> DataFrame:
    """All rows in one frame, each with its part and its table beside it; columns go by number."""
    from pyspark.sql.functions import col, lit

    together: DataFrame | None = None
    for place, (name, df) in enumerate(frames.items()):
        columns = [col(_quoted(own)).alias(_column(place, number)) for number, own in enumerate(df.columns)]
        numbered = df.select(_part(df, ids[name], of).alias(_PART), lit(place).alias(_TABLE), *columns)
        together = numbered if together is None else together.unionByName(numbered, allowMissingColumns=True)
    assert together is not None
    return together


def _part(df: DataFrame, ids: str | None, of: int) -> Column:
    """The part of each row. What is about no case may go to any, but always to the same: a task may be run again."""
    from pyspark.sql.functions import coalesce, col, lit, pmod, when, xxhash64

    plain = [name for name, kind in df.dtypes if not kind.startswith(("map", "array", "struct", "variant"))]
    anywhere = pmod(xxhash64(*(col(_quoted(name)) for name in plain)), lit(of)).cast("int")
    if ids is None:
        return anywhere
    text = col(_quoted(ids)).cast("string")
    return coalesce(when(text.isNull(), anywhere), _numbering(of)(text))


def _column(place: int, number: int) -> str:
    return f"{_TABLE}_{place}_{number}"


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _split(numbered: DataFrame, of: int) -> DataFrame:
    """Each part in a partition of its own."""
    if hasattr(numbered, "repartitionById"):
        return numbered.repartitionById(of, _PART)
    return _by_hash(numbered, of)


def _numbering(of: int) -> Any:
    """A function of Spark that numbers the parts of ids; only these go through Python."""
    from pyspark.sql import functions

    if hasattr(functions, "arrow_udf"):

        def of_arrow(ids: pyarrow.Array) -> pyarrow.Array:
            import pyarrow

            return pyarrow.array(_parts.parts(ids.to_pylist(), of))

        of_arrow.__annotations__ = _annotations("pyarrow", "Array")
        return functions.arrow_udf(of_arrow, "int")

    def of_series(ids: Any) -> Any:
        import pandas

        return pandas.Series(_parts.parts(ids, of))

    of_series.__annotations__ = _annotations("pandas", "Series")
    return functions.pandas_udf(of_series, "int")


def _annotations(module: str, name: str) -> dict[str, Any]:
    """Spark reads what kind of function it is from these."""
    kind = getattr(__import__(module), name)
    return {"ids": kind, "return": kind}


def _by_hash(numbered: DataFrame, of: int) -> DataFrame:
    """The same before Spark 4.1, which places rows by its own hash of a number alone: one that leads to each place."""
    from pyspark.sql.functions import array, col, hash, lit, pmod

    spark, tried = numbered.sparkSession, 0
    numbers: dict[int, int] = {}
    while len(numbers) < of:
        more = spark.range(tried, tried + 32 * of).select(col("id").cast("int").alias("id"))
        for row in more.select("id", pmod(hash("id"), lit(of)).alias("place")).collect():
            numbers.setdefault(row.place, row.id)
        tried += 32 * of
    leading = array(*(lit(numbers[place]) for place in range(of)))
    return numbered.repartition(of, leading[col(_PART)])


def _arrow_schema(df: DataFrame) -> pyarrow.Schema:
    if hasattr(df, "toArrow"):
        return df.limit(0).toArrow().schema
    from pyspark.sql.pandas.types import to_arrow_schema

    return to_arrow_schema(df.schema)


def _carried(spark: SparkSession, bundle: Bundle) -> Callable[[], Bundle]:
    """How tasks get the bundle: once for each executor where Spark can, else with their own code."""
    try:
        sent = spark.sparkContext.broadcast(bundle)
    except Exception:  # Spark Connect, see `_wanted`.
        return lambda: bundle
    return lambda: sent.value


#: The columns of each table, in their order.
Layout = Mapping[str, Sequence[str]]


def _builder(carried: Callable[[], Bundle], layout: Layout, of: int, threads: int) -> Callable[..., Iterator[Any]]:
    """What a task does with its part."""

    def build(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        first = next((batch for batch in batches if batch.num_rows), None)
        # A part without a row is left to the driver: of all that are, there may be no task.
        if first is not None:
            yield _told_home(lambda: _built(carried(), _with(first, batches), layout, of, threads))

    return build


def _built(
    bundle: Bundle, batches: Iterator[pyarrow.RecordBatch], layout: Layout, of: int, threads: int
) -> pyarrow.RecordBatch:
    _find_shipped()
    with bundle.unpacked() as folder:
        files = {name: folder / f"the frame of {name}" for name in layout}
        number = _written(batches, [(files[name], names) for name, names in layout.items()])
        return _row([number], _parts.build(bundle, folder, files, Part(number, of, threads)))


def _written(batches: Iterator[pyarrow.RecordBatch], tables: Sequence[tuple[Path, Sequence[str]]]) -> int:
    """Writes the rows of a part as files, for read from a pipe they would have to be kept whole; returns its number."""
    import pyarrow.compute as compute

    first = next(batches)
    number: int = first.column(first.schema.get_field_index(_PART))[0].as_py()
    with contextlib.ExitStack() as files:
        writers = [
            files.enter_context(_Rows(path, place, names, first.schema)) for place, (path, names) in enumerate(tables)
        ]
        for batch in _with(first, batches):
            if compute.any(compute.not_equal(batch.column(batch.schema.get_field_index(_PART)), number)).as_py():
                raise errors.FailedError(
                    "Spark put two parts of the log into one partition: nothing may repartition them."
                )
            for writer in writers:
                writer.add(
                    batch if len(writers) == 1 else batch.filter(compute.equal(batch.column(_TABLE), writer.place))
                )
    return number


class _Rows:
    """A file of the rows of one table, written so many at a time."""

    def __init__(self, path: Path, place: int, names: Sequence[str], schema: pyarrow.Schema) -> None:
        import pyarrow
        import pyarrow.parquet as parquet

        self.place = place
        self._columns = [_column(place, number) for number in range(len(names))]
        fields = [schema.field(own).with_name(name) for own, name in zip(self._columns, names)]
        self._schema = pyarrow.schema(fields)
        self._file = parquet.ParquetWriter(path, self._schema, compression="lz4", write_statistics=False)
        self._waiting: list[pyarrow.RecordBatch] = []
        self._rows = 0

    def add(self, batch: pyarrow.RecordBatch) -> None:
        import pyarrow

        columns = [batch.column(own) for own in self._columns]
        self._waiting.append(pyarrow.RecordBatch.from_arrays(columns, schema=self._schema))
        self._rows += batch.num_rows
        if self._rows >= _GROUP:
            self._write()

    def _write(self) -> None:
        import pyarrow

        if self._rows:
            self._file.write_table(pyarrow.Table.from_batches(self._waiting, self._schema), row_group_size=_GROUP)
        self._waiting, self._rows = [], 0

    def __enter__(self) -> _Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self._write()
        self._file.close()


def _with(first: pyarrow.RecordBatch, more: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    yield first
    yield from more


def _merged_there(cubes: DataFrame, many: int) -> DataFrame:
    """Cubes merged in tasks until the driver can merge what is left."""
    from pyspark.sql.functions import col

    while many > _FAN:
        many = math.ceil(many / _FAN)
        cubes = cubes.repartition(many, col("parts")[0]).mapInArrow(_merger, _CUBES)
    return cubes


def _merger(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    with tempfile.TemporaryDirectory(prefix="giamtang-") as folder:
        paths: list[Path] = []
        parts: list[int] = []
        for batch in batches:
            for own, cube in zip(batch.column(0), batch.column(1)):
                parts += own.as_py()
                paths.append(Path(folder, f"{len(paths)}.cube"))
                paths[-1].write_bytes(cube.as_py())
        if paths:
            yield _told_home(lambda: _row(sorted(parts), _merged_files(paths, Path(folder, "whole.cube"))))


def _merged_files(paths: Sequence[Path], whole: Path) -> bytes:
    _find_shipped()
    _parts.merge(paths, whole)
    return whole.read_bytes()


def _row(parts: Sequence[int], cube: bytes) -> pyarrow.RecordBatch:
    import pyarrow

    kinds = pyarrow.schema([("parts", pyarrow.list_(pyarrow.int32())), ("cube", pyarrow.binary())])
    return pyarrow.RecordBatch.from_arrays(
        [pyarrow.array([list(parts)], kinds.field(0).type), pyarrow.array([cube], kinds.field(1).type)], schema=kinds
    )


def _find_shipped() -> None:
    """Makes the binary that was sent the one that is called."""
    from pyspark import SparkFiles

    try:
        sent = Path(SparkFiles.get(_SHIPPED))
    except Exception:  # Nothing was ever sent to this worker.
        return
    if sent.is_file():
        if not os.access(sent, os.X_OK):
            sent.chmod(0o755)
        os.environ[VARIABLE] = str(sent)


class _Failure(RuntimeError):
    """An exception of a worker, on its way through what Spark prints of it."""


def _told_home(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except errors.GiamtangError as why:
        told = json.dumps([type(why).__name__, why.message, why.code])
        raise _Failure(f"{why.message}\ngiamtang-failure:{base64.b64encode(told.encode()).decode()}:") from None


def _collected(cubes: DataFrame) -> list[tuple[list[int], bytes]]:
    try:
        rows = cubes.collect()
    except Exception as why:
        told = _TOLD.search(str(why))
        if told is None:
            raise
        name, message, code = json.loads(base64.b64decode(told[1]))
        raise getattr(errors, name, errors.FailedError)(message, code=code) from why
    return [(list(row.parts), bytes(row.cube)) for row in rows]
