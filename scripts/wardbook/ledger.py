"""The ledger of addresses: what was published once is answered for good, by itself or by what took its place.

It stands in the release index and only grows. In it are pages and files that people and programs note down. Pictures
are not: a chart is there as long as its figures can be drawn. Nor are the copies of versions, which keep themselves.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from wardbook.download import CHECKSUMS, PACKAGE
from wardbook.error import RefusalError
from wardbook.formats.whole_site import SITE_ZIP
from wardbook.metadata.place import API, FILES
from wardbook.package import INDEX

ENGLISH = "en/"
_PAGE = "index.html"

_PASSING = re.compile(rf"{FILES}(v[0-9.]+|hinh|chia-se)/.*")
_OF_INDICATOR = re.compile(rf"({API}indicators/|{FILES}chi-tieu/|nhung/)([^./]+)([./].*)")


class GoneError(RefusalError):
    """Addresses that were published and have nothing behind them in a built site."""

    def __init__(self, gone: list[str]) -> None:
        """Take the addresses, at least one."""
        super().__init__("gone", address=gone[0], more=f" (+{len(gone) - 1})" if gone[1:] else "")
        self.gone = gone


def addresses(paths: Iterable[str]) -> set[str]:
    """Return the addresses that files of a built site answer to: `/chi-tieu/a/` for a page, `/tai-ve/a.csv` for a file.

    Those of English pages are the same below /en/, and are not repeated.
    """
    found = set()
    for path in paths:
        if path == _PAGE or (path.endswith(f"/{_PAGE}") and not path.startswith(ENGLISH)):
            found.add("/" + path.removesuffix(_PAGE))
        elif path.startswith((FILES, API)) and not _PASSING.fullmatch(path):
            found.add("/" + path)
    return found


def coming(rendered: Iterable[str], written: Iterable[str]) -> set[str]:
    """Return the addresses of the site to be built from what is rendered and from pages written by hand.

    Both are paths below the Vietnamese documentation.
    """
    # what the build adds at its end, and the index that is about to be written
    added = (FILES + CHECKSUMS, FILES + SITE_ZIP, FILES + PACKAGE + INDEX)
    return addresses(map(built_path, (*rendered, *written, *added)))


def built_path(path: str) -> str:
    """Return the path at which MkDocs puts a file: `a.md` becomes `a/index.html`."""
    stem = path.removesuffix(".md")
    if stem == path:
        return path
    return f"{stem.removesuffix('index')}{_PAGE}" if stem.split("/")[-1] == "index" else f"{stem}/{_PAGE}"


def hold(files: Container[str], published: Iterable[str]) -> None:
    """Raise GoneError unless every published address is answered by the files of a site, a page in both languages."""
    # a page before the files that go with it: it says most about what is missing
    wanted = sorted(published, key=lambda address: (not address.endswith("/"), address))
    wanted += [f"/{ENGLISH}{address[1:]}" for address in wanted if address.endswith("/")]
    if gone := [a for a in wanted if (a[1:] + _PAGE if a.endswith("/") else a[1:]) not in files]:
        raise GoneError(gone)


def moved(files: Mapping[str, bytes], redirects: Mapping[str, str]) -> dict[str, bytes]:
    """Return copies of what belongs to an indicator, at the addresses of the ids that it had before.

    `redirects` are the present ids by the earlier ones. A page can send its reader on, a table or a frame cannot.
    """
    of_indicator = [(found, content) for path, content in files.items() if (found := _OF_INDICATOR.fullmatch(path))]
    return {
        f"{found[1]}{old}{found[3]}": content
        for old, new in redirects.items()
        for found, content in of_indicator
        if found[2] == new
    }
