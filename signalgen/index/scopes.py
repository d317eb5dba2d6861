"""Every node of a statement together with the function and the class that it stands in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index.code import Code
    from signalgen.values.index import FunctionRef

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Scoped(NamedTuple):
    """A node and where it stands: ``scope`` is the function around it, ``cls`` the class when no function is nearer."""

    node: ast.AST
    scope: FunctionRef | None
    cls: ast.ClassDef | None


def scoped(
    code: Code, path: str, stmts: Iterable[ast.AST], scope: FunctionRef | None = None
) -> Iterator[Scoped]:
    """Yield every node below ``stmts`` in the order of the file, decorators before what they decorate."""
    stack = [Scoped(stmt, scope, None) for stmt in reversed(list(stmts))]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(reversed(list(_children(code, path, item))))


def _children(code: Code, path: str, item: Scoped) -> Iterator[Scoped]:
    node, scope, cls = item
    if isinstance(node, FUNCTIONS):
        ref = code.function_ref(path, node, cls=cls, outer=scope)
        outside: list[ast.AST] = [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
        yield from (Scoped(child, scope, cls) for child in outside)
        yield from (Scoped(child, ref, None) for child in node.body)
    elif isinstance(node, ast.ClassDef):
        yield from (
            Scoped(child, scope, cls) for child in [*node.decorator_list, *node.bases, *node.keywords]
        )
        yield from (Scoped(child, scope, node) for child in node.body)
    else:
        yield from (Scoped(child, scope, cls) for child in ast.iter_child_nodes(node))
