"""What a person would say about a figure."""

from collections import Counter

import pytest

from wardbook.derive import Status, derive
from wardbook.language import read_language
from wardbook.say import (
    computed,
    formula,
    name_inside,
    percent_text,
    place,
    plan_sentence,
    sentence,
    stated,
    value_text,
)
from wards import catalogue, change, ward

VI, EN = read_language("vi"), read_language("en")


@pytest.fixture(scope="module")
def book():
    return derive(catalogue(ward()))


def said(book, indicator_id, year=2031, by=sentence):
    """Return what is said of one figure, in both languages."""
    indicator = book.catalogue.indicators[indicator_id]
    observation = next(o for o in book.observations[indicator_id] if o.year == year)
    return tuple(by(book, indicator, observation, language).replace("\u00a0", " ") for language in (VI, EN))


def changed(table, key, **cells):
    return derive(catalogue(change(ward(), table, key, **cells)))


@pytest.mark.parametrize(
    ("indicator_id", "vi", "en"),
    [
        (
            "thu-phi",
            "Năm 2031, phường có ước 12,5 tỷ đồng, bằng 80,65% kế hoạch.",
            "In 2031, the ward had an estimated 12.5 billion dong, 80.65% of plan.",
        ),
        (
            "luot-khach",
            "Năm 2031, phường có 1.250 lượt, bằng 104,16% chỉ tiêu được giao.",
            "In 2031, the ward had 1,250 visits, 104.16% of the assigned target.",
        ),
        (
            "cay-ven-song",
            "Năm 2031, phường có 3,25 ha, bằng khoảng 92,9% kế hoạch.",
            "In 2031, the ward had 3.25 ha, about 92.9% of plan.",
        ),
        (
            "ty-le-thu-gom",
            "Năm 2031, phường có 91,5%, báo cáo nói là vượt kế hoạch.",
            "In 2031, the ward had 91.5%, which the report says went beyond plan.",
        ),
        ("ho-tach-rac", "Năm 2031, phường có 480 hộ.", "In 2031, the ward had 480 households."),
        (
            "vu-xa-thai",
            "Năm 2031, phường có 0 vụ. Chưa phát hiện không có nghĩa là không có.",
            "In 2031, the ward had 0 cases. None found so far does not mean that there was none.",
        ),
        ("diem-ngap", "Năm 2031, phường có 0 vụ.", "In 2031, the ward had 0 cases."),
        (
            "ty-le-tach-rac",
            "Năm 2031, phường có 24%. Đây là số sơ bộ.",
            "In 2031, the ward had 24%. This is a provisional figure.",
        ),
        ("tat-ca-ho", "Báo cáo năm 2031 không nêu con số này.", "The 2031 report does not give this figure."),
    ],
)
def test_a_figure_is_said_in_one_plain_sentence(book, indicator_id, vi, en):
    assert said(book, indicator_id) == (vi, en)


def test_a_target_is_said_to_be_not_yet_due(book):
    assert said(book, "ty-le-khach-trong-tinh", 2032) == (
        "Kế hoạch năm 2032 là 70%; chưa đến kỳ báo cáo kết quả.",
        "The plan for 2032 is 70%; the result is not yet due.",
    )


def test_what_does_not_apply_is_said_so():
    book = changed("observations", "tat-ca-ho/2031", obs_status="M")
    assert said(book, "tat-ca-ho") == ("Năm 2031 không áp dụng con số này.", "This figure does not apply to 2031.")
    assert said(book, "tat-ca-ho", by=value_text) == ("Không áp dụng", "Not applicable")


@pytest.mark.parametrize(
    ("claim", "vi", "en"),
    [
        ("met", "báo cáo nói là đạt kế hoạch.", "which the report says met plan."),
        ("missed", "báo cáo nói là chưa đạt kế hoạch.", "which the report says fell short of plan."),
    ],
)
def test_a_claim_is_put_into_the_mouth_of_the_report(claim, vi, en):
    sentences = said(changed("observations", "ty-le-thu-gom/2031", plan_claim=claim), "ty-le-thu-gom")
    assert (sentences[0].endswith(vi), sentences[1].endswith(en)) == (True, True)


def test_a_percentage_that_is_the_percent_of_its_plan_is_said_once():
    book = changed("observations", "ty-le-thu-gom/2031", value="100", plan_claim="", plan_pct="100")
    assert said(book, "ty-le-thu-gom") == ("Năm 2031, phường có 100%.", "In 2031, the ward had 100%.")


def test_a_count_that_happens_to_equal_its_percentage_still_says_it():
    book = changed("observations", "luot-khach/2031", value="100", plan="", plan_pct="100")
    assert said(book, "luot-khach")[1] == "In 2031, the ward had 100 visits, 100% of the assigned target."


@pytest.mark.parametrize(
    ("indicator_id", "vi", "en"),
    [
        ("thu-phi", "12,5 tỷ đồng", "12.5 billion dong"),
        ("ty-le-thu-gom", "91,5%", "91.5%"),
        ("vu-xa-thai", "Chưa phát hiện", "None found so far"),
        ("diem-ngap", "0 vụ", "0 cases"),
        ("tat-ca-ho", "Báo cáo không nêu", "Not reported"),
    ],
)
def test_zero_none_found_and_not_reported_are_different_things(book, indicator_id, vi, en):
    assert said(book, indicator_id, by=value_text) == (vi, en)


def test_a_value_that_is_not_yet_due_is_called_so(book):
    assert said(book, "ty-le-khach-trong-tinh", 2032, by=value_text) == ("Chưa đến kỳ báo cáo", "Not yet due")


@pytest.mark.parametrize(
    ("indicator_id", "text"),
    [("thu-phi", "80,65%"), ("cay-ven-song", "≈ 92,9%"), ("ho-tach-rac", ""), ("tat-ca-ho", ""), ("ty-le-thu-gom", "")],
)
def test_the_percent_of_plan_is_as_printed_or_to_one_decimal(book, indicator_id, text):
    assert percent_text(book.current(book.catalogue.indicators[indicator_id]), VI) == text


def test_a_target_has_no_percent_of_plan_yet():
    book = changed("observations", "ty-le-khach-trong-tinh/2032", plan_pct="95")
    target = next(o for o in book.catalogue.observations if o.year == 2032)
    assert percent_text(target, VI) == ""


@pytest.mark.parametrize(("counts", "vi", "en"), [
    (
        {Status.MET: 2, Status.EXCEEDED: 1, Status.MISSED: 1_200},
        "3 trong 1.203 chỉ tiêu có kế hoạch đã đạt hoặc vượt; 1.200 chỉ tiêu chưa đạt.",
        "3 of 1,203 planned indicators reached or passed their plan; 1,200 did not.",
    ),
    (
        {Status.MET: 1, Status.EXCEEDED: 1},
        "Tất cả 2 chỉ tiêu có kế hoạch đều đạt hoặc vượt.",
        "Every one of the 2 planned indicators reached or passed its plan.",
    ),
    (
        {Status.MISSED: 2},
        "Cả 2 chỉ tiêu có kế hoạch đều chưa đạt.",
        "None of the 2 planned indicators reached its plan.",
    ),
    (
        {Status.EXCEEDED: 1},
        "Chỉ tiêu duy nhất có kế hoạch đã đạt hoặc vượt.",
        "The only planned indicator reached or passed its plan.",
    ),
    (
        {Status.MISSED: 1},
        "Chỉ tiêu duy nhất có kế hoạch chưa đạt.",
        "The only planned indicator missed its plan.",
    ),
])  # fmt: skip
def test_how_many_kept_their_plan_is_said_as_a_person_would(counts, vi, en):
    assert plan_sentence(Counter(counts), read_language("vi")) == vi
    assert plan_sentence(Counter(counts), read_language("en")) == en


@pytest.mark.parametrize(
    ("locator", "vi", "en"),
    [
        ("I.1¶4#2", "mục I.1, đoạn 4, chú thích 2", "section I.1, paragraph 4, footnote 2"),
        ("III", "mục III", "section III"),
        ("II.3#12", "mục II.3, chú thích 12", "section II.3, footnote 12"),
    ],
)
def test_a_locator_is_written_in_words(locator, vi, en):
    assert (place(locator, VI), place(locator, EN)) == (vi, en)


def test_what_is_not_a_locator_stops_the_build():
    with pytest.raises(ValueError, match="page 4"):
        place("page 4", VI)


def test_a_name_begins_small_inside_a_sentence(book):
    indicator = book.catalogue.indicators["luot-khach"]
    assert (name_inside(indicator, VI), name_inside(indicator, EN)) == ("lượt khách", "visits")


SUM, RATE = "sum/luot-khach/khach-trong-tinh/2031", "rate/ty-le-khach-trong-tinh/2031"
PERCENT, COMMON = "plan-pct/luot-khach/2031", "common-denominator/tat-ca-ho/2031"


@pytest.mark.parametrize(
    ("check_id", "worked", "printed", "result"),
    [
        (SUM, "800 + 450", "1,250 visits", "1,250 visits"),
        (RATE, "800 / 1,250 × 100", "64%", "64%"),
        (PERCENT, "1,250 / 1,200 × 100", "104.16%", "104.1667%"),
        (COMMON, "denominator that fits 480 / 24%; 1,920 / 96%", "Not reported", "1,990 to 2,010"),
    ],
)
def test_an_identity_is_written_with_the_figures_of_the_source(book, check_id, worked, printed, result):
    identity = found(book, check_id)
    assert formula(identity, EN) == worked
    assert stated(book, identity, EN).replace("\u00a0", " ") == printed
    assert computed(book, identity, EN).replace("\u00a0", " ") == result


def test_a_result_has_two_places_more_than_the_source_prints():
    book = changed("observations", "luot-khach/2031", value="1256")
    assert computed(book, found(book, RATE), VI) == "63,69%"


def test_a_sum_keeps_its_decimals():
    book = changed("observations", "khach-ngoai-tinh/2031", value="450.00")
    assert computed(book, found(book, SUM), VI) == "1.250,00\u00a0lượt"


def found(book, check_id):
    return next(identity for identity in book.identities if identity.check_id == check_id)
