"""Plan -> tests of its behaviour on real rows. Entry: ``plan_tests``.

``reading/`` walks a body and finds the calls and rows that it must make, ``choosing/`` the values
and rows for which it does; code that neither understands gets no test, and the run reports that.
"""

from signalgen.testplan.suite import plan_tests

__all__ = ["plan_tests"]
