"""The rows of a new indicator: its own, and one for its figure in the last year."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from wardbook.intake.identifier import form_refusal
from wardbook.intake.refusal import Refusal, RefusedError, refuse
from wardbook.intake.rows import Open, empty_row, open_package, refuse_faults, usual_source, years
from wardbook.package import Package
from wardbook.problem import describe, is_hidden, read_rules, shown


@dataclass(frozen=True)
class NewIndicator:
    """A package with the rows of an indicator added: its place in its topic, and the year that awaits a figure."""

    package: Package
    position: int
    year: int


def new_indicator(
    package: Package, indicator_id: str, topic_id: str, unit_id: str, names: Mapping[str, str], *, code: str = "vi"
) -> NewIndicator:
    """Add an indicator at the end of a topic, with what must be written left empty, and a row for its figure.

    `names` are cells of its row that are known, such as "name_vi". Raises RefusedError where the id is not one, was
    ever used, where there is no such topic or unit, or where a name breaks a rule of the check, which is said in the
    language `code`; rows that still await their figures are no reason.
    """
    # what is wrong with the words alone needs no look at the package
    if refusal := form_refusal(indicator_id):
        raise RefusedError([refusal])
    # in the form to which `format` would bring them
    names = {column: unicodedata.normalize("NFC", name).strip() for column, name in names.items()}
    _refuse_hidden(names)
    opened = open_package(package)
    _refuse_id(opened, indicator_id)
    for table, key, value in (("topics", "topic_id", topic_id), ("units", "unit_id", unit_id)):
        known = [row[key] for row in opened.rows[table]]
        if value not in known:
            raise refuse(f"no-{key.removesuffix('_id')}", value=shown(value), known=", ".join(known))
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
    _refuse_names(open_package(after), names, code)
    return NewIndicator(after, position, year)


def _refuse_id(opened: Open, indicator_id: str) -> None:
    """Refuse an id that has, or ever had, a page."""
    for row in opened.rows["indicators"]:
        if row["indicator_id"] == indicator_id:
            raise refuse("id-used", value=indicator_id, name=row["name_vi"] or indicator_id)
    for row in opened.rows["redirects"]:
        if row["from_id"] == indicator_id:
            raise refuse("id-redirected", value=indicator_id, target=row["to_id"])
    if indicator_id in opened.checked.catalogue.release.units:
        raise refuse("id-published", value=indicator_id)


def _refuse_hidden(names: Mapping[str, str]) -> None:
    """Refuse a name with a line end or another sign that cannot be seen, or even written: a table could not hold it."""
    hidden = {column: name for column, name in names.items() if any(map(is_hidden, name))}
    if hidden:
        raise RefusedError([Refusal("name-hidden", {"value": shown(name)}, column) for column, name in hidden.items()])


def _refuse_names(after: Open, names: Mapping[str, str], code: str) -> None:
    """Refuse names in which the check would find a fault; should it find one elsewhere, it is named as it is."""
    resource = after.checked.resources["indicators"]
    told, elsewhere = [], []
    for problem in after.faults:
        column = resource.fields[problem.column - 1] if problem.path == after.package.path(resource.path) else ""
        if column in names:
            message = describe(problem, code, read_rules())
            told.append(Refusal("fault", {"said": f"{message.text} {message.hint}"}))
        else:
            elsewhere.append(problem)
    if told or elsewhere:
        raise RefusedError(told or [Refusal("package-faults")], elsewhere)
