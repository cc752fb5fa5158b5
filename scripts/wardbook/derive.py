"""What follows from the catalogue: plan status, implied plans, shares, trends, and who belongs to whom."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import TypeVar

from wardbook.catalogue import Area, Catalogue, Correction, Indicator, Observation, Source, Statement, Text, Topic, Unit
from wardbook.identity import HUNDRED, Identity, breakdowns, identities, last_place

Key = TypeVar("Key")
Item = TypeVar("Item")


class Status(StrEnum):
    """How a figure stands against its plan."""

    EXCEEDED = "exceeded"
    MET = "met"
    MISSED = "missed"
    NONE = "none"  # the source gives no plan
    PENDING = "pending"  # a plan for a year that is not over


class Measure(StrEnum):
    """In what the step from one year to another is told."""

    BROKEN = "broken"  # the years are not counted alike: no step
    UNCERTAIN = "uncertain"  # "none found so far" is not a zero: no step
    SAME = "same"
    SLIGHT = "slight"  # a difference that rounds to nothing
    POINTS = "points"  # between two percentages
    TIMES = "times"
    PERCENT = "percent"
    DIFFERENCE = "difference"  # in the unit itself, where the figures are too few or too coarse for a percentage


@dataclass(frozen=True)
class Trend:
    """The step to a figure from the last year before it that has one; `size` is never negative."""

    before: Observation
    now: Observation
    measure: Measure
    size: Decimal

    @property
    def rises(self) -> bool:
        """Tell whether the figure grew."""
        return self.now.value > self.before.value

    @property
    def skipped(self) -> range:
        """The years between the two, which have no figure."""
        return range(self.before.year + 1, self.now.year)


@dataclass(frozen=True)
class Revision:
    """What was corrected in one row on one day for one reason; `observation` is that row, None in another table."""

    corrections: tuple[Correction, ...]
    observation: Observation | None

    @property
    def first(self) -> Correction:
        """The first of its corrections, which has the day, the row and the reason of all."""
        return self.corrections[0]


@dataclass(frozen=True)
class Book:
    """A catalogue with everything that its pages look up, worked out once, open at one year.

    `years` are all years with a figure, the last one first; `neighbours` are the indicators before and after each one;
    `task_years` are the years that tasks are for.
    """

    catalogue: Catalogue
    area: Area
    year: int
    years: tuple[int, ...]
    identities: tuple[Identity, ...]
    observations: Mapping[str, tuple[Observation, ...]]
    parts: Mapping[str, Mapping[Text, tuple[Indicator, ...]]]
    indicators: Mapping[str, tuple[Indicator, ...]]
    subtopics: Mapping[str, tuple[Topic, ...]]
    topic_statements: Mapping[str, tuple[Statement, ...]]
    indicator_statements: Mapping[str, tuple[Statement, ...]]
    statement_indicators: Mapping[str, tuple[Indicator, ...]]
    indicator_identities: Mapping[str, tuple[Identity, ...]]
    revisions: tuple[Revision, ...]
    neighbours: Mapping[str, tuple[Indicator | None, Indicator | None]]
    task_years: tuple[int, ...]
    population: str = ""  # the indicator that counts the inhabitants, where the package names one

    def at(self, year: int) -> Book:
        """Return the book opened at another of its years."""
        return replace(self, year=year)

    @property
    def year_before(self) -> int | None:
        """The last year with a figure before the book's year."""
        return next((year for year in self.years if year < self.year), None)

    @property
    def task_year(self) -> int:
        """The year that the tasks set in the book's year are for: the next one with any, up to the next report."""
        report = min((year for year in self.years if year > self.year), default=None)
        years = (year for year in self.task_years if year > self.year and (report is None or year <= report))
        return min(years, default=self.year + 1)

    def unit(self, indicator: Indicator) -> Unit:
        """Return the unit of an indicator."""
        return self.catalogue.units[indicator.unit_id]

    def current(self, indicator: Indicator) -> Observation | None:
        """Return the figure of the book's year, or None where there is none."""
        return self.figure(indicator, self.year)

    def figure(self, indicator: Indicator, year: int | None) -> Observation | None:
        """Return the figure of any year, or None where there is none."""
        return self._figures.get((indicator.indicator_id, year))

    def status(self, indicator: Indicator) -> Status:
        """Return how the figure of the book's year stands against its plan."""
        observation = self.current(indicator)
        return plan_status(observation, indicator.direction) if observation else Status.NONE

    def planned(self) -> tuple[Indicator, ...]:
        """Return the indicators that have a plan in the book's year and a result to hold against it."""
        return tuple(i for i in self.catalogue.indicators.values() if self.is_planned(i))

    def is_planned(self, indicator: Indicator) -> bool:
        """Tell whether an indicator has a plan in the book's year and a result to hold against it."""
        return self.status(indicator) in (Status.EXCEEDED, Status.MET, Status.MISSED)

    def headlines(self) -> tuple[Indicator, ...]:
        """Return the headline indicators that have a result in the book's year."""
        headline = (i for i in self.catalogue.indicators.values() if i.headline)
        return tuple(i for i in headline if (o := self.current(i)) and o.value is not None)

    def field_indicators(self, topic: Topic) -> tuple[Indicator, ...]:
        """Return the indicators of a topic and of the topics in it."""
        members = (topic, *self.subtopics.get(topic.topic_id, ()))
        return tuple(i for member in members for i in self.indicators.get(member.topic_id, ()))

    def field_statements(self, topic: Topic) -> tuple[Statement, ...]:
        """Return the statements of a topic and of the topics in it."""
        members = (topic, *self.subtopics.get(topic.topic_id, ()))
        return tuple(s for member in members for s in self.topic_statements.get(member.topic_id, ()))

    def field_items(self, topic: Topic) -> list[Observation | Statement]:
        """Return the figures and the statements of a topic and of the topics in it."""
        figures = [o for i in self.field_indicators(topic) for o in self.observations.get(i.indicator_id, ())]
        return [*figures, *self.field_statements(topic)]

    def indicator_revisions(self, indicator: Indicator) -> tuple[Revision, ...]:
        """Return the corrections of an indicator's figures, the last one first."""
        own = self.observations.get(indicator.indicator_id, ())
        return tuple(revision for revision in self.revisions if revision.observation in own)

    def source(self, item: Observation | Statement) -> Source:
        """Return the document that a figure or a statement comes from."""
        return self.catalogue.sources[item.source_id]

    def inhabitants(self, observation: Observation) -> Decimal | None:
        """Return how many people lived in the area of a figure in its year, or None where nobody counted them."""
        counter = self.catalogue.indicators.get(self.population)
        if counter is None or self.unit(counter).kind != "count":
            return None
        return self.value_beside(observation, self.population)

    def value_beside(self, observation: Observation, indicator_id: str) -> Decimal | None:
        """Return the value of another indicator in the area and year of a figure, or None where there is none."""
        place = (observation.area_id, observation.year)
        figures = self.observations.get(indicator_id, ())
        return next((o.value for o in figures if (o.area_id, o.year) == place), None)

    @cached_property
    def rates(self) -> Mapping[tuple[str, str], tuple[Indicator, ...]]:
        """The rates that indicators state, by their numerator and denominator."""
        rates = (i for i in self.catalogue.indicators.values() if i.numerator)
        return _group(((rate.numerator, rate.denominator), rate) for rate in rates)

    @cached_property
    def rates_of(self) -> Mapping[str, tuple[Indicator, ...]]:
        """The rates that an indicator is the numerator or the denominator of, by its id."""
        rates = (i for i in self.catalogue.indicators.values() if i.numerator)
        return _group((part, rate) for rate in rates for part in dict.fromkeys((rate.numerator, rate.denominator)))

    @cached_property
    def _figures(self) -> Mapping[tuple[str, int | None], Observation]:
        """The figures by their indicator and year."""
        series = self.observations.items()
        return {(indicator_id, o.year): o for indicator_id, figures in series for o in reversed(figures)}

    @cached_property
    def corrected(self) -> Mapping[tuple[str, str], date]:
        """When each corrected record was last corrected, by its table and its key."""
        return {(c.table, c.key): c.date for c in reversed(self.catalogue.corrections)}


def derive(catalogue: Catalogue, population: str = "") -> Book:
    """Work out a book from a catalogue that passed its check; `population` names the indicator of the inhabitants.

    The book's year is the last one with a reported value; a target for the year after does not move it.
    """
    found = identities(catalogue)
    parties = [(indicator_id, identity) for identity in found for indicator_id in identity.indicator_ids]
    indicators, statements = catalogue.indicators, catalogue.statements
    links = [(link.statement_id, link.indicator_id) for link in catalogue.statement_indicators]
    # the last report first
    links.sort(key=lambda link: -catalogue.sources[statements[link[0]].source_id].period_end.year)
    years = sorted({o.year for o in catalogue.observations if o.value is not None}, reverse=True)
    ordered = list(indicators.values())
    return Book(
        catalogue=catalogue,
        area=next(iter(catalogue.areas.values())),
        year=years[0],
        years=tuple(years),
        identities=found,
        observations=_group((o.indicator_id, o) for o in catalogue.observations),
        parts=breakdowns(indicators.values()),
        indicators=_group((i.topic_id, i) for i in indicators.values()),
        subtopics=_group((t.parent_id, t) for t in catalogue.topics.values() if t.parent_id),
        topic_statements=_group((s.topic_id, s) for s in statements.values()),
        indicator_statements=_group((i, statements[s]) for s, i in links),
        statement_indicators=_group((s, indicators[i]) for s, i in links),
        indicator_identities=_group(parties),
        revisions=revisions(catalogue),
        neighbours=dict(zip(indicators, zip([None, *ordered], [*ordered[1:], None], strict=False), strict=True)),
        task_years=tuple(sorted({s.year for s in statements.values() if s.kind == "task"})),
        population=population,
    )


def _group(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, tuple[Item, ...]]:
    groups: dict[Key, list[Item]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def plan_percent(observation: Observation) -> Decimal | None:
    """Return the percent of plan: as the source prints it, else worked out from a printed plan; None without a plan."""
    if observation.plan_pct is not None:
        return observation.plan_pct
    if observation.value is None or not observation.plan:
        return None
    return observation.value * HUNDRED / observation.plan


def plan_status(observation: Observation, direction: str) -> Status:
    """Return how a figure stands against its plan: as the source claims in words, else by the numbers."""
    if observation.plan_claim:
        return Status(observation.plan_claim)
    return numeric_status(observation, direction)


def numeric_status(observation: Observation, direction: str) -> Status:
    """Return how a figure stands against its plan by the numbers alone.

    A value is held against the printed plan, or against 100 % where only the percentage is printed. Where lower is
    better, below the plan counts as exceeded; "neutral" reads like "higher".
    """
    if observation.value is None:
        return Status.PENDING if observation.plan is not None else Status.NONE
    if observation.plan:
        difference = observation.value - observation.plan
    elif observation.plan_pct is not None:
        difference = observation.plan_pct - HUNDRED
    else:
        return Status.NONE
    if difference == 0:
        return Status.MET
    return Status.MISSED if (difference > 0) == (direction == "lower") else Status.EXCEEDED


def implied_plan(observation: Observation, unit: Unit) -> Decimal | None:
    """Return the plan that value and percentage imply, where the source does not print it: value * 100 / percent.

    It is rounded to what the printed digits can bear: both numbers stand for a range of half a unit in their last place
    (a count stands for itself), and the result keeps the digits that are finer than the width of the range they leave.
    """
    value, percent = observation.value, observation.plan_pct
    if observation.plan is not None or not value or not percent:
        return None
    slack = Decimal(0) if unit.kind == "count" else last_place(value) / 2
    wobble = last_place(percent) / 2
    width = (value + slack) / (percent - wobble) - (value - slack) / (percent + wobble)
    return _bear(value * HUNDRED / percent, width * HUNDRED, whole=unit.kind == "count")


def _bear(number: Decimal, width: Decimal, *, whole: bool) -> Decimal:
    """Round a number to the last place that is finer than the width of its range; `whole` numbers to no part of one."""
    place = Decimal(1).scaleb(math.floor(width.log10()))
    if whole:
        place = max(place, Decimal(1))
    rounded = (number / place).quantize(Decimal(1), ROUND_HALF_UP) * place
    return rounded.quantize(place) if place < 1 else rounded.quantize(Decimal(1))


def base_amount(value: Decimal, unit: Unit) -> Decimal | None:
    """Return a value in the base unit of its unit (tỷ đồng -> đồng), or None where there is none."""
    return (value * unit.scale).quantize(Decimal(1)) if unit.scale else None


def per_head(value: Decimal, unit: Unit, inhabitants: Decimal | None) -> Decimal | None:
    """Return an amount of money for each inhabitant in the base unit, or None where there is nothing to divide.

    Like an implied plan it keeps the digits that both printed numbers can bear; nothing smaller than one base unit.
    """
    if not unit.scale or not value or not inhabitants or value < 0:
        return None
    slack, wobble = last_place(value) / 2, last_place(inhabitants) / 2
    width = (value + slack) / (inhabitants - wobble) - (value - slack) / (inhabitants + wobble)
    return _bear(value * unit.scale / inhabitants, width * unit.scale, whole=True) or None


@dataclass(frozen=True)
class LastChange:
    """The day that figures last changed: a correction, else the date or the last day of their newest document."""

    day: date
    kind: str  # "corrected", "issued" or "period"


def last_change(book: Book, items: Iterable[Observation | Statement]) -> LastChange | None:
    """Return when the figures and statements of a page last changed; None where it has none."""
    members = tuple(items)
    keys = {record_key(item) for item in members} if book.corrected else set()
    corrected = [day for key, day in book.corrected.items() if key in keys]
    if corrected:
        return LastChange(max(corrected), "corrected")
    documents = (book.catalogue.sources[source_id] for source_id in sorted({item.source_id for item in members}))
    dated = [
        LastChange(source.date_issued, "issued") if source.date_issued else LastChange(source.period_end, "period")
        for source in documents
    ]
    return max(dated, key=lambda change: change.day, default=None)


def record_key(item: Observation | Statement) -> tuple[str, str]:
    """Return the table and the key by which a correction names a record."""
    if isinstance(item, Statement):
        return "statements", item.statement_id
    return "observations", f"{item.area_id}/{item.indicator_id}/{item.year}"


def share(part: Decimal, whole: Decimal) -> Decimal:
    """Return a part of a whole in per cent, to one decimal."""
    return (part * HUNDRED / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


# below this many things, one more or less is a large percentage and says little
_FEW = 20

_TENTH, _HUNDREDTH, _THOUSANDTH = (Decimal(1).scaleb(-places) for places in (1, 2, 3))
_DOUBLE = 2


def trend(observations: Sequence[Observation], now: Observation, unit: Unit) -> Trend | None:
    """Return the step to a figure from the last one before it, or None where either has no value."""
    before = next((o for o in reversed(observations) if o.year < now.year and o.value is not None), None)
    if before is None or now.value is None:
        return None
    # a break has a value of its own, so none can hide between the two
    if now.obs_status == "B":
        return Trend(before, now, Measure.BROKEN, Decimal(0))
    if "not_found" in (before.zero_kind, now.zero_kind):
        return Trend(before, now, Measure.UNCERTAIN, Decimal(0))
    return Trend(before, now, *_step(before.value, now.value, unit))


def _step(before: Decimal, now: Decimal, unit: Unit) -> tuple[Measure, Decimal]:
    """Return in what the step between two values is told, and its size."""
    difference = abs(now - before)
    if not difference:
        return Measure.SAME, difference
    if not rounded_difference(before, now):
        return Measure.SLIGHT, difference
    if unit.kind == "percent":
        return Measure.POINTS, difference
    if not (before and now) or (unit.kind == "count" and min(before, now) < _FEW):
        return Measure.DIFFERENCE, difference
    place = _ratio_place(before, now, unit)
    if now >= before * _DOUBLE and place <= _TENTH:
        return Measure.TIMES, (now / before).quantize(_TENTH, ROUND_HALF_UP)
    if place > _HUNDREDTH:
        return Measure.DIFFERENCE, difference
    percent = difference * HUNDRED / before
    # one decimal where the printed digits can bear it, and none above ten per cent
    fine = place < _HUNDREDTH and percent < 10  # noqa: PLR2004
    size = percent.quantize(_TENTH if fine else Decimal(1), ROUND_HALF_UP)
    return (Measure.PERCENT if size else Measure.SLIGHT), size


def rounded_difference(before: Decimal, now: Decimal) -> Decimal:
    """Return how much a value grew, no finer than the coarser of the two is printed."""
    return (now - before).quantize(max(last_place(before), last_place(now)), ROUND_HALF_UP)


def _ratio_place(before: Decimal, now: Decimal, unit: Unit) -> Decimal:
    """Return the last decimal place that the ratio of two printed values can bear."""
    if unit.kind == "count":
        return _THOUSANDTH
    early, late = last_place(before) / 2, last_place(now) / 2
    width = (now + late) / (before - early) - (now - late) / (before + early)
    return Decimal(1).scaleb(math.floor(width.log10()))


def comparable(observations: Sequence[Observation], year: int) -> tuple[Observation, ...]:
    """Return the figures up to a year that are counted alike: those since the last break in the series."""
    known = [o for o in observations if o.value is not None and o.year <= year]
    breaks = [place for place, o in enumerate(known) if o.obs_status == "B"]
    return tuple(known[breaks[-1] :] if breaks else known)


def revisions(catalogue: Catalogue) -> tuple[Revision, ...]:
    """Gather the corrections of each row, day and reason, the last day first, and tie them to the figure they mend."""
    figures = {("observations", o.key): o for o in catalogue.observations}
    groups = groupby(catalogue.corrections, key=lambda c: (c.date, c.table, c.key, c.reason))
    return tuple(
        # the value is what most readers come for
        Revision(tuple(sorted(group, key=lambda c: (c.field != "value", c.field))), figures.get((table, key)))
        for (_, table, key, _), group in groups
    )


def part_share(book: Book, part: Indicator, observation: Observation) -> Decimal | None:
    """Return the share of its whole that a part has in the year of a figure, or None where the source prints it."""
    whole = book.value_beside(observation, part.part_of)
    if observation.value is None or not whole:
        return None
    rates = book.rates.get((part.indicator_id, part.part_of), ())
    printed = any(book.value_beside(observation, rate.indicator_id) is not None for rate in rates)
    return None if printed else share(observation.value, whole)


def status_counts(book: Book, indicators: tuple[Indicator, ...]) -> Counter[Status]:
    """Count indicators by how they stand against their plan."""
    return Counter(book.status(indicator) for indicator in indicators)
