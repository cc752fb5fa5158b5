"""The built site sealed: each page says what it may load, and every address in it leads somewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

_CHARSET = re.compile(r'<meta charset="utf-8">')
_SCRIPT = re.compile(r"<script(?P<attributes>(?:\s[^>]*)?)>(?P<code>.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(?P<code>.*?)</style>", re.DOTALL)
_DATA = re.compile(r'\stype="application/(?:ld\+)?json"')
_LINK = re.compile(r'\s(?:href|src)="([^"]*)"')
_ANCHOR = re.compile(r'\s(?:id|name)="([^"]+)"')

# served at any depth, so the theme gives it addresses from the root of the host
_NOT_FOUND = "404.html"


def seal(site: Path) -> list[str]:
    """Write its policy into every page of a built site; return each address that leads nowhere, with its page.

    The addresses of a page are those in href and src; what leads to another host is not looked at.
    """
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        path.write_text(with_policy(page), encoding="utf-8", newline="\n")
    return list(_lost(site, pages))


def with_policy(page: str) -> str:
    """Return a page that tells the browser, before anything else, to run and show only what is its own.

    Inline scripts and styles are named by their hashes; data in a script element is not run and needs none. The policy
    stands in the page because a host of static files sends no headers of ours (Content Security Policy Level 3, 3.3).
    """
    scripts = [found["code"] for found in _SCRIPT.finditer(page) if _is_run(found["attributes"])]
    policy = "; ".join(
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


def _lost(site: Path, pages: dict[Path, str]) -> Iterator[str]:
    """Yield each address within the site that no file or anchor answers: `chi-tieu/a/index.html: ../b/`."""
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    anchors = {path.relative_to(site).as_posix(): set(_ANCHOR.findall(page)) for path, page in pages.items()}
    known = {name: {unescape(anchor) for anchor in found} for name, found in anchors.items()}
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        if path.name == _NOT_FOUND:
            continue
        for link in dict.fromkeys(_LINK.findall(page)):
            parts = urlsplit(unescape(link))
            if parts.scheme or parts.netloc:
                continue
            target = _target(name, unquote(parts.path), files)
            if target is None or (parts.fragment and target in known and unquote(parts.fragment) not in known[target]):
                yield f"{name}: {link}"


def _target(page: str, path: str, files: set[str]) -> str | None:
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
    return next((name for name in (target, f"{target}/index.html".lstrip("/")) if name in files), None)
