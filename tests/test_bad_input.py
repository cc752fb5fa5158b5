"""Every fault is found where it is, and nothing else is said; what is right is let through."""

import socket
from itertools import product

import pytest

from bad import CASES, NO_NOTE, PACKAGE, WARD, file_path, publish, raw, with_years
from hostile import COMMON
from wardbook import check as checking
from wardbook import file, table
from wardbook.check import check
from wardbook.language import CODES
from wardbook.needs import fit
from wardbook.problem import describe, is_hidden, read_rules
from wardbook.release import read_release
from wardbook.rules import RULES
from wards import (
    AREA,
    NEXT_YEAR,
    YEAR,
    add,
    catalogue,
    change,
    csv_path,
    place,
    read_rows,
    remove,
    tables,
    with_file,
    with_rows,
)

WORDS = read_rules()

# the limits are tested with smaller ones
LIMITS = {"too-large", "too-many-rows", "more"}
# said by the command format, not by the check
FORMAT = {"number-ambiguous", "date-ambiguous"}


def told(package):
    return tuple((p.path, p.line, p.column, p.rule) for p in check(package).problems)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_is_found_at_its_place_and_nothing_else_is_said(case):
    assert told(case.package) == tuple(sorted(case.problems))


def test_every_rule_has_a_case():
    assert {rule for case in CASES for *_, rule in case.problems} | LIMITS | FORMAT == WORDS.keys()


def test_every_message_keeps_to_one_line_and_shows_what_cannot_be_seen():
    for case in CASES[::3]:
        for problem, language in product(check(case.package).problems, CODES):
            message = describe(problem, language, WORDS)
            for text in (message.text, message.hint):
                assert text
                assert not any(map(is_hidden, text)), case
                assert len(text) < 500, case


def test_each_house_rule_finds_what_no_other_does():
    found = {rule.__name__: set() for rule in RULES}
    for case in CASES:
        house = tables(case.package) if {p[3] for p in case.problems} & WORDS.keys() and case not in PACKAGE else None
        if house is None or None in house.values() or len(house) < len(tables(WARD)):
            continue
        try:
            records = catalogue(case.package)
        except (ValueError, ArithmeticError, KeyError):  # its cells cannot be read: no case of a house rule
            continue
        for rule in RULES:
            found[rule.__name__] |= {problem.rule for problem in rule(records, house)}
    assert all(found.values()), [name for name, rules in found.items() if not rules]
    assert sum(map(len, found.values())) == len(set().union(*found.values()))


def test_no_check_opens_a_connection(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for case in PACKAGE:
        assert told(case.package) == tuple(sorted(case.problems))


@pytest.mark.parametrize(
    ("name", "key", "column", "text", "suggestion"),
    [
        ("observations", f"thu-phi/{YEAR}", "value", "12,5", "12.5"),
        ("observations", f"thu-phi/{YEAR}", "value", "1.234.567", "1234567"),
        ("observations", f"thu-phi/{YEAR}", "value", "1 234 567", "1234567"),
        ("observations", f"thu-phi/{YEAR}", "value", "1.234,5", "1234.5"),
        ("observations", f"thu-phi/{YEAR}", "value", "1,234.5", "1234.5"),
        ("observations", f"thu-phi/{YEAR}", "value", "12,5 %", "12.5"),
        ("observations", f"thu-phi/{YEAR}", "value", "0012.5", "12.5"),
        ("observations", f"thu-phi/{YEAR}", "value", "１２.５", "12.5"),
        ("observations", f"thu-phi/{YEAR}", "value", "12,5 tỷ đồng", "12.5"),
        ("observations", f"thu-phi/{YEAR}", "value", "'12.5", "12.5"),
        ("observations", f"cay-ven-song/{YEAR}", "value", "3250", "3.25"),
        ("observations", f"ty-le-thu-gom/{YEAR}", "locator", "trang 4", "I.1¶2#4"),
        ("areas", AREA, "valid_from", "31/12/2025", "2025-12-31"),
        ("areas", AREA, "valid_from", "46022", "2025-12-31"),
        ("topics", "song-sach", "position", "1.0", "1"),
        ("indicators", "thu-phi", "headline", "TRUE", "true"),
        ("topics", "song-sach", "name_vi", "Sông\u00a0sạch\u200b", "Sông sạch"),
        ("topics", "song-sach", "name_vi", "Há»™ nghÃ¨o", "Hộ nghèo"),
        ("topics", "song-sach", "name_vi", "Hé nghÌo", "Hộ nghèo"),
        ("topics", "song-sach", "name_vi", "hoä ngheøo", "hộ nghèo"),
    ],
)
@pytest.mark.parametrize("language", CODES)
def test_the_hint_says_what_should_stand_in_the_cell(name, key, column, text, suggestion, language):
    package = change(WARD, name, key, **{column: text})
    place_of_cell = place(WARD, name, key, column)
    problem = next(p for p in check(package).problems if (p.path, p.line, p.column) == place_of_cell)
    assert problem.values["suggestion"] == suggestion
    assert f": {suggestion}" in describe(problem, language, WORDS).hint


@pytest.mark.parametrize("text", ["1.920 hộ", "1,920 hộ"])
def test_no_number_is_suggested_where_its_mark_can_be_read_in_two_ways(text):
    (problem,) = check(change(WARD, "observations", f"ho-nuoc-may/{YEAR}", value=text)).problems
    assert describe(problem, "en", WORDS).hint == "Write the number only."


def test_the_hint_after_a_slip_of_the_unit_says_the_number_that_was_meant():
    package = with_years("cay-ven-song", {"2030": "0.003"}, NO_NOTE)
    (problem,) = check(package).problems
    assert problem.values["suggestion"] == "0.00325"
    assert "0.00325" in describe(problem, "en", WORDS).text


# ---- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["units", "topics"])
def test_a_file_over_the_cap_is_refused(monkeypatch, name):
    monkeypatch.setattr(file, "LARGEST", max(len(raw(t)) for t in ("units", "topics", "observations", "indicators")))
    package = with_file(WARD, csv_path(name), raw(name) + b"x" * 100_000)
    assert told(package) == ((file_path(name), 1, 1, "too-large"),)


@pytest.mark.parametrize("name", ["observations", "indicators"])
def test_a_table_with_too_many_rows_is_refused(monkeypatch, name):
    monkeypatch.setattr(file, "MOST_ROWS", raw(name).count(b"\n") - 2)
    assert (file_path(name), 1, 1, "too-many-rows") in told(WARD)


def test_past_a_thousand_faults_of_a_file_only_that_there_are_more_is_said(monkeypatch):
    for module in (checking, table):
        monkeypatch.setattr(module, "MOST_PROBLEMS", 10)
    rows = [row | {"text_vi": row["text_vi"] + " "} for row in read_rows(WARD, "statements")]
    many = [row | {"statement_id": f"{row['statement_id']}-{n:02}"} for row in rows for n in range(10)]
    package = with_rows(with_rows(WARD, "statement_indicators", []), "statements", many)
    rules = [problem[3] for problem in told(package)]
    assert rules == ["padded"] * 10 + ["more"]


def test_a_hundred_slips_of_a_quote_are_enough(monkeypatch):
    package = with_file(WARD, csv_path("topics"), raw("topics") + b'a,"x"y\n' * 300)
    quotes = [problem for problem in told(package) if problem[3] == "quote"]
    assert len(quotes) == 100


def test_what_follows_a_quote_that_is_not_closed_is_still_read():
    broken = raw("topics").replace(b"\ndu-lich,", b'\n"du-lich,', 1) + b"x\n"
    rules = [problem[3] for problem in told(with_file(WARD, csv_path("topics"), broken))]
    assert rules == ["quote", "row-width"]


# ---- what is right ---------------------------------------------------------------------------------------------------

FINE = {
    "a question in a text": change(WARD, "topics", "song-sach", summary_vi="Bao nhiêu? Nhiều."),
    "place names of the Highlands": change(WARD, "topics", "song-sach", name_vi="Đăk Pơ Kŏ, Krŏng, Y Ñôn"),
    "a sharp sign": change(WARD, "topics", "song-sach", name_vi="Nhóm số #1"),
    "the word data with a colon": change(WARD, "topics", "song-sach", name_en="Open data: all of it"),
    "numbers of documents, years and money": change(
        WARD, "statements", "viec-1", text_vi="Kế hoạch 20-KH/ĐU năm 2031, 1.234.567 đồng, 12.500.000.000 đồng."
    ),
    "one word spelled one way everywhere": change(
        change(WARD, "topics", "song-sach", name_vi="Nước hòa"), "statements", "viec-1", text_vi="Đất Hòa, quý, quả."
    ),
    "a plan of 0": change(WARD, "observations", f"ho-tach-rac/{YEAR}", plan="0", as_printed="480/0 hộ"),
    "decimals as printed": change(
        WARD, "observations", f"thu-phi/{YEAR}", value="12.50", as_printed="12,50 tỷ đồng; 80,65%"
    ),
    "a rate below one per cent, printed as such": change(
        WARD, "observations", f"ty-le-thu-gom/{YEAR}", value="0.15", as_printed="0,15%"
    ),
    "a rate over 100 % with a note": change(
        WARD,
        "observations",
        f"ty-le-thu-gom/{YEAR}",
        value="104",
        as_printed="104%",
        note_vi="Đếm cả khách.",
        note_en="x",
    ),
    "a jump with a note": with_years("cay-ven-song", {"2030": "0.003"}),
    "a jump of a few cases": with_years("vu-xa-thai", {"2029": "1", "2030": "12"}),
    "a break in the series": with_years(
        "cay-ven-song", {"2030": "0.003"}, change(WARD, "observations", f"cay-ven-song/{YEAR}", obs_status="B")
    ),
    "a year that was not reported": with_years("cay-ven-song", {"2029": "3", "2030": ""}),
    "a series that hardly moved and moves a little": with_years(
        "ho-nuoc-may", {str(year): "1900" for year in range(2025, 2031)}
    ),
    "a series that grows by a third every year": with_years(
        "cay-ven-song", {str(year): f"{3.25 / 1.3 ** (2031 - year):.2f}" for year in range(2021, 2031)}, NO_NOTE
    ),
    "a series that ended": remove(
        with_years("ho-tach-rac", {"2030": ""}, obs_status="M", package=WARD), "statements", "xep-loai-1"
    ),
    "a claim that fits the plan": change(
        WARD, "observations", f"ho-tach-rac/{YEAR}", plan="480", plan_claim="met", as_printed="480/480 hộ"
    ),
    "more than the plan, claimed as met": change(
        WARD, "observations", f"ho-tach-rac/{YEAR}", plan="400", plan_claim="met", as_printed="480/400 hộ"
    ),
    "few people in an indicator that is not sensitive": change(
        WARD, "observations", f"vu-xa-thai/{YEAR}", value="3", zero_kind="", as_printed="3 vụ"
    ),
    "few people with a note": change(
        change(WARD, "indicators", "vu-xa-thai", sensitive="true"),
        "observations",
        f"vu-xa-thai/{YEAR}",
        value="3",
        zero_kind="",
        as_printed="3 vụ",
        note_vi="Đã được đồng ý.",
        note_en="With consent.",
    ),
    "what was published and has not changed": publish(WARD),
    "a text with a quote in it": change(WARD, "statements", "viec-1", text_vi='Gọi là "khách", 5" nước.'),
    "no corrections, explanations, redirects or statements": with_rows(
        with_rows(with_rows(with_rows(WARD, "corrections", []), "redirects", []), "statement_indicators", []),
        "statements",
        [],
    ),
    "a note beside the tables": with_file(WARD, "notes.txt", b"hello"),
}


@pytest.mark.parametrize("package", FINE.values(), ids=FINE)
def test_what_is_right_raises_no_alarm(package):
    assert told(package) == ()


@pytest.mark.parametrize("text", COMMON)
@pytest.mark.parametrize(
    ("name", "key", "column"), [("topics", "song-sach", "summary_vi"), ("statements", "viec-1", "text_en")]
)
def test_text_that_something_later_would_act_on_is_let_through(name, key, column, text):
    assert told(change(WARD, name, key, **{column: f"a {text}"})) == ()


# ---- publishing ------------------------------------------------------------------------------------------------------

CELL = {"table": "observations", "key": f"{AREA}/cay-ven-song/{YEAR}", "field": "value"}
WHY = {"reason_vi": "Gõ nhầm.", "reason_en": "A slip."}


def changed(**correction):
    package = change(publish(WARD), "observations", f"cay-ven-song/{YEAR}", value="3.3", as_printed="3,3/3,5 ha")
    return add(
        package,
        "corrections",
        **{"date": "2032-05-01", "old_value": "3.25", "new_value": "3.3"} | CELL | WHY | correction,
    )


def test_a_published_value_that_changed_passes_with_its_correction():
    assert told(changed()) == ()


@pytest.mark.parametrize("correction", [{"field": "plan"}, {"new_value": "3.4"}, {"key": f"{AREA}/luot-khach/{YEAR}"}])
def test_a_correction_of_something_else_is_not_enough(correction):
    assert "published-changed" in {problem[3] for problem in told(changed(**correction))}


def test_two_corrections_of_one_cell_lead_from_one_to_the_next():
    package = changed(date="2032-06-01", old_value="3.28")
    package = add(package, "corrections", **CELL | WHY, date="2032-05-01", old_value="3.25", new_value="3.28")
    assert told(package) == ()


def test_a_published_indicator_may_go_where_its_address_leads_to_another():
    package = remove(remove(publish(WARD), "observations", f"cay-ven-song/{YEAR}"), "indicators", "cay-ven-song")
    package = add(
        package, "redirects", from_id="cay-ven-song", to_id="luot-khach", reason_vi="Gộp.", reason_en="Merged."
    )
    assert told(package) == ()


def test_the_index_of_a_release_is_read_as_it_was_written():
    release, problems = read_release(publish(WARD))
    assert problems == []
    assert release.version == "2031.0.0"
    assert release.figures[f"{AREA}/luot-khach/{YEAR}"] == {"value": "1250", "plan": "1200", "plan_pct": "104.16"}
    assert release.units["thu-phi"] == "ty-dong"


def test_a_published_target_may_be_given_its_result():
    target = f"ty-le-khach-trong-tinh/{NEXT_YEAR}"
    source = read_rows(WARD, "sources")[0] | {"source_id": "bao-cao-2032", "period_end": f"{NEXT_YEAR}-12-31"}
    package = add(publish(WARD), "sources", **source)
    cells = {"value": "72", "obs_status": "A", "as_printed": "72%/70%", "source_id": "bao-cao-2032"}
    package = change(package, "observations", target, **cells)
    assert "published-changed" not in {problem[3] for problem in told(package)}
    moved = change(package, "observations", target, plan="71", as_printed="72%/71%")
    assert (*place(moved, "observations", target, "plan"), "published-changed") in told(moved)


# ---- older packages --------------------------------------------------------------------------------------------------


def test_every_column_that_records_are_made_from_stands_in_the_schemas():
    assert fit(WARD, tables(WARD))[1] == []
