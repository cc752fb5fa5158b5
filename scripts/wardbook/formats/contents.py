"""What every format is made from: the book, and the package behind it as text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from wardbook.catalogue import Catalogue, Correction
from wardbook.derive import Book
from wardbook.descriptor import Resource
from wardbook.package import DESCRIPTOR, Package


@dataclass(frozen=True)
class Contents:
    """A package that passed its check, with its book; `address` is where the site will stand, or "".

    `tables` are the rows of each table, cells as they stand in its file.
    """

    book: Book
    package: Package
    descriptor: Mapping[str, Any]
    resources: Mapping[str, Resource]
    tables: Mapping[str, list[dict[str, str]]]
    address: str = ""

    @property
    def version(self) -> str:
        """The version of the data."""
        return str(self.descriptor["version"])

    @cached_property
    def day(self) -> date:
        """The day that the data carries, for files that must bear a date."""
        return data_day(self.book.catalogue)

    @cached_property
    def corrections(self) -> Mapping[tuple[str, str], tuple[Correction, ...]]:
        """The corrections of each row, the last one first, by its table and its key."""
        found: dict[tuple[str, str], tuple[Correction, ...]] = {}
        for correction in self.book.catalogue.corrections:
            place = (correction.table, correction.key)
            found[place] = (*found.get(place, ()), correction)
        return found

    def field_title(self, table: str, column: str, code: str) -> str:
        """Return what a column is called in a language."""
        fields = self.resources[table].schema["fields"] if table in self.resources else ()
        key = "title" if code == "vi" else f"title_{code}"
        return next((str(field.get(key) or column) for field in fields if field["name"] == column), column)

    def title(self, code: str) -> str:
        """Return the name of the data set in a language."""
        return str(self.descriptor["title" if code == "vi" else f"title_{code}"])

    def description(self, code: str) -> str:
        """Return what the data set is in a language."""
        return side(self.descriptor, "description", code)

    @property
    def licence(self) -> tuple[str, str, str]:
        """The name, title and address of the licence of the data."""
        first = self.descriptor["licenses"][0]
        return first.get("name", ""), first.get("title", first.get("name", "")), first.get("path", "")

    def page(self, code: str, path: str = "") -> str:
        """Return the address of a page in a language; from the root of the site where nobody knows where that is."""
        return f"{self.address}{'' if code == 'vi' else code + '/'}{path}"


def read_contents(book: Book, package: Package, address: str = "") -> Contents:
    """Read what formats are made from out of a package that passed its check."""
    descriptor = json.loads(package.files[DESCRIPTOR])
    resources = {
        entry["name"]: Resource(entry["name"], entry["path"], json.loads(package.files[entry["schema"]]), entry)
        for entry in descriptor["resources"]
    }
    tables = {name: _rows(package.files[resource.path]) for name, resource in resources.items()}
    return Contents(book, package, descriptor, resources, tables, address)


def side(entry: Mapping[str, Any], key: str, code: str) -> str:
    """Return what a descriptor or schema says under a key in a language: English stands beside, as "title_en"."""
    return str((code != "vi" and entry.get(f"{key}_{code}")) or entry.get(key) or "")


def data_day(catalogue: Catalogue) -> date:
    """Return the day that figures last changed: the last correction, else the last document or end of a period."""
    days = [correction.date for correction in catalogue.corrections]
    days += [source.date_issued or source.period_end for source in catalogue.sources.values()]
    return max(days)


def _rows(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))
