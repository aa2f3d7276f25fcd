"""What is asked, as arguments of the binary: a study from a file, a mapping or keywords, and the tables beside it."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Union

from . import _toml
from ._frames import Handover, is_frame
from .errors import StudyError

#: A study: the path of its file, its text, or its tables as a mapping.
StudyLike = Union[str, "os.PathLike[str]", Mapping[str, Any], None]

#: A table: a path or glob, a frame, a mapping such as ``{"path": "m1.csv", "set": {"unit": "M1"}}``, or a list of these.
TableLike = Any

#: Local days, both included: ``"2024-02-15..2024-07-31"`` or a pair of days.
Window = str | tuple[str | datetime.date, str | datetime.date]

Day = str | datetime.date

#: The tables of a study.
TABLES = ("cases", "events", "procedures", "roster", "surveys", "petitions", "units", "ledger", "tasks")


class Asking(TypedDict, total=False):
    """What every call that reads a log takes beside the study; see :func:`giamtang.compare` for each."""

    cases: TableLike
    events: TableLike
    procedures: TableLike
    roster: TableLike
    surveys: TableLike
    petitions: TableLike
    units: TableLike
    ledger: TableLike
    tasks: TableLike
    was: Window | None
    is_: Window | None
    window: Window | None
    cluster: str | None
    by: str | Sequence[str] | None
    standardise: str | Sequence[str] | None
    reform: Day | None
    treated: Sequence[str] | Mapping[str, Day] | None
    counting: str | int | None
    level: float | None
    horizon: str | None
    follow_up: str | None
    pauses: str | None
    series: Window | None
    longer: str | None
    restricted: str | None
    as_of: Day | None
    calendar: str | Mapping[str, Any] | None
    zone: str | None
    name: str | None
    salt: str | None
    profile: str | None
    ids: str | None
    columns: Mapping[str, Any] | None
    values: Mapping[str, Mapping[str, str]] | None
    format: Mapping[str, Any] | None
    milestones: Mapping[str, Any] | None
    tariff: Mapping[str, Any] | None
    kpis: Sequence[Mapping[str, Any]] | None
    set: Mapping[str, Any] | None


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _window(value: Any) -> str:
    """``first..last``."""
    if isinstance(value, str):
        return value
    try:
        first, last = value
    except (TypeError, ValueError):
        raise StudyError(
            f'{value!r} is no window. Give "2024-02-15..2024-07-31", or its first and its last day.'
        ) from None
    return f"{_day(first)}..{_day(last)}"


def _day(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    raise StudyError(f'{value!r} is no day. Give "2024-02-15", or a date.')


def _treated(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {unit: _day(day) for unit, day in value.items()}
    return _texts(value)


def _same(value: Any) -> Any:
    return value


#: The key of a study that a keyword sets, and how its value is written there.
KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "was": ("windows.was", _window),
    "is_": ("windows.is", _window),
    "cluster": ("compare.cluster", _same),
    "by": ("compare.by", _texts),
    "standardise": ("compare.standardise", _texts),
    "reform": ("compare.reform", _day),
    "treated": ("compare.treated", _treated),
    "counting": ("compare.counting", str),
    "level": ("compare.level", float),
    "horizon": ("compare.horizon", _same),
    "follow_up": ("compare.follow_up", _same),
    "pauses": ("compare.pauses", _same),
    "series": ("compare.series", _window),
    "longer": ("compare.longer", _same),
    "restricted": ("compare.restricted", _same),
    "as_of": ("compare.as_of", _day),
    "calendar": ("calendar", lambda value: {"base": value} if isinstance(value, str) else value),
    "zone": ("study.zone", _same),
    "name": ("study.name", _same),
    "salt": ("study.salt", _same),
    "profile": ("log.profile", _same),
    "ids": ("log.ids", _same),
    "columns": ("columns", _same),
    "values": ("values", _same),
    "format": ("format", _same),
    "milestones": ("milestones", _same),
    "tariff": ("tariff", _same),
    "kpis": ("kpi", list),
}

#: What a study is called that nobody named; a file of that name would be called so too.
_UNNAMED = "study"


@dataclass(frozen=True)
class Asked:
    """A study as the binary takes it."""

    #: The study, then the options that change it.
    arguments: list[str]
    #: The text of the study, where it is no file.
    stdin: bytes | None
    #: The folder that frames are in, for as long as the call lasts.
    folder: str | None = None


#: Where in a study a value stands.
Path = tuple[str, ...]


def asked(study: StudyLike, asking: Mapping[str, Any], handover: Handover) -> Asked:
    """The study with what the keywords change; frames are handed over."""
    if is_frame(study):
        raise StudyError("a frame is no study. Give it as a table: `compare(cases=frame, is_=...)`.")
    unknown = next(
        (name for name in asking if name not in KEYS and name not in TABLES and name not in ("set", "window")), None
    )
    if unknown is not None:
        raise TypeError(f"unexpected keyword argument {unknown!r}")
    is_written_here = study is None or isinstance(study, Mapping)
    changes = list(_changes(asking))
    for table in TABLES:
        if asking.get(table) is not None:
            # Paths of a study file are relative to its folder, and those of a call to the working directory.
            entries = _entries(table, asking[table], handover, absolute=not is_written_here)
            changes.append((("log", table), entries))
    alone = _alone(asking)
    if study is None or isinstance(study, Mapping):
        return _written(study or {}, changes, alone, handover)
    return _changed(os.fspath(study), changes, alone, handover)


def _alone(asking: Mapping[str, Any]) -> str | None:
    """The one window that is asked for alone."""
    if asking.get("window") is None:
        return None
    other = next((name for name in ("was", "is_") if asking.get(name) is not None), None)
    if other is not None:
        raise StudyError(f"`window` is one window alone, and `{other}` one of two. Leave one of them out.")
    return _window(asking["window"])


def _changes(asking: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """What the keywords set, each under its path."""
    for name, (path, write) in KEYS.items():
        if asking.get(name) is not None:
            yield from _spread(tuple(path.split(".")), write(asking[name]))
    for name, value in (asking.get("set") or {}).items():
        yield from _spread(tuple(str(name).split(".")), value)


def _spread(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    """A whole table is laid over the study's key by key; anything deeper down replaces what is there."""
    if len(path) == 1 and isinstance(value, Mapping):
        yield from (((*path, str(name)), own) for name, own in value.items())
    else:
        yield path, value


def _written(study: Mapping[str, Any], changes: list[tuple[Path, Any]], alone: str | None, handover: Handover) -> Asked:
    """The study is written for the binary, which reads it from standard input: paths are of the working directory."""
    whole: dict[str, Any] = {}
    for name, value in study.items():
        for path, own in _spread(tuple(str(name).split(".")), value):
            _put(whole, path, own)
    log = whole.get("log", {})
    for table in TABLES:
        if isinstance(log, dict) and log.get(table) is not None:
            log[table] = _entries(table, log[table], handover, absolute=False)
    for path, value in [(("study", "name"), _named(whole)), *changes]:
        _put(whole, path, value)
    if alone is not None:
        whole["windows"] = {"is": alone}
    return Asked(["--", "-"], _toml.document(whole).encode(), handover.folder)


def _named(study: Mapping[str, Any]) -> str:
    own = study.get("study")
    name = own.get("name") if isinstance(own, Mapping) else None
    return name or _UNNAMED


def _changed(study: str, changes: list[tuple[Path, Any]], alone: str | None, handover: Handover) -> Asked:
    """The study is a file, or its text, and the binary changes what the keywords ask for."""
    if study == "-":
        raise StudyError(
            "`-` is the standard input of a program, and a notebook has none. Give a path, a text or a mapping."
        )
    is_text = "\n" in study
    options = [f"--set={_dotted(path)}={_toml.inline(value, *path)}" for path, value in changes]
    options += [] if alone is None else [f"--window={alone}"]
    return Asked([*options, "--", "-" if is_text else study], study.encode() if is_text else None, handover.folder)


def _dotted(path: Path) -> str:
    strange = next((name for name in path if not name.strip() or set(name) & set(".=")), None)
    if strange is not None:
        raise StudyError(
            f"`{strange}` cannot be set beside a study, for it has a dot in it, or none of its own. Put it into the study."
        )
    return ".".join(path)


def _entries(table: str, value: TableLike, handover: Handover, *, absolute: bool) -> list[Any]:
    """What a study names for a table; frames become files."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return [_entry(table, item, handover, absolute) for item in items]


def _entry(table: str, item: Any, handover: Handover, absolute: bool) -> Any:
    if isinstance(item, Mapping):
        return {**item, "path": _entry(table, item["path"], handover, absolute)} if "path" in item else dict(item)
    if not isinstance(item, (str, os.PathLike)):
        return handover.path(table, item)
    path = os.fspath(item)
    if path == "-":
        raise StudyError(f"`{table}` cannot be `-`: a notebook has no standard input. Give a path or a frame.")
    return os.path.abspath(path) if absolute else path


def _put(tree: dict[str, Any], path: Path, value: Any) -> None:
    """Puts a value under a path; the mappings on the way are copied, for they are the caller's."""
    *tables, last = path
    for table in tables:
        inner = tree.get(table)
        tree[table] = dict(inner) if isinstance(inner, Mapping) else {}
        tree = tree[table]
    tree[last] = value
