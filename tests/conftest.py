"""Settings for all tests: how many examples properties try."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_common = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("small", max_examples=30, derandomize=True, **_common)
settings.register_profile("full", max_examples=1000, **_common)
settings.load_profile(os.environ.get("AUGCORE_TEST_BUDGET", "small"))
