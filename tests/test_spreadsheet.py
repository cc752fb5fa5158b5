"""A real spreadsheet opens and saves the files, as on an officer's computer: nothing changes its meaning on the way."""

import shutil

import pytest

from office import CODES, start
from wardbook.canonical import canonical_files
from wardbook.check import check
from wardbook.package import Package, read_package
from wards import REAL, change, read_rows, ward, with_file, write

# field separator, quote, encoding (76: UTF-8), first line, columns, language, quoted as text, detect special numbers
OPEN = "CSV:44,34,76,1,,{language},false,true"
# the same, and: save as shown, no formulas
SAVE = "csv:Text - txt - csv (StarCalc):59,34,76,1,,{language},false,true,false"
VIETNAMESE, ENGLISH = CODES["vi"], CODES["en"]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """LibreOffice set to Vietnamese: decimal commas, and a dot between thousands."""
    return start(tmp_path_factory.mktemp("profile"), "vi")


def tables(folder):
    return sorted((folder / "data").glob("*.csv"))


def saved(package, files):
    """Return the package with its tables as a spreadsheet saved them."""
    for file in files:
        package = with_file(package, f"data/{file.name}", file.read_bytes())
    return package


def formatted(package):
    canonical = canonical_files(package)
    assert canonical.refusals == ()
    return Package(package.label, {**package.files, **canonical.files})


@pytest.fixture(params=["real", "invented"])
def package(request, tmp_path):
    """A package on disk: the real one, and the invented ward's."""
    if request.param == "real":
        shutil.copytree(REAL, tmp_path / "package")
    else:
        write(ward(), tmp_path / "package")
    return tmp_path / "package"


def test_tables_opened_and_saved_by_a_vietnamese_spreadsheet_come_back_as_they_were(office, package, tmp_path):
    before = read_package(package, "package")
    files = office(
        tables(package),
        SAVE.format(language=VIETNAMESE),
        tmp_path / "out",
        f"--infilter={OPEN.format(language=VIETNAMESE)}",
    )
    after = saved(before, files)
    assert check(after).problems, "the spreadsheet changed nothing: this test shows nothing"
    assert formatted(after).files == before.files


def test_a_workbook_saved_as_tables_by_a_vietnamese_spreadsheet_comes_back_as_it_was(office, package, tmp_path):
    before = read_package(package, "package")
    books = office(tables(package), "xlsx", tmp_path / "books", f"--infilter={OPEN.format(language=ENGLISH)}")
    files = office(books, SAVE.format(language=VIETNAMESE), tmp_path / "out")
    after = saved(before, files)
    assert b"82,61" in after.files["data/observations.csv"] or b"12,5" in after.files["data/observations.csv"]
    assert formatted(after).files == before.files


def test_formatting_what_a_spreadsheet_saved_twice_changes_nothing_more(office, package, tmp_path):
    before = read_package(package, "package")
    infilter = f"--infilter={OPEN.format(language=VIETNAMESE)}"
    once = formatted(
        saved(before, office(tables(package), SAVE.format(language=VIETNAMESE), tmp_path / "one", infilter))
    )
    for path, content in once.files.items():
        (package / path).write_bytes(content)
    twice = formatted(
        saved(once, office(tables(package), SAVE.format(language=VIETNAMESE), tmp_path / "two", infilter))
    )
    assert twice.files == once.files


def test_a_number_that_even_the_copy_cannot_bring_back_does_not_pass_the_check(office, tmp_path):
    # the copy prints 1.125 and 1,125, so it cannot say which of the two the saved 1125 was
    cells = {"value": "1.125", "plan": "1125", "as_printed": "1,125/1.125 ha", "note_vi": "x", "note_en": "x"}
    before = change(ward(), "observations", "cay-ven-song/2031", **cells)
    write(before, tmp_path / "package")
    options = (SAVE.format(language=VIETNAMESE), tmp_path / "out", f"--infilter={OPEN.format(language=VIETNAMESE)}")
    after = saved(before, office(tables(tmp_path / "package"), *options))
    mended = formatted(after)
    row = next(row for row in read_rows(mended, "observations") if row["indicator_id"] == "cay-ven-song")
    assert row["value"] == "1125"
    assert [problem.rule for problem in check(mended).problems] == ["not-typed"]
