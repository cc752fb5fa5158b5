"""Work in copies of this process, side by side: one for each language, or one beside what this process does."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import TypeVar

from wardbook.error import BuildError
from wardbook.language import CODES
from wardbook.shelf import also_asked, asked

T = TypeVar("T")

# from <linux/prctl.h>
_PARENT_DEATH_SIGNAL = 1

# where this process reads what its copies send: a copy has these ends too, and would wait for itself to read
_reading: set[Connection] = set()


@contextmanager
def beside(work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Do work in a copy of this process; give what waits for it and returns what it gave, or raises what it raised.

    A copy needs no preparation; what it gives must be fit for a pipe. It ends with the block at the latest.
    """
    copies = multiprocessing.get_context("fork")
    here, there = copies.Pipe(duplex=False)
    _reading.add(here)
    process = copies.Process(target=_send, args=(work, there, os.getpid()), daemon=True)
    try:
        # what there is so far is not looked at again by the collector: looking would copy the memory that copies share
        gc.freeze()
        with there:
            process.start()
        try:
            yield lambda: _receive(here, process)
        finally:
            process.kill()
            process.join()
    finally:
        _reading.remove(here)
        here.close()


def by_language(work: Callable[[str], T]) -> dict[str, T]:
    """Return what `work` gives for each language, side by side; what it raises for one ends the others."""
    with beside_by_language(work) as found:
        return found()


@contextmanager
def beside_by_language(work: Callable[[str], T]) -> Iterator[Callable[[], dict[str, T]]]:
    """Do work for each language in a copy of its own, as in `beside`."""
    with ExitStack() as stack:
        waits = {code: stack.enter_context(beside(partial(work, code))) for code in CODES}
        yield lambda: {code: wait() for code, wait in waits.items()}


def _send(work: Callable[[], T], pipe: Connection, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # who interrupts a build is answered by the process that has it
    for end in _reading:
        end.close()
    _reading.clear()
    _end_with(parent)
    try:
        done = (True, work())
    except Exception as error:
        done = (False, error)
    pipe.send((*done, asked()))
    pipe.close()


def _end_with(parent: int) -> None:
    """Let this process be killed when its parent ends, where the system can: nobody would take what it makes.

    Linux has this as prctl(2) with PR_SET_PDEATHSIG.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


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
