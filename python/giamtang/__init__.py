"""Did the reform work? An honest before-and-after from case-processing logs, in a notebook.

>>> import giamtang as gt
>>> card = gt.compare("study.toml")            # doctest: +SKIP
>>> card.kpi("time/on_time").judged.value      # doctest: +SKIP

The work is done by the program ``giamtang``, which this package brings along; see :func:`compare`. What stops it is raised
in its own words, see :mod:`giamtang.errors`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ._binary import binary
from ._card import Axis, Card, Change, Figure, Group, Interval, Kpi, Plot, Text, Undefined
from ._process import run
from .errors import (
    BinaryNotFoundError,
    FailedError,
    FrameError,
    GateMissed,
    GiamtangError,
    MissingLibraryError,
    QuarantineError,
    StoppedError,
    StudyError,
    UnknownNameError,
)
from .verbs import (
    Check,
    Due,
    Gate,
    Trace,
    catalogue,
    check,
    compare,
    cube,
    demo,
    due,
    explain,
    gate,
    init,
    merge,
    rules,
    schema,
    show,
    trace,
    version,
)

__all__ = [
    "Axis",
    "BinaryNotFoundError",
    "Card",
    "Change",
    "Check",
    "Due",
    "FailedError",
    "Figure",
    "FrameError",
    "Gate",
    "GateMissed",
    "GiamtangError",
    "Group",
    "Interval",
    "Kpi",
    "MissingLibraryError",
    "Plot",
    "QuarantineError",
    "StoppedError",
    "StudyError",
    "Text",
    "Trace",
    "Undefined",
    "UnknownNameError",
    "binary",
    "catalogue",
    "check",
    "compare",
    "cube",
    "demo",
    "due",
    "explain",
    "gate",
    "init",
    "merge",
    "rules",
    "run",
    "schema",
    "show",
    "trace",
    "version",
]

#: Modules that need more than this package does; they are loaded when they are asked for.
_LATER = ("pool", "spark")


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return import_module(f"{__name__}.{name}")
    if name == "__version__":
        from importlib.metadata import version as installed

        return installed("giamtang")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_LATER])
