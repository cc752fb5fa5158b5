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


# as many indicators as a topic of a real ward has, and one of three with a plan
A_TOPIC = 10
PLANNED = 3


def large_ward(indicators: int, years: int, seed: int = 1) -> Package:
    """Return a package of `indicators` times `years` observations that breaks no rule."""
    package = ward()
    for table in ("statements", "statement_indicators", "discrepancies", "corrections", "redirects"):
        package = with_rows(package, table, [])
    one = next(row for row in read_rows(package, "indicators") if row["unit_id"] == "ha")
    topics = [
        read_rows(package, "topics")[0]
        | {"topic_id": _topic(n), "position": str(n + 1), "name_vi": f"Chủ đề {n}", "name_en": f"Topic {n}"}
        for n in range(-(-indicators // A_TOPIC))
    ]
    package = with_rows(package, "topics", topics)
    rows = [
        one
        | {
            "indicator_id": _id(n),
            "topic_id": _topic(n // A_TOPIC),
            "position": str(n % A_TOPIC + 1),
            "name_vi": f"Chỉ tiêu {n}",
            "name_en": f"Indicator {n}",
            "headline": "true" if n < A_TOPIC else "",
        }
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


def _topic(number: int) -> str:
    return f"chu-de-{number:06}"


def _observations(indicators: int, years: int, chance: random.Random) -> Iterator[str]:
    for n in range(indicators):
        value = chance.uniform(100, 1000)
        for year in range(FIRST_YEAR, FIRST_YEAR + years):
            value = min(max(value * chance.uniform(0.9, 1.12), 60), 1100)
            number, plan = f"{value:.2f}", ""
            printed = [number]
            if n % PLANNED == 0:
                plan = f"{value * chance.uniform(0.8, 1.2):.2f}"
                printed.append(plan)
            said = "; ".join(f"{float(text):,.2f} ha".translate(str.maketrans(",.", ".,")) for text in printed)
            yield f'{AREA},{_id(n)},{year},{number},{plan},,,A,,{SOURCE},I.1¶1,"{said}",,'
