"""One kind of line end in what is published, whatever git put into the checkout."""

from __future__ import annotations

from pathlib import Path

from wardbook.tree import write_anew

# text that is copied as it stands; pages and data are written by us, and some formats want CR LF
_COPIED = {".css", ".js", ".svg"}


def unix_lines(site: Path) -> None:
    """Let the lines of every style, script and drawing of a built site end with LF."""
    for path in site.rglob("*"):
        if path.suffix in _COPIED and b"\r\n" in (content := path.read_bytes()):
            write_anew(path, content.replace(b"\r\n", b"\n"))
