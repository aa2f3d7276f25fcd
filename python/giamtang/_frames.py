"""Frames on their way to the binary: as Parquet, in a private folder that is gone when the call is.

Each is written by the library that made it, so none is required. Parquet with LZ4 is the fastest way there and back: an
Arrow file is written sooner, but has seven times the bytes and is read later.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from types import TracebackType
from typing import Any

from .errors import FrameError, MissingLibraryError

#: Where a frame's class is defined, and how it is written.
_Writer = Callable[[Any, str], None]


def is_frame(value: object) -> bool:
    """Whether the value is a frame, of whatever library."""
    return _writer(value) is not None


class Handover:
    """Where frames are while the binary reads them: a folder that nobody else may enter."""

    def __init__(self) -> None:
        self.folder: str | None = None

    def __enter__(self) -> Handover:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, table: str, frame: object) -> str:
        """Writes a frame of a table; gives the path to read it from, whose name is what messages call it."""
        write = _writer(frame)
        if write is None:
            raise FrameError(f"`{table}` is a {_kind(frame)}. Give a path, or a frame of polars, pandas or pyarrow.")
        path = self.free(f"{table} (frame)", f"{table} (frame {{}})")
        try:
            write(frame, path)
        except (MissingLibraryError, FrameError, OSError, MemoryError):
            raise
        except Exception as why:
            # What libraries raise of a column they cannot write has no class in common.
            raise FrameError(f"{os.path.basename(path)}: cannot be handed over: {why}. Correct the column.") from why
        return path

    def free(self, name: str, numbered: str = "") -> str:
        """A path in the folder at which nothing stands yet, of this name or the next."""
        if self.folder is None:
            self.folder = tempfile.mkdtemp(prefix="giamtang-")
        path = os.path.join(self.folder, name)
        number = 2
        while os.path.exists(path):
            path = os.path.join(self.folder, numbered.format(number) or f"{number} {name}")
            number += 1
        return path


def _writer(frame: object) -> _Writer | None:
    for kind in type(frame).__mro__:
        library = kind.__module__.partition(".")[0]
        found = _WRITERS.get((library, kind.__name__))
        if found is not None:
            return found
    return _stream if hasattr(frame, "__arrow_c_stream__") and not isinstance(frame, type) else None


def _polars(frame: Any, path: str) -> None:
    frame.write_parquet(path, compression="lz4", statistics=False)


def _polars_lazy(frame: Any, path: str) -> None:
    """Written as it is made: it need never be in memory whole."""
    frame.sink_parquet(path, compression="lz4", statistics=False)


def _pandas(frame: Any, path: str) -> None:
    arrow = _pyarrow("a pandas frame")
    named = [name for name in frame.index.names if name is not None]
    if named:
        # An index with a name is a column; one without only counts.
        frame = frame.reset_index(level=named)
    frame = frame.rename(columns=str)
    table = arrow.Table.from_pandas(frame, preserve_index=False)
    _arrow_table(table, path)


def _arrow_table(table: Any, path: str) -> None:
    import pyarrow.parquet

    pyarrow.parquet.write_table(table, path, compression="lz4", write_statistics=False)


def _arrow_batch(batch: Any, path: str) -> None:
    _arrow_table(_pyarrow("a record batch").Table.from_batches([batch]), path)


def _arrow_batches(reader: Any, path: str) -> None:
    """Written batch by batch."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetWriter(path, reader.schema, compression="lz4", write_statistics=False) as writer:
        for batch in reader:
            writer.write_batch(batch)


def _arrow_dataset(dataset: Any, path: str) -> None:
    scanner = dataset.scanner() if hasattr(dataset, "scanner") else dataset
    _arrow_batches(scanner.to_reader(), path)


def _stream(frame: Any, path: str) -> None:
    """Whatever else gives its rows as an Arrow stream: DuckDB, Ibis, DataFusion and others."""
    try:
        import pyarrow
    except ImportError:
        pass
    else:
        _arrow_batches(pyarrow.RecordBatchReader.from_stream(frame), path)
        return
    try:
        import polars
    except ImportError:
        raise _missing(f"a {_kind(frame)}") from None
    _polars(polars.DataFrame(frame), path)


def _spark(frame: Any, path: str) -> None:
    raise FrameError(
        "a Spark frame is counted where it is: `giamtang.spark.cube(frame, study)` makes a cube of it, "
        "and `giamtang.compare(cube=...)` compares that."
    )


_WRITERS: dict[tuple[str, str], _Writer] = {
    ("polars", "DataFrame"): _polars,
    ("polars", "LazyFrame"): _polars_lazy,
    ("pandas", "DataFrame"): _pandas,
    ("pyarrow", "Table"): _arrow_table,
    ("pyarrow", "RecordBatch"): _arrow_batch,
    ("pyarrow", "RecordBatchReader"): _arrow_batches,
    ("pyarrow", "Dataset"): _arrow_dataset,
    ("pyarrow", "Scanner"): _arrow_dataset,
    ("pyspark", "DataFrame"): _spark,
}


def _pyarrow(what: str) -> Any:
    try:
        import pyarrow
    except ImportError:
        raise _missing(what) from None
    return pyarrow


def _missing(what: str) -> MissingLibraryError:
    return MissingLibraryError(f"{what} is handed over by pyarrow, which is not installed. Run: pip install pyarrow")


def _kind(value: object) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
