"""COCO annotation files as checked, plain data. Nothing here reads pictures or knows of pipelines.

What is wrong is said with the id of the entry and what to do; see https://cocodataset.org/#format-data.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NoReturn

import attrs

from augcore import InvalidFile

Id = int | str
Entry = Mapping[str, Any]

_SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"}


@attrs.frozen
class Category:
    """A class of objects, and the keypoints that each of them has."""

    id: Id
    name: str
    keypoints: tuple[str, ...]
    skeleton: tuple[tuple[int, int], ...]  # pairs of rows of keypoints, from 0
    entry: Entry  # as it stands in the file


@attrs.frozen
class Picture:
    """A picture's entry, and those of its objects in the file's order."""

    id: Id
    file_name: str
    size: tuple[int, int] | None  # (height, width) that the file states
    entry: Entry
    annotations: tuple[Entry, ...]
    key: Id  # by which draws belong to the picture


@attrs.frozen
class Dataset:
    """The pictures and categories of an annotation file, and what else stands at its top (info, licenses)."""

    pictures: tuple[Picture, ...]
    categories: Mapping[Id, Category]
    further: Entry


def read(path: Path) -> Dataset:
    """The data in a COCO annotation file of objects.

    Raises: InvalidFile: what is wrong, in which entry, and what to do.
    """
    return _Reader(str(path)).dataset(_json(path))


def of_folder(folder: Path, leave_out: Path | None = None) -> Dataset:
    """The pictures below a folder, without annotations; their draws belong to their names."""
    found = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix.lower() in _SUFFIXES and path.is_file() and not (leave_out and leave_out in path.parents)
    )
    if not found:
        raise InvalidFile(f"{folder}: holds no pictures; give a folder with {', '.join(sorted(_SUFFIXES))} files")
    pictures = [
        Picture(number, name, None, {"id": number, "file_name": name}, (), name) for number, name in enumerate(found, 1)
    ]
    return Dataset(tuple(pictures), {}, {})


def is_inside(name: str) -> bool:
    """Whether a file name stays inside the folder it is joined to, on every system."""
    parts = name.replace("\\", "/").split("/")
    absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor or PureWindowsPath(name).drive
    return not absolute and ".." not in parts and parts[-1] not in ("", ".") and name.isprintable()


def outline_box(rings: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    """x, y, width, height of the hull of rings x, y, x, y, …"""
    x, y = [v for ring in rings for v in ring[::2]], [v for ring in rings for v in ring[1::2]]
    return min(x), min(y), max(x) - min(x), max(y) - min(y)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidFile(f"{path}: cannot be read: {error.strerror or error}; give a COCO annotation file") from error
    except (ValueError, RecursionError) as error:
        raise InvalidFile(f"{path}: not JSON: {error}; give a COCO annotation file") from None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: Any, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


def _is_id(value: Any) -> bool:
    return isinstance(value, (int, str)) and not isinstance(value, bool)


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_number, value))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:57]}..."


@attrs.frozen
class _Reader:
    """Checks entries of the file `where`."""

    where: str

    def fail(self, what: str, mend: str) -> NoReturn:
        raise InvalidFile(f"{self.where}: {what}; {mend}")

    def dataset(self, tree: Any) -> Dataset:
        if not isinstance(tree, dict):
            self.fail(f"{_short(tree)} is not an object", "give {images: …, annotations: …, categories: …}")
        images, annotations, categories = (self._list(tree, key) for key in ("images", "annotations", "categories"))
        if not images:
            self.fail("images is empty", "list at least one: {id: 1, file_name: a.jpg, width: 640, height: 480}")
        kinds = {entry["id"]: self._category(entry) for entry in self._with_ids("category", categories)}
        pictures = {entry["id"]: self._picture(entry) for entry in self._with_ids("image", images)}
        self._once("image", "file_name", images)
        objects: dict[Id, list[Entry]] = {key: [] for key in pictures}
        for entry in self._with_ids("annotation", annotations):
            self._annotation(entry, pictures, kinds)
            objects[entry["image_id"]].append(entry)
        further = {key: value for key, value in tree.items() if key not in ("images", "annotations", "categories")}
        whole = (attrs.evolve(picture, annotations=tuple(objects[key])) for key, picture in pictures.items())
        return Dataset(tuple(whole), kinds, further)

    def _list(self, tree: dict[str, Any], key: str) -> list[Any]:
        if key not in tree:
            self.fail(f"the key {key!r} is missing", f"add {key}: [] if there are none")
        value = tree[key]
        if not isinstance(value, list):
            self.fail(f"{key} is {_short(value)}, not a list", "give a list of entries")
        return value

    def _with_ids(self, what: str, entries: list[Any]) -> list[dict[str, Any]]:
        for number, entry in enumerate(entries):
            if not isinstance(entry, dict):
                self.fail(f"{what} number {number} is {_short(entry)}, not an object", "give {id: …, …}")
            if not _is_id(entry.get("id")):
                given = _short(entry.get("id"))
                self.fail(f"{what} number {number} has the id {given}", "give each a whole number of its own")
        self._once(what, "id", entries)
        return entries

    def _once(self, what: str, key: str, entries: Iterable[Entry]) -> None:
        seen: set[Id] = set()
        for entry in entries:
            if entry[key] in seen:
                self.fail(f"{what} {key} {entry[key]!r} is given twice", f"give each {what} a {key} of its own")
            seen.add(entry[key])

    def _category(self, entry: dict[str, Any]) -> Category:
        where = f"category {entry['id']}"
        if not isinstance(entry.get("name"), str):
            self.fail(f"{where} has the name {_short(entry.get('name'))}", "give it a text")
        names = entry.get("keypoints") or []
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self.fail(f"{where} has the keypoints {_short(names)}", "give a list of names")
        if len(set(names)) < len(names):
            self.fail(f"{where} names a keypoint twice: {_short(names)}", "give each a name of its own")
        edges = entry.get("skeleton") or []
        if not isinstance(edges, list) or not all(self._is_edge(edge, len(names)) for edge in edges):
            self.fail(
                f"{where} has the skeleton {_short(edges)}", f"give pairs of keypoint numbers from 1 to {len(names)}"
            )
        skeleton = tuple((first - 1, second - 1) for first, second in edges)
        return Category(entry["id"], entry["name"], tuple(names), skeleton, entry)

    @staticmethod
    def _is_edge(edge: Any, count: int) -> bool:
        return isinstance(edge, list) and len(edge) == 2 and all(_is_whole(end, 1) and end <= count for end in edge)

    def _picture(self, entry: dict[str, Any]) -> Picture:
        where, name = f"image {entry['id']}", entry.get("file_name")
        if not isinstance(name, str) or not name:
            self.fail(f"{where} has the file_name {_short(name)}", "give the name of a file in the folder of pictures")
        if not is_inside(name):
            self.fail(
                f"{where} has the file_name {_short(name)}, which may lead out of the folder of pictures",
                "give a relative name without '..'",
            )
        for side in ("width", "height"):
            if not _is_whole(entry.get(side), 1):
                self.fail(f"{where} has the {side} {_short(entry.get(side))}", "give it in pixels, 1 or more")
        return Picture(entry["id"], name, (entry["height"], entry["width"]), entry, (), entry["id"])

    def _annotation(self, entry: dict[str, Any], pictures: Mapping[Id, Picture], kinds: Mapping[Id, Category]) -> None:
        where = f"annotation {entry['id']}"
        for key, known, what in (("image_id", pictures, "images"), ("category_id", kinds, "categories")):
            if key not in entry:
                self.fail(f"{where} has no {key}", f"give the id of one of the {what}")
            if not _is_id(entry[key]) or entry[key] not in known:
                self.fail(f"{where} has the {key} {_short(entry[key])}, which is not among the {what}", "add it there")
        if entry.get("iscrowd", 0) not in (0, 1):
            self.fail(f"{where} has iscrowd {_short(entry['iscrowd'])}", "give 0 or 1")
        self._segmentation(where, entry, pictures[entry["image_id"]])
        self._box(where, entry)
        if entry.get("keypoints"):
            self._keypoints(where, entry["keypoints"], kinds[entry["category_id"]])

    def _box(self, where: str, entry: dict[str, Any]) -> None:
        box = entry.get("bbox")
        if box is None and isinstance(entry.get("segmentation"), list) and entry["segmentation"]:
            return  # the hull of the outline serves
        if box is None:
            self.fail(f"{where} has no bbox", "give x, y, width, height in pixels, or an outline as segmentation")
        if not _numbers(box) or len(box) != 4:
            self.fail(f"{where} has the bbox {_short(box)}", "give four numbers: x, y, width, height in pixels")
        if box[2] < 0 or box[3] < 0:
            self.fail(f"{where} has the bbox {box} with a negative side", "give x, y, width, height, not corners")

    def _segmentation(self, where: str, entry: dict[str, Any], picture: Picture) -> None:
        value = entry.get("segmentation")
        if value is None or value == []:
            return
        if isinstance(value, dict):
            self._runs(where, value, picture)
            return
        if not isinstance(value, list) or not all(_numbers(ring) for ring in value):
            mend = "put it into one more list: " if _numbers(value) else ""
            self.fail(
                f"{where} has the segmentation {_short(value)}", f"{mend}give a list of rings, each x, y, x, y, …"
            )
        for ring in value:
            if len(ring) < 6 or len(ring) % 2:
                self.fail(
                    f"{where} has a segmentation ring of {len(ring)} numbers",
                    "give three or more points as x, y, x, y, …",
                )

    def _runs(self, where: str, value: dict[str, Any], picture: Picture) -> None:
        counts, size = value.get("counts"), value.get("size")
        if not isinstance(counts, str) and not (isinstance(counts, list) and all(_is_whole(c, 0) for c in counts)):
            self.fail(f"{where} has the run lengths {_short(counts)}", "give counts as text or whole numbers from 0")
        assert picture.size is not None  # of a file; folders have no annotations
        if size != list(picture.size):
            self.fail(
                f"{where} has run lengths of the size {_short(size)}",
                f"give its picture's [height, width], {list(picture.size)}",
            )
        if isinstance(counts, list) and sum(counts) != picture.size[0] * picture.size[1]:
            self.fail(
                f"{where} has run lengths that cover {sum(counts)} pixels",
                f"cover the {picture.size[0] * picture.size[1]} of its picture",
            )

    def _keypoints(self, where: str, value: Any, category: Category) -> None:
        count = len(category.keypoints)
        if not _numbers(value) or len(value) != 3 * count:
            given = f"{len(value)} numbers" if isinstance(value, list) else _short(value)
            self.fail(
                f"{where} has {given} as keypoints, and category {category.id} ({category.name}) names {count}",
                f"give x, y, v for each, {3 * count} numbers",
            )
        for index, visibility in enumerate(value[2::3]):
            if visibility not in (0, 1, 2):
                self.fail(
                    f"{where} gives keypoint {category.keypoints[index]!r} the visibility {visibility!r}",
                    "give 0 (not labelled), 1 (hidden) or 2 (visible)",
                )
