"""Atom (RFC 4287): a feed in each language of new figures and of corrections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from xml.etree import ElementTree

from markupsafe import Markup

from wardbook import say
from wardbook.derive import Revision
from wardbook.language import Language
from wardbook.metadata import subject
from wardbook.metadata.place import FILES, address, page

if TYPE_CHECKING:
    from wardbook.catalogue import Observation, Source
    from wardbook.publication import Publication

ATOM = "http://www.w3.org/2005/Atom"

# Ids must outlive every move of the site (RFC 4287, 4.2.6), so they come from the names of the data and not from an
# address: a tag URI (RFC 4151) would need a host that is known on the first day. This space is of wardbook alone.
_SPACE = UUID("b2f5d1c4-6a37-5e0b-9c58-41d7e3a90f26")


@dataclass(frozen=True)
class Entry:
    """One item of news; `key` is what it is about for ever, `content` is HTML, `link` a page of the language."""

    key: str
    day: date
    title: str
    content: Markup
    link: str


def feed_path(language: Language) -> str:
    """Return the path of a language's feed below /tai-ve/."""
    return f"tin-{language.code}.atom"


def feed(publication: Publication, language: Language) -> bytes:
    """Return the feed of one language."""
    here, words = FILES + feed_path(language), language.words["feed"]
    news = sorted(entries(publication, language), key=lambda entry: (entry.day, entry.key), reverse=True)
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": language.code})
    _add(root, "id", _id(publication, language, "feed"))
    _add(root, "title", words["title"].format(title=publication.title(language)))
    _add(root, "subtitle", words["subtitle"])
    _add(root, "updated", _moment(news[0].day))
    _add(_add(root, "author"), "name", subject.publisher(publication, language))
    _add(root, "rights", publication.descriptor["licenses"][0]["title"])
    _link(root, "self", address(publication, here, here), "application/atom+xml")
    _link(root, "alternate", address(publication, page(language.code, "dinh-chinh/"), here), "text/html")
    for one in news:
        entry = _add(root, "entry")
        _add(entry, "id", _id(publication, language, one.key))
        _add(entry, "title", one.title)
        _add(entry, "updated", _moment(one.day))
        _add(entry, "published", _moment(one.day))
        _link(entry, "alternate", address(publication, page(language.code, one.link), here), "text/html")
        _add(entry, "content", str(one.content)).set("type", "html")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def entries(publication: Publication, language: Language) -> Iterator[Entry]:
    """Yield what is new: the figures of each source document, and each correction of a published cell."""
    for source in publication.book.catalogue.sources.values():
        figures = [
            o
            for o in publication.book.catalogue.observations
            if o.source_id == source.source_id and (o.value is not None or o.plan is not None)
        ]
        if figures:
            yield _new(publication, source, figures, language)
    for revision in publication.book.revisions:
        yield _corrected(publication, revision, language)


def _new(publication: Publication, source: Source, figures: list[Observation], language: Language) -> Entry:
    book, words = publication.book, language.words["feed"]
    content = Markup("")
    for year in sorted({o.year for o in figures}, reverse=True):
        items = Markup("").join(
            Markup("<li>{}: {}</li>").format(language.text(indicator.name), _figure_text(publication, o, language))
            for o in figures
            if o.year == year and (indicator := book.catalogue.indicators[o.indicator_id])
        )
        content += Markup("<p>{}</p><ul>{}</ul>").format(words["new_lead"].format(year=year), items)
    year = max((o.year for o in figures if o.year in book.years), default=book.year)
    return Entry(
        key=f"source/{source.source_id}",
        day=source.date_issued or source.period_end,
        title=_plain(language.say("feed.new", n=len(figures), source=language.text(source.title))),
        content=content,
        link=f"nam/{year}/" if len(book.years) > 1 else "",
    )


def _figure_text(publication: Publication, o: Observation, language: Language) -> str:
    """Write a figure, or the plan of a year that is not over."""
    book = publication.book
    indicator = book.catalogue.indicators[o.indicator_id]
    if o.value is None:
        return language.words["feed"]["plan"].format(plan=language.amount(o.plan, book.unit(indicator)))
    return say.value_text(book, indicator, o, language)


def _corrected(publication: Publication, revision: Revision, language: Language) -> Entry:
    book, words, first, o = publication.book, language.words["feed"], revision.first, revision.observation
    changes = Markup("").join(
        Markup("<p>{}</p>").format(
            words["change"].format(
                field=publication.field_title(one.table, one.field, language),
                old=say.cell_text(book, o, one.field, one.old_value, language),
                new=say.cell_text(book, o, one.field, one.new_value, language),
            )
        )
        for one in revision.corrections
    )
    if o is None:
        title, link = words["corrected_row"].format(name=f"{first.table} {first.key}"), "dinh-chinh/"
    else:
        name = language.text(book.catalogue.indicators[o.indicator_id].name)
        title, link = words["corrected"].format(name=name, year=o.year), f"chi-tieu/{o.indicator_id}/"
    return Entry(
        key=f"correction/{first.date}/{first.table}/{first.key}/{','.join(one.field for one in revision.corrections)}",
        day=first.date,
        title=title,
        content=changes + Markup("<p>{}: {}</p>").format(language.day(first.date), language.text(first.reason)),
        link=link,
    )


def _id(publication: Publication, language: Language, key: str) -> str:
    return uuid5(_SPACE, f"{publication.descriptor['name']}/{language.code}/{key}").urn


def _moment(day: date) -> str:
    """Return the beginning of a day as RFC 3339 has it: the data know no hours."""
    return f"{day.isoformat()}T00:00:00Z"


def _plain(text: Markup) -> str:
    return text.unescape()


def _add(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = text
    return element


def _link(parent: ElementTree.Element, rel: str, href: str, kind: str) -> None:
    ElementTree.SubElement(parent, "link", {"rel": rel, "type": kind, "href": href})
