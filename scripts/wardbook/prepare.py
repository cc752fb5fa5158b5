"""What every build needs whatever its data are: loaded and compiled once, for all copies of this process."""

from __future__ import annotations

import importlib
from pathlib import Path

from wardbook.drawing import compile_drawings
from wardbook.engine import compile_theme
from wardbook.font import bold, regular
from wardbook.language import CODES, read_language
from wardbook.page import compile_pages
from wardbook.site import of_templates

_MODULES = ("material.plugins.search.plugin", "mkdocs.commands.build", "mkdocs_macros.plugin", "numpy", "thorvg_python")


def prepare(root: Path) -> None:
    """Load what pages and pictures are made with. BuildError says which line of which template is at fault."""
    for module in _MODULES:
        importlib.import_module(module)
    regular()
    bold()
    for code in CODES:
        read_language(code).number(0)
    with of_templates():
        compile_pages()
        compile_drawings()
    compile_theme(root)
