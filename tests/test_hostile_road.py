"""A hostile pull request goes through the shell steps of check.yml as a runner would run them, and executes nothing.

What is hostile is the data and what surrounds it: names of files, the descriptor, the names of branches and people that
a runner puts into the environment. A program `canary` stands on the PATH; whoever runs it leaves a trace.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from itertools import cycle, islice
from pathlib import Path

import pytest

from books import made, typed
from conftest import ROOT, copy_project
from hostile import COMMANDS, COMMON
from test_pages import hostile_cell, is_free
from wards import (
    YEAR,
    add,
    change,
    csv_path,
    describe_as,
    descriptor,
    read_rows,
    tables,
    ward,
    with_file,
    with_rows,
    without_file,
    write,
)
from workflows import shell_steps

# all but the tests, which cannot run inside themselves: they are code, and have the data of this repository
STEPS = [step for step in shell_steps("check.yml") if step.run != ".ci/run"]
BASE = "${{ github.event.pull_request.base.sha }}"
WORDED_BY_STRANGERS = ("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "GITHUB_ACTOR", "GITHUB_TRIGGERING_ACTOR", "RUNNER_NAME")

# these tests may be run by make themselves, which would tell the make of a step that it is inside another
NOT_OF_A_RUNNER = ("SITE_URL", "SOURCE_DATE_EPOCH", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")


def let_through():
    """Return a ward that breaks no rule, every command in it and every string that a page could act on."""
    package, texts, given = ward(), cycle((*COMMANDS, *COMMON)), {}
    for name, table in tables(package).items():
        free = [field["name"] for field in table.resource.schema["fields"] if is_free(field)]
        if name == "corrections":  # they must name a cell that exists, and what stands in it
            free = [column for column in free if column not in ("key", "field", "new_value")]
        rows = read_rows(package, name)
        for row in rows:
            for column in free:
                # the same text for what was the same before: the name of a set of parts is in a row of each
                text = given.setdefault((name, column, row[column]), next(texts)) if row[column] else ""
                row[column] = hostile_cell(column, row[column], text)
        package = with_rows(package, name, rows)
    said = ("title", "title_en", "description", "description_en")
    resources = [one | dict(zip(said, islice(texts, 4), strict=True)) for one in descriptor(package)["resources"]]
    return describe_as(package, **dict(zip(said, texts, strict=False)), resources=resources)


def refused_cells():
    """Return a ward with every injection that the check must stop, in cells and in names of files."""
    package = let_through()
    for text in ("javascript:canary", "data:text/html,canary", "VBScript:canary"):
        package = change(package, "topics", "song-sach", summary_vi=f"xem {text}", summary_en=f"see {text}")
    for column, text in {"name_vi": "=canary|'/C canary'!A0", "name_en": "+canary", "definition_vi": "@canary"}.items():
        package = change(package, "indicators", "luot-khach", **{column: text})
    package = change(package, "indicators", "luot-khach", definition_en="\t$(canary)")
    package = change(package, "observations", f"luot-khach/{YEAR}", note_vi="051234567890", note_en="gọi 0901234567")
    package = change(
        package, "indicators", "thu-phi", definition_vi="a\u2028canary", definition_en="a.b@canary.example"
    )
    package = add(package, "topics", **read_rows(package, "topics")[0] | {"topic_id": "$(canary)"})
    package = add(package, "topics", **read_rows(package, "topics")[0] | {"topic_id": "`canary`\n::error::canary"})
    raw = package.files[csv_path("units")]
    package = with_file(package, csv_path("units"), raw + b'"\r::set-env name=BASH_ENV::canary\r"\n')
    names = [
        *(text.replace("/", "-") for text in COMMANDS),
        "a\n::error::canary",
        "-rf",
        "a b\u202e",
        "%0A::error::canary",
        "a,line=1::canary",
    ]
    for name in names:
        package = with_file(package, f"data/{name}.csv", b"x\n1\n")
    return package


def refused_descriptor():
    """Return a ward whose descriptor leads elsewhere and is itself full of commands."""
    package = let_through()
    paths = ("$(canary).csv", "../../.git/config", "/etc/passwd", "data/`canary`.csv", "http://canary.example/x.csv")
    more = [{"name": f"x{i}", "path": path, "schema": path} for i, path in enumerate(paths)]
    return describe_as(
        package,
        name="$(canary)",
        profile="http://canary.example/$(canary)",
        licenses=[{"name": "`canary`", "path": "javascript:canary"}],
        resources=[*descriptor(package)["resources"], *more],
    )


class Runner:
    """A git repository with a pull request checked out in it, and steps run there by bash as a runner runs them."""

    def __init__(self, folder):
        self.folder, self.canary, self.summary = folder / "work", folder / "canary.txt", folder / "summary.md"
        self.programs = folder / "bin"
        self.folder.mkdir()
        self.programs.mkdir()
        copy_project(self.folder)
        for name in (".ci", ".github", ".gitignore", "Makefile", "pyproject.toml", "requirements.txt"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, self.folder / name)
        self._lend_libraries()
        program = self.programs / "canary"
        program.write_text(f'#!/bin/sh\necho "$0 $*" >> "{self.canary}"\n', encoding="utf-8")
        program.chmod(0o755)
        self.git("init", "--quiet")
        self.base = self.commit(ward())

    def _lend_libraries(self):
        """Give the repository the virtual environment of these tests, as if make had just made it."""
        lent = self.folder / ".venv"
        lent.mkdir()
        for name in ("bin", "lib", "pyvenv.cfg"):
            (lent / name).symlink_to(Path(sys.prefix) / name)
        (lent / "ready").touch()

    def git(self, *arguments):
        who = ("-c", "user.name=x", "-c", "user.email=x@y.example", "-c", "core.autocrlf=false")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.folder, capture_output=True, text=True, encoding="utf-8", check=True
        )
        return done.stdout.strip()

    def commit(self, package):
        shutil.rmtree(self.folder / "datapackage")
        write(package, self.folder / "datapackage")
        self.git("add", "--all", ".")
        self.git("commit", "--quiet", "--message", "$(canary)")
        return self.git("rev-parse", "HEAD")

    def run(self, step, said, **more):
        """Run one step; `said` is what strangers word in its environment. The base commit is the real one."""
        environment = {
            **{name: value for name, value in os.environ.items() if name not in NOT_OF_A_RUNNER},
            **dict.fromkeys(WORDED_BY_STRANGERS, said),
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            **{name: self.base if value == BASE else value for name, value in step.env},
            **more,
        }
        script = self.folder.parent / "step.sh"
        script.write_text(step.run, encoding="utf-8")
        return subprocess.run(
            ["bash", "-e", str(script)],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path)


def step(command):
    [found] = [step for step in STEPS if step.run.startswith(f"make {command}")]
    return found


def test_the_steps_have_no_values_that_this_test_does_not_give_them():
    assert [step.run.split()[1] for step in STEPS] == ["check", "changes", "site"]
    assert {value for step in STEPS for _, value in step.env} == {BASE}


def test_hostile_data_that_breaks_no_rule_is_published_and_runs_nothing(runner):
    runner.commit(let_through())
    for number, one in enumerate(STEPS):
        done = runner.run(one, COMMANDS[number])
        assert done.returncode == 0, f"{one.run}\n{done.stdout}{done.stderr}"
        commands = [line for line in done.stdout.splitlines() if line.startswith(("::", "##["))]
        assert commands == []
    assert not runner.canary.exists()
    summary = runner.summary.read_text(encoding="utf-8")
    assert "canary" in summary
    assert not re.search(r"<(script|img)|^::|\{\{|\]\(", summary, re.MULTILINE)
    published = "".join(page.read_text(encoding="utf-8") for page in (runner.folder / "site").rglob("index.html"))
    assert "canary" in published
    assert "<script>canary" not in published
    assert "root:x:0" not in published


@pytest.mark.parametrize(
    ("package", "rules"),
    [
        (refused_cells, {"address", "formula", "personal", "file-undeclared"}),
        (refused_descriptor, {"resource-path"}),
    ],
)
def test_hostile_data_that_breaks_rules_is_refused_and_runs_nothing(runner, package, rules):
    runner.commit(package())
    checked = runner.run(step("check"), "`canary`")
    assert checked.returncode != 0
    lines = checked.stdout.splitlines()
    assert rules <= {re.search(r",title=([a-z-]+)::", line)[1] for line in lines}
    # each line is an annotation of the check's own, none of a cell's or a file's
    assert [line for line in lines if not line.startswith("::error file=datapackage/")] == []
    assert "Traceback" not in checked.stderr
    summary = runner.summary.read_text(encoding="utf-8")
    assert not re.search(r"<(script|img)|^::|\{\{|\]\(", summary, re.MULTILINE)
    # a runner would stop here; the steps that come later are no less safe
    for one in STEPS[1:]:
        done = runner.run(one, "$(canary)")
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        assert not any(line.startswith(("::", "##[")) for line in done.stdout.splitlines())
    assert not (runner.folder / "site").exists()
    assert not runner.canary.exists()


NAMES = ("`canary`", '"; canary; "', "x\ncanary", "$(shell canary)", "--output=canary")


def test_a_base_that_is_no_commit_is_refused_and_runs_nothing(runner):
    for name in NAMES:
        done = runner.run(step("changes"), name, BASE=name)
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
    assert not runner.canary.exists()
    assert runner.git("status", "--short") == ""


def test_a_tag_that_is_a_command_is_refused_and_runs_nothing(runner):
    [tag] = [step for step in shell_steps("release.yml") if step.run == "make tag"]
    assert tag.env == (("TAG", "${{ github.ref_name }}"),)
    for name in NAMES[:3]:
        done = runner.run(tag, name, TAG=name)
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
    assert not runner.canary.exists()


def take_sheet(runner, cells, name="so-lieu.xlsx"):
    """Type texts into the workbook of the ward's year, (indicator, column) each, and run take-sheet as a step."""
    (runner.folder / name).write_bytes(typed(made(ward(), int(YEAR)), cells))
    command = f"python scripts/build.py take-sheet {shlex.quote('./' + name)}"
    return runner.run(type(STEPS[0])("x", f".venv/bin/{command}", ()), "`canary`")


def test_a_workbook_full_of_commands_runs_nothing_on_its_way_into_the_tables(runner):
    # a text that begins like a formula is refused below; here each command has a word before it
    texts = cycle(f"x {text}" for text in COMMANDS)
    ids = [row["indicator_id"] for row in read_rows(ward(), "observations") if row["year"] == YEAR]
    cells = {(one, column): next(texts) for one in ids for column in ("note_vi", "note_en")}
    done = take_sheet(runner, cells, "$(canary) `canary`; canary.xlsx")
    assert done.returncode == 0, done.stdout + done.stderr
    taken = (runner.folder / "datapackage" / csv_path("observations")).read_text(encoding="utf-8")
    assert "x $(canary)" in taken
    assert not runner.canary.exists()


@pytest.mark.parametrize("text", ["=canary|'/C canary'!A0", '=HYPERLINK("javascript:canary")', "+canary", "@canary"])
def test_a_workbook_with_a_formula_is_refused_and_runs_nothing(runner, text):
    before = (runner.folder / "datapackage" / csv_path("observations")).read_bytes()
    done = take_sheet(runner, {("thu-phi", "note_vi"): text, ("thu-phi", "note_en"): text})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (runner.folder / "datapackage" / csv_path("observations")).read_bytes() == before
    assert not runner.canary.exists()


def test_these_tests_would_see_a_makefile_that_pastes(runner):
    makefile = runner.folder / "Makefile"
    careful = makefile.read_text(encoding="utf-8")
    makefile.write_text(careful.replace('"$${BASE:-main}"', "$(BASE)"), encoding="utf-8")
    assert makefile.read_text(encoding="utf-8") != careful
    runner.run(step("changes"), "", BASE="`canary`")
    assert runner.canary.exists()


def test_these_tests_would_see_a_step_that_pastes(runner):
    runner.run(type(STEPS[0])("x", f"echo {COMMANDS[0]}", ()), "")
    assert runner.canary.exists()


def test_the_commands_are_in_the_data_that_is_let_through():
    held = json.dumps({path: raw.decode() for path, raw in let_through().files.items()}, ensure_ascii=False)
    plain = [text for text in COMMANDS if not {'"', "\\"} & set(text)]
    assert [text for text in plain if text not in held] == []
    assert without_file(let_through(), "x").files == let_through().files
