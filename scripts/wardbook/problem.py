"""A problem in a package: where it stands, which rule it breaks, and how that reads in each language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from wardbook.wording import read_wording

# a reader mends so many faults of a file at a time, at the most
MOST_PROBLEMS = 1000

_SHOWN_LENGTH = 60


@dataclass(frozen=True, order=True)
class Problem:
    """One fault: `path` inside the repository, 1-based `line` and field `column`, and the `rule` that it breaks.

    `values` fill the blanks of the rule's message; they are already safe to print (see `shown`).
    """

    path: str
    line: int
    column: int
    rule: str
    values: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Message:
    """What a problem says to its reader: what is wrong, and how to mend it."""

    text: str
    hint: str


def read_rules() -> dict[str, dict[str, dict[str, str]]]:
    """Return every rule's wording: rule -> language -> {"message", "hint"}.

    Some have a "suggest" besides: the hint of a problem that knows what should stand in the cell.
    """
    return read_wording("rules.yml")


def describe(problem: Problem, language: str, rules: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Message:
    """Put a problem into words of `language` ("vi" or "en")."""
    wording = rules[problem.rule][language]
    hint = wording.get("suggest", wording["hint"]) if problem.values.get("suggestion") else wording["hint"]
    return Message(wording["message"].format(**problem.values), hint.format(**problem.values))


def shown(text: object) -> str:
    """Return a cell as it can be printed anywhere: shortened, and what the eye cannot see named by code point."""
    characters = str(text)
    return visible(characters[:_SHOWN_LENGTH]) + ("…" if len(characters) > _SHOWN_LENGTH else "")


def visible(text: str) -> str:
    """Return a text with what the eye cannot see named by code point, on one line."""
    return "".join(f"<U+{ord(c):04X}>" if is_hidden(c) else c for c in text)


def is_hidden(character: str) -> bool:
    """Tell whether a character is anything but a visible sign or the plain space."""
    # Z: separators; C: controls, formatting (bidi, zero width), surrogates, private use
    return character != " " and unicodedata.category(character)[0] in "ZC"
