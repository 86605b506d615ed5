"""results/rows.png: how many times faster augcore is than the fastest peer, row by row, and in whole pipelines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from benchmarks.report_pipelines import BAR, pipelines
from benchmarks.report_rows import copy_of, met, standings
from benchmarks.run import Run
from benchmarks.standing import standing

# Told apart by those who do not see red and green as two colours, and in grey.
FASTER, EQUAL, SLOWER = "#1b7a8c", "#9bbfc4", "#d9622b"
# Longer bars would make all others short: they end here, and their labels tell how far they would go.
END = 16
TICKS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16)
LINE_HEIGHT = 0.2
WIDTH = 9
# The part of the width that a bar's label takes beside it.
LABEL = 0.18


@dataclass(frozen=True)
class Bar:
    name: str
    peer: str
    ratio: float
    color: str

    @property
    def end(self) -> float:
        return min(max(self.ratio, 1 / END), END)


def draw(rows: Run, whole: Run | None, path: Path) -> None:
    """Write the chart of the rows, with the pipelines above if they were measured."""
    panels = [("Rows: one transform, one photograph of 512×512", of_rows(rows), 1.0)]
    if whole and (found := of_pipelines(whole)):
        panels.insert(0, ("Whole pipelines", found, BAR))
    heights = [LINE_HEIGHT * (len(bars) + 2) for _, bars, _ in panels]
    figure, axes = plt.subplots(
        len(panels),
        figsize=(WIDTH, sum(heights) + 1.6),
        height_ratios=heights,
        sharex=True,
        squeeze=False,
        layout="constrained",
    )
    for ax, (title, bars, bar) in zip(axes[:, 0], panels, strict=True):
        panel(ax, title, bars, bar)
        ax.set_xlim(*limits([one.end for _, bars, _ in panels for one in bars]))
    machine = rows.machine
    figure.suptitle(
        f"augcore and the fastest peer of each row\n{rows.date}, {machine['processor']}, one thread",
        fontsize=12,
        fontweight="bold",
    )
    figure.supxlabel(
        f"how many times faster augcore is than the peer named beside the bar (log scale, bars end at {END}×)",
        fontsize=9,
    )
    figure.savefig(path, dpi=110)
    plt.close(figure)


def of_rows(run: Run) -> list[Bar]:
    copy = copy_of(run)
    return [
        Bar(row, found.peer, found.ratio, FASTER if found.ratio >= 1 else EQUAL if met(found, copy) else SLOWER)
        for row, found in standings(run).items()
    ]


def of_pipelines(run: Run) -> list[Bar]:
    return [
        Bar(name, found.peer, found.ratio, FASTER if found.ratio >= BAR else SLOWER)
        for name in pipelines(run)
        if (found := standing(run.table.get(name, {})))
    ]


def limits(ends: Sequence[float]) -> tuple[float, float]:
    """From the least to the greatest, with room for the labels beyond both."""
    low, high = math.log2(min([0.8, *ends])), math.log2(max([1.25, *ends]))
    room = (high - low) * LABEL / (1 - 2 * LABEL)
    return 2 ** (low - room), 2 ** (high + room)


def panel(ax: Axes, title: str, bars: Sequence[Bar], bar: float) -> None:
    bars = sorted(bars, key=lambda one: one.ratio)
    places = range(len(bars))
    # Bars start at 1, to the left of which the peer is faster.
    ax.barh(places, [one.end - 1 for one in bars], left=1, height=0.72, color=[one.color for one in bars], log=True)
    for place, one in zip(places, bars, strict=True):
        ahead = one.ratio >= 1
        ax.annotate(
            f"{one.ratio:.{2 if one.ratio < 10 else 0}f}× {one.peer}",
            (one.end, place),
            xytext=(4 if ahead else -4, 0),
            textcoords="offset points",
            ha="left" if ahead else "right",
            va="center",
            fontsize=7,
            color="#333333",
        )
    ax.set_yticks(places, [one.name for one in bars], fontsize=8)
    ax.set_ylim(-0.8, len(bars) - 0.2)
    ax.set_title(title, fontsize=10, loc="left")
    ax.axvline(1, color="#333333", linewidth=1)
    if bar != 1:
        ax.axvline(bar, color="#333333", linewidth=0.8, linestyle=":")
    ax.xaxis.set_major_locator(FixedLocator(TICKS))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda ratio, _: f"{ratio:.0f}×" if ratio >= 1 else f"1/{1 / ratio:.0f}×")
    )
    ax.tick_params(axis="x", labelbottom=True, labelsize=8)
    ax.grid(axis="x", color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    names = {FASTER: "augcore is faster", EQUAL: "as fast, within the bar", SLOWER: "slower"}
    if bar != 1:
        names = {FASTER: f"augcore is at least {bar}× faster", SLOWER: "less than that"}
    ax.legend(handles=[Patch(color=color, label=name) for color, name in names.items()], loc="lower right", fontsize=8)
