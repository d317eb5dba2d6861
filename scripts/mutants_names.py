"""Names of generated code with a typing error, and primary keys that are those of something else.

Decorators and imports are left out: what they misspell fails when the module is imported.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Edit = Callable[[ast.AST], ast.AST]

ROWS = frozenset(
    f"{prefix}{name}"
    for prefix in ("", "a")
    for name in ("create", "get", "get_or_create", "update", "update_or_create")
) | {"filter", "exclude", "Q"}
"""Calls whose keywords are fields and lookups."""
TEXTS = frozenset(
    {"only", "defer", "values", "values_list", "order_by", "select_related", "prefetch_related"}
    | {"get_field", "F", "OuterRef", "Sum", "Count", "Min", "Max", "Avg"}
)
"""Calls whose texts are fields."""
LISTS = frozenset({"update_fields", "fields", "unique_fields"})
"""Keywords whose value is a list of fields."""
DEFAULTS = frozenset({"defaults", "create_defaults"})
"""Keywords whose value has fields as keys."""


def misspelt(name: str) -> str:
    """Return ``name`` with a letter too many."""
    return f"{name}x"


@cache
def _inside(function: ast.FunctionDef) -> tuple[frozenset[ast.AST], frozenset[ast.AST]]:
    """Return what is called in ``function``, and what annotates something."""
    called = frozenset(n.func for n in ast.walk(function) if isinstance(n, ast.Call))
    annotations = [
        part
        for n in ast.walk(function)
        for part in (getattr(n, "annotation", None), getattr(n, "returns", None))
        if isinstance(part, ast.AST)
    ]
    return called, frozenset(n for part in annotations for n in ast.walk(part))


def names(
    node: ast.AST, function: ast.FunctionDef, tasks: frozenset[str], others: Mapping[str, str]
) -> Iterator[tuple[str, str, Edit]]:
    """Yield the misspelt and mistaken variants of ``node``, which stands in ``function``.

    ``tasks`` are names of tasks; ``others`` says of a model by which attribute its rows know the
    primary key of another one.
    """
    called, annotations = _inside(function)
    if node in annotations:
        return
    if isinstance(node, ast.Attribute):
        method = node in called or (isinstance(node.value, ast.Name) and node.value.id in tasks)
        kind = "method misspelt" if method else "attribute misspelt"
        yield kind, "", lambda n: ast.Attribute(n.value, misspelt(n.attr), n.ctx)
        if not method:
            yield from _pk(node, others.get(_sender(function), ""))
    elif isinstance(node, ast.Name) and node.id in tasks:
        yield "task misspelt", "", lambda n: ast.Name(misspelt(n.id), n.ctx)
    elif isinstance(node, ast.Call):
        yield from _call(node, tasks)


def _sender(function: ast.FunctionDef) -> str:
    """Return the name of the model to which the receiver ``function`` listens."""
    found = [
        ast.unparse(keyword.value)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
        if keyword.arg == "sender"
    ]
    return found[0] if found else ""


def _pk(node: ast.Attribute, other: str) -> Iterator[tuple[str, str, Edit]]:
    """Put no primary key, or that of another row, in the place of one."""
    own = node.attr in ("pk", "id")
    if not isinstance(node.ctx, ast.Load) or not (own or node.attr.endswith("_id")):
        return
    yield "wrong pk: None", "", lambda _node: ast.Constant(None)
    of_row = isinstance(node.value, ast.Name) and node.value.id == "instance"
    if of_row and (other or not own):
        attribute = other if own else "pk"
        yield (
            "wrong pk: of another row",
            f"{ast.unparse(node)} is {attribute}",
            lambda n: ast.Attribute(n.value, attribute, n.ctx),
        )


def _call(node: ast.Call, tasks: frozenset[str]) -> Iterator[tuple[str, str, Edit]]:
    name = ast.unparse(node.func).rpartition(".")[2]
    rows = name in ROWS or (isinstance(node.func, ast.Name) and name[:1].isupper())
    for number, keyword in enumerate(node.keywords):
        for kind, arg in _keyword(keyword.arg or "", rows=rows):
            where = f"{keyword.arg} of {name}(...)"
            yield kind, where, lambda n, i=number, arg=arg: _renamed(n, i, arg)
        if rows and keyword.arg in DEFAULTS and isinstance(keyword.value, ast.Dict):
            for place, key in enumerate(keyword.value.keys):
                yield from _text(key, ("keywords", number, "value", "keys", place))
        if keyword.arg in LISTS and isinstance(keyword.value, (ast.List, ast.Tuple, ast.Set)):
            for place, item in enumerate(keyword.value.elts):
                yield from _text(item, ("keywords", number, "value", "elts", place))
    if name in TEXTS:
        for number, argument in enumerate(node.args):
            yield from _text(argument, ("args", number))
    yield from _task(node, tasks)


def _keyword(arg: str, *, rows: bool) -> Iterator[tuple[str, str]]:
    """Yield how the keyword ``arg`` may be misspelt."""
    field, lookup, rest = arg.partition("__")
    if rows and lookup:
        yield "lookup misspelt", misspelt(arg)
        yield "field misspelt", f"{misspelt(field)}{lookup}{rest}"
    elif rows and arg not in DEFAULTS:
        yield "field misspelt", misspelt(arg)
    elif arg:
        yield "keyword misspelt", misspelt(arg)


def _renamed(node: ast.Call, number: int, arg: str) -> ast.Call:
    node.keywords[number].arg = arg
    return node


def _text(node: ast.AST | None, way: tuple[str | int, ...]) -> Iterator[tuple[str, str, Edit]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        new = ast.Constant(misspelt(node.value))
        yield "field misspelt", repr(node.value), lambda n: put(n, way, new)


def put(node: ast.AST, way: tuple[str | int, ...], value: ast.AST) -> ast.AST:
    """Set what the names and numbers of ``way`` lead to; return ``node``."""
    *steps, last = way
    owner = node
    for step in steps:
        owner = owner[step] if isinstance(step, int) else getattr(owner, step)
    if isinstance(last, int):
        owner[last] = value
    else:
        setattr(owner, last, value)
    return node


def _task(node: ast.Call, tasks: frozenset[str]) -> Iterator[tuple[str, str, Edit]]:
    """Queue a task with a text instead of a primary key, or the other way round."""
    callee, first = node.func, 0
    if ast.unparse(callee).endswith("partial") and node.args:
        callee, first = node.args[0], 1
    base = callee.value if isinstance(callee, ast.Attribute) else callee
    if not (isinstance(base, ast.Name) and base.id in tasks):
        return
    for number, argument in enumerate(node.args[first:], first):
        where = f"{ast.unparse(argument)} of {base.id}"
        if isinstance(argument, ast.Attribute) and argument.attr in ("pk", "id"):
            text = ast.Call(ast.Name("str", ast.Load()), [argument], [])
            edit = lambda n, i=number, new=text: put(n, ("args", i), new)  # noqa: E731
            yield "wrong pk: text for number", where, edit
        elif (
            isinstance(argument, ast.Call)
            and ast.unparse(argument.func) == "str"
            and isinstance(argument.args[0], ast.Attribute)
        ):
            edit = lambda n, i=number: put(n, ("args", i), n.args[i].args[0])  # noqa: E731
            yield "wrong pk: not made a text", where, edit
