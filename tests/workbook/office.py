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


def opened(books: list[Path], folder: Path) -> dict[Path, Opened]:
    """Opens every workbook, computes it anew, saves it, prints it, and writes what every cell shows."""
    profile = (folder / "office").as_uri()
    for made in ("xlsx:Calc MS Excel 2007 XML", "pdf:calc_pdf_Export", SHOWN):
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", made]
        into = folder / "opened" / made.split(":")[0]
        into.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([*command, "--outdir", into, *books], capture_output=True, text=True, timeout=1800)
        if done.returncode != 0 or "Error" in done.stderr:
            raise SystemExit(f"soffice: {done.stdout}{done.stderr}")
    return {book: _made(book, folder / "opened") for book in books}


def _made(book: Path, into: Path) -> Opened:
    sheets = {path.stem.removeprefix(f"{book.stem}-"): rows(path) for path in sorted((into / "csv").glob(f"{book.stem}-*"))}
    return Opened(into / "xlsx" / book.name, into / "pdf" / f"{book.stem}.pdf", sheets)


def rows(path: Path) -> list[list[str]]:
    """The rows of a CSV."""
    csv.field_size_limit(1 << 20)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
