"""Maps: group laws, inverses, derivatives and the content they leave, checked against pixels. No transforms here."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from augcore import AffineMap, Dense, Geometry, Lattice, NotInvertible, Projective, ResizeMap, displacement_field
from augcore.dense import Spread, bilinear
from augcore.errors import InvalidParameter
from augcore.frame import Frame
from augcore.fuse import compose
from augcore.resample import resample

OUTSIDE = -1


@displacement_field
def smooth_waves(size, *, amplitude, period, phase=0.0):
    """Two crossing sine waves: smooth, and without folds while amplitude · 2π / period < 1."""
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    turn = 2 * np.pi / period
    return np.stack([amplitude * np.sin(turn * y + phase), amplitude * np.sin(turn * x - phase)], -1)


sizes = st.tuples(st.integers(1, 12), st.integers(1, 12))


@st.composite
def lattices(draw, size):
    kind = draw(st.sampled_from(["hflip", "vflip", "transpose", "rot90", "window", "identity"]))
    if kind == "rot90":
        return Lattice.rot90(size, draw(st.integers(-5, 5)))
    if kind == "window":
        x, y = draw(st.integers(-6, 14)), draw(st.integers(-6, 14))
        return Lattice.window(size, x, y, x + draw(st.integers(1, 14)), y + draw(st.integers(1, 14)))
    return getattr(Lattice, kind)(size)


@st.composite
def chains(draw, count):
    size, maps = draw(sizes), []
    for _ in range(count):
        maps.append(draw(lattices(size)))
        size = maps[-1].output
    return maps


def numbered(size):
    """An image whose pixels are their own numbers."""
    return np.arange(size[0] * size[1], dtype=np.int32).reshape(*size, 1)


def shown(map, image):
    return resample(image, Geometry(map), 0, OUTSIDE)


def content_pixels(map):
    """The content as a mask of pixels."""
    mask = np.zeros(map.output, bool)
    x0, y0, x1, y1 = map.content
    mask[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = True
    return mask


def canonical(map):
    """The map with one way to say that nothing is shown."""
    x0, y0, x1, y1 = map.content
    return attrs.evolve(map, content=(0, 0, 0, 0)) if x1 <= x0 or y1 <= y0 else map


@given(chains(2))
def test_two_lattice_maps_in_one_show_the_same_pixels_and_content(maps):
    first, second = maps
    both = first.then(second)
    image = numbered(first.size)
    expected = shown(second, shown(first, image))
    np.testing.assert_array_equal(shown(both, image), expected)
    np.testing.assert_array_equal(content_pixels(both), expected[..., 0] != OUTSIDE)


@given(chains(3))
def test_lattice_maps_are_associative(maps):
    a, b, c = maps
    assert canonical(a.then(b).then(c)) == canonical(a.then(b.then(c)))


@given(chains(1))
def test_a_lattice_map_and_its_inverse_leave_the_points_and_the_pixels_that_were_shown(maps):
    (map,) = maps
    points = np.random.default_rng(0).uniform(-5, 15, (20, 2))
    np.testing.assert_array_equal(map.inverse().forward(map.forward(points)).round(9), points.round(9))
    assert canonical(map.inverse().inverse()) == canonical(map)
    image = numbered(map.size)
    back = shown(map.then(map.inverse()), image)
    seen = np.isin(image, shown(map, image))
    np.testing.assert_array_equal(back, np.where(seen, image, OUTSIDE))


@given(sizes, st.integers(-8, 8), st.integers(-8, 8))
def test_quarter_turns_and_flips_obey_the_laws_of_the_square(size, m, n):
    turn = Lattice.rot90(size, m)
    assert turn.then(Lattice.rot90(turn.output, n)) == Lattice.rot90(size, m + n)
    flip = Lattice.hflip(size)
    assert flip.then(flip).is_identity
    transposed = Lattice.transpose(size)
    assert transposed == Lattice.rot90(size, 1).then(Lattice.vflip(size[::-1]))
    assert [map.is_reflection for map in (flip, transposed, turn, Lattice.vflip(size))] == [True, True, False, True]


@given(sizes, st.integers(-4, 4))
def test_turns_agree_with_numpy(size, times):
    image = numbered(size)
    np.testing.assert_array_equal(shown(Lattice.rot90(size, times), image), np.rot90(image, times))


@given(chains(3))
def test_pixel_centres_go_where_the_pixels_go(maps):
    for map in maps:
        image = numbered(map.size)
        out = shown(map, image)[..., 0]
        rows, columns = np.nonzero(out != OUTSIDE)
        source = np.stack(np.unravel_index(out[rows, columns], map.size)[::-1], 1) + 0.5
        np.testing.assert_array_equal(map.forward(source), np.stack([columns, rows], 1) + 0.5)


def test_only_a_map_that_changes_nothing_is_the_identity():
    crop = Lattice.window((10, 10), 2, 2, 8, 8)
    assert Lattice.identity((10, 10)).is_identity
    assert not crop.then(crop.inverse()).is_identity, "what was cropped away is gone"
    assert ResizeMap((4, 5), (4, 5)).is_identity
    assert not Lattice.hflip((1, 1)).is_identity


def test_a_window_of_no_extent_is_refused():
    with pytest.raises(InvalidParameter, match="empty"):
        Lattice.window((10, 10), 5, 5, 5, 8)


# All maps


def well_made_maps():
    size, out = (60, 80), (50, 90)
    yield Lattice.rot90(size, 1).then(Lattice.window((80, 60), -3, 4, 50, 90))
    yield ResizeMap(size, out)
    yield AffineMap.of([[0.8, -0.3, 12], [0.4, 1.1, -7]], size, out)
    yield AffineMap.of([[-0.8, 0.3, 70], [0.4, 1.1, -7]], size, out)
    yield Projective.of([[0.9, 0.1, 3], [-0.05, 1.1, 2], [0.002, -0.001, 1]], size, out)
    yield Projective.of([[-0.9, 0.1, 80], [-0.05, 1.1, 2], [0.002, -0.001, 1]], size, out)
    yield Dense.of(smooth_waves, size, amplitude=3.0, period=40.0)
    yield Dense.of(smooth_waves, size, amplitude=3.0, period=40.0).inverse()


every_map = pytest.mark.parametrize("map", list(well_made_maps()), ids=lambda map: type(map).__name__)


def inner_points(map, count=40):
    height, width = map.size
    return np.random.default_rng(1).uniform(8, (width - 8, height - 8), (count, 2))


@every_map
def test_inverses_bring_points_back(map):
    points = inner_points(map)
    near = 0.01 if isinstance(map, Dense) else 1e-9
    back = map.inverse()
    assert (back.size, back.output) == (map.output, map.size)
    np.testing.assert_allclose(back.forward(map.forward(points)), points, atol=near)
    np.testing.assert_allclose(map.backward(map.forward(points)), points, atol=near)


@every_map
def test_jacobians_are_the_derivatives_of_forward(map):
    # A dense field is bilinear between pixel centres and has kinks there, hence a step of half a pixel and a slack.
    dense = isinstance(map, Dense)
    step, near = (0.5, 0.05) if dense else (1e-4, 1e-6)
    points = inner_points(map)
    across, down = np.array([step, 0]), np.array([0, step])
    numeric = np.stack([(map.forward(points + d) - map.forward(points - d)) / (2 * step) for d in (across, down)], -1)
    np.testing.assert_allclose(map.jacobian(points), numeric, atol=near)
    if not dense:
        assert map.is_reflection == bool((np.linalg.det(numeric) < 0).all())


@every_map
def test_points_that_are_not_known_stay_so(map):
    moved = map.forward(np.array([[np.nan, np.nan], [20.0, 20.0]]))
    assert np.isnan(moved[0]).all()
    assert np.isfinite(moved[1]).all()


@every_map
def test_forward_takes_any_number_of_axes(map):
    points = inner_points(map, 24)
    np.testing.assert_allclose(map.forward(points.reshape(2, 3, 4, 2)).reshape(-1, 2), map.forward(points), atol=1e-9)
    assert map.forward(np.zeros((0, 2))).shape == (0, 2)


@every_map
def test_a_blob_stays_on_its_point(map):
    """The centre of mass of a Gaussian, drawn before and found after the map, goes where `forward` says."""
    height, width = map.size
    candidates = inner_points(map, 300)
    candidates = candidates[(np.abs(candidates - (width / 2, height / 2)) < (width / 2 - 13, height / 2 - 13)).all(1)]
    moved, far = map.forward(candidates), np.array(map.output[::-1])
    stays = (np.abs(moved - far / 2) < far / 2 - 15).all(1)
    assert stays.sum() >= 3
    for x, y in candidates[stays][:4]:
        rows, columns = np.mgrid[:height, :width] + 0.5
        blob = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 18).astype(np.float32)[..., None]
        out = resample(blob, Geometry(map), cv2.INTER_CUBIC, 0)[..., 0].astype(float)
        # A curved map shifts the mean of a blob by its second derivative, so compare with the mean of the moved blob.
        stretch = np.abs(np.linalg.det(map.jacobian(np.stack([columns, rows], -1).reshape(-1, 2))))
        weight = blob[..., 0] * stretch.reshape(height, width)
        moved = map.forward(np.stack([columns, rows], -1))
        expected = (moved * weight[..., None]).sum((0, 1)) / weight.sum()
        rows, columns = np.mgrid[: map.output[0], : map.output[1]] + 0.5
        found = np.array([(out * columns).sum(), (out * rows).sum()]) / out.sum()
        np.testing.assert_allclose(found, expected, atol=0.02)


@given(st.data())
def test_composed_linear_maps_move_points_as_one_after_the_other(data):
    linear = [map for map in well_made_maps() if not isinstance(map, Dense)]
    first = data.draw(st.sampled_from(linear))
    second = data.draw(st.sampled_from(linear))
    second = attrs.evolve(second, size=first.output) if not isinstance(second, Lattice) else Lattice.hflip(first.output)
    both = compose(first, second)
    points = inner_points(first)
    np.testing.assert_allclose(both.forward(points), second.forward(first.forward(points)), atol=1e-8)
    assert (both.size, both.output) == (first.size, second.output)
    assert both.is_reflection == (first.is_reflection != second.is_reflection)


def test_fields_that_are_noise_compose_with_nothing():
    noise = Spread.of(smooth_waves, (20, 20), amplitude=1.0, period=20.0)
    assert compose(noise, Lattice.hflip((20, 20))) is None
    assert compose(Lattice.hflip((20, 20)), noise) is None


def test_an_affine_map_that_flattens_has_no_inverse():
    with pytest.raises(NotInvertible, match="flattens"):
        AffineMap.of([[1, 1, 0], [2, 2, 0]], (10, 10)).inverse()
    with pytest.raises(NotInvertible, match="flattens"):
        Projective.of([[1, 1, 0], [2, 2, 0], [0, 0, 1]], (10, 10)).inverse()


def test_coefficients_must_be_finite():
    with pytest.raises(InvalidParameter, match="finite"):
        AffineMap.of([[1, 0, np.nan], [0, 1, 0]], (10, 10))


# Perspective

TILT = np.array([[1.0, 0.1, 2], [0, 0.9, 1], [0.004, 0.002, 1]])


def test_the_sign_of_a_homography_does_not_matter():
    points = np.random.default_rng(0).uniform(0, 40, (20, 2))
    one, other = Projective.of(TILT, (40, 50)), Projective.of(-TILT, (40, 50))
    np.testing.assert_allclose(one.forward(points), other.forward(points))
    np.testing.assert_allclose(one.jacobian(points), other.jacobian(points))
    assert one.is_reflection == other.is_reflection
    image = np.random.default_rng(0).integers(0, 255, (40, 50, 1), np.uint8)
    np.testing.assert_array_equal(resample(image, Geometry(one), 1, 0), resample(image, Geometry(other), 1, 0))


@pytest.mark.parametrize("tilt", [-0.012, -0.02, 0.02, 0.05])
def test_the_inverse_of_a_steep_perspective_brings_back_every_visible_point(tilt):
    """Also where the horizon crosses the frame that it leads to."""
    map = Projective.of([[1, 0, 0], [0, 1, 0], [tilt, 0, 1]], (60, 60))
    x = np.linspace(1, 59, 30)
    points = np.stack([x, np.full(30, 20.0)], 1)
    points = points[1 + tilt * points[:, 0] > 0.02]
    assert len(points) > 5
    np.testing.assert_allclose(map.inverse().forward(map.forward(points)), points, atol=1e-6)


@pytest.mark.parametrize("tilt", [-0.03, -0.06])
def test_what_lies_behind_the_horizon_is_not_content(tilt):
    """A frame half of which is behind the horizon: the content is what the pixels show."""
    map = Projective.of([[1, 0, 30], [0.2, 1, 10], [tilt, 0, 1]], (60, 60), (120, 300))
    frame = Frame((60, 60)).after(map)
    white = np.full((60, 60, 1), 255, np.uint8)
    out = resample(white, Geometry(map), 1, 0)[..., 0]
    rows, columns = np.mgrid[:120, :300] + 0.5
    # Points with negative depth show through in pixels, so ask the map which pixels lie in front.
    back = np.linalg.inv(map.matrix)
    in_front = (np.stack([columns, rows, np.ones_like(rows)], -1) @ back[2]) > 0
    inside = frame.shows(np.stack([columns, rows], -1).reshape(-1, 2)).reshape(120, 300)
    assert np.mean(inside != ((out > 127) & in_front)) < 0.005


# Dense maps and their pixels


@pytest.mark.parametrize(("amplitude", "period"), [(0.0, 30.0), (2.0, 50.0), (4.0, 60.0)])
def test_dense_maps_show_at_each_pixel_what_their_field_points_to(amplitude, period):
    size = (64, 96)
    map = Dense.of(smooth_waves, size, amplitude=amplitude, period=period)
    rows, columns = np.mgrid[: size[0], : size[1]] + 0.5
    ramp = np.stack([columns, rows], -1).astype(np.float32)
    out = resample(ramp, Geometry(map, border=cv2.BORDER_REPLICATE), 1, 0)
    expected = np.stack([columns, rows], -1) + map.field
    inner = (slice(8, -8), slice(8, -8))
    # OpenCV 4.x looks up to 1/64 px beside the point.
    np.testing.assert_allclose(out[inner], expected[inner], atol=0.02)
    # What pixel p shows lies at `expected`, and goes to p.
    there = map.forward(expected[inner].reshape(-1, 2))
    np.testing.assert_allclose(there, np.stack([columns, rows], -1)[inner].reshape(-1, 2), atol=0.01)


@pytest.mark.parametrize("amplitude", [5.0, 9.0])
def test_a_field_that_folds_over_still_gives_one_of_the_solutions(amplitude):
    """There is one for every point: far away the map is a shift, so none is left out."""
    map = Dense.of(smooth_waves, (128, 128), amplitude=amplitude, period=30.0)
    points = np.random.default_rng(1).uniform(0, 128, (1000, 2))
    q = map.forward(points)
    residual = np.abs(q + bilinear(map.field, q) - points).max(1)
    assert np.mean(residual < 1.001e-4) > 0.995
    assert residual.max() < 0.05


@pytest.mark.parametrize("amplitude", [3.0, 9.0])
def test_where_a_point_goes_does_not_depend_on_the_points_beside_it(amplitude):
    map = Dense.of(smooth_waves, (64, 64), amplitude=amplitude, period=30.0)
    points = np.random.default_rng(2).uniform(-9, 73, (200, 2))
    together = map.forward(points)
    np.testing.assert_array_equal(np.concatenate([map.forward(point[None]) for point in points]), together)
    np.testing.assert_array_equal(map.forward(points[::-1]), together[::-1])


def test_all_rasters_of_a_call_share_the_field_and_the_grid_of_a_map():
    made = Dense.of(smooth_waves, (32, 32), amplitude=2.0, period=20.0)
    for map in (made, made.inverse()):
        assert map.source_grid[0] is map.source_grid[0]
    assert made.inverse().field is made.field
    # What the grid of the way back leads to is where it came from.
    x, y = made.inverse().source_grid
    back = made.inverse().forward(np.stack([x, y], -1) + 0.5) - 0.5
    np.testing.assert_allclose(back[..., 0], np.broadcast_to(np.arange(32), (32, 32)), atol=0.001)


def test_a_dense_map_is_compared_and_sent_by_its_recipe():
    import pickle

    map = Dense.of(smooth_waves, (32, 32), amplitude=2.0, period=20.0)
    assert map.field.shape == (32, 32, 2)
    sent = pickle.loads(pickle.dumps(map))
    assert sent == map
    assert len(pickle.dumps(map)) < 1000, "the field itself does not travel"
    np.testing.assert_array_equal(sent.field, map.field)


@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_bilinear_values_lie_between_their_neighbours(height, width, data):
    field = np.random.default_rng(0).normal(size=(height, width, 2))
    x, y = data.draw(st.floats(-3, 9)), data.draw(st.floats(-3, 9))
    assume(np.isfinite([x, y]).all())
    value = bilinear(field, np.array([[x, y]]))[0]
    assert (value >= field.min((0, 1)) - 1e-9).all()
    assert (value <= field.max((0, 1)) + 1e-9).all()
    row, column = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    np.testing.assert_allclose(bilinear(field, np.array([[column + 0.5, row + 0.5]]))[0], field[row, column])


# The way back, pixel by pixel


@every_map
def test_pixel_jacobians_are_the_derivatives_of_the_way_back(map):
    # The field's central differences reach over two pixels; a solution of Newton's is known to 1e-4 px.
    dense = isinstance(map, Dense)
    step, near = (1.0, 0.02) if dense else (1e-4, 1e-6)
    height, width = map.output
    rows, columns = np.mgrid[:height, :width] + 0.5
    centres = np.stack([columns, rows], -1)
    across, down = np.array([step, 0]), np.array([0, step])
    numeric = np.stack(
        [(map.backward(centres + d) - map.backward(centres - d)) / (2 * step) for d in (across, down)], -1
    )
    given = map.pixel_jacobian()
    assert given.shape == ((2, 2) if isinstance(map, (Lattice, ResizeMap, AffineMap)) else (height, width, 2, 2))
    inner = (slice(8, -8), slice(8, -8)) if dense else ()
    given, numeric = np.broadcast_to(given, (height, width, 2, 2))[inner], numeric[inner]
    np.testing.assert_allclose(given, numeric, atol=near)


def test_pixel_jacobians_hold_at_the_edges_of_a_field_and_of_a_picture_one_pixel_wide():
    map = Dense.of(smooth_waves, (40, 30), amplitude=3.0, period=40.0)
    slopes = map.pixel_jacobian() - np.eye(2)
    field = map.field
    np.testing.assert_allclose(slopes[:, 0, :, 0], field[:, 1] - field[:, 0], atol=1e-6)
    np.testing.assert_allclose(slopes[-1, :, :, 1], field[-1] - field[-2], atol=1e-6)
    thin = Dense.of(smooth_waves, (5, 1), amplitude=1.0, period=20.0)
    for one in (thin, thin.inverse()):
        jacobian = one.pixel_jacobian()
        assert jacobian.shape == (5, 1, 2, 2)
        np.testing.assert_allclose(jacobian[..., 0], np.broadcast_to([1.0, 0.0], (5, 1, 2)), atol=1e-6)


def test_pixel_jacobians_are_finite_where_the_horizon_crosses_the_frame():
    map = Projective.of([[1, 0, 30], [0.2, 1, 10], [-0.03, 0, 1]], (60, 60), (120, 300))
    assert np.isfinite(map.pixel_jacobian()).all()
