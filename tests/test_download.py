"""Files to take away."""

import csv
import hashlib
import io

import pandas
import pytest

from published import data_files
from wardbook.derive import derive
from wardbook.download import FLAT, PACKAGE, checksums, indicator_file, topic_file
from wardbook.package import DESCRIPTOR
from wards import catalogue, csv_path, read_rows, ward

# the day of the one correction in the invented ward
LAST = "2032-02-03"


@pytest.fixture(scope="module")
def package():
    return ward()


@pytest.fixture(scope="module")
def files(package):
    return data_files(derive(catalogue(package)), package)


def rows(file):
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8"), newline="")))


def test_the_flat_table_has_every_observation_once(files, package):
    flat = [(row["indicator_id"], row["year"]) for row in rows(files[FLAT])]
    assert len(flat) == len(set(flat))
    assert set(flat) == {(row["indicator_id"], row["year"]) for row in read_rows(package, "observations")}
    assert files[FLAT].rows == len(flat)


def test_every_cell_comes_back_from_the_flat_table_character_for_character(files, package):
    flat = {(row["indicator_id"], row["year"]): row for row in rows(files[FLAT])}
    for row in read_rows(package, "observations"):
        mine = flat[row["indicator_id"], row["year"]]
        assert {name: mine[name] for name in row if name in mine} == {name: row[name] for name in row if name in mine}
    assert {"value", "plan", "plan_pct", "as_printed", "note_vi"} <= flat.popitem()[1].keys()


def test_the_columns_and_addresses_are_a_promise(files):
    """Who links to a file or reads a column by its name must find it next year."""
    assert files["so-lieu.csv"].content.decode("utf-8").splitlines()[0].split(",") == [
        *("area_code", "area_vi", "area_en", "topic_vi", "topic_en", "indicator_id", "indicator_vi", "indicator_en"),
        *("year", "value", "unit_vi", "unit_en", "plan", "plan_pct", "plan_claim", "obs_status", "zero_kind"),
        *("source_vi", "source_en", "locator", "as_printed", "note_vi", "note_en", "plan_status", "plan_implied"),
        *("corrected", "correction_vi", "correction_en"),
    ]
    promised = {
        *("so-lieu.xlsx", "so-lieu-en.xlsx", "so-lieu-excel.csv", "so-lieu-excel-en.csv", "so-lieu-sdmx.csv"),
        *("so-lieu.sqlite", "so-lieu-datasette.json", "goi-du-lieu.zip", "CITATION.cff"),
        *("datapackage/datapackage.json", "chi-tieu/thu-phi.csv", "chu-de/du-lich.csv"),
    }
    assert promised <= files.keys()


def test_names_units_and_source_are_joined_in(files):
    row = next(row for row in rows(files[FLAT]) if row["indicator_id"] == "cay-ven-song")
    assert row["area_vi"] == "phường Sông Trắng"
    assert (row["area_code"], row["topic_en"], row["indicator_vi"]) == ("99001", "Clean river", "Cây ven sông")
    assert (row["unit_vi"], row["source_en"]) == ("ha", "Report on the year 2031")


@pytest.mark.parametrize(
    ("indicator_id", "year", "status", "implied"),
    [
        ("thu-phi", "2031", "missed", "15.5"),
        ("luot-khach", "2031", "exceeded", ""),
        ("ty-le-nuoc-may", "2031", "met", "96"),
        ("vu-xa-thai", "2031", "none", ""),
        ("ty-le-khach-trong-tinh", "2032", "pending", ""),
    ],
)
def test_what_is_worked_out_stands_in_columns_of_its_own(files, indicator_id, year, status, implied):
    (row,) = [row for row in rows(files[FLAT]) if (row["indicator_id"], row["year"]) == (indicator_id, year)]
    assert (row["plan_status"], row["plan_implied"]) == (status, implied)
    assert list(row)[-5:] == ["plan_status", "plan_implied", "corrected", "correction_vi", "correction_en"]


def test_pandas_reads_numbers_as_numbers_and_codes_as_text(files):
    table = pandas.read_csv(io.BytesIO(files[FLAT].content), dtype={"area_code": str})
    by_id = table.set_index(["indicator_id", "year"])
    assert by_id.loc[("cay-ven-song", 2031), "value"] == 3.25
    assert pandas.isna(by_id.loc[("tat-ca-ho", 2031), "value"])
    assert by_id.loc[("vu-xa-thai", 2031), "value"] == 0
    assert table["value"].dtype == "float64"
    assert set(table["area_code"]) == {"99001"}


def test_the_tables_of_indicators_one_after_another_are_the_flat_table(files):
    parts = {path: file for path, file in files.items() if path.startswith("chi-tieu/")}
    assert [row for file in parts.values() for row in rows(file)] == rows(files[FLAT])
    assert sum(file.rows for file in parts.values()) == files[FLAT].rows


def test_every_indicator_has_a_table_of_its_own(files, package):
    for row in read_rows(package, "indicators"):
        assert {mine["indicator_id"] for mine in rows(files[indicator_file(row["indicator_id"])])} == {
            row["indicator_id"]
        }


def test_a_topic_has_its_own_indicators_and_those_of_the_topics_in_it(files):
    assert rows(files[topic_file("du-lich")]) == rows(files[FLAT])
    assert {row["topic_en"] for row in rows(files[topic_file("song-sach")])} == {"Clean river"}
    assert len(rows(files[topic_file("song-sach")])) == 9


def test_the_package_can_be_taken_away_as_it_is(files, package):
    taken = {path.removeprefix(PACKAGE): file.content for path, file in files.items() if path.startswith(PACKAGE)}
    assert taken.keys() == package.files.keys()
    assert [path for path in taken if taken[path] != package.files[path]] == [DESCRIPTOR]
    assert files[PACKAGE + csv_path("units")].rows == len(read_rows(package, "units"))
    assert files[PACKAGE + "datapackage.json"].rows is None


def test_the_checksums_are_those_of_every_file_in_the_order_of_their_paths(files):
    lines = checksums({path: file.content for path, file in files.items()}).decode("utf-8").splitlines()
    sums = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    assert sums == {path: hashlib.sha256(file.content).hexdigest() for path, file in files.items()}
    assert list(sums) == sorted(sums)


def test_tables_for_programs_are_utf_8_with_plain_line_ends_and_no_byte_order_mark(files):
    tables = {path: file for path, file in files.items() if path.endswith(".csv") and "excel" not in path}
    assert len(tables) > 20
    for path, file in tables.items():
        assert b"\r" not in file.content, path
        assert not file.content.startswith(b"\xef\xbb\xbf"), path
        file.content.decode("utf-8")


def test_every_file_says_what_it_is(files):
    for path, file in files.items():
        assert file.kind or path == f"{PACKAGE}released.json", path
        assert "/" in file.media_type, path


def test_a_corrected_figure_says_so_in_every_table_that_holds_it(files):
    for path in (FLAT, indicator_file("luot-khach"), topic_file("du-lich")):
        (row,) = [row for row in rows(files[path]) if (row["indicator_id"], row["corrected"]) == ("luot-khach", LAST)]
        assert row["value"] == "1250"
        assert row["correction_vi"] == f"Giá trị: 1205 → 1250 ({LAST}; Gõ nhầm.)"
        assert row["correction_en"] == f"Value: 1205 → 1250 ({LAST}; A slip of the keyboard.)"
    assert [row["indicator_id"] for row in rows(files[FLAT]) if row["corrected"]] == ["luot-khach"]
