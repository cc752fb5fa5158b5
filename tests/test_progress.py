"""What a long command says of how far it is: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import pty
import re
import time

import pytest

from wardbook import progress
from wardbook.beside import by_language
from wardbook.language import CODES
from wardbook.progress import Progress, Tally

NAMES = {"draw": "Vẽ ảnh", "seal": "Đóng trang"}


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(progress, "_PATIENCE", 0.05)
    monkeypatch.setattr(progress, "_BEAT", 0.01)


def said_on_a_terminal(run) -> str:
    ours, theirs = pty.openpty()
    run(Progress(theirs, NAMES))
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    return said.decode("utf-8")


def said_in_a_file(run, tmp_path) -> str:
    with (tmp_path / "said").open("w+b") as file:
        run(Progress(file.fileno(), NAMES))
        file.seek(0)
        return file.read().decode("utf-8")


def long(shown: Progress) -> None:
    done = []
    with shown.stage("draw", 3, lambda: len(done)):
        for number in range(3):
            time.sleep(0.1)
            done.append(number)


def short(shown: Progress) -> None:
    with shown.stage("seal"):
        pass


def test_a_terminal_shows_stage_count_and_time_on_one_line_and_clears_it(impatient):
    said = said_on_a_terminal(long)
    assert re.search(r"Vẽ ảnh 1/3 · 0 s", said)
    assert "\n" not in said
    assert said.endswith("\r\x1b[K")


def test_elsewhere_a_long_stage_is_one_plain_line(impatient, tmp_path):
    assert said_in_a_file(long, tmp_path) == "Vẽ ảnh 3/3 · 0 s\n"


def test_nothing_is_said_of_what_is_short(tmp_path):
    assert said_in_a_file(short, tmp_path) == ""
    assert said_on_a_terminal(short).replace("\r\x1b[K", "") == ""


def test_copies_of_a_process_count_together(impatient, tmp_path):
    tally = Tally(CODES)

    def counting(shown: Progress) -> None:
        with shown.stage("draw", done=tally.total):
            by_language(lambda code: [tally.add(code) for _ in range(20)])
            time.sleep(0.1)

    assert said_in_a_file(counting, tmp_path) == "Vẽ ảnh 40 · 0 s\n"


def test_a_stage_that_fails_leaves_no_half_line_and_hides_no_fault(impatient):
    def failing(shown: Progress) -> None:
        with pytest.raises(ZeroDivisionError), shown.stage("draw"):
            time.sleep(0.1)
            1 / 0  # noqa: B018

    assert said_on_a_terminal(failing).endswith("\r\x1b[K")


def test_a_closed_terminal_stops_nothing(impatient):
    ours, theirs = os.pipe()
    os.close(ours)
    long(Progress(theirs, NAMES))
    os.close(theirs)
