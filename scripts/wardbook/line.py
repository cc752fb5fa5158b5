"""The line of an indicator over the years: what its chart shows, and what it says."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from wardbook.catalogue import Indicator, Observation
from wardbook.derive import Book, comparable, implied_plan, rounded_difference
from wardbook.language import Language
from wardbook.say import value_text

Row = dict[str, Any]

# how wide a bold 13 px character is, at the most, on average; and how many of them lie between two labels
_LETTER = 8
_GAP = 2

# the widest tick of a plan in pixels, the part of a year that it takes, and the largest area of a point
_TICK, _SHARE, _POINT = 34, 0.7, 64

# a label longer than this would leave the picture at its first or last year
_LONG = 10

# a figure lower than this part of the highest has no room for its label between itself and the ground
_LOW = Decimal("0.15")


@dataclass(frozen=True)
class _Series:
    """One indicator over the years, in a language; `width` is how many pixels its years are given."""

    book: Book
    indicator: Indicator
    language: Language
    width: float

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        return self.book.observations[self.indicator.indicator_id]

    @cached_property
    def known(self) -> tuple[Observation, ...]:
        """The figures that have a value."""
        return tuple(o for o in self.observations if o.value is not None)

    @cached_property
    def plans(self) -> Mapping[int, Decimal]:
        """The plan of each year that has one, printed or implied."""
        unit = self.book.unit(self.indicator)
        plans = {o.year: implied_plan(o, unit) if o.plan is None else o.plan for o in self.observations}
        return {year: plan for year, plan in plans.items() if plan is not None}

    @cached_property
    def years(self) -> range:
        """The years of the chart: all with a figure or a plan, up to the book's year where its figure is missing."""
        missing = [o.year for o in self.observations if o.year == self.book.year and o.obs_status != "M"]
        years = [*(o.year for o in self.known), *self.plans, *missing]
        return range(min(years), max(years) + 1)

    @property
    def step(self) -> float:
        """How far one year lies from the next."""
        return self.width / max(1, len(self.years) - 1)

    def number(self, value: Decimal) -> str:
        """Write a number as it stands on a mark: only a percentage has its unit."""
        unit = self.book.unit(self.indicator)
        return self.language.amount(value, unit) if unit.kind == "percent" else self.language.number(value)

    def label(self, o: Observation) -> str:
        """Write the value of a point."""
        if o.zero_kind == "not_found":
            return value_text(self.book, self.indicator, o, self.language)
        return self.number(o.value)

    def align(self, year: int, label: str) -> str:
        """Return how a label stands to its year: a long one at either end leans inwards."""
        if len(label) <= _LONG or self.years[0] < year < self.years[-1]:
            return "center"
        return "left" if year == self.years[0] else "right"


def rows(book: Book, indicator: Indicator, language: Language, width: float) -> list[Row]:
    """Return everything that the chart draws; `kind` says as what."""
    series = _Series(book, indicator, language, width)
    return [*_years(series), *_breaks(series), *_gaps(series), *_plans(series), *_points(series)]


def title(book: Book, indicator: Indicator, language: Language) -> Markup:
    """Say what the line shows over the years that can be compared."""
    series = _Series(book, indicator, language, 0)
    alike = comparable(series.observations, book.year)
    if not alike or len(alike) == 1:
        year = alike[-1].year if alike else book.year
        return language.say("chart.line_broken", year=str(year))
    first, last = alike[0], alike[-1]
    return language.say(
        f"chart.line_{course(alike)}",
        name=language.text(indicator.name),
        first=series.number(first.value),
        last=language.amount(last.value, book.unit(indicator)),
        first_year=str(first.year),
        last_year=str(last.year),
    )


def text(book: Book, indicator: Indicator, language: Language) -> Markup:
    """Say every figure of the line."""
    known = _Series(book, indicator, language, 0).known
    items = "; ".join(f"{o.year}: {value_text(book, indicator, o, language)}" for o in known)
    return language.say("chart.line_text", name=language.text(indicator.name), items=items)


def note(book: Book, indicator: Indicator, language: Language) -> Markup:
    """Say how to read the marks that need it."""
    series = _Series(book, indicator, language, 0)
    notes = {"chart.line_plans": series.plans, "chart.line_unsure": [o for o in series.known if _is_unsure(o)]}
    return Markup(" ").join(language.say(key) for key, found in notes.items() if found)


def course(alike: Sequence[Observation]) -> str:
    """Name the course of a series: every year up or down, up or down between its ends, level, or none of these."""
    first, last = alike[0], alike[-1]
    if "not_found" in (first.zero_kind, last.zero_kind):
        return "plain"
    steps = [rounded_difference(early.value, late.value) for early, late in pairwise(alike)]
    if len(steps) > 1 and last.year - first.year == len(steps):
        if min(steps) > 0:
            return "rising"
        if max(steps) < 0:
            return "falling"
    if first.value == last.value:
        return "level"
    return "up" if last.value > first.value else "down"


def _is_unsure(o: Observation) -> bool:
    return o.obs_status in ("E", "P", "F") or o.zero_kind == "not_found"


def _years(series: _Series) -> Iterator[Row]:
    """Yield the years below the line: all, or every so many back from the last, as there is room."""
    stride = max(1, math.ceil(_room("2000", "2000") / series.step))
    for year in reversed(series.years[::-1][::stride]):
        yield {"kind": "year", "year": year, "value": 0, "label": str(year)}


def _breaks(series: _Series) -> Iterator[Row]:
    """Yield an upright line before each year that is counted in another way; the last one is labelled."""
    breaks = [o.year for o in series.known[1:] if o.obs_status == "B"]
    words = series.language.words["chart"]["line_break"]
    for year in breaks:
        yield {
            "kind": "break",
            "year": year - 0.5,
            "value": 0,
            "label": words.format(year=year) if year == breaks[-1] else "",
            "align": "right" if year - 0.5 > (series.years[0] + series.years[-1]) / 2 else "left",
        }


def _gaps(series: _Series) -> Iterator[Row]:
    """Yield a word, or a dash where there is no room for it, in each year without figure or plan."""
    words = series.language.words["chart"]["line_gap"]
    full = {o.year for o in series.known} | series.plans.keys()
    for year in series.years:
        if year not in full:
            label = words if series.step >= _LETTER * len(words) else "–"
            yield {"kind": "gap", "year": year, "value": 0, "label": label}


def _plans(series: _Series) -> Iterator[Row]:
    """Yield a tick for each plan, and the words of the last one on the side where the figure is not."""
    for o in series.observations:
        if o.year in series.plans:
            size = min(_TICK, series.step * _SHARE)
            yield {"kind": "plan", "year": o.year, "value": float(series.plans[o.year]), "size": size}
    yield from _plan_label(series)


def _plan_label(series: _Series) -> Iterator[Row]:
    """Yield two lines for the last plan: that it is one, and how much, marked where it is worked out."""
    last = next((o for o in reversed(series.observations) if o.year in series.plans), None)
    if last is None:
        return
    plan = series.plans[last.year]
    mark = "" if last.plan is not None else f"{series.language.words['table']['implied_mark']} "
    lines = (series.language.words["chart"]["plan"], mark + series.number(plan))
    is_above = last.value is None or last.value < plan
    for label, dy in zip(lines, (-23, -8) if is_above else (18, 33), strict=True):
        yield {"kind": "plan-label", "year": last.year, "value": float(plan), "label": label, "dy": dy}


def _points(series: _Series) -> Iterator[Row]:
    """Yield a point for each figure, and its value where there is room: at both ends first, then high and low."""
    known, labels = series.known, {o.year: series.label(o) for o in series.known}
    high, low = (extreme(known, key=lambda o: o.value) for extreme in (max, min))
    chosen = _written([o.year for o in (known[-1], known[0], high, low)], labels, series.step)
    top = max(high.value, *series.plans.values(), 0)
    for segment, o in zip(_segments(known), known, strict=True):
        yield {
            "kind": "value",
            "year": o.year,
            "value": float(o.value),
            "label": labels[o.year] if o.year in chosen else "",
            "align": series.align(o.year, labels[o.year]),
            "above": o.value >= series.plans.get(o.year, 0) or o.value < top * _LOW,
            "unsure": _is_unsure(o),
            "segment": segment,
            "size": min(_POINT, series.step * 2),
        }


def _segments(known: Iterable[Observation]) -> Iterator[int]:
    """Number the pieces of a line: a year without a figure or a break in the series begins a new one."""
    segment, before = 0, None
    for o in known:
        if before is not None and (o.year > before + 1 or o.obs_status == "B"):
            segment += 1
        before = o.year
        yield segment


def _written(first: Iterable[int], labels: Mapping[int, str], step: float) -> Collection[int]:
    """Choose the years whose labels are written: all where they all have room, else those of `first` that do."""

    def fits(year: int, others: Iterable[int]) -> bool:
        return all(abs(year - other) * step >= _room(labels[year], labels[other]) for other in others if other != year)

    if all(fits(year, labels) for year in labels):
        return labels.keys()
    chosen: list[int] = []
    for year in first:
        if fits(year, chosen):
            chosen.append(year)
    return chosen


def _room(label: str, other: str) -> float:
    """Return how far apart two labels must be centred."""
    return (len(label) + len(other) + _GAP) * _LETTER / 2
