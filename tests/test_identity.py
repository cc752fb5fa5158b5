"""The arithmetic of a report."""

from decimal import Decimal

import pytest

from wardbook.identity import identities, last_place
from wards import add, catalogue, change, remove, ward

OTHER_YEAR = {
    "area_id": "phuong-song-trang",
    "year": "2030",
    "obs_status": "A",
    "source_id": "bao-cao-2031",
    "locator": "I.1",
    "as_printed": "7 lượt",
}


@pytest.fixture(scope="module")
def invented():
    return ward()


def found(package):
    return {identity.check_id: identity for identity in identities(catalogue(package))}


def test_every_identity_of_the_invented_ward_is_found_once_and_in_order():
    assert list(found(ward())) == [
        "sum/luot-khach/khach-trong-tinh/2031",
        "rate/ty-le-khach-trong-tinh/2031",
        "plan-pct/luot-khach/2031",
        "common-denominator/tat-ca-ho/2031",
    ]


def test_only_the_percentage_that_the_report_cut_off_fails():
    assert [key for key, identity in found(ward()).items() if not identity.holds] == ["plan-pct/luot-khach/2031"]


def test_parts_that_make_the_whole_hold():
    identity = found(ward())["sum/luot-khach/khach-trong-tinh/2031"]
    assert (identity.stated, identity.computed, identity.holds) == (Decimal(1250), Decimal(1250), True)
    assert identity.breakdown.vi == "theo nơi đến"
    assert identity.indicator_ids == ("luot-khach", "khach-trong-tinh", "khach-ngoai-tinh")


def test_a_sum_that_misses_by_one_does_not_hold():
    package = change(ward(), "observations", "khach-ngoai-tinh/2031", value="451", as_printed="451 lượt")
    identity = found(package)["sum/luot-khach/khach-trong-tinh/2031"]
    assert (identity.stated, identity.computed, identity.holds) == (Decimal(1250), Decimal(1251), False)
    assert identity.place.indicator_id == "luot-khach"


SUM, RATE = "sum/luot-khach/khach-trong-tinh/2031", "rate/ty-le-khach-trong-tinh/2031"
PERCENT, COMMON = "plan-pct/luot-khach/2031", "common-denominator/tat-ca-ho/2031"


@pytest.mark.parametrize(
    ("check_id", "key"),
    [
        (SUM, "luot-khach/2031"),
        (SUM, "khach-ngoai-tinh/2031"),
        (RATE, "ty-le-khach-trong-tinh/2031"),
        (RATE, "khach-trong-tinh/2031"),
        (RATE, "luot-khach/2031"),
        (PERCENT, "luot-khach/2031"),
        (COMMON, "tat-ca-ho/2031"),
    ],
)
def test_nothing_is_checked_with_a_figure_that_is_not_given(check_id, key):
    assert check_id not in found(remove(ward(), "observations", key))
    if check_id != COMMON:
        assert check_id not in found(change(ward(), "observations", key, value=""))


@pytest.mark.parametrize("column", ["plan", "plan_pct"])
def test_a_percent_of_plan_needs_plan_and_percentage(column):
    assert PERCENT not in found(change(ward(), "observations", "luot-khach/2031", **{column: ""}))


@pytest.mark.parametrize("column", ["numerator", "denominator"])
def test_a_ratio_with_one_end_is_not_checked(column):
    assert RATE not in found(change(ward(), "indicators", "ty-le-khach-trong-tinh", **{column: ""}))
    package = change(ward(), "indicators", "ty-le-tach-rac", **{column: ""})
    assert [o.indicator_id for o in found(package)[COMMON].terms] == ["ho-nuoc-may", "ty-le-nuoc-may"]


def test_a_denominator_of_zero_divides_nothing():
    assert RATE not in found(change(ward(), "observations", "luot-khach/2031", value="0"))


@pytest.mark.parametrize("key", ["ho-tach-rac/2031", "ty-le-tach-rac/2031"])
def test_a_common_denominator_is_made_from_the_pairs_that_are_given(key):
    for package in (
        remove(ward(), "observations", key),
        change(ward(), "observations", key, value=""),
        change(ward(), "observations", key, value="0"),
    ):
        identity = found(package)[COMMON]
        assert [o.indicator_id for o in identity.terms] == ["ho-nuoc-may", "ty-le-nuoc-may"]
        assert (identity.computed, identity.computed_to) == (Decimal(1990), Decimal(2010))


def test_no_pair_at_all_makes_no_common_denominator():
    package = remove(ward(), "observations", "ho-tach-rac/2031")
    assert COMMON not in found(remove(package, "observations", "ho-nuoc-may/2031"))


def test_one_single_denominator_that_fits_is_enough():
    package = change(ward(), "observations", "ho-nuoc-may/2031", value="1")
    package = change(package, "observations", "ty-le-nuoc-may/2031", value="50.0")
    identity = found(remove(package, "observations", "ty-le-tach-rac/2031"))[COMMON]
    assert (identity.computed, identity.computed_to, identity.holds) == (Decimal(2), Decimal(2), True)


def test_a_whole_that_is_split_in_two_ways_has_two_sums():
    package = change(ward(), "indicators", "khach-ngoai-tinh", breakdown_vi="theo mùa", breakdown_en="by season")
    sums = [key for key in found(package) if key.startswith("sum/")]
    assert sums == ["sum/luot-khach/khach-trong-tinh/2031", "sum/luot-khach/khach-ngoai-tinh/2031"]


@pytest.mark.parametrize(
    ("rate", "holds"),
    [("64", True), ("63.9", False), ("64.0", True), ("64.1", False), ("65", False)],
)
def test_a_rate_is_held_to_the_digits_it_is_printed_with(rate, holds):
    package = change(ward(), "observations", "ty-le-khach-trong-tinh/2031", value=rate, as_printed=rate)
    assert found(package)["rate/ty-le-khach-trong-tinh/2031"].holds is holds


@pytest.mark.parametrize(("percent", "holds"), [("104", True), ("104.2", True), ("104.17", True), ("104.16", False)])
def test_a_percent_of_plan_is_rounded_half_up_to_what_is_printed(percent, holds):
    package = change(ward(), "observations", "luot-khach/2031", plan_pct=percent)
    assert found(package)["plan-pct/luot-khach/2031"].holds is holds


def test_a_half_is_rounded_up():
    package = change(ward(), "observations", "luot-khach/2031", value="1201.8", plan="1200", plan_pct="100.2")
    assert found(package)["plan-pct/luot-khach/2031"].computed == Decimal("100.15")
    assert found(package)["plan-pct/luot-khach/2031"].holds


def test_a_plan_of_zero_has_no_percentage():
    package = change(ward(), "observations", "luot-khach/2031", plan="0")
    assert "plan-pct/luot-khach/2031" not in found(package)


def test_two_rates_leave_a_range_for_the_denominator_that_is_not_printed():
    identity = found(ward())["common-denominator/tat-ca-ho/2031"]
    assert (identity.stated, identity.computed, identity.computed_to) == (None, Decimal(1990), Decimal(2010))
    assert identity.place.indicator_id == "tat-ca-ho"


@pytest.mark.parametrize("households", range(1980, 2021))
def test_the_range_holds_exactly_the_denominators_that_print_as_both_rates(households, invented):
    identity = found(invented)["common-denominator/tat-ca-ho/2031"]
    printed = [(Decimal(part) * 100 / households).quantize(Decimal(1), "ROUND_HALF_UP") for part in (480, 1920)]
    assert (identity.computed <= households <= identity.computed_to) == (printed == [24, 96])


def test_rates_that_no_denominator_fits_do_not_hold():
    package = change(ward(), "observations", "ty-le-nuoc-may/2031", value="90", as_printed="90%; 100%")
    assert not found(package)["common-denominator/tat-ca-ho/2031"].holds


def test_a_printed_denominator_is_checked_as_a_rate_instead():
    package = change(ward(), "observations", "tat-ca-ho/2031", value="2000", as_printed="2.000 hộ", obs_status="A")
    assert {"rate/ty-le-tach-rac/2031", "rate/ty-le-nuoc-may/2031"} <= found(package).keys()
    assert "common-denominator/tat-ca-ho/2031" not in found(package)


def test_a_year_is_never_held_against_another():
    package = add(ward(), "observations", **{**OTHER_YEAR, "indicator_id": "khach-trong-tinh", "value": "7"})
    assert found(package).keys() == found(ward()).keys()


def test_a_percentage_can_be_stated_more_finely_than_a_whole_number():
    assert last_place(Decimal("37.13")) == Decimal("0.01")
    assert last_place(Decimal(106)) == 1
    assert last_place(Decimal("1E+2")) == 1
