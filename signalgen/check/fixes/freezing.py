"""Fixes that make a lambda evaluate something at once, as the default of a parameter."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.fixes.edits import replacing
from signalgen.index.reading.walking import walk
from signalgen.values.check import Fix, TextEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef


def freezing_fix(
    index: Index, function: FunctionRef, node: ast.Lambda, name: str, late: Sequence[ast.AST]
) -> Fix | None:
    """Return the fix that turns ``lambda: f(row.pk)`` into ``lambda pk=row.pk: f(pk)``.

    ``late`` are the equal expressions that are evaluated late, ``name`` what they become. None if
    the lambda has parameters, the expressions differ or the name is taken.
    """
    written = {ast.unparse(one) for one in late}
    if len(written) != 1 or _has_parameters(node) or name in _names(function):
        return None
    path = function.path
    edits = [replacing(index, path, one, name) for one in late]
    return Fix(
        f"evaluate {min(written)} at once",
        (_default(index, path, node, f"{name}={min(written)}"), *edits),
        safe=True,
    )


def keeping_fix(
    index: Index, function: FunctionRef, node: ast.Lambda, names: Sequence[str]
) -> Fix | None:
    """Return the fix that turns ``lambda: f(row)`` into ``lambda row=row: f(row)``, or None."""
    if _has_parameters(node):
        return None
    given = ", ".join(f"{name}={name}" for name in names)
    edit = _default(index, function.path, node, given)
    return Fix(f"keep {', '.join(names)} of this iteration", (edit,), safe=True)


def _has_parameters(node: ast.Lambda) -> bool:
    return any(isinstance(part, ast.arg) for part in ast.walk(node.args))


def _names(function: FunctionRef) -> set[str]:
    return {
        part.arg if isinstance(part, ast.arg) else part.id
        for part in walk(function.node)
        if isinstance(part, (ast.arg, ast.Name))
    }


def _default(index: Index, path: str, node: ast.Lambda, given: str) -> TextEdit:
    at = index.code.place(path, node).start + len(b"lambda")
    return TextEdit(path, at, at, f" {given}")
