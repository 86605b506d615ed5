"""What is random: draws that are made once, and bytes that are made in the call."""

from __future__ import annotations

from itertools import count

import numpy as np
import stringzilla

from benchmarks.peers.kernels.scratch import ROW, SIDE

DRAWS = np.random.default_rng(0)

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
