"""The same data gives the same site, byte for byte and mode for mode, wherever and however it is built."""

import os
import random
import shutil
import stat
import subprocess
import sys
import time

import pytest

from conftest import ADDRESS, copy_project, missing_program, run_build
from wardbook.tree import GENERATED
from wards import csv_path, read_rows, ward, with_rows, write

FILE, FOLDER = 0o644, 0o755
TEXT = {".css", ".html", ".js", ".json", ".md", ".py", ".svg", ".txt", ".yml"}


def first_difference(one, other):
    """Return the first path at which two folders differ, and how; "" where they are the same."""
    paths = [{path.relative_to(root).as_posix(): path for path in root.rglob("*")} for root in (one, other)]
    for name in sorted(paths[0].keys() | paths[1].keys()):
        mine, theirs = (found.get(name) for found in paths)
        if mine is None or theirs is None:
            return f"{name}: only in the {'other' if mine is None else 'one'}"
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (mine, theirs)]
        wanted = FOLDER if mine.is_dir() else FILE
        if modes != [wanted, wanted]:
            return f"{name}: modes {modes[0]:o} and {modes[1]:o} in place of {wanted:o}"
        if mine.is_dir() != theirs.is_dir():
            return f"{name}: a file and a folder"
        if mine.is_file() and (differs := _bytes_that_differ(mine.read_bytes(), theirs.read_bytes())):
            return f"{name}: {differs}"
    return ""


def _bytes_that_differ(mine, theirs):
    if mine == theirs:
        return ""
    pairs = enumerate(zip(mine, theirs, strict=False))
    at = next((number for number, (one, other) in pairs if one != other), min(len(mine), len(theirs)))
    excerpts = [content[max(at - 20, 0) : at + 40] for content in (mine, theirs)]
    return f"byte {at}: {excerpts[0]!r} and {excerpts[1]!r}"


def built(folder, **environment):
    done = run_build(folder, "site", **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The project with the invented ward, nothing built. All builds are of this one copy."""
    folder = copy_project(tmp_path_factory.mktemp("source"))
    shutil.rmtree(folder / "datapackage")
    write(ward(), folder / "datapackage")
    for made in (path for name in GENERATED for path in folder.glob(f"docs/??/{name}")):
        if made.is_dir():
            shutil.rmtree(made)
        else:
            made.unlink()
    return folder


@pytest.fixture(scope="module")
def plain(source, tmp_path_factory):
    """The project with its site, as it is built here."""
    folder = tmp_path_factory.mktemp("plain") / "project"
    shutil.copytree(source, folder)
    built(folder)
    return folder


def test_another_place_locale_time_zone_hash_seed_and_umask_give_the_same_bytes(source, plain, tmp_path):
    folder = shutil.copytree(source, tmp_path / "chỗ khác của phường")
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0"}
    environment |= {"SITE_URL": ADDRESS, "LANG": "tr_TR.UTF-8"}
    command = [sys.executable, str(folder / "scripts/build.py"), "site", "--output", "trang đã dựng"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, umask=0o077, capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert first_difference(plain / "site", tmp_path / "trang đã dựng") == ""


def test_another_day_gives_the_same_bytes(source, plain, tmp_path):
    ahead = (shutil.which("faketime") or missing_program("faketime", "sudo apt-get install faketime"), "-f", "+1127d")
    # a clock that only tells how long something takes goes on as it is: engines of scripts wait by it
    environment = {**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "SITE_URL": ADDRESS}
    tell = [*ahead, sys.executable, "-c", "import time; print(time.time())"]
    assert float(subprocess.check_output(tell, env=environment)) - time.time() > 1126 * 86400
    folder = shutil.copytree(source, tmp_path / "project")
    command = [*ahead, sys.executable, str(folder / "scripts/build.py"), "site"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert first_difference(plain / "site", folder / "site") == ""


def test_a_second_run_over_the_first_gives_the_same_bytes(plain, tmp_path):
    folder = shutil.copytree(plain, tmp_path / "project")
    assert first_difference(plain / "site", built(folder)) == ""


def test_a_checkout_with_the_line_ends_of_windows_gives_the_same_bytes(source, plain, tmp_path):
    folder = shutil.copytree(source, tmp_path / "project")
    texts = [path for path in folder.rglob("*") if path.suffix in TEXT and "datapackage" not in path.parts]
    assert {path.suffix for path in texts} == TEXT
    for path in texts:
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert first_difference(plain / "site", built(folder)) == ""


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_data_with_the_line_ends_of_windows_are_refused_in_plain_words_and_put_right_by_the_command(
    source, tmp_path, lang
):
    folder = shutil.copytree(source, tmp_path / "project")
    tables = sorted((folder / "datapackage/data").glob("*.csv"))
    before = {path: path.read_bytes() for path in tables}
    for path, content in before.items():
        path.write_bytes(content.replace(b"\n", b"\r\n"))
    done = run_build(folder, "site", "--lang", lang)
    assert done.returncode == 1
    assert not (folder / "site").exists()
    # a slow machine says after two seconds how far the check is
    said = [line for line in done.stdout.splitlines() if " · " not in line]
    assert len(said) == len(tables)
    assert all("Windows" in line and "make format" in line for line in said), said[0]
    assert run_build(folder, "format").returncode == 0
    assert {path: path.read_bytes() for path in tables} == before


def test_rows_in_another_order_are_put_back_by_the_command_so_the_site_is_the_same(source, tmp_path):
    package = ward()
    tables = [path.stem for path in (source / "datapackage/data").glob("*.csv")]
    moved = package
    for table in tables:
        rows = read_rows(package, table)
        random.Random(table).shuffle(rows)
        moved = with_rows(moved, table, rows)
    other = [table for table in tables if moved.files[csv_path(table)] != package.files[csv_path(table)]]
    assert len(other) >= 5
    write(moved, tmp_path)
    refused = run_build(source, "check", "--package", str(tmp_path))
    assert refused.returncode == 1
    assert all(f"{csv_path(table)}:" in refused.stdout for table in other)
    run_build(source, "format", "--package", str(tmp_path))
    assert {path: (tmp_path / path).read_bytes() for path in package.files} == package.files


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda root: None, ""),
        (
            lambda root: (root / "a/b.txt").write_bytes(b"mot hai ba"),
            "a/b.txt: byte 8: b'mot hai hai' and b'mot hai ba'",
        ),
        (lambda root: (root / "a/b.txt").unlink(), "a/b.txt: only in the one"),
        (lambda root: (root / "a/0.txt").touch(), "a/0.txt: only in the other"),
        (lambda root: (root / "a/b.txt").chmod(0o600), "a/b.txt: modes 644 and 600 in place of 644"),
        (lambda root: (root / "a").chmod(0o700), "a: modes 755 and 700 in place of 755"),
    ],
)
def test_the_first_difference_is_named(tmp_path, change, said):
    for name in ("one", "other"):
        (tmp_path / name / "a").mkdir(parents=True)
        (tmp_path / name / "a/b.txt").write_bytes(b"mot hai hai")
        (tmp_path / name / "a").chmod(FOLDER)
        (tmp_path / name / "a/b.txt").chmod(FILE)
    change(tmp_path / "other")
    assert first_difference(tmp_path / "one", tmp_path / "other") == said
