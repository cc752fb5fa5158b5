"""Figures as a Vietnamese document prints them."""

from decimal import Decimal

import pytest

from wardbook.printed import figures


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [
        ("2.491 ha", ["2491"]),
        ("1.559,7 ha", ["1559.7"]),
        ("82,61 tỷ đồng", ["82.61"]),
        ("177.765 con", ["177765"]),
        ("1.234.567,89", ["1234567.89"]),
        ("0,15%", ["0.15"]),
        ("109,175 tỷ đồng", ["109.175"]),
        ("03 tấn", ["3"]),
        ("06/08 trường", ["6", "8"]),
        ("12,5 tỷ đồng; 37,13%", ["12.5", "37.13"]),
        ("30.175 người/30.170 người; 100,01%", ["30175", "30170", "100.01"]),
        ("(2.491 ha)", ["2491"]),
        ("không xảy ra", []),
        ("", []),
    ],
)
def test_figures_are_read_by_vietnamese_rules(printed, numbers):
    assert figures(printed) == tuple(map(Decimal, numbers))


def test_a_decimal_keeps_the_zeros_it_is_printed_with():
    assert [str(number) for number in figures("12,50 và 100,0")] == ["12.50", "100.0"]


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [
        ("Kế hoạch số 20-KH/ĐU ngày 18/11/2025", ["20", "18", "11", "2025"]),
        ("ngày 18-11-2025", ["18", "11", "2025"]),
    ],
)
def test_a_date_is_read_as_its_plain_numbers(printed, numbers):
    assert figures(printed) == tuple(map(Decimal, numbers))


@pytest.mark.parametrize("printed", ["12.3456", "1.23", "12.5", "1234.567"])
def test_a_dot_that_does_not_group_thousands_never_makes_a_number(printed):
    """Neither 12.3456 nor 123456: a slip of the dot must not pass for what it might have meant."""
    assert not {Decimal(printed), Decimal(printed.replace(".", ""))} & set(figures(printed))


def test_a_comma_is_never_a_thousands_mark():
    assert Decimal("2491") not in figures("2,491 ha")
    assert Decimal("1234567") not in figures("1,234,567 đồng")


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [
        ("có 800 lượt.", ["800"]),
        ("có 800.", ["800"]),
        ("12,5 tỷ đồng, bằng 80,65%, vượt kế hoạch", ["12.5", "80.65"]),
        ("04 trường; 05 lớp.", ["4", "5"]),
    ],
)
def test_punctuation_after_a_unit_or_a_whole_number_is_not_a_part_of_it(printed, numbers):
    assert figures(printed) == tuple(map(Decimal, numbers))


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [("12,5, 80,65%", ["12.5", "80.65"]), ("800, 450", ["800", "450"]), ("có 1.250.", ["1250"]), ("82,61,", ["82.61"])],
)
def test_punctuation_right_after_a_figure_is_not_a_part_of_it(printed, numbers):
    assert figures(printed) == tuple(map(Decimal, numbers))
