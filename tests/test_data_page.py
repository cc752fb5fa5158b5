"""The data page: what it lists is there, and what it tells people to type works."""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import subprocess
import sys

import duckdb
import pytest

from conftest import missing_program
from published import described_ward
from test_pages import to_html
from wardbook.data_page import SNIPPETS, snippets, whole_files
from wardbook.derive import Status
from wardbook.download import BY_YEAR, DATABASE, FLAT
from wardbook.language import CODES, read_language
from wardbook.page import Writer
from wards import read_rows
from years import three_years

WARDS = ("one year", "three years")


@pytest.fixture(scope="module", params=WARDS)
def publication(request):
    return described_ward(request.param).publication


@pytest.fixture
def folder(publication, tmp_path):
    """A folder with the two files that the snippets read."""
    for name in (FLAT, DATABASE):
        (tmp_path / name).write_bytes(publication.downloads[name].content)
    return tmp_path


def missed(publication, code):
    """Return the indicators and years that fell short of their plan, as the snippets print them."""
    book = publication.book
    found = set()
    for year in book.years:
        at = book.at(year)
        for indicator in book.catalogue.indicators.values():
            if at.current(indicator) and at.status(indicator) is Status.MISSED:
                found.add((indicator.name[code], year))
    assert found
    return found


# ---- snippets --------------------------------------------------------------------------------------------------------


def snippet(folder, tool, code):
    return snippets(str(folder / FLAT), read_language(code))[tool]


def test_a_folder_that_python_left_among_them_is_passed_over(tmp_path, monkeypatch):
    there = snippets(FLAT, read_language("en"))
    shutil.copytree(SNIPPETS, tmp_path / "snippets")
    (tmp_path / "snippets" / "__pycache__").mkdir()
    monkeypatch.setattr("wardbook.data_page.SNIPPETS", tmp_path / "snippets")
    assert snippets(FLAT, read_language("en")) == there


@pytest.mark.parametrize("code", CODES)
def test_the_lines_for_pandas_print_what_fell_short(publication, folder, code):
    wide = "import pandas\npandas.set_option('display.width', 1000, 'display.max_columns', 9)\n"
    wide += "pandas.set_option('display.max_colwidth', None, 'display.max_rows', None)\n"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", wide + snippet(folder, "pandas", code)],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    said = re.findall(r"^\d+ +(.+?) +(\d{4}) ", done.stdout, re.MULTILINE)
    assert {(name, int(year)) for name, year in said} == missed(publication, code)


@pytest.mark.parametrize("code", CODES)
def test_the_lines_for_duckdb_find_what_fell_short(publication, folder, code):
    rows = duckdb.sql(snippet(folder, "duckdb", code).removesuffix(";\n")).fetchall()
    assert {(name, year) for name, year, *_ in rows} == missed(publication, code)


@pytest.mark.parametrize("code", CODES)
def test_the_lines_for_sql_find_what_fell_short(publication, folder, code):
    database = sqlite3.connect(folder / DATABASE)
    rows = database.execute(snippet(folder, "sqlite", code)).fetchall()
    database.close()
    assert {(name, year) for name, year, *_ in rows} == missed(publication, code)


@pytest.mark.parametrize("code", CODES)
def test_the_lines_for_r_find_what_fell_short(publication, folder, code):
    program = shutil.which("Rscript") or missing_program("R", "sudo apt-get install r-base-core")
    lines = snippet(folder, "r", code).replace("subset(", "found <- subset(", 1)
    lines += 'write.table(found, sep = "\\t", quote = FALSE, row.names = FALSE, fileEncoding = "UTF-8")\n'
    script = folder / "snippet.R"
    script.write_text(lines, encoding="utf-8")
    done = subprocess.run(
        [program, "--vanilla", "--encoding=UTF-8", str(script)],
        capture_output=True, encoding="utf-8", check=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    assert {(name, int(year)) for name, year, *_ in rows} == missed(publication, code)


@pytest.mark.parametrize("code", CODES)
def test_the_steps_for_excel_name_the_sheet_column_and_word_of_the_workbook(code):
    words = read_language(code).words
    for name in (
        words["files"]["sheets"]["figures"],
        f"“{words['files']['columns']['plan_status']}”",
        f"“{words['status']['missed']}”",
    ):
        assert name in words["data"]["excel_steps"], name


def test_a_snippet_for_the_web_has_the_address_of_the_table(publication):
    page = Writer(publication, read_language("en")).pages()["so-lieu/index.md"].decode("utf-8")
    assert f'pd.read_csv("{publication.address}tai-ve/{FLAT}"' in to_html(page).text


# ---- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_the_page_lists_every_file_of_the_whole_with_form_size_rows_and_checksum(publication, code):
    language = read_language(code)
    page = to_html(Writer(publication, language).pages()["so-lieu/index.md"].decode("utf-8"))
    text = " ".join(page.text.replace("\u00a0", " ").split())
    for path, kind in whole_files(language):
        file = publication.file(path)
        words = language.words["data"]["kinds"][kind]
        assert any(link.endswith(f"tai-ve/{path}") for link in page.links()), path
        assert f"{words['name']} {path.rpartition('.')[2].upper()} · " in text, path
        if file.rows is not None:
            assert f"· {language.say('data.rows_in', n=file.rows)}" in text, path
        assert hashlib.sha256(file.content).hexdigest() in text, path


def test_no_file_of_the_whole_is_left_off_the_page(publication):
    of_one = ("chi-tieu/", "chu-de/", "nam/", "datapackage/")
    whole = {path for path in publication.downloads if not path.startswith(of_one)}
    listed = {path for path, _ in whole_files(read_language("vi"))}
    assert whole - listed == set()


@pytest.mark.parametrize("language", ["", "en/"])
def test_what_the_page_offers_is_on_the_site_with_the_bytes_of_its_checksum(site, language):
    page = (site / language / "so-lieu/index.html").read_text(encoding="utf-8")
    told = re.search(r'<dl class="wb-sums">.*?</dl>', page, re.DOTALL)[0]
    sums = re.findall(r'<dt>([^<]+)</dt><dd><code class="wb-hash">([0-9a-f]{64})</code>', told)
    assert len(sums) == len(whole_files(read_language("vi")))
    for path, digest in sums:
        assert hashlib.sha256((site / "tai-ve" / path).read_bytes()).hexdigest() == digest, path
    assert re.search(r"ZIP · \d+[.,]\d MB", page.replace("\u00a0", " "))


# ---- the table by year -----------------------------------------------------------------------------------------------


def test_the_table_by_year_has_every_value_in_its_row_and_column_and_no_other():
    content = described_ward("three years").publication.downloads[BY_YEAR].content.decode("utf-8")
    header, *lines = [line.split(",") for line in content.splitlines()]
    assert header == [
        "indicator_id",
        "indicator_vi",
        "indicator_en",
        "unit_vi",
        "unit_en",
        "2029",
        "2030",
        "2031",
        "2032",
    ]
    table = {line[0]: dict(zip(header[5:], line[5:], strict=True)) for line in lines}
    rows = read_rows(three_years(), "observations")
    assert {(row["indicator_id"], row["year"]): row["value"] for row in rows if row["value"]} == {
        (indicator_id, year): value for indicator_id, cells in table.items() for year, value in cells.items() if value
    }
