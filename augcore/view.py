"""What a transform may see of the data coming in, before it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import InvalidData, InvalidParameter
from .maps import Size
from .pixels import max_value

if TYPE_CHECKING:
    from .run import Run


class View:
    """What `Transform.sample` sees of the data coming in: sizes, dtype and channels, and the targets it needs."""

    __slots__ = ("_run", "_viewer")

    def __init__(self, run: Run, viewer: Any = None) -> None:
        self._run = run
        self._viewer = viewer

    def _needed(self, what: str, name: str) -> InvalidData:
        """What is raised where the viewer, a transform, looks for something that the call was not given."""
        viewer = type(self._viewer).__name__
        return InvalidData(f"{viewer}: no {what} given, which it looks at; pass {name}=… to the pipeline")

    @property
    def size(self) -> Size:
        """(height, width) of the frame."""
        return self._run.frame.size

    @property
    def height(self) -> int:
        return self._run.frame.size[0]

    @property
    def width(self) -> int:
        return self._run.frame.size[1]

    @property
    def depth(self) -> int | None:
        """Slices of the volumes that were given, None if there are none."""
        return self._run.frame.depth

    @property
    def frames(self) -> int | None:
        """Pictures of the clip that was given, or slices of the volumes; None if there are neither."""
        if self.depth is not None:
            return self.depth
        self._run.settle()
        counts = (len(state) for target, state in self._run.states.values() if target.has_frames and state)
        return next(counts, None)

    @property
    def channels(self) -> int:
        """Of the first image; 1 where there is none."""
        pixels = self._run.first_pixels()
        return 1 if pixels is None else int(pixels.shape[2])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the first image, as it will be when this effect reaches it."""
        return self._run.pixel_dtype()

    @property
    def value_range(self) -> tuple[float, float]:
        """What counts as black and white in the first image as this effect meets it: the pipeline's or the target's
        value_range, or else the dtype's."""
        return self._run.value_range() or (0.0, max_value(self.dtype))

    @property
    def source(self) -> Any:
        """The pipeline's other samples, to mix with."""
        source = self._run.plan.source
        if source is None:
            raise InvalidParameter(
                "this transform mixes samples and there are none; give Compose(source=dataset), or source=… to a replay"
            )
        if not (hasattr(source, "__len__") and hasattr(source, "__getitem__")):
            raise InvalidParameter(
                f"the pipeline's source is a {type(source).__name__}, which has no length and no items by number; "
                "give a list or a dataset"
            )
        if len(source) == 0:
            raise InvalidParameter("the pipeline's source of other samples is empty; give one with at least one sample")
        return source

    def __contains__(self, kind: str) -> bool:
        """Whether data of that kind of target was given."""
        return any(target.kind == kind for target, _ in self._run.states.values())

    def __getitem__(self, kind: str) -> Any:
        """The data of the first target of that kind, for a transform that names it in `needs`; arrays are read-only.

        Images and masks are (H, W, C) arrays, volumes (D, H, W, C), several of them lists of such; boxes (N, 4) and
        keypoints (N, 2 or 3) in the continuous frame.
        """
        self._run.settle()
        for target, state in self._run.states.values():
            if target.kind == kind:
                return _read_only(target.look(state, self._run.frame))
        raise self._needed(kind, kind)

    def labels(self, kind: str) -> dict[str, tuple[Any, ...]]:
        """The label fields beside the rows that `view[kind]` shows, by name: one value a row."""
        self._run.settle()
        for target, state in self._run.states.values():
            if target.kind == kind:
                return target.labels_of(state, self._run.frame)
        return {}

    def argument(self, name: str) -> Any:
        """What the call was given under a name that is no target, such as a box to crop around; as it was given."""
        if name not in self._run.given:
            raise self._needed(repr(name), name)
        return self._run.given[name]

    def carried(self, points: Any) -> np.ndarray[Any, np.dtype[Any]]:
        """Where points (…, 2) of the picture that came in lie in the frame as it is now."""
        return self._run.frame.carried(np.asarray(points, float))


def _read_only(value: Any) -> Any:
    """The value with all arrays in it, or in lists and tuples, as views that cannot be written to.

    States are shared: by the steps of a trace, and with the user as long as nothing happened to the data.
    """
    if isinstance(value, np.ndarray):
        view = value.view()
        view.flags.writeable = False
        return view
    if type(value) in (list, tuple):
        return type(value)(map(_read_only, value))
    return value
