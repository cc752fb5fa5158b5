"""One build at a time: a lock that ends with the last process that holds it, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = "lock"


@contextmanager
def only_one(folder: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a folder; where another process has it, call `wait` once and then wait.

    A copy of the process holds the lock as well, so that a build does not begin while what a killed one had started
    still writes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
