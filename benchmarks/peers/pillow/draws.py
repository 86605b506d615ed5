"""What `random` draws: numbers, windows and their sizes."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from benchmarks.peers.pillow.pictures import Picture

Box = tuple[float, float, float, float]


def either_way(limit: float) -> float:
    return random.uniform(-limit, limit)


def window(image: Picture, width: float, height: float) -> Box:
    """A place for a window of that size."""
    left = random.random() * (image.width - width)
    top = random.random() * (image.height - height)
    return left, top, left + width, top + height


def whole(box: Box) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return int(left), int(top), int(right), int(bottom)


def share(image: Picture, scale: Sequence[float], ratio: Sequence[float]) -> tuple[float, float]:
    """The width and height of a window with such a share of the area, drawn as torchvision draws them."""
    while True:
        area = image.width * image.height * random.uniform(*scale)
        aspect = math.exp(random.uniform(*map(math.log, ratio)))
        width, height = math.sqrt(area * aspect), math.sqrt(area / aspect)
        if width <= image.width and height <= image.height:
            return width, height
