"""Office seconds of intervals by PM4Py: its function of two instants alone, or its durations of the cases of a log.

Usage: hours_pm4py.py INTERVALS DAYS OUT function|cases
"""

import csv
import sys
from array import array
from collections.abc import Iterable
from datetime import date

import pyarrow.parquet as pq
from pm4py.statistics.traces.generic.pandas.case_statistics import get_cases_description
from pm4py.util.business_hours import soj_time_business_hours_diff

DAY = 86_400
# Every day but Sunday has both sessions; the calendar below leaves out the Saturdays that are not worked.
SLOTS = tuple((day * DAY + start, day * DAY + start + 14_400) for day in range(6) for start in (27_000, 48_600))


class Offices:
    """What PM4Py asks of a calendar."""

    def __init__(self, days: str) -> None:
        with open(days, newline="") as file:
            self.open = {date.fromisoformat(row["day"]) for row in csv.DictReader(file) if row["open"] == "1"}

    def is_working_day(self, day: date) -> bool:
        return day in self.open


def by_function(intervals: str, offices: Offices) -> Iterable[float]:
    columns = pq.read_table(intervals, columns=["received_at", "finished_at"])
    received, finished = (column.to_pylist() for column in columns.columns)
    return (soj_time_business_hours_diff(*pair, SLOTS, offices) for pair in zip(received, finished, strict=True))


def by_cases(intervals: str, offices: Offices) -> Iterable[float]:
    """What `pm4py.get_all_case_durations` calls, which itself takes no calendar: each interval a case of two events."""
    rows = pq.read_table(intervals, columns=["received_at", "finished_at"]).to_pandas()
    events = rows.rename_axis("case:concept:name").stack().rename("time:timestamp").reset_index()
    asked = {"business_hours": True, "business_hour_slots": SLOTS, "workcalendar": offices, "enable_sort": False}
    cases = get_cases_description(events, parameters=asked)
    return (cases[number]["caseDuration"] for number in range(len(cases)))


def main(intervals: str, days: str, out: str, way: str) -> None:
    worked = {"function": by_function, "cases": by_cases}[way](intervals, Offices(days))
    with open(out, "wb") as file:
        array("q", map(round, worked)).tofile(file)


if __name__ == "__main__":
    main(*sys.argv[1:5])
