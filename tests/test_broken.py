"""A package that is wrong in many places, and everything that the command says about it.

The package in tests/broken is edited by hand; what is expected of it is written anew by UPDATE_GOLDEN=1.
"""

import html
import json
import subprocess
import sys

import pytest

import build
from golden import assert_golden
from wardbook.problem import read_rules
from wards import REAL, ROOT, change, csv_path, ward, with_file, write

BROKEN = ROOT / "tests" / "broken"


def run(capsys, *arguments):
    """Run the check in this process; return its exit code and what it printed."""
    code = build.main(["check", *arguments])
    return code, capsys.readouterr().out


@pytest.fixture
def broken(capsys):
    return lambda *arguments: run(capsys, "--package", str(BROKEN), *arguments)


def test_the_broken_package_has_the_real_schemas():
    kept = {file.name: file.read_bytes() for file in (BROKEN / "schemas").iterdir()}
    real = {file.name: file.read_bytes() for file in (REAL / "schemas").iterdir()}
    assert kept == real, "run: cp datapackage/schemas/* tests/broken/schemas/"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_command_prints_every_fault_one_a_line(language):
    command = ["scripts/build.py", "check", "--package", "tests/broken", "--lang", language]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert_golden(BROKEN / f"expected.{language}.txt", done.stdout.decode("utf-8"))


def test_messages_name_files_from_the_root_of_the_project(broken, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    _, said = broken()
    assert said == (BROKEN / "expected.vi.txt").read_text(encoding="utf-8")


def test_json_has_the_same_faults_with_message_and_hint_apart(broken):
    code, said = broken("--format", "json", "--lang", "en")
    assert code == 1
    records = json.loads(said)
    assert {tuple(record) for record in records} == {("path", "line", "column", "rule", "message", "hint")}
    lines = [f"{r['path']}:{r['line']}:{r['column']}: {r['message']} {r['hint']}" for r in records]
    assert lines == (BROKEN / "expected.en.txt").read_text(encoding="utf-8").splitlines()
    assert {record["rule"] for record in records} <= read_rules().keys()


def test_many_different_rules_are_broken_in_many_tables(broken):
    records = json.loads(broken("--format", "json")[1])
    assert len({record["rule"] for record in records}) >= 15
    assert len({record["path"] for record in records}) >= 8


def test_github_gets_one_command_for_each_fault_and_none_that_a_cell_wrote(broken):
    code, said = broken("--format", "github", "--lang", "en")
    assert code == 1
    lines = said.splitlines()
    expected = (BROKEN / "expected.en.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(expected)
    for line, text in zip(lines, expected, strict=True):
        path, row, column, message = text.split(":", 3)
        assert line.startswith(f"::error file={path},line={row},col={column},title=")
        assert line.split("::", 2)[2] == message.strip().replace("%", "%25")


def test_github_gets_a_summary_of_every_fault_in_both_languages(broken, monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    broken("--format", "github")
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    told = [line for line in summary.splitlines() if line.startswith("| tests/broken")]
    for language, rows in (("vi", told[: len(told) // 2]), ("en", told[len(told) // 2 :])):
        expected = (BROKEN / f"expected.{language}.txt").read_text(encoding="utf-8").splitlines()
        for row, line in zip(rows, expected, strict=True):
            place, text = line.split(": ", 1)
            assert html.unescape(row) == f"| {place} | {text} |"


def test_a_cell_cannot_leave_its_place_in_the_summary(monkeypatch, tmp_path, capsys):
    text = "=| </td><script>alert(1)</script> ![x](y) [x](javascript:y) `x` @everyone\n## x"
    write(change(ward(), "statements", "viec-1", text_en=text), tmp_path / "ward")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    run(capsys, "--package", str(tmp_path / "ward"), "--format", "github")
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert not set("<>`[]!@") & set(summary)
    assert all(line.count("|") == 3 for line in summary.splitlines() if "statements" in line)


def test_no_fault_makes_no_summary(capsys, monkeypatch, tmp_path):
    write(ward(), tmp_path / "ward")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    run(capsys, "--package", str(tmp_path / "ward"), "--format", "github")
    assert not (tmp_path / "summary.md").exists()


def test_a_cell_that_is_a_command_is_in_the_package_and_in_the_middle_of_a_line(broken):
    assert b"\n::error file=a.csv::" in (BROKEN / csv_path("statements")).read_bytes()
    for form in ("text", "github"):
        lines = broken("--format", form)[1].splitlines()
        assert any("::error file=a.csv::" in line for line in lines)
        assert not [line for line in lines if line.startswith("::error file=a.csv")]


def test_a_file_name_with_a_line_break_cannot_begin_a_command(capsys, tmp_path):
    write(with_file(ward(), "data/a\n::error::b,c.csv", b"x\n"), tmp_path)
    _, said = run(capsys, "--package", str(tmp_path), "--format", "github")
    assert len(said.splitlines()) == 1
    assert "data/a%0A%3A%3Aerror%3A%3Ab%2Cc.csv,line=1" in said


def test_a_file_name_with_a_line_break_keeps_to_one_line(capsys, tmp_path):
    write(with_file(ward(), "data/a\n::error::b.csv", b"x\n"), tmp_path)
    _, said = run(capsys, "--package", str(tmp_path))
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Không có lỗi: 14 chỉ tiêu, 15 dòng số liệu.\n"),
        (("--lang", "en"), "No problem found: 14 indicators, 15 observations.\n"),
        (("--format", "json"), "[]\n"),
        (("--format", "github"), ""),
    ],
)
def test_a_package_without_a_fault_is_exit_code_0(capsys, tmp_path, arguments, said):
    write(ward(), tmp_path)
    assert run(capsys, "--package", str(tmp_path), *arguments) == (0, said)


def test_a_folder_that_is_not_there_is_said_in_one_line(capsys, tmp_path):
    assert build.main(["check", "--package", str(tmp_path / "nowhere")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_fault_stops_the_site_before_anything_is_written(capfd, tmp_path):
    output = tmp_path / "site"
    assert build.main(["site", "--package", str(BROKEN), "--output", str(output)]) == 1
    assert capfd.readouterr().out == (BROKEN / "expected.vi.txt").read_text(encoding="utf-8")
    assert not output.exists()
