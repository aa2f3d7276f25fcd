"""Some figures by polars: lazy, one group-by for each date that places a dossier in a month.

Usage: some_polars.py LOG DAYS OUT streaming|in-memory
"""

import sys
from typing import Literal, cast

import polars as pl

CELL = ["unit", "procedure", "month"]
NEVER = 2**40
Engine = Literal["streaming", "in-memory"]


def month(at: pl.Expr) -> pl.Expr:
    return at.dt.truncate("1mo").cast(pl.Date).alias("month")


def office_seconds(days: pl.DataFrame, at: str) -> pl.Expr:
    """Office seconds before an instant: those before its day, and those of its two sessions that have passed."""
    instant = pl.col(at)
    day = (instant.dt.date() - days["day"][0]).dt.total_days()
    of_day = instant.dt.hour().cast(pl.Int32) * 3600 + instant.dt.minute().cast(pl.Int32) * 60 + instant.dt.second()
    today = (of_day - 27_000).clip(0, 14_400) + (of_day - 48_600).clip(0, 14_400)
    return pl.lit(days["before"]).gather(day) + pl.lit(days["open"]).gather(day) * today


def figures(cases: pl.LazyFrame, days: pl.DataFrame) -> pl.LazyFrame:
    finished = pl.col("outcome").is_in(["granted", "refused"])
    is_online = pl.col("channel") == "online"
    elapsed = (pl.col("finished_at") - pl.col("received_at")).dt.total_seconds()
    waited = pl.when(finished).then(elapsed).otherwise(NEVER)
    worked = office_seconds(days, "finished_at") - office_seconds(days, "received_at")
    received = cases.group_by("unit", "procedure", month(pl.col("received_at"))).agg(
        received=pl.len(),
        online=is_online.sum(),
        contacts=(pl.col("visits") + pl.col("supplement_requests")).mean(),
        fees=pl.col("fee_vnd").sum(),
        reused=pl.col("reused").sum(),
        synced=pl.col("synced").sum(),
        elapsed_median=waited.quantile(0.5, "lower"),
    )
    closed = (
        cases.filter(finished)
        .with_columns(worked=worked)
        .group_by("unit", "procedure", month(pl.col("finished_at")))
        .agg(
            closed=pl.len(),
            closed_mean=elapsed.mean(),
            e_results=pl.col("e_result").sum(),
            online_e_results=(is_online & pl.col("e_result")).sum(),
            worked_median=pl.col("worked").quantile(0.5, "lower"),
        )
    )
    due = (
        cases.filter(finished | pl.col("outcome").is_null())
        .with_columns(due=pl.coalesce("original_due_at", "due_at"))
        .group_by("unit", "procedure", month(pl.col("due")))
        .agg(due=pl.len(), on_time=(pl.col("finished_at").dt.date() <= pl.col("due")).sum())
    )
    return received.join(closed, on=CELL, how="full", coalesce=True).join(due, on=CELL, how="full", coalesce=True)


def main(log: str, days: str, out: str, engine: Engine) -> None:
    calendar = pl.read_csv(days, try_parse_dates=True)
    figures(pl.scan_parquet(log), calendar).sort(CELL).collect(engine=engine).write_csv(out)


if __name__ == "__main__":
    _, log, days, out, engine = sys.argv
    main(log, days, out, cast(Engine, engine))
