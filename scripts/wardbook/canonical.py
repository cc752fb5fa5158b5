"""The canonical form of a package's CSV files, so that a save in a spreadsheet becomes a small diff."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from wardbook import printed
from wardbook.cell import cell_fault
from wardbook.descriptor import Resource, read_descriptor
from wardbook.file import BOM, canonical_line, file_fault, header_fault
from wardbook.package import Package
from wardbook.problem import Problem, shown

_SEPARATORS = (",", ";", "\t")

# a dot or a comma with three digits behind it may part thousands or decimals
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROWN = re.compile(r"[1-9][0-9]{3,5}")
_DAY_OR_MONTH_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_MONTHS = 12

# slips of a number whose mending changes nothing of its meaning
PLAIN_SLIPS = ("number-comma", "number-thousands", "number-digits", "spreadsheet")
# what spreadsheets make of true and false
_BOOLEANS = {"true": "true", "false": "false", "đúng": "true", "sai": "false"}

Row = list[str]


@dataclass(frozen=True)
class Canonical:
    """The canonical bytes of each table that can be rewritten without a doubt, and why the others cannot."""

    files: dict[str, bytes]
    refusals: tuple[Problem, ...]


class _RefusalError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def canonical_files(package: Package) -> Canonical:
    """Bring every table of a package into canonical form.

    Byte order mark, CR, semicolons and tabs between cells, decimal commas, thousands marks, day-first dates, decomposed
    accents, space around cells, empty rows and columns and the order of rows are mended. A file is refused whole where
    one of its cells could be read in two ways. What is wrong in a cell and cannot be mended is left for `check` to say.
    """
    files: dict[str, bytes] = {}
    refusals = []
    for resource in read_descriptor(package)[1].values():
        try:
            files[resource.path] = _canonical(package, resource)
        except _RefusalError as refusal:
            refusals.append(refusal.problem)
    return Canonical(files, tuple(refusals))


def _canonical(package: Package, resource: Resource) -> bytes:
    path, raw = package.path(resource.path), package.files[resource.path]
    if fault := file_fault(path, raw):
        raise _RefusalError(fault)
    text = unicodedata.normalize("NFC", raw.removeprefix(BOM).decode("utf-8"))
    separator, lines, rows = _rows(path, text, resource)
    reader = _Reader(resource, path, rows, commas=separator == ";")
    mended = [reader.row(line, row) for line, row in zip(lines, rows, strict=True)]
    mended.sort(key=lambda row: tuple(row[place] for place in resource.key))
    return "".join(canonical_line(row) for row in (resource.fields, *mended)).encode("utf-8")


def _rows(path: str, text: str, resource: Resource) -> tuple[str, list[int], list[Row]]:
    """Return the sign between cells, and the rows with the lines they begin on, as wide as the header."""
    width = len(resource.fields)
    for separator in _SEPARATORS:
        records = list(_records(path, text, separator))
        header = _cut(records[0][1], width) if records else []
        if tuple(header) == resource.fields:
            break
    else:
        raise _RefusalError(header_fault(path, text.encode("utf-8"), resource.fields))
    lines, rows = [], []
    for line, cells in records[1:]:
        row = _cut(cells, width)
        if not any(row):
            continue
        if len(row) != width:
            values = {"found": str(len(row)), "expected": str(width)}
            raise _RefusalError(Problem(path, line, min(len(row), width), "row-width", values))
        lines.append(line)
        rows.append(row)
    return separator, lines, rows


def _records(path: str, text: str, separator: str) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _RefusalError(Problem(path, line, 1, "quote", {"value": ""})) from error
        yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


def _cut(cells: Sequence[str], width: int) -> Row:
    """Return a row without the empty cells that stand past the last column."""
    cells = list(cells)
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells


class _Reader:
    """Reads the cells of a file as the program that saved it wrote them.

    `commas` tells that it writes decimals with a comma and dates with the day first: no country that does otherwise
    parts cells by semicolons.
    """

    def __init__(self, resource: Resource, path: str, rows: Sequence[Row], *, commas: bool) -> None:
        self._fields = resource.schema["fields"]
        self._path = path
        self._commas = commas
        self._copy = resource.fields.index("as_printed") if "as_printed" in resource.fields else None
        dates = [place for place, field in enumerate(self._fields) if field["type"] == "date"]
        self._day_first = commas or _is_day_first(row[place] for row in rows for place in dates)

    def row(self, line: int, row: Row) -> Row:
        """Return a row in canonical form."""
        copied = printed.figures(row[self._copy]) if self._copy is not None else ()
        return [self._cell(line, place, cell, copied) for place, cell in enumerate(row)]

    def _cell(self, line: int, place: int, cell: str, copied: tuple[Decimal, ...]) -> str:
        kind = self._fields[place]["type"]
        if kind == "string" or not cell:
            return cell
        if kind == "date":
            return self._date(line, place, cell)
        if kind == "boolean":
            return _BOOLEANS.get(cell.lower(), cell)
        if kind == "number" and is_open_to_doubt(cell):
            return self._number(line, place, cell, copied)
        if kind == "number" and self._commas and (meant := before_it_grew(cell, copied)):
            return meant
        fault = cell_fault(cell, kind, prose=False)
        return fault.suggestion if fault and fault.suggestion and fault.rule in PLAIN_SLIPS else cell

    def _number(self, line: int, place: int, cell: str, copied: tuple[Decimal, ...]) -> str:
        """Read a number that has three digits behind its only mark: the copied text tells what the mark is."""
        read = readings(cell, copied, commas=self._commas)
        if len(read) == 1:
            return read[0]
        raise _RefusalError(self._problem(line, place, "number-ambiguous", cell, *read))

    def _date(self, line: int, place: int, cell: str) -> str:
        found = _DAY_OR_MONTH_FIRST.fullmatch(cell)
        if not found:
            return cell
        first, second, year = int(found[1]), int(found[3]), found[4]
        day_first, month_first = f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}"
        if first > _MONTHS or first == second or self._day_first:
            return day_first
        if second > _MONTHS:
            return month_first
        raise _RefusalError(self._problem(line, place, "date-ambiguous", cell, day_first, month_first))

    def _problem(self, line: int, place: int, rule: str, cell: str, *readings: str) -> Problem:
        values = {"column": self._fields[place]["name"], "value": shown(cell), "one": readings[0], "other": readings[1]}
        return Problem(self._path, line, place + 1, rule, values)


def is_open_to_doubt(cell: str) -> bool:
    """Tell whether the only mark of a number may part its thousands or its decimals: 31.625."""
    return _EITHER.fullmatch(cell) is not None


def readings(cell: str, copied: tuple[Decimal, ...], *, commas: bool) -> tuple[str, ...]:
    """Return how a number that is open to doubt can be read: in one way where the copied text or its mark tells."""
    decimal, whole = re.sub("[.,]", ".", cell), re.sub("[.,]", "", cell)
    told = [reading for reading in (decimal, whole) if Decimal(reading) in copied]
    if len(told) == 1:
        return (told[0],)
    # the decimal mark of the program that saved the file
    return (decimal,) if ("," in cell) == commas else (decimal, whole)


def before_it_grew(cell: str, copied: tuple[Decimal, ...]) -> str:
    """Return what stood in a cell that a program with decimal commas took for thousands: 31.625, which became 31625.

    Only the copied text can tell; "" where it does not.
    """
    meant = f"{cell[:-3]}.{cell[-3:]}"
    return meant if _GROWN.fullmatch(cell) and Decimal(cell) not in copied and Decimal(meant) in copied else ""


def _is_day_first(cells: Iterator[str]) -> bool:
    """Tell whether the dates of a file show that the day stands first: one of them could not be read otherwise."""
    found = [match for match in map(_DAY_OR_MONTH_FIRST.fullmatch, cells) if match]
    return any(int(match[1]) > _MONTHS for match in found) and all(int(match[3]) <= _MONTHS for match in found)
