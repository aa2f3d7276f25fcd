"""Parts of a log and what is done with them wherever they lie: a study that travels, a cube of a part, their merge."""

from __future__ import annotations

import atexit
import contextlib
import glob
import io
import json
import os
import shutil
import struct
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

from ._process import run
from ._toml import inline
from .errors import FailedError, MissingLibraryError, QuarantineError, StudyError

#: The tables that stand beside the dossiers.
BESIDE = ("procedures", "roster", "surveys", "petitions", "units", "ledger", "tasks")

#: What the binary trims: the White_Space of Unicode. Python's own `strip` takes some more.
_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

#: Cubes that one call merges: a command line has room for so many names.
FAN = 64


def parts(ids: Iterable[str | None], of: int) -> Any:
    """The part of each case, counted from 0, as ``cube build --shard`` counts them from 1.

    The lower 64 bits of XXH3-128 of the id, trimmed and in NFC, modulo the number of parts: ``" A1"`` and ``"A1"``
    are one case. A row without an id is of the first part.
    """
    try:
        import numpy
        from xxhash import xxh3_128_digest
    except ImportError as why:
        raise MissingLibraryError(f"{why.name} is needed to split a log: pip install xxhash numpy") from why
    keys = [key(text) for text in ids]
    halves = numpy.frombuffer(b"".join(map(xxh3_128_digest, keys)), ">u8")
    found = (halves[1::2] % of).astype("int32")
    found[[place for place, text in enumerate(keys) if not text]] = 0
    return found


def key(text: str | None) -> bytes:
    """An id as it is hashed."""
    text = (text or "").strip(_SPACE)
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Bundle:
    """A study with the files it reads beside the log, small enough to travel to where parts of the log are."""

    #: The name of the study's file: a study without a name of its own goes by it.
    name: str
    #: A zip archive.
    packed: bytes
    #: What the command line changes.
    changes: tuple[str, ...]

    @contextlib.contextmanager
    def unpacked(self) -> Iterator[Path]:
        """A folder with the study in it, for as long as it is needed."""
        folder = Path(tempfile.mkdtemp(prefix="giamtang-"))
        try:
            with zipfile.ZipFile(io.BytesIO(self.packed)) as archive:
                archive.extractall(folder)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def study_table(path: Path, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The study as it is written, with what the call changes of it.

    Raises :class:`FailedError` or :class:`StudyError` where it cannot be read, in the words of the binary.
    """
    try:
        toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    except ModuleNotFoundError as why:
        raise MissingLibraryError("before Python 3.11 this needs one library more: pip install tomli") from why
    try:
        table: dict[str, Any] = toml.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as why:
        # The binary says what is wrong with it better than two readers could say it alike.
        done = run(["list", os.fspath(path)])
        raise (done.error() if done.code else StudyError(f"{path}: {why}")) from why
    for name, value in (settings or {}).items():
        *keys, last = str(name).split(".")
        inner = table
        for key_ in keys:
            own = inner.get(key_)
            inner[key_] = inner = dict(own) if isinstance(own, Mapping) else {}
        inner[last] = value
    return table


def bundle(
    path: Path, study: Mapping[str, Any], settings: Mapping[str, Any] | None = None, without: Sequence[str] = ()
) -> Bundle:
    """Packs a study and the files of the tables beside its log, except for those that come another way."""
    log = study.get("log", {})
    packed, changes = io.BytesIO(), [f"{name}={inline(value)}" for name, value in (settings or {}).items()]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member(path.name), path.read_bytes())
        for table in BESIDE:
            entries = log.get(table) or []
            entries = entries if isinstance(entries, list) else [entries]
            if entries:
                own = [] if table in without else list(_moved(archive, path.parent, table, entries))
                changes.append(f"log.{table}={inline(own)}")
    return Bundle(path.name, packed.getvalue(), tuple(change for text in changes for change in ("--set", text)))


def _moved(archive: zipfile.ZipFile, base: Path, table: str, entries: Sequence[Any]) -> Iterator[Any]:
    """The entries of a table, one for each file they mean, as they stand in the archive."""
    for number, (entry, _) in enumerate(files(base, entries)):
        path = entry["path"] if isinstance(entry, dict) else entry
        if not os.path.lexists(path):
            # The binary refuses it, and says what it is.
            yield entry
            continue
        member = str(PurePosixPath("tables", table, str(number), Path(path).name))
        try:
            archive.writestr(_member(member), Path(path).read_bytes())
        except OSError as why:
            raise FailedError(f"{path}: it cannot be read: {why.strerror}.") from why
        yield {**entry, "path": member} if isinstance(entry, dict) else member


def files(base: Path, entries: Sequence[Any]) -> Iterator[tuple[Any, int]]:
    """The files that entries of a study mean, each as an entry of its own with a whole path, and its size in bytes.

    An entry that means none stays as it is, with a size of 0.
    """
    for entry in entries:
        pattern = entry["path"] if isinstance(entry, dict) else entry
        if pattern == "-":
            raise StudyError("`-` is standard input, which has no parts to deal out; name a file.")
        whole, seen = str(base / pattern), set()
        found = [] if os.path.lexists(whole) else sorted(glob.glob(whole, recursive=True))
        for name in found or [whole]:
            path = os.path.abspath(name)
            if os.path.realpath(path) not in seen:
                seen.add(os.path.realpath(path))
                size = os.path.getsize(path) if os.path.exists(path) else 0
                yield ({**entry, "path": path} if isinstance(entry, dict) else path), size


def _member(name: str) -> zipfile.ZipInfo:
    """A name in an archive without today's date: the same study gives the same bytes."""
    return zipfile.ZipInfo(name)


@dataclass(frozen=True)
class Part:
    """Which part of a log, counted from 0, and how it is counted."""

    number: int
    of: int
    threads: int = 1


def build(bundle: Bundle, folder: Path, tables: Mapping[str, Path], part: Part) -> bytes:
    """The cube of a part whose rows are in files: an unpacked bundle's folder, the file of each table.

    What is set aside is judged when the parts are together: a small part may have much of it.
    """
    cube = folder / "part.cube"
    call = ["cube", "build", str(folder / bundle.name), "--quiet", "--max-quarantine", "1", *bundle.changes]
    for name, path in tables.items():
        call += ["--set", f"log.{name}={inline([path.name])}"]
    if part.of > 1:
        call += [
            "--shard",
            f"{part.number + 1}/{part.of}",
            "--presplit=" + ("surveys" if "surveys" in tables else "log"),
        ]
    done = run([*call, "--threads", str(part.threads), "--output", str(cube)], hide=str(folder))
    if done.code:
        raise done.error()
    return cube.read_bytes()


def header(cube: bytes | Path) -> dict[str, Any]:
    """What a cube is of, as it stands in its own file."""
    with open(cube, "rb") if isinstance(cube, Path) else io.BytesIO(cube) as file:
        return _header(file)


def _header(file: Any) -> dict[str, Any]:
    """The JSON among the metadata of a Parquet file, found by its key: no library is needed for that."""
    file.seek(-8, os.SEEK_END)
    length, magic = struct.unpack("<I4s", file.read(8))
    if magic != b"PAR1":
        raise FailedError("a part gave something that is no cube. The binary may be of another version there.")
    file.seek(-8 - length, os.SEEK_END)
    footer = file.read(length)
    start = footer.find(b'{"schema":"giamtang.cube/')
    if start < 0:
        raise FailedError("a part gave something that is no cube. The binary may be of another version there.")
    header: dict[str, Any] = json.JSONDecoder().raw_decode(footer[start:].decode("utf-8", "replace"))[0]
    return header


def merged(cubes: Sequence[bytes]) -> bytes:
    """The cube of many; one alone is itself."""
    while len(cubes) > 1:
        cubes = [_merged(cubes[start : start + FAN]) for start in range(0, len(cubes), FAN)]
    return cubes[0]


def _merged(cubes: Sequence[bytes]) -> bytes:
    if len(cubes) == 1:
        return cubes[0]
    with tempfile.TemporaryDirectory(prefix="giamtang-") as folder:
        paths = [Path(folder, f"{number}.cube") for number in range(len(cubes))]
        for path, cube in zip(paths, cubes):
            path.write_bytes(cube)
        whole = Path(folder, "whole.cube")
        merge(paths, whole)
        return whole.read_bytes()


def merge(paths: Sequence[Path], whole: Path) -> None:
    """Merges cubes in files, however many they are."""
    folder = whole.parent
    names = list(map(str, paths))
    turn = 0
    while len(names) > FAN:
        groups = [names[start : start + FAN] for start in range(0, len(names), FAN)]
        turn += 1
        names = [_merge(group, folder / f".{turn}-{place}.cube") for place, group in enumerate(groups)]
    _merge(names, whole)
    for path in folder.glob(".[0-9]*-[0-9]*.cube"):
        path.unlink()


def _merge(names: Sequence[str], whole: Path) -> str:
    done = run(["cube", "merge", *names, "--output", str(whole)], hide=str(whole.parent))
    if done.code:
        raise done.error()
    return str(whole)


def kept(cube: bytes, path: str | os.PathLike[str]) -> str:
    """Writes a cube beside its path and renames it."""
    target = Path(path)
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(cube)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(file.name, 0o666 & ~mask)
        os.replace(file.name, target)
    except OSError as why:
        raise FailedError(f"{target}: it cannot be written: {why.strerror}.") from why
    return os.fspath(path)


def passing() -> str:
    """A path for a cube that is gone when Python ends."""
    folder = tempfile.mkdtemp(prefix="giamtang-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return os.path.join(folder, "cube.parquet")


def judge(header: Mapping[str, Any], most: float, path: str) -> None:
    """Raises :class:`QuarantineError` where more of the whole was set aside than is allowed."""
    tables = {name: own["reconciliation"] for name, own in header.get("tables", {}).items()}
    for name, rows in {"cases" if tables else "rows": header["reconciliation"], **tables}.items():
        if rows["read"] and rows["quarantined"] > most * rows["read"]:
            share = 100 * rows["quarantined"] / rows["read"]
            raise QuarantineError(
                f"{share:.1f} % of the {name} are quarantined; see `giamtang check`, or allow it with max_quarantine.",
                result=path,
            )
