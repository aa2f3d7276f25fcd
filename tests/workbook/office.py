"""LibreOffice at work on a workbook, and what it made of it."""

from __future__ import annotations

import csv
import subprocess
from dataclasses import dataclass
from pathlib import Path

#: Every sheet as shown, UTF-8, comma, quotes about texts: what a reader sees in each cell.
SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@dataclass
class Opened:
    """What LibreOffice made of a workbook."""

    saved: Path
    pages: Path
    shown: dict[str, list[list[str]]]


def opened(book: Path, folder: Path) -> Opened:
    """Opens a workbook, computes everything anew, saves it, prints it, and writes what every cell shows."""
    profile = folder.parent / "office"
    for made in ("xlsx:Calc MS Excel 2007 XML", "pdf:calc_pdf_Export", SHOWN):
        into = folder / made.split(":")[0]
        into.mkdir(parents=True, exist_ok=True)
        command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", made]
        done = subprocess.run([*command, "--outdir", into, book], capture_output=True, text=True, timeout=600)
        if done.returncode != 0 or "Error" in done.stderr:
            raise SystemExit(f"{book.name}: {done.stdout}{done.stderr}")
    sheets = {path.stem.removeprefix(f"{book.stem}-"): rows(path) for path in sorted((folder / "csv").glob("*.csv"))}
    return Opened(folder / "xlsx" / book.name, folder / "pdf" / f"{book.stem}.pdf", sheets)


def rows(path: Path) -> list[list[str]]:
    """The rows of a CSV."""
    csv.field_size_limit(1 << 20)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
