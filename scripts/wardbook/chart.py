"""Charts: Vega-Lite specifications kept as files, filled with a book's figures and drawn as SVG without a browser.

A plot is all that a chart shows; those of the same specification are drawn together, which takes half the time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import orjson
from markupsafe import Markup

from wardbook import line, vega
from wardbook.catalogue import Indicator
from wardbook.derive import Book, Status, implied_plan, plan_percent, share
from wardbook.error import BuildError
from wardbook.language import Language, escape
from wardbook.say import name_inside, percent_text, value_text
from wardbook.shelf import find, name_of, put

SPECIFICATIONS = Path(__file__).parent / "charts"

_NO_NOTE = Markup("")

# fewer bars than a pair compare nothing
_PAIR = 2

# how wide a bold 13 px character is, at the most, on average: the room that labels need beside the longest bar
_LETTER = 10

# the longest bar, where labels leave less
_SHORTEST = 40

# Vega names every group for scripts and screen readers; here the SVG is one picture with one description
_NAMES = re.compile(r' (?:class|role|aria-[a-z]+|xmlns:xlink|version)="[^"]*"')
_TEXT = re.compile(r">([^<]*)</text>")
_EMPTY = re.compile(r'<path class="(?:background|foreground)"[^>]*/>|<g[^>]*/>')
_HEIGHT = re.compile(r'viewBox="0 0 [\d.]+ ([\d.]+)"')
_SIZE = re.compile(r'^<svg [^>]*?width="[\d.]+" height="[\d.]+" viewBox="([^"]+)">')


# how many charts are drawn together, at the most: more save no more time, and need more memory
_TOGETHER = 100

Key = TypeVar("Key")


@dataclass(frozen=True)
class Plot:
    """A chart before it is drawn: the finding as its title, its figures as text, and a note on how to read it.

    `kind` names the specification that its `rows` fill, with the colours of the page still to be looked up.
    """

    title: Markup
    text: Markup
    note: Markup
    kind: str
    specification: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Chart(Plot):
    """A drawn chart, and the name of its drawing on the shelf."""

    svg: Markup
    drawing: str

    @property
    def height(self) -> int:
        """How high the drawing is where it is as wide as it was drawn."""
        return int(float(_HEIGHT.search(self.svg)[1]))


def plan_plot(book: Book, indicator: Indicator, language: Language) -> Plot | None:
    """Plot the figure of the book's year as a bar with its plan as a tick; None without both numbers."""
    o, unit = book.current(indicator), book.unit(indicator)
    if o is None or o.value is None:
        return None
    implied = implied_plan(o, unit)
    plan = o.plan or implied
    if not plan:
        return None
    amount = language.amount(plan, unit)
    label = language.words["chart"]["plan" if o.plan else "implied"]
    row = {
        "value": float(o.value),
        "plan": float(plan),
        "plan_share": float(plan / max(plan, o.value)),
        "tone": book.status(indicator).value,
        "value_label": f"{language.words['chart']['result']}: {language.amount(o.value, unit)}",
        "plan_label": f"{label}: {amount}",
    }
    plan_name = language.text(indicator.plan_name) or language.words["sentence"]["plan_name"]
    return _plot(
        "plan",
        [row],
        language.say("chart.plan_title", percent=percent_text(o, language), plan_name=plan_name),
        language.say(
            "chart.plan_text",
            name=language.text(indicator.name),
            year=str(o.year),
            value=language.amount(o.value, unit),
            plan=amount,
        ),
    )


def is_line(book: Book, indicator: Indicator) -> bool:
    """Tell whether an indicator has figures of at least two years, not all of them zero: then a line tells most."""
    known = [o for o in book.observations[indicator.indicator_id] if o.value is not None]
    return len(known) >= _PAIR and any(o.value for o in known)


def line_plot(book: Book, indicator: Indicator, language: Language) -> Plot | None:
    """Plot the figures of all years as a line with plans, gaps and breaks; None with fewer than two, or all zero."""
    if not is_line(book, indicator):
        return None
    first, last = _specification("line")["encoding"]["x"]["scale"]["range"]
    return _plot(
        "line",
        line.rows(book, indicator, language, last - first),
        line.title(book, indicator, language),
        line.text(book, indicator, language),
        line.note(book, indicator, language),
    )


def parts_plot(
    book: Book, whole: Indicator, parts: Sequence[Indicator], language: Language, subject: Indicator | None = None
) -> Plot | None:
    """Plot the parts of a whole as bars, largest first; `subject` is the one a page is about, the others step back."""
    total = book.current(whole)
    figures = [(part, book.current(part)) for part in parts]
    known = [(part, o.value) for part, o in figures if o is not None and o.value is not None]
    if total is None or not total.value or len(known) < len(parts) or len(parts) < _PAIR:
        return None
    known.sort(key=lambda pair: -pair[1])
    unit = book.unit(whole)
    rows = [
        {
            "place": place,
            "name": language.text(part.name),
            "label": f"{language.amount(value, unit)} · {language.percent(share(value, total.value))}",
            "value": float(value),
            "tone": "plain" if subject in (None, part) else "context",
        }
        for place, (part, value) in enumerate(known)
    ]
    first, most = next((pair for pair in known if pair[0] is subject), known[0])
    whole_name = name_inside(whole, language)
    title = (
        language.say("chart.parts_title_all", part=language.text(first.name), whole=whole_name)
        if most == total.value
        else language.say(
            "chart.parts_title",
            part=language.text(first.name),
            share=language.percent(share(most, total.value)),
            whole=whole_name,
        )
    )
    text = language.say(
        "chart.parts_text",
        whole=language.text(whole.name),
        year=str(book.year),
        parts="; ".join(f"{row['name']} {row['label']}" for row in rows),
    )
    return _plot("bars", rows, title, text)


def against_plan_plot(book: Book, indicators: Sequence[Indicator], language: Language) -> Plot | None:
    """Plot indicators on one axis of percent of plan, the lowest first; a plan told only in words has no bar."""
    figures = [o for i in indicators if (o := book.current(i)) is not None and o.value is not None]
    known = [(book.catalogue.indicators[o.indicator_id], plan_percent(o)) for o in figures]
    bars = sorted(((i, p) for i, p in known if p is not None), key=lambda pair: pair[1])
    if len(bars) < _PAIR:
        return None
    rows = [
        {
            "place": place,
            "name": language.text(indicator.name),
            "label": percent_text(book.current(indicator), language),
            "value": float(percent),
            "reference": 100,
            "tone": book.status(indicator).value,
        }
        for place, (indicator, percent) in enumerate(bars)
    ]
    missed = sum(book.status(indicator) is Status.MISSED for indicator, _ in bars)
    low, high = rows[0]["label"], rows[-1]["label"]
    # that none was missed stands above it on the page
    kind = "" if missed else "_same" if low == high else "_range"
    title = language.say(f"chart.topic_title{kind}", missed=str(missed), n=len(bars), low=low, high=high)
    items = "; ".join(f"{row['name']} {row['label']}" for row in rows)
    text = language.say("chart.topic_text", year=str(book.year), items=items)
    # two plans on one axis must say that they are two
    return _plot("bars", rows, title, text, language.say("chart.own_plans"))


def same_unit_plot(book: Book, indicators: Sequence[Indicator], language: Language) -> Plot | None:
    """Plot the indicators of a topic that share its commonest unit as bars, where at least three have a figure."""
    figures = [(i, o.value) for i in indicators if (o := book.current(i)) is not None and o.value is not None]
    units = [i.unit_id for i, _ in figures]
    common = max(dict.fromkeys(units), key=units.count, default=None)
    bars = sorted(((i, value) for i, value in figures if i.unit_id == common), key=lambda pair: -pair[1])
    if len(bars) <= _PAIR:
        return None
    rows = [
        {
            "place": place,
            "name": language.text(indicator.name),
            "label": value_text(book, indicator, book.current(indicator), language),
            "value": float(value),
            "tone": "plain",
        }
        for place, (indicator, value) in enumerate(bars)
    ]
    tied = sum(value == bars[0][1] for _, value in bars)
    key = "chart.same_title_tied" if tied > 1 else "chart.same_title"
    title = language.say(key, name=rows[0]["name"], value=rows[0]["label"], n=tied)
    items = "; ".join(f"{row['name']} {row['label']}" for row in rows)
    return _plot("bars", rows, title, language.say("chart.same_text", year=str(book.year), items=items))


def topic_plot(book: Book, indicators: Sequence[Indicator], language: Language) -> Plot | None:
    """Plot what tells most about a topic: results against plan, else a whole and its parts, else its commonest unit."""
    planned = [i for i in indicators if book.is_planned(i)]
    if plot := against_plan_plot(book, planned, language):
        return plot
    for whole in indicators:
        for parts in book.parts.get(whole.indicator_id, {}).values():
            if plot := parts_plot(book, whole, parts, language):
                return plot
    return same_unit_plot(book, indicators, language)


def indicator_plots(book: Book, indicator: Indicator, language: Language) -> dict[str, Plot]:
    """Return the plots of an indicator's page, each by the end of its files' names."""
    plots = {"ke-hoach": line_plot(book, indicator, language) or plan_plot(book, indicator, language)}
    for number, parts in enumerate(book.parts.get(indicator.indicator_id, {}).values(), 1):
        plots[f"phan-{number}"] = parts_plot(book, indicator, parts, language)
    if whole := book.catalogue.indicators.get(indicator.part_of):
        siblings = book.parts[whole.indicator_id][indicator.breakdown]
        plots["tong"] = parts_plot(book, whole, siblings, language, indicator)
    return {which: plot for which, plot in plots.items() if plot is not None}


def _specification(name: str) -> dict[str, Any]:
    """Return a specification of our own to fill in; BuildError where its file is not JSON."""
    file = f"{name}.vl.json"
    try:
        return orjson.loads(_read(file))
    except ValueError as error:
        raise BuildError(f"{file}: {error}") from error


@cache
def _read(file: str) -> str:
    return (SPECIFICATIONS / file).read_text(encoding="utf-8")


def _plot(kind: str, rows: Sequence[dict[str, Any]], title: Markup, text: Markup, note: Markup = _NO_NOTE) -> Plot:
    """Fill a specification with rows; a figure's words, not its shapes, are what a reader hears."""
    specification = _specification(kind)
    if kind == "bars":
        longest = max(len(row["label"]) for row in rows)
        room = max(_SHORTEST, specification["width"] - 6 - _LETTER * longest)
        specification["encoding"]["x"]["scale"]["range"] = [0, room]
        specification["height"] = specification["height"]["step"] * len(rows)
    # a bar's label stands clear of the bar and of the mark it is held against
    rows = [{**row, "label_at": max(row["value"], row.get("reference", 0))} for row in rows]
    return Plot(title, text, note, kind, specification, rows)


def draw(plots: Mapping[Key, Plot]) -> dict[Key, Chart]:
    """Draw plots, each once however often it is among them; BuildError says which specification Vega refuses."""
    marked = {key: _marked(plot) for key, plot in plots.items()}
    sources = {key: (plot.kind, _json(plot.specification), _json(marked[key].rows)) for key, plot in plots.items()}
    drawn: dict[tuple[str, str, str], str] = {}
    missing: dict[tuple[str, str], list[str]] = {}
    for kind, specification, rows in dict.fromkeys(sources.values()):
        if (kept := find("chart", _source(specification, rows))) is not None:
            drawn[kind, specification, rows] = kept.decode("utf-8")
        else:
            missing.setdefault((kind, specification), []).append(rows)
    for (kind, specification), charts in missing.items():
        for begin in range(0, len(charts), _TOGETHER):
            together = charts[begin : begin + _TOGETHER]
            for rows, svg in zip(together, _svgs(kind, specification, together), strict=True):
                drawn[kind, specification, rows] = svg
                put("chart", _source(specification, rows), svg.encode("utf-8"))
    return {
        key: _labelled(plot, _with_texts(drawn[sources[key]], marked[key].texts), _source(*sources[key][1:]))
        for key, plot in plots.items()
    }


class _Marked(NamedTuple):
    """The rows of a plot with a mark in the place of each text, and the text of each mark."""

    rows: Sequence[Mapping[str, Any]]
    texts: Mapping[str, str]


def _marked(plot: Plot) -> _Marked:
    """Put marks in the place of texts: with them, the charts of an indicator in two languages are one drawing.

    Where a text may be cut, Vega must know how wide it is: there all stay as they are.
    """
    writing = [layer for layer in plot.specification.get("layer", ()) if "text" in layer.get("encoding", {})]
    if any("limit" in layer.get("mark", "") for layer in writing):
        return _Marked(plot.rows, {})
    fields = {layer["encoding"]["text"].get("field") for layer in writing}
    texts: dict[str, str] = {}
    rows = [dict(row) for row in plot.rows]
    for row in rows:
        for name in [name for name, cell in row.items() if name in fields and cell and isinstance(cell, str)]:
            mark = f"text{len(texts)}"
            texts[mark], row[name] = row[name], mark
    return _Marked(rows, texts)


def _with_texts(svg: str, texts: Mapping[str, str]) -> str:
    """Return a drawing with the texts that its marks stand for."""
    return _TEXT.sub(lambda found: f">{escape(texts[found[1]])}</text>" if found[1] in texts else found[0], svg)


def _json(value: object) -> str:
    return orjson.dumps(value).decode("utf-8")


def _source(specification: str, rows: str) -> bytes:
    return f"{specification}\0{rows}".encode()


def _svgs(kind: str, specification: str, charts: Sequence[str]) -> list[str]:
    try:
        return [_for_pages(svg) for svg in vega.to_svgs(specification, charts)]
    except ValueError as error:
        # the first line says what Vega was doing, the second what is wrong
        said = " ".join(str(error).split("\n")[:2])
        raise BuildError(f"{kind}.vl.json: {said}") from error


def _for_pages(svg: str) -> str:
    """Return a drawing as it may stand on a page: one picture, inert in Markdown too; ValueError where it is none."""
    opening = r'<svg class="wb-chart" role="img" viewBox="\1" xmlns="http://www.w3.org/2000/svg">'
    svg, found = _SIZE.subn(opening, _NAMES.sub("", _EMPTY.sub("", svg)))
    if not found:
        raise ValueError(f"the drawing does not begin as expected: {svg[:120]}")
    # Vega writes text for XML; on a page it must be inert in Markdown too, so it goes through the escaper of cells
    return _TEXT.sub(lambda found: f">{escape(Markup(found[1]).unescape())}</text>", svg)


def _labelled(plot: Plot, svg: str, source: bytes) -> Chart:
    label = f"<title>{plot.title}</title><desc>{plot.text}</desc>"
    return Chart(**vars(plot), svg=Markup(svg.replace(">", ">" + label, 1)), drawing=name_of("chart", source))
