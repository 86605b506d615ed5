"""augcore: image augmentation as a small core and a family of plugins.

Transforms of installed plugins are attributes of this module (`augcore.Rotate`) and are imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._opencv import check as _check_opencv

_check_opencv()

from . import params, rle, targets
from .compose import Compose, Keyed, ReplayCompose
from .dense import Dense, Spread
from .effects import Chain, Effect, Erase, Geometry, Lookup, Mix, PerTarget, PixelFn
from .errors import (
    AugcoreError,
    InvalidData,
    InvalidFile,
    InvalidParameter,
    NotInvertible,
    PluginError,
    UnknownName,
    UnknownParameter,
    Unsupported,
    WrongType,
)
from .frame import Frame
from .functions import displacement_field, pixel_function, region_mask
from .fuse import Fusion, fusion
from .linear import Affine as AffineMap
from .linear import Projective
from .linear import Resize as ResizeMap
from .maps import Lattice, Map
from .params import Border, Interpolation, Interval
from .pixels import (
    MOST_CHANNELS,
    apply_table,
    by_channels,
    matrix_product,
    max_value,
    merge_channels,
    split_channels,
    to_range,
)
from .regions import Polygons as PolygonRegion
from .regions import Rectangles, Region, RunLengths, Scatter
from .rng import Rng
from .targets import BboxParams, KeypointParams, Target
from .targets.base import Annotation
from .transform import Step, Transform, transform
from .view import View

if TYPE_CHECKING:
    from .choices import OneOf, OneOrOther, RandomOrder, SelectiveChannelTransform, Sequential, SomeOf
    from .clips import Pick3
    from .hookspecs import hookimpl, hookspec
    from .lambda_ import Lambda, NoOp
    from .maps3d import Affine3, Dense3, Lattice3, Map3, Resize3
    from .plugins import PLUGIN_API, enable_experimental
    from .regions3d import Cuboids
    from .serial import from_dict, load, save, to_dict
    from .tiles import Tiles, Tiles3
    from .trace import Trace

__version__ = "0.1.0"

# Names whose modules cost time that many programs can do without, or import what they never use: yaml, json, pluggy.
_LAZY = {
    "Affine3": "maps3d",
    "Cuboids": "regions3d",
    "Dense3": "maps3d",
    "Lattice3": "maps3d",
    "Map3": "maps3d",
    "Pick3": "clips",
    "Resize3": "maps3d",
    "Tiles": "tiles",
    "Tiles3": "tiles",
    "OneOf": "choices",
    "OneOrOther": "choices",
    "RandomOrder": "choices",
    "SelectiveChannelTransform": "choices",
    "Sequential": "choices",
    "SomeOf": "choices",
    "Lambda": "lambda_",
    "NoOp": "lambda_",
    "PLUGIN_API": "plugins",
    "Trace": "trace",
    "enable_experimental": "plugins",
    "from_dict": "serial",
    "hookimpl": "hookspecs",
    "hookspec": "hookspecs",
    "load": "serial",
    "save": "serial",
    "to_dict": "serial",
}

__all__ = [
    "MOST_CHANNELS",
    "PLUGIN_API",
    "Affine3",
    "AffineMap",
    "Annotation",
    "AugcoreError",
    "BboxParams",
    "Border",
    "Chain",
    "Compose",
    "Cuboids",
    "Dense",
    "Dense3",
    "Effect",
    "Erase",
    "Frame",
    "Fusion",
    "Geometry",
    "Interpolation",
    "Interval",
    "InvalidData",
    "InvalidFile",
    "InvalidParameter",
    "Keyed",
    "KeypointParams",
    "Lambda",
    "Lattice",
    "Lattice3",
    "Lookup",
    "Map",
    "Map3",
    "Mix",
    "NoOp",
    "NotInvertible",
    "OneOf",
    "OneOrOther",
    "PerTarget",
    "Pick3",
    "PixelFn",
    "PluginError",
    "PolygonRegion",
    "Projective",
    "RandomOrder",
    "Rectangles",
    "Region",
    "ReplayCompose",
    "Resize3",
    "ResizeMap",
    "Rng",
    "RunLengths",
    "Scatter",
    "SelectiveChannelTransform",
    "Sequential",
    "SomeOf",
    "Spread",
    "Step",
    "Target",
    "Tiles",
    "Tiles3",
    "Trace",
    "Transform",
    "UnknownName",
    "UnknownParameter",
    "Unsupported",
    "View",
    "WrongType",
    "apply_table",
    "by_channels",
    "displacement_field",
    "enable_experimental",
    "from_dict",
    "fusion",
    "hookimpl",
    "hookspec",
    "load",
    "matrix_product",
    "max_value",
    "merge_channels",
    "params",
    "pixel_function",
    "region_mask",
    "rle",
    "save",
    "split_channels",
    "targets",
    "to_dict",
    "to_range",
    "transform",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(f".{_LAZY[name]}", __name__), name)
    if not name[:1].isupper():
        raise AttributeError(f"module 'augcore' has no attribute {name!r}")
    from . import plugins

    try:
        return plugins.find_transform(name)
    except (UnknownName, PluginError) as error:
        raise AttributeError(f"augcore.{name}: {error}") from None


def __dir__() -> list[str]:
    from . import plugins

    return sorted({*globals(), *__all__, *(name.rpartition(".")[2] for name in plugins.transforms())})
