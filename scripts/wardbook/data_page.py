"""The data page: which files it offers in which order, and how software reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wardbook.download import BY_YEAR, CITATION, DATABASE, DATASETTE, EXCEL_CSV, FLAT, PACKAGE, SDMX, WORKBOOK, ZIP
from wardbook.formats.whole_site import SITE_ZIP, SITE_ZIP_SIZE
from wardbook.language import CODES, Language
from wardbook.metadata.api import api_paths
from wardbook.metadata.atom import feed_path
from wardbook.metadata.citation import citation
from wardbook.metadata.dcat import JSON_LD, TURTLE
from wardbook.metadata.place import FILES
from wardbook.metadata.schema_org import dataset_script
from wardbook.package import DESCRIPTOR
from wardbook.publication import Publication

SNIPPETS = Path(__file__).parent / "templates" / "snippets"

# how many files stand above the list of all, and on the first page
_FIRST = 3


def data_page(publication: Publication, language: Language) -> dict[str, Any]:
    """Return what the template of the data page is filled with."""
    return {
        "first_files": first_files(language),
        "other_files": whole_files(language)[_FIRST:],
        "site_zip": SITE_ZIP,
        "site_zip_size": SITE_ZIP_SIZE,
        "extension": extension,
        "snippets": snippets(f"{publication.address}{FILES}{FLAT}" if publication.address else FLAT, language),
        "api_paths": api_paths(language),
        "site_root": "../" if language.code == "vi" else "../../",
        "cite": citation(publication, language),
        "described": dataset_script(publication, language),
    }


def first_files(language: Language) -> list[tuple[str, str]]:
    """Return the files that most people want, as `whole_files` does."""
    return whole_files(language)[:_FIRST]


def whole_files(language: Language) -> list[tuple[str, str]]:
    """Return the files of the whole package by path below /tai-ve/, each with the key of its words, best first."""
    own, other = language.code, next(code for code in CODES if code != language.code)
    return [
        (WORKBOOK[own], "workbook"),
        (FLAT, "flat"),
        (ZIP, "zip"),
        (EXCEL_CSV[own], "excel_csv"),
        (BY_YEAR, "by_year"),
        (WORKBOOK[other], "workbook_other"),
        (EXCEL_CSV[other], "excel_csv_other"),
        (DATABASE, "database"),
        (DATASETTE, "datasette"),
        (PACKAGE + DESCRIPTOR, "descriptor"),
        (SDMX, "sdmx"),
        (JSON_LD.removeprefix(FILES), "dcat_json"),
        (TURTLE.removeprefix(FILES), "dcat_ttl"),
        (CITATION, "citation"),
        (feed_path(language), "feed"),
    ]


def snippets(csv: str, language: Language) -> dict[str, str]:
    """Return a few lines for each tool that reads the data, by the tool's name; `csv` is where it finds the table."""
    # a folder is what somebody who compiled all code left there
    files = sorted(path for path in SNIPPETS.iterdir() if path.is_file())
    return {
        file.stem: file.read_text(encoding="utf-8").replace("{{ csv }}", csv).replace("{{ code }}", language.code)
        for file in files
    }


def extension(path: str) -> str:
    """Return the ending of a file's name in capitals, which is what most people call its format."""
    return path.rpartition(".")[2].upper()
