"""Where a reader asks about a number."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import yaml

from conftest import ROOT
from hostile import HOSTILE
from wardbook.contact import FORM, INDICATOR_FIELD, PAGE_FIELD, Contact, ContactError, read_contact

REPOSITORY, EMAIL = "https://github.com/nguoi-dan/so-lieu", "hoi@song-trang.example"


def test_the_issue_form_gets_the_id_the_page_and_a_title():
    link = Contact(REPOSITORY).issue("thu-phi", "Hỏi về: Thu phí (thu-phi)", "https://example.org/chi-tieu/thu-phi/")
    parts = urlsplit(link)
    assert parts.geturl().startswith(f"{REPOSITORY}/issues/new?")
    assert parse_qs(parts.query) == {
        "template": [FORM],
        "title": ["Hỏi về: Thu phí (thu-phi)"],
        INDICATOR_FIELD: ["thu-phi"],
        PAGE_FIELD: ["https://example.org/chi-tieu/thu-phi/"],
    }


def test_the_issue_form_is_there_and_has_the_fields_that_links_fill_in():
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE" / FORM).read_text(encoding="utf-8"))
    assert {INDICATOR_FIELD, PAGE_FIELD} <= {part.get("id") for part in form["body"]}


def test_a_letter_has_its_subject_and_its_lines_written():
    link = Contact(email=EMAIL).mail("Hỏi về: A&B?", "Mã: x\nCâu hỏi:")
    address, _, query = link.removeprefix("mailto:").partition("?")
    assert unquote(address) == EMAIL
    assert parse_qs(query) == {"subject": ["Hỏi về: A&B?"], "body": ["Mã: x\r\nCâu hỏi:"]}


@pytest.mark.parametrize("text", HOSTILE)
def test_text_cannot_leave_its_place_in_a_link(text):
    contact = Contact(REPOSITORY, EMAIL)
    hostile = f"{text}&bcc=x@example.org#{text}"
    for link, names in [(contact.issue("x", hostile, hostile), 4), (contact.mail(hostile, hostile), 2)]:
        assert not set("<>\"' \n{}[]`*|#") & set(link)
        assert link.count("=") == names
        assert link.count("&") == names - 1


def test_without_an_address_there_is_no_link():
    assert read_contact({}) == Contact("", "")
    assert read_contact({"ask_repository": "", "ask_email": None}) == Contact("", "")
    assert Contact().issue("x", "x", "x") == Contact().mail("x", "x") == ""


def test_a_slash_at_the_end_of_the_repository_does_not_matter():
    assert read_contact({"ask_repository": REPOSITORY + "/", "ask_email": EMAIL}) == Contact(REPOSITORY, EMAIL)


@pytest.mark.parametrize(
    "settings",
    [
        {"ask_repository": "javascript:alert(1)"},
        {"ask_repository": "http://github.com/a/b"},
        {"ask_repository": "https://github.com/a/b?x=1"},
        {"ask_repository": "https://github.com/a/b c"},
        {"ask_email": "no address"},
        {"ask_email": "a@b"},
        {"ask_email": "a@b.example@c.example"},
        {"ask_email": "@b.example"},
        {"ask_email": "a b@c.example"},
    ],
)
def test_a_setting_that_is_no_address_stops_the_build_and_is_named(settings):
    with pytest.raises(ContactError, match=next(iter(settings))):
        read_contact(settings)
