"""A log of some columns of another. Usage: narrow.py LOG OUT COLUMN…"""

import sys

import polars as pl


def main(log: str, out: str, columns: list[str]) -> None:
    pl.scan_parquet(log).select(columns).sink_parquet(out, compression="zstd", row_group_size=262_144)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
