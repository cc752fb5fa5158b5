"""The built site: MkDocs once a language beside the old site, packed, sealed, and put in its place."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wardbook.download import CHECKSUMS, checksums
from wardbook.engine import make_pages
from wardbook.error import BuildError
from wardbook.formats.whole_site import SITE_ZIP, SITE_ZIP_SIZE, read_site, site_zip
from wardbook.language import CODES, read_language
from wardbook.ledger import hold
from wardbook.line_ends import unix_lines
from wardbook.metadata.place import FILES
from wardbook.picture import pictures
from wardbook.progress import Progress
from wardbook.seal import seal
from wardbook.site import site_address
from wardbook.stylesheet import merge_stylesheets
from wardbook.tree import GENERATED, Changes, recover, replace, settle, sync


@dataclass(frozen=True)
class Built:
    """What a build did: the pages of the site in both languages, those that had to be made, all its files.

    `changes` are what changed among the generated files that it is made of.
    """

    pages: int
    made: int
    files: int
    changes: Changes


def hand_written(root: Path) -> list[str]:
    """Return the pages that no build makes, by their path below the Vietnamese documentation."""
    docs = root / "docs" / "vi"
    paths = (path.relative_to(docs) for path in sorted(docs.rglob("*.md")))
    return [path.as_posix() for path in paths if path.parts[0] not in GENERATED]


def generate(root: Path, rendered: Mapping[str, Mapping[str, bytes]], progress: Progress) -> Changes:
    """Write the generated files of both languages below `root`; return what changed."""
    drawings, drawn = rendered["drawings"], {}
    with progress.stage("pictures", len(drawings), lambda: len(drawn)):
        pictures(drawings, drawn)
    files = {**rendered, "vi": {**rendered["vi"], **drawn}}
    files["vi"][FILES + CHECKSUMS] = checksums(
        {path.removeprefix(FILES): content for path, content in files["vi"].items() if path.startswith(FILES)}
    )
    done = [sync(root / "docs" / code, files[code], GENERATED) for code in CODES]
    done.append(sync(root / "build", {f"live/{name}": data for name, data in rendered["live"].items()}, ("live",)))
    return Changes(*(sum(getattr(c, name) for c in done) for name in ("written", "deleted", "kept")))


def build(
    root: Path,
    output: Path,
    rendered: Mapping[str, Mapping[str, bytes]],
    *,
    latest: datetime,
    name: str,
    lock: int,
    progress: Progress,
    published: Iterable[str] = (),
) -> Built:
    """Build both languages beside `output` and then put them in its place.

    The whole site is also packed into a zip, in a folder of this `name`. `latest` dates the sitemap, unless
    SOURCE_DATE_EPOCH is set: nothing in a build may come from the clock. `lock` is the descriptor of the lock that this
    build holds (see lock.py). A site in which one of the `published` addresses leads nowhere is not put in its place.
    """
    recover(output)
    changes = generate(root, rendered, progress)
    beside = output.with_name(output.name + ".new")
    try:
        total = sum(path.endswith(".md") for code in CODES for path in rendered[code])
        with progress.stage("pages", total, lambda: len(_pages(beside))):
            made = make_pages(root, {code: beside / code for code in CODES}, latest, lock)
        with progress.stage("seal"):
            (beside / "en").rename(beside / "vi" / "en")
            unix_lines(beside / "vi")
            merge_stylesheets(beside / "vi", (beside / "vi", beside / "vi" / "en"))
            # before the seal: from a folder no page is "self", so a page that allows itself alone would allow nothing
            pack(beside / "vi", name, latest)
            hold(beside / "vi", published)
            if lost := seal(beside / "vi"):
                raise BuildError(f"{lost[0]} leads nowhere" + (f" (and {len(lost) - 1} more)" if lost[1:] else ""))
            settle(beside / "vi")
        pages, files = len(_pages(beside / "vi")), sum(path.is_file() for path in (beside / "vi").rglob("*"))
        replace(output, beside / "vi")
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Built(pages, made, files, changes)


def _pages(site: Path) -> list[Path]:
    """Return the pages of a site, without those that other sites show in a frame."""
    return [page for page in site.rglob("index.html") if "nhung" not in page.parts]


def pack(site: Path, name: str, latest: datetime) -> None:
    """Put the zip of the whole site beside the other files, its size into the data page, its checksum into the list."""
    pages = {code: site / ("" if code == "vi" else code) / "so-lieu" / "index.html" for code in CODES}
    files, mark = read_site(site), SITE_ZIP_SIZE.encode("ascii")
    # a copy does not say how large it is itself: that would change its size
    bare = {path: content.replace(mark, "–".encode()) for path, content in files.items() if path.endswith(".html")}
    packed = site_zip({**files, **bare}, FILES + SITE_ZIP, name, site_address(), latest.date())
    (site / FILES / SITE_ZIP).write_bytes(packed)
    for code, page in pages.items():
        size = read_language(code).megabytes(len(packed)).encode("utf-8")
        page.write_bytes(page.read_bytes().replace(mark, size))
    sums = site / FILES / CHECKSUMS
    lines = [*sums.read_bytes().splitlines(keepends=True), checksums({SITE_ZIP: packed})]
    sums.write_bytes(b"".join(sorted(lines, key=lambda line: line[66:])))
