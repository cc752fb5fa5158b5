"""Builds that are killed, starved or disturbed: the old site stays byte for byte, and the cause is told in one line."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ADDRESS, copy_project, missing_program, run_build
from wardbook.lock import only_one
from wards import change, ward, write

# a hundred take some minutes; a contributor's machine tries fewer
KILLS = 100 if os.environ.get("CI") else 10


def digest(folder: Path) -> str:
    """Return what stands for every path and byte of a folder."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b"folder"
        total.update(f"{path.relative_to(folder)} {hashlib.sha256(content).hexdigest()}\n".encode())
    return total.hexdigest()


def put(package, project: Path) -> None:
    shutil.rmtree(project / "datapackage")
    write(package, project / "datapackage")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A small project, built; since then one figure has changed."""
    folder = copy_project(tmp_path_factory.mktemp("faults"))
    put(ward(), folder)
    built = run_build(folder, "site")
    assert built.returncode == 0, built.stdout + built.stderr
    put(change(ward(), "indicators", "luot-khach", name_vi="Khách tham quan"), folder)
    return folder


@pytest.fixture
def kept(project, tmp_path) -> Iterator[Path]:
    """The project; its old site and its pages are put back after a test."""
    shutil.copytree(project / "site", tmp_path / "site")
    shutil.copytree(project / "docs", tmp_path / "docs")
    yield project
    for name in ("site", "docs"):
        shutil.rmtree(project / name)
        shutil.copytree(tmp_path / name, project / name)


def start(project: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(project / "scripts/build.py"), "site", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        env={**os.environ, "SITE_URL": ADDRESS},
    )


def names(project: Path) -> set[str]:
    return {path.name for path in project.iterdir()}


def test_killed_at_any_instant_a_build_leaves_the_old_site_or_the_whole_new_one(kept, tmp_path):
    before, old = names(kept), digest(kept / "site")
    (tmp_path / "whole").mkdir()
    whole = copy_project(tmp_path / "whole")
    put(change(ward(), "indicators", "luot-khach", name_vi="Khách tham quan"), whole)
    lengths = []
    for _ in range(2):
        began = time.monotonic()
        assert run_build(whole, "site").returncode == 0
        lengths.append(time.monotonic() - began)
        (whole / "build/stamp").unlink()
    from_nothing, again = lengths
    new = digest(whole / "site")
    assert old != new

    # the same instants every time, as far as a clock can give them; every tenth build begins with an empty shelf
    chance = random.Random(7)
    seen = {old: 0, new: 0}
    for number in range(KILLS):
        if number % 10 == 0:
            shutil.rmtree(kept / "build/shelf", ignore_errors=True)
        building = start(kept)
        time.sleep(chance.uniform(0, again if number % 10 else from_nothing))
        if number % 2:
            os.killpg(building.pid, signal.SIGKILL)
        else:
            building.kill()
        building.communicate()
        found = digest(kept / "site")
        assert found in seen, f"kill {number}: neither the old site nor the new one"
        seen[found] += 1
        if found == new:
            shutil.rmtree(kept / "site")
            shutil.copytree(tmp_path / "site", kept / "site")
            (kept / "build/stamp").unlink(missing_ok=True)
    assert seen[old] > KILLS / 2

    done = run_build(kept, "site")
    assert done.returncode == 0, done.stderr
    assert digest(kept / "site") == new
    assert names(kept) == before


def test_two_builds_at_once_give_the_site_of_one_and_the_second_says_that_it_waits(kept):
    first = start(kept)
    time.sleep(0.1)
    second = start(kept)
    said = [process.communicate()[1] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert [text.strip() for text in said].count("Đang có một lần dựng trang khác; chờ nó xong.") == 1
    assert (kept / "site/index.html").is_file()
    assert not {"site.new", "site.old"} & names(kept)


def test_a_lock_ends_with_the_process_that_held_it(tmp_path):
    hold = "import sys; sys.path.insert(0, sys.argv[1])\nfrom pathlib import Path\nfrom wardbook.lock import only_one\n"
    hold += "with only_one(Path(sys.argv[2]), lambda: None):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    scripts = Path(__file__).resolve().parent.parent / "scripts"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(scripts), str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    waited = []

    def end() -> None:
        waited.append(True)
        holder.kill()

    with only_one(tmp_path, end):
        assert waited == [True]
    holder.communicate()
    with only_one(tmp_path, lambda: pytest.fail("nobody holds the lock")):
        pass


# ---- disks ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A folder that is a small disk of its own; only an administrator can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        missing_program("right to mount a disk", "run the tests as root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, left: int) -> None:
    """Leave `left` bytes on a disk."""
    with (disk / "full").open("wb") as file:
        file.write(b"0" * (shutil.disk_usage(disk).free - left))


def old_site(disk: Path) -> str:
    (disk / "site").mkdir()
    (disk / "site/index.html").write_text("the old site", encoding="utf-8")
    return digest(disk / "site")


@pytest.mark.parametrize("left", [0, 200_000, 1_500_000])
def test_on_a_full_disk_a_build_leaves_the_old_site_and_says_why_in_one_line(kept, disk, left):
    before = old_site(disk)
    fill(disk, left)
    done = run_build(kept, "site", "--output", str(disk / "site"))
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert digest(disk / "site") == before
    assert names(disk) == {"full", "site"}


def test_where_nothing_may_be_written_a_build_says_so_in_one_line(kept, disk):
    before = old_site(disk)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    done = run_build(kept, "site", "--output", str(disk / "site"))
    assert done.returncode == 1
    assert "Read-only file system" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert digest(disk / "site") == before


def test_a_site_left_aside_by_a_killed_build_is_back_whatever_stops_the_next_one(kept):
    before, table = digest(kept / "site"), kept / "datapackage/data/observations.csv"
    whole = table.read_bytes()
    (kept / "site").rename(kept / "site.old")
    try:
        table.write_bytes(whole + b"x\n")
        assert run_build(kept, "site").returncode == 1
    finally:
        table.write_bytes(whole)
    assert digest(kept / "site") == before
    assert not {"site.new", "site.old"} & names(kept)


# ---- what a maintainer may break -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "old", "new", "said"), [
    ("scripts/wardbook/charts/plan.vl.json", '"mark"', '"Mark"', "plan.vl.json"),
    ("scripts/wardbook/charts/plan.vl.json", "{", "", "plan.vl.json"),
    ("scripts/wardbook/charts/plan.vl.json", '"name"', '"nmae"', "plan.vl.json: KeyError('name')"),
    ("scripts/wardbook/templates/indicator.html", "{{ title }}", "{{ titel }}", "indicator.html:"),
    ("scripts/wardbook/templates/topic.html", "{% endif %}", "", "topic.html"),
    ("scripts/wardbook/words/vi.yml", "home:", "hoem:", "vi.yml: site: no “home”"),
    ("docs/vi/gioi-thieu.md", "{{ live.area }}", "{{ live.nothing }}", "MkDocs (mkdocs.yml)"),
    ("docs/assets/main.html", "{% endblock %}", "", "MkDocs (mkdocs"),
    ("mkdocs.yml", "strict", "srtict", "mkdocs.yml"),
])  # fmt: skip
def test_a_broken_part_stops_the_build_with_its_name_in_one_line_and_leaves_the_old_site(kept, file, old, new, said):
    path, before = kept / file, digest(kept / "site")
    whole = path.read_text(encoding="utf-8")
    assert old in whole
    try:
        path.write_text(whole.replace(old, new, 1), encoding="utf-8")
        done = run_build(kept, "site")
    finally:
        path.write_text(whole, encoding="utf-8")
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert digest(kept / "site") == before
    assert not {"site.new", "site.old"} & names(kept)
