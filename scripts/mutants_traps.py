"""The traps of the recipes as breaks of generated code: what the usual advice would have put in its place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Edit = Callable[[ast.AST], ast.AST | list[ast.stmt] | None]


def traps(node: ast.AST, function: ast.AST) -> Iterator[tuple[str, str, Edit]]:
    """Yield the naive variants of ``node``, which stands in ``function``."""
    if isinstance(node, ast.Call):
        yield from _call(node, function)
    elif isinstance(node, ast.Expr) and _counts_in_the_database(node.value):
        yield "trap: read, change and save", "", _read_modify_write
    elif isinstance(node, ast.IfExp) and isinstance(node.test, ast.Name):
        yield "trap: None not looked for", "", lambda n: n.body
    elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        yield "trap: no default", "", lambda n: n.values[0]
    elif isinstance(node, ast.Attribute) and node.attr == "_base_manager":
        yield (
            "trap: a manager that may hide rows",
            "",
            lambda n: ast.Attribute(n.value, "objects", n.ctx),
        )
    elif isinstance(node, ast.Attribute) and ast.unparse(node).endswith(".storage.delete"):
        yield (
            "trap: os.remove",
            "",
            lambda _node: ast.parse("__import__('os').remove", mode="eval").body,
        )
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield (
            "trap: what is taken not looked at",
            "",
            lambda n: ast.comprehension(n.target, n.iter, [], 0),
        )


def _call(node: ast.Call, function: ast.AST) -> Iterator[tuple[str, str, Edit]]:
    name = ast.unparse(node.func)
    method = name.rpartition(".")[2]
    if method == "get_or_create":
        yield "trap: create instead of get_or_create", "", lambda n: _created(n, function)
    elif method == "Coalesce" and len(node.args) == 2:
        yield "trap: no default", "", lambda n: n.args[0]
    elif method in ("select_for_update", "distinct"):
        yield "trap: no lock", "", lambda n: n.func.value
    elif method == "first" and not node.args:
        yield "trap: the row must be there", "", _renamed("get")
    elif method == "values" and node.args:
        yield "trap: the whole row", "", lambda n: ast.Call(n.func, [], [])
    elif name.startswith("vars(") and method == "pop":
        yield "trap: what was remembered stays", "", _renamed("get")
    elif method == "getattr" and len(node.args) == 3 and isinstance(node.args[1], ast.Constant):
        yield (
            "trap: a missing part",
            "",
            lambda n: ast.Attribute(n.args[0], n.args[1].value, ast.Load()),
        )
    elif method == "delete_many":
        yield "trap: one call for each key", "", _each_key
    elif (
        method == "on_commit"
        and "instance.pk" in ast.unparse(node)
        and "_delete" in _heard(function)
    ):
        yield "trap: the key after the deletion", "", _late
    for number, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg.endswith("__gt") and ast.unparse(keyword.value) == "0":
            yield (
                "trap: below zero",
                "",
                lambda n, i=number: ast.Call(n.func, n.args, _but(n.keywords, i)),
            )


def _heard(function: ast.AST) -> str:
    """Return the decorators of ``function``, which name its signals."""
    return " ".join(map(ast.unparse, function.decorator_list))


def _but(keywords: list[ast.keyword], number: int) -> list[ast.keyword]:
    return [keyword for i, keyword in enumerate(keywords) if i != number]


def _renamed(attribute: str) -> Edit:
    def edit(node: ast.Call) -> ast.Call:
        arguments = node.args[:1] if attribute == "get" and node.args else node.args
        return ast.Call(
            ast.Attribute(node.func.value, attribute, ast.Load()), arguments, node.keywords
        )

    return edit


def _counts_in_the_database(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and any("F(" in ast.unparse(keyword.value) for keyword in node.keywords)
    )


class _Loaded(ast.NodeTransformer):
    """``F("count")`` as the attribute of a row that has been loaded."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if ast.unparse(node.func) == "F" and node.args:
            return ast.Attribute(ast.Name("row", ast.Load()), node.args[0].value, ast.Load())
        return self.generic_visit(node)


def _read_modify_write(node: ast.Expr) -> ast.For:
    call = node.value
    body: list[ast.stmt] = [
        ast.Assign(
            [ast.Attribute(ast.Name("row", ast.Load()), k.arg, ast.Store())],
            _Loaded().visit(k.value),
        )
        for k in call.keywords
    ]
    return ast.For(
        ast.Name("row", ast.Store()), call.func.value, [*body, *ast.parse("row.save()").body], []
    )


def _created(node: ast.Call, function: ast.AST) -> ast.expr:
    """Call ``create()``, and say that the row is new where somebody asks."""
    keywords = [k for k in node.keywords if k.arg != "defaults"]
    made = ast.Call(ast.Attribute(node.func.value, "create", ast.Load()), node.args, keywords)
    asked = any(
        isinstance(n, ast.Assign)
        and isinstance(n.targets[0], ast.Tuple)
        and node.func.attr in ast.unparse(n)
        for n in ast.walk(function)
    )
    return ast.Tuple([made, ast.Constant(value=True)], ast.Load()) if asked else made


def _each_key(node: ast.Call) -> ast.expr:
    one = ast.Attribute(node.func.value, "delete", ast.Load())
    return ast.ListComp(
        ast.Call(one, [ast.Name("key", ast.Load())], []),
        [ast.comprehension(ast.Name("key", ast.Store()), node.args[0], [], 0)],
    )


def _late(node: ast.Call) -> ast.Call:
    """Evaluate the arguments when the commit comes."""
    callback = node.args[0]
    if isinstance(callback, ast.Call) and ast.unparse(callback.func) == "partial":
        called = ast.Call(callback.args[0], callback.args[1:], callback.keywords)
        empty = ast.arguments([], [], None, [], [], None, [])
        return ast.Call(node.func, [ast.Lambda(empty, called)], node.keywords)
    return node
