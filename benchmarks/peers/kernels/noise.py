"""Noise and files."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.peers import Call, Rows
from benchmarks.peers.kernels.chance import DRAWS, ONE_PLANE, ZEROS, normal, random_bytes
from benchmarks.peers.kernels.scratch import FIRST, FLAT, PLANES, ROW, SECOND, SIDE, SIZE, flat
from benchmarks.peers.kernels.sums import HALF, add_signed, signed
from benchmarks.peers.kernels.tables import table, translate

ROWS = Rows()


@ROWS.row
def JpegCompression(quality: int) -> Call:
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]

    def call(image: np.ndarray) -> np.ndarray:
        _, file = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR, FIRST), options)
        return cv2.imdecode(file, cv2.IMREAD_COLOR_RGB)

    return call


@ROWS.row
def GaussianNoise(mean: float, std: float, per_channel: bool) -> Call:
    # A byte looks up a normal number, in one table what is added and in another what is taken away. Tables of int16 and
    # a sum of mixed types take 1.5 times as long, cv2.randn 5 times, NumPy's normal numbers 10 times.
    numbers = normal(255 * std)
    more, less = table(lambda x: numbers), table(lambda x: -numbers)

    def call(image: np.ndarray) -> np.ndarray:
        noise = random_bytes(ZEROS).reshape(SIDE, ROW)
        out = cv2.add(flat(image), translate(noise, more, FLAT))
        return cv2.subtract(out, translate(noise, less, FLAT), out).reshape(image.shape)

    return call


@ROWS.row
def AdditiveNoise(noise_type: str, spatial_mode: str, scale_range: list[float]) -> Call:
    numbers = signed(np.linspace(-1, 1, 256) * 255 * sum(scale_range) / 2)
    return lambda image: add_signed(image, translate(random_bytes(ZEROS), numbers, FLAT))


@ROWS.row
def ShotNoise(scale_range: list[float]) -> Call:
    # Light at gamma 2.2 counts photons; the quantiles of Poisson's distribution for each level are one table, looked up
    # by the level and a random byte, side by side as a word. np.take takes 4 times as long as cv2.LUT.
    photons = 2 / sum(scale_range)
    counts = np.arange(1.0, round(3 * photons))
    expected = ((np.arange(256) / 255) ** 2.2 * photons)[:, None]
    with np.errstate(divide="ignore"):
        logs = np.concatenate([-expected, -expected + np.cumsum(np.log(expected) - np.log(counts), 1)], 1)
    chances = (np.arange(256) + 0.5) / 256
    drawn = np.stack([np.searchsorted(below, chances) for below in np.cumsum(np.exp(logs), 1)], 1)
    by_word = np.rint(255 * np.clip(drawn / photons, 0, 1) ** (1 / 2.2)).astype(np.uint8).reshape(1, -1)

    def call(image: np.ndarray) -> np.ndarray:
        pairs = cv2.merge([flat(image), random_bytes(ZEROS).reshape(SIDE, ROW)])
        return cv2.LUT(pairs.view("<u2")[..., 0], by_word).reshape(image.shape)

    return call


@ROWS.row
def ISONoise(color_shift: list[float], intensity: list[float]) -> Call:
    strength = sum(intensity) / 2
    hues = signed(normal(256 * sum(color_shift) / 2 * strength)).view(np.uint8)
    lights = signed(normal(255 * 0.2 * strength))
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2HLS_FULL, FIRST), planes)
        np.add(planes[0], translate(random_bytes(ONE_PLANE), hues, PLANES[3]), out=planes[0])
        light = add_signed(planes[1], translate(random_bytes(ONE_PLANE), lights, PLANES[3]))
        return cv2.cvtColor(cv2.merge([planes[0], light, planes[2]], FIRST), cv2.COLOR_HLS2RGB_FULL)

    return call


@ROWS.row
def FilmGrain(intensity_range: list[float], grain_size_range: list[int]) -> Call:
    # Grains of some pixels across are few: made small, and enlarged.
    small = SIDE * 2 // sum(grain_size_range)
    zeros = bytes(small * small)
    raised = table(lambda x: 128 + normal(255 * sum(intensity_range) / 8))

    def call(image: np.ndarray) -> np.ndarray:
        grain = translate(random_bytes(zeros).reshape(small, small), raised, np.empty((small, small), np.uint8))
        whole = cv2.resize(grain, SIZE, PLANES[0], interpolation=cv2.INTER_LINEAR)
        whole ^= HALF
        return add_signed(image, cv2.cvtColor(whole, cv2.COLOR_GRAY2RGB, SECOND))

    return call


PIXEL = np.dtype("V3")


def speckled(image: np.ndarray, amount: int, white: int) -> np.ndarray:
    """Pixels at random places set, `white` of them to white. Masks of all pixels take twice as long, and pixels as
    three numbers, too."""
    out = image.copy()
    places = DRAWS.integers(0, SIDE * SIDE, amount)
    pixels = out.reshape(-1).view(PIXEL)
    pixels[places[:white]] = WHITE
    pixels[places[white:]] = BLACK
    return out


WHITE, BLACK = np.full(3, 255, np.uint8).view(PIXEL)[0], np.zeros(3, np.uint8).view(PIXEL)[0]


@ROWS.row
def SaltAndPepper(amount: list[float], salt_vs_pepper: list[float]) -> Call:
    number = round(SIDE * SIDE * sum(amount) / 2)
    white = round(number * sum(salt_vs_pepper) / 2)
    return lambda image: speckled(image, number, white)


@ROWS.row
def PixelDropout(dropout_prob: float, per_channel: bool, drop_value: int) -> Call:
    number = round(SIDE * SIDE * dropout_prob)
    return lambda image: speckled(image, number, 0)
