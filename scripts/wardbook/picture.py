"""Pictures: drawings (SVG) made into PNG files without a browser, each made once and kept until its drawing changes."""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from html import unescape
from importlib.metadata import version
from pathlib import Path

from wardbook.font import FOLDER, bold, regular

_TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_NUMBER = re.compile(r"-?[\d.]+")

_SIGNATURE = b"\x89PNG\r\n\x1a\n"

# kinds of PNG, and the way of writing a line that the renderer uses: each pixel as its difference from the one before
_RGBA, _PALETTE = 6, 3
_DIFFERENCES = 1

# shades nearer than the eye sees, on the soft edges of letters, count as one of these: 5, 6 and 5 bits
_COLOURS = 1 << 16
_MOST_COLOURS = 256

# the next levels cost much and save little
_LEVEL = 6


def pictures(drawings: Mapping[str, bytes], kept: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the picture of every drawing by its path, and the same pictures by the names to keep them under.

    `kept` is a folder of pictures from an earlier build. What is missing or damaged there is drawn again.
    """
    names = {path: f"{_key(drawing)}.png" for path, drawing in drawings.items()}
    made = {name: picture for name in set(names.values()) if (picture := _read(kept / name)) is not None}
    missing = {name: drawings[path] for path, name in names.items() if name not in made}
    with ThreadPoolExecutor() as pool:
        made |= zip(missing, pool.map(draw, missing.values()), strict=True)
    return {path: made[name] for path, name in names.items()}, made


def draw(drawing: bytes) -> bytes:
    """Draw an SVG as a PNG of its own size: the same bytes on every machine."""
    import vl_convert  # late: it brings a whole JavaScript engine

    return _press(vl_convert.svg_to_png(outlined(drawing.decode("utf-8")), scale=1))


def outlined(drawing: str) -> str:
    """Return a drawing with its text as outlines: no font of the machine has a part in the picture, and it is faster.

    A text must be one line, with its place, size, weight, anchor and colour in its own attributes.
    """
    return _TEXT.sub(_outline, drawing)


def _outline(found: re.Match[str]) -> str:
    attributes = dict(_ATTRIBUTE.findall(found[1]))
    text = unescape(found[2])
    font = bold() if attributes.get("font-weight", "400") != "400" else regular()
    size = float(attributes["font-size"].removesuffix("px"))
    place = attributes.get("transform") or f"{attributes['x']} {attributes['y']}"
    x, y = map(float, _NUMBER.findall(place))
    x -= {"middle": 0.5, "end": 1}.get(attributes.get("text-anchor", ""), 0) * font.width(text, size)
    scale = size / font.unit
    glyphs = "".join(f'<path transform="translate({at})" d="{outline}"/>' for at, outline in font.glyphs(text))
    colour = attributes["fill"]
    return f'<g fill="{colour}" transform="translate({x:.2f},{y:.2f}) scale({scale:g},{-scale:g})">{glyphs}</g>'


def is_whole(picture: bytes) -> bool:
    """Tell whether a PNG is complete and each of its parts agrees with its checksum."""
    try:
        return picture.startswith(_SIGNATURE) and [kind for kind, _ in _chunks(picture)][-1] == b"IEND"
    except (struct.error, ValueError, IndexError):
        return False


def _key(drawing: bytes) -> str:
    """Return a name for what a drawing, the fonts and the renderer give."""
    return hashlib.sha256(b"\0".join((_renderer(), drawing))).hexdigest()


@cache
def _renderer() -> bytes:
    fonts = b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.svg")))
    return f"{version('vl-convert-python')} {_LEVEL} {hashlib.sha256(fonts).hexdigest()}".encode()


def _read(path: Path) -> bytes | None:
    """Return a kept picture, or None where there is none that is whole."""
    try:
        picture = path.read_bytes()
    except OSError:
        return None
    return picture if is_whole(picture) else None


def _press(picture: bytes) -> bytes:
    """Write a PNG in fewer bytes: a drawing has few colours, so each pixel becomes the number of one.

    A picture of another kind than the renderer writes today, or of more colours than a palette holds, stays as it is.
    """
    import numpy as np  # late: a check needs none

    chunks = list(_chunks(picture))
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", chunks[0][1])
    rows = np.frombuffer(zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT")), np.uint8)
    if (depth, kind) != (8, _RGBA) or (rows[:: 4 * width + 1] != _DIFFERENCES).any():
        return picture
    differences = rows.reshape(height, -1)[:, 1:].reshape(height, width, 4)
    pixels = np.cumsum(differences[..., :3], axis=1, dtype=np.uint8)
    red, green, blue = (pixels[..., channel].astype(np.uint16) for channel in range(3))
    colours = (red >> 3) << 11 | (green >> 2) << 5 | blue >> 3
    used = np.flatnonzero(np.bincount(colours.ravel(), minlength=_COLOURS))
    if len(used) > _MOST_COLOURS:
        return picture
    numbers = np.zeros(_COLOURS, np.uint8)
    numbers[used] = np.arange(len(used))
    lines = np.zeros((height, width + 1), np.uint8)  # each begins with a zero: written as it is
    lines[:, 1:] = numbers[colours]
    palette = np.stack([(used >> 11) * 255 // 31, (used >> 5 & 63) * 255 // 63, (used & 31) * 255 // 31], axis=1)
    return _SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _PALETTE, 0, 0, 0)),
            _chunk(b"PLTE", palette.astype(np.uint8).tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), _LEVEL)),
            _chunk(b"IEND", b""),
        )
    )


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the data of each part of a PNG; a ValueError says that one is damaged."""
    place = len(_SIGNATURE)
    while place < len(picture):
        length, kind = struct.unpack_from(">I4s", picture, place)
        data = picture[place + 8 : place + 8 + length]
        if picture[place : place + 12 + length] != _chunk(kind, data):
            raise ValueError(f"a damaged PNG: {kind!r}")
        yield kind, data
        place += 12 + length


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
