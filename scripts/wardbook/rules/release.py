"""Rules for what was published: a figure never changes silently, and an address never breaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from wardbook.catalogue import Catalogue, Correction
from wardbook.problem import Problem
from wardbook.release import FIGURES, figure_cells
from wardbook.table import Table

Cell = tuple[str, str, str]


def published_figures_stay(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A published value, plan, percentage or unit that is different now has a correction that says so.

    A target that was published for a later year may be given its result: nothing that was published changes by it.
    """
    table, indicators = tables["observations"], tables["indicators"]
    last = {cell: history[-1] for cell, history in _histories(catalogue).items()}
    now = {o.key: o for o in catalogue.observations}
    last_year = max(
        (_year(key) for key, figures in catalogue.release.figures.items() if "value" in figures), default=""
    )
    for key, figures in catalogue.release.figures.items():
        o = now.get(key)
        if o is None:
            if key.split("/")[1] in catalogue.indicators:
                yield table.problem(1, "indicator_id", "published-removed", value=key)
            continue
        cells = figure_cells(o)
        for column in FIGURES:
            old, new = figures.get(column, ""), cells.get(column, "")
            if not old and _year(key) > last_year:
                continue
            if old != new and not _says(last.get(("observations", key, column)), new):
                yield table.problem(o.line, column, "published-changed", value=new or "—", old=old or "—", key=key)
    for indicator_id, old in catalogue.release.units.items():
        indicator = catalogue.indicators.get(indicator_id)
        if indicator and indicator.unit_id != old:
            new = indicator.unit_id
            if not _says(last.get(("indicators", indicator_id, "unit_id")), new):
                yield indicators.problem(
                    indicator.line, "unit_id", "published-changed", value=new, old=old, key=indicator_id
                )


def published_indicators_stay(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """The address of an indicator that is gone leads to another one, and no address has two pages."""
    for indicator_id in catalogue.release.units:
        if indicator_id not in catalogue.indicators and indicator_id not in catalogue.redirects:
            yield tables["indicators"].problem(1, "indicator_id", "published-gone", value=indicator_id)
    for redirect in catalogue.redirects.values():
        if redirect.from_id in catalogue.indicators:
            yield tables["redirects"].problem(redirect.line, "from_id", "redirect-live", value=redirect.from_id)


def corrections_tell_the_truth(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A correction names a cell that exists, leads from one value to the next, and ends at what stands there now."""
    table = tables["corrections"]
    cells = _corrected_cells(catalogue, tables)
    for cell, history in _histories(catalogue).items():
        (name, key, column), first = cell, history[0]
        if name not in tables or column not in tables[name].resource.fields:
            yield table.problem(first.line, "field", "correction-field", value=column, table=name)
            continue
        if cell not in cells:
            yield table.problem(first.line, "key", "correction-key", value=key, table=name)
            continue
        for before, after in pairwise(history):
            if after.old_value != before.new_value:
                yield table.problem(
                    after.line, "old_value", "correction-chain", value=after.old_value, before=before.new_value
                )
        for correction in history:
            if correction.old_value == correction.new_value:
                yield table.problem(correction.line, "new_value", "correction-same", value=correction.new_value)
        if history[-1].new_value != cells[cell]:
            yield table.problem(
                history[-1].line,
                "new_value",
                "correction-value",
                value=history[-1].new_value or "—",
                now=cells[cell] or "—",
            )


def _year(key: str) -> str:
    return key.rsplit("/", 1)[-1]


def _histories(catalogue: Catalogue) -> dict[Cell, list[Correction]]:
    """Return the corrections of each corrected cell, the oldest first."""
    histories: dict[Cell, list[Correction]] = defaultdict(list)
    for correction in reversed(catalogue.corrections):
        histories[correction.table, correction.key, correction.field].append(correction)
    return histories


def _corrected_cells(catalogue: Catalogue, tables: Mapping[str, Table]) -> dict[Cell, str]:
    """Return what stands now in each cell that a correction speaks of."""
    wanted = {(c.table, c.key, c.field) for c in catalogue.corrections}
    found: dict[Cell, str] = {}
    for name in sorted({name for name, _, _ in wanted} & tables.keys()):
        table = tables[name]
        columns = {
            field: table.resource.fields.index(field)
            for t, _, field in wanted
            if t == name and field in table.resource.fields
        }
        for record in table.records:
            key = "/".join(record[place] for place in table.resource.key)
            found |= {
                (name, key, field): record[place] for field, place in columns.items() if (name, key, field) in wanted
            }
    return found


def _says(correction: Correction | None, new: str) -> bool:
    return correction is not None and correction.new_value == new
