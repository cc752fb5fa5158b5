"""The built site sealed: each page says what it may load, and every address in it leads somewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from functools import cache
from html import unescape
from urllib.parse import unquote, urlsplit

from wardbook.beside import beside_by_language

_CHARSET = re.compile(r'<meta charset="utf-8">')
_SCRIPT = re.compile(r"<script(?P<attributes>(?:\s[^>]*)?)>(?P<code>.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(?P<code>.*?)</style>", re.DOTALL)
_DATA = re.compile(r'\stype="application/(?:ld\+)?json"')
_LINK = re.compile(r'\s(?:href|src)="([^"]*)"')
_ANCHOR = re.compile(r'\s(?:id|name)="([^"]+)"')

# served at any depth, so the theme gives it addresses from the root of the host
_NOT_FOUND = "404.html"


@contextmanager
def sealing(
    files: Mapping[str, bytes], coming: Iterable[str] = ()
) -> Iterator[Callable[[], tuple[dict[str, bytes], list[str]]]]:
    """Look at the pages of a built site while this process does other things; give what waits for it.

    That returns the pages with their policies, and each address that leads nowhere, with its page. The addresses of a
    page are those in href and src; what leads to another host is not looked at. `coming` are files that are still to be
    put into the site.
    """
    names = {*coming, *files}
    pages = sorted(name for name in files if name.endswith(".html"))

    def sealed() -> tuple[dict[str, bytes], list[str]]:
        policies: dict[str, str] = {}
        lost: list[str] = []
        for of_language, nowhere in found().values():
            policies |= of_language
            lost += nowhere
        return {name: with_policy(files[name].decode(), policy).encode() for name, policy in policies.items()}, lost

    with beside_by_language(lambda code: _look(files, names, _of(code, pages))) as found:
        yield sealed


def _of(code: str, pages: Iterable[str]) -> list[str]:
    """Return the pages of a language, by their paths in the site."""
    return [page for page in pages if page.startswith("en/") == (code == "en")]


def _look(files: Mapping[str, bytes], names: Set[str], pages: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return the policy of each of these pages, and what leads nowhere on them.

    That is little to send from one process to another; the pages of a large ward are not.
    """

    @cache
    def anchors(name: str) -> set[str]:
        return set(map(unescape, _ANCHOR.findall(files[name].decode("utf-8"))))

    policies, lost = {}, []
    for name in pages:
        page = files[name].decode("utf-8")
        if not name.endswith(_NOT_FOUND):
            lost += (f"{name}: {link}" for link in _lost(page, name, names, anchors))
        policies[name] = policy_of(page)
    return policies, lost


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


def _lost(page: str, name: str, names: Set[str], anchors: Callable[[str], Set[str]]) -> Iterator[str]:
    """Yield each address on a page that no file answers, or no anchor of the page that it leads to."""
    for link in dict.fromkeys(_LINK.findall(page)):
        parts = urlsplit(unescape(link))
        if parts.scheme or parts.netloc:
            continue
        target, anchor = _target(name, unquote(parts.path), names), unquote(parts.fragment)
        if target is None or (anchor and target.endswith(".html") and anchor not in anchors(target)):
            yield link


def _target(page: str, path: str, names: Set[str]) -> str | None:
    """Return the file that an address on a page leads to; None where there is none."""
    if not path:
        return page
    steps = [] if path.startswith("/") else page.split("/")[:-1]
    for step in path.split("/"):
        if step == ".." and not steps:
            return None
        if step == "..":
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    target = "/".join(steps)
    return next((name for name in (target, f"{target}/index.html".lstrip("/")) if name in names), None)
