"""Rules for an indicator over its years: slips of the unit, outliers, years left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, pairwise
from statistics import median

from wardbook.catalogue import Catalogue, Observation
from wardbook.problem import Problem
from wardbook.table import Table

_JUMP = 10
# a number in the wrong unit is off by a thousand, give or take what the year really changed
_UNIT = 1000
_UNIT_AT_LEAST = 300
# a few cases more or less are many times as many: 1, then 12
_COUNTED_FROM = 100

# Hampel's rule: three times the median distance from the median, scaled to a normal distribution's standard deviation
_SCALE = Decimal("1.4826")
_SIGMAS = 3
_YEARS_TO_JUDGE_BY = 4
_YEARS_TO_LOOK_BACK = 10


def jumps_are_explained(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A number ten times that of the last year with one, or a tenth of it, needs a note or a break in the series."""
    for series in _series(catalogue):
        for column in ("value", "plan"):
            known = [(o, number) for o in series if (number := getattr(o, column)) is not None]
            for (earlier, before), (o, now) in pairwise(known):
                if not (_is_explained(o) or _is_few(catalogue, o, before, now)) and _is_jump(before, now):
                    rule, meant = _slip(before, now)
                    yield tables["observations"].problem(
                        o.line, column, rule, value=now, before=before, year=earlier.year, suggestion=meant
                    )


def _is_jump(before: Decimal, now: Decimal) -> bool:
    return bool(before and now) and (now >= before * _JUMP or before >= now * _JUMP)


def _is_few(catalogue: Catalogue, o: Observation, before: Decimal, now: Decimal) -> bool:
    indicator = catalogue.indicators.get(o.indicator_id)
    unit = catalogue.units.get(indicator.unit_id) if indicator else None
    return unit is not None and unit.kind == "count" and max(before, now) < _COUNTED_FROM


def _slip(before: Decimal, now: Decimal) -> tuple[str, str]:
    """Tell a slip of the unit from another jump; return the rule and the number that was meant, where that is plain."""
    times = now / before if now > before else before / now
    if times < _UNIT_AT_LEAST:
        return "jump", ""
    meant = now / _UNIT if now > before else now * _UNIT
    while _is_jump(before, meant) and (meant > before) == (now > before):
        meant = meant / _UNIT if now > before else meant * _UNIT
    return "unit-slip", f"{meant.normalize():f}"


def outliers_are_explained(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A value far from the years before, once there are four of them, needs a note or a break in the series.

    Far is more than three scaled median distances from the median of the last years (Hampel 1974). A series that hardly
    moves may still move a little, and one that grows may go on growing: so it is also more than half the median away
    from it, and more than half the last value away from that.
    """
    for series in _series(catalogue):
        known = [o for o in series if o.value is not None]
        for place in range(_YEARS_TO_JUDGE_BY, len(known)):
            o, earlier = known[place], [e.value for e in known[max(0, place - _YEARS_TO_LOOK_BACK) : place]]
            if not _is_explained(o) and _is_far(o.value, earlier) and not _is_jump(earlier[-1], o.value):
                yield tables["observations"].problem(
                    o.line, "value", "outlier", value=o.value, low=min(earlier), high=max(earlier)
                )


def _is_far(value: Decimal, earlier: Sequence[Decimal]) -> bool:
    if abs(value - earlier[-1]) <= earlier[-1] / 2:
        return False
    middle = median(earlier)
    spread = median(abs(number - middle) for number in earlier)
    return abs(value - middle) > max(_SIGMAS * _SCALE * spread, middle / 2)


def years_are_complete(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """An indicator with a row for one year has one for every later year with results, even if only to say "none".

    After a row that says "not applicable" (M) nothing more is expected. A year without any result in the whole package
    had no report.
    """
    last_years = {source_id: source.period_end.year for source_id, source in catalogue.sources.items()}
    reported = sorted(
        {o.year for o in catalogue.observations if o.value is not None and o.year <= last_years.get(o.source_id, 0)}
    )
    for series in _series(catalogue):
        rows = {o.year: o for o in series}
        last = series[0]
        for year in reported:
            if year < last.year:
                continue
            if year in rows:
                last = rows[year]
            elif last.obs_status != "M":
                yield tables["observations"].problem(
                    last.line, "year", "year-missing", value=last.indicator_id, year=year, before=last.year
                )


def _series(catalogue: Catalogue) -> Iterator[list[Observation]]:
    """Yield the observations of each indicator, in the order of their years."""
    for _, series in groupby(catalogue.observations, key=lambda o: (o.area_id, o.indicator_id)):
        yield list(series)


def _is_explained(o: Observation) -> bool:
    return bool(o.note) or o.obs_status == "B"
