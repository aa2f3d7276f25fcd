"""Where the binary is."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from .errors import BinaryNotFoundError

#: Names the binary to call instead of the one that was installed with this package.
VARIABLE = "GIAMTANG_BIN"

_NAME = "giamtang.exe" if os.name == "nt" else "giamtang"


def binary() -> str:
    """The path of the binary that is called.

    It is the one that the environment variable ``GIAMTANG_BIN`` names; else the one that was installed with this
    package; else the first on the ``PATH``.
    """
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise BinaryNotFoundError(f"{named}: there is no such program. Correct the variable {VARIABLE}.")
        return found
    for folder in _folders():
        path = folder / _NAME
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    found = shutil.which(_NAME)
    if found is None:
        raise BinaryNotFoundError(
            f"the program `{_NAME}` was not found beside this package nor on the PATH. "
            f"Install the package again, or name the program in the variable {VARIABLE}."
        )
    return found


def _folders() -> Iterator[Path]:
    """Where installers put programs, the likeliest first."""
    yield Path(sysconfig.get_path("scripts"))
    user = "nt_user" if os.name == "nt" else "posix_user"
    yield Path(sysconfig.get_path("scripts", user))
    yield Path(sys.executable).parent
    # `pip install --target DIR` puts it into DIR/bin.
    yield Path(__file__).parent.parent / "bin"
