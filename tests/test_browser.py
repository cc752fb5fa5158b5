"""What a reader sees, in real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from conftest import wait_until

# one page of every kind, as paths under the root of a language
KINDS = {
    "overview": "",
    "indicators": "chi-tieu/",
    "indicator with parts": "chi-tieu/dien-tich-gieo-trong/",
    "indicator with a plan": "chi-tieu/thu-ngan-sach-nha-nuoc/",
    "indicator not reported": "chi-tieu/tong-so-ho/",
    "topic": "chu-de/nong-nghiep/",
    "field": "chu-de/kinh-te/",
    "limitations": "han-che/",
    "tasks": "nhiem-vu/",
    "checks": "kiem-tra/",
    "rules": "kiem-tra/quy-tac/",
    "data": "so-lieu/",
    "about": "gioi-thieu/",
    "contribute": "dong-gop/",
    "another ward": "phuong-khac/",
    "corrections": "dinh-chinh/",
    "glossary": "giai-thich/",
    "sheet": "niem-yet/",
}
LANGUAGES = {"vi": "", "en": "en/"}
EVERY_PAGE = [(folder + path) for folder in LANGUAGES.values() for path in KINDS.values()]


class Visit:
    """A phone-sized page that keeps what its console says and what it asks of other hosts."""

    def __init__(self, context, address: str) -> None:
        self.page = context.new_page()
        self.said: list[str] = []
        self.abroad: list[str] = []
        home = urlsplit(address).netloc
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on(
            "request", lambda r: self.abroad.append(r.url) if urlsplit(r.url).netloc not in (home, "") else None
        )


@pytest.fixture(scope="module")
def context(browser) -> Iterator[object]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture(scope="module", params=EVERY_PAGE)
def visit(request, context, address) -> Iterator[Visit]:
    """Every kind of page in turn, visited once for all the facts that are asked of it."""
    visit = Visit(context, address)
    visit.path = request.param
    visit.page.goto(f"{address}/{visit.path}", wait_until="networkidle")
    yield visit
    visit.page.close()


@pytest.fixture
def page(context) -> Iterator[object]:
    page = context.new_page()
    yield page
    page.close()


def test_no_page_asks_another_host_or_complains(visit):
    assert visit.abroad == []
    assert visit.said == []


def test_every_page_has_one_heading_and_names_its_language(visit):
    assert visit.page.locator("h1:visible").count() == 1
    assert visit.page.locator("html").get_attribute("lang") == ("en" if visit.path.startswith("en/") else "vi")


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_the_screen(visit, width):
    visit.page.set_viewport_size({"width": width, "height": 740})
    # a moment, because the theme slides its search box into place
    wait_until(visit.page, f"document.documentElement.scrollWidth <= {width}")


def test_the_language_link_leads_to_the_same_page_in_the_other_language(visit, address):
    other = visit.path.removeprefix("en/") if visit.path.startswith("en/") else f"en/{visit.path}"
    assert visit.page.locator("a.wb-language").evaluate("link => link.href") == f"{address}/{other}"


def test_the_language_link_is_there_and_back_again(page, address):
    page.goto(f"{address}/chi-tieu/ho-ngheo/")
    page.locator("a.wb-language").click()
    page.wait_for_url(f"{address}/en/chi-tieu/ho-ngheo/")
    page.locator("a.wb-language").click()
    page.wait_for_url(f"{address}/chi-tieu/ho-ngheo/")


@pytest.mark.parametrize(("file", "first"), [("queries.yml", 40), ("queries_later.yml", 38)])
def test_search_puts_what_people_look_for_first(page, address, file, first):
    """Forty queries in one visit of each language, all among the first three; the reached number of them first."""
    places = {}
    for code, queries in yaml.safe_load(Path(__file__).with_name(file).read_text(encoding="utf-8")).items():
        page.goto(f"{address}/{LANGUAGES[code]}")
        for query, wanted in queries.items():
            found = [urlsplit(link).path for link in search(page, query)[:3]]
            page_wanted = f"/{LANGUAGES[code]}{wanted}"
            places[code, query] = found.index(page_wanted) + 1 if page_wanted in found else None
    missed = {query: place for query, place in places.items() if place != 1}
    assert len(places) == 40
    assert len(places) - len(missed) >= first, missed
    assert None not in missed.values(), missed


# every property of one element of each kind, and of what stands before and after it, one text for each
STYLES = """() => {
    const name = element => `${element?.tagName}.${element?.getAttribute("class")}`;
    const all = [...document.querySelectorAll("*")];
    const kinds = new Map(all.map(element => [`${name(element.parentElement)} ${name(element)}`, element]));
    return [...kinds].flatMap(([kind, element]) => ["", "::before", "::after"].map(part => {
        const style = getComputedStyle(element, part);
        const names = [...style].filter(name => !name.startsWith("--"));
        return names.map(name => `${kind}${part} ${name}: ${style.getPropertyValue(name)}`);
    }).flat());
}"""


@pytest.mark.parametrize(
    "path", ["", "chi-tieu/", "en/chi-tieu/dien-tich-gieo-trong/", "chu-de/nong-nghiep/", "so-lieu/"]
)
def test_the_one_stylesheet_gives_every_element_the_style_of_all_it_was_made_from(browser, address, project, path):
    from material import __file__ as theme

    made_from = sorted((Path(theme).parent / "templates/assets/stylesheets").glob("*.css"))
    assert [file.name.split(".")[0] for file in made_from] == ["main", "palette"]
    made_from.append(project / "docs/assets/css/book.css")
    whole = "".join(file.read_text(encoding="utf-8").removeprefix('@charset "UTF-8";') for file in made_from)

    def styles(width: int, scheme: str, css: str = "") -> list[str]:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
        )
        page = context.new_page()
        if css:
            page.route("**/stylesheets/site.*.css", lambda route: route.fulfill(body=css, content_type="text/css"))
        page.goto(f"{address}/{path}", wait_until="networkidle")
        search(page, "hộ nghèo")
        page.locator("label[for=__search]").first.evaluate("label => label.click()")
        page.wait_for_timeout(800)  # the theme fixes the page behind its search, and lets it go, after a while
        found = page.evaluate(STYLES)
        context.close()
        return found

    for width, scheme in ((360, "light"), (1280, "dark")):
        before, after = styles(width, scheme, whole), styles(width, scheme)
        assert len(before) == len(after) > 50_000
        assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == []


def test_search_waits_until_it_is_wanted(page, address):
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(f"{address}/chi-tieu/ho-ngheo/", wait_until="networkidle")
    assert not [path for path in asked if "search_index" in path or "/workers/" in path]
    assert urlsplit(search(page, "hộ nghèo")[0]).path == "/chi-tieu/ho-ngheo/"
    assert [path for path in asked if "search_index" in path] == ["/search/search_index.json"]


def test_search_marks_the_accented_words_that_were_typed_without_accents(page, address):
    page.goto(f"{address}/")
    search(page, "ho ngheo")
    marked = page.locator(".md-search-result__item").first.locator("mark").all_inner_texts()
    assert {word.lower() for word in marked} >= {"hộ", "nghèo"}


def test_an_example_on_the_front_page_opens_its_search(page, address):
    page.goto(f"{address}/")
    example = page.locator(".wb-chips a").first
    name = example.inner_text()
    example.click()
    page.wait_for_selector(".md-search-result__item")
    assert name in page.locator(".md-search-result__item").first.inner_text()


def search(page, query: str) -> list[str]:
    """Type a query and return the addresses of the results, best first."""
    meta = ".md-search-result__meta"
    if not page.is_checked("#__search"):
        page.evaluate("document.getElementById('__search').click()")
    page.focus("[data-md-component=search-query]")
    # until search is ready it says so; then it asks for input
    wait_until(page, f"!document.querySelector('{meta}').textContent.includes('…')")
    page.evaluate(f"document.querySelector('{meta}').textContent = ''")
    page.fill("[data-md-component=search-query]", query)
    page.press("[data-md-component=search-query]", "Shift")  # the theme listens to keys, not to input
    wait_until(page, f"document.querySelector('{meta}').textContent !== ''")
    return page.eval_on_selector_all(".md-search-result__item", "all => all.map(one => one.querySelector('a').href)")


@pytest.fixture(scope="module")
def scriptless(browser) -> Iterator[object]:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def test_nothing_is_said_only_with_javascript(visit, scriptless, address):
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.page.locator(".wb-search, .wb-filter").evaluate_all("all => all.forEach(one => one.remove())")
    scriptless.goto(f"{address}/{visit.path}")
    content = "article.md-content__inner"
    with_scripts, without = (set(page.locator(content).inner_text().split("\n")) for page in (visit.page, scriptless))
    assert len(with_scripts) > 5
    assert with_scripts - without == set()


@pytest.mark.parametrize("path", ["", "chi-tieu/thu-ngan-sach-nha-nuoc/", "chu-de/nong-nghiep/", "kiem-tra/"])
def test_everything_is_there_without_javascript(browser, address, path):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{address}/{path}")
    assert len(page.locator(".wb").inner_text()) > 400
    charts = page.locator("svg.wb-chart")
    assert charts.count() or path == "kiem-tra/"
    assert all(charts.nth(n).bounding_box()["height"] > 20 for n in range(charts.count()))
    assert not page.locator("label.wb-searchbox").is_visible()
    context.close()


class Table:
    """The table of all indicators, as its reader sees it."""

    def __init__(self, page, address: str) -> None:
        self.page = page
        page.goto(address)

    def column(self, place: int) -> list[str]:
        cells = "rows => rows.filter(row => !row.hidden).map(row => row.cells[%d].innerText.trim())"
        texts = self.page.eval_on_selector_all("#bang-chi-tieu tbody tr", cells % place)
        return [text.replace("\u00a0", " ") for text in texts]

    def said(self) -> str:
        return self.page.locator(".wb-filter [role=status]").inner_text()

    def sort(self, name: str) -> str | None:
        self.page.get_by_role("button", name=name, exact=True).click()
        return self.page.get_by_role("columnheader", name=name, exact=True).get_attribute("aria-sort")


@pytest.fixture
def table(page, address) -> Table:
    return Table(page, f"{address}/chi-tieu/")


@pytest.mark.parametrize("typed", ["hộ nghèo", "ho ngheo", "HO  NGHEO", "hộ nghéo"])
def test_the_table_is_filtered_with_and_without_accents(table, typed):
    whole = len(table.column(0))
    table.page.fill("#loc-ten", typed)
    assert "Hộ nghèo" in table.column(0)
    assert len(table.column(0)) < 10 < whole
    assert table.said() == f"Còn {len(table.column(0))} trong {whole} chỉ tiêu"


def test_the_table_sorts_numbers_as_numbers_with_those_that_have_none_last(table):
    before = table.column(0)
    assert table.sort("% kế hoạch") == "ascending"
    percents = [vietnamese(text) for text in table.column(2)]
    known = [number for number in percents if number is not None]
    assert percents == sorted(known) + [None] * (len(percents) - len(known))
    assert 10 < len(known) < len(percents)
    assert table.sort("% kế hoạch") == "descending"
    assert [vietnamese(text) for text in table.column(2)][: len(known)] == known[::-1]
    # the third press brings the first order back
    assert table.sort("% kế hoạch") is None
    assert table.column(0) == before


def test_results_of_one_unit_are_sorted_among_themselves(table):
    table.sort("Kết quả")
    hectares = [vietnamese(text) for text in table.column(1) if text.endswith(" ha")]
    assert len(hectares) > 5
    assert hectares == sorted(hectares)
    units = [re.sub(r"^[\d.,]+", "", text) for text in table.column(1) if vietnamese(text) is not None]
    # equal units stand together: no unit begins twice
    starts = [unit for unit, before in zip(units, [None, *units], strict=False) if unit != before]
    assert len(starts) == len(set(starts))


def test_the_state_of_the_table_is_in_the_address_and_can_be_cleared(table, address):
    whole = len(table.column(0))
    table.page.select_option("#loc-muc", "missed")
    table.page.select_option("#loc-chu-de", "ngan-sach")
    table.sort("Chỉ tiêu")
    rows = table.column(0)
    assert 0 < len(rows) < 5
    again = Table(table.page, table.page.url)
    assert again.column(0) == rows
    again.page.get_by_role("button", name="Bỏ lọc và sắp xếp").click()
    again.page.wait_for_url(f"{address}/chi-tieu/")
    assert len(again.column(0)) == whole
    # what no field of the form knows is passed over
    assert len(Table(again.page, f"{address}/chi-tieu/?length=3&chu-de=khong-co&xep=khong-co").column(0)) == whole


def test_the_head_and_the_names_of_the_table_stay_in_sight(page, address):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}/chi-tieu/")
    frame = page.locator(".wb-frame")
    frame.evaluate("frame => frame.scrollTo(200, 800)")
    edge = frame.bounding_box()
    corner = page.locator("#bang-chi-tieu thead th").first.bounding_box()
    assert abs(corner["x"] - edge["x"]) < 2
    assert abs(corner["y"] - edge["y"]) < 2
    assert abs(page.locator("#bang-chi-tieu tbody th").nth(14).bounding_box()["x"] - edge["x"]) < 2


def test_the_table_is_whole_and_plain_without_javascript(browser, address):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{address}/chi-tieu/")
    rows = page.locator("#bang-chi-tieu tbody tr")
    assert rows.count() == page.locator("#bang-chi-tieu tbody tr:visible").count() > 80
    assert page.locator("#bang-chi-tieu caption").inner_text() == "Tất cả chỉ tiêu, năm 2025"
    assert not page.locator(".wb-filter").is_visible()
    assert page.locator("#bang-chi-tieu button").count() == 0
    context.close()


def vietnamese(text: str) -> float | None:
    """Read the number at the end of words or before a unit, None where there is none."""
    found = re.search(r"\d[\d.]*(,\d+)?", text)
    return float(found[0].replace(".", "").replace(",", ".")) if found else None


@pytest.mark.parametrize(("language", "number", "percent", "word"), [
    ("", "82,61 tỷ đồng", "37,13%", "Chưa đạt"),
    ("en/", "82.61 billion dong", "37.13%", "Plan not met"),
])  # fmt: skip
def test_the_first_thing_on_an_indicator_page_is_its_number_and_its_status_in_words(
    page, address, language, number, percent, word
):
    page.goto(f"{address}/{language}chi-tieu/thu-ngan-sach-nha-nuoc/")
    answer = page.locator(".wb-answer")
    assert answer.locator(".wb-number").inner_text().replace("\u00a0", " ") == number
    assert percent in answer.locator(".wb-under").inner_text()
    assert word in answer.locator(".wb-under").inner_text()
    assert answer.locator("svg.wb-mark").count() == 1
    box = answer.locator(".wb-number").bounding_box()
    assert box["y"] + box["height"] < 740  # on a phone it is read without scrolling


def test_a_chart_says_its_finding_and_follows_dark_mode(page, address):
    page.goto(f"{address}/chi-tieu/dien-tich-cay-lau-nam/")
    chart = page.locator("svg.wb-chart").nth(1)
    assert "87,3%" in chart.locator("title").text_content()
    assert "1.606 ha" in chart.locator("desc").text_content().replace("\u00a0", " ")
    text = "svg.wb-chart text"
    light = page.eval_on_selector(text, "e => getComputedStyle(e).fill")
    page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    dark = page.eval_on_selector(text, "e => getComputedStyle(e).fill")
    assert brightness(light) < 80
    assert brightness(dark) > 180


def brightness(colour: str) -> float:
    """Return the perceived brightness of a computed colour, 0 to 255."""
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return (red * 299 + green * 587 + blue * 114) / 1000


def test_no_text_of_a_chart_is_cut_off(page, address):
    for path in ("", "en/", "chi-tieu/dien-tich-cay-lau-nam/", "chu-de/giao-duc/", "en/chu-de/nong-nghiep/"):
        page.goto(f"{address}/{path}")
        outside = page.eval_on_selector_all(
            "svg.wb-chart text",
            """texts => texts.filter(t => {
                const box = t.getBoundingClientRect(), frame = t.closest("svg").getBoundingClientRect();
                return box.right > frame.right + 1 || box.left < frame.left - 1;
            }).map(t => t.textContent)""",
        )
        assert outside == [], path


@pytest.mark.parametrize("path", ["chi-tieu/thu-ngan-sach-nha-nuoc/", "en/chu-de/nong-nghiep/", "niem-yet/"])
def test_paper_carries_the_page_in_black_without_the_frame_around_it(browser, address, path):
    context = browser.new_context(color_scheme="dark", viewport={"width": 794, "height": 1123})
    page = context.new_page()
    page.goto(f"{address}/{path}")
    frame = ".md-header, .md-tabs, .md-footer, .md-sidebar, .wb-crumbs, .wb-button, .wb-ask, .wb-sheet-how"
    assert page.locator(frame).locator("visible=true").count() > 0
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_timeout(400)  # the theme lets the colour of links change slowly
    assert page.locator(frame).locator("visible=true").count() == 0
    assert page.locator("h1:visible, table:visible").count() > 1
    looks = page.eval_on_selector_all(
        ".wb h1, .wb a, .wb td, .wb p",
        """all => all.filter(e => e.checkVisibility()).map(e => {
            const style = getComputedStyle(e), after = getComputedStyle(e, "::after").content;
            return [style.color, style.textDecorationLine, after];
        })""",
    )
    assert looks
    assert max(brightness(colour) for colour, _, _ in looks) < 80
    assert {line for _, line, _ in looks} == {"none"}
    assert {after for _, _, after in looks} == {"none"}
    context.close()


@pytest.mark.parametrize("kind", ["svg.wb-chart", ".wb-table tr", ".wb-sheet-table tr"])
def test_nothing_that_belongs_together_is_cut_between_two_pages(page, address, kind):
    page.emulate_media(media="print")
    page.goto(f"{address}/{'niem-yet/' if 'sheet' in kind else 'chi-tieu/dien-tich-cay-lau-nam/'}")
    kept = page.eval_on_selector_all(
        kind, "all => all.map(e => !!e.closest('figure, tr, .wb-scroll') && (function whole(n) {"
        " return n && (getComputedStyle(n).breakInside === 'avoid' || whole(n.parentElement)) })(e))"
    )  # fmt: skip
    assert kept
    assert all(kept)


def test_a_missing_address_offers_search_and_the_way_home(page, address):
    text = page.request.get(f"{address}/404.html").text()
    page.route("**/khong/co/dau/", lambda route: route.fulfill(status=404, body=text, content_type="text/html"))
    page.goto(f"{address}/khong/co/dau/")
    assert page.locator("h1:visible").count() == 1
    assert page.locator(".wb-searchbox").is_visible()
    assert urlsplit(search(page, "ho ngheo")[0]).path == "/chi-tieu/ho-ngheo/"
    page.goto(f"{address}/khong/co/dau/")
    page.locator(".wb a", has_text="English").first.click()
    page.wait_for_url(f"{address}/en/")


def test_numbers_in_tables_stand_right_and_tables_scroll_inside_their_frame(page, address):
    page.goto(f"{address}/chu-de/nong-nghiep/")
    cell = page.locator("td.wb-n").first
    assert cell.evaluate("e => getComputedStyle(e).textAlign") == "right"
    assert "tabular-nums" in cell.evaluate("e => getComputedStyle(e).fontVariantNumeric")
    frame = page.locator(".wb-scroll").first
    assert frame.evaluate("e => e.scrollWidth > e.clientWidth")
    assert frame.get_attribute("tabindex") == "0"
