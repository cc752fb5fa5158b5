"""The archive of a version: what stands below /tai-ve/v<version>/, as one file of a release.

It is packed from the site when the version is released, and unpacked again for the site of every later version, so that
the address of a released file never leads nowhere and never to other bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import date

from wardbook.download import CHECKSUMS
from wardbook.error import RefusalError
from wardbook.formats.archive import zip_files
from wardbook.version import is_tag

# in bytes, unpacked: far above the files of a ward, far below the memory of a machine that builds sites
LARGEST = 500_000_000

# the first that a zip can bear: the day of a file inside says nothing that its version does not
_NO_DAY = date(1980, 1, 1)


class ArchiveError(RefusalError):
    """An archive that cannot be packed, fetched or unpacked."""


def archive_name(tag: str) -> str:
    """Return the name that the archive of a version has among the files of its release."""
    return f"so-lieu-{tag}.zip"


def pack(tag: str, files: Mapping[str, bytes]) -> bytes:
    """Return the archive of a version's files by their path below /tai-ve/v<version>/: same files, same bytes."""
    _verify(archive_name(tag), files)
    return zip_files(((f"{tag}/{path}", content) for path, content in sorted(files.items())), _NO_DAY)


def unpack(tag: str, content: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their path below /tai-ve/v<version>/; nothing else can be in it.

    Raise ArchiveError for a path that leads elsewhere, too many bytes, or a file that its checksum does not fit.
    """
    name = archive_name(tag)
    files = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise ArchiveError("archive_size", name=name)
            for entry in entries:
                folder, _, path = entry.filename.partition("/")
                if folder != tag or not path or {"", ".", ".."} & set(re.split(r"[/\\]", path)) or ":" in path:
                    raise ArchiveError("archive_path", name=name, path=entry.filename)
                files[path] = archive.read(entry)
    # no archive; damaged inside; a place outside of it; cut off; a password or a way of packing that cannot be undone
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, RuntimeError) as error:
        raise ArchiveError("archive_broken", name=name, detail=str(error)) from error
    _verify(name, files)
    return files


def _verify(name: str, files: Mapping[str, bytes]) -> None:
    """Raise ArchiveError unless the list of checksums holds every file, and each as it is."""
    listed = files.get(CHECKSUMS, b"").decode("utf-8", "replace").splitlines()
    made = [f"{hashlib.sha256(files[path]).hexdigest()}  {path}" for path in files if path != CHECKSUMS]
    if not made or sorted(listed) != sorted(made):
        wrong = sorted(set(listed) ^ set(made))
        raise ArchiveError("archive_sums", name=name, path=wrong[0].partition("  ")[2] if wrong else CHECKSUMS)


def released_tags() -> Sequence[str]:
    """Return the tags of every release of the data, from GitHub by its own command."""
    listed = _gh("release", "list", "--exclude-drafts", "--limit", "1000", "--json", "tagName")
    return sorted(release["tagName"] for release in json.loads(listed) if is_tag(release["tagName"]))


def fetch(tag: str) -> bytes:
    """Return the archive among the files of a release."""
    return _gh("release", "download", tag, "--pattern", archive_name(tag), "--output", "-")


def _gh(*arguments: str) -> bytes:
    command = shutil.which("gh")
    if command is None:
        raise ArchiveError("no_gh")
    done = subprocess.run([command, *arguments], capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").splitlines()
        raise ArchiveError("gh", detail=said[0] if said else "")
    return done.stdout
