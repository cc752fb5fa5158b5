"""The workbook of a year: what it shows, what of it comes back, and the cell that is named when something is wrong."""

import io
import string
import unicodedata
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import build
from books import DOCUMENT, FIGURES, HEADER, NEXT, VI, Book, edited, made, next_year_figures, refused, typed
from wardbook.check import check
from wardbook.intake import read
from wardbook.intake.form import LOCKED, TYPED
from wardbook.intake.refusal import RefusedError
from wardbook.intake.take import take
from wardbook.intake.year import new_year
from wardbook.language import read_language
from wardbook.package import read_package
from wards import REAL, YEAR, add, change, describe_as, read_rows, remove, ward, write
from years import three_years

WARD = ward()
MADE = made(WARD)


def row_of(package, indicator_id, year=YEAR):
    rows = read_rows(package, "observations")
    return next(row for row in rows if (row["indicator_id"], row["year"]) == (indicator_id, str(year)))


def changed_lines(package, before=WARD):
    """Return the lines of the tables that are not in those of before."""
    lines = set()
    for path, content in package.files.items():
        lines |= set(content.decode("utf-8").splitlines()) - set(
            before.files.get(path, b"").decode("utf-8").splitlines()
        )
    return lines


# ---- what it shows ---------------------------------------------------------------------------------------------------


def test_the_same_figures_give_the_same_bytes():
    assert made(WARD) == MADE


def test_each_indicator_has_a_row_under_its_topic_in_the_order_of_the_pages():
    names = [cell.value for cell in Book(MADE).figures["A"][HEADER:]]
    assert names[:3] == [None, "thu-phi", "luot-khach"]
    assert Book(MADE).figures.cell(HEADER + 1, 2).value == "Du lịch"
    assert {name for name in names if name} == {row["indicator_id"] for row in read_rows(WARD, "indicators")}


def test_figures_of_the_year_stand_in_their_cells_and_codes_with_their_meaning():
    book = Book(MADE)
    cells = [book.cell("thu-phi", column).value for column in TYPED]
    assert cells == [12.5, None, 80.65, None, "E – ước", None, "I.1¶1", "12,5 tỷ đồng; 80,65%", None, None]
    assert book.cell("vu-xa-thai", "zero_kind").value == "not_found – chưa phát hiện"


def test_last_years_figures_stand_beside_as_readers_write_them():
    book = Book(made(WARD, NEXT))
    assert [book.cell("luot-khach", column).value for column in LOCKED] == [
        "luot-khach",
        "Lượt khách",
        "lượt",
        "1.250",
        "1.200",
    ]


def test_ids_are_locked_and_entries_are_not():
    book = Book(MADE)
    assert book.figures.protection.sheet
    assert all(book.cell("thu-phi", column).protection.locked for column in LOCKED)
    assert not any(book.cell("thu-phi", column).protection.locked for column in TYPED)
    assert book.figures.freeze_panes == "D5"
    assert book.book["wardbook"].sheet_state == "veryHidden"


def test_every_typed_column_has_a_note_and_a_message_and_codes_have_their_list():
    sheet = Book(MADE).figures
    rules = {next(iter(rule.sqref.ranges)).min_col: rule for rule in sheet.data_validations.dataValidation}
    for name in TYPED:
        column = Book(MADE).column(name)
        assert sheet.cell(HEADER - 1, column).comment.text
        assert rules[column].prompt
    assert [rules[Book(MADE).column(name)].type for name in ("value", "obs_status")] == ["decimal", "list"]


def test_a_workbook_in_english_is_taken_as_well():
    english = read_language("en")
    raw = typed(
        made(WARD, NEXT, english), {("tat-ca-ho", "obs_status"): "O – not reported", ("tat-ca-ho", "locator"): "I.2"}
    )
    assert row_of(take(WARD, raw, english).package, "tat-ca-ho", NEXT)["obs_status"] == "O"


# ---- what comes back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", [WARD, three_years(), read_package(REAL, "datapackage")])
@pytest.mark.parametrize("is_new", [False, True])
def test_a_workbook_that_nobody_touched_changes_nothing(package, is_new):
    year = max(int(row["year"]) for row in read_rows(package, "observations") if row["value"]) + is_new
    taken = take(package, edited(made(package, year), lambda book: None), VI)
    assert taken.package.files == package.files
    assert taken.kept == ()


def test_what_was_typed_for_a_new_year_comes_back_with_the_rows_of_that_year():
    taken = take(WARD, typed(made(WARD, NEXT), next_year_figures()), VI)
    empty = changed_lines(new_year(WARD, NEXT).package)
    assert changed_lines(taken.package) - empty == {
        'phuong-song-trang,thu-phi,2032,13.25,,94.64,,E,,bao-cao-2032,I.1¶1,"13,25 tỷ đồng; 94,64%",,',
        "phuong-song-trang,tat-ca-ho,2032,,,,,O,,bao-cao-2032,I.2¶2,,,",
        "phuong-song-trang,vu-xa-thai,2032,0,,,,A,none,bao-cao-2032,I.2¶1,không có vụ nào,,",
        "phuong-song-trang,ty-le-khach-trong-tinh,2032,72,70,,,A,,bao-cao-2032,I.1¶1,72%/70%,,",
    }
    assert taken.unfilled == 11


def test_it_makes_no_difference_whether_the_year_was_prepared_before_or_after_the_workbook():
    raw = typed(made(WARD, NEXT), next_year_figures())
    prepared = new_year(WARD, NEXT).package
    assert made(prepared) == made(WARD, NEXT)
    assert take(prepared, raw, VI).package.files == take(WARD, raw, VI).package.files


def test_a_workbook_may_be_taken_half_way_and_again_with_more():
    half = typed(made(WARD, NEXT), next_year_figures())
    once = take(WARD, half, VI).package
    more = {("cay-ven-song", "value"): 3.4, ("cay-ven-song", "as_printed"): "3,4 ha"}
    more |= {("cay-ven-song", "obs_status"): "A", ("cay-ven-song", "locator"): "I.2¶3"}
    twice = take(once, typed(half, more), VI)
    assert changed_lines(twice.package, once) == {
        'phuong-song-trang,cay-ven-song,2032,3.4,,,,A,,bao-cao-2032,I.2¶3,"3,4 ha",,'
    }


def test_the_document_is_typed_on_its_own_sheet():
    def edit(book):
        for field, cell in {
            "title_vi": "Báo cáo tổng kết năm 2032 ",
            "title_en": "Report on the year 2032",
            "publisher_vi": "Ủy ban nhân dân phường Sông Trắng",
            "publisher_en": "People’s Committee of Sông Trắng ward",
            "document_number": 15,
            "date_issued": datetime(2032, 12, 20),
            "period_end": "30/11/2032",
            "sha256": "0" * 64,
        }.items():
            book.field(field).value = cell

    taken = take(WARD, edited(made(WARD, NEXT), edit), VI).package
    row = read_rows(taken, "sources")[1]
    assert (row["title_vi"], row["document_number"]) == ("Báo cáo tổng kết năm 2032", "15")
    assert (row["date_issued"], row["period_end"]) == ("2032-12-20", "2032-11-30")
    assert "unfilled" not in {problem.rule for problem in check(taken).problems}


# what stands in a cell, and its number format -> the cell of the CSV; the copy is "12,5 tỷ đồng; 80,65%" with it
NUMBERS = {
    "a number": (13.25, None, "13,25 tỷ đồng", "13.25"),
    "a whole number that is kept with a point": (13.0, None, "13 tỷ đồng", "13"),
    "a decimal comma typed as text": ("13,25", "@", "13,25 tỷ đồng", "13.25"),
    "thousands and decimals typed as text": ("1.234,5", "@", "1.234,5 tỷ đồng", "1234.5"),
    "spaces around a text": (" 13,25 ", "@", "13,25 tỷ đồng", "13.25"),
    "full-width digits": ("１３,２５".translate({0xFF0C: ","}).replace(",", "."), "@", "13,25 tỷ đồng", "13.25"),
    "three decimals typed as text, which the copy tells": ("31.625", "@", "31,625 tỷ đồng", "31.625"),
    "thousands typed as text, which the copy tells": ("31.625", "@", "31.625 tỷ đồng", "31625"),
    "a decimal comma with three digits": ("31,625", "@", "31,625 tỷ đồng", "31.625"),
    "decimals taken for thousands by the spreadsheet": (31625, None, "31,625 tỷ đồng", "31.625"),
    "a last zero that the spreadsheet forgot": (13.5, None, "13,50 tỷ đồng", "13.50"),
    "a small number": (0.0000125, None, "0,0000125 tỷ đồng", "0.0000125"),
    "a large number": (123456789012345, None, "123.456.789.012.345 tỷ đồng", "123456789012345"),
}


@pytest.mark.parametrize(("value", "shape", "copy", "cell"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_comes_back_as_it_was_meant(value, shape, copy, cell):
    def edit(book):
        book.cell("thu-phi", "value").value = value
        if shape:
            book.cell("thu-phi", "value").number_format = shape
        book.cell("thu-phi", "as_printed").value = copy
        book.cell("thu-phi", "plan_pct").value = None
        for column in ("note_vi", "note_en"):
            book.cell("thu-phi", column).value = "x"

    assert row_of(take(WARD, edited(MADE, edit), VI).package, "thu-phi")["value"] == cell


@pytest.mark.parametrize(("value", "shape"), [(0.7713, "0.00%"), (0.7713, "0%"), ("77,13%", "@"), (77.13, "General")])
def test_a_percentage_comes_back_in_per_cent_however_it_was_typed(value, shape):
    def edit(book):
        cell = book.cell("thu-phi", "plan_pct")
        cell.value, cell.number_format = value, shape
        book.cell("thu-phi", "as_printed").value = "12,5 tỷ đồng; 77,13%"

    assert row_of(take(WARD, edited(MADE, edit), VI).package, "thu-phi")["plan_pct"] == "77.13"


def test_a_percent_sign_in_quotes_of_a_number_format_is_only_shown():
    def edit(book):
        cell = book.cell("thu-phi", "plan_pct")
        cell.value, cell.number_format = 77.13, '0.00"%"'
        book.cell("thu-phi", "as_printed").value = "12,5 tỷ đồng; 77,13%"

    assert row_of(take(WARD, edited(MADE, edit), VI).package, "thu-phi")["plan_pct"] == "77.13"


@pytest.mark.parametrize(
    "code", ["P", "p", "P – sơ bộ", "P - sơ bộ", "sơ bộ", unicodedata.normalize("NFD", "P – sơ bộ ")]
)
def test_a_code_is_taken_alone_with_its_meaning_and_by_its_meaning(code):
    assert (
        row_of(take(WARD, typed(MADE, {("thu-phi", "obs_status"): code}), VI).package, "thu-phi")["obs_status"] == "P"
    )


def test_texts_lose_the_space_around_them_and_their_decomposed_accents():
    note = unicodedata.normalize("NFD", "  Tính cả cây trồng mới. ")
    raw = typed(MADE, {("cay-ven-song", "note_vi"): note})
    assert row_of(take(WARD, raw, VI).package, "cay-ven-song")["note_vi"] == "Tính cả cây trồng mới."


def test_a_count_typed_into_a_cell_of_text_is_its_digits():
    raw = typed(MADE, {("ho-tach-rac", "as_printed"): 480})
    assert row_of(take(WARD, raw, VI).package, "ho-tach-rac")["as_printed"] == "480"


def hide(book):
    book.figures.row_dimensions[book.row("ho-tach-rac")].hidden = True
    book.cell("ho-tach-rac", "as_printed").value = "480 (hộ)"


def move(book):
    book.figures.move_range(f"M{HEADER - 1}:M40", cols=8)
    book.cell("ho-tach-rac", "as_printed").value = "480 (hộ)"


def sort(book):
    first, last = HEADER + 2, HEADER + 4
    rows = [[cell.value for cell in row] for row in book.figures.iter_rows(first, last)]
    for place, row in enumerate(reversed(rows), first):
        for column, value in enumerate(row, 1):
            book.figures.cell(place, column).value = value
    book.cell("ho-tach-rac", "as_printed").value = "480 (hộ)"


@pytest.mark.parametrize("edit", [hide, move, sort])
def test_hidden_rows_moved_columns_and_sorted_rows_lose_nothing(edit):
    lines = changed_lines(take(WARD, edited(MADE, edit), VI).package)
    assert lines == {"phuong-song-trang,ho-tach-rac,2031,480,,,,A,,bao-cao-2031,I.2¶2,480 (hộ),,"}


def test_a_cell_that_changed_in_the_data_since_is_kept_and_said_where_the_workbook_says_nothing_new():
    now = change(WARD, "observations", f"ho-tach-rac/{YEAR}", as_printed="480 hộ gia đình")
    taken = take(now, typed(MADE, {("thu-phi", "obs_status"): "P"}), VI)
    assert row_of(taken.package, "ho-tach-rac")["as_printed"] == "480 hộ gia đình"
    (kept,) = taken.kept
    assert (kept.name, kept.column, kept.now, kept.typed) == ("Hộ tách rác", "as_printed", "480 hộ gia đình", "480 hộ")


def test_an_indicator_that_came_since_is_left_alone():
    cells = next(row for row in read_rows(WARD, "indicators") if row["indicator_id"] == "cay-ven-song")
    now = add(WARD, "indicators", **cells | {"indicator_id": "tre-ven-song", "position": "10"})
    now = add(now, "observations", **row_of(WARD, "cay-ven-song") | {"indicator_id": "tre-ven-song"})
    taken = take(now, typed(MADE, {("thu-phi", "obs_status"): "P"}), VI).package
    assert changed_lines(taken, now) == {
        'phuong-song-trang,thu-phi,2031,12.5,,80.65,,P,,bao-cao-2031,I.1¶1,"12,5 tỷ đồng; 80,65%",,'
    }


def test_an_explanation_in_the_data_lets_a_sum_pass_that_the_report_itself_gets_wrong():
    raw = typed(MADE, {("khach-ngoai-tinh", "value"): 460, ("khach-ngoai-tinh", "as_printed"): "460 lượt"})
    check_id = "sum/luot-khach/khach-trong-tinh/2031"
    explained = add(WARD, "discrepancies", check_id=check_id, explanation_vi="Báo cáo cộng sai.", explanation_en="x")
    assert len(refused(WARD, raw)) == 1
    assert row_of(take(explained, raw, VI).package, "khach-ngoai-tinh")["value"] == "460"


# ---- what is wrong ---------------------------------------------------------------------------------------------------


def put(column, value, shape=None, indicator_id="thu-phi"):
    def edit(book):
        cell = book.cell(indicator_id, column)
        cell.value = value
        if shape:
            cell.number_format = shape

    return edit


def both(*edits):
    def edit(book):
        for one in edits:
            one(book)

    return edit


def copy_row(book):
    for column in range(1, 16):
        book.figures.cell(40, column).value = book.figures.cell(book.row("thu-phi"), column).value


def stray(sheet, place, value):
    return lambda book: setattr(book.book[sheet][place], "value", value)


def scratch(book):
    book.book.create_sheet("Nháp")["B2"].value = 5


NEW_ONE = "Chạy lại lệnh sheet và chép số sang bảng mới."
AS_TEXT = "Chọn định dạng ô là “Văn bản” (Text)"
CODES = "A (bình thường), E (ước), P (sơ bộ), B (đứt chuỗi), F (dự báo), O (báo cáo không nêu), M (không áp dụng)"
SLIPS = {
    "a formula": (
        put("value", "=12+0.5"),
        "Số liệu!F6: ô là công thức =12+0.5. Thay bằng chính con số: chép ô, rồi Dán đặc biệt (Paste Special), Giá trị "
        "(Values).",
    ),
    "a date in a number": (
        put("value", datetime(2026, 3, 5)),
        "Số liệu!F6: ô đã thành ngày tháng (2026-03-05) vì bảng tính tự đổi chữ vừa gõ. "
        f"{AS_TEXT} hoặc “Số” (Number) rồi gõ lại theo báo cáo.",
    ),
    "a date in a text": (
        put("locator", date(2026, 3, 5)),
        "Số liệu!L6: ô đã thành ngày tháng (2026-03-05) vì bảng tính tự đổi chữ vừa gõ. "
        f"{AS_TEXT} hoặc “Số” (Number) rồi gõ lại theo báo cáo.",
    ),
    "true": (put("value", True), "Số liệu!F6: ô là TRUE (đúng/sai). Gõ lại giá trị theo báo cáo."),
    "an error": (put("value", "#REF!"), "Số liệu!F6: ô báo lỗi #REF! của bảng tính. Gõ lại giá trị theo báo cáo."),
    "a percentage that is none": (
        put("value", 0.125, "0%"),
        "Số liệu!F6: ô có dạng phần trăm (12,5%) mà cột này không phải là phần trăm. Chọn định dạng ô là “Số” (Number) "
        "rồi gõ lại số theo báo cáo.",
    ),
    "more digits than a spreadsheet keeps": (
        put("value", 12345678901234567),
        "Số liệu!F6: số 1.234567890123457e+16 dài hơn 15 chữ số; bảng tính không giữ đúng được số dài như vậy (có lẽ "
        "là kết quả tính). Gõ lại số đúng như báo cáo in.",
    ),
    "a number that can be read in two ways": (
        both(put("value", "31.625", "@"), put("as_printed", None)),
        "Số liệu!F6: “31.625” có thể là 31.625 hoặc 31625. Điền cột as_printed đúng như báo cáo in thì sẽ rõ; hoặc "
        "chọn định dạng ô là “Số” (Number) rồi gõ lại.",
    ),
    "words in a number": (
        put("value", "12,5 tỷ đồng"),
        "Số liệu!F6: value: “12,5 tỷ đồng” có chữ trong ô số; đơn vị đã ghi ở bảng indicators. Viết: 12,5",
    ),
    "words for no number": (
        put("value", "không có"),
        "Số liệu!F6: value: “không có” không phải số. Để trống ô; nếu báo cáo không nêu, ghi obs_status là O, nếu "
        "không áp dụng, ghi M. Nếu báo cáo nói không có, ghi 0 và zero_kind là none.",
    ),
    "a negative number": (
        put("value", -3),
        "Số liệu!F6: value: “-3” là số âm; ở đây không có số nào dưới 0. So lại với báo cáo; mức giảm thì ghi bằng một "
        "chỉ tiêu riêng.",
    ),
    "a number where the copied text belongs": (
        put("as_printed", 12.5),
        f"Số liệu!M6: ô phải là chữ mà đang là số 12,5. {AS_TEXT} rồi gõ lại đúng như báo cáo, ví dụ: 12,5",
    ),
    "a percentage where the copied text belongs": (
        put("as_printed", 0.8065, "0.00%"),
        f"Số liệu!M6: ô phải là chữ mà đang là số 80,65%. {AS_TEXT} rồi gõ lại đúng như báo cáo, ví dụ: 80,65%",
    ),
    "a code that is none": (
        put("obs_status", "X"),
        f"Số liệu!J6: “X” không có trong danh sách. Chọn một trong: {CODES}",
    ),
    "a zero for the letter O": (
        put("obs_status", 0),
        f"Số liệu!J6: “0” không có trong danh sách. Chọn một trong: {CODES}",
    ),
    "half of a row": (
        put("locator", None),
        "Số liệu!L6: locator: ô này không được để trống. Điền giá trị theo mô tả của cột.",
    ),
    "a row that was emptied": (
        both(*(put(column, None) for column in ("value", "plan_pct", "obs_status", "locator", "as_printed"))),
        "Số liệu!F6: Số liệu “phuong-song-trang/thu-phi/2031” còn ô phải điền: value, obs_status, locator, as_printed. "
        "Chép từ báo cáo. Nếu báo cáo không nêu, để trống value và as_printed, ghi obs_status là O và locator là mục "
        "lẽ ra có con số.",
    ),
    "a number that is not the copied one": (
        put("value", 12.6),
        "Số liệu!F6: value: số “12.6” không có trong phần chép từ báo cáo: 12,5 tỷ đồng; 80,65%. So lại với báo cáo, "
        "rồi sửa số hoặc sửa cột as_printed (2.491 là 2491; 82,61 là 82.61).",
        "Số liệu!M6: as_printed: số “12.5” chép từ báo cáo nhưng chưa điền vào cột nào. Điền vào value, plan hoặc "
        "plan_pct, hoặc sửa phần chép.",
    ),
    "parts that do not make the whole": (
        both(
            put("value", 460, indicator_id="khach-ngoai-tinh"),
            put("as_printed", "460 lượt", indicator_id="khach-ngoai-tinh"),
        ),
        "Số liệu!F7: value: luot-khach là 1250, nhưng các phần cộng lại bằng 1260 (800 + 460). So lại từng số với báo "
        "cáo. Nếu chính báo cáo không khớp, giải thích trong discrepancies.csv với mã "
        "sum/luot-khach/khach-trong-tinh/2031.",
    ),
    "merged cells": (
        lambda book: book.figures.merge_cells("F7:F8"),
        "Số liệu!F7:F8: các ô này bị gộp làm một nên mất số của các ô sau. Bỏ gộp ô (Unmerge) rồi gõ lại từng ô.",
    ),
    "a row taken away": (
        lambda book: book.figures.delete_rows(book.row("thu-phi")),
        "Số liệu: Thiếu dòng của chỉ tiêu “Thu phí tham quan” (thu-phi). Bấm Ctrl+Z để lấy lại dòng đã xóa, hoặc chạy "
        "lại lệnh sheet; không có số thì để trống, đừng xóa dòng.",
    ),
    "a copy of a row": (
        copy_row,
        "Số liệu!A40: mã “thu-phi” đã có ở dòng 6. Xóa một trong hai dòng; mỗi chỉ tiêu một dòng.",
    ),
    "another id": (
        both(copy_row, stray(FIGURES, "A40", "thu-phi-moi")),
        "Số liệu!A40: mã “thu-phi-moi” không có trong bảng. Trả lại mã cũ của dòng; muốn thêm chỉ tiêu, dùng lệnh "
        "new-indicator.",
    ),
    "a row without an indicator": (
        stray(FIGURES, "F40", "Tổng cộng"),
        "Số liệu!F40: “Tổng cộng” nằm ở dòng không có mã chỉ tiêu. Chuyển sang dòng của chỉ tiêu, rồi xóa ô này.",
    ),
    "a column of one's own": (
        stray(FIGURES, "Q7", "xem lại"),
        "Số liệu!Q7: “xem lại” nằm ở cột không thuộc bảng. Chuyển sang cột note_vi nếu cần giữ, rồi xóa ô này.",
    ),
    "a column taken away": (
        lambda book: book.figures.delete_cols(book.column("plan")),
        f"Số liệu: Thiếu cột plan. {NEW_ONE}",
    ),
    "a column twice": (stray(FIGURES, "P4", "value"), "Số liệu!P4: cột value có hai lần. Giữ lại một cột."),
    "a locked cell": (
        put("unit", "đồng"),
        "Số liệu!C6: ô khóa này đang là “đồng”, lúc làm bảng là “tỷ đồng”. Trả lại “tỷ đồng”; tên và đơn vị sửa trong "
        "dữ liệu, không sửa ở đây.",
    ),
    "the row of names taken away": (
        lambda book: book.figures.delete_rows(HEADER),
        f"Số liệu: Không thấy dòng tên cột (dòng có chữ indicator_id). {NEW_ONE}",
    ),
    "a sheet of one's own": (
        scratch,
        "Trang tính “Nháp” không thuộc bảng này mà có chữ, bắt đầu ở ô Nháp!B2. Chép điều cần giữ sang trang “Số liệu” "
        "rồi xóa trang này.",
    ),
    "a sheet taken away": (
        lambda book: book.book.remove(book.document),
        "Thiếu trang tính “Văn bản”. Đặt lại đúng tên trang, hoặc chạy lại lệnh sheet và chép số sang bảng mới.",
    ),
    "the hidden sheet taken away": (
        lambda book: book.book.remove(book.book["wardbook"]),
        "Bảng này không do lệnh sheet làm ra, hoặc trang ẩn “wardbook” trong đó đã mất. Chạy lại lệnh sheet và gõ số "
        "vào bảng mới.",
    ),
    "the hidden sheet changed": (
        stray("wardbook", "B5", "2030"),
        f"Trang ẩn “wardbook” của bảng đã bị sửa, nên không biết bảng được làm ra từ số liệu nào. {NEW_ONE}",
    ),
    "a field of the document taken away": (
        stray(DOCUMENT, "B5", None),
        f"Văn bản: Thiếu cột title_en. {NEW_ONE}",
        "Văn bản!A5: “Tên văn bản (tiếng Anh)” nằm ngoài các ô của trang này. Chuyển sang ô ghi chú nếu cần giữ, rồi "
        "xóa ô này.",
        "Văn bản!C5: “Report on the year 2031” nằm ngoài các ô của trang này. Chuyển sang ô ghi chú nếu cần giữ, rồi "
        "xóa ô này.",
        "Văn bản!D5: “Tên của văn bản nguồn. Viết bằng tiếng Anh.” nằm ngoài các ô của trang này. Chuyển sang ô ghi "
        "chú nếu cần giữ, rồi xóa ô này.",
    ),
    "a remark beside the document": (
        stray(DOCUMENT, "E5", "?"),
        "Văn bản!E5: “?” nằm ngoài các ô của trang này. Chuyển sang ô ghi chú nếu cần giữ, rồi xóa ô này.",
    ),
    "a day that is none": (
        lambda book: setattr(book.field("period_end"), "value", "31/13/2031"),
        "Văn bản!C11: period_end: “31/13/2031” không phải ngày viết đúng cách. Viết năm-tháng-ngày, đủ số 0. Ví dụ: "
        "2026-03-05",
    ),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_named_by_its_cell_with_what_stands_there_and_what_to_write(slip):
    edit, *said = slip
    assert refused(WARD, edited(MADE, edit)) == said


def test_every_slip_of_a_workbook_is_named_in_one_run():
    edits = both(put("value", "=1"), put("obs_status", "X", indicator_id="luot-khach"), scratch)
    assert len(refused(WARD, edited(MADE, edits))) == 3


def test_faults_of_the_package_elsewhere_are_named_with_their_place():
    package = change(WARD, "topics", "song-sach", name_vi="Sông  sạch ")
    with pytest.raises(RefusedError) as caught:
        take(package, typed(MADE, {("thu-phi", "obs_status"): "P"}), VI)
    assert [r.say("vi") for r in caught.value.refusals] == [
        "Chưa ghi gì vào dữ liệu. Gói dữ liệu có lỗi ở chỗ khác, ngoài bảng này:"
    ]
    assert [(p.path, p.rule) for p in caught.value.problems] == [("ward/data/topics.csv", "padded")]


def test_a_figure_that_changed_on_both_sides_is_refused_with_all_three():
    now = change(WARD, "observations", f"cay-ven-song/{YEAR}", value="3.3", as_printed="3,3/3,5 ha")
    raw = typed(MADE, {("cay-ven-song", "value"): 3.4, ("cay-ven-song", "as_printed"): "3,4/3,5 ha"})
    assert refused(now, raw) == [
        "Số liệu!F20: “Cây ven sông”, cột value: lúc làm bảng là 3.25, nay trong dữ liệu là 3.3, trong bảng lại là "
        "3.4. Xem số nào đúng theo báo cáo, rồi gõ số ấy vào cả hai nơi, hoặc chạy lại lệnh sheet.",
        "Số liệu!M20: “Cây ven sông”, cột as_printed: lúc làm bảng là 3,25/3,5 ha, nay trong dữ liệu là 3,3/3,5 ha, "
        "trong bảng lại là 3,4/3,5 ha. Xem số nào đúng theo báo cáo, rồi gõ số ấy vào cả hai nơi, hoặc chạy lại lệnh "
        "sheet.",
    ]


def test_figures_of_an_indicator_that_is_gone_are_refused_and_not_dropped():
    now = remove(remove(WARD, "observations", f"cay-ven-song/{YEAR}"), "indicators", "cay-ven-song")
    assert take(now, typed(MADE, {("thu-phi", "obs_status"): "P"}), VI).package.files != now.files
    assert refused(now, typed(MADE, {("cay-ven-song", "value"): 3.4})) == [
        "Số liệu!A20: chỉ tiêu “cay-ven-song” nay không còn dòng số liệu năm 2031 trong gói dữ liệu. Xóa các số đã gõ "
        "ở dòng này, hoặc thêm lại dòng vào dữ liệu."
    ]


def test_the_workbook_of_another_ward_is_refused():
    assert refused(describe_as(WARD, name="phuong-nui-biec"), MADE) == [
        "Bảng này của gói dữ liệu “phuong-song-trang”, còn đây là gói “phuong-nui-biec”. Đưa vào đúng bảng, hoặc đặt "
        "--package cho đúng."
    ]


# ---- what is no workbook ---------------------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def repacked(raw, change_part):
    """Return a workbook with its parts changed by a function of their name and content."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change_part(name, source.read(name)))
    return out.getvalue()


def in_part(name, old, new):
    def change_part(part, content):
        assert part != name or old in content
        return content.replace(old, new, 1) if part == name else content

    return change_part


SHEET = "xl/worksheets/sheet1.xml"
OTHER = "Đây không phải bảng Excel .xlsx. Đưa vào đúng tệp do lệnh sheet làm ra."
TEXT = "Đây là tệp văn bản (có lẽ là CSV), không phải bảng Excel .xlsx. Đưa vào đúng tệp do lệnh sheet làm ra."
BROKEN = "Tệp .xlsx bị hỏng, không đọc được: {}. Mở bằng Excel, lưu lại rồi đưa vào lần nữa."
SWOLLEN = "Tệp .xlsx khi bung ra lớn hơn 40 MB hoặc có quá nhiều phần; đây không phải bảng do lệnh sheet làm ra."
FILES = {
    "old Excel": (
        OLE,
        "Đây là tệp Excel đời cũ (.xls). Mở bằng Excel, chọn Lưu thành (Save As) dạng “Excel Workbook (.xlsx)” rồi đưa "
        "vào lại.",
    ),
    "a password": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "Tệp có mật khẩu mở tệp nên không đọc được. Mở bằng Excel, bỏ mật khẩu (Tệp, Thông tin, Bảo vệ sổ làm việc), "
        "lưu rồi đưa vào lại.",
    ),
    "CSV": ("mã;số\nthu-phi;12,5\n".encode(), TEXT),
    "PDF": (b"%PDF-1.7 ...", OTHER),
    "HTML": (b"<html><table>", OTHER),
    "a picture": (b"\x89PNG\r\n\x1a\n\xff", OTHER),
    "nothing": (b"", OTHER),
    "another archive": (archive(word__document_xml="x"), OTHER),
    "half an archive": (MADE[: len(MADE) // 2], BROKEN.format("File is not a zip file")),
    "an archive that swells": (archive(xl__workbook_xml="x", xl__media=b"\0" * 50_000_000), SWOLLEN),
    "an archive of a thousand parts": (archive(xl__workbook_xml="x", **{f"p{n}": "x" for n in range(1001)}), SWOLLEN),
    "a part that declares entities": (
        repacked(MADE, in_part(SHEET, b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>')),
        BROKEN.format("<!DOCTYPE>"),
    ),
}


@pytest.mark.parametrize(("raw", "message"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_workbook_of_ours_is_refused_by_its_kind(raw, message):
    assert refused(WARD, raw) == [message]


def test_an_open_document_is_told_by_its_first_part():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refused(WARD, out.getvalue()) == [
        "Đây là tệp OpenDocument (.ods). Mở ra, chọn Lưu thành (Save As) dạng “Excel 2007–365 (.xlsx)” rồi đưa vào lại."
    ]


def test_a_file_over_the_cap_is_refused_unread(monkeypatch):
    monkeypatch.setattr(read, "LARGEST", 1_000)
    assert refused(WARD, MADE)[0].startswith("Tệp lớn hơn 0 MB")


def test_a_cell_far_out_is_refused_with_its_name():
    raw = edited(MADE, lambda book: setattr(book.figures["ZZ30000"], "value", "x"))
    assert refused(WARD, raw) == [
        "Trang tính “Số liệu” có ô ở tận ZZ30000; bảng do lệnh sheet làm ra không rộng như vậy. Xóa các dòng và cột "
        "thừa, hoặc chép số sang một bảng mới."
    ]


def test_parts_that_make_no_sense_are_refused_without_a_traceback():
    for change_part in (
        in_part(SHEET, b"<sheetData>", b"<sheetDat"),
        in_part(SHEET, b'r="F6"', b'r="!!"'),
        in_part("xl/styles.xml", b"<cellXfs", b"<x"),
        lambda name, content: b"" if name == "xl/workbook.xml" else content,
    ):
        assert refused(WARD, repacked(MADE, change_part))


def test_noise_of_the_machine_in_a_number_is_no_change_and_noise_of_a_sum_is_refused():
    stored = repacked(MADE, in_part(SHEET, b"<v>80.65000000000001</v>", b"<v>80.650000000000006</v>"))
    assert take(WARD, stored, VI).package.files == WARD.files
    summed = repacked(MADE, in_part(SHEET, b"<v>12.5</v>", b"<v>12.500000000000002</v>"))
    assert refused(WARD, summed) == [
        "Số liệu!F6: số 12.500000000000002 dài hơn 15 chữ số; bảng tính không giữ đúng được số dài như vậy (có lẽ là "
        "kết quả tính). Gõ lại số đúng như báo cáo in."
    ]


# ---- at random -------------------------------------------------------------------------------------------------------

few = settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@few
@given(st.decimals(min_value="0.1", max_value="99999", places=2))
def test_any_number_that_is_typed_and_copied_comes_back_exactly(number):
    copied = VI.number(Decimal(number))
    cells = {
        "value": float(number),
        "as_printed": f"{copied} tỷ đồng",
        "plan_pct": None,
        "note_vi": "x",
        "note_en": "x",
    }
    taken = take(WARD, typed(MADE, {("thu-phi", column): cell for column, cell in cells.items()}), VI)
    assert row_of(taken.package, "thu-phi")["value"] == str(number)


@few
@given(
    st.sampled_from(TYPED),
    st.one_of(
        st.floats(),
        st.integers(),
        st.booleans(),
        st.datetimes(),
        st.text(string.printable[:95] + "đạ…¶\u00a0", max_size=30),
    ),
)
def test_whatever_is_typed_is_taken_right_or_refused_in_words(column, value):
    try:
        raw = typed(MADE, {("luot-khach", column): value})
    except ValueError:  # what no workbook can hold
        return
    try:
        taken = take(WARD, raw, VI)
    except RefusedError as error:
        assert all(refusal.say(language) for refusal in error.refusals for language in ("vi", "en"))
    else:
        assert check(taken.package).problems == ()


# ---- the commands ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    write(WARD, tmp_path / "ward")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "ward"


def run(*arguments):
    return build.main([str(argument) for argument in arguments])


def test_the_commands_write_a_workbook_and_take_it_back_in_plain_words(folder, tmp_path, capsys):
    assert run("sheet", NEXT, "--package", folder) == 0
    file = tmp_path / f"so-lieu-{NEXT}.xlsx"
    assert file.read_bytes() == made(WARD, NEXT)
    file.write_bytes(typed(file.read_bytes(), next_year_figures()))
    capsys.readouterr()
    assert run("take-sheet", file, "--package", folder) == 0
    assert capsys.readouterr().out.splitlines() == [
        "- Mới: Thu phí tham quan 2032: 13,25 tỷ đồng; Phần trăm kế hoạch: 94,64%",
        "- Tỷ lệ 5: phần của tổng 2032: không có số → 72%",
        "- Tỷ lệ 5: phần của tổng 2032 – Tình trạng số liệu: báo cáo không nêu → bình thường",
        "- Tỷ lệ 5: phần của tổng 2032 – Nguồn: “bao-cao-2031” → “bao-cao-2032”",
        "- Tỷ lệ 5: phần của tổng 2032 – Vị trí: “III.2” → “I.1¶1”",
        "- Tỷ lệ 5: phần của tổng 2032 – Như báo cáo in: “70%” → “72%/70%”",
        "- Mới: Vụ xả thải 2032: 0 vụ",
        "- Mới: Tất cả các hộ 2032: không có số",
        f"Đã ghi: {folder}/data/observations.csv, {folder}/data/sources.csv",
        "Còn 11 dòng chưa điền; lệnh check kể ra từng dòng.",
    ]
    assert run("take-sheet", file, "--package", folder) == 0
    assert capsys.readouterr().out.startswith("Bảng không có gì mới so với dữ liệu; không ghi gì.\n")


def test_a_workbook_with_a_slip_writes_nothing(folder, tmp_path, capsys):
    before = read_package(folder, "ward").files
    (tmp_path / "a.xlsx").write_bytes(edited(MADE, put("value", "=1")))
    assert run("take-sheet", tmp_path / "a.xlsx", "--package", folder) == 1
    assert capsys.readouterr().err.splitlines() == [
        "Chưa ghi gì vào dữ liệu. Sửa 1 chỗ dưới đây trong bảng, lưu rồi chạy lại.",
        "Số liệu!F6: ô là công thức =1. Thay bằng chính con số: chép ô, rồi Dán đặc biệt (Paste Special), Giá trị "
        "(Values).",
    ]
    assert read_package(folder, "ward").files == before


def test_a_workbook_that_is_there_is_not_written_over(folder, tmp_path, capsys):
    (tmp_path / "a.xlsx").write_bytes(b"typed")
    assert run("sheet", "--package", folder, "--output", "a.xlsx") == 1
    assert (tmp_path / "a.xlsx").read_bytes() == b"typed"
    assert capsys.readouterr().err == (
        "a.xlsx đã có, và có thể đã có số gõ vào. Xóa hay đổi tên tệp ấy, hoặc đặt tên khác bằng --output.\n"
    )


@pytest.mark.parametrize("name", ["none.xlsx", "."])
def test_a_file_that_cannot_be_read_is_said(folder, name, capsys):
    assert run("take-sheet", name, "--package", folder) == 1
    assert capsys.readouterr().err == f"{name}: không có tệp này.\n"
