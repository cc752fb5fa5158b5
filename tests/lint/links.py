"""Try every link of a built site that leads to another site: python tests/lint/links.py SITE.

Prints each link that is dead, with a page it stands on, and ends with 1 if there is one. A server that answers but does
not let a program in (401, 403, 429), or is ill for the moment (5xx), is named and does not count.
"""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

TIMEOUT = 30  # seconds; servers of offices can be slow
TRIES = 2
NOT_DEAD = (401, 403, 405, 406, 429)
# some servers refuse what does not look like a browser
HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; link check)", "Accept": "*/*"}


class _Links(HTMLParser):
    """What a page leads to and, from its own canonical link, where it stands itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.own = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") == "canonical":
            self.own = given.get("href") or ""
        elif tag == "a" and given.get("href"):
            self.found.append(str(given["href"]))


def outside_links(site: Path) -> dict[str, str]:
    """Return every address outside the site that a page leads to, without its fragment, and one of those pages."""
    pages = {page: _read(page) for page in sorted(site.rglob("*.html"))}
    own = {urlsplit(links.own).netloc for links in pages.values()}
    found: dict[str, str] = {}
    for page, links in pages.items():
        for link in links.found:
            parts = urlsplit(link.strip())
            if parts.scheme in ("http", "https") and parts.netloc not in own:
                found.setdefault(urlunsplit(parts._replace(fragment="")), page.relative_to(site).as_posix())
    return found


def _read(page: Path) -> _Links:
    links = _Links()
    links.feed(page.read_text(encoding="utf-8"))
    return links


def answer(address: str) -> str:
    """Return "" for an address that can be read, "? ..." for one that may be, else why it cannot."""
    said = ""
    for _ in range(TRIES):
        try:
            with urllib.request.urlopen(urllib.request.Request(address, headers=HEADERS), timeout=TIMEOUT):
                return ""
        except urllib.error.HTTPError as error:
            said = f"{'? ' if error.code in NOT_DEAD or error.code >= 500 else ''}{error.code}"
        except (OSError, ValueError) as error:  # no such host, refused, timed out, a certificate; no such address
            said = str(getattr(error, "reason", error)) or type(error).__name__
    return said


def report(links: Mapping[str, str], answers: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each address that could not be read."""
    for address in sorted(links):
        if said := answers[address]:
            yield f"{links[address]}: {address}: {said}"


def main(site: Path) -> int:
    """Try the links of a site; return 1 if one is dead."""
    links = outside_links(site)
    with ThreadPoolExecutor(max_workers=4) as workers:
        answers = dict(zip(links, workers.map(answer, links), strict=True))
    print(*report(links, answers), f"{len(links)} links", sep="\n")
    return int(any(said and not said.startswith("?") for said in answers.values()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
