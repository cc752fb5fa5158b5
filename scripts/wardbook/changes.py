"""What changed between two catalogues, and how that reads in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Any

from wardbook.catalogue import Catalogue, Observation, StatementLink, Text, Unit
from wardbook.descriptor import Resource
from wardbook.identity import HUNDRED
from wardbook.language import Language, escape
from wardbook.problem import visible

# the figures first: they are what a reviewer must see
TABLES = (
    "observations",
    "indicators",
    "statements",
    "statement_indicators",
    "topics",
    "units",
    "areas",
    "sources",
    "discrepancies",
    "corrections",
    "redirects",
)

Titles = Mapping[tuple[str, str], str]

_FIGURES = ("value", "plan", "plan_pct")
# what a record without a name of its own says
_SAYINGS = ("text", "explanation", "reason")
_PERCENT = Unit("", Text("", ""), Text("%", "%"), "%", "percent", "", None, 0)
_LOUD_FACTOR = 10
# digits enough for any two cells that the check lets through
_DIGITS = 20_000
# what would begin a list inside a bullet point
_LIST_MARK = re.compile(r"-|\d(?=\d*[.)](?:\s|$))")


class Kind(StrEnum):
    """What happened to a record."""

    CHANGED = "changed"
    NEW = "new"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """One change: of a cell, or of a whole record that is new or removed (then `field` is empty).

    A new or removed record has what it says in `after` or `before`, or its numbers by column in `figures`. `units` are
    those of the number before and after.
    """

    kind: Kind
    table: str
    key: str
    name: Text
    field: str = ""
    before: str | Decimal | Text = ""
    after: str | Decimal | Text = ""
    units: tuple[Unit | None, Unit | None] = (None, None)
    figures: tuple[tuple[str, Decimal], ...] = ()

    @property
    def factor(self) -> int:
        """1 where a number rose to ten times or more, -1 where it fell to a tenth or less, 0 otherwise."""
        if not (isinstance(self.before, Decimal) and isinstance(self.after, Decimal)):
            return 0
        (before, base), (after, base_after) = map(_in_base, (self.before, self.after), self.units)
        if base != base_after or before == after:
            return 0
        if before and after >= before * _LOUD_FACTOR:
            return 1
        return -1 if before >= after * _LOUD_FACTOR else 0


def changes(before: Catalogue, after: Catalogue) -> tuple[Change, ...]:
    """Return every change, table by table; what was removed from a table follows what is in it now."""
    return tuple(change for table in TABLES for change in _table_changes(table, before, after))


def _table_changes(table: str, before: Catalogue, after: Catalogue) -> Iterator[Change]:
    old, new = _records(table, before), _records(table, after)
    for key, record in new.items():
        if key not in old:
            yield _whole(Kind.NEW, table, key, record, after)
            continue
        units, old_units = _units(record, after), _units(old[key], before)
        cells_before, cells_after, name = _cells(old[key]), _cells(record), _name(key, record, after)
        for column, cell in cells_after.items():
            unit = units.get(column)
            # an indicator that cannot be read on one side is taken to have kept its unit
            unit_before = old_units.get(column) or unit
            was = cells_before[column]
            moved = isinstance(cell, Decimal) and _unit_id(unit_before) != _unit_id(unit)
            # 12.5 and 12.50 are printed differently, so they are different
            if moved or str(was) != str(cell):
                yield Change(Kind.CHANGED, table, key, name, column, was, cell, (unit_before, unit))
    for key, record in old.items():
        if key not in new:
            yield _whole(Kind.REMOVED, table, key, record, before)


def _whole(kind: Kind, table: str, key: str, record: Any, catalogue: Catalogue) -> Change:
    name = _name(key, record, catalogue)
    if isinstance(record, Observation):
        numbers = ((column, getattr(record, column)) for column in _FIGURES)
        figures = tuple((column, number) for column, number in numbers if number is not None)
        unit = _units(record, catalogue)["value"]
        return Change(kind, table, key, name, units=(unit, unit), figures=figures)
    said = next((getattr(record, field) for field in _SAYINGS if hasattr(record, field)), "")
    return Change(kind, table, key, name, **{"after" if kind is Kind.NEW else "before": said})


def _records(table: str, catalogue: Catalogue) -> dict[str, Any]:
    """Return the records of a table by their primary key, as text."""
    if table == "observations":
        return {o.key: o for o in catalogue.observations}
    if table == "statement_indicators":
        return {f"{link.statement_id}/{link.indicator_id}": link for link in catalogue.statement_indicators}
    if table == "corrections":
        return {f"{c.date}/{c.table}/{c.key}/{c.field}": c for c in catalogue.corrections}
    return dict(getattr(catalogue, table))


def _cells(record: Any) -> dict[str, str | Decimal]:
    """Return a record as its columns; only what is an amount is a number."""
    cells: dict[str, str | Decimal] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Text):
            cells |= {f"{field.name}_vi": value.vi, f"{field.name}_en": value.en}
        elif field.name == "scale" and value is not None:
            cells[field.name] = Decimal(value)
        elif field.name != "line":
            cells[field.name] = value if isinstance(value, Decimal) else _cell(value)
    return cells


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _name(key: str, record: Any, catalogue: Catalogue) -> Text:
    """Return what a reader calls a record."""
    if isinstance(record, Observation):
        name, area = _indicator_name(record.indicator_id, catalogue), catalogue.areas.get(record.area_id)
        where = area.name if area and len(catalogue.areas) > 1 else None
        return Text(*(f"{name[c]} {record.year}" + (f" ({where[c]})" if where else "") for c in ("vi", "en")))
    if isinstance(record, StatementLink):
        name = _indicator_name(record.indicator_id, catalogue)
        return Text(f"{record.statement_id} – {name.vi}", f"{record.statement_id} – {name.en}")
    return getattr(record, "name", None) or getattr(record, "title", None) or Text(key, key)


def _indicator_name(indicator_id: str, catalogue: Catalogue) -> Text:
    indicator = catalogue.indicators.get(indicator_id)
    return indicator.name if indicator else Text(indicator_id, indicator_id)


def _units(record: Any, catalogue: Catalogue) -> dict[str, Unit | None]:
    """Return the unit of each number of a record, as far as it is known."""
    if not isinstance(record, Observation):
        return {}
    indicator = catalogue.indicators.get(record.indicator_id)
    unit = catalogue.units.get(indicator.unit_id) if indicator else None
    return {"value": unit, "plan": unit, "plan_pct": _PERCENT}


def _unit_id(unit: Unit | None) -> str:
    return unit.unit_id if unit else ""


def _in_base(number: Decimal, unit: Unit | None) -> tuple[Decimal, str]:
    """Return a number in the base unit of its unit, and that unit."""
    if unit is None:
        return number, ""
    return number * (unit.scale or 1), unit.base_unit or unit.unit_id


def titles(resources: Mapping[str, Resource], language: Language) -> dict[tuple[str, str], str]:
    """Return what each column is called in a language: (table, column) -> title, from the table schemas."""
    key = "title" if language.code == "vi" else f"title_{language.code}"
    return {
        (resource.name, field["name"]): str(field.get(key) or field["name"])
        for resource in resources.values()
        for field in resource.schema["fields"]
    }


def describe(change: Change, language: Language, titles: Titles) -> str:
    """Say a change in one plain line, safe to print: `Hộ nghèo 2025: 12 → 14 hộ (+2; +16,7%)`."""
    return _Teller(language, titles, visible).line(change)


def to_text(found: tuple[Change, ...], language: Language, titles: Titles) -> str:
    """Write changes one a line; no line begins with a cell, which a log might take for a command."""
    if not found:
        return language.words["changes"]["nothing"]
    return "\n".join(f"- {describe(change, language, titles)}" for change in found)


def to_markdown(found: tuple[Change, ...], language: Language, titles: Titles) -> str:
    """Write changes as bullet points under a heading for each kind."""
    words = language.words["changes"]
    if not found:
        return words["nothing"]
    teller = _Teller(language, titles, _inert, loud="**{}**")
    parts = []
    for kind in Kind:
        points = [f"- {teller.sentence(change)}" for change in found if change.kind is kind]
        if points:
            parts.append("\n".join((f"## {words['heading'][kind.value]}", "", *points)))
    return "\n\n".join(parts)


def _inert(text: str) -> str:
    """Make a cell safe anywhere in Markdown, at the beginning of a bullet point too."""
    escaped = str(escape(visible(text)))
    return f"&#{ord(escaped[0])};{escaped[1:]}" if _LIST_MARK.match(escaped) else escaped


@dataclass(frozen=True)
class _Teller:
    """Says changes in a language; `clean` makes a cell safe for where the words go, `loud` stresses our own words."""

    language: Language
    titles: Titles
    clean: Callable[[str], str]
    loud: str = "{}"

    @property
    def words(self) -> Mapping[str, Any]:
        return self.language.words["changes"]

    def line(self, change: Change) -> str:
        """Say a change with its kind."""
        sentence = self.sentence(change)
        return sentence if change.kind is Kind.CHANGED else self.words[change.kind.value].format(what=sentence)

    def sentence(self, change: Change) -> str:
        """Say a change without its kind."""
        with localcontext(prec=_DIGITS):
            subject = self._subject(change)
            if change.kind is not Kind.CHANGED:
                said = self._record(change)
                return f"{subject}: {said}" if said else subject
            title = "" if change.field == "value" else f" – {self._title(change, change.field)}"
            sentence = f"{subject}{title}: {self._step(change)}"
            if not change.factor:
                return sentence
            return f"{self.loud.format(self.words['loud'][str(change.factor)])} {sentence}"

    def _subject(self, change: Change) -> str:
        name = self.clean(change.name[self.language.code])
        if change.table == "observations":
            return name
        return self.words["record"].format(table=self.words["tables"][change.table], name=name)

    def _title(self, change: Change, column: str) -> str:
        return self.clean(self.titles.get((change.table, column), column))

    def _record(self, change: Change) -> str:
        """Say what stands, or stood, in a whole record."""
        if change.table == "observations":
            units = dict.fromkeys(("value", "plan"), change.units[0]) | {"plan_pct": _PERCENT}
            said = [
                ("" if column == "value" else f"{self._title(change, column)}: ") + self._amount(number, units[column])
                for column, number in change.figures
            ]
            return "; ".join(said) or self.words["no_number"]
        said = change.after or change.before
        return self._quoted(said[self.language.code]) if isinstance(said, Text) else ""

    def _step(self, change: Change) -> str:
        """Say a cell before and after."""
        before, after, (unit_before, unit) = change.before, change.after, change.units
        if not (isinstance(before, Decimal) and isinstance(after, Decimal)):
            is_number = isinstance(before, Decimal) or isinstance(after, Decimal)
            empty = self.words["no_number" if is_number else "empty"]
            return f"{self._shown(change, before, unit_before, empty)} → {self._shown(change, after, unit, empty)}"
        if _unit_id(unit_before) != _unit_id(unit):
            return f"{self._amount(before, unit_before)} → {self._amount(after, unit)}"
        is_percent = unit is not None and unit.kind == "percent"
        first = self._amount(before, unit) if is_percent else self.language.number(before)
        return f"{first} → {self._amount(after, unit)}{self._difference(before, after, is_percent=is_percent)}"

    def _shown(self, change: Change, cell: str | Decimal | Text, unit: Unit | None, empty: str) -> str:
        if isinstance(cell, Decimal):
            return self._amount(cell, unit)
        code = self.words["codes"].get(change.field, {}).get(cell)
        return code or (self._quoted(str(cell)) if cell else empty)

    def _quoted(self, text: str) -> str:
        return f"“{self.clean(text)}”"

    def _amount(self, number: Decimal, unit: Unit | None) -> str:
        if unit is None:
            return self.language.number(number)
        gap = "" if unit.kind == "percent" else " "
        return f"{self.language.number(number)}{gap}{self.clean(self.language.symbol(number, unit))}"

    def _difference(self, before: Decimal, after: Decimal, *, is_percent: bool) -> str:
        """Say by how much a number changed: also in per cent, but a percentage in points."""
        difference = after - before
        if not difference:
            return ""
        if is_percent:
            return f" ({self.words['points'].format(number=self._signed(difference))})"
        said = [self._signed(difference)]
        if before:
            percent = (difference * HUNDRED / before).quantize(Decimal("0.1"), ROUND_HALF_UP)
            said += [f"{self._signed(percent)}%"] if percent else []
        return f" ({'; '.join(said)})"

    def _signed(self, number: Decimal) -> str:
        return ("+" if number > 0 else "") + self.language.number(number)
