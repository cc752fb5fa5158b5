"""The typeface of pictures: a font of our own, so that text is as wide and as drawn on every machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

FOLDER = Path(__file__).parent / "fonts"
FAMILY = "Be Vietnam Pro"

# what stands for a character that the font lacks: another machine would draw it from another font, or not at all
_STAND_IN = "?"
_ELLIPSIS = "…"
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, eq=False)
class Font:
    """One weight of the typeface: how far each character moves the pen, pairs that move together, and outlines.

    All lengths are in units of which `unit` make the font size.
    """

    unit: int
    advances: Mapping[str, int]
    outlines: Mapping[str, str]
    kerning: Mapping[tuple[str, str], int]

    def known(self, text: str) -> str:
        """Return text with a stand-in for every character that the font lacks."""
        return "".join(c if c in self.advances else _STAND_IN for c in text)

    def width(self, text: str, size: float) -> float:
        """Return how wide a line of text is."""
        return self.units(text) * size / self.unit

    @cache  # noqa: B019 - there are two fonts, for as long as the program runs
    def units(self, text: str) -> int:
        """Return how wide a line of text is, in the font's own unit."""
        known = self.known(text)
        return sum(self.advances[c] for c in known) - sum(self.kerning.get(pair, 0) for pair in pairwise(known))

    def glyphs(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield where each character that leaves a mark begins, and its outline; the line's own unit, y upwards."""
        place, before = 0, ""
        for c in self.known(text):
            place -= self.kerning.get((before, c), 0)
            if c in self.outlines:
                yield place, self.outlines[c]
            place += self.advances[c]
            before = c


@dataclass(frozen=True)
class Block:
    """Text laid out: its lines, from top to bottom, and the size that lets them fit."""

    lines: tuple[str, ...]
    size: int


@cache
def regular() -> Font:
    """Return the weight of running text."""
    return _read(FOLDER / "BeVietnamPro-Regular.svg")


@cache
def bold() -> Font:
    """Return the weight of names and numbers."""
    return _read(FOLDER / "BeVietnamPro-SemiBold.svg")


@lru_cache(maxsize=4096)
def fit(text: str, font: Font, ways: tuple[tuple[int, int], ...], width: float) -> Block:
    """Lay text out in lines of a width, in the first of `ways` (a size, and how many lines at most) that lets it fit.

    Text too long even for the last way ends in an ellipsis: nothing ever leaves its place.
    """
    text = font.known(text)
    for size, lines in ways:
        found = tuple(_wrap(text, font, size, width))
        if len(found) <= lines:
            return Block(_balance(found, font, size, width), size)
    return Block((*found[: lines - 1], _shorten(" ".join(found[lines - 1 :]), font, size, width)), size)


def _balance(lines: tuple[str, ...], font: Font, size: int, width: float) -> tuple[str, ...]:
    """Break the same text into as many lines of like length, so that none holds a word alone."""
    narrower = tuple(_wrap(" ".join(lines), font, size, width - size / 2))
    return _balance(narrower, font, size, width - size / 2) if len(narrower) == len(lines) > 1 else lines


def _wrap(text: str, font: Font, size: int, width: float) -> Iterator[str]:
    """Break text at spaces, or inside a word that has no room on a line of its own; a hard space does not break."""
    room = width * font.unit / size
    line, taken = "", 0
    for word in text.split(" "):
        # a line grows by a word that was measured once, not by being measured again
        grown = taken + font.units(f" {word}") - font.kerning.get((line[-1], " "), 0) if line else font.units(word)
        if grown <= room:
            line, taken = (f"{line} {word}" if line else word), grown
            continue
        if line:
            yield line
        line = word
        while font.units(line) > room:
            head = _head(line, font, size, width)
            yield head
            line = line[len(head) :]
        taken = font.units(line)
    yield line


def _head(text: str, font: Font, size: int, width: float) -> str:
    """Return as much of the beginning as fits, one character at the least."""
    end = len(text)
    while end > 1 and font.width(text[:end], size) > width:
        end -= 1
    return text[:end]


def _shorten(text: str, font: Font, size: int, width: float) -> str:
    return _head(text, font, size, width - font.width(_ELLIPSIS, size)).rstrip(" ,;") + _ELLIPSIS


def _read(path: Path) -> Font:
    """Read an SVG font."""
    font = ElementTree.parse(path).getroot().find(f".//{_SVG}font")  # noqa: S314 - a file of our own
    glyphs = {glyph.get("glyph-name"): glyph for glyph in font.iter(f"{_SVG}glyph")}
    characters = {name: glyph.get("unicode") for name, glyph in glyphs.items()}
    return Font(
        unit=int(font.find(f"{_SVG}font-face").get("units-per-em")),
        advances={glyph.get("unicode"): int(glyph.get("horiz-adv-x")) for glyph in glyphs.values()},
        outlines={glyph.get("unicode"): glyph.get("d") for glyph in glyphs.values() if glyph.get("d")},
        kerning={
            (characters[first], characters[second]): int(kern.get("k"))
            for kern in font.iter(f"{_SVG}hkern")
            for first in kern.get("g1").split(",")
            for second in kern.get("g2").split(",")
        },
    )
