"""Pictures: drawings (SVG) made into PNG files without a browser, the same bytes on every machine."""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from functools import cache, lru_cache
from html import unescape
from typing import TYPE_CHECKING

from wardbook.error import BuildError
from wardbook.font import FOLDER, Font, bold, regular
from wardbook.shelf import keep

if TYPE_CHECKING:
    import numpy as np
    from thorvg_python import Engine, SwCanvas

_TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_NUMBER = re.compile(r"-?[\d.]+")

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3

# How many bits of red, green and blue tell shades apart: nearer ones, on the soft edges of letters, count as one, and
# are all drawn as their mean. The last way has no more shades than a palette holds.
_SHADES = ((4, 4, 4), (3, 3, 2))
_MOST_COLOURS = 256

# How the picture is pressed. Looking for nothing but runs takes two thirds of the time of looking for what came before,
# and the file is a seventh smaller; the memory lets the code change often enough.
_PRESSED = {"level": 3, "memLevel": 5, "strategy": zlib.Z_RLE}

_WHITE = 0xFFFFFFFF

# in pixels: places to draw on are as high as a multiple of this, so that drawings of like size share one
_HEIGHTS = 128


def picture(drawing: bytes) -> bytes:
    """Return the picture of a drawing, from the shelf if it lies there."""
    return keep(_kind(), drawing, lambda: draw(drawing))


@cache
def _kind() -> str:
    """Name what besides a drawing and the program has a part in its picture."""
    fonts = b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.svg")))
    return f"picture in {hashlib.sha256(fonts).hexdigest()}"


def draw(drawing: bytes) -> bytes:
    """Draw an SVG as a PNG of its own size, on white."""
    return _png(_pixels(outlined(drawing.decode("utf-8"))))


def outlined(drawing: str) -> str:
    """Return a drawing with its text as outlines: no font of the machine has a part in the picture, and it is faster.

    A text must be one line, with its place, size, weight, anchor and colour in its own attributes. The halo that a
    chart has behind its labels is left out: they stand clear of its lines, and it would take a third of the time.
    """
    return _TEXT.sub(_outline, drawing)


def _outline(found: re.Match[str]) -> str:
    attributes = dict(_ATTRIBUTE.findall(found[1]))
    if "stroke" in attributes:
        return ""
    text = unescape(found[2])
    font = bold() if attributes.get("font-weight", "400") != "400" else regular()
    size = float(attributes["font-size"].removesuffix("px"))
    place = attributes.get("transform") or f"{attributes['x']} {attributes['y']}"
    x, y = map(float, _NUMBER.findall(place))
    x -= {"middle": 0.5, "end": 1}.get(attributes.get("text-anchor", ""), 0) * font.width(text, size)
    scale = size / font.unit
    place = f"translate({x:.2f},{y:.2f}) scale({scale:g},{-scale:g})"
    return f'<g fill="{attributes["fill"]}" transform="{place}">{_glyphs(font, text)}</g>'


@lru_cache(maxsize=1024)
def _glyphs(font: Font, text: str) -> str:
    """Return the outlines of a line of text; most drawings have lines in common: years, sources, names of places."""
    return "".join(f'<path transform="translate({at})" d="{outline}"/>' for at, outline in font.glyphs(text))


def _pixels(drawing: str) -> np.ndarray:
    """Draw an SVG without text; return its pixels, height x width, each 0xAABBGGRR. BuildError where it is broken.

    The next drawing may be drawn over them.
    """
    import numpy as np  # late: a check needs neither
    import thorvg_python as thorvg

    picture = thorvg.Picture(_engine())
    done = picture.load_data(drawing.encode("utf-8"), "svg", None, copy=True)
    if done is not thorvg.Result.SUCCESS:
        raise BuildError(f"a drawing cannot be drawn ({done.name}): {drawing[:120]}")
    width, height = map(int, picture.get_size()[1:])
    canvas = _canvas(width, -(-height // _HEIGHTS) * _HEIGHTS)
    pixels = np.frombuffer(canvas.buffer_arr, np.uint32)[: height * width]
    pixels[:] = _WHITE
    canvas.add(picture)
    canvas.draw(clear=False)
    canvas.sync()
    canvas.remove(picture)
    return pixels.reshape(height, width)


@lru_cache(maxsize=8)
def _canvas(width: int, height: int) -> SwCanvas:
    """Return a place to draw on. A new one for each drawing takes as long as the drawing: memory comes page by page."""
    import thorvg_python as thorvg

    canvas = thorvg.SwCanvas(_engine())
    canvas.set_target(width, height)
    return canvas


@cache
def _engine() -> Engine:
    import thorvg_python as thorvg

    return thorvg.Engine(threads=0)


def _png(pixels: np.ndarray) -> bytes:
    """Write pixels as a PNG with a palette: a drawing has few colours, so each pixel becomes the number of one.

    Most pixels are like the one before them: only where a run of them begins is a colour looked at. A colour that fills
    a large part of the drawing outweighs its neighbours, so it stays as it is.
    """
    import numpy as np

    height, width = pixels.shape
    flat = pixels.ravel()
    begins = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))
    lengths = np.diff(begins, append=len(flat))
    channels = flat[begins].view(np.uint8).reshape(-1, 4)[:, :3]
    for bits in _SHADES:
        shades = np.zeros(len(begins), np.uint16)
        for channel, kept in zip(channels.T, bits, strict=True):
            shades = shades << kept | channel >> (8 - kept)
        sizes = np.bincount(shades, lengths)
        used = np.flatnonzero(sizes)
        if len(used) <= _MOST_COLOURS:
            break
    numbers = np.zeros(len(sizes), np.uint8)
    numbers[used] = np.arange(len(used))
    lines = np.zeros((height, width + 1), np.uint8)  # each begins with a zero: written as it is
    lines[:, 1:] = np.repeat(numbers[shades], lengths).reshape(height, width)
    sums = (np.bincount(shades, channel * lengths)[used] for channel in channels.T)
    palette = np.stack([np.rint(one / sizes[used]) for one in sums], axis=1)
    pressing = zlib.compressobj(**_PRESSED)
    return _SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _PALETTE, 0, 0, 0)),
            _chunk(b"PLTE", palette.astype(np.uint8).tobytes()),
            _chunk(b"IDAT", pressing.compress(lines.tobytes()) + pressing.flush()),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Return one part of a PNG (PNG 5.3)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
