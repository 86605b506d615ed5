"""Values of several channels together: channels, mixtures, hue."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.peers import Call, Rows
from benchmarks.peers.kernels.scratch import FIRST, PLANES, SECOND, SIDE, flat, same
from benchmarks.peers.kernels.tables import added, by_planes, in_place, table, translate

ROWS = Rows()


@ROWS.row
def ChannelShuffle() -> Call:
    # cv2.mixChannels takes 5 times as long.
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(image, planes)
        return cv2.merge([planes[1], planes[2], planes[0]])

    return call


@ROWS.row
def ChannelSwap() -> Call:
    return lambda image: cv2.cvtColor(image, cv2.COLOR_RGB2BGR)


@ROWS.row
def ChannelDropout() -> Call:
    # Every third byte set to 0 takes 3 times as long.
    kept = np.tile(np.array([255, 0, 255], np.uint8), SIDE)
    return lambda image: (flat(image) & kept).reshape(image.shape)


@ROWS.row
def Grayscale(num_output_channels: int) -> Call:
    return lambda image: cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY, PLANES[0]), cv2.COLOR_GRAY2RGB)


@ROWS.row
def Colorize(
    black_range: list[list[int]], white_range: list[list[int]], mid_range: list[list[int]], mid_value_range: list[int]
) -> Call:
    # cv2.applyColorMap takes about as long as three tables, cv2.LUT on three channels of gray 3 times.
    places = [0, mid_value_range[0], 255]
    ends = zip(black_range[0], mid_range[0], white_range[0], strict=True)
    tables = [table(lambda x, colors=colors: np.interp(x, places, colors)) for colors in ends]

    def call(image: np.ndarray) -> np.ndarray:
        gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY, PLANES[3])
        return cv2.merge([translate(gray, curve, plane) for curve, plane in zip(tables, PLANES, strict=False)])

    return call


def mixed(matrix: np.ndarray) -> Call:
    matrix = matrix.astype(np.float32)
    return lambda image: cv2.transform(image, matrix)


@ROWS.row
def ToSepia() -> Call:
    return mixed(np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]))


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    # Gray and a blend take twice as long.
    gray = np.tile([0.299, 0.587, 0.114], (3, 1))
    return mixed(gray + saturation_factor * (np.eye(3) - gray))


@ROWS.row
def FancyPCA(alpha: float) -> Call:
    # Every 64th pixel tells the colors' axes well enough.
    weights = np.array([alpha, -alpha, alpha])

    def call(image: np.ndarray) -> np.ndarray:
        few = cv2.resize(image, (SIDE // 8, SIDE // 8), interpolation=cv2.INTER_NEAREST).reshape(-1, 3)
        _, vectors, values = cv2.PCACompute2(few.astype(np.float32), None)
        # The variance is in squares of levels, and the change in levels, of which white has 255.
        amounts = (weights * values[:, 0] / 255) @ vectors
        return by_planes(*(added(float(amount)) for amount in amounts))(image)

    return call


def in_hsv(hue: int, saturation: np.ndarray | None = None, value: np.ndarray | None = None, first: Call = same) -> Call:
    """Hue turned by so many 256ths, saturation and value through tables. The full circle in a byte wraps by itself."""
    turned = np.uint8(hue % 256)
    to, back = cv2.COLOR_RGB2HSV_FULL, cv2.COLOR_HSV2RGB_FULL
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(cv2.cvtColor(first(image), to, FIRST), planes)
        np.add(planes[0], turned, out=planes[0])
        if saturation is not None:
            in_place(saturation)(planes[1])
        if value is not None:
            in_place(value)(planes[2])
        return cv2.cvtColor(cv2.merge(planes, FIRST), back)

    return call


@ROWS.row
def Hue(hue: float) -> Call:
    return shifted_in_hsv(round(hue / 2), 0, 0)


@ROWS.row
def HSV(hue: float, saturation: float, value: float) -> Call:
    return shifted_in_hsv(round(hue / 2 * 180), round(255 * saturation / 2), round(255 * value / 2))


def shifted_in_hsv(hue: int, saturation: int, value: int) -> Call:
    """By sums that saturate, in a quarter of the time of tables. Hues of bytes may go beyond 180; greys stay grey."""
    spared = np.tile(np.array((255, 0, 255), np.uint8), SIDE)

    def call(image: np.ndarray) -> np.ndarray:
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV, FIRST)
        if not saturation:
            return cv2.cvtColor(cv2.add(hsv, (hue, 0, value, 0), hsv), cv2.COLOR_HSV2RGB)
        greys = cv2.threshold(hsv, 0, 255, cv2.THRESH_BINARY, SECOND)[1]
        np.bitwise_or(flat(greys), spared, out=flat(greys))
        cv2.min(cv2.add(hsv, (hue, saturation, value, 0), hsv), greys, hsv)
        return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)

    return call


def jittered(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    """Brightness and contrast are one table, about a mean that is taken as known; the others follow in HSV."""
    curve = table(lambda x: (x - 110) * brightness * contrast + 110 * brightness)
    first = lambda image: translate(image, curve, SECOND)  # noqa: E731
    return in_hsv(round(hue * 256), table(lambda x: x * saturation), None, first)


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    return jittered(1 + brightness / 2, 1 + contrast / 4, 1 + saturation / 4, hue / 2)


@ROWS.row
def PhotoMetricDistort(
    brightness_range: list[float], contrast_range: list[float], saturation_range: list[float], hue_range: list[float]
) -> Call:
    return jittered(brightness_range[1], (1 + contrast_range[1]) / 2, (1 + saturation_range[1]) / 2, hue_range[1])


@ROWS.row
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    return jittered(brightness[1], (1 + contrast[1]) / 2, (1 + saturation[1]) / 2, hue[1])
