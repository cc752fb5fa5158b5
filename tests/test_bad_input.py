"""What officers and their spreadsheets do to a file: each must be told apart, at its place, on more than one table."""

import pytest

from wardbook.cell import foreign_letters
from wardbook.check import check
from wardbook.file import BOM
from wardbook.table import read_table
from wards import AREA, SOURCE, YEAR, add, change, csv_path, place, read_rows, resources, ward, with_file

TABLES = ("units", "topics")
RESOURCES = resources(ward())


def found(package):
    return [(p.path, p.line, p.column, p.rule) for p in check(package).problems]


def read(package, table):
    """Return what is said of one table before its schema is asked."""
    return [(p.path, p.line, p.column, p.rule) for p in read_table(package, RESOURCES[table])[1]]


def raw(table):
    return ward().files[csv_path(table)]


def only(table, line, rule):
    return [(f"ward/data/{table}.csv", line, 1, rule)]


# ---- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"PK\x03\x04\x14\x00", "Excel (.xlsx)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel (.xls)"),
        (b"<!doctype html><table>", "HTML"),
        (b"%PDF-1.7", "PDF"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
    ],
)
def test_another_kind_of_file_under_the_name_of_a_csv_is_named_as_what_it_is(table, start, kind):
    problems = check(with_file(ward(), csv_path(table), start)).problems
    assert [(p.rule, p.values["kind"]) for p in problems] == [("not-csv", kind)]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_as_an_encoding(table, encoding):
    package = with_file(ward(), csv_path(table), raw(table).decode().encode(encoding))
    assert found(package) == only(table, 1, "encoding")


@pytest.mark.parametrize("table", TABLES)
def test_a_byte_that_is_no_utf_8_is_reported_on_its_line_however_late(table):
    content = raw(table).rstrip(b"\n") + b"\xf0\n"
    assert found(with_file(ward(), csv_path(table), content)) == only(table, content.count(b"\n"), "encoding")


@pytest.mark.parametrize("table", TABLES)
def test_two_byte_order_marks_are_not_one(table):
    assert found(with_file(ward(), csv_path(table), BOM + BOM + raw(table))) == only(table, 1, "bom-twice")
    assert found(with_file(ward(), csv_path(table), BOM + raw(table))) == only(table, 1, "bom")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("mark", [b"<<<<<<< HEAD", b"=======", b">>>>>>> branch"])
def test_a_mark_of_a_merge_is_reported_on_its_line_and_nothing_else_is(table, mark):
    lines = raw(table).split(b"\n")
    content = b"\n".join([*lines[:2], mark, *lines[2:]])
    assert found(with_file(ward(), csv_path(table), content)) == only(table, 3, "merge-conflict")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("separator", [b";", b"\t"])
def test_columns_that_are_separated_by_another_sign_are_one_message(table, separator):
    package = with_file(ward(), csv_path(table), raw(table).replace(b",", separator))
    assert found(package) == only(table, 1, "separator")


@pytest.mark.parametrize("table", TABLES)
def test_a_title_above_the_column_names_is_told_with_the_line_they_are_on(table):
    width = raw(table).split(b"\n")[0].count(b",")
    title = "Bảng số liệu".encode() + b"," * width + b"\n\n"
    (problem,) = check(with_file(ward(), csv_path(table), title + raw(table))).problems
    assert (problem.line, problem.rule, problem.values["line"]) == (1, "title-above", "3")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("tail", [b'\n"never closed,x\ny,z\n', b'\na,b"c",d\nlast,"x"y\n'])
def test_a_quote_that_is_not_closed_or_stands_inside_is_reported_where_its_row_begins(table, tail):
    content = raw(table).rstrip(b"\n") + tail
    (problem,) = found(with_file(ward(), csv_path(table), content))
    assert problem[3] == "quote"
    assert problem[1] > raw(table).count(b"\n")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_with_column_names_only_is_reported(table):
    package = with_file(ward(), csv_path(table), raw(table).split(b"\n")[0] + b"\n")
    assert only(table, 1, "header-only")[0] in found(package)


def test_a_ward_may_have_nothing_to_correct_or_explain():
    package = with_file(ward(), csv_path("corrections"), raw("corrections").split(b"\n")[0] + b"\n")
    assert found(package) == []


# ---- cells -----------------------------------------------------------------------------------------------------------

PROSE = [("topics", "song-sach", "name_vi"), ("statements", "viec-1", "text_en")]


@pytest.mark.parametrize(("table", "key", "column"), PROSE)
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ngh?o", "lost-letter"),
        ("ngh\ufffdo", "lost-letter"),
        ("bao nhiêu? nhiều", None),
        ("Hộ nghèо", "foreign-letter"),  # the last letter is Cyrillic
        ("Ðăk Cấm", "foreign-letter"),  # the first is Icelandic
        ("Hé nghÌo, phêng §¨k", "foreign-letter"),  # TCVN3
        ("hoä ngheøo", "foreign-letter"),  # VNI
        ("Há»™ nghÃ¨o", "foreign-letter"),  # UTF-8 read as windows-1252 and saved again
        ("Kon Plông, Đăk Pơ Kŏ, Krŏng, Y Ñôn", None),  # names of places in the Highlands
        ("#REF!", "spreadsheet"),
        ("#N/A", "spreadsheet"),
        ("####", "spreadsheet"),
        ("'2031", "spreadsheet"),
        ("số #1", None),
        ("xem javascript:alert(1)", "address"),
        ("data:text/html,x", "address"),
        ("open data: all of it", None),
        ("gọi 0901234567", "personal"),
        ("căn cước 051234567890", "personal"),
        ("thư a.b@example.org", "personal"),
        ("thu 123456789 đồng", "personal"),
        ("Kế hoạch 20-KH/ĐU năm 2031, 1.234.567 đồng", None),
    ],
)
def test_a_text_is_judged_by_its_characters(table, key, column, text, rule):
    package = change(ward(), table, key, **{column: text})
    where = place(package, table, key, column)
    assert read(package, table) == ([(*where, rule)] if rule else [])


def test_the_message_names_every_letter_that_is_foreign():
    assert foreign_letters("Hộ nghèо Ð") == "оÐ"
    (problem,) = check(change(ward(), "topics", "song-sach", name_vi="Hộ nghèо Ð")).problems
    assert problem.values["letters"] == "о (U+043E) Ð (U+00D0)"


@pytest.mark.parametrize("column", ["value", "plan"])
@pytest.mark.parametrize(
    "text",
    [
        "1,5",
        "1.234.567",
        "1 234",
        "1E+05",
        "05-Mar",
        "0012",
        "TRUE",
        "NaN",
        "INF",
        "１２",
        "1_000",
        "−5",
        "12%",
        "-",
        "…",
        "không có",
        "1.",
        ".5",
        "+5",
        "#REF!",
        "'12",
        "####",
    ],
)
def test_a_number_is_written_one_way(column, text):
    package = change(ward(), "observations", f"thu-phi/{YEAR}", **{column: text})
    where = place(package, "observations", f"thu-phi/{YEAR}", column)
    assert [problem[:3] for problem in found(package)] == [where]


@pytest.mark.parametrize(("table", "key", "column"), [("areas", AREA, "valid_from"), ("sources", SOURCE, "period_end")])
@pytest.mark.parametrize("text", ["31/12/2031", "2031-02-31", "2031-2-3", "48213", "12-2031", "20311-01-01"])
def test_a_date_is_written_one_way_and_exists(table, key, column, text):
    package = change(ward(), table, key, **{column: text})
    assert [problem[:3] for problem in found(package)] == [place(package, table, key, column)]


@pytest.mark.parametrize("year", ["20311", "0031", "31", "2031.0"])
def test_a_year_has_four_digits(year):
    row = next(n for n, cells in enumerate(read_rows(ward(), "observations"), 2) if cells["indicator_id"] == "thu-phi")
    package = change(ward(), "observations", f"thu-phi/{YEAR}", year=year)
    problems = found(package)
    assert ("ward/data/observations.csv", row, 3) in {problem[:3] for problem in problems}


# ---- what the house asks ---------------------------------------------------------------------------------------------


def test_a_result_for_a_year_after_its_source_is_reported():
    package = change(ward(), "sources", SOURCE, period_start="2029-01-01", period_end="2029-12-31")
    problems = found(package)
    assert problems
    assert {(problem[0], problem[3]) for problem in problems} == {("ward/data/observations.csv", "future")}


def test_a_share_over_the_whole_needs_a_note():
    rate = next(
        row for row in read_rows(ward(), "indicators") if row["unit_id"] == "phan-tram" and not row["numerator"]
    )
    key = f"{rate['indicator_id']}/{YEAR}"
    cells = {"value": "104", "plan": "", "plan_pct": "", "plan_claim": "", "as_printed": "104%", "zero_kind": ""}
    bare = change(ward(), "observations", key, **cells, obs_status="A", note_vi="", note_en="")
    assert (*place(bare, "observations", key, "value"), "percent-limit") in found(bare)
    noted = change(bare, "observations", key, note_vi="Có người đếm hai lần.", note_en="Some are counted twice.")
    assert "percent-limit" not in {problem[3] for problem in found(noted)}


def test_an_id_that_windows_cannot_store_is_reported():
    words = {"name_vi": "Khác", "name_en": "Other", "summary_vi": "Việc khác.", "summary_en": "Other matters."}
    package = add(ward(), "topics", topic_id="aux", position="9", **words)
    assert found(package) == [(*place(package, "topics", "aux", "topic_id"), "reserved-id")]
