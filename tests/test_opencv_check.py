"""What is said when OpenCV cannot be imported, or is there twice."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from augcore import _opencv

LIBGL = "libGL.so.1: cannot open shared object file: No such file or directory"


def dist_info(site: Path, *names: str) -> None:
    for name in names:
        (site / f"{name}-5.0.0.0.dist-info").mkdir()


@pytest.fixture
def cv2_is(site: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """cv2_is(code): another cv2 for one test."""

    def cv2_is(code: str) -> None:
        (site / "cv2").mkdir()
        (site / "cv2" / "__init__.py").write_text(code)
        monkeypatch.delitem(sys.modules, "cv2")

    return cv2_is


def test_the_distributions_in_a_folder_are_found_by_their_metadata(tmp_path: Path) -> None:
    assert _opencv.installed(str(tmp_path)) == []
    dist_info(tmp_path, "opencv_python_headless", "opencv_python", "opencv_stubs", "numpy", "not_opencv_python")
    (tmp_path / "opencv_contrib_python").mkdir()
    assert _opencv.installed(str(tmp_path)) == ["opencv-python", "opencv-python-headless"]


def test_a_missing_system_library_is_answered_with_both_mends(cv2_is: Any) -> None:
    cv2_is(f"raise ImportError({LIBGL!r})")
    with pytest.raises(ImportError) as caught:
        _opencv.check()
    said = str(caught.value)
    assert "\n" not in said
    assert said.startswith(f"OpenCV cannot be imported: {LIBGL}; ")
    assert "apt-get install libgl1 libglib2.0-0" in said
    assert "pip uninstall opencv-python, then pip install opencv-python-headless" in said


@pytest.mark.parametrize("code", ["raise ImportError('half a file')", "warpPerspective = None"])
def test_a_broken_installation_is_answered_with_a_fresh_one(cv2_is: Any, code: str) -> None:
    cv2_is(code)
    with pytest.raises(
        ImportError, match=r"^OpenCV cannot be imported: .*; pip install --force-reinstall opencv-python$"
    ):
        _opencv.check()


def test_two_distributions_that_work_are_warned_of(cv2_is: Any, site: Path) -> None:
    cv2_is("warpAffine = None")
    dist_info(site, "opencv_python", "opencv_contrib_python_headless")
    with pytest.warns(UserWarning, match="are installed side by side") as caught:
        _opencv.check()
    said = str(caught[0].message)
    assert "opencv-contrib-python-headless and opencv-python are installed side by side" in said
    assert said.endswith("pip uninstall opencv-contrib-python-headless opencv-python, then pip install opencv-python")


def test_two_distributions_that_broke_each_other_are_the_reason_given(cv2_is: Any, site: Path) -> None:
    cv2_is(f"raise ImportError({LIBGL!r})")
    dist_info(site, "opencv_python_headless", "opencv_contrib_python")
    with pytest.raises(
        ImportError, match="overwrite each other's files; pip uninstall opencv-contrib-python opencv-python-h"
    ):
        _opencv.check()


def test_one_distribution_that_works_is_worth_no_word(cv2_is: Any, site: Path) -> None:
    cv2_is("warpAffine = None")
    dist_info(site, "opencv_python_headless")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _opencv.check()


def test_without_opencv_the_import_of_augcore_says_how_to_get_it(site: Path) -> None:
    (site / "cv2.py").write_text("raise ModuleNotFoundError(\"No module named 'cv2'\")")
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", "import augcore"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "ImportError: OpenCV cannot be imported: No module named 'cv2'; pip install" in done.stderr
