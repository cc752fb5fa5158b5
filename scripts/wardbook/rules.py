"""House rules: what a package must satisfy beyond its schemas. Each rule is a small generator of problems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import PureWindowsPath

from wardbook import printed
from wardbook.catalogue import Catalogue, Observation
from wardbook.identity import HUNDRED, Identity, identities
from wardbook.problem import Problem
from wardbook.table import Table

Rule = Callable[[Catalogue, Mapping[str, Table]], Iterator[Problem]]

# an observation with no value must say why, by these SDMX codes
_MISSING = ("O", "M")
_NEGATIONS = {"none": ("không", "0"), "not_found": ("chưa",)}


def house_problems(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Yield what every house rule finds."""
    for rule in RULES:
        yield from rule(catalogue, tables)


def as_printed_holds_the_figures(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Double entry: value, plan and percent typed as numbers must stand in the text copied from the source."""
    for o in catalogue.observations:
        copied = set(printed.figures(o.as_printed))
        for column in ("value", "plan", "plan_pct"):
            number = getattr(o, column)
            if number is None or number in copied or (number == 0 and _says_none(o)):
                continue
            yield tables["observations"].problem(
                o.line, column, "as-printed", value=number, printed=o.as_printed or "—"
            )


def figures_are_typed(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """The other half of double entry: every figure copied from the source is typed as value, plan or percent."""
    # "06/08 trường" prints two indicators at once, in one place of the source
    values: dict[tuple[str, int], set[Decimal | None]] = defaultdict(set)
    for o in catalogue.observations:
        values[o.locator, o.year].add(o.value)
    for o in catalogue.observations:
        indicator = catalogue.indicators.get(o.indicator_id)
        # "01 chợ hạng 3" has a figure in its name
        named = printed.figures(indicator.name.vi) if indicator else ()
        for figure in printed.figures(o.as_printed):
            if figure not in (o.value, o.plan, o.plan_pct, *named) and figure not in values[o.locator, o.year]:
                yield tables["observations"].problem(o.line, "as_printed", "not-typed", value=figure)


def _says_none(o: Observation) -> bool:
    return o.as_printed.lower().startswith(_NEGATIONS.get(o.zero_kind, ()))


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
    for o in catalogue.observations:
        indicator = catalogue.indicators.get(o.indicator_id)
        unit = catalogue.units.get(indicator.unit_id) if indicator else None
        if not unit or unit.kind != "count":
            continue
        for column in ("value", "plan"):
            number = getattr(o, column)
            if number is not None and number.as_tuple().exponent < 0:
                yield tables["observations"].problem(o.line, column, "whole", value=number, unit=unit.symbol.vi)


def results_are_not_of_the_future(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A source can state a target for a later year, but no result."""
    for o in catalogue.observations:
        source = catalogue.sources.get(o.source_id)
        if source and o.value is not None and o.year > source.period_end.year:
            expected = source.period_end.year
            yield tables["observations"].problem(o.line, "value", "future", value=o.value, expected=expected)


def shares_stay_within_the_whole(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A rate over 100 % needs a note that says how it can be."""
    for o in catalogue.observations:
        indicator = catalogue.indicators.get(o.indicator_id)
        unit = catalogue.units.get(indicator.unit_id) if indicator else None
        if unit and unit.kind == "percent" and o.value is not None and o.value > HUNDRED and not o.note:
            yield tables["observations"].problem(o.line, "value", "percent-limit", value=o.value)


def ids_can_name_files(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Ids of topics and indicators become files and addresses; Windows cannot store some names."""
    named = [("topics", "topic_id", t.topic_id, t.line) for t in catalogue.topics.values()]
    named += [("indicators", "indicator_id", i.indicator_id, i.line) for i in catalogue.indicators.values()]
    for table, column, name, line in named:
        if PureWindowsPath(name).is_reserved():
            yield tables[table].problem(line, column, "reserved-id", value=name)


def claims_fit_numbers(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A claim about the plan stands only where the source prints no percentage."""
    for o in catalogue.observations:
        if o.plan_claim and o.plan_pct is not None:
            yield tables["observations"].problem(o.line, "plan_claim", "claim-and-percent", value=o.plan_claim)


def sentences_hold_the_value(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """The sentence of an indicator has one place for its value and no other blank."""
    for indicator in catalogue.indicators.values():
        for language in ("vi", "en"):
            text = indicator.sentence[language]
            if text.count("{value}") != 1 or "{" in text.replace("{value}", "") or "}" in text.replace("{value}", ""):
                yield tables["indicators"].problem(indicator.line, f"sentence_{language}", "sentence", value=text)


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


def pairs_are_translated(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A text that is there in one language is there in the other."""
    for table in tables.values():
        names = [field.removesuffix("_vi") for field in table.resource.fields if field.endswith("_vi")]
        pairs = [name for name in names if f"{name}_en" in table.resource.fields]
        for row in table.rows:
            for name in pairs:
                ends = {code: row.cells[f"{name}_{code}"] for code in ("vi", "en")}
                if bool(ends["vi"]) != bool(ends["en"]):
                    empty, full = ("en", "vi") if ends["vi"] else ("vi", "en")
                    if not _is_required(table, f"{name}_{empty}"):  # the schema says so already
                        yield table.problem(row.line, f"{name}_{empty}", "translation", value=ends[full])


def _is_required(table: Table, column: str) -> bool:
    field = next(f for f in table.resource.schema["fields"] if f["name"] == column)
    return bool(field.get("constraints", {}).get("required"))


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
        path: list[str] = []
        node = start
        while node in parents and node not in seen:
            seen.add(node)
            path.append(node)
            node = parents[node]
        if node in path:
            yield tuple(path[path.index(node) :])


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


def arithmetic_holds(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Sums, rates and percents of plan agree, unless `discrepancies` explains why the source's do not."""
    found = {identity.check_id: identity for identity in identities(catalogue)}
    for identity in found.values():
        if not identity.holds and identity.check_id not in catalogue.discrepancies:
            yield _arithmetic_problem(identity, tables["observations"])
    for discrepancy in catalogue.discrepancies.values():
        identity = found.get(discrepancy.check_id)
        if identity is None or identity.holds:
            rule = "discrepancy-stale" if identity else "discrepancy-unknown"
            yield tables["discrepancies"].problem(discrepancy.line, "check_id", rule, value=discrepancy.check_id)


def _arithmetic_problem(identity: Identity, table: Table) -> Problem:
    column = "plan_pct" if identity.kind == "plan-pct" else "value"
    return table.problem(
        identity.place.line,
        column,
        identity.kind,
        subject=identity.place.indicator_id,
        stated="" if identity.stated is None else identity.stated,
        computed=round(identity.computed, 4).normalize().__format__("f"),
        terms=_terms(identity.terms),
        check=identity.check_id,
    )


def _terms(observations: Iterable[Observation]) -> str:
    return " + ".join(f"{o.value}" for o in observations)


RULES: tuple[Rule, ...] = (
    something_is_reported,
    there_is_one_area,
    pairs_are_translated,
    trees_have_no_circle,
    sentences_hold_the_value,
    ratios_have_both_ends,
    scales_have_a_base,
    missing_values_say_why,
    zeros_say_which,
    counts_are_whole,
    results_are_not_of_the_future,
    shares_stay_within_the_whole,
    ids_can_name_files,
    claims_fit_numbers,
    as_printed_holds_the_figures,
    figures_are_typed,
    arithmetic_holds,
)
