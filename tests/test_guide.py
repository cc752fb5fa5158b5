"""The guide for officers shows real rows and real messages: each is held against the package and the check."""

import csv
import io
import re
import shlex

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


def guide(language):
    return (ROOT / "docs" / language / "dong-gop.md").read_text(encoding="utf-8")


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
    check = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text(encoding="utf-8"))
    assert f"**{check['name']}**" in text
