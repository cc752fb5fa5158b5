"""Generated pages are HTML from end to end: MkDocs publishes them as they are, and does not read them as Markdown.

Markdown would change nothing in them, but read each three times to find that, and the search would read every drawing.
The site is the same without this, so it is where MkDocs or Zensical build it by themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mkdocs.plugins import BasePlugin

from wardbook.links import anchors
from wardbook.tree import GENERATED

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

_DRAWING = re.compile(r'<svg class="wb-chart".*?</svg>', re.DOTALL)


class Verbatim(BasePlugin):
    """Keeps generated pages away from Markdown, and their drawings away from the search and the theme."""

    def __init__(self) -> None:
        """Begin with no page."""
        super().__init__()
        self._pages: dict[str, str] = {}
        self._drawings: dict[str, list[str]] = {}

    def on_page_markdown(self, markdown: str, *, page: Page, **_: Any) -> str | None:
        """Take a generated page out; nothing is left of it for Markdown."""
        if page.file.src_uri.split("/")[0] not in GENERATED:
            return None
        self._pages[page.file.src_uri] = markdown.strip("\n")
        return ""

    def on_page_content(self, html: str, *, page: Page, **_: Any) -> str | None:
        """Put it back as HTML with gaps for its drawings, and tell MkDocs where links may lead in it."""
        text = self._pages.pop(page.file.src_uri, None)
        if text is None:
            return None
        page.present_anchor_ids = anchors(text)
        drawings = self._drawings[page.file.src_uri] = _DRAWING.findall(text)
        for number, drawing in enumerate(drawings):
            text = text.replace(drawing, _gap(number), 1)
        return text

    def on_post_page(self, output: str, *, page: Page, **_: Any) -> str:
        """Put its drawings into the gaps."""
        for number, drawing in enumerate(self._drawings.pop(page.file.src_uri, ())):
            output = output.replace(_gap(number), drawing, 1)
        return output


def _gap(number: int) -> str:
    return f"<!-- drawing {number} -->"
