"""Work in copies of this process, side by side: one for each language, or one beside what this process does."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from wardbook.error import BuildError
from wardbook.language import CODES
from wardbook.shelf import also_asked, asked

T = TypeVar("T")

# from <linux/prctl.h>
_PARENT_DEATH_SIGNAL = 1

# the ends at which this process talks with its copies: a copy has these too, and would wait for itself
_ours: set[Connection] = set()


class Caller:
    """Who waits for the work of a copy, as the copy sees it."""

    def __init__(self, pipe: Connection) -> None:
        """Take the pipe that leads there."""
        self._pipe = pipe
        self._telling = ThreadPoolExecutor(1)
        self._told: list[Future[None]] = []

    def told(self) -> Any:
        """Wait for the next thing that the copy is told, and return it."""
        return self._pipe.recv()

    def tell(self, something: object) -> None:
        """Give something that was found on the way; the copy goes on, whether anyone takes it yet or not."""
        self._told.append(self._telling.submit(self._pipe.send, (True, something, ())))

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        # the pipe is free again when all is sent, and what cannot be sent must not be missed in silence
        for told in self._told:
            told.result()


@dataclass(frozen=True)
class Copy(Generic[T]):
    """A copy of this process at work."""

    _pipe: Connection
    _process: multiprocessing.Process

    def tell(self, something: object) -> None:
        """Send the copy what it waits for; one that has ended says why when it is asked for what it found."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._pipe.send(something)

    def found(self) -> T:
        """Wait for what the work gives next, on its way or at its end, and return it, or raise what it raised."""
        try:
            is_done, given, names = self._pipe.recv()
        except (EOFError, ConnectionResetError):
            self._process.join()
            raise BuildError(f"a process of the build ended early ({self._process.exitcode})") from None
        also_asked(names)
        if not is_done:
            raise given
        return given


@contextmanager
def beside(work: Callable[[Caller], T]) -> Iterator[Copy[T]]:
    """Do work in a copy of this process, which may wait for what it is told; it ends with the block at the latest.

    A copy needs no preparation; what it is told and what it gives must be fit for a pipe.
    """
    copies = multiprocessing.get_context("fork")
    here, there = copies.Pipe()
    _ours.add(here)
    process = copies.Process(target=_do, args=(work, there, os.getpid()), daemon=True)
    try:
        # what there is so far is not looked at again by the collector: looking would copy the memory that copies share
        gc.freeze()
        with there:
            process.start()
        try:
            yield Copy(here, process)
        finally:
            process.kill()
            process.join()
    finally:
        _ours.remove(here)
        here.close()


@contextmanager
def beside_by_language(work: Callable[[str, Caller], T]) -> Iterator[dict[str, Copy[T]]]:
    """Do work for each language in a copy of its own, as in `beside`."""
    with ExitStack() as stack:
        yield {code: stack.enter_context(beside(partial(work, code))) for code in CODES}


def by_language(work: Callable[[str], T]) -> dict[str, T]:
    """Return what `work` gives for each language, side by side; what it raises for one ends the others."""
    with beside_by_language(lambda code, _: work(code)) as copies:
        return {code: copy.found() for code, copy in copies.items()}


def _do(work: Callable[[Caller], T], pipe: Connection, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # who interrupts a build is answered by the process that has it
    for end in _ours:
        end.close()
    _ours.clear()
    _end_with(parent)
    try:
        with Caller(pipe) as caller:
            done = (True, work(caller))
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
