"""Statements of a traced body that leave it or a loop, and checks before following one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.source.reading import FORMATTED
from signalgen.testplan.follow.evaluate import evaluate
from signalgen.testplan.follow.mockvalues import (
    UNKNOWN,
    NotSafeError,
    World,
)
from signalgen.testplan.follow.traced import Trace, plain_argument

if TYPE_CHECKING:
    from collections.abc import Sequence


def is_settled(test: ast.expr, world: World) -> bool:
    """Tell whether ``test`` reads only attributes of the row that were set for it."""
    # What these give may differ from one evaluation to the next.
    if any(isinstance(node, (ast.Call, ast.NamedExpr, ast.Subscript)) for node in ast.walk(test)):
        return False
    paths = {dotted(node) for node in ast.walk(test) if isinstance(node, ast.Attribute)}
    rows = {
        path
        for path in paths
        # Of ``instance.order.total`` only the whole path counts, not ``instance.order``.
        if path.startswith("instance.") and not any(p.startswith(path + ".") for p in paths)
    }
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    known_paths = {*world.settings, *world.assigned, "instance._state.adding"}
    return rows <= known_paths and not names & set(world.locals)


def ends(body: Sequence[ast.stmt]) -> bool:
    """Tell whether the last statement leaves the block."""
    return isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def binds(statement: ast.stmt, name: str) -> bool:
    """Tell whether a statement assigns or deletes ``name``."""
    return any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(statement)
    )


def jump(statement: ast.Break | ast.Continue, state: Trace) -> None:
    """Follow ``break`` or ``continue``. Raises NotSafeError where it may not be reached."""
    if not state.world.certain:
        raise NotSafeError
    state.jump = "break" if isinstance(statement, ast.Break) else "continue"


def raise_error(statement: ast.Raise, state: Trace) -> None:
    """Follow ``raise``: note how the call ends. Raises NotSafeError where that is unsure."""
    error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    if (
        error is None
        # An error that is caught, or raised after the commit, does not reach the caller.
        or state.in_try
        or not dotted(error)
        or not state.world.certain
        or state.deferred
    ):
        raise NotSafeError
    if statement.exc is not None and evaluate(statement.exc, state.world).kind == "mock":
        raise NotSafeError
    state.ended, state.raises, state.raised_at = True, dotted(error), statement.lineno
    texts = [
        n.value
        for n in ast.walk(statement)
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    plain = not any(isinstance(n, (*FORMATTED, ast.BinOp)) for n in ast.walk(statement))
    # The longest text is most likely the whole message; a formatted one is not foreseeable.
    state.message = max(texts, key=len) if texts and plain else ""
    state.said = plain_argument(statement.exc)


def define(statement: ast.FunctionDef, state: Trace) -> None:
    """Note a nested function, to be followed where it is called."""
    state.world.nested[statement.name] = statement
    state.world.locals[statement.name] = UNKNOWN


def means_else(name: str, world: World) -> bool:
    """Tell whether ``name`` has another meaning in a test because the body binds it."""
    return (
        name in _OF_TESTS
        or name == world.module
        or name in {*world.parameters, *world.patched, *world.importable, *world.builtins}
        or name.endswith("_before")
    )


_OF_TESTS = frozenset(
    {
        "callback",
        "callbacks",
        "connected",
        "django_capture_on_commit_callbacks",
        "found",
        "mock",
        "pytest",
        "re",
        "self",
        "stored",
        "transaction",
    }
)
"""What the tests of a receiver call their own: see the templates."""
