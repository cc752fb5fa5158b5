"""What a site was built of: where that is what there is now, and the site still stands, nothing has to be done."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from wardbook.package import Package
from wardbook.program import CODE, program
from wardbook.tree import GENERATED

_ENV = re.compile(rb"!ENV\s+(\[[^\]]*\]|\w+)")
_NAME = re.compile(rb"[A-Za-z_]\w*")
_VARIABLES = ("SITE_URL", "SITE_URL_EN", "SOURCE_DATE_EPOCH")


def inputs(root: Path, package: Package, more: Iterable[Path] = ()) -> str:
    """Return a digest of everything that a site is built of; `more` are folders beside the project's own."""
    digest = hashlib.sha256(program().encode())
    configs = {path.name: path.read_bytes() for path in sorted(root.glob("mkdocs*.yml"))}
    files = {**configs, **package.files, "tagged": package.tagged or b"", **_read(CODE), **_read(root / "docs")}
    files |= {f"{path} is a link": b"" for path in package.links}
    for folder in more:
        files |= _read(folder)
    for name in sorted({*_VARIABLES, *(name for config in configs.values() for name in variables(config))}):
        files[f"${name}"] = os.environb.get(name.encode(), b"\0")
    for name, content in files.items():
        _add(digest, name, content)
    return digest.hexdigest()


def variables(config: bytes) -> set[str]:
    """Return the names in the environment that settings of MkDocs ask for; a default may be among them."""
    return {name.decode("ascii", "replace") for found in _ENV.findall(config) for name in _NAME.findall(found)}


def outputs(root: Path, site: Path) -> list[Path]:
    """Return the folders and files that a build writes, as far as they are there."""
    generated = (path for name in GENERATED for path in sorted((root / "docs").glob(f"*/{name}")))
    return [site, root / "build" / "live", *generated]


def is_current(stamp: Path, made_of: str, written: Iterable[Path]) -> bool:
    """Tell whether a stamp is of these inputs, and what was written then is as it was left."""
    try:
        left = stamp.read_text(encoding="ascii")
        # to look at everything that was written takes longer
        return left.startswith(made_of) and left == _stamp(made_of, written)
    except (OSError, ValueError):
        return False


def write(stamp: Path, made_of: str, written: Iterable[Path]) -> None:
    """Stamp what was built of these inputs.

    By now the new site is in its place: where the stamp cannot be written, the next build only makes it once more.
    """
    with suppress(OSError):
        stamp.write_text(_stamp(made_of, written), encoding="ascii")


def _stamp(made_of: str, written: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for place in written:
        if place.exists():
            _add(digest, str(place), _about(place.stat()))
        for path, about in _below(place) if place.is_dir() else ():
            _add(digest, path, _about(about))
    return f"{made_of} {digest.hexdigest()}\n"


def _about(found: os.stat_result) -> bytes:
    return f"{found.st_mode} {found.st_size} {found.st_mtime_ns}".encode()


def _below(folder: Path | str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield everything below a folder, in order; a link is what it leads to, if that is there."""
    with os.scandir(folder) as entries:
        inside = sorted(entries, key=lambda entry: entry.name)
    for entry in inside:
        with suppress(FileNotFoundError):
            yield entry.path, entry.stat()
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path)


def _read(folder: Path) -> dict[str, bytes]:
    """Return what stands in a folder of sources: not what Python or an earlier build wrote there."""
    found = {}
    for place, folders, names in os.walk(folder):
        written = GENERATED if Path(place).parent == folder else ()
        # not to be looked into: they have most of the files
        folders[:] = sorted(name for name in folders if name not in written)
        paths = (Path(place, name) for name in sorted(names) if name not in written)
        found |= {str(path): path.read_bytes() for path in paths if path.suffix != ".pyc" and path.is_file()}
    return found


def _add(digest: hashlib._Hash, name: str, content: bytes) -> None:
    # lengths, so that no name runs into its content
    digest.update(f"{len(name)} {len(content)} ".encode() + name.encode("utf-8", "surrogateescape") + content)
