"""What one cell may hold, judged by its characters alone."""

from __future__ import annotations

import re
import unicodedata

from wardbook.problem import is_hidden

LONGEST = 5000

_NUMERIC_TYPES = ("number", "integer", "year")
_CANONICAL_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_CANONICAL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# what a spreadsheet would run as a formula
_FORMULA = ("=", "+", "@", "\t", "\r")
# what a spreadsheet leaves where it could not compute or show a value, and how it marks a number kept as text
_SPREADSHEET = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)|#{2,}|'.*", re.DOTALL)

# letters of Vietnamese and English; ĕ ŏ ŭ č ñ stand in place names of the Central Highlands
_LETTERS = frozenset(
    "abcdefghijklmnopqrstuvwxyzàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđĕŏŭčñ"
)
# signs that stand for Vietnamese letters in the old TCVN3 fonts, or are left where UTF-8 was read as windows-1252
_OLD_FONT = frozenset("¡¢£¤¥¦§¨©¬®¯´¶¸¹¼¾™")
# a conversion that did not know a letter leaves a question mark or U+FFFD in the middle of the word
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]|\ufffd")

_ADDRESS = re.compile(r"(?i)\b(?:javascript|vbscript):|\bdata:[a-z]+/")
# identity cards have 12 digits (9 in the old form), telephone numbers 10 with a leading 0
_PERSONAL = re.compile(r"(?<!\d)(?:\d{12}|\d{9}|0\d{9})(?!\d)|[\w.+-]+@[\w-]+\.\w+")


def cell_rule(cell: str, kind: str, *, prose: bool) -> str | None:
    """Return the rule that a cell breaks by its characters, the worst first, or None.

    `kind` is the type of the column in its table schema; `prose` tells that the column holds free text in a language.
    """
    if not cell:
        return None
    if len(cell) > LONGEST:
        return "too-long"
    if _SPREADSHEET.fullmatch(cell):
        return "spreadsheet"
    if cell.startswith(_FORMULA):
        return "formula"
    if any(map(is_hidden, cell)):
        return "invisible"
    if not unicodedata.is_normalized("NFC", cell):
        return "nfc"
    if cell != cell.strip():
        return "padded"
    if kind in _NUMERIC_TYPES and not _CANONICAL_NUMBER.fullmatch(cell):
        return "number"
    if kind == "date" and not _CANONICAL_DATE.fullmatch(cell):
        return "date"
    return _prose_rule(cell) if prose else None


def _prose_rule(cell: str) -> str | None:
    if _LOST.search(cell):
        return "lost-letter"
    if foreign_letters(cell):
        return "foreign-letter"
    if _ADDRESS.search(cell):
        return "address"
    if _PERSONAL.search(cell):
        return "personal"
    return None


def foreign_letters(text: str) -> str:
    """Return the letters that neither Vietnamese nor English has: look-alikes, or words of an old encoding."""
    strange = (c for c in text if c in _OLD_FONT or (c.isalpha() and c.lower() not in _LETTERS))
    return "".join(dict.fromkeys(strange))
