"""Every node of a statement together with the function and the class that it stands in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from signalgen.index.walking import LEAVES, MARKS

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
    code: Code,
    path: str,
    stmts: Iterable[ast.AST],
    scope: FunctionRef | None = None,
    wanted: tuple[type[ast.AST], ...] = (ast.AST,),
) -> Iterator[Scoped]:
    """Yield every node of the classes ``wanted`` below ``stmts``, in the order of the file, decorators before what they decorate.

    Operators and contexts are left out, as in ``walk``.
    """
    cls: ast.ClassDef | None = None
    # A pair among the nodes says where those after it stand.
    stack: list[ast.AST | tuple[FunctionRef | None, ast.ClassDef | None]] = [*stmts]
    stack.reverse()
    pop, push, extend = stack.pop, stack.append, stack.extend
    while stack:
        node = pop()
        if isinstance(node, tuple):
            scope, cls = node
            continue
        if isinstance(node, wanted):
            yield Scoped(node, scope, cls)
        if node.__class__ in LEAVES:
            continue
        if isinstance(node, FUNCTIONS):
            push((scope, cls))
            extend(reversed(node.body))
            push((code.function_ref(path, node, cls=cls, outer=scope), None))
            extend(reversed([*node.decorator_list, node.args, *([node.returns] if node.returns else [])]))
        elif isinstance(node, ast.ClassDef):
            push((scope, cls))
            extend(reversed(node.body))
            push((scope, node))
            push((scope, cls))
            extend(reversed([*node.decorator_list, *node.bases, *node.keywords]))
        else:
            for value in reversed(node.__dict__.values()):
                if value.__class__ is list:
                    extend(item for item in reversed(value) if isinstance(item, ast.AST))
                elif isinstance(value, ast.AST) and not isinstance(value, MARKS):
                    push(value)
