"""Templates as Python code, kept between builds: to compile most of them takes longer than to fill them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.meta import find_referenced_templates

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


def templates(kind: str, folder: Path, **options: Any) -> Environment:
    """Return the templates of a folder as one kind of file is filled from them, with further options of Jinja.

    What is not markup is escaped, and an unknown name is an error. A template is read once: whoever edits one has it
    filled by another process (see `serve`).
    """
    return Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=Compiled(kind),
        auto_reload=False,
        **options,
    )


def compile_all(environment: Environment, ending: str) -> None:
    """Compile every template of an environment whose name has this ending."""
    for name in environment.list_templates():
        if name.endswith(ending):
            environment.get_template(name)


def compile_with_parts(environment: Environment, names: Iterable[str]) -> None:
    """Compile templates and all that they name as their parts, but for those whose name is known only when filled."""
    wanted, done = set(names), set()
    while wanted:
        name = wanted.pop()
        done.add(name)
        source = environment.loader.get_source(environment, name)[0]
        environment.get_template(name)
        wanted |= {part for part in find_referenced_templates(environment.parse(source)) if part} - done


def _source(bucket: Bucket) -> bytes:
    return f"{bucket.key} {bucket.checksum}".encode()
