"""What goes with a link and what others take along: head tags, cards, figures as files, frames for other sites."""

from __future__ import annotations

import html
import json
import re
import struct
import subprocess
import sys
import zlib
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import jinja2
import numpy as np
import pytest

from conftest import ADDRESS, ROOT
from test_pages import hostile_ward, packs, publish
from wardbook import card, picture
from wardbook import drawing as drawing_of
from wardbook.card import cards
from wardbook.chart import SPECIFICATIONS
from wardbook.error import BuildError
from wardbook.figure import INK, MUTED
from wardbook.font import bold, fit, regular
from wardbook.language import CODES, read_language
from wardbook.page import TEMPLATES
from wardbook.part_files import indicator_files, topic_files
from wardbook.shelf import shelf
from wardbook.site import pages as site_pages
from wardbook.site import robots
from wards import change, ward

SVG = "{http://www.w3.org/2000/svg}"
LOCALES = {"vi": "vi_VN", "en": "en_GB"}
DRAWN = {"svg", "g", "path", "rect", "circle", "text", "title", "desc"}


@pytest.fixture(scope="module")
def published():
    return publish(ward())


@pytest.fixture(scope="module", params=packs())
def hostile(request):
    return request.param, publish(hostile_ward(request.param))


def drawings(publication):
    return {path: raw for code in CODES for path, raw in cards(publication, read_language(code)).items()}


def files(publication):
    parts = [make(publication, read_language(code)) for code in CODES for make in (indicator_files, topic_files)]
    return {path: raw for part in parts for path, raw in part.figures.items()}


def frames(publication):
    return {f"{code}/{path}": raw.decode("utf-8") for code in CODES
            for path, raw in indicator_files(publication, read_language(code)).frames.items()}  # fmt: skip


# ---- head -----------------------------------------------------------------------------------------------------------


class Head(HTMLParser):
    """The titles, descriptions, links and properties of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.inside_title = False
        self.feed(text.partition("</head>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "meta" and (name := values.get("property") or values.get("name")):
            self.found.append((name, values["content"]))
        elif tag == "link":
            kinds = values["rel"].split()
            name = f"{kinds[0]}:{values['hreflang']}" if "hreflang" in values else kinds[0]
            self.found.append((name, values["href"]))
        self.inside_title = tag == "title"

    def handle_data(self, data: str) -> None:
        if self.inside_title and data.strip():
            self.found.append(("title", data))


@pytest.fixture(scope="module")
def heads(site: Path) -> dict[str, dict[str, str]]:
    """Every page of the site with what its head says, after a look that nothing is said twice."""
    heads = {}
    for file in sorted(site.rglob("index.html")):
        path = file.parent.relative_to(site).as_posix()
        if "nhung" in file.parts:
            continue
        found = Head(file.read_text(encoding="utf-8")).found
        twice = [name for name, n in Counter(name for name, _ in found).items() if n > 1 and name != "stylesheet"]
        assert twice == [], path
        heads["" if path == "." else f"{path}/"] = dict(found)
    return heads


def test_every_page_says_all_that_a_shared_link_needs_and_nothing_twice(heads):
    wanted = {"title", "description", "canonical", "alternate:vi", "alternate:en", "alternate:x-default", "icon"}
    wanted |= {"apple-touch-icon", "twitter:card"}
    wanted |= {f"og:{name}" for name in ("title", "description", "type", "locale", "locale:alternate", "site_name")}
    wanted |= {f"og:{name}" for name in ("url", "image", "image:type", "image:width", "image:height", "image:alt")}
    assert len(heads) > 200
    for path, head in heads.items():
        assert wanted <= head.keys(), path
        assert all(head[name].strip() for name in wanted), path


def test_titles_and_addresses_are_different_on_every_page(heads):
    for name in ("title", "canonical"):
        assert len({head[name] for head in heads.values()}) == len(heads)


def test_each_page_gives_its_own_address_and_that_of_its_pair(heads):
    for path, head in heads.items():
        code = "en" if path.startswith("en/") else "vi"
        place = path.removeprefix("en/")
        assert head["canonical"] == head["og:url"] == head[f"alternate:{code}"] == ADDRESS + path
        assert head["alternate:vi"] == head["alternate:x-default"] == ADDRESS + place
        assert head["alternate:en"] == f"{ADDRESS}en/{place}"
        assert (head["og:locale"], head["og:locale:alternate"]) == (
            LOCALES[code],
            LOCALES["en" if code == "vi" else "vi"],
        )


def test_the_picture_of_every_page_is_there_and_is_that_of_the_page(heads, site):
    for path, head in heads.items():
        image = head["og:image"].removeprefix(ADDRESS)
        assert (site / image).is_file(), path
        code = "en" if path.startswith("en/") else "vi"
        own = re.fullmatch(r"(chi-tieu|chu-de)/.+/", path.removeprefix("en/"))
        assert image == f"tai-ve/chia-se/{code}/{own[0][:-1] if own else card.SITE}.png"


def test_a_page_names_no_address_where_the_site_has_none():
    template = (ROOT / "docs/assets/partials/share.html").read_text(encoding="utf-8")
    languages = {code: {"locale": locale, "site": "", "folder": ""} for code, locale in LOCALES.items()}
    config = {"extra": {"languages": languages}, "theme": {"language": "vi"}, "site_name": "n", "site_description": "d"}
    said = jinja2.Template(template).render(config=config, page={"title": "t", "url": "a/", "meta": None})
    assert [name for name, _ in Head(said).found] == [
        *("og:type", "og:site_name", "og:title", "og:description", "og:locale", "og:locale:alternate")
    ]


def test_crawlers_may_read_everything_and_are_told_the_list_of_each_language():
    assert robots("").decode() == "User-agent: *\nAllow: /\n"
    told = re.findall("Sitemap: (.*)", robots(ADDRESS).decode())
    assert told == [f"{ADDRESS}sitemap.xml", f"{ADDRESS}en/sitemap.xml"]


def test_the_lists_that_crawlers_are_told_name_every_page_and_no_frame(site, heads):
    told = re.findall(rf"Sitemap: {ADDRESS}(.*)", (site / "robots.txt").read_text(encoding="utf-8"))
    listed = [loc for path in told for loc in re.findall("<loc>(.*?)</loc>", (site / path).read_text(encoding="utf-8"))]
    assert sorted(listed) == sorted(head["canonical"] for head in heads.values())


def test_the_icon_for_phones_is_the_icon_of_the_site_without_its_corners():
    icons = ROOT / "docs/assets/icons"
    icon = (icons / "favicon.svg").read_text(encoding="utf-8").replace("<svg ", '<svg width="180" height="180" ')
    assert (icons / "apple-touch-icon.png").read_bytes() == picture.draw(icon.replace(' rx="5"', "").encode("utf-8"))


# ---- cards ----------------------------------------------------------------------------------------------------------


def boxes(drawing: bytes) -> list[tuple[str, float, float, float, float]]:
    """Return every text of a card with its left, top, right and bottom edge."""
    found = []
    for text in ElementTree.fromstring(drawing).iter(f"{SVG}text"):
        if not text.text:
            continue
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        width = (bold() if text.get("font-weight") == "600" else regular()).width(text.text, size)
        left = x - width if text.get("text-anchor") == "end" else x
        found.append((text.text, left, y - 0.74 * size, left + width, y + 0.2 * size))
    return found


def assert_laid_out(drawing: bytes, path: str) -> None:
    found = boxes(drawing)
    for text, left, top, right, bottom in found:
        assert left >= 64 - 0.1, (path, text)
        assert right <= card.WIDTH - 64 + 0.1, (path, text)
        assert top >= 30, (path, text)
        assert bottom <= card.HEIGHT - 16, (path, text)
    for one, other in combinations(found, 2):
        apart = one[3] <= other[1] or other[3] <= one[1] or one[4] <= other[2] or other[4] <= one[2]
        assert apart, (path, one[0], other[0])


def pixels(png: bytes) -> np.ndarray:
    """Return the colours of a picture with a palette, as rows of red, green and blue."""
    found = dict(chunks(png))
    width, height = struct.unpack_from(">II", found[b"IHDR"])
    lines = np.frombuffer(zlib.decompress(found[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not lines[:, 0].any()
    return np.frombuffer(found[b"PLTE"], np.uint8).reshape(-1, 3)[lines[:, 1:]]


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """Return the kind and the data of each part of a whole PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    found, place = [], 8
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        part = png[place + 4 : place + 8 + length]
        assert struct.unpack_from(">I", png, place + 8 + length) == (zlib.crc32(part),)
        found.append((part[:4], part[4:]))
        place += 12 + length
    assert found[-1] == (b"IEND", b"")
    return found


def test_every_card_of_the_site_is_a_small_png_of_the_size_that_networks_ask_for(site):
    found = sorted((site / "tai-ve/chia-se").rglob("*.png"))
    assert len(found) > 200
    for file in found:
        raw = file.read_bytes()
        assert chunks(raw)
        assert struct.unpack_from(">II", raw, 16) == (1200, 630)
        assert len(raw) < 50_000, file.name


def test_there_is_a_card_for_the_site_and_every_topic_and_indicator_in_both_languages(published):
    catalogue = published.book.catalogue
    names = [card.SITE, *(f"chu-de/{name}" for name in catalogue.topics)]
    names += [f"chi-tieu/{name}" for name in catalogue.indicators]
    assert set(drawings(published)) == {f"chia-se/{code}/{name}.png" for code in CODES for name in names}


def test_a_card_says_ward_name_number_status_percent_plan_and_source(published):
    said = [text for text, *_ in boxes(drawings(published)["chia-se/vi/chi-tieu/luot-khach.png"])]
    assert [text.replace("\u00a0", " ") for text in said] == [
        "Phường Sông Trắng, tỉnh Núi Biếc",
        "Năm 2031",
        "Lượt khách",
        "1.250",
        "lượt",
        "Vượt kế hoạch",
        " · Bằng 104,16% chỉ tiêu được giao",
        "Kế hoạch: 1.200 lượt",
        "Nguồn: Báo cáo tổng kết năm 2031",
        "example.org",
    ]


def test_nothing_on_a_card_leaves_it_or_meets_something_else(published):
    for path, drawing in drawings(published).items():
        assert_laid_out(drawing, path)


@pytest.mark.parametrize("name", ["Tỷ lệ hộ dân được dùng nước sạch hợp vệ sinh " * 2, "Ư" * 90, "Đ"])
def test_a_very_long_name_stays_inside_its_card(name):
    names = {"name_vi": name.strip(), "name_en": name.strip()}
    package = change(change(ward(), "indicators", "luot-khach", **names), "topics", "du-lich", **names)
    drawn = drawings(publish(change(package, "areas", "phuong-song-trang", **names)))
    for path in ("index", "chu-de/du-lich", "chi-tieu/luot-khach"):
        assert_laid_out(drawn[f"chia-se/vi/{path}.png"], path)
    shown = pixels(picture.draw(drawn["chia-se/vi/chi-tieu/luot-khach.png"]))
    assert (shown[:, -60:] == 255).all()
    assert (shown[:, :60] == 255).all()
    assert not (shown[100:200, 64:400] == 255).all()


# ---- pictures -------------------------------------------------------------------------------------------------------

SQUARE = b"""<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#fff"/>
<text x="2" y="15" font-size="14" fill="#16202b">\xe1\xba\xb4</text></svg>"""


def test_a_template_edited_after_it_was_compiled_is_filled_as_it_is_now(tmp_path, monkeypatch):
    monkeypatch.setattr(drawing_of, "TEMPLATES", tmp_path)
    monkeypatch.setattr(drawing_of, "_templates", cache(drawing_of._environment))
    template = tmp_path / "small.svg"
    template.write_text("<svg>{{ text }}</svg>", encoding="utf-8")
    drawing_of.compile_drawings()
    template.write_text("<svg>{{ text }}, edited</svg>", encoding="utf-8")
    assert drawing_of.draw("small", text="a < b") == b"<svg>a &lt; b, edited</svg>\n"


def test_a_picture_is_the_same_bytes_every_time():
    assert picture.draw(SQUARE) == picture.draw(SQUARE)


def test_a_picture_shows_its_drawing():
    shown = pixels(picture.draw(SQUARE))
    assert shown.shape == (20, 40, 3)
    assert (shown[0, 0] == 255).all()
    assert shown.min() < 40


def test_a_picture_that_is_kept_is_not_drawn_again(tmp_path, monkeypatch):
    with shelf(tmp_path):
        first = picture.picture(SQUARE)
    monkeypatch.setattr(picture, "draw", lambda drawing: pytest.fail("drawn again"))
    with shelf(tmp_path):
        assert picture.picture(SQUARE) == first


def test_another_drawing_or_font_is_another_picture(monkeypatch):
    before = picture._kind()
    monkeypatch.setattr(picture, "FOLDER", Path(__file__).parent)
    picture._kind.cache_clear()
    assert picture._kind() != before
    picture._kind.cache_clear()


def test_what_no_drawing_covers_is_white():
    small = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4"><rect width="4" height="4" fill="#000"/></svg>'
    )
    shown = pixels(picture.draw(small))
    assert (shown[:, :4] == 0).all()
    assert (shown[:, 4:] == 255).all()


def test_a_colour_that_fills_a_part_of_a_picture_stays_as_it_is():
    drawing = """<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><rect width="200" height="100"
    fill="#1f5f8b"/><text x="2" y="50" font-size="30" fill="#16202b">8,7%</text></svg>"""
    shown = pixels(picture.draw(drawing.encode("utf-8"))).astype(int)
    assert np.abs(shown[-1, -1] - (0x1F, 0x5F, 0x8B)).max() <= 1


def test_a_picture_of_a_thousand_colours_has_a_palette_too():
    colours = [(n % 32 * 8, n // 32 * 8, 0x80) for n in range(1024)]
    stripes = "".join(f'<rect x="{n}" width="1" height="2" fill="rgb{colour}"/>' for n, colour in enumerate(colours))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="2">{stripes}</svg>'
    shown = pixels(picture.draw(drawing.encode("utf-8"))).astype(int)
    assert np.abs(shown[0] - np.array(colours)).max() <= 64


def test_a_drawing_that_is_none_stops_the_build_and_says_which():
    with pytest.raises(BuildError, match=r"cannot be drawn .*: no drawing"):
        picture.draw(b"no drawing")


# ---- text -----------------------------------------------------------------------------------------------------------


def test_text_is_broken_at_spaces_in_lines_of_like_length():
    block = fit("Thành viên hợp tác xã và Quỹ tín dụng", bold(), ((54, 1), (40, 2)), 600)
    assert (len(block.lines), block.size) == (2, 40)
    assert " ".join(block.lines) == "Thành viên hợp tác xã và Quỹ tín dụng"
    first, second = (bold().width(line, 40) for line in block.lines)
    assert min(first, second) > 0.6 * max(first, second)


def test_a_number_is_not_torn_from_its_unit():
    lines = fit("bằng 12,5\u00a0tỷ\u00a0đồng", regular(), ((20, 3),), 150).lines
    assert lines == ("bằng", "12,5\u00a0tỷ\u00a0đồng")


def test_text_too_long_for_its_last_size_ends_in_an_ellipsis():
    block = fit("a " * 500, regular(), ((20, 2),), 300)
    assert len(block.lines) == 2
    assert block.lines[-1].endswith("…")
    assert all(regular().width(line, 20) <= 300 for line in block.lines)


def test_the_font_has_every_vietnamese_letter_and_stands_in_for_what_it_lacks():
    letters = "aăâeêioôơuưyđ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA))
    for font in (regular(), bold()):
        assert font.known(letters + letters.upper()) == letters + letters.upper()
        assert font.known("字 a") == "? a"
    assert regular().width("Tỷ", 100) < regular().width("T", 100) + regular().width("ỷ", 100)


# ---- figures --------------------------------------------------------------------------------------------------------


def test_every_figure_is_there_as_svg_and_specification_and_its_png_is_made_from_the_svg(site):
    found = {file.name.split(".")[0] for file in (site / "tai-ve/hinh/vi").iterdir()}
    assert len(found) > 60
    for code in CODES:
        for name in found:
            for ending in ("svg", "png", "vl.json"):
                assert (site / f"tai-ve/hinh/{code}/{name}.{ending}").is_file(), name


def test_an_svg_file_stands_alone(published):
    drawn = {path: raw for path, raw in files(published).items() if path.endswith(".svg")}
    assert drawn
    for path, raw in drawn.items():
        root = ElementTree.fromstring(raw)
        text = raw.decode("utf-8")
        assert "var(" not in text, path
        assert "currentColor" not in text, path
        assert root.find(f"{SVG}title").text, path
        assert root.find(f"{SVG}rect").get("fill") == "#fff"
        said = " ".join(t.text for t in root.iter(f"{SVG}text"))
        assert ("Phường Sông Trắng" if "/vi/" in path else "Sông Trắng ward") in said, path
        assert re.search(r"(Nguồn|Source): ", said), path
        assert "example.org/" in said, path


def test_no_text_of_a_figure_leaves_it(published):
    for path, raw in files(published).items():
        if path.endswith(".svg"):
            shown = pixels(picture.draw(raw))
            assert (shown[:, -24:] == 255).all(), path
            assert (shown[:, :24] == 255).all(), path
            assert (shown[-24:] == 255).all(), path


def test_a_drawing_without_a_stylesheet_has_the_colours_of_the_light_pages():
    css = (ROOT / "docs/assets/css/book.css").read_text(encoding="utf-8")
    light = css[css.index('[data-md-color-scheme="default"]') : css.index('[data-md-color-scheme="slate"]')]
    colours = dict(re.findall(r"(--wb-[a-z]+): (#[0-9a-f]+);", light))
    fallbacks = set()
    for chart in SPECIFICATIONS.glob("*.vl.json"):
        fallbacks |= set(re.findall(r"var\((--wb-[a-z]+), (#[0-9a-f]+)\)", chart.read_text(encoding="utf-8")))
    assert {name for name, _ in fallbacks} >= {"--wb-met", "--wb-missed", "--wb-exceeded", "--wb-hue"}
    assert [pair for pair in fallbacks if colours[pair[0]] != pair[1]] == []
    assert (colours["--wb-ink"], colours["--wb-muted"]) == (INK, MUTED)
    card = (TEMPLATES / "card.svg").read_text(encoding="utf-8")
    assert set(re.findall(r'"(#[0-9a-f]{6})"', card)) <= set(colours.values())


def test_a_specification_holds_its_data_and_can_be_drawn_again(published):
    found = {path: json.loads(raw) for path, raw in files(published).items() if path.endswith(".vl.json")}
    assert found
    for path, specification in found.items():
        assert specification["data"]["values"], path
        assert "var(" not in json.dumps(specification), path
        assert specification["usermeta"]["url"].startswith("https://example.org/"), path
    # in a process of its own: the engine's threads would let copies of this one wait for ever
    program = "import sys, vl_convert; print(vl_convert.vegalite_to_svg(sys.stdin.read(), vl_version='6.1'))"
    alone = json.dumps(found["hinh/vi/luot-khach-ke-hoach.vl.json"])
    drawn = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], input=alone, capture_output=True, encoding="utf-8", check=True
    ).stdout
    assert "Lượt khách: Bằng 104,16% chỉ tiêu được giao" in " ".join(
        html.unescape(text).replace("\u00a0", " ") for text in re.findall(r"<text[^>]*>([^<]*)", drawn)
    )


# ---- frames ---------------------------------------------------------------------------------------------------------


class Shape(HTMLParser):
    """The elements of a page, each with the names of its attributes, and its links and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.shape: list[tuple[str, list[str]]] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, sorted(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_frame_has_no_script_asks_for_nothing_and_leads_back_to_its_page(published):
    found = frames(published)
    assert len(found) == 2 * len(published.book.catalogue.indicators)
    for path, text in found.items():
        shape = Shape(text)
        assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in shape.shape}, path
        assert "noindex" in text
        folder = "" if path.startswith("vi/") else "en/"
        page = path.split("/")[2]
        assert shape.links[-1] == f"https://example.org/{folder}chi-tieu/{page}/"
        assert "url(" not in text


def test_the_snippet_on_an_indicator_page_is_a_frame_of_its_address(published):
    page = site_pages(published, read_language("en"))["chi-tieu/luot-khach.md"].decode("utf-8")
    code = html.unescape(re.search(r"<code>(&#60;iframe.*?)</code>", page)[1])
    (tag, names), *rest = Shape(code).shape
    assert (tag, rest) == ("iframe", [])
    assert names == ["height", "loading", "src", "style", "title", "width"]
    assert Shape(code).links == ["https://example.org/en/nhung/luot-khach/"]


@pytest.mark.parametrize("folder", ["", "en/"])
def test_a_frame_fits_its_snippet_from_280_to_700_pixels_and_asks_no_other_host(browser, address, site, folder):
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    for place, frame in enumerate(sorted((site / folder / "nhung").iterdir())):
        text = html.unescape((site / folder / "chi-tieu" / frame.name / "index.html").read_text(encoding="utf-8"))
        height = int(re.search(r'<iframe [^>]*height="(\d+)"', text)[1])
        for width in (280, 360, 700) if place % 10 == 0 else (280,):
            page.set_viewport_size({"width": width, "height": 200})
            page.goto(f"{address}/{folder}nhung/{frame.name}/")
            size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
            assert size[0] == width, frame.name
            assert size[1] <= height, frame.name
    assert set(asked) == {urlsplit(address).netloc}
    page.close()


# ---- hostile text ---------------------------------------------------------------------------------------------------


def test_hostile_text_stays_text_in_every_drawing(hostile):
    text, publication = hostile
    svgs = {path: raw for path, raw in files(publication).items() if path.endswith(".svg")}
    for path, raw in [*drawings(publication).items(), *svgs.items()]:
        root = ElementTree.fromstring(raw)
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= DRAWN, path
        assert not [name for element in root.iter() for name in element.keys() if name.startswith("on")], path  # noqa: SIM118
    titles = [ElementTree.fromstring(raw).find(f"{SVG}title").text for raw in svgs.values()]
    assert all(title.startswith(f"{text}: ") for title in titles)


def test_hostile_text_adds_nothing_to_a_frame_and_no_text_is_lost(hostile, published):
    text, publication = hostile
    plain = frames(published)
    for path, raw in frames(publication).items():
        found = Shape(raw)
        assert found.shape == Shape(plain[path]).shape, path
        assert all(link.startswith("https://") for link in found.links), path
        assert f" {text} " in f" {' '.join(found.text.split())} ", path


def test_hostile_text_cannot_leave_the_snippet(hostile):
    text, publication = hostile
    page = site_pages(publication, read_language("vi"))["chi-tieu/luot-khach.md"].decode("utf-8")
    code = html.unescape(re.search(r"<code>(&#60;iframe.*?)</code>", page)[1])
    assert [tag for tag, _ in Shape(code).shape] == ["iframe"]
    assert f'title="{html.escape(text)}"' in code
