"""Maps: how points of the input frame move to the output frame, and the maps that move whole pixels. Nothing here
touches pixels; `resample.py` does. Maps that stretch and turn are in `linear.py`, those that bend in `dense.py`.

Frames are continuous: x to the right, y down, pixel (row r, column c) covers [c, c+1) × [r, r+1), and a picture of size
(height, width) is [0, width] × [0, height]. Points are arrays (..., 2) of (x, y).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import attrs
import cv2
import numpy as np

from .errors import InvalidParameter
from .plain import Plain

Size = tuple[int, int]
Array = np.ndarray[Any, np.dtype[Any]]
Window = tuple[slice, ...]  # of an array


def as_size(value: Any) -> Size:
    height, width = value
    return int(height), int(width)


def as_shape(value: Any) -> tuple[int, ...]:
    """(height, width), or (depth, height, width) where there are volumes."""
    numbers = tuple(int(side) for side in value)
    if len(numbers) not in (2, 3):
        raise ValueError(f"{value!r} is neither (height, width) nor (depth, height, width)")
    return numbers


def through(points: Array, matrix: Array) -> Array:
    """Points (…, n), each followed by a 1, through a matrix (m, n + 1): (…, m).

    By OpenCV: NumPy takes two to five times as long, and for the pixels of a picture it starts threads, which wait for
    each other (see `pixels.matrix_product`).
    """
    flat = np.ascontiguousarray(points, np.float64).reshape(-1, 1, points.shape[-1])
    shape = (*points.shape[:-1], len(matrix))
    return np.asarray(cv2.transform(flat, matrix)).reshape(shape) if len(flat) else np.empty(shape)


@attrs.frozen(slots=False, eq=False, repr=False)
class Map(Plain):
    """From a frame of `size` to a frame of `output`, both (height, width)."""

    size: Size = attrs.field(converter=as_size)
    output: Size = attrs.field(converter=as_size)

    # Straight, axis-parallel edges stay so: two opposite corners are enough to carry a box.
    axis_aligned: ClassVar[bool] = False
    # Straight edges stay straight: corners are enough to carry an outline.
    keeps_lines: ClassVar[bool] = True
    # Points have a third coordinate; see `maps3d.py`.
    is_volumetric: ClassVar[bool] = False
    # Of those, the ones that show whole slices, which the frames of clips can follow; see `clips.py`.
    picks_frames: ClassVar[bool] = False
    # Parts of the frame part company, so that outlines across their edges are torn; `pieces` are these parts.
    tears: ClassVar[bool] = False

    @abstractmethod
    def forward(self, points: Array) -> Array:
        """Where points of the input frame come to lie."""

    @abstractmethod
    def inverse(self) -> Map:
        """The map back, or NotInvertible."""

    @abstractmethod
    def jacobian(self, points: Array) -> Array:
        """The derivative of `forward` at each of (N, 2) points: (N, 2, 2)."""

    @abstractmethod
    def pixel_jacobian(self) -> Array:
        """The derivative of the way back at each output pixel's centre, (H, W, 2, 2), or (2, 2) where it is the same
        everywhere: how far apart in the input lies what neighbours show."""

    def in_front(self, shapes: Array) -> Array:
        """Outlines (N, K, 2) without what lies behind a horizon and has no image."""
        return shapes

    def pieces(self) -> Sequence[tuple[Window, Window]]:
        """Of a map that tears, the parts that move as one: where each lies in the output, and where in the input."""
        raise NotImplementedError

    @property
    def is_reflection(self) -> bool:
        """Whether left and right change places."""
        return False

    @property
    def is_identity(self) -> bool:
        return False

    @property
    def plane(self) -> Map | None:
        """The map of pictures: this one, or what a map of volumes does to each slice alike, None if there is none."""
        return self

    def backward(self, points: Array) -> Array:
        return self.inverse().forward(points)


class UniformMap(Map):
    """Maps that have one derivative everywhere."""

    @property
    def matrix(self) -> Array:
        """3×3, of (x, y, 1)."""
        raise NotImplementedError

    def jacobian(self, points: Array) -> Array:
        return np.broadcast_to(self.matrix[:2, :2], (len(points), 2, 2))

    def pixel_jacobian(self) -> Array:
        return np.asarray(self.inverse().matrix[:2, :2])  # type: ignore[attr-defined]


@attrs.frozen(slots=False, eq=False, repr=False)
class Lattice(UniformMap):
    """Flips, quarter turns, whole-pixel crops and pads: pixels move, none is computed.

    Output (x, y) is `turn` · (x, y) + `shift`; `content` (x_min, y_min, x_max, y_max) is the part of the output that
    shows the input, the rest is border. Closed under composition.
    """

    turn: tuple[int, int, int, int] = (1, 0, 0, 1)
    shift: tuple[int, int] = (0, 0)
    content: tuple[int, int, int, int] = attrs.field()
    axis_aligned: ClassVar[bool] = True

    @content.default
    def _whole(self) -> tuple[int, int, int, int]:
        return (0, 0, self.output[1], self.output[0])

    @classmethod
    def identity(cls, size: Size) -> Lattice:
        return cls(size, size)

    @classmethod
    def hflip(cls, size: Size) -> Lattice:
        return cls(size, size, (-1, 0, 0, 1), (size[1], 0))

    @classmethod
    def vflip(cls, size: Size) -> Lattice:
        return cls(size, size, (1, 0, 0, -1), (0, size[0]))

    @classmethod
    def transpose(cls, size: Size) -> Lattice:
        return cls(size, size[::-1], (0, 1, 1, 0))

    @classmethod
    def rot90(cls, size: Size, times: int = 1) -> Lattice:
        """Counter-clockwise by `times` quarter turns, as `numpy.rot90`."""
        height, width = size
        times %= 4
        if times == 0:
            return cls(size, size)
        if times == 1:
            return cls(size, (width, height), (0, 1, -1, 0), (0, width))
        if times == 2:
            return cls(size, size, (-1, 0, 0, -1), (width, height))
        return cls(size, (width, height), (0, -1, 1, 0), (height, 0))

    @classmethod
    def window(cls, size: Size, x_min: int, y_min: int, x_max: int, y_max: int) -> Lattice:
        """A crop; where the window reaches beyond the frame, a pad."""
        if x_max <= x_min or y_max <= y_min:
            raise InvalidParameter(
                f"window ({x_min}, {y_min}, {x_max}, {y_max}) is empty; give x_min < x_max, y_min < y_max"
            )
        width, height = x_max - x_min, y_max - y_min
        if x_min >= 0 and y_min >= 0 and x_max <= size[1] and y_max <= size[0]:
            return cls(size, (height, width), (1, 0, 0, 1), (-x_min, -y_min), (0, 0, width, height))
        content = (
            min(max(0, -x_min), width),
            min(max(0, -y_min), height),
            max(0, min(width, size[1] - x_min)),
            max(0, min(height, size[0] - y_min)),
        )
        return cls(size, (height, width), (1, 0, 0, 1), (-x_min, -y_min), content)

    @classmethod
    def pad(cls, size: Size, top: int = 0, bottom: int = 0, left: int = 0, right: int = 0) -> Lattice:
        return cls.window(size, -left, -top, size[1] + right, size[0] + bottom)

    @property
    def turns(self) -> bool:
        """Whether rows become columns."""
        return self.turn[0] == 0

    @property
    def has_border(self) -> bool:
        return self.content != (0, 0, self.output[1], self.output[0])

    @property
    def shows_all(self) -> bool:
        """Whether nothing of the input is cut off."""
        x0, y0, x1, y1 = self.content
        return (x1 - x0, y1 - y0) == (self.size if self.turn[0] == 0 else self.size[::-1])

    @property
    def is_reflection(self) -> bool:
        a, b, c, d = self.turn
        return a * d - b * c < 0

    @property
    def is_identity(self) -> bool:
        return self.turn == (1, 0, 0, 1) and self.shift == (0, 0) and self.size == self.output and not self.has_border

    @property
    def matrix(self) -> Array:
        (a, b, c, d), (x, y) = self.turn, self.shift
        return np.array([[a, b, x], [c, d, y], [0, 0, 1]], float)

    def forward(self, points: Array) -> Array:
        a, b, c, d = self.turn
        if a == d == 1:
            return np.asarray(points + self.shift)
        if a:
            return np.asarray(points * (a, d) + self.shift)
        return np.asarray(points[..., ::-1] * (b, c) + self.shift)

    def forward_rectangle(self, x_min: float, y_min: float, x_max: float, y_max: float) -> tuple[float, ...]:
        (a, b, c, d), (x, y) = self.turn, self.shift
        left, right = a * x_min + b * y_min + x, a * x_max + b * y_max + x
        top, bottom = c * x_min + d * y_min + y, c * x_max + d * y_max + y
        return min(left, right), min(top, bottom), max(left, right), max(top, bottom)

    @property
    def source(self) -> tuple[int, int, int, int]:
        """The part of the input that is shown: where `content` comes from."""
        a, b, c, d = self.turn
        x_shift, y_shift = self.shift
        x0, y0, x1, y1 = self.content
        if a == d == 1:
            return x0 - x_shift, y0 - y_shift, x1 - x_shift, y1 - y_shift
        x0, y0, x1, y1 = x0 - x_shift, y0 - y_shift, x1 - x_shift, y1 - y_shift
        # The inverse of a signed permutation is its transpose.
        left, right = a * x0 + c * y0, a * x1 + c * y1
        top, bottom = b * x0 + d * y0, b * x1 + d * y1
        return min(left, right), min(top, bottom), max(left, right), max(top, bottom)

    def inverse(self) -> Lattice:
        a, b, c, d = self.turn
        x, y = self.shift
        shift = (-(a * x + c * y), -(b * x + d * y))
        return Lattice(self.output, self.size, (a, c, b, d), shift, self.source)

    def then(self, second: Lattice) -> Lattice:
        a, b, c, d = self.turn
        e, f, g, h = second.turn
        x, y = self.shift
        moved = second.forward_rectangle(*self.content)
        seen = second.content
        x_min, y_min = max(moved[0], seen[0]), max(moved[1], seen[1])
        content = (x_min, y_min, max(x_min, min(moved[2], seen[2])), max(y_min, min(moved[3], seen[3])))
        return Lattice(
            self.size,
            second.output,
            (e * a + f * c, e * b + f * d, g * a + h * c, g * b + h * d),
            (e * x + f * y + second.shift[0], g * x + h * y + second.shift[1]),
            (int(content[0]), int(content[1]), int(content[2]), int(content[3])),
        )
