"""Figures as files: each chart of an indicator or topic page as SVG and as a specification for the Vega editor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from math import ceil
from typing import Any

import orjson
from markupsafe import Markup

from wardbook import say
from wardbook.catalogue import Indicator, Observation, Topic
from wardbook.chart import Chart, is_line
from wardbook.drawing import draw, plain
from wardbook.font import Font, bold, fit, regular
from wardbook.language import Language
from wardbook.publication import Publication

INK = "#16202b"
MUTED = "#55616e"

_READABLE = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE

_MARGIN = 24
_SPACE = 8

_BOX = re.compile(r'^<svg [^>]*viewBox="0 0 (?P<width>[\d.]+) (?P<height>[\d.]+)"[^>]*>')
_LABEL = re.compile(r"<(title|desc)>.*?</\1>", re.DOTALL)
_COLOUR = re.compile(r'"var\(--[\w-]+, (#[0-9a-f]+)\)"')
_TEXT = re.compile(r"<text (?P<attributes>[^>]*)>(?P<text>[^<]*)</text>")
_PLACE = re.compile(r"translate\((?P<x>-?[\d.]+),")
_SIZE = re.compile(r'font-size="(?P<size>[\d.]+)px"')


@dataclass(frozen=True)
class Figure:
    """A chart with what it must say when it stands alone: what it is about, where it is from, where it lives."""

    chart: Chart
    name: str
    source: str
    url: str


def indicator_figures(
    publication: Publication, indicator: Indicator, charts: Mapping[str, Chart], language: Language
) -> dict[str, Figure]:
    """Return the figure of each chart of an indicator's page by the name of its files."""
    book = publication.book
    page = publication.url(language, f"chi-tieu/{indicator.indicator_id}/")
    name, series = language.text(indicator.name), book.observations[indicator.indicator_id]
    found = {}
    for which, chart in charts.items():
        over_years = which == "ke-hoach" and is_line(book, indicator)
        source = _source(publication, [o for o in series if over_years or o.year == book.year], language)
        found[f"{indicator.indicator_id}-{which}"] = Figure(chart, name, source, page)
    return found


def topic_figure(publication: Publication, topic: Topic, chart: Chart, language: Language) -> dict[str, Figure]:
    """Return the figure of a topic's chart by the name of its files."""
    book = publication.book
    page = publication.url(language, f"chu-de/{topic.topic_id}/")
    shown = [o for i in book.field_indicators(topic) if (o := book.current(i)) is not None]
    source = _source(publication, shown, language)
    return {f"{topic.topic_id}-chu-de": Figure(chart, language.text(topic.name), source, page)}


def figure_files(figures: Mapping[str, Figure], language: Language) -> dict[str, bytes]:
    """Return the files of figures by their permanent path below /tai-ve/; a PNG is made from its SVG."""
    files = {}
    for name, figure in figures.items():
        path = f"hinh/{language.code}/{name}"
        files[f"{path}.svg"] = _svg(figure)
        files[f"{path}.vl.json"] = _specification(figure)
    return files


def _source(publication: Publication, observations: Sequence[Observation], language: Language) -> str:
    """Say whose figures they are, of which years, from which documents, and on what terms they may be used."""
    book = publication.book
    documents = dict.fromkeys(language.text(book.source(o).title) for o in observations)
    years = [o.year for o in observations] or [book.year]
    area = language.text(book.area.name)
    said = [
        area[:1].upper() + area[1:] + f", {say.years(min(years), max(years))}",
        language.words["figure"]["source"].format(source="; ".join(documents)),
        publication.descriptor["licenses"][0]["name"].replace("-", " "),
    ]
    return ". ".join(said)


def _svg(figure: Figure) -> bytes:
    """Draw a figure on white, with its own words round the chart of the page."""
    drawn = _stand_alone(str(figure.chart.svg))
    box = _BOX.search(drawn)
    inner = _LABEL.sub("", drawn[box.end() : drawn.rindex("</svg>")])
    width = ceil(max([float(box["width"]), *_right_edges(inner)]))
    above = [
        (figure.name, bold(), 17, INK),
        (plain(figure.chart.title), regular(), 14, INK),
        (plain(figure.chart.note), regular(), 11, MUTED),
    ]
    below = [(figure.source, regular(), 10, MUTED), (_without_scheme(figure.url), regular(), 10, MUTED)]
    lines, y = _lines(above, width, _MARGIN)
    top = y + _SPACE
    last, y = _lines(below, width, top + float(box["height"]) + 2 * _SPACE)
    return draw(
        "figure",
        width=width + 2 * _MARGIN,
        height=round(y + _MARGIN - _SPACE),
        margin=_MARGIN,
        top=top,
        lines=lines + last,
        name=figure.name,
        title=plain(figure.chart.title),
        text=plain(figure.chart.text),
        chart=Markup(inner),
    )


def _lines(blocks: Iterable[tuple[str, Font, int, str]], width: int, y: float) -> tuple[list[dict[str, Any]], float]:
    """Place texts one below the other from `y` on; return their lines, and where the next may begin."""
    placed = []
    for text, font, size, colour in blocks:
        if not text:
            continue
        for line in fit(text, font, ((size, 6),), width).lines:
            weight = 600 if font is bold() else 400
            placed.append({"text": line, "y": y + size, "size": size, "weight": weight, "colour": colour})
            y += round(size * 1.35)
    return placed, y


def _right_edges(drawn: str) -> Iterator[float]:
    """Yield how far each label of a chart that runs to the right reaches."""
    for found in _TEXT.finditer(drawn):
        attributes = found["attributes"]
        if 'text-anchor="start"' in attributes:
            font = bold() if "font-weight" in attributes else regular()
            size = float(_SIZE.search(attributes)["size"])
            yield float(_PLACE.search(attributes)["x"]) + font.width(unescape(found["text"]), size)


def _stand_alone(text: str) -> str:
    """Put real colours in the place of those that a page gives, and leave the font to what is around."""
    coloured = _COLOUR.sub(r'"\1"', text).replace('"currentColor"', f'"{INK}"')
    return coloured.replace(' font-family="sans-serif"', "")


def _specification(figure: Figure) -> bytes:
    """Write what a chart was drawn from, its data inside, as a file that the Vega editor opens."""
    lines = fit(f"{figure.name}: {plain(figure.chart.title)}", bold(), ((13, 6),), 328).lines
    own = {
        "description": plain(figure.chart.text),
        "background": "#fff",
        "padding": 16,
        "title": {"text": lines, "anchor": "start", "frame": "group", "offset": 12},
        "usermeta": {"source": figure.source, "url": figure.url},
    }
    chart = figure.chart
    data = {**chart.specification["data"], "values": chart.rows}
    written = orjson.dumps({**chart.specification, "data": data, **own}, option=_READABLE)
    return _stand_alone(written.decode("utf-8")).encode("utf-8")


def _without_scheme(url: str) -> str:
    return url.partition("://")[2]
