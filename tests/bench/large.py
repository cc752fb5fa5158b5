"""Large packages from a seed: the invented ward with as many indicators and years as asked for."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2] / "scripts")]

from wardbook.package import Package
from wards import AREA, SOURCE, csv_path, read_rows, ward, with_file, with_rows

FIRST_YEAR = 2000


def large_ward(indicators: int, years: int, seed: int = 1) -> Package:
    """Return a package of `indicators` times `years` observations that breaks no rule."""
    package = ward()
    for table in ("statements", "statement_indicators", "discrepancies", "corrections", "redirects"):
        package = with_rows(package, table, [])
    one = next(row for row in read_rows(package, "indicators") if row["unit_id"] == "ha")
    rows = [
        one | {"indicator_id": _id(n), "position": str(n + 1), "name_vi": f"Chỉ tiêu {n}", "name_en": f"Indicator {n}"}
        for n in range(indicators)
    ]
    package = with_rows(package, "indicators", rows)
    source = read_rows(package, "sources")[0] | {"period_end": f"{FIRST_YEAR + years}-12-31"}
    package = with_rows(package, "sources", [source])
    header = package.files[csv_path("observations")].split(b"\n", 1)[0]
    text = "\n".join(_observations(indicators, years, random.Random(seed)))
    return with_file(package, csv_path("observations"), header + b"\n" + text.encode("utf-8") + b"\n")


def _id(number: int) -> str:
    return f"chi-tieu-{number:06}"


def _observations(indicators: int, years: int, chance: random.Random) -> Iterator[str]:
    for n in range(indicators):
        value = chance.uniform(100, 1000)
        for year in range(FIRST_YEAR, FIRST_YEAR + years):
            value = min(max(value * chance.uniform(0.9, 1.12), 60), 1100)
            number = f"{value:.2f}"
            printed = f"{float(number):,.2f}".translate(str.maketrans(",.", ".,"))
            yield f'{AREA},{_id(n)},{year},{number},,,,A,,{SOURCE},I.1¶1,"{printed} ha",,'
