"""Pages of a ward with three years, and of one with a single year: what is there, and what must not be."""

import json
import re
from urllib.parse import unquote, urlsplit

import pytest

from conftest import ADDRESS
from test_pages import front, publish, to_html, write_pages
from test_site import Anchors
from wardbook.card import cards
from wardbook.chart import draw, indicator_plots
from wardbook.check import check
from wardbook.figure import indicator_figures
from wardbook.language import CODES, read_language
from wards import remove, ward
from years import three_years

PAST = ("2030", "2029")


@pytest.fixture(scope="module")
def pages():
    publication = publish(three_years())
    return {code: write_pages(publication, code) for code in CODES}


@pytest.fixture(scope="module")
def single():
    publication = publish(ward())
    return {code: write_pages(publication, code) for code in CODES}


def text(page):
    spaced = page.replace("<br>", " ").replace("<dd>", " ")
    return " ".join(to_html(spaced).text.replace("\u00a0", " ").split())


def picker(page):
    """Return the links of a page's year picker: label, address, and whether it is the page's own year."""
    found = re.search(r'<nav class="wb-years".*?</nav>', page, re.DOTALL)
    links = re.findall(r'<a href="([^"]*)"( aria-current="page")?>(\d+)</a>', found[0]) if found else []
    return [(label, href, bool(current)) for href, current, label in links]


def table(page, caption_id):
    """Return the rows of the body of a table, each as its cells."""
    body = re.search(rf'id="{caption_id}".*?<tbody>(.*?)</tbody>', page, re.DOTALL)[1]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[text("---\n---\n" + cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


def test_the_three_year_ward_breaks_no_rule():
    assert check(three_years()).problems == ()


# ---- the overview of each year ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_every_year_has_an_overview_and_every_past_year_its_statements(pages, code):
    assert {path for path in pages[code] if path.startswith("nam/")} == {
        "nam/2031/index.md",
        *(f"nam/{year}/{page}index.md" for year in PAST for page in ("", "han-che/", "nhiem-vu/")),
        *(f"nam/{year}/chu-de/{topic}.md" for year in PAST for topic in ("du-lich", "song-sach")),
    }


def test_a_topic_of_a_past_year_has_the_figures_of_that_year_and_leads_to_the_others(pages):
    now, past = text(pages["vi"]["chu-de/du-lich.md"]), text(pages["vi"]["nam/2030/chu-de/du-lich.md"])
    assert "Du lịch năm 2030" in past
    assert "1.120 lượt" in past
    assert "1.250 lượt" not in past
    assert "1.250 lượt" in now
    assert picker(pages["vi"]["nam/2030/chu-de/du-lich.md"]) == [
        ("2031", "../../../../chu-de/du-lich/", False),
        ("2030", "../../../../nam/2030/chu-de/du-lich/", True),
        ("2029", "../../../../nam/2029/chu-de/du-lich/", False),
    ]
    links = to_html(pages["vi"]["nam/2030/index.md"]).links()
    assert "../../nam/2030/chu-de/du-lich/" in links
    assert "../../chu-de/du-lich/" not in links


@pytest.mark.parametrize("code", CODES)
def test_a_link_to_a_past_year_carries_a_card_of_that_year(pages, code):
    for year in PAST:
        for page in ("index", "chu-de/du-lich"):
            assert front(pages[code][f"nam/{year}/{page}.md"])["image"] == f"nam/{year}"
    drawn = cards(publish(three_years()), read_language(code))
    assert "2029" in drawn[f"chia-se/{code}/nam/2029.png"].decode()
    assert "2031" not in drawn[f"chia-se/{code}/nam/2029.png"].decode()


def test_a_figure_over_the_years_names_the_documents_of_all_of_them():
    publication = publish(three_years())
    book, language = publication.book, read_language("en")
    visits = book.catalogue.indicators["luot-khach"]
    charts = draw(indicator_plots(book, visits, language))
    drawn = indicator_figures(publication, visits, charts, language)
    over_years = drawn["luot-khach-ke-hoach"].source
    assert "2029–2031" in over_years
    assert all(f"{year}" in over_years.partition("2029–2031")[2] for year in ("2029", "2030", "2031")), over_years
    assert "2029" not in drawn["luot-khach-phan-1"].source


@pytest.mark.parametrize("code", CODES)
def test_with_one_year_there_is_no_picker_and_no_page_of_a_year(single, code):
    assert [path for path in single[code] if path.startswith("nam/")] == []
    assert [path for path, page in single[code].items() if "wb-years" in page or "nam/" in page] == []


@pytest.mark.parametrize(
    ("path", "year", "addresses"),
    [
        ("index.md", "2031", ["./", "./nam/2030/", "./nam/2029/"]),
        ("nam/2031/index.md", "2031", ["../../", "../../nam/2030/", "../../nam/2029/"]),
        ("nam/2029/index.md", "2029", ["../../", "../../nam/2030/", "../../nam/2029/"]),
        ("han-che/index.md", "2031", ["../han-che/", "../nam/2030/han-che/", "../nam/2029/han-che/"]),
        (
            "nam/2030/nhiem-vu/index.md",
            "2030",
            ["../../../nhiem-vu/", "../../../nam/2030/nhiem-vu/", "../../../nam/2029/nhiem-vu/"],
        ),
    ],
)
def test_the_picker_names_every_year_and_marks_the_one_that_is_shown(pages, path, year, addresses):
    links = picker(pages["vi"][path])
    assert [(label, current) for label, _, current in links] == [
        (label, label == year) for label in ("2031", "2030", "2029")
    ]
    assert [href for _, href, _ in links] == addresses


def test_the_overview_of_a_past_year_has_its_own_figures_and_statements(pages):
    now, past = text(pages["vi"]["index.md"]), text(pages["vi"]["nam/2030/index.md"])
    assert "Phường làm được gì trong năm 2030" in past
    assert "Đến năm mới nhất: 2031" in past
    assert "Đến năm mới nhất" not in now
    for one in ("1.120 lượt", "Thiếu thuyền.", "Mua thêm thuyền.", "Tự đề nghị mức trung bình."):
        assert (one in past, one in now) == (True, False), one
    for one in ("1.250 lượt", "Thu phí còn thấp.", "Đón thêm khách trong tỉnh.", "Tự đề nghị mức khá."):
        assert (one in past, one in now) == (False, True), one
    assert "2 trong 3 chỉ tiêu có kế hoạch đã đạt hoặc vượt; 1 chỉ tiêu chưa đạt." in past


def test_the_overview_of_a_past_year_leads_to_the_statements_of_that_year(pages):
    links = to_html(pages["vi"]["nam/2030/index.md"]).links()
    assert {"../../nam/2030/han-che/", "../../nam/2030/nhiem-vu/"} <= set(links)
    assert {"../../han-che/", "../../nhiem-vu/"} <= set(to_html(pages["vi"]["nam/2031/index.md"]).links())
    assert "./nam/2031/" in to_html(pages["vi"]["index.md"]).links()


def test_a_headline_number_says_how_it_stands_against_the_year_before(pages):
    assert "Tăng 12% so với năm 2030" in text(pages["vi"]["index.md"])
    assert "Tăng 14% so với năm 2029" in text(pages["vi"]["nam/2030/index.md"])
    assert "so với năm" not in text(pages["vi"]["nam/2029/index.md"])


def test_tasks_of_a_past_year_stand_beside_what_came_of_them(pages):
    assert "Thuê thuyền (12 lượt) → năm 2031: 156 lượt" in text(pages["vi"]["nam/2030/nhiem-vu/index.md"])
    assert "→ năm" not in text(pages["vi"]["nhiem-vu/index.md"])


def test_a_year_without_statements_has_no_empty_section(single):
    package = three_years()
    for statement in ("han-che-2029-1", "viec-2030-1"):
        package = remove(package, "statements", statement)
    page = write_pages(publish(package), "en")["nam/2029/index.md"]
    assert "What the ward says went wrong" not in text(page)
    assert "What the ward promised" not in text(page)
    assert "What the ward says went wrong" in text(single["en"]["index.md"])


@pytest.mark.parametrize("code", CODES)
def test_no_two_pages_of_many_years_have_the_same_title_or_an_anchor_twice(pages, code):
    titles = [front(page)["title"] for page in pages[code].values()]
    assert len(titles) == len(set(titles))
    for path, page in pages[code].items():
        ids = [attributes["id"] for _, attributes in to_html(page).elements if "id" in attributes]
        assert len(ids) == len(set(ids)), path


# ---- indicators and topics -------------------------------------------------------------------------------------------


def test_the_page_of_an_indicator_says_its_trend_and_draws_its_line(pages):
    page = pages["en"]["chi-tieu/luot-khach.md"]
    assert "Up 12% from 2030 (1,120 to 1,250 visits)." in text(page)
    assert "Up every year: from 980 (2029) to 1,250 visits (2031)" in text(page)
    assert "104.16% of the assigned target</figcaption>" not in page


def test_with_one_year_an_indicator_is_drawn_against_its_plan_and_has_no_trend(single):
    page = single["en"]["chi-tieu/luot-khach.md"]
    assert "104.16% of the assigned target</figcaption>" in page
    assert "wb-trend" not in page


def test_a_break_in_the_last_year_is_said_instead_of_a_trend(pages):
    page = text(pages["en"]["chi-tieu/cay-ven-song.md"])
    assert "From 2031 the figure is counted in another way, so it cannot be compared with earlier years." in page
    assert "from 2030" not in page


def test_the_year_table_begins_with_the_last_year_and_says_what_was_corrected(pages):
    rows = table(pages["vi"]["chi-tieu/thu-phi.md"], "bang-nam")
    assert [row[0] for row in rows] == ["2031", "2030", "2029"]
    assert [row[-1] for row in rows] == ["Số ước", "Số báo cáo; đã sửa", "Số báo cáo"]


def test_each_year_names_the_document_it_comes_from(pages):
    page = text(pages["en"]["chi-tieu/thu-phi.md"])
    places = [page.index(f"Report on the year {year}") for year in ("2031", "2030", "2029")]
    assert places == sorted(places)


def test_a_topic_sets_the_year_before_beside_the_result(pages, single):
    rows = {row[0]: row for row in table(pages["vi"]["chu-de/du-lich.md"], "bang-con-so")}
    assert rows["Lượt khách"][1:3] == ["1.250 lượt", "1.120 lượt"]
    assert rows["Hộ tách rác"][1:3] == ["480 hộ", "Báo cáo không nêu"]
    assert rows["Cây ven sông"][1:3] == ["3,25 ha", "2,6 ha cách tính khác"]
    assert len(table(single["vi"]["chu-de/du-lich.md"], "bang-con-so")[0]) == len(rows["Lượt khách"]) - 1


def test_a_topic_without_figures_of_the_year_before_has_no_column_for_it():
    package = three_years()
    for row in check(package).catalogue.observations:
        if row.year == 2030 and row.indicator_id in ("thu-phi", "luot-khach"):
            continue
        if row.year < 2031:
            package = remove(package, "observations", f"{row.indicator_id}/{row.year}")
    package = remove(package, "indicators", "ho-dung-gieng")
    written = write_pages(publish(package), "vi")
    assert "Năm 2030</th>" in written["chu-de/du-lich.md"]
    assert "Năm 2030</th>" not in written["chu-de/song-sach.md"]


def test_a_topic_has_the_statements_of_the_last_year_only(pages):
    page = text(pages["vi"]["chu-de/du-lich.md"])
    assert "Thu phí còn thấp." in page
    assert "Đón thêm khách trong tỉnh." in page
    assert [old for old in ("Thiếu thuyền.", "Mua thêm thuyền.", "Bến tàu còn chật.") if old in page] == []


def test_the_checks_of_many_years_name_the_year_of_each(pages, single):
    rows = table(pages["en"]["kiem-tra/index.md"], "bang-phep-tinh")
    assert {row[0][-4:] for row in rows} == {"2029", "2030", "2031"}
    assert "Checks, 2029–2031" in text(pages["en"]["kiem-tra/index.md"])
    assert "Checks, 2031" in text(single["en"]["kiem-tra/index.md"])


# ---- corrections -----------------------------------------------------------------------------------------------------


def test_a_correction_stands_on_the_page_of_its_figure_and_on_no_other(pages):
    said = "Value Old: 11 billion dong → New: 11.2 billion dong"
    found = [path for path, page in pages["en"].items() if said in text(page)]
    assert sorted(found) == ["chi-tieu/thu-phi.md", "dinh-chinh/index.md"]
    page = text(pages["en"]["chi-tieu/thu-phi.md"])
    assert "Old: estimate → New: normal" in page
    assert "April 10, 2031. The final figure replaced the estimate." in page
    assert "This figure has not been corrected so far." in text(pages["en"]["chi-tieu/khach-trong-tinh.md"])


def test_the_page_of_corrections_has_all_of_them_the_last_first(pages):
    page = text(pages["vi"]["dinh-chinh/index.md"])
    assert page.index("Lượt khách, 2031") < page.index("Thu phí tham quan, 2030")
    assert "Cũ: 1.205 lượt → Mới: 1.250 lượt" in page
    assert "../dinh-chinh/" in to_html(pages["vi"]["so-lieu/index.md"]).links()
    assert "Đã sửa 2 lần sau khi đăng." in text(pages["vi"]["so-lieu/index.md"])


def test_where_nothing_was_corrected_the_page_says_so():
    package = remove(ward(), "corrections", "value")
    written = write_pages(publish(package), "en")
    assert "No figure has had to be corrected so far." in text(written["dinh-chinh/index.md"])
    assert "No figure has had to be corrected so far." in text(written["so-lieu/index.md"])


# ---- the built site --------------------------------------------------------------------------------------------------


def test_a_ward_with_three_years_builds_with_no_change_of_code(three_year_site):
    paths = [f"nam/{year}/index.html" for year in ("2031", *PAST)]
    paths += [f"nam/{year}/{page}/index.html" for year in PAST for page in ("han-che", "nhiem-vu")]
    paths += ["dinh-chinh/index.html", "chi-tieu/thue-thuyen/index.html"]
    assert [path for path in paths for root in ("", "en/") if not (three_year_site / root / path).is_file()] == []
    page = (three_year_site / "en/chi-tieu/luot-khach/index.html").read_text(encoding="utf-8")
    drawing = re.search(r'<svg class="wb-chart".*?</svg>', page, re.DOTALL)[0]
    assert "Up every year: from 980 (2029)" in drawing


def test_every_link_of_the_three_year_site_leads_somewhere(three_year_site):
    lost, picked = [], 0
    for page in three_year_site.rglob("index.html"):
        anchors = Anchors()
        anchors.feed(page.read_text(encoding="utf-8"))
        picked += len(picker(page.read_text(encoding="utf-8")))
        for link in map(urlsplit, anchors.links):
            target = (page.parent / unquote(link.path)).resolve()
            if not (link.scheme or link.netloc or target.is_file() or (target / "index.html").is_file()):
                lost.append((str(page.relative_to(three_year_site)), link.geturl()))
    assert lost == []
    # three links on every page of a year (five for a past one) and on the five of the last year at the root
    assert picked == 3 * (1 + 2 * 5 + 5) * 2


def test_search_finds_statements_of_past_years_but_no_number_twice(three_year_site):
    index = json.loads((three_year_site / "search/search_index.json").read_text(encoding="utf-8"))
    found = {entry["location"].split("#")[0] for entry in index["docs"]}
    assert {"nam/2030/han-che/", "nam/2029/nhiem-vu/"} <= found
    assert not found & {"nam/2031/", "nam/2030/", "nam/2029/"}


def test_the_site_of_the_real_package_shows_a_year_picker_only_with_several_years(site):
    years = {path.name for path in (site / "nam").iterdir()} if (site / "nam").is_dir() else set()
    pages_with_picker = [p for p in site.rglob("index.html") if "wb-years" in p.read_text(encoding="utf-8")]
    assert bool(pages_with_picker) == (len(years) > 1)


@pytest.mark.parametrize("folder", ["", "en/"])
def test_an_address_that_moved_names_the_new_one_as_its_own_and_leads_there_without_javascript(
    browser, three_year_site, three_year_address, folder
):
    old, new = f"{folder}chi-tieu/du-khach/", f"{folder}chi-tieu/luot-khach/"
    head = (three_year_site / old / "index.html").read_text(encoding="utf-8").partition("</head>")[0]
    assert f'<link rel="canonical" href="{ADDRESS}{new}">' in head
    assert old not in head
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{three_year_address}/{old}")
    page.wait_for_url(f"{three_year_address}/{new}")
    context.close()
