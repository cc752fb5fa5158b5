"""After a change a build makes what changed and gives what a build from nothing gives; after none it does nothing."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from conftest import copy_project, run_build
from test_same_bytes import first_difference
from wardbook import stamp
from wards import change, read_rows, ward, with_rows, write


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """The project with the invented ward, its site built."""
    folder = copy_project(tmp_path_factory.mktemp("built"))
    put(folder, ward())
    build(folder)
    return folder


@pytest.fixture
def project(built, tmp_path) -> Path:
    """A copy of it at another place, where nothing is known of the first build but what is kept of it."""
    folder = shutil.copytree(built, tmp_path / "project")
    build(folder)  # the stamp knows the folder that it was made in
    return folder


def put(folder: Path, package) -> None:
    shutil.rmtree(folder / "datapackage")
    write(package, folder / "datapackage")


def build(folder: Path, **environment: str) -> str:
    done = run_build(folder, "site", **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def made(said: str) -> int:
    """Return how many pages a build says it had to make."""
    return int(said.split("làm lại ")[1].split(";", maxsplit=1)[0])


def from_nothing(folder: Path, **environment: str) -> Path:
    """Build the same without anything that is kept."""
    clean = folder.with_name("clean")
    shutil.rmtree(clean, ignore_errors=True)
    shutil.copytree(folder, clean, ignore=shutil.ignore_patterns("build", "site"))
    build(clean, **environment)
    return clean / "site"


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def times(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_where_nothing_changed_nothing_is_written_and_that_is_said(project):
    before = times(project / "site") | times(project / "docs")
    assert "không có gì thay đổi" in build(project)
    assert times(project / "site") | times(project / "docs") == before


def test_where_the_stamp_cannot_be_written_the_site_is_built_and_the_next_build_does_it_again(project):
    (project / "build/stamp").unlink()
    (project / "build/stamp").mkdir()
    one_value(project)
    assert made(build(project)) > 0
    assert made(build(project)) == 0
    assert first_difference(project / "site", from_nothing(project)) == ""


def test_a_file_that_is_only_newer_is_no_change(project):
    for path in ("datapackage/data/observations.csv", "docs/vi/gioi-thieu.md", "mkdocs.yml"):
        os.utime(project / path)
    assert "không có gì thay đổi" in build(project)


def one_value(project):
    put(project, change(ward(), "observations", "cay-ven-song/2031", value="3.3", as_printed="3,3/3,5 ha"))


def a_hand_written_page(project):
    append(project / "docs/vi/gioi-thieu.md", "\nThêm một câu.\n")


def a_part_of_the_theme(project):
    append(project / "docs/assets/partials/alternate.html", "\n<!-- x -->\n")


def a_stylesheet(project):
    append(project / "docs/assets/css/book.css", "\n.wb h1 { color: red }\n")


def the_name_of_the_site(project):
    path = project / "mkdocs.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("site_name: ", "site_name: X ", 1), encoding="utf-8")


def an_indicator_less(project):
    package = ward()
    for table in ("indicators", "observations"):
        rows = [row for row in read_rows(package, table) if row["indicator_id"] != "cay-ven-song"]
        package = with_rows(package, table, rows)
    put(project, package)


def replaced(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def a_template(project):
    replaced(project / "scripts/wardbook/templates/parts.html", '<th scope="row">', '<th scope="row" data-x>')


def a_word(project):
    replaced(project / "scripts/wardbook/words/vi.yml", "by_year: Theo năm", "by_year: Từng năm")


def a_chart(project):
    replaced(project / "scripts/wardbook/charts/plan.vl.json", '"fontSize": 13', '"fontSize": 12')


def the_code(project):
    append(project / "scripts/wardbook/say.py", "\n# another program\n")


def test_each_change_makes_the_pages_that_it_touches_and_the_site_is_that_of_a_build_from_nothing(project):
    pages = len(list((project / "docs").rglob("*.md")))
    one_value(project)
    assert 0 < made(build(project)) < pages / 2
    a_hand_written_page(project)
    assert made(build(project)) == 1
    assert first_difference(project / "site", from_nothing(project)) == ""

    a_stylesheet(project)
    assert made(build(project)) == 0
    for alter in (a_part_of_the_theme, the_name_of_the_site, the_code):
        alter(project)
        assert made(build(project)) == pages, alter.__name__
    an_indicator_less(project)
    assert made(build(project)) == pages - 2
    for alter in (a_template, a_word, a_chart):
        alter(project)
        assert 0 < made(build(project)) < pages, alter.__name__
        assert first_difference(project / "site", from_nothing(project)) == "", alter.__name__


def test_another_address_of_the_site_is_a_change(project):
    said = build(project, SITE_URL="https://other.example/")
    assert made(said) > 0
    text = (project / "site/index.html").read_text(encoding="utf-8")
    assert "https://other.example/" in text


@pytest.mark.parametrize("lost", ["site/chi-tieu/luot-khach/index.html", "docs/en/chi-tieu/luot-khach.md"])
def test_what_was_lost_or_changed_by_hand_is_put_right(project, lost):
    whole = {path: (project / path).read_bytes() for path in (lost, "site/404.html")}
    (project / lost).unlink()
    append(project / "site/404.html", "x")
    assert made(build(project)) == 0
    assert {path: (project / path).read_bytes() for path in whole} == whole


def test_what_is_kept_may_be_damaged_in_every_place_or_lost(project):
    entries = list((project / "build/shelf").iterdir())
    assert len(entries) > 50
    for number, entry in enumerate(entries):
        content = bytearray(entry.read_bytes())
        content[number % len(content)] ^= 1
        entry.write_bytes(bytes(content))
    one_value(project)
    build(project)
    clean = from_nothing(project)
    assert first_difference(project / "site", clean) == ""
    shutil.rmtree(project / "build")
    build(project)
    assert first_difference(project / "site", clean) == ""


def test_the_search_index_names_every_page_once_and_in_order(project):
    one_value(project)
    build(project)
    for folder in ("", "en/"):
        index = json.loads((project / "site" / folder / "search/search_index.json").read_text(encoding="utf-8"))
        pages = [entry["location"].partition("#")[0] for entry in index["docs"]]
        assert pages == sorted(pages)
        assert len(set(pages)) > 10
        places = [entry["location"] for entry in index["docs"]]
        assert len(places) == len(set(places))


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("site_url: !ENV SITE_URL", {"SITE_URL"}),
        ('site_url: !ENV [SITE_URL, ""]', {"SITE_URL"}),
        ("mail: !ENV [ ASK_EMAIL,OTHER_EMAIL, x]", {"ASK_EMAIL", "OTHER_EMAIL", "x"}),
        ("site_name: ENV", set()),
    ],
)
def test_every_name_in_the_environment_that_a_setting_asks_for_is_known(setting, names):
    assert stamp.variables(setting.encode()) == names
