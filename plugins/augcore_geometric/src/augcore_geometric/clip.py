"""Clips: which frames of a video are shown. What happens within frames is all other transforms' to say."""

from __future__ import annotations

from augcore import Geometry, InvalidData, Pick3, Rng, Transform, View, params, transform


@transform
class UniformTemporalSubsample(Transform):
    """Take some frames of a video at even steps, the first and the last among them.

    A clip is given as `images` (or `frames`), or as a volume whose slices are the frames, or as both of one length. A
    clip with fewer frames shows some of them several times.

    Args:
        num_frames: of the result.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: `images`, volumes and their masks; a mask for each frame of a clip is `mask3d`. The z of points x, y, z goes
        from the frames that are shown to their new places, and from between them to between these, in proportion. All
        that annotates the clip as a whole stays as it is: a picture, `mask`, boxes, points x, y, and `masks`, which are
        objects. Frames that were left out are gone, and a trace cannot bring them back.
    Raises: InvalidData: no clip; clips of different lengths.
    Source: frames floor(linspace(0, N - 1, num_frames)), as PyTorchVideo and torchvision pick them.

    >>> UniformTemporalSubsample(8)(images=clip)["images"].shape
    (8, 128, 128, 3)
    """

    num_frames: int = params.integer(low=1, high=4096, unit="frames")
    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> Geometry:
        count = view.frames
        if count is None:
            raise InvalidData("UniformTemporalSubsample: no clip given; pass images=… or volume=…")
        return Geometry(Pick3.of((count, *view.size), even_steps(count, self.num_frames)))


def even_steps(count: int, wanted: int) -> list[int]:
    """Numbers of frames from the first to the last of `count`, in even steps, rounded down."""
    return [index * (count - 1) // max(wanted - 1, 1) for index in range(wanted)]
