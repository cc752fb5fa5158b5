"""The feeds of new figures and corrections, read by a feed reader and held against RFC 4287."""

import re
from dataclasses import replace
from urllib.parse import urljoin
from xml.etree import ElementTree

import feedparser
import pytest

from published import ADDRESS, LANGUAGES, NASTY, WARDS, described_ward, every_ward
from wardbook.check import check
from wardbook.contact import Contact
from wardbook.language import CODES
from wardbook.metadata.atom import feed
from wardbook.site import outline
from wards import add, ward

ATOM = "{http://www.w3.org/2005/Atom}"
IDS = ["urn:uuid:99ebc6ea-1b25-560c-a67d-f1d60452858d", "urn:uuid:a85e3af1-b7e0-54de-ab8d-5f0e07b0ab39"]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def raw(ward, code):
    return ward.files[f"tai-ve/tin-{code}.atom"]


def parse(ward, code):
    return feedparser.parse(raw(ward, code))


@every_ward
@pytest.mark.parametrize("code", CODES)
def test_a_feed_reader_finds_nothing_wrong(name, address, code):
    found = parse(described_ward(name, address), code)
    assert not found.bozo
    assert found.version == "atom10"
    assert found.feed.title
    assert found.feed.language == code
    assert found.entries


@every_ward
@pytest.mark.parametrize("code", CODES)
def test_a_feed_has_what_the_standard_requires(name, address, code):
    root = ElementTree.fromstring(raw(described_ward(name, address), code))
    assert root.tag == f"{ATOM}feed"
    # 4.1.1: exactly one id, title and updated; an author for all entries; a link to itself and one to a page
    for element in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{ATOM}{element}")) == 1, element
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert sorted(link.get("rel") for link in root.findall(f"{ATOM}link")) == ["alternate", "self"]
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        # 4.1.2
        for element in ("id", "title", "updated", "content"):
            assert len(entry.findall(f"{ATOM}{element}")) == 1, element
            assert entry.findtext(f"{ATOM}{element}").strip()
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]
        assert entry.find(f"{ATOM}content").get("type") == "html"
    # 3.3, 4.2.6: dates as RFC 3339 has them, ids that are absolute and different
    moments = [one.text for one in root.iter(f"{ATOM}updated")]
    assert all(map(MOMENT.fullmatch, moments))
    assert moments[0] == max(moments)
    assert moments[1:] == sorted(moments[1:], reverse=True)
    ids = [one.text for one in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) == len(entries) + 1
    assert all(
        re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", i) for i in ids
    )


def ids(ward, code):
    return [entry.id for entry in parse(ward, code).entries]


@pytest.mark.parametrize("name", ["one year", "three years"])
@pytest.mark.parametrize("code", CODES)
def test_an_entry_keeps_its_id_wherever_the_site_stands_and_whatever_comes_after_it(name, code):
    assert ids(described_ward(name, ""), code) == ids(described_ward(name), code)
    assert set(ids(described_ward("one year"), code)) <= set(ids(described_ward("three years"), code))


def test_the_ids_were_not_changed_by_an_edit_of_the_code():
    """Readers would show every entry again."""
    assert ids(described_ward("one year"), "vi") == IDS


def test_entries_of_the_two_languages_are_told_apart():
    assert not {*ids(described_ward("three years"), "vi")} & {*ids(described_ward("three years"), "en")}


def test_every_report_with_figures_is_an_entry_of_its_day():
    entries = parse(described_ward("three years"), "en").entries
    new = {entry.title: (entry.updated[:10], entry.link) for entry in entries if "new figure" in entry.title}
    assert new == {
        "15 new figures from Report on the year 2031": ("2031-12-20", f"{ADDRESS}en/nam/2031/"),
        "13 new figures from Report on the year 2030": ("2030-12-20", f"{ADDRESS}en/nam/2030/"),
        "15 new figures from Report on the year 2029": ("2029-12-20", f"{ADDRESS}en/nam/2029/"),
    }


def test_a_report_lists_its_figures_and_its_plans_for_the_next_year():
    (entry,) = [e for e in parse(described_ward("one year"), "en").entries if "new figure" in e.title]
    assert "<li>Visitor fees: 12.5\u00a0billion dong</li>" in entry.content[0].value
    assert re.search(r"<p>2032:</p><ul><li>[^<]*: plan 70%</li></ul>", entry.content[0].value)
    assert "Not reported" not in entry.content[0].value


def test_every_correction_is_an_entry_with_both_values_its_reason_and_its_day():
    entries = {entry.title: entry for entry in parse(described_ward("three years"), "en").entries}
    corrected = entries["Correction: Visitor fees, 2030"]
    assert corrected.updated == "2031-04-10T00:00:00Z"
    assert corrected.link == f"{ADDRESS}en/chi-tieu/thu-phi/"
    text = corrected.content[0].value.replace("\u00a0", " ")
    assert "Value: 11 billion dong → 11.2 billion dong." in text
    assert "April 10, 2031: The final figure replaced the estimate." in text
    assert entries["Correction: Visits, 2031"].updated == "2032-02-03T00:00:00Z"


def test_a_correction_in_another_table_names_its_row():
    package = add(
        ward(),
        "corrections",
        date="2032-03-01",
        table="statements",
        key="han-che-1",
        field="text_vi",
        old_value="Cũ.",
        new_value="Thu phí còn thấp.",
        reason_vi="Lỗi gõ.",
        reason_en="A typing fault.",
    )
    checked = check(package)
    assert checked.problems == ()
    found = feedparser.parse(feed(outline(checked, ADDRESS, Contact()), LANGUAGES["en"]))
    assert found.entries[0].title == "Correction: statements han-che-1"
    assert found.entries[0].link == f"{ADDRESS}en/dinh-chinh/"


@pytest.mark.parametrize("name", WARDS)
@pytest.mark.parametrize("code", CODES)
def test_without_an_address_every_link_is_relative_to_the_feed(name, code):
    def links(address):
        root = ElementTree.fromstring(raw(described_ward(name, address), code))
        return [link.get("href") for link in root.iter(f"{ATOM}link")]

    here = f"{ADDRESS}tai-ve/tin-{code}.atom"
    assert [urljoin(here, link) for link in links("")] == links(ADDRESS)
    assert not any("//" in link for link in links(""))


def test_nasty_text_comes_back_as_words():
    found = parse(described_ward("nasty"), "vi")
    assert not found.bozo
    root = ElementTree.fromstring(raw(described_ward("nasty"), "vi"))
    content = [one.text for one in root.iter(f"{ATOM}content")]
    assert all("</script" not in one for one in content)
    assert any("&lt;/script&gt;" in one for one in content)
    assert any(NASTY in title.text for title in root.iter(f"{ATOM}title"))


def test_a_feed_without_a_correction_is_a_feed():
    publication = described_ward("one year").publication
    plain = replace(publication, book=replace(publication.book, revisions=()))
    assert len(feedparser.parse(feed(plain, LANGUAGES["vi"])).entries) == 1


def test_every_page_leads_to_the_feed_of_its_language(site):
    for code, folder in (("vi", ""), ("en", "en/")):
        for path in ("index.html", "chi-tieu/index.html", "so-lieu/index.html", "gioi-thieu/index.html"):
            page = site / folder / path
            (href,) = re.findall(
                r'<link rel=" alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">',
                page.read_text(encoding="utf-8").partition("</head>")[0],
            )
            assert (page.parent / href).resolve() == site / f"tai-ve/tin-{code}.atom"
