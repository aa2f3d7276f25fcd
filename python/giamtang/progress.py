"""How far the binary has got: a bar in a notebook, a line on a terminal, or a function of the caller's."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol, TextIO

#: ``None`` draws where somebody looks, ``True`` always, ``False`` never; a function is told ``(done, of)``.
Telling = bool | None | Callable[[int, int | None], object]

#: Seconds before a bar is drawn: what is done by then needs none.
_SOON = 0.4


class Teller(Protocol):
    """Who is told how many rows are done, of how many where that is known."""

    def tell(self, done: int, of: int | None) -> None:
        """So many are done."""

    def finish(self) -> None:
        """There will be no more; whatever was drawn goes."""


def teller(telling: Telling) -> Teller | None:
    """Who is told; nobody, where nobody looks."""
    if callable(telling):
        return _Function(telling)
    if telling is False:
        return None
    if _is_notebook():
        return _Notebook()
    if telling or _is_terminal(sys.stderr):
        return _Terminal(sys.stderr)
    return None


def _is_notebook() -> bool:
    """Whether this is a kernel, whose output is a page."""
    shell = sys.modules.get("IPython")
    found = shell.get_ipython() if shell is not None and hasattr(shell, "get_ipython") else None
    return found is not None and hasattr(found, "kernel")


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def said(done: int, of: int | None) -> str:
    """What is done, in words."""
    return f"{done:,} rows" if of is None else f"{min(done, of):,} of {of:,} rows"


class _Function:
    """A function of the caller's."""

    def __init__(self, function: Callable[[int, int | None], object]) -> None:
        self._function = function

    def tell(self, done: int, of: int | None) -> None:
        self._function(done, of)

    def finish(self) -> None:
        pass


def _shown(page: str, text: str) -> Any:
    """Shows a page in a notebook, whose own library does it; gives what changes it later."""
    display = import_module("IPython.display").display
    return display({"text/html": page, "text/plain": text}, raw=True, display_id=True)


class _Notebook:
    """A bar in the output of the cell, that is gone when all is done."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._handle: Any = None

    def tell(self, done: int, of: int | None) -> None:
        page, text = bar(done, of), said(done, of)
        if self._handle is not None:
            self._handle.update({"text/html": page, "text/plain": text}, raw=True)
        elif time.monotonic() - self._start >= _SOON:
            self._handle = _shown(page, text)

    def finish(self) -> None:
        if self._handle is not None:
            self._handle.update({"text/html": "", "text/plain": ""}, raw=True)


def bar(done: int, of: int | None) -> str:
    """A bar as HTML; of what has no known end, one that only moves."""
    known = f' value="{min(done, of)}" max="{of}"' if of else ""
    label = '<span style="font-size:90%;opacity:.8">' + said(done, of) + "</span>"
    return f'<div><progress style="width:20em;vertical-align:middle"{known}></progress> {label}</div>'


class _Terminal:
    """A line that is written over."""

    _CELLS = 40

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._start = time.monotonic()
        self._drawn = False

    def tell(self, done: int, of: int | None) -> None:
        if time.monotonic() - self._start < _SOON:
            return
        full = self._CELLS * min(done, of) // of if of else 0
        drawn = "█" * full + "░" * (self._CELLS - full) + " " if of else ""
        self._stream.write(f"\r\x1b[K{drawn}{said(done, of)}")
        self._stream.flush()
        self._drawn = True

    def finish(self) -> None:
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
