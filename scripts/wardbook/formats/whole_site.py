"""The whole site as a zip: the built pages, made to work from a folder without a server."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Collection, Container, Mapping
from datetime import date
from functools import cache, partial
from html import escape, unescape
from pathlib import Path

from wardbook.formats.archive import zip_files
from wardbook.links import climb, follower

SITE_ZIP = "toan-trang.zip"
# what the data page has in the place of the size of that zip, which is known only when every page is built
SITE_ZIP_SIZE = "TOAN-TRANG-ZIP-SIZE"

# most of the zip are pictures: two levels more take half as long again and save a fortieth of it
_LEVEL = 2

_SEARCH = Path(__file__).parent.parent / "templates" / "offline-search.js"

# what only a server or its crawlers use, copies of what is in already, and pictures that no page shows
_LEFT_OUT = re.compile(
    r"(en/)?404\.html|robots\.txt|.*sitemap\.xml(\.gz)?|.*\.map|(en/)?assets/javascripts/(lunr|workers)/.*"
    r"|tai-ve/(v[0-9.]+|chia-se)/.*"
)
# in the tags that take an address (HTML 4.2, 4.5, 4.8, 4.10, 4.12; SVG 2), each with one at most; places on the page
# itself stay as they are
_LINK = re.compile(
    r"(<(?:a|area|audio|embed|iframe|image|img|input|link|object|script|source|track|use|video)(?=\s)[^<>]*?)"
    r'\s(href|src)="([^"#][^"]*)"'
)
_PATH = re.compile(r"[^?#]*")
_REFRESH = re.compile(r'(<meta\s[^<>]*content="0; url=)([^"]*)(")')
_WORKER = re.compile(r"assets/javascripts/workers/search\.[0-9a-f]+\.min\.js")
_INDEX = "search/search_index.json"
_HOLD = "js/search-later.js"
_SUMS = "tai-ve/SHA256SUMS"
_LANGUAGES = ("", "en/")


def site_zip(site: Mapping[str, bytes], own: str, folder: str, address: str, day: date) -> bytes:
    """Pack the built site into one folder of a zip; `own` is the path of the zip itself, which is not in it.

    Links to folders lead to the page in them, links to what was left out lead to the site at its `address`, and search
    finds its index and its worker without a server.
    """
    kept = {path: content for path, content in site.items() if path != own and not _LEFT_OUT.fullmatch(path)}
    files = {path: content for path, content in kept.items() if not path.endswith(_INDEX)} | _search_files(site)
    if _SUMS in files:
        files[_SUMS] = _sums(files[_SUMS], files)

    local = local_links(kept, address)

    def packed(path: str) -> bytes:
        return _page(files[path].decode("utf-8"), partial(local, path)) if path.endswith(".html") else files[path]

    # one page at a time: a large ward has hundreds of megabytes of them
    return zip_files(((f"{folder}/{path}", packed(path)) for path in sorted(files)), day, _LEVEL)


def _page(text: str, local: Callable[[str], str | None]) -> bytes:
    """Return a page with its links as they are on this machine; one that leads to nothing there is none any more."""

    def link(found: re.Match[str]) -> str:
        target = local(found[3])
        return found[1] if target is None else f'{found[1]} {found[2]}="{target}"'

    def refresh(found: re.Match[str]) -> str:
        return f"{found[1]}{local(found[2]) or ''}{found[3]}"

    return _REFRESH.sub(refresh, _LINK.sub(link, text)).encode("utf-8")


def local_links(files: Container[str], address: str) -> Callable[[str, str], str | None]:
    """Return what gives a link of a page as it works from a folder of these files, or None where nothing is at its end.

    Links are as they stand in HTML. Those to other sites and to places on the page stay as they are. What is not among
    the files is on the site at its `address`, if it has one.
    """
    follow = follower(files)

    @cache
    def found(base: str, rest: str, link: str) -> str | None:
        written = unescape(link)
        path = _PATH.match(written)[0]
        target = follow(base, unescape(rest))
        if not path or target is None:
            return link
        tail = written[len(path) :]
        if target.file is None:
            folder = "/" if target.path and path.endswith("/") else ""
            return escape(f"{address}{target.path}{folder}{tail}") if address else None
        if path.startswith("/"):
            path = posixpath.relpath(target.path or ".", base or ".")
        return escape((path if target.file == target.path else posixpath.join(path, "index.html")) + tail)

    return lambda page, link: found(*climb(page, link), link)


def _search_files(site: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what lets search work from a folder, where a browser fetches no data and starts no worker from a file.

    The theme itself reads the index from a script when a page is a file; the worker is made from its text.
    """
    found = {}
    for language in _LANGUAGES:
        worker = next((site[path] for path in sorted(site) if _WORKER.fullmatch(path.removeprefix(language))), b"")
        if f"{language}{_INDEX}" not in site or not worker:
            continue
        lunr = site[f"{language}assets/javascripts/lunr/min/lunr.vi.min.js"]
        code = b"self.importScripts = () => {};\n" + worker + b"\n" + lunr
        script = _SEARCH.read_text(encoding="utf-8").replace('"WORKER"', json.dumps(code.decode("utf-8")))
        found[f"{language}{_HOLD}"] = script.encode("utf-8")
        index = json.loads(site[f"{language}{_INDEX}"])
        for entry in index["docs"]:
            entry["location"] = _location(entry["location"])
        written = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        found[f"{language}search/search_index.js"] = f"var __index = {written};\n".encode()
    return found


def _location(location: str) -> str:
    path, sign, fragment = location.partition("#")
    return f"{path}index.html{sign}{fragment}" if path.endswith("/") or not path else location


def _sums(listed: bytes, files: Collection[str]) -> bytes:
    """Return the list of checksums without the files that are not in the copy."""
    lines = listed.decode("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if f"tai-ve/{line[66:].rstrip()}" in files).encode("utf-8")
