"""A table as it stands in its file: rows of text with their lines, and the faults of its bytes and shape."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wardbook.cell import LONGEST, cell_fault, foreign_letters, is_clean
from wardbook.descriptor import Resource
from wardbook.file import Record, read_records
from wardbook.package import Package
from wardbook.problem import MOST_PROBLEMS, Problem, shown, visible

# faults of a file as a whole: they stand at a row, but every cell of it can be trusted
OF_THE_FILE = ("bom", "form", "line-ends", "order")

# a ward may have nothing to correct, explain, rename or quote; it has indicators and figures
_MAY_BE_EMPTY = ("corrections", "discrepancies", "redirects", "statements", "statement_indicators")

# how the first cell of a row of data begins in every table: an id, or a date
_ID = re.compile(r"[a-z0-9]+[-/,0-9]|[a-z0-9]+$")
# rows that a spreadsheet shows below its data, and that are no data
_TOTAL = re.compile(r"(?i)\W*(tổng|cộng|total|sum)\b(?![-/])")
_REMARK = re.compile(r"(?i)\W*(ghi chú|chú thích|nguồn|notes?|source)\b(?![-/])|\(?\*|\([0-9]+\)")


@dataclass(frozen=True)
class Row:
    """One row: the 1-based `line` it begins on in its file, and its cells by column name."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A table: its resource, the path that messages print, and its rows as text.

    Rows are kept as tuples with their lines beside them: a large table has millions of cells.
    """

    resource: Resource
    path: str
    lines: Sequence[int]
    records: Sequence[tuple[str, ...]]
    absent: tuple[str, ...] = ()
    is_sorted: bool = False

    def rows(self) -> Iterator[Row]:
        """Yield every row; columns that are absent from the schema are empty in each."""
        fields, absent = self.resource.fields, dict.fromkeys(self.absent, "")
        for line, record in zip(self.lines, self.records, strict=True):
            cells = dict(zip(fields, record, strict=True))
            yield Row(line, cells | absent if absent else cells)

    def row(self, place: int) -> Row:
        """Return the row at a place, counted from 0."""
        return Row(self.lines[place], dict(zip(self.resource.fields, self.records[place], strict=True)))

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
    records, problems = read_records(path, package.files[resource.path], resource.fields)
    if records is None:
        return None, problems
    lines, kept = array("L"), []
    table = Table(resource, path, lines, kept)
    cells = _Cells(table)
    rule = form = ""
    for record in records:
        before, rule = rule, _shape_rule(resource, record)
        if rule and not rule == before == "row-blank":  # a run of blank rows is one fault
            problems.append(_shape_problem(table, record, rule))
        if rule:
            continue
        if record.fault == "form" and not form:  # the whole file was saved like that
            form = record.fault
            problems.append(Problem(path, record.line, 1, "form"))
        if len(problems) <= MOST_PROBLEMS:
            problems += cells.problems(record)
        lines.append(record.line)
        kept.append(tuple(record.cells))
    if not (kept or rule or resource.name in _MAY_BE_EMPTY):
        return None, [*problems, Problem(path, 1, 1, "header-only")]
    order = list(_order_problems(table))
    return replace(table, is_sorted=not order), [*problems, *order]


def sort_key(resource: Resource, cells: dict[str, str]) -> tuple[str, ...]:
    """Return what rows are sorted by: the primary key, as text."""
    return tuple(cells[resource.fields[place]] for place in resource.key)


def _shape_rule(resource: Resource, record: Record) -> str:
    """Return the rule that a record breaks as a whole, so that none of its cells can be trusted; "" for none."""
    cells = record.cells
    if record.fault == "quote":
        return "quote"
    whole = len(cells) == len(resource.fields)
    if whole and _ID.match(cells[0]) and all(cells[place] for place in resource.key):
        return ""
    first = next(filter(None, cells), "")
    if not first:
        return "row-blank"
    if _TOTAL.match(first):
        return "row-total"
    if _REMARK.match(first):
        return "row-remark"
    if not whole:
        return "row-width"
    return "row-merged" if len(resource.key) > 1 and not all(cells[place] for place in resource.key) else ""


def _shape_problem(table: Table, record: Record, rule: str) -> Problem:
    cells, fields = record.cells, table.resource.fields
    if rule == "row-width":
        values = {"expected": str(len(fields)), "found": str(len(cells))}
        return Problem(table.path, record.line, min(len(cells), len(fields)), rule, values)
    if rule == "row-merged":
        return table.problem(record.line, next(fields[p] for p in table.resource.key if not cells[p]), rule)
    return Problem(table.path, record.line, 1, rule, {"value": shown(next(filter(None, cells), ""))})


class _Cells:
    """Looks at the cells of one record after another; a cell that repeats the one above it was looked at already."""

    def __init__(self, table: Table) -> None:
        self._table = table
        fields = table.resource.schema["fields"]
        self._kinds = [field["type"] for field in fields]
        self._prose = [_is_prose(field) for field in fields]
        self._above = [""] * len(fields)

    def problems(self, record: Record) -> Iterator[Problem]:
        """Yield what is wrong with each cell; cells that repeat the one above become the same object."""
        cells, above = record.cells, self._above
        for place, cell in enumerate(cells):
            if not cell:
                continue
            if cell == above[place]:
                cells[place] = above[place]
            elif is_clean(cell, self._kinds[place], prose=self._prose[place]):
                above[place] = cell
            elif fault := cell_fault(cell, self._kinds[place], prose=self._prose[place]):
                letters = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in foreign_letters(cell))
                yield self._table.problem(
                    record.line,
                    self._table.resource.fields[place],
                    fault.rule,
                    value=cell,
                    suggestion=fault.suggestion,
                    expected=LONGEST,
                    letters=letters,
                )
            else:
                above[place] = cell


def _is_prose(field: Mapping[str, Any]) -> bool:
    """Tell whether a column holds free text: its schema has neither a form nor a list of codes for it."""
    return field["type"] == "string" and not {"pattern", "enum"} & field.get("constraints", {}).keys()


def _order_problems(table: Table) -> Iterator[Problem]:
    key = table.resource.key
    before: tuple[str, ...] = ()
    for line, record in zip(table.lines, table.records, strict=True):
        now = tuple(record[place] for place in key)
        if now < before:
            yield table.problem(line, table.resource.fields[key[0]], "order", value="/".join(now))
            return
        before = now
