"""Pictures and sheets as files: RGB in memory, whatever OpenCV reads and writes on disk."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..errors import InvalidFile
from ..serial import write_whole

Array = np.ndarray[Any, np.dtype[Any]]

_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".npy")
# What a format keeps to the bit or, for JPEG and WebP, takes at all.
_DEEP = (".png", ".tif", ".tiff", ".npy")
_FLOATING = (".tif", ".tiff", ".npy")


def read_picture(path: str | os.PathLike[str], *, colour: bool = False) -> Array:
    """The picture in a file: (H, W) grey or (H, W, 3) RGB, 8 or 16 bits as the file has it, upright as EXIF says.

    Args:
        colour: always 8 bits and RGB, as training code and `augcore run` read pictures.
    """
    path = Path(path)
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise InvalidFile(f"{path}: cannot be read: {error.strerror or error}") from None
    flags = cv2.IMREAD_COLOR if colour else cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH
    try:
        # imdecode, since imread takes no path outside ASCII on Windows.
        image: Array | None = cv2.imdecode(content, flags) if content.size else None
    except cv2.error as error:
        raise InvalidFile(f"{path}: OpenCV cannot read it: {error.err}") from None
    if image is None:
        raise InvalidFile(f"{path}: not a picture that OpenCV can read; give a PNG, JPEG, TIFF, BMP or WebP file")
    return _swapped(image)


def write_picture(path: str | os.PathLike[str], image: Array) -> None:
    """Write an RGB(A) or grey picture in the format of the file's suffix; the file is there whole or not at all."""
    path = Path(path)
    check_output(path)
    image = np.asarray(image)
    suffix = path.suffix.lower()
    if image.dtype != np.uint8 and suffix not in (_FLOATING if image.dtype.kind == "f" else _DEEP):
        others = " or ".join(_FLOATING if image.dtype.kind == "f" else _DEEP)
        raise InvalidFile(f"{path}: {suffix} does not hold {image.dtype} pixels; name it {others}")
    content = _npy(image) if suffix == ".npy" else _encoded(path, image)
    try:
        write_whole(path, content)
    except OSError as error:
        raise InvalidFile(f"{path}: cannot be written: {error.strerror or error}") from None


def check_output(path: Path) -> None:
    """Refuse an output that cannot be written, before any work is done."""
    if path.suffix.lower() not in _SUFFIXES:
        raise InvalidFile(f"{path}: what format is {path.suffix or 'a file without suffix'}? name it .png")
    if path.is_dir():
        raise InvalidFile(f"{path}: cannot be written: it is a folder; name a file")
    folder = path.parent
    if not folder.is_dir():
        raise InvalidFile(f"{path}: cannot be written: there is no folder {folder}; make it first")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InvalidFile(f"{path}: cannot be written: the folder {folder} may not be changed; choose another")


def _encoded(path: Path, image: Array) -> bytes:
    try:
        done, content = cv2.imencode(path.suffix.lower(), _swapped(image))
        if done:
            return bytes(content)
    except cv2.error:
        pass
    raise InvalidFile(
        f"{path}: pixels of {image.dtype}, shape {image.shape}, cannot be written as {path.suffix}; name it .npy"
    )


def _npy(image: Array) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, image, allow_pickle=False)
    return buffer.getvalue()


def _swapped(image: Array) -> Array:
    """RGB for OpenCV's BGR, and the other way about."""
    if image.ndim == 3 and image.shape[2] in (3, 4):
        return np.ascontiguousarray(image[..., [2, 1, 0, 3][: image.shape[2]]])
    return np.ascontiguousarray(image)
