"""Table schemas, keys and references, checked by frictionless and told in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wardbook.problem import Problem
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
    """Yield every cell, key and reference that breaks its table schema.

    A reference to a table that could not be read is not followed: its faults would only repeat that one.
    """
    if not tables:
        return
    from frictionless import Package  # late: its import is most of the time of a small check

    report = Package(resources=[_resource(table, tables) for table in tables.values()]).validate()
    for task in report.tasks:
        table = tables[task.name]
        for error in task.errors:
            yield from _problems(table, error)


def _resource(table: Table, tables: Mapping[str, Table]) -> Any:
    from frictionless import Schema
    from frictionless.resources import TableResource

    descriptor = {key: value for key, value in table.resource.schema.items() if key != "$schema"}
    descriptor["foreignKeys"] = [
        {"fields": key["fields"], "reference": {"resource": "", **key["reference"]}}
        for key in descriptor.get("foreignKeys", ())
        if key["reference"].get("resource", table.resource.name) in tables
    ]
    data = [list(table.resource.fields), *(list(row.cells.values()) for row in table.rows)]
    return TableResource(name=table.resource.name, data=data, schema=Schema.from_descriptor(descriptor))


def _problems(table: Table, error: Any) -> Iterator[Problem]:
    """Turn one frictionless error into ours; its row number counts the header, and stands for a line of the file."""
    kind = error.type
    row = table.rows[error.row_number - 2] if hasattr(error, "row_number") else None
    if row is None:
        yield Problem(table.path, 1, 1, "schema", {"detail": error.note})
    elif kind == "type-error":
        yield table.problem(
            row.line, error.field_name, "type", value=error.cell, expected=_type(table, error.field_name)
        )
    elif kind == "constraint-error":
        name = error.note.split('"')[1]
        rule = _CONSTRAINTS.get(name, "constraint")
        limit = _constraints(table, error.field_name).get(name, "")
        expected = ", ".join(limit) if isinstance(limit, list) else limit
        yield table.problem(row.line, error.field_name, rule, value=error.cell, expected=expected)
    elif kind == "primary-key":
        key = table.resource.schema["primaryKey"]
        yield table.problem(row.line, key[0], "duplicate", value="/".join(row.cells[name] for name in key))
    elif kind == "foreign-key":
        target = error.reference_name or table.resource.name
        value = ", ".join(row.cells[name] for name in error.field_names)
        yield table.problem(row.line, error.field_names[0], "reference", value=value, target=target)
    else:
        yield Problem(table.path, row.line, 1, "schema", {"detail": error.note})


def _type(table: Table, column: str) -> str:
    return next(field["type"] for field in table.resource.schema["fields"] if field["name"] == column)


def _constraints(table: Table, column: str) -> Mapping[str, Any]:
    return next(f for f in table.resource.schema["fields"] if f["name"] == column).get("constraints", {})
