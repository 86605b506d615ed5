"""What a check is, and the lists of all checks in the order in which they are run. The checks lie beside, by topic."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

from .cases import Case, settled

Check = Callable[[Any], None]

TRANSFORM_CHECKS: dict[str, Check] = {}
TARGET_CHECKS: dict[str, Check] = {}


class DoesNotApply(Exception):
    """A check that has nothing to say about a case, such as one about geometry about a change of colours."""


def transform_check(function: Callable[[Case], None]) -> Check:
    """Make a function of a settled case a check of transforms, which takes a case, an instance or a class."""

    @functools.wraps(function)
    def check(subject: Any) -> None:
        function(settled(subject))

    TRANSFORM_CHECKS[function.__name__] = check
    return check


def target_check(function: Check) -> Check:
    """Make a function of a `TargetCase` a check of targets."""
    TARGET_CHECKS[function.__name__] = function
    return function


def fail(subject: Any, message: str) -> NoReturn:
    """Report what is wrong with a case and how it is mended."""
    raise AssertionError(f"{subject.name}: {message}")


def expect_same(subject: Any, found: str, context: str, mend: str) -> None:
    """Fail if a difference, in words, was found."""
    if found:
        fail(subject, f"{context}: {found}. {mend}")
