"""Rules for how records hang together: wholes and parts, ratios, units, the ids that name pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PureWindowsPath

from wardbook.catalogue import Catalogue
from wardbook.problem import Problem
from wardbook.table import Table


def something_is_reported(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Every indicator has a row of its own, and at least one row of all has a value: else there is no year to show."""
    reported = {o.indicator_id for o in catalogue.observations}
    for indicator in catalogue.indicators.values():
        if indicator.indicator_id not in reported:
            yield tables["indicators"].problem(
                indicator.line, "indicator_id", "unreported", value=indicator.indicator_id
            )
    if all(o.value is None for o in catalogue.observations):
        yield tables["observations"].problem(1, "value", "no-value")


def there_is_one_area(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A package is about one ward: the site has no page for a second."""
    for area in list(catalogue.areas.values())[1:]:
        yield tables["areas"].problem(area.line, "area_id", "one-area", value=area.area_id)


def trees_have_no_circle(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Nobody is, over any number of steps, a part or a child of itself."""
    parts = {i.indicator_id: (i.part_of, i.line) for i in catalogue.indicators.values()}
    fields = {t.topic_id: (t.parent_id, t.line) for t in catalogue.topics.values()}
    for name, column, parents in (("indicators", "part_of", parts), ("topics", "parent_id", fields)):
        for circle in _circles({child: parent for child, (parent, _) in parents.items()}):
            line = parents[circle[0]][1]
            yield tables[name].problem(line, column, "circle", value=" → ".join((*circle, circle[0])))


def _circles(parents: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    seen: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        node = start
        while node in parents and node not in seen:
            seen.add(node)
            path[node] = None
            node = parents[node]
        if node in path:
            steps = list(path)
            yield tuple(steps[steps.index(node) :])


def ratios_have_both_ends(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A ratio names its numerator and its denominator, or neither."""
    for indicator in catalogue.indicators.values():
        if bool(indicator.numerator) != bool(indicator.denominator):
            column = "denominator" if indicator.numerator else "numerator"
            yield tables["indicators"].problem(indicator.line, column, "ratio-half", value=indicator.indicator_id)


def scales_have_a_base(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A unit that is a multiple names both what it is a multiple of and how many."""
    for unit in catalogue.units.values():
        if bool(unit.base_unit) != (unit.scale is not None):
            yield tables["units"].problem(unit.line, "scale", "scale-alone", value=unit.unit_id)


def ids_can_name_files(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Ids of topics and indicators become files and addresses; Windows cannot store some names."""
    named = [("topics", "topic_id", t.topic_id, t.line) for t in catalogue.topics.values()]
    named += [("indicators", "indicator_id", i.indicator_id, i.line) for i in catalogue.indicators.values()]
    for table, column, name, line in named:
        if PureWindowsPath(name).is_reserved():
            yield tables[table].problem(line, column, "reserved-id", value=name)
