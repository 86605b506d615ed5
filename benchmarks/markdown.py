"""Tables of Markdown that can be read as they are, and how figures are written in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from benchmarks.rounds import Measured

MISSING = "–"


# Marks the figures of a library that does something otherwise.
DIFFERS = "\\*"


def table(heads: Sequence[str], lines: Iterable[Sequence[str]], texts: Collection[str] = ()) -> str:
    """The first column and those named in `texts` are set to the left, the others, which hold numbers, to the right."""
    cells = [list(heads), *([cell.replace("|", "\\|") for cell in line] for line in lines)]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]
    left = [index == 0 or head in texts for index, head in enumerate(heads)]
    rules = ["-" * width if text else "-" * (width - 1) + ":" for width, text in zip(widths, left, strict=True)]
    rows = [
        [cell.ljust(width) if text else cell.rjust(width) for cell, width, text in zip(row, widths, left, strict=True)]
        for row in cells
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], rules, *rows[1:]])


def times(ratio: float) -> str:
    return f"{ratio:.2f}×"


def microseconds(seconds: float) -> str:
    """Three digits that mean something, whatever the size."""
    value = seconds * 1e6
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}"


def amount(measured: Measured) -> str:
    """The median in a unit of its size."""
    if measured.unit == "B":
        return f"{measured.median / 2**20:.1f} MB"
    return f"{measured.median * 1e3:,.2f} ms" if measured.median >= 1e-3 else f"{measured.median * 1e6:.1f} µs"


def spread(measured: Measured) -> str:
    """Of seconds, over rounds that are enough to have one."""
    return f"{measured.spread:.0%}" if measured.unit == "s" and len(measured.figures) > 2 else ""


def marked(text: str, measured: Measured) -> str:
    return text + (DIFFERS if measured.note else "")
