"""CSV on the Web (https://www.w3.org/TR/tabular-metadata/): what the columns of every CSV file are.

A reader looks for `NAME.csv-metadata.json` and then for `csv-metadata.json` in the folder of the file. The second
describes all files of its folder at once, so ninety tables with the same columns need one description and not ninety.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wardbook.catalogue import Text
from wardbook.descriptor import columns
from wardbook.download import BY_YEAR, FLAT, PACKAGE
from wardbook.language import CODES, Language
from wardbook.metadata import subject
from wardbook.metadata.exact import json_bytes

if TYPE_CHECKING:
    from wardbook.publication import Publication

FLAT_SCHEMA = "so-lieu.schema.json"
FOLDER_FILE = "csv-metadata.json"

_CONTEXT = "http://www.w3.org/ns/csvw"
_DATATYPES = {
    "string": "string",
    "integer": "integer",
    "number": "decimal",
    "year": "integer",  # not gYear, which may have no minimum (5.11.2)
    "date": "date",
    "boolean": "boolean",
}

# the columns that the flat table takes from another table than that of the observations, and those worked out for it
_JOINED = {
    "area_code": ("areas", "official_code"),
    "area_vi": ("areas", "name_vi"),
    "area_en": ("areas", "name_en"),
    "topic_vi": ("topics", "name_vi"),
    "topic_en": ("topics", "name_en"),
    "indicator_vi": ("indicators", "name_vi"),
    "indicator_en": ("indicators", "name_en"),
    "unit_vi": ("units", "symbol_vi"),
    "unit_en": ("units", "plural_en"),
    "source_vi": ("sources", "title_vi"),
    "source_en": ("sources", "title_en"),
}
_WORKED_OUT = {
    "plan_status": "string",
    "plan_implied": "decimal",
    "corrected": "date",
    "correction_vi": "string",
    "correction_en": "string",
}

# the rows of one area: the code of the area stands for the id that the package has
_FLAT_KEY = ("area_code", "indicator_id", "year")
_BY_YEAR_KEY = ("indicator_id",)


def csvw_files(publication: Publication, languages: Mapping[str, Language]) -> dict[str, bytes]:
    """Return the descriptions of all CSV files whose columns are known, by path below /tai-ve/."""
    header = _header(publication, FLAT)
    alike = [path for path in publication.downloads if path.endswith(".csv") and _header(publication, path) == header]
    files = {FLAT_SCHEMA: json_bytes({"@context": _CONTEXT, **_schema(publication, languages, header, _FLAT_KEY)})}
    by_year = _schema(publication, languages, _header(publication, BY_YEAR), _BY_YEAR_KEY)
    for path, schema in ((FLAT, FLAT_SCHEMA), (BY_YEAR, by_year)):
        table = {"@context": _CONTEXT, "url": path, **_about(publication, languages), "tableSchema": schema}
        files[f"{path}-metadata.json"] = json_bytes(table)
    for folder, paths in _by_folder(path for path in alike if "/" in path).items():
        tables = [{"url": posixpath.basename(path), "tableSchema": f"../{FLAT_SCHEMA}"} for path in paths]
        files[f"{folder}/{FOLDER_FILE}"] = _group(publication, languages, tables)
    for folder in _by_folder(PACKAGE + one["path"] for one in publication.descriptor["resources"]):
        files[f"{folder}/{FOLDER_FILE}"] = _group(publication, languages, _package_tables(publication, folder))
    return files


def _group(publication: Publication, languages: Mapping[str, Language], tables: list[Any]) -> bytes:
    return json_bytes({"@context": _CONTEXT, **_about(publication, languages), "tables": tables})


def _about(publication: Publication, languages: Mapping[str, Language]) -> dict[str, Any]:
    """Return what is said of a table or a group of them: common properties, by the names that CSVW knows."""
    return {
        "dc:title": _words(subject.both(languages, publication.title)),
        "dc:license": {"@id": publication.descriptor["licenses"][0]["path"]},
        "schema:version": publication.descriptor["version"],
    }


def _schema(
    publication: Publication, languages: Mapping[str, Language], header: Iterable[str], key: Iterable[str]
) -> dict[str, Any]:
    """Return what the columns of a table with names joined in are; one that is named after a year has its values."""

    def column(name: str) -> dict[str, Any]:
        if name in _WORKED_OUT:
            title, text = (_of(languages, lambda words, key=key: words[key]) for key in (name, f"{name}_text"))
            return {**_column(name, title, text), "datatype": _WORKED_OUT[name]}
        if name.isdigit():
            value = _field_column(_fields(publication, "observations")["value"], name)
            return value | {"rdfs:label": _words(Text(name, name))}
        table, own = _JOINED.get(name, ("observations", name))
        field = _fields(publication, table).get(own)
        return {"name": name, "titles": name} if field is None else _field_column(field, name)

    return {"columns": [column(name) for name in header], "primaryKey": [*key]}


def _package_tables(publication: Publication, folder: str) -> list[dict[str, Any]]:
    """Return the descriptions of all tables of the package, as seen from one of its folders."""
    resources = publication.descriptor["resources"]
    urls = {one["name"]: posixpath.relpath(PACKAGE + one["path"], folder) for one in resources}
    tables = []
    for one in resources:
        schema = publication.schemas[one["name"]]
        keys = [
            {
                "columnReference": columns(key["fields"]),
                "reference": {
                    "resource": urls[key["reference"].get("resource") or one["name"]],
                    "columnReference": columns(key["reference"]["fields"]),
                },
            }
            for key in schema.get("foreignKeys", ())
        ]
        tables.append(
            {
                "url": urls[one["name"]],
                "dc:title": _words(Text(one["title"], one["title_en"])),
                "dc:description": _words(Text(one["description"], one["description_en"])),
                "tableSchema": {
                    "columns": [_field_column(field, field["name"]) for field in schema["fields"]],
                    "primaryKey": columns(schema["primaryKey"]),
                    **({"foreignKeys": keys} if keys else {}),
                },
            }
        )
    return tables


def _field_column(field: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the column that a field of a table schema describes, under the name that it has in the file."""
    title, text = (Text(field.get(key, ""), field.get(f"{key}_en", "")) for key in ("title", "description"))
    column = _column(name, title, text)
    limits = field.get("constraints", {})
    datatype: dict[str, Any] = {"base": _DATATYPES.get(field["type"], "string")}
    if "pattern" in limits:
        datatype["format"] = limits["pattern"]
    elif "enum" in limits and datatype["base"] == "string":
        datatype["format"] = "|".join(limits["enum"])
    if "maxLength" in limits:
        datatype["maxLength"] = limits["maxLength"]
    for end in ("minimum", "maximum"):
        if end in limits:
            datatype[end] = str(limits[end])
    column["datatype"] = datatype if len(datatype) > 1 else datatype["base"]
    # what a key or a rule needs in its own table may be empty where it is joined on to another
    if limits.get("required") and name == field["name"]:
        column["required"] = True
    return column


def _column(name: str, title: Text, text: Text) -> dict[str, Any]:
    """Return a column whose `titles` is its name in the file: what people call it stands beside."""
    labels = {"rdfs:label": title, "dc:description": text}
    return {"name": name, "titles": name} | {key: _words(words) for key, words in labels.items() if words}


def _of(languages: Mapping[str, Language], say: Callable[[Mapping[str, Any]], str]) -> Text:
    return subject.both(languages, lambda language: say(language.words["metadata"]))


def _fields(publication: Publication, table: str) -> dict[str, Mapping[str, Any]]:
    return {field["name"]: field for field in publication.schemas[table]["fields"]}


def _header(publication: Publication, path: str) -> list[str]:
    line = publication.downloads[path].content.partition(b"\n")[0]
    return line.decode("utf-8", "replace").split(",")


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for path in paths:
        found[posixpath.dirname(path)].append(path)
    return dict(found)


def _words(text: Text) -> list[dict[str, str]]:
    return [{"@value": text[code], "@language": code} for code in CODES if text[code]]
