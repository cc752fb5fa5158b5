"""What a workbook was made from, as its hidden sheet says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wardbook.intake.form import FORM_VERSION, LOCKED, MEMORY, TYPED, digest
from wardbook.intake.read import Sheet
from wardbook.intake.refusal import refuse
from wardbook.intake.rows import Row


@dataclass(frozen=True)
class Memory:
    """What a workbook was made from, as its hidden sheet says."""

    package: str
    year: int
    titles: Mapping[str, str]
    source: Row
    headings: frozenset[str]
    locked: Mapping[str, tuple[str, ...]]
    typed: Mapping[str, Row]


def remember(book: Mapping[str, Sheet]) -> Memory:
    """Read the hidden sheet. Raises RefusedError where it is missing, was changed, or has another form."""
    hidden = book.get(MEMORY)
    rows = _memory_rows(hidden) if hidden else []
    if not rows or rows[0][0] != "sha256":
        raise refuse("book-foreign", sheet=MEMORY)
    if digest(rows[1:]) != rows[0][1]:
        raise refuse("book-torn", sheet=MEMORY)
    said = {row[0]: row[1] for row in rows if row[0] in ("form", "package", "year")}
    if said["form"] != FORM_VERSION:
        raise refuse("book-form", found=said["form"], expected=FORM_VERSION)
    lines = [_padded(row[1:], len(LOCKED) + len(TYPED)) for row in rows if row[0] == "line"]
    return Memory(
        package=said["package"],
        year=int(said["year"]),
        titles={row[1]: row[2] for row in rows if row[0] == "sheet"},
        source={row[1]: row[2] for row in (_padded(row, 3) for row in rows) if row[0] == "source"},
        headings=frozenset(row[1] for row in rows if row[0] == "heading"),
        locked={line[0]: tuple(line[: len(LOCKED)]) for line in lines},
        typed={line[0]: dict(zip(TYPED, line[len(LOCKED) :], strict=True)) for line in lines},
    )


def _memory_rows(sheet: Sheet) -> list[list[str]]:
    """Return the rows of the hidden sheet; the lists of codes to their right are no part of them."""
    width = 1 + len(LOCKED) + len(TYPED)
    last = max((row for row, column in sheet.cells if column <= width), default=0)
    rows = [[sheet.cell(row, column).text for column in range(1, width + 1)] for row in range(1, last + 1)]
    return [row for row in rows if any(row)]


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][:width]
