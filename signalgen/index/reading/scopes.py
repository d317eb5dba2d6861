"""Every node of a statement with the function and class around it: ``scoped`` is the entry."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

from signalgen.index.reading.walking import FIELDS, present
from signalgen.treewalk import GAPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import FunctionRef

    _Place: TypeAlias = "tuple[FunctionRef | None, ast.ClassDef | None]"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_OPENING = (*FUNCTIONS, ast.ClassDef)
_BLOCKS = frozenset(["body", "orelse", "finalbody"])
_LONG = 16
"""The number of statements from which a block is searched."""


class Scoped(NamedTuple):
    """A node with the function around it, and the class if no function is nearer."""

    node: ast.AST
    scope: FunctionRef | None
    cls: ast.ClassDef | None


def scoped(
    code: Codebase,
    path: str,
    stmts: Iterable[ast.AST],
    scope: FunctionRef | None = None,
    wanted: tuple[type[ast.AST], ...] = (ast.AST,),
    lines: Sequence[int] | None = None,
    *,
    inside: bool = True,
) -> Iterator[Scoped]:
    """Yield each ``wanted`` node below ``stmts`` in source order, decorators first.

    Operators and contexts are left out, as in ``walk``. With ``lines`` (sorted), statements that
    contain none of these lines are skipped; without ``inside``, the bodies of functions are.
    """
    cls: ast.ClassDef | None = None
    # A stack, not recursion, for speed. A tuple on it sets scope and class for what follows.
    stack: list[ast.AST | _Place] = [*stmts]
    stack.reverse()
    pop, push, extend, fields = stack.pop, stack.append, stack.extend, FIELDS
    while stack:
        node = pop()
        if isinstance(node, tuple):
            scope, cls = node
            continue
        if lines is not None and isinstance(node, ast.stmt) and not _holds_one(node, lines):
            continue
        if isinstance(node, wanted):
            yield Scoped(node, scope, cls)
        if isinstance(node, _OPENING):
            extend(reversed(_parts(code, path, Scoped(node, scope, cls), lines, inside=inside)))
        else:
            for name in fields[node.__class__]:
                value: Any = node.__dict__.get(name)
                if isinstance(value, list):
                    if lines is not None and name in _BLOCKS:
                        value = _holding(value, lines)
                    extend(value[::-1] if name not in GAPPED else present(value)[::-1])
                elif isinstance(value, ast.AST):
                    push(value)


def _parts(
    code: Codebase, path: str, item: Scoped, lines: Sequence[int] | None, *, inside: bool
) -> list[ast.AST | _Place]:
    node, scope, cls = item
    if not isinstance(node, _OPENING):
        return []
    if isinstance(node, FUNCTIONS) and not inside:
        return [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
    body = node.body if lines is None else _holding(node.body, lines)
    if isinstance(node, FUNCTIONS):
        ref = code.function_ref(path, node, cls=cls, outer=scope)
        outside = [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
        return [*outside, (ref, None), *body, (scope, cls)]
    outside = [*node.decorator_list, *node.bases, *node.keywords]
    return [*outside, (scope, node), *body, (scope, cls)]


def _holding(block: list[ast.stmt], lines: Sequence[int]) -> list[ast.stmt]:
    """Return the statements of a block that contain one of the lines.

    It uses binary search, because long blocks are queried for many names.
    """
    if len(block) < _LONG:
        return block
    found: list[ast.stmt] = []
    end, after = _end(block[-1]), 0
    for number in range(bisect_left(lines, _start(block[0])), len(lines)):
        line = lines[number]
        if line > end:
            break
        at = stop = bisect_right(block, line, key=_start)
        while at > after and _end(block[at - 1]) >= line:
            at -= 1
        if at < stop:
            found += block[at:stop]
            after = stop
    return found


def _holds_one(stmt: ast.stmt, lines: Sequence[int]) -> bool:
    at = bisect_left(lines, _start(stmt))
    return at < len(lines) and lines[at] <= _end(stmt)


def _start(stmt: ast.stmt) -> int:
    # A decorated statement starts at its first decorator, not at its lineno.
    decorators: list[ast.expr] = getattr(stmt, "decorator_list", [])
    return min([stmt.lineno, *(item.lineno for item in decorators)])


def _end(stmt: ast.stmt) -> int:
    return stmt.end_lineno or stmt.lineno
