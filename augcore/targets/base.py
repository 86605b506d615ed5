"""What a target is: a kind of annotated data that knows how to undergo each kind of effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

import attrs
import numpy as np

from ..effects import Effect, Erase, Geometry, Lookup, Mix, PerTarget, PixelFn
from ..errors import Unsupported
from ..frame import Frame
from ..maps import Size
from ..params import Declared

Array = np.ndarray[Any, np.dtype[Any]]


@attrs.frozen(slots=False, eq=False, repr=False)
class Target(Declared):
    """The base of all targets. Subclass it, give it a `kind`, and define what its data undergoes.

    A target is the options it was made with; what it works on, the state, travels beside it: a list, an array, or a
    light class of its own, made often and compared never. Methods return a new state and never modify the one they are
    given, nor the user's data. An effect that a target does not define raises
    `Unsupported`. One that has options declares them as parameters and is decorated with `augcore.params.declared`.
    """

    __slots__ = ()

    kind: ClassVar[str] = ""
    # Argument names that mean this kind without being declared in additional_targets; for the core's own kinds.
    default_names: ClassVar[tuple[str, ...]] = ()
    # Rasters have the frame's height and width, and are read first: they say what the frame is.
    is_raster: ClassVar[bool] = False
    # Images, which SelectiveChannelTransform can take apart.
    has_channels: ClassVar[bool] = False
    # Frames of a clip, which follow maps that pick frames as volumes do.
    has_frames: ClassVar[bool] = False
    # One entry an object, so that `Compose(instance_binding=…)` can bind it to other targets.
    made_of_objects: ClassVar[bool] = False
    # Of those, the ones that tell how much of an object is left; points and labels follow their decision.
    has_shape: ClassVar[bool] = False

    # In and out

    def companions(self) -> tuple[str, ...]:
        """Further arguments that belong to this target, such as its label fields."""
        return ()

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Any:
        """The state for data[name], checked; `frame` is None for rasters."""
        raise NotImplementedError

    def write(self, name: str, state: Any, frame: Frame, result: dict[str, Any]) -> None:
        """Put the data back into `result`, which still holds what the user gave, in the same type of container."""
        raise NotImplementedError

    def for_predictions(self, data: Mapping[str, Any]) -> Target:
        """The target with which predictions are brought back: all of them count, and label fields that they lack are
        not asked for."""
        return self

    def look(self, state: Any, frame: Frame) -> Any:
        """The data as a transform may see it, see `View`."""
        return state

    def labels_of(self, state: Any, frame: Frame) -> dict[str, tuple[Any, ...]]:
        """The label fields beside what `look` gives, one value a row."""
        return {}

    def size_of(self, state: Any) -> Size | None:
        """(height, width) of a raster's state, None if it holds nothing."""
        return None

    def depth_of(self, state: Any) -> int | None:
        """The number of slices of a volume's state."""
        return None

    def takes_volume_maps(self) -> bool:
        """Whether `geometry` follows maps of three dimensions; others get what such a map does to each slice alike."""
        return False

    def pixels_of(self, state: Any) -> Array | None:
        """An (H, W, C) image in the state, from which transforms learn dtype and channels."""
        return None

    # Effects

    def geometry(self, state: Any, effect: Geometry, frame: Frame) -> Any:
        """Move by effect.map; `frame` is the one after it."""
        self._undefined(effect)

    def lookup(self, state: Any, effect: Lookup, frame: Frame) -> Any:
        self._undefined(effect)

    def pixels(self, state: Any, effect: PixelFn, frame: Frame) -> Any:
        self._undefined(effect)

    def erase(self, state: Any, effect: Erase, frame: Frame) -> Any:
        self._undefined(effect)

    def mix(self, state: Any, effect: Mix, frame: Frame, partner: Any) -> Any:
        """Join with the other sample's state of the same target, already in this frame."""
        self._undefined(effect)

    def per_target(self, state: Any, effect: PerTarget, frame: Frame) -> Any:
        self._undefined(effect)

    def range_of(self, state: Any) -> tuple[float, float] | None:
        """The values that count as black and white, if others than those of the dtype."""
        return None

    def unscaled(self) -> Target:
        """The target that goes on with a state whose values are no longer on the scale that `range_of` tells."""
        return self

    def take_channels(self, state: Any, channels: tuple[int, ...]) -> Any:
        raise NotImplementedError

    def put_channels(self, state: Any, part: Any, channels: tuple[int, ...]) -> Any:
        raise NotImplementedError

    # Objects, for those that are made of them

    def is_grouped(self, state: Any) -> bool:
        """Whether the argument itself tells what belongs to which object; plain rows of keypoints do not."""
        return True

    def is_divided_by_others(self, value: Any) -> bool:
        """Whether what is done to an argument's value depends on how many objects others say there are."""
        return False

    def divide(self, name: str, state: Any, count: int) -> Any:
        """The state, told that it was given for so many objects."""
        return state

    def objects(self, state: Any) -> Array:
        """The numbers of the objects that the state holds, among those that were given."""
        raise NotImplementedError

    def missing(self, state: Any) -> Array:
        """(N,) booleans: which objects came in with nothing of this kind, so that nothing of them can be lost."""
        return np.zeros(len(self.objects(state)), bool)

    def present(self, state: Any, frame: Frame) -> Array:
        """(N,) booleans: of which objects of the state anything is left that counts."""
        raise NotImplementedError

    def keep(self, state: Any, places: Array) -> Any:
        """The state with the objects at these places alone."""
        raise NotImplementedError

    def _undefined(self, effect: Effect) -> NoReturn:
        raise Unsupported(
            f"target {self.kind!r} does not define the effect {type(effect).__name__}; "
            f"leave one of them out, or define {type(self).__name__}.{effect.method}"
        )


class Annotation(Target):
    """A target that colours do not concern: lookups and pixel functions leave it as it is."""

    __slots__ = ()

    def lookup(self, state: Any, effect: Lookup, frame: Frame) -> Any:
        return state

    def pixels(self, state: Any, effect: PixelFn, frame: Frame) -> Any:
        return state
