"""A filled-in workbook back into the tables of its package, or what is wrong with which of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wardbook.intake.entry import Reader
from wardbook.intake.form import MEMORY, NUMBERS, percents, prepared
from wardbook.intake.grid import Document, Grid, typed_figures
from wardbook.intake.memory import Memory, remember
from wardbook.intake.merge import Kept, Merger
from wardbook.intake.read import Sheet, read_book
from wardbook.intake.refusal import Refusal, RefusedError, refuse
from wardbook.intake.rows import Open, Row, open_package, usual_source
from wardbook.language import Language
from wardbook.package import Package
from wardbook.problem import MOST_PROBLEMS, Problem, describe, read_rules, shown
from wardbook.schema import UNFILLED
from wardbook.table import read_table

# so many a person mends at a time
_MOST_REFUSALS = 100


@dataclass(frozen=True)
class Taken:
    """A package with the figures of a workbook in it, what was kept against the workbook, and rows still to fill in."""

    package: Package
    kept: tuple[Kept, ...]
    unfilled: int


def take(package: Package, raw: bytes, language: Language) -> Taken:
    """Put what was typed into a workbook into the tables; nothing else in them changes.

    A cell that was not touched keeps what stands in the data, even where that changed since. Raises RefusedError with
    every cell that is wrong: in itself, against the data of today, or by the rules of the check.
    """
    book = read_book(raw)
    memory = remember(book)
    opened = open_package(package)
    _refuse_stranger(memory, opened)
    opened, year = prepared(opened, memory.year)
    grid = Grid(_visible(book, memory, "figures"), memory)
    document = Document(_visible(book, memory, "source"), memory)
    reader = Reader(language, opened.checked.resources)
    figures, unread = typed_figures(grid, memory, reader, percents(opened))
    entries, unread_entries = document.typed(reader)
    merger = Merger(opened, language)
    rows = merger.figures(grid, memory, figures, year)
    sources = merger.source(document, memory, entries, usual_source(opened, year))
    strange = _strange_sheets(book, memory)
    _refuse([*strange, *grid.refusals, *document.refusals, *unread, *unread_entries, *merger.refusals])
    if not merger.touched:
        return Taken(package, tuple(merger.kept), _unfilled(opened))
    after = open_package(opened.with_rows(observations=rows, sources=sources))
    _refuse_faults(_Teller(after, opened, grid, document, memory, language), after.checked.problems)
    return Taken(after.package, tuple(merger.kept), _unfilled(after))


def _unfilled(opened: Open) -> int:
    return sum(problem.rule in UNFILLED for problem in opened.checked.problems)


def _refuse(refusals: Sequence[Refusal], elsewhere: Sequence[Problem] = ()) -> None:
    """Refuse the workbook where anything is wrong in it, or `elsewhere` in the package."""
    told = [Refusal("not-right", {"n": str(len(refusals))}), *refusals[:_MOST_REFUSALS]] if refusals else []
    told += [Refusal("elsewhere")] if elsewhere else []
    if told:
        raise RefusedError(told, elsewhere[:MOST_PROBLEMS])


def _refuse_stranger(memory: Memory, opened: Open) -> None:
    name = str(opened.checked.descriptor["name"])
    if memory.package != name:
        raise refuse("other-package", found=memory.package, expected=name)


def _visible(book: Mapping[str, Sheet], memory: Memory, name: str) -> Sheet:
    title = memory.titles[name]
    if title not in book:
        raise refuse("sheet-missing", sheet=title)
    return book[title]


def _strange_sheets(book: Mapping[str, Sheet], memory: Memory) -> Iterator[Refusal]:
    """Yield sheets that someone added and that have something in them: it would be lost."""
    for title, sheet in book.items():
        if title not in (MEMORY, *memory.titles.values()) and sheet.cells:
            row, column = min(sheet.cells)
            values = {"sheet": shown(title), "cell": sheet.place(row, column), "figures": memory.titles["figures"]}
            yield Refusal("sheet-unknown", values)


def _refuse_faults(teller: _Teller, problems: Sequence[Problem]) -> None:
    """Refuse what the check finds in the tables, at its place in the workbook where it has one."""
    told: list[tuple[tuple[int, int], Refusal]] = []
    elsewhere: list[Problem] = []
    for problem in problems:
        if teller.may_stand(problem):
            continue
        if found := teller.in_the_book(problem):
            told.append(found)
        else:
            elsewhere.append(problem)
    _refuse([refusal for _, refusal in sorted(told, key=lambda pair: pair[0])], elsewhere)


class _Teller:
    """Finds the cell of the workbook that a problem of the tables is about."""

    def __init__(  # noqa: PLR0917
        self, after: Open, before: Open, grid: Grid, document: Document, memory: Memory, language: Language
    ) -> None:
        """Take the package with the figures and without, and where they were typed."""
        self._grid, self._document, self._memory, self._language = grid, document, memory, language
        self._rules = read_rules()
        self._resources = after.checked.resources
        self._untouched = {tuple(row.items()) for row in before.rows["observations"]}
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
        if not name:
            return None
        column = self._resources[name].fields[problem.column - 1]
        if name == "observations" and row["year"] == str(self._memory.year) and row["indicator_id"] in self._grid.rows:
            at = self._grid.rows[row["indicator_id"]], self._grid.columns.get(column, 1)
            return at, self._refusal(problem, column, self._grid.place(row["indicator_id"], column))
        is_document = name == "sources" and row["source_id"] == self._memory.source.get("source_id")
        if is_document and column in self._document.rows:
            return (0, self._document.rows[column]), self._refusal(problem, column, self._document.place(column))
        return None

    def _refusal(self, problem: Problem, column: str, place: str) -> Refusal:
        values = dict(problem.values)
        if column in NUMBERS and values.get("suggestion"):
            values["suggestion"] = self._astyped_figures(values["suggestion"])
        message = describe(replace(problem, values=values), self._language.code, self._rules)
        return Refusal("fault", {"said": f"{message.text} {message.hint}"}, place)

    def _astyped_figures(self, number: str) -> str:
        """Return a number as the spreadsheet of a reader of the language takes it."""
        return number.replace(".", ",") if self._language.code == "vi" else number
