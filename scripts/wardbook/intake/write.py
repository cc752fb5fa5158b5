"""The workbook that an officer types a year's figures into. The same figures give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wardbook.intake.form import CODES, EXACT_DIGITS, LOCKED, MEMORY, NUMBERS, TYPED, Form, Line, memory
from wardbook.intake.refusal import read_words
from wardbook.language import Language

# the rows of the sheet, counted from 0: a title, a line of advice, the titles of the columns, and their names
TITLE, ADVICE, TITLES, NAMES, FIRST = range(5)
_FROZEN_COLUMNS = 3
_WIDTHS = (12, 42, 13, 11, 11, 11, 11, 11, 13, 20, 20, 11, 32, 24, 24)
# heights in points: of a line of text, and of the titles of the columns
_LINE, _HEADER = 15, 32
_MOST_LINES = 8
# characters of a line of the sheet "how to"
_GUIDE_WIDTH = 100
# the lists of codes stand in the hidden sheet, to the right of everything else
_LISTS_AT = 30
# of the box that a spreadsheet shows beside a cell
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
_A4 = 9

_TYPED_AT = len(LOCKED)


def workbook(form: Form, language: Language, schemas: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Write the workbook; `schemas` are those of the tables, which explain the columns."""
    import xlsxwriter  # late: of all commands only this one writes a workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    # the clock stays out of the file
    book.set_properties({"title": f"{form.title} – {form.year}", "created": datetime(form.year, 12, 31)})
    writer = _Writer(book, form, language, schemas)
    writer.write()
    book.close()
    return out.getvalue()


class _Writer:
    def __init__(self, book: Any, form: Form, language: Language, schemas: Mapping[str, Mapping[str, Any]]) -> None:
        self._book, self._form, self._language = book, form, language
        self._words = read_words(language.code)["book"]
        self._observations = {field["name"]: field for field in schemas["observations"]["fields"]}
        self._sources = {field["name"]: field for field in schemas["sources"]["fields"]}
        base = {"valign": "top", "text_wrap": True}
        entry = {**base, "locked": False, "bg_color": "#FFF8DC", "border": 1, "border_color": "#BBBBBB"}
        self._plain = book.add_format(base)
        self._quiet = book.add_format({**base, "font_color": "#666666", "font_size": 9})
        self._id = book.add_format({"valign": "top", "shrink": True, "font_color": "#666666", "font_size": 9})
        self._right = book.add_format({**base, "align": "right", "font_color": "#444444"})
        self._bold = book.add_format({"bold": True, "valign": "top"})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._header = book.add_format({**base, "bold": True, "bg_color": "#E4ECF4", "border": 1})
        self._number = book.add_format(entry)
        self._text = book.add_format({**entry, "num_format": "@"})
        self._entry = entry
        self._lists: dict[str, str] = {}

    def write(self) -> None:
        """Write every sheet; the one to type into is the first and the one that opens."""
        words = self._words
        sheet = self._book.add_worksheet(words["sheets"]["figures"])
        source = self._book.add_worksheet(words["sheets"]["source"])
        guide = self._book.add_worksheet(words["sheets"]["guide"])
        hidden = self._book.add_worksheet(MEMORY)
        self._write_memory(hidden)
        self._write_figures(sheet)
        self._write_source(source)
        self._write_guide(guide)
        sheet.activate()

    def _write_memory(self, sheet: Any) -> None:
        for place, row in enumerate(memory(self._form, self._words["sheets"])):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(place, column, cell)
        for place, column in enumerate(CODES):
            labels = list(code_labels(self._language, column, self._codes(column)).values())
            for row, label in enumerate(labels):
                sheet.write_string(row, _LISTS_AT + place, label)
            letter = "A" + chr(ord("E") + place)  # column 30 is AE
            self._lists[column] = f"={MEMORY}!${letter}$1:${letter}${len(labels)}"
        sheet.very_hidden()
        sheet.protect()

    def _codes(self, column: str) -> list[str]:
        return self._observations[column]["constraints"]["enum"]

    def _write_figures(self, sheet: Any) -> None:
        form, words = self._form, self._words
        sheet.write_string(TITLE, 1, words["title"].format(title=form.title, year=form.year), self._title)
        sheet.write_string(ADVICE, 1, words["advice"], self._bold)
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        self._write_header(sheet)
        for row, line in enumerate(form.lines, FIRST):
            if line.heading:
                sheet.write_string(row, 1, line.heading, self._bold)
            else:
                self._write_line(sheet, row, line)
        last = FIRST + len(form.lines) - 1
        self._validate(sheet, last)
        sheet.ignore_errors({"number_stored_as_text": f"A1:O{last + 1}"})
        sheet.freeze_panes(FIRST, _FROZEN_COLUMNS)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(TITLES, NAMES)
        sheet.print_area(0, 1, last, len(_WIDTHS) - 1)
        sheet.set_footer("&L&A&R&P / &N")

    def _write_header(self, sheet: Any) -> None:
        sheet.set_row(TITLES, _HEADER)
        titles = [self._words["columns"][name].format(year=self._form.year - 1) for name in LOCKED]
        titles += [self._title_of(self._observations[name]) for name in TYPED]
        for place, (title, name) in enumerate(zip(titles, (*LOCKED, *TYPED), strict=True)):
            sheet.write_string(TITLES, place, title, self._header)
            sheet.write_string(NAMES, place, name, self._quiet)
            if name in TYPED:
                about = self._description_of(self._observations[name])
                sheet.write_comment(TITLES, place, about, {"x_scale": 2, "y_scale": 1.5, "author": ""})

    def _write_line(self, sheet: Any, row: int, line: Line) -> None:
        sheet.set_row(row, _LINE * min(_MOST_LINES, _lines_of(line)))
        formats = (self._id, self._plain, self._quiet, self._right, self._right)
        for place, (cell, form) in enumerate(zip(line.locked, formats, strict=True)):
            sheet.write_string(row, place, cell, form)
        for place, (column, cell) in enumerate(line.typed.items(), _TYPED_AT):
            self._write_cell(sheet, row, place, column, cell)

    def _write_cell(self, sheet: Any, row: int, place: int, column: str, cell: str) -> None:
        if column in NUMBERS:
            self._write_number(sheet, row, place, cell)
        elif not cell:
            sheet.write_blank(row, place, None, self._text)
        else:
            labels = code_labels(self._language, column, self._codes(column)) if column in CODES else {}
            sheet.write_string(row, place, labels.get(cell, cell), self._text)

    def _write_number(self, sheet: Any, row: int, place: int, cell: str) -> None:
        digits = cell.replace(".", "")
        if not cell:
            sheet.write_blank(row, place, None, self._number)
        elif digits.isascii() and digits.isdecimal() and len(digits) <= EXACT_DIGITS:
            decimals = len(cell.partition(".")[2])
            # 12.50 is printed otherwise than 12.5, and is shown as it was printed
            is_padded = decimals and cell.endswith("0")
            pattern = {"num_format": "0." + "0" * decimals} if is_padded else {}
            shape = self._book.add_format({**self._entry, **pattern}) if pattern else self._number
            sheet.write_number(row, place, float(cell), shape)
        else:
            sheet.write_string(row, place, cell, self._number)

    def _validate(self, sheet: Any, last: int) -> None:
        for place, column in enumerate(TYPED, _TYPED_AT):
            field = self._observations[column]
            rule: dict[str, Any] = {
                "input_title": self._title_of(field)[:_LONGEST_TITLE],
                "input_message": self._words["inputs"][column][:_LONGEST_MESSAGE],
            }
            if column in NUMBERS:
                rule |= {"validate": "decimal", "criteria": ">=", "value": 0}
                rule |= {"error_title": self._words["no_number"], "error_message": self._words["number"]}
            elif column in CODES:
                rule |= {"validate": "list", "source": self._lists[column]}
                rule |= {"error_title": self._words["no_code"], "error_message": self._words["code"]}
            else:
                rule |= {"validate": "any"}
            sheet.data_validation(FIRST, place, last, place, rule)

    def _write_source(self, sheet: Any) -> None:
        words = self._words
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 16)
        sheet.set_column(2, 2, 60)
        sheet.set_column(3, 3, 60)
        sheet.write_string(TITLE, 0, words["source_title"].format(year=self._form.year), self._title)
        sheet.write_string(ADVICE, 0, words["source_advice"], self._bold)
        for row, (name, cell) in enumerate(self._form.source.items(), TITLES):
            field = self._sources[name]
            sheet.write_string(row, 0, self._title_of(field), self._header)
            sheet.write_string(row, 1, name, self._quiet)
            shape = self._plain if name == "source_id" else self._text
            sheet.write_string(row, 2, cell, shape) if cell else sheet.write_blank(row, 2, None, shape)
            sheet.write_string(row, 3, self._description_of(field), self._quiet)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)

    def _write_guide(self, sheet: Any) -> None:
        sheet.set_column(0, 0, _GUIDE_WIDTH)
        sheet.write_string(0, 0, self._words["sheets"]["guide"], self._title)
        for row, line in enumerate(self._words["guide"], 1):
            sheet.set_row(row, _LINE * (1 + len(line) // (_GUIDE_WIDTH - 10)))
            sheet.write_string(row, 0, line, self._plain)
        sheet.protect()
        sheet.fit_to_pages(1, 0)
        sheet.set_landscape()
        sheet.set_paper(_A4)

    def _title_of(self, field: Mapping[str, Any]) -> str:
        return str(field.get("title" if self._language.code == "vi" else "title_en", field["name"]))

    def _description_of(self, field: Mapping[str, Any]) -> str:
        return str(field.get("description" if self._language.code == "vi" else "description_en", ""))


def _lines_of(line: Line) -> int:
    """Return how many lines of text the longest cell of a row takes."""
    cells = (*line.locked[1:], *line.typed.values())
    return max(1 + len(cell) // width for cell, width in zip(cells, _WIDTHS[1:], strict=True))


def code_labels(language: Language, column: str, codes: list[str]) -> dict[str, str]:
    """Return code -> what a list shows for it: `E – ước`."""
    meanings = language.words["changes"]["codes"][column]
    return {code: f"{code} – {meanings[code]}" if code in meanings else code for code in codes}
