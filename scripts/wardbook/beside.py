"""Work for each language in a process of its own, side by side."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

from wardbook.error import BuildError
from wardbook.language import CODES
from wardbook.shelf import also_asked, asked

T = TypeVar("T")


def by_language(work: Callable[[str], T]) -> dict[str, T]:
    """Return what `work` gives for each language; what it raises for one is raised here, and ends the others.

    The processes are copies of this one, so `work` needs no preparation; what it gives must be fit for a pipe.
    """
    if "vl_convert" in sys.modules:
        # the engine of charts has threads, and a copy of a process would wait for them for ever
        return {code: work(code) for code in CODES}
    copies = multiprocessing.get_context("fork")
    running = []
    try:
        for code in CODES:
            here, there = copies.Pipe(duplex=False)
            process = copies.Process(target=_send, args=(work, code, there), daemon=True)
            process.start()
            there.close()
            running.append((code, process, here))
        return {code: _receive(here, process) for code, process, here in running}
    finally:
        for _, process, here in running:
            process.kill()
            process.join()
            here.close()


def _send(work: Callable[[str], T], code: str, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # who interrupts a build is answered by the process that has it
    try:
        done = (True, work(code))
    except Exception as error:
        done = (False, error)
    pipe.send((*done, asked()))
    pipe.close()


def _receive(pipe: Connection, process: multiprocessing.Process) -> T:
    try:
        is_done, given, names = pipe.recv()
    except EOFError:
        process.join()
        raise BuildError(f"a process of the build ended early ({process.exitcode})") from None
    also_asked(names)
    if not is_done:
        raise given
    return given
