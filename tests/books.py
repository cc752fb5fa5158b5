"""Workbooks of the invented ward, and ways to edit one as an officer would, or as one should not."""

import io

from openpyxl import load_workbook

from wardbook.intake.form import form, prepared
from wardbook.intake.refusal import RefusedError
from wardbook.intake.rows import open_package
from wardbook.intake.take import take
from wardbook.intake.write import workbook
from wardbook.language import read_language
from wards import NEXT_YEAR, ward

VI = read_language("vi")
FIGURES, DOCUMENT = "Số liệu", "Văn bản"
HEADER = 4


def made(package=None, year=None, language=VI):
    """Return the workbook of a year: the last one with rows, if none is given."""
    opened, year = prepared(open_package(package or ward()), year)
    return workbook(form(opened, year, language), language, schemas(opened))


def schemas(opened):
    return {name: resource.schema for name, resource in opened.checked.resources.items()}


def edited(raw, edit):
    """Return a workbook after an edit; the edit gets an object that finds cells by indicator and column."""
    book = Book(raw)
    edit(book)
    return book.saved()


def typed(raw, cells):
    """Return a workbook with other values in some cells, named (indicator, column)."""

    def edit(book):
        for (indicator_id, column), value in cells.items():
            book.cell(indicator_id, column).value = value

    return edited(raw, edit)


def refused(package, raw, language=VI):
    """Return what is said of a workbook that is refused, a line each, without the line that counts them."""
    try:
        take(package, raw, language)
    except RefusedError as error:
        return [refusal.say(language.code) for refusal in error.refusals if refusal.key != "not-right"]
    raise AssertionError("the workbook was taken")


class Book:
    """An open workbook."""

    def __init__(self, raw):
        self.book = load_workbook(io.BytesIO(raw))
        self.figures, self.document = self.book.worksheets[:2]

    def row(self, indicator_id):
        return next(cell.row for cell in self.figures["A"] if cell.value == indicator_id)

    def column(self, name):
        return next(cell.column for cell in self.figures[HEADER] if cell.value == name)

    def cell(self, indicator_id, column):
        return self.figures.cell(self.row(indicator_id), self.column(column))

    def field(self, name):
        row = next(cell.row for cell in self.document["B"] if cell.value == name)
        return self.document.cell(row, 3)

    def saved(self):
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def next_year_figures():
    """Return what the report of the next year says of some indicators, as an officer types it."""
    return {
        ("thu-phi", "value"): 13.25,
        ("thu-phi", "plan_pct"): 94.64,
        ("thu-phi", "obs_status"): "E – ước",
        ("thu-phi", "locator"): "I.1¶1",
        ("thu-phi", "as_printed"): "13,25 tỷ đồng; 94,64%",
        ("tat-ca-ho", "obs_status"): "O – báo cáo không nêu",
        ("tat-ca-ho", "locator"): "I.2¶2",
        ("vu-xa-thai", "value"): 0,
        ("vu-xa-thai", "obs_status"): "A – bình thường",
        ("vu-xa-thai", "zero_kind"): "none – không có",
        ("vu-xa-thai", "locator"): "I.2¶1",
        ("vu-xa-thai", "as_printed"): "không có vụ nào",
        ("ty-le-khach-trong-tinh", "value"): 72,
        ("ty-le-khach-trong-tinh", "obs_status"): "A – bình thường",
        ("ty-le-khach-trong-tinh", "locator"): "I.1¶1",
        ("ty-le-khach-trong-tinh", "as_printed"): "72%/70%",
    }


NEXT = int(NEXT_YEAR)
