"""The links on the pages of a built site, and where they lead."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import cache
from html import unescape
from urllib.parse import unquote, urlsplit

# the tags that take an address (HTML 4.6, 4.8, 4.12 and, for those in drawings, SVG); most others are never looked into
TAG = re.compile(
    r"<(?:a|area|audio|embed|iframe|image|img|input|link|meta|object|script|source|track|use|video)\s[^<>]*>"
)
LINK = re.compile(r'\s(href|src)="([^"]*)"')

_UP = "../"


@dataclass(frozen=True)
class Target:
    """What a link asks for: a `path` from the root of the site, and a place on that page, or "".

    `file` is what stands there; None where nothing does, or the path leaves the site.
    """

    path: str
    anchor: str
    file: str | None


def links(page: str) -> list[str]:
    """Return every link on a page once, as it is read: without escapes of HTML."""
    return list(dict.fromkeys(unescape(link) for tag in TAG.findall(page) for _, link in LINK.findall(tag)))


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
