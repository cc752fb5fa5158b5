"""Templates as Python code, kept between builds: to compile most of them takes longer than to fill them."""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from wardbook.shelf import find, put


class Compiled(BytecodeCache):
    """The compiled templates of one environment, by its name: another one compiles the same template otherwise."""

    def __init__(self, environment: str) -> None:
        """Take the name of the environment."""
        self._kind = f"template of {environment}"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the name of a template: its text tells it from others of that name, wherever the project lies."""
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket of a template with its code, where that lies on the shelf."""
        if code := find(self._kind, _source(bucket)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Put the code of a template on the shelf."""
        put(self._kind, _source(bucket), bucket.bytecode_to_string())


def _source(bucket: Bucket) -> bytes:
    return f"{bucket.key} {bucket.checksum}".encode()
