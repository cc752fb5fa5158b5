"""The catalogue: a package's tables as plain typed records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from wardbook.release import NO_RELEASE, Release
from wardbook.table import Row, Table

Record = TypeVar("Record")

# more than any year, so that rank and year make one number
_YEARS = 10_000


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages: `text.vi`, or `text["vi"]` where the language is a variable."""

    vi: str
    en: str

    def __getitem__(self, language: str) -> str:
        return {"vi": self.vi, "en": self.en}[language]

    def __bool__(self) -> bool:
        return bool(self.vi)


NO_TEXT = Text("", "")


@dataclass(frozen=True)
class Area:
    area_id: str
    official_code: str
    name: Text
    kind: str
    parent_code: str
    parent_name: Text
    valid_from: date
    predecessors: Text
    legal_basis: str
    line: int


@dataclass(frozen=True)
class Topic:
    topic_id: str
    parent_id: str
    position: int
    name: Text
    summary: Text
    line: int


@dataclass(frozen=True)
class Unit:
    """A unit of measure; one of it is `scale` of `base_unit` (1 tỷ đồng = 1,000,000,000 đồng)."""

    unit_id: str
    name: Text
    symbol: Text
    plural_en: str
    kind: str
    base_unit: str
    scale: int | None
    line: int


@dataclass(frozen=True)
class Indicator:
    indicator_id: str
    topic_id: str
    unit_id: str
    position: int
    name: Text
    aliases: Text
    sentence: Text
    definition: Text
    plan_name: Text
    direction: str
    headline: bool
    sensitive: bool
    part_of: str
    breakdown: Text
    numerator: str
    denominator: str
    line: int

    def other_names(self, language: str) -> list[str]:
        """Return what people call it in a language beside its name: the cell of the table, taken apart."""
        return [name for name in self.aliases[language].split("; ") if name]


@dataclass(frozen=True)
class Source:
    source_id: str
    title: Text
    publisher: Text
    document_number: str
    date_issued: date | None
    period_start: date
    period_end: date
    sha256: str
    note: Text
    line: int


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure of one indicator in one year; `value` and `plan` in the indicator's unit, as precise as printed."""

    area_id: str
    indicator_id: str
    year: int
    value: Decimal | None
    plan: Decimal | None
    plan_pct: Decimal | None
    plan_claim: str
    obs_status: str
    zero_kind: str
    source_id: str
    locator: str
    as_printed: str
    note: Text
    line: int

    @property
    def key(self) -> str:
        """The primary key as corrections and the release index write it."""
        return f"{self.area_id}/{self.indicator_id}/{self.year}"


@dataclass(frozen=True)
class Statement:
    statement_id: str
    kind: str
    year: int
    topic_id: str
    position: int
    text: Text
    source_id: str
    locator: str
    line: int


@dataclass(frozen=True)
class Discrepancy:
    check_id: str
    explanation: Text
    line: int


@dataclass(frozen=True)
class Correction:
    date: date
    table: str
    key: str
    field: str
    old_value: str
    new_value: str
    reason: Text
    line: int


@dataclass(frozen=True)
class StatementLink:
    """Ties a statement to an indicator that it speaks of."""

    statement_id: str
    indicator_id: str
    line: int


@dataclass(frozen=True)
class Redirect:
    """An indicator that was published under an id it no longer has, and the one that its address leads to."""

    from_id: str
    to_id: str
    reason: Text
    line: int


@dataclass(frozen=True)
class Catalogue:
    """Every record of a package, in display order, and what was published of it before."""

    areas: Mapping[str, Area]
    topics: Mapping[str, Topic]
    units: Mapping[str, Unit]
    indicators: Mapping[str, Indicator]
    sources: Mapping[str, Source]
    observations: tuple[Observation, ...]
    statements: Mapping[str, Statement]
    statement_indicators: tuple[StatementLink, ...]
    discrepancies: Mapping[str, Discrepancy]
    corrections: tuple[Correction, ...]
    redirects: Mapping[str, Redirect]
    release: Release


RECORDS: Mapping[str, type] = {
    "areas": Area,
    "topics": Topic,
    "units": Unit,
    "indicators": Indicator,
    "sources": Source,
    "observations": Observation,
    "statements": Statement,
    "statement_indicators": StatementLink,
    "discrepancies": Discrepancy,
    "corrections": Correction,
    "redirects": Redirect,
}


def load(
    tables: Mapping[str, Table], release: Release = NO_RELEASE, faulty: Collection[tuple[str, int]] = ()
) -> Catalogue:
    """Turn tables into records; rows that are `faulty`, as (path, line), are left out.

    Every other row must satisfy its table schema.
    """

    def rows(name: str, record: Callable[[Row], Record]) -> list[Record]:
        table = tables.get(name)
        if table is None:
            return []
        return [record(row) for row in table.rows() if (table.path, row.line) not in faulty]

    topics = _topic_order(rows("topics", _topic))
    topic_rank = {topic.topic_id: rank for rank, topic in enumerate(topics)}
    indicators = sorted(
        rows("indicators", _indicator), key=lambda i: (topic_rank.get(i.topic_id, len(topics)), i.position)
    )
    rank = {indicator.indicator_id: place for place, indicator in enumerate(indicators)}
    observations = rows("observations", _observation)
    # by rank and year as one number: a key of its own for each of a million rows would double their memory
    observations.sort(key=lambda o: rank.get(o.indicator_id, len(rank)) * _YEARS + o.year)
    statements = sorted(rows("statements", _statement), key=lambda s: (s.kind, s.year, s.position))
    return Catalogue(
        areas={area.area_id: area for area in rows("areas", _area)},
        topics={topic.topic_id: topic for topic in topics},
        units={unit.unit_id: unit for unit in rows("units", _unit)},
        indicators={indicator.indicator_id: indicator for indicator in indicators},
        sources={source.source_id: source for source in rows("sources", _source)},
        observations=tuple(observations),
        statements={statement.statement_id: statement for statement in statements},
        statement_indicators=tuple(rows("statement_indicators", _link)),
        discrepancies={d.check_id: d for d in rows("discrepancies", _discrepancy)},
        corrections=tuple(sorted(rows("corrections", _correction), key=lambda c: c.date, reverse=True)),
        redirects={redirect.from_id: redirect for redirect in rows("redirects", _redirect)},
        release=release,
    )


def _topic_order(topics: list[Topic]) -> list[Topic]:
    """Sort topics as a reader meets them: each field, followed by the topics in it."""
    position = {topic.topic_id: topic.position for topic in topics}

    def place(topic: Topic) -> tuple[int, int]:
        if not topic.parent_id:
            return topic.position, 0
        return position.get(topic.parent_id, len(topics)), topic.position

    return sorted(topics, key=place)


def _text(cells: Mapping[str, str], name: str) -> Text:
    vi, en = cells[f"{name}_vi"], cells[f"{name}_en"]
    return Text(vi, en) if vi or en else NO_TEXT


def _number(cell: str) -> Decimal | None:
    return Decimal(cell) if cell else None


def _date(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _area(row: Row) -> Area:
    c = row.cells
    return Area(
        area_id=c["area_id"],
        official_code=c["official_code"],
        name=_text(c, "name"),
        kind=c["kind"],
        parent_code=c["parent_code"],
        parent_name=_text(c, "parent_name"),
        valid_from=date.fromisoformat(c["valid_from"]),
        predecessors=_text(c, "predecessors"),
        legal_basis=c["legal_basis"],
        line=row.line,
    )


def _topic(row: Row) -> Topic:
    c = row.cells
    return Topic(
        topic_id=c["topic_id"],
        parent_id=c["parent_id"],
        position=int(c["position"]),
        name=_text(c, "name"),
        summary=_text(c, "summary"),
        line=row.line,
    )


def _unit(row: Row) -> Unit:
    c = row.cells
    return Unit(
        unit_id=c["unit_id"],
        name=_text(c, "name"),
        symbol=_text(c, "symbol"),
        plural_en=c["plural_en"],
        kind=c["kind"],
        base_unit=c["base_unit"],
        scale=int(c["scale"]) if c["scale"] else None,
        line=row.line,
    )


def _indicator(row: Row) -> Indicator:
    c = row.cells
    return Indicator(
        indicator_id=c["indicator_id"],
        topic_id=c["topic_id"],
        unit_id=c["unit_id"],
        position=int(c["position"]),
        name=_text(c, "name"),
        aliases=_text(c, "aliases"),
        sentence=_text(c, "sentence"),
        definition=_text(c, "definition"),
        plan_name=_text(c, "plan_name"),
        direction=c["direction"],
        headline=c["headline"] == "true",
        sensitive=c["sensitive"] == "true",
        part_of=c["part_of"],
        breakdown=_text(c, "breakdown"),
        numerator=c["numerator"],
        denominator=c["denominator"],
        line=row.line,
    )


def _source(row: Row) -> Source:
    c = row.cells
    return Source(
        source_id=c["source_id"],
        title=_text(c, "title"),
        publisher=_text(c, "publisher"),
        document_number=c["document_number"],
        date_issued=_date(c["date_issued"]),
        period_start=date.fromisoformat(c["period_start"]),
        period_end=date.fromisoformat(c["period_end"]),
        sha256=c["sha256"],
        note=_text(c, "note"),
        line=row.line,
    )


def _observation(row: Row) -> Observation:
    c = row.cells
    return Observation(
        area_id=c["area_id"],
        indicator_id=c["indicator_id"],
        year=int(c["year"]),
        value=_number(c["value"]),
        plan=_number(c["plan"]),
        plan_pct=_number(c["plan_pct"]),
        plan_claim=c["plan_claim"],
        obs_status=c["obs_status"],
        zero_kind=c["zero_kind"],
        source_id=c["source_id"],
        locator=c["locator"],
        as_printed=c["as_printed"],
        note=_text(c, "note"),
        line=row.line,
    )


def _statement(row: Row) -> Statement:
    c = row.cells
    return Statement(
        statement_id=c["statement_id"],
        kind=c["kind"],
        year=int(c["year"]),
        topic_id=c["topic_id"],
        position=int(c["position"]),
        text=_text(c, "text"),
        source_id=c["source_id"],
        locator=c["locator"],
        line=row.line,
    )


def _discrepancy(row: Row) -> Discrepancy:
    return Discrepancy(row.cells["check_id"], _text(row.cells, "explanation"), row.line)


def _correction(row: Row) -> Correction:
    c = row.cells
    return Correction(
        date=date.fromisoformat(c["date"]),
        table=c["table"],
        key=c["key"],
        field=c["field"],
        old_value=c["old_value"],
        new_value=c["new_value"],
        reason=_text(c, "reason"),
        line=row.line,
    )


def _link(row: Row) -> StatementLink:
    return StatementLink(row.cells["statement_id"], row.cells["indicator_id"], row.line)


def _redirect(row: Row) -> Redirect:
    return Redirect(row.cells["from_id"], row.cells["to_id"], _text(row.cells, "reason"), row.line)
