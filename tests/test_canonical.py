"""The canonical form of a package's CSV files."""

import csv
import io
import re
import unicodedata

import pytest

import build
from wardbook.canonical import canonical_files
from wardbook.check import check
from wardbook.language import CODES
from wardbook.package import DESCRIPTOR
from wardbook.problem import describe, read_rules
from wards import SOURCE, YEAR, change, csv_path, edit, place, read_rows, ward, with_file, without_file, write

TABLES = [path.removeprefix("data/").removesuffix(".csv") for path in ward().files if path.endswith(".csv")]


def saved(table, change):
    """Return the ward's package with one file as another program saves it: a change of its text."""
    return with_file(ward(), csv_path(table), change(ward().files[csv_path(table)].decode("utf-8")))


def requote(text, quoting, separator=","):
    out = io.StringIO(newline="")
    csv.writer(out, quoting=quoting, delimiter=separator, lineterminator="\n").writerows(csv.reader(io.StringIO(text)))
    return out.getvalue().encode()


def as_vietnamese(text, change_cell):
    """Write a file as a spreadsheet in Vietnamese does, its numbers and dates changed by a function."""
    header, *rows = csv.reader(io.StringIO(text))
    rows = [[change_cell(cell) if re.fullmatch(r"[0-9.-]+", cell) else cell for cell in row] for row in rows]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([header, *rows])
    return out.getvalue().encode()


def grown(cell):
    return cell.replace(".", "") if re.fullmatch(r"[0-9]+[.][0-9]{3}", cell) else cell


def day_first(cell):
    return "/".join(reversed(cell.split("-"))) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell) else cell


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
    "needless quotes": lambda text: requote(text, csv.QUOTE_ALL),
    "empty columns at the end": lambda text: text.replace("\n", ",,\n").encode(),
    "true and false in capitals": lambda text: text.replace(",true,", ",TRUE,").encode(),
    "semicolons and decimal commas": lambda text: as_vietnamese(text, lambda cell: cell.replace(".", ",")),
    "semicolons, and decimals taken for thousands": lambda text: as_vietnamese(text, grown),
    "dates with the day first": lambda text: as_vietnamese(text, day_first),
}


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
def test_a_save_of_another_program_is_undone_in_every_table(save):
    package = ward()
    for table in TABLES:
        package = with_file(package, csv_path(table), save(package.files[csv_path(table)].decode("utf-8")))
    assert canonical_files(package).files == {csv_path(table): ward().files[csv_path(table)] for table in TABLES}


def test_semicolons_between_cells_are_undone():
    semicolons = saved("units", lambda text: text.replace(",", ";").encode())
    assert canonical_files(semicolons).files[csv_path("units")] == ward().files[csv_path("units")]


def test_a_comma_inside_a_cell_is_not_a_separator():
    row = 'vu-khac;"vụ, việc";case;vụ;case;cases;count;;\n'
    package = saved("units", lambda text: (text.replace(",", ";") + row).encode())
    canonical = with_file(package, csv_path("units"), canonical_files(package).files[csv_path("units")])
    assert read_rows(canonical, "units")[-1]["name_vi"] == "vụ, việc"


def test_space_around_cells_and_names_of_columns_is_taken_away():
    padded = saved(
        "topics",
        lambda text: text.replace("song-sach,", " song-sach ,\u00a0").replace("topic_id,", " topic_id ,").encode(),
    )
    assert canonical_files(padded).files[csv_path("topics")] == ward().files[csv_path("topics")]


def test_everything_at_once_passes_the_check_again():
    package = ward()
    for table in TABLES:
        text = unicodedata.normalize("NFD", reverse_rows(package.files[csv_path(table)].decode()).decode())
        package = with_file(package, csv_path(table), b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert check(package).problems
    for path, content in canonical_files(package).files.items():
        package = with_file(package, path, content)
    assert check(package).problems == ()


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
def test_the_canonical_form_of_a_canonical_form_is_itself(save):
    once = saved("statements", save)
    twice = with_file(once, csv_path("statements"), canonical_files(once).files[csv_path("statements")])
    assert canonical_files(twice).files[csv_path("statements")] == twice.files[csv_path("statements")]


@pytest.mark.parametrize(
    ("save", "rule"),
    [
        (lambda text: text.replace("unit_id", "unit", 1).encode(), "header"),
        (lambda text: text.replace("unit_id,name_vi", "name_vi,unit_id", 1).encode(), "header"),
        (lambda text: ("Bảng số liệu,,,,,,,,\n" + text).encode(), "title-above"),
        (lambda text: (text + "a,b\n").encode(), "row-width"),
        (lambda text: (text + "a,b,c,d,e,f,g,h,i,j\n").encode(), "row-width"),
        (lambda text: (text + 'a,"b,c\n').encode(), "quote"),
        (lambda text: text.encode("utf-16"), "encoding-named"),
        (lambda text: b"\xff" + text.encode(), "encoding"),
        (lambda text: b"<<<<<<< HEAD\n" + text.encode(), "merge-conflict"),
        (lambda text: b"PK\x03\x04", "not-csv"),
        (lambda text: b"", "empty-file"),
    ],
)
def test_a_file_whose_meaning_is_in_doubt_is_left_as_it_is_and_the_reason_is_said(save, rule):
    canonical = canonical_files(saved("units", save))
    assert csv_path("units") not in canonical.files
    assert [(p.path, p.rule) for p in canonical.refusals] == [(f"ward/{csv_path('units')}", rule)]


KEY = f"cay-ven-song/{YEAR}"


@pytest.mark.parametrize(
    ("separator", "cell", "printed", "meant"),
    [
        (",", "1,5", "", "1.5"),
        (",", "1.234.567", "", "1234567"),
        (",", "1,234,567", "", "1234567"),
        (",", "1.234,5", "", "1234.5"),
        (",", "1 234", "", "1234"),
        (",", "1.234", "", "1.234"),
        (",", "1.234", "1.234 ha", "1234"),
        (",", "1,234", "1,234 ha", "1.234"),
        (",", "1,234", "1.234 ha", "1234"),
        (",", "1,234", "1.234/1,234 ha", None),
        (",", "1,234", "", None),
        (";", "1,234", "", "1.234"),
        (";", "1.234", "1.234 ha", "1234"),
        (";", "1.234", "1,234 ha", "1.234"),
        (";", "1.234", "", None),
        (";", "1234", "1,234 ha", "1.234"),
        (";", "1234", "1.234 ha", "1234"),
        (",", "1234", "1,234 ha", "1234"),
        (",", "12%", "12%", "12%"),
        (",", "1E+05", "", "1E+05"),
        (",", "05-Mar", "", "05-Mar"),
        (",", "không có", "", "không có"),
    ],
)
def test_a_number_is_read_as_its_program_writes_it_or_as_the_copy_says_or_not_at_all(separator, cell, printed, meant):
    package = change(ward(), "observations", KEY, value=cell, plan="", as_printed=printed)
    raw = requote(package.files[csv_path("observations")].decode(), csv.QUOTE_MINIMAL, separator)
    canonical = canonical_files(with_file(package, csv_path("observations"), raw))
    if meant is None:
        (refusal,) = canonical.refusals
        assert (refusal.rule, refusal.line, refusal.column) == (
            "number-ambiguous",
            *place(ward(), "observations", KEY, "value")[1:],
        )
        assert csv_path("observations") not in canonical.files
    else:
        after = with_file(package, csv_path("observations"), canonical.files[csv_path("observations")])
        assert (
            next(row["value"] for row in read_rows(after, "observations") if row["indicator_id"] == "cay-ven-song")
            == meant
        )


@pytest.mark.parametrize(
    ("separator", "dates", "meant"),
    [
        (",", ("31/12/2031", "01/02/2031"), ("2031-12-31", "2031-02-01")),
        (",", ("12/31/2031", "02/02/2031"), ("2031-12-31", "2031-02-02")),
        (",", ("5.5.2031", "25-1-2031"), ("2031-05-05", "2031-01-25")),
        (";", ("03/04/2031", "1/2/2031"), ("2031-04-03", "2031-02-01")),
        (",", ("03/04/2031", "2031-01-01"), None),
        (",", ("12/31/2031", "03/04/2031"), None),
    ],
)
def test_a_date_is_read_by_what_the_file_shows_of_its_order_or_not_at_all(separator, dates, meant):
    package = change(ward(), "sources", SOURCE, period_end=dates[0], period_start=dates[1], date_issued="")
    raw = requote(package.files[csv_path("sources")].decode(), csv.QUOTE_MINIMAL, separator)
    canonical = canonical_files(with_file(package, csv_path("sources"), raw))
    if meant is None:
        assert [refusal.rule for refusal in canonical.refusals] == ["date-ambiguous"]
    else:
        (row,) = read_rows(with_file(package, csv_path("sources"), canonical.files[csv_path("sources")]), "sources")
        assert (row["period_end"], row["period_start"]) == meant


@pytest.mark.parametrize("language", CODES)
def test_a_refusal_says_both_readings(language):
    refusals = canonical_files(change(ward(), "observations", KEY, value="1,234", plan="", as_printed="")).refusals
    text = describe(refusals[0], language, read_rules()).text
    assert "1.234" in text
    assert "1234" in text


def test_a_file_that_is_missing_is_not_invented():
    assert csv_path("units") not in canonical_files(without_file(ward(), csv_path("units"))).files


def test_a_descriptor_that_cannot_be_read_changes_nothing():
    assert canonical_files(with_file(ward(), DESCRIPTOR, b"{")).files == {}


def test_the_command_rewrites_what_is_not_canonical_and_names_it(tmp_path, capsys):
    package = edit(ward(), "topics", "Sông sạch".encode(), " Sông sạch".encode())
    write(package, tmp_path)
    untouched = (tmp_path / csv_path("units")).stat().st_mtime_ns
    assert build.main(["format", "--package", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/data/topics.csv\n"
    assert (tmp_path / csv_path("topics")).read_bytes() == ward().files[csv_path("topics")]
    assert (tmp_path / csv_path("units")).stat().st_mtime_ns == untouched


def test_the_command_says_why_it_leaves_a_file_alone(tmp_path, capsys):
    write(change(ward(), "observations", KEY, value="1,234", plan="", as_printed=""), tmp_path)
    before = (tmp_path / csv_path("observations")).read_bytes()
    assert build.main(["format", "--package", str(tmp_path), "--lang", "en"]) == 1
    assert capsys.readouterr().out.startswith(
        f"{tmp_path}/data/observations.csv:2:4: value: “1,234” may be the number 1.234 or the number 1234"
    )
    assert (tmp_path / csv_path("observations")).read_bytes() == before
