"""The built site: MkDocs once a language beside the old site, packed, sealed, and put in its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wardbook.beside import beside, by_language
from wardbook.download import CHECKSUMS, checksums
from wardbook.engine import NO_DAY, make_pages, make_some
from wardbook.error import BuildError
from wardbook.formats.whole_site import SITE_ZIP, SITE_ZIP_SIZE, site_zip
from wardbook.language import CODES, read_language
from wardbook.ledger import hold
from wardbook.line_ends import unix_lines
from wardbook.metadata.place import FILES, page
from wardbook.progress import Progress
from wardbook.seal import sealing
from wardbook.site import site_address
from wardbook.stylesheet import merge_stylesheets
from wardbook.tree import GENERATED, Changes, change, read, remove, replace, settle, sync, write_anew, write_changed

# those that say how large the zip of the whole site is, and what they say where it is not known
_DATA_PAGES = {code: page(code, "so-lieu/index.html") for code in CODES}
_NO_SIZE = "–"


@dataclass(frozen=True)
class Built:
    """What a build did: the pages of the site in both languages, those that had to be made, all its files."""

    pages: int
    made: int
    files: int


def hand_written(root: Path) -> list[str]:
    """Return the pages that no build makes, by their path below the Vietnamese documentation."""
    docs = root / "docs" / "vi"
    paths = (path.relative_to(docs) for path in sorted(docs.rglob("*.md")))
    return [path.as_posix() for path in paths if path.parts[0] not in GENERATED]


def generate(root: Path, rendered: Mapping[str, Mapping[str, bytes]], progress: Progress) -> Changes:
    """Write the generated files of both languages below `root`; return what changed."""
    taken = {path: file for path, file in rendered["vi"].items() if path.startswith(FILES)}
    taken[FILES + CHECKSUMS] = checksums({path.removeprefix(FILES): file for path, file in taken.items()})
    rest = {path: file for path, file in rendered["vi"].items() if path not in taken}
    folder = FILES.removesuffix("/")
    # files to take away are half of all
    with progress.stage("write"), beside(lambda _: sync(root / "docs" / "vi", taken, [folder])) as half:
        done = [
            sync(root / "docs" / "vi", rest, [name for name in GENERATED if name != folder]),
            sync(root / "docs" / "en", rendered["en"], GENERATED),
            sync(root / "build", {f"live/{name}": data for name, data in rendered["live"].items()}, ["live"]),
            half.found(),
        ]
    return Changes(*(sum(getattr(c, name) for c in done) for name in ("written", "deleted", "kept")))


def build(
    root: Path,
    output: Path,
    *,
    latest: datetime,
    name: str,
    progress: Progress,
    published: Iterable[str] = (),
    placed: Callable[[], None] = lambda: None,
) -> Built:
    """Build both languages beside `output`, from what stands below docs/, and then put them in its place.

    The whole site is also packed into a zip, in a folder of this `name`. `latest` dates the sitemap, unless
    SOURCE_DATE_EPOCH is set: nothing in a build may come from the clock. A site in which one of the `published`
    addresses leads nowhere is not put in its place. `placed` is done when it is, while the old one is removed.
    """
    with _new(output) as new:
        given: dict[str, bytes] = {}

        def take(code: str, path: str) -> None:
            given[page(code, path)] = (new / code / path).read_bytes()

        made = _make(root, new, latest, progress, take)
        with progress.stage("seal"):
            files = finish(new / "vi", name, latest, published, given)
        before = replace(output, new / "vi")
        with beside(lambda _: remove(before)) as removing:
            placed()
            removing.found()
    return Built(sum(map(_is_page, files)), made, len(files))


def preview(root: Path, output: Path, progress: Progress) -> None:
    """Put the pages as they are below docs/ in the place of `output`, for the eyes of who edits: not finished."""
    with _new(output) as new:
        _make(root, new, NO_DAY, progress)
        for path in _DATA_PAGES.values():
            _put_size(new / "vi" / path, _NO_SIZE)
        remove(replace(output, new / "vi"))


def preview_pages(
    root: Path, output: Path, rendered: Mapping[str, Mapping[str, bytes]], wanted: Mapping[str, Collection[str]]
) -> None:
    """Put the wanted pages into `output`, before `preview` makes all that is there.

    They are made from what `render_pages` gave for them, or else from what stands below docs/.
    """
    for folder, files in rendered.items():
        write_changed(root / ("build" if folder == "live" else "docs") / folder, files)

    def make(code: str) -> None:
        if code not in wanted:
            return
        shown = output / page(code, "")
        make_some(root, code, wanted[code], shown, new / code)
        for path in wanted[code]:
            made = new / code / path
            if made.is_file():
                _put_size(made, _NO_SIZE)
                (shown / path).parent.mkdir(parents=True, exist_ok=True)
                made.replace(shown / path)

    with _new(output) as new:
        by_language(make)


@contextmanager
def _new(output: Path) -> Iterator[Path]:
    """Give a folder to build in, beside the one that it is for; nothing is left of it."""
    new = output.with_name(output.name + ".new")
    try:
        yield new
    finally:
        remove(new)


def _make(
    root: Path,
    new: Path,
    latest: datetime,
    progress: Progress,
    meanwhile: Callable[[str, str], None] = lambda _code, _path: None,
) -> int:
    """Build the pages of both languages into one site, as `make_pages` does; return how many had to be made."""
    total = sum(len(list((root / "docs" / code).rglob("*.md"))) for code in CODES)
    with progress.stage("pages", total, lambda: _made(new)):
        made = make_pages(root, {code: new / code for code in CODES}, latest, meanwhile)
    (new / "en").rename(new / "vi" / "en")
    return made


def _made(new: Path) -> int:
    """Return how many pages there are already."""
    return sum(_is_page(path.relative_to(new).as_posix()) for path in new.rglob("index.html"))


def finish(
    site: Path, name: str, latest: datetime, published: Iterable[str], known: Mapping[str, bytes] | None = None
) -> Collection[str]:
    """Make a built site fit to be published: complete, sealed, with every address answered, and safe on the disk.

    Return the paths of its files. Those that are `known` are not read.
    """
    built = read(site, known)
    files = merge_stylesheets(unix_lines(built))
    with sealing(site, files, {FILES + SITE_ZIP}) as sealed:
        # as they are before the seal: from a folder no page is "self", and one that allows itself alone allows nothing
        packed = _pack(files, name, latest)
        lost = sealed()
    whole = _add(files, packed)
    hold(whole, published)
    if lost:
        raise BuildError(f"{lost[0]} leads nowhere" + (f" (and {len(lost) - 1} more)" if lost[1:] else ""))
    change(site, _no_pages(built), _no_pages(whole))
    for code, path in _DATA_PAGES.items():
        _put_size(site / path, read_language(code).megabytes(len(packed)))
    settle(site)
    return whole.keys()


def _no_pages(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if not path.endswith(".html")}


def _is_page(path: str) -> bool:
    """Tell the pages of a site from its other files, and from what other sites show in a frame."""
    *folders, name = path.split("/")
    return name == "index.html" and "nhung" not in folders


def _pack(files: Mapping[str, bytes], name: str, latest: datetime) -> bytes:
    """Return the zip of a whole site."""
    # a copy does not say how large it is itself: that would change its size
    pages = {path: _with_size(files[path], _NO_SIZE) for path in _DATA_PAGES.values()}
    return site_zip({**files, **pages}, FILES + SITE_ZIP, name, site_address(), latest.date())


def _add(files: Mapping[str, bytes], packed: bytes) -> dict[str, bytes]:
    """Return the files of a site with the zip of it, and its checksum in the list."""
    sums = FILES + CHECKSUMS
    lines = [*files[sums].splitlines(keepends=True), checksums({SITE_ZIP: packed})]
    return {**files, FILES + SITE_ZIP: packed, sums: b"".join(sorted(lines, key=lambda line: line[66:]))}


def _put_size(page: Path, size: str) -> None:
    """Let a data page say how large the zip of the whole site is."""
    write_anew(page, _with_size(page.read_bytes(), size))


def _with_size(content: bytes, size: str) -> bytes:
    return content.replace(SITE_ZIP_SIZE.encode("ascii"), size.encode("utf-8"))
