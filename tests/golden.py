"""Expected output that is kept in files."""

import os

UPDATE = "UPDATE_GOLDEN"


def assert_golden(path, text):
    """Hold text against a file; with UPDATE_GOLDEN=1, write the file instead."""
    if os.environ.get(UPDATE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    expected = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert text == expected, (
        f"not what {path} says; if it should be, run {UPDATE}=1 python -m pytest, and read the diff"
    )
