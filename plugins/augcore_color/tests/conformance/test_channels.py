"""The conformance kit over the transforms of `channels.py`."""

from __future__ import annotations

from augcore_color import ChannelDropout, ChannelShuffle, ChannelSwap, RGBShift

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestChannels(TransformConformance):
    cases = plugin_cases(
        "color",
        module="channels",
        ChannelDropout=[
            Case(ChannelDropout(), channels=(3, 2, 4, 5, 16)),
            Case(ChannelDropout((1, 2), 100), name="ChannelDropout-filled", channels=(3, 4, 5, 16)),
        ],
        ChannelShuffle=[Case(ChannelShuffle(), channels=_ANY)],
        ChannelSwap=[
            Case(ChannelSwap(), channels=(3,)),
            Case(ChannelSwap((1, 3, 0, 2)), name="ChannelSwap-four", channels=(4,)),
        ],
        RGBShift=[Case(RGBShift(80, 80, 80), channels=(3,))],
    )
