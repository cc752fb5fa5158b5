"""Table schemas, checked by frictionless and told in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from wardbook.problem import MOST_PROBLEMS, Problem, shown
from wardbook.table import Table

# frictionless's name of a failed constraint -> our rule
_CONSTRAINTS = {
    "required": "required",
    "enum": "enum",
    "pattern": "pattern",
    "minimum": "range",
    "maximum": "range",
    "maxLength": "too-long",
}


def schema_problems(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Yield every cell that breaks its table schema."""
    for table in tables.values():
        try:
            (task,) = _resource(table).validate(limit_errors=MOST_PROBLEMS).tasks
        except Exception as error:  # a schema that satisfies its profile can still break the validator in any way
            yield Problem(table.path, 1, 1, "schema", {"detail": shown(error)})
            continue
        for error in task.errors:
            yield from _problems(table, error)


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
