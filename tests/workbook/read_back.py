"""Every workbook of every study: written, opened and saved by LibreOffice, read back beside the JSON of the result."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader

import form
import hostile
from card import Words, claims
from office import Opened, opened
from sheets import Book, close, kind

Json = dict[str, Any]

#: What a spreadsheet shows where it has no value, or no room.
FAILED = re.compile(r"(Err:\d+|#(VALUE|NAME|REF|DIV/0|N/A|NUM|NULL)[!?]?|#{2,})\s*")

#: The sides of A4 in points.
A4 = (595, 842)


def main(binary: Path, root: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    messages = {lang: _messages(root, lang) for lang in ("en", "vi")}
    cards: dict[Path, tuple[Json, Words]] = {}
    for name, arguments in _studies(root, folder):
        result = json.loads(_said(binary, "compare", *arguments, "--format", "json"))
        for lang, say in messages.items():
            book = folder / f"{name}-{lang}.xlsx"
            _written_twice(binary, "compare", arguments, lang, book)
            cards[book] = result, say
    forms: dict[Path, Json] = {}
    for name, arguments in _forms(root):
        book = folder / f"form-{name}.xlsx"
        _written_twice(binary, "form", arguments, "vi", book)
        forms[book] = json.loads(_said(binary, "form", *arguments, "--format", "json"))
    made = opened([*cards, *forms], folder)
    for book, (result, say) in cards.items():
        count = scorecard(book, made[book], result, say)
        print(f"{book.name}: {count} numbers stand in their cells, before LibreOffice and after")
    for book, result in forms.items():
        count = official(book, made[book], result)
        print(f"{book.name}: {count} numbers stand in their cells, before LibreOffice and after")


def _written_twice(binary: Path, verb: str, arguments: list[str], lang: str, book: Path) -> None:
    """The workbook; asked for twice it is the same bytes."""
    command = (verb, *arguments, "--format", "xlsx", "--lang", lang, "-o", str(book))
    _said(binary, *command)
    first = book.read_bytes()
    _said(binary, *command)
    assert book.read_bytes() == first, f"{book.name}: not the same bytes twice"


def scorecard(path: Path, made: Opened, card: Json, say: Words) -> int:
    """Holds the workbook of a scorecard against its JSON."""
    own = Book(path)
    workbook(path, own, made)
    checked = 0
    for book in (own, Book(made.saved)):
        stand = set()
        for where, number, cell in claims(book, card, say):
            if number is None:
                assert cell is None or cell.value is None, f"{path.name}: {where}: {cell.value!r} instead of nothing"
                continue
            assert cell is not None and close(cell.value, number), (
                f"{path.name}: {where}: {cell and cell.value!r} instead of {number!r}"
            )
            stand.add((cell.parent.title, cell.coordinate))
        checked = len(stand)
        texts = {cell.value for _, cell in book.cells() if kind(cell.value) == "text"}
        missing = [name for name in _names(card) if hostile.NAMES.get(name, name) not in texts]
        assert not missing, f"{path.name}: names that stand nowhere: {missing}"
        assert card["study"]["name"] in texts, f"{path.name}: the study's name"
        if path.stem.startswith("hostile"):
            assert {name for name in hostile.NAMES if name not in set(_names(card))} == set(), "names were lost"
    assert checked > 50, f"{path.name}: {checked} numbers"
    return checked


def official(path: Path, made: Opened, result: Json) -> int:
    """Holds the workbook of a form against its JSON, line by line."""
    own = Book(path)
    workbook(path, own, made)
    counts = {form.holds(book, result, path.name) for book in (own, Book(made.saved))}
    return max(counts)


def workbook(path: Path, own: Book, made: Opened) -> None:
    """What holds of every workbook, whatever is in it."""
    saved = Book(made.saved)
    assert saved.names == own.names, f"{path.name}: {saved.names}"
    assert all(len(name) <= 31 for name in own.names) and len({name.lower() for name in own.names}) == len(own.names)
    _same_cells(path, own, saved)
    _no_formula(path)
    _no_formula(made.saved)
    _nothing_failed(path, own, made)
    _pages(path, own, made)
    with zipfile.ZipFile(path) as archive:
        times = {entry.date_time for entry in archive.infolist()}
        assert times == {(1980, 1, 1, 0, 0, 0)}, f"{path.name}: its parts have times: {times}"


def _same_cells(path: Path, own: Book, saved: Book) -> None:
    """LibreOffice keeps every cell, its kind and how it is shown."""
    kept = {(sheet, cell.coordinate): cell for sheet, cell in saved.cells()}
    for sheet, cell in own.cells():
        where = f"{path.name}: {sheet} {cell.coordinate}"
        other = kept.pop((sheet, cell.coordinate), None)
        assert other is not None, f"{where} is gone"
        assert kind(other.value) == kind(cell.value), f"{where}: {cell.value!r} became {other.value!r}"
        if kind(cell.value) == "number":
            assert close(other.value, cell.value), f"{where}: {cell.value!r} became {other.value!r}"
            assert _shown(other.number_format) == _shown(cell.number_format), (
                f"{where}: {cell.number_format} became {other.number_format}"
            )
        else:
            assert other.value == cell.value, f"{where}: {cell.value!r} became {other.value!r}"
    assert not kept, f"{path.name}: cells out of nowhere: {list(kept)[:5]}"


def _shown(code: str) -> tuple[bool, int, bool]:
    """Whether a code shows percent, with how many decimals, and whether with a sign."""
    plain = re.sub(r"\[[^\]]*\]", "", code).split(";")
    part = plain[-1] if "<" in code else plain[0]
    decimals = re.search(r"\.(0+)", part)
    return "%" in code, len(decimals.group(1)) if decimals else 0, "+" in plain[0]


def _no_formula(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.namelist():
            if entry.startswith("xl/worksheets/sheet"):
                text = archive.read(entry).decode()
                assert not re.search(r"<f[ />]", text), f"{path.name}: a formula in {entry}"


def _nothing_failed(path: Path, own: Book, made: Opened) -> None:
    assert len(made.shown) == len(own.names), f"{path.name}: {sorted(made.shown)}"
    for sheet, rows in made.shown.items():
        for number, row in enumerate(rows, 1):
            failed = [text for text in row if FAILED.fullmatch(text)]
            assert not failed, f"{path.name}: {sheet}, row {number} shows {failed}"


def _pages(path: Path, own: Book, made: Opened) -> None:
    """A4, every sheet at least a page."""
    pages = PdfReader(made.pages).pages
    assert len(pages) >= len(own.names), f"{path.name}: {len(pages)} pages"
    for number, page in enumerate(pages, 1):
        sides = sorted((float(page.mediabox.width), float(page.mediabox.height)))
        fits = all(abs(side - expected) < 2 for side, expected in zip(sides, A4))
        assert fits, f"{path.name}: page {number} is {sides}"
    for sheet in own.book.worksheets:
        assert sheet.page_setup.paperSize == 9, f"{path.name}: {sheet.title} is not A4"


def _names(card: Json) -> Iterator[str]:
    """The names that groups have."""
    for group in card["groups"]:
        yield from (name for name in group["by"].values() if name is not None)


def _studies(root: Path, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Every study with what to ask of it; those of real logs where these are."""
    study = str(root / "fixtures/study/study.toml")
    reformed = "compare.treated=['Phường Hoàn Kiếm', 'Phường Tây Hồ']"
    yield "fixture", [study, "--by", "unit", "--set", reformed, "--quiet"]
    yield "one-window", [study, "--window", "2024-02-15..2024-07-31", "--quiet"]
    yield "hostile", [str(hostile.study(folder / "hostile" / "log")), "--quiet"]
    logs = {"receipt": "receipt.xes.gz", "boston": "boston_311.csv.gz", "nyc": "nyc_council_casework.csv.gz"}
    for name, log in logs.items():
        if (root.parent / "shared/data" / log).is_file():
            yield name, [str(root / f"tests/studies/{name}.toml"), "--max-quarantine", "1", "--quiet"]
        else:
            print(f"{name}: ../shared/data/{log} is not here")


def _forms(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Every form with what to ask of it."""
    study = str(root / "fixtures/study/study.toml")
    yield "06a", ["06a", study, "--period", "2024-Q2", "--by", "unit", "--quiet"]
    yield from ((name, [name, study, "--quiet"]) for name in ("scm", "766", "nine"))


def _messages(root: Path, lang: str) -> Words:
    text = (root / f"src/report/messages/{lang}.toml").read_text(encoding="utf-8")
    messages = tomllib.loads(text)
    messages["page"]["lang"] = lang
    return Words(messages)


def _said(binary: Path, *arguments: str) -> bytes:
    done = subprocess.run([binary, *arguments], capture_output=True)
    assert done.returncode == 0, f"{arguments}: {done.stderr.decode()}"
    return done.stdout


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
