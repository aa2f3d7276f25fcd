"""Intervals that have an end, numbered, from the whole of a log. Usage: cut_intervals.py LOG OUT ROWS"""

import sys

import polars as pl


def main(log: str, out: str, rows: int) -> None:
    ended = pl.scan_parquet(log).filter(pl.col("finished_at").is_not_null())
    columns = ended.select("case_id", "unit", "received_at", "finished_at").collect(engine="streaming")
    spread = columns.gather_every(max(columns.height // rows, 1)).head(rows)
    numbered = spread.with_row_index("interval").with_columns(pl.col("interval").cast(pl.String))
    numbered.write_parquet(out, compression="zstd", row_group_size=262_144)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
