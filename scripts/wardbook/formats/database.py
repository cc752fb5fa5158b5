"""The SQLite database: every table with types, keys and references, a flat view, and what each column means."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import Any

from wardbook.descriptor import Resource, columns
from wardbook.formats.citation import citation
from wardbook.formats.contents import Contents, side
from wardbook.formats.flat import Cell, Row
from wardbook.language import CODES, read_language

_TYPES = {"number": "REAL", "integer": "INTEGER", "year": "INTEGER", "boolean": "INTEGER"}
_BOOLEANS = {"true": 1, "false": 0}

# what the source does not print: worked out by the build, or told by the corrections
_DERIVED = ("plan_status", "plan_implied", "corrected", "correction_vi", "correction_en")

_OWN_TABLES = """
CREATE TABLE derived (
  area_id TEXT NOT NULL, indicator_id TEXT NOT NULL, year INTEGER NOT NULL,
  plan_status TEXT NOT NULL, plan_implied REAL, corrected TEXT, correction_vi TEXT, correction_en TEXT,
  PRIMARY KEY (area_id, indicator_id, year),
  FOREIGN KEY (area_id, indicator_id, year) REFERENCES observations (area_id, indicator_id, year)
);
CREATE TABLE dictionary (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, position INTEGER NOT NULL, type TEXT,
  title_vi TEXT NOT NULL, title_en TEXT NOT NULL, description_vi TEXT, description_en TEXT,
  PRIMARY KEY (table_name, column_name)
);
CREATE TABLE about (item TEXT PRIMARY KEY, vi TEXT NOT NULL, en TEXT NOT NULL);
"""

_VIEWS = """
CREATE VIEW figures AS
SELECT
  a.official_code AS area_code, a.name_vi AS area_vi, a.name_en AS area_en,
  t.name_vi AS topic_vi, t.name_en AS topic_en,
  o.indicator_id, i.name_vi AS indicator_vi, i.name_en AS indicator_en,
  o.year, o.value, u.symbol_vi AS unit_vi, u.plural_en AS unit_en,
  o.plan, o.plan_pct, o.plan_claim, o.obs_status, o.zero_kind,
  s.title_vi AS source_vi, s.title_en AS source_en, o.locator, o.as_printed, o.note_vi, o.note_en,
  d.plan_status, d.plan_implied, d.corrected, d.correction_vi, d.correction_en
FROM observations o
JOIN areas a USING (area_id)
JOIN indicators i USING (indicator_id)
JOIN topics t USING (topic_id)
JOIN units u USING (unit_id)
JOIN sources s USING (source_id)
JOIN derived d ON d.area_id = o.area_id AND d.indicator_id = o.indicator_id AND d.year = o.year;
CREATE VIEW corrected_figures AS
SELECT
  c.date, o.indicator_id, i.name_vi AS indicator_vi, i.name_en AS indicator_en, o.year,
  c.field, c.old_value, c.new_value, c.reason_vi, c.reason_en
FROM corrections c
JOIN observations o ON c."table" = 'observations' AND c."key" = o.area_id || '/' || o.indicator_id || '/' || o.year
JOIN indicators i USING (indicator_id);
"""


def database(contents: Contents, flat: Sequence[Row]) -> bytes:
    """Write the database; the same data is the same bytes, since nothing but the page size shapes the file.

    It is made in memory, where SQLite writes neither its own version nor a change counter into the header.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript("PRAGMA page_size = 4096; PRAGMA foreign_keys = ON;")
        for resource in contents.resources.values():
            connection.execute(create_table(resource))
        connection.executescript(_OWN_TABLES + _VIEWS)
        connection.execute("PRAGMA defer_foreign_keys = ON")  # a part may stand before its whole
        for name, resource in contents.resources.items():
            _insert(connection, name, (_record(resource, row) for row in contents.tables[name]))
        observations = contents.book.catalogue.observations
        keys = ((o.area_id, o.indicator_id, o.year) for o in observations)
        _insert(
            connection, "derived", [(*k, *(_value(r[c]) for c in _DERIVED)) for k, r in zip(keys, flat, strict=True)]
        )
        _insert(connection, "dictionary", _dictionary(contents))
        _insert(connection, "about", _about(contents))
        connection.commit()
        return connection.serialize()


def create_table(resource: Resource) -> str:
    """Return the statement that makes a table as its schema has it: types, keys, references, codes."""
    parts = [_column(field) for field in resource.schema["fields"]]
    parts.append(f"PRIMARY KEY ({_names(resource.schema['primaryKey'])})")
    for key in resource.schema.get("foreignKeys", ()):
        target = key["reference"].get("resource") or resource.name
        own, theirs = _names(key["fields"]), _names(key["reference"]["fields"])
        parts.append(f"FOREIGN KEY ({own}) REFERENCES {_name(target)} ({theirs})")
    return f"CREATE TABLE {_name(resource.name)} (\n  " + ",\n  ".join(parts) + "\n)"


def _column(field: Mapping[str, Any]) -> str:
    name, constraints = _name(field["name"]), field.get("constraints", {})
    parts = [name, _TYPES.get(field["type"], "TEXT")]
    if constraints.get("required"):
        parts.append("NOT NULL")
    if codes := constraints.get("enum"):
        listed = ", ".join("'" + str(code).replace("'", "''") + "'" for code in codes)
        parts.append(f"CHECK ({name} IN ({listed}))")
    return " ".join(parts)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _names(names: str | list[str]) -> str:
    return ", ".join(map(_name, columns(names)))


def _insert(connection: sqlite3.Connection, table: str, records: Any) -> None:
    for record in records:
        blanks = ", ".join("?" * len(record))
        connection.execute(f"INSERT INTO {_name(table)} VALUES ({blanks})", record)  # noqa: S608  # quoted


def _record(resource: Resource, row: Mapping[str, str]) -> list[str | int | float | None]:
    return [_typed(row[field["name"]], field["type"]) for field in resource.schema["fields"]]


def _typed(cell: str, kind: str) -> str | int | float | None:
    if not cell:
        return None
    if kind == "boolean":
        return _BOOLEANS[cell]
    if kind == "number":
        return float(cell)  # exact: the check refuses more digits than a double holds
    return int(cell) if kind in _TYPES else cell


def _value(cell: Cell) -> str | int | float | None:
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return None if cell == "" else cell


def _dictionary(contents: Contents) -> Iterator[tuple[str | int | None, ...]]:
    """Yield what each table and each of its columns means; a table itself has no column name."""
    for name, resource in contents.resources.items():
        yield (name, "", 0, "table", *_descriptions(resource.entry, name))
        for position, field in enumerate(resource.schema["fields"], 1):
            yield (name, field["name"], position, field["type"], *_descriptions(field, field["name"]))


def _descriptions(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    titles = [side(entry, "title", code) or name for code in CODES]
    return (*titles, *(side(entry, "description", code) for code in CODES))


def _about(contents: Contents) -> Iterator[tuple[str, str, str]]:
    _, licence, terms = contents.licence
    yield ("title", contents.title("vi"), contents.title("en"))
    yield ("description", contents.description("vi"), contents.description("en"))
    yield ("version", contents.version, contents.version)
    yield ("date", contents.day.isoformat(), contents.day.isoformat())
    yield ("licence", licence, licence)
    yield ("licence_url", terms, terms)
    vi, en = (citation(contents, read_language(code)) for code in CODES)
    yield ("citation", vi, en)
    if contents.address:
        yield ("address", contents.page("vi"), contents.page("en"))


def datasette_metadata(contents: Contents, name: str) -> bytes:
    """Return the metadata that Datasette shows beside the database of this name: what, whose, on which terms."""
    _, licence, terms = contents.licence
    sources = [source.title for source in contents.book.catalogue.sources.values()]
    tables = {
        table: {
            "description": _both(resource.entry, "description"),
            "columns": {field["name"]: _both(field, "description") for field in resource.schema["fields"]},
        }
        for table, resource in contents.resources.items()
    }
    own = {
        "title": _both(contents.descriptor, "title"),
        "description": _both(contents.descriptor, "description"),
        "license": licence,
        "license_url": terms,
        "source": "; ".join(f"{title.vi} / {title.en}" for title in sources),
        "source_url": contents.address,
    }
    known = {key: value for key, value in own.items() if value}
    content = {**known, "databases": {name: {**known, "tables": tables}}}
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _both(entry: Mapping[str, Any], key: str) -> str:
    return " / ".join(dict.fromkeys(filter(None, (side(entry, key, code) for code in CODES))))
