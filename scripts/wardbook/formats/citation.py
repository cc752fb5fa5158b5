"""How the data is cited: one line for people, and CITATION.cff for machines."""

from __future__ import annotations

import yaml

from wardbook.formats.contents import Contents
from wardbook.language import CODES, Language, read_language


def citation(contents: Contents, language: Language) -> str:
    """Return the line that credits the data in a language, as the data page prints it."""
    area = contents.book.area.name[language.code]
    address = contents.page(language.code) if contents.address else ""
    return language.words["data"]["cite_text"].format(
        area=area[:1].upper() + area[1:],
        year=contents.book.year,
        title=contents.title(language.code),
        version=contents.version,
        address=f" {address}" if address else "",
    )


def citation_file(contents: Contents) -> bytes:
    """Return CITATION.cff, in the Citation File Format 1.2.0."""
    name, _, terms = contents.licence
    area = contents.book.area.name.vi
    fields = {
        "cff-version": "1.2.0",
        "message": " / ".join(read_language(code).words["files"]["cite_me"] for code in CODES),
        "type": "dataset",
        "title": contents.title("vi"),
        "abstract": contents.description("vi"),
        "authors": [{"name": area[:1].upper() + area[1:]}],
        "version": contents.version,
        "date-released": contents.day.isoformat(),
        "keywords": list(contents.descriptor.get("keywords", ())),
        "license": name,
        "license-url": terms,
        "url": contents.address,
    }
    known = {key: value for key, value in fields.items() if value}
    return yaml.safe_dump(known, allow_unicode=True, sort_keys=False, width=100).encode("utf-8")
