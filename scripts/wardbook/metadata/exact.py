"""JSON whose numbers are written digit by digit as the package has them, never by way of floating point."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any


def json_bytes(value: Any) -> bytes:
    """Return a value as a JSON file: two spaces a level, a line feed at the end.

    `value` is made of mappings, sequences, text, whole numbers, Decimal, booleans and None.
    """
    return ("".join(_pieces(value, "\n")) + "\n").encode("utf-8")


def _pieces(value: Any, line: str) -> Iterator[str]:
    """Yield the text of a value piece by piece; `line` begins a line at its level."""
    if isinstance(value, Decimal):
        yield f"{value:f}"
    elif value is None or isinstance(value, str | int):
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, Mapping):
        entries = ((f"{json.dumps(key, ensure_ascii=False)}: ", item) for key, item in value.items())
        yield from _items(entries, "{}", line)
    elif isinstance(value, Sequence):
        yield from _items((("", item) for item in value), "[]", line)
    else:
        raise TypeError(f"not a value that JSON has: {value!r}")


def _items(items: Iterator[tuple[str, Any]], brackets: str, line: str) -> Iterator[str]:
    inner, empty = line + "  ", True
    yield brackets[0]
    for lead, item in items:
        yield f"{'' if empty else ','}{inner}{lead}"
        yield from _pieces(item, inner)
        empty = False
    yield brackets[1] if empty else line + brackets[1]
