"""The rows of a new year and of a new indicator: what is added, what is left empty, and what is refused."""

import pytest

import build
from wardbook.check import check
from wardbook.intake.indicator import new_indicator
from wardbook.intake.refusal import RefusedError, read_words
from wardbook.intake.year import new_year
from wardbook.language import CODES
from wardbook.package import read_package
from wardbook.problem import describe, read_rules
from wards import (
    AREA,
    NEXT_YEAR,
    REAL,
    SOURCE,
    YEAR,
    change,
    csv_path,
    read_rows,
    ward,
    with_file,
    write,
)
from years import three_years

WARD, NEXT = ward(), int(NEXT_YEAR)
NAMES = {"name_vi": "Cầu gỗ", "name_en": "Wooden bridges"}


def refused(do, language="vi"):
    """Return what is said of a command that does nothing, and the problems that are named besides."""
    with pytest.raises(RefusedError) as caught:
        do()
    return [refusal.say(language) for refusal in caught.value.refusals], [p.rule for p in caught.value.problems]


def messages(package, language="vi"):
    rules = read_rules()
    said = [(p, describe(p, language, rules)) for p in check(package).problems]
    return [f"{p.path}:{p.line}:{p.column}: {m.text} {m.hint}" for p, m in said]


def lines(package, table):
    return package.files[csv_path(table)].decode("utf-8").splitlines()


# ---- new-year --------------------------------------------------------------------------------------------------------


def test_a_new_year_has_a_row_for_every_indicator_with_what_must_be_typed_empty():
    package = new_year(WARD, NEXT).package
    rows = [row for row in read_rows(package, "observations") if row["year"] == NEXT_YEAR]
    assert {row["indicator_id"] for row in rows} == {row["indicator_id"] for row in read_rows(WARD, "indicators")}
    row = next(row for row in rows if row["indicator_id"] == "thu-phi")
    filled = {"area_id": AREA, "indicator_id": "thu-phi", "year": NEXT_YEAR, "source_id": "bao-cao-2032"}
    assert {column: cell for column, cell in row.items() if cell} == filled


def test_a_new_year_has_its_document_with_the_period_of_the_year_and_nothing_else():
    row = next(row for row in read_rows(new_year(WARD, NEXT).package, "sources") if row["source_id"] != SOURCE)
    period = {"period_start": "2032-01-01", "period_end": "2032-12-31"}
    assert {column: cell for column, cell in row.items() if cell} == {"source_id": "bao-cao-2032", **period}


def test_rows_of_other_years_and_files_stay_as_they_are_to_the_byte():
    package = new_year(WARD, NEXT).package
    changed = {path for path in package.files if package.files[path] != WARD.files.get(path)}
    assert changed == {csv_path("observations"), csv_path("sources")}
    kept = [line for line in lines(package, "observations") if f",{NEXT_YEAR}," not in line]
    assert kept == [line for line in lines(WARD, "observations") if f",{NEXT_YEAR}," not in line]


def test_the_check_then_names_each_row_once_with_all_that_is_empty_and_nothing_else():
    package = new_year(WARD, NEXT).package
    problems = check(package).problems
    assert [p.rule for p in problems if p.path.endswith("observations.csv")] == ["unfilled-figure"] * 14
    assert [p.rule for p in problems if not p.path.endswith("observations.csv")] == ["unfilled"]
    assert messages(package)[0] == (
        "ward/data/observations.csv:3:4: Số liệu “phuong-song-trang/cay-ven-song/2032” còn ô phải điền: value, "
        "obs_status, locator, as_printed. Chép từ báo cáo. Nếu báo cáo không nêu, để trống value và as_printed, ghi "
        "obs_status là O và locator là mục lẽ ra có con số."
    )
    assert messages(package, "en")[-1] == (
        "ward/data/sources.csv:3:2: Row “bao-cao-2032” has cells to fill in: title_vi, title_en, publisher_vi, "
        "publisher_en, sha256. Fill in each as its column’s description in the data dictionary says."
    )


def test_a_row_is_filled_in_with_a_figure_or_with_the_word_that_there_is_none():
    package = new_year(WARD, NEXT).package
    figure = {"value": "3.3", "obs_status": "A", "locator": "I.1¶1", "as_printed": "3,3 ha"}
    package = change(package, "observations", f"cay-ven-song/{NEXT}", **figure)
    package = change(package, "observations", f"diem-ngap/{NEXT}", obs_status="O", locator="I.2")
    named = " ".join(messages(package))
    assert "cay-ven-song" not in named
    assert "diem-ngap" not in named
    assert len(messages(package)) == 13


def test_a_target_for_the_year_keeps_its_plan_and_awaits_its_result():
    new = new_year(WARD, NEXT)
    key = ("ty-le-khach-trong-tinh", NEXT_YEAR)
    row = next(r for r in read_rows(new.package, "observations") if (r["indicator_id"], r["year"]) == key)
    assert new.reopened == 1
    assert (row["plan"], row["as_printed"], row["source_id"]) == ("70", "70%", "bao-cao-2032")
    assert (row["value"], row["obs_status"], row["locator"]) == ("", "", "")


def test_an_indicator_that_no_longer_applies_gets_no_row():
    cells = {"value": "", "as_printed": "", "plan": "", "obs_status": "M"}
    package = change(WARD, "observations", f"cay-ven-song/{YEAR}", **cells)
    new = new_year(package, NEXT)
    assert (new.added, new.ended) == (12, 1)
    assert not [line for line in lines(new.package, "observations") if f"cay-ven-song,{NEXT}" in line]


def test_the_hash_of_the_document_is_filled_in_where_its_text_is_given():
    row = read_rows(new_year(WARD, NEXT, document=b"abc").package, "sources")[1]
    assert row["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_document_that_is_there_already_is_used_as_it_is():
    new = new_year(WARD, NEXT, SOURCE)
    assert not new.is_new
    assert new.package.files[csv_path("sources")] == WARD.files[csv_path("sources")]


@pytest.mark.parametrize("package", [WARD, three_years(), read_package(REAL, "datapackage")])
def test_every_message_after_a_new_year_is_of_a_row_to_fill_in(package):
    year = max(int(row["year"]) for row in read_rows(package, "observations") if row["value"]) + 1
    new = new_year(package, year)
    problems = check(new.package).problems
    assert {p.rule for p in problems} == {"unfilled", "unfilled-figure"}
    assert len(problems) == new.added + new.reopened + 1


BEFORE = "Gói dữ liệu còn lỗi. Sửa hết các lỗi dưới đây rồi chạy lại lệnh này."
YEARS = {
    "there, to be filled in": (
        new_year(WARD, NEXT).package,
        NEXT,
        "Năm 2032 đã có 14 dòng số liệu, 14 dòng trong đó chưa điền; không thêm gì. Điền tiếp vào các dòng ấy; lệnh "
        "check kể ra từng dòng còn trống.",
        "The year 2032 has 14 rows already, 14 of them not filled in; nothing was added. Go on filling them in; the "
        "command check names each one that is empty.",
    ),
    "there and whole": (
        WARD,
        2031,
        "Năm 2031 đã có đủ 14 dòng số liệu; không thêm gì. Năm tiếp theo là 2032.",
        "The year 2031 has all its 14 rows already; nothing was added. The next year is 2032.",
    ),
    "before the last": (
        WARD,
        2029,
        "Số liệu đã có đến năm 2031, nên năm 2029 không phải là năm mới. Năm tiếp theo là 2032.",
        "There are figures up to 2031, so 2029 is no new year. The next year is 2032.",
    ),
    "with a gap": (
        WARD,
        2034,
        "Số liệu mới có đến năm 2031; năm tiếp theo là 2032, không phải 2034. Nếu giữa hai năm đúng là không có báo "
        "cáo nào, chạy: build.py new-year 2034 --gap",
        "There are figures up to 2031; the next year is 2032, not 2034. If there truly was no report for the years "
        "between, run: build.py new-year 2034 --gap",
    ),
    "out of range": (
        WARD,
        20320,
        "Năm 20320 nằm ngoài khoảng cho phép (2000 đến 2100).",
        "The year 20320 is out of range (2000 to 2100).",
    ),
}


@pytest.mark.parametrize(("package", "year", "vi", "en"), YEARS.values(), ids=YEARS)
def test_a_year_that_is_not_the_next_one_is_refused_with_the_reason(package, year, vi, en):
    assert refused(lambda: new_year(package, year)) == ([vi], [])
    assert refused(lambda: new_year(package, year), "en") == ([en], [])


def test_a_gap_may_be_allowed_and_passes_the_check():
    package = new_year(WARD, 2034, gap=True).package
    assert {p.rule for p in check(package).problems} == {"unfilled", "unfilled-figure"}


def test_a_package_with_faults_is_refused_and_they_are_named():
    package = change(WARD, "topics", "song-sach", name_en="")
    assert refused(lambda: new_year(package, NEXT)) == ([BEFORE], ["required"])
    broken = with_file(WARD, csv_path("units"), b"")
    assert refused(lambda: new_year(broken, NEXT))[0] == [BEFORE]


# ---- new-indicator ---------------------------------------------------------------------------------------------------


def bridges(package=WARD, indicator_id="cau-go", topic="song-sach", unit="vu", names=NAMES):
    return new_indicator(package, indicator_id, topic, unit, names)


def test_a_new_indicator_stands_last_in_its_topic_with_what_must_be_written_empty():
    new = bridges()
    row = next(row for row in read_rows(new.package, "indicators") if row["indicator_id"] == "cau-go")
    known = {"indicator_id": "cau-go", "topic_id": "song-sach", "unit_id": "vu", "position": "10", **NAMES}
    assert {column: cell for column, cell in row.items() if cell} == known
    assert (new.position, new.year) == (10, int(YEAR))


def test_the_check_then_names_its_two_rows():
    assert messages(bridges().package) == [
        "ward/data/indicators.csv:2:9: Dòng “cau-go” còn ô phải điền: sentence_vi, sentence_en, definition_vi, "
        "definition_en, direction. Điền từng ô theo mô tả của cột trong từ điển dữ liệu.",
        "ward/data/observations.csv:2:4: Số liệu “phuong-song-trang/cau-go/2031” còn ô phải điền: value, obs_status, "
        "locator, as_printed. Chép từ báo cáo. Nếu báo cáo không nêu, để trống value và as_printed, ghi obs_status là "
        "O và locator là mục lẽ ra có con số.",
    ]


def test_rows_of_other_indicators_stay_as_they_are_to_the_byte():
    after = bridges().package
    for table in ("indicators", "observations"):
        assert [line for line in lines(after, table) if "cau-go" not in line] == lines(WARD, table)


def test_an_indicator_is_added_while_a_year_is_being_filled_in_and_gets_its_row_there():
    new = bridges(new_year(WARD, NEXT).package)
    assert new.year == NEXT
    assert {p.rule for p in check(new.package).problems} == {"unfilled", "unfilled-figure"}


FORM = "chỉ gồm chữ thường không dấu và chữ số, các từ nối bằng một dấu gạch ngang."
IDS = {
    "Cầu gỗ": f"Mã “Cầu gỗ” viết không đúng dạng: {FORM} Viết: cau-go",
    "Đàn_dê--2": f"Mã “Đàn_dê--2” viết không đúng dạng: {FORM} Viết: dan-de-2",
    "cau\u200bgo": f"Mã “cau<U+200B>go” viết không đúng dạng: {FORM} Viết: cau-go",
    "---": "Mã “---” không có chữ nào. Mã gồm chữ thường không dấu và chữ số, các từ nối bằng dấu gạch ngang.",
    "x" * 61: f"Mã “{'x' * 60}…” dài 61 ký tự; nhiều nhất là 60.",
    "con": "Mã “con” trùng tên mà Windows giữ riêng, không đặt được cho tệp. Thêm một từ nữa vào mã.",
    "thu-phi": "Mã “thu-phi” đã là mã của chỉ tiêu “Thu phí tham quan”. Chọn mã khác; mỗi chỉ tiêu một mã.",
    "du-khach": "Mã “du-khach” từng là mã của một chỉ tiêu; địa chỉ cũ ấy nay dẫn đến “luot-khach”. Mã đã dùng thì "
    "không dùng lại; chọn mã khác.",
    "da-mat": "Mã “da-mat” từng là mã của một chỉ tiêu đã công bố. Mã đã dùng thì không dùng lại; chọn mã khác.",
}


@pytest.mark.parametrize(("indicator_id", "message"), IDS.items())
def test_an_id_that_cannot_be_or_that_was_ever_used_is_refused(indicator_id, message):
    index = b'{"version": "1", "figures": {}, "units": {"da-mat": "ho"}}'
    package = with_file(WARD, "released.json", index)
    assert refused(lambda: bridges(package, indicator_id)) == ([message], [])


def test_a_topic_or_unit_that_is_not_there_is_refused_with_those_that_are():
    message = "Không có chủ đề “cau”. Chọn một trong: du-lich, song-sach"
    assert refused(lambda: bridges(topic="cau")) == ([message], [])
    message = (
        "Không có đơn vị đo “cai”. Chọn một trong: dong, ha, ho, luot, phan-tram, ty-dong, vu; hoặc thêm đơn vị vào "
        "units.csv trước."
    )
    assert refused(lambda: bridges(unit="cai")) == ([message], [])


def test_faults_other_than_rows_to_fill_in_are_named_first():
    package = change(WARD, "observations", f"ho-tach-rac/{YEAR}", value="-480")
    assert refused(lambda: bridges(package)) == ([BEFORE], ["number-negative"])


# ---- the commands ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    write(WARD, tmp_path / "ward")
    return tmp_path / "ward"


def run(*arguments):
    return build.main([str(argument) for argument in arguments])


def test_a_year_prepared_twice_changes_nothing_the_second_time(folder, capsys):
    assert run("new-year", NEXT, "--package", folder) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Đã thêm 13 dòng trống cho năm 2032 vào observations.csv.",
        "1 mục tiêu đặt ra từ trước cho năm này nay chờ kết quả: kế hoạch và ghi chú được giữ, vị trí và tình trạng "
        "phải điền lại.",
        "Đã thêm văn bản bao-cao-2032 vào sources.csv, kỳ từ 01/01 đến 31/12/2032; sửa nếu báo cáo nói về kỳ khác.",
        "Bước sau: điền bảng (lệnh sheet) hoặc điền thẳng vào CSV; lệnh check kể ra từng chỗ còn trống. Trước khi "
        "công bố: tăng version và sửa next_update trong datapackage.json.",
    ]
    once = read_package(folder, "ward").files
    assert once == new_year(WARD, NEXT).package.files
    assert run("new-year", NEXT, "--package", folder) == 1
    assert read_package(folder, "ward").files == once
    assert capsys.readouterr().err.startswith("Năm 2032 đã có 14 dòng")


def test_there_is_no_site_while_a_row_awaits_its_figures(folder, tmp_path, capfd):
    run("new-year", NEXT, "--package", folder)
    assert run("site", "--package", folder, "--output", tmp_path / "site") == 1
    assert "còn ô phải điền" in capfd.readouterr().out
    assert not (tmp_path / "site").exists()


def test_a_refusal_prints_the_faults_of_the_package_and_writes_nothing(folder, capsys):
    (folder / "data" / "topics.csv").write_bytes(b"")
    before = read_package(folder, "ward").files
    assert run("new-year", NEXT, "--package", folder, "--lang", "en") == 1
    said = capsys.readouterr()
    assert said.err == "The package has faults. Mend all those below, then run this command again.\n"
    assert "topics.csv:1:1: The file is empty." in said.out
    assert read_package(folder, "ward").files == before


def test_a_new_indicator_is_written_and_said(folder, capsys):
    arguments = ("cau-go", "--topic", "song-sach", "--unit", "vu", "--name-vi", "Cầu gỗ", "--name-en", "Wooden bridges")
    assert run("new-indicator", *arguments, "--package", folder) == 0
    assert capsys.readouterr().out == (
        "Đã thêm chỉ tiêu cau-go vào indicators.csv (thứ 10 trong chủ đề song-sach) và một dòng trống cho năm 2031 vào "
        "observations.csv. Lệnh check kể ra từng ô còn trống.\n"
    )
    assert read_package(folder, "ward").files == bridges().package.files


def test_a_document_that_is_not_there_is_said(folder, capsys):
    assert run("new-year", NEXT, "--package", folder, "--document", folder / "none.txt") == 1
    assert capsys.readouterr().err == f"{folder}/none.txt: không có tệp này.\n"


def test_both_languages_have_the_same_words_with_the_same_blanks():
    def leaves(words, path=""):
        if isinstance(words, str):
            yield path, sorted({part.split("}")[0] for part in words.split("{")[1:]})
        else:
            for key, inner in words.items() if isinstance(words, dict) else enumerate(words):
                yield from leaves(inner, f"{path}/{key}")

    vi, en = (dict(leaves(read_words(code))) for code in CODES)
    assert vi == en
