"""How the data is cited, in one line, where a file says so."""

from __future__ import annotations

from wardbook.formats.contents import Contents
from wardbook.language import Language


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
