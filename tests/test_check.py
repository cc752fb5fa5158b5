"""The check of a package: one fault at a time, and all that is said about it."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from wardbook.check import check
from wardbook.descriptor import read_descriptor
from wardbook.language import CODES
from wardbook.package import DESCRIPTOR, read_package
from wardbook.problem import describe, read_rules
from wardbook.rules import house_problems
from wardbook.table import read_table
from wards import (
    AREA,
    ROOT,
    SOURCE,
    add,
    catalogue,
    change,
    csv_path,
    describe_as,
    descriptor,
    edit,
    place,
    read_rows,
    remove,
    resource_as,
    resources,
    tables,
    ward,
    with_file,
    with_rows,
    without_file,
    write,
)

RULES = read_rules()
BOM = "\ufeff".encode()


def found(package):
    """Return what the whole check says."""
    return told(check(package).problems)


def declared(package):
    """Return what is said of the descriptor and of which files there are."""
    return told(sorted(read_descriptor(package)[2]))


def read(package):
    """Return what is said of the bytes and the shape of the tables."""
    return told(sorted(p for resource in resources(package).values() for p in read_table(package, resource)[1]))


def ruled(package):
    """Return what the house rules say of a package whose tables satisfy their schemas."""
    return told(sorted(house_problems(catalogue(package), tables(package))))


def told(problems):
    """Return problems as (path, line, column, rule); each must have words for what is wrong, in both languages."""
    for problem in problems:
        for language in CODES:
            message = describe(problem, language, RULES)
            assert message.text
            assert message.hint
    return [(problem.path, problem.line, problem.column, problem.rule) for problem in problems]


def at(package, table, key, column, rule):
    return (*place(package, table, key, column), rule)


def of_descriptor(rule, line=1, column=1):
    return f"ward/{DESCRIPTOR}", line, column, rule


def test_the_invented_ward_breaks_no_rule():
    assert found(ward()) == []


# --- bytes and shape of a table -------------------------------------------------------------------------------------


def test_lines_are_counted_in_the_file_and_not_in_rows():
    package = edit(ward(), "topics", "Rác, nước và cây.".encode(), "Rác,\nnước\nvà cây.".encode())
    package = with_file(package, csv_path("topics"), package.files[csv_path("topics")] + b"x\n")
    assert read(package) == [
        ("ward/data/topics.csv", 3, 6, "invisible"),
        ("ward/data/topics.csv", 6, 1, "row-width"),
    ]


@pytest.mark.parametrize(("length", "problems"), [(5000, 0), (5001, 1)])
def test_a_cell_that_nobody_would_read_is_reported(length, problems):
    package = change(ward(), "statements", "viec-1", text_vi="x" * length)
    assert read(package) == [at(package, "statements", "viec-1", "text_vi", "too-long")] * problems


# --- the descriptor and its files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [csv_path("units"), csv_path("observations"), "schemas/units.json"])
def test_a_file_that_is_declared_but_not_there_is_reported(path):
    package = without_file(ward(), path)
    assert (f"ward/{path}", 1, 1, "file-missing") in declared(package)


def test_a_package_without_a_descriptor_is_reported():
    assert declared(without_file(ward(), DESCRIPTOR)) == [of_descriptor("file-missing")]


def test_references_to_a_table_that_is_missing_are_not_followed():
    assert found(without_file(ward(), csv_path("units"))) == [("ward/data/units.csv", 1, 1, "file-missing")]


def test_a_link_out_of_the_package_is_not_followed(tmp_path):
    write(ward(), tmp_path / "ward")
    units = tmp_path / "ward" / csv_path("units")
    units.rename(tmp_path / "units.csv")
    units.symlink_to(tmp_path / "units.csv")
    assert declared(read_package(tmp_path / "ward", "ward")) == [("ward/data/units.csv", 1, 1, "file-link")]


def test_a_folder_that_is_a_link_is_not_followed(tmp_path):
    write(ward(), tmp_path / "ward")
    (tmp_path / "ward" / "data").rename(tmp_path / "data")
    (tmp_path / "ward" / "data").symlink_to(tmp_path / "data")
    assert set(declared(read_package(tmp_path / "ward", "ward"))) == {("ward/data", 1, 1, "file-link")}


def test_a_csv_that_nobody_declared_is_reported():
    package = with_file(ward(), "data/observations (2).csv", b"a\n1\n")
    assert declared(package) == [("ward/data/observations (2).csv", 1, 1, "file-undeclared")]


def test_a_note_beside_the_tables_is_no_fault():
    assert declared(with_file(ward(), "notes.txt", b"hello")) == []


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"{", 1, 2),
        (b'{\n  "name" 5\n}', 2, 10),
        (b'{"name": "\xff"}', 1, 1),
        (b'{"name": "a", "name": "b"}', 1, 1),
        (b"", 1, 1),
    ],
)
def test_json_that_cannot_be_read_is_reported_where_it_breaks(content, line, column):
    assert declared(with_file(ward(), DESCRIPTOR, content)) == [of_descriptor("json", line, column)]


def test_a_schema_that_cannot_be_read_is_reported():
    assert ("ward/schemas/units.json", 1, 2, "json") in declared(with_file(ward(), "schemas/units.json", b"{"))


def test_a_population_that_is_no_indicator_is_reported():
    assert found(describe_as(ward(), population="ho-nuoc-may")) == []
    assert found(describe_as(ward(), population="dan-so")) == [of_descriptor("population-unknown")]


def test_a_faulty_row_of_the_population_is_not_a_missing_population():
    package = change(describe_as(ward(), population="ho-nuoc-may"), "indicators", "ho-nuoc-may", position="x")
    assert "population-unknown" not in {problem.rule for problem in check(package).problems}


@pytest.mark.parametrize("due", ["2032-01", "2032-01-31", "2032-02-28", "2032-11-30"])
def test_the_next_figures_are_due_in_a_month_or_on_a_day(due):
    assert declared(describe_as(ward(), next_update=due)) == []


@pytest.mark.parametrize("due", ["2032", "2032-13", "2032-02-30", "2032-11-31", "01/2032", "2032-01\n", "", 2032, None])
def test_next_figures_that_are_due_on_no_day_are_reported(due):
    assert declared(describe_as(ward(), next_update=due)) == [of_descriptor("profile")]


@pytest.mark.parametrize(
    "entries",
    [{"resources": []}, {"name": 5}, {"licenses": []}, {"licenses": [{"title": "free"}]}, {"keywords": "open"}],
    ids=str,
)
def test_a_descriptor_that_breaks_the_published_profile_is_reported(entries):
    assert declared(describe_as(ward(), **entries)) == [of_descriptor("profile")]


def test_a_descriptor_that_is_a_list_is_reported():
    assert declared(with_file(ward(), DESCRIPTOR, b"[]")) == [of_descriptor("profile")]


def test_a_descriptor_that_is_nothing_is_reported():
    assert declared(with_file(ward(), DESCRIPTOR, b"null")) == [of_descriptor("profile")]


def test_a_table_that_is_declared_twice_is_reported():
    resources = descriptor(ward())["resources"]
    assert declared(describe_as(ward(), resources=[*resources, resources[0]])) == [of_descriptor("resource-duplicate")]


@pytest.mark.parametrize("table", ["indicators", "corrections", "observations"])
def test_a_table_that_the_descriptor_does_not_declare_is_reported(table):
    resources = [one for one in descriptor(ward())["resources"] if one["name"] != table]
    package = describe_as(without_file(ward(), csv_path(table)), resources=resources)
    assert of_descriptor("table-missing") in found(package)


@pytest.mark.parametrize("entry", ["name", "version", "title", "title_en", "licenses"])
def test_a_descriptor_must_say_what_the_pages_say(entry):
    rest = {name: value for name, value in descriptor(ward()).items() if name != entry}
    assert declared(with_file(ward(), DESCRIPTOR, json.dumps(rest).encode())) == [of_descriptor("profile")]


@pytest.mark.parametrize(
    "version", ["2031", "2031.0", "v2031.0.0", "2031.0.0-b", "../..", "2031.00.0", "", "2031.0.0\n"]
)
def test_a_version_has_three_numbers_since_it_is_part_of_addresses(version):
    assert declared(describe_as(ward(), version=version)) == [of_descriptor("profile")]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "http://example.org/", "licence.txt"])
def test_a_licence_stands_at_a_safe_address(address):
    package = describe_as(ward(), licenses=[{"name": "CC0", "path": address, "title": "CC0"}])
    assert declared(package) == [of_descriptor("profile")]


# --- what the schemas say -------------------------------------------------------------------------------------------


FAULTS = [
    ("areas", AREA, "name_en", "", "required"),
    ("statements", "viec-1", "text_vi", "", "required"),
    ("observations", "thu-phi/2031", "obs_status", "", "required"),
    ("corrections", "value", "date", "3/2/2032", "date"),
    ("sources", SOURCE, "period_end", "2031-02-31", "date-none"),
    ("indicators", "thu-phi", "headline", "TRUE", "boolean"),
    ("indicators", "luot-khach", "position", "1.0", "integer"),
    ("observations", "vu-xa-thai/2031", "year", "20311", "year"),
    ("areas", AREA, "kind", "huyen", "enum"),
    ("units", "ha", "kind", "area", "enum"),
    ("indicators", "thu-phi", "direction", "up", "enum"),
    ("observations", "diem-ngap/2031", "obs_status", "X", "enum"),
    ("statements", "viec-1", "kind", "promise", "enum"),
    ("areas", AREA, "official_code", "9901", "pattern"),
    ("sources", SOURCE, "sha256", "ABC", "pattern"),
    ("observations", "thu-phi/2031", "locator", "trang 4", "pattern"),
    ("discrepancies", "plan-pct/luot-khach/2031", "check_id", "Plan/Luot", "pattern"),
    ("topics", "song-sach", "position", "0", "range"),
    ("observations", "ho-tach-rac/2031", "year", "1999", "range"),
    ("statements", "viec-1", "year", "2101", "range"),
    ("indicators", "thu-phi", "name_vi", "x" * 91, "too-long"),
    ("observations", "tat-ca-ho/2031", "as_printed", "x" * 201, "too-long"),
    ("topics", "song-sach", "parent_id", "khong-co", "reference"),
    ("units", "ty-dong", "base_unit", "khong-co", "reference"),
    ("indicators", "cay-ven-song", "topic_id", "khong-co", "reference"),
    ("indicators", "cay-ven-song", "unit_id", "khong-co", "reference"),
    ("indicators", "khach-trong-tinh", "part_of", "khong-co", "reference"),
    ("indicators", "ty-le-tach-rac", "numerator", "khong-co", "reference"),
    ("indicators", "ty-le-tach-rac", "denominator", "khong-co", "reference"),
    ("observations", "cay-ven-song/2031", "source_id", "khong-co", "reference"),
    ("statements", "bien-phap-1", "topic_id", "khong-co", "reference"),
    ("statements", "bien-phap-1", "source_id", "khong-co", "reference"),
]


@pytest.fixture(scope="module")
def found_at_once():
    """What is found in a package with all of these faults: one check instead of many."""
    package = ward()
    for table, key, column, text, _ in FAULTS:
        package = change(package, table, key, **{column: text})
    return found(package)


@pytest.mark.parametrize(("table", "key", "column", "text", "rule"), FAULTS)
def test_a_cell_that_breaks_its_schema_is_reported(found_at_once, table, key, column, text, rule):
    assert at(ward(), table, key, column, rule) in found_at_once


@pytest.mark.parametrize(
    ("table", "key", "column", "text", "rule"),
    [
        ("areas", AREA, "name_en", "", "required"),
        ("corrections", "value", "date", "3/2/2032", "date"),
        ("areas", AREA, "kind", "huyen", "enum"),
        ("areas", AREA, "official_code", "9901", "pattern"),
        ("topics", "song-sach", "position", "0", "range"),
        ("indicators", "thu-phi", "name_vi", "x" * 91, "too-long"),
    ],
)
def test_one_bad_cell_is_one_problem(table, key, column, text, rule):
    assert len(found(change(ward(), table, key, **{column: text}))) == 1


@pytest.mark.parametrize(
    ("table", "key", "column", "text"),
    [("corrections", "value", "date", "2032-2-3"), ("areas", AREA, "valid_from", "2025-7-1")],
)
def test_a_date_without_its_zeros_is_reported(table, key, column, text):
    where = place(ward(), table, key, column)
    assert found(change(ward(), table, key, **{column: text})) == [(*where, "date")]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("units", "vu,vụ,case,vụ,case,cases,count,,\n"),
        ("statement_indicators", "viec-1,ty-le-khach-trong-tinh\n"),
    ],
)
def test_a_key_that_stands_twice_is_reported(table, row):
    package = with_file(ward(), csv_path(table), ward().files[csv_path(table)] + row.encode())
    line = package.files[csv_path(table)].count(b"\n")
    assert found(package) == [(f"ward/data/{table}.csv", n, 1, "duplicate") for n in (line - 1, line)]


def test_a_key_that_stands_three_times_is_reported_at_each_row():
    row = b"viec-1,ty-le-khach-trong-tinh\n"
    package = with_file(
        ward(), csv_path("statement_indicators"), ward().files[csv_path("statement_indicators")] + row * 2
    )
    assert [problem[1] for problem in found(package)] == [3, 4, 5]


def test_a_limit_that_has_no_words_of_its_own_is_reported_all_the_same():
    schema = json.loads(ward().files["schemas/topics.json"])
    schema["fields"][3]["constraints"]["minLength"] = 10
    package = with_file(ward(), "schemas/topics.json", json.dumps(schema).encode())
    assert found(package) == [
        at(package, "topics", "du-lich", "name_vi", "constraint"),
        at(package, "topics", "song-sach", "name_vi", "constraint"),
    ]


def test_a_link_from_or_to_nothing_is_reported():
    package = add(ward(), "statement_indicators", statement_id="khong-co", indicator_id="thu-phi")
    package = add(package, "statement_indicators", statement_id="viec-1", indicator_id="khong-co")
    assert found(package) == [
        at(package, "statement_indicators", "khong-co/thu-phi", "statement_id", "reference"),
        at(package, "statement_indicators", "viec-1/khong-co", "indicator_id", "reference"),
    ]


# --- house rules ----------------------------------------------------------------------------------------------------


def test_an_indicator_without_a_row_of_figures_is_reported():
    package = remove(ward(), "observations", "cay-ven-song/2031")
    assert ruled(package) == [at(package, "indicators", "cay-ven-song", "indicator_id", "unreported")]


def test_what_is_missing_is_reported_by_the_whole_check_too():
    package = remove(ward(), "observations", "cay-ven-song/2031")
    assert found(package) == [at(package, "indicators", "cay-ven-song", "indicator_id", "unreported")]


def test_a_package_without_any_value_is_reported():
    nothing = {"value": "", "plan": "", "plan_pct": "", "plan_claim": "", "zero_kind": "", "as_printed": ""}
    rows = [row | nothing | {"obs_status": "O"} for row in read_rows(ward(), "observations")]
    package = remove(with_rows(ward(), "observations", rows), "discrepancies", "plan-pct/luot-khach/2031")
    package = with_rows(package, "corrections", [])
    assert ruled(package) == [("ward/data/observations.csv", 1, 4, "no-value")]


def test_a_second_area_is_reported():
    package = add(ward(), "areas", **{**read_rows(ward(), "areas")[0], "area_id": "xa-khac"})
    assert ruled(package) == [at(package, "areas", "xa-khac", "area_id", "one-area")]


@pytest.mark.parametrize(
    ("table", "key", "empty"),
    [
        ("areas", AREA, "predecessors_vi"),
        ("indicators", "luot-khach", "plan_name_en"),
        ("observations", "cay-ven-song/2031", "note_vi"),
        ("sources", SOURCE, "note_en"),
    ],
)
def test_a_text_in_one_language_only_is_reported_where_the_other_is_missing(table, key, empty):
    package = change(ward(), table, key, **{empty: ""})
    assert ruled(package) == [at(package, table, key, empty, "translation")]


def test_a_text_that_the_schema_requires_is_not_reported_twice():
    package = change(ward(), "topics", "song-sach", name_en="")
    assert found(package) == [at(package, "topics", "song-sach", "name_en", "required")]


@pytest.mark.parametrize(
    ("table", "column", "parents", "reported"),
    [
        ("topics", "parent_id", {"song-sach": "song-sach"}, "song-sach"),
        ("topics", "parent_id", {"du-lich": "song-sach"}, "du-lich"),
        ("indicators", "part_of", {"cay-ven-song": "cay-ven-song"}, "cay-ven-song"),
        ("indicators", "part_of", {"ho-tach-rac": "ho-nuoc-may", "ho-nuoc-may": "ho-tach-rac"}, "ho-tach-rac"),
    ],
)
def test_a_circle_of_parents_is_reported_once(table, column, parents, reported):
    package = ward()
    for child, parent in parents.items():
        package = change(package, table, child, **{column: parent})
    circles = [problem for problem in ruled(package) if problem[3] == "circle"]
    assert circles == [at(package, table, reported, column, "circle")]


def test_a_circle_is_printed_step_by_step():
    package = change(ward(), "topics", "du-lich", parent_id="song-sach")
    (problem,) = check(package).problems
    assert "du-lich → song-sach → du-lich" in describe(problem, "vi", RULES).text


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize(
    "text", ["phường có", "{value} và {value}", "{value} {year}", "{value} {", "{value!r}", "} {value}"]
)
def test_a_sentence_without_one_place_for_its_value_is_reported(language, text):
    column = f"sentence_{language}"
    package = change(ward(), "indicators", "thu-phi", **{column: text})
    assert ruled(package) == [at(package, "indicators", "thu-phi", column, "sentence")]


@pytest.mark.parametrize("column", ["numerator", "denominator"])
def test_a_ratio_with_one_end_is_reported_at_the_other(column):
    package = change(ward(), "indicators", "ty-le-khach-trong-tinh", **{column: ""})
    assert ruled(package) == [at(package, "indicators", "ty-le-khach-trong-tinh", column, "ratio-half")]


@pytest.mark.parametrize(("unit_id", "cells"), [("ha", {"scale": "10000"}), ("ty-dong", {"scale": ""})])
def test_a_unit_that_is_a_multiple_says_of_what_and_how_many(unit_id, cells):
    package = change(ward(), "units", unit_id, **cells)
    assert ruled(package) == [at(package, "units", unit_id, "scale", "scale-alone")]


def test_a_row_without_a_value_must_say_why():
    package = change(ward(), "observations", "tat-ca-ho/2031", obs_status="A")
    assert ruled(package) == [at(package, "observations", "tat-ca-ho/2031", "obs_status", "missing-status")]


@pytest.mark.parametrize("status", ["O", "M"])
def test_a_row_with_a_value_is_not_missing(status):
    package = change(ward(), "observations", "cay-ven-song/2031", obs_status=status)
    assert ruled(package) == [at(package, "observations", "cay-ven-song/2031", "obs_status", "missing-status-stray")]


@pytest.mark.parametrize("key", ["vu-xa-thai/2031", "diem-ngap/2031"])
def test_a_zero_must_say_which_zero_it_is(key):
    package = change(ward(), "observations", key, zero_kind="", as_printed="0 vụ")
    assert ruled(package) == [at(package, "observations", key, "zero_kind", "zero-kind")]


@pytest.mark.parametrize("key", ["cay-ven-song/2031", "tat-ca-ho/2031"])
def test_only_a_zero_says_which_zero_it_is(key):
    package = change(ward(), "observations", key, zero_kind="none")
    assert ruled(package) == [at(package, "observations", key, "zero_kind", "zero-kind-stray")]


@pytest.mark.parametrize("text", ["3.5", "1.0"])
def test_things_that_are_counted_come_in_whole_numbers(text):
    printed = text.replace(".", ",")
    package = change(ward(), "observations", "diem-ngap/2031", value=text, as_printed=printed, zero_kind="")
    assert ruled(package) == [at(package, "observations", "diem-ngap/2031", "value", "whole")]
    package = change(ward(), "observations", "diem-ngap/2031", plan=text, as_printed=f"không còn; {printed}")
    assert ruled(package) == [at(package, "observations", "diem-ngap/2031", "plan", "whole")]


def test_a_claim_beside_a_percentage_is_reported():
    package = change(ward(), "observations", "thu-phi/2031", plan_claim="missed")
    assert ruled(package) == [at(package, "observations", "thu-phi/2031", "plan_claim", "claim-and-percent")]


@pytest.mark.parametrize(
    ("key", "column", "text", "printed"),
    [
        ("thu-phi/2031", "value", "12.5", "125 tỷ đồng; 80,65%"),
        ("thu-phi/2031", "plan_pct", "80.65", "12,5 tỷ đồng; 80,56%"),
        ("cay-ven-song/2031", "plan", "3.5", "3,25/35 ha"),
        ("ho-nuoc-may/2031", "value", "1920", "1,920 hộ"),
        ("ho-nuoc-may/2031", "value", "1920", "1920,0 nhưng 1.29 hộ"),
    ],
)
def test_a_slip_of_a_comma_or_a_dot_in_the_copy_is_reported(key, column, text, printed):
    package = change(ward(), "observations", key, **{column: text, "as_printed": printed})
    rules = {problem[3] for problem in ruled(package)}
    assert rules <= {"as-printed", "as-printed-thousand", "not-typed"}
    assert rules
    told = {problem[:3] for problem in ruled(package) if problem[3] != "not-typed"}
    assert (place(package, "observations", key, column) in told) == ("1920,0" not in printed)


@pytest.mark.parametrize("text", ["125", "1.25", "12.6"])
def test_a_slip_in_the_typed_number_is_reported(text):
    package = change(ward(), "observations", "thu-phi/2031", value=text)
    assert ruled(package) == [
        at(package, "observations", "thu-phi/2031", "value", "as-printed"),
        at(package, "observations", "thu-phi/2031", "as_printed", "not-typed"),
    ]


@pytest.mark.parametrize(
    ("key", "printed"),
    [("vu-xa-thai/2031", "không có vụ nào"), ("diem-ngap/2031", "chưa phát hiện"), ("diem-ngap/2031", "")],
)
def test_a_zero_must_be_printed_as_the_zero_that_it_is(key, printed):
    package = change(ward(), "observations", key, as_printed=printed)
    assert ruled(package) == [at(package, "observations", key, "value", "as-printed")]


def test_words_that_say_none_stand_for_the_zero_alone():
    package = change(ward(), "observations", "diem-ngap/2031", plan="5")
    assert ruled(package) == [at(package, "observations", "diem-ngap/2031", "plan", "as-printed")]


def test_a_zero_may_be_printed_as_a_figure():
    package = change(ward(), "observations", "diem-ngap/2031", as_printed="0 điểm")
    assert ruled(package) == []


def test_a_figure_that_was_copied_but_not_typed_is_reported():
    package = change(ward(), "observations", "ho-tach-rac/2031", as_printed="480 hộ; 55%")
    assert ruled(package) == [at(package, "observations", "ho-tach-rac/2031", "as_printed", "not-typed")]


def test_a_figure_in_the_name_of_an_indicator_need_not_be_typed():
    package = change(ward(), "indicators", "ho-tach-rac", name_vi="Hộ tách rác loại 3")
    package = change(package, "observations", "ho-tach-rac/2031", as_printed="480 hộ tách rác loại 3")
    assert ruled(package) == []


def test_a_figure_that_another_indicator_has_in_the_same_place_need_not_be_typed_twice():
    package = change(ward(), "observations", "ho-tach-rac/2031", as_printed="480/1.920 hộ")
    assert ruled(package) == []
    package = change(package, "observations", "ho-nuoc-may/2031", locator="I.2¶4")
    assert ruled(package) == [at(package, "observations", "ho-tach-rac/2031", "as_printed", "not-typed")]


def test_a_sum_that_does_not_add_up_is_reported_at_the_whole():
    package = change(ward(), "observations", "khach-ngoai-tinh/2031", value="451", as_printed="451 lượt")
    assert ruled(package) == [at(package, "observations", "luot-khach/2031", "value", "sum")]


def test_a_rate_that_is_not_its_quotient_is_reported_at_the_rate():
    package = change(ward(), "observations", "ty-le-khach-trong-tinh/2031", value="65", as_printed="65%")
    assert ruled(package) == [at(package, "observations", "ty-le-khach-trong-tinh/2031", "value", "rate")]


def test_a_percent_of_plan_that_is_not_the_quotient_is_reported_at_the_percentage():
    package = remove(ward(), "discrepancies", "plan-pct/luot-khach/2031")
    assert ruled(package) == [at(package, "observations", "luot-khach/2031", "plan_pct", "plan-pct")]


def test_rates_that_no_denominator_fits_are_reported_at_the_denominator():
    package = change(ward(), "observations", "ty-le-tach-rac/2031", value="30", as_printed="30%")
    assert ruled(package) == [at(package, "observations", "tat-ca-ho/2031", "value", "common-denominator")]


@pytest.mark.parametrize(
    ("key", "cells", "check_id"),
    [
        ("khach-ngoai-tinh/2031", {"value": "451", "as_printed": "451"}, "sum/luot-khach/khach-trong-tinh/2031"),
        ("ty-le-khach-trong-tinh/2031", {"value": "65", "as_printed": "65%"}, "rate/ty-le-khach-trong-tinh/2031"),
        ("ty-le-tach-rac/2031", {"value": "30", "as_printed": "30%"}, "common-denominator/tat-ca-ho/2031"),
    ],
)
def test_arithmetic_that_the_source_itself_gets_wrong_can_be_explained(key, cells, check_id):
    package = change(ward(), "observations", key, **cells)
    explanation = {"explanation_vi": "Báo cáo in sai.", "explanation_en": "Misprinted."}
    assert ruled(add(package, "discrepancies", check_id=check_id, **explanation)) == []


def test_an_explanation_of_what_agrees_by_now_is_reported():
    package = change(ward(), "observations", "luot-khach/2031", plan_pct="104.17", as_printed="1.250/1.200; 104,17%")
    assert ruled(package) == [at(package, "discrepancies", "plan-pct/luot-khach/2031", "check_id", "discrepancy-stale")]


def test_an_explanation_of_no_check_is_reported():
    package = add(ward(), "discrepancies", check_id="sum/khong-co/2031", explanation_vi="x", explanation_en="y")
    assert ruled(package) == [at(package, "discrepancies", "sum/khong-co/2031", "check_id", "discrepancy-unknown")]


def test_a_row_that_cannot_be_read_does_not_make_its_explanation_a_fault():
    package = change(ward(), "observations", "luot-khach/2031", plan_pct="104,16")
    assert found(package) == [at(package, "observations", "luot-khach/2031", "plan_pct", "number-comma")]


# --- all of it in one run -------------------------------------------------------------------------------------------


def test_faults_of_bytes_schemas_and_house_rules_show_in_one_run_in_file_order():
    package = change(ward(), "topics", "song-sach", name_vi="Sông sạch ")
    package = change(package, "units", "ha", kind="area")
    package = change(package, "observations", "ho-tach-rac/2031", as_printed="408 hộ")
    assert found(package) == [
        at(package, "observations", "ho-tach-rac/2031", "value", "as-printed"),
        at(package, "observations", "ho-tach-rac/2031", "as_printed", "not-typed"),
        at(package, "topics", "song-sach", "name_vi", "padded"),
        at(package, "units", "ha", "kind", "enum"),
    ]


def test_two_faults_of_one_cell_are_both_reported():
    package = change(ward(), "observations", "luot-khach/2031", value="1260", as_printed="1.250/1.200 lượt; 104,16%")
    package = with_rows(package, "corrections", [])
    assert ruled(package) == [
        at(package, "observations", "luot-khach/2031", "value", "as-printed"),
        at(package, "observations", "luot-khach/2031", "value", "sum"),
        at(package, "observations", "luot-khach/2031", "as_printed", "not-typed"),
        at(package, "observations", "ty-le-khach-trong-tinh/2031", "value", "rate"),
    ]


def test_a_file_without_rows_is_read_to_its_end():
    assert found(with_rows(ward(), "corrections", [])) == []


def test_every_fault_of_the_descriptor_shows_in_one_run():
    package = resource_as(resource_as(ward(), "units", path="a:b"), "topics", path="a%b")
    assert Counter(found(package))[of_descriptor("resource-path")] == 2


def test_a_byte_order_mark_does_not_hide_windows_line_ends():
    raw = ward().files[csv_path("units")].replace(b"\n", b"\r\n")
    rules = {problem[3] for problem in found(with_file(ward(), csv_path("units"), BOM + raw))}
    assert rules == {"bom", "line-ends"}


@pytest.mark.parametrize("schema", [[], {}, "x", {"fields": [{"type": "string"}]}], ids=str)
def test_a_schema_file_that_is_no_schema_is_reported(schema):
    package = with_file(ward(), "schemas/units.json", json.dumps(schema).encode())
    assert "ward/schemas/units.json" in {problem[0] for problem in found(package)}


def test_a_huge_cell_is_reported_by_a_fresh_process(tmp_path):
    write(change(ward(), "units", "ha", name_vi="x" * 200_000), tmp_path)
    command = [sys.executable, str(ROOT / "scripts" / "build.py"), "check", "--package", str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert "Traceback" not in said.stderr
    assert "data/units.csv:3:2: " in said.stdout


def test_a_part_that_cannot_be_read_does_not_make_its_whole_a_fault():
    package = change(ward(), "indicators", "khach-ngoai-tinh", name_en="")
    assert found(package) == [at(package, "indicators", "khach-ngoai-tinh", "name_en", "required")]


def test_a_sum_is_still_made_when_a_row_that_has_no_part_in_it_is_left_out():
    package = change(ward(), "indicators", "ho-nuoc-may", name_en="")
    package = change(package, "observations", "khach-ngoai-tinh/2031", value="451", as_printed="451 lượt")
    assert found(package) == [
        at(package, "indicators", "ho-nuoc-may", "name_en", "required"),
        at(package, "observations", "luot-khach/2031", "value", "sum"),
    ]


def test_what_seems_to_be_missing_may_stand_in_a_row_that_cannot_be_read():
    rows = [row for row in read_rows(ward(), "observations") if row["indicator_id"] == "thu-phi"]
    package = with_rows(ward(), "observations", [rows[0] | {"value": "12,5"}])
    assert found(package) == [at(package, "observations", "thu-phi/2031", "value", "number-comma")]


def test_a_hint_names_every_code_that_is_allowed():
    (problem,) = check(change(ward(), "statements", "viec-1", kind="promise")).problems
    assert describe(problem, "en", RULES).hint.endswith("remedy, rating, task")
