"""Figures as a Vietnamese document prints them: thousands dot, decimal comma, leading zero."""

from __future__ import annotations

import re
from decimal import Decimal

# 2.491 and 1.559,7 group by thousands; 109,175 has a decimal comma; 09 is nine. A dot or comma that no digit follows
# ends the clause. Digits grouped in any other way come out in pieces, which double entry then finds nowhere.
_FIGURE = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?!\d|[.,]\d)|\d+")


def figures(as_printed: str) -> tuple[Decimal, ...]:
    """Return the numbers of a text by Vietnamese rules: `82,61 tỷ đồng; 37,13%` holds 82.61 and 37.13."""
    return tuple(Decimal(match.replace(".", "").replace(",", ".")) for match in _FIGURE.findall(as_printed))
