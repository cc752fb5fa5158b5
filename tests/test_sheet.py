"""The notice-board sheet: what is on it, and that it is two pages of paper."""

import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest

from test_pages import body, publish
from wardbook.catalogue import Text
from wardbook.derive import Status
from wardbook.language import CODES, read_language
from wardbook.page import Writer
from wardbook.sheet import Room, cut
from wards import change, ward

SHEETS = {"vi": "niem-yet/", "en": "en/niem-yet/"}
MANY = 3500
SHORT, LONG = "Cây số {n}", "Số hộ dân ở ven sông được vận động tách rác, trồng cây và dọn bờ kè trong mùa nước lên {n}"


def write_sheet(publication, code):
    return Writer(publication, read_language(code)).sheet()


def sheet_text(publication, code="en"):
    return " ".join(rows_of(publication, code))


def rows_of(publication, code="en"):
    """Return the sheet as text, a row of a table or a line of the page each."""
    rows = body(write_sheet(publication, code)).replace("\u00a0", " ").splitlines()
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", row)).split()) for row in rows]


def pages_of(pdf):
    """Count the pages of a PDF: its page objects are never compressed in what Chromium writes."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.fixture(scope="module")
def published():
    return publish(ward())


def crowded(published, name):
    """Return the publication of a ward whose every indicator is a headline that missed its plan, and says a lot."""
    book, catalogue = published.book, published.book.catalogue
    model = catalogue.indicators["cay-ven-song"]
    (figure,) = book.observations["cay-ven-song"]
    indicators, figures = {}, {}
    for n in range(MANY):
        text = Text(name.format(n=n), name.format(n=n))
        sentence = Text(text.vi + " {value}", text.en + " {value}")
        indicators[f"cay-{n}"] = replace(model, indicator_id=f"cay-{n}", name=text, sentence=sentence, headline=True)
        figures[f"cay-{n}"] = (
            replace(figure, indicator_id=f"cay-{n}", value=Decimal("123456.25"), plan=Decimal(987654)),
        )
    statements = {
        f"{s.kind}-{n}": replace(s, statement_id=f"{s.kind}-{n}", text=Text(*[name.format(n=n) + "."] * 2))
        for s in catalogue.statements.values()
        for n in range(30)
    }
    whole = replace(
        catalogue,
        indicators=indicators,
        observations=tuple(o for own in figures.values() for o in own),
        statements=statements,
    )
    return replace(published, book=replace(book, catalogue=whole, observations=figures))


# ---- what is on it ---------------------------------------------------------------------------------------------------


def test_the_sheet_says_who_what_year_and_that_no_state_body_made_it(published):
    text = sheet_text(published)
    assert text.count("Sông Trắng ward: results for 2031") == 1
    assert "not a document of a state body" in text
    assert "Source: Report on the year 2031. No. 12/BC." in text
    assert "Dated December 20, 2031" in text
    assert "https://example.org/en/" in text


def test_a_site_whose_address_nobody_knows_prints_none(published):
    assert "In full, with the source of every figure:" not in sheet_text(replace(published, address=""))


def test_a_document_without_a_date_is_told_by_its_period():
    text = sheet_text(publish(change(ward(), "sources", "bao-cao-2031", date_issued="")))
    assert "Period: January 1, 2031 to December 31, 2031." in text
    assert "Dated" not in text


def test_every_planned_indicator_stands_with_its_percent_and_its_status_in_words(published):
    rows = rows_of(published)
    words = {Status.EXCEEDED: "Plan exceeded", Status.MET: "Plan met", Status.MISSED: "Plan not met"}
    for indicator in published.book.planned():
        word = words[published.book.status(indicator)]
        assert [row for row in rows if row.startswith(indicator.name.en) and row.endswith(word)], indicator.name.en


def test_what_was_not_met_stands_with_its_number_its_plan_and_its_percent(published):
    text = sheet_text(published)
    assert "Visitor fees 12.5 billion dong / ≈ 15.5 billion dong 80.65%" in text
    assert "Riverside trees 3.25 ha / 3.5 ha ≈ 92.9%" in text


def test_a_claim_without_a_number_is_marked_as_words(published):
    assert "Share of waste collected in words Plan exceeded" in sheet_text(published)


def test_a_ward_without_any_plan_has_a_sheet_without_plans(published):
    bare = {
        o: (replace(figures[0], plan=None, plan_pct=None, plan_claim=""),)
        for o, figures in published.book.observations.items()
    }
    text = sheet_text(replace(published, book=replace(published.book, observations=bare)))
    assert "Plan not met" not in text
    assert "The year in numbers" in text


def test_a_list_that_is_too_long_says_how_many_more_there_are(published):
    text = sheet_text(crowded(published, SHORT))
    assert f"{MANY:,} indicators have a plan; those below it come first" in text
    shown = len(set(re.findall(r"Cây số \d+ ≈ 12.5% Plan not met", text)))
    assert 20 < shown < 80
    assert f"{MANY - shown:,} more indicators are on the website." in text


@pytest.mark.parametrize(
    ("texts", "shown", "more"),
    [
        ([], 0, 0),
        (["x"] * 4, 4, 0),
        (["x"] * 5, 4, 1),
        (["x" * 11] * 5, 2, 3),
        (["x" * 99, "x"], 0, 2),
    ],
)
def test_a_list_is_cut_by_the_lines_that_its_texts_take(texts, shown, more):
    kept = cut(texts, str, Room(lines=4, letters=10, around=0))
    assert (len(kept.shown), kept.more) == (shown, more)


# ---- on paper --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CODES)
def sheet(request, browser, address):
    """The built sheet in one language, opened on a screen that is dark."""
    context = browser.new_context(color_scheme="dark", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.code = request.param
    page.goto(f"{address}/{SHEETS[request.param]}", wait_until="networkidle")
    yield page
    context.close()


def test_the_sheet_of_the_real_ward_is_two_pages_of_paper(sheet):
    assert pages_of(sheet.pdf(prefer_css_page_size=True)) == 2


def test_the_sheet_of_the_real_ward_leaves_no_planned_indicator_out(sheet):
    squares = sheet.context.new_page()
    squares.goto(sheet.url.replace("niem-yet/", ""))
    planned = squares.locator(".wb-strip li").count()
    squares.close()
    assert sheet.locator(".wb-sheet-half tbody tr").count() == planned > 20


@pytest.mark.parametrize("name", [SHORT, LONG])
def test_a_sheet_with_far_too_much_to_say_is_still_two_pages(sheet, published, name):
    html = body(write_sheet(crowded(published, name), sheet.code))
    before = sheet.evaluate("document.querySelector('.md-content__inner').innerHTML")
    sheet.evaluate("html => { document.querySelector('.md-content__inner').innerHTML = html }", html)
    pages = pages_of(sheet.pdf(prefer_css_page_size=True))
    sheet.evaluate("html => { document.querySelector('.md-content__inner').innerHTML = html }", before)
    assert pages == 2
