"""The built site sealed: each page says what it may load, and every address in it leads somewhere."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from wardbook.beside import beside_by_language
from wardbook.links import Target, anchors, climb, follower, links
from wardbook.metadata.place import pages_of
from wardbook.tree import write_anew

_CHARSET = re.compile(r'<meta charset="utf-8">')
_SCRIPT = re.compile(r"<script(?P<attributes>(?:\s[^>]*)?)>(?P<code>.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(?P<code>.*?)</style>", re.DOTALL)
_DATA = re.compile(r'\stype="application/(?:ld\+)?json"')

# what the process that waits for the pages does meanwhile takes longer
_GIVING_WAY = 10

# served at any depth, so the theme gives it addresses from the root of the host
_NOT_FOUND = "404.html"


@contextmanager
def sealing(site: Path, files: Mapping[str, bytes], coming: Iterable[str] = ()) -> Iterator[Callable[[], list[str]]]:
    """Seal the pages of a site, in its folder, while this process does other things; give what waits for it.

    That returns each link that leads nowhere, with its page. The links of a page are those in href and src; what leads
    to another host is not looked at. `files` are those of the site, with the pages as they are before; `coming` those
    that are still to be put into it.
    """
    names = {*coming, *files}
    with beside_by_language(lambda code, _: _seal(site, files, names, pages_of(code, files))) as copies:
        yield lambda: [link for copy in copies.values() for link in copy.found()]


def _seal(site: Path, files: Mapping[str, bytes], names: Set[str], pages: Iterable[str]) -> list[str]:
    """Write these pages with their policies; return what leads nowhere on them."""
    os.nice(_GIVING_WAY)
    follow, lost = follower(names), []

    @cache
    def anchors_of(name: str) -> set[str]:
        return anchors(files[name].decode("utf-8"))

    for name in pages:
        page = files[name].decode("utf-8")
        if not name.endswith(_NOT_FOUND):
            lost += (f"{name}: {link}" for link in _lost(files[name], name, follow, anchors_of))
        write_anew(site / name, with_policy(page, policy_of(page)).encode("utf-8"))
    return lost


def policy_of(page: str) -> str:
    """Return the policy of a page, which lets it run and show only what is its own.

    Inline scripts and styles are named by their hashes; data in a script element is not run and needs none.
    """
    scripts = [found["code"] for found in _SCRIPT.finditer(page) if _is_run(found["attributes"])]
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {_sources(scripts)}",
            f"style-src {_sources(found['code'] for found in _STYLE.finditer(page))}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
        ]
    )


def with_policy(page: str, policy: str) -> str:
    """Return a page that tells the browser its policy before anything else.

    It stands in the page because a host of static files sends no headers of ours (Content Security Policy Level 3,
    3.3).
    """
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    sealed, found = _CHARSET.subn(lambda charset: f"{charset[0]}{meta}", page, count=1)
    if not found:
        raise ValueError("a page without <meta charset> has no place for its policy")
    return sealed


def _is_run(attributes: str) -> bool:
    return " src=" not in attributes and not _DATA.search(attributes)


def _sources(inline: Iterable[str]) -> str:
    hashes = (base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode() for code in inline)
    return " ".join(["'self'", *sorted({f"'sha256-{digest}'" for digest in hashes})])


def _lost(
    page: bytes, name: str, follow: Callable[[str, str], Target | None], anchors_of: Callable[[str], Set[str]]
) -> Iterator[str]:
    """Yield each link on a page that no file answers, or no anchor of the page that it leads to."""
    for link in links(page):
        target = follow(*climb(name, link))
        if target is None:
            continue
        is_page = target.file is not None and target.file.endswith(".html")
        if target.file is None or (target.anchor and is_page and target.anchor not in anchors_of(target.file)):
            yield link
