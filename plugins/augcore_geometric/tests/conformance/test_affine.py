"""The conformance kit over the transforms of `affine.py`."""

from __future__ import annotations

from augcore_geometric import Affine, Perspective, Rotate, SafeRotate, ShiftScaleRotate

from augcore.testing import Case, TransformConformance, plugin_cases

# Wide enough that a blob of four standard deviations survives most draws whole.
_LARGE = (130, 160)


class TestAffine(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="affine",
        Affine=[
            Affine(scale=(0.7, 1.4), rotate=(-40, 40), shear=(-15, 15), translate_percent=(-0.1, 0.1)),
            Case(Affine(rotate=(-180, 180), scale=(0.5, 2), keep_ratio=True, fit_output=True), name="Affine-fitted"),
            Case(Affine(rotate=30, translate_px={"x": (-9, 9)}, rotate_method="ellipse"), name="Affine-ellipse"),
            Case(Affine(scale=(0.5, 0.8), border_mode="reflect", interpolation="cubic"), name="Affine-reflected"),
        ],
        Perspective=[
            Case(Perspective((0.02, 0.05)), name="Perspective", size=_LARGE),
            Case(Perspective(0.1, fit_output=True), name="Perspective-fitted", size=_LARGE),
            Case(Perspective(0.1, keep_size=False), name="Perspective-own-size", size=_LARGE),
            Case(Perspective(0.1, keep_size=False, fit_output=True), name="Perspective-fitted-own-size", size=_LARGE),
        ],
        Rotate=[
            Rotate((-180, 180)),
            Case(Rotate(60, crop_border=True), name="Rotate-cropped", size=_LARGE),
            Case(Rotate(90, interpolation="nearest", fill=200, fill_mask=3), name="Rotate-nearest"),
        ],
        SafeRotate=[
            Case(SafeRotate((-180, 180)), name="SafeRotate", size=_LARGE),
            Case(
                SafeRotate(90, rotate_method="ellipse", border_mode="reflect"), name="SafeRotate-ellipse", size=_LARGE
            ),
        ],
        ShiftScaleRotate=[ShiftScaleRotate(shift_limit_x=0.2, scale_limit=(-0.3, 0.5))],
    )
