"""Whether OpenCV can be used, and what to do if not."""

from __future__ import annotations

import os
import warnings

DISTRIBUTIONS = ("opencv_python", "opencv_python_headless", "opencv_contrib_python", "opencv_contrib_python_headless")


def installed(site: str) -> list[str]:
    """The OpenCV distributions in a site-packages folder; they all own the same cv2 and overwrite each other."""
    names = {name.partition("-")[0].lower() for name in os.listdir(site) if name.endswith(".dist-info")}
    return sorted(name.replace("_", "-") for name in names if name in DISTRIBUTIONS)


def explain(error: BaseException, side_by_side: list[str]) -> str:
    """What an ImportError of cv2 means and how it is mended."""
    said = f"OpenCV cannot be imported: {error}"
    if len(side_by_side) > 1:
        return f"{said}; {two_of_them(side_by_side)}"
    if any(library in str(error) for library in ("libGL", "libgthread", "libglib", "libX11", "libxcb", "libSM")):
        return (
            f"{said}; install the system's library (Debian, Ubuntu: apt-get install libgl1 libglib2.0-0), or on a "
            "machine without a screen: pip uninstall opencv-python, then pip install opencv-python-headless"
        )
    return f"{said}; pip install --force-reinstall opencv-python"


def two_of_them(side_by_side: list[str]) -> str:
    keep = "opencv-python" if "opencv-python" in side_by_side else side_by_side[0]
    return (
        f"{' and '.join(side_by_side)} are installed side by side and overwrite each other's files; "
        f"pip uninstall {' '.join(side_by_side)}, then pip install {keep}"
    )


def check() -> None:
    """Import cv2, or raise an ImportError that says what to do; warn of distributions side by side."""
    import importlib.util

    spec = importlib.util.find_spec("cv2")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    side_by_side = installed(os.path.dirname(folders[0])) if folders else []
    try:
        import cv2

        cv2.warpAffine  # noqa: B018 - a half-overwritten package imports and lacks its functions
    except (ImportError, AttributeError) as error:
        raise ImportError(explain(error, side_by_side)) from error
    if len(side_by_side) > 1:
        warnings.warn(two_of_them(side_by_side), stacklevel=3)
