"""JSON whose numbers are written digit by digit as the package has them, never by way of floating point."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson


def json_bytes(value: Any) -> bytes:
    """Return a value as a JSON file: two spaces a level, a line feed at the end.

    `value` is made of mappings, lists, text, whole numbers, Decimal, booleans and None.
    """
    return orjson.dumps(value, _plain, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}")
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not a value that JSON has: {value!r}")
