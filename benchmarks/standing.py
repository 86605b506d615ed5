"""Where augcore stands in a case: against the fastest of those that do the same work."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.libraries import AUGCORE, KERNELS, PEERS
from benchmarks.rounds import Measured, ratio

# Of one case, by library.
Columns = Mapping[str, Measured]


@dataclass(frozen=True)
class Standing:
    """augcore and its fastest peer in a case that both have.

    Attributes:
        mine: augcore's figures.
        peer: the name of the fastest.
        theirs: its figures.
    """

    mine: Measured
    peer: str
    theirs: Measured

    @property
    def ratio(self) -> float:
        """How many times faster augcore is."""
        return ratio(self.mine, self.theirs)

    @property
    def behind(self) -> float:
        """Seconds by which the peer is faster: the median over rounds, as the ratio is."""
        pairs = zip(self.mine.figures, self.theirs.figures, strict=False)
        return statistics.median(mine - other for mine, other in pairs)


def standing(columns: Columns) -> Standing | None:
    mine, peers = ours(columns), competing_peers(columns)
    if not (mine and peers):
        return None
    # By the ratio that is reported: the order of the medians is another where the machine drifted between rounds.
    fastest = min(peers, key=lambda name: ratio(mine, peers[name]))
    return Standing(mine, fastest, peers[fastest])


def ours(columns: Columns) -> Measured | None:
    """Of augcore; none where it has no such case, or does another work under its name."""
    return competing(columns, AUGCORE.name)


def limit(columns: Columns) -> Measured | None:
    """Of the bare kernels."""
    return competing(columns, KERNELS.name)


def competing_peers(columns: Columns) -> dict[str, Measured]:
    return {peer.name: measured for peer in PEERS if (measured := competing(columns, peer.name))}


def competing(columns: Columns, name: str) -> Measured | None:
    """A library's figures, if it has some and they are for the same work."""
    measured = figures(columns.get(name))
    return measured if measured and measured.counts else None


def figures(measured: Measured | None) -> Measured | None:
    """The same, unless there is nothing to show: what raised in a later round is not worth its first ones."""
    return measured if measured and measured.figures and not measured.fault else None
