"""A workbook's sheets as tables: what stands under which heading, and whether a cell is what the result says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

#: The colour of headings.
HEADING = "FFDDE5F0"


def close(found: Any, expected: float) -> bool:
    """Whether a cell has this number, to twelve digits."""
    is_number = isinstance(found, (int, float)) and not isinstance(found, bool)
    return is_number and math.isclose(found, expected, rel_tol=1e-11, abs_tol=1e-14)


class Table:
    """A sheet that is one table: rows of cells, each under its band and heading."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.first = next(row for row in range(1, 40) if _is_heading(sheet.cell(row, 1)))
        bands = self._bands()
        width = max(column for column in range(1, sheet.max_column + 1) if sheet.cell(self.first, column).value)
        self.columns = [(bands[column], sheet.cell(self.first, column).value) for column in range(1, width + 1)]

    def _bands(self) -> list[str]:
        """What stands above each column; merged over those that belong together."""
        bands = [""] * (self.sheet.max_column + 2)
        for area in self.sheet.merged_cells.ranges:
            if area.min_row == self.first - 1 == area.max_row and area.max_row > 1:
                for column in range(area.min_col, area.max_col + 1):
                    bands[column] = str(self.sheet.cell(area.min_row, area.min_col).value or "")
        for column in range(1, self.sheet.max_column + 1):
            own = self.sheet.cell(self.first - 1, column)
            if own.value and not bands[column] and own.font.bold and own.fill.fgColor.rgb == "FFEEF1F6":
                bands[column] = str(own.value)
        return bands

    def rows(self) -> Iterator[dict[tuple[str, str], Cell]]:
        """The rows, until one is without its first cell."""
        for row in self.sheet.iter_rows(min_row=self.first + 1, max_col=len(self.columns)):
            if row[0].value is None:
                return
            yield dict(zip(self.columns, row))


def _is_heading(cell: Cell) -> bool:
    return cell.value is not None and cell.fill.fgColor.rgb == HEADING


class Book:
    """A workbook that was read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)

    @property
    def names(self) -> list[str]:
        return self.book.sheetnames

    def sheet(self, name: str) -> Worksheet:
        return self.book[name]

    def table(self, name: str) -> Table:
        return Table(self.book[name])

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every cell that holds something, with its sheet."""
        for sheet in self.book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is not None:
                        yield sheet.title, cell


def kind(value: Any) -> str:
    """What a value is."""
    if isinstance(value, (date, datetime)):
        return "day"
    return "number" if isinstance(value, (int, float)) else "text"
