"""The release index: which figures were published last, so that none of them changes without a correction, and where.

It stands in the package as `released.json`, is written by `build.py release`, and works without git: in a copy from a
zip file and in a shallow clone the same change is found. Where git has the tag of a release, the index in the tag comes
first: whoever changes a figure could change the index beside it, but not the tag.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wardbook.package import INDEX, Package
from wardbook.problem import Problem, shown

if TYPE_CHECKING:
    from wardbook.catalogue import Catalogue, Observation

# the columns of an observation that never change silently
FIGURES = ("value", "plan", "plan_pct")


@dataclass(frozen=True)
class Release:
    """What was published last: `figures` are the cells of each observation by its key, `units` the indicators'.

    `addresses` are all that were ever published (see ledger.py); an index from before they were noted has none.
    """

    version: str = ""
    figures: dict[str, dict[str, str]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()


NO_RELEASE = Release()


def read_release(package: Package) -> tuple[Release, list[Problem]]:
    """Return what was published last, from the index of a package and from that of the last release's tag.

    Without either nothing was published yet.
    """
    release, problems = NO_RELEASE, []
    for content in (package.files.get(INDEX), package.tagged):
        try:
            if content is not None:
                later = _read_index(content)
                release = Release(
                    release.version or later.version,
                    release.figures | later.figures,
                    release.units | later.units,
                    release.addresses | later.addresses,
                )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            problems.append(Problem(package.path(INDEX), 1, 1, "release-index", {"detail": shown(error)}))
    return release, problems


def _read_index(content: bytes) -> Release:
    index = json.loads(content.decode("utf-8"))
    return Release(
        str(index["version"]),
        {key: dict(cells) for key, cells in index["figures"].items() if key.count("/") == 2},  # noqa: PLR2004
        {key: str(unit) for key, unit in index["units"].items()},
        frozenset(map(_address, list(index.get("addresses", [])))),
    )


def _address(address: str) -> str:
    if not address.startswith("/"):
        raise ValueError(address)
    return address


def release_index(catalogue: Catalogue, version: str, addresses: Iterable[str] = ()) -> bytes:
    """Return the index of what a catalogue publishes at these addresses.

    A figure or an address is a line: a change of one is a change of one line.
    """
    figures, units = _published(catalogue)
    parts = [
        f'"version": {json.dumps(version)}',
        f'"figures": {_lines(figures)}',
        f'"units": {_lines(units)}',
    ]
    if places := ",\n".join(f"  {json.dumps(address, ensure_ascii=False)}" for address in sorted(addresses)):
        parts.append(f'"addresses": [\n{places}\n]')
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8")


def is_released(catalogue: Catalogue) -> bool:
    """Tell whether the figures of a catalogue are those that were published last, and no more."""
    return _published(catalogue) == (catalogue.release.figures, catalogue.release.units)


def _published(catalogue: Catalogue) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    figures = {o.key: figure_cells(o) for o in catalogue.observations}
    return figures, {i.indicator_id: i.unit_id for i in catalogue.indicators.values()}


def figure_cells(o: Observation) -> dict[str, str]:
    """Return the figures of an observation as they stand in its cells; empty cells are left out."""
    numbers = ((column, getattr(o, column)) for column in FIGURES)
    return {column: f"{number:f}" for column, number in numbers if number is not None}


def _lines(entries: Mapping[str, object]) -> str:
    lines = (f"  {json.dumps(key)}: {json.dumps(entries[key], ensure_ascii=False)}" for key in sorted(entries))
    return "{\n" + ",\n".join(lines) + "\n}"
