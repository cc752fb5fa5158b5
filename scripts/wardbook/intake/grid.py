"""What someone typed into the sheets of a workbook, and what is in the way of reading it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from wardbook.intake.entry import Reader
from wardbook.intake.form import LOCKED, TYPED
from wardbook.intake.memory import Memory
from wardbook.intake.read import Cell, Sheet
from wardbook.intake.refusal import Refusal, RefusedError
from wardbook.intake.rows import Row
from wardbook.problem import shown

_MOST_HEADER_ROWS = 20
# the columns of the sheet of the document: a title, the name of the field, what is typed, and a description
_FIELD, _ENTRY, _LAST = 2, 3, 4
_FIRST_FIELD = 3


class Grid:
    """The sheet of figures: which column stands where, which row is which indicator's, and what is in the way."""

    def __init__(self, sheet: Sheet, memory: Memory) -> None:
        """Find the columns by their names and the rows by their ids."""
        self.sheet = sheet
        self.header = self._find_header()
        self.columns: dict[str, int] = {}
        self.rows: dict[str, int] = {}
        self.refusals = [*self._read_columns(), *self._read_rows(memory), *self._merged(), *self._locked(memory)]

    def _find_header(self) -> int:
        for row in range(1, _MOST_HEADER_ROWS):
            if any(cell.text == LOCKED[0] for _, cell in self.sheet.row(row)):
                return row
        raise RefusedError([Refusal("header-missing", place=shown(self.sheet.title))])

    def _read_columns(self) -> Iterator[Refusal]:
        for column, cell in sorted(self.sheet.row(self.header)):
            if cell.text in self.columns:
                yield Refusal("column-twice", {"column": cell.text}, self.sheet.place(self.header, column))
            elif cell.text in (*LOCKED, *TYPED):
                self.columns[cell.text] = column
        for name in (*LOCKED, *TYPED):
            if name not in self.columns:
                yield Refusal("column-missing", {"column": name}, shown(self.sheet.title))
        known = {column for column, cell in self.sheet.row(self.header) if cell.text in (*LOCKED, *TYPED)}
        for (row, column), cell in sorted(self.sheet.cells.items()):
            if row >= self.header and column not in known:
                yield Refusal("column-unknown", {"value": shown(cell.text)}, self.sheet.place(row, column))

    def _read_rows(self, memory: Memory) -> Iterator[Refusal]:
        at, name_at = self.columns.get(LOCKED[0], 0), self.columns.get("name", 0)
        for row in sorted({row for row, _ in self.sheet.cells if row > self.header}):
            name, place = self.sheet.cell(row, at).text, self.sheet.place(row, at or 1)
            if not name:
                yield from self._strays(row, name_at, memory)
            elif name not in memory.locked:
                yield Refusal("row-unknown", {"value": shown(name)}, place)
            elif name in self.rows:
                yield Refusal("row-twice", {"value": name, "first": str(self.rows[name])}, place)
            else:
                self.rows[name] = row
        for name, locked in memory.locked.items():
            if name not in self.rows:
                yield Refusal("row-missing", {"name": locked[1], "id": name}, shown(self.sheet.title))

    def _strays(self, row: int, name_at: int, memory: Memory) -> Iterator[Refusal]:
        """Yield what stands in a row without an indicator, other than the heading of a topic."""
        for column, cell in sorted(self.sheet.row(row)):
            is_heading = column == name_at and cell.text in memory.headings
            if column in self.columns.values() and not is_heading:
                yield Refusal("row-stray", {"value": shown(cell.text)}, self.sheet.place(row, column))

    def _merged(self) -> Iterator[Refusal]:
        for top, left, bottom, right in self.sheet.merged:
            if bottom >= self.header:
                last = self.sheet.place(bottom, right).rpartition("!")[2]
                yield Refusal("merged", place=f"{self.sheet.place(top, left)}:{last}")

    def _locked(self, memory: Memory) -> Iterator[Refusal]:
        """Yield locked cells that someone changed all the same: the change would be lost."""
        for name, row in self.rows.items():
            for column, expected in list(zip(LOCKED, memory.locked[name], strict=True))[1:]:
                found = self.sheet.cell(row, self.columns[column]).text if column in self.columns else expected
                if found != expected:
                    values = {"value": shown(found), "expected": expected}
                    yield Refusal("locked", values, self.sheet.place(row, self.columns[column]))

    def place(self, indicator_id: str, column: str) -> str:
        """Return where a cell of an indicator stands; for a column that nobody types, where its id stands."""
        return self.sheet.place(self.rows[indicator_id], self.columns.get(column, self.columns[LOCKED[0]]))

    def cells(self, indicator_id: str) -> dict[str, Cell]:
        """Return the cells of an indicator that someone may have typed."""
        row = self.rows[indicator_id]
        return {column: self.sheet.cell(row, self.columns[column]) for column in TYPED if column in self.columns}


def typed_figures(
    grid: Grid, memory: Memory, reader: Reader, percents: Collection[str]
) -> tuple[dict[str, Row], list[Refusal]]:
    """Return what was typed for each indicator as cells of the CSV, and the cells that cannot be read so.

    `percents` are the indicators measured in per cent.
    """
    typed: dict[str, Row] = {}
    refusals: list[Refusal] = []
    for indicator_id in grid.rows:
        cells, before = grid.cells(indicator_id), memory.typed[indicator_id]
        typed[indicator_id] = {}
        for column, read in reader.row(cells, before, is_percent=indicator_id in percents).items():
            if isinstance(read, Refusal):
                refusals.append(replace(read, place=grid.place(indicator_id, column)))
            else:
                typed[indicator_id][column] = read
    return typed, refusals


class Document:
    """The sheet of the document: in which row each of its fields stands, and what is in the way."""

    def __init__(self, sheet: Sheet, memory: Memory) -> None:
        """Find the fields by their names; what stands anywhere else would be lost."""
        self._sheet = sheet
        named = {sheet.cell(row, _FIELD).text: row for row, column in sorted(sheet.cells) if column == _FIELD}
        self.rows = {field: named[field] for field in memory.source if field in named}
        self.refusals = [
            Refusal("column-missing", {"column": field}, shown(sheet.title))
            for field in memory.source
            if field not in named
        ]
        own = set(self.rows.values())
        self.refusals += [
            Refusal("document-stray", {"value": shown(cell.text)}, sheet.place(row, column))
            for (row, column), cell in sorted(sheet.cells.items())
            if row >= _FIRST_FIELD and (row not in own or column > _LAST)
        ]

    def place(self, field: str) -> str:
        """Return where a field is typed."""
        return self._sheet.place(self.rows[field], _ENTRY)

    def typed(self, reader: Reader) -> tuple[Row, list[Refusal]]:
        """Return what was typed of the document, and the cells that cannot be read."""
        entries: Row = {}
        refusals: list[Refusal] = []
        for field, row in self.rows.items():
            read = reader.entry("sources", field, self._sheet.cell(row, _ENTRY))
            if isinstance(read, Refusal):
                refusals.append(replace(read, place=self.place(field)))
            else:
                entries[field] = read
        return entries, refusals
