"""The JSON API: the catalogue as plain files under a versioned path, every figure as exact as the package has it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wardbook.catalogue import Indicator, Observation, Source, Statement, Text, Topic, Unit
from wardbook.derive import implied_plan, plan_status
from wardbook.download import JSON_TYPE, Download
from wardbook.identity import Identity
from wardbook.language import CODES, Language
from wardbook.metadata import subject
from wardbook.metadata.exact import json_bytes
from wardbook.metadata.place import API, address, page

if TYPE_CHECKING:
    from wardbook.publication import Publication

FORMAT = Path(__file__).parent / "format"
OPENAPI = "openapi.json"

# every kind of resource: its path below the root of the API, and the schema it satisfies
RESOURCES: Mapping[str, tuple[str, str]] = {
    "index": ("index.json", "index"),
    "topics": ("topics.json", "topics"),
    "topic": ("topics/{topic_id}.json", "topic"),
    "indicators": ("indicators.json", "indicators"),
    "indicator": ("indicators/{indicator_id}.json", "indicator"),
    "observations": ("observations.json", "observations"),
    "year": ("years/{year}.json", "observations"),
    "statements": ("statements.json", "statements"),
    "checks": ("checks.json", "checks"),
    "sources": ("sources.json", "sources"),
}

Record = dict[str, Any]


def api_files(publication: Publication, languages: Mapping[str, Language]) -> dict[str, bytes]:
    """Return every file of the API by its path below its root: resources, their schemas, the OpenAPI description."""
    api = _Api(publication, languages)
    files = {path: json_bytes(record) for path, record in api.resources().items()}
    for file in sorted((FORMAT / "schemas").glob("*.json")):
        files[f"schemas/{file.name}"] = file.read_text(encoding="utf-8").encode("utf-8")
    return files | {OPENAPI: json_bytes(_openapi(publication, languages))}


def record_downloads(publication: Publication, languages: Mapping[str, Language]) -> dict[str, Download]:
    """Return the resources of single indicators, topics and years as files to take away, by path below /tai-ve/.

    They are the bytes of the API: one record has one form, whoever links to it.
    """
    api, book = _Api(publication, languages), publication.book
    found: dict[str, Download] = {}
    for topic in book.catalogue.topics.values():
        if subject.figures(book, book.field_indicators(topic)):
            found[f"chu-de/{topic.topic_id}.json"] = _record(api.topic(topic), "topic")
    for indicator in book.catalogue.indicators.values():
        found[f"chi-tieu/{indicator.indicator_id}.json"] = _record(api.indicator(indicator), "indicator")
    for year in book.years:
        found[f"nam/{year}.json"] = _record(api.year(year), "year")
    return found


def _record(record: Record, kind: str) -> Download:
    return Download(json_bytes(record), len(record["observations"]), JSON_TYPE, kind)


def api_paths(language: Language) -> list[tuple[str, str, str]]:
    """Return what people are told of the API: each path, the file it leads to ("" for a pattern), what it holds.

    Paths and files are below the root of the site.
    """
    words = language.words["api"]["resources"]
    rows = [(API + path, "" if "{" in path else API + path, words[name]) for name, (path, _) in RESOURCES.items()]
    rows.append((API + OPENAPI, API + OPENAPI, words["openapi"]))
    return [*rows, (f"{API}schemas/{{name}}.json", "", words["schemas"])]


@dataclass(frozen=True)
class _Api:
    """Makes the records of one publication."""

    publication: Publication
    languages: Mapping[str, Language]

    def resources(self) -> dict[str, Record]:
        book = self.publication.book
        catalogue = book.catalogue
        found = {"index.json": self._index()}
        found["topics.json"] = self._whole(topics=[self._topic(topic) for topic in catalogue.topics.values()])
        for topic in catalogue.topics.values():
            found[f"topics/{topic.topic_id}.json"] = self.topic(topic)
        indicators = catalogue.indicators.values()
        found["indicators.json"] = self._whole(
            indicators=[self._indicator(one) | {"latest": self._latest(one)} for one in indicators]
        )
        for indicator in indicators:
            found[f"indicators/{indicator.indicator_id}.json"] = self.indicator(indicator)
        found["observations.json"] = self._whole(observations=self._observations(catalogue.observations))
        for year in book.years:
            found[f"years/{year}.json"] = self.year(year)
        found["statements.json"] = self._whole(statements=self._statements(catalogue.statements.values()))
        found["checks.json"] = self._whole(checks=self._checks(book.identities))
        found["sources.json"] = self._whole(sources=self._sources(catalogue.sources.values()))
        return found

    def topic(self, topic: Topic) -> Record:
        """Return a topic with the indicators in it and in its topics, their figures, and what is said of them."""
        book = self.publication.book
        members = book.field_indicators(topic)
        figures = subject.figures(self.publication.book, members)
        return self._whole(
            topic=self._topic(topic),
            indicators=[self._indicator(one) for one in members],
            observations=self._observations(figures),
            statements=self._statements(book.field_statements(topic)),
            sources=self._sources(subject.sources(self.publication.book, figures)),
        )

    def indicator(self, indicator: Indicator) -> Record:
        """Return an indicator with its figures, their sources, its checks, and what is said of it."""
        book = self.publication.book
        figures = subject.figures(self.publication.book, [indicator])
        return self._whole(
            indicator=self._indicator(indicator),
            observations=self._observations(figures),
            checks=self._checks(book.indicator_identities.get(indicator.indicator_id, ())),
            statements=self._statements(book.indicator_statements.get(indicator.indicator_id, ())),
            sources=self._sources(subject.sources(self.publication.book, figures)),
        )

    def year(self, year: int) -> Record:
        """Return the figures of one year."""
        everything = self.publication.book.catalogue.observations
        return self._whole(observations=self._observations(o for o in everything if o.year == year))

    def _whole(self, **parts: Any) -> Record:
        """Return a resource: what every one of them says first, and its own parts."""
        descriptor = self.publication.descriptor
        return {
            "data_set": descriptor["name"],
            "version": descriptor["version"],
            "licence": descriptor["licenses"][0]["path"],
            **parts,
        }

    def _index(self) -> Record:
        publication, book = self.publication, self.publication.book
        area = book.area
        described = subject.both(self.languages, lambda language: subject.contents(publication, language))
        words = {code: language.words["api"]["resources"] for code, language in self.languages.items()}
        return self._whole(
            title=_text(subject.both(self.languages, publication.title)),
            description=_text(described),
            publisher=_text(subject.both(self.languages, lambda one: subject.publisher(publication, one))),
            modified=subject.modified(publication.book, book.catalogue.observations) or None,
            area={
                "area_id": area.area_id,
                "name": _text(area.name),
                "kind": area.kind,
                "official_code": {"code": area.official_code, "valid_from": area.valid_from.isoformat()},
                "parent_name": _text(area.parent_name),
                "predecessors": _text(area.predecessors),
                "legal_basis": area.legal_basis or None,
            },
            years=[*book.years],
            resources=[
                {
                    "path": path,
                    "schema": self._url(f"schemas/{schema}.json"),
                    "holds": {code: words[code][name] for code in CODES},
                }
                for name, (path, schema) in RESOURCES.items()
            ],
            openapi=self._url(OPENAPI),
        )

    def _topic(self, topic: Topic) -> Record:
        return {
            "topic_id": topic.topic_id,
            "url": self._url(f"topics/{topic.topic_id}.json"),
            "page": self._page(f"chu-de/{topic.topic_id}/"),
            "parent_id": topic.parent_id or None,
            "name": _text(topic.name),
            "summary": _text(topic.summary),
            "indicators": [one.indicator_id for one in self.publication.book.field_indicators(topic)],
        }

    def _indicator(self, indicator: Indicator) -> Record:
        book = self.publication.book
        parts = [part for members in book.parts.get(indicator.indicator_id, {}).values() for part in members]
        return {
            "indicator_id": indicator.indicator_id,
            "url": self._url(f"indicators/{indicator.indicator_id}.json"),
            "page": self._page(f"chi-tieu/{indicator.indicator_id}/"),
            "topic_id": indicator.topic_id,
            "name": _text(indicator.name),
            "definition": _text(indicator.definition),
            "unit": _unit(book.unit(indicator)),
            "direction": indicator.direction,
            "headline": indicator.headline,
            "plan_name": _text(indicator.plan_name),
            "part_of": indicator.part_of or None,
            "breakdown": _text(indicator.breakdown),
            "parts": [part.indicator_id for part in parts],
            "numerator": indicator.numerator or None,
            "denominator": indicator.denominator or None,
        }

    def _latest(self, indicator: Indicator) -> Record | None:
        figures = self.publication.book.observations.get(indicator.indicator_id, ())
        shown = self.publication.book.current(indicator) or (figures[-1] if figures else None)
        return self._observation(shown) if shown else None

    def _observations(self, figures: Iterable[Observation]) -> list[Record]:
        return [self._observation(o) for o in figures]

    def _observation(self, o: Observation) -> Record:
        """Return a figure with its cells as the package has them; what the source does not print stands apart."""
        book = self.publication.book
        indicator = book.catalogue.indicators[o.indicator_id]
        return {
            "area_id": o.area_id,
            "indicator_id": o.indicator_id,
            "year": o.year,
            "value": o.value,
            "plan": o.plan,
            "plan_pct": o.plan_pct,
            "plan_claim": o.plan_claim or None,
            "obs_status": o.obs_status,
            "zero_kind": o.zero_kind or None,
            "source_id": o.source_id,
            "locator": o.locator,
            "as_printed": o.as_printed or None,
            "note": _text(o.note),
            "derived": {
                "plan_status": plan_status(o, indicator.direction).value,
                "plan_implied": implied_plan(o, book.unit(indicator)),
            },
            "corrections": self._corrections.get(("observations", o.key), []),
        }

    def _statements(self, statements: Iterable[Statement]) -> list[Record]:
        about = self.publication.book.statement_indicators
        return [
            {
                "statement_id": one.statement_id,
                "kind": one.kind,
                "year": one.year,
                "topic_id": one.topic_id,
                "text": _text(one.text),
                "indicators": [indicator.indicator_id for indicator in about.get(one.statement_id, ())],
                "source_id": one.source_id,
                "locator": one.locator,
                "corrections": self._corrections.get(("statements", one.statement_id), []),
            }
            for one in statements
        ]

    def _checks(self, identities: Iterable[Identity]) -> list[Record]:
        explained = self.publication.book.catalogue.discrepancies
        return [
            {
                "check_id": one.check_id,
                "kind": one.kind,
                "year": one.place.year,
                "indicators": [*one.indicator_ids],
                "breakdown": _text(one.breakdown),
                "stated": one.stated,
                "computed": one.computed,
                "computed_to": one.computed_to,
                "holds": one.holds,
                "explanation": _text(explained[one.check_id].explanation) if one.check_id in explained else None,
            }
            for one in identities
        ]

    def _sources(self, sources: Iterable[Source]) -> list[Record]:
        return [
            {
                "source_id": one.source_id,
                "title": _text(one.title),
                "publisher": _text(one.publisher),
                "document_number": one.document_number or None,
                "date_issued": one.date_issued.isoformat() if one.date_issued else None,
                "period_start": one.period_start.isoformat(),
                "period_end": one.period_end.isoformat(),
                "sha256": one.sha256 or None,
                "note": _text(one.note),
            }
            for one in sources
        ]

    @cached_property
    def _corrections(self) -> dict[tuple[str, str], list[Record]]:
        """What was corrected in each record, by its table and key, the last correction first."""
        found: dict[tuple[str, str], list[Record]] = {}
        for one in self.publication.book.catalogue.corrections:
            record = {
                "date": one.date.isoformat(),
                "field": one.field,
                "old_value": one.old_value,
                "new_value": one.new_value,
                "reason": _text(one.reason),
            }
            found.setdefault((one.table, one.key), []).append(record)
        return found

    def _url(self, path: str) -> str:
        """Return the address of a file of the API: relative to its root where nobody has said where the site stands."""
        return address(self.publication, API + path, f"{API}{OPENAPI}")

    def _page(self, path: str) -> Record | None:
        """Return the addresses of a page; None where nobody has said where the site stands."""
        if not self.publication.address:
            return None
        return {code: address(self.publication, page(code, path), "") for code in CODES}


def _openapi(publication: Publication, languages: Mapping[str, Language]) -> Record:
    """Return the description of the API: what the format says, and which data set it is of."""
    described = json.loads((FORMAT / OPENAPI).read_text(encoding="utf-8"))
    licence = publication.descriptor["licenses"][0]
    titles, leads = ([say(languages[code]) for code in CODES] for say in (publication.title, _lead))
    described["info"] |= {
        "title": " / ".join(titles),
        "description": "\n\n".join(leads),
        "version": publication.descriptor["version"],
        "license": {"name": licence["title"], "url": licence["path"]},
    }
    described["servers"] = [{"url": publication.address + API.rstrip("/") if publication.address else "."}]
    return described


def _lead(language: Language) -> str:
    return language.words["api"]["lead"]


def _text(text: Text) -> Record | None:
    return {code: text[code] for code in CODES} if text else None


def _unit(unit: Unit) -> Record:
    return {
        "unit_id": unit.unit_id,
        "name": _text(unit.name),
        "symbol": _text(unit.symbol),
        "plural_en": unit.plural_en,
        "kind": unit.kind,
        "base_unit": unit.base_unit or None,
        "scale": unit.scale,
    }
