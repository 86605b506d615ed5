"""Drawn annotations lie where the data say, pictures of every kind can be shown, and sheets keep their places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore.drawing import annotate, sheet, to_rgb
from augcore.errors import InvalidData
from augcore.pen import LIGHT, Pen, colour_of

GREY = np.full((120, 160, 3), 128, np.uint8)


def changed(picture: np.ndarray, before: np.ndarray = GREY) -> np.ndarray:
    """Where a picture was drawn into; OpenCV's antialiasing reaches further by one or two grey levels."""
    return (abs(picture.astype(int) - before) > 4).any(-1)


def has_colour(picture: np.ndarray, label: object) -> np.ndarray:
    return (picture == colour_of(label)).all(-1)


# Boxes


@given(*(st.floats(20, 50) for _ in range(4)), st.sampled_from([(120, 160), (500, 600)]))
def test_a_box_is_drawn_on_its_edges_and_nowhere_else(x, y, width, height, size):
    blank = np.full((*size, 3), 128, np.uint8)
    picture = annotate(blank, bboxes=[[x, y, x + width, y + height]])
    rows, columns = np.nonzero(changed(picture, blank))
    across, down = columns + 0.5, rows + 0.5
    line = Pen(blank).width
    reach = line / 2 + 1 + 0.5  # half the line, its rim, and what rounding to whole pixels takes
    on_sides = np.minimum(abs(across - x), abs(across - x - width)) <= reach
    on_ends = np.minimum(abs(down - y), abs(down - y - height)) <= reach
    assert (on_sides | on_ends).all()
    assert abs(across.min() - x) <= reach
    assert abs(across.max() - x - width) <= reach
    assert abs(down.min() - y) <= reach
    assert abs(down.max() - y - height) <= reach
    middle = changed(picture, blank)[:, int(x + width / 2)]
    upper = np.flatnonzero(middle[: int(y + height / 2)]) + 0.5
    assert abs(upper.mean() - y) <= 0.5


def test_a_box_around_the_whole_picture_is_seen_on_all_sides():
    picture = annotate(GREY, bboxes=[[0, 0, 160, 120]], labels=None)
    for edge in (picture[0, 20:-20], picture[-1, 20:-20], picture[20:-20, 0], picture[20:-20, -1]):
        assert has_colour(edge, 0).all()


def test_boxes_outside_or_not_finite_draw_nothing_and_do_not_fail():
    boxes = [[500, 500, 600, 600], [np.nan, 0, 1, 1], [-1e9, -1e9, 1e9, 1e9]]
    assert not changed(annotate(GREY, bboxes=boxes)).any()


@pytest.mark.parametrize("label", ["a", 3, "Katze", 2**60])
def test_a_label_has_one_colour_in_every_picture(label):
    first = annotate(GREY, bboxes=[[20, 40, 80, 90]], labels=[label])
    second = annotate(GREY, bboxes=[[5, 5, 15, 15], [60, 40, 90, 90]], labels=["other", label])
    assert has_colour(first, label).any()
    assert has_colour(second, label).any()


def test_labels_that_are_numbers_of_numpy_are_the_same_labels():
    assert colour_of(np.int64(7)) == colour_of(7)


@given(st.text(max_size=60), st.floats(0, 150), st.floats(0, 110), st.sampled_from([(120, 160), (17, 23), (5, 3)]))
def test_any_text_at_any_place_of_any_picture_is_drawn_without_failing(text, x, y, size):
    blank = np.full((*size, 3), 128, np.uint8)
    assert annotate(blank, bboxes=[[x, y, x + 5, y + 5]], labels=[text]).shape == blank.shape


@pytest.mark.parametrize("background", [0, 90, 128, 170, 255])
@pytest.mark.parametrize("label", range(12))
def test_text_stands_out_from_its_plate_whatever_the_background(background, label):
    blank = np.full((120, 160, 3), background, np.uint8)
    picture = annotate(blank, bboxes=[[30, 60, 120, 100]], labels=[label])
    plate = picture[has_colour(picture, label)]
    brightness = np.dot(colour_of(label), (0.299, 0.587, 0.114))
    ink = 24 if brightness > 140 else 255
    assert len(plate)
    assert abs(ink - brightness) > 80
    assert (abs(picture[40:62, 30:60].astype(int) - ink) < 40).all(-1).any()


def test_the_names_of_two_boxes_with_one_corner_do_not_cover_each_other():
    picture = annotate(np.zeros((300, 300, 3), np.uint8), bboxes=[[0, 0, 300, 300]] * 2, labels=["aaaa", "bbbb"])
    plates = [has_colour(picture, label)[:60, 8:50].any(1) for label in ("aaaa", "bbbb")]
    assert plates[0].sum() > 8
    assert plates[1].sum() > 8


# Keypoints


@given(st.floats(12, 140), st.floats(12, 100), st.sampled_from([1, 2]))
def test_the_dot_of_a_keypoint_is_centred_on_its_pixel_index(x, y, visibility):
    picture = annotate(GREY, keypoints=[[x, y]], visibility=[visibility])
    weights = abs(picture.astype(float) - 128).sum(-1)
    rows, columns = np.indices(weights.shape)
    assert abs((weights * columns).sum() / weights.sum() - x) < 0.2
    assert abs((weights * rows).sum() / weights.sum() - y) < 0.2


def test_visibility_0_is_not_drawn_1_is_hollow_and_2_is_filled():
    shape = np.full((1200, 1600, 3), 128, np.uint8)
    drawn = {v: annotate(shape, keypoints=[[80, 60]], visibility=[v]) for v in (0, 1, 2)}
    assert not changed(drawn[0], shape).any()
    assert has_colour(drawn[2], 0)[60, 80]
    assert not has_colour(drawn[1], 0)[60, 80]
    assert has_colour(drawn[1], 0).any()


def test_keypoints_that_are_not_known_are_left_out_with_their_edges():
    points = [[20, 20], [np.nan, np.nan], [100, 20]]
    alone = annotate(GREY, keypoints=[points[0], points[2]])
    assert changed(annotate(GREY, keypoints=points, edges=[(0, 1), (1, 2)])).sum() == changed(alone).sum()


def test_edges_join_keypoints_that_are_drawn():
    picture = annotate(GREY, keypoints=[[20, 60], [100, 60]], edges=[(0, 1)])
    assert changed(picture)[58:63, 50:70].any(0).all()
    hidden = annotate(GREY, keypoints=[[20, 60], [100, 60]], edges=[(0, 1)], visibility=[2, 0])
    assert not changed(hidden)[:, 40:].any()


# Polygons and masks


def test_a_polygon_is_tinted_inside_and_its_holes_are_not():
    square = [20, 20, 100, 20, 100, 100, 20, 100]
    hole = np.array([[45, 45], [75, 45], [75, 75], [45, 75]], float)
    picture = changed(annotate(GREY, polygons=[[square, hole.ravel().tolist()]]))
    assert picture[30:40, 30:40].all()
    assert not picture[50:70, 50:70].any()
    assert not picture[:, 110:].any()


@pytest.mark.parametrize("ring", [[(20, 20), (80, 20), (80, 80)], np.array([[20, 20], [80, 20], [80, 80.0]])])
def test_a_ring_may_be_an_array_pairs_or_a_flat_list_alone_or_in_a_list(ring):
    flat = np.array(ring, float).ravel().tolist()
    pictures = [annotate(GREY, polygons=[given]) for given in (ring, [ring], flat, [flat])]
    assert all((picture == pictures[0]).all() for picture in pictures)
    assert changed(pictures[0]).any()


def test_objects_without_an_outline_are_skipped():
    assert not changed(annotate(GREY, polygons=[[], np.zeros((0, 2))], labels=["a", "b"])).any()


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32])
def test_a_mask_colours_its_labels_and_leaves_0_as_it_is(dtype):
    mask = np.zeros((120, 160), dtype)
    mask[:60] = 1
    picture = changed(annotate(GREY, mask=mask[..., None]))
    assert picture[:60].all()
    assert not picture[60:].any()


# Pictures


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (np.full((4, 5), 7, np.uint8), (7, 7, 7)),
        (np.full((4, 5, 1), 65535, np.uint16), (255, 255, 255)),
        (np.full((4, 5, 3), 0.5, np.float32), (128, 128, 128)),
        (np.full((4, 5, 2), 9, np.uint8), (9, 9, 0)),
        (np.arange(4 * 5 * 7, dtype=np.uint8).reshape(4, 5, 7), (0, 1, 2)),
        (np.ones((4, 5), bool), (255, 255, 255)),
        (np.full((4, 5), np.nan), (0, 0, 0)),
    ],
)
def test_every_kind_of_picture_becomes_rgb(picture, expected):
    shown = to_rgb(picture)
    assert shown.shape == (4, 5, 3)
    assert shown.dtype == np.uint8
    assert tuple(shown[0, 0].tolist()) == expected


def test_a_normalised_picture_is_stretched_to_the_whole_range():
    picture = np.random.default_rng(0).normal(0, 2, (20, 30, 3)).astype(np.float32)
    shown = to_rgb(picture)
    assert (shown.min(), shown.max()) == (0, 255)
    order = np.argsort(picture.ravel())
    assert (np.diff(shown.ravel()[order].astype(int)) >= 0).all()


def test_the_picture_and_the_annotations_are_not_modified():
    image, boxes = GREY.copy(), np.array([[1.0, 2, 30, 40]])
    ring, mask = boxes.reshape(2, 2)[[0, 1, 1]], np.ones((120, 160), int)
    annotate(image, bboxes=boxes, labels=["a"], polygons=[ring], mask=mask)
    assert not changed(image).any()
    assert boxes.tolist() == [[1, 2, 30, 40]]


def test_nothing_to_draw_is_the_picture_itself():
    empty = annotate(GREY, bboxes=np.zeros((0, 4)), labels=[], keypoints=[], keypoint_labels=[], polygons=[])
    assert not changed(empty).any()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"image": np.zeros((0, 4, 3), np.uint8)}, r"shape \(0, 4, 3\) cannot be drawn"),
        ({"bboxes": [[1, 2, 3]]}, r"bboxes: an array of shape \(1, 3\)"),
        ({"mask": np.zeros((5, 5), int)}, r"mask: shape \(5, 5\) does not fit"),
        ({"keypoints": [[1, 2]], "visibility": [1, 2]}, "visibility: 2 values for 1 keypoints"),
        ({"polygons": ["abc"]}, r"polygons\[0\]: not a ring"),
    ],
)
def test_what_cannot_be_drawn_is_named(wrong, message):
    with pytest.raises(InvalidData, match=message):
        annotate(**{"image": GREY, **wrong})


# Sheets


def test_pictures_stand_in_their_cells_in_their_own_shape():
    wide, tall = np.full((10, 40, 3), 50, np.uint8), np.full((40, 10, 3), 90, np.uint8)
    page = sheet([[wide, tall], [tall]], cell=(64, 64))
    gap = 4
    assert page.shape == (64 * 2 + 3 * gap, 64 * 2 + 3 * gap, 3)
    rows, columns = np.nonzero((page == 50).all(-1))
    assert (columns.min(), columns.max()) == (gap, gap + 63)
    assert (rows.min(), rows.max()) == (gap + 24, gap + 39)
    rows, columns = np.nonzero((page[: 64 + gap] == 90).all(-1))
    assert (rows.min(), rows.max()) == (gap, gap + 63)
    assert (columns.min(), columns.max()) == (64 + 2 * gap + 24, 64 + 2 * gap + 39)
    assert (page[64 + 2 * gap :, 64 + 2 * gap :] == 255).all()


def test_a_row_is_as_high_as_its_tallest_picture():
    page = sheet([[np.zeros((10, 40, 3), np.uint8)]] * 2, cell=(64, 64))
    assert page.shape[0] == 2 * 16 + 3 * 4


def test_captions_and_headers_take_room_beside_the_pictures_not_on_them():
    picture = np.full((64, 64, 3), (200, 10, 10), np.uint8)
    plain = sheet([[picture, None]], cell=(64, 64))
    page = sheet([[picture, None]], [["below", "also here"]], cell=(64, 64), header=["above"])
    assert page.shape[0] > plain.shape[0]
    rows, columns = np.nonzero((page == (200, 10, 10)).all(-1))
    assert len(rows) == 64 * 64
    assert (np.ptp(rows), np.ptp(columns)) == (63, 63)
    assert (page[: rows.min()] < 100).any()
    assert (page[rows.max() + 1 :, 72:] < 100).any()


@given(st.lists(st.text(max_size=300), max_size=3), st.sampled_from([(30, 20), (128, 200)]))
def test_captions_of_any_length_stay_in_their_column(texts, cell):
    picture = np.full((8, 8, 3), 200, np.uint8)
    page = sheet([[picture, picture]], [[" ".join(texts), ""]], cell=cell)
    right = page[4 + min(cell) + 1 :, 2 * max(4, min(cell) // 32) + cell[1] + 3 :]
    assert (right == 255).all()


def test_an_empty_sheet_is_a_sheet():
    assert sheet([]).ndim == 3
    assert (sheet([[None]], cell=(16, 16)) == LIGHT).all()
