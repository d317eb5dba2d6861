"""The names that a call of a manager, row or model class gives: lookups, keywords, field lists."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from signalgen.dotted import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LOOKING_UP = _words(
    "filter exclude get aget get_or_create aget_or_create update_or_create aupdate_or_create "
    "get_object_or_404 aget_object_or_404 get_list_or_404 aget_list_or_404"
)
_WRITING = frozenset({"create", "acreate", "update", "aupdate"})
_NAMING = _words(
    "order_by values values_list only defer select_related distinct latest alatest earliest "
    "aearliest"
)
_FIRST = frozenset({"dates", "datetimes"})
_BY_FIELD = frozenset({"in_bulk", "ain_bulk"})
_BULK = frozenset({"bulk_update", "abulk_update", "bulk_create", "abulk_create"})
_FIELDS = ("fields", "update_fields", "unique_fields")
_DEFAULTS = ("defaults", "create_defaults")
_EXPRESSIONS = _words(
    "F Count Sum Avg Max Min StdDev Variance Coalesce Lower Upper Length Trim Greatest Least "
    "NullIf Concat ArrayAgg StringAgg"
)
"""Calls whose positional strings are field names."""
_AROUND = _EXPRESSIONS | {"Q", "When", "Case", "ExpressionWrapper", "Cast"}
_SAVING = frozenset({"save", "asave"})
_REFRESHING = frozenset({"refresh_from_db", "arefresh_from_db"})


class AskedFor(NamedTuple):
    """A name that a call gives, its place, and how it is read.

    ``path``: it may lead through relations; ``accessors``: by the names that rows have.
    """

    name: str
    node: ast.AST
    path: bool = True
    accessors: bool = False


def of_rows(call: ast.Call, method: str) -> Iterator[AskedFor]:
    """Yield the names in a call of a manager or queryset method."""
    if method in _LOOKING_UP:
        yield from _looked_up(call)
    elif method in _WRITING:
        yield from of_class(call)
    elif method in _NAMING:
        yield from _texts(call.args)
    elif method in _FIRST:
        yield from _texts(call.args[:1])
    elif method in _BY_FIELD:
        yield from _texts([item.value for item in call.keywords if item.arg == "field_name"])
    elif method == "prefetch_related":
        yield from (item._replace(accessors=True) for item in _texts(_prefetched(call)))
    elif method in _BULK:
        yield from _listed([item.value for item in call.keywords if item.arg in _FIELDS])
        yield from _listed(call.args[1:2])
    for value in [*call.args, *(item.value for item in call.keywords)]:
        yield from _expression(value)


def _looked_up(call: ast.Call) -> Iterator[AskedFor]:
    for item in call.keywords:
        if item.arg in _DEFAULTS:
            yield from _keys(item.value)
        elif item.arg is not None:
            yield AskedFor(item.arg, item)


def of_row(call: ast.Call, method: str) -> Iterator[AskedFor]:
    """Yield the names in a call of a row's method."""
    wanted = "update_fields" if method in _SAVING else "fields" if method in _REFRESHING else ""
    yield from _listed([item.value for item in call.keywords if item.arg == wanted])


def of_class(call: ast.Call) -> Iterator[AskedFor]:
    """Yield the keywords of a constructor."""
    for item in call.keywords:
        if item.arg is not None:
            yield AskedFor(item.arg, item, path=False)


def _keys(node: ast.expr) -> Iterator[AskedFor]:
    if isinstance(node, ast.Dict):
        for key in node.keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield AskedFor(key.value, key, path=False)
    elif isinstance(node, ast.Call) and dotted(node.func) == "dict":
        yield from of_class(node)


def _texts(nodes: list[ast.expr]) -> Iterator[AskedFor]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value.lstrip("-+")
            if name.isidentifier():
                yield AskedFor(name, node)


def _listed(nodes: list[ast.expr]) -> Iterator[AskedFor]:
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


def _expression(node: ast.expr) -> Iterator[AskedFor]:
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
                yield AskedFor(item.arg, item)
        for value in [*node.args, *(item.value for item in node.keywords)]:
            yield from _expression(value)
