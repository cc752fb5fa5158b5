"""The canonical form of a package's CSV files."""

import unicodedata

import pytest

import build
from wardbook.canonical import canonical_files
from wardbook.check import check
from wardbook.package import DESCRIPTOR
from wards import csv_path, edit, read_rows, ward, with_file, without_file, write

TABLES = [path.removeprefix("data/").removesuffix(".csv") for path in ward().files if path.endswith(".csv")]


def saved(table, change):
    """Return the ward's package with one file as another program saves it: a change of its text."""
    return with_file(ward(), csv_path(table), change(ward().files[csv_path(table)].decode("utf-8")))


def reverse_rows(text):
    header, *rows = text.splitlines(keepends=True)
    return "".join([header, *reversed(rows)]).encode()


SAVES = {
    "as it is": lambda text: text.encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "Windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "bare carriage returns": lambda text: text.replace("\n", "\r").encode(),
    "decomposed accents": lambda text: unicodedata.normalize("NFD", text).encode(),
    "another order": reverse_rows,
    "blank rows": lambda text: (text + "\n\n").encode(),
    "no line end at the end": lambda text: text.removesuffix("\n").encode(),
}


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
def test_a_save_of_another_program_is_undone_in_every_table(save):
    package = ward()
    for table in TABLES:
        package = with_file(package, csv_path(table), save(package.files[csv_path(table)].decode("utf-8")))
    assert canonical_files(package) == {csv_path(table): ward().files[csv_path(table)] for table in TABLES}


def test_semicolons_between_cells_are_undone():
    semicolons = saved("units", lambda text: text.replace(",", ";").encode())
    assert canonical_files(semicolons)[csv_path("units")] == ward().files[csv_path("units")]


def test_a_comma_inside_a_cell_is_not_a_separator():
    row = 'vu-khac;"vụ, việc";case;vụ;case;cases;count;;\n'
    package = saved("units", lambda text: (text.replace(",", ";") + row).encode())
    canonical = with_file(package, csv_path("units"), canonical_files(package)[csv_path("units")])
    assert read_rows(canonical, "units")[-1]["name_vi"] == "vụ, việc"


def test_space_around_cells_and_names_of_columns_is_taken_away():
    padded = saved(
        "topics",
        lambda text: text.replace("song-sach,", " song-sach ,\u00a0").replace("topic_id,", " topic_id ,").encode(),
    )
    assert canonical_files(padded)[csv_path("topics")] == ward().files[csv_path("topics")]


def test_everything_at_once_passes_the_check_again():
    package = ward()
    for table in TABLES:
        text = unicodedata.normalize("NFD", reverse_rows(package.files[csv_path(table)].decode()).decode())
        package = with_file(package, csv_path(table), b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert check(package).problems
    for path, content in canonical_files(package).items():
        package = with_file(package, path, content)
    assert check(package).problems == ()


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
def test_the_canonical_form_of_a_canonical_form_is_itself(save):
    once = saved("statements", save)
    twice = with_file(once, csv_path("statements"), canonical_files(once)[csv_path("statements")])
    assert canonical_files(twice)[csv_path("statements")] == twice.files[csv_path("statements")]


@pytest.mark.parametrize(
    "save",
    [
        lambda text: text.replace("unit_id", "unit", 1).encode(),
        lambda text: text.replace("unit_id,name_vi", "name_vi,unit_id", 1).encode(),
        lambda text: (text + "a,b\n").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xff" + text.encode(),
        lambda text: b"",
    ],
    ids=["renamed column", "columns in another order", "short row", "tabs", "UTF-16", "not UTF-8", "empty"],
)
def test_a_file_whose_meaning_is_in_doubt_is_left_as_it_is(save):
    package = saved("units", save)
    assert canonical_files(package)[csv_path("units")] == package.files[csv_path("units")]


def test_a_file_that_is_missing_is_not_invented():
    assert csv_path("units") not in canonical_files(without_file(ward(), csv_path("units")))


def test_a_descriptor_that_cannot_be_read_changes_nothing():
    assert canonical_files(with_file(ward(), DESCRIPTOR, b"{")) == {}


def test_the_command_rewrites_what_is_not_canonical_and_names_it(tmp_path, capsys):
    package = edit(ward(), "topics", "Sông sạch".encode(), " Sông sạch".encode())
    write(package, tmp_path)
    untouched = (tmp_path / csv_path("units")).stat().st_mtime_ns
    assert build.main(["format", "--package", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/data/topics.csv\n"
    assert (tmp_path / csv_path("topics")).read_bytes() == ward().files[csv_path("topics")]
    assert (tmp_path / csv_path("units")).stat().st_mtime_ns == untouched
