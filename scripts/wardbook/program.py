"""The program that makes the site, as one digest: another program may make something else of the same data."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path

CODE = Path(__file__).resolve().parent.parent


@cache
def program() -> str:
    """Return a digest of our code, of Python's version and of the names and versions of what is installed."""
    installed = {path.name for folder in sys.path for path in Path(folder).glob("*.dist-info")}
    digest = hashlib.sha256("\0".join([sys.version, *sorted(installed)]).encode())
    for path in sorted(CODE.rglob("*.py")):
        digest.update(f"\0{path.relative_to(CODE).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()
