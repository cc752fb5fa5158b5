"""The site on this machine, made anew at every change: pages that are open in a browser show it by themselves."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import os
import posixpath
import re
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

from wardbook.ledger import ENGLISH
from wardbook.tree import GENERATED

# a change is seen by the next look; editors write a file in several steps
_LOOK = 0.2

# how long a browser's question for changes stays open: proxies of hosted editors close what is silent for a minute
_HOLD = 25.0

_CHANGES = "/__changes"

# asks for the version of the page, with the one that it has; an answer comes when there is another
_SCRIPT = b"""<script>
(async () => {
  let seen = "VERSION";
  for (;;) {
    try {
      const now = await (await fetch("/__changes?" + seen + "&" + location.pathname)).text();
      if (now !== seen) location.reload();
      seen = now;
    } catch { await new Promise(done => setTimeout(done, 500)); }
  }
})();
</script>
"""

# what a page shows beside its own words: styles, scripts, pictures
_LOADED = re.compile(rb'(?:<link rel="stylesheet"[^>]*\shref|\ssrc)="([^":]+)"')

_PAGE = "index.html"


class Versions:
    """Knows which pages of a folder are open in a browser, and lets each wait for its next version."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that is served."""
        self._folder = folder
        self._open: Counter[str] = Counter()
        self._changed = threading.Condition()

    def look(self) -> None:
        """Let everyone who waits see whether there is another version of their page."""
        with self._changed:
            self._changed.notify_all()

    def after(self, seen: str, address: str) -> str:
        """Return the version of a page, at once if it is another than `seen`; else wait for it, but not for ever."""
        page = built(address)
        with self._changed:
            self._open[page] += 1
            try:
                self._changed.wait_for(lambda: version(self._folder, page) != seen, _HOLD)
            finally:
                self._open[page] -= 1
        return version(self._folder, page)

    def open(self) -> dict[str, set[str]]:
        """Return the pages that are open in a browser, each language by itself, by their paths below its folder."""
        with self._changed:
            pages = +self._open
        found: dict[str, set[str]] = {}
        for page in pages:
            is_english = page.startswith(ENGLISH)
            found.setdefault("en" if is_english else "vi", set()).add(page.removeprefix(ENGLISH))
        return found


def built(address: str) -> str:
    """Return the file that answers to the address of a page, by its path below the site."""
    path = posixpath.normpath(f"/{unquote(address)}").lstrip("/")
    return path if path.endswith(".html") else posixpath.join(path, _PAGE)


def version(folder: Path, page: str) -> str:
    """Return what tells one version of a page from another: a digest of it and of what it shows beside its words."""
    digest = hashlib.sha256()
    content = _content(folder / page)
    digest.update(content)
    for address in sorted(set(_LOADED.findall(content))):
        path = posixpath.join("/", posixpath.dirname(page), unquote(address.decode("utf-8")).partition("?")[0])
        digest.update(b"\0" + _content(folder / posixpath.normpath(path).lstrip("/")))
    return digest.hexdigest()


def _content(file: Path) -> bytes:
    # never made, just being put in its place, or no name of a file at all
    with contextlib.suppress(OSError, ValueError):
        return file.read_bytes()
    return b""


class _Site(http.server.SimpleHTTPRequestHandler):
    """Serves the files of a site; a page gets a script that waits for changes."""

    def __init__(self, *arguments: object, versions: Versions, directory: str) -> None:
        self._versions = versions
        super().__init__(*arguments, directory=directory)

    def do_GET(self) -> None:
        path, _, seen = self.path.partition("?")
        if path == _CHANGES:
            seen, _, page = seen.partition("&")
            return self._send(self._versions.after(seen, page).encode("ascii"), "text/plain")
        file = Path(self.translate_path(self.path))
        page = file / _PAGE if path.endswith("/") else file
        if page.suffix == ".html" and page.is_file():
            # before the page is read: if it changes just now, it is loaded once too often and not once too seldom
            seen = version(Path(self.directory), built(path)).encode("ascii")
            script = _SCRIPT.replace(b"VERSION", seen)
            return self._send(page.read_bytes().replace(b"</body>", script + b"</body>", 1), "text/html; charset=utf-8")
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


def in_a_copy(work: Callable[[Callable[[], None]], None], seen: Callable[[], None]) -> None:
    """Do work in a copy of this process, which has loaded all that it needs, and wait for its end.

    The work gets what it is to call whenever there is something to see; then `seen` is called in this process.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    here, there = os.pipe()
    copy = os.fork()
    if copy:
        os.close(there)
        with os.fdopen(here, "rb", buffering=0) as told:
            while told.read(1):
                seen()
        os.waitpid(copy, 0)
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.close(here)

    def tell() -> None:
        os.write(there, b".")

    try:
        work(tell)
    except Exception:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def again() -> None:
    """Begin this program anew: its code has changed."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - the same program
