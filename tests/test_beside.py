"""Work side by side: each language has a process, and no fault of one is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wardbook import beside
from wardbook.beside import by_language
from wardbook.error import BuildError
from wardbook.language import CODES


@pytest.fixture(autouse=True)
def no_engine(monkeypatch):
    """Leave out of sight that other tests have drawn charts: nothing here draws any."""
    monkeypatch.delitem(sys.modules, "vl_convert", raising=False)


def test_each_language_has_a_process_of_its_own_and_gives_what_it_made():
    made = by_language(lambda code: (code, os.getpid()))
    assert {code: given[0] for code, given in made.items()} == {"vi": "vi", "en": "en"}
    assert len({os.getpid(), *(pid for _, pid in made.values())}) == 3


def test_with_the_threads_of_the_chart_engine_the_work_stays_in_one_process(monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", object())
    assert set(by_language(lambda code: os.getpid()).values()) == {os.getpid()}


def test_what_one_language_raises_is_raised_and_ends_the_other():
    def work(code: str) -> None:
        if code == "vi":
            raise BuildError("words are missing")
        time.sleep(60)

    begun = time.monotonic()
    with pytest.raises(BuildError, match=r"^words are missing$"):
        by_language(work)
    assert time.monotonic() - begun < 30


def test_a_process_that_is_killed_is_no_silence():
    with pytest.raises(BuildError, match=r"ended early \(-9\)"):
        by_language(lambda code: os.kill(os.getpid(), signal.SIGKILL))


@pytest.mark.parametrize("work", ["time.sleep(60)", "b'x' * 20_000_000"], ids=["working", "done"])
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_when_a_build_is_killed_nothing_of_it_goes_on(tmp_path, work):
    program = f"""
import os, sys, time
from pathlib import Path
sys.path.insert(0, {str(Path(beside.__file__).parent.parent)!r})
from wardbook import beside

def work(code):
    (Path({str(tmp_path)!r}) / code).write_text(str(os.getpid()))
    return {work}

beside._receive = lambda *arguments: time.sleep(60)
beside.by_language(work)
"""
    build = subprocess.Popen([sys.executable, "-c", program])
    files = [tmp_path / code for code in CODES]
    wait(lambda: all(file.exists() and file.read_text() for file in files))
    time.sleep(0.3)
    build.kill()
    build.wait()
    wait(lambda: not any(Path("/proc", file.read_text()).exists() for file in files))


def wait(condition) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_much_comes_through():
    assert [len(made) for made in by_language(lambda code: b"x" * 20_000_000).values()] == [20_000_000] * 2
