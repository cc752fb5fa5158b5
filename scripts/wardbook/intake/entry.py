"""One typed cell of a workbook as the cell of a CSV that it stands for, or why it cannot be one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from wardbook import printed
from wardbook.canonical import PLAIN_SLIPS, before_it_grew, is_open_to_doubt, readings
from wardbook.cell import cell_fault
from wardbook.descriptor import Resource
from wardbook.intake.form import CODES, EXACT_DIGITS, NUMBERS
from wardbook.intake.read import NO_CELL, Cell
from wardbook.intake.refusal import Refusal
from wardbook.intake.rows import Row
from wardbook.language import Language
from wardbook.problem import shown

_HUNDRED = Decimal(100)
# a count of one to three digits is written in one way only
_PLAIN_COUNT = range(1000)
_NO_DATA = ("formula", "error", "boolean")

Entry = str | Refusal


class Reader:
    """Reads typed cells by the schemas of their tables, in the language of the workbook."""

    def __init__(self, language: Language, resources: Mapping[str, Resource]) -> None:
        """Take the tables whose schemas say what each column holds."""
        self._language = language
        self._fields = {
            (name, field["name"]): field for name, resource in resources.items() for field in resource.schema["fields"]
        }

    def row(self, cells: Mapping[str, Cell], before: Row, *, is_percent: bool) -> dict[str, Entry]:
        """Read the cells of an indicator; `before` is what the workbook was made with, `is_percent` its unit.

        What was copied from the report tells how a number is meant, and with how many decimals it is printed.
        """
        read = {
            column: self.entry("observations", column, cell) for column, cell in cells.items() if column not in NUMBERS
        }
        copied_text = read.get("as_printed", "")
        copied = printed.figures(copied_text) if isinstance(copied_text, str) else ()
        is_same_copy = copied_text == before["as_printed"]
        numbers: dict[str, Entry] = {}
        for column in NUMBERS:
            number = self._number(cells.get(column, NO_CELL), copied, is_percent=is_percent or column == "plan_pct")
            is_same = isinstance(number, str) and _is_equal(number, before[column]) and is_same_copy
            numbers[column] = before[column] if is_same else number
        return {column: numbers.get(column, read.get(column, "")) for column in cells}

    def entry(self, table: str, column: str, cell: Cell) -> Entry:
        """Read a cell that holds a code, a date or a text."""
        if cell.kind in _NO_DATA:
            return Refusal(cell.kind, {"value": shown(cell.text)})
        field = self._fields[table, column]
        if column in CODES:
            return self._code(field["constraints"]["enum"], column, cell)
        if field["type"] == "date":
            fault = cell_fault(cell.text, "date", prose=False)
            return fault.suggestion if fault and fault.suggestion else cell.text
        if cell.kind == "date":
            return Refusal("date", {"value": shown(cell.text)})
        return self._text(cell) if cell.kind == "number" else cell.text

    def _code(self, codes: list[str], column: str, cell: Cell) -> Entry:
        """Read a code: alone, with its meaning as the list shows it, or the meaning alone."""
        said = _plain(cell.text)
        if not said:
            return ""
        meanings = self._language.words["changes"]["codes"][column]
        for code in codes:
            meaning = _plain(meanings.get(code, code))
            if said in (code.lower(), meaning, f"{code.lower()} - {meaning}") or said.startswith(f"{code.lower()} - "):
                return code
        expected = ", ".join(f"{code} ({meanings[code]})" if code in meanings else code for code in codes)
        return Refusal("code", {"value": shown(cell.text), "expected": expected})

    def _number(self, cell: Cell, copied: tuple[Decimal, ...], *, is_percent: bool) -> Entry:
        """Read a number as the CSV writes it."""
        if cell.kind in (*_NO_DATA, "date"):
            return Refusal(cell.kind, {"value": shown(cell.text)})
        if cell.kind == "text":
            return _typed_as_text(cell.text, copied, is_percent=is_percent)
        # the shortest number that means the same to the machine is what was typed: 82.61, not 82.6099999999999994
        number = Decimal(repr(cell.value))
        if not number.is_finite() or _digits(number) > EXACT_DIGITS:
            return Refusal("inexact", {"value": shown(cell.text)})
        if cell.is_percent and not is_percent:
            return Refusal("percent", {"value": self._shown(cell)})
        text = _plainly(number * _HUNDRED if cell.is_percent else number)
        return before_it_grew(text, copied) or _as_copied(text, copied)

    def _shown(self, cell: Cell) -> str:
        """Return a number as the spreadsheet shows it."""
        number = Decimal(repr(cell.value))
        if not cell.is_percent:
            return self._language.number(Decimal(_plainly(number)))
        return self._language.number(Decimal(_plainly(number * _HUNDRED))) + "%"

    def _text(self, cell: Cell) -> Entry:
        number = Decimal(repr(cell.value))
        if not number.is_finite() or _digits(number) > EXACT_DIGITS:
            return Refusal("inexact", {"value": shown(cell.text)})
        if not cell.is_percent and number in _PLAIN_COUNT:
            return _plainly(number)
        return Refusal("number-in-text", {"value": self._shown(cell), "suggestion": self._shown(cell)})


def _digits(number: Decimal) -> int:
    """Return how many digits a number has from its first to its last that is not 0, or to its point."""
    number = number.normalize()
    return max(len(number.as_tuple().digits), number.adjusted() + 1)


def _plainly(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _plain(text: str) -> str:
    """Return a text in small letters, its dashes as hyphens, without space that does not part words."""
    dashes = re.sub("\\s*[\u2013\u2014-]\\s*", " - ", unicodedata.normalize("NFC", text).lower())
    return " ".join(dashes.split())


def _typed_as_text(text: str, copied: tuple[Decimal, ...], *, is_percent: bool) -> Entry:
    if is_open_to_doubt(text):
        read = readings(text, copied, commas=True)
        return read[0] if len(read) == 1 else Refusal("ambiguous", {"value": text, "one": read[0], "other": read[1]})
    fault = cell_fault(text, "number", prose=False)
    mended = PLAIN_SLIPS if not is_percent else (*PLAIN_SLIPS, "number-percent")
    # what else is wrong with it the check says
    return fault.suggestion if fault and fault.suggestion and fault.rule in mended else text


def _as_copied(text: str, copied: tuple[Decimal, ...]) -> str:
    """Return a number with the decimals it is printed with: a spreadsheet forgets the last zero of 12,50."""
    written = {str(figure) for figure in copied if figure == Decimal(text)}
    return written.pop() if len(written) == 1 else text


def _is_equal(one: str, other: str) -> bool:
    """Tell whether two cells hold the same number, whatever its decimals."""
    try:
        return one == other or Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False
