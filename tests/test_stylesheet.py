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


PAGE = (
    '<link rel="stylesheet" href="./assets/stylesheets/main.0a.min.css">\n<i></i>'
    '<link rel="stylesheet" href="./css/book.css"><link rel="stylesheet" href="./css/print.css">'
    '<p><b></b><script defer src="./theme.js"></script>'
)


@pytest.fixture
def merged():
    folder = {
        "assets/stylesheets/main.0a.min.css": b"p{color:red}.js-made{color:red}.unused{color:red}",
        "assets/stylesheets/main.0a.min.css.map": b"{}",
        "css/book.css": b".unused{color:red}b{color:red}",
        "css/print.css": b"b{color:red}",
        "theme.js": b"add('js-made')",
        "worker.js": b"unused",
        "index.html": PAGE.encode(),
    }
    return merge_stylesheets(folder | {f"en/{path}": content for path, content in folder.items()})


def test_each_language_has_the_same_sheet_and_its_pages_ask_for_it_once(merged):
    sheet, english = sorted((path for path in merged if "/stylesheets/" in path), key=len)
    assert merged[sheet] == b'@charset "UTF-8";p{color:red}.js-made{color:red}b{color:red}'
    assert (english, merged[english]) == (f"en/{sheet}", merged[sheet])
    for page in ("index.html", "en/index.html"):
        links = re.findall(r'stylesheet" href="([^"]+)"', merged[page].decode())
        assert links == [f"./{sheet}", "./css/print.css"]


def test_the_sheets_that_were_merged_are_gone_and_all_other_files_are_as_they_were(merged):
    kept = {path: content for path, content in merged.items() if "/stylesheets/" not in path and "html" not in path}
    rest = {"css/print.css": b"b{color:red}", "theme.js": b"add('js-made')", "worker.js": b"unused"}
    assert kept == rest | {f"en/{path}": content for path, content in rest.items()}


def test_a_site_whose_theme_has_other_sheets_stays_as_it_is():
    files = {"index.html": b'<link rel="stylesheet" href="theme.css">'}
    assert merge_stylesheets(files) == files


def test_a_script_may_have_a_name_with_any_letters():
    page = PAGE.replace("./theme.js", "./đồ-thị.js").encode()
    files = {"assets/stylesheets/main.0a.min.css": b".js-made{color:red}.unused{color:red}", "css/book.css": b""}
    merged = merge_stylesheets(files | {"index.html": page, "đồ-thị.js": b"add('js-made')"})
    assert next(merged[path] for path in merged if "/site." in path) == b'@charset "UTF-8";.js-made{color:red}'
