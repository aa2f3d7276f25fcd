"""``python -m giamtang``: the program itself."""

from __future__ import annotations

import os
import subprocess
import sys

from ._binary import binary
from .errors import GiamtangError


def main() -> int:
    try:
        program = binary()
    except GiamtangError as why:
        print(f"giamtang: {why}", file=sys.stderr)
        return 1
    if os.name == "posix":
        os.execv(program, [program, *sys.argv[1:]])
    return subprocess.call([program, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
