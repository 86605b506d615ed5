"""Writes docs/fusion.md: how near to the truth merged warps come, and what they cost: `make docs-fusion`.

The truth is supersampled: the photograph, interpolated by cubics, is looked up at 4 × 4 places of each output pixel,
followed back through all maps of the call, and the mean is taken.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import cv2
import numpy as np

import augcore as A  # noqa: N812

HERE = Path(__file__).parent
PAGE, IMAGES = HERE / "fusion.md", HERE.parent / "examples" / "data" / "images"
PER_SIDE = 4  # places looked at, of each pixel
MARGIN = 2.0  # px from the edge of every frame: nearer to it, all show some of the border
SIDE = 320  # px, of the windows that are cut from the middle of the photographs
COUNT = 30  # pipelines of each kind

Array = np.ndarray[Any, np.dtype[Any]]


# The truth


def truth(image: Array, maps: list[Any]) -> tuple[Array, Array]:
    """What the maps show of an (H, W, C) picture, as floats, and which pixels (H, W) lie well inside all frames."""
    height, width = maps[-1].output
    rows, columns = np.mgrid[:height, :width].astype(float)
    total: Any = 0.0
    offsets = (np.arange(PER_SIDE) + 0.5) / PER_SIDE
    for down in offsets:
        for across in offsets:
            places = np.stack([columns + across, rows + down], -1)
            for map in reversed(maps):
                places = map.backward(places)
            x, y = np.moveaxis(places.astype(np.float32) - np.float32(0.5), -1, 0)
            total = total + cv2.remap(image.astype(np.float32), x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return total / PER_SIDE**2, inside(maps)


def inside(maps: list[Any]) -> Array:
    height, width = maps[-1].output
    rows, columns = np.mgrid[:height, :width] + 0.5
    places, shown = np.stack([columns, rows], -1), np.ones((height, width), bool)
    for map in reversed(maps):
        places = map.backward(places)
        limits = np.subtract(map.size[::-1], MARGIN)
        shown &= ((places > MARGIN) & (places < limits)).all(-1)
    return shown


def decibels(one: Array, other: Array) -> float:
    return float(-10 * np.log10(np.mean((one.astype(float) - other) ** 2) / 255**2 + 1e-12))


# One pipeline


@attrs.frozen
class Closeness:
    """How near to the truth a call came without fusion and with it, in dB, and how much less time it took with it."""

    off: float
    resample: float
    speed: float


def closeness(steps: list[Any], image: Array, seed: int, repeats: int = 5) -> Closeness | None:
    """Of one draw of these steps; None where hardly anything of the picture is left."""
    pipelines = {fuse: A.Compose(steps, fuse=fuse, seed=seed).keyed(0) for fuse in ("off", "resample")}
    traced = {fuse: pipeline.traced(image=image) for fuse, pipeline in pipelines.items()}
    off, resample = (result["image"] for result, _ in traced.values())
    maps = [step.effect.map for step in traced["off"][1].steps if isinstance(step.effect, A.Geometry)]
    true, shown = truth(image, maps)
    if shown.sum() < 2000:
        return None
    times: dict[str, list[float]] = {fuse: [] for fuse in pipelines}
    for _ in range(repeats):
        for fuse, pipeline in pipelines.items():
            start = time.perf_counter()
            pipeline(image=image)
            times[fuse].append(time.perf_counter() - start)
    speed = statistics.median(times["off"]) / statistics.median(times["resample"]) if repeats else 1.0
    return Closeness(decibels(off[shown], true[shown]), decibels(resample[shown], true[shown]), speed)


# Kinds of pipelines

Draw = np.random.Generator


def _affine(draw: Draw) -> Any:
    return A.Affine(scale=(0.8, 1.25), rotate=(-45, 45), shear=(-8, 8), p=1)


def _rotate(draw: Draw) -> Any:
    return A.Rotate((-45, 45), p=1)


def _perspective(draw: Draw) -> Any:
    return A.Perspective(scale=(0.05, 0.15), p=1)


def _elastic(draw: Draw) -> Any:
    return A.ElasticTransform(alpha=400, sigma=10, p=1)


def _resize(draw: Draw) -> Any:
    return A.Resize(*draw.integers(230, 350, 2).tolist(), p=1)


def _crop(draw: Draw) -> Any:
    return A.RandomCrop(*draw.integers(160, 220, 2).tolist(), p=1)


def _flip(draw: Draw) -> Any:
    return A.HorizontalFlip(p=1)


def _turn(draw: Draw) -> Any:
    return A.RandomRotate90(p=1)


RANDOM = (_affine, _rotate, _perspective, _elastic, _resize, _flip, _turn)
KINDS: dict[str, tuple[Callable[[Draw], Any], ...]] = {
    "two affine maps": (_affine, _affine),
    "three affine maps": (_affine, _affine, _affine),
    "rotation, resize": (_rotate, _resize),
    "affine map, perspective": (_affine, _perspective),
    "affine map, elastic": (_affine, _elastic),
    "elastic, affine map": (_elastic, _affine),
    "two elastic": (_elastic, _elastic),
    "affine map, elastic, perspective": (_affine, _elastic, _perspective),
    "elastic, crop": (_elastic, _crop),
    "random, 2 to 5 steps": (),
}


def pipelines(kind: str) -> Iterator[tuple[list[Any], int]]:
    """Steps and a seed, without end; a random pipeline ends in a crop half the time."""
    draw = np.random.default_rng(len(kind))
    for seed in range(10**6):
        parts = KINDS[kind] or tuple(RANDOM[n] for n in draw.integers(0, len(RANDOM), draw.integers(2, 6)))
        if not KINDS[kind] and len(parts) > 2 and draw.random() < 0.5:
            parts = (*parts[:-1], _crop)
        yield [part(draw) for part in parts], seed


def photographs() -> list[Array]:
    windows = []
    for path in sorted(IMAGES.glob("*.jpg")):
        image = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        top, left = ((side - SIDE) // 2 if side > SIDE else 0 for side in image.shape[:2])
        windows.append(np.ascontiguousarray(image[top : top + SIDE, left : left + SIDE]))
    return [window for window in windows if window.shape[:2] == (SIDE, SIDE)]


def measured(kind: str, images: list[Array], count: int, repeats: int = 5) -> list[Closeness]:
    found: list[Closeness] = []
    for steps, seed in pipelines(kind):
        one = closeness(steps, images[seed % len(images)], seed, repeats)
        if one is not None and (KINDS[kind] or one.off != one.resample):
            found.append(one)
        if len(found) == count:
            break
    return found


# The page

_INTRODUCTION = f"""# Fusion, measured
*Written by `make docs-fusion`; what is merged and what is not is in [design.md](design.md), section 5.*

How near pictures come to the truth without fusion and with `Compose(fuse="resample")`: {COUNT} random pipelines of each
kind on windows of {SIDE} × {SIDE} px of the sample photographs, peak signal-to-noise ratio in dB, medians. The truth is
supersampled {PER_SIDE} × {PER_SIDE} times: the photograph, interpolated by cubics, is looked up where each part of a
pixel comes from through all maps, and the mean is taken. Pixels count that lie {MARGIN:g} px or more inside every frame
on the way. *As near*: the share of pipelines in which fusion came as near to the truth (to 0.05 dB), or nearer.
*Faster*: the time of a call with one 8-bit colour picture, without fusion over with it. Of the random pipelines those
count in which something was merged.

| pipeline | off, dB | resample, dB | gain, dB | as near | faster |
| --- | --- | --- | --- | --- | --- |
"""


def row(kind: str, found: list[Closeness]) -> str:
    off, resample, gain, speed = (
        statistics.median(values)
        for values in zip(*((one.off, one.resample, one.resample - one.off, one.speed) for one in found), strict=True)
    )
    nearer = sum(one.resample > one.off - 0.05 for one in found) / len(found)
    return f"| {kind} | {off:.1f} | {resample:.1f} | {gain:+.1f} | {nearer:.0%} | {speed:.2f}× |"


def main() -> None:
    cv2.setNumThreads(1)
    np.empty(31 << 20, np.uint8)  # for the times, see benchmarks/worker.py
    images = photographs()
    rows = []
    for kind in KINDS:
        rows.append(row(kind, measured(kind, images, COUNT)))
        print(rows[-1], flush=True)
    PAGE.write_text(_INTRODUCTION + "\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
