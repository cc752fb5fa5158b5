"""Double entry: what was typed as a number is held against what was copied from the source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from wardbook import printed
from wardbook.catalogue import Catalogue, Observation
from wardbook.problem import Problem
from wardbook.table import Table

_KILO = 1000
_NEGATIONS = {"none": ("không", "0"), "not_found": ("chưa",)}


def figures_agree_with_the_copy(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Value, plan and percent must stand in the text copied from the source, and every figure copied must be typed."""
    table = tables["observations"]
    strays = []
    for o in catalogue.observations:
        copied = printed.figures(o.as_printed)
        typed = (o.value, o.plan, o.plan_pct)
        meant = []
        for column, number in zip(("value", "plan", "plan_pct"), typed, strict=True):
            if number is not None and number not in copied and not (number == 0 and _says_none(o)):
                # 1.234 typed for "1.234", which is 1234, and the other way round
                meant.append(_slipped_from(number, copied))
                rule = "as-printed-thousand" if meant[-1] is not None else "as-printed"
                values = {"value": number, "printed": o.as_printed or "—", "suggestion": meant[-1] or ""}
                yield table.problem(o.line, column, rule, **values)
        strays += [(o, figure) for figure in copied if figure not in typed and figure not in meant]
    yield from _not_typed(catalogue, table, strays)


def _slipped_from(number: Decimal, others: tuple[Decimal, ...]) -> Decimal | None:
    """Return the one of other numbers that is a thousand times this one, or a thousandth of it."""
    return next((other for other in others if other and number in (other * _KILO, other / _KILO)), None)


def _not_typed(catalogue: Catalogue, table: Table, strays: list[tuple[Observation, Decimal]]) -> Iterator[Problem]:
    if not strays:
        return
    # "06/08 trường" prints two indicators at once, in one place of the source
    places = {(o.locator, o.year) for o, _ in strays}
    values: dict[tuple[str, int], set[Decimal | None]] = defaultdict(set)
    for o in catalogue.observations:
        if (o.locator, o.year) in places:
            values[o.locator, o.year].add(o.value)
    for o, figure in strays:
        indicator = catalogue.indicators.get(o.indicator_id)
        # "01 chợ hạng 3" has a figure in its name
        named = printed.figures(indicator.name.vi) if indicator else ()
        if figure not in named and figure not in values[o.locator, o.year]:
            yield table.problem(o.line, "as_printed", "not-typed", value=figure)


def _says_none(o: Observation) -> bool:
    return o.as_printed.lower().startswith(_NEGATIONS.get(o.zero_kind, ()))
