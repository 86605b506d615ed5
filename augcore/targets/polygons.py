"""Polygons: objects as outlines, or as COCO's run-length encoded masks, cut to what the frame shows when they are read.

How users write them is in `polygon_forms.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
import numpy as np

from .. import outlines, rings
from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import WrongType
from ..frame import Frame
from ..functions import is_registered
from ..maps import Map, Size
from ..params import Border
from ..resample import resample
from ..rings import Rings
from .base import Annotation, Array
from .erasing import fill_region
from .image import call_on_raster, paste
from .polygon_forms import Form, read_object, read_ring, refuse_infinite, write_object
from .rows import is_sequence
from .torn import rectangles
from .upright import planes_of

_STEP = 4.0  # px between points of an edge that a dense map may bend


@attrs.define(eq=False, repr=False)
class Objects:
    """The objects of a picture, by their places: rings in the continuous frame, or masks.

    Attributes:
        rings: those of all objects; `owners` are the objects' places.
        masks: (H, W, 1) uint8 of 0 and 1, by place, of objects given as run lengths.
        forms: how each is written.
        numbers: which of the objects that were given they are.
    """

    rings: Rings
    masks: Mapping[int, Array]
    forms: tuple[Form, ...]
    numbers: Array

    def __len__(self) -> int:
        return len(self.forms)

    def filled(self) -> Array:
        """(N,) booleans: of which objects there is a ring, or a pixel."""
        filled = np.zeros(len(self), bool)
        filled[self.rings.owners] = True
        for place, mask in self.masks.items():
            filled[place] = mask.any()
        return filled

    def in_rings(self) -> Array:
        """(R,): whether the object that each ring belongs to may have several."""
        return np.array([form.several for form in self.forms], bool)[self.rings.owners]


class Polygons(Annotation):
    """Objects outlined in the continuous frame, where boxes lie too: the first pixel's corner is (0, 0).

    An object is one of three things, and what comes in one way goes out the same way:

    - a ring: (K, 2) points, or x, y, x, y, … It stays one. Where the frame cuts it into several pieces, bridges without
      width join them along the edge, so that its area and its pixels are right.
    - a list of rings, as in COCO: further pieces, or holes by even-odd counting. Cut, it holds the real pieces.
    - COCO's run lengths, {"size": [height, width], "counts": text, bytes or a list}. They travel as masks do, but
      nothing fills what is new or erased, and no border repeats them; counts come back packed as they were given, for
      the new frame.

    So `polygons=[annotation["segmentation"] for annotation in annotations]` is understood. Objects keep their places;
    of one that nothing is left of, an empty polygon or mask stays. An array of objects comes back as a list, since
    rings change their lengths.
    """

    kind: ClassVar[str] = "polygons"
    default_names: ClassVar[tuple[str, ...]] = ("polygons",)
    made_of_objects: ClassVar[bool] = True
    has_shape: ClassVar[bool] = True

    # In and out

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Objects:
        value = data[name]
        if not is_sequence(value):
            what = "an array of shape ()" if isinstance(value, np.ndarray) else type(value).__name__
            raise WrongType(f"{name}: {what} is not a list of polygons; give one polygon an object")
        size = None if frame is None else frame.size
        read = [read_object(f"{name}[{place}]", one, size) for place, one in enumerate(value)]
        owners = [place for place, (found, _) in enumerate(read) for _ in found]
        flat = Rings.of([ring for found, _ in read for ring in found], owners)
        refuse_infinite(name, flat, [form for _, form in read])
        masks = {place: form.mask for place, (_, form) in enumerate(read) if form.mask is not None}
        return Objects(flat, masks, tuple(form for _, form in read), np.arange(len(read)))

    def write(self, name: str, state: Objects, frame: Frame, result: dict[str, Any]) -> None:
        found = _shown(state, frame).rings.owned(len(state))
        written = [write_object(form, found[place], state.masks.get(place)) for place, form in enumerate(state.forms)]
        result[name] = tuple(written) if isinstance(result[name], tuple) else written

    def look(self, state: Objects, frame: Frame) -> list[Any]:
        """Of each object its rings (K, 2) as far as they are shown, in a tuple, or its mask (H, W)."""
        seen: list[Any] = list(_shown(state, frame).rings.owned(len(state)))
        for place, mask in state.masks.items():
            seen[place] = mask[:, :, 0]
            seen[place].flags.writeable = False
        return seen

    # Effects

    def geometry(self, state: Objects, effect: Geometry, frame: Frame) -> Objects:
        # A border that repeats the picture repeats none of its objects.
        constant = attrs.evolve(effect, border=Border.CONSTANT)
        masks = {place: resample(one, constant, effect.mask_interpolation, 0) for place, one in state.masks.items()}
        moved = state.rings
        if len(moved) and effect.map.tears:
            moved = _torn(_shown(state, frame.before), effect.map)
        elif len(moved):
            if not effect.map.keeps_lines:
                moved = rings.densify(moved, _STEP, _bent_part(effect.map.size))
            whole = moved.points[None]
            # Only behind a horizon is anything cut, and then ring by ring, since few are.
            if effect.map.in_front(whole) is not whole:
                cut = [effect.map.in_front(ring[None])[0] for ring in moved]
                moved = Rings.of(cut, moved.owners)
            # All points through the map at once: a dense map solves for them together.
            moved = Rings(effect.map.forward(moved.points), moved.lengths, moved.owners)
        return Objects(moved, masks, state.forms, state.numbers)

    def erase(self, state: Objects, effect: Erase, frame: Frame) -> Objects:
        """What is covered is still there, so outlines stay; masks lose it where masks are filled at all."""
        if effect.fill_mask is None or not state.masks:
            return state
        return attrs.evolve(state, masks={place: fill_region(one, effect, 0) for place, one in state.masks.items()})

    def mix(self, state: Objects, effect: Mix, frame: Frame, partner: Objects) -> Objects:
        mine, other = _shown(state, frame), partner
        if effect.region is not None:
            x0, y0, x1, y1 = effect.region
            corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)
            other = attrs.evolve(
                other,
                rings=rings.cut(other.rings, outlines.half_planes(corners), other.in_rings()),
                masks={place: paste(np.zeros_like(one), one, effect.region) for place, one in other.masks.items()},
            )
            # This one's outlines stay whole behind what covers them, until nothing of them is left to see.
            mine = attrs.evolve(
                _unless_under(mine, (x0, y0), (x1, y1)),
                masks={place: paste(one, np.zeros_like(one), effect.region) for place, one in mine.masks.items()},
            )
        return _joined(mine, other)

    def per_target(self, state: Objects, effect: PerTarget, frame: Frame) -> Objects:
        """The function for polygons gets and gives the (K, 2) points of one ring; run lengths are masks, and what a
        registered function does to those is done to them. A user's function for masks need not know of them."""
        function, of_masks = effect.function(self.kind), effect.function("mask")
        if of_masks is not None and state.masks and is_registered(of_masks):
            masks = {place: call_on_raster(of_masks, one, effect, "masks") for place, one in state.masks.items()}
            state = attrs.evolve(state, masks=masks)
        if function is None or not len(state.rings):
            return state
        arguments = dict(effect.arguments)
        what = "what the function for polygons returned"
        made = [read_ring(what, function(ring.copy(), **arguments)) for ring in state.rings]
        left = [(ring, owner) for ring, owner in zip(made, state.rings.owners, strict=True) if len(ring)]
        out = Rings.of([ring for ring, _ in left], [owner for _, owner in left])
        refuse_infinite(what, out, None)
        return attrs.evolve(state, rings=out)

    # Objects

    def objects(self, state: Objects) -> Array:
        return state.numbers

    def missing(self, state: Objects) -> Array:
        return ~state.filled()

    def present(self, state: Objects, frame: Frame) -> Array:
        return _shown(state, frame).filled()

    def keep(self, state: Objects, places: Array) -> Objects:
        new_places = np.full(len(state), -1)
        new_places[places] = np.arange(len(places))
        taken = state.rings.take(new_places[state.rings.owners] >= 0)
        return Objects(
            rings.by_owner(Rings(taken.points, taken.lengths, new_places[taken.owners])),
            {int(new_places[place]): mask for place, mask in state.masks.items() if new_places[place] >= 0},
            tuple(state.forms[place] for place in places),
            state.numbers[places],
        )


def _torn(state: Objects, map: Map) -> Rings:
    """The rings of objects in pieces, each moved along with its part of the frame; what came as one ring stays one."""
    pieces, shifts = rectangles(map)
    several = state.in_rings()
    cut = [rings.cut(state.rings, planes_of(tuple(piece.tolist())), several) for piece in pieces]
    points = np.concatenate([one.points + by for one, by in zip(cut, shifts, strict=True)])
    lengths, owners = (np.concatenate([getattr(one, name) for one in cut]) for name in ("lengths", "owners"))
    found = rings.by_owner(Rings(points, lengths, owners))
    return rings.bridged(found, np.array([not form.several for form in state.forms]))


def _bent_part(size: Size) -> tuple[float, float, float, float]:
    """The part of the plane, x_min, y_min, x_max, y_max, in which edges need points to follow a dense map.

    That is continued beyond its edge as it is there, so what lies further away than a picture's side is at most
    shifted, and cannot come into sight.
    """
    height, width = size
    margin = float(max(size))
    return -margin, -margin, width + margin, height + margin


def _shown(state: Objects, frame: Frame) -> Objects:
    """The objects with their rings cut to the original content of the frame; masks hold no more than that anyway."""
    if frame.shows(state.rings.points).all():
        return state
    return attrs.evolve(state, rings=rings.cut(state.rings, frame.planes, state.in_rings()))


def _unless_under(state: Objects, low: tuple[float, float], high: tuple[float, float]) -> Objects:
    """The objects, those without rings of which all lie in a rectangle."""
    points = state.rings.points
    under = state.rings.all_in_ring(np.asarray(((points >= low) & (points <= high)).all(1)))
    seen = np.zeros(len(state), bool)
    seen[state.rings.owners[~under]] = True
    return attrs.evolve(state, rings=state.rings.take(seen[state.rings.owners]))


def _joined(first: Objects, second: Objects) -> Objects:
    """The objects of two samples, the first one's before the second's."""
    count = len(first)
    behind = Rings(second.rings.points, second.rings.lengths, second.rings.owners + count)
    return Objects(
        rings.join(first.rings, behind),
        {**first.masks, **{place + count: mask for place, mask in second.masks.items()}},
        (*first.forms, *second.forms),
        np.arange(count + len(second)),
    )
