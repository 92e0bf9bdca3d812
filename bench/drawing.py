"""Plain SVG drawings, light or dark as the reader's system is: maps in kilometres and charts of a few lines.

Numbers are rounded to a tenth of a pixel, so equal figures give equal bytes. No library, no script, no font file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
COLOURS = ("#2f7ed8", "#d9822b", "#2a9d5c", "#c2418c", "#7a6ff0", "#b8902a", "#16a0a8", "#d6524e")
STYLE = """
.ground{fill:#f7f8fa}.ink{fill:#20262e}.faint{fill:#66717d}.rule{stroke:#c9d0d8;fill:none}.dots{stroke:#8a96a3;fill:none}
.halo{stroke:#f7f8fa}.mark{fill:#20262e;stroke:none}
@media (prefers-color-scheme: dark){.ground{fill:#1b2027}.ink{fill:#e6eaef}.faint{fill:#9aa6b2}
.rule{stroke:#3a444f}.dots{stroke:#75818e}.halo{stroke:#1b2027}.mark{fill:#e6eaef}}
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif}
.label{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}
"""


class Drawing:
    """An SVG that grows part by part; ``scale`` turns metres or units into pixels."""

    def __init__(self, width: int, height: int, title: str, note: str) -> None:
        """Begin with a ground, a title and a note below it."""
        self.width, self.height = width, height
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f'aria-label="{escape(title)}"><style>{STYLE}</style>',
            f'<rect class="ground" width="{width}" height="{height}" rx="8"/>',
        ]
        self.text(18, 30, title, "ink", 17, weight=600)
        for number, line in enumerate(note.split("\n")):
            self.text(18, 50 + 17 * number, line, "faint", 12.5)

    def frame(self, west: float, south: float, per_pixel: float, left: float, low: float) -> None:
        """Lay the map's south-west corner, in metres, on the pixel (left, low)."""
        self.west, self.south, self.per_pixel, self.left, self.low = west, south, per_pixel, left, low

    def place(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        """Pixels of places in metres."""
        x = self.left + (np.asarray(east) - self.west) / self.per_pixel
        return x, self.low - (np.asarray(north) - self.south) / self.per_pixel

    def text(
        self, x: float, y: float, words: str, kind: str = "ink", size: float = 12, anchor: str = "start",
        weight: int = 400,
    ) -> None:  # fmt: skip
        """Write words; they are outlined in the ground's colour so that lines below do not cut them."""
        self.parts.append(
            f'<text class="{kind} halo label" x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" '
            f'font-weight="{weight}" text-anchor="{anchor}">{escape(words)}</text>'
        )

    def dots(
        self, x: Floats, y: Floats, radius: float, colour: str | None = None, strength: float = 1.0
    ) -> None:
        """Draw round dots at pixels."""
        path = "".join(
            f"M{a:.1f} {b:.1f}h0" for a, b in zip(np.ravel(x).tolist(), np.ravel(y).tolist(), strict=True)
        )
        paint = f'style="stroke:{colour};fill:none"' if colour else 'class="dots"'
        self.parts.append(
            f'<path {paint} stroke-width="{2 * radius:g}" stroke-linecap="round" opacity="{strength:g}" d="{path}"/>'
        )

    def line(
        self, x: Floats, y: Floats, colour: str | None = None, thick: float = 1.6, dash: str = ""
    ) -> None:
        """Draw a line through pixels, points nearer than half a pixel left out."""
        held: list[tuple[float, float]] = []
        for a, b in zip(np.ravel(x).tolist(), np.ravel(y).tolist(), strict=True):
            if not held or abs(a - held[-1][0]) + abs(b - held[-1][1]) > 0.5:
                held.append((a, b))
        path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in held)
        paint = f'style="stroke:{colour};fill:none"' if colour else 'class="rule"'
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<path {paint} stroke-width="{thick:g}" stroke-linejoin="round" stroke-linecap="round"{dashes} d="{path}"/>'
        )

    def ring(self, east: float, north: float, radius_m: float, words: str = "") -> None:
        """Draw a range ring, named at its top."""
        x, y = self.place(np.array([east]), np.array([north]))
        reach = radius_m / self.per_pixel
        self.parts.append(
            f'<circle class="rule" cx="{x[0]:.1f}" cy="{y[0]:.1f}" r="{reach:.1f}" stroke-dasharray="3 4"/>'
        )
        if words:
            self.text(float(x[0]), float(y[0]) - reach + 4, words, "faint", 11, "middle")

    def ellipse(
        self, east: float, north: float, ee: float, en: float, nn: float, sigmas: float, colour: str
    ) -> None:
        """Draw the ellipse of a covariance in m2."""
        x, y = self.place(np.array([east]), np.array([north]))
        half, apart = 0.5 * (ee + nn), math.hypot(0.5 * (ee - nn), en)
        long, short = math.sqrt(half + apart), math.sqrt(max(half - apart, 0.0))
        turned = -math.degrees(0.5 * math.atan2(2.0 * en, ee - nn))
        self.parts.append(
            f'<ellipse rx="{sigmas * long / self.per_pixel:.1f}" ry="{sigmas * short / self.per_pixel:.1f}" '
            f'transform="translate({x[0]:.1f} {y[0]:.1f}) rotate({turned:.1f})" '
            f'style="stroke:{colour};fill:{colour}" fill-opacity="0.12" stroke-width="0.8"/>'
        )

    def mark(self, east: float, north: float, words: str) -> None:
        """Draw a sensor's site."""
        x, y = self.place(np.array([east]), np.array([north]))
        a, b = float(x[0]), float(y[0])
        self.parts.append(f'<path class="mark" d="M{a:.1f} {b - 7:.1f}l6 11h-12z"/>')
        self.text(a + 9, b + 5, words, "ink", 12, weight=600)

    def bar(self, kilometres: float) -> None:
        """Draw the scale in the lower right corner."""
        length = kilometres * 1e3 / self.per_pixel
        x, y = self.width - 20 - length, self.height - 18
        self.parts.append(
            f'<path class="rule" style="stroke:#8a96a3" stroke-width="2" d="M{x:.1f} {y - 4}v4h{length:.1f}v-4"/>'
        )
        self.text(x + length / 2, y - 8, f"{kilometres:g} km", "faint", 11, "middle")

    def svg(self) -> str:
        """The whole drawing."""
        return "\n".join([*self.parts, "</svg>\n"])


def fitted(
    title: str, note: str, corners: tuple[float, float, float, float], width: int = 860
) -> Drawing:  # fmt: skip
    """A map of (west, south, east, north) in metres, as wide as given."""
    west, south, east, north = corners
    per_pixel = (east - west) / (width - 36)
    head = 62 + 17 * note.count("\n")
    height = round((north - south) / per_pixel) + head + 14
    drawing = Drawing(width, height, title, note)
    drawing.frame(west, south, per_pixel, 18.0, height - 14.0)
    return drawing


def chart(
    title: str, note: str, across: tuple[str, Sequence[float]], lines: Sequence[tuple[str, Sequence[float], str]],
    top: float,
) -> Drawing:  # fmt: skip
    """A chart of lines over the same values, from 0 to ``top``; a line is (name, values, colour)."""
    width, height = 860, 360
    drawing = Drawing(width, height, title, note)
    left, right, high, low = 62.0, width - 190.0, 84.0 + 17 * note.count("\n"), height - 50.0
    name, values = across
    step_x = (right - left) / (len(values) - 1)
    for share in range(0, 5):
        y = low - share / 4 * (low - high)
        drawing.line(np.array([left, right]), np.array([y, y]), thick=1)
        drawing.text(left - 8, y + 4, f"{top * share / 4:g}", "faint", 11, "end")
    for number, value in enumerate(values):
        drawing.text(left + number * step_x, low + 18, f"{value:g}", "faint", 11, "middle")
    drawing.text((left + right) / 2, low + 38, name, "faint", 12, "middle")
    ends: list[float] = []
    for words, heights, colour in lines:
        y = low - np.clip(np.array(heights) / top, 0, 1) * (low - high)
        x = left + step_x * np.arange(len(heights))
        drawing.line(x, y, colour, 2.2)
        end = float(y[-1])
        while any(abs(end - other) < 15 for other in ends):
            end += 3.0
        ends.append(end)
        drawing.text(right + 10, end + 4, words, "ink", 12)
        drawing.dots(np.array([right]), np.array([float(y[-1])]), 3.5, colour)
    return drawing
