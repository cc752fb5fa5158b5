"""The rows of a new year: one for each indicator, with what must be typed left empty."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from wardbook.intake.identifier import form_refusal
from wardbook.intake.refusal import Refusal, RefusedError, refuse
from wardbook.intake.rows import Open, Row, empty_row, is_target, open_package, usual_source, years
from wardbook.package import Package
from wardbook.problem import MOST_PROBLEMS, shown

_YEAR = re.compile(r"[0-9]{4}")

# no more of this indicator is expected
_ENDED = "M"


@dataclass(frozen=True)
class NewYear:
    """A package with the rows of a year added, and what was done to it.

    `reopened` counts targets that an earlier report set for the year and that await their result now; `ended` counts
    indicators that no longer apply. `source` is the id of the document, `is_new` that it has a row to fill in.
    """

    package: Package
    added: int
    reopened: int
    ended: int
    source: str
    is_new: bool


def read_year(text: str) -> int:
    """Return a year as someone types it after a command; refuse what is not four plain digits."""
    if not _YEAR.fullmatch(text):
        raise refuse("year-form", value=shown(text))
    return int(text)


def new_year(
    package: Package, year: int, source_id: str = "", *, document: bytes | None = None, gap: bool = False
) -> NewYear:
    """Add a row for each indicator in `year`, and one for the document that the figures will be copied from.

    A row that awaits its figures has no `obs_status`, which its schema requires: the check names it until someone has
    typed either the figure or, with the code O, that the report does not give it. The hash of the `document` is that of
    the text the figures are copied from. Raises RefusedError where the year
    is there already, is not the next one (a `gap` may be allowed), or where the package has faults.
    """
    if source_id and (refusal := form_refusal(source_id)):
        raise RefusedError([refusal])
    opened = open_package(package)
    _refuse_year(opened, year, gap=gap)
    if opened.checked.problems:
        raise RefusedError([Refusal("package-faults")], opened.checked.problems[:MOST_PROBLEMS])
    source = source_id or _next_source(opened, year)
    sources = {row["source_id"]: row for row in opened.rows["sources"]}
    kept, reopened = [], {}
    for row in opened.rows["observations"]:
        if row["year"] == str(year) and is_target(row, sources):
            reopened[row["indicator_id"]] = row | {"source_id": source, "obs_status": "", "locator": ""}
        else:
            kept.append(row)
    ended = _ended(opened, year)
    indicators = [row["indicator_id"] for row in opened.rows["indicators"]]
    (area,) = (row["area_id"] for row in opened.rows["areas"])
    cells = {"area_id": area, "year": str(year), "source_id": source}
    added = [
        empty_row(opened, "observations", indicator_id=indicator_id, **cells)
        for indicator_id in indicators
        if indicator_id not in reopened and indicator_id not in ended
    ]
    is_new = source not in sources
    period = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
    sha256 = hashlib.sha256(document).hexdigest() if document is not None else ""
    new = [empty_row(opened, "sources", source_id=source, sha256=sha256, **period)] if is_new else []
    return NewYear(
        opened.with_rows(observations=[*kept, *reopened.values(), *added], sources=[*opened.rows["sources"], *new]),
        len(added),
        len(reopened),
        len(ended),
        source,
        is_new,
    )


def _refuse_year(opened: Open, year: int, *, gap: bool) -> None:
    there = years(opened)
    field = next(f for f in opened.checked.resources["observations"].schema["fields"] if f["name"] == "year")
    limits = field.get("constraints", {})
    low, high = int(limits.get("minimum", 1)), int(limits.get("maximum", 9999))
    if not low <= year <= high:
        raise refuse("year-range", year=year, low=low, high=high)
    if year in there:
        rows = [row for row in opened.rows["observations"] if row["year"] == str(year)]
        empty = sum(not row["obs_status"] for row in rows)
        if not empty:
            raise refuse("year-full", year=year, rows=len(rows), next=there[-1] + 1)
        raise refuse("year-there", year=year, rows=len(rows), empty=empty)
    if there and year < there[-1]:
        raise refuse("year-past", year=year, last=there[-1], next=there[-1] + 1)
    if there and year > there[-1] + 1 and not gap:
        raise refuse("year-gap", year=year, last=there[-1], next=there[-1] + 1)


def _next_source(opened: Open, year: int) -> str:
    """Return the id for the new report: that of the last one with the new year in it, where a year is in it."""
    last = years(opened)[-1]
    before = usual_source(opened, last)
    return before.replace(str(last), str(year)) if str(last) in before else f"bao-cao-{year}"


def _ended(opened: Open, year: int) -> set[str]:
    """Return the indicators whose last row before a year says that they no longer apply."""
    last: dict[str, Row] = {}
    for row in opened.rows["observations"]:  # in order of years
        if int(row["year"]) < year:
            last[row["indicator_id"]] = row
    return {indicator_id for indicator_id, row in last.items() if row["obs_status"] == _ENDED}
