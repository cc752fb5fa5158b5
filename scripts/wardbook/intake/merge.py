"""What was typed, held against what the workbook was made from and against the data of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wardbook.intake.form import LOCKED, TYPED
from wardbook.intake.grid import Document, Grid
from wardbook.intake.memory import Memory
from wardbook.intake.refusal import Refusal, read_words
from wardbook.intake.rows import Open, Row
from wardbook.language import Language
from wardbook.problem import shown


@dataclass(frozen=True)
class Kept:
    """A cell that changed in the data since the workbook was made, and that the workbook says nothing new of."""

    name: str
    column: str
    now: str
    typed: str


class Merger:
    """Holds what was typed against what the workbook was made from, and against the data of today."""

    def __init__(self, opened: Open, language: Language) -> None:
        """Take the data of today."""
        self._opened = opened
        self._nothing = read_words(language.code)["nothing"]
        self.refusals: list[Refusal] = []
        self.kept: list[Kept] = []
        self.touched = False

    def figures(self, grid: Grid, memory: Memory, typed: Mapping[str, Row], year: int) -> list[Row]:
        """Return the rows of observations with what was typed."""
        rows, met = [], set()
        for row in self._opened.rows["observations"]:
            indicator_id = row["indicator_id"]
            if row["year"] != str(year) or indicator_id not in typed:
                rows.append(row)
                continue
            met.add(indicator_id)
            places = {column: grid.place(indicator_id, column) for column in TYPED}
            name = memory.locked[indicator_id][1]
            rows.append(row | self._merge(name, memory.typed[indicator_id], row, typed[indicator_id], places))
        for indicator_id in sorted(typed.keys() - met):
            if any(memory.typed[indicator_id][column] != cell for column, cell in typed[indicator_id].items()):
                values = {"value": indicator_id, "year": str(year)}
                self.refusals.append(Refusal("row-gone", values, grid.place(indicator_id, LOCKED[0])))
        return rows

    def source(self, document: Document, memory: Memory, entries: Row, source_id: str) -> list[Row]:
        """Return the rows of sources with what was typed of the document."""
        # new-year may have been run with another id since: the id of today holds
        typed = {field: cell for field, cell in entries.items() if field != "source_id"}
        places = {field: document.place(field) for field in typed}
        return [
            row | self._merge(source_id, memory.source, row, typed, places) if row["source_id"] == source_id else row
            for row in self._opened.rows["sources"]
        ]

    def _merge(self, name: str, before: Row, now: Row, typed: Row, places: Mapping[str, str]) -> Row:
        """Return the cells of a row that were typed anew; what changed on both sides is refused."""
        new: Row = {}
        for column, cell in typed.items():
            was, stands = before[column], now[column]
            if cell == stands:
                continue
            if cell == was:
                self.kept.append(Kept(name, column, stands or self._nothing, cell or self._nothing))
            elif stands != was:
                shown_cells = {"before": was, "now": stands, "typed": cell}
                values = {key: shown(text) if text else self._nothing for key, text in shown_cells.items()}
                values |= {"name": name, "column": column}
                self.refusals.append(Refusal("changed-since", values, places[column]))
            else:
                new[column] = cell
                self.touched = True
        return new
