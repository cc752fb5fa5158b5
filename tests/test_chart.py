"""What a chart of several indicators says of them in its title."""

import pytest

from wardbook.chart import against_plan_plot
from wardbook.derive import derive
from wardbook.language import read_language
from wards import catalogue, ward


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
