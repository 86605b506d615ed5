"""What annotations cost, beside albumentations 2.0.8 in the same run: `python benchmarks/targets.py`.

500 boxes, 500 keypoints, 100 polygons of 30 points and 50 masks on a picture of 512×512×3, through a flip, a crop, an
affine and a dense map; the whole call, and what the annotations add to the same call without them. How the two
libraries are compared is in `peer.py`.
"""

from __future__ import annotations

import argparse
import functools
import statistics
from collections.abc import Callable, Sequence
from typing import Any

from peer import Added, Times, compare, ratio, spread, work

SIDE = 512
# Displacements of 1.8 px (standard deviation along each axis), 7 px at most, neighbours 13 % nearer or further apart: a
# moderate distortion, which bends outlines and folds nowhere.
ELASTIC = {"alpha": 300, "sigma": 10}
MAPS = ("flip", "crop", "affine", "elastic")
BARS = {"nothing": "", "boxes": "≥ 2× faster", "keypoints": "≥ 2× faster", "polygons": "", "masks": "no slower"}


def annotations() -> dict[str, dict[str, Any]]:
    """The arguments of a call, by the name of the case."""
    import numpy as np

    draws = np.random.default_rng(0)
    corner = draws.uniform(0, SIDE - 62, (500, 2))
    boxes = np.concatenate([corner, corner + draws.uniform(5, 60, (500, 2))], 1)
    points = draws.uniform(0, SIDE - 1, (500, 2))
    angles = np.linspace(0, 2 * np.pi, 30, endpoint=False)[:, None]
    rings = [
        centre + draws.uniform(10, 40) * draws.uniform(0.8, 1, (30, 1)) * np.hstack([np.cos(angles), np.sin(angles)])
        for centre in draws.uniform(40, SIDE - 40, (100, 2))
    ]
    rows, columns = np.mgrid[:SIDE, :SIDE]
    masks = [
        (np.hypot(columns - x, rows - y) < radius).astype(np.uint8)
        for x, y, radius in draws.uniform((0, 0, 10), (SIDE, SIDE, 80), (50, 3))
    ]
    labels = list(range(500))
    return {
        "nothing": {},
        "boxes": {"bboxes": boxes, "labels": labels},
        "keypoints": {"keypoints": points, "names": labels},
        "polygons": {"polygons": rings},
        "masks": {"masks": masks},
    }


def transforms(A: Any) -> dict[str, Any]:  # noqa: N803 - the name both libraries are imported under
    return {
        "flip": A.HorizontalFlip(p=1),
        "crop": A.RandomCrop(384, 384, p=1),
        "affine": A.Affine(rotate=(20, 20), scale=(0.9, 0.9), p=1),
        # Of its two ways of moving keypoints, the one that the peer is fast in; ours are one.
        "elastic": A.ElasticTransform(**ELASTIC, keypoint_remapping_method="direct", p=1),
    }


def cases(A: Any) -> dict[str, Callable[[], Any] | Added]:  # noqa: N803
    """What is timed, written once for both libraries: they share the calling convention."""
    import numpy as np

    image = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    options: dict[str, dict[str, Any]] = {
        "boxes": {"bbox_params": A.BboxParams(format="pascal_voc", label_fields=["labels"])},
        "keypoints": {"keypoint_params": A.KeypointParams("xy", label_fields=["names"], remove_invisible=False)},
    }
    calls: dict[str, Callable[[], Any] | Added] = {}
    for name, transform in transforms(A).items():
        for kind, arguments in annotations().items():
            if kind == "polygons" and A.__name__ != "augcore":
                continue
            pipeline = A.Compose([transform], **options.get(kind, {}))
            call = functools.partial(pipeline, image=image, **arguments)
            calls[f"{name}, {kind}"] = call
            if kind == "nothing":
                bare = call
            else:
                calls[f"{name}, {kind}, added"] = Added(call, bare)
    return calls


def milliseconds(values: list[float]) -> str:
    return f"{statistics.median(values) * 1e3:.2f} ms"


def report(maps: Sequence[str], ours: list[Times], peers: list[Times]) -> None:
    print(
        "| map | annotations | augcore | spread | albumentations 2.0.8 | ratio | they add | there | ratio | bar |\n"
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    )
    for name in maps:
        for kind, bar in BARS.items():
            case = f"{name}, {kind}"
            rows: list[tuple[list[float], list[float]]] = []
            for rounds in filter(None, (ours, peers)):
                if case in rounds[0]:
                    rows.append(([r[case] for r in rounds], [r.get(f"{case}, added", 0.0) for r in rounds]))
            (call, added), *rest = rows
            cells = [name, kind, milliseconds(call), f"{spread(call):.0%}"]
            cells += [milliseconds(rest[0][0]), f"{ratio(call, rest[0][0]):.2f}×"] if rest else ["absent", ""]
            if kind != "nothing":
                cells.append(milliseconds(added))
                cells += [milliseconds(rest[0][1]), f"{ratio(added, rest[0][1]):.2f}×"] if rest else ["", ""]
            else:
                cells += ["", "", ""]
            print(f"| {' | '.join([*cells, bar])} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--maps", nargs="+", choices=MAPS, default=MAPS, help="which to measure; all if not given")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(cases(__import__(options.worker)))
    else:
        rounds = compare(__file__, options.rounds, wanted=lambda case: case.partition(",")[0] in options.maps)
        report(options.maps, *rounds)


if __name__ == "__main__":
    main()
