"""Whatever someone types after a command of the intake, it is taken as text, or refused in one line that says why."""

import os
import re
from itertools import cycle

import pytest

import build
from hostile import COMMANDS
from wardbook.check import check
from wardbook.language import CODES
from wardbook.package import read_package
from wardbook.problem import is_hidden
from wards import NEXT_YEAR, read_rows, ward, write

LONG = "x" * 100_000
BYTES = "\udc80"  # how Python hands on a byte that is no UTF-8
YEARS = (
    *("0", "-1", "+2032", "20320", "99999999999999999999", "9" * 5000),
    *(
        "",
        " ",
        "abc",
        "2032.0",
        "2_032",
        "1e3",
        "0x7f0",
        "２０３２",
        "٢٠٣٢",
        "20\n32",
        " 2032",
        "2032\n",
        "inf",
        "nan",
        "2032;",
    ),
    *("../2032", "{{ 7*7 }}", "\u202e2302", BYTES, LONG),
)
IDS = (
    *(
        "",
        " ",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "/etc/passwd",
        "C:x",
        ".git",
        "a\nb",
        "a\n",
        "a\r\nb",
        "a\tb",
        "a b",
        "'x'",
        '"',
        "'",
    ),
    *("\u202ea", "a\u200bb", "ａ", "é", "=1+1", "+1", "@x", "%s", "{}", "{0}", "{value}", "con", "nul"),
    *("{{ 7*7 }}", "</script>", "\x1b[31m", BYTES, LONG),
)
NAMES = (
    *("a\nb", "a\r::error::x", "a\tb", "=1+1", "+1", "@x", "'0123", "#REF!", "\u202ea", "a\u200bb", "a\x1b[31m", BYTES),
    *("[x](javascript:x)", "0901234567", "a@b.example", "Кирилл", "nghÌo ®·i", LONG),
)
UNKNOWN = ("", "x", "../x", "a\nb", "\u202e", "{}", "=1+1", BYTES, LONG)
INDICATOR = ("new-indicator", "--topic=song-sach", "--unit=vu")


def refused():
    """Yield every command that must do nothing."""
    for year in (*YEARS, *COMMANDS):
        # behind the dashes nothing is an option
        yield "new-year", "--", year
    for name in (*IDS, *COMMANDS):
        if name:  # none is one that is not given
            yield "new-year", NEXT_YEAR, f"--source={name}"
        yield *INDICATOR, "--", name
    for column, name in zip(cycle(("vi", "en")), NAMES):
        yield *INDICATOR, f"--name-{column}={name}", "cau-go"
    for name in (*UNKNOWN, *COMMANDS[:3]):
        yield "new-indicator", f"--topic={name}", "--unit=vu", "cau-go"
        yield "new-indicator", "--topic=song-sach", f"--unit={name}", "cau-go"
    for path in ("", ".", "..", "none.txt", "a\nb", "\u202e", "x" * 300, BYTES, *COMMANDS[:6]):
        yield "new-year", NEXT_YEAR, f"--document={path}"
    for option in ("-rf", "--output=x", "--gap=x", "--\u202e", "--a\nb", f"--{LONG}", "--lang=x\ny", *COMMANDS):
        yield "new-year", NEXT_YEAR, option
        yield *INDICATOR, "cau-go", option


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder to work in, with a package, where a program `canary` leaves a trace of whoever runs it."""
    write(ward(), tmp_path / "ward")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "canary"
    program.write_text(f'#!/bin/sh\necho "$*" > "{tmp_path}/ran"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(capsys, name, *arguments, language="vi"):
    """Run a command on the package; return its exit code and what it said on either stream."""
    try:
        code = build.main([name, "--package=ward", f"--lang={language}", *arguments])
    except SystemExit as ended:
        code = ended.code
    return code, *capsys.readouterr()


def test_a_command_that_cannot_be_meant_is_refused_in_one_line_and_changes_and_runs_nothing(place, capsys):
    before = files(place)
    for arguments, language in zip(refused(), cycle(CODES)):
        code, out, err = run(capsys, *arguments, language=language)
        seen = (language, *(argument[:80] for argument in arguments), code, out, err[:400])
        assert code in (1, 2), seen
        assert out == "", seen
        assert err.count("\n") == 1, seen
        assert err.endswith("\n"), seen
        assert not any(map(is_hidden, err[:-1])), seen
        assert len(err) < 500, seen
    assert files(place) == before


def test_what_is_refused_is_said_in_the_language_of_the_command(place, capsys):
    for arguments in ("new-year", "abc"), (*INDICATOR, "a/b"), (*INDICATOR, "cau-go", "--name-vi==1"):
        vi, en = (run(capsys, *arguments, language=language)[2] for language in CODES)
        assert re.search("[ăâđêôơư]", vi)
        assert not re.search("[ăâđêôơư]", en)


def test_a_wrong_option_is_told_in_both_languages_and_leads_to_the_help(place, capsys):
    assert run(capsys, "new-year") == (
        2,
        "",
        "Lệnh viết chưa đúng, xem / The command is not written right, see: build.py new-year --help (the following "
        "arguments are required: YEAR)\n",
    )


def test_a_document_too_large_to_be_one_is_not_cut_but_refused(place, capsys):
    before = files(place)
    (place / "large.txt").touch()
    os.truncate(place / "large.txt", 70_000_000)
    assert run(capsys, "new-year", NEXT_YEAR, "--document=large.txt") == (
        1,
        "",
        "large.txt: tệp lớn hơn 50 MB; tệp chữ của báo cáo không lớn như vậy. Lấy lại đúng tệp.\n",
    )
    (place / "large.txt").unlink()
    assert files(place) == before


# what the check lets into a table, because every page and file that is made of it escapes it
TEXTS = (*COMMANDS[::5], "</script>", "{{ 7*7 }}", "{% raw %}")


def test_a_name_that_is_code_elsewhere_is_taken_as_text_and_runs_nothing(place, capsys):
    for number, text in enumerate(TEXTS):
        code, _, err = run(capsys, *INDICATOR, f"--name-vi={text}", f"--name-en={text}", f"cau-{number}")
        assert code == 0, (text, err)
    package = read_package(place / "ward", "ward")
    names = {row["indicator_id"]: (row["name_vi"], row["name_en"]) for row in read_rows(package, "indicators")}
    assert [names[f"cau-{number}"] for number in range(len(TEXTS))] == [(text, text) for text in TEXTS]
    assert {problem.rule for problem in check(package).problems} == {"unfilled", "unfilled-figure"}
    assert not (place / "ran").exists()


def test_a_name_is_written_as_format_would_write_it(place, capsys):
    assert run(capsys, *INDICATOR, "--name-vi= Ca\u0302\u0300u go\u0302\u0303 ", "cau-go")[0] == 0
    row = next(
        r for r in read_rows(read_package(place / "ward", "ward"), "indicators") if r["indicator_id"] == "cau-go"
    )
    assert row["name_vi"] == "Cầu gỗ"


def test_a_package_that_cannot_be_written_is_said_and_stays_as_it_was(place, capsys, monkeypatch):
    before, whole = files(place), build.Path.write_bytes

    def full(path, content):
        if path.name == "sources.csv" and content != before[place / path]:
            raise OSError(28, "No space left on device", str(path))
        return whole(path, content)

    monkeypatch.setattr(build.Path, "write_bytes", full)
    code, out, err = run(capsys, "new-year", NEXT_YEAR)
    assert (code, out) == (1, "")
    assert err == "ward/data/sources.csv: không ghi được: No space left on device\n"
    assert files(place) == before


@pytest.mark.parametrize("folder", ["none", "a\nb", "\u202e", "x" * 5000, BYTES, "$(canary)"])
def test_a_package_that_is_nowhere_is_told_in_one_line(place, capsys, folder):
    code = build.main(["new-year", NEXT_YEAR, f"--package={folder}"])
    said = capsys.readouterr().err
    assert code == 1
    assert said.endswith(": không có thư mục này / no such folder\n")
    assert not any(map(is_hidden, said[:-1]))
