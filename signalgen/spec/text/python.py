"""Checks a spec's Python without running it: syntax, form, what a receiver cannot contain.

``body_fault``, ``expression_fault``, ``annotation_fault`` and ``name_fault`` are the entries. Texts
are parsed unchanged and only the trees are wrapped in a function, so no text can break out of its
place and every position is the author's.
"""

from __future__ import annotations

import ast
import keyword
import unicodedata
import warnings
from typing import TYPE_CHECKING, NamedTuple

from signalgen.late import pattern
from signalgen.source.newer import LAZY
from signalgen.source.reading import code, newer, older
from signalgen.spec.text.nodes import shown
from signalgen.syntax import captured, code_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_END = pattern("\r\n|\r|\n")
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
MAX_NAME = 200
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_ANNOTATION_NODES = (
    ast.Expression,
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Constant,
    ast.BinOp,
    ast.BitOr,
    ast.Tuple,
    ast.List,
    ast.UnaryOp,
    ast.USub,
    ast.Load,
)
_YAML_WORDS = {"null": "None", "~": "None", "true": "True", "false": "False"}


class Fault(NamedTuple):
    """A fault in a text.

    ``line`` counts from 1 and ``column`` (in characters) from 0, inside that text.
    """

    line: int
    column: int
    code: str
    message: str
    hint: str = ""


def body_fault(text: str, *, is_async: bool) -> Fault | None:
    """Return why ``text`` cannot be the body of a receiver, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(older(text))
            if not tree.body:
                return Fault(
                    1,
                    0,
                    "empty-body",
                    "there is no statement here",
                    "write pass when nothing is to be done",
                )
            fault = _generator_fault(tree, text) or _lazy_fault(text)
            if fault is None:
                captured(tree.body, is_async=is_async)
        except UNPARSABLE as error:
            return fault_of(error, text)
    return fault


def expression_fault(text: str, *, is_async: bool = False) -> Fault | None:
    """Return why ``text`` is not exactly one expression, or None."""
    if not text:
        return Fault(1, 0, "empty-value", "there is no expression here")
    if text in _YAML_WORDS:
        word = _YAML_WORDS[text]
        return Fault(
            1, 0, "python-syntax", f"{text} is YAML, but Python is expected here", f"write {word}"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = code_expression(text)
            fault = _expression_shape(tree, text) or _generator_fault(tree, text)
            if fault is None:
                captured([ast.copy_location(ast.Return(tree.body), tree.body)], is_async=is_async)
        except UNPARSABLE as error:
            return _statement_fault(text) or fault_of(error, text)
    return fault


def names_in(text: str) -> frozenset[str]:
    """Return every name in the expression ``text``; none if it is not an expression."""
    try:
        tree = code_expression(text)
    except UNPARSABLE:
        return frozenset()
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def annotation_fault(text: str) -> Fault | None:
    """Return why ``text`` is not a type annotation, or None.

    Calls and operators are not allowed in one.
    """
    fault = expression_fault(text)
    if fault is not None:
        return fault
    tree = code_expression(text)
    for node in ast.walk(tree):
        if not isinstance(node, _ANNOTATION_NODES):
            line, column = position(node, LINE_END.split(text))
            return Fault(
                line,
                column,
                "not-a-type",
                f"{shown(text)} is not a type annotation",
                "write a type such as Decimal, str | None or list[int]",
            )
    return None


def name_fault(word: str) -> tuple[str, str] | None:
    """Return why ``word`` cannot be a Python name, and the likely fix, or None."""
    if len(word) > MAX_NAME:
        return f"it is longer than {MAX_NAME} characters", "choose a shorter one"
    if keyword.iskeyword(word):
        return "it is a Python keyword", f"did you mean {word}_?"
    if not word.isidentifier():
        fixed = "".join(c if c.isidentifier() or c.isdigit() else "_" for c in word.strip()[:64])
        hint = f"did you mean {fixed}?" if fixed.isidentifier() and fixed.strip("_") else ""
        return "it is not a Python name (letters, digits and _ only, no digit first)", hint
    normal = unicodedata.normalize("NFKC", word)
    if normal != word:
        return "Python would read it as another name", f"write {normal}"
    return None


def await_outside_async(fault: Fault) -> bool:
    """Tell whether ``fault`` would go away with ``async: true``."""
    return (
        "outside async function" in fault.message or "outside of an asynchronous" in fault.message
    )


def _generator_fault(tree: ast.AST, text: str) -> Fault | None:
    # A ``yield`` makes the receiver a generator, whose body Django would never run.
    for node in _own_nodes(tree) if "yield" in text else ():
        if isinstance(node, ast.Yield | ast.YieldFrom):
            line, column = position(node, LINE_END.split(text))
            return Fault(
                line,
                column,
                "yield-in-body",
                "yield would make the receiver a generator that never runs",
                "collect the values in a list",
            )
    return None


def _lazy_fault(text: str) -> Fault | None:
    # A lazy import is allowed at the top of a module only.
    for item in newer(text) if "lazy" in text else ():
        if item.what == LAZY:
            before = text.encode()[: item.start].decode()
            line = before.count("\n") + 1
            column = len(before) - before.rfind("\n") - 1
            message = "this is not valid Python: lazy import is for the top of a module"
            return Fault(line, column, "python-syntax", message, "import without lazy")
    return None


def _own_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, _SCOPES))


def _expression_shape(tree: ast.Expression, text: str) -> Fault | None:
    value = tree.body
    # A tuple in parentheses starts before its first element; a bare one is several expressions.
    if isinstance(value, ast.Tuple) and value.elts and _start(value) == _start(value.elts[0]):
        return Fault(
            1,
            0,
            "python-syntax",
            "expected one expression, found several",
            "write a list with one expression for each",
        )
    if "#" in text:
        try:
            # A comment would swallow the bracket that generated code puts behind the expression.
            code_expression(f"({text})")
        except UNPARSABLE:
            return Fault(
                1,
                0,
                "python-syntax",
                "an expression must not end with a comment",
                "write the comment as YAML, outside of the quotes",
            )
    return None


def _start(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _statement_fault(text: str) -> Fault | None:
    try:
        tree = code(text)
    except UNPARSABLE:
        return None
    if tree.body and isinstance(tree.body[0], ast.Assign):
        return Fault(
            1,
            0,
            "python-syntax",
            "expected an expression, found an assignment",
            "compare with ==",
        )
    return Fault(1, 0, "python-syntax", "expected an expression, found a statement")


def fault_of(error: BaseException, text: str) -> Fault:
    """Return the parser's ``error`` about ``text`` as a Fault."""
    if not isinstance(error, SyntaxError):
        reason = (
            "it is nested too deeply"
            if isinstance(error, RecursionError | MemoryError)
            else str(error)
        )
        return Fault(1, 0, "python-syntax", f"this is not valid Python: {reason}")
    line = max(1, min(error.lineno or 1, text.count("\n") + 1))
    column = max(0, (error.offset or 1) - 1)
    return Fault(line, column, "python-syntax", f"this is not valid Python: {error.msg}")


def position(node: ast.AST, lines: list[str]) -> tuple[int, int]:
    """Return line and column of ``node`` in characters; the tree counts UTF-8 bytes."""
    line: int = getattr(node, "lineno", 1)
    offset: int = getattr(node, "col_offset", 0)
    source = lines[min(line, len(lines)) - 1].encode("utf-8", "replace")
    return line, len(source[:offset].decode("utf-8", "ignore"))
