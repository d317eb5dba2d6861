"""Values that decide a condition about one field of a row. Entry: ``deciding``."""

from __future__ import annotations

import ast

from signalgen.spec.text.python import UNPARSABLE
from signalgen.syntax import code_expression

_STEPS: dict[type[ast.cmpop], tuple[int, int]] = {
    ast.GtE: (0, -1),
    ast.Gt: (1, 0),
    ast.LtE: (0, 1),
    ast.Lt: (-1, 0),
    ast.Eq: (0, 1),
    ast.NotEq: (1, 0),
}


def deciding(condition: str) -> tuple[str, str] | None:
    """Return assignments that make ``condition`` just hold and just fail, None if unknown.

    It supports ``instance.field`` compared with an integer, and ``Q(field=True)``, for which the
    assignments are keywords.
    """
    try:
        tree = code_expression(condition).body
    except UNPARSABLE:
        return None
    if isinstance(tree, ast.Call):
        return _flag(tree)
    if not isinstance(tree, ast.Compare) or type(tree.ops[0]) not in _STEPS:
        return None
    name, bound = ast.unparse(tree.left), ast.unparse(tree.comparators[0])
    if len(tree.ops) > 1 or name.partition(".")[0] != "instance" or name.count(".") != 1:
        return None
    if not bound.removeprefix("-").isdecimal():
        return None
    holds, fails = (int(bound) + step for step in _STEPS[type(tree.ops[0])])
    return f"{name} = {holds}", f"{name} = {fails}"


def _flag(call: ast.Call) -> tuple[str, str] | None:
    if ast.unparse(call.func) != "Q" or call.args or len(call.keywords) != 1:
        return None
    name, value = call.keywords[0].arg, call.keywords[0].value
    if not isinstance(value, ast.Constant) or not isinstance(value.value, bool):
        return None
    return f"{name}={value.value}", f"{name}={not value.value}"
