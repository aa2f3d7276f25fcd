"""Whether the read floor stumbles over each spoiled column, as who unpacks it must.

Usage: floor_stumbles.py FOLDER COLUMN…
"""

import sys
from pathlib import Path

import polars as pl

from floor import counts


def is_counted(folder: str, column: str) -> bool:
    try:
        counts(str(Path(folder, f"{column}.parquet")), [column])
    except pl.exceptions.PolarsError:
        return False
    return True


if __name__ == "__main__":
    counted = [column for column in sys.argv[2:] if is_counted(sys.argv[1], column)]
    if counted:
        sys.exit(f"the floor counts without unpacking: {', '.join(counted)}")
