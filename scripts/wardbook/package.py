"""The data package on disk: its files as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True)
class Package:
    """The files of a package by their path inside it; `label` is how messages name its folder."""

    label: str
    files: Mapping[str, bytes]

    def path(self, inside: str) -> str:
        """Return the path of a file as messages print it."""
        return f"{self.label}/{inside}"


def read_package(folder: Path, label: str) -> Package:
    """Read every regular file of `folder`; a link could point out of the package, so it counts as missing."""
    files = {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }
    return Package(label, files)
