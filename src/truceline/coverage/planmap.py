"""A picture of a plan: what the chosen sensors see of the areas, where they stand, on a shaded ground; as PNG.

    PNG     signature, IHDR (width, height, 8 bits, RGB), IDAT (zlib; every row begins with filter 0), IEND; CRC-32 each
    banner  the word EXERCISE above a picture of synthetic ground, in letters of 5 x 7 dots
    ground  grey by height;  outside every area plain;  inside: red unseen to blue seen;  sensors black with a white rim
Row 0 of the picture is the northmost. Source: PNG, ISO/IEC 15948:2003.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
SIGNATURE = b"\x89PNG\r\n\x1a\n"
BANNER, LETTERS = (74, 20, 140), (255, 255, 255)
# Seven rows of five dots a letter, most significant bit left.
DOTS = {
    "E": (31, 16, 16, 30, 16, 16, 31),
    "X": (17, 17, 10, 4, 10, 17, 17),
    "R": (30, 17, 17, 30, 20, 18, 17),
    "C": (14, 17, 16, 16, 16, 17, 14),
    "I": (14, 4, 4, 4, 4, 4, 14),
    "S": (15, 16, 16, 14, 1, 1, 30),
}
UNSEEN, SEEN = (198, 62, 44), (39, 98, 160)


def png(pixels: Pixels) -> bytes:
    """Return an image (rows, columns, 3) as PNG."""
    rows, columns, _ = pixels.shape
    raw = np.zeros((rows, 1 + 3 * columns), np.uint8)
    raw[:, 1:] = pixels.reshape(rows, 3 * columns)
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    body = zlib.compress(raw.tobytes(), 9)
    return SIGNATURE + b"".join(_chunk(*part) for part in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b"")))


def drawn(
    seen: Floats,
    inside: npt.NDArray[np.bool_],
    ground: Floats,
    sensors: Sequence[tuple[int, int]],
    way: Sequence[tuple[int, int]] = (),
    zoom: int = 6,
) -> Pixels:
    """Return the picture of a raster (rows, columns, row 0 southmost): seen 0 to 1, areas, ground heights, (row, column)."""
    low, high = float(ground.min()), float(ground.max())
    grey = 150.0 + 90.0 * (ground - low) / max(high - low, 1.0)
    picture = np.repeat(grey[:, :, None], 3, axis=2)
    tone = np.array(UNSEEN) + seen[:, :, None] * (np.array(SEEN, float) - np.array(UNSEEN))
    picture = np.where(inside[:, :, None], 0.35 * picture + 0.65 * tone, picture)
    for row, column in way:
        picture[row, column] = (250, 220, 60)
    large = np.repeat(np.repeat(picture, zoom, axis=0), zoom, axis=1)
    for row, column in sensors:
        y, x = round((row + 0.5) * zoom), round((column + 0.5) * zoom)
        for size, colour in ((zoom, 255), (zoom - 2, 0)):
            large[max(0, y - size) : y + size + 1, max(0, x - size) : x + size + 1] = colour
    return large[::-1].round().astype(np.uint8)


def exercise(picture: Pixels, scale: int = 3) -> Pixels:
    """Return a picture under a banner that says EXERCISE, cut where the picture is narrower than the word."""
    word = np.zeros((9, 6 * len("EXERCISE") + 2), np.bool_)
    for place, letter in enumerate("EXERCISE"):
        for row, dots in enumerate(DOTS[letter]):
            for column in range(5):
                word[1 + row, 2 + 6 * place + column] = bool(dots >> (4 - column) & 1)
    large = np.repeat(np.repeat(word, scale, axis=0), scale, axis=1)[:, : picture.shape[1]]
    strip = np.full((len(large), picture.shape[1], 3), BANNER, np.uint8)
    strip[:, : large.shape[1]][large] = LETTERS
    return np.concatenate([strip, picture])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
