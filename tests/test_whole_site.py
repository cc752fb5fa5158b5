"""The whole site as a zip, opened from a folder in a real browser."""

import hashlib
import io
import json
import os
import re
import zipfile
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from conftest import ADDRESS
from wardbook.download import CHECKSUMS, checksums
from wardbook.formats.whole_site import SITE_ZIP, SITE_ZIP_SIZE, local_links, site_zip
from wardbook.metadata.place import FILES
from wardbook.publish import finish
from wardbook.tree import write_changed


@pytest.fixture(scope="module")
def packed(site):
    return (site / FILES / SITE_ZIP).read_bytes()


@pytest.fixture(scope="module")
def copy(packed, tmp_path_factory):
    """The copy as it lies on somebody's disk, in a folder whose name needs escaping."""
    folder = tmp_path_factory.mktemp("bản sao #1 100%")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    (root,) = folder.iterdir()
    return root


@pytest.mark.parametrize(
    ("page", "link", "local"),
    [
        ("index.html", "chi-tieu/", "chi-tieu/index.html"),
        ("chi-tieu/index.html", "..", "../index.html"),
        ("chi-tieu/index.html", ".", "./index.html"),
        ("chi-tieu/index.html", "../chi-tieu/#a", "../chi-tieu/index.html#a"),
        ("chi-tieu/index.html", "../?q=x", "../index.html?q=x"),
        ("en/chi-tieu/index.html", "../../chi-tieu/", "../../chi-tieu/index.html"),
        ("index.html", "a.csv", "a.csv"),
        ("index.html", "#a", "#a"),
        ("index.html", "https://example.org/a/", "https://example.org/a/"),
        ("index.html", "mailto:x", "mailto:x"),
        ("index.html", "v1/", "https://w.example/v1/"),
        ("chi-tieu/index.html", "../b.zip", "https://w.example/b.zip"),
    ],
)
def test_a_link_leads_to_the_same_page_from_a_folder(page, link, local):
    files = {"index.html", "chi-tieu/index.html", "en/chi-tieu/index.html", "a.csv"}
    assert local_links(files, "https://w.example/")(page, link) == local
    if local.startswith("https://w"):
        assert local_links(files, "")(page, link) is None


def test_a_link_is_read_as_a_browser_reads_it_and_one_to_nothing_is_none_any_more():
    page = '<a\nhref="a&#95;b.csv"></a><a href="/d/?a=1&amp;b#c"></a><img src="x.png"><p>href="x"</p>'
    site = {"index.html": page.encode(), "a_b.csv": b"", "d/index.html": b""}
    with zipfile.ZipFile(io.BytesIO(site_zip(site, "", "w", "", date(2032, 2, 3)))) as archive:
        packed = archive.read("w/index.html").decode()
    assert packed == '<a href="a_b.csv"></a><a href="d/index.html?a=1&amp;b#c"></a><img><p>href="x"</p>'


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.ids = [], set()

    def handle_starttag(self, tag, attributes):
        cells = dict(attributes)
        self.ids.add(cells.get("id"))
        self.found += [cells[name] for name in ("href", "src") if cells.get(name)]
        if tag == "meta" and cells.get("http-equiv") == "refresh":
            self.found.append(cells["content"].partition("url=")[2])


def test_every_link_of_the_copy_leads_to_a_file_in_it_or_to_another_site(copy):
    pages = {}
    for file in copy.rglob("*.html"):
        pages[file] = Links()
        pages[file].feed(file.read_text(encoding="utf-8"))
    assert len(pages) > 200
    followed = 0
    for file, page in pages.items():
        for link in page.found:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            assert target.is_file(), f"{file}: {link}"
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].ids, f"{file}: {link}"
            followed += 1
    assert followed > 5000


def test_the_copy_has_every_page_and_each_file_to_take_away_once(site, copy):
    def paths(folder, pattern):
        return {path.relative_to(folder).as_posix() for path in folder.rglob(pattern) if path.is_file()}

    assert paths(copy, "*.html") == {path for path in paths(site, "*.html") if not path.endswith("404.html")}
    taken = {path for path in paths(site / FILES, "*") if not re.match(r"v\d|chia-se/", path)} - {SITE_ZIP}
    assert paths(copy / FILES, "*") == taken
    for path in taken - {CHECKSUMS}:
        assert (copy / FILES / path).read_bytes() == (site / FILES / path).read_bytes()


def test_the_checksums_of_the_copy_are_of_its_own_files_and_those_of_the_site_of_all(site, copy):
    for folder in (site / FILES, copy / FILES):
        listed = {line[66:] for line in (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()}
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert listed == there - {CHECKSUMS}


def test_the_data_page_says_how_large_the_zip_is_but_not_the_one_inside_it(tmp_path):
    page = '<meta charset="utf-8"><p>{}</p>'
    files = {f"{folder}so-lieu/index.html": page.format(SITE_ZIP_SIZE).encode() for folder in ("", "en/")}
    files[FILES + "z.csv"] = os.urandom(2_300_000)
    write_changed(tmp_path, files | {FILES + CHECKSUMS: checksums({"z.csv": files[FILES + "z.csv"]})})
    finish(tmp_path, "phuong-2031.0.0", datetime(2032, 2, 3, tzinfo=UTC), [])
    assert "<p>2,3\u00a0MB</p>" in (tmp_path / "so-lieu/index.html").read_text(encoding="utf-8")
    assert "<p>2.3\u00a0MB</p>" in (tmp_path / "en/so-lieu/index.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / FILES / SITE_ZIP) as archive:
        assert archive.read("phuong-2031.0.0/so-lieu/index.html").decode() == page.format("–")
        assert {entry.date_time for entry in archive.infolist()} == {(2032, 2, 3, 0, 0, 0)}
    lines = (tmp_path / FILES / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    assert [line[66:] for line in lines] == [SITE_ZIP, "z.csv"]
    assert lines[0][:64] == hashlib.sha256((tmp_path / FILES / SITE_ZIP).read_bytes()).hexdigest()


def test_no_page_shows_the_mark_that_stands_for_the_size_of_the_zip(site):
    assert not any(SITE_ZIP_SIZE in page.read_text(encoding="utf-8") for page in site.rglob("*.html"))


def test_the_zip_is_one_folder_named_after_the_data_and_its_version(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = archive.namelist()
        entries = archive.infolist()
    assert names == sorted(names)
    assert len({name.split("/")[0] for name in names}) == 1
    assert {(entry.create_system, entry.external_attr) for entry in entries} == {(3, 0o100644 << 16)}
    assert len(packed) < 12_000_000


@pytest.fixture
def page(browser):
    """A page of a browser that notes every request and fault."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.requests, page.faults = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("requestfailed", lambda request: page.faults.append(f"failed {request.url}"))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    yield page
    context.close()


def at_rest(page):
    """Wait until nothing loads any more: whoever leaves before that stops what the search still loads."""
    page.wait_for_load_state("networkidle")


def all_local(page):
    outside = [url for url in page.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert not outside
    assert not page.faults


@pytest.mark.parametrize("path", ["index.html", "chi-tieu/index.html", "en/so-lieu/index.html", "niem-yet/index.html"])
def test_a_page_opens_from_a_folder_with_its_style_and_asks_nothing_of_the_network(page, copy, path):
    page.goto((copy / path).as_uri())
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"
    links = page.locator("link[rel=stylesheet]")
    assert links.count() >= 2, "one for the screen, one for paper"
    assert links.evaluate_all("links => links.every(link => link.sheet)")
    # said by our own sheet, which the build merged with those of the theme
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--wb-line')")
    assert page.locator("h1").first.inner_text()
    all_local(page)


def test_one_walks_from_page_to_page_and_into_the_other_language(page, copy):
    page.goto((copy / "index.html").as_uri())
    at_rest(page)
    page.locator("nav.md-tabs a", has_text="Chỉ tiêu").click()
    page.wait_for_url("**/chi-tieu/index.html")
    at_rest(page)
    page.locator("table tbody tr:visible th a, table tbody tr:visible td a").first.click()
    page.wait_for_url(re.compile(r".*/chi-tieu/[^/]+/index\.html"))
    here = page.url
    at_rest(page)
    page.locator("a.wb-language").first.click()
    page.wait_for_url("**/en/chi-tieu/*/index.html")
    at_rest(page)
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("a.wb-language").first.click()
    page.wait_for_url(here)
    all_local(page)


def test_the_palette_is_remembered_from_page_to_page(page, copy):
    page.goto((copy / "index.html").as_uri())
    before = page.locator("body").get_attribute("data-md-color-scheme")
    page.locator("form[data-md-component=palette] label:visible").click()
    after = page.locator("body").get_attribute("data-md-color-scheme")
    assert after != before
    at_rest(page)
    page.goto((copy / "chi-tieu/index.html").as_uri())
    assert page.locator("body").get_attribute("data-md-color-scheme") == after
    all_local(page)


@pytest.mark.parametrize(
    ("home", "query", "found"), [("index.html", "ho ngheo", "Hộ nghèo"), ("en/index.html", "poor", "oor")]
)
def test_search_works_from_a_folder_without_accents_too(page, copy, home, query, found):
    page.goto((copy / home).as_uri())
    page.locator("label.md-header__button[for=__search]:visible, input.md-search__input").first.click()
    page.locator("input.md-search__input").fill(query)
    # the theme looks at the words when a key comes up
    page.locator("input.md-search__input").press("End")
    first = page.locator(".md-search-result__item a").first
    first.wait_for()
    assert found in first.inner_text()
    first.click()
    page.wait_for_url(re.compile(r"file:.*/index\.html\?h=.*"))
    assert page.locator("h1").first.inner_text()
    all_local(page)


def test_the_search_index_of_the_copy_has_the_entries_of_the_site(site, copy):
    for language in ("", "en/"):
        script = (copy / language / "search/search_index.js").read_text(encoding="utf-8")
        mine = json.loads(script.removeprefix("var __index = ").rstrip().removesuffix(";"))
        theirs = json.loads((site / language / "search/search_index.json").read_text(encoding="utf-8"))
        assert [entry["text"] for entry in mine["docs"]] == [entry["text"] for entry in theirs["docs"]]
        for entry in mine["docs"]:
            assert (copy / language / unquote(entry["location"].partition("#")[0])).is_file()


def test_what_the_copy_leaves_out_is_linked_at_the_address_of_the_site(copy):
    text = (copy / "index.html").read_text(encoding="utf-8")
    assert f'rel="canonical" href="{ADDRESS}"' in text
