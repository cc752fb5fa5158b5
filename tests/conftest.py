"""What tests share: a copy of the project to build in, the built site on a local port, and a real browser."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from wardbook.tree import GENERATED
from wards import write
from years import three_years

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ("datapackage", "docs", "mkdocs.yml", "mkdocs.en.yml", "scripts")
ADDRESS = "https://ward.example/"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def copy_project(folder: Path) -> Path:
    """Copy what a build needs, and nothing that one made."""

    def made(place: str, names: list[str]) -> set[str]:
        is_docs = Path(place).parent == ROOT / "docs"
        return {name for name in names if name == "__pycache__" or (is_docs and name in GENERATED)}

    for name in PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=made)
        else:
            shutil.copy(source, folder / name)
    return folder


def run_build(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command of build.py in a copy of the project; the site is to stand at ADDRESS."""
    clean = {name: value for name, value in os.environ.items() if name not in ("SITE_URL", "SOURCE_DATE_EPOCH")}
    return subprocess.run(
        [sys.executable, str(project / "scripts" / "build.py"), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**clean, "SITE_URL": ADDRESS, **environment},
    )


def missing_program(name: str, install: str) -> NoReturn:
    """Skip the test on a contributor's machine, saying how to install what it lacks; fail it in CI."""
    message = f"no {name} on this machine; install it with: {install}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that all processes of a test run share: the first to ask for it makes it, the others wait."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, whole = base / name, base / f"{name}.whole"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder


def _build_site(folder: Path) -> None:
    built = run_build(folder, "site")
    assert built.returncode == 0, built.stdout + built.stderr


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the real package, its site built. No test may change it."""
    return made_once(tmp_path_factory, "project", lambda folder: _build_site(copy_project(folder)))


@pytest.fixture(scope="session")
def site(project: Path) -> Path:
    """The built site of the real package."""
    return project / "site"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a local port; give its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address of a local server that serves the built site."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def three_year_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of an invented ward with three years, built with no change of code. No test may change it."""

    def make(folder: Path) -> None:
        shutil.rmtree(copy_project(folder) / "datapackage")
        write(three_years(), folder / "datapackage")
        _build_site(folder)

    return made_once(tmp_path_factory, "years", make) / "site"


@pytest.fixture(scope="session")
def three_year_address(three_year_site: Path) -> Iterator[str]:
    """The address of a local server that serves it."""
    with served(three_year_site) as address:
        yield address


def wait_until(page, expression: str, seconds: float = 5) -> None:
    """Wait until an expression is true on a page; Playwright's own way needs eval, which the pages forbid."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"not within {seconds} s: {expression}"
        page.wait_for_timeout(20)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Real Chromium. Without it these tests are skipped on a contributor's machine, and fail in CI."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    executable = found or missing_program("Chromium", "sudo apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()
