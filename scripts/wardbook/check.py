"""The check of a package: bytes to catalogue, with every problem on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wardbook.catalogue import Catalogue, load
from wardbook.descriptor import Resource, read_descriptor
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
    catalogue = load(tables, {(problem.path, problem.line) for problem in problems})
    if resources and len(tables) == len(descriptor["resources"]):
        # with rows left out, what seems to be missing may stand in one of them
        unsure = {"discrepancy-unknown", "unreported", "no-value"} if problems else set()
        problems += [p for p in house_problems(catalogue, tables) if p.rule not in unsure]
    return Checked(descriptor, resources, catalogue, tuple(sorted(problems)))
