"""What the workbook holds: a line for each indicator of a year, and the document that the figures are copied from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from wardbook.intake.rows import Open, Row, open_package, usual_source, years
from wardbook.intake.year import new_year
from wardbook.language import Language

# raised when a workbook of before can no longer be read
FORM_VERSION = "1"

# the hidden sheet, where the workbook keeps what it was made from
MEMORY = "wardbook"

LOCKED = ("indicator_id", "name", "unit", "last_value", "last_plan")
TYPED = (
    "value",
    "plan",
    "plan_pct",
    "plan_claim",
    "obs_status",
    "zero_kind",
    "locator",
    "as_printed",
    "note_vi",
    "note_en",
)
NUMBERS = ("value", "plan", "plan_pct")
# a spreadsheet keeps no more digits of a number
EXACT_DIGITS = 15
CODES = ("plan_claim", "obs_status", "zero_kind")


@dataclass(frozen=True)
class Line:
    """A line of the sheet: `locked` are the texts of its locked cells, `typed` the cells of the CSV row by column.

    The line of a heading has its words in `heading` and nothing else.
    """

    heading: str = ""
    locked: tuple[str, ...] = ()
    typed: Row | None = None

    @property
    def indicator_id(self) -> str:
        """The indicator of the line, "" for a heading."""
        return self.locked[0] if self.locked else ""


@dataclass(frozen=True)
class Form:
    """Everything that a workbook shows, and what it was made from: the package and its version."""

    package: str
    version: str
    year: int
    title: str
    lines: tuple[Line, ...]
    source: Row


def prepared(opened: Open, year: int | None) -> tuple[Open, int]:
    """Return a package with the rows of a year, those of a new year added, and that year: the last one by default."""
    there = years(opened)
    year = there[-1] if year is None else year
    return (opened if year in there else open_package(new_year(opened.package, year).package)), year


def form(opened: Open, year: int, language: Language) -> Form:
    """Lay out the rows of a year as lines under headings of topics, in the order of the pages."""
    descriptor = opened.checked.descriptor
    code = language.code
    source = usual_source(opened, year)
    return Form(
        str(descriptor["name"]),
        str(descriptor.get("version", "")),
        year,
        str(descriptor.get("title" if code == "vi" else f"title_{code}", descriptor["name"])),
        tuple(_lines(opened, year, language)),
        next((row for row in opened.rows["sources"] if row["source_id"] == source), {}),
    )


def _lines(opened: Open, year: int, language: Language) -> Iterator[Line]:
    units = {row["unit_id"]: row for row in opened.rows["units"]}
    figures = {row["indicator_id"]: row for row in opened.rows["observations"] if row["year"] == str(year)}
    last = _last_figures(opened, year)
    catalogue, code = opened.checked.catalogue, language.code
    for topic_id, topic in catalogue.topics.items():
        of_topic = [row for row in opened.rows["indicators"] if row["topic_id"] == topic_id]
        of_topic = [row for row in of_topic if row["indicator_id"] in figures]
        if of_topic:
            yield Line(heading=topic.name[code])
        for row in sorted(of_topic, key=_position):
            indicator_id, unit = row["indicator_id"], units.get(row["unit_id"], {})
            before = last.get(indicator_id, {})
            locked = (
                indicator_id,
                row[f"name_{code}"] or indicator_id,
                unit.get(f"symbol_{code}", ""),
                _shown(before.get("value", ""), language),
                _shown(before.get("plan", ""), language),
            )
            figure = figures[indicator_id]
            yield Line(locked=locked, typed={column: figure[column] for column in TYPED})


def percents(opened: Open) -> set[str]:
    """Return the indicators that are measured in per cent."""
    units = {row["unit_id"] for row in opened.rows["units"] if row["kind"] == "percent"}
    return {row["indicator_id"] for row in opened.rows["indicators"] if row["unit_id"] in units}


def _last_figures(opened: Open, year: int) -> dict[str, Row]:
    """Return the row of the year before for each indicator that has one."""
    before = str(year - 1)
    return {row["indicator_id"]: row for row in opened.rows["observations"] if row["year"] == before}


def _position(row: Row) -> tuple[int, str]:
    return (int(row["position"]) if row["position"].isdecimal() else 0), row["indicator_id"]


def _shown(cell: str, language: Language) -> str:
    """Return a number as readers of the language write it; text, so that no spreadsheet can take it otherwise."""
    try:
        return language.number(Decimal(cell)) if cell else ""
    except InvalidOperation:
        return cell


def memory(form: Form, sheets: Mapping[str, str]) -> list[list[str]]:
    """Return the rows of the hidden sheet: what the workbook is about, what stood in it, and a hash of both.

    `sheets` are the titles of the visible sheets.
    """
    rows: list[list[str]] = [
        ["form", FORM_VERSION],
        ["package", form.package],
        ["version", form.version],
        ["year", str(form.year)],
        *(["sheet", name, title] for name, title in sheets.items()),
        *(["source", field, cell] for field, cell in form.source.items()),
        *(["heading", line.heading] for line in form.lines if line.heading),
        *(["line", *line.locked, *line.typed.values()] for line in form.lines if line.typed is not None),
    ]
    return [["sha256", digest(rows)], *rows]


def digest(rows: Sequence[Sequence[str]]) -> str:
    """Return the hash of the rows of the hidden sheet; empty cells at the end of a row count for nothing."""
    cut = [_cut(row) for row in rows]
    return hashlib.sha256(json.dumps(cut, ensure_ascii=False).encode("utf-8")).hexdigest()


def _cut(row: Sequence[str]) -> list[str]:
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    return cells
