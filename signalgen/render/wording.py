"""Tests in unittest's or pytest's style. Entry: ``in_words``.

Tests are planned in one form, plain Python with bare ``assert`` and ``with raises(Error, "text")``.
Only this module translates it to unittest's and pytest's style.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.rewriting import Offsets, Rewrite, apply_edits
from signalgen.syntax import parse_body
from signalgen.treewalk import all_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from signalgen.values.settings import TestStyle

_BINARY = {ast.Eq: "assertEqual", ast.In: "assertIn", ast.NotIn: "assertNotIn"} | {
    ast.NotEq: "assertNotEqual",
    ast.GtE: "assertGreaterEqual",
    ast.LtE: "assertLessEqual",
    ast.Gt: "assertGreater",
    ast.Lt: "assertLess",
}


def in_words(code: str, style: TestStyle) -> str:
    """Return the lines ``code`` translated to ``style``."""
    offsets = Offsets(code)

    def text(node: ast.expr) -> str:
        start, end = offsets.span(node)
        return code[start:end]

    found = _rewritten(text, parse_body(code), style)
    return apply_edits(code, [Rewrite(*offsets.span(node), text) for node, text in found])


def _rewritten(
    text: Callable[[ast.expr], str], tree: ast.AST, style: TestStyle
) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    for node in all_nodes(tree):
        if isinstance(node, ast.Assert) and style == "unittest":
            yield node, _asserted(text, node.test)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "raises"
        ):
            yield node, _raising(text, node, style)


def _asserted(text: Callable[[ast.expr], str], test: ast.expr) -> str:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        apart = _difference(test.left)
        if apart is not None and isinstance(test.ops[0], ast.LtE):
            most = text(test.comparators[0])
            return f"self.assertAlmostEqual({text(apart.left)}, {text(apart.right)}, delta={most})"
        left, right, op = text(test.left), text(test.comparators[0]), test.ops[0]
        if isinstance(op, (ast.Is, ast.IsNot)) and right == "None":
            return f"self.assertIs{'Not' * isinstance(op, ast.IsNot)}None({left})"
        if isinstance(op, (ast.Is, ast.IsNot)):
            return f"self.assertIs{'Not' * isinstance(op, ast.IsNot)}({left}, {right})"
        return f"self.{_BINARY[type(op)]}({left}, {right})"
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return f"self.assertFalse({text(test.operand)})"
    return f"self.assertTrue({text(test)})"


def _difference(node: ast.expr) -> ast.BinOp | None:
    # ``abs(one - other)``
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "abs":
        return node.args[0] if isinstance(node.args[0], ast.BinOp) else None
    return None


def _raising(text: Callable[[ast.expr], str], node: ast.Call, style: TestStyle) -> str:
    error, *message = map(text, node.args)
    if style == "unittest":
        name = "assertRaisesMessage" if message else "assertRaises"
        return f"self.{name}({', '.join([error, *message])})"
    match = f", match=re.escape({message[0]})" if message else ""
    return f"pytest.raises({error}{match})"
