"""A table as it stands in its file: rows of text with their lines, and the faults of its bytes and shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wardbook.cell import LONGEST, cell_rule, foreign_letters
from wardbook.descriptor import Resource
from wardbook.file import read_records
from wardbook.package import Package
from wardbook.problem import Problem, shown, visible

# a ward may have nothing to correct, explain or quote; it has indicators and figures
_MAY_BE_EMPTY = ("corrections", "discrepancies", "statements", "statement_indicators")


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
    records, problems = read_records(path, package.files[resource.path], resource.fields)
    if records is None:
        return None, problems
    if not records and resource.name not in _MAY_BE_EMPTY:
        return None, [*problems, Problem(path, 1, 1, "header-only", {})]
    rows = []
    for line, cells in records:
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


def _cell_problems(table: Table) -> Iterator[Problem]:
    fields = {field["name"]: field for field in table.resource.schema["fields"]}
    prose = {name for name in fields if name.endswith(("_vi", "_en"))}
    for row in table.rows:
        for column, cell in row.cells.items():
            if rule := cell_rule(cell, fields[column]["type"], prose=column in prose):
                letters = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in foreign_letters(cell))
                yield table.problem(row.line, column, rule, value=cell, expected=LONGEST, letters=letters)


def _order_problems(table: Table) -> Iterator[Problem]:
    first = table.resource.schema["primaryKey"][0]
    keys = [sort_key(table.resource, row.cells) for row in table.rows]
    for row, key, before in zip(table.rows[1:], keys[1:], keys, strict=False):
        if key < before:
            yield table.problem(row.line, first, "order", value="/".join(key))
            return
