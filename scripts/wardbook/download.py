"""Files to take away: the package as it is, and flat tables with names, units and sources joined in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wardbook.derive import Book, implied_plan, plan_status
from wardbook.package import Package

if TYPE_CHECKING:
    import pandas

FLAT = "so-lieu.csv"
PACKAGE = "datapackage/"
CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Download:
    """One file under /tai-ve/: its bytes, and how many rows of data it has (None where it has no rows)."""

    content: bytes
    rows: int | None

    @property
    def sha256(self) -> str:
        """The checksum of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def indicator_file(indicator_id: str) -> str:
    """Return the permanent path of an indicator's table below /tai-ve/."""
    return f"chi-tieu/{indicator_id}.csv"


def topic_file(topic_id: str) -> str:
    """Return the permanent path of a topic's table below /tai-ve/."""
    return f"chu-de/{topic_id}.csv"


def downloads(book: Book, package: Package) -> dict[str, Download]:
    """Return every file to take away by its path below /tai-ve/."""
    flat = flat_table(book)
    files = {FLAT: _csv(flat)}
    for topic in book.catalogue.topics.values():
        members = {i.indicator_id for i in book.field_indicators(topic)}
        if members:
            files[topic_file(topic.topic_id)] = _csv(flat[flat["indicator_id"].isin(members)])
    for indicator_id, rows in flat.groupby("indicator_id", sort=False):
        files[indicator_file(indicator_id)] = _csv(rows)
    files |= _package_files(package)
    return files | {CHECKSUMS: Download(_checksums(files), None)}


def flat_table(book: Book) -> pandas.DataFrame:
    """Join every observation with the names, unit, topic and source that it refers to.

    Numbers stay text, exactly as they were checked: a detour over floating point would print some of them differently.
    Columns that the source does not print (plan_status, plan_implied) come last.
    """
    import pandas  # late: its import takes longer than all of the check

    catalogue = book.catalogue
    records = []
    for o in catalogue.observations:
        indicator = catalogue.indicators[o.indicator_id]
        unit, topic = catalogue.units[indicator.unit_id], catalogue.topics[indicator.topic_id]
        area, source = catalogue.areas[o.area_id], catalogue.sources[o.source_id]
        records.append(
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
                "plan_implied": implied_plan(o, unit),
            }
        )
    return pandas.DataFrame.from_records(records).astype("object")


def _csv(table: pandas.DataFrame) -> Download:
    return Download(table.to_csv(index=False, lineterminator="\n").encode("utf-8"), len(table))


def _checksums(files: Mapping[str, Download]) -> bytes:
    """Return the list that `sha256sum -c` reads."""
    return "".join(f"{file.sha256}  {path}\n" for path, file in sorted(files.items())).encode("utf-8")


def _package_files(package: Package) -> Mapping[str, Download]:
    return {
        PACKAGE + path: Download(content, content.count(b"\n") - 1 if path.endswith(".csv") else None)
        for path, content in package.files.items()
    }
