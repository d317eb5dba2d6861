"""The elements of an expression, through names, sums and stars: ``elements``, ``rounds``."""

from __future__ import annotations

import ast
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from signalgen.dotted import dotted
from signalgen.index.memo import remembered
from signalgen.index.reading.code import flattened
from signalgen.index.reading.given import is_changed
from signalgen.index.reading.resolving import (
    binds,
    find,
    lineage,
    local_names,
    resolve,
)
from signalgen.index.reading.walking import nodes_in, values_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TypeAlias

    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import ClassRef, FunctionRef

    Loop: TypeAlias = "ast.For | ast.comprehension"

_COPIES = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "chain"})
_LISTS = (ast.List, ast.Tuple, ast.Set)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
_DEEPEST = 8
_MOST_ELEMENTS = 10_000


class PlacedExpression(NamedTuple):
    """An expression and the file and function in which its names are resolved."""

    path: str
    node: ast.expr
    scope: FunctionRef | None

    def at(self, node: ast.expr) -> PlacedExpression:
        """Return another expression in the same scope."""
        return self._replace(node=node)


def assigned_value(scope: FunctionRef, name: str) -> ast.expr | None:
    """Return the one value that a function assigns to a local name, else None."""
    values = values_of(scope.node).get(name, [])
    return values[0] if len(values) == 1 else None


def assigned(code: Codebase, item: PlacedExpression) -> PlacedExpression | None:
    """Return the value of a name, or of an attribute of a class or ``self``, else None."""
    path, node, scope = item
    written = dotted(node)
    head, _, rest = written.partition(".")
    if not written:
        return None
    cls = class_around(scope)
    if head in ("self", "cls") and cls is not None:
        ref = code.class_ref(path, cls)
        return class_value(code, ref, rest) or _set_by_method(code, ref, rest)
    # Inside out, as Python looks names up: the nearest function that binds it decides.
    around = scope
    while around is not None:
        if head in local_names(around.node):
            value = assigned_value(around, head)
            sure = value is not None and not rest and not is_changed(code, path, head)
            return PlacedExpression(path, value, around) if sure and value is not None else None
        around = around.outer
    found = find(code, resolve(code, path, written, scope))
    if found is None or is_changed(code, found.path, found.name):
        return None
    if isinstance(found.stmt, ast.ClassDef):
        return class_value(code, code.class_ref(found.path, found.stmt), found.rest)
    value = found.stmt.value if isinstance(found.stmt, (ast.Assign, ast.AnnAssign)) else None
    return (
        PlacedExpression(found.path, value, None) if value is not None and not found.rest else None
    )


def class_around(scope: FunctionRef | None) -> ast.ClassDef | None:
    """Return the class of a method, or of the method around a function."""
    while scope is not None and scope.outer is not None:
        scope = scope.outer
    return scope.cls if scope is not None else None


def class_value(code: Codebase, cls: ClassRef, name: str) -> PlacedExpression | None:
    """Return the value that a class, or its nearest base with one, assigns to an attribute."""
    for one in lineage(code, cls):
        for stmt in flattened(one.node.body):
            if isinstance(stmt, (ast.Assign, ast.AnnAssign)) and stmt.value is not None:
                targets = stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]
                if any(isinstance(item, ast.Name) and item.id == name for item in targets):
                    return PlacedExpression(one.path, stmt.value, None)
    return None


def _set_by_method(code: Codebase, cls: ClassRef, name: str) -> PlacedExpression | None:
    found = [
        PlacedExpression(cls.path, node.value, code.function_ref(cls.path, stmt, cls=cls.node))
        for stmt in flattened(cls.node.body)
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in walk(stmt)
        if isinstance(node, ast.Assign)
        and any(dotted(target) == f"self.{name}" for target in node.targets)
    ]
    return found[0] if len(found) == 1 else None


@remembered(key=lambda item, depth=0: (item.path, item.node, item.scope, depth))
def elements(
    code: Codebase, item: PlacedExpression, depth: int = 0
) -> tuple[PlacedExpression, ...]:
    """Return the elements that iterating over an expression gives; itself if unknown.

    Nested lists may grow without end: one that is too long counts as unknown.
    """
    found = tuple(islice(_elements(code, item, depth), _MOST_ELEMENTS + 1))
    return found if len(found) <= _MOST_ELEMENTS else (item,)


def _elements(code: Codebase, item: PlacedExpression, depth: int) -> Iterable[PlacedExpression]:
    node = item.node
    if depth > _DEEPEST:
        return (item,)
    parts: list[ast.expr] = []
    if isinstance(node, _LISTS):
        return (found for part in node.elts for found in _element(code, item.at(part), depth))
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.BitOr)):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Call):
        copies = dotted(node.func).rpartition(".")[2] in _COPIES
        parts = node.args if copies else []
        if copies and not node.args and not node.keywords:
            return ()  # `set()` is the literal of nothing
        if not parts:
            return _of_dict(code, item, depth) or (item,)
    elif isinstance(node, ast.Dict):
        return tuple(item.at(key) for key in node.keys if key is not None)
    else:
        value = assigned(code, item)
        found = elements(code, value, depth + 1) if value is not None else ()
        return (item,) if value is None or found == (value,) else found
    return (found for part in parts for found in elements(code, item.at(part), depth + 1))


def _element(code: Codebase, item: PlacedExpression, depth: int) -> tuple[PlacedExpression, ...]:
    if isinstance(item.node, ast.Starred):
        return elements(code, item.at(item.node.value), depth + 1)
    return (item,)


def _of_dict(code: Codebase, item: PlacedExpression, depth: int) -> tuple[PlacedExpression, ...]:
    func = item.node.func if isinstance(item.node, ast.Call) else None
    if not isinstance(func, ast.Attribute) or func.attr not in ("items", "values", "keys"):
        return ()
    # Through names to the dict literal itself.
    owner: PlacedExpression | None = item.at(func.value)
    for _ in range(_DEEPEST - depth):
        if owner is None or isinstance(owner.node, ast.Dict):
            break
        owner = assigned(code, owner)
    # Plus what methods add by `self.name[key] = value`.
    filled = _filled(code, item.at(func.value))
    # A None key is a `**other` in the literal.
    if owner is None or not isinstance(owner.node, ast.Dict) or None in owner.node.keys:
        return ()
    pairs = [
        ast.copy_location(ast.Tuple([key, value], ast.Load()), value)
        for key, value in zip(owner.node.keys, owner.node.values, strict=True)
        if key is not None
    ]
    at = {"items": None, "keys": 0, "values": 1}[func.attr]
    every = [*(owner.at(pair) for pair in pairs), *filled]
    return tuple(
        pair.at(pair.node.elts[at]) if at is not None and isinstance(pair.node, ast.Tuple) else pair
        for pair in every
    )


def _filled(code: Codebase, owner: PlacedExpression) -> list[PlacedExpression]:
    written, cls = dotted(owner.node), class_around(owner.scope)
    if cls is None or not written.startswith("self."):
        return []
    return [
        PlacedExpression(
            owner.path,
            ast.copy_location(ast.Tuple([target.slice, node.value], ast.Load()), node),
            code.function_ref(owner.path, stmt, cls=cls),
        )
        for stmt in flattened(cls.body)
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in walk(stmt)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript) and dotted(target.value) == written
    ]


def loop_around(
    code: Codebase, at: ast.AST, name: str, item: PlacedExpression
) -> tuple[Loop, PlacedExpression] | None:
    """Return the loop around a node that binds ``name`` and its iterable, None without one."""
    scope = item.scope
    while scope is not None:
        found = _binding_loop(nodes_in(scope.node), at, name)
        if found is not None:
            return found, PlacedExpression(item.path, found.iter, scope)
        # The function binds it otherwise, so it is not a loop variable of the module.
        if binds(scope, name) and scope.outer is None:
            return None
        scope = scope.outer
    for stmt in code.loops(item.path):
        found = _binding_loop(walk(stmt), at, name)
        if found is not None:
            return found, PlacedExpression(item.path, found.iter, None)
    return None


def _binding_loop(
    nodes: Iterator[ast.AST] | tuple[ast.AST, ...], at: ast.AST, name: str
) -> Loop | None:
    line = getattr(at, "lineno", 0)
    inner: Loop | None = None
    for node in nodes:
        loops: list[Loop] = []
        if isinstance(node, ast.For):
            loops = [node]
        elif isinstance(node, _COMPREHENSIONS):
            loops = [*node.generators]
        if loops and node.lineno <= line <= (node.end_lineno or 0):  # type: ignore[attr-defined]
            for loop in loops:
                if any(isinstance(n, ast.Name) and n.id == name for n in walk(loop.target)):
                    inner = loop
    return inner


def rounds(
    code: Codebase, loop: Loop, over: PlacedExpression
) -> list[Mapping[str, PlacedExpression]] | None:
    """Return the values of the loop's names in each iteration, None if unknown."""
    found: list[Mapping[str, PlacedExpression]] = []
    items = elements(code, over)
    if items == (over,) and not isinstance(over.node, _LISTS):
        return None
    for item in items:
        bound: dict[str, PlacedExpression] = {}
        if not _bind(loop.target, item, bound):
            return None
        found.append(bound)
    return found


def _bind(target: ast.expr, value: PlacedExpression, bound: dict[str, PlacedExpression]) -> bool:
    if isinstance(target, ast.Name):
        bound[target.id] = value
        return True
    if not isinstance(target, _LISTS) or not isinstance(value.node, _LISTS):
        return False
    parts = value.node.elts
    if len(parts) != len(target.elts) or any(isinstance(p, ast.Starred) for p in parts):
        return False
    return all(_bind(t, value.at(p), bound) for t, p in zip(target.elts, parts, strict=True))


def in_round(item: PlacedExpression, bound: Mapping[str, PlacedExpression]) -> PlacedExpression:
    """Return an expression with its leading loop variable replaced by its value."""
    tail: list[str] = []
    node = item.node
    while isinstance(node, ast.Attribute):
        tail.append(node.attr)
        node = node.value
    value = bound.get(node.id) if isinstance(node, ast.Name) else None
    if value is None:
        return item
    made: ast.expr = value.node
    for attr in reversed(tail):
        made = ast.copy_location(ast.Attribute(made, attr, ast.Load()), item.node)
    return value.at(made)
