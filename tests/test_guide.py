"""The guide for officers shows real rows and real messages: each is held against the package and the check."""

import csv
import io
import re
import shlex
from collections import Counter
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
import yaml

import build
from books import made, refused, typed
from wardbook.check import check
from wardbook.language import CODES, read_language
from wardbook.package import read_package
from wardbook.problem import describe, read_rules
from wards import REAL, ROOT, add, change, columns, csv_path, read_rows, with_file

PACKAGE = read_package(REAL, "datapackage")
FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"
KEY = "giai-ngan-dau-tu-cong/2025"
# what the guide says was typed, in the order in which it says it
SLIPS = (
    with_file(
        PACKAGE,
        csv_path("observations"),
        PACKAGE.files[csv_path("observations")].replace(b",2.439,3.175,", b",2,439,3.175,"),
    ),
    change(PACKAGE, "observations", KEY, value="2.493"),
    change(PACKAGE, "observations", "dan-heo/2025", value="6003", as_printed="6.003 con"),
)

# what GitHub calls its buttons, tabs and pages: its reader sees them so, whatever the language of the guide
GITHUB = (
    "Commit changes",
    "Commit changes…",
    "Create pull request",
    "Details",
    "Edit this file",
    "Files changed",
    "Fork",
    "Fork this repository",
    "GitHub Actions",
    "Issues",
    "New issue",
    "Propose changes",
    "Settings → Pages",
    "Summary",
    "Use this template",
)
CHECK = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text(encoding="utf-8"))["name"]
RINGS = "①②③④⑤⑥⑦⑧⑨"
SVG = "{http://www.w3.org/2000/svg}"
# a picture is 308 px wide on a page of 360 px, and the smallest text there is 12 px
WIDTH, SMALLEST = 320, 12 * 320 / 308


def page(language, name):
    return (ROOT / "docs" / language / name).read_text(encoding="utf-8")


def guide(language):
    return page(language, "dong-gop.md")


def rows(language):
    """Return the rows of CSV that a guide shows."""
    blocks = re.findall(r"```text\n(.*?)\n```", guide(language), flags=re.DOTALL)
    return [next(csv.reader(io.StringIO(block))) for block in blocks]


@pytest.mark.parametrize("language", CODES)
def test_every_message_that_the_guide_quotes_is_what_the_check_says(language):
    quoted = re.findall(r"^> (datapackage/.*)$", guide(language), flags=re.MULTILINE)
    assert len(quoted) == len(SLIPS)
    for line, package in zip(quoted, SLIPS, strict=True):
        messages = [(p, describe(p, language, read_rules())) for p in check(package).problems]
        assert line in [f"{p.path}:{p.line}:{p.column}: {m.text} {m.hint}" for p, m in messages]


@pytest.mark.parametrize("language", CODES)
def test_the_row_that_the_guide_explains_stands_in_the_package(language):
    shown = rows(language)[0]
    assert shown in [list(row.values()) for row in read_rows(PACKAGE, "observations")]
    explained = re.findall(r"^\d+\. `(\w+)`", guide(language), flags=re.MULTILINE)
    assert explained == columns(PACKAGE, "observations")


@pytest.mark.parametrize("language", CODES)
def test_the_rows_that_the_guide_offers_pass_the_check(language):
    _, correction, indicator = rows(language)
    cells = dict(zip(columns(PACKAGE, "corrections"), correction, strict=True))
    assert check(add(PACKAGE, "corrections", **cells)).problems == ()
    cells = dict(zip(columns(PACKAGE, "indicators"), indicator, strict=True))
    figure = read_rows(PACKAGE, "observations")[0] | {"indicator_id": cells["indicator_id"], "as_printed": ""}
    figure |= {"value": "", "plan": "", "plan_pct": "", "obs_status": "O"}
    assert check(add(add(PACKAGE, "indicators", **cells), "observations", **figure)).problems == ()


@pytest.mark.parametrize("language", CODES)
def test_what_the_guide_says_a_wrong_workbook_is_told_is_what_it_is_told(language):
    quoted = re.findall(r"^> (\S.*![A-Z]+[0-9]+: .*)$", guide(language), flags=re.MULTILINE)
    words = read_language(language)
    raw = typed(made(PACKAGE, 2025, words), {(KEY.split("/", maxsplit=1)[0], "value"): 2.493})
    assert len(quoted) == 1
    assert quoted[0] in refused(PACKAGE, raw, words)


@pytest.mark.parametrize("language", CODES)
def test_the_commands_that_the_guide_gives_do_what_it_says(language, tmp_path, monkeypatch):
    commands = re.findall(r"^ *python scripts/build.py (.*)$", guide(language), flags=re.MULTILINE)
    for path, content in PACKAGE.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    names = []
    for command in commands:
        assert build.main([*shlex.split(command), "--package", str(tmp_path)]) == 0, command
        names.append(command.split()[0])
    assert names == ["new-year", "sheet", "take-sheet", "new-indicator"]
    problems = check(read_package(tmp_path, "datapackage")).problems
    assert {problem.rule for problem in problems} == {"unfilled", "unfilled-figure"}


@pytest.mark.parametrize("language", CODES)
def test_the_forms_and_the_check_that_the_guide_names_are_those_of_the_repository(language):
    text = guide(language)
    forms = [yaml.safe_load(file.read_text(encoding="utf-8"))["name"] for file in sorted(FORMS.glob("*-*.yml"))]
    assert len(forms) == 4
    side = {"vi": 0, "en": 1}[language]
    assert [form for form in forms if f"**{form.split(' / ')[side]}**" not in text] == []
    assert f"**{CHECK}**" in text


# ---- names and pictures ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """What the guide says to do, and the picture below it; `before` is what the reader has read of the section."""

    before: str
    text: str
    alt: str
    name: str
    size: str
    drawing: str

    @property
    def words(self):
        return [text.text for text in ElementTree.fromstring(self.drawing).iter(f"{SVG}text")]


def bold(text):
    return re.findall(r"\*\*(.+?)\*\*", text)


def section(language):
    """Return the part of the guide that goes step by step through GitHub."""
    return re.split(r"^## .*\{: #nam-buoc \}\n", guide(language), flags=re.MULTILINE)[1].partition("\n## ")[0]


def steps(language):
    *pieces, _ = re.split(r"!\[(.*?)\]\(hinh/(.*?)\)\{: \.wb-step (.*?) \}", section(language))
    for place in range(0, len(pieces), 4):
        text, alt, name, size = pieces[place : place + 4]
        yield Step("".join(pieces[:place:4]), text, alt, name, size, page(language, f"hinh/{name}"))


def squeezed(text):
    """Return what is left where it does not count how lines are broken and where they are cut."""
    return re.sub(r"\s", "", text).strip("…")


@pytest.mark.parametrize("language", CODES)
def test_github_is_named_as_it_names_itself(language):
    assert set(bold(section(language))) - {*GITHUB, CHECK} == set()
    assert set(bold(page(language, "phuong-khac.md"))) - {*GITHUB} == set()
    both = bold(guide(language) + page(language, "phuong-khac.md"))
    assert [name for name in GITHUB if name not in both] == []


def test_both_languages_name_the_same_buttons_as_often():
    vi, en = (Counter(bold(section(language))) for language in ("vi", "en"))
    assert vi == en


@pytest.mark.parametrize("language", CODES)
def test_every_word_in_a_picture_stands_in_the_guide_above_it_or_in_its_example_rows(language):
    examples = "".join(re.findall(r"```text\n(.*?)\n```", guide(language), flags=re.DOTALL))
    for step in steps(language):
        told = squeezed(step.before + step.text + examples)
        words = [word for word in step.words if not word.isdecimal() or len(word) > 1]
        assert [word for word in words if squeezed(word) not in told] == [], step.name


@pytest.mark.parametrize("language", CODES)
def test_the_rings_of_a_picture_are_those_of_its_step_and_point_at_what_it_names(language):
    for step in steps(language):
        rings = sorted({RINGS.index(ring) + 1 for ring in re.findall(f"[{RINGS}]", step.text)})
        assert [int(word) for word in step.words if word in "123456789"] == rings, step.name
        assert rings == list(range(1, len(rings) + 1))
        pressed = set(re.findall(rf"\*\*([^*]+)\*\* [{RINGS}]", step.text))
        assert pressed <= set(step.words), step.name


@pytest.mark.parametrize("language", CODES)
def test_the_text_in_place_of_a_picture_says_where_each_ring_points(language):
    for step in steps(language):
        rings = [word for word in step.words if word in "123456789"]
        assert re.findall(r"(?:vòng|Vòng|ring|Ring) (\d)", step.alt) == rings, step.name
        for name in re.findall(rf"\*\*([^*]+)\*\* [{RINGS}]", step.text):
            assert name in step.alt


@pytest.mark.parametrize("language", CODES)
def test_a_picture_is_small_can_be_read_on_a_phone_and_asks_for_nothing(language):
    for step in steps(language):
        root = ElementTree.fromstring(step.drawing)
        assert (root.get("width"), root.get("viewBox")) == (str(WIDTH), f"0 0 {WIDTH} {root.get('height')}")
        assert step.size == f"width={WIDTH} height={root.get('height')}"
        assert min(float(size) for size in re.findall(r'font-size="([^"]+)"', step.drawing)) >= SMALLEST
        assert not re.search(r"style|script|href|url\(|@import|<image|<!ENTITY", step.drawing)
        assert len(step.drawing.encode()) < 4096


def test_both_languages_show_the_same_drawings_and_only_words_differ():
    wordless = {}
    for language in CODES:
        folder = ROOT / "docs" / language / "hinh"
        assert sorted(path.name for path in folder.iterdir()) == sorted(step.name for step in steps(language))
        drawings = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
        wordless[language] = {name: re.sub(r">[^<]*</text>", ">", drawing) for name, drawing in drawings.items()}
    assert wordless["vi"] == wordless["en"]
