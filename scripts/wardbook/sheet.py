"""The notice-board sheet: what of a year goes on two pages of paper, and how much is left to the site."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

from wardbook.catalogue import Indicator, Source, Statement
from wardbook.derive import Book, Status
from wardbook.language import Language
from wardbook.say import sentence

Item = TypeVar("Item")


@dataclass(frozen=True)
class Room:
    """What a list may take on paper: so many lines of so many letters, and what stands around each item, in lines."""

    lines: float
    letters: int
    around: float = 0.4


# measured in Chromium with the widest of the common fonts; a test prints the worst case
MISSED, HEADLINES, LIMITATIONS = Room(11, 44), Room(34, 40, around=2), Room(11, 88, around=0.2)
PLANNED, TASKS, DOCUMENTS = Room(62, 18), Room(18, 42, around=0.2), 2

_FIRST = (Status.MISSED, Status.MET, Status.EXCEEDED)


@dataclass(frozen=True)
class Cut(Generic[Item]):
    """The first of a list, and how many more there are."""

    shown: tuple[Item, ...]
    more: int


@dataclass(frozen=True)
class Sheet:
    """The lists of the sheet, each as long as paper bears."""

    missed: Cut[Indicator]
    headlines: Cut[Indicator]
    planned: Cut[Indicator]
    limitations: Cut[Statement]
    tasks: Cut[Statement]
    documents: tuple[Source, ...]


def sheet(book: Book, limitations: Sequence[Statement], tasks: Sequence[Statement], language: Language) -> Sheet:
    """Choose what stands on the sheet of the book's year; indicators below their plan come first."""

    def name(indicator: Indicator) -> str:
        return language.text(indicator.name)

    def said(indicator: Indicator) -> str:
        return sentence(book, indicator, book.current(indicator), language)

    def text(statement: Statement) -> str:
        return language.text(statement.text)

    planned = sorted(book.planned(), key=lambda indicator: _FIRST.index(book.status(indicator)))
    missed = [indicator for indicator in planned if book.status(indicator) is Status.MISSED]
    return Sheet(
        missed=cut(missed, name, MISSED),
        headlines=cut(book.headlines(), said, HEADLINES),
        planned=cut(planned, name, PLANNED),
        limitations=cut(limitations, text, LIMITATIONS),
        tasks=cut(tasks, text, TASKS),
        documents=_documents(book)[:DOCUMENTS],
    )


def cut(items: Sequence[Item], text: Callable[[Item], str], room: Room) -> Cut[Item]:
    """Keep as many of a list as have room, by the lines that their texts take."""
    ends = accumulate(math.ceil(len(text(item)) / room.letters) + room.around for item in items)
    kept = sum(end <= room.lines for end in ends)
    return Cut(tuple(items[:kept]), len(items) - kept)


def _documents(book: Book) -> tuple[Source, ...]:
    """Return the documents behind the figures of the book's year, the newest first."""
    used = {o.source_id for o in book.catalogue.observations if o.year == book.year and o.value is not None}
    documents = [source for source in book.catalogue.sources.values() if source.source_id in used]
    return tuple(sorted(documents, key=lambda source: source.period_end, reverse=True))
