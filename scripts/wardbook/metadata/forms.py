"""Forms: which files hold the same data, so that each vocabulary lists them with what they are a form of."""

from __future__ import annotations

from collections.abc import Mapping

from wardbook.download import Download

# the name of the whole data set among its parts
WHOLE = "dataset"

# the folders below /tai-ve/ whose files are named after an indicator, a topic and a year
_FOLDERS = ("chi-tieu", "chu-de", "nam")

# the kinds of files that go with the data and hold none of it
_BESIDE = ("", "citation", "datasette", "schema")


def forms(downloads: Mapping[str, Download]) -> dict[str, list[str]]:
    """Return the paths of the files that hold data, by the part of the data set that they are a form of.

    A part is named as its page is, as in `chi-tieu/ID`.
    """
    found: dict[str, list[str]] = {}
    for path, file in downloads.items():
        if file.kind in _BESIDE:
            continue
        folder, _, name = path.partition("/")
        part = f"{folder}/{name.partition('.')[0]}" if folder in _FOLDERS else WHOLE
        found.setdefault(part, []).append(path)
    return found


def media_type(file: Download) -> str:
    """Return the media type of a file without its parameters, which the register of media types does not know."""
    return file.media_type.partition(";")[0]
