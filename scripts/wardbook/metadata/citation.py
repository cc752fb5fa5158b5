"""Citations: how a data set or one indicator of it is cited, as plain text, BibTeX, RIS and CITATION.cff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from wardbook.language import CODES
from wardbook.metadata.subject import modified, publisher

if TYPE_CHECKING:
    from wardbook.catalogue import Indicator, Source
    from wardbook.derive import Book
    from wardbook.language import Language
    from wardbook.publication import Publication

# https://www.ctan.org/pkg/biblatex: what TeX acts on inside a field; a brace must not unbalance the entry
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}

# data licences whose name in a Data Package is also their SPDX name, which CITATION.cff wants; others go by address
_SPDX = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "ODbL-1.0", "ODC-By-1.0", "PDDL-1.0")


@dataclass(frozen=True)
class Citation:
    """One work as it is cited in one language: the whole data set, or an indicator `in_set`."""

    key: str
    author: str
    title: str
    in_set: str
    year: int
    version: str
    publisher: str
    licence: str
    url: str
    language: str
    plain: str

    @property
    def bibtex(self) -> str:
        """The entry for BibTeX and biblatex, whose names are kept as they are by a second pair of braces."""
        fields = {
            "author": f"{{{_tex(self.author)}}}",
            "title": f"{{{_tex(self.title)}}}",
            "howpublished": _tex(self.in_set),
            "year": str(self.year),
            "version": _tex(self.version),
            "publisher": f"{{{_tex(self.publisher)}}}",
            "note": _tex(self.licence),
            "url": self.url,
            "langid": {"vi": "vietnamese", "en": "english"}[self.language],
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@misc{{{self.key},\n" + ",\n".join(lines) + "\n}\n"

    @property
    def ris(self) -> str:
        """The record that reference managers import; DATA is the type of a data file."""
        fields = [
            ("TY", "DATA"),
            ("AU", self.author),
            ("TI", self.title),
            ("T2", self.in_set),
            ("PY", str(self.year)),
            ("ET", self.version),
            ("PB", self.publisher),
            ("LA", self.language),
            ("N1", self.licence),
            ("UR", self.url),
        ]
        lines = [f"{tag}  - {_one_line(value)}" for tag, value in fields if value]
        return "\n".join([*lines, "ER  - "]) + "\n"


def citation(publication: Publication, language: Language, indicator: Indicator | None = None) -> Citation:
    """Return how the data set is cited, or one indicator of it."""
    book, descriptor, words = publication.book, publication.descriptor, language.words
    title, area = publication.title(language), _capital(language.text(book.area.name))
    version = descriptor["version"]
    path = f"chi-tieu/{indicator.indicator_id}/" if indicator else ""
    blanks = {"area": area, "title": title, "version": version, "address": publication.cited(language, path)}
    if indicator is None:
        plain = words["data"]["cite_text"].format(year=book.year, **blanks)
    else:
        plain = words["indicator"]["cite"].format(name=language.text(indicator.name), **blanks)
    return Citation(
        key="-".join([descriptor["name"], *([indicator.indicator_id] if indicator else []), str(book.year)]),
        author=area,
        title=language.text(indicator.name) if indicator else title,
        in_set=words["cite"]["in_set"].format(title=title, version=version) if indicator else "",
        year=book.year,
        version=version,
        publisher=publisher(publication, language),
        licence=descriptor["licenses"][0]["title"],
        url=publication.url(language, path),
        language=language.code,
        plain=plain,
    )


def citation_cff(book: Book, descriptor: Mapping[str, Any], address: str, languages: Mapping[str, Language]) -> bytes:
    """Return CITATION.cff, in the Citation File Format 1.2.0; `address` is where the site will stand, or ""."""
    licence, known = descriptor["licenses"][0], descriptor["licenses"][0]["name"] in _SPDX
    abstract = [descriptor["title_en"], descriptor.get("description", ""), descriptor.get("description_en", "")]
    record = {
        "cff-version": "1.2.0",
        "message": " / ".join(languages[code].words["cite"]["message"] for code in CODES),
        "type": "dataset",
        "title": descriptor["title"],
        "abstract": " / ".join(filter(None, abstract)),
        "authors": [{"name": _capital(book.area.name.vi)}],
        "version": descriptor["version"],
        "date-released": modified(book, book.catalogue.observations),
        "license": licence["name"] if known else "",
        "license-url": "" if known else licence["path"],
        "url": address,
        "keywords": list(dict.fromkeys(descriptor.get("keywords", ()))),
        "references": [_reference(source) for source in book.catalogue.sources.values()],
    }
    return yaml.safe_dump(_filled(record), allow_unicode=True, sort_keys=False, width=10_000).encode("utf-8")


def _reference(source: Source) -> dict[str, Any]:
    """Return the document that figures come from, as CITATION.cff names it."""
    return _filled(
        {
            "type": "report",
            "title": source.title.vi,
            "authors": [{"name": source.publisher.vi}],
            "number": source.document_number,
            "year": (source.date_issued or source.period_end).year,
        }
    )


def citation_files(publication: Publication, languages: Mapping[str, Language]) -> dict[str, bytes]:
    """Return the files for reference managers by their path below /tai-ve/."""
    files = {}
    for code, language in languages.items():
        cited = citation(publication, language)
        files[f"trich-dan-{code}.bib"] = cited.bibtex.encode("utf-8")
        files[f"trich-dan-{code}.ris"] = cited.ris.encode("utf-8")
    return files


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _filled(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value}


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in _one_line(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())
