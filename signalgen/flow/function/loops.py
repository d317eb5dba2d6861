"""Loops in a function: their iterables, and the calls made for each element: ``loops``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.reading.walking import Notes, children
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.index import FunctionRef

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)

_OBJECT_AND_NAME = 2


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A ``for`` loop or comprehension: its iterable, its target, and the nodes run per element."""

    node: ast.AST
    target: ast.expr
    iter: ast.expr
    body: tuple[ast.AST, ...]

    def calls(self) -> Iterator[ast.Call]:
        """Yield the calls made for each element, without those of nested functions."""
        stack = list(reversed(self.body))
        while stack:
            node = stack.pop()
            if isinstance(node, _FUNCTIONS):
                continue
            if isinstance(node, ast.Call):
                yield node
            stack.extend(reversed(children(node)))

    @property
    def is_short(self) -> bool:
        """Whether it runs few times: over a display, a constant, a literal range, or as a retry."""
        node = self.iter
        if _tries_again(self):
            return True
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if _is_of_settings(node) or _is_of_display(node.func):
                return True
            if name in ("enumerate", "reversed", "sorted", "list", "tuple", "zip"):
                return all(_is_display(item) for item in node.args)
            return name in ("range", "xrange") and all(
                isinstance(item, ast.Constant) for item in node.args
            )
        return _is_display(node)

    def inner(self) -> Iterator[Loop]:
        """Yield the loops that run again for each element."""
        for node in self.body:
            yield from _below([node])


def _tries_again(loop: Loop) -> bool:
    """Tell whether a loop ends once its work has succeeded, or is a tenacity retry."""
    if isinstance(loop.iter, ast.Call) and dotted(loop.iter.func).endswith("Retrying"):
        return True
    if not isinstance(loop.node, (ast.For, ast.AsyncFor)):
        return False
    blocks = [loop.node.body]
    for stmt in loop.node.body:
        blocks += [stmt.body, stmt.orelse] if isinstance(stmt, ast.Try) else []
    return any(block and isinstance(block[-1], (ast.Break, ast.Return)) for block in blocks)


def _is_of_settings(call: ast.Call) -> bool:
    """Tell whether a call is ``getattr(settings, "LANGUAGES", ())``."""
    if dotted(call.func) != "getattr" or len(call.args) < _OBJECT_AND_NAME:
        return False
    owner, name = dotted(call.args[0]).rpartition(".")[2], call.args[1]
    return owner == "settings" and isinstance(name, ast.Constant)


def _is_of_display(func: ast.expr) -> bool:
    """Tell whether a method gives the items of a constant: ``LABELS.items()``."""
    named = isinstance(func, ast.Attribute) and func.attr in ("items", "keys", "values")
    return named and isinstance(func, ast.Attribute) and _is_display(func.value)


def _is_display(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Constant)):
        return True
    name = (
        node.attr
        if isinstance(node, ast.Attribute)
        else node.id
        if isinstance(node, ast.Name)
        else ""
    )
    return name.isupper()


_LOOPS = Notes[tuple[Loop, ...]]("loops")


def element(target: ast.expr, rows: ast.expr) -> tuple[str, ast.expr]:
    """Return the name of each element (or "") and the rows, also in ``enumerate(rows)``."""
    counted = (
        isinstance(rows, ast.Call)
        and isinstance(rows.func, ast.Name)
        and rows.func.id == "enumerate"
    )
    if counted and isinstance(rows, ast.Call) and rows.args and isinstance(target, ast.Tuple):
        target, rows = target.elts[-1], rows.args[0]
    return (target.id if isinstance(target, ast.Name) else ""), rows


def loops(function: FunctionRef) -> tuple[Loop, ...]:
    """Return the loops and comprehensions of a function, outermost first, not nested functions'."""
    known = _LOOPS.get(function.node)
    if known is None:
        known = _LOOPS[function.node] = tuple(_below(children(function.node)))
    return known


def _below(nodes: list[ast.AST]) -> Iterator[Loop]:
    stack = nodes[::-1]
    while stack:
        node = stack.pop()
        if isinstance(node, _FUNCTIONS):
            continue
        if isinstance(node, (ast.For, ast.AsyncFor)):
            yield Loop(node, node.target, node.iter, tuple(node.body))
        elif isinstance(node, _COMPREHENSIONS):
            results = [getattr(node, name, None) for name in ("key", "value", "elt")]
            made = [item for item in results if isinstance(item, ast.AST)]
            # The first `for` runs the results, the conditions and every further `for`.
            for number, each in enumerate(node.generators, 1):
                more: list[ast.AST] = [*each.ifs, *node.generators[number:]]
                yield Loop(node, each.target, each.iter, (*made, *more))
        elif isinstance(node, ast.comprehension) and node in nodes:
            # A further `for` of a comprehension runs again for each element of the one before.
            yield Loop(node, node.target, node.iter, tuple(node.ifs))
        stack.extend(reversed(children(node)))
