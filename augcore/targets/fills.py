"""Which fills a raster of labels or measurements can hold. Colours saturate, as everywhere in OpenCV; a label that
saturates is another label, -1 in bytes the background.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dense import Dense
from ..effects import Geometry
from ..errors import InvalidParameter
from ..linear import Resize
from ..maps import Lattice
from ..params import Border, Interpolation


def check_fill(kind: str, fill: Any, dtype: np.dtype[Any]) -> None:
    """Raise InvalidParameter for a fill, a number or one for each channel, that the dtype cannot hold."""
    for value in fill if isinstance(fill, tuple) else (fill,):
        if not _holds(dtype, value):
            raise InvalidParameter(f"{kind}: {dtype} does not hold the fill {value}; {_mend(dtype, value)}")


def _holds(dtype: np.dtype[Any], value: Any) -> bool:
    if dtype.kind == "b":
        return value in (0, 1)
    if dtype.kind in "ui":
        limits = np.iinfo(dtype)
        return bool(limits.min <= value <= limits.max and value == int(value))
    with np.errstate(over="ignore"):
        stored = np.asarray(value, np.float64).astype(dtype)
    if isinstance(value, int):  # a name, while fractions are rounded as all others in the raster were
        return bool(np.isfinite(stored)) and int(stored) == value
    return bool(np.isfinite(stored)) or not np.isfinite(value)


def _mend(dtype: np.dtype[Any], value: Any) -> str:
    greatest = 1 if dtype.kind == "b" else np.iinfo(dtype).max if dtype.kind in "ui" else np.finfo(dtype).max
    mend = f"give one that it holds, up to {greatest}"
    wider = np.min_scalar_type(value)
    return mend if wider.kind == "O" else f"{mend}, or data as {np.promote_types(dtype, wider)}"


def check_shown_fill(kind: str, effect: Geometry, method: Interpolation, fill: Any, dtype: np.dtype[Any]) -> None:
    """The same, if the effect shows the fill. 0, which every dtype holds, costs nothing."""
    if fill and effect.border == Border.CONSTANT:
        try:
            check_fill(kind, fill, dtype)
        except InvalidParameter:
            if _is_shown(effect, method):
                raise


def _is_shown(effect: Geometry, method: Interpolation) -> bool:
    """Whether some pixel after the effect has its value from beyond the border."""
    map = effect.map
    if effect.content is not None:
        return True
    if map.tears:
        return False
    if map.is_volumetric:
        return bool(getattr(map, "has_border", not isinstance(map.plane, Resize)))
    if isinstance(map, Lattice):
        return map.has_border
    if isinstance(map, Resize):
        return False
    # What is smooth looks at neighbours, four of them at most.
    reach = 0 if method in (Interpolation.NEAREST, Interpolation.NEAREST_EXACT) else 4
    if isinstance(map, Dense):
        places = np.stack(map.source_grid, -1) + 0.5
    else:
        rows, columns = (np.arange(side) + 0.5 for side in map.output)
        places = map.backward(np.stack(np.meshgrid(columns, rows), -1))
    return not ((places >= reach) & (places <= np.subtract(map.size[::-1], reach))).all()
