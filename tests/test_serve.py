"""`make serve`: who edits a figure, a page or the look sees it in the open browser, and a fault in the terminal."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT, copy_project, run_build
from wardbook import serve
from wards import change, ward, write

# in seconds: the machine may have other things to do
PATIENCE = 120


class Served:
    """A running `build.py serve`, and what it has said."""

    def __init__(self, project: Path, *arguments: str) -> None:
        self.project = project
        self.said: list[str] = []
        # as a terminal starts it: what a shell runs in the background, these tests perhaps, is deaf to Ctrl+C
        ours = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process = subprocess.Popen(
            [sys.executable, str(project / "scripts/build.py"), "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        signal.signal(signal.SIGINT, ours)
        threading.Thread(target=lambda: self.said.extend(self.process.stdout), daemon=True).start()
        self.address = self.wait_for("http://localhost:").split()[2]

    def wait_for(self, text: str) -> str:
        """Return the first line with a text, once it was said."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in list(self.said):
                if text in line:
                    return line
            time.sleep(0.05)
        pytest.fail(f"not said: {text!r}, but: {''.join(self.said)}")

    def page(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path) as answer:
            return answer.read().decode("utf-8")

    def put(self, **cells: str) -> None:
        shutil.rmtree(self.project / "datapackage")
        write(change(ward(), "indicators", "luot-khach", **cells), self.project / "datapackage")


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    folder = copy_project(tmp_path_factory.mktemp("served"))
    shutil.rmtree(folder / "datapackage")
    write(ward(), folder / "datapackage")
    running = Served(folder)
    yield running
    os.killpg(running.process.pid, signal.SIGINT)
    assert running.process.wait(PATIENCE) == 0
    assert "Traceback" not in "".join(running.said)


def test_an_open_page_shows_a_changed_figure_by_itself(served, browser):
    page = browser.new_page()
    page.goto(f"{served.address}chi-tieu/luot-khach/")
    assert page.locator("h1").inner_text() == "Lượt khách"
    served.put(name_vi="Khách tham quan")
    page.locator("h1", has_text="Khách tham quan").wait_for(timeout=PATIENCE * 1000)
    served.wait_for("indicators.csv")
    page.close()


def test_a_page_written_by_hand_and_a_style_are_seen_too(served):
    with (served.project / "docs/vi/gioi-thieu.md").open("a", encoding="utf-8") as page:
        page.write("\nMột câu vừa thêm.\n")
    served.wait_for("gioi-thieu.md:")
    assert "Một câu vừa thêm." in served.page("gioi-thieu/")
    with (served.project / "docs/assets/css/book.css").open("a", encoding="utf-8") as style:
        style.write("\n.x-new { color: red }\n")
    served.wait_for("book.css:")
    assert ".x-new" in served.page("css/book.css")


def test_a_fault_in_the_data_is_told_and_the_page_stays_until_it_is_mended(served):
    before = served.page("chi-tieu/luot-khach/")
    served.put(direction="sideways")
    served.wait_for("indicators.csv:")
    line = served.wait_for("“sideways”")
    assert served.page("chi-tieu/luot-khach/") == before
    served.put(name_vi="Khách đến chơi")
    end = time.monotonic() + PATIENCE
    while "Khách đến chơi" not in served.page("chi-tieu/luot-khach/"):
        assert time.monotonic() < end, line
        time.sleep(0.1)


def test_what_is_edited_needs_no_finished_site(served):
    assert not (served.project / "site").exists()
    assert "TOAN-TRANG" not in served.page("so-lieu/")
    assert {path.name for path in (served.project / "build").iterdir()} >= {"preview", "shelf", "live"}


def test_a_port_that_is_taken_is_told_in_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run_build(ROOT, "serve", "--port", port)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Không mở được cổng {port}: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("port", ["-1", "70000", "x"])
def test_a_port_that_is_none_is_told_in_one_line(port):
    done = run_build(ROOT, "serve", f"--port={port}")
    assert done.returncode in (1, 2)
    assert len(done.stderr.strip().splitlines()) == 1


def test_what_a_build_writes_is_no_change(tmp_path):
    for path in ("docs/vi/a.md", "docs/vi/chi-tieu/b.md", "docs/vi/index.md", "scripts/c.py", "datapackage/data/d.csv"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    for path in ("scripts/__pycache__/c.pyc", "datapackage/.~lock.d.csv#", "docs/.DS_Store", "mkdocs.yml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    found = serve.sources(tmp_path, tmp_path / "datapackage")
    assert {path.relative_to(tmp_path).as_posix() for path in found} == {
        "datapackage/data/d.csv",
        "docs/vi/a.md",
        "mkdocs.yml",
        "scripts/c.py",
    }


def test_a_question_for_changes_is_answered_at_once_when_there_are_any_and_else_waits():
    versions = serve.Versions()
    seen = versions.after("")
    threading.Timer(0.2, versions.add).start()
    begun = time.monotonic()
    assert versions.after(seen) != seen
    assert 0.1 < time.monotonic() - begun < serve._HOLD


def test_the_watch_ends_with_the_process_that_started_it(tmp_path):
    watch = "import sys; sys.path.insert(0, sys.argv[1])\nfrom wardbook import serve\n"
    watch += "print('watching', flush=True)\nserve.watch(list, print)\nprint('ended', flush=True)\n"
    start = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', *sys.argv[1:]]); time.sleep(3)\n"
    scripts = str(Path(__file__).parent.parent / "scripts")
    command = [sys.executable, "-c", start, watch, scripts]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.endswith("ended\n")


def test_a_fault_of_the_program_is_shown_and_the_server_stays(capfd):
    def fail() -> bool:
        with contextlib.suppress(KeyError):
            raise KeyError
        raise ZeroDivisionError("by hand")

    assert not serve.in_a_copy(fail)
    assert "ZeroDivisionError: by hand" in capfd.readouterr().err
    assert serve.in_a_copy(lambda: True)
