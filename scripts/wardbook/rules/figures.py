"""Rules for one figure at a time: its kind, its limits, and what may be said beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from wardbook.catalogue import Catalogue, Observation, Unit
from wardbook.derive import Status, numeric_status
from wardbook.identity import HUNDRED
from wardbook.problem import Problem
from wardbook.table import Table

# an observation with no value must say why, by these SDMX codes
_MISSING = ("O", "M")
# so few people can be told apart by their neighbours
_FEW = range(1, 5)


def zeros_say_which(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A zero says whether there was none, or none was found so far; nothing else does."""
    for o in catalogue.observations:
        if (o.value == 0) != bool(o.zero_kind):
            rule = "zero-kind" if o.value == 0 else "zero-kind-stray"
            yield tables["observations"].problem(o.line, "zero_kind", rule, value=o.zero_kind)


def missing_values_say_why(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A row without a value is marked not reported or not applicable, and a row with one is not."""
    for o in catalogue.observations:
        if (o.value is None) != (o.obs_status in _MISSING):
            rule = "missing-status" if o.value is None else "missing-status-stray"
            yield tables["observations"].problem(o.line, "obs_status", rule, value=o.obs_status)


def counts_are_whole(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Households, people and cases come in whole numbers."""
    for o, unit in _measured(catalogue, "count"):
        for column, number in (("value", o.value), ("plan", o.plan)):
            if number is not None and number.as_tuple().exponent < 0:
                yield tables["observations"].problem(o.line, column, "whole", value=number, unit=unit.symbol.vi)


def percentages_are_per_cent(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A rate over 100 %, or under 1 % where the copy shows no such per cent (0.97 for 97 %), needs a note."""
    for o, _ in _measured(catalogue, "percent"):
        if o.note:
            continue
        for column, number in (("value", o.value), ("plan", o.plan)):
            if number is None or 1 <= number <= HUNDRED or not number:
                continue
            if number > HUNDRED:
                yield tables["observations"].problem(o.line, column, "percent-limit", value=number)
            elif not _is_printed_as_percent(number, o.as_printed):
                suggestion = (number * HUNDRED).normalize()
                yield tables["observations"].problem(
                    o.line, column, "percent-ratio", value=number, suggestion=f"{suggestion:f}"
                )


def _is_printed_as_percent(number: Decimal, as_printed: str) -> bool:
    written = re.escape(str(number).replace(".", ","))
    return re.search(rf"(?<![\d.,]){written} ?%", as_printed) is not None


def results_are_not_of_the_future(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A source can state a target for a later year, but no result."""
    last_years = {source_id: source.period_end.year for source_id, source in catalogue.sources.items()}
    for o in catalogue.observations:
        last = last_years.get(o.source_id)
        if last is not None and o.value is not None and o.year > last:
            yield tables["observations"].problem(o.line, "value", "future", value=o.value, expected=last)


def claims_agree_with_plans(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A claim about the plan stands only where the source prints no percentage, and agrees with a printed plan.

    What the source claims against its own numbers is kept, with a note.
    """
    for o in catalogue.observations:
        if not o.plan_claim:
            continue
        if o.plan_pct is not None:
            yield tables["observations"].problem(o.line, "plan_claim", "claim-and-percent", value=o.plan_claim)
            continue
        indicator = catalogue.indicators.get(o.indicator_id)
        if indicator is None or o.value is None or o.plan is None or o.note:
            continue
        status = numeric_status(o, indicator.direction)
        # what exceeds its plan has met it
        if o.plan_claim != status and (o.plan_claim, status) != ("met", Status.EXCEEDED):
            yield tables["observations"].problem(
                o.line, "plan_claim", "claim-against-plan", value=o.plan_claim, figure=o.value, plan=o.plan
            )


def small_counts_may_be_published(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """One to four people in an indicator marked sensitive need a note that says why the number may be published."""
    for o, unit in _measured(catalogue, "count"):
        indicator = catalogue.indicators[o.indicator_id]
        if indicator.sensitive and o.value in _FEW and not o.note:
            yield tables["observations"].problem(o.line, "value", "small-count", value=o.value, unit=unit.symbol.vi)


def _measured(catalogue: Catalogue, kind: str) -> Iterator[tuple[Observation, Unit]]:
    """Yield the observations whose unit is of a kind."""
    units = {
        indicator.indicator_id: unit
        for indicator in catalogue.indicators.values()
        if (unit := catalogue.units.get(indicator.unit_id)) and unit.kind == kind
    }
    for o in catalogue.observations:
        if unit := units.get(o.indicator_id):
            yield o, unit
