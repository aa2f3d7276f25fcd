"""The lines of each official form as its JSON has them, beside the lines of its workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sheets import Book, close, kind

Json = Mapping[str, Any]
#: What stands in a line, from a column on; nothing where the result has no number.
Line = list[float | None]


def lines_of(result: Json) -> tuple[int, list[Line]]:
    """The first column of numbers (from 0), and every line that has any, in the order of the paper."""
    form = result["schema"].removeprefix("giamtang.form.").split("/")[0]
    first, lines = FORMS[form]
    return first, [line for line in lines(result) if any(number is not None for number in line)]


def _06a(result: Json) -> Iterator[Line]:
    """The whole, each unit, each with its parts; the whole again as the sum."""
    whole = result["whole"]
    for unit in (whole, *result.get("units", []), {**whole, "parts": []}):
        for own in (unit, *unit["parts"]):
            received, resolved, progress = own["received"], own["resolved"], own["in_progress"]
            yield [
                *(received[key] for key in ("total", "online", "direct_or_postal", "carried_over")),
                *(resolved[key] for key in ("total", "early", "on_time", "overdue")),
                *(progress[key] for key in ("total", "within_time", "overdue")),
            ]


def _scm(result: Json) -> Iterator[Line]:
    """The sheet of savings, its sum last."""
    years = [(own["before"].get("year"), own["after"].get("year"), own["saving"]) for own in result["works"]]
    for before, after, saving in (*years, (result["before"], result["after"], result["saving"])):
        pairs = [(before or {}).get(key) for key in ("hours", "money_vnd", "total_vnd")]
        others = [(after or {}).get(key) for key in ("hours", "money_vnd", "total_vnd")]
        both = [number for pair in zip(pairs, others) for number in pair]
        yield [*both, _number(saving.get("vnd")), _number(saving.get("share"))]


def _766(result: Json) -> Iterator[Line]:
    """Numerator, denominator, rate of each item, and its points; sums of groups are computed for the eye."""
    for group in result["groups"]:
        yield [None, None, _share(group), None, _number(group["score"]), group["attainable"], group["maximum"]]
        for item in (item for item in result["items"] if item["group"] == group["id"]):
            counted, score = item.get("counted", {}), _number(item.get("score"))
            rate = [_number(counted.get(key)) for key in ("numerator", "denominator", "rate")]
            # What is for information alone has no points to reach; what cannot be counted reaches none.
            points = [None, None] if item["rule"] == "information" else [item["maximum"] if score is not None else 0, item["maximum"]]
            yield [*rate, None, score, *points]
    total = result["total"]
    yield [None, None, _share(total), None, total["score"], total["attainable"], total["maximum"]]


def _share(own: Json) -> float | None:
    return own["score"] / own["attainable"] if own["attainable"] else None


def _nine(result: Json) -> Iterator[Line]:
    for item in result["items"]:
        value, points = _number(item.get("value")), _number(item["points"])
        yield [value, item.get("n"), None, None, points, item["maximum"]]
    total = result["total"]
    yield [None, None, None, None, total["points"], total["attainable"]]


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) else None


FORMS: dict[str, tuple[int, Callable[[Json], Iterator[Line]]]] = {
    "06a": (2, _06a),
    "scm": (2, _scm),
    "766": (2, _766),
    "nine": (3, _nine),
}


def holds(book: Book, result: Json, where: str) -> int:
    """Holds every line of the form's first sheet against its JSON; gives how many numbers stand."""
    first, expected = lines_of(result)
    width = len(expected[0])
    found = []
    for row in book.book.worksheets[0].iter_rows(min_col=first + 1, max_col=first + width):
        if any(kind(cell.value) == "number" for cell in row if cell.value is not None):
            found.append([cell.value if cell.value is not None and kind(cell.value) == "number" else None for cell in row])
    assert len(found) == len(expected), f"{where}: {len(found)} lines instead of {len(expected)}"
    for number, (line, own) in enumerate(zip(found, expected), 1):
        for cell, value in zip(line, own):
            same = cell is None if value is None else close(cell, value)
            assert same, f"{where}: line {number}: {line} instead of {own}"
    return sum(value is not None for line in expected for value in line)
