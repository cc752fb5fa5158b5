"""The check of a package: bytes to catalogue, with every problem on the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from wardbook.catalogue import Catalogue, load
from wardbook.descriptor import TABLES, Resource, population_problems, read_descriptor
from wardbook.keys import key_problems
from wardbook.needs import fit
from wardbook.package import Package
from wardbook.problem import MOST_PROBLEMS, Problem
from wardbook.release import read_release
from wardbook.rules import house_problems
from wardbook.schema import schema_problems
from wardbook.table import OF_THE_FILE, Table, read_table

# what these rules miss may stand in a row that could not be read
_MAY_STAND_THERE = (
    "correction-key",
    "discrepancy-unknown",
    "no-value",
    "published-gone",
    "published-removed",
    "unreported",
    "year-missing",
)


@dataclass(frozen=True)
class Checked:
    """What a check leaves: the descriptor, the resources and records it could read, every problem in file order.

    `lost` names the tables that were read but have other columns than records are made from.
    """

    descriptor: dict[str, Any]
    resources: dict[str, Resource]
    catalogue: Catalogue
    problems: tuple[Problem, ...]
    lost: tuple[str, ...] = ()


def check(package: Package, most: int | None = None) -> Checked:
    """Check a package from its bytes up. No problems means that the catalogue is whole and can be published.

    Of a file `most` problems are told, as many as a reader mends at a time if nothing else is said.
    """
    most = most or MOST_PROBLEMS
    descriptor, resources, problems = read_descriptor(package)
    release, faults = read_release(package)
    problems += faults
    tables: dict[str, Table] = {}
    for resource in resources.values():
        table, faults = read_table(package, resource)
        problems += faults
        if table is not None:
            tables[resource.name] = table
    if (indicators := tables.get("indicators")) and "indicator_id" in indicators.resource.fields:
        ids = {row.cells["indicator_id"] for row in indicators.rows()}
        problems += population_problems(package, descriptor, ids)
    # the bytes and the schema may both see a fault of one cell; whoever looked first knows it better
    problems += _unless_known(schema_problems(tables, most), problems)
    problems += _unless_known(key_problems(tables, problems), problems)
    # a row that breaks its schema cannot be a record; leaving it out lets the rules speak about all the others
    left_out = {(problem.path, problem.line) for problem in problems if problem.rule not in OF_THE_FILE}
    fitting, faults = fit(package, tables)
    problems += faults
    catalogue = load(fitting, release, left_out)
    if all(name in fitting and not fitting[name].absent for name in TABLES):
        house = house_problems(catalogue, tables)
        problems += [problem for problem in house if not _is_unsure(problem, tables["indicators"], left_out)]
    lost = tuple(name for name in tables if name not in fitting)
    return Checked(descriptor, resources, catalogue, tuple(_readable(problems, most)), lost)


def _unless_known(found: Iterable[Problem], known: Iterable[Problem]) -> list[Problem]:
    """Return the problems found in cells of which nothing is known yet."""
    cells = {(problem.path, problem.line, problem.column) for problem in known if problem.rule not in OF_THE_FILE}
    return [problem for problem in found if (problem.path, problem.line, problem.column) not in cells]


def _readable(problems: list[Problem], most: int) -> Iterator[Problem]:
    """Yield problems in file order; past so many of a file, only that there are more."""
    for _, of_file in groupby(sorted(problems), key=lambda problem: problem.path):
        told = list(islice(of_file, most + 1))
        yield from told[:most]
        if len(told) > most:
            yield Problem(told[-1].path, told[-1].line, 1, "more")


def _is_unsure(problem: Problem, indicators: Table, left_out: Collection[tuple[str, int]]) -> bool:
    """Tell whether what a rule misses may stand in a row that was left out: then only that row is to be reported."""
    if problem.rule == "sum":
        rows = [row for row in indicators.rows() if (indicators.path, row.line) in left_out]
        return problem.values["subject"] in {row.cells["part_of"] for row in rows}
    return bool(left_out) and problem.rule in _MAY_STAND_THERE
