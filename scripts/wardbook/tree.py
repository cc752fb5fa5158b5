"""A folder of generated files, made equal to what was rendered."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


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
    written = kept = 0
    for path, content in files.items():
        target = folder / path
        if target.is_file() and target.read_bytes() == content:
            kept += 1
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written += 1
    stale = [
        file for entry in entries for file in _files(folder / entry) if file.relative_to(folder).as_posix() not in files
    ]
    for file in stale:
        file.unlink()
    for entry in entries:
        _remove_empty(folder / entry)
    return Changes(written, len(stale), kept)


def replace(old: Path, new: Path) -> None:
    """Put the complete folder `new` in the place of `old`: until the rename, whoever reads `old` reads all of it."""
    aside = old.with_name(old.name + ".old")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        if aside.exists():
            aside.rename(old)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else []


def _remove_empty(path: Path) -> None:
    if not path.is_dir():
        return
    for folder in sorted((p for p in path.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
