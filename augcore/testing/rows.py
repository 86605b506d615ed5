"""Checks of rows: labels stay with their boxes and points, and having none at all is valid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..effects import Mix
from .cases import Case
from .checks import DoesNotApply, fail, transform_check
from .samples import LABELS, difference

_ROWS = {"bboxes": "labels", "keypoints": "point_labels"}


@transform_check
def rows_keep_their_labels(case: Case) -> None:
    """A box or point carries its own label through: identical in value and type, in order, alone or among others."""
    pairs = {rows: labels for rows, labels in _ROWS.items() if rows in (case.targets or ())}
    if not pairs:
        raise DoesNotApply("it takes neither boxes nor keypoints")
    for key in range(3):
        data = case.sample()
        result, trace = case.traced(data, key)
        for rows, labels in pairs.items():
            out = _known(case, result[rows], result[labels], rows)
            mixed = any(isinstance(step.effect, Mix) for step in trace.steps)
            if not mixed and len(out) != len(result[rows]):
                fail(case, f"{rows} come out with labels that did not come in. Keep rows and labels together.")
            for row, label in zip(data[rows], data[labels], strict=True):
                alone = case.replay(trace, {**data, rows: [row], labels: [label]}, f"one of the {rows} alone")
                single = _known(case, alone[rows], alone[labels], rows).get(repr(label))
                _compare_rows(case, rows, label, out.get(repr(label)), single)


def _known(case: Case, rows: Any, labels: Any, name: str) -> dict[str, Any]:
    """Rows by the representation of their label, which tells 2 from '2' and from 2.0; only of labels that came in."""
    if type(labels) is not list or len(labels) != len(rows):
        fail(case, f"the labels of {name} come out as {type(labels).__name__} of {len(labels)} for {len(rows)} rows.")
    found = [repr(label) for label in labels]
    order = [label for label in map(repr, LABELS) if label in found]
    if [label for label in found if label in order] != order:
        fail(case, f"the labels of {name} come out in another order, or twice: {labels}. Keep the order of the rows.")
    return {label: row for label, row in zip(found, rows, strict=True) if label in order}


def _compare_rows(case: Case, rows: str, label: Any, among: Any, alone: Any) -> None:
    if (among is None) != (alone is None):
        fail(
            case,
            f"the one of the {rows} labelled {label!r} is dropped among others or alone, not both. Move each alone.",
        )
    if among is not None and difference(np.array(among, float), np.array(alone, float), 1e-6):
        fail(
            case,
            f"the row labelled {label!r} of the {rows} is {_short(among)} among others and {_short(alone)} alone. Move "
            "every row by itself, and keep their order: labels are looked up by row.",
        )


def _short(row: Sequence[float]) -> list[float]:
    return [round(float(value), 3) for value in row]


@transform_check
def empty_annotations_serve(case: Case) -> None:
    """No boxes and no points, as (0, 4) and (0, 2) arrays or as [], are valid and come out as they came in."""
    targets = [rows for rows in _ROWS if rows in (case.targets or ())]
    if not targets:
        raise DoesNotApply("it takes neither boxes nor keypoints")
    columns = {"bboxes": 4, "keypoints": 2}
    for key in range(2):
        for empty in ("list", "array"):
            data = case.sample()
            for rows in targets:
                data[rows] = np.zeros((0, columns[rows])) if empty == "array" else []
                data[_ROWS[rows]] = []
            result, trace = case.traced(data, key, f"empty annotations ({empty}s)")
            if any(isinstance(step.effect, Mix) for step in trace.steps):
                continue
            for rows in targets:
                found = difference(data[rows], result[rows]) or difference([], result[_ROWS[rows]])
                if found:
                    fail(case, f"empty {rows} do not come out as they came in: {found}.")
