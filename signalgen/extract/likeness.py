"""Whether generated code does what a function of the project does: ``alike(old, new)``.

Both are normalised first: early returns become conditions, ``kwargs["created"]`` becomes the
argument, docstrings are dropped. Any remaining difference counts.
"""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.index import FunctionNode

_ROW = ("instance", "created", "raw", "using", "update_fields", "origin")
_MODEL_ARGUMENTS = {*_ROW, "action", "reverse", "model", "pk_set", "signal", "sender"}
"""The arguments that Django always sends with model signals."""


def alike(old: FunctionNode, new: str) -> bool:
    """Return whether ``new``, the text of a function, does what ``old`` does.

    A text that this Python cannot parse never does.
    """
    try:
        stmts = ast.parse(new).body
    except SyntaxError:
        return False
    functions = (s for s in stmts if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef)))
    made = next(functions, None)
    return made is not None and type(made) is type(old) and _form(made) == _form(old)


def argument(node: ast.expr, catch_all: str = "kwargs") -> str:
    """Return the model signal's argument that an expression reads, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    key: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        owner, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        key = node.args[0] if node.func.attr == "get" and node.args else None
    else:
        return ""
    named = isinstance(owner, ast.Name) and owner.id == catch_all
    text = key.value if isinstance(key, ast.Constant) else None
    return text if named and isinstance(text, str) and text in _MODEL_ARGUMENTS else ""


def is_raw_test(node: ast.expr) -> bool:
    """Return whether a condition holds only while fixtures are loaded."""
    return argument(node) == "raw"


def is_naming(node: ast.stmt) -> bool:
    """Return whether a statement gives an argument its own name: ``raw = kwargs["raw"]``."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return False
    target = node.targets[0]
    return isinstance(target, ast.Name) and argument(node.value) == target.id


def is_bare_return(stmts: Sequence[ast.stmt]) -> bool:
    """Return whether statements are a single ``return`` without a value."""
    only = stmts[0] if len(stmts) == 1 else None
    if not isinstance(only, ast.Return):
        return False
    value = only.value
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _form(node: FunctionNode) -> str:
    body = deepcopy(node.body)
    if ast.get_docstring(node) is not None:
        body = body[1:]
    arguments = node.args
    own = {one.arg for one in (*arguments.args, *arguments.kwonlyargs, *arguments.posonlyargs)}
    rest = arguments.kwarg.arg if arguments.kwarg is not None else ""
    plain = [_Arguments(own, rest).visit(stmt) for stmt in body]
    return "\n".join(ast.dump(stmt) for stmt in _ordered(plain))


class _Arguments(ast.NodeTransformer):
    """``kwargs["created"]`` and ``kwargs.get("created")`` become the argument's name."""

    def __init__(self, own: set[str], rest: str) -> None:
        self.own, self.rest = own, rest

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Replace an argument that the function does not take by name."""
        return self._named(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Replace an argument that the function does not take by name."""
        return self._named(node)

    def _named(self, node: ast.Subscript | ast.Call) -> ast.expr:
        name = argument(node, self.rest) if self.rest else ""
        if name and name not in self.own:
            return ast.Name(name, ast.Load())
        self.generic_visit(node)
        return node


def _ordered(stmts: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return a function's final statements with conditions instead of early returns."""
    if not stmts:
        return []
    first, rest = stmts[0], stmts[1:]
    if is_naming(first):
        return _ordered(rest)
    if is_bare_return([first]) or isinstance(first, ast.Pass):
        return [] if isinstance(first, ast.Return) else _ordered(rest)
    if not isinstance(first, ast.If):
        return [first, *_ordered(rest)]
    if not first.orelse and is_bare_return(first.body):
        return _if(_negated(first.test), _ordered(rest), [])
    if rest:
        return [first, *_ordered(rest)]
    return _if(_plain(first.test), _ordered(first.body), _ordered(first.orelse))


def _if(test: ast.expr, body: list[ast.stmt], other: list[ast.stmt]) -> list[ast.stmt]:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and other:
        return _if(test.operand, other, body)
    only = body[0] if len(body) == 1 else None
    if isinstance(only, ast.If) and not only.orelse and not other:
        return _if(ast.BoolOp(ast.And(), [*_all_of(test), *_all_of(only.test)]), only.body, [])
    return [ast.If(test, body or [ast.Pass()], other)]


def _all_of(test: ast.expr) -> list[ast.expr]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return [one for value in test.values for one in _all_of(value)]
    return [test]


_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.NotEq: ast.Eq,
    ast.IsNot: ast.Is,
    ast.NotIn: ast.In,
}


def _negated(test: ast.expr) -> ast.expr:
    test = _plain(test)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


def _plain(test: ast.expr) -> ast.expr:
    """Return a condition without double negation, and ``not a is b`` for ``a is not b``."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _negated(test.operand)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _TURNED:
        positive = ast.Compare(test.left, [_TURNED[type(test.ops[0])]()], test.comparators)
        return ast.UnaryOp(ast.Not(), positive)
    if isinstance(test, ast.BoolOp):
        values = [_plain(value) for value in test.values]
        made = ast.BoolOp(test.op, values)
        return ast.BoolOp(ast.And(), _all_of(made)) if isinstance(test.op, ast.And) else made
    return test
