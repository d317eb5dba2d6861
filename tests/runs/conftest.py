"""How many examples the properties take: few in ``make test``, over a thousand in CI, more behind ``make properties``."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from runs_kit import remembered

DEV = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile("dev", DEV)
settings.register_profile("ci", DEV, max_examples=350)
settings.register_profile("long", DEV, max_examples=4000, derandomize=False, print_blob=True)
# To look for failures without the long way to the smallest one.
settings.register_profile(
    "find", DEV, max_examples=150, derandomize=False, phases=[Phase.generate], report_multiple_bugs=False
)


@pytest.fixture(scope="module")
def fast():
    """Do the same formatting once in a module."""
    with remembered():
        yield
