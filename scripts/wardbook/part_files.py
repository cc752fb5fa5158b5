"""All that is made of each indicator and each topic in one language, kept by the neighbourhood that it is made of."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

import orjson

from wardbook.catalogue import Indicator, Topic
from wardbook.chart import SPECIFICATIONS, Chart, Plot, draw, indicator_plots, topic_plot
from wardbook.figure import figure_files, indicator_figures, topic_figure
from wardbook.font import FOLDER
from wardbook.indicator_page import frame, frame_file, indicator_page, indicator_page_file
from wardbook.language import Language
from wardbook.ledger import built_path
from wardbook.neighbourhood import Neighbourhood, Subject, of_indicators, of_topics
from wardbook.page import TEMPLATES, Writer
from wardbook.publication import Publication
from wardbook.shelf import also_asked, find, put
from wardbook.topic_page import topic_page, topic_page_file

Key = TypeVar("Key", str, int)


@dataclass(frozen=True)
class PartFiles:
    """Files of indicators or topics in one language, by their paths.

    `pages`, in Markdown, and `frames` are below the folder of the language; `figures`, which lack their pictures still,
    are below /tai-ve/. `drawings` are the names of their charts on the shelf.
    """

    pages: dict[str, bytes] = field(default_factory=dict)
    frames: dict[str, bytes] = field(default_factory=dict)
    figures: dict[str, bytes] = field(default_factory=dict)
    drawings: list[str] = field(default_factory=list)

    def add(self, other: PartFiles) -> None:
        """Take in the files of another part."""
        self.pages.update(other.pages)
        self.frames.update(other.frames)
        self.figures.update(other.figures)
        self.drawings.extend(other.drawings)


def indicator_files(publication: Publication, language: Language, wanted: Container[str] | None = None) -> PartFiles:
    """Return the files of every indicator, or of those whose pages are wanted by their paths in the built site.

    They tell of no other files to take away than those of single indicators.
    """

    def plots(near: Neighbourhood[Indicator]) -> dict[str, Plot]:
        return indicator_plots(near.publication.book, near.subject, language)

    def make(near: Neighbourhood[Indicator], charts: Mapping[str, Chart]) -> PartFiles:
        writer, indicator = Writer(near.publication, language), near.subject
        return PartFiles(
            {indicator_page_file(indicator): indicator_page(writer, indicator, charts).encode("utf-8")},
            {frame_file(indicator): frame(writer, indicator, charts).encode("utf-8")},
            figure_files(indicator_figures(near.publication, indicator, charts, language), language),
            [chart.drawing for chart in charts.values()],
        )

    every = publication.book.catalogue.indicators.values()
    asked = [indicator for indicator in every if _is_wanted([indicator_page_file(indicator)], wanted)]
    return _files(of_indicators(publication, asked), language, plots, make)


def topic_files(publication: Publication, language: Language, wanted: Container[str] | None = None) -> PartFiles:
    """Return the files of every topic, its pages of all years among them, or of those of which one page is wanted.

    They tell of no other files to take away than those of single topics.
    """

    def writers(near: Neighbourhood[Topic]) -> list[Writer]:
        writer = Writer(near.publication, language)
        return [writer, *writer.past_editions()]

    def plots(near: Neighbourhood[Topic]) -> dict[int, Plot]:
        books = [writer.book for writer in writers(near)]
        found = {book.year: topic_plot(book, book.field_indicators(near.subject), language) for book in books}
        return {year: plot for year, plot in found.items() if plot is not None}

    def make(near: Neighbourhood[Topic], charts: Mapping[int, Chart]) -> PartFiles:
        topic, book = near.subject, near.publication.book
        pages = {}
        for writer in writers(near):
            page = topic_page(writer, topic, charts.get(writer.book.year))
            pages[topic_page_file(writer.edition, topic)] = page.encode("utf-8")
        last = charts.get(book.year)
        figures = topic_figure(near.publication, topic, last, language) if last else {}
        drawings = [chart.drawing for chart in charts.values()]
        return PartFiles(pages, figures=figure_files(figures, language), drawings=drawings)

    editions = ["", *(edition.edition for edition in Writer(publication, language).past_editions())]
    every = publication.book.catalogue.topics.values()
    asked = [topic for topic in every if _is_wanted((topic_page_file(e, topic) for e in editions), wanted)]
    return _files(of_topics(publication, asked), language, plots, make)


def _is_wanted(pages: Iterable[str], wanted: Container[str] | None) -> bool:
    return wanted is None or any(built_path(page) in wanted for page in pages)


def _files(
    near: Iterable[Neighbourhood[Subject]],
    language: Language,
    plots: Callable[[Neighbourhood[Subject]], Mapping[Key, Plot]],
    make: Callable[[Neighbourhood[Subject], Mapping[Key, Chart]], PartFiles],
) -> PartFiles:
    """Return what `make` gives of each neighbourhood and the charts of its plots, from the shelf where it lies there.

    All charts are drawn together.
    """
    kind, looks = f"files of a part {language.code}", _looks(language)
    found = PartFiles()
    missing: list[Neighbourhood[Subject]] = []
    for one in near:
        content = find(kind, looks + one.source)
        if content is None:
            missing.append(one)
        else:
            files = _unpacked(content)
            # where only words change next time, the charts are there still
            also_asked(files.drawings)
            found.add(files)
    charts: dict[Neighbourhood[Subject], dict[Key, Chart]] = {one: {} for one in missing}
    plotted = {(one, key): plot for one in missing for key, plot in plots(one).items()}
    for (one, key), chart in draw(plotted).items():
        charts[one][key] = chart
    for one in missing:
        files = make(one, charts[one])
        put(kind, looks + one.source, _packed(files))
        found.add(files)
    return found


@cache
def _looks(language: Language) -> bytes:
    """Return a digest of what the files of a part are made of beside its neighbourhood and the program.

    That are words, templates, specifications of charts and the typeface.
    """
    digest = hashlib.sha256(pickle.dumps((language.code, language.words)))
    for folder in (TEMPLATES, SPECIFICATIONS, FOLDER):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"\0{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return digest.digest()


def _packed(files: PartFiles) -> bytes:
    return orjson.dumps(vars(files), default=bytes.decode)


def _unpacked(content: bytes) -> PartFiles:
    kept = orjson.loads(content)
    texts = ("pages", "frames", "figures")
    files = {kind: {path: text.encode("utf-8") for path, text in kept[kind].items()} for kind in texts}
    return PartFiles(**files, drawings=kept["drawings"])
