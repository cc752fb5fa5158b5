"""What one cell may hold, judged by its characters alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from wardbook.legacy import TWICE, reread
from wardbook.problem import is_hidden

LONGEST = 5000

# spreadsheets, databases and most programs keep a number as a double, which holds any 15 digits and not always more
_MOST_DIGITS = 15

_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"[0-9]{4}")

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
_SOFT_HYPHEN = "\u00ad"
# a conversion that did not know a letter leaves a question mark or U+FFFD in the middle of the word
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]|\ufffd")

_ADDRESS = re.compile(r"(?i)\b(?:javascript|vbscript):|\bdata:[a-z]+/")
# identity cards have 12 digits (9 in the old form), telephone numbers 10 with a leading 0 or +84; both may be spaced
_PERSONAL = re.compile(
    r"(?<![\d.,])(?:\d{12}|\d{9}|\d{3} \d{3} \d{3}(?: \d{3})?|(?:0|\+84 ?)\d{2}(?:[ .-]?\d{3}[ .-]?\d{4}|[ .-]?\d{7}"
    r"|[ .-]\d{4}[ .-]\d{3}|\d[ .-]\d{3}[ .-]\d{3}))(?!\d|[.,]\d)|[\w.+-]+@[\w-]+\.\w+"
)
# text that breaks no rule for certain: only letters of ours, plain signs, short runs of digits, no space at the ends
_PLAIN_SIGNS = r",.;/%()\-–—“”’…≈"
_SMALL = "".join(sorted(_LETTERS))
_LARGE = "".join(sorted(letter.upper() for letter in _LETTERS if not letter.isascii()))
_PLAIN = re.compile(
    f"(?! )(?:[{_SMALL}A-Z{_PLAIN_SIGNS}]|(?<![{_SMALL}])[{_LARGE}]"
    "|[0-9](?![0-9]{5}|[ .-]?[0-9]{3}[ .-])| (?=[^ ]))++"
)
# a large letter with a mark inside a word of small ones is how some letters of TCVN3 look in Unicode: nghÌo
_MIXED = re.compile(f"[{_SMALL}][{_LARGE}]")

# what people type where there is no number
_MISSING = frozenset(("-", "–", "—", "…", "...", "không", "không có", "chưa có", "n/a", "na", "null", "none", "x"))
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3}){2,}")
_BOTH_MARKS = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)|([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)")
_WITH_COMMA = re.compile(r"[0-9]+,[0-9]+")
_IN_DOUBT = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_EXPONENT = re.compile(r"[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")
_NEGATIVE = re.compile(r"[-−–][0-9][0-9.,]*")
_PERCENT = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?%")
_ZEROS = re.compile(r"0+([0-9]+(?:\.[0-9]+)?)")
_LIKE_A_DATE = re.compile(r"[0-9]{1,4}[-/][0-9A-Za-z]{1,9}([-/][0-9]{1,4})?|[A-Za-z]{3}-[0-9]{2,4}")
_WITH_WORDS = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?[^\W\d_].*")

_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_SERIAL = re.compile(r"[1-9][0-9]{4}")
# day 0 of a spreadsheet's count, so that day 60 and later are right
_SERIAL_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a cell breaks; `suggestion` is what should stand there, where that is plain, and "" elsewhere."""

    rule: str
    suggestion: str = ""


def is_clean(cell: str, kind: str, *, prose: bool) -> bool:
    """Tell at a glance that a cell breaks no rule; False means only that it must be looked at."""
    if kind in ("number", "integer"):
        short = len(cell) <= _MOST_DIGITS
        return short and _NUMBER.fullmatch(cell) is not None and (kind == "number" or "." not in cell)
    if kind == "year":
        return _YEAR.fullmatch(cell) is not None
    return (kind == "string" and _PLAIN.fullmatch(cell) is not None and len(cell) <= LONGEST) if prose else False


def cell_fault(cell: str, kind: str, *, prose: bool) -> Fault | None:
    """Return what is wrong with a cell by its characters, the worst first, or None.

    `kind` is the type of the column in its table schema; `prose` tells that the column holds free text.
    """
    if not cell:
        return None
    if len(cell) > LONGEST:
        return Fault("too-long")
    if _SPREADSHEET.fullmatch(cell):
        return Fault("spreadsheet", cell[1:] if cell.startswith("'") else "")
    if cell.startswith(_FORMULA):
        return Fault("formula")
    if any(map(is_hidden, cell)):
        # a soft hyphen is what TCVN3 has for ư
        if prose and _SOFT_HYPHEN in cell and (read := reread(cell)):
            return Fault("old-font", read[1])
        return Fault("invisible", " ".join(_visible_words(cell)))
    if not unicodedata.is_normalized("NFC", cell):
        return Fault("nfc")
    if cell != cell.strip():
        return Fault("padded")
    judge = {"number": _number_fault, "integer": _integer_fault, "year": _year_fault, "date": _date_fault}.get(kind)
    if judge:
        return judge(cell)
    if kind == "boolean":
        return None if cell in ("true", "false") else Fault("boolean", _boolean(cell))
    return _prose_fault(cell) if prose else None


def _visible_words(cell: str) -> Iterator[str]:
    """Yield the words of a cell without what cannot be seen: a hidden space parts words, other signs do not."""
    shown = (" " if unicodedata.category(c)[0] == "Z" or c in "\n\t" else "" if is_hidden(c) else c for c in cell)
    yield from "".join(shown).split()


def _number_fault(cell: str) -> Fault | None:
    if not _NUMBER.fullmatch(cell):
        return _number_slip(cell)
    return Fault("number-long") if len(cell.replace(".", "").strip("0")) > _MOST_DIGITS else None


def _integer_fault(cell: str) -> Fault | None:
    if fault := _number_fault(cell):
        return fault
    whole, _, decimals = cell.partition(".")
    return Fault("integer", whole if not decimals.strip("0") else "") if decimals else None


def _year_fault(cell: str) -> Fault | None:
    return None if _YEAR.fullmatch(cell) else Fault("year")


def _number_slip(cell: str) -> Fault:
    """Tell in which way a cell is not a number as it must be written, and which number was meant."""
    plain = unicodedata.normalize("NFKC", cell)
    if plain != cell and _NUMBER.fullmatch(plain):
        return Fault("number-digits", plain)
    if cell.lower() in _MISSING:
        return Fault("number-missing")
    if _THOUSANDS.fullmatch(cell):
        return Fault("number-thousands", "".join(filter(str.isdecimal, cell)))
    if found := _BOTH_MARKS.fullmatch(cell):
        whole, decimals = found[1] or found[3], found[2] or found[4]
        return Fault("number-thousands", f"{''.join(filter(str.isdecimal, whole))}.{decimals}")
    if _WITH_COMMA.fullmatch(cell):
        return Fault("number-comma", cell.replace(",", "."))
    if _EXPONENT.fullmatch(cell):
        return Fault("number-exponent")
    if _NEGATIVE.fullmatch(cell):
        return Fault("number-negative")
    if found := _PERCENT.fullmatch(cell):
        return Fault("number-percent", found[1].replace(",", "."))
    if found := _ZEROS.fullmatch(cell):
        return Fault("number-zeros", found[1])
    if _LIKE_A_DATE.fullmatch(cell):
        return Fault("number-date")
    if found := _WITH_WORDS.fullmatch(cell):
        # 1.920 hộ may be 1920 or 1.92
        return Fault("number-words", "" if _IN_DOUBT.fullmatch(found[1]) else found[1].replace(",", "."))
    return Fault("number")


def _date_fault(cell: str) -> Fault | None:
    if _DATE.fullmatch(cell):
        return None if _day(cell) else Fault("date-none")
    if found := _DAY_FIRST.fullmatch(cell):
        iso = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
        return Fault("date", iso if _day(iso) else "")
    if _SERIAL.fullmatch(cell):
        return Fault("date-serial", (_SERIAL_ZERO + timedelta(days=int(cell))).isoformat())
    return Fault("date")


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _boolean(cell: str) -> str:
    """Return the code that a yes or a no in another spelling stands for."""
    said = cell.lower()
    if said in ("true", "1", "yes", "có", "x", "đúng"):
        return "true"
    return "false" if said in ("false", "0", "no", "không", "sai") else ""


def _prose_fault(cell: str) -> Fault | None:
    if _LOST.search(cell):
        return Fault("lost-letter")
    strange = foreign_letters(cell)
    if strange or _MIXED.search(cell):
        encoding, text = reread(cell) or ("", "")
        if strange or encoding:
            return Fault({"": "foreign-letter", TWICE: "encoded-twice"}.get(encoding, "old-font"), text)
    if _ADDRESS.search(cell):
        return Fault("address")
    return Fault("personal") if _PERSONAL.search(cell) else None


def foreign_letters(text: str) -> str:
    """Return the letters that neither Vietnamese nor English has: look-alikes, or words of an old encoding."""
    strange = (c for c in text if c in _OLD_FONT or (c.isalpha() and c.lower() not in _LETTERS))
    return "".join(dict.fromkeys(strange))
