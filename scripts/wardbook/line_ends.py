"""One kind of line end in what is published, whatever git put into the checkout."""

from __future__ import annotations

from collections.abc import Mapping

# text that is copied as it stands; pages and data are written by us, and some formats want CR LF
_COPIED = (".css", ".js", ".svg")


def unix_lines(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a built site, the lines of every style, script and drawing ending with LF."""
    return {
        path: content.replace(b"\r\n", b"\n") if path.endswith(_COPIED) else content for path, content in files.items()
    }
