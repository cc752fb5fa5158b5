"""One stylesheet for the site, without what no page can use."""

import re

import pytest

from wardbook.stylesheet import merge_stylesheets, prune

WORDS = {"html", "body", "p", "used", "data-kind", "small", "--read-by-script"}


def pruned(*sheets):
    return prune(sheets, WORDS).removeprefix('@charset "UTF-8";')


@pytest.mark.parametrize(
    "rule",
    [
        "p{color:red}",
        ".used>p:hover::before{color:red}",
        "#used{color:red}",
        ":root{color:red}",
        "*{color:red}",
        "p:not(.unused){color:red}",
        ":is(.unused,p) .used{color:red}",
        "[data-kind]{color:red}",
        "[data-kind=small]{color:red}",
        '[data-kind^="un"]{color:red}',
        "p{color:red!important}",
        "@media print{p{color:red}}",
        "@font-face{font-family:x}",
        ":root{--read-by-script:1}",
        "p{--a:1;color:var(--a)}",
        "p{animation:turn 1s}@keyframes turn{to{rotate:1turn}}",
    ],
)
def test_what_a_page_can_use_stays(rule):
    assert pruned(rule).replace(" ", "") == rule.replace(" ", "")


@pytest.mark.parametrize(
    "rule",
    [
        ".unused{color:red}",
        "#unused{color:red}",
        "kbd{color:red}",
        ".used .unused{color:red}",
        "[data-other]{color:red}",
        "[data-kind=big]{color:red}",
        "p{}",
        "@media print{.unused{color:red}}",
        "p{--a:1}",
        "p{--a:1;--b:var(--a)}",
        "@keyframes turn{to{rotate:1turn}}",
        "/* a word about p */",
    ],
)
def test_what_no_page_can_use_goes(rule):
    assert pruned(rule) == ""


def test_a_list_keeps_the_selectors_that_can_match():
    assert pruned(".unused,p,kbd .used,.used{color:red}") == "p,.used{color:red}"


def test_sheets_follow_each_other_as_the_page_had_them_and_the_charset_stands_first():
    sheets = ['@charset "UTF-8";p{color:red}', '@charset "UTF-8";p{color:blue}']
    assert prune(sheets, WORDS) == '@charset "UTF-8";p{color:red}p{color:blue}'


@pytest.fixture
def built(tmp_path):
    for folder in (tmp_path, tmp_path / "en"):
        for name, css in {
            "assets/stylesheets/main.0a.min.css": "p{color:red}.js-made{color:red}.unused{color:red}",
            "assets/stylesheets/main.0a.min.css.map": "{}",
            "css/book.css": ".unused{color:red}b{color:red}",
            "css/print.css": "b{color:red}",
        }.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(css)
        (folder / "theme.js").write_text("add('js-made')")
        (folder / "worker.js").write_text("unused")
        (folder / "index.html").write_text(
            '<link rel="stylesheet" href="./assets/stylesheets/main.0a.min.css">\n<i></i>'
            '<link rel="stylesheet" href="./css/book.css"><link rel="stylesheet" href="./css/print.css">'
            '<p><b></b><script defer src="./theme.js"></script>'
        )
    merge_stylesheets(tmp_path, (tmp_path, tmp_path / "en"))
    return tmp_path


def test_each_language_has_the_same_sheet_and_its_pages_ask_for_it_once(built):
    (sheet,) = (built / "assets/stylesheets").iterdir()
    assert sheet.read_text() == '@charset "UTF-8";p{color:red}.js-made{color:red}b{color:red}'
    assert (built / "en/assets/stylesheets" / sheet.name).read_bytes() == sheet.read_bytes()
    for page in (built / "index.html", built / "en/index.html"):
        links = re.findall(r'stylesheet" href="([^"]+)"', page.read_text())
        assert links == [f"./assets/stylesheets/{sheet.name}", "./css/print.css"]
    assert [file.name for file in (built / "css").iterdir()] == ["print.css"]


def test_a_site_whose_theme_has_other_sheets_stays_as_it_is(tmp_path):
    page = tmp_path / "index.html"
    page.write_text('<link rel="stylesheet" href="theme.css">')
    merge_stylesheets(tmp_path, (tmp_path,))
    assert page.read_text() == '<link rel="stylesheet" href="theme.css">'
    assert list(tmp_path.iterdir()) == [page]
