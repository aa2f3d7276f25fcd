"""The read floor: polars, streaming, counts what is not null in some columns. Usage: floor.py LOG COLUMN…"""

import sys

import polars as pl


def counts(log: str, columns: list[str]) -> pl.DataFrame:
    return pl.scan_parquet(log).select(pl.col(columns).count()).collect(engine="streaming")


if __name__ == "__main__":
    print(counts(sys.argv[1], sys.argv[2:]))
