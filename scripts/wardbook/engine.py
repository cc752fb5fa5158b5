"""MkDocs, once a language and side by side; a page that is made of the same as before is not made again."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wardbook.error import BuildError
from wardbook.ledger import built_path
from wardbook.shelf import find, put
from wardbook.site import CONFIGS, site_address

_INDEX = "search/search_index.json"
_LIVE = b"render_macros: true"
_VARIABLE = re.compile(r"!ENV\s+\[?\s*(\w+)")

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


def make_pages(root: Path, folders: Mapping[str, Path], latest: datetime, lock: int) -> int:
    """Fill the folder of every language with its pages and files; return how many pages had to be made.

    `latest` dates the sitemap, unless SOURCE_DATE_EPOCH is set. `lock` is the descriptor that each MkDocs holds too.
    BuildError says why MkDocs stopped, or what it warned of.
    """
    environment = {"SOURCE_DATE_EPOCH": str(int(latest.timestamp())), **os.environ, "NO_MKDOCS_2_WARNING": "1"}
    if address := site_address():
        environment |= {"SITE_URL": address, "SITE_URL_EN": f"{address}en/"}
    languages = [_Language(code, folder, _sources(root, code, environment)) for code, folder in folders.items()]
    kept = {language.code: _take(language) for language in languages}
    running = [(one, _start(root, one, bool(kept[one.code]), environment, lock)) for one in languages]
    said = {one.code: process.communicate()[0] for one, process in running}
    for one, process in running:
        lines = said[one.code].splitlines()
        if process.returncode or any(_is_warning(line) for line in lines):
            raise BuildError(f"MkDocs ({CONFIGS[one.code]}): {_cause(lines)}")
    for one in languages:
        _give(one, kept[one.code], _sources(root, one.code, environment))
    return sum(len(one.sources) - len(kept[one.code]) for one in languages)


def _start(
    root: Path, language: _Language, keeps: bool, environment: Mapping[str, str], lock: int
) -> subprocess.Popen[str]:
    # it finds nothing to do for a page that stands in its place already
    how = "--dirty" if keeps else "--clean"
    return subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "build", how, "-f", CONFIGS[language.code], "-d", str(language.folder)],
        cwd=root,
        pass_fds=(lock,),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def _sources(root: Path, code: str, environment: Mapping[str, str]) -> dict[str, bytes]:
    """Return a digest of what each page is made of: its text, the theme, the settings, and which pages there are."""
    docs = root / "docs" / code
    pages = sorted(docs.rglob("*.md"))
    configs = [(root / name).read_bytes() for name in CONFIGS.values()]
    common = hashlib.sha256()
    for config in configs:
        common.update(config)
        for name in _VARIABLE.findall(config.decode("utf-8", "replace")):
            common.update(f"\0{name}={environment.get(name)}".encode())
    for path in sorted(path for path in (root / "docs" / "assets").rglob("*") if path.is_file()):
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
    index = json.loads(file.read_text(encoding="utf-8"))
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
    file.write_text(json.dumps(index, separators=(",", ":")), encoding="utf-8")


def _is_warning(line: str) -> bool:
    return line.startswith(("WARNING", "ERROR")) and _KEEPS not in line


def _cause(lines: Sequence[str]) -> str:
    """Return the line of MkDocs's output that says why it stopped; of a traceback that is the last one."""
    lines = [line.strip() for line in lines if line.strip()]
    if "Traceback (most recent call last):" in lines:
        return lines[-1]
    told = [line for line in lines if _is_warning(line) or line.startswith(("Error", "Aborted"))]
    return (told or lines or ["no output"])[0]
