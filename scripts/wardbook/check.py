"""The check of a package: bytes to catalogue, with every problem on the way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from wardbook.catalogue import Catalogue, load
from wardbook.descriptor import TABLES, Resource, read_descriptor
from wardbook.package import Package
from wardbook.problem import Problem
from wardbook.rules import house_problems
from wardbook.schema import schema_problems
from wardbook.table import Table, read_table


@dataclass(frozen=True)
class Checked:
    """What a check leaves: the descriptor, the resources and records it could read, every problem in file order."""

    descriptor: dict[str, Any]
    resources: dict[str, Resource]
    catalogue: Catalogue
    problems: tuple[Problem, ...]


def check(package: Package) -> Checked:
    """Check a package from its bytes up. No problems means that the catalogue is whole and can be published."""
    descriptor, resources, problems = read_descriptor(package)
    tables: dict[str, Table] = {}
    for resource in resources.values():
        table, faults = read_table(package, resource)
        problems += faults
        if table is not None:
            tables[resource.name] = table
    # the bytes and the schema may both see a fault of one cell; the bytes know it better
    known = {(problem.path, problem.line, problem.column) for problem in problems}
    problems += [p for p in schema_problems(tables) if (p.path, p.line, p.column) not in known]
    # a row that breaks its schema cannot be a record; leaving it out lets the rules speak about all the others
    left_out = {(problem.path, problem.line) for problem in problems}
    catalogue = load(tables, left_out)
    if all(name in tables for name in TABLES):
        house = house_problems(catalogue, tables)
        problems += [problem for problem in house if not _is_unsure(problem, tables["indicators"], left_out)]
    return Checked(descriptor, resources, catalogue, tuple(sorted(problems)))


def _is_unsure(problem: Problem, indicators: Table, left_out: Collection[tuple[str, int]]) -> bool:
    """Tell whether what a rule misses may stand in a row that was left out: then only that row is to be reported."""
    if problem.rule == "sum":
        rows = [row for row in indicators.rows if (indicators.path, row.line) in left_out]
        return problem.values["subject"] in {row.cells["part_of"] for row in rows}
    return bool(left_out) and problem.rule in ("discrepancy-unknown", "unreported", "no-value")
