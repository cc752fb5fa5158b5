"""A filled-in workbook back into the tables of its package, or what is wrong with which of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from wardbook.intake.entry import Reader
from wardbook.intake.form import FORM_VERSION, LOCKED, MEMORY, NUMBERS, TYPED, digest, prepared
from wardbook.intake.read import Cell, Sheet, read_book
from wardbook.intake.refusal import Refusal, RefusedError, read_words, refuse
from wardbook.intake.rows import Open, Row, open_package, usual_source
from wardbook.language import Language
from wardbook.package import Package
from wardbook.problem import Problem, describe, read_rules, shown
from wardbook.schema import UNFILLED
from wardbook.table import read_table

# so many a person mends at a time
_MOST_REFUSALS = 100
_MOST_HEADER_ROWS = 20
# the columns of the sheet of the document: a title, the name of the field, what is typed, and a description
_FIELD, _ENTRY, _LAST = 2, 3, 4
_FIRST_FIELD = 3


@dataclass(frozen=True)
class Kept:
    """A cell that changed in the data since the workbook was made, and that the workbook says nothing new of."""

    name: str
    column: str
    now: str
    typed: str


@dataclass(frozen=True)
class Taken:
    """A package with the figures of a workbook in it, what was kept against the workbook, and rows still to fill in."""

    package: Package
    kept: tuple[Kept, ...]
    unfilled: int


@dataclass(frozen=True)
class _Memory:
    """What a workbook was made from, as its hidden sheet says."""

    package: str
    year: int
    titles: Mapping[str, str]
    source: Row
    headings: frozenset[str]
    locked: Mapping[str, tuple[str, ...]]
    typed: Mapping[str, Row]


def take(package: Package, raw: bytes, language: Language) -> Taken:
    """Put what was typed into a workbook into the tables; nothing else in them changes.

    A cell that was not touched keeps what stands in the data, even where that changed since. Raises RefusedError with
    every cell that is wrong: in itself, against the data of today, or by the rules of the check.
    """
    book = read_book(raw)
    memory = _remember(book)
    opened, year = prepared(package, memory.year)
    _refuse_stranger(memory, opened)
    figures, source = (_visible(book, memory, name) for name in ("figures", "source"))
    grid = _Grid(figures, memory)
    reader = Reader(language, opened.checked.resources)
    refusals = [*_strange_sheets(book, memory), *grid.refusals]
    typed, faults = _typed(grid, memory, reader)
    refusals += faults
    entries, faults = _typed_source(source, memory, reader)
    refusals += faults
    merger = _Merger(opened, language)
    rows = merger.figures(grid, memory, typed, year)
    sources = merger.source(source, memory, entries, usual_source(opened, year))
    _refuse(refusals + merger.refusals)
    if not merger.touched:
        return Taken(package, tuple(merger.kept), _unfilled(opened))
    after = open_package(opened.with_rows(observations=rows, sources=sources))
    _refuse_faults(after, opened, grid, source, memory, language)
    return Taken(after.package, tuple(merger.kept), _unfilled(after))


def _unfilled(opened: Open) -> int:
    return sum(problem.rule in UNFILLED for problem in opened.checked.problems)


def _refuse(refusals: Sequence[Refusal]) -> None:
    if refusals:
        told = list(islice(refusals, _MOST_REFUSALS))
        raise RefusedError([Refusal("not-right", {"n": str(len(refusals))}), *told])


# ---- what the workbook was made from ---------------------------------------------------------------------------------


def _remember(book: Mapping[str, Sheet]) -> _Memory:
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
    return _Memory(
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


def _refuse_stranger(memory: _Memory, opened: Open) -> None:
    name = str(opened.checked.descriptor["name"])
    if memory.package != name:
        raise refuse("other-package", found=memory.package, expected=name)


def _visible(book: Mapping[str, Sheet], memory: _Memory, name: str) -> Sheet:
    title = memory.titles[name]
    if title not in book:
        raise refuse("sheet-missing", sheet=title)
    return book[title]


def _strange_sheets(book: Mapping[str, Sheet], memory: _Memory) -> Iterator[Refusal]:
    """Yield sheets that someone added and that have something in them: it would be lost."""
    for title, sheet in book.items():
        if title not in (MEMORY, *memory.titles.values()) and sheet.cells:
            row, column = min(sheet.cells)
            values = {"sheet": shown(title), "cell": sheet.place(row, column), "figures": memory.titles["figures"]}
            yield Refusal("sheet-unknown", values)


# ---- the sheet of figures --------------------------------------------------------------------------------------------


class _Grid:
    """The sheet of figures: which column stands where, which row is which indicator's, and what is in the way."""

    def __init__(self, sheet: Sheet, memory: _Memory) -> None:
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
        known = set(self.columns.values())
        for (row, column), cell in sorted(self.sheet.cells.items()):
            if row >= self.header and column not in known:
                yield Refusal("column-unknown", {"value": shown(cell.text)}, self.sheet.place(row, column))

    def _read_rows(self, memory: _Memory) -> Iterator[Refusal]:
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

    def _strays(self, row: int, name_at: int, memory: _Memory) -> Iterator[Refusal]:
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

    def _locked(self, memory: _Memory) -> Iterator[Refusal]:
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


def _typed(grid: _Grid, memory: _Memory, reader: Reader) -> tuple[dict[str, Row], list[Refusal]]:
    """Return what was typed for each indicator as cells of the CSV, and the cells that cannot be read so."""
    typed: dict[str, Row] = {}
    refusals: list[Refusal] = []
    for indicator_id in sorted(grid.rows, key=grid.rows.__getitem__):
        is_percent = memory.locked[indicator_id][LOCKED.index("unit")] == "%"
        read = reader.row(grid.cells(indicator_id), memory.typed[indicator_id], is_percent=is_percent)
        typed[indicator_id] = {}
        for column, cell in read.items():
            if isinstance(cell, Refusal):
                refusals.append(replace(cell, place=grid.place(indicator_id, column)))
            else:
                typed[indicator_id][column] = cell
    return typed, refusals


def _typed_source(sheet: Sheet, memory: _Memory, reader: Reader) -> tuple[Row, list[Refusal]]:
    """Return what was typed of the document, and the cells that cannot be read or that do not belong."""
    rows = {sheet.cell(row, _FIELD).text: row for row, column in sorted(sheet.cells) if column == _FIELD}
    entries: Row = {}
    refusals: list[Refusal] = []
    for field in memory.source:
        if field not in rows:
            refusals.append(Refusal("column-missing", {"column": field}, shown(sheet.title)))
            continue
        read = reader.entry("sources", field, sheet.cell(rows[field], _ENTRY))
        if isinstance(read, Refusal):
            refusals.append(replace(read, place=sheet.place(rows[field], _ENTRY)))
        else:
            entries[field] = read
    own = {rows[field] for field in memory.source if field in rows}
    for (row, column), cell in sorted(sheet.cells.items()):
        if row >= _FIRST_FIELD and (row not in own or column > _LAST):
            refusals.append(Refusal("row-stray", {"value": shown(cell.text)}, sheet.place(row, column)))
    return entries, refusals


# ---- into the data of today ------------------------------------------------------------------------------------------


class _Merger:
    """Holds what was typed against what the workbook was made from, and against the data of today."""

    def __init__(self, opened: Open, language: Language) -> None:
        self._opened = opened
        self._nothing = read_words(language.code)["nothing"]
        self.refusals: list[Refusal] = []
        self.kept: list[Kept] = []
        self.touched = False

    def figures(self, grid: _Grid, memory: _Memory, typed: Mapping[str, Row], year: int) -> list[Row]:
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
        for indicator_id in typed.keys() - met:
            if any(memory.typed[indicator_id][column] != cell for column, cell in typed[indicator_id].items()):
                values = {"value": indicator_id, "year": str(year)}
                self.refusals.append(Refusal("row-gone", values, grid.place(indicator_id, LOCKED[0])))
        return rows

    def source(self, sheet: Sheet, memory: _Memory, entries: Row, source_id: str) -> list[Row]:
        """Return the rows of sources with what was typed of the document."""
        before = {field: cell for field, cell in memory.source.items() if field != "source_id"}
        places = {sheet.cell(row, _FIELD).text: sheet.place(row, _ENTRY) for row, c in sheet.cells if c == _FIELD}
        typed = {field: cell for field, cell in entries.items() if field in before}
        return [
            row | self._merge(source_id, before, row, typed, places) if row["source_id"] == source_id else row
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


# ---- by the rules of the check ---------------------------------------------------------------------------------------


def _refuse_faults(  # noqa: PLR0917
    after: Open, before: Open, grid: _Grid, source: Sheet, memory: _Memory, language: Language
) -> None:
    """Refuse what the check finds in the tables, at its place in the workbook where it has one."""
    teller = _Teller(after, before, grid, source, memory, language)
    told: list[tuple[tuple[int, int], Refusal]] = []
    elsewhere: list[Problem] = []
    for problem in after.checked.problems:
        if teller.may_stand(problem):
            continue
        refusal = teller.in_the_book(problem)
        if refusal is None:
            elsewhere.append(problem)
        else:
            told.append(refusal)
    _refuse([refusal for _, refusal in sorted(told, key=lambda pair: pair[0])])
    if elsewhere:
        raise RefusedError([Refusal("elsewhere")], elsewhere)


class _Teller:
    """Finds the cell of the workbook that a problem of the tables is about."""

    def __init__(  # noqa: PLR0917
        self, after: Open, before: Open, grid: _Grid, source: Sheet, memory: _Memory, language: Language
    ) -> None:
        self._grid, self._source, self._memory, self._language = grid, source, memory, language
        self._rules = read_rules()
        self._resources = after.checked.resources
        self._before = [row for rows in before.rows.values() for row in rows]
        self._untouched = {tuple(row.items()) for row in self._before}
        self._rows: dict[tuple[str, int], tuple[str, Row]] = {}
        for name in ("observations", "sources", "indicators"):
            table = read_table(after.package, self._resources[name])[0]
            self._rows |= {(table.path, row.line): (name, row.cells) for row in table.rows()}

    def may_stand(self, problem: Problem) -> bool:
        """Tell whether a problem is only that something is still to be filled in, and not half of a row of figures."""
        if problem.rule not in (*UNFILLED, "required"):
            return False
        name, row = self._rows.get((problem.path, problem.line), ("", {}))
        return name != "observations" or tuple(row.items()) in self._untouched

    def in_the_book(self, problem: Problem) -> tuple[tuple[int, int], Refusal] | None:
        """Return where in the workbook a problem stands, and its words; None where it has no place there."""
        name, row = self._rows.get((problem.path, problem.line), ("", {}))
        if not name or problem.line == 1:
            return None
        column = self._resources[name].fields[problem.column - 1]
        if name == "observations" and row["year"] == str(self._memory.year) and row["indicator_id"] in self._grid.rows:
            at = self._grid.rows[row["indicator_id"]], self._grid.columns.get(column, 1)
            return at, self._refusal(problem, column, self._grid.place(row["indicator_id"], column))
        if name == "sources" and row["source_id"] == self._memory.source.get("source_id"):
            line = next(r for r, c in self._source.cells if c == _FIELD and self._source.cell(r, c).text == column)
            return (0, line), self._refusal(problem, column, self._source.place(line, _ENTRY))
        return None

    def _refusal(self, problem: Problem, column: str, place: str) -> Refusal:
        values = dict(problem.values)
        if column in NUMBERS and values.get("suggestion"):
            values["suggestion"] = self._as_typed(values["suggestion"])
        message = describe(replace(problem, values=values), self._language.code, self._rules)
        return Refusal("fault", {"said": f"{message.text} {message.hint}"}, place)

    def _as_typed(self, number: str) -> str:
        """Return a number as the spreadsheet of a reader of the language takes it."""
        return number.replace(".", ",") if self._language.code == "vi" else number
