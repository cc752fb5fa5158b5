"""Who can use the pages: axe on every kind of page, and what axe cannot see, in real Chromium."""

from __future__ import annotations

import re
from pathlib import Path

import axe_playwright_python
import pytest

from conftest import wait_until
from test_browser import EVERY_PAGE, LANGUAGES, search

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (360, 1280)
PALETTES = {"light": "default", "dark": "slate"}
SCROLLED_BY_KEYBOARD = (
    "[...document.querySelectorAll('pre > code')].every(c => c.scrollWidth <= c.clientWidth || c.tabIndex === 0)"
)


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 740}, reduced_motion="reduce")
    page = context.new_page()
    yield page
    context.close()


def violations(page, widths=WIDTHS, palettes=PALETTES) -> dict[str, list[str]]:
    """Return what axe finds on the page as it stands, in each palette and width: rule and place, and when."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        # the theme lets the keyboard into a block of code that scrolls, a moment after it begins to
        wait_until(page, SCROLLED_BY_KEYBOARD)
        for palette in palettes:
            page.evaluate("scheme => document.body.setAttribute('data-md-color-scheme', scheme)", PALETTES[palette])
            faults = page.evaluate(
                """async tags => {
                    const done = await axe.run({runOnly: tags, resultTypes: ["violations"]});
                    return done.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.failureSummary}`));
                }""",
                TAGS,
            )
            for fault in faults:
                found.setdefault(fault, []).append(f"{palette} {width}")
    return found


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_axe_finds_nothing(page, address, path):
    page.goto(f"{address}/{path}")
    folded = page.locator(".wb details")
    if folded.count():
        assert violations(page, widths=[360], palettes=["light"]) == {}
        folded.evaluate_all("all => all.forEach(one => one.open = true)")
    assert violations(page) == {}


YEAR_PAGES = ("nam/2030/", "nam/2030/chu-de/du-lich/", "nam/2029/han-che/", "chi-tieu/luot-khach/", "dinh-chinh/")


@pytest.mark.parametrize("path", [language + path for language in LANGUAGES.values() for path in YEAR_PAGES])
def test_axe_finds_nothing_on_the_pages_of_several_years(page, three_year_address, path):
    page.goto(f"{three_year_address}/{path}")
    assert page.locator("h1").count() == 1
    assert violations(page) == {}


@pytest.mark.parametrize(("language", "query"), [("vi", "ngân sách"), ("en", "budget")])
def test_axe_finds_nothing_in_an_open_search(page, address, language, query):
    page.goto(f"{address}/{LANGUAGES[language]}")
    assert len(search(page, query)) > 1
    assert violations(page) == {}


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_the_statement_names_the_axe_that_looks(page, address, language):
    page.goto(f"{address}/{language}gioi-thieu/")
    version = re.search(r"axe v([\d.]+)", AXE.read_text(encoding="utf-8")[:200])[1]
    assert f"axe-core {version}" in page.locator("#tiep-can ~ ul").first.inner_text()


FOCUSED = """() => {
    const e = document.activeElement;
    const shown = e.matches(".md-option") ? e.nextElementSibling : e;  // the theme hides a radio beside its label
    const { outlineStyle, outlineWidth, visibility } = getComputedStyle(shown);
    const box = shown.getBoundingClientRect();
    return {
        mark: [e.tagName, e.name, ...e.classList].filter(Boolean).join(" "),
        content: !!e.closest(".md-content"),
        outlined: outlineStyle === "solid" && parseFloat(outlineWidth) >= 2,
        seen: visibility === "visible" && box.width > 0 && box.bottom > 0 && box.right > 0
            && box.top < innerHeight && box.left < innerWidth,
    };
}"""


def focused(page) -> dict[str, object]:
    """Return what has the focus: how it is marked, where it stands and how it is drawn."""
    return page.evaluate(FOCUSED)


def walk(page, steps: int) -> list[dict[str, object]]:
    """Press Tab so many times and return what was passed."""
    passed = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        passed.append(focused(page))
    return passed


@pytest.mark.parametrize("path", ["", "chi-tieu/", "chi-tieu/thu-ngan-sach-nha-nuoc/", "en/so-lieu/"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_keyboard_goes_from_the_top_to_the_content_with_focus_in_sight(page, address, path, width):
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{address}/{path}")
    passed = walk(page, 25)
    passed = passed[: next((n for n, step in enumerate(passed) if step["mark"] == "BODY"), None)]
    marks = [step["mark"] for step in passed]
    stops = ["md-skip", "wb-language", "md-search__input", "md-nav__link" if width < 1220 else "md-tabs__link"]
    order = [next(n for n, mark in enumerate(marks) if stop in mark) for stop in stops]
    order.append(next(n for n, step in enumerate(passed) if step["content"]))
    assert order[0] == 0
    assert order == sorted(order), marks
    assert [step for step in passed if not step["seen"]] == []
    assert [step for step in passed if not step["outlined"]] == []


def test_the_skip_link_leads_past_the_menu(page, address):
    page.goto(f"{address}/chi-tieu/thu-ngan-sach-nha-nuoc/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert walk(page, 1)[0]["content"]


@pytest.mark.parametrize("width", WIDTHS)
def test_search_opens_and_closes_with_the_keyboard_alone(page, address, width):
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{address}/")
    page.keyboard.press("/")
    wait_until(page, "document.activeElement.name === 'query'")
    page.keyboard.type("ho ngheo")
    page.wait_for_selector(".md-search-result__item")
    page.keyboard.press("ArrowDown")
    assert "md-search-result__link" in focused(page)["mark"]
    assert focused(page)["outlined"]
    page.keyboard.press("Escape")
    assert not page.is_checked("#__search")
    assert not page.locator(".md-search__output").is_visible()


SCROLLED = """all => all
    .filter(e => e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX))
    .map(e => [e.className, e.tabIndex, e.getAttribute("role"), e.ariaLabel || e.getAttribute("aria-labelledby")])"""


@pytest.mark.parametrize("path", ["", "chi-tieu/", "chu-de/nong-nghiep/", "kiem-tra/"])
def test_every_table_that_scrolls_is_reached_by_the_keyboard_and_has_a_name(page, address, path):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}/{path}")
    page.locator(".wb details").evaluate_all("all => all.forEach(one => one.open = true)")
    scrolled = page.locator("main *").evaluate_all(SCROLLED)
    assert scrolled
    assert [one for one in scrolled if one[1:3] != [0, "region"] or not one[3]] == []


# what WCAG 1.4.12 lets a reader set
SPACED = """
* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}
p {margin-bottom: 2em !important}
"""

# text that is larger than a box that hides what runs over; what only screen readers read is left out
CUT = """all => all.filter(e => {
    const { clipPath, overflowX, overflowY } = getComputedStyle(e), cuts = /hidden|clip/;
    if (clipPath !== "none" || !e.textContent.trim() || !e.offsetParent || e.closest(".md-sidebar")) return false;
    return (cuts.test(overflowX) && e.scrollWidth > e.clientWidth + 1)
        || (cuts.test(overflowY) && e.scrollHeight > e.clientHeight + 1);
}).map(e => e.className + ": " + e.textContent.trim().slice(0, 40))"""


WORN = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
}"""


@pytest.mark.parametrize(
    "path", ["", "en/", "chi-tieu/", "chi-tieu/thu-ngan-sach-nha-nuoc/", "chu-de/nong-nghiep/", "so-lieu/"]
)
@pytest.mark.parametrize(("width", "scale"), [(360, 1), (1280, 1), (1280, 2)], ids=["phone", "desk", "200 %"])
def test_wide_spacing_and_zoom_cut_nothing_off(page, address, path, width, scale):
    # zoom in a browser is a window of fewer CSS pixels
    page.set_viewport_size({"width": width // scale, "height": 740 // scale})
    page.goto(f"{address}/{path}")
    if scale == 1:
        # a sheet of the script's making: the policy of the pages lets no style element in
        page.evaluate(WORN, SPACED)
    assert page.locator("main *, footer *").evaluate_all(CUT) == []
    wait_until(page, "document.documentElement.scrollWidth <= innerWidth")


# the paint of every status shape, the ground behind it, and its width
MARKS = """all => all.map(svg => {
    const { fill, stroke } = getComputedStyle(svg.firstElementChild);
    const colour = e => getComputedStyle(e).backgroundColor;
    let ground = svg;
    while (ground.parentElement && /^rgba.* 0\\)/.test(colour(ground))) ground = ground.parentElement;
    return [fill === "none" ? stroke : fill, colour(ground), svg.getBoundingClientRect().width];
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "chi-tieu/", "chi-tieu/thu-ngan-sach-nha-nuoc/"])
def test_status_keeps_its_shape_in_the_colours_of_the_reader(page, address, path, scheme):
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.goto(f"{address}/{path}")
    marks = page.locator(".wb svg.wb-mark:visible").evaluate_all(MARKS)
    page.emulate_media(forced_colors="none", color_scheme="light")
    assert marks
    assert [mark for mark in marks if mark[0] in ("none", mark[1]) or mark[2] < 8] == []
