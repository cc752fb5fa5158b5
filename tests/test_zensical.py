"""The way out: Zensical builds the same addresses from the same two configurations, and its search finds the pages."""

import subprocess
from pathlib import Path

import pytest

from conftest import ROOT, missing_program, served
from wards import read_rows
from years import three_years
from zensical import both_languages, build

PROGRAM = ROOT / "build/zensical-venv/bin/zensical"

# the theme's search is in a closed shadow root, which a test cannot look into
OPEN = """{
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (how) { return attach.call(this, { ...how, mode: "open" }); };
}"""
FOUND = "() => [...(document.activeElement.shadowRoot?.querySelectorAll('a') ?? [])].map(link => link.textContent)"


@pytest.fixture(scope="module")
def by_zensical(three_year_site, tmp_path_factory) -> Path:
    if not PROGRAM.is_file():
        missing_program("Zensical", "make site-zensical")
    try:
        return build(three_year_site.parent, PROGRAM, tmp_path_factory.mktemp("zensical") / "project")
    except subprocess.CalledProcessError as error:
        pytest.fail(f"{error.stdout}{error.stderr}")


def test_zensical_builds_every_address_and_no_other(by_zensical, three_year_site):
    wanted = both_languages(three_year_site)
    assert {"/", "/en/", "/so-lieu/", "/en/so-lieu/", "/tai-ve/so-lieu.csv"} <= wanted
    assert both_languages(by_zensical) ^ wanted == set()


def test_an_address_that_only_one_site_has_is_seen(tmp_path):
    for path in ("a/index.html", "en/a/index.html", "tai-ve/a.csv", "tai-ve/toan-trang.zip", "assets/a.css"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    assert both_languages(tmp_path) == {"/a/", "/en/a/", "/tai-ve/a.csv"}


@pytest.mark.parametrize(("language", "column"), [("", "name_vi"), ("en/", "name_en")])
def test_the_search_of_zensical_finds_every_indicator_by_its_name(by_zensical, browser, language, column):
    names = [row[column] for row in read_rows(three_years(), "indicators")]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(OPEN)
    with served(by_zensical) as address:
        page.goto(f"{address}/{language}")
        assert page.locator("html").get_attribute("lang") == (language.strip("/") or "vi")
        tabs = page.locator("a.md-tabs__link").all_inner_texts()
        assert len(tabs) == len(set(tabs)) == 9, "the tabs of one language"
        page.locator(".md-search__button").click()
        for name in names:
            page.keyboard.press("Control+A")
            page.keyboard.type(name)
            for _ in range(100):
                if any(name.lower() in found.lower() for found in page.evaluate(FOUND)):
                    break
                page.wait_for_timeout(50)
            else:
                pytest.fail(f"{name}: {page.evaluate(FOUND)[:5]}")
    page.close()
