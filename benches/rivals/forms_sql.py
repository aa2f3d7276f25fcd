"""Official forms against plain SQL in DuckDB: form 06a cell by cell, every unit and field of every quarter; the worksheet.

    python forms_sql.py [--giamtang PATH] [--cases N]

The SQL is written from the form's definition and reads the raw log; it knows no more of giamtang than which rows it sets
aside (`giamtang check --quarantine`). Two logs are counted, the synthetic city as it is and the same with gaps and broken
rows, each by calendar quarters and by those of Decree 09/2019, folded by dates and as provinces do it. Every identity of
the form is held in every line of both. The compliance-cost worksheet is worked out by SQL from dossiers and catalogue.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb

COLUMNS = ["received", "online", "otherwise", "carried", "resolved", "early", "on_time", "overdue", "open", "within", "late"]

# One row of the log, as the form sees it on the last day of the period: all comparisons are of days.
DOSSIERS = """
create or replace view dossiers as
with named as (
    select c.*, coalesce(u.successor, c.unit) as office,
        cast(c.received_at as date) as received, cast(nullif(c.finished_at, '') as date) as finished,
        cast(nullif(c.due_at, '') as date) as due
    from cases c left join units u on u.unit = c.unit and nullif(u.successor, '') is not null
    where c.case_id not in (select case_id from aside)
)
select n.case_id, nullif(n.office, '') as unit, n.received, n.finished, n.due, n.status, n.outcome, n.channel, n.paused,
    coalesce(nullif(n.field, ''), (
        select any_value(p.field) from procedures p
        where p.procedure = n.procedure and cast(p.in_force_from as date) <= n.received
            and (nullif(p.in_force_to, '') is null or cast(p.in_force_to as date) >= n.received)
    )) as field
from named n
where n.status not in ('refused_at_reception', 'submitted')
"""

# A dossier waits where a pause began before the period's end and had not ended by then.
COUNTED = """
with here as (
    select *,
        received between $first and $last as new,
        received < $first and (finished is null or finished >= $first) as carried,
        finished is not null and finished between $first and $last as done,
        outcome in ('withdrawn', 'returned') as turned_away,
        exists (
            select 1 from unnest(string_split(paused, ';')) as spans(span)
            where span <> '' and cast(string_split(span, '/')[1] as timestamp) < cast($last as date) + interval 1 day
                and (string_split(span, '/')[2] = ''
                     or cast(string_split(span, '/')[2] as timestamp) > cast($last as date) + interval 1 day)
        ) as waits
    from dossiers
), hand as (select * from here where new or carried)
select {by},
    count(*),
    count(*) filter (new and channel = 'online'),
    count(*) filter (new and channel is distinct from 'online'),
    count(*) filter (carried),
    count(*) filter (done),
    count(*) filter (done and finished < due and not (turned_away and $provincial)),
    count(*) filter (done and case when turned_away and $provincial then true else due is null or finished = due end),
    count(*) filter (done and finished > due and not (turned_away and $provincial)),
    count(*) filter (not done),
    count(*) filter (not done and (due is null or due >= $last or (waits and $provincial))),
    count(*) filter (not done and due < $last and not (waits and $provincial))
from hand group by {by}
"""


# What the first window's dossiers cost in a year, by the rules of a day: jobs and incomes are those of the demo's study.
COSTS = """
with own as (
    select c.procedure, c.applicant,
        {income} as income, cast(p.documents as int) as documents, cast(c.visits as int) as visits,
        cast(c.supplement_requests as int) as supplements,
        case when c.payment = 'exempt' then 0 else round(cast(p.fee_vnd as int) * {index}) end as fee
    from cases c join procedures p on p.procedure = c.procedure
        and cast(p.in_force_from as date) <= $day and (p.in_force_to = '' or cast(p.in_force_to as date) >= $day)
    where cast(c.received_at as date) between $first and $last and c.case_id not in (select case_id from aside)
), hours as (select *, 0.4 * documents + 1.5 * visits + 1.0 * supplements as hours from own where income is not null)
select procedure, applicant, sum(hours), sum(hours * income), sum(3000 * documents + 20000 * visits + fee), count(*)
from hours group by procedure, applicant
"""


def periods() -> Iterator[tuple[str, str, date, date]]:
    """Every quarter of 2023 and 2024 by both conventions: its name, the convention, its days."""
    for year in (2023, 2024):
        for quarter in range(1, 5):
            name, month = f"{year}-Q{quarter}", 3 * quarter - 2
            first = date(year, month, 1)
            end = date(year + (quarter == 4), (month + 3 - 1) % 12 + 1, 1)
            yield name, "calendar", first, end - timedelta(days=1)
            before = date(year - (month == 1), (month - 2) % 12 + 1, 15)
            yield name, "decree_09", before, date(end.year - (end.month == 1), (end.month - 2) % 12 + 1, 14)


def spoil(folder: Path) -> None:
    """Gaps and broken rows: no channel, another channel, no due date, no field, never accepted, finished before received."""
    with open(folder / "cases.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for place, row in enumerate(rows):
        if place % 17 == 3:
            row["channel"] = ""
        if place % 53 == 7:
            row["channel"] = "Zalo"
        if place % 13 == 5:
            row["due_at"] = ""
        if place % 19 == 2:
            row["field"] = ""
        if place % 23 == 11:
            row["finished_at"] = row["delivered_at"] = row["outcome"] = ""
        if place % 29 == 1:
            row["finished_at"] = row["delivered_at"] = row["outcome"] = ""
            row["status"] = "refused_at_reception" if place % 2 else "submitted"
        if place % 101 == 9:
            row["finished_at"] = "2022-06-01 08:00:00"
        if place % 31 == 4 and row["finished_at"]:
            # Finished on the due day itself, or on the last day of a quarter.
            row["due_at"] = row["finished_at"][:10]
        if place % 37 == 6:
            row["unit"] = ""
    with open(folder / "cases.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


class Log:
    """A log in DuckDB and the study that giamtang reads it by."""

    def __init__(self, giamtang: str, folder: Path) -> None:
        self.giamtang, self.folder = giamtang, folder
        aside = folder / "aside.csv"
        run([giamtang, "check", "study.toml", "--quiet", "--quarantine", str(aside), "--max-quarantine", "1"], folder)
        self.sql = duckdb.connect()
        for table in ("cases", "units", "procedures"):
            path = folder / f"{table}.csv"
            self.sql.execute(f"create table {table} as select * from read_csv('{path}', all_varchar = true, nullstr = '\\N')")
        self.sql.execute("create table aside (case_id varchar)")
        with open(aside, newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.DictReader(file) if Path(row["file"]).name == "cases.csv"]
        self.aside = {row["case_id"] for row in rows}
        self.sql.executemany("insert into aside values (?)", [[own] for own in self.aside] or [["-"]])
        self.sql.execute(DOSSIERS)

    def counted(self, by: list[str], first: date, last: date, provincial: bool) -> dict[tuple, list[int]]:
        facts = {"first": first, "last": last, "provincial": provincial}
        rows = self.sql.execute(COUNTED.format(by=", ".join(by)), facts).fetchall()
        return {row[: len(by)]: list(row[len(by) :]) for row in rows}

    def form(self, period: str, convention: str, provincial: bool) -> dict:
        profile = "provincial" if provincial else "by-dates"
        command = [self.giamtang, "form", "06a", "study.toml", "--quiet", "--format", "json", "--by", "unit"]
        command += ["--period", period, "--convention", convention, "--profile", profile, "--max-quarantine", "1"]
        return json.loads(run(command, self.folder))


def run(command: list[str], folder: Path) -> bytes:
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.decode()}")
    return done.stdout


def columns(line: dict) -> list[int]:
    received, resolved, progress = line["received"], line["resolved"], line["in_progress"]
    own = [received["total"], received["online"], received["direct_or_postal"], received["carried_over"]]
    own += [resolved["total"], resolved["early"], resolved["on_time"], resolved["overdue"]]
    return own + [progress["total"], progress["within_time"], progress["overdue"]]


def held(line: dict, where: object) -> list[int]:
    """The identities of the form."""
    own = dict(zip(range(3, 14), columns(line), strict=True))
    assert own[3] == own[4] + own[5] + own[6], (where, own)
    assert own[7] == own[8] + own[9] + own[10], (where, own)
    assert own[11] == own[12] + own[13], (where, own)
    assert own[3] == own[7] + own[11], (where, own)
    return columns(line)


def lines(form: dict) -> dict[tuple, list[int]]:
    """Every line of a form, by its unit and its field."""
    found = {("all",): held(form["whole"], "all")}
    for field in form["whole"]["parts"]:
        found["field", field["name"]] = held(field, field["name"])
    for unit in form["units"]:
        found["unit", unit["name"]] = held(unit, unit["name"])
        for field in unit["parts"]:
            found["both", unit["name"], field["name"]] = held(field, (unit["name"], field["name"]))
    return found


def compared(log: Log, name: str) -> int:
    cells = 0
    for period, convention, first, last in periods():
        for provincial in (False, True):
            form = log.form(period, convention, provincial)
            assert form["head"]["window"] == f"{first}..{last}", (form["head"]["window"], first, last)
            found = lines(form)
            counts = {("all",): log.counted(["1"], first, last, provincial).get((1,), [0] * len(COLUMNS))}
            for kind, by in (("field", ["field"]), ("unit", ["unit"]), ("both", ["unit", "field"])):
                counts.update({(kind, *key): own for key, own in log.counted(by, first, last, provincial).items()})
            where = f"{name}, {period} by {convention}, {'provincial' if provincial else 'by dates'}"
            if found.keys() != counts.keys():
                sys.exit(f"{where}: other lines: {sorted(map(str, found.keys() ^ counts.keys()))}")
            for key, own in counts.items():
                if found[key] != own:
                    sys.exit(f"{where}, {key}:\n  {COLUMNS}\n  giamtang {found[key]}\n  SQL      {own}")
            cells += len(counts) * len(COLUMNS)
    return cells


def priced(log: Log) -> int:
    """The worksheet of the demo's two windows, line by line."""
    form = json.loads(run([log.giamtang, "form", "scm", "study.toml", "--quiet", "--format", "json"], log.folder))
    (first, last), day = (date.fromisoformat(own) for own in form["head"]["was"].split("..")), form["head"]["window"][-10:]
    year = 365.25 / ((last - first).days + 1)
    income = "case c.applicant when 'citizen' then 36000 when 'business' then 62400 end"
    works = {(work["procedure"], work["applicant"]): work for work in form["works"]}
    cells = 0
    for side, on, index in (("before", last, "1.04"), ("after", date.fromisoformat(day), "1")):
        rows = log.sql.execute(COSTS.format(income=income, index=index), {"first": first, "last": last, "day": on}).fetchall()
        assert {(row[0], row[1]) for row in rows} == works.keys(), side
        for procedure, applicant, hours, labour, money, dossiers in rows:
            rules = works[procedure, applicant][side]
            own = rules["year"]
            found = [own["hours"], own["labour_vnd"], own["money_vnd"], own["total_vnd"], rules["dossiers"]]
            counted = [year * float(value) for value in (hours, labour, money, labour + money, dossiers)]
            for one, other in zip(found, counted, strict=True):
                assert abs(one - other) <= 1e-9 * max(1.0, abs(other)), (side, procedure, applicant, found, counted)
            cells += len(found)
        total = year * sum(float(row[3] + row[4]) for row in rows)
        assert abs(form[side]["total_vnd"] - total) <= 1e-9 * total, (side, form[side], total)
    return cells


def main() -> None:
    target = os.environ.get("CARGO_TARGET_DIR", Path(__file__).resolve().parents[2] / "target")
    parser = argparse.ArgumentParser()
    parser.add_argument("--giamtang", default=str(Path(target) / "debug" / "giamtang"))
    parser.add_argument("--cases", type=int, default=6000)
    asked = parser.parse_args()
    giamtang = str(Path(asked.giamtang).resolve())
    with tempfile.TemporaryDirectory() as folder:
        for name in ("as drawn", "with gaps"):
            city = Path(folder) / name.replace(" ", "-")
            run([giamtang, "demo", str(city), "--cases", str(asked.cases), "--quiet"], folder)
            if name == "with gaps":
                spoil(city)
            log = Log(giamtang, city)
            if name == "as drawn":
                print(f"the worksheet: {priced(log):,} figures agree with SQL")
            cells = compared(log, name)
            print(f"{name}: {cells:,} cells of 32 forms agree with SQL, every identity holds; {len(log.aside)} rows set aside")


if __name__ == "__main__":
    main()
