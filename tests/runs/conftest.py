"""How many examples each property takes in each of the eight layouts: with ``ci`` a thousand all together.

Those of ``dev`` and ``ci`` are the same in every run (``test_runs_properties`` seeds them); a failure prints the blob that
brings it back. ``make properties PROFILE=long`` looks at other ones every time.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from runs_kit import remembered

DEV = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
settings.register_profile("dev", DEV)
settings.register_profile("ci", DEV, max_examples=42)
settings.register_profile("long", DEV, max_examples=500, derandomize=False)
# The examples of ``ci`` without the long way to the smallest one that fails.
settings.register_profile(
    "find", DEV, max_examples=42, phases=[Phase.generate], report_multiple_bugs=False
)


@pytest.fixture(scope="module")
def fast():
    """Do the same formatting once in a module."""
    with remembered():
        yield
