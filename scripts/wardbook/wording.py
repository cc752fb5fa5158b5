"""The words of pages and messages: YAML files of our own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "words"

# the reader in C is ten times faster, and half of what a check costs is to read its messages
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_wording(file: str) -> dict[str, Any]:
    """Read a file of words; a yaml.YAMLError says where it is broken."""
    return yaml.load((FOLDER / file).read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader in C
