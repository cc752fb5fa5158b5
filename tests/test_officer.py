"""An officer at work: a real spreadsheet set to Vietnamese opens the workbook, types, and saves it."""

import pytest

import office
from books import FIGURES, NEXT, VI, Book, made, refused
from wardbook.check import check
from wardbook.intake.take import take
from wardbook.intake.year import new_year
from wardbook.package import read_package
from wards import REAL, ward
from years import three_years

WARD = ward()


@pytest.fixture(scope="module")
def type_and_save(tmp_path_factory):
    """LibreOffice set to Vietnamese, with someone who types."""
    return office.typist(tmp_path_factory.mktemp("officer"), "vi")


def cells(raw, typed):
    """Return texts by sheet and name of the cell, from texts by indicator and column."""
    book = Book(raw)
    return {(FIGURES, book.cell(*place).coordinate): text for place, text in typed.items()}


def lines(package, path="data/observations.csv"):
    return set(package.files[path].decode("utf-8").splitlines())


YEARS = {
    "a year that is there": (WARD, None),
    "a new year": (WARD, NEXT),
    "the last of three years": (three_years(), None),
    "the real package": (read_package(REAL, "datapackage"), None),
}


@pytest.mark.parametrize(("package", "year"), YEARS.values(), ids=YEARS)
def test_a_workbook_that_a_spreadsheet_saved_untouched_changes_nothing(type_and_save, package, year):
    raw = made(package, year)
    saved = type_and_save(raw)
    assert saved != raw
    assert take(package, saved, VI).package.files == package.files


TYPED = {
    ("thu-phi", "value"): "13,25",
    ("thu-phi", "plan_pct"): "94,64%",
    ("thu-phi", "obs_status"): "E – ước",
    ("thu-phi", "locator"): "I.1¶1",
    ("thu-phi", "as_printed"): "13,25 tỷ đồng; 94,64%",
    ("luot-khach", "value"): "1.340",
    ("luot-khach", "obs_status"): "A – bình thường",
    ("luot-khach", "locator"): "I.1¶1",
    ("luot-khach", "as_printed"): "1.340 lượt",
    ("tat-ca-ho", "obs_status"): "O – báo cáo không nêu",
    ("tat-ca-ho", "locator"): "I.2¶2",
    ("diem-ngap", "value"): "0",
    ("diem-ngap", "obs_status"): "A",
    ("diem-ngap", "zero_kind"): "none – không có",
    ("diem-ngap", "locator"): "I.2",
    ("diem-ngap", "as_printed"): "không còn điểm nào",
    ("cay-ven-song", "value"): "3,125",
    ("cay-ven-song", "plan"): "3,5",
    ("cay-ven-song", "obs_status"): "P – sơ bộ",
    ("cay-ven-song", "locator"): "I.2¶3",
    ("cay-ven-song", "as_printed"): "3,125/3,5 ha",
}
DOCUMENT = {
    ("Văn bản", "C4"): "Báo cáo tổng kết năm 2032",
    ("Văn bản", "C5"): "Report on the year 2032",
    ("Văn bản", "C6"): "Ủy ban nhân dân phường Sông Trắng",
    ("Văn bản", "C7"): "People’s Committee of Sông Trắng ward",
    ("Văn bản", "C8"): "12/3",
    ("Văn bản", "C9"): "20/12/2032",
    ("Văn bản", "C12"): "0123456789abcdef" * 4,
}


def test_what_an_officer_types_in_a_vietnamese_spreadsheet_comes_back_and_nothing_else(type_and_save):
    raw = made(WARD, NEXT)
    saved = type_and_save(raw, cells(raw, TYPED) | DOCUMENT)
    taken = take(WARD, saved, VI).package
    prepared = new_year(WARD, NEXT).package
    assert lines(taken) - lines(prepared) == {
        'phuong-song-trang,thu-phi,2032,13.25,,94.64,,E,,bao-cao-2032,I.1¶1,"13,25 tỷ đồng; 94,64%",,',
        "phuong-song-trang,luot-khach,2032,1340,,,,A,,bao-cao-2032,I.1¶1,1.340 lượt,,",
        "phuong-song-trang,tat-ca-ho,2032,,,,,O,,bao-cao-2032,I.2¶2,,,",
        "phuong-song-trang,diem-ngap,2032,0,,,,A,none,bao-cao-2032,I.2,không còn điểm nào,,",
        'phuong-song-trang,cay-ven-song,2032,3.125,3.5,,,P,,bao-cao-2032,I.2¶3,"3,125/3,5 ha",,',
    }
    assert lines(taken, "data/sources.csv") - lines(WARD, "data/sources.csv") == {
        "bao-cao-2032,Báo cáo tổng kết năm 2032,Report on the year 2032,Ủy ban nhân dân phường Sông Trắng,People’s "
        f"Committee of Sông Trắng ward,12/3,2032-12-20,2032-01-01,2032-12-31,{'0123456789abcdef' * 4},,"
    }
    assert {problem.rule for problem in check(taken).problems} == {"unfilled-figure"}
    # opened and saved once more, it holds nothing new
    assert take(taken, type_and_save(saved), VI).package.files == taken.files


def test_what_the_spreadsheet_made_of_a_slip_is_named_by_its_cell(type_and_save):
    raw = made(WARD)
    slips = {
        ("thu-phi", "value"): "5/3",
        ("luot-khach", "value"): "=1000+250",
        ("ho-tach-rac", "value"): "48%",
        ("ho-nuoc-may", "value"): "1.920 hộ",
    }
    said = refused(WARD, type_and_save(raw, cells(raw, slips)))
    assert [line.split(":")[0] for line in said] == [f"{FIGURES}!F6", f"{FIGURES}!F7", f"{FIGURES}!F15"]
    assert "đã thành ngày tháng" in said[0]
    assert "là công thức =1000+250" in said[1]
    assert "có dạng phần trăm (48%)" in said[2]
    alone = {place: text for place, text in slips.items() if place[0] == "ho-nuoc-may"}
    (message,) = refused(WARD, type_and_save(raw, cells(raw, alone)))
    assert message == (
        f"{FIGURES}!F16: value: “1.920 hộ” có chữ trong ô số; đơn vị đã ghi ở bảng indicators. Chỉ ghi số."
    )
