"""Some figures by pandas: names as categories, one groupby for each date that places a dossier in a month.

Usage: some_pandas.py LOG DAYS OUT
"""

import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

CELL = ["unit", "procedure", "month"]
NEVER = 2**40
NAMES = ["unit", "procedure", "outcome", "channel"]
COLUMNS = [
    *NAMES, "received_at", "finished_at", "due_at", "original_due_at", "visits", "supplement_requests", "fee_vnd",
    "reused", "synced", "e_result",
]  # fmt: skip


def month(at: pd.Series) -> pd.Series:
    return at.astype("datetime64[s]").dt.to_period("M").rename("month")


def seconds(span: pd.Series) -> pd.Series:
    return span.dt.total_seconds()


def office_seconds(days: pd.DataFrame, at: pd.Series) -> pd.Series:
    """Office seconds before an instant: those before its day, and those of its two sessions that have passed."""
    midnight = at.dt.normalize()
    day = (midnight - days["day"].iloc[0]).dt.days.to_numpy()
    of_day = seconds(at - midnight)
    today = (of_day - 27_000).clip(0, 14_400) + (of_day - 48_600).clip(0, 14_400)
    return today * days["open"].to_numpy()[day] + days["before"].to_numpy()[day]


def by_cell(rows: pd.DataFrame, at: pd.Series) -> "pd.api.typing.DataFrameGroupBy":
    return rows.assign(month=month(at)).groupby(CELL, observed=True)


def of_received(cases: pd.DataFrame) -> pd.DataFrame:
    waited = cases["elapsed"].where(cases["finished"], NEVER)
    contacts = cases["visits"] + cases["supplement_requests"]
    cells = by_cell(cases.assign(waited=waited, contacts=contacts), cases["received_at"])
    sums = {"fees": "fee_vnd", "online": "is_online", "reused": "reused", "synced": "synced"}
    return cells.agg(
        received=("is_online", "size"),
        contacts=("contacts", "mean"),
        **{figure: (column, "sum") for figure, column in sums.items()},
    ).assign(elapsed_median=cells["waited"].quantile(0.5, interpolation="lower"))


def of_closed(cases: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    closed = cases[cases["finished"]]
    worked = office_seconds(days, closed["finished_at"]) - office_seconds(days, closed["received_at"])
    is_electronic = closed["e_result"].eq(True)
    rows = closed.assign(worked=worked, is_electronic=is_electronic, both=is_electronic & closed["is_online"])
    cells = by_cell(rows, closed["finished_at"])
    return cells.agg(
        closed=("elapsed", "size"),
        closed_mean=("elapsed", "mean"),
        e_results=("is_electronic", "sum"),
        online_e_results=("both", "sum"),
    ).assign(worked_median=cells["worked"].quantile(0.5, interpolation="lower"))


def of_due(cases: pd.DataFrame) -> pd.DataFrame:
    asked = cases[cases["finished"] | cases["outcome"].isna()]
    due = asked["original_due_at"].fillna(asked["due_at"])
    on_time = asked["finished_at"] < due + np.timedelta64(1, "D")
    return by_cell(asked.assign(on_time=on_time), due).agg(due=("on_time", "size"), on_time=("on_time", "sum"))


def read(log: str) -> pd.DataFrame:
    cases = pq.read_table(log, columns=COLUMNS, read_dictionary=NAMES).to_pandas(
        date_as_object=False, self_destruct=True
    )
    cases["finished"] = cases["outcome"].isin(["granted", "refused"])
    cases["is_online"] = cases["channel"] == "online"
    cases["elapsed"] = seconds(cases["finished_at"] - cases["received_at"])
    return cases


def main(log: str, days: str, out: str) -> None:
    cases, calendar = read(log), pd.read_csv(days, parse_dates=["day"])
    of_all = [of_received(cases), of_closed(cases, calendar), of_due(cases)]
    figures = pd.concat(of_all, axis="columns").sort_index().reset_index()
    figures.assign(month=figures["month"].astype(str) + "-01").to_csv(out, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:4])
