"""A log whose names try what they can, with what each must look like in a cell."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

#: Name in the log, and text in the cell: the same, unless XML cannot hold it or it turns what stands beside it.
NAMES = {
    "=cmd|' /C calc'!A0": "=cmd|' /C calc'!A0",
    "=1+1": "=1+1",
    "+1": "+1",
    "-1": "-1",
    "@SUM(1)": "@SUM(1)",
    "before\tafter": "before\tafter",
    "first\nsecond": "first\nsecond",
    "مكتب الشكاوى": "مكتب الشكاوى",
    "turned\u202egnp.exe": "turned\\u{202e}gnp.exe",
    "bell\u0007": "bell\\u{7}",
    "🏛 office 🏛": "🏛 office 🏛",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "&amp; \" ' _x000D_ &P": "&amp; \" ' _x000D_ &P",
    "1.5": "1.5",
    "2024-03-01": "2024-03-01",
    "TRUE": "TRUE",
    "long " + "x" * 495: "long " + "x" * 495,
    "too long " + "y" * 33_000: "too long " + "y" * (32_766 - 9) + "…",
    "Phường Hoàn Kiếm": "Phường Hoàn Kiếm",
}

TITLE = "=HYPERLINK(\"http://evil\",\"&D &[File]\")"


def study(folder: Path) -> Path:
    """Writes the log and its study."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["case_id", "received_at", "finished_at", "due_at", "unit", "procedure", "outcome"])
        for month, days in (("2023-03-01", 9), ("2024-03-01", 5)):
            first = datetime.fromisoformat(month)
            for place, name in enumerate(NAMES):
                for number in range(12):
                    received = first + timedelta(days=number % 25, hours=9)
                    finished = received + timedelta(days=1 + (place + number) % days, hours=2)
                    due = received + timedelta(days=6)
                    case = f"{month[:4]}-{place}-{number}"
                    sheet.writerow([case, received, finished, due, name, f"@P{number % 2}", "granted"])
    path = folder / "study.toml"
    path.write_text(
        f"study.name = '''{TITLE}'''\nlog.cases = ['log.csv']\n"
        "windows.was = '2023-03-01..2023-03-31'\nwindows.is = '2024-03-01..2024-03-31'\n"
        "[compare]\ncluster = 'unit'\nby = ['unit']\nstandardise = ['procedure']\n",
        encoding="utf-8",
    )
    return path
