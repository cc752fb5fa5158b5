"""MkDocs, once a language and side by side; a page that is made of the same as before is not made again."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import FileSystemLoader

from wardbook.beside import Caller, beside_by_language
from wardbook.compiled import Compiled, compile_with_parts
from wardbook.error import BuildError
from wardbook.ledger import built_path
from wardbook.shelf import find, put
from wardbook.site import CONFIGS, first_line, site_address
from wardbook.stamp import variables
from wardbook.tree import GENERATED, link

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.theme import Theme

# what dates a site that crawlers do not see
NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)

_INDEX = "search/search_index.json"
_LIVE = b"render_macros: true"

# of the theme, that MkDocs fills by these names
_TEMPLATES = ("main.html", "404.html", "sitemap.xml")

# what MkDocs says of a build that keeps pages of an earlier one
_KEEPS = "A 'dirty' build is being performed"


@dataclass(frozen=True)
class _Language:
    """What the pages of one language are made of, and where MkDocs puts them.

    `sources` are digests of what each page is made of, by its path below the documentation.
    """

    code: str
    folder: Path
    sources: Mapping[str, bytes]


def make_pages(
    root: Path,
    folders: Mapping[str, Path],
    latest: datetime,
    meanwhile: Callable[[str, str], None] = lambda _code, _path: None,
) -> int:
    """Fill the folder of every language with its pages and files; return how many pages had to be made.

    `latest` dates the sitemap, unless SOURCE_DATE_EPOCH is set. `meanwhile` is done, while MkDocs works, with each file
    that is in its place already: the language, and the path below its folder. BuildError says why MkDocs stopped, or
    what it warned of.
    """
    environment = _environment(latest)
    with beside_by_language(lambda code, caller: _make(root, code, folders[code], environment, caller)) as copies:
        given = {}
        for code, copy in copies.items():
            given[code] = link(root / "docs" / code, GENERATED, folders[code])
            copy.tell("the files are there")
        for code, paths in given.items():
            for path in paths:
                meanwhile(code, path)
        return sum(copy.found() for copy in copies.values())


def make_some(root: Path, code: str, wanted: Container[str], shown: Path, folder: Path) -> None:
    """Fill a folder with the wanted pages of one language, and with others as they are `shown`.

    A page is wanted by its path below the folder. BuildError is that of `make_pages`.
    """
    docs = root / "docs" / code
    pages = (built_path(path.relative_to(docs).as_posix()) for path in docs.rglob("*.md"))
    # MkDocs leaves alone what is there and not older than its text
    link(shown, (page for page in pages if page not in wanted), folder)
    link(docs, GENERATED, folder)
    _run(root / CONFIGS[code], folder, _environment(NO_DAY))


def compile_theme(root: Path) -> None:
    """Put the templates of the theme on the shelf as Python code, for the processes of both languages.

    What is wrong with the settings or the theme is told when the pages are made.
    """
    from mkdocs.config import load_config

    with _listening(), suppress(Exception, SystemExit):
        settings = load_config(str(root / CONFIGS["vi"]))
        _speed_up(settings.theme)
        compile_with_parts(settings.theme.get_env(), _TEMPLATES)


def _environment(latest: datetime) -> dict[str, str]:
    """Return what MkDocs, the theme and the `!ENV` of our settings are to find in the environment."""
    environment = {"SOURCE_DATE_EPOCH": str(int(latest.timestamp())), **os.environ, "NO_MKDOCS_2_WARNING": "1"}
    if address := site_address():
        environment |= {"SITE_URL": address, "SITE_URL_EN": f"{address}en/"}
    return environment


def _make(root: Path, code: str, folder: Path, environment: Mapping[str, str], caller: Caller) -> int:
    language = _Language(code, folder, _sources(root, code, environment))
    kept = _take(language)
    caller.told()
    _run(root / CONFIGS[code], folder, environment)
    _give(language, kept, _sources(root, code, environment))
    return len(language.sources) - len(kept)


def _run(config: Path, folder: Path, environment: Mapping[str, str]) -> None:
    """Let MkDocs build one language: the pages and files that are not in their places yet."""
    os.environ.update(environment)
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    from wardbook.verbatim import Verbatim

    with _listening() as heard:
        try:
            settings = load_config(str(config), site_dir=str(folder))
            _speed_up(settings.theme)
            settings.plugins["verbatim"] = Verbatim()
            settings.plugins.on_startup(command="build", dirty=True)
            build(settings, dirty=True)
            settings.plugins.on_shutdown()
        except (Exception, SystemExit) as error:
            raise BuildError(f"MkDocs ({config.name}): {first_line(heard.said or str(error))}") from error
    if heard.said:
        raise BuildError(f"MkDocs ({config.name}): {first_line(heard.said)}")


def _speed_up(theme: Theme) -> None:
    """Let a theme compile its templates once, and look for files to publish only where it has any.

    To compile them takes longer than to fill them for the pages of one change.
    """
    get_env = theme.get_env

    def kept() -> Environment:
        environment = get_env()
        environment.bytecode_cache = Compiled("theme")
        environment.loader = _Shown(theme.dirs)
        return environment

    theme.get_env = kept


class _Shown(FileSystemLoader):
    """The files of a theme but for hidden folders: MkDocs publishes none of them, and icons lie there by thousands."""

    def list_templates(self) -> list[str]:
        """Return the path of every file, each once."""
        return sorted({path for folder in self.searchpath for path in _shown(Path(folder))})


def _shown(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place, name).relative_to(folder).as_posix() for name in names)


class _Heard(logging.Handler):
    """Keeps the first thing that MkDocs warned of."""

    said = ""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is said, except that pages of an earlier build stay: that is meant."""
        said = record.getMessage()
        if not self.said and not said.startswith(_KEEPS):
            self.said = said


@contextmanager
def _listening() -> Iterator[_Heard]:
    """Hear what MkDocs says, in the place of the terminal."""
    heard, log = _Heard(), logging.getLogger("mkdocs")
    log.addHandler(heard)
    try:
        yield heard
    finally:
        log.removeHandler(heard)


def _sources(root: Path, code: str, environment: Mapping[str, str]) -> dict[str, bytes]:
    """Return a digest of what each page is made of: its text, the theme, the settings, and which pages there are."""
    docs = root / "docs" / code
    pages = sorted(docs.rglob("*.md"))
    configs = [(root / name).read_bytes() for name in CONFIGS.values()]
    common = hashlib.sha256()
    for config in configs:
        common.update(config)
        for name in sorted(variables(config)):
            common.update(f"\0{name}={environment.get(name)}".encode())
    for path in sorted((root / "docs" / "assets").rglob("*.html")):
        common.update(f"\0{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    for page in pages:
        common.update(f"\0{page.relative_to(docs).as_posix()}".encode())
    live = (root / "build" / "live" / f"{code}.json").read_bytes()
    digests = {}
    for page in pages:
        text = page.read_bytes()
        digest = common.copy()
        digest.update(b"\0" + text + (live if _LIVE in text else b""))
        digests[page.relative_to(docs).as_posix()] = digest.digest()
    return digests


def _take(language: _Language) -> dict[str, list[dict]]:
    """Put the pages that are made of the same as before in their places; return their entries of the search index."""
    entries = {}
    for path, source in language.sources.items():
        if (kept := find(f"page {language.code}/{path}", source)) is not None:
            page = json.loads(kept)
            place = language.folder / built_path(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(page["html"], encoding="utf-8", newline="\n")
            entries[path] = page["entries"]
    return entries


def _give(language: _Language, kept: Mapping[str, list[dict]], now: Mapping[str, bytes]) -> None:
    """Keep the pages that were made, and write the search index of all.

    MkDocs has in its index only the pages that it made. Entries stand in the order of the pages' addresses. `now` are
    the sources once more: what was edited meanwhile must not be kept under the name of what it was before.
    """
    file = language.folder / _INDEX
    # a site may do without search
    index = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"docs": []}
    made: dict[str, list[dict]] = {}
    for entry in index["docs"]:
        made.setdefault(entry["location"].partition("#")[0], []).append(entry)
    every: dict[str, list[dict]] = {}
    for path, source in language.sources.items():
        place = built_path(path)
        url = place.removesuffix("index.html")
        if path in kept:
            every[url] = kept[path]
            continue
        every[url] = made.get(url, [])
        if now.get(path) == source:
            html = (language.folder / place).read_text(encoding="utf-8")
            page = json.dumps({"html": html, "entries": every[url]}, ensure_ascii=False)
            put(f"page {language.code}/{path}", source, page.encode("utf-8"))
    index["docs"] = [entry for url in sorted(every) for entry in every[url]]
    if file.is_file():
        file.write_text(json.dumps(index, separators=(",", ":")), encoding="utf-8")
