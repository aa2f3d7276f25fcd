"""Office seconds of intervals by NumPy's business days. Usage: hours_numpy.py INTERVALS DAYS OUT"""

import csv
import sys

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
OFFICE_DAY = 28_800
START = np.datetime64("2022-12-30")


def passed(of_day: Numbers) -> Numbers:
    """Seconds of the sessions 07:30-11:30 and 13:30-17:30 before a second of the day."""
    return np.clip(of_day - 27_000, 0, 14_400) + np.clip(of_day - 48_600, 0, 14_400)


class Offices:
    """NumPy knows weekdays and holidays; Saturdays that are worked are added to them."""

    def __init__(self, days: str) -> None:
        with open(days, newline="") as file:
            rows = list(csv.DictReader(file))
        dates = np.array([row["day"] for row in rows], dtype="M8[D]")
        is_open = np.array([row["open"] == "1" for row in rows])
        weekday = np.is_busday(dates)
        self.calendar = np.busdaycalendar(holidays=dates[weekday & ~is_open])
        self.saturdays = dates[~weekday & is_open]

    def position(self, at: NDArray[np.datetime64]) -> Numbers:
        """Office seconds from the start to an instant."""
        day = at.astype("M8[D]")
        before = np.busday_count(START, day, busdaycal=self.calendar) + np.searchsorted(self.saturdays, day)
        is_open = np.is_busday(day, busdaycal=self.calendar) | np.isin(day, self.saturdays)
        return before * OFFICE_DAY + is_open * passed((at - day).astype("m8[s]").astype(np.int64))


def main(intervals: str, days: str, out: str) -> None:
    columns = pq.read_table(intervals, columns=["received_at", "finished_at"])
    offices = Offices(days)
    received, finished = (offices.position(column.to_numpy()) for column in columns.columns)
    (finished - received).astype(np.int64).tofile(out)


if __name__ == "__main__":
    main(*sys.argv[1:4])
