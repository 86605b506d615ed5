"""Frames of clips that are picked at even steps, and what follows them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_geometric import HorizontalFlip, UniformTemporalSubsample
from augcore_geometric.clip import even_steps
from hypothesis import given
from hypothesis import strategies as st

from augcore import BboxParams, Compose, GaussNoise, InvalidData, KeypointParams, Trace

Array = np.ndarray[Any, np.dtype[Any]]


def clip(count: int, *shape: int, dtype: Any = np.uint8) -> Array:
    """Frames that each hold their own number, in some grain."""
    grain = np.random.default_rng(0).integers(0, 2, (count, *shape))
    return (2 * np.arange(count).reshape(-1, *[1] * len(shape)) + grain).astype(dtype)


@given(st.integers(1, 300), st.integers(1, 300))
def test_steps_are_those_of_linspace_rounded_down(count: int, wanted: int) -> None:
    picks = even_steps(count, wanted)
    exact = np.linspace(0, count - 1, wanted)
    # Where the quotient is whole, floats may lie a hair below it.
    np.testing.assert_array_equal(picks, np.floor(exact + 1e-9))
    assert picks[0] == 0
    assert wanted == 1 or picks[-1] == count - 1
    assert set(np.diff(picks)) <= {(count - 1) // max(wanted - 1, 1), (count - 1) // max(wanted - 1, 1) + 1}


@pytest.mark.parametrize("name", ["images", "frames", "volume", "mask3d"])
@pytest.mark.parametrize("channels", [(), (1,), (3,)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("wanted", [1, 4, 11, 16])
def test_frames_come_out_as_they_went_in(name: str, channels: Any, dtype: str, wanted: int) -> None:
    frames = clip(11, 6, 7, *channels, dtype=dtype)
    before = frames.copy()
    out = UniformTemporalSubsample(wanted)(**{name: frames})[name]
    np.testing.assert_array_equal(out, frames[even_steps(11, wanted)])
    assert out.dtype == frames.dtype
    assert out.flags.c_contiguous
    assert (out is frames and wanted == 11) or not np.may_share_memory(out, frames)
    np.testing.assert_array_equal(frames, before)


@pytest.mark.parametrize("container", [list, tuple])
@pytest.mark.parametrize("wanted", [3, 9])
def test_lists_of_frames_stay_lists_of_frames_of_their_own(container: Any, wanted: int) -> None:
    frames = container(clip(5, 6, 7, 3))
    out = UniformTemporalSubsample(wanted)(images=frames)["images"]
    assert type(out) is container
    for one, number in zip(out, even_steps(5, wanted), strict=True):
        np.testing.assert_array_equal(one, frames[number])
        assert not np.may_share_memory(one, frames[number])
    assert len({one.ctypes.data for one in out}) == wanted


def test_what_annotates_the_whole_clip_stays_as_it_is() -> None:
    frames, picture, masks = clip(8, 20, 30), clip(1, 20, 30)[0], [clip(1, 20, 30)[0] > 0] * 8
    data = {"image": picture, "mask": picture, "bboxes": [(1.0, 2.0, 9.0, 9.0)], "keypoints": [(3.25, 4.0)], "label": 7}
    pipeline = Compose(
        [UniformTemporalSubsample(3)], bbox_params=BboxParams("coco"), keypoint_params=KeypointParams("xy")
    )
    out = pipeline(images=frames, masks=masks, **data)
    assert len(out["images"]) == 3
    assert len(out["masks"]) == 8
    for name, value in data.items():
        np.testing.assert_array_equal(out[name], value)


def test_masks_of_every_frame_go_with_them_as_a_volume_of_labels() -> None:
    frames, labels = clip(8, 20, 30, 3), clip(8, 20, 30).astype(np.int64) + 2**40
    out = UniformTemporalSubsample(3)(images=frames, mask3d=labels, masks3d=[labels])
    np.testing.assert_array_equal(out["mask3d"], labels[[0, 3, 7]])
    np.testing.assert_array_equal(out["masks3d"][0], labels[[0, 3, 7]])
    np.testing.assert_array_equal(out["images"], frames[[0, 3, 7]])


def test_clips_of_two_lengths_are_refused() -> None:
    with pytest.raises(InvalidData, match="3 frames meet a map made for 8; give clips of one length"):
        UniformTemporalSubsample(2)(volume=clip(8, 6, 7), images=clip(3, 6, 7))
    with pytest.raises(InvalidData, match="5 frames meet a map made for 3"):
        UniformTemporalSubsample(2)(images=clip(3, 6, 7), frames=clip(5, 6, 7))
    with pytest.raises(InvalidData, match=r"^UniformTemporalSubsample: no clip given; pass images=… or volume=…$"):
        UniformTemporalSubsample(2)(image=clip(1, 6, 7)[0], images=[])


@pytest.mark.parametrize(("count", "wanted"), [(11, 4), (11, 1), (4, 9), (1, 3), (5, 5)])
def test_points_on_frames_that_are_shown_stay_on_them(count: int, wanted: int) -> None:
    picks = even_steps(count, wanted)
    points = np.array([(3.0, 4.0, z) for z in range(count)])
    pipeline = Compose(
        [UniformTemporalSubsample(wanted)], keypoint_params=KeypointParams("xyz", remove_invisible=False)
    )
    out = pipeline(volume=clip(count, 6, 7), keypoints=points)["keypoints"]
    np.testing.assert_array_equal(out[:, :2], points[:, :2])
    for number in set(picks):
        copies = np.flatnonzero(np.array(picks) == number)
        assert out[number, 2] == pytest.approx(copies.mean())
    assert (np.diff(out[:, 2]) > 0).all()


def test_points_between_frames_that_are_shown_stay_between_them_and_none_is_lost() -> None:
    points = [(3.0, 4.0, float(z)) for z in range(9)] + [(3.0, 4.0, -0.5), (3.0, 4.0, 8.5), (3.0, 4.0, 9.0)]
    pipeline = Compose([UniformTemporalSubsample(3)], keypoint_params=KeypointParams("xyz"))
    out = pipeline(volume=clip(9, 6, 7), keypoints=points)["keypoints"]
    z = [point[2] for point in out]
    np.testing.assert_allclose(z[:9], np.arange(9) / 4)
    np.testing.assert_allclose(z[9:], [-0.5, 2.5], atol=1e-9)  # the last one lay outside


def test_steps_before_and_after_see_the_frames_that_there_are() -> None:
    frames = clip(16, 20, 30)
    steps = [HorizontalFlip(p=1), UniformTemporalSubsample(8), UniformTemporalSubsample(3), GaussNoise(p=1)]
    for fuse in ("off", "exact", "resample"):
        out, trace = Compose(steps, seed=1, fuse=fuse).traced(images=frames)
        assert len(out["images"]) == 3
        expected = frames[:, :, ::-1][even_steps(16, 8)][even_steps(8, 3)]
        assert np.abs(out["images"].astype(float) - expected).mean() < 60
        for read in (trace, Trace.from_json(trace.to_json()), Trace.from_yaml(trace.to_yaml())):
            np.testing.assert_array_equal(read.apply(images=frames)["images"], out["images"])
    off = Compose(steps[:3], fuse="off")(images=frames)["images"]
    np.testing.assert_array_equal(off, frames[:, :, ::-1][even_steps(16, 8)][even_steps(8, 3)])
    assert "frames 0 2 4 6 8 10 12 15 of 16" in trace.explain()
