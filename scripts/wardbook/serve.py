"""The site on this machine, made anew at every change: pages that are open in a browser show it by themselves."""

from __future__ import annotations

import functools
import http.server
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from wardbook.tree import GENERATED

# a change is seen by the next look; editors write a file in several steps
_LOOK = 0.2

# how long a browser's question for changes stays open: proxies of hosted editors close what is silent for a minute
_HOLD = 25.0

_CHANGES = "/__changes"

# asks for the number of the version, with the one it has; an answer comes when there is another
_SCRIPT = b"""<script>
(async () => {
  let seen = "";
  for (;;) {
    try {
      const now = await (await fetch("/__changes?" + seen)).text();
      if (seen && now !== seen) location.reload();
      seen = now;
    } catch { await new Promise(done => setTimeout(done, 500)); }
  }
})();
</script>
"""


class Versions:
    """Counts the versions of the site, and lets many wait for the next one."""

    def __init__(self) -> None:
        """Begin with the version that a new server shows: no browser has it from an earlier one."""
        self._number = time.time_ns()
        self._changed = threading.Condition()

    def add(self) -> None:
        """Tell everyone who waits that there is another version."""
        with self._changed:
            self._number += 1
            self._changed.notify_all()

    def after(self, seen: str) -> str:
        """Return the version, at once if it is another than `seen`; else wait for it, but not for ever."""
        with self._changed:
            self._changed.wait_for(lambda: str(self._number) != seen, _HOLD)
            return str(self._number)


class _Site(http.server.SimpleHTTPRequestHandler):
    """Serves the files of a site; a page gets a script that waits for changes."""

    def __init__(self, *arguments: object, versions: Versions, directory: str) -> None:
        self._versions = versions
        super().__init__(*arguments, directory=directory)

    def do_GET(self) -> None:
        path, _, seen = self.path.partition("?")
        if path == _CHANGES:
            return self._send(self._versions.after(seen).encode("ascii"), "text/plain")
        file = Path(self.translate_path(self.path))
        page = file / "index.html" if path.endswith("/") else file
        if page.suffix == ".html" and page.is_file():
            return self._send(
                page.read_bytes().replace(b"</body>", _SCRIPT + b"</body>", 1), "text/html; charset=utf-8"
            )
        return super().do_GET()

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        # what a browser keeps would be shown in the place of what changed
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    """A server for browsers, which leave without a word when a page is closed."""

    daemon_threads = True

    def handle_error(self, *arguments: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(*arguments)


def start(folder: Path, port: int, versions: Versions) -> int:
    """Serve a folder to this machine, from a thread of its own; return the port, a free one for 0."""
    handler = functools.partial(_Site, versions=versions, directory=str(folder))
    server = _Server(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def watch(sources: Callable[[], Iterable[Path]], changed: Callable[[set[Path]], None]) -> None:
    """Call `changed` with the files that were written, made or deleted, as long as what started this process lives."""
    parent, before = os.getppid(), _state(sources())
    while os.getppid() == parent:
        time.sleep(_LOOK)
        now = _state(sources())
        if now == before:
            continue
        while now != (later := _later(sources)):
            now = later
        changed({path for path in before.keys() | now.keys() if before.get(path) != now.get(path)})
        before = now


def _later(sources: Callable[[], Iterable[Path]]) -> Mapping[Path, tuple[int, int]]:
    time.sleep(_LOOK / 4)
    return _state(sources())


def _state(paths: Iterable[Path]) -> Mapping[Path, tuple[int, int]]:
    """Return what tells one state of files from another: when each was written, and its size."""
    state = {}
    for path in paths:
        try:
            about = path.stat()
        except OSError:
            continue  # gone since it was listed
        state[path] = about.st_mtime_ns, about.st_size
    return state


def sources(root: Path, package: Path) -> list[Path]:
    """Return the files that a site is made of: data, hand-written pages, theme, templates, words, code, settings."""
    found = [*root.glob("mkdocs*.yml")]
    for folder in (package, root / "docs", root / "scripts"):
        for place, folders, files in os.walk(folder):
            # neither what a build wrote nor what Python, git and editors keep for themselves
            folders[:] = [name for name in folders if name not in (*GENERATED, "__pycache__") and name[0] != "."]
            found += (Path(place, name) for name in files if name not in GENERATED and name[0] not in ".#~")
    return found


def in_a_copy(work: Callable[[], bool]) -> bool:
    """Do work in a copy of this process, which has loaded all that it needs; return what the work returned."""
    sys.stdout.flush()
    sys.stderr.flush()
    copy = os.fork()
    if copy:
        return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) == 0
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    done = False
    try:
        done = work()
    except Exception:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0 if done else 1)


def again() -> None:
    """Begin this program anew: its code has changed."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - the same program
