"""What is published of a package: its book, what describes it, and every file that goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from wardbook.contact import Contact
from wardbook.derive import Book
from wardbook.download import Download
from wardbook.language import Language
from wardbook.metadata.forms import forms
from wardbook.metadata.place import FILES
from wardbook.versions import version_names


@dataclass(frozen=True)
class Publication:
    """What is published: the book, the descriptor and schemas behind it, and the files to take away.

    `address` is where the site will stand, or "" where that is not known; `copies` are the files of every version of
    the data that can be taken away, by their path below /tai-ve/; `described` are those that tell machines about the
    others, by their path below the root of the site.
    """

    book: Book
    descriptor: Mapping[str, Any]
    schemas: Mapping[str, Mapping[str, Any]]
    downloads: Mapping[str, Download]
    address: str
    contact: Contact = field(default_factory=Contact)
    copies: Mapping[str, bytes] = field(default_factory=dict)
    described: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def versions(self) -> tuple[str, ...]:
        """The versions of the data that can be taken away, the last one first."""
        return version_names(self.copies)

    @cached_property
    def forms(self) -> Mapping[str, Sequence[str]]:
        """The paths of the files that hold data, by the part of the data set that they are a form of."""
        return forms(self.downloads)

    @property
    def files(self) -> dict[str, Mapping[str, Any]]:
        """What makes this of its outline: the fields that hold files."""
        return {name: getattr(self, name) for name in ("downloads", "copies", "described")}

    def file(self, path: str) -> Download:
        """Return a file to take away, or one that describes the others, by its path below /tai-ve/."""
        return self.downloads.get(path) or Download(self.described[FILES + path], None)

    def title(self, language: Language) -> str:
        """Return the name of the data set."""
        return self.descriptor["title" if language.code == "vi" else "title_en"]

    def cited(self, language: Language, page: str) -> str:
        """Return the address of a page as the end of a citation; "" where the site's own is not known."""
        url = self.url(language, page)
        return f" {url}" if url else ""

    def url(self, language: Language, page: str) -> str:
        """Return the address of a page for use outside the site; "" where the site's own is not known."""
        folder = "" if language.code == "vi" else f"{language.code}/"
        return f"{self.address}{folder}{page}" if self.address else ""

    def field_title(self, table: str, name: str, language: Language) -> str:
        """Return what a column is called, from the schema of its table."""
        fields = self.schemas.get(table, {}).get("fields", ())
        key = "title" if language.code == "vi" else f"title_{language.code}"
        return next((str(field.get(key) or name) for field in fields if field["name"] == name), name)

    def typed_figures(self) -> int:
        """Count the figures that stand in the package both as numbers and as printed."""
        numbers = ((o.value, o.plan, o.plan_pct) for o in self.book.catalogue.observations)
        return sum(number is not None for figures in numbers for number in figures)
