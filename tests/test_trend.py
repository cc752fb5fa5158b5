"""The step from one year to the next: what is computed, what is said, and what must not be computed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from wardbook.catalogue import Observation, Text, Unit
from wardbook.derive import Measure, comparable, derive, trend
from wardbook.language import read_language
from wardbook.say import cell_text, trend_clause, trend_text
from wards import AREA, add, catalogue, change, remove, ward
from years import three_years

VI, EN = read_language("vi"), read_language("en")
MEASURE = Unit("ha", Text("ha", "ha"), Text("ha", "ha"), "ha", "measure", "", None, 2)
COUNT = replace(MEASURE, kind="count")
PERCENT = replace(MEASURE, kind="percent")


def figure(year, value=None, obs_status="A", zero_kind=""):
    number = None if value is None else Decimal(value)
    return Observation(
        "a", "i", year, number, None, None, "", obs_status, zero_kind, "s", "I.1", "", Text("", ""), 2
    )  # fmt: skip


def step(unit, before, now):
    found = trend((figure(2030, before), figure(2031, now)), figure(2031, now), unit)
    return found.measure.value, str(found.size)


@pytest.fixture(scope="module")
def book():
    return derive(catalogue(three_years()))


def said(book, indicator_id, year=2031, by=trend_text):
    """Return what is said of one figure, in both languages."""
    indicator = book.catalogue.indicators[indicator_id]
    observation = book.figure(indicator, year)
    return tuple(by(book, indicator, observation, language).replace("\u00a0", " ") for language in (VI, EN))


# ---- what is computed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "before", "now", "measure", "size"),
    [
        (COUNT, "1120", "1250", "percent", "12"),
        (COUNT, "1250", "1120", "percent", "10"),
        (COUNT, "700", "720", "percent", "2.9"),
        (COUNT, "500", "1250", "times", "2.5"),
        (COUNT, "1250", "1250", "same", "0"),
        (COUNT, "1000000", "1000100", "slight", "0.0"),
        (MEASURE, "12.4", "12.5", "percent", "1"),
        (MEASURE, "12.40", "12.50", "percent", "0.8"),
        (MEASURE, "1.25", "3.75", "times", "3.0"),
        (PERCENT, "60.5", "64.0", "points", "3.5"),
        (PERCENT, "15.4", "24", "points", "8.6"),
    ],
)
def test_a_step_is_told_in_what_fits_the_unit_and_the_printed_digits(unit, before, now, measure, size):
    assert step(unit, before, now) == (measure, size)


@pytest.mark.parametrize(
    ("unit", "before", "now", "size"),
    [
        (COUNT, "12", "156", "144"),
        (COUNT, "25", "2", "23"),
        (COUNT, "0", "300", "300"),
        (COUNT, "300", "0", "300"),
        (MEASURE, "2.1", "2.6", "0.5"),
        (MEASURE, "1", "2", "1"),
    ],
)
def test_few_things_zeros_and_coarse_digits_have_a_difference_and_no_percentage(unit, before, now, size):
    assert step(unit, before, now) == ("difference", size)


def test_a_difference_within_the_rounding_of_the_coarser_figure_is_slight():
    assert step(PERCENT, "64.3", "64")[0] == "slight"
    assert step(PERCENT, "64.3", "64.0") == ("points", "0.3")


def test_no_step_is_computed_over_a_break_in_the_series():
    now = figure(2031, "90", obs_status="B")
    assert trend((figure(2030, "80"), now), now, COUNT).measure is Measure.BROKEN


def test_a_break_before_both_years_does_not_part_them():
    first, second = figure(2030, "80", obs_status="B"), figure(2031, "90")
    assert trend((figure(2029, "10"), first, second), second, COUNT).measure is Measure.PERCENT


@pytest.mark.parametrize("before", [True, False])
def test_none_found_so_far_is_not_a_zero_to_reckon_with(before):
    none, some = figure(2030 if before else 2031, "0", zero_kind="not_found"), figure(2031 if before else 2030, "30")
    first, second = (none, some) if before else (some, none)
    assert trend((first, second), second, COUNT).measure is Measure.UNCERTAIN


def test_a_step_over_a_gap_names_the_years_it_skips():
    figures = (figure(2027, "50"), figure(2028, obs_status="O"), figure(2031, "60"))
    found = trend(figures, figures[-1], COUNT)
    assert (found.before.year, list(found.skipped)) == (2027, [2028, 2029, 2030])


def test_the_first_figure_and_a_missing_one_have_no_step():
    first, gap = figure(2030, "50"), figure(2031, obs_status="O")
    assert trend((first, gap), first, COUNT) is None
    assert trend((first, gap), gap, COUNT) is None


def test_figures_are_comparable_since_the_last_break():
    figures = [figure(2027, "1"), figure(2028, "2", "B"), figure(2029, "3"), figure(2030), figure(2031, "4", "B")]
    assert [o.year for o in comparable(figures, 2031)] == [2031]
    assert [o.year for o in comparable(figures, 2030)] == [2028, 2029]
    assert [o.year for o in comparable(figures[:1], 2031)] == [2027]


# ---- what is said ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator_id", "year", "vi", "en"),
    [
        (
            "luot-khach",
            2031,
            "Tăng 12% so với năm 2030 (từ 1.120 lên 1.250 lượt).",
            "Up 12% from 2030 (1,120 to 1,250 visits).",
        ),
        (
            "ty-le-khach-trong-tinh",
            2030,
            "Giảm 7,1 điểm phần trăm so với năm 2029 (từ 71,4% xuống 64,3%).",
            "Down 7.1 percentage points from 2029 (71.4% to 64.3%).",
        ),
        (
            "ty-le-nuoc-may",
            2031,
            "Tăng 1 điểm phần trăm so với năm 2030 (từ 95% lên 96%).",
            "Up 1 percentage point from 2030 (95% to 96%).",
        ),
        (
            "ty-le-thu-gom",
            2031,
            "Tăng 3 điểm phần trăm so với năm 2030 (từ 88,5% lên 91,5%).",
            "Up 3 percentage points from 2030 (88.5% to 91.5%).",
        ),
        (
            "diem-ngap",
            2031,
            "Giảm 2 vụ so với năm 2030 (từ 2 xuống 0 vụ).",
            "Down 2 cases from 2030 (2 to 0 cases).",
        ),
        (
            "cay-ven-song",
            2031,
            "Từ năm 2031 con số được tính theo cách khác, nên không so được với các năm trước.",
            "From 2031 the figure is counted in another way, so it cannot be compared with earlier years.",
        ),
        (
            "vu-xa-thai",
            2031,
            "Năm 2030: 2 vụ. “Chưa phát hiện” không phải là số 0, nên không tính mức tăng giảm.",
            "In 2030: 2 cases. “None found so far” is not a zero, so no change is worked out.",
        ),
        ("luot-khach", 2029, "", ""),
        ("ty-le-khach-trong-tinh", 2032, "", ""),
    ],
)
def test_a_step_is_said_in_a_plain_sentence(book, indicator_id, year, vi, en):
    assert said(book, indicator_id, year) == (vi, en)


def test_no_change_and_hardly_any_are_said_as_such():
    same = derive(catalogue(change(three_years(), "observations", "luot-khach/2030", value="1250")))
    assert said(same, "luot-khach") == (
        "Không đổi so với năm 2030 (cũng 1.250 lượt).",
        "Unchanged from 2030 (1,250 visits then too).",
    )
    many = change(three_years(), "observations", "luot-khach/2030", value="1000000")
    hardly = derive(catalogue(change(many, "observations", "luot-khach/2031", value="1000100")))
    assert said(hardly, "luot-khach") == (
        "Gần như không đổi so với năm 2030 (từ 1.000.000 lên 1.000.100 lượt).",
        "Almost unchanged from 2030 (1,000,000 to 1,000,100 visits).",
    )


def test_a_multiple_is_said_in_times():
    book = derive(catalogue(change(three_years(), "observations", "luot-khach/2030", value="500")))
    assert said(book, "luot-khach") == (
        "Gấp 2,5 lần năm 2030 (từ 500 lên 1.250 lượt).",
        "2.5 times the 2030 figure (500 to 1,250 visits).",
    )


def test_an_estimate_on_either_side_is_said_to_be_one(book):
    assert said(book, "thu-phi")[0].endswith("(từ 11,2 lên 12,5 tỷ đồng). Số năm 2031 là số ước.")
    both = derive(catalogue(change(three_years(), "observations", "thu-phi/2030", obs_status="E")))
    assert said(both, "thu-phi")[0].endswith("Số năm 2030 và 2031 đều là số ước.")
    assert said(both, "thu-phi")[1].endswith("The 2030 and 2031 figures are both estimates.")


def test_a_step_over_a_gap_names_the_year_it_starts_from_and_the_one_without_a_figure(book):
    assert said(book, "ty-le-tach-rac") == (
        "Tăng 8,6 điểm phần trăm so với năm 2029 (từ 15,4% lên 24%). Năm 2030 không có con số để so. "
        "Số năm 2031 là số sơ bộ.",
        "Up 8.6 percentage points from 2029 (15.4% to 24%). There is no 2030 figure to compare with. "
        "The 2031 figure is provisional.",
    )


def test_a_missing_figure_names_the_last_one_before_it(book):
    assert said(book, "tat-ca-ho") == (
        "Con số gần nhất là của năm 2030: 1.970 hộ.",
        "The last figure is that of 2030: 1,970 households.",
    )


def test_half_a_sentence_tells_a_step_only_where_there_is_one(book):
    assert said(book, "luot-khach", by=trend_clause) == ("Tăng 12% so với năm 2030", "Up 12% from 2030")
    for indicator_id in ("cay-ven-song", "vu-xa-thai", "tat-ca-ho"):
        assert said(book, indicator_id, by=trend_clause) == ("", ""), indicator_id
    assert said(book, "luot-khach", 2029, by=trend_clause) == ("", "")


# ---- the book of many years ------------------------------------------------------------------------------------------


def test_a_book_knows_its_years_and_opens_at_the_last(book):
    assert (book.year, book.years, book.year_before) == (2031, (2031, 2030, 2029), 2030)


def test_a_book_opened_at_another_year_speaks_of_that_year(book):
    past = book.at(2030)
    visits = past.catalogue.indicators["luot-khach"]
    assert (past.current(visits).value, past.status(visits).value, past.year_before) == (1120, "exceeded", 2029)
    assert [i.indicator_id for i in past.planned()] == ["thu-phi", "luot-khach", "cay-ven-song"]
    assert book.at(2029).year_before is None


def test_the_year_before_is_the_last_one_with_a_figure():
    package = three_years()
    for row in [o for o in catalogue(package).observations if o.year == 2030]:
        package = remove(package, "observations", f"{row.indicator_id}/2030")
    assert derive(catalogue(package)).year_before == 2029


def test_the_tasks_of_a_year_are_those_for_the_next_one_that_has_any(book):
    assert [book.at(year).task_year for year in (2029, 2030, 2031)] == [2030, 2031, 2032]
    without = remove(ward(), "statement_indicators", "viec-1/ty-le-khach-trong-tinh")
    assert derive(catalogue(remove(without, "statements", "viec-1"))).task_year == 2032


def test_statements_about_an_indicator_begin_with_the_last_report(book):
    found = add(three_years(), "statement_indicators", statement_id="han-che-2029-1", indicator_id="thu-phi")
    statements = derive(catalogue(found)).indicator_statements["thu-phi"]
    assert [s.statement_id for s in statements] == ["han-che-1", "han-che-2029-1"]


def test_corrections_of_one_row_on_one_day_for_one_reason_are_told_together(book):
    found = [(r.first.key, [c.field for c in r.corrections]) for r in book.revisions]
    assert found == [
        (f"{AREA}/luot-khach/2031", ["value"]),
        (f"{AREA}/thu-phi/2030", ["value", "obs_status", "plan_pct"]),
    ]
    assert [r.observation.year for r in book.revisions] == [2031, 2030]


def test_an_indicator_knows_the_corrections_of_its_own_figures_only(book):
    indicators = book.catalogue.indicators
    assert [r.first.field for r in book.indicator_revisions(indicators["thu-phi"])] == ["value"]
    assert book.indicator_revisions(indicators["khach-trong-tinh"]) == ()


def test_a_correction_in_another_table_belongs_to_no_figure():
    row = {"date": "2032-03-01", "table": "topics", "key": "du-lich", "field": "name_vi", "new_value": "Du lịch"}
    package = add(ward(), "corrections", **row, reason_vi="Viết lại.", reason_en="Reworded.")
    assert derive(catalogue(package)).revisions[0].observation is None


@pytest.mark.parametrize(
    ("field", "cell", "vi", "en"),
    [
        ("value", "11.2", "11,2 tỷ đồng", "11.2 billion dong"),
        ("plan_pct", "91.67", "91,67%", "91.67%"),
        ("obs_status", "E", "ước", "estimate"),
        ("plan", "", "trống", "empty"),
        ("value", "11,2", "11,2", "11,2"),
        ("locator", "I.1", "I.1", "I.1"),
    ],
)
def test_a_corrected_cell_is_written_as_readers_of_the_language_write_it(book, field, cell, vi, en):
    o = book.figure(book.catalogue.indicators["thu-phi"], 2030)
    written = tuple(cell_text(book, o, field, cell, language).replace("\u00a0", " ") for language in (VI, EN))
    assert written == (vi, en)
