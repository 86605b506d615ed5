"""Annotation files: what is read, and that everything malformed is told with its id and the mend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from augcore_dataset import coco

from augcore import InvalidFile


def test_a_file_gives_pictures_with_their_annotations_in_order(data: Any) -> None:
    dataset = coco.read(data.annotations)
    assert [picture.file_name for picture in dataset.pictures] == ["a.jpg", "sub/b.png"]
    assert [[one["id"] for one in picture.annotations] for picture in dataset.pictures] == [[1, 2, 3], [4]]
    assert dataset.categories[1].skeleton == ((0, 1), (0, 2))
    assert dataset.pictures[0].size == (60, 80)
    assert set(dataset.further) == {"info", "licenses"}


def _set(*path: Any, value: Any) -> Callable[[Any], None]:
    def change(tree: Any) -> None:
        for key in path[:-1]:
            tree = tree[key]
        tree[path[-1]] = value

    return change


def _without(*path: Any) -> Callable[[Any], None]:
    def change(tree: Any) -> None:
        for key in path[:-1]:
            tree = tree[key]
        del tree[path[-1]]

    return change


WRONG = {
    "no annotations": (_without("annotations"), "'annotations' is missing; add annotations"),
    "no images": (_set("images", value=[]), "images is empty; list at least one"),
    "images not a list": (_set("images", value={}), "images is {}, not a list"),
    "an image that is no object": (_set("images", 0, value=3), "image number 0 is 3, not an object"),
    "an image without id": (_without("images", 0, "id"), "image number 0 has the id None; give each"),
    "an id given twice": (_set("images", 1, "id", value=11), "image id 11 is given twice"),
    "a name given twice": (_set("images", 1, "file_name", value="a.jpg"), "file_name 'a.jpg' is given twice"),
    "a width of zero": (_set("images", 0, "width", value=0), "image 11 has the width 0; give it in pixels"),
    "a height that is text": (_set("images", 0, "height", value="60"), "image 11 has the height '60'"),
    "annotation ids given twice": (_set("annotations", 1, "id", value=1), "annotation id 1 is given twice"),
    "an unknown category": (
        _set("annotations", 1, "category_id", value=9),
        "annotation 2 has the category_id 9, which",
    ),
    "an unknown picture": (_set("annotations", 1, "image_id", value=9), "annotation 2 has the image_id 9, which"),
    "an image id that is a list": (
        _set("annotations", 1, "image_id", value=[1]),
        r"annotation 2 has the image_id \[1\]",
    ),
    "no category": (_without("annotations", 1, "category_id"), "annotation 2 has no category_id; give"),
    "no box": (_without("annotations", 0, "bbox"), "annotation 1 has no bbox; give x, y, width, height"),
    "three numbers": (
        _set("annotations", 0, "bbox", value=[1, 2, 3]),
        r"annotation 1 has the bbox \[1, 2, 3\]; give four",
    ),
    "a box of text": (_set("annotations", 0, "bbox", value=[1, 2, 3, "4"]), "annotation 1 has the bbox"),
    "a negative side": (
        _set("annotations", 0, "bbox", value=[9, 9, -3, 2]),
        "annotation 1 .* negative side; give x, y, w",
    ),
    "a box not finite": (_set("annotations", 0, "bbox", value=[9, 9, float("nan"), 2]), "annotation 1 has the bbox"),
    "a flat ring": (
        _set("annotations", 1, "segmentation", value=[1, 2, 3, 4, 5, 6]),
        "annotation 2 .*put it into one more",
    ),
    "a ring of two points": (
        _set("annotations", 1, "segmentation", value=[[1, 2, 3, 4]]),
        "annotation 2 .* ring of 4 numbers",
    ),
    "an odd ring": (
        _set("annotations", 1, "segmentation", value=[[1, 2, 3, 4, 5, 6, 7]]),
        "annotation 2 .* ring of 7 numbers",
    ),
    "runs of another size": (
        _set("annotations", 2, "segmentation", "size", value=[80, 60]),
        r"annotation 3 .* \[60, 80\]",
    ),
    "runs that do not fill": (
        _set("annotations", 2, "segmentation", "counts", value=[5]),
        "annotation 3 .* cover 5 pixels",
    ),
    "too few keypoints": (
        _set("annotations", 0, "keypoints", value=[1, 2, 2]),
        "annotation 1 has 3 numbers .* 15 numbers",
    ),
    "an odd visibility": (
        _set("annotations", 0, "keypoints", 2, value=7),
        "annotation 1 gives keypoint 'nose' the visib",
    ),
    "iscrowd of two": (_set("annotations", 0, "iscrowd", value=2), "annotation 1 has iscrowd 2; give 0 or 1"),
    "a nameless category": (_without("categories", 0, "name"), "category 1 has the name None"),
    "a keypoint named twice": (
        _set("categories", 0, "keypoints", value=["a", "a"]),
        "category 1 names a keypoint twice",
    ),
    "a skeleton to nowhere": (
        _set("categories", 0, "skeleton", value=[[1, 6]]),
        "category 1 has the skeleton .* 1 to 5",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_malformed_is_named_with_its_id_and_the_mend(data: Any, case: str) -> None:
    change, message = WRONG[case]
    change(data.tree)
    data.save()
    with pytest.raises(InvalidFile, match=message) as raised:
        coco.read(data.annotations)
    assert str(data.annotations) in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "text", ["", "{", "[1, 2]", "\xff", "[" * 100_000], ids=["empty", "open", "list", "latin", "deep"]
)
def test_a_file_that_is_no_coco_file_is_refused_in_one_line(data: Any, text: str) -> None:
    data.annotations.write_bytes(text.encode("latin-1"))
    with pytest.raises(InvalidFile, match=r"give") as raised:
        coco.read(data.annotations)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "name",
    [
        "../a.jpg",
        "sub/../../a.jpg",
        "/etc/a.jpg",
        "..\\a.jpg",
        "C:\\a.jpg",
        "C:a.jpg",
        "\\a.jpg",
        "sub/",
        ".",
        "a\0.jpg",
    ],
)
def test_file_names_that_lead_out_of_the_folder_are_refused(data: Any, name: str) -> None:
    data.tree["images"][0]["file_name"] = name
    data.save()
    with pytest.raises(InvalidFile, match=r"image 11 has the file_name .* may lead out .* relative name"):
        coco.read(data.annotations)


def test_two_dots_within_a_name_are_no_parent_folder(data: Any) -> None:
    data.tree["images"][0]["file_name"] = "sub/a..b.jpg"
    data.save()
    assert coco.read(data.annotations).pictures[0].file_name == "sub/a..b.jpg"


def test_a_folder_without_annotations_gives_its_pictures_by_name(data: Any) -> None:
    (data.images / "notes.txt").write_text("no picture")
    dataset = coco.of_folder(data.images)
    assert [(one.file_name, one.key) for one in dataset.pictures] == [("a.jpg",) * 2, ("sub/b.png",) * 2]
    with pytest.raises(InvalidFile, match=r"holds no pictures"):
        coco.of_folder(data.images, leave_out=data.images)
