"""The limit: the OpenCV, NumPy and stringzilla calls that a row cannot do without, and nothing around them.

What is drawn is fixed, at a typical value or by one draw, and with it tables, kernels and small grids that take little
to make. What is as large as the picture is made in the call: noise, masks, displacements. Memory for what lies between
is kept; the output's is new. A picture may be a few levels off what the row's formula gives.

Left out: Resize, LongestMaxSize and SmallestMaxSize, which have nothing to do at the benchmark's size, and rows that
are a picture of something rather than an operation, with no evident chain: Halftone, LensFlare, RandomGravel, Spatter,
Superpixels.
"""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import count, cycle

import cv2
import numpy as np
import stringzilla

from benchmarks.peers import Call, Rows

ROWS = Rows()

cv2.setNumThreads(1)

SIDE = 512
HALF = np.uint8(128)
SHAPE = (SIDE, SIDE, 3)
ROW = SIDE * 3  # values along a row
SIZE = (SIDE, SIDE)
DRAWS = np.random.default_rng(0)

# What lies between input and output.
PLANES = [np.empty(SIZE, np.uint8) for _ in range(4)]
FIRST, SECOND = np.empty(SHAPE, np.uint8), np.empty(SHAPE, np.uint8)
FLAT, OTHER = FIRST.reshape(SIDE, ROW), SECOND.reshape(SIDE, ROW)
FOUR = np.empty((SIDE, SIDE, 4), np.uint8)


def photograph(pixels: np.ndarray) -> np.ndarray:
    return pixels


def picture(output: np.ndarray) -> np.ndarray:
    return output


def flat(image: np.ndarray) -> np.ndarray:
    """As one channel: what treats all values alike takes up to twice as long for three."""
    return image.reshape(image.shape[0], -1)


# ---------------------------------------------------------------------------------------------- tables


def table(curve: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    return np.clip(np.rint(curve(np.arange(256.0))), 0, 255).astype(np.uint8)


def translate(source: np.ndarray, levels: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Bytes through a table. cv2.LUT takes 2.5 times as long."""
    stringzilla.translate(memoryview(source).cast("B"), memoryview(levels).cast("B"), out=memoryview(out).cast("B"))
    return out


def by_table(levels: np.ndarray) -> Call:
    return lambda image: translate(image, levels, np.empty_like(image))


def by_planes(*changes: Callable[[np.ndarray], object]) -> Call:
    """Each channel changed in its place, in a plane of its own. cv2.LUT with three columns takes 3 times as long as
    with three tables here, cv2.add with three numbers and other signs 2.5 times, cv2.multiply 5 times."""
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(image, planes)
        for plane, change in zip(planes, changes, strict=True):
            change(plane)
        return cv2.merge(planes)

    return call


def keep(plane: np.ndarray) -> None:
    pass


def in_place(levels: np.ndarray) -> Callable[[np.ndarray], object]:
    view = memoryview(levels).cast("B")
    return lambda plane: stringzilla.translate(memoryview(plane).cast("B"), view, inplace=True)


def added(amount: float) -> Callable[[np.ndarray], object]:
    """A sum that saturates; below 0, and with fractions, cv2.add takes 5 times as long as for whole numbers above."""
    operation, number = (cv2.subtract if amount < 0 else cv2.add), float(round(abs(amount)))
    return lambda plane: operation(plane, number, plane)


# ---------------------------------------------------------------------------------------------- noise

# AES in counter mode takes three quarters of the time of NumPy's SFC64, and a sixth of cv2.randu's. stringzilla's
# fill_random takes a tenth of it, but half of its bytes are those 64 places before, which one can see.
STREAM = stringzilla.Aes256CtrKey(bytes(32))
NONCES = count()
ZEROS = bytes(SIDE * ROW)
ONE_PLANE = bytes(SIDE * SIDE)


def random_bytes(zeros: bytes) -> np.ndarray:
    return np.frombuffer(STREAM.xor(zeros, next(NONCES).to_bytes(12, "little")), np.uint8)


def normal(std: float) -> np.ndarray:
    """256 normal numbers, one for each value of a byte, with the variance of all of them."""
    sample = np.sort(DRAWS.standard_normal((1000, 256)), 1).mean(0)
    return sample * (std / sample.std())


def signed(numbers: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(numbers), -128, 127).astype(np.int8)


def add_signed(image: np.ndarray, change: np.ndarray) -> np.ndarray:
    """image + change, the change as int8 seen as bytes: shifted by half the range, int8 saturates where bytes do.

    Two changes without sign take another pass to make; mixed types take 3 times as long.
    """
    out = flat(image) ^ HALF
    cv2.add(out.view(np.int8), flat(change).view(np.int8), out.view(np.int8))
    out ^= HALF
    return out.reshape(image.shape)


# ---------------------------------------------------------------------------------------------- places


def with_four(move: Callable[[np.ndarray], np.ndarray]) -> Call:
    """Interpolation with a fourth channel: the same numbers as with three, in less than half of the time."""

    def call(image: np.ndarray) -> np.ndarray:
        return cv2.cvtColor(move(cv2.cvtColor(image, cv2.COLOR_RGB2RGBA, FOUR)), cv2.COLOR_RGBA2RGB)

    return call


def as_words(move: Callable[[np.ndarray], np.ndarray]) -> Call:
    """Nearest pixels, moved as words of 32 bits: half of the time that three channels take, and exact."""

    def call(image: np.ndarray) -> np.ndarray:
        words = cv2.cvtColor(image, cv2.COLOR_RGB2RGBA, FOUR).view(np.float32)[..., 0]
        return cv2.cvtColor(move(words).view(np.uint8).reshape(SIDE, SIDE, 4), cv2.COLOR_RGBA2RGB)

    return call


def affine(matrix: np.ndarray, border: int = cv2.BORDER_CONSTANT) -> Call:
    return with_four(lambda image: cv2.warpAffine(image, matrix, SIZE, flags=cv2.INTER_LINEAR, borderMode=border))


def about_centre(linear: np.ndarray, x: float = 0, y: float = 0) -> np.ndarray:
    centre = np.full(2, (SIDE - 1) / 2)
    return np.column_stack([linear, centre - linear @ centre + (x, y)])


def turn(degrees: float, scale: float = 1.0) -> np.ndarray:
    return cv2.getRotationMatrix2D((0, 0), degrees, scale)[:, :2]


# Displacements are smooth: made at every 16th pixel, and interpolated. A margin of one such step is cut off again.
STEP = 16
NODES = (np.arange(SIDE // STEP + 2) - 0.5) * STEP - 0.5
ACROSS, DOWN = np.meshgrid(NODES, NODES)
RIGHT, BELOW = ACROSS * 2 / SIDE - 1, DOWN * 2 / SIDE - 1  # from -1 to 1
RADIUS = np.hypot(RIGHT, BELOW)


def smooth(nodes: np.ndarray) -> np.ndarray:
    whole = cv2.resize(nodes, None, fx=STEP, fy=STEP, interpolation=cv2.INTER_LINEAR)
    return whole[STEP:-STEP, STEP:-STEP]


RELATIVE = cv2.INTER_LINEAR | cv2.WARP_RELATIVE_MAP


def displaced(x: np.ndarray, y: np.ndarray, finer: Callable[[np.ndarray], np.ndarray] = smooth) -> Call:
    """Moved by small grids of displacements in pixels. Fixed-point maps take longer in OpenCV 5."""
    x, y = x.astype(np.float32), y.astype(np.float32)
    return with_four(lambda image: cv2.remap(image, finer(x), finer(y), RELATIVE))


def piecewise(cells: int, strength: float) -> Call:
    """Random displacements at the corners of cells, interpolated within them."""
    scale = SIDE / cells
    start = round(scale / 2)

    def finer(nodes: np.ndarray) -> np.ndarray:
        return cv2.resize(nodes, None, fx=scale, fy=scale)[start : start + SIDE, start : start + SIDE]

    nodes = DRAWS.uniform(-strength, strength, (2, cells + 1, cells + 1)) * scale
    return displaced(*nodes, finer)


# ---------------------------------------------------------------------------------------------- maps of light


def veil(nodes: np.ndarray) -> np.ndarray:
    """A smooth map of bytes, on all channels. Three channels at once take longer."""
    return cv2.cvtColor(smooth(nodes), cv2.COLOR_GRAY2RGB, SECOND)


def levels(nodes: np.ndarray, white: float = 255) -> np.ndarray:
    return np.clip(np.rint(nodes * white), 0, 255).astype(np.uint8)


def times(image: np.ndarray, factors: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """image · factors / 255. NumPy with 16 bits takes as long, cv2.blendLinear 4 times."""
    return cv2.multiply(flat(image), flat(factors), out, 1 / 255).reshape(image.shape)


def fogged(image: np.ndarray, through: np.ndarray) -> np.ndarray:
    """White with the picture seen through it: what is missing to white, times the part that is let through."""
    out = cv2.bitwise_not(flat(image))
    times(out, flat(through), out)
    return cv2.bitwise_not(out, out).reshape(image.shape)


def plasma() -> np.ndarray:
    """Octaves of noise, each half as strong as the one before, from -1 to 1; finer ones are below a level."""
    nodes = np.zeros((3, 3), np.float32)
    for octave in range(5):
        nodes = cv2.resize(nodes, (2 << octave, 2 << octave), interpolation=cv2.INTER_LINEAR)
        nodes += DRAWS.uniform(-1, 1, nodes.shape).astype(np.float32) / (1 << octave)
    nodes = cv2.resize(nodes, RADIUS.shape)
    return nodes / np.abs(nodes).max()


# ============================================================================================== sizes and windows


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    # np.ascontiguousarray takes twice as long.
    return lambda image: image[100 : 100 + height, 130 : 130 + width].copy()


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    return lambda image: image[top : top + height, left : left + width].copy()


@ROWS.row
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    side = round(SIDE * math.sqrt(sum(scale) / 2))
    window = slice(70, 70 + side), slice(60, 60 + side)
    return lambda image: cv2.resize(image[window], (width, size[0]), interpolation=cv2.INTER_LINEAR)


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    side = sum(min_max_height) // 2
    window = slice(70, 70 + side), slice(60, 60 + side)
    return lambda image: cv2.resize(image[window], size[::-1], interpolation=cv2.INTER_LINEAR)


@ROWS.row
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    sides = cycle([round(SIDE * (1 + limit / 2)) for limit in scale_limit])
    return lambda image: cv2.resize(image, (side := next(sides), side), interpolation=cv2.INTER_LINEAR)


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    # Rows are repeated by copying: cv2.resize up takes 3 times as long, np.repeat 2.5 times.
    small = round(SIDE * scale_range[0])
    times = SIDE // small

    def call(image: np.ndarray) -> np.ndarray:
        lines = cv2.resize(image, (small, small), interpolation=cv2.INTER_NEAREST)
        lines = cv2.resize(lines, (SIDE, small), interpolation=cv2.INTER_NEAREST)
        out = np.empty((small, times, ROW), np.uint8)
        out[:] = lines.reshape(small, 1, ROW)
        return out.reshape(SHAPE)

    return call


@ROWS.row
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    return lambda image: cv2.copyMakeBorder(image, *(padding,) * 4, cv2.BORDER_CONSTANT, value=fill)


@ROWS.row
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    sides = ((min_height - SIDE) // 2,) * 2 + ((min_width - SIDE) // 2,) * 2
    return lambda image: cv2.copyMakeBorder(image, *sides, cv2.BORDER_CONSTANT, value=fill)


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    top, right, bottom, left = px
    assert top < 0 < right
    assert bottom < 0 < left
    padded = np.empty((SIDE + top + bottom, SIDE + left + right, 3), np.uint8)

    def call(image: np.ndarray) -> np.ndarray:
        cut = image[-top : SIDE + bottom]
        cv2.copyMakeBorder(cut, 0, 0, left, right, cv2.BORDER_CONSTANT, dst=padded, value=fill)
        return cv2.resize(padded, SIZE, interpolation=cv2.INTER_LINEAR)

    return call


# ============================================================================================== symmetries


@ROWS.row
def HorizontalFlip() -> Call:
    return lambda image: cv2.flip(image, 1)


@ROWS.row
def VerticalFlip() -> Call:
    return lambda image: cv2.flip(image, 0)


@ROWS.row
def Transpose() -> Call:
    # Words of 32 bits and planes take longer.
    return cv2.transpose


def same(image: np.ndarray) -> np.ndarray:
    return image


def in_turn(calls: Sequence[Call]) -> Call:
    """One after the other, since they take unlike times."""
    following = cycle(calls)
    return lambda image: next(following)(image)


TURNS = [
    same,
    lambda image: cv2.rotate(image, cv2.ROTATE_90_CLOCKWISE),
    lambda image: cv2.rotate(image, cv2.ROTATE_180),
    lambda image: cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE),
]


@ROWS.row
def RandomRotate90(times: list[int]) -> Call:
    return in_turn(TURNS)


@ROWS.row
def SquareSymmetry() -> Call:
    # The other diagonal is a transposition of a picture that is upside down.
    mirrors = [
        lambda image: cv2.flip(image, 1),
        lambda image: cv2.flip(image, 0),
        cv2.transpose,
        lambda image: cv2.rotate(cv2.transpose(image, FIRST), cv2.ROTATE_180),
    ]
    return in_turn([*TURNS, *mirrors])


# ============================================================================================== warps


@ROWS.row
def Rotate(angle_range: list[float], interpolation: str, mode: str, fill: int) -> Call:
    matrix = about_centre(turn(angle_range[1] / 2))
    return as_words(lambda words: cv2.warpAffine(words, matrix, SIZE, flags=cv2.INTER_NEAREST))


@ROWS.row
def SafeRotate(limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    angle = math.radians(limit / 2)
    return affine(about_centre(turn(limit / 2, 1 / (math.cos(angle) + math.sin(angle)))))


@ROWS.row
def Affine(
    angle: float,
    shift: list[int],
    scale: float,
    shear: list[float],
    interpolation: str,
    mode: str,
    fill: int,
    reference_size: int,
) -> Call:
    across, down = (math.tan(math.radians(degrees)) for degrees in shear)
    sheared = np.array([[1, -across], [-down, 1]])
    return affine(about_centre(sheared @ turn(angle, scale), *shift))


@ROWS.row
def Shear(shear: float) -> Call:
    along = math.tan(math.radians(shear / 2))
    return affine(about_centre(np.array([[1, -along], [-along, 1]])))


@ROWS.row
def ShiftScaleRotate(
    shift_limit: float, scale_limit: float, rotate_limit: float, interpolation: str, border_mode: str, fill: int
) -> Call:
    shift = SIDE * shift_limit / 2
    return affine(about_centre(turn(rotate_limit / 2, 1 + scale_limit / 2), shift, shift))


@ROWS.row
def Perspective(scale: list[float], interpolation: str, fill: int) -> Call:
    corners = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], np.float32)
    inside = np.abs(DRAWS.normal(0, sum(scale) / 2, (4, 2))) * SIDE
    inwards = corners + inside * np.where(corners == 0, 1, -1)
    matrix = cv2.getPerspectiveTransform(inwards.astype(np.float32), corners)
    return with_four(lambda image: cv2.warpPerspective(image, matrix, SIZE, flags=cv2.INTER_LINEAR))


@ROWS.row
def Elastic(alpha: float, sigma: float, interpolation: str, approximate: bool, same_dxdy: bool) -> Call:
    # Noise on a grid 2 sigma wide, interpolated by cubics, is about as smooth as white noise blurred by sigma. One
    # field serves both axes.
    assert same_dxdy
    step = round(2 * sigma)
    nodes = -(-SIDE // step) + 2
    zeros = bytes(nodes * nodes)
    spread = normal(0.8).astype(np.float32)

    def move(image: np.ndarray) -> np.ndarray:
        noise = cv2.LUT(random_bytes(zeros).reshape(nodes, nodes), spread)
        field = cv2.resize(noise, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
        field = field[step : step + SIDE, step : step + SIDE]
        return cv2.remap(image, field, field, RELATIVE)

    return with_four(move)


@ROWS.row
def OpticalDistortion(distort_limit: float, mode: str) -> Call:
    grow = distort_limit / 2 * RADIUS**2 * SIDE / 4
    return displaced(RIGHT * grow, BELOW * grow)


@ROWS.row
def ThinPlateSpline(num_control_points: int, distortion_scale: float) -> Call:
    # A smooth bending of the whole: the spline's kernel, r² log r, about each control point.
    places = np.linspace(-0.5, 0.5, num_control_points)
    fields = np.zeros((2, *RADIUS.shape))
    for x in places:
        for y in places:
            square = (RIGHT - x) ** 2 + (BELOW - y) ** 2 + 1e-9
            fields += DRAWS.normal(0, distortion_scale, 2)[:, None, None] * (square * np.log(square))
    return displaced(*(fields * SIDE / 16))


@ROWS.row
def GridDistortion(num_steps: int, distort_limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    return piecewise(num_steps, distort_limit)


@ROWS.row
def PiecewiseAffine(scale: list[float], nb_rows: int, nb_cols: int) -> Call:
    # The scale is of the picture's side; displacements are of a cell's.
    return piecewise(nb_rows, sum(scale) / 2 * nb_rows)


@ROWS.row
def WaterRefraction() -> Call:
    wave = 10 * np.sin(DOWN / 25 + RIGHT), 10 * np.sin(ACROSS / 30 + 2 * BELOW)
    return displaced(*wave)


@ROWS.row
def ChromaticAberration(
    primary_distortion_limit: list[float], secondary_distortion_limit: list[float], mode: str
) -> Call:
    # Two planes, each with a map of its own; the green one stays.
    first, second = primary_distortion_limit[1] / 2, secondary_distortion_limit[1] / 2
    grow = (first * (RADIUS / 2) ** 2 + second * (RADIUS / 2) ** 4) * SIDE / 2
    x, y = (RIGHT * grow).astype(np.float32), (BELOW * grow).astype(np.float32)
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(image, planes)
        red = cv2.remap(planes[0], smooth(x), smooth(y), RELATIVE, borderMode=cv2.BORDER_REPLICATE)
        blue = cv2.remap(planes[2], smooth(-x), smooth(-y), RELATIVE, borderMode=cv2.BORDER_REPLICATE)
        return cv2.merge([red, planes[1], blue])

    return call


def scattered(radius: int) -> Callable[[np.ndarray], np.ndarray]:
    """Each pixel from a random place nearby: both offsets, as one number of 64 bits, by a table from one byte.

    np.take with indices of 64 bits and maps of 16 bits take longer.
    """
    offsets = np.arange(256) * (2 * radius + 1) ** 2 // 256
    pairs = np.stack([offsets % (2 * radius + 1), offsets // (2 * radius + 1)], 1) - radius
    packed = pairs.astype(np.float32).view(np.float64).ravel()

    def move(words: np.ndarray) -> np.ndarray:
        chosen = cv2.LUT(random_bytes(ONE_PLANE).reshape(SIZE), packed)
        nearest = cv2.INTER_NEAREST | cv2.WARP_RELATIVE_MAP
        return cv2.remap(
            words, chosen.view(np.float32).reshape(SIDE, SIDE, 2), None, nearest, None, cv2.BORDER_REFLECT_101
        )

    return move


@ROWS.row
def PixelSpread(radius: int, interpolation: str, border_mode: str, fill: int) -> Call:
    return as_words(scattered(radius))


@ROWS.row
def GlassBlur(sigma: float, max_delta: int, iterations: int) -> Call:
    # Two rounds of exchanges carry a pixel as far as one round of so much wider ones does.
    move = as_words(scattered(round(max_delta * math.sqrt(iterations))))

    def call(image: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(move(cv2.GaussianBlur(image, (3, 3), sigma, FIRST)), (3, 3), sigma)

    return call


def shuffled(rows: int, columns: int) -> Call:
    tops = [SIDE * row // rows for row in range(rows + 1)]
    lefts = [SIDE * column // columns for column in range(columns + 1)]
    cells = [
        (slice(*tops[row : row + 2]), slice(*lefts[column : column + 2]))
        for row in range(rows)
        for column in range(columns)
    ]
    # Cells of the same size change places.
    groups: dict[tuple[int, ...], list[int]] = {}
    for number, cell in enumerate(cells):
        groups.setdefault(tuple(part.stop - part.start for part in cell), []).append(number)
    pairs = [
        (cells[to], cells[source])
        for group in groups.values()
        for to, source in zip(group, DRAWS.permutation(group), strict=True)
    ]

    def call(image: np.ndarray) -> np.ndarray:
        out = np.empty_like(image)
        for to, source in pairs:
            out[to] = image[source]
        return out

    return call


@ROWS.row
def RandomGridShuffle(grid: list[int]) -> Call:
    return shuffled(*grid)


@ROWS.row
def RandomJigsaw(grid: list[int]) -> Call:
    return shuffled(*grid)


# ============================================================================================== values


@ROWS.row
def Brightness(brightness_limit: list[float]) -> Call:
    # A sum that saturates takes a third of the time of a table.
    amount = float(round(255 * brightness_limit[0]))
    return lambda image: cv2.add(flat(image), amount).reshape(image.shape)


@ROWS.row
def Contrast(contrast_limit: list[float]) -> Call:
    # cv2.convertScaleAbs takes longer than a table.
    return by_table(table(lambda x: x * (1 + contrast_limit[0])))


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    return by_table(table(lambda x: 255 * (x / 255) ** (gamma / 100)))


@ROWS.row
def RandomToneCurve(scale: float) -> Call:
    return by_table(table(lambda x: x + 255 * scale * np.sin(x / 255 * math.pi * 2) / 2))


@ROWS.row
def Invert() -> Call:
    return cv2.bitwise_not


@ROWS.row
def Posterize(bits: int) -> Call:
    kept = np.uint8(256 - (1 << (8 - bits)))
    return lambda image: image & kept


@ROWS.row
def Solarize(threshold: float) -> Call:
    # At half of the range what is inverted is what gets darker by it; another threshold needs a mask (cv2.threshold and
    # cv2.bitwise_xor), half as long again.
    assert threshold == 0.5

    def call(image: np.ndarray) -> np.ndarray:
        out = cv2.bitwise_not(image)
        return cv2.min(image, out, out)

    return call


@ROWS.row
def AutoContrast() -> Call:
    ramp = np.arange(256.0)

    def stretch(plane: np.ndarray) -> None:
        low, high, _, _ = cv2.minMaxLoc(plane)
        if low < high:
            in_place(np.clip((ramp - low) * (255 / (high - low)) + 0.5, 0, 255).astype(np.uint8))(plane)

    return by_planes(stretch, stretch, stretch)


@ROWS.row
def Equalize(mode: str) -> Call:
    # cv2.equalizeHist takes longer than its two parts.
    def call(image: np.ndarray) -> np.ndarray:
        planes = PLANES[:3]
        cv2.split(image, planes)
        for plane in planes:
            counts = cv2.calcHist([plane], [0], None, [256], [0, 256]).ravel()
            below = np.cumsum(counts) - counts / 2
            in_place((below * (255 / below[-1])).astype(np.uint8))(plane)
        return cv2.merge(planes)

    return call


@ROWS.row
def RGBShift(pixel_shift: float) -> Call:
    return by_planes(added(pixel_shift / 2), added(-pixel_shift / 2), added(pixel_shift / 4))


@ROWS.row
def PlankianJitter(mode: str) -> Call:
    # Green is the measure of the others.
    return by_planes(in_place(table(lambda x: x * 0.85)), keep, in_place(table(lambda x: x * 1.25)))


@ROWS.row
def MultiplicativeNoise(multiplier: list[float], per_channel: bool) -> Call:
    factors = DRAWS.uniform(*multiplier, 3)
    return by_planes(*(in_place(table(lambda x, factor=factor: x * factor)) for factor in factors))


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
    return in_hsv(round(hue / 2 * 256 / 180))


@ROWS.row
def HSV(hue: float, saturation: float, value: float) -> Call:
    grown = table(lambda x: np.where(x > 0, x + 255 * saturation / 2, 0))
    return in_hsv(round(hue / 2 * 256), grown, table(lambda x: x + 255 * value / 2))


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


@ROWS.row
def CLAHE(clip_limit: list[float], tile_grid_size: list[int]) -> Call:
    # Luma, of YCrCb, would take half of the time of lightness; lightness is what everybody takes.
    equalizer = cv2.createCLAHE(sum(clip_limit) / 2, tile_grid_size)
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2LAB, FIRST), planes)
        equalizer.apply(planes[0], planes[0])
        return cv2.cvtColor(cv2.merge(planes, FIRST), cv2.COLOR_LAB2RGB)

    return call


@ROWS.row
def Normalize(mean: list[float], std: list[float]) -> Call:
    # As float32, times a row and plus a row, in blocks that stay in the cache, with rows as long as the blocks. Of the
    # same chain on the whole picture this takes 3 quarters of the time, of float32 and cv2.transform 9 tenths, of
    # cv2.subtract and a product the same 3 quarters, of cv2.LUT with three columns of float32 half, of
    # cv2.subtract and cv2.multiply with three numbers or of cv2.dnn.blobFromImage less.
    size = 32 * ROW
    factors = np.tile((1 / (255 * np.array(std))).astype(np.float32), size // 3)
    offsets = np.tile((-np.array(mean) / np.array(std)).astype(np.float32), size // 3)

    def call(image: np.ndarray) -> np.ndarray:
        out = np.empty(SIDE * ROW, np.float32)
        values = image.reshape(-1)
        for start in range(0, SIDE * ROW, size):
            block = out[start : start + size]
            block[...] = values[start : start + size]
            block *= factors
            block += offsets
        return out.reshape(SHAPE)

    return call


@ROWS.row
def JpegCompression(quality: int) -> Call:
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]

    def call(image: np.ndarray) -> np.ndarray:
        _, file = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR, FIRST), options)
        return cv2.imdecode(file, cv2.IMREAD_COLOR_RGB)

    return call


# ============================================================================================== light and weather


@ROWS.row
def LinearIllumination(gain: list[float]) -> Call:
    # A plane is a sum of two ramps, and bytes are fine enough for it.
    top = sum(gain) / 2 * 255
    down, across = (np.rint(np.linspace(0, top / 2, SIDE)).astype(np.uint8) for _ in range(2))
    down, across = down[:, None], np.repeat(across, 3)[None]

    def call(image: np.ndarray) -> np.ndarray:
        return cv2.add(flat(image), np.add(down, across, out=OTHER)).reshape(image.shape)

    return call


def lit(nodes: np.ndarray, gain: list[float]) -> Call:
    light = levels(nodes, 255 * sum(gain) / 2)
    return lambda image: cv2.add(flat(image), flat(veil(light))).reshape(image.shape)


@ROWS.row
def CornerIllumination(gain: list[float]) -> Call:
    return lit(1 - np.hypot(RIGHT + 1, BELOW + 1) / math.hypot(2, 2), gain)


@ROWS.row
def GaussianIllumination(gain: list[float]) -> Call:
    return lit(np.exp(-2 * ((RIGHT - 0.3) ** 2 + (BELOW + 0.2) ** 2)), gain)


@ROWS.row
def PlasmaBrightness(roughness: float) -> Call:
    # Interpolated as bytes about 128, since between the bytes of -1 and 0 there are all others.
    def call(image: np.ndarray) -> np.ndarray:
        raised = veil(levels(128 / 255 + 60 / 255 * plasma()))
        return add_signed(image, np.bitwise_xor(raised, HALF, out=SECOND))

    return call


@ROWS.row
def PlasmaContrast(roughness: float) -> Call:
    # As differences from gray, which int8 holds, times 64ths.
    def call(image: np.ndarray) -> np.ndarray:
        factors = veil(levels(plasma() * 0.5 + 1, 64))
        out = flat(image) ^ HALF
        cv2.multiply(out.view(np.int8), flat(factors).view(np.int8), out.view(np.int8), 1 / 64)
        out ^= HALF
        return out.reshape(image.shape)

    return call


@ROWS.row
def PlasmaShadow(roughness: float) -> Call:
    return lambda image: times(image, veil(levels(0.75 - 0.25 * plasma())))


@ROWS.row
def Vignetting(intensity_range: list[float]) -> Call:
    nodes = levels(1 - sum(intensity_range) / 2 * RADIUS**2 / 2)
    return lambda image: times(image, veil(nodes))


@ROWS.row
def AtmosphericFog(density_range: list[float], depth_mode: str) -> Call:
    # The fog lets through what depends on the row alone.
    through = levels(np.exp(-sum(density_range) / 2 * np.linspace(1, 0, SIDE)))[:, None]

    def call(image: np.ndarray) -> np.ndarray:
        OTHER[:] = through
        return fogged(image, OTHER)

    return call


@ROWS.row
def RandomFog(fog_coef_range: list[float], alpha_coef: float) -> Call:
    # Patches are far wider than the grid's steps.
    density = sum(fog_coef_range) / 2
    patches = cv2.GaussianBlur(DRAWS.poisson(6 * np.exp(-(RADIUS**2)), RADIUS.shape).astype(np.float32), (0, 0), 2)
    through = levels((1 - alpha_coef * density) ** patches)
    return lambda image: fogged(cv2.blur(image, (5, 5), FIRST), veil(through))


@ROWS.row
def Rain(drop_width: int, drop_height: int, brightness_coefficient: float) -> Call:
    starts = DRAWS.uniform(0, SIDE, (SIDE // 3, 2))
    lines = np.stack([starts, np.add(starts, [3, drop_height])], 1).astype(np.int32)
    return lambda image: cv2.polylines(image.copy(), lines, False, (200, 200, 200), drop_width)


@ROWS.row
def Snow(snow_point_range: list[float]) -> Call:
    whitened = table(lambda x: np.where(x < 255 * sum(snow_point_range) / 2, x * 2.5, x))
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2HLS_FULL, FIRST), planes)
        in_place(whitened)(planes[1])
        return cv2.cvtColor(cv2.merge(planes, FIRST), cv2.COLOR_HLS2RGB_FULL)

    return call


@ROWS.row
def RandomShadow(num_shadows_limit: list[int], shadow_dimension: int) -> Call:
    angles = np.linspace(0, 2 * math.pi, shadow_dimension, endpoint=False)
    corners = np.stack([256 + 150 * np.cos(angles), 380 + 110 * np.sin(angles)], 1).astype(np.int32)
    (left, top), (right, bottom) = corners.min(0), corners.max(0) + 1
    window = slice(top, bottom), slice(left, right)
    corners -= (left, top)

    def call(image: np.ndarray) -> np.ndarray:
        out = image.copy()
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [corners], 255)
        cv2.copyTo(image[window] >> 1, mask, out[window])
        return out

    return call


@ROWS.row
def RandomSunFlare(flare_roi: list[float], num_flare_circles_range: list[int]) -> Call:
    # Light that is added: circles on the line through the sun, and a sun that fades.
    sun = np.array([150, 90])
    places = np.linspace(0.2, 1.8, sum(num_flare_circles_range) // 2)
    circles = [
        (tuple(int(x) for x in sun + place * (SIDE / 2 - sun)), int(radius))
        for place, radius in zip(places, DRAWS.uniform(8, 40, len(places)), strict=True)
    ]
    glow = levels(0.9 * np.exp(-np.hypot(ACROSS - sun[0], DOWN - sun[1]) / 70))

    def call(image: np.ndarray) -> np.ndarray:
        light = veil(glow)
        for centre, radius in circles:
            cv2.circle(light, centre, radius, (40, 40, 30), cv2.FILLED)
        return cv2.add(flat(image), flat(light)).reshape(image.shape)

    return call


# ============================================================================================== blur and edges


@ROWS.row
def Blur(radius: int, border_mode: str) -> Call:
    # The radius is the kernel's side, as with the others.
    return lambda image: cv2.blur(image, (radius, radius), borderType=cv2.BORDER_CONSTANT)


@ROWS.row
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    # At this size cv2.sepFilter2D takes as long.
    return lambda image: cv2.GaussianBlur(image, kernel_size, sigma)


@ROWS.row
def MedianBlur(blur_limit: int) -> Call:
    return lambda image: cv2.medianBlur(image, blur_limit)


def filtered(kernel: np.ndarray) -> Call:
    kernel = kernel.astype(np.float32)
    return lambda image: cv2.filter2D(image, -1, kernel)


def separated(kernel: np.ndarray, rank: int) -> Call:
    """The kernel as a sum of products of a column and a row, its singular vectors: a fifth of cv2.filter2D's time.

    Kernels that are the same upside down have vectors that are even or odd; to the last bit, they take
    half of the time.
    """
    left, strengths, right = np.linalg.svd(kernel)
    pairs = [(even_or_odd(left[:, i] * strengths[i]), even_or_odd(right[i])) for i in range(rank)]
    sums = np.empty((2, *SHAPE), np.int16)

    def call(image: np.ndarray) -> np.ndarray:
        total, part = sums
        cv2.sepFilter2D(image, cv2.CV_16S, pairs[0][1], pairs[0][0], total)
        for column, row in pairs[1:-1]:
            cv2.add(total, cv2.sepFilter2D(image, cv2.CV_16S, row, column, part), total)
        column, row = pairs[-1]
        return cv2.add(total, cv2.sepFilter2D(image, cv2.CV_16S, row, column, part), dtype=cv2.CV_8U)

    return call


def even_or_odd(vector: np.ndarray) -> np.ndarray:
    sign = 1 if vector @ vector[::-1] > 0 else -1
    return ((vector + sign * vector[::-1]) / 2).astype(np.float32)


def distances(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y, x = np.mgrid[:size, :size] - size // 2
    return x, y, np.hypot(x, y)


@ROWS.row
def MotionBlur(kernel_size: int, angle_range: list[float], direction_range: list[float]) -> Call:
    line = cv2.line(np.zeros((kernel_size, kernel_size), np.uint8), (0, 1), (kernel_size - 1, kernel_size - 2), 1)
    return filtered(line / line.sum())


@ROWS.row
def AdvancedBlur(blur_limit: list[int], sigma_x_limit: list[float], sigma_y_limit: list[float]) -> Call:
    x, y, _ = distances(sum(blur_limit) // 2)
    along, across = (x + y) / math.sqrt(2), (x - y) / math.sqrt(2)
    kernel = np.exp(-((along / (0.8 * sigma_x_limit[1])) ** 2 + (across / (0.4 * sigma_y_limit[1])) ** 2) / 2)
    return separated(kernel / kernel.sum(), 3)


@ROWS.row
def Defocus(radius: list[int], alias_blur: list[float]) -> Call:
    size = sum(radius) + 1
    disk = (distances(size)[2] <= size // 2).astype(np.float32)
    disk = cv2.GaussianBlur(disk, (3, 3), sum(alias_blur) / 2)
    # Two products are up to 4 levels off, three 3, of the cut edge of the disk; the blur looks the same.
    return separated(disk / disk.sum(), 2)


@ROWS.row
def RingingOvershoot(blur_limit: list[int], cutoff: list[float]) -> Call:
    # J1 by its integral: the sinc of two dimensions. Three products are exact to the rounding.
    size, cut = sum(blur_limit) // 2, sum(cutoff) / 2
    radius = distances(size)[2]
    angles = (np.arange(400) + 0.5) * math.pi / 400
    waves = np.cos(angles - (cut * radius)[..., None] * np.sin(angles)).mean(-1)
    kernel = np.where(radius > 0, cut * waves / (2 * math.pi * np.maximum(radius, 1)), cut**2 / (4 * math.pi))
    return separated(kernel / kernel.sum(), 3)


@ROWS.row
def ZoomBlur(max_factor: list[float]) -> Call:
    # Sixteen zooms by four: the picture and its zoom in the middle, that and its zoom by twice as much, and so on.
    step = (sum(max_factor) / 2) ** (1 / 15)
    zooms = [about_centre(np.eye(2) * step ** (1 << k)) for k in range(4)]

    def move(image: np.ndarray) -> np.ndarray:
        for zoom in zooms:
            image = cv2.addWeighted(image, 0.5, cv2.warpAffine(image, zoom, SIZE), 0.5, 0)
        return image

    return with_four(move)


def with_box(centre: float, around: float) -> Call:
    """A kernel of 3×3 with one number around its centre, as a box that is taken away: half of cv2.filter2D's time."""
    return lambda image: cv2.addWeighted(image, centre - around, cv2.blur(image, (3, 3), FIRST), 9 * around, 0)


@ROWS.row
def Sharpen(alpha: list[float], lightness: list[float]) -> Call:
    share, light = sum(alpha) / 2, sum(lightness) / 2
    return with_box(1 - share + share * (8 + light), -share)


@ROWS.row
def EnhanceEdge(mode: str, alpha_range: list[float]) -> Call:
    share = sum(alpha_range) / 2
    return with_box(1 - share + share * 5, -share / 2)


@ROWS.row
def EnhanceDetail(mode: str, alpha_range: list[float]) -> Call:
    # Five numbers that are not 0; cv2.Laplacian takes as long.
    share = sum(alpha_range) / 2
    kernel = np.zeros((3, 3))
    kernel[1], kernel[:, 1], kernel[1, 1] = -share / 6, -share / 6, 1 - share + share * 10 / 6
    return filtered(kernel)


@ROWS.row
def Emboss(alpha: list[float], strength: list[float]) -> Call:
    share, force = sum(alpha) / 2, sum(strength) / 2
    slope = np.array([[-1 - force, 0 - force, 0], [0 - force, 1, 0 + force], [0, 0 + force, 1 + force]])
    plain = np.zeros((3, 3))
    plain[1, 1] = 1
    return filtered((1 - share) * plain + share * slope)


@ROWS.row
def UnsharpMask(blur_limit: list[int], sigma_limit: float, alpha: list[float], threshold: int) -> Call:
    # Both signs of the difference by themselves, since bytes saturate; the table has the threshold and the strength.
    # With a sigma of 0, which stands for this one, OpenCV takes twice as long for this size.
    size = sum(blur_limit) // 2
    sigma = sigma_limit or 0.3 * ((size - 1) / 2 - 1) + 0.8
    amount = table(lambda x: np.where(x > threshold, x * sum(alpha) / 2, 0))

    def call(image: np.ndarray) -> np.ndarray:
        blurred, lines = flat(cv2.GaussianBlur(image, (size, size), sigma, FIRST)), flat(image)
        above = translate(cv2.subtract(lines, blurred, OTHER), amount, np.empty_like(lines))
        out = cv2.add(lines, above, above)
        cv2.subtract(blurred, lines, OTHER)
        return cv2.subtract(out, translate(OTHER, amount, FLAT), out).reshape(image.shape)

    return call


@ROWS.row
def Morphological(scale: list[int], operation: str) -> Call:
    kernel = np.ones((scale[1], scale[1]), np.uint8)
    return lambda image: cv2.dilate(image, kernel)


# ============================================================================================== noise


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


# ============================================================================================== holes and pastes


def holes(places: Sequence[tuple[int, int]], height: int, width: int) -> Call:
    windows = [(slice(y, y + height), slice(x, x + width)) for x, y in places]

    def call(image: np.ndarray) -> np.ndarray:
        out = image.copy()
        for window in windows:
            out[window] = 0
        return out

    return call


@ROWS.row
def Erasing(scale: list[float], ratio: list[float], fill: int) -> Call:
    side = round(SIDE * math.sqrt(sum(scale) / 2))
    return holes([(180, 90)], side, side)


@ROWS.row
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    height, width = (round(SIDE * sum(sides) / 2) for sides in (hole_height_range, hole_width_range))
    return holes([(30, 300), (200, 120), (350, 350), (400, 60)][: num_holes_range[0]], height, width)


@ROWS.row
def ConstrainedCoarseDropout(
    num_holes_range: list[int], hole_height_range: list[float], hole_width_range: list[float]
) -> Call:
    # In the middle quarter, where the others have their object.
    height, width = (round(SIDE / 2 * sum(sides) / 2) for sides in (hole_height_range, hole_width_range))
    return holes([(150, 250), (270, 180)], height, width)


@ROWS.row
def GridDropout(
    ratio: float, unit_size_range: list[int], holes_number_xy: list[int] | None, random_offset: bool
) -> Call:
    # All holes at once: in the rows that have some, what is kept is one row of a mask.
    unit = sum(unit_size_range) // 2
    hole = round(unit * ratio)
    kept = np.repeat(np.where(np.arange(SIDE) % unit < hole, 0, 255).astype(np.uint8), 3)

    def call(image: np.ndarray) -> np.ndarray:
        out = image.copy()
        lines = flat(out)
        for first in range(hole):
            lines[first::unit] &= kept
        return out

    return call


@ROWS.row
def GridMask(num_grid_range: list[int], line_width_range: list[float], rotation_range: list[float]) -> Call:
    number = sum(num_grid_range) // 2
    width = round(SIDE / number * sum(line_width_range) / 2)
    starts = [SIDE * line // number for line in range(number)]
    kept = np.full((SIDE, 3), 255, np.uint8)
    for start in starts:
        kept[start : start + width] = 0
    kept = kept.ravel()

    def call(image: np.ndarray) -> np.ndarray:
        out = flat(image) & kept
        for start in starts:
            out[start : start + width] = 0
        return out.reshape(image.shape)

    return call


@ROWS.row
def CopyAndPaste(
    min_visibility_after_paste: float,
    blend_mode: str,
    blend_sigma_range: list[float],
    scale_range: list[float],
    min_paste_area: int,
) -> Call:
    # A disc of 100 pixels across, cut out already.
    rows, columns = np.mgrid[:100, :100].astype(np.uint8)
    object_ = np.stack([2 * rows, 2 * columns, 255 - rows - columns], -1)
    mask = cv2.circle(np.zeros((100, 100), np.uint8), (50, 50), 49, 255, cv2.FILLED)

    def call(image: np.ndarray) -> np.ndarray:
        out = image.copy()
        cv2.copyTo(object_, mask, out[200:300, 260:360])
        return out

    return call
