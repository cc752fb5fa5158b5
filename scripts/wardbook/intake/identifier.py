"""The form of an id: the name of a page and of a row, for ever."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PureWindowsPath

from wardbook.intake.refusal import Refusal
from wardbook.problem import shown

_FORM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 60


def form_refusal(name: str) -> Refusal | None:
    """Return why an id is not written as ids are, with the right spelling where one is plain; None if it is."""
    if not _FORM.fullmatch(name):
        meant = suggestion(name)
        return Refusal("id-form" if meant else "id-empty", {"value": shown(name), "suggestion": meant})
    if len(name) > _LONGEST:
        return Refusal("id-long", {"value": name[:_LONGEST] + "…", "limit": str(_LONGEST), "length": str(len(name))})
    if PureWindowsPath(name).is_reserved():
        return Refusal("id-reserved", {"value": name})
    return None


def suggestion(name: str) -> str:
    """Return a name as an id: `Đường đê` becomes `duong-de`."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return "-".join(re.findall(r"[a-z0-9]+", letters))[:_LONGEST].strip("-")
