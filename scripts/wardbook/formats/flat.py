"""The flat table: every figure in one row with the names, unit and source it refers to, as plain CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from wardbook.catalogue import Correction, Observation
from wardbook.derive import implied_plan, plan_status
from wardbook.formats.contents import Contents

Cell: TypeAlias = str | int | Decimal | date | None
Row: TypeAlias = Mapping[str, Cell]


def flat_rows(contents: Contents) -> list[Row]:
    """Join every observation with the names, unit, topic and source that it refers to.

    Columns that the source does not print come last: how the figure stands against its plan, the plan that it implies,
    and what of it was corrected since it was published.
    """
    book, catalogue = contents.book, contents.book.catalogue
    rows: list[Row] = []
    for o in catalogue.observations:
        indicator = catalogue.indicators[o.indicator_id]
        unit, topic = catalogue.units[indicator.unit_id], catalogue.topics[indicator.topic_id]
        area, source = catalogue.areas[o.area_id], catalogue.sources[o.source_id]
        corrections = observation_corrections(contents, o)
        rows.append(
            {
                "area_code": area.official_code,
                "area_vi": area.name.vi,
                "area_en": area.name.en,
                "topic_vi": topic.name.vi,
                "topic_en": topic.name.en,
                "indicator_id": o.indicator_id,
                "indicator_vi": indicator.name.vi,
                "indicator_en": indicator.name.en,
                "year": o.year,
                "value": o.value,
                "unit_vi": unit.symbol.vi,
                "unit_en": unit.plural_en,
                "plan": o.plan,
                "plan_pct": o.plan_pct,
                "plan_claim": o.plan_claim,
                "obs_status": o.obs_status,
                "zero_kind": o.zero_kind,
                "source_vi": source.title.vi,
                "source_en": source.title.en,
                "locator": o.locator,
                "as_printed": o.as_printed,
                "note_vi": o.note.vi,
                "note_en": o.note.en,
                "plan_status": plan_status(o, indicator.direction).value,
                "plan_implied": implied_plan(o, book.unit(indicator)),
                "corrected": max((c.date for c in corrections), default=None),
                "correction_vi": correction_text(contents, corrections, "vi"),
                "correction_en": correction_text(contents, corrections, "en"),
            }
        )
    return rows


def flat_csv(rows: Sequence[Row]) -> bytes:
    """Write rows of the flat table as CSV: UTF-8, commas, dot decimals, LF.

    Numbers stay as they were checked: a detour over floating point would print some of them differently.
    """
    return write_csv(rows[0].keys(), (row.values() for row in rows)).encode("utf-8")


def write_csv(header: Iterable[str], rows: Iterable[Iterable[Cell]], delimiter: str = ",", decimal: str = ".") -> str:
    """Write a table as CSV with LF line ends, quoting what must be."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell_text(cell, decimal) for cell in row] for row in rows)
    return out.getvalue()


def cell_text(cell: Cell, decimal: str = ".") -> str:
    """Write a cell as text: a number with exactly its digits, a date as 2031-12-20, nothing as ""."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", decimal)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def observation_corrections(contents: Contents, observation: Observation) -> tuple[Correction, ...]:
    """Return what of a figure was corrected since it was published, the last correction first."""
    return contents.corrections.get(("observations", observation.key), ())


def correction_text(contents: Contents, corrections: Iterable[Correction], code: str) -> str:
    """Say corrections in one cell: "Value: 1205 → 1250 (2032-02-03; a slip of the keyboard)"; "" for none.

    Values stand as they stood in the package, with a decimal point.
    """
    return "; ".join(
        f"{contents.field_title(c.table, c.field, code)}: {c.old_value or '–'} → {c.new_value or '–'} "
        f"({c.date.isoformat()}; {c.reason[code]})"
        for c in corrections
    )
