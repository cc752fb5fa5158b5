"""The generated pages of the invented ward, in both languages."""

import json
import posixpath
import re
import shutil
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jinja2
import markdown
import pytest
import yaml

from golden import assert_golden
from hostile import COMMON
from published import publish_whole
from wardbook import page, site
from wardbook.check import check
from wardbook.contact import Contact
from wardbook.download import CHECKSUMS
from wardbook.formats.whole_site import SITE_ZIP
from wardbook.language import CODES, read_language
from wardbook.page import Writer, live_numbers
from wardbook.publication import Publication
from wards import change, csv_path, describe_as, descriptor, read_rows, tables, ward, with_rows
from years import three_years

GOLDEN = Path(__file__).parent / "golden"
BY_HAND = {"gioi-thieu/", "dong-gop/", "giai-thich/"}

# the one script that a page may hold: data, which no browser runs
DATA = {"type": "application/ld+json"}

# what MkDocs always switches on, and what mkdocs.yml adds
EXTENSIONS = ("toc", "tables", "fenced_code", "attr_list")


def publish(package):
    """Return the publication of a package that breaks no rule."""
    checked = check(package)
    assert checked.problems == ()
    return publish_whole(site.outline(checked, "https://example.org/", Contact()), package)


def write_pages(publication, code):
    return {path: raw.decode("utf-8") for path, raw in site.pages(publication, read_language(code)).items()}


def body(text):
    return text.split("\n---\n", 1)[1]


def front(text):
    return yaml.safe_load(text.split("---\n", 2)[1])


def address(path):
    """Return the address of a page below the root of its language."""
    return re.sub(r"(^|(?<=/))index\.md$", "", path) if path.endswith("index.md") else path.removesuffix(".md") + "/"


class Elements(HTMLParser):
    """Every element with its attributes, and the text between them."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def shape(self):
        return [(tag, sorted(attributes)) for tag, attributes in self.elements]

    def links(self):
        return [attributes["href"] for _, attributes in self.elements if "href" in attributes]


@cache
def to_html(text):
    return Elements(markdown.markdown(body(text), extensions=EXTENSIONS))


@pytest.fixture(scope="module")
def published():
    return publish(ward())


@pytest.fixture(scope="module")
def pages(published):
    return {code: write_pages(published, code) for code in CODES}


# --- what there is --------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_pages(pages):
    assert pages["vi"].keys() == pages["en"].keys()


def test_there_is_a_page_for_every_indicator_and_topic_and_one_of_each_kind(pages):
    package = ward()
    assert set(pages["vi"]) == {
        *(f"chi-tieu/{row['indicator_id']}.md" for row in read_rows(package, "indicators")),
        *(f"chu-de/{row['topic_id']}.md" for row in read_rows(package, "topics")),
        *(f"chi-tieu/{row['from_id']}.md" for row in read_rows(package, "redirects")),
        *(
            f"{kind}/index.md"
            for kind in ("chi-tieu", "dinh-chinh", "han-che", "nhiem-vu", "niem-yet", "kiem-tra", "so-lieu")
        ),
        "kiem-tra/quy-tac.md",
        "index.md",
    }


@pytest.mark.parametrize("code", CODES)
def test_front_matter_is_a_title_a_description_and_what_the_theme_hides(pages, code):
    for path, text in pages[code].items():
        assert text.startswith("---\n")
        head = front(text)
        own_picture = path.startswith(("chi-tieu/", "chu-de/")) and path != "chi-tieu/index.md"
        own_picture &= "moved_to" not in head
        assert list(head)[:3] == ["title", "description", "hide"], path
        assert set(list(head)[3:]) - {"search", "tags", "script", "moved_to"} == (
            {"image"} if own_picture else set()
        ), path
        assert head["hide"] == ["navigation", "toc"]
        assert head["title"], path
        assert head["description"], path


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("package", [ward(), three_years()], ids=["one year", "three years"])
def test_pages_that_need_the_files_of_parts_only_are_the_same_when_all_files_are_there(package, code):
    planned = site.outline(check(package), "https://example.org/", Contact())
    early, late = site.publish(planned, package)
    for make in (site.indicator_files, site.topic_files):
        assert make(early, read_language(code)) == make(late, read_language(code))
    early, late = (Writer(step, read_language(code)) for step in (early, late))
    assert early.pages_of_parts() == late.pages_of_parts()
    assert late.pages_of_parts() | late.pages_of_whole() == late.pages()
    assert not late.pages_of_parts().keys() & late.pages_of_whole().keys()


@pytest.mark.parametrize("code", CODES)
def test_no_two_pages_have_the_same_title(pages, code):
    titles = [front(text)["title"] for text in pages[code].values()]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("code", CODES)
def test_every_link_leads_to_a_page_or_a_file(pages, published, code):
    here = "/" if code == "vi" else "/en/"
    known = {here + address(path) for path in pages[code]} | {here + path for path in BY_HAND}
    known |= {f"/tai-ve/{path}" for path in [*published.downloads, *published.copies, CHECKSUMS, SITE_ZIP]}
    known |= {f"/{path}" for path in published.described}
    indicators, topics = (make(published, read_language(code)) for make in (site.indicator_files, site.topic_files))
    known |= {here + path.removesuffix("index.html") for path in indicators.frames}
    files = [*indicators.figures, *topics.figures]
    known |= {f"/tai-ve/{path}" for path in [*files, *(path.replace(".svg", ".png") for path in files)]}
    for path, text in pages[code].items():
        for link in to_html(text).links():
            if not link.startswith("https://"):
                found = posixpath.join(here + address(path), link.split("?")[0].split("#")[0])
                found = posixpath.normpath(found) + ("/" if found.endswith("/") else "")
                assert found.replace("//", "/") in known, f"{path} links to {link}"


@pytest.mark.parametrize("code", CODES)
def test_every_page_can_be_reached_from_the_first_one_and_the_menu(pages, code):
    here = {address(path): text for path, text in pages[code].items() if "moved_to" not in front(text)}
    menu = [path.removesuffix("index.md") for path in pages[code] if path.endswith("index.md")]
    seen, ahead = set(), ["", *menu]
    while ahead:
        place = ahead.pop()
        if place in here and place not in seen:
            seen.add(place)
            links = [posixpath.normpath(posixpath.join("/" + place, link)) for link in to_html(here[place]).links()]
            ahead += [link.strip("/") + "/" if link != "/" else "" for link in links]
    assert here.keys() == seen


@pytest.mark.parametrize("code", CODES)
def test_no_anchor_stands_twice_on_a_page(pages, code):
    for path, text in pages[code].items():
        ids = [attributes["id"] for _, attributes in to_html(text).elements if "id" in attributes]
        assert len(ids) == len(set(ids)), path


@pytest.mark.parametrize("code", CODES)
def test_every_page_has_one_heading_of_the_first_rank(pages, code):
    for path, text in pages[code].items():
        assert [tag for tag, _ in to_html(text).elements].count("h1") == 1, path


@pytest.mark.parametrize("code", CODES)
def test_no_page_has_a_style_that_a_strict_policy_would_block(pages, code):
    for path, text in pages[code].items():
        for tag, attributes in to_html(text).elements:
            assert tag not in {"style", "iframe", "object", "embed"}, path
            # no policy stops data, which is all that may stand there
            assert tag != "script" or attributes == DATA, path
            assert "style" not in attributes, path


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    "path",
    ["chi-tieu/luot-khach.md", "chu-de/du-lich.md", "kiem-tra/index.md", "kiem-tra/quy-tac.md", "niem-yet/index.md"],
)
def test_pages_are_what_they_were_when_somebody_last_looked(pages, code, path):
    assert_golden(GOLDEN / code / path, pages[code][path])


def test_a_page_is_the_same_bytes_every_time(published, pages):
    assert write_pages(published, "vi") == pages["vi"]


def test_the_four_kinds_of_nothing_read_differently(pages):
    shown = {
        key: re.search(r'<p class="wb-number[^"]*">(.*?)</p>', pages["en"][f"chi-tieu/{key}.md"])[1]
        for key in ("vu-xa-thai", "diem-ngap", "tat-ca-ho")
    }
    assert shown["vu-xa-thai"] == "None found so far"
    assert shown["tat-ca-ho"] == "Not reported"
    assert shown["diem-ngap"].startswith("0 <")


def test_a_plan_that_is_worked_out_is_marked_as_such(pages):
    text = to_html(pages["en"]["chi-tieu/thu-phi.md"]).text.replace("\u00a0", " ")
    assert "Implied plan: about 15.5 billion dong = 12.5 × 100 / 80.65%" in text
    assert "Exactly: 12,500,000,000 dong" in text
    assert "Implied plan" not in pages["en"]["chi-tieu/luot-khach.md"]


def test_the_range_of_a_denominator_stands_on_its_page(pages):
    text = to_html(pages["vi"]["chi-tieu/tat-ca-ho.md"]).text
    assert "1.990" in text
    assert "2.010" in text


def test_the_address_of_the_site_ends_a_citation(pages):
    assert "https://example.org/en/chi-tieu/thu-phi/" in to_html(pages["en"]["chi-tieu/thu-phi.md"]).text


def test_a_name_that_no_template_knows_stops_the_build(published, tmp_path, monkeypatch):
    shutil.copytree(page.TEMPLATES, tmp_path / "templates")
    with (tmp_path / "templates" / "home.html").open("a", encoding="utf-8") as template:
        template.write("{{ no_such_name }}")
    monkeypatch.setattr(page, "TEMPLATES", tmp_path / "templates")
    monkeypatch.setattr(page, "_environment", cache(page._environment.__wrapped__))
    with pytest.raises(jinja2.UndefinedError, match="no_such_name"):
        write_pages(published, "vi")


def test_live_numbers_are_those_of_the_pages(published):
    live = json.loads(live_numbers(published, read_language("vi")))
    assert (live["indicators"], live["planned"], live["missed"]) == ("14", "5", "2")
    assert (live["checks"], live["discrepancies"], live["year"]) == ("4", "1", "2031")
    assert live["figures"]["thu-phi"] == "12,5\u00a0tỷ đồng"
    assert live["figures"]["tat-ca-ho"] == "Báo cáo không nêu"


# --- what stands around a number ------------------------------------------------------------------------------------


def words(text):
    return " ".join(to_html(text).text.replace("\u00a0", " ").split())


def asked(links, publication=None):
    """Return the ward's pages where the site has these addresses to ask at."""
    return write_pages(replace(publication or publish(ward()), contact=Contact(**links)), "en")


def test_a_status_and_the_state_of_a_figure_are_explained_beside_it_and_lead_to_the_glossary(pages):
    page = to_html(pages["en"]["chi-tieu/thu-phi.md"])
    assert {"../../giai-thich/#chua-dat", "../../giai-thich/#so-uoc"} <= set(page.links())
    text = words(pages["en"]["chi-tieu/thu-phi.md"])
    assert "Plan not met: the result is below the plan. Estimate: The report calls it an estimate;" in text
    assert "Not applicable" not in text


@pytest.mark.parametrize(
    ("indicator_id", "note"),
    [
        ("luot-khach", "Plan exceeded: the result is above the plan."),
        ("ty-le-nuoc-may", "Plan met: the result equals the plan."),
        ("ty-le-thu-gom", "Plan exceeded: the report says so in words."),
        ("diem-ngap", "No plan given: the report gives no plan for this figure."),
    ],
)
def test_every_status_says_how_it_came_about(pages, indicator_id, note):
    assert note in words(pages["en"][f"chi-tieu/{indicator_id}.md"])


@pytest.mark.parametrize(
    ("direction", "note"),
    [
        ("lower", "Plan exceeded: the result is below the plan; for this indicator, lower is better."),
        ("neutral", "Plan not met: the result is below the plan; for this indicator, neither high nor low"),
    ],
)
def test_a_status_says_so_where_lower_is_better_or_neither(direction, note):
    other = write_pages(publish(change(ward(), "indicators", "cay-ven-song", direction=direction)), "en")
    assert note in words(other["chi-tieu/cay-ven-song.md"])


def test_an_amount_for_each_inhabitant_stands_with_its_sum_and_is_marked_as_ours():
    package = describe_as(ward(), population="ho-nuoc-may")
    text = words(write_pages(publish(package), "en")["chi-tieu/thu-phi.md"])
    assert "about 6,510,000 dong for each inhabitant (12,500,000,000 dong / 1,920 households)" in text
    assert "Worked out by us, not printed in the report" in text


def test_without_a_population_nothing_is_divided_by_it(pages):
    assert not [path for path, text in pages["en"].items() if "for each inhabitant" in text]


def test_a_part_says_what_share_of_its_whole_it_is_unless_the_report_prints_that(pages):
    text = words(pages["en"]["chi-tieu/khach-ngoai-tinh.md"])
    assert "In 2031, visits from elsewhere made up 36.0% of visits (450 / 1,250 × 100)" in text
    assert "made up" not in words(pages["en"]["chi-tieu/khach-trong-tinh.md"])


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("chi-tieu/luot-khach.md", "last corrected on February 3, 2032"),
        ("chi-tieu/thu-phi.md", "come from a document dated December 20, 2031"),
        ("chu-de/du-lich.md", "last corrected on February 3, 2032"),
        ("chu-de/song-sach.md", "come from a document dated December 20, 2031"),
        ("han-che/index.md", "come from a document dated December 20, 2031"),
        ("index.md", "last corrected on February 3, 2032"),
    ],
)
def test_a_page_ends_with_the_last_change_of_its_own_figures(pages, path, told):
    assert told in words(pages["en"][path]).rsplit("Data version 2031.0.0.", 1)[1]


def test_every_page_ends_with_its_version_its_log_and_when_the_next_figures_are_due(pages):
    for path, text in pages["en"].items():
        last = text.rsplit("<footer", 1)[1]
        assert 'dinh-chinh/">' in last, path
        assert "Figures for 2032 will follow when the ward has reported on that year." in last, path
    assert "The figures on this page" not in words(pages["en"]["kiem-tra/quy-tac.md"])


@pytest.mark.parametrize(("due", "told"), [("2033-01", "January 2033"), ("2033-01-31", "January 31, 2033")])
def test_a_date_that_the_package_gives_for_the_next_figures_stands_on_every_page(due, told):
    for path, text in write_pages(publish(describe_as(ward(), next_update=due)), "en").items():
        assert f"Next figures: {told}." in words(text), path


def test_a_question_about_a_number_carries_its_id_and_its_page():
    links = to_html(
        asked({"repository": "https://git.example/a/b", "email": "a@b.example"})["chi-tieu/thu-phi.md"]
    ).links()
    (issue,) = [parse_qs(urlsplit(link).query) for link in links if "/issues/new?" in link]
    assert issue["chi-tieu"] == ["thu-phi"]
    assert issue["trang"] == ["https://example.org/en/chi-tieu/thu-phi/"]
    (letter,) = [parse_qs(link.partition("?")[2]) for link in links if link.startswith("mailto:a@b.example?")]
    assert letter["subject"] == ["Question about: Visitor fees (thu-phi)"]
    assert "https://example.org/en/chi-tieu/thu-phi/" in letter["body"][0]


def test_a_site_without_an_address_to_ask_at_says_how_to_ask(pages):
    page = to_html(pages["en"]["chi-tieu/thu-phi.md"])
    assert "../../dong-gop/#bao-sai" in page.links()
    assert "The id of this number is thu-phi." in words(pages["en"]["chi-tieu/thu-phi.md"])


def test_live_numbers_hold_the_words_of_the_glossary_with_their_anchors(published):
    live = json.loads(live_numbers(published, read_language("vi")))
    anchors = [term["anchor"] for terms in live["terms"].values() for term in terms]
    assert len(anchors) == len(set(anchors))
    assert all(term["name"] and term["meaning"] for terms in live["terms"].values() for term in terms)
    assert "vuot-ke-hoach" in anchors


# --- hostile text ---------------------------------------------------------------------------------------------------

NAME_LENGTH = 90


def packs():
    """Return the hostile strings joined into as few texts as a name has room for."""
    found = [""]
    for text in COMMON:
        if len(found[-1]) + 1 + len(text) > NAME_LENGTH:
            found.append("")
        found[-1] = f"{found[-1]} {text}".strip()
    return found


def hostile_ward(text):
    """Return the ward with hostile text in every cell that may hold any text; it still breaks no rule."""
    package = ward()
    for name, table in tables(package).items():
        free = [field["name"] for field in table.resource.schema["fields"] if is_free(field)]
        if name == "corrections":  # they must name a cell that exists, and what stands in it
            free = [column for column in free if column not in ("key", "field", "new_value")]
        rows = [
            row | {column: hostile_cell(column, row[column], text) for column in free}
            for row in read_rows(package, name)
        ]
        package = with_rows(package, name, rows)
    words = dict.fromkeys(("title", "title_en", "description", "description_en"), text)
    resources = [one | words for one in descriptor(package)["resources"]]
    return describe_as(package, title=text, title_en=text, resources=resources)


def is_free(field):
    return field["type"] == "string" and not {"pattern", "enum"} & field.get("constraints", {}).keys()


def hostile_cell(column, before, text):
    if not before:
        return ""
    if column in ("table", "key", "field"):  # where a correction stands: it must name a figure to be shown with it
        return before
    if column.startswith("sentence"):  # no braces but those of its value, and the check knows
        return re.sub(r"[{}]", "", text).strip() + " {value}"
    if column == "as_printed":  # every digit must be typed as a number too
        return before + " " + re.sub(r"\d", "", text)
    return text


@dataclass(frozen=True)
class Hostile:
    """One text, the strings in it, and what was published of a ward that has it everywhere."""

    text: str
    strings: tuple[str, ...]
    publication: Publication
    pages: dict[str, dict[str, str]]


@pytest.fixture(scope="module", params=packs())
def hostile(request):
    publication = publish(hostile_ward(request.param))
    strings = tuple(one for one in COMMON if one in request.param)
    return Hostile(request.param, strings, publication, {code: write_pages(publication, code) for code in CODES})


def every_page(written):
    return [(code, path, text) for code, by_path in written.items() for path, text in by_path.items()]


def without_drawings(text):
    return re.sub(r'<svg class="wb-chart".*?</svg>', "", text, flags=re.DOTALL)


def test_hostile_text_never_stands_raw_on_a_page(hostile):
    for code, path, text in every_page(hostile.pages):
        raw = [one for one in hostile.strings if one in without_drawings(body(text))]
        assert raw == [], f"{code}/{path}"


def test_hostile_text_never_stands_raw_in_a_drawing(hostile):
    drawn = [
        chart for _, _, text in every_page(hostile.pages) for chart in re.findall(r"<svg class=\"wb-chart.*", text)
    ]
    assert drawn
    assert [one for one in hostile.strings for chart in drawn if one in chart] == []


def test_hostile_text_adds_no_element_or_attribute_to_a_page(hostile, pages):
    for code, path, text in every_page(hostile.pages):
        assert to_html(text).shape() == to_html(pages[code][path]).shape(), f"{code}/{path}"


def test_hostile_text_makes_no_script_and_no_link(hostile):
    for code, path, text in every_page(hostile.pages):
        html = to_html(text)
        assert [attributes for tag, attributes in html.elements if tag == "script" and attributes != DATA] == []
        assert not [name for _, attributes in html.elements for name in attributes if name.startswith("on")]
        assert not [link for link in html.links() if ":" in link and not link.startswith("https://")], f"{code}/{path}"


def test_hostile_text_in_a_question_stays_in_the_words_of_the_question(hostile):
    written = asked({"repository": "https://git.example/a/b", "email": "a@b.example"}, hostile.publication)
    for indicator_id, indicator in hostile.publication.book.catalogue.indicators.items():
        links = to_html(written[f"chi-tieu/{indicator_id}.md"]).links()
        (issue,) = [
            parse_qs(urlsplit(link).query) for link in links if link.startswith("https://git.example/a/b/issues")
        ]
        assert issue.keys() == {"template", "title", "chi-tieu", "trang"}
        (letter,) = [parse_qs(link.partition("?")[2]) for link in links if link.startswith("mailto:a@b.example?")]
        assert letter.keys() == {"subject", "body"}
        assert indicator.name.en in issue["title"][0]
        assert not [link for link in links if link.startswith(("javascript:", "data:"))]


def test_hostile_text_reads_as_it_was_written(hostile):
    for code, path, text in every_page(hostile.pages):
        if re.fullmatch(r"(chi-tieu|chu-de)/(?!index).*", path):
            assert f" {hostile.text} " in " ".join(f" {to_html(text).text} ".split()) + " ", f"{code}/{path}"


def test_hostile_text_cannot_leave_the_front_matter(hostile):
    for code, path, text in every_page(hostile.pages):
        head = front(text)
        assert list(head)[:3] == ["title", "description", "hide"], f"{code}/{path}"
        for words in (head["title"], head["description"]):
            assert not set('<>"\n') & set(words), f"{code}/{path}"


def test_live_numbers_can_be_put_into_markdown(hostile):
    live = live_numbers(hostile.publication, read_language("vi")).decode("utf-8")
    assert [one for one in hostile.strings if json.dumps(one)[1:-1] in live] == []


def test_a_sentence_with_a_hostile_place_for_its_value_is_refused():
    problems = check(change(ward(), "indicators", "thu-phi", sentence_vi="{{ value }} {value.__class__}")).problems
    assert [(problem.path, problem.rule) for problem in problems] == [(f"ward/{csv_path('indicators')}", "sentence")]


def test_an_address_that_was_published_leads_to_the_indicator_that_took_its_place(pages):
    for code in CODES:
        text = pages[code]["chi-tieu/du-khach.md"]
        assert front(text)["moved_to"] == "chi-tieu/luot-khach/"
        assert front(text)["search"] == {"exclude": True}
        assert 'href="../../chi-tieu/luot-khach/"' in text
        reason = {"vi": "Đổi tên chỉ tiêu.", "en": "The indicator was renamed."}[code]
        assert reason in text
