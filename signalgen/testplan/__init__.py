"""Plan -> the tests that show it: which calls to make, what must happen then and what must not."""

from signalgen.testplan.suite import plan_tests

__all__ = ["plan_tests"]
