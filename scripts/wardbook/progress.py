"""What a long command is doing: one line that moves on a terminal, a line a stage elsewhere; nothing of a short one."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

# a reader waits this long without asking what goes on
_PATIENCE = 2.0
_BEAT = 0.2

# ECMA-48: back to the beginning of the line, and clear what stands there
_CLEAR = "\r\x1b[K"


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
        """Tell about what is done within; where `total` is known, `done` gives how much of it there is already."""
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
            self._write(f"{_say(name, total, total, took)}\n")

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
    count = f" {done}/{total}" if total else ""
    return f"{name}{count} · {seconds:.0f} s"
