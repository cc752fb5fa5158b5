"""Places: the address of a file or page as it is written in another file of the site."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from wardbook.publication import Publication

FILES = "tai-ve/"
API = "api/v1/"


def address(publication: Publication, path: str, here: str) -> str:
    """Return the address of `path` for use inside the file `here`, both below the root of the site.

    It is absolute where it is known where the site stands. Elsewhere it is relative (RFC 3986, 4.2): read at the place
    it is served from, the file then says the same. `path` may end in a slash, and in a fragment.
    """
    path, hash_sign, fragment = path.partition("#")
    quoted = quote(path)
    if publication.address:
        found = publication.address + quoted
    else:
        found = posixpath.relpath(quoted or ".", posixpath.dirname(here) or ".")
        found += "/" if not quoted or quoted.endswith("/") else ""
    return found + hash_sign + quote(fragment)


def page(code: str, path: str) -> str:
    """Return the path of a page of one language below the root of the site."""
    return path if code == "vi" else f"{code}/{path}"


def pages_of(code: str, files: Iterable[str]) -> list[str]:
    """Return, of the files of a built site, the pages of one language, in order."""
    english = page("en", "")
    return sorted(name for name in files if name.endswith(".html") and name.startswith(english) == (code == "en"))
