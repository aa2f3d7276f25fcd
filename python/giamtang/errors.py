"""What stops a call, by the binary's exit code and in its own words.

=====  ==========================================================
code   exception
=====  ==========================================================
1      :class:`FailedError`: an input cannot be read, a file not written
2      :class:`StudyError`: a mistake in the study or in what was asked
3      :class:`QuarantineError`: too much set aside; it carries the result
4      :class:`GateMissed`: a target was missed; it carries the report
signal :class:`StoppedError`: the binary was ended from outside
=====  ==========================================================

All of them are :class:`GiamtangError`.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "BinaryNotFoundError",
    "FailedError",
    "FrameError",
    "GateMissed",
    "GiamtangError",
    "MissingLibraryError",
    "QuarantineError",
    "StoppedError",
    "StudyError",
    "UnknownNameError",
]


class GiamtangError(Exception):
    """Why a call stopped: what, where, and what to do, as the binary says it."""

    #: The exit code of the binary; None where it did not run.
    code: int | None = None

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return self.message


class FailedError(GiamtangError, RuntimeError):
    """The world is not as it should be: a file is missing or damaged, or the disk is full (exit code 1)."""

    code = 1


class StudyError(GiamtangError, ValueError):
    """A mistake in the study or in what was asked (exit code 2)."""

    code = 2


class QuarantineError(GiamtangError):
    """More rows were set aside than ``max_quarantine`` allows (exit code 3).

    The result is whole all the same, and stands in :attr:`result`.
    """

    code = 3

    def __init__(self, message: str, *, result: Any = None, code: int | None = None) -> None:
        super().__init__(message, code=code)
        #: What the call would have returned.
        self.result = result

    @property
    def card(self) -> Any:
        """The scorecard, where one was asked for."""
        return self.result


class GateMissed(GiamtangError):
    """A target of the study was missed (exit code 4); the report stands in :attr:`report`."""

    code = 4

    def __init__(self, message: str, *, report: Any = None, code: int | None = None) -> None:
        super().__init__(message, code=code)
        #: The list of targets, as ``gate`` would have returned it.
        self.report = report


class StoppedError(FailedError):
    """The binary was ended by a signal: by a person, or by the system that ran out of memory."""


class BinaryNotFoundError(GiamtangError, FileNotFoundError):
    """There is no binary to call."""


class FrameError(GiamtangError, TypeError):
    """A frame cannot be handed over."""


class MissingLibraryError(GiamtangError, ImportError):
    """A library that a call needs is not installed."""


class UnknownNameError(GiamtangError, KeyError):
    """The scorecard has nothing of that name."""


def of_code(code: int, message: str, result: Any = None) -> GiamtangError:
    """The exception of an exit code; what was printed all the same goes with it."""
    if code < 0:
        return StoppedError(message, code=code)
    if code == 2:
        return StudyError(message)
    if code == 3:
        return QuarantineError(message, result=result)
    if code == 4:
        return GateMissed(message, report=result)
    return FailedError(message, code=code)
