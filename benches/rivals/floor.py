"""The read floor: polars, streaming, counts what is not null in some columns. Usage: floor.py LOG COLUMN…"""

import sys

import polars as pl


def main(log: str, columns: list[str]) -> None:
    counted = pl.scan_parquet(log).select(pl.col(columns).count()).collect(engine="streaming")
    print(counted)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
