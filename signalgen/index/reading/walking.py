"""Fast walks over syntax trees: ``walk``, ``nodes_in``, and ``values_of`` for assignments."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from signalgen.treewalk import GAPPED, LEAVES, holding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AST = ast.AST
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ASSIGNING = (ast.Assign, ast.AnnAssign, ast.withitem, ast.NamedExpr)
_SCOPES = frozenset([ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef])
T = TypeVar("T")


class _HoldingFields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each kind of node that may hold nodes, the last first.

    A node has eight attributes or more, most of them numbers and names: looking at each of them is
    what makes walking a tree slow.
    """

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        found = self[kind] = holding(kind)[::-1]
        return found


FIELDS = _HoldingFields()


class Notes(Generic[T]):
    """Cached results for single nodes, stored on the nodes and freed with the tree.

    A value may not be a list or a node, which ``walk`` would take for part of the tree, nor refer
    to its own node.
    """

    def __init__(self, name: str) -> None:
        self._name = f" {name}"  # with a blank, so that no field has this name

    def get(self, node: ast.AST) -> T | None:
        """Return the cached result of a node."""
        return cast("T | None", node.__dict__.get(self._name))

    def __setitem__(self, node: ast.AST, value: T) -> None:
        """Keep ``value`` for a node."""
        node.__dict__[self._name] = value


_INSIDE = Notes[tuple[ast.AST, ...]]("inside")
_BY_KIND = Notes[dict[type[ast.AST], list[ast.AST]]]("by kind")
_VALUES = Notes[dict[str, list[ast.expr]]]("values")


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it, in source order as far as the grammar's fields allow.

    Operators and contexts (``ast.Add``, ``ast.Load``) are left out: the node they belong to has
    them.
    """
    # An explicit stack, filled in reverse, gives source order without recursion.
    stack = [node]
    pop, push, fields = stack.pop, stack.append, FIELDS
    while stack:
        node = pop()
        yield node
        for name in fields[node.__class__]:
            value = node.__dict__.get(name)
            if isinstance(value, list):
                stack += value[::-1] if name not in GAPPED else present(value)[::-1]
            elif isinstance(value, AST):
                push(value)


def children(node: ast.AST) -> list[ast.AST]:
    """Return the direct child nodes, without those that ``walk`` leaves out."""
    found: list[ast.AST] = []
    for name in reversed(FIELDS[node.__class__]):
        value = node.__dict__.get(name)
        if isinstance(value, list):
            found += value if name not in GAPPED else present(value)
        elif isinstance(value, AST):
            found.append(value)
    return found


def present(nodes: list[ast.AST | None]) -> list[ast.AST]:
    """Return the items of a list that are not None."""
    return [item for item in nodes if item is not None]


def nodes_in(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> tuple[ast.AST, ...]:
    """Return the nodes of a function's body, in the order of ``walk``; cached."""
    known = _INSIDE.get(function)
    if known is None:
        body = function.body if isinstance(function.body, list) else [function.body]
        known = _INSIDE[function] = tuple(_listed(body))
    return known


def _listed(nodes: Sequence[ast.AST]) -> list[ast.AST]:
    """Return ``nodes`` and all below them, as ``walk`` does, without a generator's resumptions."""
    found: list[ast.AST] = []
    stack = [*nodes]
    stack.reverse()
    pop, push, add, fields = stack.pop, stack.append, found.append, FIELDS
    while stack:
        node = pop()
        add(node)
        held = node.__dict__
        for name in fields[node.__class__]:
            value = held.get(name)
            if value.__class__ is list:
                stack += value[::-1] if name not in GAPPED else present(value)[::-1]
            elif isinstance(value, AST):
                push(value)
            elif isinstance(value, list):
                stack += value[::-1]  # an unread body
    return found


def of_kinds(
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, *kinds: type[ast.AST]
) -> tuple[ast.AST, ...]:
    """Return the nodes of a function's body that are of one of ``kinds``, in the order of ``walk``.

    The nodes are sorted by kind once for each function: most kinds are few, and asked for often.
    """
    sorted_ = _BY_KIND.get(function)
    if sorted_ is None:
        sorted_ = {}
        for node in nodes_in(function):
            if node.__class__ not in LEAVES:
                sorted_.setdefault(node.__class__, []).append(node)
        _BY_KIND[function] = sorted_
    found = [nodes for kind in kinds if (nodes := sorted_.get(kind))]
    if not found:
        return ()
    if len(found) == 1:
        return tuple(found[0])
    return tuple(node for node in nodes_in(function) if node.__class__ in kinds)


def own_nodes(
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
) -> tuple[ast.AST, ...]:
    """Return the same without the content of nested functions and classes."""
    every = nodes_in(function)
    if not any(node.__class__ in _SCOPES for node in every):
        return every
    found: list[ast.AST] = []
    stack: list[ast.AST] = (
        list(function.body) if isinstance(function.body, list) else [function.body]
    )
    stack.reverse()
    while stack:
        node = stack.pop()
        found.append(node)
        if node.__class__ not in _SCOPES:
            stack += reversed(children(node))
    return tuple(found)


def parents_below(root: ast.AST) -> dict[int, ast.AST | None]:
    """Return the parent of each node below ``root`` by node id, None for root's children."""
    found: dict[int, ast.AST | None] = {}
    # It may be kept on the root, which must not hold itself.
    parent: ast.AST | None = None
    node = root
    stack: list[ast.AST] = []
    while True:
        held = node.__dict__
        for name in FIELDS[node.__class__]:
            value = held.get(name)
            if isinstance(value, list):
                for item in value:
                    found[id(item)] = parent
                    if item.__class__ not in LEAVES and item is not None:
                        stack.append(item)
            elif isinstance(value, AST):
                found[id(value)] = parent
                if value.__class__ not in LEAVES:
                    stack.append(value)
        if not stack:
            return found
        node = parent = stack.pop()


def values_of(node: ast.AST) -> dict[str, list[ast.expr]]:
    """Return the values assigned to each plain name below a node, also by ``with`` and ``:=``."""
    known = _VALUES.get(node)
    if known is None:
        known = _VALUES[node] = {}
        # What a function holds is listed already, for every rule.
        for item in of_kinds(node, *_ASSIGNING) if isinstance(node, _FUNCTIONS) else walk(node):
            for name, value in _assigned(item) if isinstance(item, _ASSIGNING) else ():
                known.setdefault(name, []).append(value)
    return known


def _assigned(item: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(item, ast.Assign):
        for target in item.targets:
            if isinstance(target, ast.Name):
                yield target.id, item.value
    elif isinstance(item, ast.AnnAssign):
        if isinstance(item.target, ast.Name) and item.value is not None:
            yield item.target.id, item.value
    elif isinstance(item, ast.withitem):
        if isinstance(item.optional_vars, ast.Name):
            yield item.optional_vars.id, item.context_expr
    elif isinstance(item, ast.NamedExpr):
        yield item.target.id, item.value
