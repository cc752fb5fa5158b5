"""What is described: the facts about a data set that every vocabulary tells in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from wardbook import say
from wardbook.catalogue import Area, Indicator, Observation, Source, Text, Topic
from wardbook.derive import Book, last_change
from wardbook.language import CODES, Language

if TYPE_CHECKING:
    from wardbook.publication import Publication


def both(languages: Mapping[str, Language], words: Callable[[Language], str]) -> Text:
    """Return what `words` returns for each language."""
    return Text(*(words(languages[code]) for code in CODES))


def description(publication: Publication, language: Language) -> str:
    """Return the package's own description of itself; "" where it has none."""
    descriptor = publication.descriptor
    return descriptor.get("description" if language.code == "vi" else "description_en", "")


def named(publication: Publication, language: Language) -> str:
    """Return the name of the data set as it stands among those of others: with the province of the area."""
    return _said(publication, language, "name")


def indicator_named(publication: Publication, indicator: Indicator, language: Language) -> str:
    """Return the name of an indicator as it stands among those of other areas."""
    return _said(publication, language, "indicator_name", name=language.text(indicator.name))


def contents(publication: Publication, language: Language) -> str:
    """Say what the data set holds: its own description, how many indicators of where and when."""
    said = description(publication, language)
    count = language.number(len(publication.book.catalogue.indicators))
    return _said(publication, language, "contents", description=said, n=count)


def indicator_contents(publication: Publication, indicator: Indicator, language: Language) -> str:
    """Say what the figures of an indicator are."""
    return _said(publication, language, "indicator_contents", definition=language.text(indicator.definition))


def topic_contents(publication: Publication, topic: Topic, language: Language) -> str:
    """Say what the figures of a topic are."""
    return _said(publication, language, "topic_contents", summary=language.text(topic.summary))


def series_title(publication: Publication, language: Language) -> str:
    """Return the name of the series of years."""
    return _said(publication, language, "series")


def series_contents(publication: Publication, language: Language) -> str:
    """Say what the series of years is."""
    return _said(publication, language, "series_contents")


def year_title(publication: Publication, year: int, language: Language) -> str:
    """Return the name of the figures of one year."""
    return _said(publication, language, "year", year=str(year))


def year_contents(publication: Publication, year: int, language: Language) -> str:
    """Say what the figures of one year are."""
    return _said(publication, language, "year_contents", year=str(year))


def publisher(publication: Publication, language: Language) -> str:
    """Return who publishes the data set: the contributor whom the package names for it, else those who made it.

    The body that wrote the source documents did not: see `creators`.
    """
    for contributor in publication.descriptor.get("contributors", ()):
        if "publisher" in (*contributor.get("roles", ()), contributor.get("role")) and contributor.get("title"):
            return contributor["title"]
    return _said(publication, language, "publisher")


def creators(book: Book, observations: Iterable[Observation]) -> list[Text]:
    """Return who made the documents that figures come from, each once."""
    return list(dict.fromkeys(source.publisher for source in sources(book, observations)))


def sources(book: Book, observations: Iterable[Observation]) -> list[Source]:
    """Return the documents that figures come from, each once."""
    documents = book.catalogue.sources
    return [documents[source_id] for source_id in dict.fromkeys(o.source_id for o in observations)]


def code_note(area: Area, language: Language) -> str:
    """Say from when the official code of an area is its own: another area may have had it before."""
    key = "code_basis" if area.legal_basis else "code"
    return language.words["metadata"][key].format(day=language.day(area.valid_from), basis=area.legal_basis)


def period(years: Iterable[int]) -> tuple[str, str]:
    """Return the first and the last day of a span of years, as ISO 8601 has them."""
    known = sorted(years)
    return f"{known[0]}-01-01", f"{known[-1]}-12-31"


def modified(book: Book, observations: Iterable[Observation]) -> str:
    """Return the day that figures last changed, as ISO 8601 has it; "" where there are none."""
    change = last_change(book, observations)
    return change.day.isoformat() if change else ""


def figures(book: Book, indicators: Iterable[Indicator]) -> list[Observation]:
    """Return every figure of some indicators."""
    return [o for i in indicators for o in book.observations.get(i.indicator_id, ())]


def _said(publication: Publication, language: Language, key: str, **blanks: str) -> str:
    words, book = language.words["metadata"], publication.book
    years = words["years"].format(years=say.years(book.years[-1], book.years[0]))
    said = words[key].format(
        title=publication.title(language),
        area=language.text(book.area.name),
        parent=language.text(book.area.parent_name),
        years=years,
        **blanks,
    )
    return " ".join(said.split())
