"""The names that a call of a manager, row or model class gives: lookups, keywords, field lists."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from signalgen.dotted import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOKING_UP = frozenset(
    "filter exclude get aget get_or_create aget_or_create update_or_create aupdate_or_create "
    "get_object_or_404 aget_object_or_404 get_list_or_404 aget_list_or_404".split()
)
_WRITING = frozenset({"create", "acreate", "update", "aupdate"})
_NAMING = frozenset(
    "order_by values values_list only defer select_related distinct latest alatest earliest "
    "aearliest".split()
)
_FIRST = frozenset({"dates", "datetimes"})
_DEFAULTS = ("defaults", "create_defaults")
_EXPRESSIONS = frozenset(
    "F Count Sum Avg Max Min StdDev Variance Coalesce Lower Upper Length Trim Greatest Least "
    "NullIf Concat ArrayAgg StringAgg".split()
)
"""Calls whose positional texts are names of fields."""
_AROUND = _EXPRESSIONS | {"Q", "When", "Case", "ExpressionWrapper", "Cast"}
_SAVING = frozenset({"save", "asave"})
_REFRESHING = frozenset({"refresh_from_db", "arefresh_from_db"})


class Asked(NamedTuple):
    """A name that a call gives, where it stands, and how it is read.

    ``path``: it may lead through relations; ``accessors``: by the names that rows have.
    """

    name: str
    node: ast.AST
    path: bool = True
    accessors: bool = False


def of_rows(call: ast.Call, method: str) -> Iterator[Asked]:
    """Yield what a method of a manager or queryset is asked for."""
    if method in _LOOKING_UP or method in _WRITING:
        for item in call.keywords:
            if item.arg in _DEFAULTS and method not in _WRITING:
                yield from _keys(item.value)
            elif item.arg is not None:
                yield Asked(item.arg, item, method in _LOOKING_UP)
    elif method in _NAMING:
        yield from _texts(call.args)
    elif method in _FIRST:
        yield from _texts(call.args[:1])
    elif method == "prefetch_related":
        yield from (item._replace(accessors=True) for item in _texts(_prefetched(call)))
    elif method in ("bulk_update", "abulk_update"):
        fields = [item.value for item in call.keywords if item.arg == "fields"] or call.args[1:2]
        yield from _listed(fields)
    elif method in ("bulk_create", "abulk_create"):
        names = ("update_fields", "unique_fields")
        yield from _listed([item.value for item in call.keywords if item.arg in names])
    for value in [*call.args, *(item.value for item in call.keywords)]:
        yield from _expression(value)


def of_row(call: ast.Call, method: str) -> Iterator[Asked]:
    """Yield what a method of a row is asked for."""
    wanted = (
        "update_fields" if method in _SAVING else "fields" if method in _REFRESHING else ""
    )
    yield from _listed([item.value for item in call.keywords if item.arg == wanted])


def of_class(call: ast.Call) -> Iterator[Asked]:
    """Yield the keywords of a constructor."""
    for item in call.keywords:
        if item.arg is not None:
            yield Asked(item.arg, item, path=False)


def _keys(node: ast.expr) -> Iterator[Asked]:
    if isinstance(node, ast.Dict):
        for key in node.keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield Asked(key.value, key, path=False)
    elif isinstance(node, ast.Call) and dotted(node.func) == "dict":
        yield from of_class(node)


def _texts(nodes: list[ast.expr]) -> Iterator[Asked]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value.lstrip("-+")
            if name.isidentifier():
                yield Asked(name, node)


def _listed(nodes: list[ast.expr]) -> Iterator[Asked]:
    for node in nodes:
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            yield from (item._replace(path=False) for item in _texts(node.elts))


def _prefetched(call: ast.Call) -> list[ast.expr]:
    found = []
    for node in call.args:
        made = isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "Prefetch"
        if made and isinstance(node, ast.Call) and node.args:
            found.append(node.args[0])
        elif not isinstance(node, ast.Call):
            found.append(node)
    return found


def _expression(node: ast.expr) -> Iterator[Asked]:
    if isinstance(node, ast.BinOp):
        yield from _expression(node.left)
        yield from _expression(node.right)
    elif isinstance(node, ast.UnaryOp):
        yield from _expression(node.operand)
    elif isinstance(node, ast.Call):
        last = dotted(node.func).rpartition(".")[2]
        if last not in _AROUND:
            return
        if last in _EXPRESSIONS:
            yield from _texts(node.args)
        for item in node.keywords:
            if item.arg is not None and (last == "Q" or (last == "When" and item.arg != "then")):
                yield Asked(item.arg, item)
        for value in [*node.args, *(item.value for item in node.keywords)]:
            yield from _expression(value)
