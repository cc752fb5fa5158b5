"""What the first view of a page costs: python tests/bench/first_view.py SITE_DIR.

Serves a built site from this machine with gzip, opens the heaviest page of each kind in Chromium as a cheap phone would
(empty cache, 4x slower CPU, slow 4G as Lighthouse has it) and prints a table: compressed bytes of all that was fetched,
requests, requests to other hosts, largest contentful paint and total blocking time in milliseconds.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import shutil
import statistics
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

LANGUAGES = {"vi": "", "en": "en/"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
RUNS = 3
KINDS = ("overview", "topic", "indicator", "all indicators", "data")

# 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
CPU_SLOWDOWN = 4

# longer than any timer of the theme: what comes after that is no part of the first view
SETTLE = 2500

OBSERVE = """
window.view = {lcp: 0, blocked: 0};
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) view.lcp = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) view.blocked += Math.max(0, entry.duration - 50);
}).observe({type: "longtask", buffered: true});
"""


class Compressed(http.server.SimpleHTTPRequestHandler):
    """A file server that compresses as the hosts of static sites do, and keeps what it sent."""

    protocol_version = "HTTP/1.1"
    sent: ClassVar[list[tuple[str, int]]] = []

    def do_GET(self) -> None:
        """Send a file, compressed."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content = gzip.compress(path.read_bytes(), 6, mtime=0)
        self.sent.append((urlsplit(self.path).path, len(content)))
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class View:
    """What one first view cost."""

    files: tuple[tuple[str, int], ...]
    outside: int
    lcp: float
    blocked: float

    @property
    def size(self) -> int:
        """Bytes of all bodies as sent."""
        return sum(size for _, size in self.files)


def visit(browser: Browser, address: str) -> View:
    """Open a page in a fresh profile and return what it cost."""
    Compressed.sent.clear()
    abroad = []
    context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2)
    page = context.new_page()
    page.add_init_script(OBSERVE)
    home = urlsplit(address).netloc
    page.on("request", lambda request: abroad.append(request) if urlsplit(request.url).netloc not in (home, "") else 0)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    page.goto(address, wait_until="load")
    page.wait_for_timeout(SETTLE)
    view = page.evaluate("view")
    context.close()
    return View(tuple(Compressed.sent), len(abroad), view["lcp"], view["blocked"])


def heaviest(site: Path) -> dict[str, str]:
    """Return one page of each kind, the heaviest of those there are, so that no page costs more."""

    def among(folder: str) -> str:
        _, page = max((page.stat().st_size, page) for page in (site / folder).glob("*/index.html"))
        return f"{page.parent.relative_to(site).as_posix()}/"

    topic, indicator = among("chu-de"), among("chi-tieu")
    return {"overview": "", "topic": topic, "indicator": indicator, "all indicators": "chi-tieu/", "data": "so-lieu/"}


def visit_each(
    site: Path, kinds: Iterable[str], languages: Iterable[str] = ("vi",), runs: int = RUNS
) -> dict[tuple[str, str], list[View]]:
    """Return what the first views of the heaviest page of each kind cost, by kind and language."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Compressed, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    pages, found = heaviest(site), {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for kind in kinds:
            for code in languages:
                address = f"http://127.0.0.1:{server.server_port}/{LANGUAGES[code]}{pages[kind]}"
                found[kind, code] = [visit(browser, address) for _ in range(runs)]
        browser.close()
    server.shutdown()
    return found


def main(folder: str) -> None:
    """Print the table."""
    found = visit_each(Path(folder), KINDS, LANGUAGES)
    print(f"{'':<20}{'bytes':>9}{'requests':>10}{'outside':>9}{'LCP ms':>8}{'TBT ms':>8}")
    for (kind, code), views in found.items():
        lcp, blocked = (statistics.median(getattr(v, name) for v in views) for name in ("lcp", "blocked"))
        first = views[0]
        name = f"{kind} {code}"
        print(f"{name:<20}{first.size:>9,}{len(first.files):>10}{first.outside:>9}{lcp:>8.0f}{blocked:>8.0f}")
    print("\nindicator vi, file by file")
    for name, size in sorted(found["indicator", "vi"][0].files, key=lambda file: -file[1]):
        print(f"{size:>9,}  {name}")


if __name__ == "__main__":
    main(sys.argv[1])
