"""What the records of the catalogue need of the table schemas: which columns, of which type, filled in or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from wardbook.catalogue import RECORDS
from wardbook.package import Package
from wardbook.problem import Problem
from wardbook.table import Table

# how a record's field is annotated -> the types that its column may have, and whether it must be filled in
_TYPES = {
    "str": (("string",), False),
    "Text": (("string",), False),
    "bool": (("boolean",), False),
    "int": (("integer", "year"), True),
    "int | None": (("integer",), False),
    "date": (("date",), True),
    "date | None": (("date",), False),
    "Decimal | None": (("number",), False),
}


@dataclass(frozen=True)
class Need:
    """A column that records are made from."""

    column: str
    types: tuple[str, ...]
    filled: bool


def needs(record: type) -> tuple[Need, ...]:
    """Return the columns that a class of records is made from: a text stands in two, its line in none."""
    found = []
    for field in fields(record):
        types, filled = _TYPES[field.type] if field.name != "line" else ((), False)
        names = (f"{field.name}_vi", f"{field.name}_en") if field.type == "Text" else (field.name,)
        found += [Need(name, types, filled) for name in names if types]
    return tuple(found)


def fit(package: Package, tables: Mapping[str, Table]) -> tuple[dict[str, Table], list[Problem]]:
    """Return the tables that records can be made from, and what their schemas lack.

    A column that may be empty anyway is taken as empty where it is missing: packages of earlier days can still be read.
    """
    fitting: dict[str, Table] = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        lacking = [need for need in needs(RECORDS[name]) if not _is_met(need, table)] if name in RECORDS else []
        problems += [_problem(package, table, need) for need in lacking]
        present = table.resource.fields
        if not any(need.filled or need.column in present for need in lacking):
            fitting[name] = replace(table, absent=tuple(need.column for need in lacking))
    return fitting, problems


def _is_met(need: Need, table: Table) -> bool:
    for field in table.resource.schema["fields"]:
        if field["name"] == need.column:
            filled = field.get("constraints", {}).get("required") is True
            return field.get("type") in need.types and (filled or not need.filled)
    return False


def _problem(package: Package, table: Table, need: Need) -> Problem:
    values = {"column": need.column, "expected": "/".join(need.types) + (", required" if need.filled else "")}
    return Problem(package.path(table.resource.entry["schema"]), 1, 1, "schema-column", values)
