"""The road of a change: from an officer's spreadsheet by way of git to the public page, or to where a slip is told."""

from __future__ import annotations

import html
import re
import shutil
import subprocess

import pytest

import office
from books import FIGURES, Book
from conftest import copy_project, run_build
from wards import csv_path, ward, write

INDICATOR = "ty-le-thu-gom"
# how a spreadsheet set to Vietnamese saves a table: as shown, semicolons between cells
SAVE = f"csv:Text - txt - csv (StarCalc):59,34,76,1,,{office.CODES['vi']},false,true,false"


def git(folder, *arguments):
    who = ("-c", "user.name=Officer", "-c", "user.email=officer@ward.example", "-c", "tag.gpgSign=false")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


def run(project, *arguments, code=0, **environment):
    done = run_build(project, *arguments, **environment)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A ward's repository: its figures published, its site built, all of it in git."""
    folder = copy_project(tmp_path_factory.mktemp("road"))
    shutil.rmtree(folder / "datapackage")
    write(ward(), folder / "datapackage")
    run(folder, "release")
    run(folder, "site")
    (folder / ".gitignore").write_text("/site/\n/build/\n/docs/*/*/\n*.xlsx\n", encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Published")
    git(folder, "tag", "v2031.0.0")
    return folder


@pytest.fixture(scope="module")
def type_and_save(tmp_path_factory):
    return office.typist(tmp_path_factory.mktemp("officer"), "vi")


def type_figure(project, type_and_save, value, printed):
    """Get the workbook, type a figure into it in a real spreadsheet, and hand it back; return what the command says."""
    made = project / "so-lieu-2031.xlsx"
    made.unlink(missing_ok=True)
    run(project, "sheet", "2031", "--output", str(made))
    book = Book(made.read_bytes())
    typed = {"value": value, "as_printed": printed}
    cells = {(FIGURES, book.cell(INDICATOR, column).coordinate): text for column, text in typed.items()}
    made.write_bytes(type_and_save(made.read_bytes(), cells))
    return made


def page(project, path):
    """Return the text of a built page, without what is not read out."""
    whole = (project / "site" / path / "index.html").read_text(encoding="utf-8").partition("<article")[2]
    return html.unescape(re.sub(r"<script.*?</script>|<[^>]+>", "", whole, flags=re.DOTALL)).replace("\u00a0", " ")


def test_a_figure_typed_in_a_spreadsheet_reaches_the_public_page_with_its_correction(
    project, type_and_save, tmp_path_factory, tmp_path
):
    # the officer types the figure; it was published, so without a correction nothing is taken, and nothing changes
    made = type_figure(project, type_and_save, "92,5", "92,5%")
    refused = run(project, "take-sheet", str(made), code=1)
    assert re.search(rf"{FIGURES}!F\d+: .*91\.5.*corrections\.csv", refused), refused
    assert run(project, "check").startswith("Không có lỗi")

    # the correction is typed into the table, which the spreadsheet saves in its own way
    corrections = project / "datapackage" / csv_path("corrections")
    key = f"phuong-song-trang/{INDICATOR}/2031"
    row = f"2031-05-06,observations,{key},value,91.5,92.5,Gõ nhầm khi nhập.,Typing slip.\n"
    (tmp_path / "corrections.csv").write_text(corrections.read_text(encoding="utf-8") + row, encoding="utf-8")
    convert = office.start(tmp_path_factory.mktemp("profile"), "vi")
    opening = f"--infilter=CSV:44,34,76,1,,{office.CODES['vi']},false,true"
    (saved,) = convert([tmp_path / "corrections.csv"], SAVE, tmp_path / "saved", opening)
    corrections.write_bytes(saved.read_bytes())
    assert ";" in corrections.read_text(encoding="utf-8")
    run(project, "check", code=1)
    assert "corrections.csv" in run(project, "format")

    # a correction of what has not changed is a fault too, and the public site is as it was
    assert "corrections.csv" in run(project, "check", code=1)
    run(project, "site", code=1)
    assert "91,5%" in page(project, f"chi-tieu/{INDICATOR}")

    # now the workbook is taken, and the command says in words what that changes
    assert "91,5% → 92,5%" in run(project, "take-sheet", str(made)).replace("\u00a0", " ")

    # what the pull request shows: no fault, and the change in the words of both languages
    summary = tmp_path / "summary.md"
    assert "::error" not in run(project, "check", "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    run(project, "diff", "HEAD", "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    said = summary.read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "91,5% → 92,5%" in said
    assert "91.5% → 92.5%" in said
    changed = subprocess.run(["git", "-C", str(project), "diff", "--stat"], capture_output=True, text=True, check=True)
    assert "2 files changed, 2 insertions(+), 1 deletion(-)" in changed.stdout

    # taken in and published: the new figure in both languages, the old one only where corrections are told
    git(project, "commit", "--quiet", "-am", "Corrected")
    run(project, "site")
    assert "92,5%" in page(project, f"chi-tieu/{INDICATOR}")
    assert "92.5%" in page(project, f"en/chi-tieu/{INDICATOR}")
    assert "Gõ nhầm khi nhập." in page(project, "dinh-chinh")
    assert "91.5%" in page(project, "en/dinh-chinh")
    feed = (project / "site/tai-ve/tin-vi.atom").read_text(encoding="utf-8")
    assert "92,5%" in feed
    flat = (project / "site/tai-ve/so-lieu.csv").read_text(encoding="utf-8")
    assert any(INDICATOR in line and ",92.5," in line and "2031-05-06" in line for line in flat.splitlines())


@pytest.mark.parametrize(
    ("value", "printed", "said"),
    [("9,35", "93,5%", "9.35"), ("chín mươi ba", "93%", "chín mươi ba"), ("=9*9", "81%", "=9*9")],
    ids=["a comma in the wrong place", "words", "a formula"],
)
def test_a_slip_in_the_spreadsheet_is_told_by_its_cell_and_changes_nothing(
    project, type_and_save, value, printed, said
):
    before = {path: path.read_bytes() for path in (project / "datapackage").rglob("*") if path.is_file()}
    made = type_figure(project, type_and_save, value, printed)
    told = run(project, "take-sheet", str(made), code=1)
    cell = Book(made.read_bytes()).cell(INDICATOR, "value").coordinate
    assert f"{FIGURES}!{cell}: " in told
    assert said in told
    assert {path: path.read_bytes() for path in before} == before
