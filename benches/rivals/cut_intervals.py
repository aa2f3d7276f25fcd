"""Intervals that have an end, numbered. Usage: cut_intervals.py LOG OUT ROWS"""

import sys

import polars as pl


def main(log: str, out: str, rows: str) -> None:
    cases = pl.scan_parquet(log).filter(pl.col("finished_at").is_not_null())
    columns = cases.select("case_id", "unit", "received_at", "finished_at").head(int(rows))
    numbered = columns.with_row_index("interval").with_columns(pl.col("interval").cast(pl.String))
    numbered.sink_parquet(out, compression="zstd", row_group_size=262_144)


if __name__ == "__main__":
    main(*sys.argv[1:4])
