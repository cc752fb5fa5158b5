"""The links on the pages of a built site, and where they lead."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import cache
from html import unescape
from urllib.parse import unquote, urlsplit

# with one kind of space before it, a link is found in the fourth part of the time
_LINK = re.compile(rb' (?:href|src)="([^"]*)"')
_ANCHOR = re.compile(r'\s(?:id|name)="([^"]+)"')
_TO_SPACES = bytes.maketrans(b"\n\t\r\f", b"    ")

_UP = "../"


@dataclass(frozen=True)
class Target:
    """What a link asks for: a `path` from the root of the site, and a place on that page, or "".

    `file` is what stands there; None where nothing does, or the path leaves the site.
    """

    path: str
    anchor: str
    file: str | None


def links(page: bytes) -> list[str]:
    """Return every link on a page once, as it is read: without escapes of HTML."""
    found = dict.fromkeys(_LINK.findall(page.translate(_TO_SPACES)))
    return list(dict.fromkeys(unescape(link.decode("utf-8")) for link in found))


def anchors(page: str) -> set[str]:
    """Return the names of the places on a page that a link can lead to."""
    return set(map(unescape, _ANCHOR.findall(page)))


def follower(names: Container[str]) -> Callable[[str, str], Target | None]:
    """Return what says where a link leads in a site of these files; None is another site.

    A link is given as `climb` gives it, and followed once.
    """

    @cache
    def follow(base: str, link: str) -> Target | None:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            return None
        asked = unquote(parts.path)
        path = posixpath.normpath(posixpath.join(base, asked)).lstrip("/")
        path = "" if path == "." else path
        # what ends with a slash is a folder: no server gives a file for that
        places = (posixpath.join(path, "index.html"), *([] if asked.endswith("/") else [path]))
        return Target(path, unquote(parts.fragment), next((place for place in places if place in names), None))

    return follow


def climb(page: str, link: str) -> tuple[str, str]:
    """Return where a link of a page begins, the page itself or a folder, and the rest of the link from there.

    Pages whose folders stand side by side have most of this in common: what depends on it need be found only once.
    """
    if not link or link[0] in "#?":
        return page, link
    folder = page.rpartition("/")[0]
    while folder and link.startswith(_UP):
        folder, link = folder.rpartition("/")[0], link[len(_UP) :]
    return folder, link
