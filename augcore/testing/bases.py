"""The classes that plugin authors subclass to have pytest run the checks. The only module here that imports pytest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import attrs
import pytest

from ..errors import InvalidParameter, nearest
from ..targets import Target
from . import samples
from .cases import Case, as_case, settled
from .checks import TARGET_CHECKS, TRANSFORM_CHECKS, DoesNotApply
from .target_cases import TargetCase

Expected = Mapping[Any, str]


class Conformance:
    """What both bases share: which checks are expected to fail, and why."""

    # {check name, or (case name, check name): reason}: strict, so a check that passes again says so.
    expected_failures: ClassVar[Expected] = {}

    @classmethod
    def _marks(cls, name: str, check: str, slow: bool = False) -> list[Any]:
        reason = cls.expected_failures.get((name, check), cls.expected_failures.get(check))
        marks = [pytest.mark.slow] if slow else []
        return [*marks, pytest.mark.xfail(reason=reason, strict=True)] if reason else marks

    @classmethod
    def _refuse_strangers(cls, names: Iterable[str], checks: Iterable[str]) -> None:
        """An expected failure that names no check, or no case, would hide nothing and expect nothing."""
        names, checks = list(names), list(checks)
        for key in cls.expected_failures:
            name, check = key if isinstance(key, tuple) else (None, key)
            for given, known in ((check, checks), (name, names)):
                if given is not None and given not in known:
                    raise InvalidParameter(
                        f"{cls.__name__}.expected_failures: {given!r} is not known{nearest(given, known)}; "
                        f"known are {', '.join(known)}"
                    )

    @staticmethod
    def _run(check: Any, subject: Any) -> None:
        try:
            check(subject)
            return
        except DoesNotApply as error:
            left_out, message = True, f"{check.__name__}: {error}"
        except AssertionError as error:
            if error.__cause__ is not None:  # the author's own code raised, and the traceback says where
                raise
            left_out, message = False, str(error)
        if left_out:
            pytest.skip(message)
        pytest.fail(message, pytrace=False)


class TransformConformance(Conformance):
    """Every check of transforms on every case; `class TestMine(TransformConformance): cases = (MyTransform(),)`.

    Attributes:
        cases: instances, `Case`s that say more, or classes; `plugin_cases(name)` lists a whole plugin.
        transforms: further classes, if that reads better.
        checks: names of the checks to run; all of them if empty.
        expected_failures: {check name, or (case name, check name): reason}.
    """

    cases: ClassVar[Sequence[Any]] = ()
    transforms: ClassVar[Sequence[type[Any]]] = ()
    checks: ClassVar[Sequence[str]] = ()

    @classmethod
    def listed_cases(cls) -> list[Case]:
        """All cases; one that shares its name with an earlier one gets a number behind it."""
        found: list[Case] = []
        seen: dict[str, int] = {}
        for case in map(as_case, (*cls.cases, *cls.transforms)):
            seen[case.name] = count = seen.get(case.name, 0) + 1
            found.append(case if count == 1 else attrs.evolve(case, name=f"{case.name}{count}"))
        return found

    def pytest_generate_tests(self, metafunc: Any) -> None:
        if metafunc.function.__name__ != "test_transform_conforms":
            return
        cases, checks = self.listed_cases(), list(self.checks) or list(TRANSFORM_CHECKS)
        self._refuse_strangers([case.name for case in cases], TRANSFORM_CHECKS)
        metafunc.parametrize(
            ("case", "check"),
            [
                pytest.param(case, check, id=f"{case.name}-{check}", marks=self._marks(case.name, check, case.slow))
                for case in cases
                for check in checks
            ],
        )

    def test_transform_conforms(self, case: Case, check: str) -> None:
        self._run(TRANSFORM_CHECKS[check], _settled_once(case))


_settled: dict[int, tuple[Case, Case]] = {}


def _settled_once(case: Case) -> Case:
    if id(case) not in _settled:
        _settled[id(case)] = case, settled(case)  # the case itself is kept, so that its id stays its own
    return _settled[id(case)][1]


class TargetConformance(Conformance):
    """Every check of targets. Give `target` and `sample`; the rest has defaults that suit most annotations.

    Attributes:
        target: an instance with the options to check.
        indifferent: names of the effects that do not concern the target, such as ("Geometry",).
        tolerance: how far values may be from the original after a map and its inverse.
        size: (height, width) of the frames; a square lets pictures be turned without loss.
    """

    target: ClassVar[Target]
    indifferent: ClassVar[Sequence[str]] = ()
    tolerance: ClassVar[float] = 1e-6
    size: ClassVar[tuple[int, int]] = (48, 48)
    expected_failures: ClassVar[Expected] = {}

    def sample(self, size: tuple[int, int], rng: Any) -> dict[str, Any]:
        """Arguments of a call for a frame of that size: the target's own first, then its label fields.

        Args:
            rng: a `numpy.random.Generator`; two calls with different ones give different data.
        """
        raise NotImplementedError(f"{type(self).__name__}.sample(size, rng) is not written")

    def empty(self, size: tuple[int, int]) -> Sequence[dict[str, Any]]:
        """The ways to say that there is nothing, as arguments of a call; none if there is always something."""
        return ()

    def compare(self, first: Any, second: Any, tolerance: float) -> str:
        """How two results differ by more than the tolerance, in words; '' if they do not."""
        return samples.difference(first, second, tolerance)

    def target_case(self) -> TargetCase:
        return TargetCase(
            self.target,
            self.sample,
            compare=self.compare,
            empty=self.empty,
            indifferent=tuple(self.indifferent),
            tolerance=self.tolerance,
            size=self.size,
        )

    def pytest_generate_tests(self, metafunc: Any) -> None:
        if metafunc.function.__name__ != "test_target_conforms":
            return
        target = getattr(self, "target", None)
        name = "" if target is None else type(target).__name__
        self._refuse_strangers([name], TARGET_CHECKS)
        names = list(TARGET_CHECKS) if target is not None else []
        metafunc.parametrize("check", [pytest.param(c, id=f"{name}-{c}", marks=self._marks(name, c)) for c in names])

    def test_target_conforms(self, check: str) -> None:
        self._run(TARGET_CHECKS[check], self.target_case())
