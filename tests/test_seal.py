"""Sealed pages: what each may load, and that every address leads somewhere."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from conftest import ADDRESS, wait_until
from test_browser import EVERY_PAGE, search
from wardbook.seal import policy_of, sealing, with_policy
from wardbook.tree import read

HEAD = '<!doctype html><html><head><meta charset="utf-8">'
PAGE = HEAD + "<title>Trang</title></head><body>{}</body></html>"


def policy(page: str) -> dict[str, list[str]]:
    """Return the sources of each directive of a page's policy."""
    found = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)[1]
    return {name: sources for name, *sources in (directive.split() for directive in found.split("; "))}


def sealed_page(page: str) -> str:
    return with_policy(page, policy_of(page))


def sha(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def built(**pages: str) -> dict[str, bytes]:
    return {f"{name}/index.html": PAGE.format(body).encode() for name, body in pages.items()}


# ---- what a page may load --------------------------------------------------------------------------------------------


def test_a_page_may_load_nothing_but_its_own_and_the_policy_stands_before_all_else():
    sealed = sealed_page(PAGE.format("<p>a</p>"))
    assert sealed.startswith(HEAD + '<meta http-equiv="Content-Security-Policy"')
    assert policy(sealed) == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
    }


def test_a_script_in_a_page_is_named_by_its_hash_and_data_and_files_are_not():
    code, style = "\n  var a = 'ă' // \u2028\n", "p { color: red }"
    scripts = f'<script>{code}</script><script src="a.js"></script><style>{style}</style>'
    data = '<script type="application/ld+json">{}</script><script id="x" type="application/json">{}</script>'
    found = policy(sealed_page(PAGE.format(scripts + data)))
    assert found["script-src"] == ["'self'", sha(code)]
    assert found["style-src"] == ["'self'", sha(style)]


def test_the_same_page_gives_the_same_policy_and_a_changed_script_another_one():
    page = PAGE.format("<script>b</script><script>a</script><script>b</script>")
    assert sealed_page(page) == sealed_page(page)
    assert policy(sealed_page(page))["script-src"] == ["'self'", *sorted([sha("a"), sha("b")])]
    assert sealed_page(page.replace("a</s", "c</s")) != sealed_page(page)


def test_a_page_without_a_place_for_its_policy_is_refused():
    with pytest.raises(ValueError, match="charset"):
        sealed_page("<html><head></head></html>")


def test_every_page_of_the_site_is_sealed(site):
    pages = list(site.rglob("*.html"))
    open_pages = [page for page in pages if "Content-Security-Policy" not in page.read_text(encoding="utf-8")]
    assert len(pages) > 400
    assert open_pages == []
    for page in pages:
        sources = {source for found in policy(page.read_text(encoding="utf-8")).values() for source in found}
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & sources, page


WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", e => violations.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


@pytest.fixture(scope="module")
def watched(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 740}, reduced_motion="reduce")
    context.add_init_script(WATCH)
    yield context
    context.close()


@pytest.mark.parametrize("path", [*EVERY_PAGE, "nhung/", "en/nhung/", "404.html"])
def test_the_browser_blocks_nothing_of_a_page_that_is_used(watched, site, address, path):
    if path.endswith("nhung/"):
        path += min(folder.name for folder in (site / path).iterdir()) + "/"
    page = watched.new_page()
    page.goto(f"{address}/{path}", wait_until="networkidle")
    if page.locator("label[for=__search]").count():
        assert search(page, "ngân sách" if not path.startswith("en/") else "budget")
        page.keyboard.press("Escape")
        palette = page.locator("form[data-md-component=palette] label:visible")
        before = page.locator("body").get_attribute("data-md-color-scheme")
        palette.click()
        wait_until(page, f"document.body.getAttribute('data-md-color-scheme') !== '{before}'")
    assert page.evaluate("violations") == []
    if page.locator("a.wb-language").count() and path != "404.html":
        page.locator("a.wb-language").click()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("violations") == []
    page.close()


def test_the_browser_blocks_a_script_that_is_not_of_the_page(watched, address):
    page = watched.new_page()
    page.goto(f"{address}/")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.stolen = true";
            document.body.append(script);
            const image = '<img src="https://evil.example/x.png" onerror="window.stolen = true">';
            document.body.insertAdjacentHTML("beforeend", image);
        }"""
    )
    wait_until(page, "violations.length >= 2")
    assert page.evaluate("window.stolen") is None
    page.close()


# ---- where addresses lead --------------------------------------------------------------------------------------------


@pytest.fixture
def seal(tmp_path):
    """Seal a site; return its pages as they are then, and what leads nowhere."""

    def seal(files, coming=()):
        for path in files:
            (tmp_path / path).parent.mkdir(exist_ok=True)
        with sealing(tmp_path, files, coming) as sealed:
            lost = sealed()
        return read(tmp_path), lost

    return seal


def test_each_page_is_written_with_its_policy_and_other_files_are_not(seal):
    files = {**built(a="<p>a</p>", en="<p>b</p>"), "c.css": b"p{}"}
    sealed, _ = seal(files)
    assert sealed == {path: sealed_page(files[path].decode()).encode() for path in ("a/index.html", "en/index.html")}


def test_an_address_that_leads_nowhere_is_named_with_its_page(seal):
    links = (
        '<a href="../b/">b</a><a href="../c/">c</a><img src="x.png"><a href="../b/#co">1</a><a href="../b/#khong">2</a>'
    )
    _, lost = seal(built(a=links, b='<p id="co">b</p>'))
    assert lost == ["a/index.html: ../c/", "a/index.html: x.png", "a/index.html: ../b/#khong"]


def test_a_file_that_is_still_to_come_is_no_address_that_leads_nowhere(seal):
    files = built(a='<a href="../b.zip">b</a>')
    assert seal(files)[1] == ["a/index.html: ../b.zip"]
    assert seal(files, {"b.zip"})[1] == []


@pytest.mark.parametrize("link", [
    "https://other.example/", "//other.example/", "mailto:a@b.example", "?q=a", "#a", "", ".", "./", "index.html",
    "../a/", "../a/index.html", "../t%E1%BB%87p.csv", "/a/", "../a/#%C4%83", "../a/#&#259;",
])  # fmt: skip
def test_an_address_that_leads_somewhere_or_to_another_host_is_not_named(link, seal):
    files = built(a=f'<p id="a">a</p><p id="ă">b</p><a href="{link}">c</a>')
    assert seal({**files, "tệp.csv": b"a\n"})[1] == []


@pytest.mark.parametrize(
    "link", ["../../a/", "../../../etc/passwd", "../..", "/etc/passwd", "../b", "../a/#A", "../tệp.csv/"]
)
def test_an_address_that_leaves_the_site_or_lacks_its_target_is_named(link, seal):
    files = {**built(a=f'<p id="a">a</p><a href="{link}">c</a>'), "tệp.csv": b"a\n"}
    assert seal(files)[1] == [f"a/index.html: {link}"]


def test_no_address_of_its_own_that_a_page_gives_in_full_leads_nowhere(site):
    given = re.compile(rf'(?:href|content)="{re.escape(ADDRESS)}([^"]*)"')
    lost = [
        (page.relative_to(site), link)
        for page in site.rglob("*.html")
        for link in given.findall(page.read_text(encoding="utf-8"))
        if not (site / link).is_file() and not (site / link / "index.html").is_file()
    ]
    assert lost == []
