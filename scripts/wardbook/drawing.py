"""Drawings: SVG files from templates, with every text in them escaped in one place."""

from __future__ import annotations

from functools import cache
from html import unescape
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from wardbook.compiled import compile_all, templates
from wardbook.font import FAMILY

TEMPLATES = Path(__file__).parent / "templates"


def draw(template: str, **context: object) -> bytes:
    """Fill the template of a drawing; what is not markup already is escaped."""
    return (_templates().get_template(f"{template}.svg").render(context).strip() + "\n").encode("utf-8")


def compile_drawings() -> None:
    """Put the templates of drawings on the shelf as Python code, for every process that will fill them."""
    compile_all(_environment(), ".svg")


def plain(text: str) -> str:
    """Return words as they are read, to be measured and laid out."""
    return unescape(text) if isinstance(text, Markup) else text


@cache
def _templates() -> Environment:
    return _environment()


def _environment() -> Environment:
    environment = templates("drawings", TEMPLATES)
    # a reader without our font has one of these, and they are not wider
    environment.globals["family"] = f"{FAMILY}, Arial, Helvetica, sans-serif"
    return environment
