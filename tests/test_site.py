"""The built site: every page, every link, and what a fault must not do to it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from conftest import ADDRESS, ROOT, copy_project, run_build
from wardbook.package import DESCRIPTOR
from wards import read_rows, ward, write


def rows(table: str) -> list[dict[str, str]]:
    path = ROOT / "datapackage" / "data" / f"{table}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


class Anchors(HTMLParser):
    """The addresses that a page points to, and the anchors that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.links += [values[name] or "" for name in ("href", "src") if name in values]
        self.ids |= {values[name] or "" for name in ("id", "name") if name in values}


@pytest.fixture(scope="module")
def anchors(site: Path) -> dict[Path, Anchors]:
    found = {}
    for page in pages(site):
        found[page] = Anchors()
        found[page].feed(page.read_text(encoding="utf-8"))
    return found


def test_every_indicator_and_every_topic_has_a_page_in_both_languages(site):
    addresses = [f"chi-tieu/{row['indicator_id']}" for row in rows("indicators")]
    addresses += [f"chu-de/{row['topic_id']}" for row in rows("topics")]
    missing = [a for a in addresses for language in ("", "en/") if not (site / language / a / "index.html").is_file()]
    assert len(addresses) > 100
    assert missing == []


def test_both_languages_have_the_same_addresses(site):
    english = {p.relative_to(site / "en") for p in pages(site / "en")}
    vietnamese = {p.relative_to(site) for p in pages(site) if p.relative_to(site).parts[0] != "en"}
    assert english == vietnamese


def test_every_internal_link_and_anchor_leads_somewhere(site, anchors):
    def lost() -> Iterator[str]:
        for page, found in anchors.items():
            if page.name == "404.html":
                continue  # served at any depth, so the theme gives it addresses from the root of the host
            for link in found.links:
                parts = urlsplit(link)
                if parts.scheme or parts.netloc:
                    continue
                target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
                target = target / "index.html" if target.is_dir() else target
                broken = parts.fragment and target.suffix == ".html" and parts.fragment not in anchors[target].ids
                if not target.is_file() or broken:
                    yield f"{page.relative_to(site)}: {link}"

    assert list(lost()) == []


def test_every_status_word_of_an_indicator_leads_to_where_it_is_explained(site, anchors):
    for page, found in anchors.items():
        if page.parent.parent.name == "chi-tieu":
            terms = [link.partition("#")[2] for link in found.links if "/giai-thich/#" in link]
            explained = anchors[(page.parent / "../../giai-thich/index.html").resolve()].ids
            assert terms, page
            assert set(terms) <= explained, page


@pytest.mark.parametrize("language", ["", "en/"])
def test_a_missing_address_is_answered_in_both_languages_with_links_that_work_from_anywhere(site, language):
    text = (site / language / "404.html").read_text(encoding="utf-8")
    assert "Không có trang này" in text
    assert "Page not found" in text
    links = own_links(text)
    wanted = {site / path for path in ("", "chi-tieu", "en", "en/chi-tieu")}
    offered = own_links("</head>" + text.split('<div class="wb">', 1)[1].split("</ul>", 1)[0])
    assert {(site / link.lstrip("/")).resolve() for link in offered} == wanted
    assert all(link.startswith("/") and not link.startswith("//") for link in links)
    assert all((site / link.lstrip("/") / "index.html").resolve().is_file() for link in links)


def own_links(text: str) -> list[str]:
    """Return the links to pages in the body of a document, without those that stay on it."""
    found = Anchors()
    found.feed(text.split("</head>", 1)[1])
    return [link for link in found.links if not link.startswith(("#", "http")) and not _is_part_of_page(link)]


def _is_part_of_page(link: str) -> bool:
    return "assets/" in link or link.endswith(".js")


def test_paper_has_a_style_of_its_own_and_only_the_sheet_carries_the_style_of_the_sheet(site):
    for path in ("index.html", "chi-tieu/index.html", "niem-yet/index.html", "en/niem-yet/index.html"):
        text = (site / path).read_text(encoding="utf-8")
        assert text.count('media="print"') == 1, path
        assert ("css/sheet.css" in text) == ("niem-yet" in path), path


def test_each_page_names_itself_in_both_languages_for_search_engines(site):
    page = (site / "chi-tieu/ho-ngheo/index.html").read_text(encoding="utf-8")
    assert f'hreflang="vi" href="{ADDRESS}chi-tieu/ho-ngheo/"' in page
    assert f'hreflang="en" href="{ADDRESS}en/chi-tieu/ho-ngheo/"' in page


def test_the_text_of_charts_stays_out_of_the_search_index(site):
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    text = " ".join(entry["text"] for entry in index["docs"])
    assert "Hộ nghèo" in text
    # the one place where a plan is written with this label is inside a drawing
    assert "Kế hoạch (suy ra)" not in text


def test_the_published_package_is_the_package(site):
    """All but the descriptor, which says more: see test_formats.py."""
    published = site / "tai-ve/datapackage"
    source = ROOT / "datapackage"
    files = [p.relative_to(source) for p in source.rglob("*") if p.is_file() and p.name != DESCRIPTOR]
    assert files
    assert all((published / path).read_bytes() == (source / path).read_bytes() for path in files)


def test_hand_written_pages_show_live_numbers(site):
    about = (site / "gioi-thieu/index.html").read_text(encoding="utf-8")
    assert str(len(rows("indicators"))) in about
    assert "{{" not in about


def test_another_ward_changes_data_and_no_code(tmp_path):
    folder = copy_project(tmp_path)
    shutil.rmtree(folder / "datapackage")
    write(ward(), folder / "datapackage")
    done = run_build(folder, "site", SITE_URL="https://song-trang.example/so-lieu")
    assert done.returncode == 0, done.stdout + done.stderr
    names = {path.parent.name for path in (folder / "site/chi-tieu").glob("*/index.html")}
    table = (folder / "datapackage/data/indicators.csv").read_text(encoding="utf-8").splitlines()
    redirects = read_rows(ward(), "redirects")
    ids = {row["indicator_id"] for row in csv.DictReader(table)} | {row["from_id"] for row in redirects}
    assert names - {"chi-tieu"} == ids
    # nothing of the first ward is left but the names in mkdocs.yml, which a ward changes too
    generated = "".join(p.read_text(encoding="utf-8") for p in (folder / "docs").rglob("*/*/*.md"))
    assert "Đăk Cấm" not in generated
    page = (folder / "site/en/chi-tieu" / min(names - {"chi-tieu"}) / "index.html").read_text(encoding="utf-8")
    assert 'rel="canonical" href="https://song-trang.example/so-lieu/en/chi-tieu/' in page
    assert "CC BY 4.0. https://song-trang.example/so-lieu/en/chi-tieu/" in page
    missing = own_links((folder / "site/404.html").read_text(encoding="utf-8"))
    assert missing
    assert all(link.startswith("/so-lieu/") for link in missing)


# ---- faults ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path, project: Path) -> Path:
    """A copy of the project with a site that must survive, and with the shelf of an earlier build."""
    folder = copy_project(tmp_path)
    shutil.copytree(project / "build/shelf", folder / "build/shelf")
    (folder / "site").mkdir()
    (folder / "site/index.html").write_text("the old site", encoding="utf-8")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def old_site_stands(folder: Path) -> bool:
    names = [p.name for p in folder.iterdir()]
    return (folder / "site/index.html").read_text(encoding="utf-8") == "the old site" and "site.new" not in names


@pytest.mark.parametrize("command", ["check", "site"])
@pytest.mark.parametrize(("table", "old", "new", "said"), [
    ("observations", "dien-tich-lua,2025,245,", "dien-tich-lua,2025,254,", "observations.csv:{line}:4: "),
    ("observations", ",E,,bao-cao-2025,I.1¶1,", ",X,,bao-cao-2025,I.1¶1,", "observations.csv:{line}:8: "),
    ("indicators", "ho-ngheo,giam-ngheo,ho,", "ho-ngheo,giam-ngheo,hoo,", "indicators.csv:{line}:3: "),
])  # fmt: skip
def test_a_fault_in_the_data_stops_the_command_at_its_place_and_leaves_the_old_site(
    fresh, command, table, old, new, said
):
    path = fresh / "datapackage/data" / f"{table}.csv"
    edit(path, old, new)
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if new in text)
    done = run_build(fresh, command)
    assert done.returncode == 1
    assert said.format(line=line) in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert old_site_stands(fresh)


@pytest.mark.parametrize("call", ["{{ live.nothing }}", '{{ figure("khong-co") }}'])
def test_an_unknown_name_on_a_hand_written_page_stops_the_build_and_leaves_the_old_site(fresh, call):
    with (fresh / "docs/vi/gioi-thieu.md").open("a", encoding="utf-8") as page:
        page.write(f"\n{call}\n")
    done = run_build(fresh, "site")
    assert done.returncode == 1
    assert "MkDocs" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert old_site_stands(fresh)


def test_the_addresses_to_ask_at_are_settings_of_the_site(fresh):
    done = run_build(fresh, "generate", ASK_REPOSITORY="https://git.example/a/b", ASK_EMAIL="hoi@phuong.example")
    assert done.returncode == 0, done.stderr
    pages = [*(fresh / "docs").glob("*/chi-tieu/*-*.md")]
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert 'href="https://git.example/a/b/issues/new?' in text
        assert 'href="mailto:hoi&#64;phuong.example?' in text


@pytest.mark.parametrize("command", ["generate", "site"])
def test_an_address_to_ask_at_that_is_none_stops_the_build_in_one_line(fresh, command):
    done = run_build(fresh, command, ASK_REPOSITORY="javascript:alert(1)")
    assert done.returncode == 1
    assert done.stderr.startswith("mkdocs.yml: ask_repository: ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert old_site_stands(fresh)


def test_a_page_that_has_no_indicator_any_more_disappears_and_a_hand_written_page_stays(fresh):
    stale = fresh / "docs/vi/chi-tieu/da-bo.md"
    stale.parent.mkdir(exist_ok=True)
    stale.write_text("# cũ", encoding="utf-8")
    assert run_build(fresh, "generate").returncode == 0
    assert not stale.exists()
    assert (fresh / "docs/vi/gioi-thieu.md").is_file()


def test_text_in_the_data_is_never_run_nor_read_as_markup(fresh, browser, tmp_path_factory):
    canary = tmp_path_factory.mktemp("canary") / "sung"
    run = f"{{{{ cycler.__init__.__globals__.os.popen('touch {canary}').read() }}}}"
    hostile = f"</title><script>alert(1)</script><img src=x onerror=alert(2)> {run} {{% raw %}} {{: onclick=alert(3)}}"
    short = "</title><script>alert(4)</script> {{ 7*7 }} `x` | *y*"
    edit(fresh / "datapackage/data/topics.csv", ",Giảm nghèo,", f",{hostile},")
    edit(fresh / "datapackage/data/statements.csv", "Vốn đầu tư công còn giải ngân chậm.", f"--8<-- `x` {hostile}")
    edit(fresh / "datapackage/data/indicators.csv", ",Hộ cận nghèo,", f",{short},")
    done = run_build(fresh, "site")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not canary.exists()

    page = browser.new_page()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for path in (
        "index.html",
        "chu-de/giam-ngheo/index.html",
        "han-che/index.html",
        "chi-tieu/ho-can-ngheo/index.html",
    ):
        page.goto((fresh / "site" / path).as_uri())
        page.wait_for_timeout(200)
        assert page.locator(".wb [onclick], .wb script, .wb img").count() == 0
    assert page.locator("h1").inner_text() == short
    page.goto((fresh / "site/chu-de/giam-ngheo/index.html").as_uri())
    assert page.locator("h1").inner_text() == hostile
    assert dialogs == []
    page.close()
