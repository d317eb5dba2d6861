"""Plan -> the tests that prove it: which calls to make, and what must and must not happen.

``suite.plan_tests`` is the entry. Test cases are found by following each body statically with every
collaborator replaced by a mock (``follow/``); what cannot be foreseen gets no test.
"""

from signalgen.testplan.suite import plan_tests

__all__ = ["plan_tests"]
