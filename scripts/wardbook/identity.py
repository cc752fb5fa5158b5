"""The arithmetic of a report: every sum, rate and percent of plan that its own figures must satisfy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from wardbook.catalogue import Catalogue, Indicator, Observation, Text

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Identity:
    """One arithmetic fact: `stated` is what the source prints, `computed` what its other figures give.

    `kind` is "sum", "rate", "plan-pct" or "common-denominator"; `terms` are the observations it is computed from, in
    the order of the formula. For a common denominator nothing is stated, and `computed` to `computed_to` is the range
    of whole numbers that all its rates allow (empty where the first is larger).
    """

    check_id: str
    kind: str
    subject: Observation | None
    terms: tuple[Observation, ...]
    breakdown: Text
    stated: Decimal | None
    computed: Decimal
    computed_to: Decimal | None
    holds: bool

    @property
    def indicator_ids(self) -> tuple[str, ...]:
        """Every indicator that takes part, the subject first, each once."""
        parties = (self.subject, *self.terms) if self.subject else self.terms
        return tuple(dict.fromkeys(observation.indicator_id for observation in parties))

    @property
    def place(self) -> Observation:
        """The observation at which a failure is reported."""
        return self.subject or self.terms[0]


def identities(catalogue: Catalogue) -> tuple[Identity, ...]:
    """Return every identity whose figures are all given, in a fixed order."""
    related = _related(catalogue.indicators.values())
    given = {(o.area_id, o.indicator_id, o.year): o for o in catalogue.observations if o.indicator_id in related}
    found = [
        *_sums(catalogue.indicators.values(), given),
        *_rates(catalogue.indicators.values(), given),
        *_plan_percents(catalogue.observations),
        *_common_denominators(catalogue.indicators.values(), given),
    ]
    return tuple(found)


def _related(indicators: Iterable[Indicator]) -> set[str]:
    """Return the indicators that are a whole, a part or an end of a ratio: few of many, so only they are looked up."""
    related: set[str] = set()
    for i in indicators:
        if i.part_of:
            related |= {i.indicator_id, i.part_of}
        if i.numerator and i.denominator:
            related |= {i.indicator_id, i.numerator, i.denominator}
    return related


Given = Mapping[tuple[str, str, int], Observation]


def breakdowns(indicators: Iterable[Indicator]) -> dict[str, dict[Text, tuple[Indicator, ...]]]:
    """Return whole -> name of the breakdown -> its parts. A whole may be split in more than one way."""
    parts: dict[str, dict[Text, list[Indicator]]] = defaultdict(lambda: defaultdict(list))
    for indicator in indicators:
        if indicator.part_of:
            parts[indicator.part_of][indicator.breakdown].append(indicator)
    return {whole: {name: tuple(group) for name, group in by_name.items()} for whole, by_name in parts.items()}


def _sums(indicators: Iterable[Indicator], given: Given) -> Iterator[Identity]:
    """The parts of each breakdown make the whole, exactly as printed."""
    parts = breakdowns(indicators)
    for (area, whole, year), total in given.items():
        for name, group in parts.get(whole, {}).items():
            terms = [given.get((area, part.indicator_id, year)) for part in group]
            if total.value is None or any(term is None or term.value is None for term in terms):
                continue
            added = sum((term.value for term in terms), Decimal(0))
            check_id = f"sum/{whole}/{group[0].indicator_id}/{year}"
            yield Identity(
                check_id, "sum", total, tuple(terms), name, total.value, added, None, holds=added == total.value
            )


def _rates(indicators: Iterable[Indicator], given: Given) -> Iterator[Identity]:
    """A rate is its numerator over its denominator in per cent, to the precision it is printed with."""
    rates = {i.indicator_id: i for i in indicators if i.numerator and i.denominator}
    for (area, indicator_id, year), rate in given.items():
        if indicator_id not in rates:
            continue
        over = given.get((area, rates[indicator_id].numerator, year))
        under = given.get((area, rates[indicator_id].denominator, year))
        if rate.value is None or over is None or under is None or over.value is None or not under.value:
            continue
        share = over.value * HUNDRED / under.value
        yield _percentage(f"rate/{indicator_id}/{year}", "rate", rate, (over, under), rate.value, share)


def _plan_percents(observations: Iterable[Observation]) -> Iterator[Identity]:
    """The percent of plan is the value over the plan, to the precision it is printed with."""
    for o in observations:
        if o.value is not None and o.plan and o.plan_pct is not None:
            share = o.value * HUNDRED / o.plan
            yield _percentage(f"plan-pct/{o.indicator_id}/{o.year}", "plan-pct", o, (o,), o.plan_pct, share)


def _percentage(  # noqa: PLR0917
    check_id: str, kind: str, subject: Observation, terms: tuple[Observation, ...], stated: Decimal, computed: Decimal
) -> Identity:
    rounded = computed.quantize(last_place(stated), ROUND_HALF_UP)
    return Identity(check_id, kind, subject, terms, Text("", ""), stated, computed, None, holds=rounded == stated)


def _common_denominators(indicators: Iterable[Indicator], given: Given) -> Iterator[Identity]:
    """Rates over one denominator that the source does not print must allow at least one whole number for it."""
    rates: dict[str, list[Indicator]] = defaultdict(list)
    for indicator in indicators:
        if indicator.numerator and indicator.denominator:
            rates[indicator.denominator].append(indicator)
    for (area, indicator_id, year), under in given.items():
        if under.value is not None or indicator_id not in rates:
            continue
        pairs = [
            (given.get((area, rate.numerator, year)), given.get((area, rate.indicator_id, year)))
            for rate in rates[indicator_id]
        ]
        pairs = [(over, rate) for over, rate in pairs if over and rate and over.value and rate.value]
        ranges = [_denominator_range(over.value, rate.value) for over, rate in pairs]
        if not ranges:
            continue
        low, high = max(r[0] for r in ranges), min(r[1] for r in ranges)
        terms = tuple(observation for pair in pairs for observation in pair)
        check_id = f"common-denominator/{indicator_id}/{year}"
        yield Identity(check_id, "common-denominator", under, terms, Text("", ""), None, low, high, holds=low <= high)


def _denominator_range(over: Decimal, rate: Decimal) -> tuple[Decimal, Decimal]:
    """Return the smallest and largest whole denominator for which `over` prints as `rate` per cent."""
    half = last_place(rate) / 2
    low = (over * HUNDRED / (rate + half)).to_integral_value(ROUND_FLOOR) + 1
    high = (over * HUNDRED / (rate - half)).to_integral_value(ROUND_FLOOR)
    return low, high


def last_place(number: Decimal) -> Decimal:
    """Return one unit in the last printed place: 0.01 for 37.13, 1 for 106."""
    return Decimal(1).scaleb(min(0, number.as_tuple().exponent))
