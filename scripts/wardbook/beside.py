"""Work for each language in a process of its own, side by side."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TypeVar

from wardbook.error import BuildError
from wardbook.language import CODES
from wardbook.shelf import also_asked, asked

T = TypeVar("T")

# from <linux/prctl.h>
_PARENT_DEATH_SIGNAL = 1


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
            # a copy has the ends that this process reads from too, and would wait for itself to read
            ends = [here, *(end for _, _, end in running)]
            process = copies.Process(target=_send, args=(work, code, there, ends, os.getpid()), daemon=True)
            process.start()
            there.close()
            running.append((code, process, here))
        return {code: _receive(here, process) for code, process, here in running}
    finally:
        for _, process, here in running:
            process.kill()
            process.join()
            here.close()


def _send(work: Callable[[str], T], code: str, pipe: Connection, ends: Sequence[Connection], parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # who interrupts a build is answered by the process that has it
    for end in ends:
        end.close()
    _end_with(parent)
    try:
        done = (True, work(code))
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
