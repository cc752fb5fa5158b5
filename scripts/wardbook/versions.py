"""Versions of the data: what was published under each, at an address that never goes away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from wardbook.download import CHECKSUMS, PACKAGE, checksums
from wardbook.error import RefusalError
from wardbook.problem import shown
from wardbook.version import is_tag, order

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


class VersionError(RefusalError):
    """Copies of earlier versions that cannot be published; its values are safe to print."""

    words = "versions"


def version_folder(version: str) -> str:
    """Return the folder of a version below /tai-ve/."""
    return f"v{version}"


def versioned(files: Mapping[str, bytes], version: str) -> dict[str, bytes]:
    """Return the copy of the data files that stays, with the list of their checksums beside them."""
    kept = {path: content for path, content in files.items() if path != CHECKSUMS}
    return {f"{version_folder(version)}/{path}": file for path, file in [*kept.items(), (CHECKSUMS, checksums(kept))]}


def read_versions(folder: Path) -> dict[str, bytes]:
    """Read the copies of earlier versions out of a folder, one folder each, by their path inside it.

    Every copy must be whole: its files are exactly those of its SHA256SUMS, byte for byte.
    """
    if not folder.is_dir():
        raise VersionError("no_folder", path=shown(folder))
    found: dict[str, bytes] = {}
    for version in sorted(folder.iterdir()):
        if not version.is_dir() or version.is_symlink() or not is_tag(version.name):
            raise VersionError("stranger", path=shown(version.name))
        found |= {f"{version.name}/{path}": content for path, content in _read_copy(version).items()}
    return found


def with_earlier(now: Mapping[str, bytes], earlier: Mapping[str, bytes]) -> dict[str, bytes]:
    """Put the copies of earlier versions beside that of the present one.

    If the present version was released already, its copy stays as it was, whatever this build would write: new words
    or libraries change files and no figure. Tables that differ are another matter: they need another version.
    """
    folder = next(iter(now)).split("/")[0]
    tables = f"{folder}/{PACKAGE}data/"
    if any(path.startswith(f"{folder}/") for path in earlier):
        paths = (path for path in sorted(earlier.keys() | now.keys()) if path.startswith(tables))
        if other := next((path for path in paths if earlier.get(path) != now.get(path)), ""):
            raise VersionError("other_bytes", version=shown(folder.removeprefix("v")), path=shown(other))
        return dict(earlier)
    return {**earlier, **now}


def version_names(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the versions that paths below /tai-ve/ are of, the last one first."""
    tags = filter(is_tag, {path.split("/")[0] for path in paths})
    return tuple(tag.removeprefix("v") for tag in sorted(tags, key=order, reverse=True))


def _read_copy(folder: Path) -> dict[str, bytes]:
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    if link := next((inside for inside, path in paths.items() if path.is_symlink()), None):
        raise VersionError("link", path=shown(f"{folder.name}/{link}"))
    files = {inside: path.read_bytes() for inside, path in paths.items() if path.is_file()}
    if CHECKSUMS not in files:
        raise VersionError("no_sums", path=shown(f"{folder.name}/{CHECKSUMS}"))
    listed = _listed(folder.name, files[CHECKSUMS])
    given = {path: content for path, content in files.items() if path != CHECKSUMS}
    for path in sorted(listed.keys() | given.keys()):
        reason = "missing" if path not in given else "unlisted" if path not in listed else ""
        if reason or not checksums({path: given[path]}).startswith(listed[path].encode("ascii")):
            raise VersionError(reason or "damaged", path=shown(f"{folder.name}/{path}"))
    return files


def _listed(version: str, sums: bytes) -> dict[str, str]:
    """Return the checksums that a list has, by path."""
    lines = [_LINE.fullmatch(line) for line in sums.decode("utf-8", "replace").splitlines()]
    if not lines or not all(lines):
        raise VersionError("no_sums", path=shown(f"{version}/{CHECKSUMS}"))
    return {line[2]: line[1] for line in lines if line}
