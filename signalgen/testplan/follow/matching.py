"""Which case a ``match`` of a traced body takes: ``case_taken``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.testplan.follow.evaluate import evaluate
from signalgen.testplan.follow.mockvalues import NotSafeError, Value, World

if TYPE_CHECKING:
    from collections.abc import Sequence


def case_taken(statement: ast.Match, subject: Value, world: World) -> Sequence[ast.stmt] | None:
    """Return the body that runs, empty when none does, or None when that is unknown.

    Only cases with a plain value and ``case _`` are followed, none with a guard.
    """
    patterns = [case.pattern for case in statement.cases]
    plain = all(isinstance(p, ast.MatchValue) or _is_wildcard(p) for p in patterns)
    if not plain or any(case.guard for case in statement.cases):
        raise NotSafeError
    if subject.kind != "known" and not subject.same:
        if subject.kind == "mock":
            raise NotSafeError
        return None
    for case in statement.cases:
        if not isinstance(case.pattern, ast.MatchValue) or _is_equal(case.pattern, subject, world):
            return case.body
    return ()


def _is_equal(pattern: ast.MatchValue, subject: Value, world: World) -> bool:
    wanted = evaluate(pattern.value, world)
    if subject.same and subject.same == wanted.text:
        return True
    if wanted.kind != "known" or subject.kind != "known":
        raise NotSafeError
    return wanted.value == subject.value


def _is_wildcard(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.name is None and pattern.pattern is None
