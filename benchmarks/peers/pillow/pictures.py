"""Names of pillow's that most rows use."""

from __future__ import annotations

from PIL import Image

Picture = Image.Image
Flip = Image.Transpose


def method(name: str) -> Image.Resampling:
    return Image.Resampling[name.upper()]
