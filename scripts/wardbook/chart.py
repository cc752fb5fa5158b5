"""Charts: Vega-Lite specifications kept as files, filled with a book's figures and drawn as SVG without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from wardbook import line, vega
from wardbook.catalogue import Indicator
from wardbook.derive import Book, Status, implied_plan, plan_percent, share
from wardbook.error import BuildError
from wardbook.language import Language, escape
from wardbook.say import name_inside, percent_text, value_text
from wardbook.shelf import keep

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


@dataclass(frozen=True)
class Chart:
    """A drawn chart: the finding as its title, its figures as text, the SVG, and a note on how to read it.

    `specification` is what it was drawn from, with the colours of the page still to be looked up.
    """

    title: Markup
    text: Markup
    svg: Markup
    note: Markup
    specification: Mapping[str, Any]

    @property
    def height(self) -> int:
        """How high the drawing is where it is as wide as it was drawn."""
        return int(float(_HEIGHT.search(self.svg)[1]))


def plan_chart(book: Book, indicator: Indicator, language: Language) -> Chart | None:
    """Draw the figure of the book's year as a bar with its plan as a tick; None without both numbers."""
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
    return _draw(
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


def line_chart(book: Book, indicator: Indicator, language: Language) -> Chart | None:
    """Draw the figures of all years as a line with plans, gaps and breaks; None with fewer than two, or all zero."""
    if not is_line(book, indicator):
        return None
    first, last = _specification("line")["encoding"]["x"]["scale"]["range"]
    return _draw(
        "line",
        line.rows(book, indicator, language, last - first),
        line.title(book, indicator, language),
        line.text(book, indicator, language),
        line.note(book, indicator, language),
    )


def parts_chart(
    book: Book, whole: Indicator, parts: Sequence[Indicator], language: Language, subject: Indicator | None = None
) -> Chart | None:
    """Draw the parts of a whole as bars, largest first; `subject` is the one a page is about, the others step back."""
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
    return _draw("bars", rows, title, text)


def against_plan_chart(book: Book, indicators: Sequence[Indicator], language: Language) -> Chart | None:
    """Draw indicators on one axis of percent of plan, the lowest first; a plan told only in words has no bar."""
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
    key = "chart.topic_title" if missed else "chart.topic_title_all"
    title = language.say(key, missed=str(missed), n=len(bars))
    items = "; ".join(f"{row['name']} {row['label']}" for row in rows)
    text = language.say("chart.topic_text", year=str(book.year), items=items)
    # two plans on one axis must say that they are two
    return _draw("bars", rows, title, text, language.say("chart.own_plans"))


def same_unit_chart(book: Book, indicators: Sequence[Indicator], language: Language) -> Chart | None:
    """Draw the indicators of a topic that share its commonest unit as bars, where at least three have a figure."""
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
    title = language.say("chart.same_title", name=rows[0]["name"], value=rows[0]["label"])
    items = "; ".join(f"{row['name']} {row['label']}" for row in rows)
    return _draw("bars", rows, title, language.say("chart.same_text", year=str(book.year), items=items))


def topic_chart(book: Book, indicators: Sequence[Indicator], language: Language) -> Chart | None:
    """Draw what tells most about a topic: results against plan, else a whole and its parts, else its commonest unit."""
    planned = [i for i in indicators if book.is_planned(i)]
    if chart := against_plan_chart(book, planned, language):
        return chart
    for whole in indicators:
        for parts in book.parts.get(whole.indicator_id, {}).values():
            if chart := parts_chart(book, whole, parts, language):
                return chart
    return same_unit_chart(book, indicators, language)


def indicator_charts(book: Book, indicator: Indicator, language: Language) -> dict[str, Chart]:
    """Return the charts of an indicator's page, each by the end of its files' names."""
    charts = {"ke-hoach": line_chart(book, indicator, language) or plan_chart(book, indicator, language)}
    for number, parts in enumerate(book.parts.get(indicator.indicator_id, {}).values(), 1):
        charts[f"phan-{number}"] = parts_chart(book, indicator, parts, language)
    if whole := book.catalogue.indicators.get(indicator.part_of):
        siblings = book.parts[whole.indicator_id][indicator.breakdown]
        charts["tong"] = parts_chart(book, whole, siblings, language, indicator)
    return {which: chart for which, chart in charts.items() if chart is not None}


def _specification(name: str) -> dict[str, Any]:
    """Return a specification of our own to fill in; BuildError where its file is not JSON."""
    file = f"{name}.vl.json"
    try:
        return json.loads(_read(file))
    except ValueError as error:
        raise BuildError(f"{file}: {error}") from error


@cache
def _read(file: str) -> str:
    return (SPECIFICATIONS / file).read_text(encoding="utf-8")


def _draw(name: str, rows: Sequence[dict[str, Any]], title: Markup, text: Markup, note: Markup = _NO_NOTE) -> Chart:
    """Fill a specification with rows and draw it; the figure's words, not its shapes, are what a reader hears."""
    specification = _specification(name)
    if name == "bars":
        longest = max(len(row["label"]) for row in rows)
        room = max(_SHORTEST, specification["width"] - 6 - _LETTER * longest)
        specification["encoding"]["x"]["scale"]["range"] = [0, room]
    # a bar's label stands clear of the bar and of the mark it is held against
    rows = [{**row, "label_at": max(row["value"], row.get("reference", 0))} for row in rows]
    try:
        svg = _vega(json.dumps(specification), json.dumps(rows))
    except ValueError as error:
        raise BuildError(f"{name}.vl.json: {str(error).strip().splitlines()[0]}") from error
    opening = r'<svg class="wb-chart" role="img" viewBox="\1" xmlns="http://www.w3.org/2000/svg">'
    svg, found = _SIZE.subn(opening, _NAMES.sub("", _EMPTY.sub("", svg)))
    if not found:
        raise BuildError(f"{name}.vl.json: the drawing does not begin as expected: {svg[:120]}")
    # Vega writes text for XML; on a page it must be inert in Markdown too, so it goes through the escaper of cells
    svg = _TEXT.sub(lambda found: f">{escape(Markup(found[1]).unescape())}</text>", svg)
    label = f"<title>{title}</title><desc>{text}</desc>"
    specification["data"]["values"] = rows
    return Chart(title, text, Markup(svg.replace(">", ">" + label, 1)), note, specification)


@cache
def _vega(specification: str, rows: str) -> str:
    """Draw rows, both as JSON, once however many pages and files show them."""
    source = f"{specification}\0{rows}".encode()
    return keep("chart", source, lambda: vega.to_svg(specification, rows).encode()).decode()
