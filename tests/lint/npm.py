"""One package of npm, fetched once by the command npm into build/ and unpacked there, not installed.

None of its scripts and none of its own dependencies run; its bytes are those that were looked at when it was chosen.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

BUILD = Path(__file__).resolve().parent.parent.parent / "build"


class MissingError(Exception):
    """What is needed is not on this machine; the message is one line."""


@dataclass(frozen=True)
class NpmPackage:
    """A package by its name, version and SHA-512 (base64, as npm tells it), and the files of it that are used."""

    name: str
    version: str
    sha512: str
    needed: tuple[str, ...]


def program(name: str) -> str:
    """Return where a program is; MissingError where there is none."""
    found = shutil.which(name)
    if found is None:
        raise MissingError(f"no {name} on this machine")
    return found


def unpacked(package: NpmPackage, folder: Path) -> Path:
    """Return `folder` with the needed files of the package in it, fetched where one is missing."""
    if not all((folder / name).is_file() for name in package.needed):
        folder.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
            unpack(package, _fetch(package, Path(beside)), Path(beside) / "new")
            shutil.rmtree(folder, ignore_errors=True)
            (Path(beside) / "new").rename(folder)
    return folder


def _fetch(package: NpmPackage, beside: Path) -> Path:
    named = f"{package.name}@{package.version}"
    command = [program("npm"), "pack", "--silent", "--pack-destination", str(beside), named]
    done = subprocess.run(command, cwd=beside, capture_output=True, text=True, check=False)
    archives = list(beside.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        raise MissingError(f"npm cannot fetch {package.name} {package.version}")
    return archives[0]


def unpack(package: NpmPackage, archive: Path, folder: Path) -> None:
    """Put the needed files of the package into `folder`; refuse an archive with other bytes than those pinned."""
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != package.sha512:
        raise SystemExit(f"{package.name} {package.version} is not what it was when it was chosen")
    with tarfile.open(archive) as files:
        for name in package.needed:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(files.extractfile(f"package/{name}").read())
