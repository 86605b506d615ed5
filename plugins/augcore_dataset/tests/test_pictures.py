"""Picture files: whole ones are read as RGB, others are refused by name; only pictures are written."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from augcore_dataset import pictures

from augcore import InvalidFile, InvalidParameter

PICTURE = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8), (0, 0), 2)


def encoded(suffix: str, *options: int) -> bytes:
    return cv2.imencode(suffix, PICTURE, list(options))[1].tobytes()


FILES = {
    "baseline": encoded(".jpg"),
    "progressive": encoded(".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "restarts": encoded(".jpg", cv2.IMWRITE_JPEG_RST_INTERVAL, 2),
    "png": encoded(".png"),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_truncation_is_noticed(kind: str) -> None:
    whole = FILES[kind]
    pictures.decode("a", whole)
    for length in (1, 3, 20, len(whole) // 3, len(whole) // 2, len(whole) - 20, len(whole) - 1):
        with pytest.raises(InvalidFile, match=r"^a: (truncated|cannot be decoded)"):
            pictures.decode("a", whole[:length])


def test_the_end_marker_of_a_thumbnail_is_not_the_end_of_the_picture() -> None:
    whole = FILES["baseline"]
    thumbnail = b"\xff\xe1" + (2 + len(whole)).to_bytes(2, "big") + whole
    assert (pictures.decode("a", whole[:2] + thumbnail + whole[2:]) == pictures.decode("a", whole)).all()
    with pytest.raises(InvalidFile, match=r"truncated"):
        pictures.decode("a", whole[:2] + thumbnail + whole[2:-400])


def test_bytes_after_the_end_do_no_harm() -> None:
    assert (pictures.decode("a", FILES["baseline"] + b"\0trailer") == pictures.decode("a", FILES["baseline"])).all()


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\xff\xd8\xff\xd9"])
def test_what_is_no_picture_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(InvalidFile, match=r"^a\.jpg: "):
        pictures.decode("a.jpg", content)


def test_pictures_are_rgb_inside() -> None:
    assert (pictures.decode("a", FILES["png"]) == PICTURE[..., ::-1]).all()


def test_grey_pictures_come_in_as_rgb_and_grey_results_go_out() -> None:
    grey = PICTURE[..., 0]
    image = pictures.decode("a", cv2.imencode(".png", grey)[1].tobytes())
    assert (image == grey[..., None]).all()
    assert image.shape == (48, 64, 3)
    written = pictures.encode_jpeg("a", image[..., :1], 95)
    assert cv2.imdecode(np.frombuffer(written, np.uint8), cv2.IMREAD_UNCHANGED).ndim == 2


@pytest.mark.parametrize(
    "image", [PICTURE.astype(np.float32), PICTURE.astype(np.uint16), np.zeros((4, 4, 2), np.uint8)]
)
def test_what_is_no_picture_is_not_written(image: np.ndarray) -> None:
    with pytest.raises(InvalidParameter, match=r"a job writes pictures.* belong in training code"):
        pictures.encode_jpeg("a", image, 95)


def test_a_picture_too_large_for_jpeg_is_told() -> None:
    with pytest.raises(InvalidParameter, match=r"70000×1 cannot be written as JPEG"):
        pictures.encode_jpeg("a", np.zeros((1, 70000, 3), np.uint8), 95)
