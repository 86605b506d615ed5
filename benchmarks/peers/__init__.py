"""Adapters: the same work, asked of each library in its own words. A module or a package a library, run in its venv.

It has `ROWS`, `photograph(pixels)`, which puts an array (height, width, channels) of RGB into the layout that the
library likes, and `picture(output)`, the way back, for looking. It needs nothing but its library and NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# From one photograph, as `photograph` gave it, to one contiguous output.
Call = Callable[[Any], Any]


@dataclass(frozen=True)
class Row:
    """One library's way of doing a row.

    Attributes:
        build: takes the row's parameters by name and gives the call that is timed.
        note: how it differs from the row, if it does.
        counts: False if it does another work, which competes with nobody.
    """

    build: Callable[..., Call]
    note: str = ""
    counts: bool = True


class Rows(dict[str, Row]):
    """The rows of benchmarks/rows.yaml that a library has, by name: functions of that name, marked with `@ROWS.row`."""

    def row(self, build: Callable[..., Call]) -> Callable[..., Call]:
        self[build.__name__] = Row(build)
        return build

    @classmethod
    def of(cls, *parts: Rows) -> Rows:
        """The rows of all parts, each of which has rows of its own."""
        whole = cls()
        for part in parts:
            if twice := whole.keys() & part.keys():
                raise KeyError(f"rows that stand in two parts: {', '.join(sorted(twice))}")
            whole.update(part)
        return whole

    def differs(self, how: str) -> Callable[[Callable[..., Call]], Callable[..., Call]]:
        """The same work but for a detail: it is compared, and the table says how it differs."""
        return self._marked(how, counts=True)

    def apart(self, how: str) -> Callable[[Callable[..., Call]], Callable[..., Call]]:
        """A transform of that name that does another work, or less of it: shown, but it is nobody's best peer."""
        return self._marked(how, counts=False)

    def _marked(self, how: str, counts: bool) -> Callable[[Callable[..., Call]], Callable[..., Call]]:
        def mark(build: Callable[..., Call]) -> Callable[..., Call]:
            self[build.__name__] = Row(build, how, counts)
            return build

        return mark
