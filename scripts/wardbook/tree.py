"""Folders of generated files: made equal to what was rendered, and put in the place of an older one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

# what the build owns inside docs/vi and docs/en; everything else there is written by hand
GENERATED = (
    "index.md",
    "api",
    "chi-tieu",
    "chu-de",
    "dinh-chinh",
    "han-che",
    "kiem-tra",
    "nam",
    "nhiem-vu",
    "nhung",
    "niem-yet",
    "robots.txt",
    "so-lieu",
    "tai-ve",
)

_FILE, _FOLDER = 0o644, 0o755

# from <fcntl.h> and <linux/fs.h>
_HERE = -100
_RENAME_EXCHANGE = 2


@dataclass(frozen=True)
class Changes:
    """How many files a sync wrote and deleted, and how many it found right already."""

    written: int
    deleted: int
    kept: int

    def __str__(self) -> str:
        return f"{self.written} written, {self.deleted} deleted, {self.kept} unchanged"


def sync(folder: Path, files: Mapping[str, bytes], owned: Iterable[str]) -> Changes:
    """Make the `owned` entries of `folder` hold exactly `files`: write what differs, delete what is stale.

    What is not owned (the hand-written pages beside) is never touched; a file outside the owned entries is an error.
    """
    entries = set(owned)
    if strangers := sorted(p for p in files if p.split("/")[0] not in entries or ".." in p.split("/")):
        raise ValueError(f"not in a generated folder: {strangers[0]}")
    written = write_changed(folder, files)
    stale = [path for entry in entries for path in _paths(folder, entry) if path not in files]
    for path in stale:
        (folder / path).unlink()
    for entry in entries:
        _remove_empty(folder / entry)
    return Changes(written, len(stale), len(files) - written)


def write_changed(folder: Path, files: Mapping[str, bytes]) -> int:
    """Write those files below a folder that are not there as they should be; return how many they were."""
    changed = {path: content for path, content in files.items() if not _holds(folder / path, content)}
    _write(folder, changed)
    return len(changed)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False  # who writes it next will say why it cannot be written


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for parent in {(folder / path).parent for path in files}:
        parent.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        write_anew(folder / path, content)


def read(folder: Path, known: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Return every file in a folder and below, by its path there; those that are known are not read again."""
    known = known or {}
    return {path: known[path] if path in known else (folder / path).read_bytes() for path in _paths(folder)}


def change(folder: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Make a folder that holds the files `before` hold those `after`."""
    for path in before.keys() - after.keys():
        (folder / path).unlink()
    _write(folder, {path: content for path, content in after.items() if content != before.get(path)})


def write_anew(path: Path, content: bytes) -> None:
    """Write a file that may be there already; whoever has the old one by another name (see `link`) keeps it."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def link(folder: Path, entries: Iterable[str], place: Path) -> list[str]:
    """Give the files in these entries of a folder, other than pages to be built, a second name in another place.

    Return their paths there. That takes a tenth of the time of a copy. A file that the system lets have no second name
    there is left out.
    """
    linked = []
    for entry in entries:
        for inside, names in _folders(folder / entry):
            below = inside.relative_to(folder)
            target = place / below
            if others := [name for name in names if not name.endswith(".md")]:
                target.mkdir(parents=True, exist_ok=True)
            for name in others:
                with contextlib.suppress(OSError):
                    (target / name).hardlink_to(inside / name)
                    linked.append((below / name).as_posix())
    return linked


def settle(folder: Path) -> None:
    """Give a complete folder the permissions of published files, whatever the umask, and see it onto the disk."""
    folder.chmod(_FOLDER)
    # names in an open folder: to make a path of each and let the system walk it takes twice as long
    for _, inside, names, place in os.fwalk(folder):
        for name in inside:
            os.chmod(name, _FOLDER, dir_fd=place)
        for name in names:
            os.chmod(name, _FILE, dir_fd=place)
    if not _flush_all(folder):
        for path in (folder, *folder.rglob("*")):
            _flush(path)


def replace(old: Path, new: Path) -> Path:
    """Put the complete folder `new` in the place of `old`: whoever reads `old` reads all of one or all of the other.

    Return where that is now which stood there, if anything did: nobody needs it any more.
    """
    aside = old.with_name(old.name + ".old")
    if not old.exists():
        new.rename(old)
    elif _exchange(old, new):
        aside = new
    else:
        old.rename(aside)
        try:
            new.rename(old)
        except OSError:
            aside.rename(old)
            raise
    _flush(old.parent)
    return aside


def remove(folder: Path) -> None:
    """Remove a folder that nobody needs any more, as far as that can be done."""
    shutil.rmtree(folder, ignore_errors=True)


def recover(old: Path) -> None:
    """Undo what a build that was killed left beside `old`."""
    aside = old.with_name(old.name + ".old")
    if aside.exists() and not old.exists():
        aside.rename(old)
    for litter in (aside, old.with_name(old.name + ".new")):
        remove(litter)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, so that neither is ever missing; False where the system cannot.

    Linux has this as renameat2(2) with RENAME_EXCHANGE; Python has no name for it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    return libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _RENAME_EXCHANGE) == 0


def _flush_all(folder: Path) -> bool:
    """Wait until the disk has everything of the file system that holds a folder; False where the system cannot.

    Linux has this as syncfs(2): one wait in place of one for each file. It tells of faults since Linux 5.8.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "syncfs"):
        return False
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if libc.syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(descriptor)
    return True


def _flush(path: Path) -> None:
    """Wait until the disk has a file or folder, so that a power cut after the rename cannot leave it empty."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folders(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield each folder of files at a path and below, with the names of the files in it."""
    if path.is_file():
        yield path.parent, [path.name]
    for place, _, names in os.walk(path):
        if names:
            yield Path(place), names


def _paths(folder: Path, entry: str = "") -> Iterator[str]:
    """Yield the path of each file in an entry of a folder, or in all of it, below that folder."""
    for place, names in _folders(folder / entry):
        inside = place.relative_to(folder).as_posix()
        yield from names if inside == "." else (f"{inside}/{name}" for name in names)


def _remove_empty(path: Path) -> None:
    """Remove every folder below this one in which no file is left."""
    for place, _, names in os.walk(path, topdown=False):
        if not names and Path(place) != path:
            with contextlib.suppress(OSError):  # a folder in it is not empty
                Path(place).rmdir()
