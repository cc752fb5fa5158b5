"""Files to take away: the package as it is, and the same figures in every format that people open."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from wardbook.derive import Book
from wardbook.formats.by_year import by_year_csv
from wardbook.formats.contents import Contents
from wardbook.formats.database import database, datasette_metadata
from wardbook.formats.excel_csv import excel_csv
from wardbook.formats.flat import Row, flat_csv
from wardbook.formats.published import package_zip, published_package
from wardbook.formats.reading import figures_sheet
from wardbook.formats.sdmx import sdmx_csv
from wardbook.formats.workbook import workbook
from wardbook.language import CODES, read_language
from wardbook.metadata.citation import citation_cff
from wardbook.package import DESCRIPTOR

FLAT = "so-lieu.csv"
BY_YEAR = "so-lieu-theo-nam.csv"
EXCEL_CSV = {"vi": "so-lieu-excel.csv", "en": "so-lieu-excel-en.csv"}
WORKBOOK = {"vi": "so-lieu.xlsx", "en": "so-lieu-en.xlsx"}
DATABASE = "so-lieu.sqlite"
DATASETTE = "so-lieu-datasette.json"
SDMX = "so-lieu-sdmx.csv"
ZIP = "goi-du-lieu.zip"
CITATION = "CITATION.cff"
PACKAGE = "datapackage/"
CHECKSUMS = "SHA256SUMS"

CSV_TYPE = "text/csv; charset=utf-8; header=present"
PLAIN_TYPE = "application/octet-stream"
JSON_TYPE = "application/json"
# registered by SDMX for its field guide's version 2.0.0
SDMX_TYPE = "application/vnd.sdmx.data+csv; version=2.0.0"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Download:
    """One file under /tai-ve/: its bytes, and how many rows of data it has (None where it has no rows).

    `kind` is the key of the words that say what the file is; files of one kind for each topic or table share one.
    `language` is the one that a file is made for, "" where it serves readers of both.
    """

    content: bytes
    rows: int | None
    media_type: str = PLAIN_TYPE
    kind: str = ""
    language: str = ""

    @property
    def sha256(self) -> str:
        """The checksum of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def indicator_file(indicator_id: str) -> str:
    """Return the permanent path of an indicator's table below /tai-ve/."""
    return f"chi-tieu/{indicator_id}.csv"


def topic_file(topic_id: str) -> str:
    """Return the permanent path of a topic's table below /tai-ve/."""
    return f"chu-de/{topic_id}.csv"


def flat_downloads(book: Book, flat: list[Row]) -> dict[str, Download]:
    """Return the flat table as files by their path below /tai-ve/: whole, and for each topic and indicator."""
    files = {FLAT: _flat(flat, "flat")}
    for topic in book.catalogue.topics.values():
        members = {i.indicator_id for i in book.field_indicators(topic)}
        if rows := [row for row in flat if row["indicator_id"] in members]:
            files[topic_file(topic.topic_id)] = _flat(rows, "topic")
    of_indicator: dict[str, list[Row]] = {}
    for row in flat:
        of_indicator.setdefault(str(row["indicator_id"]), []).append(row)
    return files | {indicator_file(name): _flat(rows, "indicator") for name, rows in of_indicator.items()}


def spreadsheet_downloads(contents: Contents, flat: list[Row]) -> dict[str, Download]:
    """Return the whole data for people with a spreadsheet, once a language, by path below /tai-ve/."""
    files = {}
    for code in CODES:
        language = read_language(code)
        table = figures_sheet(contents, flat, language)
        files[EXCEL_CSV[code]] = Download(excel_csv(table, code), len(flat), CSV_TYPE, "excel_csv", code)
        files[WORKBOOK[code]] = Download(workbook(contents, flat, language), len(flat), XLSX_TYPE, "workbook", code)
    return files


def program_downloads(contents: Contents, flat: list[Row]) -> dict[str, Download]:
    """Return the whole data in every form that programs read, and the package itself, by path below /tai-ve/."""
    stem = DATABASE.partition(".")[0]
    sdmx = sdmx_csv(contents)
    by_year = by_year_csv(flat)
    files = {
        BY_YEAR: Download(by_year, by_year.count(b"\n") - 1, CSV_TYPE, "by_year"),
        DATABASE: Download(database(contents, flat), len(flat), "application/vnd.sqlite3", "database"),
        DATASETTE: Download(datasette_metadata(contents, stem), None, JSON_TYPE, "datasette"),
        SDMX: Download(sdmx, sdmx.count(b"\n") - 1, SDMX_TYPE, "sdmx"),
    }
    return files | _package_files(contents)


def checksums(files: Mapping[str, bytes]) -> bytes:
    """Return the list that `sha256sum -c` reads."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items()))
    return "".join(lines).encode("utf-8")


def _flat(rows: list[Row], kind: str) -> Download:
    return Download(flat_csv(rows), len(rows), CSV_TYPE, kind)


def _package_files(contents: Contents) -> dict[str, Download]:
    published = published_package(contents)
    languages = {code: read_language(code) for code in CODES}
    cited = citation_cff(contents.book, contents.descriptor, contents.address, languages)
    files = {
        ZIP: Download(package_zip(contents, published, cited), None, "application/zip", "zip"),
        CITATION: Download(cited, None, "application/yaml", "citation"),
    }
    rows = {resource.path: len(contents.tables[name]) for name, resource in contents.resources.items()}
    for path, content in published.items():
        if path in rows:
            files[PACKAGE + path] = Download(content, rows[path], CSV_TYPE, "table")
        else:
            kind = "descriptor" if path == DESCRIPTOR else "schema" if path.startswith("schemas/") else ""
            files[PACKAGE + path] = Download(content, None, JSON_TYPE if path.endswith(".json") else PLAIN_TYPE, kind)
    return files
