"""Clips: the frames of a video in one array or a list. One draw for all; sensor noise is another in each frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import augcore
from augcore import Compose, InvalidData, KeypointParams, PixelFn, Trace, WrongType, pixel_function
from augcore.functions import Call, registered
from augcore.targets import Images
from augcore.testing.pipelines import Fixed

Array = np.ndarray[Any, np.dtype[Any]]
SIZE = (130, 160)


@pixel_function(per_frame=True)
def clip_grain(image: Array, *, seed: int) -> Array:
    return np.random.default_rng(seed).integers(0, 255, image.shape).astype(image.dtype)


@pixel_function
def clip_weather(image: Array, *, seed: int) -> Array:
    return np.random.default_rng(seed).integers(0, 255, image.shape).astype(image.dtype)


@pixel_function(per_frame=True)
def clip_without_seed(image: Array) -> Array:
    return 255 - image


def clip(count: int = 4, channels: int | None = 3, dtype: Any = np.uint8, size: Any = SIZE) -> Array:
    shape = (count, *size) if channels is None else (count, *size, channels)
    values = np.random.default_rng(0).random(shape)
    return (values * (1 if dtype is np.float32 else 255)).astype(dtype)


def noisy(std: float = 0.1) -> Any:
    return augcore.GaussNoise(std_range=std, p=1)


def single(frame: Array, pipeline: Compose, key: int = 0) -> Array:
    """What a picture alone gets from the draws of a key."""
    return pipeline.keyed(key)(image=frame)["image"]  # type: ignore[no-any-return]


def arrangements(frames: Array) -> dict[str, Any]:
    """The same frames in every way in which they may lie in memory."""
    apart = np.zeros((2 * len(frames), *frames.shape[1:]), frames.dtype)
    apart[::2] = frames
    bytes_of = np.frombuffer(frames.tobytes(), np.uint8)
    return {
        "array": frames,
        "list": [frame.copy() for frame in frames],
        "views in a list": list(frames),
        "every second": apart[::2],
        "backwards": np.ascontiguousarray(frames[::-1])[::-1],
        "by rows": np.asfortranarray(frames),
        "of a longer one": np.concatenate([frames, frames])[: len(frames)],
        "of bytes": bytes_of.view(frames.dtype).reshape(frames.shape),
    }


# One draw for all


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [None, 1, 3, 5])
def test_curves_give_each_frame_what_it_gets_alone_however_they_lie_in_memory(dtype: Any, channels: Any) -> None:
    """They go over all frames at once, as one tall picture."""
    frames = clip(4, channels, dtype, (9, 11))
    steps = {
        "one table": [augcore.RandomGamma(p=1)],
        "to floats": [augcore.RandomGamma(p=1), augcore.Normalize(0.4, 0.2, p=1)],
        "after a flip": [augcore.HorizontalFlip(p=1), augcore.RandomGamma(p=1)],
        "before a crop": [augcore.RandomGamma(p=1), augcore.RandomCrop(5, 6, p=1)],
        "nothing": [],
    }
    for name, transforms in steps.items():
        pipeline = Compose(transforms, seed=1)
        alone = [single(frame, pipeline) for frame in frames]
        for layout, given in arrangements(frames).items():
            before = np.array(given)
            out = pipeline.keyed(0)(images=given)["images"]
            assert type(out) is type(given)
            for one, expected in zip(out, alone, strict=True):
                np.testing.assert_array_equal(one, expected, f"{name}, {layout}", strict=True)
            np.testing.assert_array_equal(np.array(given), before)
            if transforms and isinstance(given, np.ndarray):
                assert not np.may_share_memory(out, given)
                assert out.flags.c_contiguous
                assert out.flags.writeable


@pytest.mark.parametrize("name", ["images", "frames"])
def test_geometry_moves_every_frame_alike(geometric: Any, name: str) -> None:
    frames, masks = clip(), clip(4, None) > 99
    pipeline = Compose([geometric.transform], seed=3)
    out, trace = pipeline.keyed(0).traced(**{name: frames}, masks=masks)
    assert set(out) == {name, "masks"}
    for k, frame in enumerate(frames):
        # One that looks at the data draws by all frames, and would draw otherwise by one.
        again = trace.apply if geometric.kind.needs else pipeline.keyed(0)
        alone = again(image=frame, mask=masks[k])
        np.testing.assert_array_equal(out[name][k], alone["image"])
        np.testing.assert_array_equal(out["masks"][k], alone["mask"])


def test_colour_changes_every_frame_alike(colour: Any) -> None:
    frames = clip()
    out, trace = Compose([colour.transform], seed=3).traced(frames=frames)
    calls = [step.effect.call for step in trace.steps if isinstance(step.effect, PixelFn)]
    own = any(getattr(registered(call.function), "per_frame", False) for call in calls)
    for k, frame in enumerate(frames):
        alone = trace.apply(image=frame)["image"]
        assert np.array_equal(out["frames"][k], alone) == (k == 0 or not own)


def test_frames_and_images_are_names_of_one_kind() -> None:
    frames = clip()
    out = Compose([augcore.HorizontalFlip(p=1)])(images=frames, frames=list(frames), image=frames[0])
    np.testing.assert_array_equal(out["images"], frames[:, :, ::-1])
    np.testing.assert_array_equal(out["frames"], out["images"])
    np.testing.assert_array_equal(out["image"], out["images"][0])
    assert isinstance(out["frames"], list)


@pytest.mark.parametrize("count", [0, 1, 5])
@pytest.mark.parametrize("channels", [None, 1, 3, 5])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("container", [np.array, list, tuple])
def test_containers_come_out_as_they_went_in(container: Any, dtype: Any, channels: int | None, count: int) -> None:
    frames = clip(count, channels, dtype)
    given = frames if container is np.array else container(frames)
    before = np.array(given)
    shown = np.zeros(SIZE, np.uint8)
    out = Compose([augcore.HorizontalFlip(p=1), noisy()])(image=shown, frames=given)["frames"]
    assert type(out) is type(given)
    assert len(out) == count
    if container is np.array:
        assert (out.shape, out.dtype) == (frames.shape, frames.dtype)
    for got, one in zip(out, frames, strict=True):
        assert (got.shape, got.dtype) == (one.shape, one.dtype)
        assert not np.may_share_memory(got, one)
    np.testing.assert_array_equal(np.array(given), before)


def test_points_of_a_clip_move_with_its_frames() -> None:
    frames = np.zeros((3, 20, 30), np.uint8)
    frames[:, 4, 7] = 255
    pipeline = Compose([augcore.HorizontalFlip(p=1)], keypoint_params=KeypointParams("xy"))
    out = pipeline(frames=frames, keypoints=[(7.0, 4.0)])
    assert out["keypoints"] == [(22.0, 4.0)]
    assert (out["frames"][:, 4, 22] == 255).all()


# Noise


def test_each_frame_has_noise_of_its_own_and_the_first_that_of_a_single_picture() -> None:
    grey = np.full((5, 60, 70, 3), 128, np.uint8)
    pipeline = Compose([noisy()], seed=5)
    out = pipeline.keyed(0)(frames=grey)["frames"]
    np.testing.assert_array_equal(out[0], single(grey[0], pipeline))
    assert len({frame.tobytes() for frame in out}) == 5
    spread = [frame.std() for frame in out]
    assert max(spread) / min(spread) < 1.05
    between = [np.corrcoef(out[0].ravel(), frame.ravel())[0, 1] for frame in out[1:]]
    assert np.abs(between).max() < 0.05


def test_all_frames_share_their_noise_if_told_so() -> None:
    grey = np.full((5, 60, 70, 3), 128, np.uint8)
    pipeline = Compose([noisy()], seed=5, additional_targets={"frames": Images(same_noise=True)})
    out = pipeline.keyed(0)(frames=grey)["frames"]
    np.testing.assert_array_equal(out, np.stack([single(grey[0], pipeline)] * 5))
    again = Compose([noisy()], seed=5, additional_targets={"frames": Images(same_noise=True)})
    assert again == pipeline


def test_noise_is_of_a_frame_by_its_number_whatever_the_length_of_the_clip() -> None:
    grey = np.full((6, 30, 30, 1), 128, np.uint8)
    pipeline = Compose([noisy()], seed=5)
    long, short = pipeline.keyed(0)(frames=grey)["frames"], pipeline.keyed(0)(frames=grey[:3])["frames"]
    np.testing.assert_array_equal(long[:3], short)


def test_what_is_no_sensor_noise_is_the_same_in_every_frame() -> None:
    frames = clip()
    for function, own in ((clip_weather, False), (clip_grain, True)):
        out = Compose([Fixed(lambda view, f=function: PixelFn(f, seed=3))])(frames=frames)["frames"]
        assert (len({frame.tobytes() for frame in out}) == len(frames)) == own
    out = Compose([Fixed(lambda view: PixelFn(clip_without_seed))])(frames=frames)["frames"]
    np.testing.assert_array_equal(out, 255 - frames)


def test_seeds_of_frames_differ_and_fit_in_63_bits() -> None:
    seeds = []
    for seed in (0, 1, 2**63 - 1):
        call = Call.of(clip_grain, {"seed": seed})
        assert call.for_frame(0) is call
        seeds += [dict(call.for_frame(number).arguments)["seed"] for number in range(500)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_noise_on_some_channels_is_another_in_every_frame_too() -> None:
    grey = np.full((3, 30, 30, 3), 128, np.uint8)
    out = Compose([augcore.SelectiveChannelTransform([noisy()], channels=(1,), p=1)], seed=1)(frames=grey)["frames"]
    assert (out[..., [0, 2]] == 128).all()
    assert len({frame.tobytes() for frame in out}) == 3


# Traces


@pytest.mark.parametrize("same_noise", [False, True])
@pytest.mark.parametrize("container", [np.array, list])
def test_a_clip_replays_bit_for_bit_from_json(container: Any, same_noise: bool) -> None:
    steps = [
        augcore.Affine(rotate=(-20, 20), scale=(0.8, 1.2), p=1),
        noisy(),
        augcore.RandomBrightnessContrast(p=1),
        augcore.RandomCrop(90, 100, p=1),
        noisy(0.05),
    ]
    options: Any = {"additional_targets": {"clip": Images(same_noise=True)}} if same_noise else {}
    name = "clip" if same_noise else "frames"
    frames = clip() if container is np.array else list(clip())
    out, trace = Compose(steps, seed=2, **options).traced(**{name: frames})
    for again in (trace, Trace.from_json(trace.to_json()), Trace.from_yaml(trace.to_yaml())):
        np.testing.assert_array_equal(np.array(again.apply(**{name: frames})[name]), np.array(out[name]))
    assert trace.size == SIZE
    np.testing.assert_array_equal(trace.apply(image=frames[0])["image"], out[name][0])


def test_the_masks_of_a_clip_are_brought_back() -> None:
    masks = (clip(3, None) > 99).astype(np.int64) * 2**40
    out, trace = Compose([augcore.HorizontalFlip(p=1), augcore.Transpose(p=1)]).traced(frames=clip(3), masks=masks)
    np.testing.assert_array_equal(trace.undo(masks=out["masks"])["masks"], masks)


# What is refused


@pytest.mark.parametrize(
    ("frames", "kind", "words"),
    [
        (np.zeros(SIZE, np.uint8), InvalidData, r"^frames: shape \(130, 160\) is not \(N, height, width\)"),
        ("video.mp4", WrongType, "^frames: str is not a stack; give an array"),
        (
            [clip(1)[0], clip(1, size=(20, 30))[0]],
            InvalidData,
            r"^frames\[1\]: .*\(20, 30\).* give pictures of one size",
        ),
        ([clip(1)[0], None], WrongType, r"^frames\[1\]: NoneType is not a NumPy array"),
        (clip().astype(float), WrongType, r"^frames\[0\]: dtype float64"),
        ([], InvalidData, "no picture given"),
        (np.zeros((2, 0, 5, 3), np.uint8), InvalidData, r"^frames\[0\]: shape \(0, 5, 3\) holds no pixels"),
    ],
)
def test_what_is_no_clip_is_refused_in_words(frames: Any, kind: Any, words: str) -> None:
    with pytest.raises(kind, match=words):
        Compose([])(frames=frames)


def test_clips_of_another_size_than_the_picture_are_refused() -> None:
    with pytest.raises(InvalidData, match=r"^frames: height and width are .* but those of image are"):
        Compose([])(image=np.zeros((20, 30), np.uint8), frames=clip())
