"""What the benches work with: rivals from the package index, made-up logs, studies, and the days an office is open."""

import csv
import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
OFFICE_DAY = 8 * 3600
FIRST_DAY = date(2022, 11, 1)
LAST_DAY = date(2026, 1, 14)
WINDOWS = ("2023-02-15..2023-07-31", "2024-02-15..2024-07-31")

STUDY = """\
[study]
zone = "Asia/Ho_Chi_Minh"
[log]
cases = ["{log}"]
ids = "{ids}"
[calendar]
base = "vietnam"
[windows]
{windows}
[compare]
cluster = "unit"
{compare}
"""

FEES = """\
[[kpi]]
id = "rival/fees"
name = { en = "Fees" }
total = "fee_vnd"
better = "neither"
"""


@dataclass(frozen=True)
class Workshop:
    """The program under test, the interpreter of the rivals, and the folder of logs and results."""

    giamtang: Path
    folder: Path
    python: Path

    def log(self, cases: int) -> Path:
        """The made-up log of so many dossiers, drawn once."""
        city = self.folder / f"c{cases}"
        log = city / "cases.parquet"
        if not log.exists():
            subprocess.run(
                [self.giamtang, "demo", city, "--cases", str(cases), "--format", "parquet", "-q"], check=True
            )
        return log

    def study(self, name: str, log: Path, windows: str, compare: str, ids: str = "trusted", kpis: str = "") -> Path:
        path = self.folder / f"{name}.toml"
        path.write_text(STUDY.format(log=log.resolve(), ids=ids, windows=windows, compare=compare) + kpis)
        return path

    def whole_study(self, name: str, log: Path, ids: str = "trusted", kpis: str = "") -> Path:
        """By unit, standardised by procedure, with a series of months, and all that `compare` says of them."""
        was, now = WINDOWS
        compare = 'by = ["unit"]\nstandardise = ["procedure"]\nreform = "2024-01-31"'
        return self.study(name, log, f'was = "{was}"\nis = "{now}"', compare, ids, kpis)

    def program(self, name: str, *arguments: object) -> list[str]:
        """The command of a program beside this file, run by the interpreter that has the rivals."""
        return [str(self.python), str(HERE / name), *map(str, arguments)]

    def days(self) -> Path:
        """Each day with whether the office is open and the office seconds before it, by giamtang's calendar.

        The calendar is data that all are given; what is compared is what they make of it.
        """
        path = self.folder / "days.csv"
        closed = self.closed_days()
        with path.open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(["day", "before", "open"])
            before = 0
            for number in range((LAST_DAY - FIRST_DAY).days):
                day = FIRST_DAY + timedelta(days=number)
                is_open = day not in closed
                out.writerow([day, before, int(is_open)])
                before += OFFICE_DAY * is_open
        return path

    def closed_days(self) -> set[date]:
        """What `giamtang due` skips on its way from the first day to beyond the last."""
        command = [str(self.giamtang), "due", str(FIRST_DAY), "820 working days", "--format", "json"]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        if date.fromisoformat(answer["due"]) < LAST_DAY:
            sys.exit("the limit is too short for the days of the logs")
        return {date.fromisoformat(day["date"]) for day in answer["skipped"]}


def furnished(giamtang: Path, folder: Path) -> Workshop | None:
    """With a virtual environment of the pinned rivals, made where it is not there yet; none without a package index."""
    folder.mkdir(parents=True, exist_ok=True)
    home = folder.absolute() / "venv"
    python, stamp = home / "bin" / "python", home / "rivals.sha256"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        install = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            str(REQUIREMENTS),
        ]
        if subprocess.run(install, check=False).returncode != 0:
            return None
        stamp.write_text(wanted)
    return Workshop(giamtang.resolve(), folder.resolve(), python)
