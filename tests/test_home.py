"""The home page of a ward that has more indicators than a phone should be sent at once."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from test_pages import publish
from test_sheet import MANY, SHORT, crowded
from wardbook.language import CODES, read_language
from wardbook.page import _FURTHEST, _MANY, Writer
from wardbook.publication import Publication
from wards import ward


def home(publication: Publication, code: str) -> str:
    return Writer(publication, read_language(code)).pages({"index.html"})["index.md"].decode()


@pytest.fixture(scope="module")
def large() -> Publication:
    """A ward of many indicators that all missed their plan, none of them a headline."""
    crowd = crowded(publish(ward()), SHORT)
    catalogue = crowd.book.catalogue
    indicators = {name: replace(one, headline=False) for name, one in catalogue.indicators.items()}
    return replace(crowd, book=replace(crowd.book, catalogue=replace(catalogue, indicators=indicators)))


@pytest.mark.parametrize("code", CODES)
def test_a_large_ward_has_those_furthest_below_their_plan_and_how_many_more_there_are(large, code):
    page = home(large, code)
    below = page[page.index('id="chua-dat"') : page.index('id="chu-de"')]
    assert below.count("<li>") == _FURTHEST
    language = read_language(code)
    (more,) = re.findall(r'<a class="wb-more" href="#chu-de">([^<]*)</a>', below)
    assert language.number(MANY - _FURTHEST) in more
    assert language.number(MANY) in page[: page.index('id="chua-dat"')]


@pytest.mark.parametrize("code", CODES)
def test_a_large_ward_has_no_square_and_no_bar_for_each_indicator(large, code):
    page = home(large, code)
    assert 'class="wb-square' not in page
    assert 'id="moi-ke-hoach"' not in page
    assert len(page.encode()) < 60_000


def test_a_ward_of_ordinary_size_shows_each_planned_indicator():
    publication = publish(ward())
    planned = publication.book.planned()
    assert 0 < len(planned) <= _MANY
    page = home(publication, "en")
    assert page.count('class="wb-square') == len(planned)
    assert 'wb-more" href="#chu-de' not in page
