"""Byte tables with cv2.LUT and with stringzilla, the measurement behind that dependency."""

from __future__ import annotations

import statistics
import timeit
from functools import partial

import cv2
import numpy as np
import stringzilla

cv2.setNumThreads(1)
table = np.random.default_rng(0).permutation(256).astype(np.uint8)


def translate(image: np.ndarray) -> np.ndarray:
    out = image.copy()
    stringzilla.translate(memoryview(out).cast("B"), memoryview(table), inplace=True)
    return out


print("| side | cv2.LUT | stringzilla, with its copy | ratio |\n| ---: | ---: | ---: | ---: |")
for side in (32, 64, 224, 512, 1024, 2048):
    image = np.random.default_rng(1).integers(0, 256, (side, side, 3), np.uint8)
    assert np.array_equal(translate(image), cv2.LUT(image, table))
    count = max(1, 4_000_000 // image.size)
    calls = (partial(cv2.LUT, image, table), partial(translate, image))
    rounds = [[timeit.timeit(call, number=count) / count for call in calls] for _ in range(15)]
    lut, sz = (statistics.median(times) * 1e6 for times in zip(*rounds, strict=True))
    print(f"| {side} | {lut:.1f} µs | {sz:.1f} µs | {statistics.median(a / b for a, b in rounds):.2f}× |")
