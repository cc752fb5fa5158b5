"""Why a command of the intake does nothing, in words for who runs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from wardbook.problem import Problem, visible
from wardbook.wording import read_wording


@dataclass(frozen=True)
class Refusal:
    """One reason: the `key` of its words, the `values` of their blanks, safe to print, and a `place` in a workbook."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    place: str = ""

    def say(self, language: str) -> str:
        """Return the reason in a language, its place before it."""
        said = read_words(language)["refusals"][self.key].format(**self.values)
        return f"{self.place}: {said}" if self.place else said


class RefusedError(Exception):
    """Nothing is written: `refusals` say why, and `problems` are those of the package."""

    def __init__(self, refusals: Sequence[Refusal], problems: Sequence[Problem] = ()) -> None:
        """Take the reasons in the order in which they are to be read."""
        super().__init__(refusals, problems)
        self.refusals = tuple(refusals)
        self.problems = tuple(problems)


def refuse(key: str, **values: object) -> RefusedError:
    """Return the error that gives one reason; its values are made safe to print."""
    return RefusedError([Refusal(key, {name: visible(str(value)) for name, value in values.items()})])


@cache
def read_words(language: str) -> Mapping[str, Any]:
    """Return the words of the intake in a language ("vi" or "en")."""
    return read_wording("intake.yml")[language]
