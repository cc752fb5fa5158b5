"""SDMX-CSV 2.0: the figures as statistical offices exchange them, a row for each number.

The format is the field guide of the SDMX technical working group (sdmx-twg/sdmx-csv, version 2.0.0): STRUCTURE,
STRUCTURE_ID and ACTION first, then a column for each dimension, measure and attribute.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from wardbook.catalogue import Observation
from wardbook.formats.contents import Contents
from wardbook.formats.flat import Cell, correction_text, observation_corrections, write_csv

HEADER = (
    *("STRUCTURE", "STRUCTURE_ID", "ACTION"),
    *("FREQ", "REF_AREA", "INDICATOR", "MEASURE", "TIME_PERIOD"),
    *("OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE", "DECIMALS", "ZERO_KIND", "PLAN_CLAIM"),
    *("SOURCE", "LOCATOR", "AS_PRINTED", "COMMENT_VI", "COMMENT_EN", "CORRECTED", "CORRECTION_VI", "CORRECTION_EN"),
)

# The plan is a series of its own and not a second measure in the row of the value: UNIT_MEASURE, DECIMALS and
# OBS_STATUS belong to one number, and the percentage of plan has another unit, and a plan is no estimate where the
# value is one. Most tools also read OBS_VALUE alone.
_MEASURES = {"value": "VALUE", "plan": "PLAN", "plan_pct": "PLAN_PCT"}
_PERCENT = "percent"
_NORMAL, _YEARLY, _INFORMATION = "A", "A", "I"


def sdmx_csv(contents: Contents) -> bytes:
    """Write every number of the package as SDMX-CSV 2.0; a figure that is not reported is a row without OBS_VALUE."""
    return write_csv(HEADER, _rows(contents)).encode("utf-8")


def structure_id(contents: Contents) -> str:
    """Return what identifies the data flow: AGENCY:ID(VERSION), each of the signs that SDMX allows there."""
    agency = "".join(sign if sign.isalnum() else "_" for sign in str(contents.descriptor["name"]).upper())
    agency = agency if agency[0].isalpha() else f"W{agency}"
    return f"{agency}:DF_FIGURES({contents.version})"


def _rows(contents: Contents) -> Iterator[list[Cell]]:
    flow = structure_id(contents)
    for o in contents.book.catalogue.observations:
        for field, measure in _MEASURES.items():
            number: Decimal | None = getattr(o, field)
            if number is not None or field == "value":
                yield ["dataflow", flow, _INFORMATION, _YEARLY, *_row(contents, o, field, measure, number)]


def _row(contents: Contents, o: Observation, field: str, measure: str, number: Decimal | None) -> list[Cell]:
    is_value = field == "value"
    unit = _PERCENT if field == "plan_pct" else contents.book.catalogue.indicators[o.indicator_id].unit_id
    corrections = [c for c in observation_corrections(contents, o) if c.field == field]
    return [
        o.area_id,
        o.indicator_id,
        measure,
        o.year,
        number,
        o.obs_status if is_value else _NORMAL,
        unit,
        None if number is None else max(0, -int(number.as_tuple().exponent)),
        o.zero_kind if is_value else "",
        o.plan_claim if is_value else "",
        o.source_id,
        o.locator,
        o.as_printed,
        o.note.vi,
        o.note.en,
        max((c.date for c in corrections), default=None),
        correction_text(contents, corrections, "vi"),
        correction_text(contents, corrections, "en"),
    ]
