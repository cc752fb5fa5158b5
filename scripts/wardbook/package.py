"""The data package, on disk or in a git revision: its files as bytes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wardbook.version import is_tag, order

DESCRIPTOR = "datapackage.json"
INDEX = "released.json"

# in bytes: no file of a ward's package is larger, and a check must not fill the memory of a machine
LARGEST = 200_000_000

_REGULAR_FILES = (b"100644", b"100755")


class RevisionError(Exception):
    """A git revision that cannot be read."""

    def __init__(self, reason: str, detail: str = "") -> None:
        """Take the key of the words that say why, and what git said."""
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Package:
    """The files of a package by their path inside it; `label` is how messages name its folder.

    A link could point anywhere, so what it leads to is never read: `links` are the paths where links stand. `tagged`
    is the release index as it stands in the tag of the last release, where there is one.
    """

    label: str
    files: Mapping[str, bytes]
    links: frozenset[str] = frozenset()
    tagged: bytes | None = None

    def path(self, inside: str) -> str:
        """Return the path of a file as messages print it."""
        return f"{self.label}/{inside}"


def read_package(folder: Path, label: str) -> Package:
    """Read every regular file of `folder`, one byte past the cap at the most; links are noted and not followed."""
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    links = frozenset(inside for inside, path in paths.items() if path.is_symlink())
    files = {inside: _read(path) for inside, path in paths.items() if inside not in links and path.is_file()}
    return Package(label, files, links, _tagged(folder))


def _tagged(folder: Path) -> bytes | None:
    """Return the release index in the tag of the last release, which no pull request can change.

    None without git, without a repository (a copy from a zip file), and without a tag of a release (a shallow clone).
    """
    try:
        inside = _git(folder, "no_repository", "rev-parse", "--show-prefix").decode("utf-8").removesuffix("\n")
        listed = _git(folder, "no_repository", "tag", "--list", "v*").decode("utf-8", "replace").split()
        tag = max(filter(is_tag, listed), key=order, default=None)
        if tag is None:
            return None
        return _git(folder, "no_folder", "cat-file", "blob", f"{tag}:{inside}{INDEX}")
    except RevisionError:
        return None


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def read_revision(folder: Path, revision: str, label: str) -> Package:
    """Read the package that stood in `folder` at a git revision, from git's own store: nothing is checked out."""
    inside = _git(folder, "no_repository", "rev-parse", "--show-prefix").decode("utf-8").removesuffix("\n")
    # a revision that looks like an option is a name like any other
    verify = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    commit = _git(folder, "unknown_revision", *verify, revision + "^{commit}").decode("ascii").strip()
    tree = _git(folder, "no_folder", *verify, f"{commit}:{inside}").decode("ascii").strip()
    listed = _git(folder, "no_folder", "ls-tree", "-r", "-z", "--full-tree", tree)
    names = {}
    for entry in listed.split(b"\0")[:-1]:
        about, path = entry.split(b"\t", 1)
        mode, _, name = about.split()
        if mode in _REGULAR_FILES:
            names[path.decode("utf-8", "surrogateescape")] = name
    blobs = _git(folder, "unreadable", "cat-file", "--batch", given=b"".join(name + b"\n" for name in names.values()))
    return Package(label, dict(zip(names, _blobs(blobs, len(names)), strict=True)))


def _blobs(batch: bytes, count: int) -> Sequence[bytes]:
    """Return the contents in what `git cat-file --batch` prints: `NAME blob SIZE`, the bytes, a line end, and so on."""
    blobs, start = [], 0
    for _ in range(count):
        end = batch.index(b"\n", start)
        header = batch[start:end].split()
        if not header[-1].isdigit():
            raise RevisionError("unreadable", batch[start:end].decode("utf-8", "replace"))
        start = end + 1 + int(header[-1])
        blobs.append(batch[end + 1 : start])
        start += 1
    return blobs


def _git(folder: Path, reason: str, *arguments: str, given: bytes = b"") -> bytes:
    """Return what git prints; where it fails, that is the `reason`."""
    git = shutil.which("git")
    if git is None:
        raise RevisionError("no_git")
    done = subprocess.run([git, "-C", str(folder), *arguments], input=given, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").splitlines()
        raise RevisionError(reason, said[0] if said else "")
    return done.stdout
