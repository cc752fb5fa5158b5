"""The published data package: its descriptor with the size and checksum of every table, and the package as a zip."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wardbook.formats.archive import zip_files
from wardbook.formats.citation import citation
from wardbook.formats.contents import Contents, side
from wardbook.language import CODES, read_language
from wardbook.package import DESCRIPTOR

_TEMPLATES = Path(__file__).parent.parent / "templates" / "package"


def published_descriptor(contents: Contents) -> bytes:
    """Return the descriptor with what only the published files can say: `homepage`, and `bytes` and `hash` of each."""
    resources = [entry | _seal(contents.package.files[entry["path"]]) for entry in contents.descriptor["resources"]]
    home = {"homepage": contents.address} if contents.address else {}
    return (
        json.dumps({**contents.descriptor, **home, "resources": resources}, ensure_ascii=False, indent=2) + "\n"
    ).encode("utf-8")


def _seal(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def published_package(contents: Contents) -> dict[str, bytes]:
    """Return the files of the package as they are published."""
    return {**contents.package.files, DESCRIPTOR: published_descriptor(contents)}


def package_zip(contents: Contents, published: Mapping[str, bytes], citation_file: bytes) -> bytes:
    """Pack the published package with what explains it; the descriptor is at the top, where tools look for it."""
    about = {f"README.{code}.md": _write(contents, f"README.{code}.md") for code in CODES}
    about |= {"LICENSE.txt": _write(contents, "LICENSE.txt"), "CITATION.cff": citation_file}
    return zip_files(sorted({**published, **about}.items()), contents.day)


def _write(contents: Contents, template: str) -> bytes:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # late, as for pages

    # plain text, not HTML: nothing is to be escaped
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    name, licence, terms = contents.licence
    citations = {code: citation(contents, read_language(code)) for code in CODES}
    text = environment.get_template(template).render(
        contents=contents, side=side, licence=licence, licence_name=name, terms=terms, cite=citations
    )
    return text.encode("utf-8")
