"""DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/): the catalogue that data portals harvest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from wardbook.catalogue import Observation, Source, Text
from wardbook.download import PACKAGE
from wardbook.language import CODES, Language
from wardbook.metadata import rdf, subject
from wardbook.metadata.forms import WHOLE, media_type
from wardbook.metadata.place import API, FILES, address, page
from wardbook.metadata.rdf import Node

if TYPE_CHECKING:
    from wardbook.publication import Publication

JSON_LD, TURTLE = f"{FILES}dcat.jsonld", f"{FILES}dcat.ttl"

_PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_MEDIA = "https://www.iana.org/assignments/media-types/"
_SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
# of the Publications Office of the EU, which DCAT-AP asks for
_LANGUAGES = {code: f"http://publications.europa.eu/resource/authority/language/{name}"
              for code, name in {"vi": "VIE", "en": "ENG"}.items()}  # fmt: skip
_YEARLY = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"

_RELATIVE = (
    "Addresses are relative to this file, as it is not known where the site will stand: read it from where it is served"
)

Say = Callable[[Language], str]


def dcat_files(publication: Publication, languages: Mapping[str, Language]) -> dict[str, bytes]:
    """Return the catalogue as JSON-LD and as Turtle, by path below the root of the site."""
    nodes = [_filled(node) for node in _Catalogue(publication, languages).nodes()]
    comment = "" if publication.address else _RELATIVE
    return {
        JSON_LD: rdf.json_ld(_PREFIXES, nodes),
        TURTLE: rdf.turtle(_PREFIXES, nodes, comment),
    }


@dataclass(frozen=True)
class _Catalogue:
    """Describes one publication, node by node."""

    publication: Publication
    languages: Mapping[str, Language]

    def nodes(self) -> Iterator[Node]:
        files = self.publication.forms
        yield self._catalogue()
        yield self._service()
        yield self._series()
        for name, dataset in self._datasets():
            own = files.get(name, [])
            links = {"dcat:distribution": [self._ref(self._file(path)) for path in own]} if own else {}
            yield {"@id": self._here(name), **dataset, **links}
            for path in own:
                yield self._distribution(path)
        yield from self._parties()
        yield from self._documents()
        yield from self._named()

    def _catalogue(self) -> Node:
        publication, home = self.publication, self._to("")
        everything = publication.book.catalogue.observations
        return {
            "@id": self._here("catalogue"),
            "@type": ["dcat:Catalog"],
            "dct:title": self._both(publication.title),
            "dct:description": self._both(lambda language: subject.contents(publication, language)),
            "dct:language": [self._ref(iri) for iri in _LANGUAGES.values()],
            "dct:license": self._ref(self._licence),
            "dct:publisher": self._ref(self._here("publisher")),
            "dct:spatial": self._ref(self._here("area")),
            **self._modified(everything),
            "foaf:homepage": self._ref(home),
            "dcat:dataset": [self._ref(self._here(name)) for name in ("series", *dict(self._datasets()))],
            "dcat:service": self._ref(self._here("api")),
        }

    def _service(self) -> Node:
        return {
            "@id": self._here("api"),
            "@type": ["dcat:DataService"],
            "dct:title": self._both(lambda language: f"{self.publication.title(language)}: API"),
            "dct:description": self._both(lambda language: language.words["api"]["lead"]),
            "dct:license": self._ref(self._licence),
            "dcat:endpointURL": self._ref(self._to(f"{API}index.json")),
            "dcat:endpointDescription": self._ref(self._to(f"{API}openapi.json")),
            "dcat:servesDataset": self._ref(self._here(WHOLE)),
        }

    def _series(self) -> Node:
        publication = self.publication
        years = publication.book.years
        return {
            "@id": self._here("series"),
            "@type": ["dcat:DatasetSeries"],
            **self._described(
                lambda language: subject.series_title(publication, language),
                lambda language: subject.series_contents(publication, language),
                publication.book.catalogue.observations,
            ),
            "dct:accrualPeriodicity": self._ref(_YEARLY),
            # the newest first, as the years of a book are
            "dcat:last": self._ref(self._here(f"nam/{years[0]}")),
            "dcat:first": self._ref(self._here(f"nam/{years[-1]}")),
        }

    def _datasets(self) -> Iterator[tuple[str, Node]]:
        """Yield every data set with its name: the whole, each year, each topic and each indicator."""
        publication, book = self.publication, self.publication.book
        yield (
            WHOLE,
            {
                "@type": ["dcat:Dataset"],
                **self._described(
                    publication.title,
                    lambda language: subject.contents(publication, language),
                    book.catalogue.observations,
                ),
                "dct:identifier": publication.descriptor["name"],
                "dcat:keyword": list(dict.fromkeys(publication.descriptor.get("keywords", ()))) or None,
                "dct:accrualPeriodicity": self._ref(_YEARLY),
                "dcat:landingPage": self._pages("so-lieu/"),
            },
        )
        for year in book.years:
            earlier = [y for y in book.years if y < year]
            yield (
                f"nam/{year}",
                {
                    "@type": ["dcat:Dataset"],
                    **self._described(
                        lambda language, year=year: subject.year_title(publication, year, language),
                        lambda language, year=year: subject.year_contents(publication, year, language),
                        [o for o in book.catalogue.observations if o.year == year],
                    ),
                    "dcat:inSeries": self._ref(self._here("series")),
                    "dcat:prev": self._ref(self._here(f"nam/{earlier[0]}")) if earlier else None,
                },
            )
        part = {"@type": ["dcat:Dataset"], "dct:isPartOf": self._ref(self._here(WHOLE))}
        for topic in book.catalogue.topics.values():
            if figures := subject.figures(publication.book, book.field_indicators(topic)):
                yield (
                    f"chu-de/{topic.topic_id}",
                    {
                        **part,
                        **self._described(
                            lambda language, topic=topic: language.text(topic.name),
                            lambda language, topic=topic: subject.topic_contents(publication, topic, language),
                            figures,
                        ),
                        "dcat:landingPage": self._pages(f"chu-de/{topic.topic_id}/"),
                    },
                )
        for indicator in book.catalogue.indicators.values():
            if figures := subject.figures(publication.book, [indicator]):
                yield (
                    f"chi-tieu/{indicator.indicator_id}",
                    {
                        **part,
                        **self._described(
                            lambda language, one=indicator: language.text(one.name),
                            lambda language, one=indicator: subject.indicator_contents(publication, one, language),
                            figures,
                        ),
                        "dcat:landingPage": self._pages(f"chi-tieu/{indicator.indicator_id}/"),
                    },
                )

    def _described(self, title: Say, description: Say, figures: Iterable[Observation]) -> Node:
        """What is said of every data set: its words, whose it is, where and when it is of, where it comes from."""
        figures = list(figures)
        start, end = subject.period(o.year for o in figures)
        makers = subject.creators(self.publication.book, figures)
        return {
            "dct:title": self._both(title),
            "dct:description": self._both(description),
            "dcat:version": self.publication.descriptor["version"],
            "dct:publisher": self._ref(self._here("publisher")),
            "dct:creator": [self._ref(self._here(f"creator-{self._makers.index(maker) + 1}")) for maker in makers],
            "dcat:contactPoint": self._ref(self._here("contact")) if self._contact else None,
            "dct:language": [self._ref(iri) for iri in _LANGUAGES.values()],
            **self._issued(figures),
            **self._modified(figures),
            "dct:spatial": self._ref(self._here("area")),
            "dct:temporal": {
                "@type": ["dct:PeriodOfTime"],
                "dcat:startDate": _date(start),
                "dcat:endDate": _date(end),
            },
            "prov:wasDerivedFrom": [
                self._ref(self._document(source)) for source in subject.sources(self.publication.book, figures)
            ],
        }

    def _distribution(self, path: str) -> Node:
        file, there = self.publication.downloads[path], self._to(FILES + path)
        tables = {PACKAGE + one["path"]: one for one in self.publication.descriptor["resources"]}
        title: Any = path
        if table := tables.get(path):
            title = self._both(lambda language: _table_title(table, language))
        return {
            "@id": self._file(path),
            "@type": ["dcat:Distribution"],
            "dct:title": title,
            "dct:license": self._ref(self._licence),
            "dcat:accessURL": self._ref(there),
            "dcat:downloadURL": self._ref(there),
            "dcat:mediaType": self._ref(_MEDIA + media_type(file)),
            "dcat:byteSize": {"@value": str(len(file.content)), "@type": "xsd:nonNegativeInteger"},
            "spdx:checksum": {
                "@type": ["spdx:Checksum"],
                "spdx:algorithm": self._ref(_SHA256),
                "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
            },
        }

    def _parties(self) -> Iterator[Node]:
        """Yield the area, and who made, published and answers for its figures, as far as the data say."""
        area = self.publication.book.area
        yield {
            "@id": self._here("area"),
            "@type": ["dct:Location"],
            "skos:prefLabel": _words(area.name),
            "skos:historyNote": _words(area.predecessors) if area.predecessors else None,
            "adms:identifier": {
                "@type": ["adms:Identifier"],
                "skos:notation": area.official_code,
                # a code may have been another area's before
                "dct:issued": _date(area.valid_from.isoformat()),
                "rdfs:label": self._both(lambda language: subject.code_note(area, language)),
            },
            "dct:isPartOf": {"@type": ["dct:Location"], "skos:prefLabel": _words(area.parent_name)},
        }
        name = self._both(lambda language: subject.publisher(self.publication, language))
        yield {"@id": self._here("publisher"), "@type": ["foaf:Agent"], "foaf:name": name}
        for number, maker in enumerate(self._makers, 1):
            yield {"@id": self._here(f"creator-{number}"), "@type": ["foaf:Agent"], "foaf:name": _words(maker)}
        if self._contact:
            yield {"@id": self._here("contact"), "@type": ["vcard:Kind"], "vcard:fn": name, **self._contact}

    def _documents(self) -> Iterator[Node]:
        for source in self.publication.book.catalogue.sources.values():
            yield {
                "@id": self._document(source),
                "@type": ["foaf:Document", "prov:Entity"],
                "dct:title": _words(source.title),
                "dct:identifier": source.document_number or None,
                "dct:issued": _date(source.date_issued.isoformat()) if source.date_issued else None,
                "dct:creator": self._ref(self._here(f"creator-{self._makers.index(source.publisher) + 1}"))
                if source.publisher in self._makers
                else None,
            }

    def _named(self) -> Iterator[Node]:
        """Yield what others have named and this catalogue refers to, with the class that a reader expects of it."""
        licence = self.publication.descriptor["licenses"][0]
        yield {"@id": self._licence, "@type": ["dct:LicenseDocument"], "dct:title": licence["title"]}
        for iri in _LANGUAGES.values():
            yield {"@id": iri, "@type": ["dct:LinguisticSystem"]}
        yield {"@id": _YEARLY, "@type": ["dct:Frequency"]}
        yield {"@id": _SHA256, "@type": ["spdx:ChecksumAlgorithm"]}
        files = [path for paths in self.publication.forms.values() for path in paths]
        for kind in sorted({media_type(self.publication.downloads[path]) for path in files}):
            yield {"@id": _MEDIA + kind, "@type": ["dct:MediaType"]}
        landings = [ref["@id"] for _, dataset in self._datasets() for ref in dataset.get("dcat:landingPage", ())]
        for place in (self._to(""), *landings):
            yield {"@id": place, "@type": ["foaf:Document"]}

    @cached_property
    def _makers(self) -> list[Text]:
        return subject.creators(self.publication.book, self.publication.book.catalogue.observations)

    @cached_property
    def _contact(self) -> Node:
        contact = self.publication.contact
        ways = {"vcard:hasEmail": contact.email and f"mailto:{contact.email}", "vcard:hasURL": contact.repository}
        return {name: self._ref(rdf.iri(way)) for name, way in ways.items() if way}

    @property
    def _licence(self) -> str:
        return rdf.iri(self.publication.descriptor["licenses"][0]["path"])

    def _issued(self, figures: Iterable[Observation]) -> Node:
        days = [source.date_issued for source in subject.sources(self.publication.book, figures) if source.date_issued]
        return {"dct:issued": _date(min(days).isoformat())} if days else {}

    def _modified(self, figures: Iterable[Observation]) -> Node:
        return {"dct:modified": _date(subject.modified(self.publication.book, figures))}

    def _both(self, say: Say) -> list[Node]:
        return _words(subject.both(self.languages, say))

    def _here(self, name: str) -> str:
        """Return the name of a node: the data page, and what on it is meant."""
        return self._to(f"so-lieu/#{name}")

    def _document(self, source: Source) -> str:
        return self._here(f"source/{source.source_id}")

    def _file(self, path: str) -> str:
        return self._here(f"file/{path}")

    def _pages(self, path: str) -> list[Node]:
        return [self._ref(self._to(page(code, path))) for code in CODES]

    def _to(self, path: str) -> str:
        return address(self.publication, path, TURTLE)

    @staticmethod
    def _ref(iri: str) -> Node:
        return {"@id": iri}


def _table_title(resource: Mapping[str, Any], language: Language) -> str:
    title = resource["title" if language.code == "vi" else "title_en"]
    return language.words["metadata"]["table"].format(name=resource["name"], title=title)


def _words(text: Text) -> list[Node]:
    return [{"@value": text[code], "@language": code} for code in CODES]


def _date(day: str) -> Node:
    return {"@value": day, "@type": "xsd:date"}


def _filled(node: Node) -> Node:
    """Return a node without the properties of which nothing is known."""
    return {name: value for name, value in node.items() if value is not None and value != []}
