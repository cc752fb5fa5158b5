"""What follows from the catalogue: plan status, implied plans, shares, and who belongs to whom."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TypeVar

from wardbook.catalogue import Area, Catalogue, Indicator, Observation, Source, Statement, Text, Topic, Unit
from wardbook.identity import HUNDRED, Identity, breakdowns, identities, last_place

Item = TypeVar("Item")


class Status(StrEnum):
    """How a figure stands against its plan."""

    EXCEEDED = "exceeded"
    MET = "met"
    MISSED = "missed"
    NONE = "none"  # the source gives no plan
    PENDING = "pending"  # a plan for a year that is not over


@dataclass(frozen=True)
class Book:
    """A catalogue with everything that its pages look up, worked out once."""

    catalogue: Catalogue
    area: Area
    year: int
    identities: tuple[Identity, ...]
    observations: Mapping[str, tuple[Observation, ...]]
    parts: Mapping[str, Mapping[Text, tuple[Indicator, ...]]]
    indicators: Mapping[str, tuple[Indicator, ...]]
    subtopics: Mapping[str, tuple[Topic, ...]]
    topic_statements: Mapping[str, tuple[Statement, ...]]
    indicator_statements: Mapping[str, tuple[Statement, ...]]
    statement_indicators: Mapping[str, tuple[Indicator, ...]]
    indicator_identities: Mapping[str, tuple[Identity, ...]]

    def unit(self, indicator: Indicator) -> Unit:
        """Return the unit of an indicator."""
        return self.catalogue.units[indicator.unit_id]

    def current(self, indicator: Indicator) -> Observation | None:
        """Return the figure of the book's year, or None where there is none."""
        figures = self.observations.get(indicator.indicator_id, ())
        return next((o for o in figures if o.year == self.year), None)

    def status(self, indicator: Indicator) -> Status:
        """Return how the figure of the book's year stands against its plan."""
        observation = self.current(indicator)
        return plan_status(observation, indicator.direction) if observation else Status.NONE

    def planned(self) -> tuple[Indicator, ...]:
        """Return the indicators that have a plan in the book's year and a result to hold against it."""
        judged = (Status.EXCEEDED, Status.MET, Status.MISSED)
        return tuple(i for i in self.catalogue.indicators.values() if self.status(i) in judged)

    def field_indicators(self, topic: Topic) -> tuple[Indicator, ...]:
        """Return the indicators of a topic and of the topics in it."""
        members = (topic, *self.subtopics.get(topic.topic_id, ()))
        return tuple(i for member in members for i in self.indicators.get(member.topic_id, ()))

    def field_statements(self, topic: Topic) -> tuple[Statement, ...]:
        """Return the statements of a topic and of the topics in it."""
        members = (topic, *self.subtopics.get(topic.topic_id, ()))
        return tuple(s for member in members for s in self.topic_statements.get(member.topic_id, ()))

    def source(self, item: Observation | Statement) -> Source:
        """Return the document that a figure or a statement comes from."""
        return self.catalogue.sources[item.source_id]


def derive(catalogue: Catalogue) -> Book:
    """Work out a book from a catalogue that passed its check.

    The book's year is the last one with a reported value; a target for the year after does not move it.
    """
    found = identities(catalogue)
    parties = [(indicator_id, identity) for identity in found for indicator_id in identity.indicator_ids]
    indicators, statements = catalogue.indicators, catalogue.statements
    links = [(link.statement_id, link.indicator_id) for link in catalogue.statement_indicators]
    return Book(
        catalogue=catalogue,
        area=next(iter(catalogue.areas.values())),
        year=max(o.year for o in catalogue.observations if o.value is not None),
        identities=found,
        observations=_group((o.indicator_id, o) for o in catalogue.observations),
        parts=breakdowns(indicators.values()),
        indicators=_group((i.topic_id, i) for i in indicators.values()),
        subtopics=_group((t.parent_id, t) for t in catalogue.topics.values() if t.parent_id),
        topic_statements=_group((s.topic_id, s) for s in statements.values()),
        indicator_statements=_group((i, statements[s]) for s, i in links),
        statement_indicators=_group((s, indicators[i]) for s, i in links),
        indicator_identities=_group(parties),
    )


def _group(pairs: Iterable[tuple[str, Item]]) -> dict[str, tuple[Item, ...]]:
    groups: dict[str, list[Item]] = defaultdict(list)
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
    place = Decimal(1).scaleb(math.floor((width * HUNDRED).log10()))
    if unit.kind == "count":
        place = max(place, Decimal(1))
    rounded = (value * HUNDRED / percent / place).quantize(Decimal(1), ROUND_HALF_UP) * place
    return rounded.quantize(place) if place < 1 else rounded.quantize(Decimal(1))


def base_amount(value: Decimal, unit: Unit) -> Decimal | None:
    """Return a value in the base unit of its unit (tỷ đồng -> đồng), or None where there is none."""
    return (value * unit.scale).quantize(Decimal(1)) if unit.scale else None


def share(part: Decimal, whole: Decimal) -> Decimal:
    """Return a part of a whole in per cent, to one decimal."""
    return (part * HUNDRED / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def status_counts(book: Book, indicators: tuple[Indicator, ...]) -> Counter[Status]:
    """Count indicators by how they stand against their plan."""
    return Counter(book.status(indicator) for indicator in indicators)
