"""A study as TOML: no library that writes it comes with Python."""

from __future__ import annotations

import datetime
import json
import math
import numbers
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .errors import StudyError

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def document(study: Mapping[str, Any]) -> str:
    """The study as a TOML file: its tables, each with its keys."""
    lines = []
    for name, value in study.items():
        if value is None:
            continue
        if isinstance(value, Mapping):
            lines.append(f"[{key(name)}]")
            lines += [f"{key(inner)} = {inline(own, name, inner)}" for inner, own in value.items() if own is not None]
        elif name == "kpi":
            for own in value:
                lines.append("[[kpi]]")
                lines += [f"{key(inner)} = {inline(field, name, inner)}" for inner, field in own.items()]
        else:
            # Before any table, or it would be in that one.
            lines.insert(0, f"{key(name)} = {inline(value, name)}")
    return "\n".join(lines) + "\n"


def key(name: object) -> str:
    """A key, in quotes where it is not a plain word."""
    text = str(name)
    return text if _BARE.fullmatch(text) else string(text)


def string(text: str) -> str:
    """A text: JSON's escapes are TOML's, but for what TOML wants escaped beside."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(value: Any, *path: object) -> str:
    """A value on one line."""
    if hasattr(value, "item") and not isinstance(value, (Mapping, Sequence)):
        value = value.item()  # a number of NumPy's
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return string(value)
    if isinstance(value, os.PathLike):
        return string(os.fspath(value))
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return _real(float(value), path)
    if isinstance(value, (datetime.date, datetime.datetime)):
        # A time of day of a window or a holiday says nothing.
        return string(value.isoformat()[:10])
    if isinstance(value, Mapping):
        pairs = (f"{key(name)} = {inline(own, *path, name)}" for name, own in value.items() if own is not None)
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        return "[" + ", ".join(inline(item, *path) for item in value) + "]"
    raise StudyError(
        f"`{_named(path)}` cannot be a {type(value).__name__}. Give a text, a number, a day, a list or a table."
    )


def _real(value: float, path: tuple[object, ...]) -> str:
    if not math.isfinite(value):
        raise StudyError(f"`{_named(path)}` cannot be {value}. Give a number.")
    return repr(value)


def _named(path: Iterable[object]) -> str:
    return ".".join(map(str, path)) or "the study"
