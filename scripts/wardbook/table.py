"""A table as it stands in its file: rows of text with their lines, and the faults of its bytes and shape."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from wardbook.descriptor import Resource
from wardbook.package import Package
from wardbook.problem import Problem, is_hidden, shown, visible

BOM = b"\xef\xbb\xbf"

# what a spreadsheet would run, and what Markdown or HTML cannot be told to leave alone
_FORMULA = ("=", "+", "@", "\t", "\r")
_CANONICAL_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_CANONICAL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_CELL = 5000
_NUMERIC_TYPES = ("number", "integer", "year")

# the csv module stops with an exception at a longer cell; the schema knows which are too long
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Row:
    """One row: the 1-based `line` it begins on in its file, and its cells by column name."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A table: its resource, the path that messages print, and its rows as text."""

    resource: Resource
    path: str
    rows: tuple[Row, ...]

    def problem(self, line: int, column: str, rule: str, **values: object) -> Problem:
        """Return a problem that stands in `column` of the row on `line`."""
        place = self.resource.fields.index(column) + 1
        # what stands in the file may be of any length; what the schema expects is said in full
        safe = {name: visible(str(v)) if name == "expected" else shown(v) for name, v in values.items()}
        return Problem(self.path, line, place, rule, {"column": column, **safe})


def read_table(package: Package, resource: Resource) -> tuple[Table | None, list[Problem]]:
    """Read a table from its bytes; return None for it where its bytes or its header cannot be trusted.

    A fault of a single cell or row is a problem beside the table, so that every fault shows in one run.
    """
    path = package.path(resource.path)
    raw = package.files[resource.path]
    problems = list(_byte_problems(path, raw))
    try:
        text = raw.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return None, [Problem(path, line, 1, "encoding", {"byte": f"0x{raw[error.start]:02X}"})]
    records = list(_records(text))
    if not records:
        return None, [Problem(path, 1, 1, "empty-file", {})]
    header_line, header = records[0]
    if tuple(header) != resource.fields:
        values = {"expected": ",".join(resource.fields), "found": shown(",".join(header))}
        return None, [*problems, Problem(path, header_line, 1, "header", values)]
    rows = []
    for line, cells in records[1:]:
        if len(cells) != len(resource.fields):
            rule = "row-blank" if not any(cells) else "row-width"
            values = {"expected": str(len(resource.fields)), "found": str(len(cells))}
            problems.append(Problem(path, line, min(len(cells), len(resource.fields)) or 1, rule, values))
        else:
            rows.append(Row(line, dict(zip(resource.fields, cells, strict=True))))
    table = Table(resource, path, tuple(rows))
    return table, [*problems, *_cell_problems(table), *_order_problems(table)]


def sort_key(resource: Resource, cells: dict[str, str]) -> tuple[str, ...]:
    """Return what rows are sorted by: the primary key, as text."""
    return tuple(cells[name] for name in resource.schema["primaryKey"])


def _byte_problems(path: str, raw: bytes) -> Iterator[Problem]:
    if raw.startswith(BOM):
        yield Problem(path, 1, 1, "bom", {})
    if b"\r" in raw:
        yield Problem(path, raw[: raw.index(b"\r")].count(b"\n") + 1, 1, "line-ends", {})


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line that it begins on: a quoted cell may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""))
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _cell_problems(table: Table) -> Iterator[Problem]:
    types = {field["name"]: field["type"] for field in table.resource.schema["fields"]}
    for row in table.rows:
        for column, cell in row.cells.items():
            if rule := _cell_rule(cell, types[column]):
                yield table.problem(row.line, column, rule, value=cell, expected=_LONGEST_CELL)


def _cell_rule(cell: str, kind: str) -> str | None:
    """Return the rule that one cell breaks by its characters alone, the worst first."""
    if not cell:
        return None
    if len(cell) > _LONGEST_CELL:
        return "too-long"
    if cell.startswith(_FORMULA):
        return "formula"
    if any(map(is_hidden, cell)):
        return "invisible"
    if not unicodedata.is_normalized("NFC", cell):
        return "nfc"
    if cell != cell.strip():
        return "padded"
    if kind in _NUMERIC_TYPES and not _CANONICAL_NUMBER.fullmatch(cell):
        return "number"
    if kind == "date" and not _CANONICAL_DATE.fullmatch(cell):
        return "date"
    return None


def _order_problems(table: Table) -> Iterator[Problem]:
    first = table.resource.schema["primaryKey"][0]
    keys = [sort_key(table.resource, row.cells) for row in table.rows]
    for row, key, before in zip(table.rows[1:], keys[1:], keys, strict=False):
        if key < before:
            yield table.problem(row.line, first, "order", value="/".join(key))
            return
