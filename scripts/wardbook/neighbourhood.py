"""The neighbourhood of an indicator or a topic: the part of a publication that its own files tell of, nothing else.

Whoever makes those files is given no more, so they are the same wherever it is: it is what they are kept by.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, Generic, TypeVar

from wardbook.catalogue import RECORDS, Correction, Indicator, Observation, Statement, Text, Topic
from wardbook.derive import Book, record_key
from wardbook.download import Download
from wardbook.publication import Publication
from wardbook.release import NO_RELEASE

Subject = TypeVar("Subject", Indicator, Topic)


@dataclass(frozen=True, eq=False)
class Neighbourhood(Generic[Subject]):
    """What the files of `subject` tell of: `publication` has no other records and no other files to take away.

    `source` are both as bytes: the same for the same, wherever a record stands in its table.
    """

    subject: Subject
    publication: Publication
    source: bytes


def of_indicators(publication: Publication, indicators: Iterable[Indicator]) -> Iterator[Neighbourhood[Indicator]]:
    """Yield the neighbourhood of each of some indicators."""
    whole, book = _Whole(publication), publication.book
    for indicator in indicators:
        own = indicator.indicator_id
        parts, identities = _breakdowns(book, indicator), book.indicator_identities.get(own, ())
        related = {own, indicator.part_of, indicator.numerator, indicator.denominator, book.population}
        related |= _members(parts)
        related |= {rate.indicator_id for rate in book.rates_of.get(own, ())}
        related |= {one for identity in identities for one in identity.indicator_ids}
        yield whole.near(
            indicator,
            f"chi-tieu/{own}",
            related,
            book.observations.get(own, ()),
            parts=parts,
            indicator_statements={own: book.indicator_statements.get(own, ())},
            indicator_identities={own: identities},
            revisions=book.indicator_revisions(indicator),
            neighbours={own: book.neighbours[own]},
        )


def of_topics(publication: Publication, topics: Iterable[Topic]) -> Iterator[Neighbourhood[Topic]]:
    """Yield the neighbourhood of each of some topics."""
    whole, book = _Whole(publication), publication.book
    for topic in topics:
        own = topic.topic_id
        members, spoken = book.field_indicators(topic), book.field_statements(topic)
        subtopics = book.subtopics.get(own, ())
        fields = [own, *(sub.topic_id for sub in subtopics)]
        parts = {i.indicator_id: book.parts[i.indicator_id] for i in members if i.indicator_id in book.parts}
        about = {s.statement_id: book.statement_indicators.get(s.statement_id, ()) for s in spoken}
        related = {one for i in members for one in (i.indicator_id, i.part_of)}
        related |= _members(parts)
        related |= {indicator.indicator_id for indicators in about.values() for indicator in indicators}
        yield whole.near(
            topic,
            f"chu-de/{own}",
            related,
            book.field_items(topic),
            parts=parts,
            indicators={one: book.indicators[one] for one in fields if one in book.indicators},
            subtopics={own: subtopics},
            topic_statements={one: book.topic_statements[one] for one in fields if one in book.topic_statements},
            statement_indicators=about,
        )


class _Whole:
    """A publication of which neighbourhoods are cut: what all have in common, and where to find the rest."""

    def __init__(self, publication: Publication) -> None:
        book = publication.book
        self._book = book
        self._common = replace(publication, book=_common(book), downloads={}, copies={}, described={})
        self._digest = hashlib.sha256(_bytes(self._common)).digest()
        self._rank = {indicator_id: place for place, indicator_id in enumerate(book.catalogue.indicators)}
        self._corrections: dict[tuple[str, str], list[Correction]] = {}
        for correction in book.catalogue.corrections:
            self._corrections.setdefault((correction.table, correction.key), []).append(correction)
        self._files: dict[str, dict[str, Download]] = {}
        for path, file in publication.downloads.items():
            self._files.setdefault(path.partition(".")[0], {})[path] = file

    def near(
        self,
        subject: Subject,
        place: str,
        related: set[str],
        items: Iterable[Observation | Statement],
        **of_book: Any,
    ) -> Neighbourhood[Subject]:
        """Return a neighbourhood with the names and figures of `related` indicators and further fields of a book.

        `place` is that of the subject's page, and of its files to take away; `items` are what is told as corrected.
        """
        catalogue = self._book.catalogue
        ordered = sorted(related & self._rank.keys(), key=self._rank.__getitem__)
        identities = [i for found in of_book.get("indicator_identities", {}).values() for i in found]
        corrected = (self._corrections.get(record_key(item), ()) for item in items) if self._corrections else ()
        of_catalogue = {
            "indicators": {one: catalogue.indicators[one] for one in ordered},
            "discrepancies": {
                i.check_id: catalogue.discrepancies[i.check_id]
                for i in identities
                if i.check_id in catalogue.discrepancies
            },
            "corrections": tuple(correction for found in corrected for correction in found),
        }
        of_book["observations"] = {
            one: self._book.observations[one] for one in ordered if one in self._book.observations
        }
        downloads = self._files.get(place, {})
        book = self._common.book
        book = replace(book, catalogue=replace(book.catalogue, **of_catalogue), **of_book)
        source = self._digest + _bytes((subject, of_catalogue, of_book, downloads))
        return Neighbourhood(subject, replace(self._common, book=book, downloads=downloads), source)


def _common(book: Book) -> Book:
    """Return what every neighbourhood has of a book."""
    catalogue = replace(
        book.catalogue,
        indicators={},
        observations=(),
        statements={},
        statement_indicators=(),
        discrepancies={},
        corrections=(),
        redirects={},
        release=NO_RELEASE,
    )
    return replace(
        book,
        catalogue=catalogue,
        identities=(),
        observations={},
        parts={},
        indicators={},
        subtopics={},
        topic_statements={},
        indicator_statements={},
        statement_indicators={},
        indicator_identities={},
        revisions=(),
        neighbours={},
    )


def _breakdowns(book: Book, indicator: Indicator) -> dict[str, dict[Text, tuple[Indicator, ...]]]:
    """Return the parts of an indicator, and those that make its whole together with it."""
    own, whole = indicator.indicator_id, indicator.part_of
    found = {own: dict(book.parts[own])} if own in book.parts else {}
    if whole in book.parts:
        found[whole] = {indicator.breakdown: book.parts[whole][indicator.breakdown]}
    return found


def _members(parts: Mapping[str, Mapping[Text, Iterable[Indicator]]]) -> set[str]:
    return {part.indicator_id for groups in parts.values() for group in groups.values() for part in group}


def _bytes(value: object) -> bytes:
    """Write a value as bytes: where a record stands in its table is no part of it."""
    out = io.BytesIO()
    pickler = pickle.Pickler(out, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _WRITTEN
    pickler.dump(value)
    return out.getvalue()


def _without_line(record: type) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    told = attrgetter(*(field.name for field in fields(record) if field.name != "line"))
    return lambda one: (record, told(one))


_WRITTEN = {**copyreg.dispatch_table, Text: _without_line(Text), **{r: _without_line(r) for r in RECORDS.values()}}
