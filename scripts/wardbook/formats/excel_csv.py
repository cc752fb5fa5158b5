"""The flat table as a CSV that a double click opens right in Excel set to one language."""

from __future__ import annotations

import re

from wardbook.formats.flat import Cell, cell_text, write_csv
from wardbook.formats.reading import Sheet

# Excel takes a file for UTF-8 by this mark alone
BOM = b"\xef\xbb\xbf"

# How Excel set to a language parts cells and writes decimals. Where the decimal mark is a comma it parts cells by a
# semicolon: it falls back to one when both marks are set to a comma.
_MARKS = {"vi": (";", ","), "en": (",", ".")}

# a word with which a date or a truth value may begin, in either language
_LIKE_A_VALUE = re.compile(
    r"(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ ./-]*[0-9].*|(tháng|thg)[ .]*[0-9].*"
    r"|true|false|đúng|sai"
)


def excel_csv(sheet: Sheet, code: str) -> bytes:
    """Write a table for Excel set to a language.

    No file suits both: "31.625" is 31625 to Excel set to Vietnamese, and "82,61" is 8261 to Excel set to English.
    """
    delimiter, decimal = _MARKS[code]
    header = [column.title for column in sheet.columns]
    rows = [[_safe(cell, decimal) for cell in row] for row in sheet.rows]
    return BOM + write_csv(header, rows, delimiter).replace("\n", "\r\n").encode("utf-8")


def _safe(cell: Cell, decimal: str) -> str:
    return as_text(cell) if isinstance(cell, str) else cell_text(cell, decimal)


def as_text(text: str) -> str:
    """Put a text in quotation marks where a spreadsheet may take it for something else.

    A code 0123, a quotation such as 8/8, an id such as may-5 or a note that begins with a sign would come out as
    a number, a date or a formula.
    """
    if not text or (text[0].isalpha() and not _LIKE_A_VALUE.fullmatch(text)):
        return text
    return text if text[0] == "“" else f"“{text}”"
