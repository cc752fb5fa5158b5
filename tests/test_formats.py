"""Every file that people take away, opened by readers that we did not write, against the package cell by cell."""

import asyncio
import csv
import functools
import hashlib
import http.server
import io
import json
import os
import sqlite3
import subprocess
import sys
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal

import duckdb
import frictionless
import jsonschema
import openpyxl
import pandas
import pytest
import yaml

from naughty import AREA_CODE, PUBLISHED, REFUSED, naughty
from office import CODES as OFFICE_CODES
from office import opening, start
from published import data_files
from wardbook.check import check
from wardbook.derive import derive
from wardbook.descriptor import PROFILE_FILE
from wardbook.download import DATABASE, DATASETTE, EXCEL_CSV, FLAT, PACKAGE, SDMX, WORKBOOK, ZIP
from wardbook.formats.excel_csv import as_text
from wardbook.language import read_language
from wardbook.package import DESCRIPTOR, read_package
from wards import REAL, ROOT, change, csv_path, descriptor, read_rows, resources, ward
from years import three_years

ADDRESS = "https://ward.example/"
CODES = ("vi", "en")
PACKAGES = {
    "real": lambda: read_package(REAL, REAL.name),
    "years": three_years,
    "naughty": naughty,
}
NUMBERS = ("value", "plan", "plan_pct")
SEPARATORS = {"vi": ";", "en": ","}


@functools.cache
def published(name):
    """Return a package that breaks no rule, its files to take away by their path, and its book."""
    package = PACKAGES[name]()
    checked = check(package)
    assert checked.problems == ()
    book = derive(checked.catalogue)
    return package, {path: file.content for path, file in data_files(book, package, ADDRESS).items()}, book


@pytest.fixture(params=PACKAGES, scope="module")
def name(request):
    return request.param


@pytest.fixture(scope="module")
def package(name):
    return published(name)[0]


@pytest.fixture(scope="module")
def files(name):
    return published(name)[1]


@pytest.fixture(scope="module")
def folder(files, tmp_path_factory):
    """The files as they stand below /tai-ve/."""
    folder = tmp_path_factory.mktemp("tai-ve")
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def by_key(package, table, key):
    return {row[key]: row for row in read_rows(package, table)}


def number(cell):
    return Decimal(cell) if cell else None


def expected(package, code):
    """Return what a row of figures must say in one language, by indicator and year, out of the package alone."""
    words = read_language(code).words
    meanings = words["changes"]["codes"]
    lookups = {
        "indicators": by_key(package, "indicators", "indicator_id"),
        "topics": by_key(package, "topics", "topic_id"),
        "units": by_key(package, "units", "unit_id"),
        "areas": by_key(package, "areas", "area_id"),
        "sources": by_key(package, "sources", "source_id"),
    }
    found = {}
    for row in read_rows(package, "observations"):
        indicator = lookups["indicators"][row["indicator_id"]]
        unit = lookups["units"][indicator["unit_id"]]
        area = lookups["areas"][row["area_id"]]
        found[row["indicator_id"], int(row["year"])] = {
            **{column: number(row[column]) for column in NUMBERS},
            "area": area[f"name_{code}"],
            "area_code": area["official_code"],
            "topic": lookups["topics"][indicator["topic_id"]][f"name_{code}"],
            "indicator": indicator[f"name_{code}"],
            "indicator_id": row["indicator_id"],
            "unit": unit["symbol_vi" if code == "vi" else "plural_en"],
            "source": lookups["sources"][row["source_id"]][f"title_{code}"],
            "note": row[f"note_{code}"] or None,
            "year": int(row["year"]),
            **{column: row[column] or None for column in ("locator", "as_printed")},
            **{column: meanings[column].get(row[column]) for column in ("obs_status", "plan_claim", "zero_kind")},
        }
    return found


def titles(code):
    """Return the column of each title in the header of a table of figures."""
    return {title: key for key, title in read_language(code).words["files"]["columns"].items()}


def plain(cell):
    """Return a cell of a workbook as what it stands for: the number that was meant, a day, text, or nothing."""
    if isinstance(cell, bool):
        return f"boolean {cell}"
    if isinstance(cell, int | float):
        return Decimal(repr(cell))
    return cell.date() if isinstance(cell, datetime) else cell


def sheet_rows(sheet, code):
    """Return the rows of a sheet of figures by their key, cells by the names of their columns."""
    header, *rows = [[plain(cell.value) for cell in row] for row in sheet.iter_rows()]
    known = titles(code)
    assert [known[title] for title in header] == list(known.values())
    found = [dict(zip(known.values(), row, strict=True)) for row in rows]
    return {(unquoted(row["indicator_id"]), row["year"]): row for row in found}


def unquoted(text):
    return text.strip("“”")


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def no_formula_or_link(book):
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell
                assert cell.data_type != "e", cell
                assert cell.hyperlink is None, cell


# ---- the workbooks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_every_figure_of_the_workbook_is_that_of_the_package(package, files, code):
    rows = sheet_rows(opened(files[WORKBOOK[code]]).worksheets[0], code)
    wanted = expected(package, code)
    assert rows.keys() == wanted.keys()
    for key, cells in wanted.items():
        assert {column: rows[key][column] for column in cells} == cells, key


@pytest.mark.parametrize("code", CODES)
def test_tables_of_the_workbook_are_those_of_the_package(package, files, code):
    sheets = opened(files[WORKBOOK[code]]).worksheets
    words = {**read_language(code).words["changes"]["codes"], "kind": read_language(code).words["kind"]}
    title = "title" if code == "vi" else "title_en"
    for sheet, table in zip(sheets[1:4], ("indicators", "statements", "corrections"), strict=True):
        fields = [f for f in resources(package)[table].schema["fields"] if not f["name"].endswith(other(code))]
        references = {key["fields"][0] for key in resources(package)[table].schema.get("foreignKeys", ())}
        names = [name for f in fields for name in ([None] if f["name"] in references else []) + [f["name"]]]
        header, *rows = [[plain(cell.value) for cell in row] for row in sheet.iter_rows()]
        assert len(header) == len(names) == len(set(header))
        assert len(rows) == len(read_rows(package, table))
        kinds = {field["name"]: field["type"] for field in fields}
        for row, cells in zip(rows, read_rows(package, table), strict=True):
            for value, column in zip(row, names, strict=True):
                if (table, column) == ("corrections", "table"):
                    assert value == resources(package)[cells["table"]].entry[title]
                elif (table, column) == ("corrections", "field"):
                    of_table = resources(package)[cells["table"]].schema["fields"]
                    assert [value] == [field[title] for field in of_table if field["name"] == cells["field"]]
                elif column:
                    meant = words.get(column, {}).get(cells[column], cells[column])
                    assert value == typed(meant, kinds[column]), (table, column)


def other(code):
    return "_en" if code == "vi" else "_vi"


def typed(cell, kind):
    if not cell:
        return None
    if kind in ("number", "integer", "year"):
        return Decimal(cell)
    return date.fromisoformat(cell) if kind == "date" else cell


@pytest.mark.parametrize("code", CODES)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(files, code):
    no_formula_or_link(opened(files[WORKBOOK[code]]))
    with zipfile.ZipFile(io.BytesIO(files[WORKBOOK[code]])) as parts:
        sheets = [parts.read(part) for part in parts.namelist() if part.startswith("xl/worksheets/")]
        assert not any("_rels" in part and "sheet" in part for part in parts.namelist())
    assert not any(b"<f>" in sheet or b"<f " in sheet or b"hyperlink" in sheet for sheet in sheets)


@pytest.mark.parametrize("code", CODES)
def test_a_workbook_opens_ready_to_read(code):
    book = opened(published("years")[1][WORKBOOK[code]])
    assert book.sheetnames == list(read_language(code).words["files"]["sheets"].values())
    for sheet in book:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref.startswith("A1:"), sheet.title
        assert all(7 <= dimension.width <= 60 for dimension in sheet.column_dimensions.values()), sheet.title
    figures = book.worksheets[0]
    columns = {titles(code)[cell.value]: cell.column_letter for cell in figures[1]}
    forms = {cell.number_format for cell in figures[columns["value"]][1:] if cell.value is not None}
    assert {"#,##0", "#,##0.0", "#,##0.00"} <= forms
    for cell in figures[columns["value"]][1:]:
        if cell.value is not None:
            decimals = len(repr(cell.value).partition(".")[2]) if isinstance(cell.value, float) else 0
            assert len(cell.number_format.partition(".")[2]) >= decimals
    assert {cell.number_format for cell in figures[columns["area_code"]][1:]} == {"@"}
    assert {cell.number_format for cell in figures[columns["year"]][1:]} == {"0"}
    assert book.properties.created == datetime(2032, 2, 3)


@pytest.mark.parametrize("code", CODES)
def test_a_workbook_explains_itself(package, files, code):
    sheets = opened(files[WORKBOOK[code]]).worksheets
    dictionary = {(row[0], row[1]) for row in sheets[4].iter_rows(min_row=2, values_only=True) if row[1]}
    assert dictionary == {(table, field) for table, one in resources(package).items() for field in one.fields}
    notes = [str(row[1]) for row in sheets[5].iter_rows(min_row=2, values_only=True)]
    said = descriptor(package)
    assert {said["version"], said["licenses"][0]["path"], said["licenses"][0]["title"]} <= set(notes)
    for source in read_rows(package, "sources"):
        assert {source[f"title_{code}"], source["sha256"]} <= set(notes)
    assert any(ADDRESS in note and said["version"] in note for note in notes), "the citation"


# ---- LibreOffice -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CODES, ids=["vi-VN", "en-US"])
def office(request, tmp_path_factory):
    """LibreOffice set to Vietnamese, then to English."""
    return request.param, start(tmp_path_factory.mktemp("profile"), request.param)


def test_libreoffice_reads_the_workbooks_as_they_are_in_both_locales(office, package, folder, tmp_path):
    _, convert = office
    saved = convert([folder / WORKBOOK[code] for code in CODES], "xlsx:Calc MS Excel 2007 XML", tmp_path / "out")
    for file, code in zip(sorted(saved), ("en", "vi"), strict=True):
        book = openpyxl.load_workbook(file)
        no_formula_or_link(book)
        rows = sheet_rows(book.worksheets[0], code)
        for key, cells in expected(package, code).items():
            assert {column: rows[key][column] for column in cells} == cells, key


def test_the_csv_for_excel_opens_right_on_a_computer_set_to_its_language(office, package, folder, tmp_path):
    code, convert = office
    (saved,) = convert([folder / EXCEL_CSV[code]], "xlsx", tmp_path / "out", opening(code, SEPARATORS[code]))
    book = openpyxl.load_workbook(saved)
    no_formula_or_link(book)
    rows = sheet_rows(book.worksheets[0], code)
    wanted = expected(package, code)
    assert rows.keys() == wanted.keys()
    for key, cells in wanted.items():
        meant = {column: as_text(cell) if isinstance(cell, str) else cell for column, cell in cells.items()}
        assert {column: rows[key][column] for column in cells} == meant, key


def test_the_plain_csv_opens_right_where_decimals_are_read_with_a_dot(office, package, folder, tmp_path):
    """Whoever opens the file for programs in a spreadsheet must choose English; the other locale misreads it."""
    _, convert = office
    (saved,) = convert([folder / FLAT], "xlsx", tmp_path / "out", opening("en", ","))
    sheet = openpyxl.load_workbook(saved).worksheets[0]
    header, *rows = [[plain(cell.value) for cell in row] for row in sheet.iter_rows()]
    table = [dict(zip(header, row, strict=True)) for row in rows]
    found = {(str(row["indicator_id"]), row["year"]): row for row in table}
    for key, cells in expected(package, "vi").items():
        if key in found:  # an id such as may-5 becomes a date here, which is why the other file exists
            assert {column: found[key][column] for column in NUMBERS} == {column: cells[column] for column in NUMBERS}
            assert found[key]["topic_vi"] == cells["topic"]
    assert len(found) == len(expected(package, "vi"))


def test_no_one_csv_file_is_right_in_both_locales(office, tmp_path):
    """Why there are two files for Excel: the decimal mark of one language parts thousands in the other."""
    code, convert = office
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfa;b\r\n31.625;82,615\r\n")
    (saved,) = convert([tmp_path / "a.csv"], "xlsx", tmp_path / "out", opening(code, ";"))
    dot, comma = [cell.value for cell in openpyxl.load_workbook(saved).worksheets[0][2]]
    assert (dot, comma) == {"vi": (31625, 82.615), "en": (31.625, 82615)}[code]


def test_the_csv_for_excel_of_the_other_language_shows_at_once_that_it_is_the_wrong_one(office, tmp_path):
    """All of a row in the first cells, and not a table with wrong numbers."""
    code, convert = office
    (wrong,) = set(CODES) - {code}
    (tmp_path / "a.csv").write_bytes(published("years")[1][EXCEL_CSV[wrong]])
    (saved,) = convert([tmp_path / "a.csv"], "xlsx", tmp_path / "out", opening(code, SEPARATORS[code]))
    header, *rows = openpyxl.load_workbook(saved).worksheets[0].iter_rows(values_only=True)
    assert not set(header) & titles(wrong).keys()
    assert not any(isinstance(cell, int | float) for row in rows for cell in row)


def test_text_that_a_spreadsheet_takes_for_something_else_is_why_cells_stand_in_quotation_marks(office, tmp_path):
    code, convert = office
    lures = ("0123", "8/8", "50%", "2031-02-03", "31.625", "1,5", "-5", "00")
    separator = SEPARATORS[code]
    quoted = [['"' + text.replace('"', '""') + '"' for text in texts] for texts in (lures, map(as_text, PUBLISHED))]
    paths = [tmp_path / "bare.csv", tmp_path / "safe.csv"]
    for path, texts in zip(paths, quoted, strict=True):
        path.write_text(f"{separator}x\n".join([*texts, ""]), encoding="utf-8-sig")
    bare, safe = convert(paths, "xlsx", tmp_path / "out", opening(code, separator))
    bare, safe = (
        [row[0].value for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()] for path in (bare, safe)
    )
    assert len([cell for cell in bare if not isinstance(cell, str)]) >= len(lures) - 1
    assert safe == [as_text(text) for text in PUBLISHED]
    assert {text for text in PUBLISHED if as_text(text) != text} >= set(lures)


def test_libreoffice_opens_the_package_table_by_table_with_its_zeros_and_dates(office, package, folder, tmp_path):
    """Opened as the snippets say: every column as text."""
    _, convert = office
    columns = "/".join(f"{place}/2" for place in range(1, 30))
    option = f"--infilter=CSV:44,34,76,1,{columns},{OFFICE_CODES['en']}"
    tables = [folder / PACKAGE / csv_path(table) for table in ("areas", "sources")]
    for file, table in zip(convert(tables, "xlsx", tmp_path / "out", option), ("areas", "sources"), strict=True):
        header, *rows = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True))
        assert [dict(zip(header, (c or "" for c in row), strict=True)) for row in rows] == read_rows(package, table)


# ---- pandas, DuckDB, SQLite, Datasette -------------------------------------------------------------------------------


def flat_matches(package, rows):
    """Hold rows of the flat table, cells as text, against the package."""
    wanted = {code: expected(package, code) for code in CODES}
    keys = [(row["indicator_id"], int(row["year"])) for row in rows]
    assert sorted(keys) == sorted(wanted["vi"])
    codes = {(row["indicator_id"], int(row["year"])): row for row in read_rows(package, "observations")}
    for key, row in zip(keys, rows, strict=True):
        for code in CODES:
            for column in ("area", "topic", "indicator", "unit", "source", "note"):
                assert (row[f"{column}_{code}"] or None) == wanted[code][key][column], (key, column)
        assert row["area_code"] == wanted["vi"][key]["area_code"]
        assert {c: number(row[c]) for c in NUMBERS} == {c: wanted["vi"][key][c] for c in NUMBERS}, key
        same = ("plan_claim", "obs_status", "zero_kind", "locator", "as_printed")
        assert {column: row[column] or "" for column in same} == {column: codes[key][column] for column in same}


def test_pandas_reads_the_flat_table(package, folder):
    table = pandas.read_csv(folder / FLAT, dtype=str, keep_default_na=False)
    flat_matches(package, table.to_dict("records"))
    numbers = pandas.read_csv(folder / FLAT, dtype={"area_code": str})
    assert all(numbers[column].dtype == "float64" for column in NUMBERS)
    assert numbers["year"].dtype == "int64"


def test_pandas_reads_both_csv_files_for_excel(package, folder):
    for code in CODES:
        decimal = {"vi": ",", "en": "."}[code]
        table = pandas.read_csv(
            folder / EXCEL_CSV[code],
            sep=SEPARATORS[code],
            decimal=decimal,
            encoding="utf-8-sig",
            keep_default_na=False,
            dtype=str,
        ).rename(columns=titles(code))
        wanted = expected(package, code)
        assert len(table) == len(wanted)
        for row in table.to_dict("records"):
            cells = wanted[unquoted(row["indicator_id"]), int(row["year"])]
            for column, cell in cells.items():
                if column in NUMBERS:
                    assert number(row[column].replace(decimal, ".")) == cell
                else:
                    assert row[column] == as_text(str(cell)) or row[column] == str(cell or ""), column


def test_duckdb_reads_the_flat_table(package, folder):
    query = f"SELECT * FROM read_csv('{folder / FLAT}', all_varchar = true)"
    found = duckdb.sql(query)
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    flat_matches(package, [{column: cell or "" for column, cell in row.items()} for row in rows])


def test_duckdb_adds_up_the_values_of_a_year_as_exact_decimals(package, folder):
    types = "types = {'area_code': 'VARCHAR', 'value': 'DECIMAL(18, 6)'}"
    query = f"SELECT year, sum(value) FROM read_csv('{folder / FLAT}', {types}) WHERE value IS NOT NULL GROUP BY year"
    sums = {}
    for row in read_rows(package, "observations"):
        if row["value"]:
            sums[int(row["year"])] = sums.get(int(row["year"]), 0) + Decimal(row["value"])
    assert dict(duckdb.sql(query).fetchall()) == sums


@pytest.fixture
def database(folder):
    connection = sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def test_sqlite_has_every_table_cell_by_cell(package, database):
    for table, resource in resources(package).items():
        rows = [dict(row) for row in database.execute(f'SELECT * FROM "{table}"')]
        kinds = {field["name"]: field["type"] for field in resource.schema["fields"]}
        assert len(rows) == len(read_rows(package, table))
        for row, cells in zip(rows, read_rows(package, table), strict=True):
            assert {column: stored(row[column]) for column in row} == {
                column: kept(cell, kinds[column]) for column, cell in cells.items()
            }, table


def stored(cell):
    return Decimal(repr(cell)) if isinstance(cell, int | float) else cell


def kept(cell, kind):
    if not cell:
        return None
    if kind == "boolean":
        return Decimal(cell == "true")
    return Decimal(cell) if kind in ("number", "integer", "year") else cell


def test_sqlite_has_types_keys_and_references_that_hold(package, database):
    assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for table, resource in resources(package).items():
        info = {row["name"]: row for row in database.execute(f'PRAGMA table_info("{table}")')}
        keys = sorted((row["pk"], row["name"]) for row in info.values() if row["pk"])
        assert [name for _, name in keys] == resource.schema["primaryKey"]
        targets = {row["table"] for row in database.execute(f'PRAGMA foreign_key_list("{table}")')}
        assert targets == {key["reference"].get("resource") or table for key in resource.schema.get("foreignKeys", ())}
    info = {row["name"]: row["type"] for row in database.execute("PRAGMA table_info(observations)")}
    assert (info["value"], info["year"], info["note_vi"]) == ("REAL", "INTEGER", "TEXT")


def test_sqlite_refuses_what_the_schemas_refuse(folder):
    with closing(sqlite3.connect(":memory:")) as copy:
        copy.deserialize((folder / DATABASE).read_bytes())
        copy.execute("PRAGMA foreign_keys = ON")
        for statement in (
            "UPDATE observations SET indicator_id = 'khong-co'",
            "UPDATE observations SET obs_status = 'Z'",
            "UPDATE observations SET year = NULL",
            "INSERT INTO units SELECT * FROM units LIMIT 1",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                copy.execute(statement)


def test_the_view_of_figures_is_the_flat_table(package, files, database):
    rows = [dict(row) for row in database.execute("SELECT * FROM figures")]
    text = [{c: "" if v is None else repr(v) if isinstance(v, float) else str(v) for c, v in r.items()} for r in rows]
    flat_matches(package, text)
    flat = list(csv.DictReader(io.StringIO(files[FLAT].decode("utf-8"), newline="")))
    by_key = {(row["indicator_id"], row["year"]): row for row in flat}
    assert list(rows[0]) == list(flat[0])
    for row in text:
        mine = by_key[row["indicator_id"], row["year"]]
        for column in ("plan_status", "corrected", "correction_vi", "correction_en"):
            assert row[column] == mine[column]
        assert number(row["plan_implied"]) == number(mine["plan_implied"])


def test_sqlite_explains_every_table_and_column_in_both_languages(package, database):
    rows = {(r["table_name"], r["column_name"]): r for r in database.execute("SELECT * FROM dictionary")}
    for table, resource in resources(package).items():
        assert rows[table, ""]["title_en"] == resource.entry["title_en"]
        for field in resource.schema["fields"]:
            row = rows[table, field["name"]]
            assert [row[key] for key in ("title_vi", "title_en", "description_vi", "description_en")] == [
                *(field["title"], field["title_en"], field["description"], field["description_en"])
            ]
    about = {row["item"]: row["vi"] for row in database.execute("SELECT * FROM about")}
    assert about["version"] == descriptor(package)["version"]
    assert about["licence_url"].startswith("https://")


def test_datasette_shows_the_database_with_its_descriptions(package, folder):
    from datasette.app import Datasette

    metadata = json.loads((folder / DATASETTE).read_text(encoding="utf-8"))
    served = Datasette(immutables=[str(folder / DATABASE)], metadata=metadata, settings={"max_returned_rows": 5000})

    async def get(path):
        response = await served.client.get(path)
        assert response.status_code == 200, response.text
        return response

    async def look():
        figures = await get("/so-lieu/figures.json?_shape=array&_size=max")
        return figures.json(), (await get("/so-lieu/observations")).text, (await get("/")).text

    # a thread of its own: the browser of other tests keeps a loop running in this one
    with ThreadPoolExecutor(1) as threads:
        rows, page, home = threads.submit(asyncio.run, look()).result()
    text = [{c: "" if v is None else repr(v) if isinstance(v, float) else str(v) for c, v in r.items()} for r in rows]
    flat_matches(package, text)
    fields = {field["name"]: field for field in resources(package)["observations"].schema["fields"]}
    assert fields["zero_kind"]["description"] in page
    assert descriptor(package)["title_en"] in home
    assert descriptor(package)["licenses"][0]["path"] in home
    assert metadata["source_url"] == ADDRESS


# ---- SDMX ------------------------------------------------------------------------------------------------------------


def test_pysdmx_reads_the_figures_as_sdmx(package, folder):
    from pysdmx.io import get_datasets
    from pysdmx.io.csv.sdmx20.reader import read

    assert len(get_datasets(folder / SDMX, validate=False)) == 1
    (dataset,) = read((folder / SDMX).read_text(encoding="utf-8"))
    assert dataset.structure.startswith("Dataflow=")
    assert dataset.structure.endswith(f"({descriptor(package)['version']})")
    found = {}
    for row in dataset.data.to_dict("records"):
        key = (row["REF_AREA"], row["INDICATOR"], str(row["TIME_PERIOD"]), row["MEASURE"])
        assert key not in found
        found[key] = row
    units = by_key(package, "indicators", "indicator_id")
    for cells in read_rows(package, "observations"):
        key = (cells["area_id"], cells["indicator_id"], cells["year"])
        for column, measure in (("value", "VALUE"), ("plan", "PLAN"), ("plan_pct", "PLAN_PCT")):
            row = found.pop((*key, measure), None)
            if row is None:
                assert not cells[column]
                assert column != "value"
                continue
            assert number(row["OBS_VALUE"]) == number(cells[column])
            assert row["OBS_STATUS"] == (cells["obs_status"] if column == "value" else "A")
            unit = "percent" if column == "plan_pct" else units[cells["indicator_id"]]["unit_id"]
            assert row["UNIT_MEASURE"] == unit
            # pysdmx takes the word nan for a missing number, and writes it anew
            note = {"nan": "NaN"}.get(cells["note_vi"], cells["note_vi"])
            assert (row["COMMENT_VI"], row["AS_PRINTED"]) == (note, cells["as_printed"])
            decimals = max(0, -Decimal(cells[column]).as_tuple().exponent) if cells[column] else ""
            assert row["DECIMALS"] == str(decimals)
    assert not found


def test_sdmx_begins_as_its_specification_says(files):
    header, first = files[SDMX].decode("utf-8").splitlines()[:2]
    assert header.startswith("STRUCTURE,STRUCTURE_ID,ACTION,")
    structure, identity, action = first.split(",")[:3]
    assert (structure, action) == ("dataflow", "I")
    agency, _, flow = identity.partition(":")
    assert agency.replace("_", "").isalnum()
    assert flow.startswith("DF_FIGURES(")


# ---- the package -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(folder):
    """The address of a local server that serves the files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()


def test_frictionless_validates_the_published_package_over_http(package, server):
    address = f"{server}/{PACKAGE}{DESCRIPTOR}"
    report = frictionless.validate(address)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    assert report.stats["tasks"] == len(resources(package))
    read = frictionless.Package(address)
    for table in resources(package):
        rows = [row.to_dict() for row in read.get_resource(table).read_rows()]
        kinds = {field["name"]: field["type"] for field in resources(package)[table].schema["fields"]}
        meant = [
            {column: framed(cell, kinds[column]) for column, cell in cells.items()}
            for cells in read_rows(package, table)
        ]
        assert rows == meant, table


def framed(cell, kind):
    if not cell:
        return None
    if kind == "boolean":
        return cell == "true"
    if kind in ("integer", "year"):
        return int(cell)
    return typed(cell, kind)


def test_frictionless_notices_a_changed_byte_by_the_published_checksum(folder, tmp_path):
    for path in (folder / PACKAGE).rglob("*.*"):
        target = tmp_path / path.relative_to(folder / PACKAGE)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    assert frictionless.validate(str(tmp_path / DESCRIPTOR)).valid
    notes = tmp_path / csv_path("sources")
    notes.write_bytes(notes.read_bytes().replace(b"20", b"21", 1))
    kinds = {error[0] for error in frictionless.validate(str(tmp_path / DESCRIPTOR)).flatten(["type"])}
    assert "hash-count" in kinds


def test_the_published_descriptor_satisfies_the_profile_and_says_size_and_checksum(package, files):
    said = json.loads(files[PACKAGE + DESCRIPTOR])
    jsonschema.Draft7Validator(json.loads(PROFILE_FILE.read_text(encoding="utf-8"))).validate(said)
    for resource in said["resources"]:
        content = files[PACKAGE + resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert said["homepage"] == ADDRESS
    ours = {key: value for key, value in said.items() if key not in ("resources", "homepage")}
    assert ours == {key: value for key, value in descriptor(package).items() if key != "resources"}


def test_without_an_address_nothing_claims_one():
    package, _, book = published("years")
    said = json.loads(data_files(book, package)[PACKAGE + DESCRIPTOR].content)
    assert "homepage" not in said
    assert "url" not in yaml.safe_load(data_files(book, package)["CITATION.cff"].content)


def test_the_zip_holds_the_published_package_with_what_explains_it(package, files, tmp_path):
    with zipfile.ZipFile(io.BytesIO(files[ZIP])) as archive:
        assert archive.testzip() is None
        inside = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        entries = archive.infolist()
    about = {"README.vi.md", "README.en.md", "LICENSE.txt", "CITATION.cff"}
    assert inside.keys() == {*package.files, *about}
    assert all(inside[path] == files[PACKAGE + path] for path in package.files)
    assert [entry.filename for entry in entries] == sorted(inside)
    assert {(entry.create_system, entry.external_attr) for entry in entries} == {(3, 0o100644 << 16)}
    assert len({entry.date_time for entry in entries}) == 1
    said = descriptor(package)
    for path in about - {"CITATION.cff"}:
        assert said["licenses"][0]["path"] in inside[path].decode("utf-8"), path
        assert said["version"] in inside[path].decode("utf-8"), path
    (tmp_path / ZIP).write_bytes(files[ZIP])
    assert frictionless.validate(str(tmp_path / ZIP)).valid


def test_what_was_taken_away_passes_the_check_again(files, tmp_path):
    with zipfile.ZipFile(io.BytesIO(files[ZIP])) as archive:
        archive.extractall(tmp_path)
    assert check(read_package(tmp_path, "taken")).problems == ()


def test_the_citation_file_has_what_its_format_requires(package, files):
    said = yaml.safe_load(files["CITATION.cff"])
    assert said.keys() >= {"cff-version", "message", "title", "authors", "version", "date-released", "license", "url"}
    assert (said["cff-version"], said["type"], said["version"]) == ("1.2.0", "dataset", descriptor(package)["version"])
    assert said["date-released"] == date.fromisoformat(said["date-released"]).isoformat()
    assert said["authors"][0]["name"]


# ---- what was corrected ----------------------------------------------------------------------------------------------


def test_every_file_that_holds_a_corrected_figure_says_so(tmp_path):
    package, files, _ = published("years")
    corrections = [row for row in read_rows(package, "corrections") if row["field"] == "value"]
    assert len(corrections) == 2
    (tmp_path / DATABASE).write_bytes(files[DATABASE])
    for row in corrections:
        _, indicator_id, year = row["key"].split("/")
        parts = {"vi": (row["old_value"], row["new_value"], row["reason_vi"], row["date"])}
        parts["en"] = (row["old_value"], row["new_value"], row["reason_en"], row["date"])
        for code in CODES:
            cells = sheet_rows(opened(files[WORKBOOK[code]]).worksheets[0], code)[indicator_id, int(year)]
            assert all(part in cells["correction"] for part in parts[code])
            assert cells["corrected"] == date.fromisoformat(row["date"])
            for path in (FLAT, f"chi-tieu/{indicator_id}.csv", "chu-de/du-lich.csv", SDMX, EXCEL_CSV[code]):
                lines = [
                    line for line in files[path].decode("utf-8").splitlines() if indicator_id in line and year in line
                ]
                assert any(all(part in line for part in parts[code]) for line in lines), path
            with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
                found = database.execute(
                    "SELECT old_value, new_value, reason_vi, date FROM corrected_figures"
                    " WHERE indicator_id = ? AND year = ? AND field = 'value'",
                    (indicator_id, int(year)),
                ).fetchall()
            assert found == [parts["vi"]]


# ---- text that is taken for something else ---------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "rule"), REFUSED.items(), ids=lambda value: ascii(value)[:24])
def test_some_text_is_never_published(text, rule):
    package = change(ward(), "observations", "cay-ven-song/2031", note_vi=text)
    assert {problem.rule for problem in check(package).problems} == {rule}


def test_all_other_text_comes_back_letter_for_letter():
    """The tests above hold each cell of this package against each file; here, that the text really is in it."""
    package, files, _ = published("naughty")
    assert {row["text_vi"] for row in read_rows(package, "statements")} >= set(PUBLISHED)
    sheet = opened(files[WORKBOOK["vi"]]).worksheets[2]
    assert {cell for row in sheet.iter_rows(values_only=True) for cell in row} >= set(PUBLISHED)
    assert AREA_CODE in {row["official_code"] for row in read_rows(package, "areas")}


# ---- the same bytes --------------------------------------------------------------------------------------------------

PRINT_SUMS = """
import hashlib, sys
from pathlib import Path
root = Path(sys.argv[1])
sys.path[:0] = [str(root / "scripts"), str(root / "tests")]
from published import data_files
from wardbook.check import check
from wardbook.derive import derive
from wardbook.package import read_package
package = read_package(root / "datapackage", "datapackage")
files = data_files(derive(check(package).catalogue), package, "https://ward.example/")
print("\\n".join(f"{path} {hashlib.sha256(file.content).hexdigest()}" for path, file in sorted(files.items())))
"""


def test_files_are_the_same_bytes_in_any_folder_time_zone_locale_and_hash_seed(tmp_path):
    said = []
    for zone, seed, locale, where in (
        ("Asia/Ho_Chi_Minh", "1", "C", tmp_path),
        ("America/New_York", "2", "C.UTF-8", ROOT),
    ):
        settings = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": locale}
        command = [sys.executable, "-c", PRINT_SUMS, str(ROOT)]
        said.append(subprocess.run(command, env=settings, cwd=where, capture_output=True, check=True).stdout)
    assert said[0] == said[1]
    assert len(said[0].splitlines()) > 100
