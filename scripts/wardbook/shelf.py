"""What takes long to make, kept between builds by what it was made from.

The shelf is a folder that may be deleted at any time. What lies there damaged is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from wardbook.program import program

_DIGEST = hashlib.sha256().digest_size

# the open shelf, and the names of what was asked of it; without one everything is made each time
_folder: Path | None = None
_asked: set[str] = set()


@contextlib.contextmanager
def shelf(folder: Path, *, tidy: bool = True) -> Iterator[None]:
    """Keep in `folder` what is made within; at the end `tidy` throws away what nobody asked for."""
    global _folder  # noqa: PLW0603 - one shelf for the program: what is made does not depend on it
    folder.mkdir(parents=True, exist_ok=True)
    _asked.clear()
    _folder = folder
    try:
        yield
        for path in folder.iterdir() if tidy else ():
            if path.name not in _asked:
                path.unlink()
    finally:
        _folder = None


def keep(kind: str, source: bytes, make: Callable[[], bytes]) -> bytes:
    """Return what `make` gives for this source, from the shelf if it lies there whole.

    `kind` names what is made. The program is a part of the name: another one may make something else.
    """
    kept = find(kind, source)
    if kept is None:
        kept = make()
        put(kind, source, kept)
    return kept


def find(kind: str, source: bytes) -> bytes | None:
    """Return what was made of this source, or None where nothing lies there whole."""
    if _folder is None:
        return None
    name = name_of(kind, source)
    _asked.add(name)
    try:
        entry = (_folder / name).read_bytes()
    except OSError:
        return None
    content = entry[_DIGEST:]
    return content if hashlib.sha256(content).digest() == entry[:_DIGEST] else None


def put(kind: str, source: bytes, content: bytes) -> None:
    """Put what was made of a source on the shelf, in one step: others may make the same at the same time."""
    if _folder is None:
        return
    path = _folder / name_of(kind, source)
    new = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    new.write_bytes(hashlib.sha256(content).digest() + content)
    new.replace(path)


def asked() -> set[str]:
    """Return the names of what this process asked for, to be handed to another one."""
    return set(_asked)


def also_asked(names: Iterable[str]) -> None:
    """Take what another process asked for, or would be asked for had no more been kept, as asked for here."""
    _asked.update(names)


def name_of(kind: str, source: bytes) -> str:
    """Return under which name lies what is made of a source."""
    return hashlib.sha256(f"{program()}\0{kind}\0".encode() + source).hexdigest()
