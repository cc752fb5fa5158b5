"""Table schemas, checked by frictionless and told in our words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby
from typing import Any

from wardbook.problem import Problem, shown, visible
from wardbook.table import Row, Table

# frictionless's name of a failed constraint -> our rule
_CONSTRAINTS = {
    "required": "required",
    "enum": "enum",
    "pattern": "pattern",
    "minimum": "range",
    "maximum": "range",
    "maxLength": "too-long",
}


# rows that someone has begun and must still fill in
UNFILLED = ("unfilled", "unfilled-figure")
# so many errors of frictionless may become one problem, and then there is room for as many problems as are told
_CELLS_OF_A_ROW = 4
# what is typed with a figure and may be empty by its schema: it is named with the cells that may not be
_WITH_A_FIGURE = ("value", "as_printed")


def schema_problems(tables: Mapping[str, Table], most: int) -> Iterator[Problem]:
    """Yield every cell that breaks its table schema, `most` of a table; a row that lacks several is one problem."""
    for table in tables.values():
        yield from _one_a_row(table, _cell_problems(table, most))


def _cell_problems(table: Table, most: int) -> Iterator[Problem]:
    try:
        (task,) = _resource(table).validate(limit_errors=most * _CELLS_OF_A_ROW).tasks
    except Exception as error:  # a schema that satisfies its profile can still break the validator in any way
        yield Problem(table.path, 1, 1, "schema", {"detail": shown(error)})
        return
    for error in task.errors:
        yield from _problems(table, error)


def _one_a_row(table: Table, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Turn two or more cells of a row that must not be empty into one problem that names them."""
    for line, group in groupby(problems, key=lambda problem: problem.line):
        of_row = list(group)
        empty = [problem.values["column"] for problem in of_row if problem.rule == "required"]
        if len(empty) < 2:  # noqa: PLR2004
            yield from of_row
            continue
        yield _unfilled(table, table.row(bisect_left(table.lines, line)), empty)
        yield from (problem for problem in of_row if problem.rule != "required")


def _unfilled(table: Table, row: Row, empty: list[str]) -> Problem:
    is_figure = table.resource.name == "observations"
    if is_figure:
        empty = [*empty, *(column for column in _WITH_A_FIGURE if not row.cells[column])]
    fields = table.resource.fields
    named = [column for column in fields if column in empty]
    key = "/".join(row.cells[fields[place]] for place in table.resource.key)
    values = {"column": named[0], "columns": ", ".join(named), "value": visible(key)}
    rule = "unfilled-figure" if is_figure else "unfilled"
    return Problem(table.path, row.line, fields.index(named[0]) + 1, rule, values)


def _resource(table: Table) -> Any:
    # late: its import is most of the time of a small check
    from frictionless import Schema
    from frictionless.resources import TableResource

    # keys are ours to check: see keys.py
    left_out = ("$schema", "primaryKey", "foreignKeys")
    descriptor = {key: value for key, value in table.resource.schema.items() if key not in left_out}
    return TableResource(
        name=table.resource.name,
        data=lambda: chain([table.resource.fields], table.records),
        schema=Schema.from_descriptor(descriptor),
    )


def _problems(table: Table, error: Any) -> Iterator[Problem]:
    """Turn one frictionless error into ours; its row number counts the header, and stands for a line of the file."""
    kind = error.type
    row = table.row(error.row_number - 2) if hasattr(error, "row_number") else None
    if row is None:
        yield Problem(table.path, 1, 1, "schema", {"detail": error.note})
    elif kind == "type-error":
        expected = _field(table, error.field_name)["type"]
        yield table.problem(row.line, error.field_name, "type", value=error.cell, expected=expected)
    elif kind == "constraint-error":
        name = error.note.split('"')[1]
        rule = _CONSTRAINTS.get(name, "constraint")
        field = _field(table, error.field_name)
        limit = field.get("constraints", {}).get(name, "")
        yield table.problem(
            row.line,
            error.field_name,
            rule,
            value=error.cell,
            expected=", ".join(limit) if isinstance(limit, list) else limit,
            suggestion=field.get("example", ""),
        )
    else:
        yield Problem(table.path, row.line, 1, "schema", {"detail": error.note})


def _field(table: Table, column: str) -> Mapping[str, Any]:
    return next(field for field in table.resource.schema["fields"] if field["name"] == column)
