"""Plan -> the tests that show what it does, on real rows. Entry: ``plan_tests``.

``reading/`` walks a body and says which calls and rows it must make, and for which rows;
what it does not understand gets no test, and the run says so.
"""

from signalgen.testplan.suite import plan_tests

__all__ = ["plan_tests"]
