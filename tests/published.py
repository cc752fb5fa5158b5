"""Invented wards as they are published, and the files that describe them to machines."""

from dataclasses import dataclass, replace
from functools import cache

import pytest

from wardbook.catalogue import Text
from wardbook.check import check
from wardbook.contact import Contact
from wardbook.derive import derive
from wardbook.download import flat_downloads, program_downloads, spreadsheet_downloads
from wardbook.formats.contents import read_contents
from wardbook.formats.flat import flat_rows
from wardbook.language import CODES, read_language
from wardbook.publication import Publication
from wardbook.site import outline, publish
from wards import describe_as, ward
from years import three_years

ADDRESS = "https://ward.example/"
LANGUAGES = {code: read_language(code) for code in CODES}

# what some format on the way would act on; the check refuses parts of it, so it is put in behind the check
NASTY = "</script>\"]]>'<!-- \u2028\u2029\u0085 &amp; שלום \u202eבא 🏘️ {{ 7*7 }} %#_~^\\ @x ;|"


@dataclass(frozen=True)
class Described:
    """One ward as it is published, and every file that describes it by its path below the root of the site."""

    publication: Publication
    files: dict[str, bytes]

    @property
    def book(self):
        return self.publication.book

    def served(self):
        """Every file that the site serves of this ward's data and descriptions."""
        downloads = {f"tai-ve/{path}": file.content for path, file in self.publication.downloads.items()}
        return downloads | self.files


def data_files(book, package, address=""):
    """Return the files to take away that hold the data of a package, by their path below /tai-ve/."""
    contents = read_contents(book, package, address)
    flat = flat_rows(contents)
    files = flat_downloads(book, flat) | spreadsheet_downloads(contents, flat)
    return files | program_downloads(contents, flat)


def publish_whole(planned, package):
    """Return all that is published of a package."""
    *_, whole = publish(planned, package)
    return whole


@cache
def described_ward(name, address=ADDRESS):
    """Return the ward of one year, of three years, or with nasty text in its names."""
    package = {"one year": ward, "three years": three_years, "nasty": _with_keywords}[name]()
    checked = check(package)
    assert checked.problems == ()
    planned = outline(checked, address, Contact())
    publication = publish_whole(_nasty(planned) if name == "nasty" else planned, package)
    return Described(publication, dict(publication.described))


WARDS = ("one year", "three years", "nasty")
every_ward = pytest.mark.parametrize(
    ("name", "address"), [(name, address) for name in WARDS for address in ("", ADDRESS)]
)


def _with_keywords():
    return describe_as(ward(), keywords=["khách", "sông", "khách"])


def _nasty(planned):
    """Return the outline of a publication with nasty text wherever a description takes words from."""
    text = Text(NASTY, NASTY)
    catalogue = planned.book.catalogue

    def with_text(records, *names):
        return {key: replace(record, **dict.fromkeys(names, text)) for key, record in records.items()}

    catalogue = replace(
        catalogue,
        areas=with_text(catalogue.areas, "name", "parent_name", "predecessors"),
        topics=with_text(catalogue.topics, "name", "summary"),
        units=with_text(catalogue.units, "name", "symbol"),
        indicators=with_text(catalogue.indicators, "name", "definition"),
        sources=with_text(catalogue.sources, "title", "publisher"),
        statements=with_text(catalogue.statements, "text"),
        corrections=tuple(replace(one, reason=text) for one in catalogue.corrections),
        observations=tuple(replace(o, note=text, as_printed=NASTY) for o in catalogue.observations),
    )
    words = dict.fromkeys(("title", "title_en", "description", "description_en", "version"), NASTY)
    return replace(planned, book=derive(catalogue), descriptor={**planned.descriptor, **words})
