"""Whether a node always runs, and whether two nodes both may: ``both_run``, ``excludes``."""

from __future__ import annotations

import ast
from bisect import bisect_right
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from signalgen.flow.connections.identity import is_hooking
from signalgen.flow.function.guards import path_to

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import Connection

_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_CONDITIONAL = (ast.If, ast.Try, ast.While, ast.Match, ast.ExceptHandler, ast.IfExp)


def trail(index: Index, path: str, node: ast.AST) -> list[ast.AST]:
    """Return the nodes from a top-level statement down to ``node``; empty if not in the file."""
    outline = index.code.outline(path)
    line = getattr(node, "lineno", 0)
    # The chunk in which the line is, and the one that ends right before it.
    at = bisect_right(outline.chunks, line, key=attrgetter("line"))
    for chunk in outline.chunks[max(at - 2, 0) : at]:
        if chunk.line <= line <= chunk.line + outline.source(chunk).count(b"\n"):
            for stmt in index.code.parsed(path, chunk):
                found = path_to(stmt, node)
                if found:
                    return found
    return []


def is_conditional(index: Index, path: str, node: ast.AST) -> bool:
    """Tell whether a node is below an ``if``, a ``try`` or the like, also outside its function."""
    return any(isinstance(item, _CONDITIONAL) for item in trail(index, path, node)[:-1])


def excludes(index: Index, path: str, one: ast.AST, other: ast.AST) -> bool:
    """Tell whether two nodes of one file are in branches of which only one runs."""
    first, second = trail(index, path, one), trail(index, path, other)
    shared = 0
    for left, right in zip(first, second, strict=False):
        if left is not right:
            break
        shared += 1
    if not shared or shared >= min(len(first), len(second)):
        return False
    parent, left, right = first[shared - 1], first[shared], second[shared]
    branches = (_branch(parent, left), _branch(parent, right))
    if branches[0] != branches[1]:
        # The else of a try runs after its body, so these two are not alternatives.
        both = isinstance(parent, ast.Try) and set(branches) == {"body", "else"}
        return all(branches) and not both
    return _leaves_after(first[shared:]) or _leaves_after(second[shared:])


def _branch(parent: ast.AST, child: ast.AST) -> str:
    if isinstance(parent, ast.If):
        return "body" if child in parent.body else "else" if child in parent.orelse else ""
    if isinstance(parent, ast.Try):
        if child in parent.handlers:
            return f"handler {parent.handlers.index(child)}"
        return "body" if child in parent.body else "else" if child in parent.orelse else ""
    if isinstance(parent, ast.Match) and child in parent.cases:
        return f"case {parent.cases.index(child)}"
    return ""


def _leaves_after(below: list[ast.AST]) -> bool:
    return any(
        isinstance(parent, ast.If)
        and any(
            child in block and isinstance(block[-1], _LEAVING)
            for block in (parent.body, parent.orelse)
            if block
        )
        for parent, child in pairwise(below)
    )


def both_run(index: Index, one: Connection, other: Connection) -> bool:
    """Tell whether two connections are certainly both made in one process."""
    if one.path == other.path:
        same = one.scope is other.scope or (is_hooking(one.scope) and is_hooking(other.scope))
        return same and not excludes(index, one.path, one.node, other.node)
    # Of modules that connect under a condition, perhaps only one is meant to.
    return not any(is_conditional(index, item.path, item.node) for item in (one, other)) and all(
        item.scope is None or is_hooking(item.scope) for item in (one, other)
    )
