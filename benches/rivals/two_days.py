"""A log as two days of it: all but the newest dossiers, some of the rest still open; and those that are new or finished.

    two_days.py LOG YESTERDAY TODAY
"""

import sys
from pathlib import Path

import polars as pl

NEW = 5_000
FINISHED = 15_000
RECENT = 600_000
ENDS = ("finished_at", "delivered_at", "outcome")


def main() -> None:
    log, yesterday, today = map(Path, sys.argv[1:])
    rows = pl.read_parquet(log).sort("received_at", maintain_order=True)
    known, new = rows.head(rows.height - NEW), rows.tail(NEW)
    finished = known.tail(RECENT).filter(pl.col("finished_at").is_not_null()).tail(FINISHED)
    was_open = pl.col("case_id").is_in(finished["case_id"].implode())
    known.with_columns(pl.when(was_open).then(None).otherwise(pl.col(end)).alias(end) for end in ENDS).write_parquet(yesterday)
    pl.concat([finished, new]).write_parquet(today)


if __name__ == "__main__":
    main()
