"""How users write the objects of `polygons.py`: rings as points or flat lists, lists of rings, COCO's run lengths.

Read here into arrays, with words for what is wrong, and written back into the containers they came in.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, NoReturn

import attrs
import numpy as np

from .. import rle
from ..errors import AugcoreError, InvalidData, WrongType
from ..maps import Size
from ..rings import Rings
from .base import Array
from .rows import is_sequence, short

_ALLOWED = "give three or more finite points, (x, y) pairs or x, y, x, y, …"


@attrs.define(eq=False, repr=False)
class Form:
    """How the user writes an object.

    Attributes:
        given: the object itself, or the first of its rings that holds points if it has several.
        several: whether it is a list of rings.
        outer: the type of that list.
        mask: (H, W, 1), what the run lengths are that were given.
    """

    given: Any
    several: bool = False
    outer: type[Any] = list
    mask: Array | None = None


def read_object(name: str, value: Any, size: Size | None) -> tuple[list[Array], Form]:
    """The rings of an object and its form, checked except for numbers that are not finite; see `refuse_infinite`.

    Args:
        size: of the frame, which run lengths must have; None if nobody knows.
    """
    if not is_sequence(value):
        if isinstance(value, Mapping):
            return [], Form(value, mask=_read_runs(name, value, size))
        what = "an array of shape ()" if isinstance(value, np.ndarray) else type(value).__name__
        raise WrongType(
            f"{name}: {what} is not a polygon; give points (x, y), a list of such rings, run lengths "
            "{'size': …, 'counts': …}, or [] for none"
        )
    if len(value) == 0:
        return [], Form(value)
    first = value[0]
    if isinstance(value, np.ndarray) or _is_number(first) or _is_point(first):
        ring = read_ring(name, value)
        return ([ring] if len(ring) else []), Form(value)
    if not is_sequence(first):
        raise WrongType(f"{name}[0]: {type(first).__name__} is neither a ring nor a point; give points (x, y)")
    found = [read_ring(f"{name}[{index}]", ring) for index, ring in enumerate(value)]
    # An empty ring does not tell how points are written.
    example = next((given for given, ring in zip(value, found, strict=True) if len(ring)), first)
    return [ring for ring in found if len(ring)], Form(example, True, tuple if isinstance(value, tuple) else list)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _is_point(value: Any) -> bool:
    return is_sequence(value) and len(value) == 2 and all(map(_is_number, value))


def read_ring(name: str, value: Any) -> Array:
    """The points (K, 2) of a ring given as pairs or as x, y, x, y, …; none is valid."""
    try:
        points = np.asarray(value)
    except (TypeError, ValueError):  # of several lengths
        _refuse_ring(name, value, None)
    if points.size == 0:
        return np.zeros((0, 2))
    if points.ndim == 1 and not len(points) % 2:
        points = points.reshape(-1, 2)
    if points.dtype.kind not in "iuf" or points.ndim != 2 or points.shape[1] != 2 or len(points) < 3:
        _refuse_ring(name, value, points)
    return points.astype(np.float64, copy=False)


def _refuse_ring(name: str, value: Any, points: Array | None) -> NoReturn:
    mend = _ALLOWED
    if points is not None and points.dtype.kind in "iuf":
        if points.ndim == 1:
            mend = f"it holds {len(points)} numbers, an odd count; give an x and a y of each point"
        elif points.ndim == 2 and points.shape[1] == 2:
            mend = f"{_ALLOWED}; it holds {len(points)}"
            if len(points) == 1 and name.count("[") == 1:  # polygons=[(x, y), …]
                mend += ", so if this is a point of the only ring, put the ring into one more list"
        elif points.ndim == 3:
            mend = "it is one list too deep; give an object as a ring or as a list of rings"
        else:
            mend = f"its shape is {points.shape}; {_ALLOWED}"
    raise InvalidData(f"{name}: {short(value)} is not a ring; {mend}")


def refuse_infinite(name: str, rings: Rings, forms: Sequence[Form] | None) -> None:
    """Raise InvalidData for coordinates that are not finite. All rings at once: one by one they cost more than reading.

    Args:
        forms: of the objects, by which the ring is named.
    """
    if np.isfinite(rings.points).all():
        return
    before: dict[int, int] = {}
    for ring, owner in zip(rings, rings.owners.tolist(), strict=True):
        finite = np.isfinite(ring).all(1)
        number = before.get(owner, 0)
        if not finite.all():
            if forms is not None:
                name = f"{name}[{owner}][{number}]" if forms[owner].several else f"{name}[{owner}]"
            row = int(finite.argmin())
            point = tuple(ring[row].tolist())
            raise InvalidData(
                f"{name}: {short(ring.tolist())} is not a ring; its point {row} is {point}, and all must be "
                "finite: mend it, or leave it out"
            )
        before[owner] = number + 1


def _read_runs(name: str, value: Mapping[str, Any], frame: Size | None) -> Array:
    """The mask (H, W, 1) of COCO's run lengths."""
    if "size" not in value or "counts" not in value:
        raise InvalidData(
            f"{name}: a mapping with {', '.join(map(repr, value)) or 'nothing'} is not run lengths; "
            "give {'size': [height, width], 'counts': …}"
        )
    size = value["size"]
    sides = size if isinstance(size, (list, tuple, np.ndarray)) and len(size) == 2 else (None,)
    if not all(isinstance(side, (int, np.integer)) and not isinstance(side, bool) and side > 0 for side in sides):
        raise InvalidData(f"{name}: the size {short(size)} of run lengths is not [height, width] in pixels")
    height, width = (int(side) for side in size)
    if frame is not None and (height, width) != frame:
        raise InvalidData(
            f"{name}: run lengths of the size {[height, width]} meet a picture of {list(frame)} (height, width); "
            "give those of the picture, or resize the mask"
        )
    try:
        return rle.decode(value["counts"], (height, width))[:, :, None]
    except AugcoreError as error:
        raise type(error)(f"{name}: {error}") from None


# Out again


def write_object(form: Form, rings: Sequence[Array], mask: Array | None) -> Any:
    """An object in the form of the one that was given."""
    if mask is not None:
        return _write_runs(form, mask)
    if form.several:
        return form.outer([_write_ring(ring, form.given) for ring in rings])
    return _write_ring(rings[0] if rings else np.zeros((0, 2)), form.given)


def _write_ring(ring: Array, given: Any) -> Any:
    """A ring in the containers of the one that was given; whole-number arrays become float64, as for boxes."""
    if isinstance(given, np.ndarray):
        array = ring if given.ndim == 2 else ring.ravel()
        return array.astype(given.dtype if given.dtype.kind == "f" else np.float64, copy=False)
    first = given[0] if len(given) else ()
    points: list[Any] = ring.ravel().tolist() if _is_number(first) else ring.tolist()
    if isinstance(first, tuple):
        points = list(map(tuple, points))
    elif isinstance(first, np.ndarray):
        points = list(ring.astype(first.dtype if first.dtype.kind == "f" else np.float64))
    return tuple(points) if isinstance(given, tuple) else points


def _write_runs(form: Form, mask: Array) -> Any:
    """Run lengths with counts of the kind that was given, in a mapping like the one given, with whatever else stood in
    it; one that cannot be changed becomes a dict."""
    given: Mapping[str, Any] = form.given
    written = copy.copy(given) if isinstance(given, MutableMapping) else dict(given)
    if mask is form.mask:
        written["size"], written["counts"] = copy.copy(given["size"]), copy.copy(given["counts"])
        return written
    runs = rle.runs(mask[:, :, 0])
    counts: Any = given["counts"]
    if isinstance(counts, (str, bytes)):
        text = rle.pack(runs)
        written["counts"] = text if isinstance(counts, str) else text.encode("ascii")
    else:
        written["counts"] = _numbers_like(runs, counts)
    written["size"] = _numbers_like(np.array(mask.shape[:2]), given["size"])
    return written


def _numbers_like(values: Array, given: Any) -> Any:
    """Whole numbers in a container like the one given; in its dtype as long as that can hold them."""
    if not isinstance(given, np.ndarray):
        return tuple(values.tolist()) if isinstance(given, tuple) else values.tolist()
    cast = values.astype(given.dtype)
    return cast if (cast == values).all() else values
