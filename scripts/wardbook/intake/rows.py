"""A package as rows of text that can be added to: everything else in its files stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wardbook.check import Checked, check
from wardbook.descriptor import TABLES, Resource
from wardbook.file import MOST_ROWS, canonical_line
from wardbook.intake.refusal import Refusal, RefusedError
from wardbook.package import Package
from wardbook.problem import MOST_PROBLEMS, Problem
from wardbook.schema import UNFILLED
from wardbook.table import read_table, sort_key

Row = dict[str, str]

# of a day as tables write it
_YEAR_DIGITS = 4


@dataclass(frozen=True)
class Open:
    """A package that was checked, with the rows of its tables by name."""

    package: Package
    checked: Checked
    rows: Mapping[str, list[Row]]

    @property
    def faults(self) -> tuple[Problem, ...]:
        """What is wrong with the package; that a row is still to be filled in is not."""
        return tuple(p for p in self.checked.problems if p.rule not in (*UNFILLED, "required"))

    def with_rows(self, **tables: Iterable[Row]) -> Package:
        """Return the package with other rows in some tables, in canonical form and order."""
        files = dict(self.package.files)
        for name, rows in tables.items():
            resource = self.checked.resources[name]
            files[resource.path] = _csv(resource, rows)
        return Package(self.package.label, files, self.package.links)


def open_package(package: Package) -> Open:
    """Read a package to add to it; refuse one with a table that cannot be read."""
    # a whole year may be empty: what else is wrong must be found behind it
    checked = check(package, most=MOST_ROWS)
    tables = {name: read_table(package, resource)[0] for name, resource in checked.resources.items()}
    if any(tables.get(name) is None for name in TABLES):
        raise RefusedError([Refusal("package-faults")], checked.problems[:MOST_PROBLEMS])
    return Open(package, checked, {name: [row.cells for row in table.rows()] for name, table in tables.items()})


def refuse_faults(opened: Open) -> None:
    """Refuse a package with faults other than rows to be filled in."""
    if opened.faults:
        raise RefusedError([Refusal("package-faults")], opened.faults[:MOST_PROBLEMS])


def _csv(resource: Resource, rows: Iterable[Row]) -> bytes:
    ordered = sorted(rows, key=lambda row: sort_key(resource, row))
    lines = (canonical_line([row[field] for field in resource.fields]) for row in ordered)
    return "".join((canonical_line(resource.fields), *lines)).encode("utf-8")


def empty_row(opened: Open, table: str, **cells: str) -> Row:
    """Return a row of a table with only these cells filled in."""
    return dict.fromkeys(opened.checked.resources[table].fields, "") | cells


def is_target(row: Row, sources: Mapping[str, Row]) -> bool:
    """Tell whether a row holds only what an earlier year's source says of its year."""
    end = sources.get(row["source_id"], {}).get("period_end", "")[:_YEAR_DIGITS]
    return not row["value"] and end.isdecimal() and end < row["year"]


def years(opened: Open) -> list[int]:
    """Return the years that have a row of a report of their own, filled in or not, in order."""
    sources = {row["source_id"]: row for row in opened.rows["sources"]}
    own = {row["year"] for row in opened.rows["observations"] if not is_target(row, sources)}
    return sorted(int(year) for year in own if year.isdecimal())


def usual_source(opened: Open, year: int) -> str:
    """Return the source that most rows of a year name."""
    named = Counter(row["source_id"] for row in opened.rows["observations"] if row["year"] == str(year))
    return named.most_common(1)[0][0] if named else ""
