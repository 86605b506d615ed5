"""Lines, dots and text of a size that suits the picture they are drawn into; colours of labels.

What is drawn where is decided in `drawing.py`.
"""

from __future__ import annotations

import colorsys
import unicodedata
import zlib
from typing import Any

import cv2
import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Colour = tuple[int, int, int]
Plate = tuple[int, int, int, int]

DARK, LIGHT = (24, 24, 24), (255, 255, 255)
SHIFT = 4  # OpenCV draws at fractions of 1 / 2**SHIFT px
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_ANTIALIASED = cv2.LINE_AA
_GOLDEN = 0.618033988749895  # steps of the golden ratio keep any number of hues apart


def colour_of(label: Any) -> Colour:
    """The same colour for the same label, in every picture and every process."""
    whole = isinstance(label, (int, np.integer))
    key = int(label) if whole else zlib.crc32(str(label).encode())
    saturation, value = ((0.95, 1.0), (0.65, 1.0), (0.9, 0.75))[key % 3]
    red, green, blue = colorsys.hsv_to_rgb((0.33 + key * _GOLDEN) % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


class Pen:
    """Widths and the size of text that suit a picture, and drawing with them."""

    def __init__(self, canvas: Array, text: int | None = None) -> None:
        self.canvas = canvas
        self.plates: list[Plate] = []  # where text stands already
        side = min(canvas.shape[:2])
        self.width = max(1, round(side / 160))
        self.radius = max(2, round(side / 120))
        self.text = text if text is not None else int(np.clip(side / 26, 11, 40))  # px from ascender to descender
        (_, height), below = cv2.getTextSize("Hg", _FONT, 1.0, 1)
        self.scale = self.text / (height + below)
        self.weight = max(1, round(self.scale * 1.4))
        self.below = max(1, round(below * self.scale))

    def extent(self, text: str) -> int:
        """The width of a line of text."""
        return int(cv2.getTextSize(_drawable(text), _FONT, self.scale, self.weight)[0][0])

    def shortened(self, text: str, width: int) -> str:
        """The text, ended with … where it would be wider."""
        if self.extent(text) <= width:
            return text
        for length in range(len(text) - 1, 0, -1):
            shorter = text[:length].rstrip() + "…"
            if self.extent(shorter) <= width:
                return shorter
        return ""

    def wrapped(self, text: str, width: int, lines: int) -> list[str]:
        """The text in at most so many lines, broken between words, the last one shortened."""
        rest = text.split()
        out: list[str] = []
        while rest and len(out) < lines:
            count = 1
            while count < len(rest) and self.extent(" ".join(rest[: count + 1])) <= width:
                count += 1
            if len(out) == lines - 1:
                count = len(rest)
            out.append(self.shortened(" ".join(rest[:count]), width))
            rest = rest[count:]
        return out

    def write(self, text: str, x: int, y: int, colour: Colour) -> None:
        """A line of text whose top left corner is (x, y)."""
        baseline = (x, y + self.text - self.below)
        cv2.putText(self.canvas, _drawable(text), baseline, _FONT, self.scale, colour, self.weight, _ANTIALIASED)

    def tag(self, text: str, x: float, y: float, colour: Colour, away: float = 0) -> None:
        """Text on a plate of the colour: above (x, y), or where no other plate is; always inside the picture.

        Args:
            away: how far the plate is to stay from the point; 0 for the corner of a box.
        """
        height, width = self.canvas.shape[:2]
        pad = max(1, self.text // 6)
        text = self.shortened(text, width - 2 * pad)
        if not text:
            return
        across, down = self.extent(text) + 2 * pad, self.text + 2 * pad
        if away:
            sides = (x + away, x - away - across)
            places = [(side, y - part * down) for part in (0.5, 1.1, -0.1, 1.7, -0.7) for side in sides]
        else:
            y = max(y, 0.0)
            places = [(x, y - down), *((x, y + row * (down + 1)) for row in range(4))]
        inside = [
            (int(np.clip(round(a), 0, max(0, width - across))), int(np.clip(round(b), 0, max(0, height - down))))
            for a, b in places
        ]
        plates = [(left, top, left + across, top + down) for left, top in inside]
        plate = next((one for one in plates if not any(_overlap(one, other) for other in self.plates)), plates[0])
        self.plates.append(plate)
        left, top, right, bottom = plate
        self.canvas[top:bottom, left:right] = colour
        bright = np.dot(colour, (0.299, 0.587, 0.114)) > 140
        self.write(text, left + pad, top + pad, DARK if bright else LIGHT)

    def box(self, corners: Array, colour: Colour) -> None:
        """The edges of a box (x_min, y_min, x_max, y_max) in whole pixels: antialiasing would blur and shift them."""
        for width, ink in ((self.width + 2, DARK), (self.width, colour)):
            starts = np.floor(np.clip(corners - width / 2 + 0.5, -width, 2**26))
            x0, y0, x1, y1 = starts.astype(int).tolist()
            for y in (y0, y1):
                self.canvas[max(y, 0) : y + width, max(x0, 0) : max(x1 + width, 0)] = ink
            for x in (x0, x1):
                self.canvas[max(y0, 0) : max(y1 + width, 0), max(x, 0) : x + width] = ink

    def line(self, points: Array, colour: Colour, closed: bool) -> None:
        """A line through (K, 2) points of the continuous frame, with a dark rim that parts it from any background."""
        path = [fixed(points)]
        for width, ink in ((self.width + 2, DARK), (self.width, colour)):
            cv2.polylines(self.canvas, path, closed, ink, width, _ANTIALIASED, SHIFT)

    def dot(self, point: Array, colour: Colour, hollow: bool) -> None:
        """A disc about a point of the continuous frame, or a ring."""
        (x, y), unit = fixed(point[None])[0].tolist(), 1 << SHIFT
        cv2.circle(self.canvas, (x, y), (self.radius + 1) * unit, DARK, -1, _ANTIALIASED, SHIFT)
        cv2.circle(self.canvas, (x, y), self.radius * unit, colour, -1, _ANTIALIASED, SHIFT)
        if hollow:
            cv2.circle(self.canvas, (x, y), max(1, self.radius // 2) * unit, DARK, -1, _ANTIALIASED, SHIFT)
        x, y, reach = x // unit, y // unit, self.radius
        self.plates.append((x - reach, y - reach, x + reach, y + reach))


def _overlap(one: Plate, other: Plate) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _drawable(text: str) -> str:
    """OpenCV 5 draws any script; before, its fonts know ASCII alone and draw all else as question marks."""
    if int(cv2.__version__.partition(".")[0]) >= 5:
        return text
    plain = unicodedata.normalize("NFKD", text.replace("…", "...").replace("×", "x").replace("–", "-"))
    return "".join(c for c in plain if not unicodedata.combining(c)).encode("ascii", "replace").decode()


def fixed(points: Array) -> Array:
    """Points of the continuous frame in OpenCV's fixed-point pixel indices, kept where its integers cannot overflow."""
    return np.rint(np.clip((points - 0.5) * (1 << SHIFT), -(2**26), 2**26)).astype(np.int32)
