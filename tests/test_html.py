"""Every page is valid HTML, by the validator of the W3C's and WHATWG's checker, which is a program in Java."""

import json
import re
import shutil
import subprocess

import pytest

from conftest import missing_program
from lint.npm import BUILD, MissingError, NpmPackage, unpacked

VNU = NpmPackage(
    "vnu-jar",
    "26.9.27",
    "TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA==",
    ("LICENSE", "build/dist/vnu.jar"),
)

# what may be said: the message, the markup it is said of, and why it stays
BASELINE = (
    (
        r"Attribute “autocomplete” is only allowed when the input type is .*",
        r'<input class="md-toggle" data-md-toggle="(drawer|search)" type="checkbox"',
        "the theme's switches; browsers pass over it",
    ),
    (
        r"The value of the “for” attribute of the “label” element must be the ID of a non-hidden form control\.",
        r'<label class="md-nav__title" for="__toc"',
        "the theme's list of headings, on a page that stands in no navigation: its switch is left out, its label not",
    ),
    (
        r"Trailing slash on void elements has no effect .*",
        r'class="wb-step" height="\d+" src="[\w./-]+" width="\d+" />',
        "Markdown writes pictures so; every attribute of theirs is in quotes",
    ),
    (
        r".* violates Content Security Policy \(meta tag\): .*",
        r"",
        "of a file on a disk the validator cannot tell what 'self' is, and it counts data as scripts and hashes not at "
        "all; test_browser.py asks a browser",
    ),
)

# one page of each kind, in the site of the real package or in that of three years
KINDS = (
    "404.html",
    "index.html",
    "chi-tieu/index.html",
    "chi-tieu/*/index.html",
    "chu-de/*/index.html",
    "dinh-chinh/index.html",
    "dong-gop/index.html",
    "giai-thich/index.html",
    "gioi-thieu/index.html",
    "han-che/index.html",
    "kiem-tra/index.html",
    "kiem-tra/quy-tac/index.html",
    "nam/*/index.html",
    "nam/*/chu-de/*/index.html",
    "nam/*/han-che/index.html",
    "nam/*/nhiem-vu/index.html",
    "nhiem-vu/index.html",
    "nhung/*/index.html",
    "niem-yet/index.html",
    "so-lieu/index.html",
)


@pytest.fixture(scope="module")
def validate():
    """Give a function that returns what the validator says of every page in a folder."""
    java = shutil.which("java") or missing_program("Java", "sudo apt-get install default-jre-headless")
    try:
        jar = unpacked(VNU, BUILD / f"{VNU.name}-{VNU.version}") / "build/dist/vnu.jar"
    except MissingError as error:
        missing_program(f"validator ({error})", "sudo apt-get install npm")

    def messages(folder):
        command = [java, "-jar", str(jar), "--format", "json", "--stdout", "--skip-non-html", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        return json.loads(done.stdout)["messages"]

    return messages


def excuse(message):
    """Return which line of the baseline a message is of; None for what must be mended."""
    found = (
        number
        for number, (said, markup, _) in enumerate(BASELINE)
        if re.fullmatch(said, message["message"]) and re.search(markup, message.get("extract", ""))
    )
    return next(found, None)


def told(messages):
    return sorted({f"{m['url'].split('/site/')[-1]}:{m.get('lastLine')}: {m['message']}" for m in messages})


def test_every_page_is_valid_and_the_baseline_has_no_line_too_many(validate, site, three_year_site):
    for kind in KINDS:
        for language in ("", "en/"):
            assert [*site.glob(language + kind), *three_year_site.glob(language + kind)], kind
    messages = [*validate(site), *validate(three_year_site)]
    assert told(m for m in messages if excuse(m) is None) == []
    assert {excuse(m) for m in messages} == set(range(len(BASELINE)))


@pytest.mark.parametrize(
    "fault", ['<img src="a.png">', "<p id=a><p id=a>", "<span><div></div></span>", "<table><td></table>", "<b>"]
)
def test_a_fault_in_a_page_is_found(validate, tmp_path, fault):
    page = f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>a</title><body><main>{fault}</main></html>'
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    assert [m for m in validate(tmp_path) if m["type"] == "error" and excuse(m) is None]
