"""The version of the data, and the tag of its release: three numbers, the years first."""

from __future__ import annotations

import re

# the year of the figures, then a step when something was added, then a step when something was corrected; as in the
# profile of the descriptor, and so short that no number grows beyond reason
_TAG = re.compile(r"v(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")


def is_tag(text: str) -> bool:
    """Tell whether a text is the tag of a version of the data: `v2025.0.0`."""
    return _TAG.fullmatch(text) is not None


def order(tag: str) -> tuple[int, ...]:
    """Return what tags are sorted by, the earliest first; ValueError for what is no tag."""
    found = _TAG.fullmatch(tag)
    if found is None:
        raise ValueError(f"not the tag of a version: {tag!r}")
    return tuple(map(int, found.groups()))
