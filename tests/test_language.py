"""The words of each language, its numbers, and the one escaper."""

import html
import string
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from markupsafe import Markup

from hostile import HOSTILE
from wardbook.catalogue import Text, Unit
from wardbook.language import CODES, Language, escape, read_language
from wardbook.problem import Problem, describe, read_rules, shown

VI, EN = (read_language(code) for code in CODES)
CASE = Unit("vu", Text("vụ", "case"), Text("vụ", "case"), "cases", "count", "", None, 2)
PERCENT = Unit("p", Text("phần trăm", "per cent"), Text("%", "%"), "%", "percent", "", None, 2)
NO_BREAK = "\u00a0"

# what every page gives, so that words may use it where their language needs it
GIVEN = {"kind", "Kind"}


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [
        ("0", "0", "0"),
        ("12", "12", "12"),
        ("2491", "2.491", "2,491"),
        ("82.61", "82,61", "82.61"),
        ("1559.7", "1.559,7", "1,559.7"),
        ("100.0", "100,0", "100.0"),
        ("0.15", "0,15", "0.15"),
        ("82610000000", "82.610.000.000", "82,610,000,000"),
        ("0.123456789", "0,123456789", "0.123456789"),
    ],
)
def test_numbers_have_the_marks_of_the_language_and_the_decimals_they_are_given(number, vi, en):
    assert (VI.number(Decimal(number)), EN.number(Decimal(number))) == (vi, en)


def test_percentages_stand_close_to_their_sign():
    assert (VI.percent(Decimal("37.13")), EN.percent(Decimal("37.13"))) == ("37,13%", "37.13%")
    assert VI.amount(Decimal("4.3"), PERCENT) == "4,3%"


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [("0", "0 vụ", "0 cases"), ("1", "1 vụ", "1 case"), ("2", "2 vụ", "2 cases"), ("1.0", "1,0 vụ", "1.0 cases")],
)
def test_a_unit_is_plural_where_the_language_has_plurals(number, vi, en):
    amounts = VI.amount(Decimal(number), CASE), EN.amount(Decimal(number), CASE)
    assert amounts == (vi.replace(" ", NO_BREAK), en.replace(" ", NO_BREAK))


def test_dates_are_written_out():
    assert (VI.day(date(2032, 2, 3)), EN.day(date(2032, 2, 3))) == ("3 tháng 2, 2032", "February 3, 2032")


def test_words_choose_their_form_by_the_number_in_them():
    words = {"found": {"one": "{n} page", "other": "{n} pages"}}
    language = Language("en", words)
    assert [language.say("found", n=n) for n in (0, 1, 1200)] == ["0 pages", "1 page", "1,200 pages"]


def test_vietnamese_has_one_form_for_every_number():
    language = Language("vi", {"found": {"other": "{n} trang"}})
    assert [language.say("found", n=n) for n in (1, 2)] == ["1 trang", "2 trang"]


def test_a_year_is_not_grouped_when_it_is_given_as_text():
    assert Language("vi", {"in": "Năm {year}"}).say("in", year="2031") == "Năm 2031"


@pytest.mark.parametrize("text", HOSTILE)
def test_say_escapes_its_blanks(text):
    said = Language("en", {"a": {"b": "before {blank} after"}}).say("a.b", blank=text)
    assert said == Markup("before ") + escape(text) + Markup(" after")
    assert text not in said


def test_say_escapes_the_words_themselves():
    assert Language("en", {"a": "<b> {x}"}).say("a", x="") == "&#60;b&#62; "


def test_say_leaves_markup_in_a_blank_alone():
    assert Language("en", {"a": "see {link}"}).say("a", link=Markup("<a>x</a>")) == "see <a>x</a>"


@pytest.mark.parametrize("key", ["nothing", "a.nothing"])
def test_words_that_are_not_there_stop_the_build(key):
    with pytest.raises(KeyError):
        Language("en", {"a": {"b": "x"}}).say(key)


def test_a_blank_that_is_not_filled_stops_the_build():
    with pytest.raises(KeyError):
        Language("en", {"a": "in {year}"}).say("a")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_inert(text):
    escaped = escape(text)
    assert not set("<>\"'`*_{}[]!|~=^$@\\") & set(escaped)
    assert not {"&", "#"} & set(escaped.replace("&#", ""))
    assert html.unescape(escaped) == text


def test_escaped_text_keeps_to_one_line():
    assert escape("# a\n\n- b") == "&#35; a  - b"


def test_readable_text_stays_readable():
    text = "Hộ nghèo (12 hộ), 0,15% – “đạt” 06/08; I.2¶3 - hết."
    assert escape(text) == text


def test_text_is_escaped_once():
    assert escape(escape("a < b")) == "a &#60; b"


@pytest.mark.parametrize("code", CODES)
def test_words_are_nfc_and_none_is_padded(code):
    for key, words in leaves(read_language(code).words):
        for text in forms(words).values():
            assert unicodedata.is_normalized("NFC", text), key
            assert text.strip() == text or text.startswith((" ", ",")), key


def test_both_languages_have_the_same_words_with_the_same_blanks():
    vi, en = dict(leaves(VI.words)), dict(leaves(EN.words))
    assert vi.keys() == en.keys()
    for key, words in vi.items():
        assert blanks(words) - GIVEN == blanks(en[key]) - GIVEN, key


def test_both_languages_count_the_same_things():
    assert [isinstance(words, dict) for _, words in leaves(VI.words)] == [
        isinstance(words, dict) for _, words in leaves(EN.words)
    ]


def test_every_rule_says_what_is_wrong_and_how_to_mend_it_in_both_languages():
    for rule, languages in read_rules().items():
        assert list(languages) == list(CODES), rule
        for wording in languages.values():
            assert list(wording) in (["message", "hint"], ["message", "hint", "suggest"]), rule
            assert all(wording.values()), rule
            assert ("suggest" in wording) == ("{suggestion}" in wording.get("suggest", "")), rule
        vi, en = ([blanks(text) for text in wording.values()] for wording in languages.values())
        assert vi == en, rule


def test_a_problem_is_put_into_the_words_of_the_language():
    rules = {"odd": {"vi": {"message": "{value} lạ", "hint": "Sửa {value}"}, "en": {"message": "odd", "hint": "Mend"}}}
    problem = Problem("a.csv", 2, 3, "odd", {"value": "{x}"})
    assert describe(problem, "vi", rules).text == "{x} lạ"
    assert describe(problem, "vi", rules).hint == "Sửa {x}"
    assert describe(problem, "en", rules).text == "odd"


def test_a_problem_that_knows_the_right_cell_says_it():
    wording = {"message": "odd", "hint": "Mend", "suggest": "Write: {suggestion}"}
    rules = {"odd": {"en": wording}}
    assert describe(Problem("a.csv", 2, 3, "odd", {"suggestion": "12.5"}), "en", rules).hint == "Write: 12.5"
    assert describe(Problem("a.csv", 2, 3, "odd", {"suggestion": ""}), "en", rules).hint == "Mend"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("hộ nghèo", "hộ nghèo"),
        ("a\u200bb", "a<U+200B>b"),
        ("a\u00a0b", "a<U+00A0>b"),
        ("a\nb\r\tc", "a<U+000A>b<U+000D><U+0009>c"),
        ("\u202eabc", "<U+202E>abc"),
        ("\x1b[31m", "<U+001B>[31m"),
        ("x" * 61, "x" * 60 + "…"),
        ("x" * 60, "x" * 60),
        (Decimal("1.50"), "1.50"),
    ],
)
def test_a_cell_is_shown_short_and_with_its_hidden_characters_named(cell, text):
    assert shown(cell) == text


def leaves(words, path=()):
    """Yield every text with its dotted key; the forms of a plural are one text."""
    if isinstance(words, dict) and "other" not in words:
        for key, inside in words.items():
            yield from leaves(inside, (*path, key))
    else:
        yield ".".join(path), words


def forms(words):
    return words if isinstance(words, dict) else {"other": words}


def blanks(words):
    return {name for text in forms(words).values() for _, name, _, _ in string.Formatter().parse(text) if name}
