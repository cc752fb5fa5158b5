"""Primary and foreign keys of the table schemas: every key stands once, and every reference leads somewhere.

Not left to frictionless, for three measured reasons: it names only the second of two rows with one key; it reports
every reference to a row whose own id is at fault; and on large tables it spends as much on keys as on all the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from wardbook.descriptor import columns
from wardbook.problem import Problem
from wardbook.table import OF_THE_FILE, Table


def key_problems(tables: Mapping[str, Table], known: Collection[Problem]) -> Iterator[Problem]:
    """Yield rows that share a key, and references that lead nowhere.

    `known` are the problems found so far: a reference to a table that has lost rows, or has one with a faulty key, is
    not followed, for its faults might only repeat that one.
    """
    for table in tables.values():
        yield from _duplicates(table)
        for foreign in table.resource.schema.get("foreignKeys", ()):
            target = tables.get(foreign["reference"].get("resource") or table.resource.name)
            if target is not None and not _is_unsure(target, known):
                yield from _dangling(table, foreign, target)


def _is_unsure(target: Table, known: Collection[Problem]) -> bool:
    faults = [p for p in known if p.path == target.path and p.rule not in OF_THE_FILE]
    if not faults:
        return False
    keys, kept = {place + 1 for place in target.resource.key}, set(target.lines)
    return any(problem.line not in kept or problem.column in keys for problem in faults)


def _duplicates(table: Table) -> Iterator[Problem]:
    resource = table.resource
    first: dict[tuple[str, ...], int] = {}
    told = 0
    for line, record in zip(table.lines, table.records, strict=True):
        key = tuple(record[place] for place in resource.key)
        if (before := first.get(key)) is not None:
            values = {"value": "/".join(key), "first": before, "second": line}
            if before != told:
                yield table.problem(before, resource.fields[resource.key[0]], "duplicate", **values)
                told = before
            yield table.problem(line, resource.fields[resource.key[0]], "duplicate", **values)
            continue
        if table.is_sorted:  # equal keys stand side by side, so one is enough to remember
            first.clear()
        first[key] = line


def _dangling(table: Table, foreign: Mapping[str, Any], target: Table) -> Iterator[Problem]:
    names = columns(foreign["fields"])
    places = [table.resource.fields.index(name) for name in names]
    ends = [target.resource.fields.index(name) for name in columns(foreign["reference"]["fields"])]
    there = {tuple(record[place] for place in ends) for record in target.records}
    for line, record in zip(table.lines, table.records, strict=True):
        key = tuple(record[place] for place in places)
        if any(key) and key not in there:
            yield table.problem(line, names[0], "reference", value=", ".join(key), target=target.resource.name)
