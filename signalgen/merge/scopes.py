"""The names that code reads from its module, without locals: ``module_reads(tree)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_OWN_NAMES = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


def module_reads(tree: ast.AST) -> Iterator[str]:
    """Yield every name that is read and may be the module's; unclear ones count."""
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        node, hidden = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in hidden:
            yield node.id
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        # Decorators, defaults and annotations belong to the scope outside of the function.
        body: list[ast.AST] = []
        if isinstance(node, _Function):
            body = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
            inside = _hidden_in(node, body, hidden)
            waiting += [(child, inside) for child in body]
        known = {id(child) for child in body}
        waiting += [
            (child, hidden) for child in ast.iter_child_nodes(node) if id(child) not in known
        ]


def _hidden_in(function: _Function, body: list[ast.AST], outside: frozenset[str]) -> frozenset[str]:
    spec = function.args
    every = [
        *spec.posonlyargs,
        *spec.args,
        *spec.kwonlyargs,
        *filter(None, (spec.vararg, spec.kwarg)),
    ]
    own = {arg.arg for arg in every}
    shared: set[str] = set()
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Global):
            shared.update(node.names)
        own.update(_bound_by(node))
        # Nested scopes bind their own names; only the name of a def or class itself counts here.
        if not isinstance(node, (*_OWN_NAMES, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)
    return (outside | own) - shared


def _bound_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [] if isinstance(node.ctx, ast.Load) else [node.id]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ExceptHandler) and node.name:
        return [node.name]
    return []
