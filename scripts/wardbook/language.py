"""A language of the site: its words, and numbers, amounts and dates as its readers write them."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NoReturn

import yaml
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from markupsafe import Markup

from wardbook.catalogue import Text, Unit
from wardbook.error import BuildError
from wardbook.wording import read_wording

CODES = ("vi", "en")

# a number and its unit stay on one line
_NO_BREAK = "\u00a0"

# what Markdown, the macros plugin or HTML would act on; the rest of a text is left readable
SPECIAL = "&<>\"'`*_{}[]#+!|~=^$@\\"
_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in SPECIAL}


@dataclass(frozen=True, eq=False)
class Language:
    """The words and number habits of one language."""

    code: str
    words: Mapping[str, Any]

    def say(self, key: str, **blanks: object) -> Markup:
        """Return the words at a dotted `key`, safe for HTML and Markdown, with their blanks filled in.

        Words with `one` and `other` forms are chosen by the blank `n`.
        """
        words: Any = self.words
        for step in key.split("."):
            words = words[step]
        if isinstance(words, Mapping):
            form = _locale(self.code).plural_form(int(str(blanks["n"]))) if "n" in blanks else "other"
            words = words.get(form, words["other"])
        filled = {name: self.number(value) if isinstance(value, int) else value for name, value in blanks.items()}
        return _fill(words, filled)

    def number(self, value: Decimal | int) -> str:
        """Write a number with the marks of the language and exactly the decimals that it has."""
        decimals = max(0, -value.as_tuple().exponent) if isinstance(value, Decimal) else 0
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return _written(value, pattern, self.code)

    def megabytes(self, size: int) -> str:
        """Write the size of a file in millions of bytes, to one decimal."""
        return f"{self.number((Decimal(size) / 1_000_000).quantize(Decimal('0.1')))}{_NO_BREAK}MB"

    def percent(self, value: Decimal) -> str:
        """Write a percentage: `37,13%`, `37.13%`."""
        return self.number(value) + "%"

    def amount(self, value: Decimal | int, unit: Unit) -> str:
        """Write a number with its unit: `82,61 tỷ đồng`, `1 school`, `8 schools`, `75%`."""
        if unit.kind == "percent":
            return self.number(value) + unit.symbol[self.code]
        return f"{self.number(value)}{_NO_BREAK}{self.symbol(value, unit)}"

    def symbol(self, value: Decimal | int, unit: Unit) -> str:
        """Return what follows the number: singular or plural where the language has them."""
        if self.code == "en" and _locale("en").plural_form(value) != "one":
            return unit.plural_en
        return unit.symbol[self.code]

    def day(self, value: date) -> str:
        """Write a date in figures and words, as long as the language wants it."""
        return _dated(value, self.code)

    def month(self, value: date) -> str:
        """Write the month of a date and its year: `tháng 1 năm 2027`, `January 2027`."""
        return format_skeleton("yMMMM", value, locale=self.code)

    def text(self, text: Text) -> str:
        """Return the side of a text that is in this language."""
        return text[self.code]


@cache
def _locale(code: str) -> Locale:
    """Return the rules of a language: to find them takes Babel longer than to follow them."""
    return Locale.parse(code)


@cache
def _written(value: Decimal | int, pattern: str, code: str) -> str:
    """Write a number once, however often it stands on the pages."""
    return format_decimal(value, pattern, locale=_locale(code))


@cache
def _dated(value: date, code: str) -> str:
    """Write a date once, however many pages name it."""
    return format_date(value, format="long", locale=code)


@cache
def read_language(code: str) -> Language:
    """Read the words of a language from its file; words that are asked for and not there are a BuildError.

    They are read once: that takes longer than writing most files.
    """
    try:
        words = read_wording(f"{code}.yml")
    except yaml.YAMLError as error:
        raise BuildError(f"{code}.yml: {' '.join(str(error).split())}") from error
    return Language(code, _Words(words, f"{code}.yml"))


class _Words(dict[str, Any]):
    """Words by their keys, groups of words inside, that know in which file they stand."""

    def __init__(self, words: Mapping[str, Any], place: str) -> None:
        self._place = place
        super().__init__(
            {
                key: _Words(value, f"{place}: {key}") if isinstance(value, dict) else value
                for key, value in words.items()
            }
        )

    def __missing__(self, key: str) -> NoReturn:
        raise BuildError(f"{self._place}: no “{key}”")


def escape(value: object) -> Markup:
    """Make any text safe in HTML and in Markdown: every special as a numeric entity, no line break.

    This is the one escaper of cells; a value that is already markup stays as it is.
    """
    return value if isinstance(value, Markup) else _escaped(str(value))


@lru_cache(maxsize=100_000)
def _escaped(text: str) -> Markup:
    """Escape a text once, however often it stands on the pages."""
    return Markup(" ".join(text.translate(_ENTITIES).split("\n")))


def _fill(words: str, blanks: Mapping[str, object]) -> Markup:
    pieces = [literal if name is None else escape(blanks[name]) for literal, name in _pieces(words)]
    return Markup("".join(pieces))


@cache
def _pieces(words: str) -> tuple[tuple[Markup, str | None], ...]:
    """Return the pieces of words with blanks, in order: what is written, or the name of a blank."""
    pieces: list[tuple[Markup, str | None]] = []
    for literal, name, _, _ in string.Formatter().parse(words):
        pieces.append((escape(literal), None))
        if name is not None:
            pieces.append((Markup(), name))
    return tuple(pieces)
