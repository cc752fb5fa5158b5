"""The workbook: figures, indicators, statements, corrections, dictionary and notes, typed, in one language."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wardbook.catalogue import Source
from wardbook.formats.citation import citation
from wardbook.formats.contents import Contents, side
from wardbook.formats.flat import Cell, Row
from wardbook.formats.reading import Column, Sheet, figures_sheet, table_sheet
from wardbook.language import Language

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

# what a cell of a workbook can hold, in characters
_LONGEST = 32_767
# in characters of the usual size: narrower shows nothing, wider pushes the rest off the screen
_NARROWEST, _WIDEST = 7, 48


def workbook(contents: Contents, flat: Sequence[Row], language: Language) -> bytes:
    """Write the workbook of one language.

    One header row and one language: a second row of titles would be sorted and filtered with the figures.
    """
    from xlsxwriter import Workbook  # late: a check writes none

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(out, options)
    book.set_properties(
        {
            "title": contents.title(language.code),
            "subject": contents.description(language.code),
            "author": contents.book.area.name[language.code],
            "comments": f"{contents.version}. {contents.licence[1]}",
            # not the clock, so that the same data is the same file
            "created": datetime.combine(contents.day, datetime.min.time()),
        }
    )
    formats = _Formats(book)
    for sheet in sheets(contents, flat, language):
        _write(book, sheet, formats)
    book.close()
    return out.getvalue()


def sheets(contents: Contents, flat: Sequence[Row], language: Language) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook in their order."""
    tables = (table_sheet(contents, name, language) for name in ("indicators", "statements", "corrections"))
    figures = figures_sheet(contents, flat, language)
    return (figures, *tables, _dictionary(contents, language), _notes(contents, language))


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}
        self.header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})

    def of(self, cell: Cell, column: Column) -> Format:
        """Return how a cell is shown: a number with exactly the decimals that it has."""
        if isinstance(cell, Decimal):
            decimals = max(0, -int(cell.as_tuple().exponent))
            return self._format("#,##0" + ("." + "0" * decimals if decimals else ""))
        if isinstance(cell, date):
            return self._format("yyyy-mm-dd")
        return self._format("0" if column.kind == "year" else "@")

    def _format(self, form: str) -> Format:
        if form not in self._made:
            # words may need several lines; a code in a text cell stays text also after somebody edits it
            wrap = {"text_wrap": True} if form == "@" else {}
            self._made[form] = self._book.add_format({"num_format": form, "valign": "top", **wrap})
        return self._made[form]


def _write(book: Workbook, sheet: Sheet, formats: _Formats) -> None:
    page = book.add_worksheet(sheet.title)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.title, formats.header)
        lengths = [len(_shown(row[place])) for row in sheet.rows]
        page.set_column(place, place, min(_WIDEST, max(_NARROWEST, *lengths, len(column.title) // 2) + 2))
    for line, row in enumerate(sheet.rows, 1):
        for place, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _write_cell(page, line, place, cell, formats.of(cell, column))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)


def _write_cell(page: Any, line: int, place: int, cell: Cell, form: Format) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(line, place, cell if len(cell) <= _LONGEST else cell[: _LONGEST - 1] + "…", form)
    elif isinstance(cell, date):
        page.write_datetime(line, place, cell, form)
    else:
        page.write_number(line, place, cell, form)


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _dictionary(contents: Contents, language: Language) -> Sheet:
    """Return the sheet that explains every column of every table of the package."""
    words, code = language.words["files"], language.code
    rows: list[tuple[Cell, ...]] = []
    for name, resource in contents.resources.items():
        entry = resource.entry
        rows.append((name, None, side(entry, "title", code), None, None, side(entry, "description", code), None))
        for field in resource.schema["fields"]:
            constraints = field.get("constraints", {})
            key = field["name"] in resource.schema["primaryKey"]
            must = "key" if key else "required" if constraints.get("required") else ""
            rows.append(
                (
                    name,
                    field["name"],
                    side(field, "title", code),
                    language.words["data"]["type_name"].get(field["type"], field["type"]),
                    language.words["data"][must] if must else None,
                    side(field, "description", code),
                    ", ".join(constraints.get("enum", ())) or None,
                )
            )
    columns = tuple(Column(key, title) for key, title in words["dictionary"].items())
    return Sheet(words["sheets"]["dictionary"], columns, rows)


def _notes(contents: Contents, language: Language) -> Sheet:
    """Return the sheet of notes: what this is, on what terms, how to cite it, where it comes from, what codes mean."""
    words, code = language.words["files"]["notes"], language.code
    _, licence, terms = contents.licence
    rows: list[tuple[Cell, ...]] = [
        (words["title"], contents.title(code)),
        (words["what"], contents.description(code)),
        (words["version"], contents.version),
        (words["day"], contents.day),
        (words["licence"], licence),
        (words["terms"], terms),
        (words["cite"], citation(contents, language)),
    ]
    if contents.address:
        rows.append((words["address"], contents.page(code)))
    rows += [(words[key], words[f"{key}_text"]) for key in ("numbers", "corrections", "official")]
    for source in contents.book.catalogue.sources.values():
        rows += _source_notes(source, words, code)
    codes = language.words["changes"]["codes"]["obs_status"]
    rows += [(words["status"].format(code=status), meaning) for status, meaning in codes.items()]
    columns = (Column("item", words["item"]), Column("note", words["note"]))
    return Sheet(language.words["files"]["sheets"]["notes"], columns, rows)


def _source_notes(source: Source, words: Mapping[str, str], code: str) -> Iterable[tuple[Cell, ...]]:
    cells: tuple[tuple[str, Cell], ...] = (
        ("source", source.title[code]),
        ("publisher", source.publisher[code]),
        ("number", source.document_number),
        ("issued", source.date_issued),
        ("start", source.period_start),
        ("end", source.period_end),
        ("sha256", source.sha256),
        ("source_note", source.note[code]),
    )
    return [(words[key], cell) for key, cell in cells if cell]
