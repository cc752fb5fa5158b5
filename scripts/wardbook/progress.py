"""What a long command is doing: one line that moves on a terminal, a line a stage elsewhere; nothing of a short one."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# a reader waits this long without asking what goes on
_PATIENCE = 2.0
_BEAT = 0.2

# ECMA-48: back to the beginning of the line, and clear what stands there
_CLEAR = "\r\x1b[K"


class Tally:
    """Counts what copies of this process do, each under a name of its own."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names to count under."""
        from multiprocessing.sharedctypes import RawValue  # late: what is short counts nothing

        # in memory that copies share; without a lock, which a copy that is killed could keep
        self._counts = {name: RawValue("Q") for name in names}

    def add(self, name: str) -> None:
        """Count one more."""
        self._counts[name].value += 1

    def total(self) -> int:
        """Return how many there are under all names."""
        return sum(count.value for count in self._counts.values())


@dataclass
class Progress:
    """Writes to a file descriptor how far a command has come since it began; `names` are those of its stages.

    The descriptor is written to directly: a copy of this process must not find the lock of a stream taken.
    """

    descriptor: int
    names: Mapping[str, str]
    begun: float = field(default_factory=time.monotonic)

    @contextlib.contextmanager
    def stage(self, key: str, total: int = 0, done: Callable[[], int] | None = None) -> Iterator[None]:
        """Tell about what is done within: `done` gives how much of it there is already, of a `total` where known."""
        name, begun, ended = self.names[key], time.monotonic(), threading.Event()
        shown = os.isatty(self.descriptor)
        beat = threading.Thread(target=self._beat, args=(ended, name, total, done), daemon=True)
        if shown:
            beat.start()
        try:
            yield
        finally:
            ended.set()
            if shown:
                beat.join()
                self._write(_CLEAR)
        took = time.monotonic() - begun
        if not shown and took >= _PATIENCE:
            self._write(f"{_say(name, done() if done else 0, total, took)}\n")

    @property
    def seconds(self) -> float:
        """How long the command has run."""
        return time.monotonic() - self.begun

    def _beat(self, ended: threading.Event, name: str, total: int, done: Callable[[], int] | None) -> None:
        while not ended.wait(_BEAT):
            if self.seconds >= _PATIENCE:
                self._write(_CLEAR + _say(name, done() if done else 0, total, self.seconds))

    def _write(self, text: str) -> None:
        # whoever closed the terminal does not want to know
        with contextlib.suppress(OSError):
            os.write(self.descriptor, text.encode("utf-8"))


def _say(name: str, done: int, total: int, seconds: float) -> str:
    count = f" {done}/{total}" if total else f" {done}" if done else ""
    return f"{name}{count} · {seconds:.0f} s"
