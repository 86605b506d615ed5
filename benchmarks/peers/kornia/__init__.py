"""kornia 0.9.0 on float32 tensors (1, 3, height, width) in [0, 1], in inference mode.

What has nothing to draw goes through its functions, which spare the augmentation's own dispatch; what draws is an
augmentation with p=1.
"""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.peers import Rows
from benchmarks.peers.kornia import blur, colors, holes, light, noise, places, sizes
from benchmarks.peers.kornia.calls import Image

ROWS = Rows.of(sizes.ROWS, places.ROWS, colors.ROWS, light.ROWS, blur.ROWS, noise.ROWS, holes.ROWS)

torch.set_num_threads(1)


def photograph(pixels: np.ndarray) -> Image:
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous().float() / 255


def picture(output: Image) -> np.ndarray:
    # Some rows leave the range, where the libraries of bytes clip.
    return (output[0].permute(1, 2, 0) * 255).round().clamp(0, 255).byte().numpy()
