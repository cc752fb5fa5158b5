"""The rows of a new indicator: its own, and one for its figure in the last year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wardbook.intake.identifier import form_refusal
from wardbook.intake.refusal import RefusedError, refuse
from wardbook.intake.rows import Open, empty_row, open_package, refuse_faults, usual_source, years
from wardbook.package import Package


@dataclass(frozen=True)
class NewIndicator:
    """A package with the rows of an indicator added: its place in its topic, and the year that awaits a figure."""

    package: Package
    position: int
    year: int


def new_indicator(
    package: Package, indicator_id: str, topic_id: str, unit_id: str, names: Mapping[str, str]
) -> NewIndicator:
    """Add an indicator at the end of a topic, with what must be written left empty, and a row for its figure.

    `names` are cells of its row that are known, such as "name_vi". Raises RefusedError where the id is not one, was
    ever used, or where there is no such topic or unit; rows that still await their figures are no reason.
    """
    opened = open_package(package)
    _refuse_id(opened, indicator_id)
    for table, key, value in (("topics", "topic_id", topic_id), ("units", "unit_id", unit_id)):
        known = [row[key] for row in opened.rows[table]]
        if value not in known:
            raise refuse(f"no-{key.removesuffix('_id')}", value=value, known=", ".join(known))
    refuse_faults(opened)
    indicators = opened.rows["indicators"]
    taken = [int(row["position"]) for row in indicators if row["topic_id"] == topic_id and row["position"].isdecimal()]
    position, year = max(taken, default=0) + 1, years(opened)[-1]
    cells = {"indicator_id": indicator_id, "topic_id": topic_id, "unit_id": unit_id, "position": str(position)}
    (area,) = (row["area_id"] for row in opened.rows["areas"])
    figure = empty_row(
        opened,
        "observations",
        area_id=area,
        indicator_id=indicator_id,
        year=str(year),
        source_id=usual_source(opened, year),
    )
    after = opened.with_rows(
        indicators=[*indicators, empty_row(opened, "indicators", **cells, **names)],
        observations=[*opened.rows["observations"], figure],
    )
    return NewIndicator(after, position, year)


def _refuse_id(opened: Open, indicator_id: str) -> None:
    """Refuse an id that has, or ever had, a page."""
    if refusal := form_refusal(indicator_id):
        raise RefusedError([refusal])
    for row in opened.rows["indicators"]:
        if row["indicator_id"] == indicator_id:
            raise refuse("id-used", value=indicator_id, name=row["name_vi"] or indicator_id)
    for row in opened.rows["redirects"]:
        if row["from_id"] == indicator_id:
            raise refuse("id-redirected", value=indicator_id, target=row["to_id"])
    if indicator_id in opened.checked.catalogue.release.units:
        raise refuse("id-published", value=indicator_id)
