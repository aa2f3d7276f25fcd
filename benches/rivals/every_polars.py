"""By polars every figure that KPIs count in such a log: lazy, a group-by for each date that places a dossier.

Usage: every_polars.py LOG DAYS OUT streaming|in-memory
"""

import sys
from typing import Literal, cast

import polars as pl
from polars import col

CELL = ["unit", "procedure", "month"]
NEVER = 2**40
HORIZON = 30
OFFICE_DAY = 28_800
Engine = Literal["streaming", "in-memory"]


class Offices:
    """Office seconds by the days of the calendar."""

    def __init__(self, days: pl.DataFrame) -> None:
        self.first, self.before, self.open = days["day"][0], pl.lit(days["before"]), pl.lit(days["open"])

    def number(self, day: pl.Expr) -> pl.Expr:
        return (day - pl.lit(self.first)).dt.total_days()

    def position(self, at: pl.Expr) -> pl.Expr:
        """Office seconds before an instant: those before its day, and those of its two sessions that have passed."""
        day = self.number(at.dt.date())
        of_day = at.dt.hour().cast(pl.Int32) * 3600 + at.dt.minute().cast(pl.Int32) * 60 + at.dt.second()
        today = (of_day - 27_000).clip(0, 14_400) + (of_day - 48_600).clip(0, 14_400)
        return self.before.gather(day) + self.open.gather(day) * today

    def end_of(self, day: pl.Expr) -> pl.Expr:
        number = self.number(day)
        return self.before.gather(number) + self.open.gather(number) * OFFICE_DAY

    def is_within_horizon(self, since: pl.Expr, until: pl.Expr) -> pl.Expr:
        """Whether a day comes before the horizon that begins after another has ended."""
        waited = self.before.gather(self.number(until)) - self.end_of(since)
        return (waited // OFFICE_DAY < HORIZON).fill_null(value=False)


def waits(cases: pl.LazyFrame, offices: Offices) -> pl.LazyFrame:
    """Office seconds of the pauses of each dossier that has any."""
    spans = (
        cases.filter(col("paused").is_not_null()).select("case_id", span=col("paused").str.split(";")).explode("span")
    )
    parts = col("span").str.split_exact("/", 1).struct
    since, until = (parts.field(name).str.to_datetime(strict=False) for name in ("field_0", "field_1"))
    waited = offices.position(until) - offices.position(since)
    return spans.select("case_id", waited=waited).group_by("case_id").agg(col("waited").sum())


def prepared(cases: pl.LazyFrame, offices: Offices) -> pl.LazyFrame:
    return (
        cases.join(waits(cases, offices), on="case_id", how="left")
        .with_columns(
            due_day=pl.coalesce("original_due_at", "due_at"),
            by_net=col("channel") == "online",
            finished=col("outcome").is_in(["granted", "refused"]).fill_null(value=False),
            given_up=col("outcome").is_in(["withdrawn", "returned"]).fill_null(value=False),
            elapsed=(col("finished_at") - col("received_at")).dt.total_seconds(),
            at_received=offices.position(col("received_at")),
            at_finished=offices.position(col("finished_at")),
            in_time=offices.is_within_horizon(col("received_at").dt.date(), col("finished_at").dt.date()),
        )
        .with_columns(
            on_time=(col("finished_at").dt.date() <= col("due_day")).fill_null(value=False),
            worked=col("at_finished") - col("at_received") - col("waited").fill_null(0),
            allowed=offices.end_of(col("due_day")) - col("at_received"),
        )
    )


def by_cell(cases: pl.LazyFrame, at: str, **figures: pl.Expr) -> pl.LazyFrame:
    month = col(at).dt.truncate("1mo").cast(pl.Date).alias("month")
    return cases.group_by("unit", "procedure", month).agg(**figures)


def quantile(values: pl.Expr, q: float) -> pl.Expr:
    return values.quantile(q, "equiprobable")


def of_received(cases: pl.LazyFrame) -> pl.LazyFrame:
    known, payment = col("finished") & col("in_time"), col("payment")
    waited, took = (pl.when("finished").then(span).otherwise(NEVER) for span in ("elapsed", "worked"))
    in_order = (col("accepted_at") >= col("received_at")) & col("due_at").is_not_null() & col("officer").is_not_null()
    return by_cell(
        cases,
        "received_at",
        received=pl.len(),
        online=col("by_net").sum(),
        full_service=(col("service_level") == "full").sum(),
        full_online=((col("service_level") == "full") & col("by_net")).sum(),
        contacts=(col("visits") + col("supplement_requests")).mean(),
        repeat_supplements=(col("supplement_requests") > 1).sum(),
        first_time_right=(
            (col("supplement_requests") == 0) & ~(col("outcome").eq_missing("returned") & col("in_time"))
        ).sum(),
        withdrawn=(col("given_up") & col("in_time")).sum(),
        reused=col("reused").sum(),
        population_data=(col("vneid") | col("population_data")).sum(),
        digitised=(col("digitised") & col("e_result") & col("in_time")).sum(),
        elsewhere=(col("receiving_unit") != col("unit")).sum(),
        payable=((col("fee_vnd") > 0) & (payment != "exempt")).sum(),
        paid_online=((col("fee_vnd") > 0) & (payment == "online")).sum(),
        paid=payment.is_in(["cash", "transfer", "card", "online"]).sum(),
        cashless=payment.is_in(["transfer", "card", "online"]).sum(),
        synced=col("synced").sum(),
        on_both=col("national_status").count(),
        agreeing=(col("status") == col("national_status")).sum(),
        traceable=(in_order & (col("outcome").is_null() | (col("finished_at") >= col("accepted_at")))).sum(),
        limit_ratio=(pl.when(known).then("worked").sum() / pl.when(known).then("allowed").sum()).fill_nan(None),
        elapsed_median=quantile(waited, 0.5),
        elapsed_p90=quantile(waited, 0.9),
        processing_median=quantile(took, 0.5),
    )


def of_closed(cases: pl.LazyFrame, offices: Offices) -> pl.LazyFrame:
    lag = (offices.position(col("delivered_at")) - col("at_finished")).fill_null(NEVER)
    return by_cell(
        cases.filter("finished").with_columns(lag=lag),
        "finished_at",
        closed=pl.len(),
        closed_mean=col("elapsed").mean(),
        e_results=col("e_result").sum(),
        online_e_results=(col("by_net") & col("e_result")).sum(),
        worked_median=quantile(col("worked"), 0.5),
        delivery_median=quantile(col("lag"), 0.5),
    )


def of_due(cases: pl.LazyFrame) -> pl.LazyFrame:
    apologised = col("apology_at").dt.date() < col("due_day")
    return by_cell(
        cases.filter(~col("given_up")),
        "due_day",
        due=pl.len(),
        on_time=col("on_time").sum(),
        late=(~col("on_time")).sum(),
        apologies=(~col("on_time") & apologised).sum(),
    )


def of_submitted(cases: pl.LazyFrame, offices: Offices) -> pl.LazyFrame:
    in_time = offices.is_within_horizon(col("submitted_at").dt.date(), col("finished_at").dt.date())
    waited = col("at_received") - offices.position(col("submitted_at"))
    return by_cell(
        cases.with_columns(completed=col("finished") & in_time, waited=waited),
        "submitted_at",
        submitted=pl.len(),
        completed=col("completed").sum(),
        submitted_online=col("by_net").sum(),
        accepted_late=(col("by_net") & (col("waited") > OFFICE_DAY)).sum(),
    )


def main(log: str, days: str, out: str, engine: Engine) -> None:
    offices = Offices(pl.read_csv(days, try_parse_dates=True))
    cases = prepared(pl.scan_parquet(log), offices)
    figures = of_received(cases)
    for more in (of_closed(cases, offices), of_due(cases), of_submitted(cases, offices)):
        figures = figures.join(more, on=CELL, how="full", coalesce=True)
    figures.sort(CELL).collect(engine=engine).write_csv(out)


if __name__ == "__main__":
    _, log, days, out, engine = sys.argv
    main(log, days, out, cast(Engine, engine))
