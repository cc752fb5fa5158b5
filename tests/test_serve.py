"""`make serve`: who edits a figure, a page or the look sees it in the open browser, and a fault in the terminal."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
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

    def wait_for(self, text: str, begin: int = 0, times: int = 1) -> str:
        """Return the line that says a text for the last of so many times, from `begin` on, once it was said."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            lines = [line for line in self.said[begin:] if text in line]
            if len(lines) >= times:
                return lines[times - 1]
            time.sleep(0.05)
        pytest.fail(f"not said: {text!r}, but: {''.join(self.said)}")

    def page(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path) as answer:
            return answer.read().decode("utf-8")

    def version(self, address: str, seen: str = "") -> str:
        """Ask for the version of a page as an open browser does, until it is another than what was seen."""
        end = time.monotonic() + PATIENCE
        while (now := self.page(f"__changes?{seen}&{address}")) == seen:
            assert time.monotonic() < end, f"no other version: {''.join(self.said)}"
        return now

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
    page, loaded = browser.new_page(), []
    page.on("framenavigated", lambda frame: loaded.append(frame.url))
    page.goto(f"{served.address}chi-tieu/luot-khach/")
    assert page.locator("h1").inner_text() == "Lượt khách"
    served.put(name_vi="Khách tham quan")
    page.locator("h1", has_text="Khách tham quan").wait_for(timeout=PATIENCE * 1000)
    # once for the open page, once for all
    served.wait_for("indicators.csv", times=2)
    # and what is the same when all are made is not loaded again
    page.wait_for_timeout(500)
    assert len(loaded) == 2
    page.close()


def test_a_page_asks_for_changes_with_the_version_that_it_is(served):
    assert f'let seen = "{served.version("/gioi-thieu/")}"' in served.page("gioi-thieu/")


def test_pages_that_are_open_come_before_all_others(served):
    open_page = served.version("/en/chi-tieu/luot-khach/")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(served.version, "/en/chi-tieu/luot-khach/", open_page)
        time.sleep(0.5)
        before = len(served.said)
        served.put(name_en="Sightseers", name_vi="Khách ngắm cảnh")
        waiting.result(PATIENCE)
    assert "Sightseers" in served.page("en/chi-tieu/luot-khach/")
    served.wait_for("indicators.csv", before, times=2)
    assert "Khách ngắm cảnh" in served.page("chi-tieu/luot-khach/")
    assert "Sightseers" in served.page("en/chi-tieu/luot-khach/")
    assert served.version("/en/chi-tieu/luot-khach/") != open_page


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


def test_a_question_for_changes_is_answered_at_once_when_there_are_any_and_else_waits(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "_HOLD", 5.0)
    page, other = tmp_path / "a/index.html", tmp_path / "b/index.html"
    for file in (page, other):
        file.parent.mkdir()
        file.write_text("one")
    versions = serve.Versions(tmp_path)
    seen = versions.after("", "/a/")
    assert versions.open() == {}

    def edit() -> None:
        assert versions.open() == {"vi": {"a/index.html"}}
        # what is no part of the page answers nobody who waits for it
        other.write_text("two")
        versions.look()
        time.sleep(0.2)
        page.write_text("two")
        versions.look()

    threading.Timer(0.2, edit).start()
    begun = time.monotonic()
    assert versions.after(seen, "/a/") != seen
    assert 0.3 < time.monotonic() - begun < serve._HOLD


def test_a_page_has_another_version_when_it_or_what_it_shows_is_another(tmp_path):
    site = {
        "css/a.css": "x",
        "b/c.svg": "x",
        "b/index.html": '<link rel="stylesheet" href="../css/a.css?v=1"><img src="c.svg"><a href="../d/">d</a>'
        '<link rel="alternate" href="../e.atom">',
        "d/index.html": "x",
        "e.atom": "x",
    }
    for path, content in site.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    found = [serve.version(tmp_path, "b/index.html")]
    for path, content in site.items():
        (tmp_path / path).write_text(f"{content} ")
        found.append(serve.version(tmp_path, "b/index.html"))
    assert len(set(found)) == 4
    assert found[3] == found[4] == found[5]


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/en/", "en/index.html"),
        ("/chi-tieu/a%20b/", "chi-tieu/a b/index.html"),
        ("/404.html", "404.html"),
        ("", "index.html"),
        ("/../../etc/", "etc/index.html"),
        ("/a/..%2f..%2f../etc", "etc/index.html"),
    ],
)
def test_an_address_leads_to_a_file_of_the_site_and_never_out_of_it(address, file):
    assert serve.built(address) == file


@pytest.mark.parametrize("address", ["/a%00b/", f"/{'a' * 5000}/", "/không-có/"])
def test_an_address_that_leads_nowhere_is_answered_too(tmp_path, address):
    assert serve.Versions(tmp_path).after("", address)


def test_the_watch_ends_with_the_process_that_started_it(tmp_path):
    watch = "import sys; sys.path.insert(0, sys.argv[1])\nfrom wardbook import serve\n"
    watch += "print('watching', flush=True)\nserve.watch(list, print)\nprint('ended', flush=True)\n"
    start = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', *sys.argv[1:]]); time.sleep(3)\n"
    scripts = str(Path(__file__).parent.parent / "scripts")
    command = [sys.executable, "-c", start, watch, scripts]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.endswith("ended\n")


def test_a_fault_of_the_program_is_shown_and_the_server_stays(capfd):
    def fail(tell: Callable[[], None]) -> None:
        tell()
        raise ZeroDivisionError("by hand")

    seen = []
    serve.in_a_copy(fail, lambda: seen.append("fail"))
    assert "ZeroDivisionError: by hand" in capfd.readouterr().err
    serve.in_a_copy(lambda tell: [tell(), tell()], lambda: seen.append("work"))
    assert seen == ["fail", "work", "work"]
