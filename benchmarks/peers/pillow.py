"""pillow 13.0.0: images in mode RGB, and the operations of its modules Image, ImageOps, ImageFilter, ImageEnhance…

Its operations take fixed arguments, so what a row draws is drawn here, by `random`, within the call.
"""

# The functions are named as rows.yaml names them.
# ruff: noqa: N802

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps, ImageStat

from benchmarks.peers import Call, Rows

ROWS = Rows()
Picture = Image.Image
Flip = Image.Transpose
Box = tuple[float, float, float, float]
BILINEAR = Image.Resampling.BILINEAR

# Slices of these are the tables of a band that is shifted: clamped at its ends, or going round.
CLAMPED = [0] * 255 + list(range(256)) + [255] * 255
ROUND = list(range(256)) * 3


def photograph(pixels: np.ndarray) -> Picture:
    return Image.fromarray(pixels)


def picture(output: Picture) -> np.ndarray:
    return np.asarray(output)


def method(name: str) -> Image.Resampling:
    return Image.Resampling[name.upper()]


def shifted(shift: float) -> list[int]:
    start = 255 + round(shift)
    return CLAMPED[start : start + 256]


def rotated(shift: float) -> list[int]:
    start = 256 + round(shift)
    return ROUND[start : start + 256]


def multiplied(factor: float, offset: float = 0) -> list[float]:
    # `Image.point` truncates and clamps.
    offset += 0.5
    return [value * factor + offset for value in range(256)]


def either_way(limit: float) -> float:
    return random.uniform(-limit, limit)


# Sizes, crops and flips.


@ROWS.row
def Resize(target_size: int, interpolation: str) -> Call:
    return lambda image: image.resize((target_size, target_size), method(interpolation))


@ROWS.row
def LongestMaxSize(max_size: int, interpolation: str) -> Call:
    return lambda image: ImageOps.contain(image, (max_size, max_size), method(interpolation))


@ROWS.row
def SmallestMaxSize(max_size: int, interpolation: str) -> Call:
    return lambda image: ImageOps.cover(image, (max_size, max_size), method(interpolation))


@ROWS.differs("antialiased")
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    return lambda image: ImageOps.scale(image, 1 + random.uniform(*scale_limit), method(interpolation))


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    down, up = map(method, interpolation_pair)
    return lambda image: ImageOps.scale(image, random.uniform(*scale_range), down).resize(image.size, up)


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


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    def call(image: Picture) -> Picture:
        left, top = random.randint(0, image.width - width), random.randint(0, image.height - height)
        return image.crop((left, top, left + width, top + height))

    return call


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    def call(image: Picture) -> Picture:
        left, top = (image.width - width) // 2, (image.height - height) // 2
        return image.crop((left, top, left + width, top + height))

    return call


@ROWS.differs("antialiased")
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    how, (high, wide) = method(interpolation), size
    return lambda image: image.resize((wide, high), how, box=window(image, *share(image, scale, ratio)))


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    how, (high, wide) = method(interpolation), size

    def call(image: Picture) -> Picture:
        side = random.randint(*min_max_height)
        return image.resize((wide, high), how, box=window(image, side, side))

    return call


@ROWS.row
def HorizontalFlip() -> Call:
    return lambda image: image.transpose(Flip.FLIP_LEFT_RIGHT)


@ROWS.row
def VerticalFlip() -> Call:
    return lambda image: image.transpose(Flip.FLIP_TOP_BOTTOM)


@ROWS.row
def Transpose() -> Call:
    return lambda image: image.transpose(Flip.TRANSPOSE)


def one_of(flips: Sequence[Flip | None]) -> Call:
    def call(image: Picture) -> Picture:
        flip = random.choice(flips)
        return image.copy() if flip is None else image.transpose(flip)

    return call


@ROWS.row
def RandomRotate90(times: list[int]) -> Call:
    low, high = times
    return one_of((None, Flip.ROTATE_90, Flip.ROTATE_180, Flip.ROTATE_270)[low : high + 1])


@ROWS.row
def SquareSymmetry() -> Call:
    return one_of((None, *Flip))


@ROWS.row
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    assert border_mode == "constant"
    return lambda image: ImageOps.expand(image, padding, (fill,) * 3)


@ROWS.row
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    assert border_mode == "constant"

    def call(image: Picture) -> Picture:
        across, along = max(min_width - image.width, 0), max(min_height - image.height, 0)
        borders = across // 2, along // 2, across - across // 2, along - along // 2
        return ImageOps.expand(image, borders, (fill,) * 3)

    return call


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    # What a crop takes from outside of the image is 0.
    assert border_mode == "constant"
    assert fill == 0
    assert keep_size
    top, right, bottom, left = px
    how = method(interpolation)
    return lambda image: image.crop((-left, -top, image.width + right, image.height + bottom)).resize(image.size, how)


def tiles_shuffled(columns: int, rows: int) -> Call:
    def call(image: Picture) -> Picture:
        width, height = image.width // columns, image.height // rows
        boxes = [
            (x * width, y * height, (x + 1) * width, (y + 1) * height) for y in range(rows) for x in range(columns)
        ]
        output = image.copy()
        for box, source in zip(boxes, random.sample(boxes, len(boxes)), strict=True):
            output.paste(image.crop(source), box)
        return output

    return call


@ROWS.differs("tiles cropped and pasted one by one")
def RandomGridShuffle(grid: list[int]) -> Call:
    return tiles_shuffled(*grid)


@ROWS.differs("tiles cropped and pasted one by one")
def RandomJigsaw(grid: list[int]) -> Call:
    return tiles_shuffled(*grid)


# Other geometry: `Image.transform` wants to know where each output pixel comes from.


@ROWS.row
def Rotate(angle_range: list[float], interpolation: str, mode: str, fill: int) -> Call:
    assert mode == "constant"
    return lambda image: image.rotate(random.uniform(*angle_range), method(interpolation), fillcolor=(fill,) * 3)


def affine(
    image: Picture,
    angle: float = 0,
    shift: Sequence[float] = (0, 0),
    scale: float = 1,
    shear: Sequence[float] = (0, 0),
    how: Image.Resampling = BILINEAR,
    fill: int = 0,
) -> Picture:
    """Sheared, scaled, turned around the middle, counterclockwise as by `Image.rotate`, and shifted."""
    cosine, sine = scale * math.cos(math.radians(angle)), -scale * math.sin(math.radians(angle))
    across, along = (math.tan(math.radians(degrees)) for degrees in shear)
    xx, xy = cosine - sine * along, cosine * across - sine
    yx, yy = sine + cosine * along, sine * across + cosine
    size = xx * yy - xy * yx
    a, b, d, e = yy / size, -xy / size, -yx / size, xx / size
    x, y = image.width / 2, image.height / 2
    from_x, from_y = x + shift[0], y + shift[1]
    inverse = a, b, x - a * from_x - b * from_y, d, e, y - d * from_x - e * from_y
    return image.transform(image.size, Image.Transform.AFFINE, inverse, how, fillcolor=(fill,) * 3)


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
    assert mode == "constant"
    return lambda image: affine(image, angle, shift, scale, shear, method(interpolation), fill)


@ROWS.row
def Shear(shear: float) -> Call:
    return lambda image: affine(image, shear=(either_way(shear), either_way(shear)))


@ROWS.row
def ShiftScaleRotate(
    shift_limit: float, scale_limit: float, rotate_limit: float, interpolation: str, border_mode: str, fill: int
) -> Call:
    assert border_mode == "constant"
    how = method(interpolation)

    def call(image: Picture) -> Picture:
        shift = image.width * either_way(shift_limit), image.height * either_way(shift_limit)
        return affine(image, either_way(rotate_limit), shift, 1 + either_way(scale_limit), how=how, fill=fill)

    return call


@ROWS.row
def SafeRotate(limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    # Image.rotate(expand=True) would grow the output: the same in one step, with the scale at which all fits.
    assert border_mode == "constant"
    how = method(interpolation)

    def call(image: Picture) -> Picture:
        angle = either_way(limit)
        across, along = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
        width, height = image.size
        scale = min(width / (width * across + height * along), height / (width * along + height * across))
        return affine(image, angle, scale=scale, how=how, fill=fill)

    return call


@ROWS.row
def Perspective(scale: list[float], interpolation: str, fill: int) -> Call:
    how = method(interpolation)

    def call(image: Picture) -> Picture:
        (width, height), deviation = image.size, random.uniform(*scale)
        equations, values = [], []
        for x, y in ((0, 0), (0, height), (width, height), (width, 0)):
            inwards = (abs(random.gauss(0, deviation)) * length for length in image.size)
            from_x, from_y = (start + move * (-1 if start else 1) for start, move in zip((x, y), inwards, strict=True))
            equations += [
                (x, y, 1, 0, 0, 0, -x * from_x, -y * from_x),
                (0, 0, 0, x, y, 1, -x * from_y, -y * from_y),
            ]
            values += [from_x, from_y]
        inverse = np.linalg.solve(equations, values).tolist()
        return image.transform(image.size, Image.Transform.PERSPECTIVE, inverse, how, fillcolor=(fill,) * 3)

    return call


Grid = Sequence[Sequence[tuple[float, float]]]


def mesh(image: Picture, sources: Grid, how: Image.Resampling = BILINEAR) -> Picture:
    """Each cell of an even grid of the output from the quadrilateral between four points of `sources`."""
    rows, columns = len(sources) - 1, len(sources[0]) - 1
    xs = [image.width * column // columns for column in range(columns + 1)]
    ys = [image.height * row // rows for row in range(rows + 1)]
    cells = [
        (
            (xs[column], ys[row], xs[column + 1], ys[row + 1]),
            (
                *sources[row][column],
                *sources[row + 1][column],
                *sources[row + 1][column + 1],
                *sources[row][column + 1],
            ),
        )
        for row in range(rows)
        for column in range(columns)
    ]
    return image.transform(image.size, Image.Transform.MESH, cells, how)


@ROWS.row
def GridDistortion(num_steps: int, distort_limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    assert border_mode == "constant"
    assert fill == 0
    how = method(interpolation)

    def lines(length: int) -> list[float]:
        ends = [0.0]
        for _ in range(num_steps):
            ends.append(ends[-1] + 1 + either_way(distort_limit))
        return [end * length / ends[-1] for end in ends]

    def call(image: Picture) -> Picture:
        xs, ys = lines(image.width), lines(image.height)
        return mesh(image, [[(x, y) for x in xs] for y in ys], how)

    return call


@ROWS.differs("bilinear cells instead of triangles")
def PiecewiseAffine(scale: list[float], nb_rows: int, nb_cols: int) -> Call:
    def call(image: Picture) -> Picture:
        deviation = random.uniform(*scale)

        def moved(step: int, steps: int, length: int) -> float:
            return min(max(step / (steps - 1) + random.gauss(0, deviation), 0), 1) * length

        points = [
            [(moved(column, nb_cols, image.width), moved(row, nb_rows, image.height)) for column in range(nb_cols)]
            for row in range(nb_rows)
        ]
        return mesh(image, points)

    return call


# Colours. `Image.point` looks each byte up, in a table a band.


def brightened(image: Picture, factor: float) -> Picture:
    """As ImageEnhance.Brightness, which blends with a black image in four times as long."""
    return image.point(multiplied(factor) * 3)


def contrasted(image: Picture, factor: float) -> Picture:
    """As ImageEnhance.Contrast, which blends with an image of the mean grey in three times as long."""
    grey = round(ImageStat.Stat(image.convert("L")).mean[0])
    return image.point(multiplied(factor, grey * (1 - factor)) * 3)


@ROWS.row
def Brightness(brightness_limit: list[float]) -> Call:
    return lambda image: brightened(image, 1 + random.uniform(*brightness_limit))


@ROWS.row
def Contrast(contrast_limit: list[float]) -> Call:
    return lambda image: contrasted(image, 1 + random.uniform(*contrast_limit))


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    return lambda image: ImageEnhance.Color(image).enhance(saturation_factor)


def in_hsv(
    image: Picture, hue: list[int], saturation: list[int] = ROUND[:256], value: list[int] = ROUND[:256]
) -> Picture:
    return image.convert("HSV").point(hue + saturation + value).convert("RGB")


@ROWS.row
def Hue(hue: float) -> Call:
    # 180 steps make a circle for the others, and 256 for this.
    return lambda image: in_hsv(image, rotated(either_way(hue / 180 * 256)))


@ROWS.row
def HSV(hue: float, saturation: float, value: float) -> Call:
    return lambda image: in_hsv(
        image,
        rotated(256 * either_way(hue)),
        shifted(255 * either_way(saturation)),
        shifted(255 * either_way(value)),
    )


Ranges = Sequence[float]


def jittered(brightness: Ranges, contrast: Ranges, saturation: Ranges, hue: Ranges) -> list[Call]:
    return [
        lambda image: brightened(image, random.uniform(*brightness)),
        lambda image: contrasted(image, random.uniform(*contrast)),
        lambda image: ImageEnhance.Color(image).enhance(random.uniform(*saturation)),
        lambda image: in_hsv(image, rotated(256 * random.uniform(*hue))),
    ]


def in_any_order(steps: Sequence[Call]) -> Call:
    def call(image: Picture) -> Picture:
        for step in random.sample(steps, len(steps)):
            image = step(image)
        return image

    return call


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    factors = ((max(0, 1 - limit), 1 + limit) for limit in (brightness, contrast, saturation))
    return in_any_order(jittered(*factors, (-hue, hue)))


@ROWS.row
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    return in_any_order(jittered(brightness, contrast, saturation, hue))


@ROWS.row
def PhotoMetricDistort(
    brightness_range: list[float], contrast_range: list[float], saturation_range: list[float], hue_range: list[float]
) -> Call:
    steps = jittered(brightness_range, contrast_range, saturation_range, hue_range)
    return in_any_order([*steps, ChannelShuffle()])


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    # Others count it in percent.
    table = [round(255 * (value / 255) ** (gamma / 100)) for value in range(256)] * 3
    return lambda image: image.point(table)


@ROWS.row
def RGBShift(pixel_shift: int) -> Call:
    return lambda image: image.point([value for _ in range(3) for value in shifted(either_way(pixel_shift))])


@ROWS.row
def MultiplicativeNoise(multiplier: list[float], per_channel: bool) -> Call:
    assert per_channel
    return lambda image: image.point([value for _ in range(3) for value in multiplied(random.uniform(*multiplier))])


@ROWS.row
def Grayscale(num_output_channels: int) -> Call:
    return lambda image: Image.merge("RGB", [image.convert("L")] * num_output_channels)


@ROWS.row
def ToSepia() -> Call:
    matrix = (0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 0)
    return lambda image: image.convert("RGB", matrix)


@ROWS.row
def Colorize(
    black_range: list[list[int]], white_range: list[list[int]], mid_range: list[list[int]], mid_value_range: list[int]
) -> Call:
    def colour(corners: list[list[int]]) -> tuple[int, ...]:
        return tuple(random.randint(low, high) for low, high in zip(*corners, strict=True))

    return lambda image: ImageOps.colorize(
        image.convert("L"),
        colour(black_range),
        colour(white_range),
        colour(mid_range),
        midpoint=random.randint(*mid_value_range),
    )


@ROWS.row
def ChannelShuffle() -> Call:
    return lambda image: Image.merge("RGB", random.sample(image.split(), 3))


@ROWS.row
def ChannelSwap() -> Call:
    return lambda image: Image.merge("RGB", image.split()[::-1])


@ROWS.row
def ChannelDropout() -> Call:
    def call(image: Picture) -> Picture:
        bands = list(image.split())
        bands[random.randrange(3)] = Image.new("L", image.size)
        return Image.merge("RGB", bands)

    return call


@ROWS.row
def Invert() -> Call:
    # ImageOps.invert would do the same through a table, ten times as long.
    return ImageChops.invert


@ROWS.row
def Posterize(bits: int) -> Call:
    return lambda image: ImageOps.posterize(image, bits)


@ROWS.row
def Solarize(threshold: float) -> Call:
    return lambda image: ImageOps.solarize(image, math.ceil(threshold * 255))


@ROWS.row
def AutoContrast() -> Call:
    return ImageOps.autocontrast


@ROWS.row
def Equalize(mode: str) -> Call:
    assert mode == "pil"
    return ImageOps.equalize


# Filters.


@ROWS.differs("three box blurs, no kernel size")
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    return lambda image: image.filter(ImageFilter.GaussianBlur(sigma))


@ROWS.differs("border replicated")
def Blur(radius: int, border_mode: str) -> Call:
    # The row's radius is the side of the kernel, this one's is how far it reaches.
    return lambda image: image.filter(ImageFilter.BoxBlur(radius // 2))


@ROWS.row
def MedianBlur(blur_limit: int) -> Call:
    return lambda image: image.filter(ImageFilter.MedianFilter(blur_limit))


@ROWS.differs("line drawn through the kernel's middle")
def MotionBlur(kernel_size: int, angle_range: list[float], direction_range: list[float]) -> Call:
    size, middle = (kernel_size, kernel_size), kernel_size // 2

    def call(image: Picture) -> Picture:
        angle, line = math.radians(random.uniform(*angle_range)), Image.new("L", size)
        across, along = round(middle * math.cos(angle)), round(middle * math.sin(angle))
        ImageDraw.Draw(line).line((middle - across, middle - along, middle + across, middle + along), 1)
        return image.filter(ImageFilter.Kernel(size, line.tobytes()))

    return call


@ROWS.differs("three box blurs")
def UnsharpMask(blur_limit: list[int], sigma_limit: float, alpha: list[float], threshold: int) -> Call:
    # Without a sigma others derive it from the kernel's side, as OpenCV does.
    assert sigma_limit == 0
    low, high = (0.3 * ((side - 1) * 0.5 - 1) + 0.8 for side in blur_limit)

    def call(image: Picture) -> Picture:
        percent = round(100 * random.uniform(*alpha))
        return image.filter(ImageFilter.UnsharpMask(random.uniform(low, high), percent, threshold))

    return call


@ROWS.differs("always 3×3")
def Morphological(scale: list[int], operation: str) -> Call:
    assert operation == "dilation"
    dilation = ImageFilter.MaxFilter(3)
    return lambda image: image.filter(dilation)


def mixed(image: Picture, weights: Sequence[float], alpha: float) -> Picture:
    """The image and what a kernel of 3×3 makes of it, mixed: one kernel does both."""
    kernel = [alpha * weight for weight in weights]
    kernel[4] += 1 - alpha
    return image.filter(ImageFilter.Kernel((3, 3), kernel, scale=1))


@ROWS.row
def Sharpen(alpha: list[float], lightness: list[float]) -> Call:
    def call(image: Picture) -> Picture:
        weights = [-1, -1, -1, -1, 8 + random.uniform(*lightness), -1, -1, -1, -1]
        return mixed(image, weights, random.uniform(*alpha))

    return call


@ROWS.row
def Emboss(alpha: list[float], strength: list[float]) -> Call:
    def call(image: Picture) -> Picture:
        by = random.uniform(*strength)
        return mixed(image, [-1 - by, -by, 0, -by, 1, by, 0, by, 1 + by], random.uniform(*alpha))

    return call


def enhanced(kernel: type[ImageFilter.BuiltinFilter], alpha_range: Sequence[float]) -> Call:
    _, divisor, _, weights = kernel.filterargs
    weights = [weight / divisor for weight in weights]
    return lambda image: mixed(image, weights, random.uniform(*alpha_range))


@ROWS.row
def EnhanceEdge(mode: str, alpha_range: list[float]) -> Call:
    assert mode == "edge"
    return enhanced(ImageFilter.EDGE_ENHANCE, alpha_range)


@ROWS.row
def EnhanceDetail(mode: str, alpha_range: list[float]) -> Call:
    assert mode == "detail"
    return enhanced(ImageFilter.DETAIL, alpha_range)


# Noise, holes and files.


@ROWS.differs("noise cut off at half of the range")
def GaussianNoise(mean: float, std: float, per_channel: bool) -> Call:
    # Its noise is an image around 128.
    assert per_channel
    offset = 255 * mean - 128

    def call(image: Picture) -> Picture:
        noise = Image.merge("RGB", [Image.effect_noise(image.size, 255 * std) for _ in range(3)])
        return ImageChops.add(image, noise, offset=offset)

    return call


@ROWS.differs("border not reflected")
def PixelSpread(radius: int, interpolation: str, border_mode: str, fill: int) -> Call:
    # Its distance is how many pixels there are to choose from.
    return lambda image: image.effect_spread(2 * radius + 1)


def with_holes(image: Picture, sizes: Sequence[tuple[float, float]], fill: int = 0) -> Picture:
    output = image.copy()
    for width, height in sizes:
        output.paste((fill,) * 3, whole(window(image, width, height)))
    return output


@ROWS.row
def Erasing(scale: list[float], ratio: list[float], fill: int) -> Call:
    return lambda image: with_holes(image, [share(image, scale, ratio)], fill)


@ROWS.row
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    def call(image: Picture) -> Picture:
        holes = range(random.randint(*num_holes_range))
        return with_holes(
            image,
            [
                (image.width * random.uniform(*hole_width_range), image.height * random.uniform(*hole_height_range))
                for _ in holes
            ],
        )

    return call


@ROWS.row
def JpegCompression(quality: int) -> Call:
    def call(image: Picture) -> Picture:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        output = Image.open(file)
        output.load()
        return output

    return call


@ROWS.differs("one object of 100 pixels across, pasted through a mask")
def CopyAndPaste(
    min_visibility_after_paste: float,
    blend_mode: str,
    blend_sigma_range: list[float],
    scale_range: list[float],
    min_paste_area: int,
) -> Call:
    # There are no boxes or masks whose visibility would have to be looked at.
    assert blend_mode == "hard"
    assert scale_range == [1, 1]
    size = (100, 100)
    ramp = Image.linear_gradient("L").resize(size)
    thing = Image.merge("RGB", (ramp, ramp.transpose(Flip.TRANSPOSE), ImageChops.invert(ramp)))
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((0, 0, 99, 99), 255)

    def call(image: Picture) -> Picture:
        output = image.copy()
        output.paste(thing, whole(window(image, *size))[:2], mask)
        return output

    return call
