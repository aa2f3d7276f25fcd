"""Counts the items of the index from the raw files of fixtures/study, for 15 February to 31 July 2024.

It shares nothing with the program: csv files row by row, rules as sentences. Run it in the project's folder; what it
prints stands in log.rs. `counts.py GIAMTANG` holds what that program says to it.
"""

import csv
import json
import subprocess
import sys
from datetime import date, datetime, timedelta

STUDY = "fixtures/study/"
FIRST, LAST = date(2024, 2, 15), date(2024, 7, 31)
END = datetime(2024, 8, 1)

# Days off and Saturdays worked, 2023 and 2024, on Monday to Friday weeks.
OFF = """2023-01-02 2023-01-20 2023-01-23 2023-01-24 2023-01-25 2023-01-26 2023-05-01 2023-05-02 2023-05-03 2023-09-01
2023-09-04 2024-01-01 2024-02-08 2024-02-09 2024-02-12 2024-02-13 2024-02-14 2024-04-18 2024-04-29 2024-04-30 2024-05-01
2024-09-02 2024-09-03""".split()
OFF = {date.fromisoformat(day) for day in OFF}
WORKED = {date(2024, 5, 4)}


TOLD = {}


def told(item, numerator, denominator):
    TOLD[item] = (numerator, denominator)


def is_open(day):
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def step(day, count, by):
    while count:
        day += timedelta(by)
        count -= is_open(day)
    return day


def moment(text):
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            pass
    raise ValueError(text)


def day(text):
    return moment(text).date() if text else None


def rows(name):
    with open(STUDY + name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cases():
    """The dossiers that the study's README says are accepted."""
    by_id = {}
    for row in rows("cases-2023.csv") + rows("cases-2024.csv"):
        by_id.setdefault(row["case_id"], []).append(row)
    by_id.pop("", None)
    for same in by_id.values():
        if any(row != same[0] for row in same):
            continue
        row = same[0]
        try:
            received = moment(row["received_at"])
        except ValueError:
            continue
        if received.year < 1990 or (row["finished_at"] and moment(row["finished_at"]) < received):
            continue
        yield row


def in_window(text):
    return FIRST <= day(text) <= LAST


def ended(row):
    return row["finished_at"] and moment(row["finished_at"]) < END


def is_dropped(row):
    return row["outcome"] in ("withdrawn", "returned")


CASES = list(cases())
PROCEDURES = rows("procedures.csv")
BROKEN = {119, 120, 121, 122, 123, 124}
PROCEDURES = [row for place, row in enumerate(PROCEDURES, 1) if place not in BROKEN]
STANDING = [
    row
    for row in PROCEDURES
    if day(row["in_force_from"]) <= LAST and (not row["in_force_to"] or day(row["in_force_to"]) >= LAST)
]
RECEIVED = [row for row in CASES if in_window(row["received_at"])]


def written(row):
    """Whether the catalogue asks for a written result on the day of reception; yes where it says nothing."""
    on = day(row["received_at"])
    for own in PROCEDURES:
        if own["procedure"] == row["procedure"] and day(own["in_force_from"]) <= on:
            if not own["in_force_to"] or day(own["in_force_to"]) >= on:
                return own["needs_written_result"] != "0"
    return True


def publicity():
    decided = [row for row in PROCEDURES if row["decided_at"] and in_window(row["decided_at"])]
    dated = [row for row in decided if row["legal_effective_at"]]
    late = {row["procedure"] for row in dated if day(row["decided_at"]) > step(day(row["legal_effective_at"]), 5, -1)}
    all_ = {row["procedure"] for row in dated}
    told("1.1", len(all_ - late), len(all_))
    known = [row for row in decided if step(day(row["decided_at"]), 5, 1) <= LAST]
    late = {
        row["procedure"]
        for row in known
        if not row["published_at"] or day(row["published_at"]) > step(day(row["decided_at"]), 5, 1)
    }
    all_ = {row["procedure"] for row in known}
    told("1.2", len(all_ - late), len(all_))
    said = [row for row in STANDING if row["published_parts"]]
    told("1.3", sum(row["published_parts"] == "7" for row in said), len(said))
    said = [row for row in RECEIVED if row["synced"]]
    told("1.4", sum(row["synced"] == "1" for row in said), len(said))


def spans(row):
    """The waits for the applicant that the log knows; the last may be open."""
    parts = [part.partition("/")[::2] for part in row["paused"].split(";") if part]
    return [(moment(start), moment(end) if end else datetime.max) for start, end in parts]


def overdue(row):
    """By the rules of item 2.1 as of the period's end; every dossier of the fixture has a due date without a time."""
    end = moment(row["finished_at"]) if ended(row) else END - timedelta(seconds=1)
    received = moment(row["received_at"])
    waits = [(max(start, received), stop) for start, stop in spans(row) if stop > received]
    if int(row["supplement_requests"] or 0) > 1:
        return True
    waiting = [start for start, stop in waits if start < end < stop]
    end = min(waiting, default=end)
    end -= sum((stop - start for start, stop in waits if stop <= end), timedelta())
    return end.date() > day(row["due_at"])


def progress():
    hand = [row for row in CASES if moment(row["received_at"]) < END]
    hand = [row for row in hand if not row["finished_at"] or day(row["finished_at"]) >= FIRST]
    hand = [row for row in hand if row["due_at"]]
    told("2.1", sum(not overdue(row) for row in hand), len(hand))


def online():
    said = [row for row in STANDING if row["service_level"]]
    offered = {row["procedure"] for row in said if row["service_level"] in ("full", "partial")}
    told("3.1", sum(row["service_level"] != "information" for row in said), len(said))
    used = {row["procedure"] for row in RECEIVED if row["channel"] == "online"}
    told("3.2", len(offered & used), len(offered))
    hits = [row for row in RECEIVED if row["channel"] == "online" and (row["e_result"] == "1" or not written(row))]
    told("3.3", len(hits), len(RECEIVED))


def payment():
    priced = [row for row in STANDING if row["fee_vnd"] and int(row["fee_vnd"]) > 0]
    told("3.5a", sum(row["online_payment"] == "1" for row in priced), sum(bool(row["online_payment"]) for row in priced))
    paid = {row["procedure"] for row in RECEIVED if row["payment"] == "online"}
    fee = {row["procedure"] for row in priced}
    told("3.5b", len(fee & paid), len(fee))
    owed = [row for row in RECEIVED if row["fee_vnd"] and int(row["fee_vnd"]) > 0 and row["payment"] != "exempt"]
    told("3.6", sum(row["payment"] == "online" for row in owed), len(owed))


def digitisation():
    done = [row for row in CASES if ended(row) and in_window(row["finished_at"])]
    done = [row for row in done if not is_dropped(row) and written(row) and row["e_result"]]
    told("4.1", sum(row["e_result"] == "1" for row in done), len(done))
    hits = [row for row in RECEIVED if row["digitised"] == "1" and (row["e_result"] == "1" or not written(row))]
    told("4.2", len(hits), len(RECEIVED))
    said = [row for row in RECEIVED if row["reused"]]
    told("4.3", sum(row["reused"] == "1" for row in said), len(said))
    said = [row for row in STANDING if row["population_db"]]
    told("4.5a", sum(row["population_db"] == "1" for row in said), len(said))
    hits = [row for row in RECEIVED if "1" in (row["vneid"], row["population_data"])]
    noes = [row for row in RECEIVED if (row["vneid"], row["population_data"]) == ("0", "0")]
    told("4.5b", len(hits), len(hits) + len(noes))


def petitions():
    seen, all_ = set(), []
    for row in rows("petitions.csv"):
        if not row["petition_id"] or row["petition_id"] in seen:
            continue
        if row["answered_at"] and moment(row["answered_at"]) < moment(row["received_at"]):
            continue
        seen.add(row["petition_id"])
        all_.append(row)
    received = [row for row in all_ if in_window(row["received_at"])]
    told("5.1", sum(row["class"] == "officer_conduct" for row in received), len(received))

    def due(row):
        return day(row["due_at"]) or step(day(row["received_at"]), 15, 1)

    def handled(row):
        if not row["answered_at"]:
            return due(row) > LAST
        return day(row["answered_at"]) <= due(row) or due(row) > LAST

    def public(row):
        if not row["answered_at"]:
            return True
        limit = step(day(row["answered_at"]), 2, 1)
        return limit > LAST or (row["published_at"] and day(row["published_at"]) <= limit)

    hand = [row for row in all_ if moment(row["received_at"]) < END]
    hand = [row for row in hand if not row["answered_at"] or day(row["answered_at"]) >= FIRST]
    told("5.2", sum(bool(handled(row) and public(row)) for row in hand), len(hand))
    told("5.2 without publication", sum(handled(row) for row in hand), len(hand))


def satisfaction():
    complained = {row["case_id"] for row in rows("petitions.csv") if row["case_id"] and moment(row["received_at"]) < END}
    for row in rows("surveys.csv"):
        try:
            score, at = int(row["score"]), moment(row["at"])
        except ValueError:
            continue
        bad = {"last": (1, 2), "first": (4, 5)}.get(row["best"], ())
        if score in bad and at < END:
            complained.add(row["case_id"])
    good = [row for row in RECEIVED if row["case_id"] not in complained and not overdue(row)]
    told("5.4", len(good), len(RECEIVED))


publicity()
progress()
online()
payment()
digitisation()
petitions()
satisfaction()
for item, counts in TOLD.items():
    print(item, *counts)


def said(giamtang, *more):
    arguments = [giamtang, "form", "766", STUDY + "study.toml", "--format", "json", *more]
    form = json.loads(subprocess.run(arguments, check=True, capture_output=True).stdout)
    return {item["id"]: (item["counted"].get("numerator"), item["counted"].get("denominator")) for item in form["items"]}


for giamtang in sys.argv[1:]:
    own = said(giamtang)
    quiet = said(giamtang, "--set", "index_766.publish_answer_within=none")
    own["5.2 without publication"] = quiet["5.2"]
    wrong = {item: (counts, own[item]) for item, counts in TOLD.items() if own[item] != counts}
    if wrong:
        sys.exit(f"counted otherwise: {wrong}")
    print(f"{len(TOLD)} items agree")
