"""Pictures in files: read as RGB, whole or not at all, and written as JPEG."""

from __future__ import annotations

import re
from typing import Any

import cv2
import numpy as np

from augcore import InvalidFile, InvalidParameter

Array = np.ndarray[Any, np.dtype[Any]]

# In entropy-coded data, FF is followed by 00, by a restart marker, or by another FF; anything else is a marker.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_END_OF_IMAGE = 0xD9


def decode(name: str, data: bytes) -> Array:
    """A picture file as (H, W, 3) uint8 RGB, upright as its EXIF data say.

    Decoders fill what is missing with grey and warn at most, so files that end too early are found by their markers.
    """
    if not data:
        raise InvalidFile(f"{name}: the file is empty; fetch it again")
    truncated = (data.startswith(b"\xff\xd8") and not _reaches_end(data)) or (
        data.startswith(b"\x89PNG") and b"IEND" not in data[-64:]
    )
    if truncated:
        raise InvalidFile(f"{name}: truncated, the file ends before its picture does; fetch it again")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error as error:
        raise InvalidFile(f"{name}: cannot be decoded: {error.err}; fetch or convert it again") from None
    if image is None:
        raise InvalidFile(f"{name}: cannot be decoded; give a whole picture file, such as JPEG or PNG")
    return np.asarray(image)


def _reaches_end(data: bytes) -> bool:
    """Whether a JPEG's segments lead to its end marker. Those of a thumbnail inside a segment do not count."""
    position = 2
    while (found := _MARKER.search(data, position)) is not None:
        marker = found.group()[1]
        if marker == _END_OF_IMAGE:
            return True
        start = found.end()
        position = start + int.from_bytes(data[start : start + 2], "big")
    return False


def encode_jpeg(name: str, image: Array, quality: int) -> bytes:
    """An augmented picture as a JPEG file's bytes."""
    channels = 1 if image.ndim == 2 else image.shape[2]
    if image.dtype != np.uint8 or channels not in (1, 3):
        raise InvalidParameter(
            f"{name}: the pipeline gives {channels} channels of {image.dtype}, and a job writes pictures, uint8 with 1 "
            "or 3 channels; Normalize, ToFloat and the like belong in training code: take them out of the pipeline file"
        )
    upright = image if channels == 1 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    try:
        done, data = cv2.imencode(".jpg", upright, [cv2.IMWRITE_JPEG_QUALITY, quality])
    except cv2.error as error:
        raise InvalidParameter(f"{name}: {_size(image)} cannot be written as JPEG: {error.err}") from None
    if not done:
        raise InvalidParameter(f"{name}: {_size(image)} cannot be written as JPEG; its sides may have 65,535 pixels")
    return bytes(data)


def _size(image: Array) -> str:
    return f"a picture of {image.shape[1]}×{image.shape[0]}"
