"""The links on a page, and where they lead in a built site."""

import pytest

from wardbook.links import Target, climb, follower, links

SITE = {"index.html", "404.html", "a/index.html", "b/c/index.html", "b/c.csv"}


@pytest.mark.parametrize(
    ("page", "link", "target"),
    [
        ("index.html", "", Target("index.html", "", "index.html")),
        ("a/index.html", "#x", Target("a/index.html", "x", "a/index.html")),
        ("a/index.html", "?q=%23#%C4%83", Target("a/index.html", "ă", "a/index.html")),
        ("404.html", "#x", Target("404.html", "x", "404.html")),
        ("a/index.html", ".", Target("a", "", "a/index.html")),
        ("a/index.html", "..", Target("", "", "index.html")),
        ("a/index.html", "../", Target("", "", "index.html")),
        ("a/index.html", "../b/c", Target("b/c", "", "b/c/index.html")),
        ("a/index.html", "../b/c/", Target("b/c", "", "b/c/index.html")),
        ("a/index.html", "../b/c.csv", Target("b/c.csv", "", "b/c.csv")),
        ("a/index.html", "../b/c.csv/", Target("b/c.csv", "", None)),
        ("a/index.html", "/b/./x/../c/#y", Target("b/c", "y", "b/c/index.html")),
        ("a/index.html", "../../a/", Target("../a", "", None)),
        ("a/index.html", "../b", Target("b", "", None)),
    ],
)
def test_a_link_leads_to_the_file_that_a_server_gives_for_it(page, link, target):
    assert follower(SITE)(*climb(page, link)) == target


@pytest.mark.parametrize("link", ["https://w.example/a/", "//w.example/a/", "mailto:a@w.example", "data:,a"])
def test_a_link_to_another_site_leads_to_nothing_of_ours(link):
    assert follower(SITE)(*climb("index.html", link)) is None


def test_what_pages_side_by_side_have_in_common_is_one_link():
    assert climb("b/c/index.html", "../d/") == climb("b/e/index.html", "../d/") == ("b", "d/")
    assert climb("b/c/index.html", "#a") == ("b/c/index.html", "#a")
    assert climb("index.html", "../d/") == ("", "../d/")
    assert climb("b/c/index.html", "d/") == ("b/c", "d/")


def test_the_links_of_a_page_are_read_without_escapes_and_each_once():
    tags = '<link\nhref="a&amp;b"><img alt="1 > 0"\tsrc="c"><a href="c"></a><use href="#d"/>'
    page = f'{tags}<p title=" href=e">href="c"</p>'
    assert links(page.encode()) == ["a&b", "c", "#d"]
