"""The report of the suite of scaling: a table an axis, its values as columns; and memory in sizes of the image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from benchmarks.libraries import AUGCORE
from benchmarks.markdown import MISSING, microseconds, table, times
from benchmarks.rounds import Measured, ratio
from benchmarks.run import Run
from benchmarks.standing import figures
from benchmarks.suites.scaling import MEMORY_BYTES, MEMORY_SIDE

# What the ratios are to: the peer that has every case.
PEER = "albumentations"
AXES = {
    "side": "Image side\n\nMicroseconds a megapixel.",
    "boxes": "Boxes\n\nMicroseconds a call.",
    "channels": "Channels\n\nMicroseconds a call.",
    "threads": "Threads in one process\n\nMicroseconds a picture, by the clock on the wall.",
}
# Of one case: each value of the axis with the columns of its libraries.
Axis = dict[int, Mapping[str, Measured]]


def sections(run: Run) -> Iterator[str]:
    for axis, title in AXES.items():
        found = along(run, axis)
        if found:
            values = sorted({value for values in found.values() for value in values})
            heads = ["transform", "library", *(f"{axis} {value}" for value in values)]
            lines = [line for what, axis_of in found.items() for line in lines_of(run, axis, what, axis_of, values)]
            yield f"## {title} The ratio is to {PEER}; above 1, augcore is faster.\n\n" + table(
                heads, lines, ("library",)
            )
    if peaks := {case: columns for case, columns in run.table.items() if case.startswith("memory: ")}:
        yield memory(run, peaks)


def along(run: Run, axis: str) -> dict[str, Axis]:
    """The cases of one axis, "AXIS VALUE: WHAT", by what is done."""
    found: dict[str, Axis] = {}
    for case, columns in run.table.items():
        place, _, what = case.partition(": ")
        name, _, value = place.partition(" ")
        if name == axis:
            found.setdefault(what, {})[int(value)] = columns
    return found


def lines_of(run: Run, axis: str, what: str, columns: Axis, values: list[int]) -> Iterator[list[str]]:
    def cell(library: str, value: int) -> str:
        measured = figures(columns.get(value, {}).get(library))
        return microseconds(measured.median / (value**2 / 1e6 if axis == "side" else 1)) if measured else MISSING

    def against(value: int) -> str:
        mine, theirs = (figures(columns.get(value, {}).get(name)) for name in (AUGCORE.name, PEER))
        return times(ratio(mine, theirs)) if mine and theirs else MISSING

    for library in run.versions:
        cells = [cell(library, value) for value in values]
        if set(cells) != {MISSING}:
            yield [what, library, *cells]
    yield [what, "**ratio**", *map(against, values)]


def memory(run: Run, peaks: Mapping[str, Mapping[str, Measured]]) -> str:
    libraries = [name for name in run.versions if any(name in columns for columns in peaks.values())]
    lines = [
        [case.removeprefix("memory: "), *(sizes(figures(columns.get(name))) for name in libraries)]
        for case, columns in peaks.items()
    ]
    return (
        f"## Memory\n\nWhat a call held at most beyond the image that it was given, in sizes of that image "
        f"({MEMORY_SIDE}×{MEMORY_SIDE}×3, {MEMORY_BYTES / 2**20:.0f} MB); the output is one.\n\n"
        + table(["transform", *libraries], lines)
    )


def sizes(measured: Measured | None) -> str:
    return f"{measured.median / MEMORY_BYTES:.2f}" if measured else MISSING
