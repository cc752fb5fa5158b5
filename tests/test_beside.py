"""Work side by side: each language has a process, and no fault of one is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import ROOT
from wardbook import beside
from wardbook.beside import by_language
from wardbook.error import BuildError
from wardbook.language import CODES
from wardbook.ledger import GoneError


def test_each_language_has_a_process_of_its_own_and_gives_what_it_made():
    made = by_language(lambda code: (code, os.getpid()))
    assert {code: given[0] for code, given in made.items()} == {"vi": "vi", "en": "en"}
    assert len({os.getpid(), *(pid for _, pid in made.values())}) == 3


def test_a_process_may_do_other_things_while_a_copy_of_it_works():
    with beside.beside(lambda _: os.getpid()) as copy:
        assert os.getpid() != copy.found()


def test_a_copy_may_wait_for_what_it_is_told():
    with beside.beside_by_language(lambda code, caller: f"{code} {caller.told()} {caller.told()}") as copies:
        for number in ("1", "2"):
            for copy in copies.values():
                copy.tell(number)
        assert {code: copy.found() for code, copy in copies.items()} == {"vi": "vi 1 2", "en": "en 1 2"}


def test_a_copy_may_give_what_it_finds_on_the_way():
    def work(caller) -> str:
        caller.tell("first")
        return f"last, {caller.told()}"

    with beside.beside(work) as copy:
        assert copy.found() == "first"
        copy.tell("after that")
        assert copy.found() == "last, after that"


def test_a_copy_goes_on_though_nobody_takes_yet_what_it_gives_on_the_way(tmp_path):
    def work(caller) -> str:
        caller.tell(b"x" * 20_000_000)
        (tmp_path / "went on").touch()
        return "last"

    with beside.beside(work) as copy:
        wait((tmp_path / "went on").exists)
        assert (len(copy.found()), copy.found()) == (20_000_000, "last")


def test_a_copy_that_fails_on_the_way_says_why():
    def work(caller) -> None:
        caller.tell("first")
        raise BuildError("words are missing")

    with beside.beside(work) as copy:
        assert copy.found() == "first"
        with pytest.raises(BuildError, match=r"^words are missing$"):
            copy.found()


def test_a_copy_that_fails_while_it_is_still_giving_something_gives_both():
    def work(caller) -> None:
        caller.tell(b"x" * 20_000_000)
        raise BuildError("words are missing")

    with beside.beside(work) as copy:
        time.sleep(0.3)
        assert len(copy.found()) == 20_000_000
        with pytest.raises(BuildError, match=r"^words are missing$"):
            copy.found()


def test_what_cannot_go_through_a_pipe_is_no_silence():
    def work(caller) -> str:
        caller.tell(lambda: "no pipe takes this")
        return "last"

    with beside.beside(work) as copy, pytest.raises(Exception, match="pickle"):
        copy.found()


def test_a_copy_that_fails_before_it_is_told_anything_says_why():
    def refuse(_) -> None:
        raise BuildError("words are missing")

    with beside.beside(refuse) as copy, pytest.raises(BuildError, match=r"^words are missing$"):
        copy.tell(b"x" * 20_000_000)
        copy.found()


def test_a_copy_that_nobody_waits_for_ends_with_the_block(tmp_path):
    def work(_) -> None:
        (tmp_path / "pid").write_text(str(os.getpid()))
        time.sleep(60)

    with beside.beside(work):
        wait(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    assert not Path("/proc", (tmp_path / "pid").read_text()).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of threads in files")
def test_a_process_that_will_be_copied_has_no_threads_that_a_copy_would_lack():
    program = f"""
import os, sys
sys.path.insert(0, {str(ROOT / "scripts")!r})
import build
from wardbook.prepare import prepare
build.main(["check"])
prepare(build.ROOT)
print(len(os.listdir("/proc/self/task")))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split()[-1] == "1"


def test_what_one_language_raises_is_raised_and_ends_the_other():
    def work(code: str) -> None:
        if code == "vi":
            raise BuildError("words are missing")
        time.sleep(60)

    begun = time.monotonic()
    with pytest.raises(BuildError, match=r"^words are missing$"):
        by_language(work)
    assert time.monotonic() - begun < 30


def test_a_refusal_comes_through_with_what_it_has_to_say():
    def refuse(_) -> None:
        raise GoneError(["/a/", "/b/"])

    with beside.beside(refuse) as copy, pytest.raises(GoneError) as raised:
        copy.found()
    assert (raised.value.reason, raised.value.gone) == ("gone", ["/a/", "/b/"])
    assert raised.value.values == {"address": "/a/", "more": " (+1)"}


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

beside.Copy.found = lambda copy: time.sleep(60)
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
