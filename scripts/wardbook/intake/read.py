"""A workbook from its bytes: cells as data, without formulas, macros or links being followed."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from wardbook.intake.refusal import RefusedError, refuse
from wardbook.problem import shown

# in bytes; a workbook of ten thousand indicators has two million
LARGEST = 10_000_000
LARGEST_UNPACKED = 40_000_000
MOST_PARTS = 1000
MOST_ROWS, MOST_COLUMNS = 20_000, 60

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument"
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
# what stands in quotes or behind a backslash in a number format is shown and does nothing
_SHOWN_IN_FORMAT = re.compile(r'"[^"]*"|\\.')


@dataclass(frozen=True)
class Cell:
    """One cell: `kind` is "text", "number", "date", "boolean", "formula" or "error"; text is NFC without space around.

    `is_percent` tells that a number is shown a hundred times as large, with a percent sign.
    """

    kind: str
    value: Any
    is_percent: bool = False

    @property
    def text(self) -> str:
        """What stands in the cell, as text."""
        return self.value.isoformat() if isinstance(self.value, date | time) else str(self.value)


NO_CELL = Cell("text", "")


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet that are not empty, by row and column counted from 1, and its merged ranges."""

    title: str
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()

    def cell(self, row: int, column: int) -> Cell:
        """Return the cell at a place, an empty one where there is nothing."""
        return self.cells.get((row, column), NO_CELL)

    def place(self, row: int, column: int) -> str:
        """Return a place as a spreadsheet names it: `Số liệu!F12`."""
        return f"{shown(self.title)}!{address(row, column)}"

    def row(self, row: int) -> Iterator[tuple[int, Cell]]:
        """Yield the cells of a row that are not empty, with their columns."""
        yield from self._by_row.get(row, ())

    @cached_property
    def _by_row(self) -> dict[int, list[tuple[int, Cell]]]:
        rows: dict[int, list[tuple[int, Cell]]] = {}
        for (row, column), cell in self.cells.items():
            rows.setdefault(row, []).append((column, cell))
        return rows


def address(row: int, column: int) -> str:
    """Return the name of a cell: `F12`."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def read_book(raw: bytes) -> dict[str, Sheet]:
    """Return the sheets of a workbook by title. Raises RefusedError for any other file, or one that may do harm."""
    _refuse_kind(raw)
    _refuse_size(raw)
    from openpyxl import load_workbook  # late: only this command reads a workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are of no concern here
            book = load_workbook(io.BytesIO(raw), data_only=False, keep_links=False, keep_vba=False)
            return {sheet.title: _sheet(sheet) for sheet in book.worksheets}
    except RefusedError:
        raise
    except Exception as error:  # bytes of any kind can break the reader in any way
        raise refuse("book-broken", detail=shown(f"{type(error).__name__}: {error}")) from error


def _refuse_kind(raw: bytes) -> None:
    if len(raw) > LARGEST:
        raise refuse("book-large", limit=LARGEST // 1_000_000)
    if raw.startswith(_OLD_EXCEL):
        raise refuse("book-locked" if _ENCRYPTED in raw else "book-xls")
    if raw.startswith(_ZIP):
        if _OPEN_DOCUMENT in raw[:200]:
            raise refuse("book-ods")
        return
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raise refuse("book-other") from None
    raise refuse("book-other" if raw.lstrip()[:1] in (b"", b"<", b"%") or b"\0" in raw else "book-text")


def _refuse_size(raw: bytes) -> None:
    """Unpack every part with an eye on its size, whatever the archive says of itself."""
    left = LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise refuse("book-swollen", limit=LARGEST_UNPACKED // 1_000_000)
            if "xl/workbook.xml" not in archive.namelist():
                raise refuse("book-other")
            for part in parts:
                with archive.open(part) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise refuse("book-swollen", limit=LARGEST_UNPACKED // 1_000_000)
                # no spreadsheet declares anything in its parts; who does wants them to grow, or other files to be read
                if part.filename.endswith((".xml", ".rels", ".vml")) and _DECLARES.search(content.replace(b"\0", b"")):
                    raise refuse("book-broken", detail="<!DOCTYPE>")
    except RefusedError:
        raise
    except Exception as error:  # a broken archive can break its reader in many ways, encryption among them
        raise refuse("book-broken", detail=shown(error)) from error


def _sheet(sheet: Any) -> Sheet:
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        raise refuse("book-wide", sheet=shown(sheet.title), cell=address(sheet.max_row, sheet.max_column))
    cells = {}
    for row in sheet.iter_rows():
        for cell in row:
            read = _cell(cell)
            if read is not None:
                cells[cell.row, cell.column] = read
    merged = tuple((r.min_row, r.min_col, r.max_row, r.max_col) for r in sheet.merged_cells.ranges)
    return Sheet(sheet.title, cells, tuple(sorted(merged)))


def _cell(cell: Any) -> Cell | None:
    """Return a cell by what it holds, None where that is nothing."""
    value, kind = cell.value, cell.data_type
    if value is None:
        return None
    if kind == "f":
        return Cell("formula", getattr(value, "text", None) or str(value))
    if kind == "e":
        return Cell("error", value)
    if isinstance(value, bool):
        return Cell("boolean", "TRUE" if value else "FALSE")
    if isinstance(value, datetime):
        return Cell("date", value.date() if value.time() == time() else value)
    if isinstance(value, date | time | timedelta):
        return Cell("date", value)
    if isinstance(value, int | float):
        return Cell("number", value, "%" in _SHOWN_IN_FORMAT.sub("", cell.number_format or ""))
    text = unicodedata.normalize("NFC", str(value)).strip()
    return Cell("text", text) if text else None
