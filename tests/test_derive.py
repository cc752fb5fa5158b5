"""What follows from the catalogue."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from wardbook.catalogue import Observation, Text, Unit
from wardbook.derive import (
    LastChange,
    Status,
    base_amount,
    derive,
    implied_plan,
    last_change,
    part_share,
    per_head,
    plan_percent,
    plan_status,
    share,
    status_counts,
)
from wards import AREA, SOURCE, add, catalogue, change, read_rows, remove, ward, with_rows

MEASURE = Unit("ha", Text("ha", "ha"), Text("ha", "ha"), "ha", "measure", "", None, 2)
COUNT = replace(MEASURE, kind="count")
BILLION = replace(MEASURE, kind="money", base_unit="dong", scale=10**9)


def figure(value=None, plan=None, plan_pct=None, plan_claim=""):
    numbers = [None if number is None else Decimal(number) for number in (value, plan, plan_pct)]
    empty = Text("", "")
    return Observation("a", "i", 2031, *numbers, plan_claim, "A", "", "s", "I.1", "", empty, 2)


@pytest.fixture(scope="module")
def book():
    return derive(catalogue(ward()))


@pytest.mark.parametrize(
    ("observation", "direction", "status"),
    [
        (figure("110", plan="100"), "higher", Status.EXCEEDED),
        (figure("100.5", plan="100"), "higher", Status.EXCEEDED),
        (figure("100", plan="100"), "higher", Status.MET),
        (figure("90", plan="100"), "higher", Status.MISSED),
        (figure("110", plan="100"), "neutral", Status.EXCEEDED),
        (figure("90", plan="100"), "neutral", Status.MISSED),
        (figure("110", plan="100"), "lower", Status.MISSED),
        (figure("100.0", plan="100"), "lower", Status.MET),
        (figure("90", plan="100"), "lower", Status.EXCEEDED),
        (figure("5", plan_pct="104.16"), "higher", Status.EXCEEDED),
        (figure("5", plan_pct="100"), "higher", Status.MET),
        (figure("5", plan_pct="37.13"), "higher", Status.MISSED),
        (figure("5", plan_pct="37.13"), "lower", Status.EXCEEDED),
        (figure("5", plan="5", plan_pct="100.01"), "higher", Status.MET),
        (figure("5", plan_claim="exceeded"), "lower", Status.EXCEEDED),
        (figure("5", plan="9", plan_claim="met"), "higher", Status.MET),
        (figure("5", plan_claim="missed"), "higher", Status.MISSED),
        (figure("5"), "higher", Status.NONE),
        (figure("5", plan="0"), "higher", Status.NONE),
        (figure("0", plan="4"), "lower", Status.EXCEEDED),
        (figure(), "higher", Status.NONE),
        (figure(plan="70"), "higher", Status.PENDING),
        (figure(plan="0"), "lower", Status.PENDING),
    ],
)
def test_a_figure_stands_against_its_plan(observation, direction, status):
    assert plan_status(observation, direction) is status


@pytest.mark.parametrize(
    ("value", "percent", "unit", "plan"),
    [
        ("82.61", "37.13", MEASURE, "222.49"),
        ("177765", "86.7", COUNT, "205000"),
        ("9740", "96.92", COUNT, "10050"),
        ("9504", "100.0", COUNT, "9504"),
        ("10504", "100.0", COUNT, "10500"),
        ("9504", "100.0", MEASURE, "9500"),
        ("15", "100", MEASURE, "15"),
        ("1.559", "100", MEASURE, "1.56"),
        ("12.5", "80.65", MEASURE, "15.5"),
    ],
)
def test_an_implied_plan_has_the_digits_that_the_printed_ones_can_bear(value, percent, unit, plan):
    assert str(implied_plan(figure(value, plan_pct=percent), unit)) == plan


@pytest.mark.parametrize(("value", "percent", "plan"), [("1", "100", "1"), ("5", "83.33", "6")])
def test_an_implied_plan_of_things_that_are_counted_is_whole(value, percent, plan):
    assert str(implied_plan(figure(value, plan_pct=percent), COUNT)) == plan


@pytest.mark.parametrize(
    "observation",
    [
        figure("5"),
        figure("5", plan="10", plan_pct="50"),
        figure(plan_pct="50"),
        figure("0", plan_pct="50"),
        figure("5", plan_pct="0"),
    ],
)
def test_a_plan_is_implied_only_by_a_value_and_a_percentage_without_a_printed_plan(observation):
    assert implied_plan(observation, MEASURE) is None


@pytest.mark.parametrize(
    ("observation", "percent"),
    [
        (figure("5", plan="10", plan_pct="50.1"), Decimal("50.1")),
        (figure("5", plan="10"), Decimal(50)),
        (figure("5"), None),
        (figure(plan="10"), None),
        (figure("5", plan="0"), None),
    ],
)
def test_the_percent_of_plan_is_the_printed_one_or_else_worked_out(observation, percent):
    assert plan_percent(observation) == percent


def test_a_billion_is_nine_zeros_in_the_base_unit():
    billion = replace(MEASURE, kind="money", base_unit="dong", scale=10**9)
    assert str(base_amount(Decimal("82.61"), billion)) == "82610000000"
    assert base_amount(Decimal("82.61"), MEASURE) is None


@pytest.mark.parametrize(
    ("value", "inhabitants", "amount"),
    [
        ("82.61", "30175", "2737700"),
        ("109.175", "30175", "3618100"),
        ("83", "30175", "2750000"),
        ("2.439", "30175", "80830"),
        ("12.50", "1250", "10000000"),
        ("0.000001", "3", "300"),
    ],
)
def test_an_amount_for_each_inhabitant_has_the_digits_that_the_printed_ones_can_bear(value, inhabitants, amount):
    assert str(per_head(Decimal(value), BILLION, Decimal(inhabitants))) == amount


@pytest.mark.parametrize(
    ("value", "unit", "inhabitants"),
    [
        ("5", BILLION, None),
        ("5", BILLION, "0"),
        ("0", BILLION, "100"),
        ("-5", BILLION, "100"),
        ("5", MEASURE, "100"),
        ("5", COUNT, "100"),
        ("0.000000001", BILLION, "30000"),  # one dong for thirty thousand people
    ],
)
def test_there_is_no_amount_for_each_inhabitant_without_money_and_people(value, unit, inhabitants):
    people = None if inhabitants is None else Decimal(inhabitants)
    assert per_head(Decimal(value), unit, people) is None


def test_inhabitants_are_those_of_the_year_of_the_figure():
    row = {"area_id": AREA, "source_id": SOURCE, "locator": "I.1", "obs_status": "A"}
    package = ward()
    for indicator_id, year, value in [
        ("ho-nuoc-may", "2030", "1900"),
        ("thu-phi", "2030", "11"),
        ("thu-phi", "2029", "9"),
    ]:
        package = add(package, "observations", indicator_id=indicator_id, year=year, value=value, **row)
    book = derive(catalogue(package), "ho-nuoc-may")
    by_year = {o.year: book.inhabitants(o) for o in book.observations["thu-phi"]}
    assert by_year == {2029: None, 2030: 1900, 2031: 1920}


@pytest.mark.parametrize("population", ["", "khong-co", "tat-ca-ho", "cay-ven-song"])
def test_nobody_is_counted_by_an_indicator_that_is_missing_not_reported_or_not_a_count(population):
    book = derive(catalogue(ward()), population)
    assert book.inhabitants(book.observations["thu-phi"][0]) is None


def part(book, indicator_id):
    return part_share(book, book.catalogue.indicators[indicator_id], book.observations[indicator_id][0])


def test_a_part_has_a_share_of_its_whole_unless_the_source_prints_it(book):
    assert str(part(book, "khach-ngoai-tinh")) == "36.0"
    assert part(book, "khach-trong-tinh") is None  # 64 % is printed
    unprinted = derive(catalogue(change(ward(), "observations", "ty-le-khach-trong-tinh/2031", value="")))
    assert str(part(unprinted, "khach-trong-tinh")) == "64.0"


def test_what_is_no_part_or_part_of_nothing_or_of_an_unknown_whole_has_no_share(book):
    assert part(book, "thu-phi") is None
    for whole in ("0", ""):
        other = derive(catalogue(change(ward(), "observations", "luot-khach/2031", value=whole)))
        assert part(other, "khach-ngoai-tinh") is None
    assert part(derive(catalogue(remove(ward(), "observations", "luot-khach/2031"))), "khach-ngoai-tinh") is None


def test_figures_last_changed_when_one_of_them_was_last_corrected():
    (row,) = read_rows(ward(), "corrections")
    later = row | {"date": "2032-03-04", "key": f"{AREA}/thu-phi/2031"}
    package = with_rows(ward(), "corrections", [row | {"date": "2032-01-01"}, row, later])
    book = derive(catalogue(package))
    assert last_change(book, book.observations["luot-khach"]) == LastChange(date(2032, 2, 3), "corrected")
    assert last_change(book, book.catalogue.observations) == LastChange(date(2032, 3, 4), "corrected")


def test_figures_that_were_never_corrected_are_as_old_as_their_document(book):
    never = [*book.observations["thu-phi"], *book.catalogue.statements.values()]
    assert last_change(book, never) == LastChange(date(2031, 12, 20), "issued")
    undated = derive(catalogue(change(ward(), "sources", SOURCE, date_issued="")))
    assert last_change(undated, undated.observations["thu-phi"]) == LastChange(date(2031, 12, 31), "period")
    assert last_change(book, ()) is None


def test_a_share_is_rounded_half_up_to_one_decimal():
    assert str(share(Decimal(1), Decimal(8))) == "12.5"
    assert str(share(Decimal(1), Decimal(16))) == "6.3"


def test_a_target_for_next_year_does_not_move_the_year_of_the_book(book):
    assert book.year == 2031
    assert max(o.year for o in book.catalogue.observations) == 2032


def test_planned_indicators_have_a_plan_and_a_result(book):
    assert {i.indicator_id: book.status(i).value for i in book.planned()} == {
        "thu-phi": "missed",
        "luot-khach": "exceeded",
        "ty-le-nuoc-may": "met",
        "ty-le-thu-gom": "exceeded",
        "cay-ven-song": "missed",
    }


def test_statuses_are_counted(book):
    counts = status_counts(book, book.planned())
    assert counts == {Status.MISSED: 2, Status.EXCEEDED: 2, Status.MET: 1}


def test_indicators_and_topics_stand_in_display_order(book):
    assert list(book.catalogue.topics) == ["du-lich", "song-sach"]
    assert list(book.catalogue.indicators)[:2] == ["thu-phi", "luot-khach"]
    assert list(book.catalogue.indicators)[5] == "vu-xa-thai"


def test_a_field_holds_the_indicators_and_statements_of_its_topics(book):
    field, topic = book.catalogue.topics.values()
    assert len(book.field_indicators(field)) == len(book.catalogue.indicators)
    assert len(book.field_indicators(topic)) == 9
    assert len(book.field_statements(field)) == 6
    assert book.field_statements(topic) == ()


def test_statements_and_indicators_know_each_other(book):
    assert [s.statement_id for s in book.indicator_statements["thu-phi"]] == ["han-che-1"]
    assert [i.indicator_id for i in book.statement_indicators["viec-1"]] == ["ty-le-khach-trong-tinh"]


def test_parts_stand_under_their_whole_by_the_name_of_the_breakdown(book):
    (name, parts), *others = book.parts["luot-khach"].items()
    assert (name.vi, [part.indicator_id for part in parts]) == (
        "theo nơi đến",
        ["khach-trong-tinh", "khach-ngoai-tinh"],
    )
    assert not others


def test_every_party_of_an_identity_knows_it(book):
    for indicator_id in ("luot-khach", "khach-trong-tinh", "khach-ngoai-tinh"):
        assert book.indicator_identities[indicator_id][0].check_id == "sum/luot-khach/khach-trong-tinh/2031"


def test_the_source_of_a_figure_and_of_a_statement_is_found(book):
    assert book.source(book.catalogue.observations[0]).document_number == "12/BC"
    assert book.source(book.catalogue.statements["viec-1"]).document_number == "12/BC"


def test_topics_follow_their_field_by_position():
    package = ward()
    texts = {"name_vi": "Chợ", "name_en": "Markets", "summary_vi": "Chợ.", "summary_en": "Markets."}
    package = add(package, "topics", topic_id="a-cho", parent_id="", position="2", **texts)
    package = add(package, "topics", topic_id="a-cho-noi", parent_id="a-cho", position="1", **texts)
    assert list(catalogue(package).topics) == ["du-lich", "song-sach", "a-cho", "a-cho-noi"]
