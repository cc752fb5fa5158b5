"""Tables as people read them in a spreadsheet: in one language, with words instead of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from wardbook.formats.contents import Contents, side
from wardbook.formats.flat import Cell, Row
from wardbook.language import Language

# what a table's reference leads to -> the columns that name it, in the order of preference
_NAMES = {
    "areas": "name",
    "topics": "name",
    "units": "symbol",
    "indicators": "name",
    "sources": "title",
    "statements": "text",
}


@dataclass(frozen=True)
class Column:
    """A column: its title, and what stands in it: "text", "code" (text of signs), "number", "year", "date"."""

    key: str
    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Sheet:
    """One table with a name, columns and rows; a cell is text, a whole number, a Decimal, a date or None."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]


def figures_sheet(contents: Contents, flat: Sequence[Row], language: Language) -> Sheet:
    """Return the flat table in one language."""
    words = language.words["files"]
    columns = tuple(Column(key, title, _KINDS.get(key, "text")) for key, title in words["columns"].items())
    rows = [tuple(_figure_cell(contents, row, column.key, language) for column in columns) for row in flat]
    return Sheet(words["sheets"]["figures"], columns, rows)


_KINDS = {
    "year": "year",
    "value": "number",
    "plan": "number",
    "plan_pct": "number",
    "plan_implied": "number",
    "corrected": "date",
    "area_code": "code",
    "indicator_id": "code",
    "locator": "code",
}


def _figure_cell(contents: Contents, row: Row, key: str, language: Language) -> Cell:
    if key == "plan_status":
        return language.words["status"][str(row[key])]
    if key == "page":
        return contents.page(language.code, f"chi-tieu/{row['indicator_id']}/")
    if key in ("plan_claim", "obs_status", "zero_kind"):
        return code_words(language, key, str(row[key]))
    cell = row[key] if key in row else row[f"{key}_{language.code}"]
    return None if cell == "" else cell


def code_words(language: Language, column: str, code: str) -> str | None:
    """Return what a code of a column means; the code itself where there are no words for it, None for no code."""
    if not code:
        return None
    meanings = {**language.words["changes"]["codes"], "kind": language.words["kind"]}
    return meanings.get(column, {}).get(code, code)


def table_sheet(contents: Contents, name: str, language: Language) -> Sheet:
    """Return a table of the package in one language: codes in words, and beside each reference what it leads to."""
    resource, other = contents.resources[name], "en" if language.code == "vi" else "vi"
    references = {
        key["fields"][0]: key["reference"].get("resource") or name for key in resource.schema.get("foreignKeys", ())
    }
    columns: list[Column] = []
    for field in resource.schema["fields"]:
        column = field["name"]
        if column.endswith(f"_{other}"):
            continue
        title = contents.field_title(name, column, language.code)
        if column in references:
            columns.append(Column(f"{column}/name", title))
            title = language.words["files"]["id_of"].format(title=title)
        columns.append(Column(column, title, _field_kind(field)))
    names = {target: _names(contents, target, language.code) for target in set(references.values())}

    def cell(row: Mapping[str, str], column: Column) -> Cell:
        key, _, named = column.key.partition("/")
        if named:
            return names[references[key]].get(row[key])
        if name == "corrections" and key in ("table", "field"):
            return _corrected_place(contents, row, key, language.code)
        return _typed(row[key], column, language)

    rows = [tuple(cell(row, column) for column in columns) for row in contents.tables[name]]
    return Sheet(language.words["files"]["sheets"][name], tuple(columns), rows)


def _corrected_place(contents: Contents, row: Mapping[str, str], key: str, code: str) -> str:
    """Return what the table or the column of a correction is called."""
    if key == "field":
        return contents.field_title(row["table"], row["field"], code)
    return side(contents.resources[row["table"]].entry, "title", code)


def _names(contents: Contents, table: str, code: str) -> dict[str, str]:
    """Return what the rows of a table are called, by their key."""
    key, column = contents.resources[table].schema["primaryKey"][0], f"{_NAMES[table]}_{code}"
    return {row[key]: row[column] for row in contents.tables[table]}


def _field_kind(field: Mapping[str, Any]) -> str:
    kinds = {"number": "number", "integer": "number", "year": "year", "date": "date"}
    constraints = field.get("constraints", {})
    return kinds.get(field["type"], "code" if "pattern" in constraints else "text")


def _typed(cell: str, column: Column, language: Language) -> Cell:
    if not cell:
        return None
    if column.kind == "number":
        return Decimal(cell)
    if column.kind == "year":
        return int(cell)
    if column.kind == "date":
        return date.fromisoformat(cell)
    return code_words(language, column.key, cell)
