"""What a chart of several indicators says of them in its title."""

import pytest

from wardbook.chart import against_plan_plot, same_unit_plot
from wardbook.derive import derive
from wardbook.language import read_language
from wards import catalogue, change, ward


@pytest.mark.parametrize(("shown", "vi", "en"), [
    (
        ("thu-phi", "cay-ven-song", "luot-khach"),
        "2 trong 3 chỉ tiêu có kế hoạch chưa đạt 100%",
        "2 of 3 planned indicators below 100%",
    ),
    (
        ("luot-khach", "ty-le-nuoc-may"),
        "2 chỉ tiêu, từ 100% đến 104,16% kế hoạch",
        "2 indicators, from 100% to 104.16% of plan",
    ),
    (
        ("ty-le-nuoc-may", "ty-le-nuoc-may"),
        "2 chỉ tiêu, đều bằng 100% kế hoạch",
        "2 indicators, each at 100% of plan",
    ),
])  # fmt: skip
def test_bars_against_plans_say_how_many_missed_them_or_how_far_the_others_came(shown, vi, en):
    book = derive(catalogue(ward()))
    indicators = [book.catalogue.indicators[indicator_id] for indicator_id in shown]
    titles = [against_plan_plot(book, indicators, read_language(code)).title for code in ("vi", "en")]
    assert titles == [vi, en]


@pytest.mark.parametrize(("second", "vi", "en"), [
    ("91.5", "Cao nhất: Tỷ lệ 7: phần của tổng, 96%", "Highest: Rate 7: part of the whole, 96%"),
    ("96", "Cao nhất: 2 chỉ tiêu cùng ở mức 96%", "Highest: 2 indicators at 96%"),
])  # fmt: skip
def test_bars_of_one_unit_name_the_highest_unless_it_is_shared(second, vi, en):
    book = derive(catalogue(change(ward(), "observations", "ty-le-thu-gom/2031", value=second)))
    shown = ("ty-le-tach-rac", "ty-le-nuoc-may", "ty-le-thu-gom")
    indicators = [book.catalogue.indicators[indicator_id] for indicator_id in shown]
    titles = [same_unit_plot(book, indicators, read_language(code)).title for code in ("vi", "en")]
    assert titles == [vi, en]
