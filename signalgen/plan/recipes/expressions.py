"""Names in the expressions of recipes: attributes of rows, and fields in lookups."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.plan.context import did_you_mean
from signalgen.plan.names.relations import field_names
from signalgen.plan.recipes.models import adds, may_lack, row_names, rows_of
from signalgen.syntax import code_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.plan.context import Context
    from signalgen.values.uses import ExpressionUse

_FIELD_FIRST = frozenset(["F", "Sum", "Count", "Avg", "Min", "Max", "StdDev", "Variance"])


def check_expression(ctx: Context, use: ExpressionUse) -> None:
    """Report names in an expression that nearly match a field of its rows."""
    model = rows_of(ctx, use.model, use.via)
    if model is None or not may_lack(model):
        return
    try:
        tree = code_expression(use.code.text)
    except (SyntaxError, ValueError):
        return
    names = field_names(model)
    known = row_names(ctx, model)
    likely = names | {*model.attributes}
    for name, node in _lookups(tree) if use.lookups else _attributes(tree):
        near = did_you_mean(name, names if use.lookups else likely)
        if name in known or name.startswith(("_", "get_")) or not near or adds(ctx, model, name):
            continue
        if use.lookups and _is_reverse(name, known):
            continue
        mark = use.code.at_byte(node.lineno, node.col_offset)
        ctx.problem(mark, "unknown-field", f"{model.name} has no field {name!r}", near)


def _is_reverse(name: str, known: set[str]) -> bool:
    # In a lookup a reverse relation is named without ``_set``.
    return f"{name}_set" in known


def _attributes(tree: ast.AST) -> Iterator[tuple[str, ast.expr | ast.keyword]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node.value) == "instance":
            yield node.attr, node


def _lookups(tree: ast.AST) -> Iterator[tuple[str, ast.expr | ast.keyword]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Name, ast.Attribute)):
            continue
        last = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if last in _FIELD_FIRST and node.args and isinstance(node.args[0], ast.Constant):
            if isinstance(node.args[0].value, str):
                yield node.args[0].value.partition("__")[0], node.args[0]
        elif last == "Q":
            for item in node.keywords:
                if item.arg is not None:
                    yield item.arg.partition("__")[0], item
