"""MixUp and CutMix: replay with a source, samples that do not fit, and the opt-in."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from augcore_experimental import CutMix, MixUp
from mixing_tools import BOTH, Flip, Turn, mix_of, pipeline, without

import augcore
from augcore import Compose, Trace

# Replay and files


@BOTH
def test_a_trace_that_went_through_json_mixes_the_same_again(samples: list[dict[str, Any]], mixing: Any) -> None:
    plain = [without(s, "mask") for s in samples]
    result, trace = pipeline([Turn(p=1), mixing, Flip(p=1)], plain).traced(**plain[0])
    read = Trace.from_json(trace.to_json())
    assert read == trace
    again = read.apply(plain, **plain[0])
    assert np.array_equal(again["image"], result["image"])
    assert again["bboxes"] == result["bboxes"]
    assert again["categories"] == result["categories"]
    assert np.array_equal(again["label"], result["label"])


def test_a_result_of_replaycompose_is_replayed_with_the_source(samples: list[dict[str, Any]]) -> None:
    plain = [{"image": s["image"]} for s in samples]
    pipe = augcore.ReplayCompose([CutMix(p=1)], source=plain, seed=4)
    result = pipe(**plain[0])
    again = augcore.ReplayCompose.replay(json.loads(json.dumps(result["replay"])), source=plain, **plain[0])
    assert np.array_equal(again["image"], result["image"])


def test_a_replay_without_the_source_or_with_a_shorter_one_says_so(samples: list[dict[str, Any]]) -> None:
    plain = [{"image": s["image"]} for s in samples]
    _, trace = next(
        (r, t)
        for r, t in (pipeline(MixUp(p=1), plain, seed=i).traced(**plain[0]) for i in range(50))
        if mix_of(t).key > 2
    )
    with pytest.raises(augcore.InvalidParameter, match=r"mixes samples and there are none; .* source=… to a replay"):
        trace.apply(**plain[0])
    with pytest.raises(augcore.InvalidData, match=r"sample \d of the source does not exist; give the source"):
        trace.apply(plain[:2], **plain[0])


def test_a_trace_says_in_words_what_was_mixed(samples: list[dict[str, Any]]) -> None:
    _, trace = pipeline(CutMix(p=1), samples).traced(**samples[0])
    mix = mix_of(trace)
    assert f"mix with sample {mix.key}, weight {mix.weight:.3g}, region {mix.region}" in trace.explain()


# Samples that do not fit


@BOTH
@pytest.mark.parametrize(
    ("source", "error", "said"),
    [
        (None, augcore.InvalidParameter, r"mixes samples and there are none; give Compose\(source=dataset\)"),
        ([], augcore.InvalidParameter, r"source of other samples is empty; give one with at least one sample"),
        (
            iter([{}]),
            augcore.InvalidParameter,
            r"source is a list_iterator, which has no length.*give a list or a dataset",
        ),
        ([5], augcore.InvalidData, r"sample 0 of the source is a int; give a dict"),
        ([{"image": None}], augcore.WrongType, r"sample 0 of the source: image: NoneType is not a NumPy array"),
        ([{"label": 3}], augcore.InvalidData, r"sample 0 of the source: no picture given"),
    ],
)
def test_a_source_that_is_none_is_refused(samples: Any, mixing: Any, source: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        pipeline(mixing, source)(image=samples[0]["image"])


@BOTH
def test_a_partner_of_another_kind_is_refused_by_number(samples: list[dict[str, Any]], mixing: Any) -> None:
    picture = samples[0]["image"]
    for other in (picture[:, :, 0], np.dstack([picture, picture]), picture.astype(np.float32) / 255):
        with pytest.raises(augcore.InvalidData, match=r"image: sample 0 of the source is .* mix samples of one kind"):
            pipeline(mixing, [{"image": other}])(image=picture)
    mask = np.zeros(picture.shape[:2], np.float32)
    for other in (mask.astype(np.int64) + 2**40, np.dstack([mask, mask])):
        with pytest.raises(augcore.InvalidData, match=r"mask: sample 0 of the source is .* mix samples of one kind"):
            pipeline(mixing, [{"image": picture, "mask": other}])(image=picture, mask=mask)
    with pytest.raises(augcore.InvalidData, match=r"images: sample 0 of the source has 3 of them, this one 2"):
        pipeline(mixing, [{"images": [picture] * 3}])(images=[picture] * 2)


@BOTH
@pytest.mark.parametrize("name", ["mask", "bboxes", "keypoints", "polygons", "label"])
def test_a_partner_without_what_this_sample_has_is_refused(samples: Any, mixing: Any, name: str) -> None:
    mine = samples[2] if isinstance(mixing, CutMix) or name == "mask" else without(samples[2], "mask")
    with pytest.raises(augcore.InvalidData, match=rf"sample 0 of the source has no '{name}', which this one has"):
        pipeline(mixing, [without(mine, name)])(
            **{"image": mine["image"], name: mine[name], "categories": mine["categories"]}
        )


@pytest.mark.parametrize("alpha", [0, -1, math.nan, math.inf, "1", True])
@pytest.mark.parametrize("kind", [MixUp, CutMix])
def test_an_alpha_without_a_distribution_is_refused(kind: Any, alpha: Any) -> None:
    with pytest.raises(augcore.InvalidParameter, match=rf"{kind.__name__}\.alpha: .*\(0, 1000\]"):
        kind(alpha=alpha)


# Opt-in


def test_the_names_are_there_once_the_plugin_is_enabled() -> None:
    assert augcore.MixUp is MixUp
    assert {"MixUp", "CutMix"} <= set(dir(augcore))


def test_a_saved_pipeline_is_not_read_without_the_opt_in(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mix.yaml"
    augcore.save(Compose([CutMix(alpha=0.5, p=1)]), path)
    assert augcore.load(path, source=[{}]) == Compose([CutMix(alpha=0.5, p=1)], source=[{}])
    monkeypatch.setattr("augcore.plugins._opted_in", set())
    augcore.plugins.forget()
    with pytest.raises(
        augcore.InvalidFile, match=r"transforms\[0\]: plugin 'experimental' is .* not enabled.*enable_exp"
    ):
        augcore.load(path)
